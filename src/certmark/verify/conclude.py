"""From findings to the report: the first failure in the order of the verdict table decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from certmark.model.vocabulary import Extent
from certmark.status.bitarray import Status
from certmark.trust.authority import covering_scope
from certmark.verify.checks import IDS, SPECIFICATION
from certmark.verify.currency import Freshness, list_use
from certmark.verify.product import compare
from certmark.verify.report import (
    CAVEATS,
    INDETERMINATE,
    CertificateStatus,
    Check,
    Indication,
    IssuerReport,
    ListUse,
    Outcome,
    ProductMatch,
    Report,
    SubIndication,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.trust.snapshot import TrustSnapshot
    from certmark.verify.case import Case
    from certmark.verify.checks import Finding
    from certmark.verify.policy import Policy
    from certmark.verify.signature import Opened

Promotion = Literal["yes", "no", "unknown"]

_UNPROVEN = frozenset(
    {
        SubIndication.REVOKED,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.ISSUER_NOT_AUTHORISED,
        SubIndication.CLOCK_ERROR,
    }
)
"""Failures after which the signature, though right, proves no certificate."""

_TIME_STATUS = {
    SubIndication.CERTIFICATE_EXPIRED: CertificateStatus.EXPIRED,
    SubIndication.CERTIFICATE_NOT_YET_VALID: CertificateStatus.NOT_YET_VALID,
}


def conclude(
    findings: Sequence[Finding],
    *,
    trust: TrustSnapshot,
    policy: Policy,
    at: int,
    opened: Opened | None,
    case: Case | None,
) -> Report:
    """Make the report.

    Args:
        findings: in the order of the verdict table; where they end early, the rest was not judged.
        trust: the snapshot that was used.
        policy: the policy that was used.
        at: time of verification, in seconds.
        opened: the parsed token, or None when it could not be parsed.
        case: the case, or None when the signature was not right.
    """
    sub_indication = next((finding.sub_indication for finding in findings if finding.sub_indication), None)
    indication = _indication(sub_indication)
    status = CertificateStatus.UNKNOWN if case is None else _status(case, findings, sub_indication)
    may_promote, basis = _promotion(case, status, sub_indication)
    return Report(
        indication=indication,
        sub_indication=sub_indication,
        certificate_status=status,
        may_promote=may_promote,
        may_promote_basis=basis,
        at=at,
        policy=policy.name,
        trust_label=trust.root.roles.label,
        claims=case.claims if case else None,
        issuer=_issuer(case) if case else None,
        product_match=compare(case.expected, case.claims)[0] if case else ProductMatch.NOT_ASKED,
        link_host=opened.link_host if opened else None,
        link_url=opened.link_url if opened else None,
        lists=_lists(trust, opened, case, at=at),
        checks=_checks(findings),
        untrusted_id=opened.claims.id if opened else None,
        untrusted_issuer=opened.claims.iss if opened else None,
        notices=_notices(trust, case),
    )


def _indication(sub_indication: SubIndication | None) -> Indication:
    if sub_indication is None:
        return Indication.PASSED
    return Indication.INDETERMINATE if sub_indication in INDETERMINATE else Indication.FAILED


def _checks(findings: Sequence[Finding]) -> tuple[Check, ...]:
    done = [
        Check(check_id, finding.outcome, finding.reason, finding.source)
        for check_id, finding in zip(IDS, findings, strict=False)
    ]
    not_judged = "Not judged, since an earlier check failed."
    skipped = [Check(check_id, Outcome.SKIPPED, not_judged, SPECIFICATION) for check_id in IDS[len(done) :]]
    return (*done, *skipped)


def _status(case: Case, findings: Sequence[Finding], sub_indication: SubIndication | None) -> CertificateStatus:
    if sub_indication in _UNPROVEN:
        return CertificateStatus.UNKNOWN
    if case.status.value is Status.INVALID:
        return CertificateStatus.WITHDRAWN
    for finding in findings:
        if finding.sub_indication in _TIME_STATUS:
            return _TIME_STATUS[finding.sub_indication]
    if case.status.value is Status.SUSPENDED:
        return CertificateStatus.SUSPENDED
    if case.status.value is Status.VALID and max(case.status.freshness, case.lists_freshness) <= Freshness.DUE:
        return CertificateStatus.IN_FORCE
    return CertificateStatus.UNKNOWN


def _promotion(
    case: Case | None, status: CertificateStatus, sub_indication: SubIndication | None
) -> tuple[Promotion, str]:
    """Answer the retailer's question: is it lawful to promote the product as certified?"""
    indication = _indication(sub_indication)
    if case is None or case.scheme is None or sub_indication in _UNPROVEN:
        if indication is Indication.FAILED:
            return "no", "Nothing proves that the product is certified."
        return "unknown", "This cannot be said before the verification can be completed."
    if status is not CertificateStatus.UNKNOWN:
        meaning = getattr(case.scheme.statuses, status.value)
        if meaning.may_promote == "no":
            return "no", meaning.basis
        if indication is Indication.PASSED:
            return "yes", _within_coverage(meaning.basis, case)
    if indication is Indication.FAILED:
        return "no", _REFUSALS.get(sub_indication, "The verification failed.")
    if status is CertificateStatus.IN_FORCE:
        return "unknown", "The certificate is in force, but it is not known whether it is about this product."
    return "unknown", "The present status of the certificate is not known."


_REFUSALS: dict[SubIndication | None, str] = {
    SubIndication.WRONG_PRODUCT: "Regulation (EU) 2024/482, Article 9(2)(e): only strictly identical products may be "
    "sold with reference to the certificate.",
    SubIndication.POLICY_NOT_MET: "The demands of the policy are not met.",
    SubIndication.SCHEME_VIOLATION: "The certificate breaks rules of its scheme.",
}


def _within_coverage(basis: str, case: Case) -> str:
    if case.claims.extent is Extent.PART:
        return f"{basis}; only for the part that is certified: {case.claims.scope}"
    return basis


def _issuer(case: Case) -> IssuerReport:
    signer = case.signer
    entity, national = signer.entity, signer.national_list
    scope = covering_scope(signer.service, case.attested())
    accreditation = scope.accreditation if scope else None
    at_issuance, now = signer.service.status_at(case.issued_at), signer.service.status_at(case.at)
    return IssuerReport(
        entity_id=entity.entity_id,
        name=entity.name,
        territory=national.head.territory,
        address=entity.address,
        contact=entity.contact,
        ncca=national.content.ncca.name if national.content.ncca else national.head.operator,
        accreditation=accreditation.reference if accreditation else None,
        status_at_issuance=at_issuance.status.name.lower() if at_issuance else None,
        status_now=now.status.name.lower() if now else None,
        key_id=signer.verification_key.key_id.hex(),
    )


def _lists(trust: TrustSnapshot, opened: Opened | None, case: Case | None, *, at: int) -> tuple[ListUse, ...]:
    heads = [trust.union.head]
    national = trust.national.get(opened.claims.iss[:2]) if opened else None
    if national is not None:
        heads.append(national.head)
    return (*(list_use(head, at=at) for head in heads), *(case.status.lists if case else ()))


def _notices(trust: TrustSnapshot, case: Case | None) -> tuple[str, ...]:
    label = trust.root.roles.label
    notices = [f"The trust anchor is labelled {label}."] if label else []
    if case is not None and case.scheme is not None and case.scheme.notice:
        notices.append(case.scheme.notice)
    if case is not None and case.claims.extent is Extent.PART:
        notices.append(f"Not the product as a whole is certified, but only: {case.claims.scope}")
    return (*notices, *CAVEATS)
