"""May this key, this service, sign this? Pure questions to list entries, answered with a reason or with None.

Authority is judged when a certificate was issued: losing it later voids nothing by itself (Regulation (EU) 2024/482,
Article 31). The exception is a compromised key, which can sign any date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.cwt.numericdate import day_at, from_days
from certmark.trust.entities import RevocationReason, ServiceStatus

if TYPE_CHECKING:
    from certmark.trust.entities import Scope, Service, ServiceKey
    from certmark.trust.lists import Permitted

_DOMAIN_FROM_AVA_VAN = 4
PRIOR_APPROVAL: Final = 2
"""Issuance mode of a body whose certificates the authority approves one by one."""


class Attested(NamedTuple):
    """What a certificate claims that a scope must cover.

    Attributes:
        scheme: scheme id.
        level: number of the assurance level.
        statement: whether it is a statement of conformity.
        ava_van: highest AVA_VAN level of its packages, or None.
        technical_domain: number of the technical domain, or None.
        issued: day of issue, in days since 1970.
        signed: day of iat, in days since 1970.
    """

    scheme: str
    level: int
    statement: bool
    ava_van: int | None
    technical_domain: int | None
    issued: int
    signed: int

    def on(self, day: int) -> Attested:
        """Give the same, for a scope to cover on one day alone."""
        return Attested(
            self.scheme, self.level, self.statement, self.ava_van, self.technical_domain, issued=day, signed=day
        )


def is_compromised(key: ServiceKey) -> bool:
    """Tell whether the key was compromised, whenever that was: signatures can no longer be told from forgeries."""
    return key.revocation is not None and key.revocation.reason is RevocationReason.KEY_COMPROMISE


def issuance_problem(key: ServiceKey, service: Service, signed_at: int) -> str | None:
    """Say why a key or its service was not entitled to sign at an instant (intervals are half-open).

    Args:
        key: the key that signed.
        service: whose key it is.
        signed_at: iat, in seconds.
    """
    if not key.may_sign(signed_at):
        return (
            f"the key may sign from {day_at(key.sign_from)} until {day_at(key.sign_until)}, not on {day_at(signed_at)}"
        )
    if key.revocation is not None and signed_at >= key.revocation.effective:
        return f"the key was retired on {day_at(key.revocation.effective)} ({key.revocation.reason.name.lower()})"
    entry = service.status_at(signed_at)
    if entry is None:
        return f"the service was not listed yet on {day_at(signed_at)}"
    if entry.status is not ServiceStatus.GRANTED:
        recorded = "" if entry.recorded_at is None else f", which was recorded on {day_at(entry.recorded_at)}"
        return f"the service was {entry.status.name.lower()} from {day_at(entry.starting_time)}{recorded}"
    return None


def scope_problem(service: Service, permitted: Permitted, attested: Attested) -> str | None:
    """Say why a certificate lies beyond what its issuer's service may certify.

    Args:
        service: certificate-issuing or approving service.
        permitted: what the union list lets this territory grant.
        attested: what the certificate claims.
    """
    if attested.scheme not in permitted.schemes or attested.level > permitted.max_level:
        return "the union list does not permit this territory to grant this scheme and level"
    if covering_scope(service, attested) is not None:
        return None
    scopes = [scope for scope in service.scopes if _is_about(scope, attested)]
    if not scopes:
        return f"no scope for {attested.scheme} at this assurance level"
    if not any(_is_in_force(scope, attested) for scope in scopes):
        issued, signed = from_days(attested.issued), from_days(attested.signed)
        return f"no scope covers both the issue on {issued} and the signing on {signed}"
    return f"AVA_VAN.{attested.ava_van} in this technical domain is beyond the scope"


def needs_approval(service: Service, attested: Attested) -> bool:
    """Tell whether a service may issue a certificate upon prior approval only: every scope that covers it says so."""
    if PRIOR_APPROVAL not in [scope.issuance_mode for scope in service.scopes]:
        return False
    return {scope.issuance_mode for scope in service.scopes if _covers(scope, attested)} == {PRIOR_APPROVAL}


def covering_scope(service: Service, attested: Attested) -> Scope | None:
    """Give the scope of a service that covers a certificate, or None."""
    for scope in service.scopes:
        if _covers(scope, attested):
            return scope
    return None


def _covers(scope: Scope, attested: Attested) -> bool:
    if not (_is_about(scope, attested) and _is_in_force(scope, attested)):
        return False
    ava_van = attested.ava_van or 0
    if scope.max_ava_van is not None and ava_van > scope.max_ava_van:
        return False
    domain = attested.technical_domain
    return ava_van < _DOMAIN_FROM_AVA_VAN or domain is None or domain in scope.technical_domains


def _is_about(scope: Scope, attested: Attested) -> bool:
    return scope.level == attested.level and scope.scheme == attested.scheme and scope.statements is attested.statement


def _is_in_force(scope: Scope, attested: Attested) -> bool:
    return scope.covers(attested.issued) and scope.covers(attested.signed)
