"""Documents from and to JSON: the doors through which certificates come in from people and other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from pydantic import ValidationError

from certmark import strict_json
from certmark.errors import ModelError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.model.certificate import CybersecurityCertificate
from certmark.model.failures import model_error
from certmark.model.statement import StatementOfConformity
from certmark.model.vocabulary import DocumentType

AnyDocument: TypeAlias = CybersecurityCertificate | StatementOfConformity

_MODELS: Mapping[object, type[AnyDocument]] = {
    DocumentType.CERTIFICATE: CybersecurityCertificate,
    DocumentType.STATEMENT_OF_CONFORMITY: StatementOfConformity,
}


def load_document(json_text: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> AnyDocument:
    """Read a certificate or statement of conformity from JSON.

    Args:
        json_text: one JSON object, as text or as UTF-8 bytes.
        limits: ``limits.document`` bounds the size, in bytes.

    Raises:
        ModelError: not JSON (RFC 8259) of unique names and finite numbers, too large, or not a valid document.
    """
    parsed = strict_json.parse(json_text, what="document", limit=limits.document, error=ModelError)
    if not isinstance(parsed, dict):
        raise ModelError("the document is not a JSON object: write one certificate, in braces")
    return document_from(parsed)


def document_from(mapping: Mapping[str, object]) -> AnyDocument:
    """Build a certificate or statement of conformity from a mapping of the shape that the JSON has.

    Args:
        mapping: the fields; dates as ``YYYY-MM-DD`` or ``datetime.date``, words as text or as their enumeration.

    Raises:
        ModelError: a field is missing, unknown or wrong; ``field`` names the first one.
    """
    named = mapping.get("document_type", DocumentType.CERTIFICATE)
    model = _MODELS.get(named) if isinstance(named, str) else None
    if model is None:
        raise ModelError(f"document_type must be one of {', '.join(DocumentType)}", field="document_type")
    try:
        return model.model_validate(dict(mapping))
    except ValidationError as error:
        raise model_error(error) from error


def dump_document(document: AnyDocument) -> str:
    """Write a document as indented JSON that ends in a newline; the same document always gives the same text.

    What is absent is left out; defaults are written.
    """
    return json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
