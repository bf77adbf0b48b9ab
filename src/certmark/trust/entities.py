"""Trusted entities, their services and keys (ETSI TS 119 602 §6.5 and §6.6), as frozen values."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from certmark.cose.keys import VerificationKey
from certmark.errors import KeyFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ServiceType(IntEnum):
    """Service types: a key of one never serves another. 3 is not used."""

    CERTIFICATE_ISSUANCE = 1
    STATUS_ISSUANCE = 2
    CERTIFICATE_APPROVAL = 4
    """Prior approval of single certificates (Regulation (EU) 2019/881, Article 56(6)(a))."""


class ServiceStatus(IntEnum):
    """Service statuses."""

    GRANTED = 1
    SUSPENDED = 2
    WITHDRAWN = 3


class RevocationReason(IntEnum):
    """Why a key may no longer be used."""

    SUPERSEDED = 1
    CESSATION = 2
    KEY_COMPROMISE = 3
    ADMINISTRATIVE = 4


class StatusEntry(NamedTuple):
    """The status of a service from an instant on.

    Attributes:
        status: the status.
        starting_time: in seconds.
        reason: for people.
        recorded_at: in seconds, when the entry was made after the fact.
    """

    status: ServiceStatus
    starting_time: int
    reason: str | None = None
    recorded_at: int | None = None


class Accreditation(NamedTuple):
    """An accreditation or authorisation (Regulation (EU) 2024/482, Article 23(3)).

    Attributes:
        reference: reference number.
        from_day: first day, in days since 1970.
        until_day: first day that is not covered any more, or None.
        body: who accredited or authorised.
    """

    reference: str
    from_day: int
    until_day: int | None = None
    body: str | None = None

    def covers(self, day: int) -> bool:
        """Tell whether a day, in days since 1970, lies in its duration."""
        return _within(day, self.from_day, self.until_day)


class Scope(NamedTuple):
    """What a service may certify or approve, and when.

    Attributes:
        scheme: scheme id.
        level: number of the assurance level: this one, not those below.
        from_day: first day, in days since 1970.
        until_day: first day that is not covered any more, or None.
        statements: whether it is about statements of conformity; else about certificates.
        max_ava_van: highest AVA_VAN level, or None for no bound.
        technical_domains: numbers of the technical domains.
        issuance_mode: number of the issuance mode, or None.
        accreditation: behind this scope, or None.
        authorisation: behind this scope, or None.
    """

    scheme: str
    level: int
    from_day: int
    until_day: int | None = None
    statements: bool = False
    max_ava_van: int | None = None
    technical_domains: tuple[int, ...] = ()
    issuance_mode: int | None = None
    accreditation: Accreditation | None = None
    authorisation: Accreditation | None = None

    def covers(self, day: int) -> bool:
        """Tell whether a day lies in the scope and in the accreditation and the authorisation behind it."""
        return (
            _within(day, self.from_day, self.until_day)
            and (self.accreditation is None or self.accreditation.covers(day))
            and (self.authorisation is None or self.authorisation.covers(day))
        )


class KeyRevocation(NamedTuple):
    """The end of a key before its time.

    Attributes:
        reason: why; a compromised key can sign any date, so it voids every signature.
        effective: in seconds.
        compromised_since: in seconds, informative.
        recorded_at: in seconds.
    """

    reason: RevocationReason
    effective: int
    compromised_since: int | None = None
    recorded_at: int | None = None


class ServiceKey(NamedTuple):
    """A key of a service (hybrid validity model: a short window to sign, a long one to verify).

    Attributes:
        cose_key: COSE_Key as it stands in the list.
        sign_from: first second in which it may sign.
        sign_until: first second in which it may not sign any more.
        verify_until: first second in which its signatures do not count any more.
        x5t: SHA-256 of the DER of its X.509 seal certificate, or None.
        revocation: its end before its time, or None.
        x5chain: DER of that certificate and of those behind it, each issued by the next one; for reports only.
    """

    cose_key: Mapping[Any, object]
    sign_from: int
    sign_until: int
    verify_until: int
    x5t: bytes | None = None
    revocation: KeyRevocation | None = None
    x5chain: tuple[bytes, ...] = ()

    @property
    def key_id(self) -> bytes | None:
        """What tokens call it, or None when the list does not say."""
        stated = self.cose_key.get(2)
        return stated if isinstance(stated, bytes) else None

    @property
    def name(self) -> str:
        """Its key id, for people."""
        return "without id" if self.key_id is None else self.key_id.hex()

    def verification_key(self) -> VerificationKey | None:
        """Give the key ready for use, or None when the list states it wrongly."""
        try:
            return VerificationKey.from_cose_key(self.cose_key)
        except KeyFormatError:
            return None

    def may_sign(self, instant: int) -> bool:
        """Tell whether an instant, in seconds, lies in its window to sign."""
        return self.sign_from <= instant < self.sign_until


class StatusListDeclaration(NamedTuple):
    """A status list that a service issues.

    Attributes:
        uri: where it is published; names it everywhere.
        ncca_uri: the list of the authority over the same indices, or None.
    """

    uri: str
    ncca_uri: str | None = None


class Service(NamedTuple):
    """A service of a trusted entity.

    Attributes:
        service_type: what it does.
        history: its status over time, oldest first.
        keys: its keys, past ones included.
        scopes: what it may certify.
        status_lists: what status lists it issues.
    """

    service_type: ServiceType
    history: tuple[StatusEntry, ...]
    keys: tuple[ServiceKey, ...]
    scopes: tuple[Scope, ...] = ()
    status_lists: tuple[StatusListDeclaration, ...] = ()

    def status_at(self, instant: int) -> StatusEntry | None:
        """Give the entry that holds at an instant, in seconds; None before the first one: not listed yet."""
        held = None
        for entry in self.history:
            if entry.starting_time > instant:
                break
            held = entry
        return held


class TrustedEntity(NamedTuple):
    """A certification body, an authority, or a manufacturer that issues statements of conformity.

    Attributes:
        entity_id: what tokens name as ``iss``, territory first.
        name: legal name.
        services: what it does.
        address: postal address.
        contact: for people.
        link_hosts: hosts that its links name.
    """

    entity_id: str
    name: str
    services: tuple[Service, ...]
    address: str | None = None
    contact: str | None = None
    link_hosts: tuple[str, ...] = ()


class Ncca(NamedTuple):
    """A national cybersecurity certification authority (Regulation (EU) 2019/881, Article 58).

    Attributes:
        entity_id: under which its own services stand in the list, if it has any.
        name: its name.
        website: its website.
    """

    entity_id: str
    name: str
    website: str | None = None


def _within(day: int, first: int, end: int | None) -> bool:
    return first <= day and (end is None or day < end)
