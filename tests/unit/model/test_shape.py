"""The published JSON Schema is that of the model, and tells the same documents apart where it can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from certmark.errors import ModelError
from certmark.model import AnyDocument, dump_document, json_schema, load_document
from scripts.build_schema import TARGET, schema_text
from tests.samples import changed, full_certificate, full_statement, without
from tests.strategies import documents

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "certificates").glob("*.json"))
VALIDATOR = Draft202012Validator(json_schema())


def test_the_published_file_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == schema_text(), "run: python scripts/build_schema.py"


def test_the_schema_is_a_2020_12_schema_with_a_name_and_described_fields() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "urn:certmark:schema:certificate:1"
    undescribed = [
        f"{name}.{field}"
        for name, definition in schema["$defs"].items()
        for field, described in definition.get("properties", {}).items()
        if not described.get("description")
    ]
    assert undescribed == []


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid_by_schema_and_by_model(example: Path) -> None:
    text = example.read_bytes()
    VALIDATOR.validate(json.loads(text))
    load_document(text)


@settings(max_examples=25)
@given(documents())
def test_every_document_is_valid_by_the_schema(document: AnyDocument) -> None:
    VALIDATOR.validate(json.loads(dump_document(document)))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(without(full_certificate(), ("id",)), id="id missing"),
        pytest.param(full_certificate(colour="red"), id="unknown field"),
        pytest.param(full_certificate(id="A B"), id="space in id"),
        pytest.param(full_certificate(assurance_level="very high"), id="unknown level"),
        pytest.param(full_certificate(itsef=""), id="empty text"),
        pytest.param(full_certificate(itsef="x" * 201), id="text too long"),
        pytest.param(full_certificate(standards=["CC:2022", "CC:2022"]), id="duplicate in a list"),
        pytest.param(full_certificate(standards=[f"S{n}" for n in range(17)]), id="list too long"),
        pytest.param(changed(full_certificate(), ("packages", 0, "eal"), 8), id="eal 8"),
        pytest.param(changed(full_certificate(), ("subject", "gtins", 0), "123456789"), id="gtin of nine digits"),
        pytest.param(full_statement(assurance_level="high"), id="statement above basic"),
        pytest.param(without(full_statement(), ("holder",)), id="statement without holder"),
        pytest.param(full_statement(itsef="Lab"), id="statement with a laboratory"),
        pytest.param(
            without(without(full_statement(), ("document_type",)), ("assurance_level",)),
            id="statement that says it not",
        ),
    ],
)
def test_the_schema_refuses_what_the_model_refuses(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises(ModelError):
        load_document(json.dumps(wrong))
