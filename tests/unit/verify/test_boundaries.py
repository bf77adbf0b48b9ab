"""Instants: every interval is half-open, to the second, and a grace begins where its list ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from certmark.claims import to_claims
from certmark.status.bitarray import Status
from certmark.trust.entities import ServiceStatus, StatusListDeclaration
from certmark.verify import LENIENT_OFFLINE, STANDARD, STRICT, Outcome, Policy, Report, Sunset
from tests.scenes import (
    IAT,
    Knob,
    Scene,
    arriving,
    both,
    certified,
    changing,
    demanding,
    history,
    keyed,
    lists,
    national,
    signed_alongside,
    statuses,
    with_ncca_list,
    world,
)
from tests.world import BODY, DAY, NCCA, NCCA_STATUS_URI, STATUS, STATUS_URI, WORLD, World, instant, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

NOON: Final = seconds("2026-06-01 12:00:00")
MIDNIGHT: Final = seconds("2026-06-02")
GRACE: Final = 30 * DAY
PASSED, WARNING, FAILED = Outcome.PASSED, Outcome.WARNING, Outcome.FAILED


def at(knob: Knob, now: int, policy: Policy = STANDARD) -> Report:
    """Verify at an instant, in seconds."""
    scene = knob(Scene())
    return replace(scene, world=scene.world.at(now)).report(policy)


def outcome(report: Report, check_id: str) -> Outcome:
    return next(check.outcome for check in report.checks if check.id == check_id)


# Root and lists that outlive the certificate, so that it alone decides.
LASTING: Final = both(
    world(lambda before: before.with_root(expires=seconds("2099-01-01"))),
    lists(issued_at=seconds("2026-02-01"), next_update=None, expires=seconds("2099-01-01")),
    statuses(issued_at=seconds("2026-02-01"), ttl=None, expires=None),
)
EARLY: Final = changing(signed_at=instant("2026-03-02"))
FIRST, LAST = seconds("2026-03-02"), seconds("2031-03-02") - 1


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        pytest.param(FIRST - 1, "CERTIFICATE_NOT_YET_VALID", id="second-before-the-first-day"),
        pytest.param(FIRST, None, id="first-second-of-the-first-day"),
        pytest.param(LAST, None, id="last-second-of-the-last-day"),
        pytest.param(LAST + 1, "CERTIFICATE_EXPIRED", id="first-second-after-the-last-day"),
    ],
)
def test_a_certificate_is_valid_on_its_first_and_last_day(now: int, answer: str | None) -> None:
    report = at(both(LASTING, EARLY, demanding(grace=1 << 40)), now)
    assert report.sub_indication == answer
    assert outcome(report, "validity") is (FAILED if answer else PASSED)


@pytest.mark.parametrize(
    ("knob", "now", "answer"),
    [
        pytest.param(changing(begins=NOON), NOON - 1, "CERTIFICATE_NOT_YET_VALID", id="token-begins-later"),
        pytest.param(changing(begins=NOON), NOON, None, id="token-begins-now"),
        pytest.param(certified(valid_until="2026-06-01"), seconds("2026-06-02") - 1, None, id="last-second"),
        pytest.param(certified(valid_until="2026-06-01"), seconds("2026-06-02"), "CERTIFICATE_EXPIRED", id="over"),
    ],
)
def test_a_token_is_valid_from_nbf_until_exp(knob: Knob, now: int, answer: str | None) -> None:
    assert at(knob, now).sub_indication == answer


def ending(exp: int) -> Knob:
    return arriving(WORLD.token(exp=exp, certificate=to_claims(WORLD.certificate(), exp=exp)))


@pytest.mark.parametrize(
    ("knob", "now", "said"),
    [
        pytest.param(ending(NOON), NOON - 1, "Valid until 2026-06-01 12:00:00Z.", id="ends-at-noon"),
        pytest.param(ending(NOON), NOON, "The certificate expired at 2026-06-01 12:00:00Z.", id="ended-at-noon"),
        pytest.param(ending(MIDNIGHT), NOON, "Valid until 2026-06-01, that day included.", id="ends-at-midnight"),
        pytest.param(
            ending(MIDNIGHT), MIDNIGHT, "The certificate expired at the end of 2026-06-01.", id="ended-at-midnight"
        ),
        pytest.param(
            changing(begins=NOON),
            NOON - 1,
            "The certificate is not valid before 2026-06-01 12:00:00Z.",
            id="begins-at-noon",
        ),
        pytest.param(
            changing(begins=MIDNIGHT), NOON, "The certificate is not valid before 2026-06-02.", id="begins-at-midnight"
        ),
    ],
)
def test_a_token_that_begins_or_ends_within_a_day_says_when(knob: Knob, now: int, said: str) -> None:
    assert next(check.reason for check in at(knob, now).checks if check.id == "validity") == said


@pytest.mark.parametrize("skew", [0, 1, 300])
@pytest.mark.parametrize(("early", "answer"), [(0, None), (1, "CLOCK_ERROR")])
def test_a_signature_may_be_ahead_by_the_skew(skew: int, early: int, answer: str | None) -> None:
    report = at(both(signed_alongside(), demanding(skew=skew)), IAT - skew - early)
    assert report.sub_indication == answer
    assert outcome(report, "clock") is (FAILED if answer else PASSED)


def of_the_authority(issued_at: int) -> Knob:
    dated = world(lambda given: given.with_statuses(NCCA_STATUS_URI, issued_at=issued_at))
    return both(with_ncca_list(Status.VALID), dated)


def of_the_union(issued_at: int) -> Knob:
    return world(lambda given: given.with_union(issued_at=issued_at))


@pytest.mark.parametrize("skew", [0, 300])
@pytest.mark.parametrize(("early", "answer"), [(0, None), (1, "CLOCK_ERROR")])
@pytest.mark.parametrize(
    ("signed_at", "what"),
    [
        pytest.param(lambda when: world(lambda given: given.with_root(issued_at=when)), "trusted lists", id="root"),
        pytest.param(of_the_union, "trusted lists", id="union-list"),
        pytest.param(lambda when: national(issued_at=when), "trusted lists", id="national-list"),
        pytest.param(
            lambda when: both(national(embedded=True), of_the_union(when)), "trusted lists", id="embedded-list"
        ),
        pytest.param(lambda when: statuses(issued_at=when), STATUS_URI, id="status-list"),
        pytest.param(of_the_authority, NCCA_STATUS_URI, id="status-list-of-the-authority"),
    ],
)
def test_a_list_may_be_ahead_by_the_skew(
    signed_at: Callable[[int], Knob], what: str, early: int, answer: str | None, skew: int
) -> None:
    report = at(both(signed_at(NOON + skew + early), demanding(skew=skew)), NOON)
    assert report.sub_indication == answer
    (clock,) = (each for each in report.checks if each.id == "clock")
    assert clock.outcome is (FAILED if answer else PASSED)
    assert (what in clock.reason) is (answer is not None)
    assert report.certificate_status == ("unknown" if answer else "in_force")


def test_a_list_of_another_territory_is_no_clock() -> None:
    ahead = world(lambda given: given.with_member("FR", issued_at=seconds("2030-01-01")))
    assert at(ahead, NOON).sub_indication is None


def test_a_clock_that_was_set_back_does_not_revive_an_expired_certificate() -> None:
    expired = certified(valid_until="2026-05-18")
    assert at(expired, NOON).sub_indication == "CERTIFICATE_EXPIRED"
    assert at(expired, seconds("2026-05-18 12:00:00")).sub_indication == "CLOCK_ERROR"


@pytest.mark.parametrize(
    ("signed_at", "answer"),
    [
        pytest.param(seconds("2026-03-02") - 1, "ISSUER_NOT_AUTHORISED", id="last-second-of-the-day-before"),
        pytest.param(seconds("2026-03-02"), None, id="first-second-of-the-day-of-issue"),
    ],
)
def test_nothing_is_signed_before_its_day_of_issue(signed_at: int, answer: str | None) -> None:
    assert WORLD.signing_at(signed_at).report().sub_indication == answer


@pytest.mark.parametrize(
    ("knob", "answer"),
    [
        pytest.param(keyed(sign_from=IAT), None, id="key-begins"),
        pytest.param(keyed(sign_from=IAT + 1), "ISSUER_NOT_AUTHORISED", id="key-begins-a-second-later"),
        pytest.param(keyed(sign_until=IAT + 1), None, id="key-ends-a-second-later"),
        pytest.param(keyed(sign_until=IAT), "ISSUER_NOT_AUTHORISED", id="key-ends"),
        pytest.param(keyed(sign_until=NOON, verify_until=NOON + 1), None, id="key-counts-a-second-longer"),
        pytest.param(
            keyed(sign_until=NOON, verify_until=NOON), "CRYPTO_CONSTRAINTS_FAILURE", id="key-counts-no-longer"
        ),
        pytest.param(history((ServiceStatus.GRANTED, IAT)), None, id="service-begins"),
        pytest.param(history((ServiceStatus.GRANTED, IAT + 1)), "ISSUER_NOT_AUTHORISED", id="service-begins-later"),
    ],
)
def test_authority_is_judged_to_the_second(knob: Knob, answer: str | None) -> None:
    assert knob(Scene()).report().sub_indication == answer


@pytest.mark.parametrize(
    ("since", "answer"), [(NOON + 1, None), (NOON, "POLICY_NOT_MET"), (NOON - 1, "POLICY_NOT_MET")]
)
def test_strict_asks_for_the_authority_of_this_second(since: int, answer: str | None) -> None:
    knob = history((ServiceStatus.GRANTED, 0), (ServiceStatus.WITHDRAWN, since))
    assert knob(Scene()).report(STRICT).sub_indication == answer


@pytest.mark.parametrize(("end", "answer"), [(NOON + 1, None), (NOON, "CRYPTO_CONSTRAINTS_FAILURE")])
def test_an_algorithm_counts_until_its_end(end: int, answer: str | None) -> None:
    knob = demanding(sunsets=(Sunset(-9, WORLD.at(end).now),))
    assert knob(Scene()).report().sub_indication == answer


# --- freshness of trusted lists ---

DUE, END = seconds("2026-07-01"), seconds("2026-09-01")


@pytest.mark.parametrize(
    ("now", "policy", "expected"),
    [
        pytest.param(DUE - 1, STANDARD, PASSED, id="standard-last-second-before-next-update"),
        pytest.param(DUE, STANDARD, WARNING, id="standard-next-update"),
        pytest.param(DUE + GRACE - 1, STANDARD, WARNING, id="standard-last-second-of-grace"),
        pytest.param(DUE + GRACE, STANDARD, FAILED, id="standard-grace-over"),
        pytest.param(DUE - 1, STRICT, PASSED, id="strict-last-second-before-next-update"),
        pytest.param(DUE, STRICT, FAILED, id="strict-next-update"),
        pytest.param(DUE + GRACE, LENIENT_OFFLINE, WARNING, id="lenient-grace-over"),
        pytest.param(END, LENIENT_OFFLINE, WARNING, id="lenient-expired"),
    ],
)
def test_a_trusted_list_is_due_then_stale(now: int, policy: Policy, expected: Outcome) -> None:
    report = at(statuses(ttl=None, expires=END + DAY), now, policy)
    assert outcome(report, "trusted_lists_current") is expected
    assert outcome(report, "status_known") is PASSED
    assert report.sub_indication == ("TRY_LATER" if expected is FAILED else None)


@pytest.mark.parametrize("which", ["union", "national"])
@pytest.mark.parametrize(("spare", "expected"), [(1, WARNING), (0, FAILED)])
def test_a_list_ends_at_its_hard_end_whatever_the_grace(which: str, spare: int, expected: Outcome) -> None:
    ends: dict[str, Any] = {"next_update": NOON, "expires": NOON + spare}
    world = WORLD.with_union(**ends) if which == "union" else WORLD.with_member(**ends)
    assert outcome(world.report(), "trusted_lists_current") is expected


def test_the_older_list_is_named() -> None:
    report = WORLD.with_member(expires=NOON).with_union(next_update=NOON).report()
    (check,) = (check for check in report.checks if check.id == "trusted_lists_current")
    assert check.reason == (
        "The trusted list of DE (no. 5, 12 days old) is expired: get the newest bundle and try again."
    )
    report = WORLD.with_union(next_update=NOON).report()
    (check,) = (check for check in report.checks if check.id == "trusted_lists_current")
    assert check.reason.startswith("The trusted list of EU (no. 9, 17 days old) should have been refreshed")


# --- freshness of status lists ---


def status_list(*, ttl: int | None, expires: int | None, age: int) -> Knob:
    """Give a status list of some age, in seconds, with its ends counted from now."""
    issued_at = NOON - age
    return statuses(issued_at=issued_at, ttl=ttl, expires=None if expires is None else NOON + expires)


@pytest.mark.parametrize(
    ("knob", "standard", "strict"),
    [
        pytest.param(status_list(ttl=61, expires=None, age=60), PASSED, PASSED, id="second-before-its-ttl"),
        pytest.param(status_list(ttl=60, expires=None, age=60), WARNING, FAILED, id="at-its-ttl"),
        pytest.param(status_list(ttl=60, expires=None, age=GRACE + 59), WARNING, FAILED, id="last-second-of-grace"),
        pytest.param(status_list(ttl=60, expires=None, age=GRACE + 60), FAILED, FAILED, id="grace-over"),
        pytest.param(status_list(ttl=None, expires=1, age=60), PASSED, PASSED, id="exp-alone-second-before"),
        pytest.param(status_list(ttl=None, expires=0, age=60), FAILED, FAILED, id="exp-alone-at-its-end"),
        pytest.param(status_list(ttl=60, expires=1, age=60), WARNING, FAILED, id="due-and-a-second-before-exp"),
        pytest.param(status_list(ttl=999, expires=0, age=60), FAILED, FAILED, id="exp-before-its-ttl"),
        pytest.param(status_list(ttl=None, expires=None, age=0), WARNING, FAILED, id="neither-is-due-at-once"),
        pytest.param(status_list(ttl=None, expires=None, age=GRACE - 1), WARNING, FAILED, id="neither-within-grace"),
        pytest.param(status_list(ttl=None, expires=None, age=GRACE), FAILED, FAILED, id="neither-grace-over"),
        pytest.param(status_list(ttl=60, expires=None, age=-1), PASSED, PASSED, id="issued-a-second-from-now"),
    ],
)
def test_a_status_list_is_due_at_its_ttl_and_over_at_its_end(knob: Knob, standard: Outcome, strict: Outcome) -> None:
    assert outcome(knob(Scene()).report(STANDARD), "status_known") is standard
    assert outcome(knob(Scene()).report(STRICT), "status_known") is strict
    lenient = PASSED if standard is PASSED else WARNING
    assert outcome(knob(Scene()).report(LENIENT_OFFLINE), "status_known") is lenient


@pytest.mark.parametrize(
    ("now", "policy", "answer", "promoted"),
    [
        pytest.param(NOON - 1, STRICT, None, "yes", id="last-second"),
        pytest.param(NOON, STANDARD, "TRY_LATER", "unknown", id="at-the-end"),
        pytest.param(NOON, LENIENT_OFFLINE, None, "unknown", id="at-the-end-lenient"),
    ],
)
@pytest.mark.parametrize("of", ["body", "authority"])
def test_a_status_list_counts_until_the_end_of_its_key(
    of: str, now: int, policy: Policy, answer: str | None, promoted: str
) -> None:
    entity_id = {"body": BODY, "authority": NCCA}[of]
    ending = WORLD.with_ncca_list().with_key(entity_id, STATUS, sign_until=NOON, verify_until=NOON)
    report = ending.at(now).report(policy=policy)
    assert (report.sub_indication, report.may_promote) == (answer, promoted)
    uses = {use.name: use for use in report.lists}
    ends = uses[{"body": STATUS_URI, "authority": NCCA_STATUS_URI}[of]].expires
    assert (ends == NOON) is (now == NOON)


def test_of_two_lists_under_one_uri_the_one_whose_key_has_ended_is_shown_so() -> None:
    world = WORLD.with_ncca_list()
    own, other = (each for each in world.status_lists if each.uri in {STATUS_URI, NCCA_STATUS_URI})
    world = replace(world, status_lists=(own, replace(other, uri=STATUS_URI)))
    declared = (StatusListDeclaration(STATUS_URI, STATUS_URI),)
    ending = world.with_service(BODY, STATUS, status_lists=declared).with_key(
        NCCA, STATUS, sign_until=NOON, verify_until=NOON
    )
    ends = [use.expires for use in ending.at(NOON).report().lists if use.kind == "status_list"]
    assert sorted(end == NOON for end in ends if end is not None) == [False, True]


def test_a_withdrawal_outlives_the_key_that_stated_it() -> None:
    ended = WORLD.with_key(service_type=STATUS, sign_until=NOON, verify_until=NOON).with_status(Status.INVALID)
    assert ended.at(NOON).report().sub_indication == "CERTIFICATE_WITHDRAWN"


@pytest.mark.parametrize("older", ["body", "authority"])
def test_the_older_of_two_status_lists_counts(older: str) -> None:
    world: World = WORLD.with_ncca_list()
    uri = {"body": {}, "authority": {"uri": NCCA_STATUS_URI}}[older]
    report = world.with_statuses(**uri, expires=NOON).report()
    assert outcome(report, "status_known") is FAILED
    assert report.sub_indication == "TRY_LATER"


def test_a_ttl_beyond_all_time_is_shown_as_its_end() -> None:
    report = statuses(ttl=253402300799, expires=None)(Scene()).report()
    assert report.passed
    assert report.lists[-1].next_update == 253402300799
