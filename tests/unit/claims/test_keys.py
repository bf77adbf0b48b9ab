"""The key table in Python is that of docs/spec/certificate.cddl."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from certmark.claims import keys
from certmark.claims.kinds import MAX_DAY, Field
from certmark.model import syntax
from certmark.model.identifiers import MAX_GTIN
from certmark.model.vocabulary import AssuranceLevel, AttachmentType, IssuanceMode, SubjectType, TechnicalDomain

CDDL = (Path(__file__).parents[3] / "docs" / "spec" / "certificate.cddl").read_text(encoding="utf-8")

TABLES = {
    "certificate-claims": keys.CLAIMS_FIELDS,
    "certificate-map": keys.CERTIFICATE_FIELDS,
    "subject": keys.SUBJECT_FIELDS,
    "package": keys.PACKAGE_FIELDS,
    "holder": keys.HOLDER_FIELDS,
    "document": keys.DOCUMENT_FIELDS,
    "maintenance": keys.MAINTENANCE_FIELDS,
    "cra-presumption": keys.CRA_PRESUMPTION_FIELDS,
}


def rows_of(name: str) -> list[tuple[str, bool, str, str]]:
    """Read the rows of one map from the specification: key, required, type, and what the comment names."""
    body = re.search(rf"^{name} = \{{\n(.*?)^\}}", CDDL, re.DOTALL | re.MULTILINE)
    assert body is not None
    row = re.compile(r"^  (\? )?(-?\d+) => (.+?),\s*(?:; ([a-z0-9_.]+))?", re.MULTILINE)
    return [(key, not optional, kind, comment) for optional, key, kind, comment in row.findall(body[1])]


def rule(name: str) -> str:
    """Read the right side of one rule, without its comment."""
    found = re.search(rf"^{name} = ([^;\n]+)", CDDL, re.MULTILINE)
    assert found is not None
    return found[1].strip()


def row_of(field: Field) -> tuple[str, bool, str]:
    return str(field.key), field.required, field.kind.cddl


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_the_rows_of_the_specification(name: str) -> None:
    assert [row_of(field) for field in TABLES[name]] == [row[:3] for row in rows_of(name)]


@pytest.mark.parametrize("name", [name for name in TABLES if name != "certificate-claims"])
def test_every_key_stands_for_the_field_that_the_specification_names(name: str) -> None:
    fields = {field.key: field.path for field in TABLES[name]}
    named = {int(key): comment for key, _, _, comment in rows_of(name) if comment}
    leading = {key: path for key, path in fields.items() if key in named}
    assert leading == named or name == "holder"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("scheme-id", syntax.SCHEME_ID.pattern),
        ("certificate-id", syntax.CERTIFICATE_ID.pattern),
        ("entity-id", syntax.ENTITY_ID.pattern),
        ("celex", syntax.CELEX.pattern),
        ("https-uri", syntax.HTTPS_URI.pattern),
        ("component", syntax.COMPONENT.pattern),
    ],
)
def test_every_pattern_is_that_of_the_specification(name: str, pattern: str) -> None:
    assert rule(name) == f'tstr .regexp "{pattern}"'


@pytest.mark.parametrize("limit", [100, 200, 400, 500, 1000, 1200])
def test_every_text_has_four_bytes_for_each_of_its_characters(limit: int) -> None:
    assert rule(f"text-{limit}") == f"tstr .size (1..{4 * limit})"


@pytest.mark.parametrize(
    ("name", "last"),
    [("day", MAX_DAY), ("gtin", MAX_GTIN), ("index", keys.MAX_INDEX), ("numeric-date", keys.MAX_TIME)],
)
def test_every_number_has_the_bound_of_the_specification(name: str, last: int) -> None:
    assert rule(name) == f"0..{last}"


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("assurance-level", len(AssuranceLevel)),
        ("technical-domain", len(TechnicalDomain)),
        ("issuance-mode", len(IssuanceMode)),
        ("subject-type", len(SubjectType)),
    ],
)
def test_every_word_list_has_the_numbers_of_the_specification(name: str, count: int) -> None:
    assert rule(name) == " / ".join(str(number) for number in range(1, count + 1))


def test_the_document_types_of_attachments_are_numbered_in_order() -> None:
    comment = re.search(r"1 => 1 / 2 / 3 / 4,\s*; type: ([a-z_, ]+)", CDDL)
    assert comment is not None
    assert comment[1].split(", ") == list(AttachmentType)
