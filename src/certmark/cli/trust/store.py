"""``certmark trust import`` and ``refresh``: the store of lists of those who verify."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import anchor_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import read_file
from certmark.cli.screen import complain, say
from certmark.errors import StoreError
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certmark.fetch import Outcome

StoreFolder = Annotated[str, typer.Option("--store", metavar="DIR", help="Folder of the store; made when missing.")]
Anchor = Annotated[str, typer.Option(metavar="ROOT", help="Root that you trust: its file, or SHA-256 of the file.")]


def import_bundle(
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="Trust bundle, from a medium.", show_default=False)],
    *,
    store: StoreFolder,
    anchor: Anchor,
) -> int:
    """Take a bundle into a store, without network."""
    from certmark.fetch import TrustStore

    data = read_file(bundle, what="the trust bundle", at_most=DEFAULT_LIMITS.bundle)
    kept = TrustStore(store, anchor=anchor_of(anchor))
    with _blaming_store():
        outcome = kept.import_bundle(data)
    return _tell(bundle, outcome)


def refresh(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the newest bundle is, https.", show_default=False)],
    *,
    store: StoreFolder,
    anchor: Anchor,
    status: Annotated[bool, typer.Option("--status", help="Ask for all declared status lists too.")] = False,
    authorities: Annotated[
        str | None, typer.Option(metavar="PEM", help="Who vouches for servers.  [default: as the system says]")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="The time.  [default: now]")] = None,
) -> int:
    """Ask a server for newer lists, and take them into a store."""
    from certmark.fetch import StatusResult, TrustStore

    kept, now = TrustStore(store, anchor=anchor_of(anchor), authorities=authorities), at_or_now(at)
    with _blaming_store():
        outcome = kept.refresh(url, at=now)
    code = _tell(url, outcome)
    with _blaming_store(code):
        statuses = kept.refresh_statuses(at=now) if status else {}
    for uri, each in statuses.items():
        if each.reason is None:
            say(f"{uri}: {each.result}")
        else:
            complain(f"{uri}: {each.result}: {each.reason}{_kept_in(each.evidence)}")
            code = code or (ExitCode.BAD_INPUT if each.result is StatusResult.REFUSED else ExitCode.NO_INPUT)
    return code


@contextmanager
def _blaming_store(code: int = ExitCode.PASSED) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise CommandError(ExitCode(code or ExitCode.USAGE), str(error)) from error


def _tell(source: str, outcome: Outcome) -> int:
    from certmark.fetch import Refused, Unchanged, Unreachable

    if isinstance(outcome, Refused):
        complain(f"{source}: {outcome.reason}{_kept_in(outcome.evidence)}")
        return ExitCode.BAD_INPUT
    if isinstance(outcome, Unreachable):
        complain(f"{source}: {outcome.reason}: nothing is asked before {outcome.next_try.isoformat()}")
        return ExitCode.NO_INPUT
    snapshot = outcome.snapshot
    word = "unchanged" if isinstance(outcome, Unchanged) else "updated"
    say(f"{word}: the union list is no. {snapshot.union.head.sequence_number}")
    for territory, problem in sorted(snapshot.problems.items()):
        complain(f"{territory} is unknown: {problem}")
    return ExitCode.PASSED


def _kept_in(evidence: Path | None) -> str:
    return "" if evidence is None else f"; both are kept in {evidence}"
