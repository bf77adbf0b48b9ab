"""The EU statement of conformity (Regulation (EU) 2019/881, Article 53)."""

from __future__ import annotations

from typing import Literal

from certmark.model.document import Document
from certmark.model.evaluation import Package
from certmark.model.parties import Holder
from certmark.model.vocabulary import AssuranceLevel, DocumentType, IssuanceMode, TechnicalDomain


class StatementOfConformity(Document):
    """An EU statement of conformity: the manufacturer or provider is holder and issuer, the level is basic.

    Constructing it in Python raises pydantic's ValidationError; ``load_document`` and ``document_from`` raise
    ModelError.
    """

    document_type: Literal[DocumentType.STATEMENT_OF_CONFORMITY] = DocumentType.STATEMENT_OF_CONFORMITY
    """An EU statement of conformity."""

    assurance_level: Literal[AssuranceLevel.BASIC] = AssuranceLevel.BASIC
    """Always basic (Article 53(1))."""

    holder: Holder
    """The manufacturer or provider, who issues the statement (Article 53(2))."""

    @property
    def packages(self) -> tuple[Package, ...]:
        """None: packages belong to evaluations by a third party."""
        return ()

    @property
    def technical_domain(self) -> TechnicalDomain | None:
        """None: technical domains belong to evaluations by a third party."""
        return None

    @property
    def issuance_mode(self) -> IssuanceMode | None:
        """None: Article 56 is about certificates."""
        return None

    @property
    def validity_approval(self) -> str | None:
        """None: no authority approves a statement."""
        return None

    @property
    def methodology_approval(self) -> str | None:
        """None: no authority approves a statement."""
        return None
