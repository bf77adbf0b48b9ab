"""Vectors of schemes as data: every rule of EUCC broken alone, and a status that a scheme does not take for valid."""

from __future__ import annotations

from typing import Any, Final

from tests.vector_cases.case import EUCC_RULES, GOOD, VIOLATION, Case
from tests.world import WORLD

SPEC: Final = "verification.md#verdict-table"

BROKEN: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    ("no-rule-broken", "no rule is broken", {}, GOOD),
    ("service", "subject-type", {"subject": {"type": "ict_service", "name": "Example"}}, VIOLATION),
    ("high-with-ava-van-2", "ava-van-for-level", {"packages": [{"name": "global", "ava_van": 2}]}, VIOLATION),
    ("no-ava-van", "ava-van-for-level", {"packages": [{"name": "global", "eal": 5}]}, VIOLATION),
    ("no-packages", "certificate-content", {"packages": None}, VIOLATION),
    ("ava-van-5-without-ground", "ava-van-grounds", {"technical_domain": None}, VIOLATION),
    ("ava-van-5-by-methodology", "ava-van-grounds", {"technical_domain": None, "methodology_approval": "A-1"}, GOOD),
    ("five-years", "validity-five-years", {"valid_until": "2031-03-02"}, GOOD),
    ("five-years-and-a-day", "validity-five-years", {"valid_until": "2031-03-03"}, VIOLATION),
    ("ten-years-approved", "validity-five-years", {"valid_until": "2036-03-01", "validity_approval": "A-2"}, GOOD),
    ("another-legal-basis", "legal-basis", {"legal_basis": "32019R0881"}, VIOLATION),
    ("plus-after-the-eal", "eal-without-plus", {"standards": ["CC:2022 EAL4+"]}, GOOD),
    (
        "augmented-without-components",
        "augmented-components",
        {"packages": [{"name": "global", "ava_van": 5, "augmented": True}]},
        GOOD,
    ),
    ("without-holder", "annex-vii", {"holder": None}, GOOD),
)


def cases() -> list[Case]:
    """Give the vectors."""
    made = []
    for name, rule, changes, answer in BROKEN:
        case = Case(name=f"scheme/{name}", spec=SPEC, rule=f"rule {rule} of EUCC", answer=answer, schemes=EUCC_RULES)
        made.append(case.in_world(WORLD.with_certificate(**changes)))
    return made
