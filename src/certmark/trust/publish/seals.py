"""Seal certificates before they are listed: what is refused, and what whoever keeps the list should think about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from certmark.cose.certificates import SignerCertificate, unlinked
from certmark.cwt.numericdate import day_at
from certmark.errors import KeyFormatError, PublishingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.trust.entities import Service, ServiceKey, TrustedEntity

_IDENTIFIER: Final = re.compile("(?:[A-Z]{3}|[A-Z]{2}:)([A-Z]{2})-.+")
"""Type of the register, country, number in it (ETSI EN 319 412-1 §5.1.4)."""
_SPELT_OTHERWISE: Final = {"EL": "GR"}
_NO_COUNTRY: Final = "XG"
"""Stands in the place of the country before a global number, as an LEI."""


def sealed(key: ServiceKey, path: Sequence[SignerCertificate]) -> ServiceKey:
    """Give a listed key its seal certificate and those behind it.

    Raises:
        PublishingError: the certificate is for another key or not for sealing, or the key has another one.
    """
    seal, *_ = path
    if problem := _misfit(key, seal):
        raise PublishingError(problem)
    if key.x5t not in {None, seal.x5t} or key.x5chain:
        raise PublishingError(f"the key {key.name} has a seal certificate, which stays: list a new key with a new one")
    return key._replace(x5t=seal.x5t, x5chain=tuple(each.der for each in path))


def with_certificates(service: Service, path: Sequence[SignerCertificate]) -> Service:
    """Give the key of a service that a certificate is for that certificate and those behind it.

    Raises:
        PublishingError: no listed key is that of the certificate, or ``sealed`` refuses it.
    """
    wanted = _thumbprint(path[0])
    keys = [sealed(key, path) if _is(key, wanted) else key for key in service.keys]
    if keys == list(service.keys):
        raise PublishingError("the certificate is for none of the listed keys of the service: list its key first")
    return service._replace(keys=tuple(keys))


def require_fitting(service: Service) -> None:
    """Require of the certificates in a service that each begins with one for its key.

    Raises:
        PublishingError: one cannot be read, is for another key, or not for sealing.
    """
    for key in service.keys:
        if not key.x5chain:
            continue
        try:
            seal, *_ = map(SignerCertificate.from_der, key.x5chain)
        except KeyFormatError as error:
            raise PublishingError(f"key {key.name}: {error}") from error
        if problem := _misfit(key, seal):
            raise PublishingError(f"key {key.name}: {problem}")


def doubts(key: ServiceKey, path: Sequence[SignerCertificate], entity: TrustedEntity) -> list[str]:
    """Say what is odd about the certificates of a key, in clauses; the list may say so all the same.

    Args:
        key: as it is listed.
        path: its certificate, and those behind it.
        entity: whose key it is.
    """
    seal, *_ = path
    said = []
    if key.sign_from < seal.not_before or key.sign_until - 1 > seal.not_after:
        window = f"the key may sign from {day_at(key.sign_from)} until {day_at(key.sign_until)}"
        said.append(
            f"{window}, and its certificate is valid from {day_at(seal.not_before)} to {day_at(seal.not_after)}"
        )
    said += _about_the_body(seal, entity)
    if seal.key_usage is None:
        said.append("the certificate does not say what its key is for (keyUsage)")
    broken = unlinked(path)
    if broken is not None:
        said.append(f"the certificates do not form a path: {broken}")
    return said


def _about_the_body(seal: SignerCertificate, entity: TrustedEntity) -> list[str]:
    said = []
    if seal.organisation is None or seal.organisation.casefold() != entity.name.casefold():
        said.append(f"the certificate is for {seal.organisation or 'no organisation'}, and the body is {entity.name}")
    identifier = seal.organisation_identifier
    if identifier is None:
        said.append("the certificate has no organizationIdentifier, which tells one legal person from another")
        return said
    written = _IDENTIFIER.fullmatch(identifier)
    territory = entity.entity_id[:2]
    if written is None:
        said.append(f"the organizationIdentifier {identifier} is not written as ETSI EN 319 412-1 asks")
    elif _SPELT_OTHERWISE.get(written[1], written[1]) not in {territory, _NO_COUNTRY}:
        said.append(f"the organizationIdentifier {identifier} is of another country than {territory}")
    return said


def _misfit(key: ServiceKey, seal: SignerCertificate) -> str | None:
    if not _is(key, _thumbprint(seal)):
        return f"the certificate of {seal.subject} is for another key"
    if seal.usage_problem is not None:
        return f"the certificate of {seal.subject} cannot be listed: {seal.usage_problem}"
    return None


def _thumbprint(seal: SignerCertificate) -> bytes | None:
    try:
        return seal.verification_key().thumbprint
    except KeyFormatError:
        return None


def _is(key: ServiceKey, thumbprint: bytes | None) -> bool:
    listed = key.verification_key()
    return listed is not None and listed.thumbprint == thumbprint
