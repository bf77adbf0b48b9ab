"""The approval of a single certificate: who gave it, and whether it counts.

What is present must be right, whether or not the issuer needed it. The authority is judged when it approved, as the
issuer is when it issued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from certmark.cwt.approval import may_approve
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, instant_at
from certmark.errors import TrustError
from certmark.trust.authority import covering_scope, is_compromised, issuance_problem, needs_approval
from certmark.trust.entities import ServiceType
from certmark.verify.currency import Freshness, list_freshness
from certmark.verify.judgement import check
from certmark.verify.outcome import Finding, SubIndication, failed, skipped
from certmark.verify.signature import algorithm_problem
from certmark.verify.sources import CSA

if TYPE_CHECKING:
    from certmark.cwt.approval import Approval
    from certmark.trust.snapshot import Candidate, TrustSnapshot
    from certmark.verify.case import Case
    from certmark.verify.policy import Policy

_PRIOR_APPROVAL: Final = f"{CSA}, Article 56(6)(a)"
_NOT_NEEDED: Final = skipped("The issuer needs no approval of each certificate.", _PRIOR_APPROVAL)


class Approved(NamedTuple):
    """An approval that came with a certificate.

    Attributes:
        approval: what it states.
        approver: the listed key that signed it, or why there is none.
    """

    approval: Approval
    approver: Candidate | Finding


def find_approver(
    approval: Approval, issuer: Candidate, *, trust: TrustSnapshot, policy: Policy, at: int
) -> Candidate | Finding:
    """Find the listed key that signed an approval, or say why there is none.

    Args:
        approval: parsed.
        issuer: the key that signed the certificate.
        trust: whose keys count.
        policy: which algorithms count.
        at: time of verification, in seconds.
    """
    headers, authority = approval.message.headers, approval.authority
    problem = algorithm_problem(headers.alg, policy, at=at, of=" of the approval")
    if problem is not None:
        return failed(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, problem, _PRIOR_APPROVAL)
    territory = issuer.entity_id[:2]
    if not may_approve(authority, issuer.entity_id):
        whose = f"an authority of {territory} other than the issuer has to approve what {issuer.entity_id} issues"
        return _refused(f"{authority} cannot approve this: {whose}.")
    key_id = headers.key_id or b""
    try:
        candidates = trust.candidates(key_id, authority, ServiceType.CERTIFICATE_APPROVAL)
    except TrustError as error:
        return _unknown(f"Whether {authority} may approve cannot be told: {error}.")
    for candidate in candidates:
        if approval.message.is_signed_by(candidate.verification_key):
            return candidate
    if candidates:
        return _refused(f"The approval by {authority} is not of this certificate: its signature is wrong.")
    if list_freshness(issuer.national_list.head, at=at, grace=policy.grace) > Freshness.DUE:
        reason = f"the trusted list of {territory} is out of date. Get the newest bundle and try again"
        return _unknown(f"The key {key_id.hex()} of {authority} for approvals is not known: {reason}.")
    return _refused(f"The trusted list of {territory} does not let {authority} approve with the key {key_id.hex()}.")


def _by_whom(case: Case) -> str:
    approval, _ = cast("Approved", case.approval)  # without one something else was found
    return f"{approval.authority} approved exactly this certificate on {day_at(approval.issued_at)}."


@check(_by_whom, _PRIOR_APPROVAL)
def approved(case: Case) -> Finding | None:
    """Where the issuer needs the authority's approval of each certificate, it must be there; and what is, be right."""
    if case.approval is None:
        if not needs_approval(case.signer.service, case.attested):
            return _NOT_NEEDED
        issuer, territory = case.signer.entity_id, case.signer.national_list.head.territory
        return _refused(
            f"{issuer} may issue this upon prior approval by the authority of {territory} only, and there is none."
        )
    approval, approver = case.approval
    if isinstance(approver, Finding):
        return approver
    if is_compromised(approver.key):
        reason = "The key that signed the approval was compromised: it proves no approval, whatever date it bears."
        return failed(SubIndication.REVOKED, reason, _PRIOR_APPROVAL)
    if case.at >= approver.key.verify_until:
        reason = f"Approvals by this key count until {day_at(approver.key.verify_until)} only."
        return failed(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, reason, _PRIOR_APPROVAL)
    problem = issuance_problem(approver.key, approver.service, approval.issued_at) or _misfit(approval, approver, case)
    return None if problem is None else _refused(f"{approval.authority} was not entitled to approve this: {problem}.")


def _misfit(approval: Approval, approver: Candidate, case: Case) -> str | None:
    """Say why an approval in order by itself is none of this certificate."""
    if approval.issued_at > case.issued_at:
        given, signed = instant_at(approval.issued_at), instant_at(case.issued_at)
        return f"it did so at {given}, after the certificate was signed at {signed}"
    if covering_scope(approver.service, case.attested.on(approval.issued_at // SECONDS_PER_DAY)) is None:
        return f"none of its scopes covered such certificates on {day_at(approval.issued_at)}"
    return None


def _refused(reason: str) -> Finding:
    return failed(SubIndication.ISSUER_NOT_AUTHORISED, reason, _PRIOR_APPROVAL)


def _unknown(reason: str) -> Finding:
    return failed(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, reason, _PRIOR_APPROVAL)
