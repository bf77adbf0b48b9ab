"""The closed word lists of the model, as the regulations use them.

JSON carries the words; tokens and lists carry numbers, which the specification gives in the order of the definitions.
"""

from __future__ import annotations

from enum import StrEnum


class DocumentType(StrEnum):
    """What is attested, and by whom (Regulation (EU) 2019/881, Articles 2(11) and 53)."""

    CERTIFICATE = "certificate"
    STATEMENT_OF_CONFORMITY = "statement_of_conformity"


class Content(StrEnum):
    """How much of the document is carried: all of it, or what a label needs."""

    FULL = "full"
    LABEL = "label"


class AssuranceLevel(StrEnum):
    """Assurance levels (Regulation (EU) 2019/881, Article 52). The level does not measure security."""

    BASIC = "basic"
    SUBSTANTIAL = "substantial"
    HIGH = "high"


class SubjectType(StrEnum):
    """What can be certified (Regulation (EU) 2019/881, Article 2; Regulation (EU) 2024/482, Articles 2 and 5)."""

    ICT_PRODUCT = "ict_product"
    ICT_SERVICE = "ict_service"
    ICT_PROCESS = "ict_process"
    MANAGED_SECURITY_SERVICE = "managed_security_service"
    PRODUCT_SERIES = "product_series"
    PROTECTION_PROFILE = "protection_profile"


class Extent(StrEnum):
    """Whether the whole subject is certified or only a part of it (Regulation (EU) 2024/482, Article 10(2))."""

    WHOLE = "whole"
    PART = "part"


class TechnicalDomain(StrEnum):
    """Technical domains (Regulation (EU) 2024/482, Annex I)."""

    SMART_CARDS = "smart_cards_and_similar_devices"
    SECURITY_BOXES = "hardware_devices_with_security_boxes"


class IssuanceMode(StrEnum):
    """Who issued, and on which ground (Regulation (EU) 2019/881, Article 56(4) to (6))."""

    NCCA = "ncca"
    PRIOR_APPROVAL = "prior_approval"
    GENERAL_DELEGATION = "general_delegation"
    CONFORMITY_ASSESSMENT_BODY = "conformity_assessment_body"


class AttachmentType(StrEnum):
    """What a document that belongs to a certificate is (Regulation (EU) 2024/482, Annexes V and VII)."""

    CERTIFICATE = "certificate"
    CERTIFICATION_REPORT = "certification_report"
    SECURITY_TARGET = "security_target"
    OTHER = "other"


def number_of(word: StrEnum) -> int:
    """Give the number that stands for a word in tokens and lists (specification, certificate.cddl)."""
    return _NUMBERS[type(word), word]


_NUMBERS: dict[tuple[type[StrEnum], StrEnum], int] = {
    (words, word): number
    for words in (
        DocumentType,
        Content,
        AssuranceLevel,
        SubjectType,
        Extent,
        TechnicalDomain,
        IssuanceMode,
        AttachmentType,
    )
    for number, word in enumerate(words, start=1)
}
