"""What a certificate says: frozen values without any knowledge of tokens.

Names are loaded on first use (PEP 562): the word lists and facts, which verification needs, come without pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.lazy import lazily

if TYPE_CHECKING:
    from certmark.model.assurance import ava_van_of_eal
    from certmark.model.certificate import CybersecurityCertificate
    from certmark.model.evaluation import Package
    from certmark.model.evidence import Attachment, CraPresumption, Maintenance
    from certmark.model.facts import CertificateFacts, PackageFacts, global_package
    from certmark.model.identifiers import gtin14
    from certmark.model.json_text import AnyDocument, document_from, dump_document, load_document
    from certmark.model.parties import CertificationBody, Holder, Ncca
    from certmark.model.shape import json_schema
    from certmark.model.statement import StatementOfConformity
    from certmark.model.subject import Coverage, Subject
    from certmark.model.vocabulary import (
        AssuranceLevel,
        AttachmentType,
        Content,
        DocumentType,
        Extent,
        IssuanceMode,
        SubjectType,
        TechnicalDomain,
    )

__all__ = [
    "AnyDocument",
    "AssuranceLevel",
    "Attachment",
    "AttachmentType",
    "CertificateFacts",
    "CertificationBody",
    "Content",
    "Coverage",
    "CraPresumption",
    "CybersecurityCertificate",
    "DocumentType",
    "Extent",
    "Holder",
    "IssuanceMode",
    "Maintenance",
    "Ncca",
    "Package",
    "PackageFacts",
    "StatementOfConformity",
    "Subject",
    "SubjectType",
    "TechnicalDomain",
    "ava_van_of_eal",
    "document_from",
    "dump_document",
    "global_package",
    "gtin14",
    "json_schema",
    "load_document",
]

_NAMES_OF = {
    "assurance": ("ava_van_of_eal",),
    "certificate": ("CybersecurityCertificate",),
    "evaluation": ("Package",),
    "evidence": ("Attachment", "CraPresumption", "Maintenance"),
    "facts": ("CertificateFacts", "PackageFacts", "global_package"),
    "identifiers": ("gtin14",),
    "shape": ("json_schema",),
    "json_text": ("AnyDocument", "document_from", "dump_document", "load_document"),
    "parties": ("CertificationBody", "Holder", "Ncca"),
    "statement": ("StatementOfConformity",),
    "subject": ("Coverage", "Subject"),
    "vocabulary": (
        *("AssuranceLevel", "AttachmentType", "Content", "DocumentType"),
        *("Extent", "IssuanceMode", "SubjectType", "TechnicalDomain"),
    ),
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names}

__getattr__, __dir__ = lazily(__name__, _MODULE_OF, __all__)
