"""The verifier: text in, report out, without network, disk or clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certmark.cwt.numericdate import to_seconds
from certmark.errors import DecodeError, VerificationError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.model.scheme import Scheme, eucc
from certmark.status.snapshot import NO_STATUS, StatusSnapshot
from certmark.verify.approval import Approved, find_approver
from certmark.verify.case import Case, attested_by
from certmark.verify.checks import first_failure, judged
from certmark.verify.conclude import Evidence
from certmark.verify.currency import NOT_REFERENCED, current_status, list_freshness
from certmark.verify.outcome import Finding, SubIndication, failed
from certmark.verify.policy import STANDARD, Policy
from certmark.verify.report import Report
from certmark.verify.signature import Opened, find_signer, open_token, undecodable
from certmark.verify.sources import SPECIFICATION
from certmark.verify.verified import VerifiedCertificate

if TYPE_CHECKING:
    from datetime import datetime

    from certmark.trust.snapshot import Candidate, TrustSnapshot
    from certmark.verify.product import Product


@dataclass(frozen=True, slots=True, eq=False)
class Verifier:
    """Verifies certificate tokens against a trust snapshot; immutable, so it may be shared between threads.

    Attributes:
        trust: whom to trust.
        status: what has changed since; without it, every status that a certificate refers to is unknown.
        policy: what is demanded.
        schemes: schemes that are known; EUCC when left out.
        limits: bounds on input.
    """

    trust: TrustSnapshot
    status: StatusSnapshot = NO_STATUS
    policy: Policy = STANDARD
    schemes: tuple[Scheme, ...] | None = None
    limits: Limits = DEFAULT_LIMITS

    def verify(self, token: str | bytes, *, at: datetime, expect: Product | None = None) -> VerifiedCertificate:
        """Verify a token and give the certificate, or raise.

        Args:
            token: text (a link or a bare code), or the bytes of the tagged COSE message and of its approval.
            at: time of verification, aware.
            expect: the product at hand, when there is one to compare with.

        Raises:
            VerificationError: the report is FAILED or INDETERMINATE; it is in ``error.report``.
            ValueError: ``at`` has no time zone: a mistake of the caller, not of the token.
        """
        report = self.report(token, at=at, expect=expect)
        if report.claims is None or report.issuer is None or not report.passed:
            raise VerificationError(report)
        return VerifiedCertificate(report.claims, report.issuer, report)

    def report(self, token: str | bytes, *, at: datetime, expect: Product | None = None) -> Report:
        """Verify a token and say everything that was found; no token makes it raise.

        Args:
            token: text (a link or a bare code), or the bytes of the tagged COSE message and of its approval.
            at: time of verification, aware.
            expect: the product at hand, when there is one to compare with.

        Raises:
            ValueError: ``at`` has no time zone: a mistake of the caller, not of the token.
        """
        now = to_seconds(at)
        try:
            opened = open_token(token, limits=self.limits)
        except DecodeError as error:
            return self._without_token(undecodable(error), at=now)
        trust, policy = self.trust, self.policy
        signer = find_signer(opened, trust=trust, policy=policy, at=now)
        if isinstance(signer, Finding):
            return Report(Evidence(signer.sub_indication, signer, trust, policy, now, opened, None))
        case = self._case(opened, signer, at=now, expected=expect)
        found = judged(case)
        return Report(Evidence(first_failure(found), None, trust, policy, now, opened, case, found))

    def unreadable(self, reason: str, *, at: datetime) -> Report:
        """Report on something that was given as a token and could not even be read, as a picture without a code.

        Args:
            reason: what is wrong with it, in a sentence for people.
            at: time of verification, aware.

        Raises:
            ValueError: ``at`` has no time zone.
        """
        return self._without_token(failed(SubIndication.FORMAT_FAILURE, reason, SPECIFICATION), at=to_seconds(at))

    def _without_token(self, finding: Finding, *, at: int) -> Report:
        return Report(Evidence(finding.sub_indication, finding, self.trust, self.policy, at, None, None))

    def _case(self, opened: Opened, signer: Candidate, *, at: int, expected: Product | None) -> Case:
        approved = None
        if opened.approval is not None:
            # at once after the other signature: what else has to be done would leave the processor's caches in between
            approver = find_approver(opened.approval, signer, trust=self.trust, policy=self.policy, at=at)
            approved = Approved(opened.approval, approver)
        claims, issued_at, union, grace = opened.claims, opened.issued_at, self.trust.union, self.policy.grace
        schemes = (eucc(),) if self.schemes is None else self.schemes
        national = signer.national_list.head
        status = NOT_REFERENCED
        if claims.status is not None:
            index, uri = claims.status
            status = current_status(signer, self.status, index=index, uri=uri, at=at, grace=grace)
        return Case(
            claims,
            issued_at,
            attested_by(claims, issued_at=issued_at),
            signer,
            approved,
            union,
            next((scheme for scheme in schemes if scheme.id == claims.scheme), None),
            status,
            max(
                list_freshness(union.head, at=at, grace=grace),
                list_freshness(national, at=at, grace=grace),
            ),
            max(self.trust.root.head.issued_at, union.head.issued_at, national.issued_at),
            self.policy,
            at,
            expected,
            opened.link_host,
        )
