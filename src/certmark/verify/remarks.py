"""The checks that never decide: what a person should know beside the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark.model.vocabulary import DocumentType, Extent
from certmark.status.bitarray import Status
from certmark.trust.entities import ServiceStatus
from certmark.verify.checks import as_far_as_known
from certmark.verify.judgement import check
from certmark.verify.outcome import Finding, skipped, warned
from certmark.verify.seal import seal_certificate
from certmark.verify.sources import EUCC, SPECIFICATION

if TYPE_CHECKING:
    from certmark.claims import CertificateClaims
    from certmark.verify.case import Case

_SUSPENSION = f"{EUCC}, Articles 9(2)(d) and 30"
_COVERAGE = f"{EUCC}, Articles 9(2)(c) and 10(2)"
_LATER_LOSS = f"{EUCC}, Article 31(2)"


@check("No suspension is known.", _SUSPENSION)
def not_suspended(case: Case) -> Finding | None:
    """Suspended is said aloud, even where it leaves the certificate valid."""
    if case.status.value is Status.SUSPENDED:
        scheme = case.scheme
        if scheme is not None and scheme.statuses.suspended.may_promote == "yes":
            return warned("The certificate is suspended.", scheme.legal_basis or scheme.id)
        return warned("The certificate is suspended: stop promoting the product as certified.", _SUSPENSION)
    return None


@check("The whole product is covered.", _COVERAGE)
def coverage(case: Case) -> Finding | None:
    """A certified part does not make a certified product."""
    if case.claims.extent is Extent.PART:
        return warned(f"Only a part of the product is {covered(case.claims)}: {case.claims.scope}", _COVERAGE)
    return None


def promotion_question(document_type: str | None) -> str:
    """Put into words what ``may_promote`` answers: an EU statement of conformity may be mentioned, as what it is."""
    if document_type == DocumentType.STATEMENT_OF_CONFORMITY:
        return "May be mentioned, not as a certificate"
    return "May be promoted as certified"


def covered(claims: CertificateClaims) -> str:
    """Say what a document does to what it is about: an EU statement of conformity certifies nothing."""
    return "covered" if claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY else "certified"


@check(lambda case: f"The issuer is authorised today{as_far_as_known(case, case.at)}.", _LATER_LOSS)
def issuer_today(case: Case) -> Finding | None:
    """Losing authority later voids nothing, but is worth knowing."""
    entry = case.signer.service.status_at(case.at)
    if entry is None or entry.status is not ServiceStatus.GRANTED:
        what = entry.status.name.lower() if entry else "not listed"
        return warned(f"The issuer's service is {what} today; this voids nothing by itself.", _LATER_LOSS)
    return None


@check(lambda case: f"{case.link_host} is a host of the issuer.", SPECIFICATION)
def link_host(case: Case) -> Finding | None:
    """The host of a link proves nothing; a known one is a good sign, an unknown one a bad one."""
    hosts = case.signer.entity.link_hosts
    if case.link_host is None:
        return skipped("The code is no link.", SPECIFICATION)
    if not hosts:
        return skipped("The issuer has not named the hosts of its links.", SPECIFICATION)
    if case.link_host not in hosts:
        reason = f"The link leads to {case.link_host}, which is none of the issuer's hosts: do not follow it."
        return warned(reason, SPECIFICATION)
    return None


REMARKS: Final = (not_suspended, coverage, issuer_today, link_host, seal_certificate)
"""In the order of reports."""
