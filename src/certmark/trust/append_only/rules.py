"""The rules by name, and what is said of one that is broken."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.errors import AppendOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from certmark.trust.lists import ListHead


class AppendOnlyRule(StrEnum):
    """What a newer version of a list must not do."""

    ENTITY_REMOVED = "entity-removed"
    """An entity is no longer listed, or its entry can no longer be read."""
    SERVICE_REMOVED = "service-removed"
    """A service is no longer listed, or stands at another place among those of its type."""
    HISTORY_REWRITTEN = "history-rewritten"
    """A status entry is missing or changed, or one was put into the past without ``recorded_at``."""
    KEY_REMOVED = "key-removed"
    KEY_CHANGED = "key-changed"
    """The times of a key were changed; only ``sign_until`` may come forward, and not into the past."""
    REVOCATION_CHANGED = "revocation-changed"
    """The end of a key was lifted or changed; it may only be replaced by its compromise."""
    SCOPE_REMOVED = "scope-removed"
    SCOPE_CHANGED = "scope-changed"
    """A scope was changed; only its end, and that of what stands behind it, may come forward, not into the past."""
    STATUS_LIST_REMOVED = "status-list-removed"
    """A status list, or that of the authority over the same indices, is no longer declared."""
    POINTER_REMOVED = "pointer-removed"
    """A territory is no longer pointed at."""
    MIN_SEQUENCE_LOWERED = "min-sequence-lowered"
    """Older national lists are accepted again, though their signers are the same."""
    LIST_REOPENED = "list-reopened"
    """A closed list has a next update again."""
    BACKDATED = "backdated"
    """Something new begins before the older version was signed, and does not say that it was recorded later."""


ONLY_FOR_PUBLISHERS: Final = frozenset({AppendOnlyRule.BACKDATED})
"""Rules that a verifier does not ask about: they concern what is new, and contradict nothing that was said."""


class BrokenRule(NamedTuple):
    """A rule that a newer version of a list breaks.

    Attributes:
        rule: which.
        place: where, for people.
        problem: what is wrong there, for people.
    """

    rule: AppendOnlyRule
    place: str
    problem: str

    def __str__(self) -> str:
        """Give all of it in one line."""
        return f"{self.place}: {self.problem} ({self.rule})"


def in_short(broken: Sequence[BrokenRule]) -> str:
    """Say which rule is broken first, and how many more."""
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    return f"{broken[0]}{more}"


def require_append_only(broken: Iterable[BrokenRule], what: str, *, known: ListHead, found: ListHead) -> None:
    """Require of a verified list that it breaks none of the rules that a verifier asks about.

    Args:
        broken: what the comparison gave.
        what: name of the list, for the message.
        known: the older version.
        found: the newer one.

    Raises:
        AppendOnlyError: with every rule that is broken.
    """
    rules = tuple(each for each in broken if each.rule not in ONLY_FOR_PUBLISHERS)
    if rules:
        raise AppendOnlyError(
            f"{what} no. {found.sequence_number} rewrites no. {known.sequence_number}: {in_short(rules)}: keep both "
            f"({known.digest.hex()} and {found.digest.hex()}) as evidence and tell who signs them",
            broken=rules,
            known=known.digest,
            found=found.digest,
        )


def at_place(place: str, broken: Iterable[BrokenRule]) -> Iterator[BrokenRule]:
    """Put a step before the place of each."""
    for each in broken:
        yield each._replace(place=", ".join(filter(None, (place, each.place))))
