"""Scheme files: what is read, what is refused and where the refusal points, and which rules hold when."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from certmark.errors import SchemeError
from certmark.limits import Limits
from certmark.model.rule_json import CHECKS
from certmark.model.rules import Severity
from certmark.model.scheme import Scheme, eucc
from certmark.model.vocabulary import AssuranceLevel, Content, DocumentType, SubjectType
from tests.facts import Facts, PackageOf

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_VALID = {"valid": False, "may_promote": False, "basis": "Section 9"}


def rule(check: str, **more: object) -> dict[str, object]:
    about = {"severity": "structural", "article": "Section 1", "text": "A rule."}
    return {"id": check.replace("_", "-"), "check": check, **about, **more}


def smallest() -> dict[str, Any]:
    """Give a scheme that has nothing it could leave out."""
    return {
        "id": "XX-SMALL",
        "title": "The smallest scheme",
        "legal_basis": None,
        "subject_types": ["ict_product"],
        "assurance_levels": ["basic"],
        "document_types": ["certificate"],
        "requires_status": False,
        "statuses": {
            "in_force": {"valid": True, "may_promote": True, "basis": "Section 9"},
            "suspended": {"valid": True, "may_promote": False, "basis": "Section 9"},
            "withdrawn": NOT_VALID.copy(),
            "expired": NOT_VALID.copy(),
            "not_yet_valid": NOT_VALID.copy(),
        },
        "rules": [rule("document_type"), rule("assurance_level"), rule("subject_type")],
    }


def read(document: object) -> Scheme:
    return Scheme.from_json(json.dumps(document))


def with_rule(check: str, **more: object) -> dict[str, Any]:
    document = smallest()
    document["rules"].append(rule(check, **more))
    return document


def changed(*path: str | int, to: object) -> dict[str, Any]:
    document = smallest()
    place = document
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    place[path[-1]] = to  # type: ignore[index]
    return document


def without(*path: str | int) -> dict[str, Any]:
    document = smallest()
    place = document
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    del place[path[-1]]  # type: ignore[arg-type]
    return document


def test_the_smallest_scheme_is_read() -> None:
    scheme = read(smallest())
    assert scheme.id == "XX-SMALL"
    assert scheme.notice is None
    assert scheme.legal_basis is None
    assert scheme.subject_types == (SubjectType.ICT_PRODUCT,)
    assert scheme.assurance_levels == (AssuranceLevel.BASIC,)
    assert scheme.document_types == (DocumentType.CERTIFICATE,)
    assert scheme.evaluation_types == ("third_party",)
    assert not scheme.requires_status
    assert [each.check for each in scheme.rules] == ["document_type", "assurance_level", "subject_type"]


def test_text_and_bytes_read_the_same() -> None:
    text = json.dumps(smallest(), ensure_ascii=False)
    assert Scheme.from_json(text) == Scheme.from_json(text.encode())


def test_statements_of_conformity_mean_self_assessment() -> None:
    document = with_rule("statement_of_conformity", parameters={"assurance_levels": ["basic"]})
    document["document_types"] = ["certificate", "statement_of_conformity"]
    assert read(document).evaluation_types == ("third_party", "self_assessment")


def test_eucc_is_the_regulation() -> None:
    scheme = eucc()
    assert scheme.id == "EUCC"
    assert scheme.legal_basis == "32024R0482"
    assert scheme.requires_status
    assert scheme.evaluation_types == ("third_party",)
    assert scheme.assurance_levels == (AssuranceLevel.SUBSTANTIAL, AssuranceLevel.HIGH)
    assert scheme.notice is None
    assert all("2024/482" in each.article for each in scheme.rules)


@pytest.mark.parametrize(
    ("status", "valid", "may_promote", "article"),
    [
        ("in_force", True, "yes", "Article 9(2)(b) and (c)"),
        ("suspended", True, "no", "Article 30(1)"),
        ("withdrawn", False, "no", "Article 9(2)(d)"),
        ("expired", False, "no", "Article 9(2)(d)"),
        ("not_yet_valid", False, "no", "Article 9(2)(b)"),
    ],
)
def test_what_a_status_means_under_eucc(*, status: str, valid: bool, may_promote: str, article: str) -> None:
    meaning = getattr(eucc().statuses, status)
    assert (meaning.valid, meaning.may_promote) == (valid, may_promote)
    assert article in meaning.basis


def test_eucc_is_read_once() -> None:
    assert eucc() is eucc()


def test_a_scheme_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(eucc())) == eucc()  # noqa: S301 our own bytes
    broken = pickle.loads(pickle.dumps(eucc())).violations(replace(Facts(), legal_basis="32019R0881"))  # noqa: S301
    assert [violation.rule for violation in broken] == ["legal-basis"]


def test_a_scheme_is_frozen_and_hashable() -> None:
    assert hash(eucc()) == hash(pickle.loads(pickle.dumps(eucc())))  # noqa: S301 our own bytes
    with pytest.raises(FrozenInstanceError):
        eucc().id = "OTHER"  # type: ignore[misc]


def test_schemes_come_without_pydantic() -> None:
    program = "import sys, certmark.model.scheme as s; s.eucc(); sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- the days a rule holds --------------------------------------------------------------------------------


def window(first: str | None, end: str | None) -> Scheme:
    about = {"parameters": {"subject_types": ["ict_product"]}, "from": first, "until": end}
    return read(with_rule("subject_type_excluded", **about))


@pytest.mark.parametrize(
    ("first", "end", "issued", "holds"),
    [
        (None, None, date(2026, 3, 2), True),
        ("2026-03-02", None, date(2026, 3, 1), False),
        ("2026-03-02", None, date(2026, 3, 2), True),
        ("2026-03-02", None, date.max, True),
        (None, "2026-03-02", date.min, True),
        (None, "2026-03-02", date(2026, 3, 1), True),
        (None, "2026-03-02", date(2026, 3, 2), False),
        ("2026-03-02", "2026-03-03", date(2026, 3, 1), False),
        ("2026-03-02", "2026-03-03", date(2026, 3, 2), True),
        ("2026-03-02", "2026-03-03", date(2026, 3, 3), False),
    ],
)
def test_a_rule_holds_from_its_first_day_to_the_day_before_its_end(
    *, first: str | None, end: str | None, issued: date, holds: bool
) -> None:
    scheme = window(first, end)
    facts = replace(Facts(), assurance_level=AssuranceLevel.BASIC, issued=issued)
    assert bool(scheme.violations(facts)) is holds
    assert scheme.rules[-1].holds_for(Content.FULL, issued=issued) is holds


def test_rules_that_follow_one_another_leave_no_day_out() -> None:
    document = with_rule("subject_type_excluded", parameters={"subject_types": ["ict_product"]}, until="2026-01-01")
    document["rules"].append(rule("no_issuance", **{"from": "2026-01-01"}))
    scheme = read(document)
    for day in range(-2, 3):
        issued = date(2026, 1, 1) + timedelta(days=day)
        facts = replace(Facts(), assurance_level=AssuranceLevel.BASIC, issued=issued)
        expected = "subject-type-excluded" if day < 0 else "no-issuance"
        assert [violation.rule for violation in scheme.violations(facts)] == [expected]


@pytest.mark.parametrize(
    ("holds_for", "broken_by"),
    [(None, {Content.FULL, Content.LABEL}), ("full", {Content.FULL}), ("label", {Content.LABEL})],
)
def test_a_rule_holds_for_the_content_that_it_names(holds_for: str | None, broken_by: set[Content]) -> None:
    scheme = read(with_rule("required_fields", parameters={"fields": ["itsef"]}, content=holds_for))
    facts = replace(Facts(), assurance_level=AssuranceLevel.BASIC)
    broken = {content for content in Content if scheme.violations(replace(facts, content=content))}
    assert broken == broken_by


# --- checks that EUCC does not use, or uses otherwise -----------------------------------------------------

STATEMENT = replace(Facts(), document_type=DocumentType.STATEMENT_OF_CONFORMITY, packages=())


def self_assessed() -> Scheme:
    document = with_rule("statement_of_conformity", parameters={"assurance_levels": ["basic"]})
    document["document_types"] = ["certificate", "statement_of_conformity"]
    document["assurance_levels"] = ["basic", "substantial"]
    return read(document)


@pytest.mark.parametrize(
    ("facts", "broken"),
    [
        (replace(STATEMENT, assurance_level=AssuranceLevel.BASIC), []),
        (replace(Facts(), assurance_level=AssuranceLevel.SUBSTANTIAL), []),
        (replace(STATEMENT, assurance_level=AssuranceLevel.SUBSTANTIAL), ["statement-of-conformity"]),
        (
            replace(STATEMENT, assurance_level=AssuranceLevel.HIGH),
            ["assurance-level", "statement-of-conformity"],
        ),
    ],
    ids=["basic statement", "substantial certificate", "substantial statement", "high statement"],
)
def test_statements_of_conformity_are_basic(facts: Facts, broken: list[str]) -> None:
    assert [violation.rule for violation in self_assessed().violations(facts)] == broken


def test_an_approval_lifts_the_validity_only_where_the_scheme_says_so() -> None:
    parameters = {"years": 2, "longer_with_approval": False, "exempt_subject_types": []}
    scheme = read(with_rule("validity", parameters=parameters))
    facts = replace(Facts(), assurance_level=AssuranceLevel.BASIC, validity_approval="Approval 7")
    assert scheme.violations(replace(facts, valid_until=date(2028, 3, 2))) == ()
    (violation,) = scheme.violations(replace(facts, valid_until=date(2028, 3, 3)))
    assert violation.message == "the last day of 2 years is 2028-03-02: shorten the validity"


def test_a_methodology_is_no_ground_where_the_scheme_has_none() -> None:
    grounds = {"from_ava_van": 2, "technical_domains": [], "protection_profiles": ["PP-A"]}
    scheme = read(with_rule("ava_van_grounds", parameters={**grounds, "methodology_approval": False}))
    facts = replace(Facts(), assurance_level=AssuranceLevel.BASIC, methodology_approval="Approval 7")
    assert scheme.violations(replace(facts, protection_profiles=("PP-A 2.0",))) == ()
    assert scheme.violations(replace(facts, packages=(PackageOf(ava_van=1),))) == ()
    assert scheme.violations(replace(facts, packages=())) == ()
    assert len(scheme.violations(facts)) == 1
    assert len(scheme.violations(replace(facts, protection_profiles=("PP-AB",)))) == 1


# --- refusals ---------------------------------------------------------------------------------------------

GROUNDS = {
    "from_ava_van": 4,
    "technical_domains": [],
    "protection_profiles": ["A"],
    "methodology_approval": True,
}
VALIDITY = {"years": 5, "longer_with_approval": True, "exempt_subject_types": []}

NOT_A_DOCUMENT: dict[str, tuple[object, str]] = {
    "nothing": ("", "line 1"),
    "no JSON": ("{", "line 1"),
    "two documents": ("{} {}", "column 4"),
    "NaN": ('{"id": NaN}', "NaN"),
    "a name twice": ('{"id": "A", "id": "B"}', "'id' stands twice"),
    "a name twice, deep inside": ('{"rules": [{"id": "A", "id": "A"}]}', "'id' stands twice"),
    "a number too long": ('{"id": ' + "9" * 5000 + "}", "too many digits"),
    "nested too deep": ("[" * 100_000, "nested too deeply"),
    "not UTF-8": (b'{"id": "\xff"}', "byte 8"),
    "UTF-16": (json.dumps(smallest()).encode("utf-16"), "byte 0"),
    "a byte order mark": ("\ufeff{}", "save it as UTF-8 without one"),
    "a list": ("[]", "the scheme must be an object"),
    "a text": ('"EUCC"', "the scheme must be an object"),
    "no text at all": (None, "NoneType"),
    "a mapping": ({}, "dict"),
}

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "an unknown field": (lambda: changed("colour", to="red"), "unknown field 'colour'"),
    "an unknown field with a hostile name": (lambda: changed("\u202ex", to=1), r"'\u202ex'"),
    **{f"no {name}": (partial(without, name), f"lacks the field '{name}'") for name in smallest()},
    "an id in small letters": (lambda: changed("id", to="small"), "id is 'small'"),
    "an id that is a number": (lambda: changed("id", to=7), "id is 7"),
    "an empty title": (lambda: changed("title", to=""), "title is empty"),
    "a title with a bidirectional mark": (lambda: changed("title", to="A\u202eB"), "title has the control"),
    "a title that is not normalised": (lambda: changed("title", to="e\u0301"), "title is not in Unicode"),
    "a title too long": (lambda: changed("title", to="x" * 4001), "title has 4001 characters"),
    "a title that is a list": (lambda: changed("title", to=["x"]), "title must be a text"),
    "an empty notice": (lambda: changed("notice", to=""), "notice is empty"),
    "a legal basis that is no CELEX number": (
        lambda: changed("legal_basis", to="(EU) 2024/482"),
        "legal_basis is",
    ),
    "no subject types": (lambda: changed("subject_types", to=[]), "subject_types is empty"),
    "an unknown subject type": (
        lambda: changed("subject_types", 0, to="toaster"),
        "subject_types[0] is 'toaster'",
    ),
    "a subject type that is a list": (lambda: changed("subject_types", 0, to=[]), "subject_types[0] is"),
    "a subject type twice": (
        lambda: changed("subject_types", to=["ict_product", "ict_product"]),
        "subject_types[1] repeats 'ict_product'",
    ),
    "a level that does not exist": (lambda: changed("assurance_levels", 0, to="gold"), "assurance_levels[0]"),
    "a level instead of a list": (
        lambda: changed("assurance_levels", to="basic"),
        "assurance_levels must be a list",
    ),
    "an unknown document type": (lambda: changed("document_types", 0, to="leaflet"), "document_types[0]"),
    "requires_status as a number": (lambda: changed("requires_status", to=1), "requires_status is 1"),
    "a missing status": (lambda: without("statuses", "suspended"), "lacks the field 'suspended'"),
    "an unknown status": (
        lambda: changed("statuses", "revoked", to=NOT_VALID),
        "statuses has the unknown field",
    ),
    "a status without basis": (
        lambda: without("statuses", "expired", "basis"),
        "statuses.expired lacks the field 'basis'",
    ),
    "a status with an empty basis": (
        lambda: changed("statuses", "expired", "basis", to=""),
        "statuses.expired.basis is empty",
    ),
    "in force but not valid": (
        lambda: changed("statuses", "in_force", "valid", to=False),
        "statuses.in_force.valid is false",
    ),
    "withdrawn but valid": (
        lambda: changed("statuses", "withdrawn", "valid", to=True),
        "statuses.withdrawn.valid is true",
    ),
    "expired but valid": (
        lambda: changed("statuses", "expired", "valid", to=True),
        "statuses.expired.valid is true",
    ),
    "promoted though expired": (
        lambda: changed("statuses", "expired", "may_promote", to=True),
        "statuses.expired.may_promote is true",
    ),
    "promoted as a word": (
        lambda: changed("statuses", "in_force", "may_promote", to="yes"),
        "statuses.in_force.may_promote is 'yes'",
    ),
    "rules as an object": (lambda: changed("rules", to={}), "rules must be a list"),
    "a rule as a text": (lambda: changed("rules", 1, to="no"), "rules[1] must be an object"),
    "an unknown field in a rule": (
        lambda: changed("rules", 0, "because", to="x"),
        "rules[0] has the unknown field 'because'",
    ),
    "a rule without article": (lambda: without("rules", 0, "article"), "rules[0] lacks the field 'article'"),
    "a rule id with capitals": (lambda: changed("rules", 0, "id", to="Rule"), "rules[0].id is 'Rule'"),
    "a rule id twice": (lambda: changed("rules", 1, "id", to="document-type"), "rules[1].id repeats"),
    "a rule twice": (lambda: changed("rules", 1, to=smallest()["rules"][0]), "rules[1] repeats"),
    "an unknown check": (lambda: changed("rules", 0, "check", to="is_good"), "rules[0].check is 'is_good'"),
    "a check that is a list": (lambda: changed("rules", 0, "check", to=[]), "rules[0].check is"),
    "an unknown severity": (
        lambda: changed("rules", 0, "severity", to="fatal"),
        "rules[0].severity is 'fatal'",
    ),
    "a day in another form": (
        lambda: changed("rules", 0, "from", to="2026-3-2"),
        "rules[0].from is '2026-3-2'",
    ),
    "a day of the week calendar": (lambda: changed("rules", 0, "from", to="2026-W01-1"), "rules[0].from"),
    "a day that does not exist": (lambda: changed("rules", 0, "until", to="2026-02-29"), "rules[0].until"),
    "a day as a number": (lambda: changed("rules", 0, "until", to=20260302), "rules[0].until is 20260302"),
    "an end that is not after the beginning": (
        lambda: with_rule("eal_without_plus", **{"from": "2026-01-01", "until": "2026-01-01"}),
        "rules[3].until must be later",
    ),
    "parameters for a check without": (
        lambda: changed("rules", 0, "parameters", to={"allowed": []}),
        "rules[0].parameters has the unknown field 'allowed': use no fields",
    ),
    "parameters as null": (
        lambda: changed("rules", 0, "parameters", to=None),
        "rules[0].parameters must be an object",
    ),
    "a missing parameter": (lambda: with_rule("validity"), "rules[3].parameters lacks the field 'years'"),
    "an unknown parameter": (
        lambda: with_rule("subject_type_excluded", parameters={"subject_types": ["ict_service"], "days": 1}),
        "rules[3].parameters has the unknown field 'days'",
    ),
    "no years": (
        lambda: with_rule("validity", parameters={**VALIDITY, "years": 0}),
        "rules[3].parameters.years",
    ),
    "years as a text": (
        lambda: with_rule("validity", parameters={**VALIDITY, "years": "5"}),
        "rules[3].parameters.years is '5'",
    ),
    "years as a fraction": (
        lambda: with_rule("validity", parameters={**VALIDITY, "years": 5.0}),
        "rules[3].parameters.years",
    ),
    "years as a truth value": (
        lambda: with_rule("validity", parameters={**VALIDITY, "years": True}),
        "rules[3].parameters.years is True",
    ),
    "an exemption that is no subject type": (
        lambda: with_rule("validity", parameters={**VALIDITY, "exempt_subject_types": ["pp"]}),
        "rules[3].parameters.exempt_subject_types[0]",
    ),
    "an AVA_VAN level beyond 5": (
        lambda: with_rule("ava_van_for_level", parameters={"levels": {"high": [6]}}),
        "rules[3].parameters.levels.high[0] is 6",
    ),
    "AVA_VAN levels of an unknown assurance level": (
        lambda: with_rule("ava_van_for_level", parameters={"levels": {"gold": [5]}}),
        "rules[3].parameters.levels has the unknown field 'gold'",
    ),
    "no AVA_VAN levels": (
        lambda: with_rule("ava_van_for_level", parameters={"levels": {}}),
        "rules[3].parameters.levels is empty",
    ),
    "an unknown technical domain": (
        lambda: with_rule("ava_van_grounds", parameters={**GROUNDS, "technical_domains": ["cloud"]}),
        "rules[3].parameters.technical_domains[0]",
    ),
    "an empty name of a profile": (
        lambda: with_rule("ava_van_grounds", parameters={**GROUNDS, "protection_profiles": [""]}),
        "rules[3].parameters.protection_profiles[0] is empty",
    ),
    "a field that no certificate has": (
        lambda: with_rule("required_fields", parameters={"fields": ["holder.phone"]}),
        "rules[3].parameters.fields[0] is 'holder.phone'",
    ),
    "a field that tokens do not carry": (
        lambda: with_rule("required_fields", parameters={"fields": ["certification_body.name"]}),
        "rules[3].parameters.fields[0]",
    ),
    "no field": (
        lambda: with_rule("required_fields", parameters={"fields": []}),
        "rules[3].parameters.fields is empty",
    ),
    "an unknown content": (
        lambda: with_rule("eal_without_plus", content="short"),
        "rules[3].content is 'short'",
    ),
    "a legal-basis rule without legal basis": (
        lambda: with_rule("legal_basis"),
        "rules[3].check needs a legal basis",
    ),
    "document types that no rule enforces": (lambda: without("rules", 0), "check 'document_type'"),
    "levels that no rule enforces": (lambda: without("rules", 1), "check 'assurance_level'"),
    "subject types that no rule enforces": (lambda: without("rules", 2), "check 'subject_type'"),
    "levels that are only a notation": (
        lambda: changed("rules", 1, "severity", to="notation"),
        "check 'assurance_level'",
    ),
    "levels that are enforced for some days": (
        lambda: changed("rules", 1, "from", to="2026-01-01"),
        "check 'assurance_level'",
    ),
    "levels that are enforced until some day": (
        lambda: changed("rules", 1, "until", to="2026-01-01"),
        "check 'assurance_level'",
    ),
    "levels that are enforced on labels alone": (
        lambda: changed("rules", 1, "content", to="label"),
        "check 'assurance_level'",
    ),
    "a scheme under which nothing is ever issued": (
        lambda: with_rule("no_issuance"),
        "rules[3] lets nothing be issued on any day",
    ),
    "statements of any level": (
        lambda: changed("document_types", to=["certificate", "statement_of_conformity"]),
        "check 'statement_of_conformity'",
    ),
}


@pytest.mark.parametrize(("document", "says"), NOT_A_DOCUMENT.values(), ids=NOT_A_DOCUMENT)
def test_what_is_no_json_object_is_refused(document: object, says: str) -> None:
    with pytest.raises(SchemeError) as caught:
        Scheme.from_json(document)  # type: ignore[arg-type]
    assert says in str(caught.value)


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED)
def test_a_scheme_with_a_mistake_is_refused_with_its_place(make: Callable[[], object], says: str) -> None:
    with pytest.raises(SchemeError) as caught:
        read(make())
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).isascii()


def test_the_size_is_bounded() -> None:
    text = json.dumps(smallest())
    assert Scheme.from_json(text, limits=Limits(document=len(text))).id == "XX-SMALL"
    with pytest.raises(SchemeError, match="larger than"):
        Scheme.from_json(text, limits=Limits(document=len(text) - 1))


def test_every_check_is_refused_with_a_parameter_too_many() -> None:
    for name, check in CHECKS.items():
        document = with_rule(name, parameters=dict.fromkeys(check.readers, 0) | {"bogus": 0})
        with pytest.raises(SchemeError, match="bogus"):
            read(document)


def test_reading_leaves_the_severities_as_they_are_written() -> None:
    document = with_rule("eal_without_plus", severity="notation")
    assert read(copy.deepcopy(document)).rules[-1].severity is Severity.NOTATION
