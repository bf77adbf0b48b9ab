"""docs/schemes.md says what the code does: every field, check and parameter, and nothing that does not exist."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from certmark.model.rule_json import CHECKS
from certmark.model.rules import Severity
from certmark.model.scheme import StatusMeaning, StatusMeanings
from certmark.model.vocabulary import AssuranceLevel, Content, DocumentType, SubjectType, TechnicalDomain
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
SCHEME_FILES = (ROOT / "src/certmark/model/schemes/eucc.json", *(ROOT / "examples/schemes").glob("*.json"))


def table(heading: str) -> list[list[str]]:
    """Give the cells of the first table under a heading, without its head."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def documented_checks() -> dict[str, list[str]]:
    checks: dict[str, list[str]] = {}
    for check, parameter, _ in table("Checks"):
        if check:
            checks[check] = []
        else:
            checks[list(checks)[-1]].append(parameter)
    return checks


def test_every_check_and_parameter_is_documented_and_exists() -> None:
    assert documented_checks() == {name: list(check.readers) for name, check in CHECKS.items()}


def test_the_fields_of_a_status_are_documented() -> None:
    assert [row[0] for row in table("Statuses")] == list(StatusMeaning._fields)
    assert all(f"`{name}`" in TEXT for name in StatusMeanings._fields)


@pytest.mark.parametrize("words", [AssuranceLevel, Content, DocumentType, Severity, SubjectType, TechnicalDomain])
def test_every_word_of_a_list_is_documented(words: Any) -> None:
    assert [word for word in words if f"`{word.value}`" not in TEXT] == []


@pytest.mark.parametrize("path", SCHEME_FILES, ids=lambda path: path.stem)
def test_scheme_files_use_the_documented_fields(path: Any) -> None:
    scheme = json.loads(path.read_bytes())
    assert set(scheme) <= {row[0] for row in table("The scheme")}
    for rule in scheme["rules"]:
        assert set(rule) <= {row[0] for row in table("Rules")}


def test_together_the_scheme_files_use_every_documented_field() -> None:
    schemes = [json.loads(path.read_bytes()) for path in SCHEME_FILES]
    assert {name for scheme in schemes for name in scheme} == {row[0] for row in table("The scheme")}
    rules = [rule for scheme in schemes for rule in scheme["rules"]]
    assert {name for rule in rules for name in rule} == {row[0] for row in table("Rules")}


def test_the_files_that_the_page_names_exist() -> None:
    assert {name for name in re.findall(r"[a-z-]+\.json", TEXT) if not list(ROOT.rglob(f"examples/**/{name}"))} == set()
