"""Two versions of a national list or of the union list, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark import cbor
from certmark.trust.append_only.rules import AppendOnlyRule, BrokenRule, at_place
from certmark.trust.append_only.services import backdated, changed_services
from certmark.trust.wire import readable_entity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.trust.lists import NationalMap, Pointer, UnionMap


def national_rules_broken(old: NationalMap, new: NationalMap, *, since: int) -> tuple[BrokenRule, ...]:
    """Compare two versions of a national list.

    Args:
        old: the older version.
        new: the newer one.
        since: when the older one was signed, in seconds: what it says of the time before must stay.

    Returns:
        Every rule that the newer one breaks, in the order of the older one; entries that could not be read in the
        older version are passed over.
    """
    return tuple(_national(old, new, since))


def union_rules_broken(old: UnionMap, new: UnionMap, *, since: int) -> tuple[BrokenRule, ...]:
    """Compare two versions of a union list, and the lists that both embed; see ``national_rules_broken``."""
    return tuple(_union(old, new, since))


def _union(old: UnionMap, new: UnionMap, since: int) -> Iterator[BrokenRule]:
    yield from _reopened("the union list", old.next_update, new.next_update)
    pointers = {pointer.territory: pointer for pointer in new.pointers}
    for before in old.pointers:
        after = pointers.get(before.territory)
        if after is None:
            problem = "is no longer pointed at, so that all its certificates would be unknown"
            yield BrokenRule(AppendOnlyRule.POINTER_REMOVED, before.territory, problem)
        elif before.embedded is not None and after.embedded is not None:
            yield from _national(before.embedded, after.embedded, since)
        elif _same_signers(before, after) and (after.min_sequence or 0) < (before.min_sequence or 0):
            problem = f"asks for no. {after.min_sequence or 0} at least, and asked for no. {before.min_sequence}"
            yield BrokenRule(AppendOnlyRule.MIN_SEQUENCE_LOWERED, before.territory, problem)


def _same_signers(before: Pointer, after: Pointer) -> bool:
    kept = {key.thumbprint for key in before.keys} & {key.thumbprint for key in after.keys}
    return 0 < (after.threshold or 0) <= len(kept)


def _national(old: NationalMap, new: NationalMap, since: int) -> Iterator[BrokenRule]:
    yield from _reopened(f"the list of {old.territory}", old.next_update, new.next_update)
    entries = _entries(new)
    for entry in old.entities:
        before = readable_entity(entry)
        same = entries.get(before.entity_id) if before is not None else None
        # their encodings, since 1 and true are equal values here and differ in a list
        if before is None or (same is not None and cbor.encode(same) == cbor.encode(entry)):
            continue
        after = None if same is None else readable_entity(same)
        if after is None:
            problem = "is no longer listed" if same is None else "has an entry that can no longer be read"
            yield BrokenRule(AppendOnlyRule.ENTITY_REMOVED, before.entity_id, problem)
        else:
            yield from at_place(before.entity_id, changed_services(before.services, after.services, since))
    known = _entries(old)
    for entity_id, entry in entries.items():
        added = None if entity_id in known else readable_entity(entry)
        if added is not None:
            yield from at_place(added.entity_id, backdated(added.services, since))


def _entries(national: NationalMap) -> dict[object, dict[int, object]]:
    return {entry.get(1): entry for entry in national.entities if type(entry.get(1)) is str}


def _reopened(place: str, old: int | None, new: int | None) -> Iterator[BrokenRule]:
    if old is None and new is not None:
        yield BrokenRule(AppendOnlyRule.LIST_REOPENED, place, "was closed, which is final")
