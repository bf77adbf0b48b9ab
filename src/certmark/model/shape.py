"""The JSON Schema of documents, which is published as docs/schema/certificate.schema.json."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from certmark.model.json_text import AnyDocument

SCHEMA_ID: Final = "urn:certmark:schema:certificate:1"
"""Name of the schema; documents of a later, incompatible shape get another."""


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of certificates and statements of conformity.

    The schema is the shape: what compares fields with each other (days, check digits, packages) only ``load_document``
    checks.
    """
    generated = TypeAdapter[AnyDocument](AnyDocument).json_schema()
    for definition in generated["$defs"].values():
        # the paragraphs that follow in a docstring are for those who write Python
        definition["description"] = definition["description"].partition("\n")[0]
    # what does not say that it is a statement is read as a certificate
    generated["$defs"]["StatementOfConformity"]["required"].insert(0, "document_type")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "European cybersecurity certificate or EU statement of conformity",
        "description": "What certmark signs, with the fields of Regulation (EU) 2024/482, Annex VII.",
        **generated,
    }
