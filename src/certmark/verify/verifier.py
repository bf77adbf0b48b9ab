"""The verifier: text in, report out, without network, disk or clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certmark.cwt.numericdate import to_seconds
from certmark.errors import DecodeError, VerificationError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.model.scheme import Scheme, eucc
from certmark.status.snapshot import NO_STATUS, StatusSnapshot
from certmark.verify.case import Case
from certmark.verify.checks import AFTER_SIGNATURE
from certmark.verify.conclude import conclude
from certmark.verify.currency import NOT_REFERENCED, current_status, list_freshness
from certmark.verify.policy import STANDARD, Policy
from certmark.verify.signature import Opened, find_signer, open_token, undecodable
from certmark.verify.verified import VerifiedCertificate

if TYPE_CHECKING:
    from datetime import datetime

    from certmark.trust.snapshot import Candidate, TrustSnapshot
    from certmark.verify.product import Product
    from certmark.verify.report import Report


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
            token: text (a link or a bare code), or the bytes of the tagged COSE message.
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
            token: text (a link or a bare code), or the bytes of the tagged COSE message.
            at: time of verification, aware.
            expect: the product at hand, when there is one to compare with.

        Raises:
            ValueError: ``at`` has no time zone: a mistake of the caller, not of the token.
        """
        now = to_seconds(at)
        opened = case = None
        try:
            opened = open_token(token, limits=self.limits)
        except DecodeError as error:
            findings = [undecodable(error)]
        else:
            findings, signer = find_signer(opened, trust=self.trust, policy=self.policy, at=now)
            if signer is not None:
                case = self._case(opened, signer, at=now, expected=expect)
                findings += [check(case) for check in AFTER_SIGNATURE]
        return conclude(findings, trust=self.trust, policy=self.policy, at=now, opened=opened, case=case)

    def _case(self, opened: Opened, signer: Candidate, *, at: int, expected: Product | None) -> Case:
        claims, union, grace = opened.claims, self.trust.union, self.policy.grace
        schemes = (eucc(),) if self.schemes is None else self.schemes
        status = NOT_REFERENCED
        if claims.status is not None:
            index, uri = claims.status
            status = current_status(signer, self.status, index=index, uri=uri, at=at, grace=grace)
        return Case(
            claims=claims,
            issued_at=opened.issued_at,
            signer=signer,
            union=union,
            scheme=next((scheme for scheme in schemes if scheme.id == claims.scheme), None),
            status=status,
            lists_freshness=max(
                list_freshness(union.head, at=at, grace=grace),
                list_freshness(signer.national_list.head, at=at, grace=grace),
            ),
            policy=self.policy,
            at=at,
            expected=expected,
            link_host=opened.link_host,
        )
