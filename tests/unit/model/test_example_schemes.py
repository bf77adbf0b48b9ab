"""The schemes in examples/: read without error, clearly no law, and a statement of conformity works in one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from certmark.model import document_from
from certmark.model.scheme import Scheme, eucc
from tests.conftest import ROOT

SCHEMES = ROOT / "examples" / "schemes"

STATEMENT: dict[str, Any] = {
    "document_type": "statement_of_conformity",
    "id": "XX-2026-0001",
    "scheme": "XX-HOME",
    "assurance_level": "basic",
    "subject": {"type": "ict_product", "name": "Door lock", "category": "Smart lock", "version": "2.1"},
    "holder": {"name": "Example Locks", "contact": "security@locks.example"},
    "issued": "2026-03-02",
    "valid_until": "2028-03-02",
    "support_until": "2030-12-31",
    "supplementary_information_url": "https://locks.example/security",
}


def scheme_of(name: str) -> Scheme:
    return Scheme.from_json((SCHEMES / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "scheme_id", "says"),
    [("xx-home.json", "XX-HOME", "FICTITIOUS"), ("eucs-draft.json", "EUCS-DRAFT", "DRAFT")],
)
def test_an_example_scheme_says_that_it_is_no_law(name: str, scheme_id: str, says: str) -> None:
    scheme = scheme_of(name)
    assert scheme.id == scheme_id
    assert scheme.legal_basis is None
    assert scheme.notice is not None
    assert scheme.notice.startswith(says)
    assert says.lower() in scheme.title.lower()
    for about in (*(rule.article for rule in scheme.rules), *(meaning.basis for meaning in scheme.statuses)):
        assert says.lower() in about.lower()


def test_every_file_is_tested() -> None:
    assert {path.name for path in SCHEMES.iterdir()} == {"xx-home.json", "eucs-draft.json"}


def test_the_national_scheme_has_self_assessment_and_needs_no_status() -> None:
    scheme = scheme_of("xx-home.json")
    assert scheme.evaluation_types == ("third_party", "self_assessment")
    assert not scheme.requires_status


def test_a_statement_of_conformity_meets_the_national_scheme() -> None:
    statement = document_from(STATEMENT)
    assert scheme_of("xx-home.json").violations(statement) == ()
    assert scheme_of("xx-home.json").violations(statement.for_label()) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"valid_until": "2028-03-03"}, "validity-two-years"),
        ({"issued": "2024-12-31", "valid_until": "2026-12-31"}, "first-day"),
        ({"subject": STATEMENT["subject"] | {"type": "ict_service"}}, "services-until-2027"),
        ({"subject": STATEMENT["subject"] | {"type": "ict_process"}}, "subject-type"),
        ({"support_until": None}, "full-content"),
        ({"holder": {"name": "Example Locks"}}, "full-content"),
        ({"document_type": "certificate", "assurance_level": "high"}, "assurance-level"),
    ],
    ids=["too long", "too early", "service too early", "process", "no support", "no contact", "level high"],
)
def test_the_national_scheme_refuses_what_breaks_a_rule(changes: dict[str, Any], rule: str) -> None:
    broken = scheme_of("xx-home.json").violations(document_from(STATEMENT | changes))
    assert [violation.rule for violation in broken] == [rule]


def test_a_label_without_end_of_support_breaks_the_national_scheme() -> None:
    label = document_from(STATEMENT | {"support_until": None}).for_label()
    (violation,) = scheme_of("xx-home.json").violations(label)
    assert (violation.rule, violation.field) == ("label-content", "support_until")


def test_the_same_statement_breaks_eucc() -> None:
    assert "no-self-assessment" in {violation.rule for violation in eucc().violations(document_from(STATEMENT))}


def test_the_draft_is_for_services_only() -> None:
    service = STATEMENT | {
        "document_type": "certificate",
        "subject": {"type": "ict_service", "name": "Cloud storage", "category": "Storage"},
        "coverage": {"extent": "part", "scope": "The storage service in data centre 1"},
    }
    draft = scheme_of("eucs-draft.json")
    assert draft.violations(document_from(service)) == ()
    product = document_from(service | {"subject": {"type": "ict_product", "name": "Disk", "category": "Storage"}})
    assert [violation.rule for violation in draft.violations(product)] == ["subject-type"]
    longer = document_from(service | {"valid_until": date(2029, 3, 3)})
    assert [violation.rule for violation in draft.violations(longer)] == ["validity-three-years"]
