"""One verification in progress: what the checks look at, once the signature was right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.cwt.numericdate import SECONDS_PER_DAY, to_days
from certmark.model.vocabulary import DocumentType, number_of
from certmark.trust.authority import Attested

if TYPE_CHECKING:
    from certmark.claims import CertificateClaims
    from certmark.model.scheme import Scheme
    from certmark.trust.lists import UnionList
    from certmark.trust.snapshot import Candidate
    from certmark.verify.approval import Approved
    from certmark.verify.currency import CurrentStatus, Freshness
    from certmark.verify.policy import Policy
    from certmark.verify.product import Product


class Case(NamedTuple):
    """What the checks after the signature look at.

    Attributes:
        claims: the certificate.
        issued_at: iat, in seconds.
        attested: what the issuer's scope must cover.
        signer: the listed key that signed, and what stands behind it.
        approval: the approval that came with the certificate, and who signed it, or None.
        union: the union list.
        scheme: the certificate's scheme, or None when it is unknown.
        status: what the status lists say.
        lists_freshness: of the older of union list and national list.
        lists_issued_at: when the newest of root, union list and national list was signed, in seconds.
        policy: what is demanded.
        at: time of verification, in seconds.
        expected: the product at hand, or None.
        link_host: host of the link, or None.
    """

    claims: CertificateClaims
    issued_at: int
    attested: Attested
    signer: Candidate
    approval: Approved | None
    union: UnionList
    scheme: Scheme | None
    status: CurrentStatus
    lists_freshness: Freshness
    lists_issued_at: int
    policy: Policy
    at: int
    expected: Product | None
    link_host: str | None


def attested_by(claims: CertificateClaims, *, issued_at: int) -> Attested:
    """Give what the scope of the issuer must cover: of several packages the highest AVA_VAN level.

    Args:
        claims: the certificate.
        issued_at: iat, in seconds.
    """
    domain = claims.technical_domain
    return Attested(
        claims.scheme,
        number_of(claims.assurance_level),
        claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY,
        max((package.ava_van or 0 for package in claims.packages), default=0) or None,
        number_of(domain) if domain else None,
        to_days(claims.issued),
        issued_at // SECONDS_PER_DAY,
    )
