"""A certificate that was verified: the one value that an application may rely on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certmark.model.vocabulary import DocumentType

if TYPE_CHECKING:
    from certmark.claims import CertificateClaims
    from certmark.model import AnyDocument
    from certmark.verify.outcome import IssuerReport
    from certmark.verify.report import Report


@dataclass(frozen=True, slots=True)
class VerifiedCertificate:
    """A certificate whose report is PASSED; ``Verifier.verify`` makes it.

    Attributes:
        claims: what the certificate says, as checked.
        issuer: who issued it, as the trusted lists know them.
        report: the whole report.
    """

    claims: CertificateClaims
    issuer: IssuerReport
    report: Report

    def __post_init__(self) -> None:
        """Refuse to be made from a report that is not PASSED."""
        if not self.report.passed or self.claims is not self.report.claims or self.issuer is not self.report.issuer:
            raise TypeError("a VerifiedCertificate comes out of Verifier.verify only")

    @property
    def document(self) -> AnyDocument:
        """The certificate as a model, with the body and the authority that the trusted lists name (loads pydantic)."""
        document = self.claims.to_document()
        if document.document_type is not DocumentType.CERTIFICATE:
            return document
        from certmark.model import CertificationBody, Ncca  # noqa: PLC0415 verification works without pydantic

        issuer = self.issuer
        body = CertificationBody(
            name=issuer.name,
            address=issuer.address,
            contact=issuer.contact,
            accreditation_reference=issuer.accreditation,
        )
        ncca = Ncca(name=issuer.ncca, country=issuer.territory)
        return document.model_copy(update={"certification_body": body, "ncca": ncca})
