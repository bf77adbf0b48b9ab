"""The services of an entity in two versions of its list, compared: what was said of the past must stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from certmark import cbor
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at
from certmark.trust.append_only.rules import AppendOnlyRule, BrokenRule, at_place
from certmark.trust.entities import RevocationReason, ServiceType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import IntEnum

    from certmark.trust.entities import KeyRevocation, Scope, Service, ServiceKey, StatusEntry

_Broken: TypeAlias = "Iterator[BrokenRule]"


def changed_services(before: Sequence[Service], after: Sequence[Service], since: int) -> _Broken:
    """Compare the services of an entity, which are told apart by type and by order.

    Args:
        before: in the older version.
        after: in the newer one.
        since: when the older one was signed, in seconds.
    """
    for service_type in ServiceType:
        olds = [service for service in before if service.service_type is service_type]
        news = [service for service in after if service.service_type is service_type]
        name = _word(service_type)
        for old, new in zip(olds, news, strict=False):
            yield from at_place(name, _service(old, new, since))
        for _ in olds[len(news) :]:
            yield BrokenRule(AppendOnlyRule.SERVICE_REMOVED, name, "the service is no longer listed")
        yield from backdated(news[len(olds) :], since)


def backdated(services: Sequence[Service], since: int) -> _Broken:
    """Find entries of new services that begin before the older version was signed, and do not say so."""
    for service in services:
        for entry in service.history:
            if _unmarked(entry, since):
                yield BrokenRule(AppendOnlyRule.BACKDATED, _word(service.service_type), _put_into_the_past(entry))


def _service(before: Service, after: Service, since: int) -> _Broken:
    yield from _history(before, after, since)
    yield from _keys(before, after, since)
    yield from _scopes(before, after, since)
    # a uri may be declared more than once: then every authority is heard
    kept = {*after.status_lists, *(declared._replace(ncca_uri=None) for declared in after.status_lists)}
    for declared in before.status_lists:
        if declared not in kept:
            problem = "the status list, or the authority's over the same certificates, is no longer declared"
            yield BrokenRule(AppendOnlyRule.STATUS_LIST_REMOVED, declared.uri, problem)


def _history(before: Service, after: Service, since: int) -> _Broken:
    kept = set(after.history)
    for entry in before.history:
        if entry not in kept:
            problem = f"the entry '{_word(entry.status)} from {day_at(entry.starting_time)}' is missing or changed"
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
        yield from at_place(_key_id(old), _revocation(old.revocation, new.revocation, since))
    for encoded, new in news.items():
        if encoded not in olds and new.sign_from < since:
            problem = f"it is new and signs from {day_at(new.sign_from)}, before the last version was signed"
            yield BrokenRule(AppendOnlyRule.BACKDATED, _key_id(new), problem)


def _shortened_at_most(old: ServiceKey, new: ServiceKey, since: int) -> bool:
    x5t = new.x5t if old.x5t is None else old.x5t  # a seal certificate and its path may follow later
    same = old._replace(
        sign_until=new.sign_until, revocation=new.revocation, x5t=x5t, x5chain=old.x5chain or new.x5chain
    )
    return new == same and _brought_forward(old.sign_until, new.sign_until, since)


def _revocation(old: KeyRevocation | None, new: KeyRevocation | None, since: int) -> _Broken:
    if old == new:
        return
    compromised = new is not None and new.reason is RevocationReason.KEY_COMPROMISE
    if old is not None and (not compromised or old.reason is RevocationReason.KEY_COMPROMISE):
        problem = f"its end ({_word(old.reason)}) was lifted or changed"
        yield BrokenRule(AppendOnlyRule.REVOCATION_CHANGED, "", problem)
    elif new is not None and not compromised and new.effective < since and (new.recorded_at or 0) < since:
        problem = f"it ends on {day_at(new.effective)}, before the last version was signed: state recorded_at"
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


def _unmarked(entry: StatusEntry, since: int) -> bool:
    return entry.starting_time < since and (entry.recorded_at is None or entry.recorded_at < since)


def _put_into_the_past(entry: StatusEntry) -> str:
    what = f"'{_word(entry.status)} from {day_at(entry.starting_time)}'"
    return f"the entry {what} begins before the last version was signed: state recorded_at"


def _word(word: IntEnum) -> str:
    return word.name.lower()


def _key_id(key: ServiceKey) -> str:
    return f"{'a key' if key.key_id is None else 'key'} {key.name}"
