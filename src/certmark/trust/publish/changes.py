"""What an authority decides, as changes of a document: pure functions from one content to the next.

Nothing removes anything: what ends gets an end. Whether a change may stand beside the version before is asked when the
next one is drafted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from certmark.cwt.numericdate import SECONDS_PER_DAY
from certmark.errors import PublishingError
from certmark.trust import wire
from certmark.trust.append_only import AppendOnlyRule
from certmark.trust.entities import RevocationReason, ServiceType

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.trust.entities import (
        KeyRevocation,
        Scope,
        Service,
        ServiceKey,
        StatusEntry,
        StatusListDeclaration,
        TrustedEntity,
    )
    from certmark.trust.lists import NationalMap, Pointer, UnionMap

L = TypeVar("L", "NationalMap", "UnionMap")

_LONGEST_CERTIFICATE: Final = 5 * 365 + 2 + 1
"""Days of five years, with the most leap days that they can have, and the day of issue, which does not count."""


def entity_of(national: NationalMap, entity_id: str) -> TrustedEntity:
    """Give an entity of a list.

    Raises:
        PublishingError: the list does not name it; the message says whom it names.
    """
    for entry in national.entities:
        if entry.get(1) == entity_id:
            entity: TrustedEntity = wire.ENTITY.read(entry, entity_id)
            return entity
    named = ", ".join(str(entry.get(1)) for entry in national.entities[:20]) or "nobody"
    raise PublishingError(f"the list of {national.territory} does not name {entity_id}: it names {named}")


def add_entity(national: NationalMap, entity: TrustedEntity) -> NationalMap:
    """List an entity that was not listed.

    Raises:
        PublishingError: it is listed already.
    """
    if any(entry.get(1) == entity.entity_id for entry in national.entities):
        raise PublishingError(f"the list of {national.territory} names {entity.entity_id} already")
    return national._replace(entities=(*national.entities, _written(entity)))


def add_service(national: NationalMap, entity_id: str, service: Service) -> NationalMap:
    """List a service that an entity did not have.

    Raises:
        PublishingError: there is no such entity, or it has a service of that type.
    """
    entity = entity_of(national, entity_id)
    if any(each.service_type is service.service_type for each in entity.services):
        raise PublishingError(f"{entity_id} has a service {service.service_type.name.lower()} already: change that one")
    return _with_entity(national, entity._replace(services=(*entity.services, service)))


def change_service(
    national: NationalMap, entity_id: str, *, service_type: ServiceType, change: Callable[[Service], Service]
) -> NationalMap:
    """Change the service of an entity; of several of one type the last one.

    Args:
        national: the list.
        entity_id: whose service.
        service_type: which one.
        change: gives the changed service.

    Raises:
        PublishingError: there is no such entity or service.
    """
    entity = entity_of(national, entity_id)
    services = list(entity.services)
    places = [place for place, service in enumerate(services) if service.service_type is service_type]
    if not places:
        raise PublishingError(f"{entity_id} has no service {service_type.name.lower()}")
    services[places[-1]] = change(services[places[-1]])
    return _with_entity(national, entity._replace(services=tuple(services)))


def with_status(service: Service, entry: StatusEntry) -> Service:
    """Let a service have another status from an instant on: granted, suspended or withdrawn.

    Raises:
        PublishingError: it has that status then, or an entry of the same instant.
    """
    held = service.status_at(entry.starting_time)
    if held is not None and held.starting_time == entry.starting_time:
        raise PublishingError(
            "an entry of the same instant stands in the history, which is never rewritten "
            f"({AppendOnlyRule.HISTORY_REWRITTEN})"
        )
    if held is not None and held.status is entry.status:
        raise PublishingError(f"the service is {entry.status.name.lower()} then already")
    return service._replace(history=tuple(sorted((*service.history, entry), key=lambda each: each.starting_time)))


def with_key(service: Service, key: ServiceKey) -> Service:
    """List one more key of a service.

    Raises:
        PublishingError: it is listed already, or what it signs last would not count for the five years that a
            certificate may be valid.
    """
    if any(key.cose_key == listed.cose_key for listed in service.keys):
        raise PublishingError(f"the key {key.name} is listed already")
    last_issue = (key.sign_until - 1) // SECONDS_PER_DAY
    last_end = (last_issue + _LONGEST_CERTIFICATE) * SECONDS_PER_DAY
    if service.service_type is not ServiceType.STATUS_ISSUANCE and key.verify_until < last_end:
        raise PublishingError("certificates are valid for up to five years: let what the key signs count for longer")
    return service._replace(keys=(*service.keys, key))


def with_key_ended(service: Service, key_id: bytes, revocation: KeyRevocation) -> Service:
    """End a key before its time, or record that it was compromised.

    Args:
        service: whose key.
        key_id: the 8 bytes that tokens carry.
        revocation: why and from when.

    Raises:
        PublishingError: the service has no such key, or that key has ended and was not compromised since.
    """
    ending = [key for key in service.keys if key.key_id == key_id]
    if not ending:
        listed = ", ".join(key.name for key in service.keys)
        raise PublishingError(f"the service has no key {key_id.hex()}: it has {listed}")
    compromised = RevocationReason.KEY_COMPROMISE
    for ended in (key.revocation for key in ending if key.revocation is not None):
        if ended.reason is compromised or revocation.reason is not compromised:
            raise PublishingError(
                f"the key {key_id.hex()} has ended ({ended.reason.name.lower()}), and only its compromise may take "
                f"the place of another reason ({AppendOnlyRule.REVOCATION_CHANGED})"
            )
    return service._replace(
        keys=tuple(key._replace(revocation=revocation) if key.key_id == key_id else key for key in service.keys)
    )


def with_scope(service: Service, scope: Scope) -> Service:
    """Let a service certify something more.

    Raises:
        PublishingError: it, or what stands behind it, would end before it begins, or the same scope is listed already.
    """
    if scope in service.scopes:
        number = service.scopes.index(scope) + 1
        raise PublishingError(f"this is scope {number} already: listed twice, it would go on when one of them is ended")
    ends = (scope.until_day, *(each.until_day for each in (scope.accreditation, scope.authorisation) if each))
    if any(end is not None and end <= scope.from_day for end in ends):
        raise PublishingError(
            "the scope, or what stands behind it, would end before it begins: let it end later, or begin earlier"
        )
    return service._replace(scopes=(*service.scopes, scope))


def with_scope_ended(service: Service, number: int, until_day: int) -> Service:
    """Restrict a service: end one of its scopes, or bring its end forward.

    Args:
        service: whose scope.
        number: which one, from 1.
        until_day: first day that is not covered any more, in days since 1970.

    Raises:
        PublishingError: there is no such scope, or it ends earlier.
    """
    if not 1 <= number <= len(service.scopes):
        raise PublishingError(f"the service has no scope {number}: it has {len(service.scopes)}")
    scope = service.scopes[number - 1]
    if scope.until_day is not None and scope.until_day <= until_day:
        raise PublishingError(
            f"scope {number} ends then already: add another one to prolong it ({AppendOnlyRule.SCOPE_CHANGED})"
        )
    scopes = list(service.scopes)
    scopes[number - 1] = scope._replace(until_day=until_day)
    return service._replace(scopes=tuple(scopes))


def with_status_list(service: Service, declaration: StatusListDeclaration) -> Service:
    """Declare a status list, or the authority's list over one that is declared without.

    Raises:
        PublishingError: it is declared already, with or without a list of the authority.
    """
    for declared in service.status_lists:
        if declared.uri == declaration.uri and declaration.ncca_uri in {None, declared.ncca_uri}:
            raise PublishingError(f"{declared.uri} is declared already")
        if declared.uri == declaration.uri and declared.ncca_uri is not None:
            raise PublishingError(
                f"{declared.uri} is declared with {declared.ncca_uri} already, which stays "
                f"({AppendOnlyRule.STATUS_LIST_REMOVED})"
            )
    others = tuple(each for each in service.status_lists if each.uri != declaration.uri)
    return service._replace(status_lists=(*others, declaration))


def with_pointer(union: UnionMap, pointer: Pointer) -> UnionMap:
    """Point at a territory, or change what is said of it."""
    if all(each.territory != pointer.territory for each in union.pointers):
        return union._replace(pointers=(*union.pointers, pointer))
    return union._replace(
        pointers=tuple(pointer if each.territory == pointer.territory else each for each in union.pointers)
    )


def closed(content: L) -> L:
    """Close a list for good: it gets no next update any more."""
    return content._replace(next_update=None)


def _with_entity(national: NationalMap, entity: TrustedEntity) -> NationalMap:
    changed = _written(entity)
    return national._replace(
        entities=tuple(changed if entry.get(1) == entity.entity_id else entry for entry in national.entities)
    )


def _written(entity: TrustedEntity) -> dict[int, object]:
    written: dict[int, object] = wire.ENTITY.write(entity)  # type: ignore[assignment]
    return written
