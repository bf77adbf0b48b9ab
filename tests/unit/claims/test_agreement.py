"""The times of a token lie within the days of its document, whose first and last day are both included."""

from __future__ import annotations

from typing import Any

import pytest

from certmark.claims.agreement import certificate_problem, days_of, period_problem

DAY = 86_400
FIRST, LAST = 10, 12
"""Days of a document, as numbers since 1970-01-01."""


@pytest.mark.parametrize(
    ("nbf", "exp", "days"),
    [
        pytest.param(FIRST * DAY, (LAST + 1) * DAY, (FIRST, LAST), id="whole-days"),
        pytest.param(FIRST * DAY + 1, (LAST + 1) * DAY + 1, (FIRST, LAST), id="a-second-later"),
        pytest.param(FIRST * DAY - 1, (LAST + 1) * DAY - 1, (FIRST - 1, LAST - 1), id="a-second-sooner"),
        pytest.param(0, DAY, (0, 0), id="the-first-day"),
    ],
)
def test_days_are_those_of_nbf_and_of_the_last_second(nbf: int, exp: int, days: tuple[int, int]) -> None:
    assert days_of(nbf, exp) == days


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({}, None, id="whole-days"),
        pytest.param({"nbf": FIRST * DAY + 1, "exp": (LAST + 1) * DAY - 1}, None, id="a-second-less-on-either-side"),
        pytest.param({"exp": FIRST * DAY + 1}, None, id="one-second"),
        pytest.param({"exp": (FIRST + 1) * DAY, "valid_until": FIRST}, None, id="one-day"),
        pytest.param({"valid_until": FIRST - 1}, "valid_until is before issued", id="ends-the-day-before"),
        pytest.param({"nbf": FIRST * DAY - 1}, "nbf is before the day of issue", id="begins-a-second-sooner"),
        pytest.param({"exp": (LAST + 1) * DAY + 1}, "exp is after the last day of validity", id="ends-a-second-later"),
        pytest.param({"exp": FIRST * DAY}, "exp is not after nbf", id="ends-as-it-begins"),
        pytest.param({"nbf": FIRST * DAY + 9, "exp": FIRST * DAY + 8}, "exp is not after nbf", id="ends-before"),
    ],
)
def test_times_lie_within_the_days_of_the_document(changes: dict[str, int], problem: str | None) -> None:
    period = {"nbf": FIRST * DAY, "exp": (LAST + 1) * DAY, "issued": FIRST, "valid_until": LAST}
    assert period_problem(**{**period, **changes}) == problem


@pytest.mark.parametrize(
    ("certificate", "problem"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({27: [{2: FIRST}, {2: FIRST + 9}]}, None, id="maintained-from-the-day-of-issue-on"),
        pytest.param({6: 1, 7: "The chip."}, None, id="a-part-with-its-scope"),
        pytest.param({7: "All."}, None, id="the-whole-with-a-scope"),
        pytest.param({23: ["A-2"], 21: ["A-3"], 22: ["A-4"]}, None, id="linked-to-others"),
        pytest.param(
            {27: [{2: FIRST + 9}, {2: FIRST - 1}]},
            "maintenance has a report from before the day of issue",
            id="maintained-before-issue",
        ),
        pytest.param({6: 1}, "coverage.scope is missing, although only a part is covered", id="a-part-of-what"),
        pytest.param({23: ["A-2", "A-1"]}, "aliases names the document's own id", id="its-own-alias"),
        pytest.param({21: ["A-1"]}, "replaces names the document's own id", id="replaces-itself"),
        pytest.param({22: ["A-1"]}, "base_certificates names the document's own id", id="based-on-itself"),
        pytest.param({2: 1, 4: 2, 12: {}}, "assurance_level of a statement of conformity is not basic", id="too-high"),
        pytest.param({2: 1, 4: 1}, "holder is missing in a statement of conformity", id="of-nobody"),
        pytest.param({2: 1, 4: 1, 12: {}}, None, id="a-statement"),
        pytest.param({2: 1, 4: 1, 12: {}, 22: ["A-1"]}, "base_certificates names the document's own id", id="itself"),
    ],
)
def test_fields_agree_with_each_other(certificate: dict[int, Any], problem: str | None) -> None:
    assert certificate_problem(certificate, own_id="A-1", issued=FIRST) == problem
