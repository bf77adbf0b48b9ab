"""What the log of a register says, as an audit gathers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certmark.register.events import GENESIS, Event, Head, Kind
from certmark.register.indices import STATE_AFTER

if TYPE_CHECKING:
    from collections.abc import Mapping


class Said:
    """What the log says, gathered while its chain is recomputed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.head = Head(0, GENESIS)
        self.index_state: dict[tuple[str, int], tuple[str, str | None]] = {}
        self.drafts: dict[tuple[str, int], str] = {}
        self.asked: dict[tuple[str, int], str] = {}
        self.opened: dict[str, Mapping[str, Any]] = {}
        self.replaced: dict[str, str | None] = {}
        self.editions: dict[tuple[str, int], Mapping[str, Any]] = {}
        self.publications: dict[tuple[str, int], tuple[int, Mapping[str, Any]]] = {}
        self.purged: set[str] = set()
        self.closed: dict[str, int] = {}

    def hear(self, event: Event) -> None:
        """Take in the next entry.

        Raises:
            LookupError: it lacks what certmark writes in one of its kind.
        """
        detail = event.detail
        match event.kind:
            case Kind.ISSUED if "index" not in detail:
                pass  # its scheme does without a status
            case Kind.RESERVED | Kind.DRAFTED | Kind.BURNT | Kind.ISSUED:
                self._hear_of_index(event)
            case Kind.LIST_OPENED:
                self.opened[detail["uri"]] = detail
            case Kind.LIST_CLOSED:
                self.closed[detail["uri"]] = detail["from"]
            case Kind.PUBLISHED:
                self.publications[detail["uri"], event.at] = (event.seq, detail)
            case Kind.REPLACED:
                self.replaced[detail["replaced_by"]] = event.certificate_id
            case Kind.PURGED if event.certificate_id is not None:
                self.purged.add(event.certificate_id)
        if event.kind in {Kind.ISSUED, Kind.LABELLED, Kind.MAINTAINED} and event.certificate_id is not None:
            self.editions[event.certificate_id, detail["edition"]] = detail

    def _hear_of_index(self, event: Event) -> None:
        index = (event.detail["list"], event.detail["index"])
        self.index_state[index] = (STATE_AFTER[event.kind], event.certificate_id)
        if event.kind is Kind.DRAFTED:
            self.drafts[index] = self.asked[index] = event.detail["draft"]
        elif event.kind is Kind.RESERVED:
            self.asked[index] = event.detail["request"]
