"""The entities of a national list in two versions, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark import cbor
from certmark.trust.entities import RevocationReason, Service, ServiceStatus
from certmark.trust.publish.differences.values import (
    Change,
    Consequence,
    Difference,
    Whom,
    change_of,
    changed_fields,
    paired,
)
from certmark.trust.wire import readable_entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from certmark.trust.entities import (
        KeyRevocation,
        Scope,
        ServiceKey,
        StatusEntry,
        StatusListDeclaration,
    )

_FOLLOWS: Final = {
    ServiceStatus.GRANTED: Consequence.MAY_ISSUE,
    ServiceStatus.SUSPENDED: Consequence.MAY_NOT_ISSUE,
    ServiceStatus.WITHDRAWN: Consequence.MAY_NOT_ISSUE,
}
_ENDS: Final = frozenset({"until_day", "accreditation", "authorisation"})
"""What may change of a scope: these come to an end, and a scope is else replaced."""


def changed_entities(
    territory: str, before: Sequence[Mapping[int, object]], after: Sequence[Mapping[int, object]]
) -> Iterator[Difference]:
    """Compare the entries of two versions of a national list, whether they can be read or not.

    Args:
        territory: whose list.
        before: entries of the older version, as decoded.
        after: entries of the newer one.
    """
    pairs, reordered = paired(before, after, lambda entry: cbor.encode(entry.get(1)))
    for old, new in pairs:
        # their encodings, since 1 and true are equal values here and differ in a list
        if old is None or new is None or cbor.encode(old) != cbor.encode(new):
            yield from _entry(territory, old, new)
    if reordered:
        yield Difference(Whom(territory), "entities", Change.REORDERED)


def _entry(territory: str, old: Mapping[int, object] | None, new: Mapping[int, object] | None) -> Iterator[Difference]:
    before, after = (None if entry is None else readable_entity(entry) for entry in (old, new))
    known = after or before
    stated = (new or old or {}).get(1)
    entity_id = known.entity_id if known is not None else stated if isinstance(stated, str) else None
    whom = Whom(territory, entity_id, None if known is None else known.name)
    if new is None:
        yield Difference(whom, "entity", Change.REMOVED, before, None, Consequence.UNKNOWN)
    elif after is None:
        change = Change.ADDED if old is None else Change.CHANGED
        yield Difference(whom, "entry", change, before, None, Consequence.UNKNOWN)
    elif before is None:
        yield Difference(whom, "entity", Change.ADDED, None, after)
        yield from _services(whom, (), after.services)
    else:
        yield from changed_fields(whom, before, after, besides=frozenset({"services"}))
        yield from _services(whom, before.services, after.services)


def _services(whom: Whom, before: Sequence[Service], after: Sequence[Service]) -> Iterator[Difference]:
    pairs, reordered = paired(before, after, lambda service: service.service_type)
    for old, new in pairs:
        if new is None:
            where = whom._replace(service=None if old is None else old.service_type)
            yield Difference(where, "service", Change.REMOVED, old, None, Consequence.UNKNOWN)
            continue
        where = whom._replace(service=new.service_type)
        if old is None:
            yield Difference(where, "service", Change.ADDED, None, new)
        yield from _service(where, old or Service(new.service_type, (), ()), new)
    if reordered:
        yield Difference(whom, "services", Change.REORDERED)


def _service(whom: Whom, before: Service, after: Service) -> Iterator[Difference]:
    yield from _history(whom, before.history, after.history)
    yield from _keys(whom, before.keys, after.keys)
    yield from _scopes(whom, before.scopes, after.scopes)
    yield from _status_lists(whom, before.status_lists, after.status_lists)


def _history(whom: Whom, before: Sequence[StatusEntry], after: Sequence[StatusEntry]) -> Iterator[Difference]:
    for old, new in paired(before, after, lambda entry: entry.starting_time)[0]:
        if old != new:
            yield Difference(
                whom, "status", change_of(old, new), old, new, None if new is None else _FOLLOWS[new.status]
            )


def _keys(whom: Whom, before: Sequence[ServiceKey], after: Sequence[ServiceKey]) -> Iterator[Difference]:
    pairs, reordered = paired(before, after, lambda key: cbor.encode(key.cose_key))
    for old, new in pairs:
        if new is None:
            where = whom._replace(part=None if old is None else old.name)
            yield Difference(where, "key", Change.REMOVED, old, None, Consequence.UNKNOWN)
            continue
        where = whom._replace(part=new.name)
        if old is None:
            yield Difference(where, "key", Change.ADDED, None, new)
        else:
            yield from changed_fields(where, old, new, besides=frozenset({"cose_key", "revocation"}))
        ended = None if old is None else old.revocation
        if ended != new.revocation:
            change = change_of(ended, new.revocation)
            yield Difference(where, "revocation", change, ended, new.revocation, _ended(new.revocation))
    if reordered:
        yield Difference(whom, "keys", Change.REORDERED)


def _ended(revocation: KeyRevocation | None) -> Consequence | None:
    if revocation is None:
        return None
    compromised = revocation.reason is RevocationReason.KEY_COMPROMISE
    return Consequence.VOID if compromised else Consequence.VOID_FROM_THEN_ON


def _scopes(whom: Whom, before: Sequence[Scope], after: Sequence[Scope]) -> Iterator[Difference]:
    """Compare by place: a scope has no other name, and none is ever taken out."""
    for at in range(max(len(before), len(after))):
        old, new = (scopes[at] if at < len(scopes) else None for scopes in (before, after))
        where = whom._replace(part=f"{at + 1}")
        if new is None:
            yield Difference(where, "scope", Change.REMOVED, old, None, Consequence.UNKNOWN)
        elif old is None or _other_scope(old, new):
            yield Difference(where, "scope", change_of(old, new), old, new)
        elif old != new:
            yield from _ends(where, old, new)


def _ends(whom: Whom, old: Scope, new: Scope) -> Iterator[Difference]:
    """Tell the end of a scope with the scope, since that is what people know it by."""
    if old.until_day != new.until_day:
        follows = None if new.until_day is None else Consequence.MAY_NOT_ISSUE
        yield Difference(whom, "scope_end", Change.CHANGED, old, new, follows)
    yield from changed_fields(whom, old, new, besides=frozenset({"until_day"}))


def _other_scope(old: Scope, new: Scope) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in old._fields if name not in _ENDS)


def _status_lists(
    whom: Whom, before: Sequence[StatusListDeclaration], after: Sequence[StatusListDeclaration]
) -> Iterator[Difference]:
    pairs, reordered = paired(before, after, lambda declared: declared.uri)
    for old, new in pairs:
        if old != new:
            follows = Consequence.UNKNOWN if new is None else None
            yield Difference(whom, "status_list", change_of(old, new), old, new, follows)
    if reordered:
        yield Difference(whom, "status_lists", Change.REORDERED)
