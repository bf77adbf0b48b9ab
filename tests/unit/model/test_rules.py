"""Each rule of EUCC, on both sides of its boundary: nothing else is wrong with the facts of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from certmark.model.rules import Severity
from certmark.model.scheme import eucc
from certmark.model.vocabulary import (
    AssuranceLevel,
    Content,
    DocumentType,
    SubjectType,
    TechnicalDomain,
)
from tests.facts import ANNEX_VII, Facts, PackageOf

if TYPE_CHECKING:
    from certmark.model.facts import CertificateFacts

HIGH = AssuranceLevel.HIGH
SUBSTANTIAL = AssuranceLevel.SUBSTANTIAL
APPROVED = "Approval 7 of the authority"


def van(level: int | None) -> dict[str, Any]:
    return {"packages": (PackageOf(components=("ALC_DVS.2",), ava_van=level),)}


def days(issued: date, valid_until: date) -> dict[str, Any]:
    return {"issued": issued, "valid_until": valid_until}


KEPT = {
    "all of Annex VII": {},
    "AVA_VAN.1 is substantial": {"assurance_level": SUBSTANTIAL, **van(1)},
    "AVA_VAN.2 is substantial": {"assurance_level": SUBSTANTIAL, **van(2)},
    "AVA_VAN.3 is high": {"assurance_level": HIGH, **van(3)},
    "AVA_VAN.5 is high": {"assurance_level": HIGH, **van(5)},
    "the global package decides, not the sub-TSF": {
        "packages": (PackageOf(ava_van=5), PackageOf(name="sub-TSF", ava_van=None)),
    },
    "one package of another name counts as the global one": {"packages": (PackageOf(name="NDcPP 3.0e"),)},
    "AVA_VAN.3 without a technical domain": {"technical_domain": None, **van(3)},
    "AVA_VAN.4 in a security box": {"technical_domain": TechnicalDomain.SECURITY_BOXES, **van(4)},
    "AVA_VAN.5 by a profile of Annex II": {
        "technical_domain": None,
        "protection_profiles": ("EN 419241-2:2019 Protection Profile for QSCD for Server Signing",),
    },
    "a profile of Annex II in another spelling": {
        "technical_domain": None,
        "protection_profiles": ("BSI-CC-PP-0104", "Cryptographic Module (en 419 221-5)"),
    },
    "AVA_VAN.4 by an approved methodology": {
        "technical_domain": None,
        "methodology_approval": APPROVED,
        **van(4),
    },
    "five years to the day": days(date(2025, 12, 19), date(2030, 12, 19)),
    "five years less a day, as some registers show": days(date(2025, 12, 19), date(2030, 12, 18)),
    "five years that a certification body counted shorter": days(date(2025, 12, 19), date(2030, 12, 3)),
    "from 29 February to 28 February": days(date(2028, 2, 29), date(2033, 2, 28)),
    "six years with an approval": {
        "validity_approval": APPROVED,
        **days(date(2026, 3, 2), date(2032, 3, 2)),
    },
    "fifteen years for a protection profile": {
        "subject_type": SubjectType.PROTECTION_PROFILE,
        **days(date(2026, 3, 2), date(2041, 3, 2)),
    },
    "the end of the calendar": days(date(9997, 1, 1), date(9999, 12, 30)),
    "issued on the first day": days(date(2025, 2, 27), date(2030, 2, 27)),
    "CC 3.1 on its last day": {
        "standards": ("CC 3.1 R5", "CEM 3.1 R5"),
        **days(date(2027, 12, 31), date(2032, 12, 31)),
    },
    "CC:2022 afterwards": days(date(2028, 1, 1), date(2033, 1, 1)),
    "a version that only begins like an old one": {
        "standards": ("CC 3.10",),
        **days(date(2028, 1, 1), date(2033, 1, 1)),
    },
    "product series on their first day": {
        "subject_type": SubjectType.PRODUCT_SERIES,
        **days(date(2025, 12, 29), date(2030, 12, 29)),
    },
    "a plus sign that augments nothing": {"protection_profiles": ("PP for USB-C+ devices",)},
    "augmented with a list of components": {"packages": (PackageOf(components=("ALC_FLR.1",)),)},
    "conformant without a list": {"packages": (PackageOf(components=(), augmented=False),)},
    "no act stated on a label": {"content": Content.LABEL, "legal_basis": None},
    "a label without the rest of Annex VII": {"content": Content.LABEL, "stated": frozenset({"packages"})},
}

BROKEN = {
    "statement of conformity": (
        {"document_type": DocumentType.STATEMENT_OF_CONFORMITY},
        "no-self-assessment",
    ),
    "service": ({"subject_type": SubjectType.ICT_SERVICE}, "subject-type"),
    "process": ({"subject_type": SubjectType.ICT_PROCESS}, "subject-type"),
    "managed security service": ({"subject_type": SubjectType.MANAGED_SECURITY_SERVICE}, "subject-type"),
    "product series a day too early": (
        {"subject_type": SubjectType.PRODUCT_SERIES, **days(date(2025, 12, 28), date(2030, 12, 28))},
        "product-series-from-2025-12-29",
    ),
    "AVA_VAN.1 as high": (van(1), "ava-van-for-level"),
    "AVA_VAN.2 as high": (van(2), "ava-van-for-level"),
    "AVA_VAN.3 as substantial": ({"assurance_level": SUBSTANTIAL, **van(3)}, "ava-van-for-level"),
    "AVA_VAN.5 as substantial": ({"assurance_level": SUBSTANTIAL, **van(5)}, "ava-van-for-level"),
    "no AVA_VAN level": (van(None), "ava-van-for-level"),
    "no package at all": ({"packages": ()}, "ava-van-for-level"),
    "several packages, none global": (
        {"packages": (PackageOf(name="A"), PackageOf(name="B"))},
        "ava-van-for-level",
    ),
    "a low global package beside a high sub-TSF": (
        {"packages": (PackageOf(ava_van=2), PackageOf(name="sub-TSF", ava_van=5))},
        "ava-van-for-level",
    ),
    "AVA_VAN.4 without a ground": ({"technical_domain": None, **van(4)}, "ava-van-grounds"),
    "AVA_VAN.5 without a ground": ({"technical_domain": None}, "ava-van-grounds"),
    "AVA_VAN.5 by a profile that is not of Annex II": (
        {"technical_domain": None, "protection_profiles": ("EN 419211-2",)},
        "ava-van-grounds",
    ),
    "AVA_VAN.5 by a longer number": (
        {"technical_domain": None, "protection_profiles": ("EN 419221-51",)},
        "ava-van-grounds",
    ),
    "AVA_VAN.5 by a part of the profile": (
        {"technical_domain": None, "protection_profiles": ("EN 419241-2-1",)},
        "ava-van-grounds",
    ),
    "AVA_VAN.5 by a draft of the profile": (
        {"technical_domain": None, "protection_profiles": ("prEN 419241-2",)},
        "ava-van-grounds",
    ),
    "a day more than five years": (days(date(2025, 12, 19), date(2030, 12, 20)), "validity-five-years"),
    "from 29 February to 1 March": (days(date(2028, 2, 29), date(2033, 3, 1)), "validity-five-years"),
    "the end of the calendar, too early": (
        days(date(9994, 1, 1), date(9999, 12, 30)),
        "validity-five-years",
    ),
    "five years of a series": (
        {"subject_type": SubjectType.PRODUCT_SERIES, **days(date(2026, 3, 2), date(2031, 3, 3))},
        "validity-five-years",
    ),
    "six years by another approval": (
        {"methodology_approval": APPROVED, **days(date(2026, 3, 2), date(2032, 3, 2))},
        "validity-five-years",
    ),
    "issued a day before the application": (
        days(date(2025, 2, 26), date(2030, 2, 26)),
        "application-date",
    ),
    "issued years before": (days(date(2021, 2, 26), date(2026, 2, 26)), "application-date"),
    "CC 3.1 a day too late": (
        {"standards": ("CC:2022", "CC 3.1 R5"), **days(date(2028, 1, 1), date(2033, 1, 1))},
        "cc-3-1-end",
    ),
    "CC 3.1 in full words": (
        {"standards": ("Common Criteria, Common Criteria Version  3.1",)} | days(date(2028, 1, 1), date(2033, 1, 1)),
        "cc-3-1-end",
    ),
    "CC 3.1 by its title": (
        {"standards": ("Common Criteria for Information Technology Security Evaluation, Version 3.1, Revision 5",)}
        | days(date(2028, 1, 1), date(2033, 1, 1)),
        "cc-3-1-end",
    ),
    "CEM 3.1 by its title": (
        {"standards": ("Common Methodology for Information Technology Security Evaluation Version 3.1 R5",)}
        | days(date(2028, 1, 1), date(2033, 1, 1)),
        "cc-3-1-end",
    ),
    "CC 3.1 by the numbers of its parts": (
        {"standards": ("CC Part 1 (CCMB-2017-04-001)",), **days(date(2028, 1, 1), date(2033, 1, 1))},
        "cc-3-1-end",
    ),
    "CEM 3.1 too late": (
        {"standards": ("cem v3.1r5",), **days(date(2029, 6, 1), date(2034, 6, 1))},
        "cc-3-1-end",
    ),
    "ISO/IEC 15408 of 2009 too late": (
        {"standards": ("ISO/IEC 15408-1:2009",), **days(date(2028, 1, 1), date(2033, 1, 1))},
        "cc-3-1-end",
    ),
    "EAL with plus in the package": ({"packages": (PackageOf(name="EAL4+"),)}, "eal-without-plus"),
    "EAL with plus in the scope": ({"scope": "The chip, at eal 5 +"}, "eal-without-plus"),
    "EAL with plus in a standard": ({"standards": ("CC:2022 EAL6+",)}, "eal-without-plus"),
    "EAL with plus in a profile": ({"protection_profiles": ("PP-0084 (EAL4+)",)}, "eal-without-plus"),
    "augmented without components": ({"packages": (PackageOf(components=()),)}, "augmented-components"),
    "augmented sub-TSF without components": (
        {"packages": (PackageOf(), PackageOf(name="sub-TSF", components=()))},
        "augmented-components",
    ),
    "another act": ({"legal_basis": "32024R3144"}, "legal-basis"),
    "a label without package": (
        {"content": Content.LABEL, "stated": ANNEX_VII - {"packages"}},
        "label-content",
    ),
    "a certificate without package": ({"stated": ANNEX_VII - {"packages"}}, "certificate-content"),
    **{
        f"a certificate without {path}": ({"stated": ANNEX_VII - {path}}, "annex-vii")
        for path in sorted(ANNEX_VII - {"packages"})
    },
}


@pytest.mark.parametrize("changes", KEPT.values(), ids=KEPT)
def test_a_certificate_within_the_rules_breaks_none(changes: dict[str, Any]) -> None:
    assert eucc().violations(replace(Facts(), **changes)) == ()


@pytest.mark.parametrize(("changes", "rule"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_breaks_its_rule_and_no_other(changes: dict[str, Any], rule: str) -> None:
    assert [violation.rule for violation in eucc().violations(replace(Facts(), **changes))] == [rule]


def test_level_basic_breaks_the_level_rule() -> None:
    broken = eucc().violations(replace(Facts(), assurance_level=AssuranceLevel.BASIC))
    assert [violation.rule for violation in broken] == ["assurance-level", "ava-van-for-level"]


def test_every_rule_of_eucc_is_broken_somewhere() -> None:
    broken = {rule for _, rule in BROKEN.values()} | {"assurance-level"}
    assert broken == {rule.id for rule in eucc().rules}


def test_negatives_outnumber_positives() -> None:
    assert len(BROKEN) > len(KEPT)


def test_several_rules_are_reported_in_the_order_of_the_scheme() -> None:
    facts = replace(
        Facts(),
        document_type=DocumentType.STATEMENT_OF_CONFORMITY,
        technical_domain=None,
        legal_basis="32019R0881",
        valid_until=date(2040, 1, 1),
    )
    broken = [violation.rule for violation in eucc().violations(facts)]
    assert broken == ["no-self-assessment", "ava-van-grounds", "validity-five-years", "legal-basis"]


def test_a_violation_names_article_field_severity_and_what_to_do() -> None:
    (violation,) = eucc().violations(replace(Facts(), valid_until=date(2031, 3, 3)))
    assert violation.severity is Severity.STRUCTURAL
    assert violation.article == "Regulation (EU) 2024/482, Articles 12(2), 12(3) and 18(2)"
    assert violation.field == "valid_until"
    assert violation.message == (
        "the last day of 5 years is 2031-03-02: shorten the validity or state validity_approval"
    )


def test_all_missing_fields_are_named_at_once() -> None:
    (violation,) = eucc().violations(replace(Facts(), stated=ANNEX_VII - {"holder.address", "standards"}))
    assert violation.field == "holder.address"
    assert "holder.address, standards" in violation.message


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("validity-five-years", Severity.STRUCTURAL),
        ("label-content", Severity.STRUCTURAL),
        ("certificate-content", Severity.STRUCTURAL),
        ("eal-without-plus", Severity.NOTATION),
        ("augmented-components", Severity.NOTATION),
        ("annex-vii", Severity.NOTATION),
    ],
)
def test_what_verification_fails_on_and_what_it_warns_of(rule: str, severity: Severity) -> None:
    assert {each.id: each.severity for each in eucc().rules}[rule] is severity


def test_the_facts_of_these_tests_are_certificate_facts() -> None:
    facts: CertificateFacts = Facts()
    assert facts.states("packages")
