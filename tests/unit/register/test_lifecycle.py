"""The lifecycle by the articles: what is allowed in which state, for how long, and what verifiers hear of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from certmark.register import (
    Act,
    Authority,
    CertificateRecord,
    Kind,
    LifecycleError,
    Register,
    RegisterConflictError,
    RegisterError,
    Review,
)
from certmark.register.lifecycle import TRANSITIONS, Standing, Suspension, extended, retained_until, years_after
from certmark.status.bitarray import Status
from certmark.verify import Product
from tests.unit.register.body import ID, ISSUER, act, issued, issuer_that, maintained, numbered, opened
from tests.world import CERTIFICATE, NCCA_STATUS_URI, STATUS_URI, WORLD, instant

NEW = "EUCC-3087-2026-03-0002"


def successor(**changes: Any) -> Any:
    return numbered(2, replaces=[ID], valid_until="2031-03-02", issued="2026-03-03", **changes)


def later(day: str) -> Act:
    return act(f"{day} 12:00:00")


DECISIONS: dict[Kind, Callable[[Register, Act], CertificateRecord]] = {
    Kind.LABELLED: lambda register, at: register.label(ID, issuer=ISSUER, act=at),
    Kind.MAINTAINED: lambda register, at: register.maintain(ID, maintained(), issuer=ISSUER, act=at),
    Kind.CONFIRMED: lambda register, at: register.confirm(ID, act=at),
    Kind.SUSPENDED: lambda register, at: register.suspend(ID, act=at),
    Kind.SUSPENSION_EXTENDED: lambda register, at: register.extend_suspension(
        ID, act=at, last_day=date(2026, 6, 1), reference="NCCA 2026/5"
    ),
    Kind.REINSTATED: lambda register, at: register.reinstate(ID, act=at),
    Kind.WITHDRAWN: lambda register, at: register.withdraw(ID, act=at),
    Kind.REPLACED: lambda register, at: register.replace(
        ID, successor(), issuer=ISSUER, act=at, outcome=Review.IDENTICAL_SCOPE
    ),
}
STATES: dict[str, Callable[[Register], object]] = {
    "in_force": lambda _: None,
    "suspended": lambda register: register.suspend(ID, act=later("2026-03-10")),
    "withdrawn": lambda register: register.withdraw(ID, act=later("2026-03-10")),
    "expired": lambda _: None,
}
ALLOWED = {
    "in_force": {Kind.LABELLED, Kind.MAINTAINED, Kind.CONFIRMED, Kind.SUSPENDED, Kind.WITHDRAWN, Kind.REPLACED},
    "suspended": {Kind.CONFIRMED, Kind.SUSPENSION_EXTENDED, Kind.REINSTATED, Kind.WITHDRAWN, Kind.REPLACED},
    "withdrawn": set(),
    "expired": set(),
}


def test_every_decision_is_tried_in_every_state() -> None:
    assert DECISIONS.keys() == TRANSITIONS.keys()
    assert STATES.keys() == ALLOWED.keys()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", DECISIONS)
def test_what_the_law_allows_in_a_state_is_done_and_nothing_else(register: Register, state: str, kind: Kind) -> None:
    issued(register)
    STATES[state](register)
    at = later("2031-03-02" if state == "expired" else "2026-03-12")
    assert register.certificate(ID).status(at.at) == state
    before = register.history(ID)
    if kind in ALLOWED[state]:
        DECISIONS[kind](register, at)
        assert kind in {event.kind for event in register.history(ID)[len(before) :]}
    else:
        with pytest.raises(LifecycleError, match=r"it cannot be .* \((Article|Annex)") as caught:
            DECISIONS[kind](register, at)
        assert caught.value.article
        assert register.history(ID) == before
    assert register.audit().is_sound


@pytest.mark.parametrize("kind", [kind for kind in DECISIONS if kind is not Kind.LABELLED])
def test_every_decision_needs_a_reason(register: Register, kind: Kind) -> None:
    issued(register)
    if kind in ALLOWED["suspended"] - ALLOWED["in_force"]:
        STATES["suspended"](register)
    with pytest.raises(LifecycleError, match="needs a reason"):
        DECISIONS[kind](register, act("2026-03-12", reason=None))


def test_no_decision_is_dated_before_the_one_before_it(register: Register) -> None:
    issued(register)
    STATES["suspended"](register)
    with pytest.raises(LifecycleError, match=r"suspended at 2026-03-10T12:00:00\+00:00, after this decision"):
        register.reinstate(ID, act=act("2026-03-10 11:59:59"))


# --- suspension ---


@pytest.mark.parametrize(
    ("at", "status"),
    [
        pytest.param("2026-03-10 23:59:59", None, id="day-of-the-decision"),
        pytest.param("2026-03-11 00:00:00", Status.SUSPENDED, id="first-day"),
        pytest.param("2026-04-21 23:59:59", Status.SUSPENDED, id="42nd-day"),
        pytest.param("2026-04-22 00:00:00", None, id="43rd-day"),
    ],
)
def test_a_suspension_begins_the_day_after_the_decision_and_ends_after_42_days(
    register: Register, at: str, status: Status | None
) -> None:
    issued(register)
    STATES["suspended"](register)
    assert register.statuses(STATUS_URI, at=instant(at)).get(0) == status
    assert register.statuses(NCCA_STATUS_URI, at=instant(at)) == {}


@pytest.mark.parametrize(
    ("decided", "last_day", "says"),
    [
        pytest.param("2026-03-10", "2026-04-22", r"may last 42 days, to 2026-04-21.*Article 30\(1\)", id="43-days"),
        pytest.param("2026-03-11", None, r"is still to come.*Article 30\(1\)", id="tomorrow"),
        pytest.param("2026-03-10", "2026-03-10", r"would be over.*Article 30\(1\)", id="no-day"),
        pytest.param("2026-03-04", "2026-03-09", r"would be over.*Article 30\(1\)", id="over-before-it-is-recorded"),
        pytest.param("2026-03-01", None, r"was issued on 2026-03-02.*Article 30\(1\)", id="before-the-issue"),
    ],
)
def test_a_suspension_that_is_too_long_or_of_another_time_is_refused(
    register: Register, decided: str, last_day: str | None, says: str
) -> None:
    issued(register)
    last = None if last_day is None else date.fromisoformat(last_day)
    with pytest.raises(LifecycleError, match=says):
        register.suspend(ID, act=later("2026-03-10"), decided=date.fromisoformat(decided), last_day=last)


def test_a_shorter_suspension_ends_earlier(register: Register) -> None:
    issued(register)
    register.suspend(ID, act=later("2026-03-10"), decided=date(2026, 3, 9), last_day=date(2026, 3, 20))
    days = [day for day in range(1, 32) if register.statuses(STATUS_URI, at=instant(f"2026-03-{day:02} 12:00:00"))]
    assert days == list(range(10, 21))


@pytest.mark.parametrize(
    ("last_day", "reference", "says"),
    [
        pytest.param("2027-03-11", "NCCA 5", r"one year in all, to 2027-03-10.*Article 30\(6\)", id="a-day-too-long"),
        pytest.param("2026-04-21", "NCCA 5", r"is no extension.*Article 30\(6\)", id="not-longer"),
        pytest.param("2026-06-01", "5\x1b[2J", r"the reference has the control", id="control-character"),
        pytest.param("2026-06-01", "5" * 2001, r"the reference is too long", id="long-reference"),
        pytest.param("2026-06-01", " ", r"only the authority extends.*Article 30\(6\)", id="without-reference"),
    ],
)
def test_an_extension_has_a_reference_and_stays_within_a_year(
    register: Register, last_day: str, reference: str, says: str
) -> None:
    issued(register)
    STATES["suspended"](register)
    with pytest.raises(RegisterError, match=says):
        register.extend_suspension(
            ID, act=later("2026-03-12"), last_day=date.fromisoformat(last_day), reference=reference
        )


def test_an_extended_suspension_lasts_to_the_end_of_its_year(register: Register) -> None:
    issued(register)
    STATES["suspended"](register)
    register.extend_suspension(ID, act=later("2026-04-21"), last_day=date(2027, 3, 10), reference="NCCA 5")
    event = register.history(ID)[-1]
    assert (event.authority, event.article, event.detail["reference"]) == (Authority.NCCA, "Article 30(6)", "NCCA 5")
    assert register.statuses(STATUS_URI, at=instant("2027-03-10")) == {0: Status.SUSPENDED}
    assert register.statuses(STATUS_URI, at=instant("2027-03-11")) == {}


@pytest.mark.parametrize(
    ("first_day", "longest"),
    [
        ("2026-03-11", "2027-03-10"),
        ("2027-03-01", "2028-02-28"),
        ("2028-02-29", "2029-02-28"),
        ("2028-03-01", "2029-02-28"),
        ("2028-03-02", "2029-03-01"),
    ],
)
def test_a_year_ends_on_the_date_of_the_decision_also_in_leap_years(first_day: str, longest: str) -> None:
    first, last = date.fromisoformat(first_day), date.fromisoformat(longest)
    suspension = Suspension(first, first + timedelta(days=41))
    assert extended(suspension, last_day=last).last_day == last
    with pytest.raises(LifecycleError, match=f"one year in all, to {longest}"):
        extended(suspension, last_day=last + timedelta(days=1))


def test_a_suspension_that_is_over_cannot_be_extended(register: Register) -> None:
    issued(register)
    STATES["suspended"](register)
    with pytest.raises(LifecycleError, match=r"is in force: it cannot be suspended for longer \(Article 30\(6\)\)"):
        register.extend_suspension(ID, act=later("2026-04-22"), last_day=date(2026, 6, 1), reference="NCCA 5")


def test_who_is_reinstated_is_in_force_at_once_and_may_be_suspended_again(register: Register) -> None:
    issued(register)
    STATES["suspended"](register)
    register.reinstate(ID, act=later("2026-03-12"))
    assert register.statuses(STATUS_URI, at=instant("2026-03-12 11:59:59")) == {0: Status.SUSPENDED}
    assert register.statuses(STATUS_URI, at=instant("2026-03-12 12:00:00")) == {}
    register.suspend(ID, act=later("2026-03-13"))
    assert register.statuses(STATUS_URI, at=instant("2026-03-14")) == {0: Status.SUSPENDED}


Steps = list[tuple[str, str, dict[str, Any]]]
LAPSED: Steps = [("suspend", "2026-03-10", {})]
LIFTED_ON_THE_20TH = [*LAPSED, ("reinstate", "2026-03-20", {})]
LIFTED_BEFORE_IT_BEGAN = [*LAPSED, ("reinstate", "2026-03-10", {})]
EXTENDED = [
    *LAPSED,
    ("extend_suspension", "2026-03-12", {"last_day": date(2027, 1, 31), "reference": "NCCA 5"}),
    ("reinstate", "2027-01-31", {}),
]
THREE_IN_A_ROW = [
    *LIFTED_ON_THE_20TH,
    ("suspend", "2026-03-25", {}),
    ("reinstate", "2026-04-04", {}),
]
NEWLY_CAUSED = [*LAPSED, ("suspend", "2026-04-22", {"other_cause": "vulnerability 2026/9"})]


def lived_through(register: Register, *steps: tuple[str, str, dict[str, Any]]) -> CertificateRecord:
    for decision, day, how in steps:
        getattr(register, decision)(ID, act=later(day), **how)
    return register.certificate(ID)


@pytest.mark.parametrize(
    ("before", "day", "how", "last_day", "days_before"),
    [
        pytest.param(LIFTED_ON_THE_20TH, "2026-03-20", {}, "2026-04-21", 10, id="on-the-day-of-lifting"),
        pytest.param(LIFTED_ON_THE_20TH, "2026-04-30", {}, "2026-06-01", 10, id="41-days-in-force"),
        pytest.param(LIFTED_ON_THE_20TH, "2026-05-01", {}, "2026-06-12", 0, id="42-days-in-force"),
        pytest.param(LIFTED_BEFORE_IT_BEGAN, "2026-03-10", {}, "2026-04-21", 0, id="the-first-never-began"),
        pytest.param(THREE_IN_A_ROW, "2026-04-10", {}, "2026-05-02", 20, id="all-in-a-row-count"),
        pytest.param(LAPSED, "2026-06-02", {}, "2026-07-14", 0, id="long-after-the-first-is-over"),
        pytest.param(LAPSED, "2026-04-22", {"other_cause": "finding 9"}, "2026-06-03", 0, id="another-cause"),
        pytest.param(
            LAPSED,
            "2026-04-22",
            {"reference": "NCCA 6", "last_day": date(2027, 1, 27)},
            "2027-01-27",
            42,
            id="authority",
        ),
        pytest.param([], "2026-03-10", {"reference": "NCCA 6"}, "2026-04-21", 0, id="authority-from-the-first-day"),
        pytest.param(
            [], "2026-03-10", {"reference": "NCCA 6", "last_day": date(2027, 3, 10)}, "2027-03-10", 0, id="a-whole-year"
        ),
    ],
)
def test_a_suspension_within_42_days_of_an_earlier_one_continues_it(
    register: Register, before: Steps, day: str, how: dict[str, Any], last_day: str, days_before: int
) -> None:
    issued(register)
    suspension = lived_through(register, *before, ("suspend", day, how)).standing.suspension
    assert suspension is not None
    assert (suspension.last_day, suspension.days_before) == (date.fromisoformat(last_day), days_before)
    event = register.history(ID)[-1]
    assert (event.authority, event.article) == (
        (Authority.NCCA, "Article 30(6)") if "reference" in how else (Authority.BODY, "Article 30(1)")
    )
    assert register.audit().is_sound


@pytest.mark.parametrize(
    ("before", "day", "how", "says"),
    [
        pytest.param(LAPSED, "2026-04-22", {}, r"continues one of 42 days.*has no day left.*30\(1\)", id="42-and-42"),
        pytest.param(LAPSED, "2026-06-01", {}, r"has no day left.*30\(1\)", id="41-days-later"),
        pytest.param(
            LIFTED_ON_THE_20TH, "2026-03-20", {"last_day": date(2026, 4, 22)}, r"may last to 2026-04-21.*30\(1\)",
            id="lifted-and-again",
        ),
        pytest.param(
            THREE_IN_A_ROW, "2026-04-10", {"last_day": date(2026, 5, 3)}, r"continues one of 20 days.*30\(1\)",
            id="three-in-a-row",
        ),
        pytest.param(LAPSED, "2026-04-22", {"reference": "NCCA 6"}, r"say to which day.*30\(6\)", id="no-last-day"),
        pytest.param(
            LAPSED, "2026-04-22", {"reference": " ", "last_day": date(2026, 6, 1)}, r"give its reference.*30\(6\)",
            id="empty-reference",
        ),
        pytest.param(
            LAPSED, "2026-04-22", {"reference": "NCCA\x1b", "last_day": date(2026, 6, 1)}, "reference has the control",
            id="unreadable-reference",
        ),
        pytest.param(
            LAPSED, "2026-04-22", {"reference": "NCCA 6", "last_day": date(2027, 3, 12)},
            r"one of 42 days, may last one year in all, to 2027-03-11, and not to 2027-03-12.*30\(6\)",
            id="a-year-and-a-day",
        ),
        pytest.param(
            [], "2026-03-10", {"reference": "NCCA 6", "last_day": date(2027, 3, 11)}, r"to 2027-03-10, .*30\(6\)",
            id="a-year-and-a-day-at-once",
        ),
        pytest.param(EXTENDED, "2027-02-01", {}, r"continues one of 327 days.*no day left.*30\(1\)", id="after-a-year"),
        pytest.param(
            LAPSED, "2026-04-22", {"decided": date(2026, 4, 20)}, r"was suspended to 2026-04-21, after.*30\(1\)",
            id="decided-while-suspended",
        ),
        pytest.param(
            LAPSED, "2026-04-22", {"other_cause": "decided on file 7"}, r"on 2026-03-10 for the same cause.*30\(1\)",
            id="the-reason-of-before",
        ),
        pytest.param(
            [*NEWLY_CAUSED, ("reinstate", "2026-05-20", {})], "2026-05-21", {"other_cause": "vulnerability 2026/9"},
            r"on 2026-04-22 for the same cause.*30\(1\)", id="the-cause-of-before",
        ),
        pytest.param(LAPSED, "2026-04-22", {"other_cause": ""}, "the other cause is empty", id="no-cause"),
    ],
)  # fmt: skip
def test_suspensions_in_a_row_do_not_outlast_the_law(
    register: Register, before: Steps, day: str, how: dict[str, Any], says: str
) -> None:
    issued(register)
    standing = lived_through(register, *before).standing
    with pytest.raises(RegisterError, match=says):
        register.suspend(ID, act=later(day), **how)
    assert register.certificate(ID).standing == standing


def test_an_extended_suspension_that_continues_another_ends_within_their_year(register: Register) -> None:
    issued(register)
    lived_through(register, *LIFTED_ON_THE_20TH, ("suspend", "2026-03-30", {}))
    extend = register.extend_suspension
    with pytest.raises(LifecycleError, match=r"continues one of 10 days, may last one year in all, to 2027-03-20"):
        extend(ID, act=later("2026-04-02"), last_day=date(2027, 3, 21), reference="NCCA 5")
    record = extend(ID, act=later("2026-04-02"), last_day=date(2027, 3, 20), reference="NCCA 5")
    assert record.standing.suspension is not None
    assert record.standing.suspension.days == 365


def test_at_the_end_of_the_calendar_a_suspension_ends_with_it(register: Register) -> None:
    register.issue(
        numbered(1, issued="9999-11-01", valid_until="9999-12-30"), issuer=ISSUER, act=act("9999-11-01 12:00:00")
    )
    record = register.suspend(ID, act=later("9999-12-20"))
    assert record.standing.suspension is not None
    assert record.standing.suspension.last_day == date.max
    with pytest.raises(LifecycleError, match="is no extension"):
        register.extend_suspension(ID, act=later("9999-12-21"), last_day=date.max, reference="NCCA 5")


# --- withdrawal ---


@pytest.mark.parametrize(
    ("authority", "article", "in_the_authoritys_list"),
    [(Authority.BODY, "Article 14", False), (Authority.NCCA, "Regulation (EU) 2019/881, Article 58(8)(e)", True)],
)
def test_a_withdrawal_is_final_and_stands_in_the_list_of_who_withdrew(
    register: Register, authority: Authority, article: str, in_the_authoritys_list: bool
) -> None:
    issued(register)
    register.withdraw(ID, act=later("2026-03-10"), authority=authority)
    assert register.history(ID)[-1].article == article
    far = instant("2040-01-01")
    assert register.statuses(STATUS_URI, at=far) == {0: Status.INVALID}
    assert register.statuses(NCCA_STATUS_URI, at=far) == ({0: Status.INVALID} if in_the_authoritys_list else {})
    assert register.statuses(STATUS_URI, at=instant("2026-03-10 11:59:59")) == {}


# --- review ---


@pytest.mark.parametrize(
    ("outcome", "changes", "article"),
    [
        pytest.param(Review.IDENTICAL_SCOPE, {}, "Article 13(2)(c)", id="identical"),
        pytest.param(Review.DIFFERENT_SCOPE, {"standards": ["CC:2022"]}, "Article 13(2)(d)", id="different"),
    ],
)
def test_a_replacement_ends_one_and_begins_the_other_linked_both_ways(
    register: Register, outcome: Review, changes: dict[str, Any], article: str
) -> None:
    issued(register)
    new = register.replace(ID, successor(**changes), issuer=ISSUER, act=later("2026-03-12"), outcome=outcome)
    old = register.certificate(ID)
    assert (old.replaced_by, new.replaces) == (NEW, ID)
    assert [event.article for event in register.history(ID)[-2:]] == [article, article]
    assert register.statuses(STATUS_URI, at=instant("2026-03-13")) == {0: Status.INVALID}
    assert register.audit().is_sound


@pytest.mark.parametrize(
    ("document", "says"),
    [
        pytest.param(successor(standards=["CC:2022"]), r"another standards.*Article 13\(2\)\(c\)", id="other-scope"),
        pytest.param(
            successor().model_copy(update={"valid_until": date(2031, 3, 1)}),
            r"does not extend.*Article 13\(2\)\(c\)",
            id="not-longer",
        ),
        pytest.param(numbered(2), r"does not name EUCC-3087-2026-03-0001 among", id="not-linked"),
    ],
)
def test_a_replacement_of_identical_scope_is_one(register: Register, document: Any, says: str) -> None:
    issued(register)
    with pytest.raises(LifecycleError, match=says):
        register.replace(ID, document, issuer=ISSUER, act=later("2026-03-12"), outcome=Review.IDENTICAL_SCOPE)
    assert register.statuses(STATUS_URI, at=instant("2026-03-13")) == {}
    assert [each.id for each in register.certificates()] == [ID]
    assert register.audit().is_sound


def test_a_retried_replacement_gives_what_is_there(register: Register) -> None:
    issued(register)
    first, again = (
        register.replace(ID, successor(), issuer=ISSUER, act=later(day), outcome=Review.IDENTICAL_SCOPE, key="review-3")
        for day in ("2026-03-12", "2026-03-13")
    )
    assert first == again


def test_a_certificate_that_was_withdrawn_while_its_successor_was_signed_is_not_replaced(register: Register) -> None:
    issued(register)
    slow = issuer_that(lambda: register.withdraw(ID, act=later("2026-03-12"), authority=Authority.NCCA))
    with pytest.raises(LifecycleError, match="is withdrawn, which is final"):
        register.replace(ID, successor(), issuer=slow, act=later("2026-03-12"), outcome=Review.IDENTICAL_SCOPE)
    assert register.certificate(ID).replaced_by is None
    assert [event.kind for event in register.history(NEW)] == [Kind.RESERVED, Kind.BURNT]
    assert register.audit().is_sound


# --- maintenance ---


def test_maintenance_reaches_verifiers_as_a_newer_token_of_the_same_id_and_index(register: Register) -> None:
    old = issued(register).newest
    record = register.maintain(ID, maintained(), issuer=ISSUER, act=later("2026-03-12"))
    assert [edition.number for edition in record.editions] == [1, 2]
    verifier, new_version = WORLD.verifier(), Product(version="2.0.2")
    assert verifier.report(record.newest.text, at=WORLD.now, expect=new_version).passed
    assert verifier.report(old.text, at=WORLD.now).passed
    assert verifier.report(old.text, at=WORLD.now, expect=new_version).sub_indication == "WRONG_PRODUCT"


def test_the_label_of_a_maintained_certificate_has_the_new_version(register: Register) -> None:
    issued(register)
    register.maintain(ID, maintained(), issuer=ISSUER, act=later("2026-03-12"))
    label = register.label(ID, issuer=ISSUER, act=later("2026-03-13")).newest
    assert label.document.subject.versions[-1] == "2.0.2"


ONLY_THE_NEW = {**CERTIFICATE["subject"], "versions": ["2.0.2"]}
OTHER_EVIDENCE = [{"type": "certification_report", "reference": "Another"}]
A_NEW_CERTIFICATE = "anything else is a new certificate"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        pytest.param(maintained(maintenance=[]), "no maintenance report was added", id="no-report"),
        pytest.param(maintained(subject=ONLY_THE_NEW), "only adds to subject.versions", id="version-removed"),
        pytest.param(maintained(documents=OTHER_EVIDENCE), "only adds to documents", id="evidence-changed"),
        pytest.param(maintained(valid_until="2031-02-01"), A_NEW_CERTIFICATE, id="validity"),
        pytest.param(maintained(standards=["CC:2022"]), A_NEW_CERTIFICATE, id="standards"),
        pytest.param(maintained(holder={"name": "Another Ltd"}), A_NEW_CERTIFICATE, id="holder"),
        pytest.param(maintained().model_copy(update={"id": NEW}), A_NEW_CERTIFICATE, id="another-id"),
    ],
)
def test_maintenance_only_adds(register: Register, document: Any, says: str) -> None:
    issued(register)
    with pytest.raises(LifecycleError, match=rf"{says}.*\(Annex IV\.3\)"):
        register.maintain(ID, document, issuer=ISSUER, act=later("2026-03-12"))
    assert len(register.certificate(ID).editions) == 1


def test_another_body_signs_no_editions(register: Register) -> None:
    issued(register)
    with pytest.raises(RegisterConflictError, match="was issued by DE-3087, not by FR-3090"):
        register.label(ID, issuer=replace(ISSUER, issuer="FR-3090"), act=act())


def test_of_two_editions_made_at_once_one_is_refused(register: Register) -> None:
    issued(register)
    slow = issuer_that(lambda: register.label(ID, issuer=ISSUER, act=act()))
    with pytest.raises(RegisterConflictError, match=r"another token of .* was made meanwhile"):
        register.maintain(ID, maintained(), issuer=slow, act=later("2026-03-12"))
    assert len(register.certificate(ID).editions) == 2
    assert register.audit().is_sound


def test_a_statement_is_not_maintained(register: Register) -> None:
    maker = replace(ISSUER, issuer="XX-0001")
    statement = WORLD.statement()
    register.issue(statement, issuer=maker, act=act(), has_status=False)
    with pytest.raises(LifecycleError, match="is no certificate: only those are maintained"):
        register.maintain(statement.id, statement, issuer=maker, act=later("2026-03-12"))


# --- retention ---


@pytest.mark.parametrize(
    ("ends", "refused", "allowed"),
    [
        pytest.param("expired", "2036-03-01", "2036-03-02", id="five-years-after-the-last-day"),
        pytest.param("withdrawn", "2031-03-10", "2031-03-11", id="five-years-after-the-withdrawal"),
    ],
)
def test_records_are_kept_for_five_years_and_then_purged(
    register: Register, ends: str, refused: str, allowed: str
) -> None:
    issued(register)
    STATES[ends](register)
    statuses = register.statuses(STATUS_URI, at=instant("2036-01-01"))
    with pytest.raises(LifecycleError, match=rf"from {allowed} on \(Articles 40\(2\) and 41\(2\)\)"):
        register.purge(ID, act=later(refused))
    head = register.head()
    record = register.purge(ID, act=later(allowed))
    assert record.editions == ()
    with pytest.raises(RegisterError, match="the records of EUCC-3087-2026-03-0001 were purged"):
        record.newest  # noqa: B018 reading it is what is refused
    assert {(event.actor, event.reason) for event in register.history(ID)[:-1]} == {(None, None)}
    assert register.statuses(STATUS_URI, at=instant("2036-01-01")) == statuses
    assert register.audit(known=head).is_sound
    with pytest.raises(RegisterConflictError, match="no id is given out twice"):
        issued(register)


def test_what_is_removed_for_good_is_removed_for_a_reason(register: Register) -> None:
    issued(register)
    with pytest.raises(LifecycleError, match="needs a reason"):
        register.purge(ID, act=act("2036-03-03", reason=None))
    assert register.certificate(ID).editions


def test_what_never_ends_is_kept_for_good() -> None:
    assert retained_until(Standing(date(9993, 12, 31))) == date(9999, 1, 1)
    with pytest.raises(LifecycleError, match="what ends on 9994-01-01 are kept for good"):
        retained_until(Standing(date(9994, 1, 1)))


def test_certificates_that_replace_each_other_in_a_ring_are_purged_as_if_it_were_open(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'register.db'}") as register:
        issued(register)
        with register.database.writing() as connection:
            connection.exec_driver_sql("DROP TRIGGER certificates_no_update")
            connection.exec_driver_sql("UPDATE certificates SET replaces = id")
        with pytest.raises(LifecycleError, match="from 2036-03-02 on"):
            register.purge(ID, act=later("2036-03-01"))


def test_what_was_replaced_is_kept_as_long_as_its_successor(register: Register) -> None:
    issued(register)
    register.replace(ID, successor(), issuer=ISSUER, act=later("2026-03-12"), outcome=Review.IDENTICAL_SCOPE)
    with pytest.raises(LifecycleError, match="five years after the end of EUCC-3087-2026-03-0002: from 2036-03-03 on"):
        register.purge(ID, act=later("2036-03-02"))
    register.purge(ID, act=later("2036-03-03"))
    assert register.audit().is_sound


@pytest.mark.parametrize(
    ("day", "years", "same"),
    [("2026-03-02", 5, "2031-03-02"), ("2028-02-29", 5, "2033-02-28"), ("2028-02-29", 4, "2032-02-29")],
)
def test_years_are_calendar_years(day: str, years: int, same: str) -> None:
    assert years_after(date.fromisoformat(day), years) == date.fromisoformat(same)


@pytest.mark.parametrize(
    ("actor", "reason"), [("", "r"), ("a\u202eb", "r"), ("a", ""), ("a", "x\ny"), ("a", "x" * 2001), ("a" * 2001, None)]
)
def test_names_and_reasons_can_be_read_later(actor: str, reason: str | None) -> None:
    with pytest.raises(RegisterError, match=r"the (actor|reason) .*: rewrite it"):
        Act(actor, WORLD.now, reason)
