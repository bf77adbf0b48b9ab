"""What a report says, made out of the evidence on demand: most reports are asked for their indication only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from certmark.model.vocabulary import Extent, SubjectType
from certmark.status.bitarray import Status
from certmark.trust.authority import covering_scope
from certmark.verify.checks import DECIDING, validity
from certmark.verify.currency import Freshness, list_use
from certmark.verify.outcome import (
    CAVEATS,
    INDETERMINATE,
    ApprovalReport,
    CertificateStatus,
    Check,
    Finding,
    Indication,
    IssuerReport,
    ListUse,
    Outcome,
    ProductMatch,
    SubIndication,
)
from certmark.verify.product import compare
from certmark.verify.remarks import REMARKS, covered
from certmark.verify.signature import up_to_signature
from certmark.verify.sources import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.trust.snapshot import TrustSnapshot
    from certmark.verify.case import Case
    from certmark.verify.policy import Policy
    from certmark.verify.signature import Opened

Promotion: TypeAlias = Literal["yes", "no", "unknown"]

BEFORE_SIGNATURE: Final = ("format", "algorithm", "issuer_listed", "signature")
"""Ids of the checks up to the signature; when one of them fails, nothing that follows can be judged."""

IDS: Final = (*BEFORE_SIGNATURE, *(each.id for each in (*DECIDING, *REMARKS)))
"""Ids of all checks, in the order of reports; the last five never decide."""


class Evidence(NamedTuple):
    """What a verification found, and with what it was made: frozen, so that everything follows from it at any time.

    Attributes:
        sub_indication: the first failure in the order of the verdict table, or None.
        failure: why there is no case, or None.
        trust: the snapshot that was used.
        policy: the policy that was used.
        at: time of verification, in seconds.
        opened: the parsed token, or None when it could not be parsed.
        case: the case, or None when the signature was not right.
        found: what each deciding check found in the case.
    """

    sub_indication: SubIndication | None
    failure: Finding | None
    trust: TrustSnapshot
    policy: Policy
    at: int
    opened: Opened | None
    case: Case | None
    found: Sequence[Finding | None] = ()


_UNPROVEN = frozenset(
    {
        SubIndication.REVOKED,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        SubIndication.ISSUER_NOT_AUTHORISED,
        SubIndication.CLOCK_ERROR,
    }
)
"""Failures after which the signature, though right, proves no certificate (one of them: of the approval)."""

_TIME_STATUS: dict[SubIndication | None, CertificateStatus] = {
    SubIndication.CERTIFICATE_EXPIRED: CertificateStatus.EXPIRED,
    SubIndication.CERTIFICATE_NOT_YET_VALID: CertificateStatus.NOT_YET_VALID,
}


def indication_of(sub_indication: SubIndication | None) -> Indication:
    """Give the indication that a failure means; None: nothing failed."""
    if sub_indication is None:
        return Indication.PASSED
    return Indication.INDETERMINATE if sub_indication in INDETERMINATE else Indication.FAILED


def checks(evidence: Evidence) -> tuple[Check, ...]:
    """Give every check; what an earlier failure leaves without ground was not judged."""
    opened, case, failure = evidence.opened, evidence.case, evidence.failure
    findings = up_to_signature(opened, failure) if opened is not None else () if failure is None else (failure,)
    made = [
        Check(check_id, outcome, reason, source)
        for check_id, (outcome, reason, source, _) in zip(BEFORE_SIGNATURE, findings, strict=False)
    ]
    if case is None:
        not_judged = "Not judged, since an earlier check failed."
        made += [Check(check_id, Outcome.SKIPPED, not_judged, SPECIFICATION) for check_id in IDS[len(made) :]]
    else:
        made += [each.check(case, found) for each, found in zip(DECIDING, evidence.found, strict=True)]
        made += [each.check(case, each.judge(case)) for each in REMARKS]
    return tuple(made)


def certificate_status(evidence: Evidence) -> CertificateStatus:
    """Give the status of the certificate; unknown unless the signature proves a certificate."""
    case = evidence.case
    if case is None or evidence.sub_indication in _UNPROVEN:
        return CertificateStatus.UNKNOWN
    status = case.status
    if status.value is Status.INVALID:
        return CertificateStatus.WITHDRAWN
    out_of_time = validity.judge(case)
    if out_of_time is not None:
        return _TIME_STATUS[out_of_time.sub_indication]
    if status.value is Status.SUSPENDED:
        return CertificateStatus.SUSPENDED
    if status.value is Status.VALID and _is_current(case):
        return CertificateStatus.IN_FORCE
    return CertificateStatus.UNKNOWN


def _is_current(case: Case) -> bool:
    """Tell whether everyone who may speak about the certificate was heard, in lists that are fresh or due."""
    return case.status.complete and max(case.status.freshness, case.lists_freshness) <= Freshness.DUE


def promotion(evidence: Evidence) -> tuple[Promotion, str]:
    """Answer the retailer's question, with its ground: is it lawful to promote the product as certified?"""
    case, sub_indication = evidence.case, evidence.sub_indication
    indication = indication_of(sub_indication)
    if case is None or case.scheme is None or sub_indication in _UNPROVEN:
        if indication is Indication.FAILED:
            return "no", "Nothing proves that the product is certified."
        return "unknown", "This cannot be said before the verification can be completed."
    status = certificate_status(evidence)
    meaning = None if status is CertificateStatus.UNKNOWN else getattr(case.scheme.statuses, status.value)
    if meaning is not None and meaning.may_promote == "no":
        return "no", meaning.basis
    if indication is Indication.PASSED:
        if case.claims.subject_type is SubjectType.PROTECTION_PROFILE:
            return "no", "What is certified is a protection profile: by itself that makes no product certified."
        # a suspended one is told from old lists too, which may hide that it was withdrawn since
        if meaning is not None and _is_current(case):
            return "yes", _within_coverage(meaning.basis, case)
    if indication is Indication.FAILED:
        return "no", _REFUSALS.get(sub_indication, "The verification failed.")
    if meaning is not None and _is_current(case):
        named = status.replace("_", " ")
        return "unknown", f"The certificate is {named}, but it is not known whether it is about this product."
    return "unknown", "The present status of the certificate is not known."


_REFUSALS: dict[SubIndication | None, str] = {
    SubIndication.WRONG_PRODUCT: "Regulation (EU) 2024/482, Article 9(2)(e): only strictly identical products may be "
    "sold with reference to the certificate.",
    SubIndication.POLICY_NOT_MET: "The demands of the policy are not met.",
    SubIndication.SCHEME_VIOLATION: "The certificate breaks rules of its scheme.",
}


def _within_coverage(basis: str, case: Case) -> str:
    if case.claims.extent is Extent.PART:
        return f"{basis}; only for the part that is {covered(case.claims)}: {case.claims.scope}"
    return basis


def issuer(evidence: Evidence) -> IssuerReport | None:
    """Describe the issuer, as the trusted lists know it, once the signature was right."""
    case = evidence.case
    if case is None:
        return None
    signer = case.signer
    entity, national = signer.entity, signer.national_list
    scope = covering_scope(signer.service, case.attested)
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
        known_until=national.head.issued_at,
    )


def approval(evidence: Evidence) -> ApprovalReport | None:
    """Describe who approved the certificate, as the trusted lists know them, once that signature was right, too."""
    case = evidence.case
    if case is None or case.approval is None or isinstance(case.approval.approver, Finding):
        return None
    said, approver = case.approval.approval, case.approval.approver
    key_id = approver.verification_key.key_id.hex()
    return ApprovalReport(approver.entity_id, approver.entity.name, said.issued_at, key_id)


def product_match(evidence: Evidence) -> ProductMatch:
    """Say whether the certificate is about the expected product."""
    case = evidence.case
    return ProductMatch.NOT_ASKED if case is None else compare(case.expected, case.claims)[0]


def lists(evidence: Evidence) -> tuple[ListUse, ...]:
    """Describe the signed lists that the result rests on."""
    trust, opened, case, at = evidence.trust, evidence.opened, evidence.case, evidence.at
    heads = [trust.union.head]
    national = trust.national.get(opened.claims.iss[:2]) if opened else None
    if national is not None:
        heads.append(national.head)
    return (*(list_use(head, at=at) for head in heads), *(case.status.uses(at) if case else ()))


def scheme_notice(evidence: Evidence) -> str | None:
    """Give what the scheme wants everyone to be told, in the words of its author."""
    scheme = evidence.case.scheme if evidence.case else None
    return scheme.notice if scheme else None


def notices(evidence: Evidence) -> tuple[str, ...]:
    """Give the sentences that must be shown with the result."""
    label, case, notice = evidence.trust.root.roles.label, evidence.case, scheme_notice(evidence)
    said = [f"The trust anchor is labelled {label}."] if label else []
    if notice is not None:
        said.append(notice)
    if case is not None and case.claims.extent is Extent.PART:
        said.append(f"Not the product as a whole is {covered(case.claims)}, but only: {case.claims.scope}")
    return (*said, *CAVEATS)
