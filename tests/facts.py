"""Facts of a certificate that exist nowhere else: what scheme rules read, without model or token."""

from __future__ import annotations

from dataclasses import dataclass
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

ANNEX_VII = frozenset(
    {"subject.category", "subject.version", "holder.name", "holder.address", "holder.contact"}
    | {"supplementary_information_url", "legal_basis", "documents", "standards", "packages"}
)


@dataclass(frozen=True)
class PackageOf:
    """An assurance package; by default EAL4 with two components and AVA_VAN.5."""

    name: str = "global"
    eal: int | None = 4
    components: tuple[str, ...] = ("ALC_DVS.2", "AVA_VAN.5")
    ava_van: int | None = 5
    augmented: bool = True


@dataclass(frozen=True)
class Facts:
    """A certificate that meets every rule of EUCC; tests change one thing at a time."""

    id: str = "EUCC-0000-2026-01"
    scheme: str = "EUCC"
    document_type: DocumentType = DocumentType.CERTIFICATE
    content: Content = Content.FULL
    assurance_level: AssuranceLevel = AssuranceLevel.HIGH
    subject_type: SubjectType = SubjectType.ICT_PRODUCT
    extent: Extent = Extent.WHOLE
    scope: str | None = None
    packages: tuple[PackageOf, ...] = (PackageOf(),)
    standards: tuple[str, ...] = ("CC:2022",)
    protection_profiles: tuple[str, ...] = ()
    technical_domain: TechnicalDomain | None = TechnicalDomain.SMART_CARDS
    issuance_mode: IssuanceMode | None = None
    issued: date = date(2026, 3, 2)
    valid_until: date = date(2031, 3, 2)
    validity_approval: str | None = None
    methodology_approval: str | None = None
    legal_basis: str | None = "32024R0482"
    stated: frozenset[str] = ANNEX_VII

    def states(self, field: str) -> bool:
        """Tell whether a path is among those that this certificate states."""
        return field in self.stated
