"""What a label says of a certificate (Regulation (EU) 2024/482, Article 11(3)), out of a report that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.label.refusal import LabelError
from certmark.model.facts import ava_van_of
from certmark.model.vocabulary import DocumentType, Extent, SubjectType

if TYPE_CHECKING:
    from datetime import date

    from certmark.model.vocabulary import AssuranceLevel
    from certmark.verify import Report


class Particulars(NamedTuple):
    """What a label says.

    Attributes:
        id: certificate id.
        scheme: scheme id, as ``EUCC``.
        level: assurance level.
        ava_van: AVA_VAN level of the whole, or None.
        body: name of the certification body, from the trusted list.
        accreditation: reference of its accreditation, from the trusted list; statements need none.
        issued: day of issue; year and month are printed.
        valid_until: last day of validity, included.
        statement: whether it is a statement of conformity and no certificate.
        part: whether only a part of the product is certified.
        notice: what everyone must be told of the scheme, or None.
        root: label of the root of trust (``DEMO``), or None.
    """

    id: str
    scheme: str
    level: AssuranceLevel
    ava_van: int | None
    body: str
    accreditation: str | None
    issued: date
    valid_until: date
    statement: bool
    part: bool
    notice: str | None
    root: str | None

    @classmethod
    def of(cls, report: Report, *, status_was_asked: bool = True) -> Particulars:
        """Take them out of a report.

        Args:
            report: of a certificate or statement that may be promoted.
            status_was_asked: False lets pass what is in order but for a status that nobody looked up.

        Raises:
            LabelError: the report does not allow a label, or the accreditation that must stand on it is not known.
        """
        claims, issuer = report.claims, report.issuer
        accepted = report.passed or (_only_status_is_missing(report) and not status_was_asked)
        if claims is None or issuer is None or not accepted:
            raise LabelError(report.summary)
        if claims.subject_type is SubjectType.PROTECTION_PROFILE:
            raise LabelError(f"{claims.id} is of a protection profile, and labels are for products that are certified")
        if report.may_promote == "no":
            raise LabelError(f"{claims.id} is {report.certificate_status}: {report.may_promote_basis}")
        statement = claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY
        if issuer.accreditation is None and not statement:
            raise LabelError(f"the trusted list names no accreditation of {issuer.entity_id} that covers {claims.id}")
        return cls(
            id=claims.id,
            scheme=claims.scheme,
            level=claims.assurance_level,
            ava_van=ava_van_of(claims),
            body=issuer.name,
            accreditation=issuer.accreditation,
            issued=claims.issued,
            valid_until=claims.valid_until,
            statement=statement,
            part=claims.extent is Extent.PART,
            notice=report.scheme_notice,
            root=report.trust_label,
        )


def _only_status_is_missing(report: Report) -> bool:
    decisive = report.decisive
    return decisive is not None and decisive.id == "status_known"
