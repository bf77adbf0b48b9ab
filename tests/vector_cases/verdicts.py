"""Vectors of verification.md: every row of the verdict table under the policies, their order, and the product match."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

from certmark.verify import POLICIES
from tests.conftest import ROOT
from tests.scenes import UNDER_HOME_SCHEME, Knob, Scene, both, certified, expecting, subject
from tests.unit.verify.test_verdict_table import CONDITIONS, EXCLUSIVE, TABLE
from tests.vector_cases.case import (
    EUCC_RULES,
    GOOD,
    HOME_RULES,
    NO_SCHEME,
    UNCLEAR,
    WRONG,
    Case,
)
from tests.world import WORLD

PAGE: Final = (ROOT / "docs" / "spec" / "verification.md").read_text("utf-8")
VERDICTS: Final = "verification.md#verdict-table"

HOME: Final[dict[str, Any]] = json.loads((ROOT / "examples" / "schemes" / "xx-home.json").read_bytes())
SUSPENDED_INVALID: Final = ("schemes/xx-home-suspended-invalid.json",)


def _suspended_invalid() -> str:
    statuses = {**HOME["statuses"], "suspended": {**HOME["statuses"]["suspended"], "valid": False}}
    return json.dumps({**HOME, "statuses": statuses}, indent=2, ensure_ascii=False) + "\n"


SCHEME_FILES: Final = {
    EUCC_RULES[0]: (ROOT / "src" / "certmark" / "model" / "schemes" / "eucc.json").read_text("utf-8"),
    HOME_RULES[0]: (ROOT / "examples" / "schemes" / "xx-home.json").read_text("utf-8"),
    SUSPENDED_INVALID[0]: _suspended_invalid(),
}
"""Scheme files that vectors name, by their place in the folder of the vectors."""

_LINES: Final = re.findall(r"^\| (\d+) \| (.*?) \| (\w+) \| (\w+|–) \| (`\w+`|) ?\|$", PAGE, re.MULTILINE)
ROWS: Final = {
    int(number): (condition, sub_indication.strip("–"), check.strip("`"))
    for number, condition, _, sub_indication, check in _LINES
}
"""Rows of the verdict table by number: condition, sub-indication and check."""
INDICATIONS: Final = {int(number): indication for number, _, indication, _, _ in _LINES}

RULES_OF_EUCC: Final = {"valid-too-long", "another-legal-basis", "scheme-broken-and-suspended"}
REFUSED_STATUS: Final = {"status-list-forged"}
"""Rows whose status list token does not count, whatever certificate is asked about."""
ASKED_OTHERWISE: Final = {
    "scheme-not-known": "a client always knows EUCC",
    "no-scheme-known": "a client always knows EUCC",
    "with-a-seal-certificate": "message/esp256-x5t",
}

POLICIES_TABLE, STATUS_ORDER, PROMOTION, SEAL = (
    f"verification.md#{section}"
    for section in ("policies", "certificate-status", "may-it-be-promoted", "seal-certificate")
)
ABOUT: Final = {
    "lists-due": (POLICIES_TABLE, "grace after next_update or ttl"),
    "status-list-due": (POLICIES_TABLE, "grace after next_update or ttl"),
    "lists-stale": (POLICIES_TABLE, "rows 19 and 20"),
    "status-list-stale": (POLICIES_TABLE, "rows 19 and 20"),
    "suspended": (POLICIES_TABLE, "suspended, where the scheme keeps it valid"),
    "no-status-where-that-is-allowed": (POLICIES_TABLE, "no status claim, where the scheme allows it"),
    "body-suspended-today": (POLICIES_TABLE, "issuer's service not granted at the time of verification"),
    "signed-in-the-future": (POLICIES_TABLE, "skew"),
    "clock-slightly-behind": (POLICIES_TABLE, "skew"),
    "expired-and-suspended": (STATUS_ORDER, "expired comes before suspended"),
    "suspended-and-lists-expired": (STATUS_ORDER, "suspended, though the trusted lists are expired"),
    "withdrawn-in-an-expired-list": (STATUS_ORDER, "withdrawn comes first"),
    "another-model-and-suspended": (PROMOTION, "the status is known and the scheme forbids promotion under it"),
    "no-gtin-and-suspended": (PROMOTION, "the status is known and the scheme forbids promotion under it"),
    "only-a-part": (PROMOTION, "PASSED and in force: within the coverage"),
    "seal-with-its-path": (SEAL, "its validity and the certificates behind it"),
    "seal-for-another-key": (SEAL, "the first is for another key: a warning"),
    "seal-of-a-later-time": (SEAL, "iat lies outside its validity: a warning"),
    "seal-with-a-broken-path": (SEAL, "one was not signed by the next one: a warning"),
    "seal-that-cannot-be-read": (SEAL, "they cannot be read: a warning"),
    "status-list-not-supplied": (PROMOTION, "otherwise unknown"),
}
"""Rows of the tests' table that are about another section of the page than the verdict table, and the rule."""


def row_of(answer: str, check: str | None) -> int:
    """Give the number of the row that gives a sub-indication by a check."""
    sub_indication = answer.split()[1].replace("-", "")
    return next(number for number, row in ROWS.items() if row[1:] == (sub_indication, check or ""))


def case_of(scene: Scene, *, name: str, answer: str, policy: str, schemes: tuple[str, ...] = ()) -> Case:
    """Give the vector of a scene."""
    report = scene.report(next(each for each in POLICIES if each.name == policy))
    number = row_of(answer, report.decisive.id if report.decisive else None)
    expected = (
        {}
        if scene.expect is None
        else {
            option: value
            for option, value in (
                ("gtin", scene.expect.gtin),
                ("model", scene.expect.model),
                ("version", scene.expect.version),
            )
            if value is not None
        }
    )
    case = Case(
        name=f"verdict/{name}",
        spec=VERDICTS,
        rule=f"row {number}: {ROWS[number][0]}",
        token=scene.token,
        answer=answer,
        policy=policy,
        product=expected,
        schemes=schemes,
    )
    # up to row 6 no status list is asked
    return case.in_world(scene.world, heard=number > 6)


def _table() -> Iterator[Case]:
    for row in TABLE:
        scene = row.knob(Scene())
        if scene.demands or row.name in ASKED_OTHERWISE:
            continue
        schemes = EUCC_RULES if row.name in RULES_OF_EUCC else ()
        if scene.world.document is not None and scene.world.document.scheme == "XX-HOME":
            schemes = HOME_RULES if scene.world.schemes == WORLD.schemes else SUSPENDED_INVALID
        answers = {policy.name: getattr(row, policy.name) for policy in POLICIES}
        spec, rule = ABOUT.get(row.name, (VERDICTS, ""))
        if len(set(answers.values())) == 1 and spec != POLICIES_TABLE:
            answers = {"standard": row.standard}
        for policy, answer in answers.items():
            name = row.name if len(answers) == 1 else f"{row.name}.{policy}"
            case = case_of(scene, name=name, answer=answer, policy=policy, schemes=schemes)
            error = "status" if row.name in REFUSED_STATUS else None
            if rule and (spec != POLICIES_TABLE or policy != "standard"):
                case = replace(case, spec=spec, rule=rule)
            yield replace(case, error=error)


def _answer(rows: set[int]) -> str:
    """Give what the page says when exactly these rows hold, none of them a matter of suspension."""
    sub_indication = ROWS[min(rows)][1]
    indication = INDICATIONS[min(rows)]
    status_by_row = {13: "withdrawn", 14: "expired", 15: "not_yet_valid", 19: "unknown", 20: "unknown"}
    status = "unknown" if min(rows) <= 10 else next((status_by_row[n] for n in status_by_row if n in rows), "in_force")
    forbidden = indication == "FAILED" or status in {"withdrawn", "expired", "not_yet_valid"}
    return f"{indication} {sub_indication} {status} {'no' if forbidden else 'unknown'}"


NEAR: Final = 3
"""Rows that are further from each other are left to the library's own tests."""


def _order() -> Iterator[Case]:
    """Give vectors in which two rows hold that stand close to each other: the first of them decides."""
    # these ask for what no client can be asked for from outside
    alone = [each for each in CONDITIONS if each.row not in {3, 10, 11, 18}]
    for first, second in combinations(alone, 2):
        if (first.row, second.row) in EXCLUSIVE or second.row - first.row > NEAR:
            continue
        scene = both(second.knob, first.knob)(Scene())
        case = case_of(
            scene,
            name=f"{first.row}-before-{second.row}",
            answer=_answer({first.row, second.row}),
            policy="standard",
            schemes=EUCC_RULES if 12 in {first.row, second.row} else (),
        )
        yield replace(case, rule=f"the first that holds decides: row {first.row} before row {second.row}")


MATCH: Final = "verification.md#product-match"
MATCHED, DIFFERS, NOT_IDENTIFIED = (
    "else",
    "some given value is not in a list that the certificate has",
    (
        "else some given value has no list to compare with (a version: no machine-readable versions and not the text "
        "as certified)"
    ),
)
NO_VERSIONS: Final = certified(subject=subject(versions=None))
PRODUCTS: Final[tuple[tuple[str, str, Knob, str], ...]] = (
    ("gtin-of-13-digits", MATCHED, expecting(gtin="4006381333931"), GOOD),
    ("gtin-of-14-digits", "GTINs are brought to 14 digits", expecting(gtin="04006381333931"), GOOD),
    ("gtin-of-8-digits", "GTINs are brought to 14 digits", expecting(gtin="96385074"), GOOD),
    ("another-gtin", DIFFERS, expecting(gtin="4006381333948"), WRONG),
    ("model-in-other-case", "compared after case folding", expecting(model="se1-a"), GOOD),
    ("model-with-white-space-around", "runs of white space count as one space", expecting(version="2.0.1 \t G"), GOOD),
    (
        "model-decomposed",
        "compared in Unicode normalisation form C",
        both(certified(subject=subject(models=["Mod\u00e8le 5"])), expecting(model="Mode\u0300le 5")),
        GOOD,
    ),
    (
        "model-in-capitals-with-two-marks",
        "brought to Unicode normalisation form C before and after case folding",
        both(certified(subject=subject(models=["\u0390-5"])), expecting(model="\u0399\u0308\u0301-5")),
        GOOD,
    ),
    ("another-model", DIFFERS, expecting(model="SE1-C"), WRONG),
    ("part-of-a-model", DIFFERS, expecting(model="SE1"), WRONG),
    ("version-of-the-list", "a value matches if the certificate lists it", expecting(version="2.0.1 h"), GOOD),
    (
        "version-as-certified",
        "the text as certified counts too",
        expecting(version="Versions 2.0.1 G and 2.0.1 H"),
        GOOD,
    ),
    ("part-of-the-version-as-certified", "the text as certified counts as a whole", expecting(version="2.0.1"), WRONG),
    (
        "version-as-certified-without-versions",
        MATCHED,
        both(NO_VERSIONS, expecting(version="versions 2.0.1 g and 2.0.1 h")),
        GOOD,
    ),
    ("another-version-without-versions", NOT_IDENTIFIED, both(NO_VERSIONS, expecting(version="2.0.1 G")), UNCLEAR),
    ("no-models", NOT_IDENTIFIED, both(certified(subject=subject(models=None)), expecting(model="SE1-A")), UNCLEAR),
    ("no-gtins", NOT_IDENTIFIED, both(certified(subject=subject(gtins=None)), expecting(gtin="96385074")), UNCLEAR),
    ("everything-right", MATCHED, expecting(gtin="4006381333931", model="SE1-B", version="2.0.1 G"), GOOD),
    ("one-of-three-wrong", DIFFERS, expecting(gtin="4006381333931", model="SE1-B", version="2.0.1 I"), WRONG),
    (
        "one-differs-and-one-not-identified",
        DIFFERS,
        both(certified(subject=subject(gtins=None)), expecting(gtin="96385074", model="SE2")),
        WRONG,
    ),
)


def cases() -> list[Case]:
    """Give the vectors."""
    made = [*_table(), *_order()]
    profile = certified(subject=subject(type="protection_profile", models=None, versions=None, gtins=None))(Scene())
    rule = "PASSED, and what is certified is a protection profile, which is no product"
    case = case_of(profile, name="protection-profile", answer="PASSED - in_force no", policy="standard")
    made.append(replace(case, spec=PROMOTION, rule=rule))
    unknown = UNDER_HOME_SCHEME(Scene())
    unknown = replace(unknown, world=replace(unknown.world, schemes=()))
    made.append(case_of(unknown, name="scheme-not-known", answer=NO_SCHEME, policy="standard"))
    made += [
        case_of(Scene(), name=f"everything-in-order.{policy.name}", answer=GOOD, policy=policy.name)
        for policy in POLICIES[1:]
    ]
    for name, rule, knob, answer in PRODUCTS:
        case = case_of(knob(Scene()), name=f"product-{name}", answer=answer, policy="standard")
        made.append(replace(case, spec=MATCH, rule=rule))
    return made
