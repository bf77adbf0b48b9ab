"""One difference between two versions, and how two sequences are compared member by member."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from certmark.trust.entities import ServiceType

T = TypeVar("T")


class Change(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"


def change_of(old: object, new: object) -> Change:
    """Tell what became of something that one of two versions has, or both."""
    if old is None:
        return Change.ADDED
    return Change.REMOVED if new is None else Change.CHANGED


class Consequence(StrEnum):
    """What follows for verifiers, and for those who issue."""

    MAY_ISSUE = "may-issue"
    """The service may issue from then on."""
    MAY_NOT_ISSUE = "may-not-issue"
    """The service issues nothing new; what it has issued stays valid (Regulation (EU) 2024/482, Article 31)."""
    VOID = "void"
    """Every signature of the key is refused, whenever it was made."""
    VOID_FROM_THEN_ON = "void-from-then-on"
    """What the key signs from then on is refused; what it signed before counts."""
    UNKNOWN = "unknown"
    """Verifiers no longer know it: what rests on it cannot be verified any more."""
    OTHER_SIGNERS = "other-signers"
    """Others sign from the next version on."""
    FINAL = "final"
    """It cannot be undone."""


class Whom(NamedTuple):
    """Whom a difference is about, from the territory down.

    Attributes:
        territory: ``EU`` for root and union list.
        entity_id: the entity, or None where the list itself is meant.
        name: its name, as the newer version has it.
        service: its service.
        part: what within it: key id, number of a scope, role.
    """

    territory: str
    entity_id: str | None = None
    name: str | None = None
    service: ServiceType | None = None
    part: str | None = None


class Difference(NamedTuple):
    """One thing that differs.

    Attributes:
        whom: whom it is about.
        what: the thing, by the name that it has in the list (``key``, ``scope``, ``sign_until``).
        change: what became of it.
        before: the older value, or None.
        after: the newer value, or None.
        consequence: what follows, where that is more than what is said.
    """

    whom: Whom
    what: str
    change: Change
    before: Any = None
    after: Any = None
    consequence: Consequence | None = None


def changed_fields(whom: Whom, before: Any, after: Any, *, besides: frozenset[str]) -> Iterator[Difference]:  # noqa: ANN401 any named tuple
    """Compare two named tuples of one type field by field, but for those that are compared elsewhere."""
    for name, old, new in zip(before._fields, before, after, strict=True):
        if name not in besides and old != new:
            yield Difference(whom, name, Change.CHANGED, old, new)


def paired(
    before: Sequence[T], after: Sequence[T], identity: Callable[[T], Hashable]
) -> tuple[list[tuple[T | None, T | None]], bool]:
    """Pair what two sequences call alike; of several of one name the first with the first, and so on.

    Returns:
        Pairs in the order of the older one, then what is new; and whether what both have stands in another order.
    """
    olds, news = _named(before, identity), _named(after, identity)
    pairs: list[tuple[T | None, T | None]] = [(value, news.get(name)) for name, value in olds.items()]
    pairs += [(None, value) for name, value in news.items() if name not in olds]
    reordered = [name for name in olds if name in news] != [name for name in news if name in olds]
    return pairs, reordered


def _named(values: Sequence[T], identity: Callable[[T], Hashable]) -> dict[tuple[Hashable, int], T]:
    seen: Counter[Hashable] = Counter()
    named = {}
    for value in values:
        name = identity(value)
        named[name, seen[name]] = value
        seen[name] += 1
    return named
