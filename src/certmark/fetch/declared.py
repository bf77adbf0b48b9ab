"""The status lists that trusted lists declare: where each is, who signs it, and whose certificates it speaks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import TrustError
from certmark.trust.entities import ServiceType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.trust import TrustSnapshot
    from certmark.trust.entities import TrustedEntity


class DeclaredList(NamedTuple):
    """A status list as an entity declares it.

    Attributes:
        uri: where it is published.
        signer: id of who signs it: the issuer, or its authority; no id where the national list names no authority.
        issuer: id of whose certificates it speaks about.
    """

    uri: str
    signer: str
    issuer: str


def declared_lists(trust: TrustSnapshot) -> Iterator[DeclaredList]:
    """Give every status list that is declared; one that several services declare comes several times."""
    for entity, authority in _entities(trust):
        for service in entity.services:
            for declared in service.status_lists if service.service_type is ServiceType.STATUS_ISSUANCE else ():
                yield DeclaredList(declared.uri, entity.entity_id, entity.entity_id)
                if declared.ncca_uri is not None:
                    yield DeclaredList(declared.ncca_uri, authority, entity.entity_id)


def _entities(trust: TrustSnapshot) -> Iterator[tuple[TrustedEntity, str]]:
    for national in trust.national.values():
        ncca = national.content.ncca
        for entry in national.content.entities:
            try:
                entity = trust.entity(str(entry.get(1)))
            except TrustError:  # a malformed entry touches no other
                continue
            if entity is not None:
                yield entity, "" if ncca is None else ncca.entity_id
