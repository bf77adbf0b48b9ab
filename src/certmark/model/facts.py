"""What scheme rules may ask of a certificate, whether it comes from JSON or from a token.

Both ``CybersecurityCertificate`` (pydantic, for people who write certificates) and ``CertificateClaims`` (the checked
claims of a token) satisfy ``CertificateFacts``, so each rule is written once and verification builds no model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from certmark.model.vocabulary import (
        AssuranceLevel,
        Content,
        DocumentType,
        Extent,
        IssuanceMode,
        SubjectType,
        TechnicalDomain,
    )


class PackageFacts(Protocol):
    """One assurance package (Regulation (EU) 2024/482, Annex VIII)."""

    @property
    def name(self) -> str:
        """``global``, or the sub-TSF that the package is about."""

    @property
    def eal(self) -> int | None:
        """Evaluation assurance level, 1 to 7."""

    @property
    def components(self) -> Sequence[str]:
        """Assurance components, each as ``ALC_FLR.2``."""

    @property
    def ava_van(self) -> int | None:
        """AVA_VAN level, 1 to 5."""

    @property
    def augmented(self) -> bool:
        """Whether components go beyond the package that is named."""


class CertificateFacts(Protocol):
    """The facts of a certificate or statement of conformity that rules and policies judge."""

    @property
    def id(self) -> str:
        """Unique identifier, opaque."""

    @property
    def scheme(self) -> str:
        """Scheme id, as ``EUCC``."""

    @property
    def document_type(self) -> DocumentType:
        """Certificate or statement of conformity."""

    @property
    def content(self) -> Content:
        """Full, or the extract for a label."""

    @property
    def assurance_level(self) -> AssuranceLevel:
        """Assurance level."""

    @property
    def subject_type(self) -> SubjectType:
        """What is certified."""

    @property
    def extent(self) -> Extent:
        """The whole subject or a part."""

    @property
    def scope(self) -> str | None:
        """What exactly is covered, in words."""

    @property
    def packages(self) -> Sequence[PackageFacts]:
        """Assurance packages; the one named ``global`` first where there are several."""

    @property
    def standards(self) -> Sequence[str]:
        """Standards of the evaluation."""

    @property
    def protection_profiles(self) -> Sequence[str]:
        """Protection profiles."""

    @property
    def technical_domain(self) -> TechnicalDomain | None:
        """Technical domain."""

    @property
    def issuance_mode(self) -> IssuanceMode | None:
        """Ground of issuance, when the certificate states it."""

    @property
    def issued(self) -> date:
        """Day of issue."""

    @property
    def valid_until(self) -> date:
        """Last day of validity, included."""

    @property
    def validity_approval(self) -> str | None:
        """Reference of the approval of a longer validity."""

    @property
    def methodology_approval(self) -> str | None:
        """Reference of the approval of an exceptional methodology."""

    @property
    def legal_basis(self) -> str | None:
        """CELEX number of the act that the document refers to."""

    def states(self, field: str) -> bool:
        """Tell whether a field of the model is present, by its dotted JSON path (``holder.address``)."""


def global_package(facts: CertificateFacts) -> PackageFacts | None:
    """Give the package that level rules look at: the one named ``global``, else the only one."""
    for package in facts.packages:
        if package.name == "global":
            return package
    return facts.packages[0] if len(facts.packages) == 1 else None


def ava_van_of(facts: CertificateFacts) -> int | None:
    """Give the AVA_VAN level of the package that level rules look at, or None where none is stated."""
    package = global_package(facts)
    return None if package is None else package.ava_van
