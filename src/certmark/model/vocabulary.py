"""The closed word lists of the model, as the regulations use them.

JSON carries the words, tokens and lists carry the numbers of the specification; both directions stand here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeVar

W = TypeVar("W", bound=StrEnum)


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


NUMBERED: Final = (AssuranceLevel, SubjectType, TechnicalDomain, IssuanceMode, AttachmentType)
"""Word lists whose members the specification numbers from 1 in the order of their definition."""


def number_of(word: StrEnum) -> int:
    """Give the number that stands for a word in tokens and lists (specification, certificate.cddl)."""
    return list(type(word)).index(word) + 1


def word_of(words: type[W], number: int) -> W | None:
    """Give the word that a number stands for, or None when the list has no such number."""
    members = list(words)
    return members[number - 1] if 1 <= number <= len(members) else None
