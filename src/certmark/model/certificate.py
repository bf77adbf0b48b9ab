"""The European cybersecurity certificate (Regulation (EU) 2019/881, Article 2(11))."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import ValidationInfo, field_validator

from certmark.model.assurance import packages_problem
from certmark.model.document import Document
from certmark.model.evaluation import Package
from certmark.model.evidence import Maintenance
from certmark.model.facts import global_package
from certmark.model.fields import Flag, Text200, UpTo8, UpTo64, raise_problem
from certmark.model.parties import CertificationBody, Ncca
from certmark.model.vocabulary import DocumentType, IssuanceMode, TechnicalDomain

_LABEL_FIELDS = ("technical_domain", "issuance_mode", "validity_approval", "methodology_approval")


class CybersecurityCertificate(Document):
    """A European cybersecurity certificate, with all that Annex VII of Regulation (EU) 2024/482 names.

    Constructing it in Python raises pydantic's ValidationError; ``load_document`` and ``document_from`` raise
    ModelError.
    """

    document_type: Literal[DocumentType.CERTIFICATE] = DocumentType.CERTIFICATE
    """A certificate."""

    packages: UpTo8[Package] = ()
    """Assurance packages, the global one first (Annex VII(c)(8))."""

    technical_domain: TechnicalDomain | None = None
    """Technical domain (Annex I)."""

    itsef: Text200 | None = None
    """Laboratory, when it is not the certification body (Annex VII(c)(2))."""

    certification_body: CertificationBody | None = None
    """Certification body (Annex VII(c)(1)); not in tokens."""

    ncca: Ncca | None = None
    """Responsible authority (Annex VII(c)(3)); not in tokens."""

    issuance_mode: IssuanceMode | None = None
    """Ground of issuance (Regulation (EU) 2019/881, Article 56(4) to (6))."""

    validity_approval: Text200 | None = None
    """Reference of the authority's approval of a longer validity (Article 12(3))."""

    methodology_approval: Text200 | None = None
    """Reference of the authority's approval of an exceptional methodology (Article 7(3)(c))."""

    maintenance: UpTo64[Maintenance] = ()
    """Maintenance reports since the issue (Annex IV.3)."""

    patch_management: Flag | None = None
    """Whether a patch management mechanism was approved (Annex IV.4)."""

    @field_validator("packages")
    @classmethod
    def _packages_are_named_apart(cls, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        raise_problem(packages_problem([package.name for package in packages]))
        return packages

    @field_validator("maintenance")
    @classmethod
    def _maintained_after_issue(
        cls, maintenance: tuple[Maintenance, ...], info: ValidationInfo
    ) -> tuple[Maintenance, ...]:
        issued = info.data.get("issued")
        for index, report in enumerate(maintenance):
            if issued is not None and report.date < issued:
                raise_problem(f"has a report at {index} that is dated before the day of issue, {issued}: correct it")
        return maintenance

    def for_label(self) -> Self:
        """Give the extract that a shelf or a phone needs; the id binds it to the full certificate.

        It keeps what identifies and judges the product (of the packages the global one) and the days that count, and
        of the holder the name. Everything else it drops: documents and their digests, laboratory, addresses, CPEs,
        package URLs, aliases, links between certificates, maintenance reports, the legal basis and the rest.
        """
        package = global_package(self)
        own = {name: getattr(self, name) for name in _LABEL_FIELDS}
        own["packages"] = tuple(each for each in self.packages if each is package)
        return super().for_label().model_copy(update=own)

    def as_signed(self) -> Self:
        """Give what a token carries: all but the certification body and the authority, which trusted lists know."""
        if self.certification_body is None and self.ncca is None:
            return self
        return self.model_copy(update={"certification_body": None, "ncca": None})
