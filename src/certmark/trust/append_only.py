"""Append-only: whatever an older version of a list said of the past, each newer version says as well.

Nothing that was listed is removed or rewritten; it is ended, and more is added (ETSI TS 119 612 §5.5, client rules of
TUF). Who publishes a list keeps all of these rules; a verifier that has two versions of a list holds the newer one to
those that protect what stood in the older one, and leaves it to the publisher when something new begins.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from certmark import cbor
from certmark.cwt.numericdate import SECONDS_PER_DAY, from_seconds
from certmark.errors import TrustError
from certmark.trust import wire
from certmark.trust.entities import RevocationReason, ServiceType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from enum import IntEnum

    from certmark.trust.entities import KeyRevocation, Scope, Service, ServiceKey, StatusEntry, TrustedEntity
    from certmark.trust.lists import NationalMap, Pointer, UnionMap


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


_Broken: TypeAlias = "Iterator[BrokenRule]"


def _union(old: UnionMap, new: UnionMap, since: int) -> _Broken:
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


def _national(old: NationalMap, new: NationalMap, since: int) -> _Broken:
    yield from _reopened(f"the list of {old.territory}", old.next_update, new.next_update)
    entries = _entries(new)
    for entry in old.entities:
        before = _read(entry)
        same = entries.get(before.entity_id) if before is not None else None
        if before is None or same == entry:
            continue
        after = None if same is None else _read(same)
        if after is None:
            problem = "is no longer listed" if same is None else "has an entry that can no longer be read"
            yield BrokenRule(AppendOnlyRule.ENTITY_REMOVED, before.entity_id, problem)
        else:
            yield from _at(before.entity_id, _entity(before, after, since))
    known = _entries(old)
    for entity_id, entry in entries.items():
        added = None if entity_id in known else _read(entry)
        for service in added.services if added is not None else ():
            yield from _at(f"{entity_id}, {_word(service.service_type)}", _backdated(service, since))


def _entries(national: NationalMap) -> dict[object, dict[int, object]]:
    return {entry.get(1): entry for entry in national.entities if type(entry.get(1)) is str}


def _read(entry: Mapping[int, object]) -> TrustedEntity | None:
    try:
        entity: TrustedEntity = wire.ENTITY.read(entry, "")
    except TrustError:
        return None
    return entity


def _entity(before: TrustedEntity, after: TrustedEntity, since: int) -> _Broken:
    for service_type in ServiceType:
        olds = [service for service in before.services if service.service_type is service_type]
        news = [service for service in after.services if service.service_type is service_type]
        name = _word(service_type)
        for old, new in zip(olds, news, strict=False):
            yield from _at(name, _service(old, new, since))
        for _ in olds[len(news) :]:
            yield BrokenRule(AppendOnlyRule.SERVICE_REMOVED, name, "the service is no longer listed")
        for new in news[len(olds) :]:
            yield from _at(name, _backdated(new, since))


def _service(before: Service, after: Service, since: int) -> _Broken:
    yield from _history(before, after, since)
    yield from _keys(before, after, since)
    yield from _scopes(before, after, since)
    authorities = {declared.uri: declared.ncca_uri for declared in after.status_lists}
    for declared in before.status_lists:
        if declared.uri not in authorities or declared.ncca_uri not in {None, authorities[declared.uri]}:
            problem = "the status list, or the authority's over the same certificates, is no longer declared"
            yield BrokenRule(AppendOnlyRule.STATUS_LIST_REMOVED, declared.uri, problem)


def _history(before: Service, after: Service, since: int) -> _Broken:
    kept = set(after.history)
    for entry in before.history:
        if entry not in kept:
            problem = f"the entry '{_word(entry.status)} from {_day(entry.starting_time)}' is missing or changed"
            yield BrokenRule(AppendOnlyRule.HISTORY_REWRITTEN, "", problem)
    known = {entry.starting_time for entry in before.history}
    for entry in after.history:
        if entry.starting_time not in known and _unmarked(entry, since):
            yield BrokenRule(AppendOnlyRule.HISTORY_REWRITTEN, "", _put_into_the_past(entry))


def _keys(before: Service, after: Service, since: int) -> _Broken:
    olds, news = ({cbor.encode(key.cose_key): key for key in service.keys} for service in (before, after))
    for encoded, old in olds.items():
        new = news.get(encoded)
        if new is None:
            yield BrokenRule(AppendOnlyRule.KEY_REMOVED, _key_id(old), "the key is no longer listed")
            continue
        if not _shortened_at_most(old, new, since):
            problem = "its times or its seal certificate were changed: retire it, and list another one"
            yield BrokenRule(AppendOnlyRule.KEY_CHANGED, _key_id(old), problem)
        yield from _at(_key_id(old), _revocation(old.revocation, new.revocation, since))
    for encoded, new in news.items():
        if encoded not in olds and new.sign_from < since:
            problem = f"it is new and signs from {_day(new.sign_from)}, before the last version was signed"
            yield BrokenRule(AppendOnlyRule.BACKDATED, _key_id(new), problem)


def _shortened_at_most(old: ServiceKey, new: ServiceKey, since: int) -> bool:
    stated = new.x5t if old.x5t is None else old.x5t  # a seal certificate may follow later
    same = old._replace(sign_until=new.sign_until, revocation=new.revocation, x5t=stated)
    return new == same and _brought_forward(old.sign_until, new.sign_until, since)


def _revocation(old: KeyRevocation | None, new: KeyRevocation | None, since: int) -> _Broken:
    if old == new:
        return
    compromised = new is not None and new.reason is RevocationReason.KEY_COMPROMISE
    if old is not None and (not compromised or old.reason is RevocationReason.KEY_COMPROMISE):
        problem = f"its end ({_word(old.reason)}) was lifted or changed"
        yield BrokenRule(AppendOnlyRule.REVOCATION_CHANGED, "", problem)
    elif new is not None and not compromised and new.effective < since and (new.recorded_at or 0) < since:
        problem = f"it ends on {_day(new.effective)}, before the last version was signed: state recorded_at"
        yield BrokenRule(AppendOnlyRule.BACKDATED, "", problem)


def _scopes(before: Service, after: Service, since: int) -> _Broken:
    first = since // SECONDS_PER_DAY
    for number, old in enumerate(before.scopes):
        where = f"scope {number + 1} ({old.scheme})"
        if number >= len(after.scopes):
            yield BrokenRule(AppendOnlyRule.SCOPE_REMOVED, where, "the scope is no longer listed")
        elif not _ended_at_most(old, after.scopes[number], first):
            problem = "the scope was changed: end it, not before the last version was signed, and add another one"
            yield BrokenRule(AppendOnlyRule.SCOPE_CHANGED, where, problem)
    for number, new in enumerate(after.scopes[len(before.scopes) :], len(before.scopes) + 1):
        if new.from_day < first:
            problem = "it is new and begins before the last version was signed"
            yield BrokenRule(AppendOnlyRule.BACKDATED, f"scope {number} ({new.scheme})", problem)


def _ended_at_most(old: Scope, new: Scope, since: int) -> bool:
    ends = [(old.until_day, new.until_day)]
    same = new._replace(until_day=old.until_day)
    for name in ("accreditation", "authorisation"):
        behind, now = getattr(old, name), getattr(new, name)
        if behind is not None and now is not None:
            ends.append((behind.until_day, now.until_day))
            same = same._replace(**{name: now._replace(until_day=behind.until_day)})
    return same == old and all(_brought_forward(*end, since) for end in ends)


def _brought_forward(old: int | None, new: int | None, since: int) -> bool:
    """Tell whether an end stayed, or came forward without cutting into the time before ``since``."""
    return new == old or (new is not None and new >= since and (old is None or new < old))


def _backdated(service: Service, since: int) -> _Broken:
    for entry in service.history:
        if _unmarked(entry, since):
            yield BrokenRule(AppendOnlyRule.BACKDATED, "", _put_into_the_past(entry))


def _reopened(place: str, old: int | None, new: int | None) -> _Broken:
    if old is None and new is not None:
        yield BrokenRule(AppendOnlyRule.LIST_REOPENED, place, "was closed, which is final")


def _unmarked(entry: StatusEntry, since: int) -> bool:
    return entry.starting_time < since and (entry.recorded_at is None or entry.recorded_at < since)


def _put_into_the_past(entry: StatusEntry) -> str:
    what = f"'{_word(entry.status)} from {_day(entry.starting_time)}'"
    return f"the entry {what} begins before the last version was signed: state recorded_at"


def _at(place: str, broken: Iterable[BrokenRule]) -> _Broken:
    for each in broken:
        yield each._replace(place=", ".join(filter(None, (place, each.place))))


def _word(word: IntEnum) -> str:
    return word.name.lower()


def _key_id(key: ServiceKey) -> str:
    key_id = key.cose_key.get(2)
    return f"key {key_id.hex()}" if type(key_id) is bytes else "a key without id"


def _day(instant: int) -> str:
    return from_seconds(instant).date().isoformat()
