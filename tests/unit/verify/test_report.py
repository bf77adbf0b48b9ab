"""The report: what it says of issuer, lists, link and promotion, and what it never says."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import combinations
from typing import Final

import pytest

from certmark.model.scheme import eucc
from certmark.status.bitarray import Status
from certmark.trust.entities import Ncca, ServiceStatus, StatusEntry
from certmark.verify import (
    LENIENT_OFFLINE,
    STANDARD,
    STRICT,
    CertificateStatus,
    Check,
    Indication,
    ListUse,
    Outcome,
    Policy,
    Report,
    SubIndication,
)
from certmark.verify.outcome import CAVEATS, INDETERMINATE
from tests.scenes import (
    BY_A_STRANGER,
    BY_AN_UNKNOWN_STATE,
    COMPROMISED,
    IAT,
    NCCA_NOT_HEARD,
    NO_STATUS_LIST,
    UNDER_HOME_SCHEME,
    Knob,
    Scene,
    both,
    certified,
    changing,
    cut_off,
    expecting,
    flipped,
    history,
    keyed,
    lists,
    national,
    on_its_way,
    read_as,
    scoped,
    status,
    statuses,
    subject,
    with_ncca_list,
    world,
)
from tests.world import (
    BODY_KEY,
    CERTIFICATE,
    DAY,
    HOME_SCHEME,
    LINK_HOST,
    NCCA_STATUS_URI,
    NOW,
    STATUS_URI,
    STRANGER_KEY,
    WORLD,
    seconds,
)

NOON: Final = seconds("2026-06-01 12:00:00")
PROMOTED_THOUGH_SUSPENDED: Final = both(
    status(Status.SUSPENDED),
    changing(
        schemes=(
            replace(
                eucc(),
                statuses=eucc().statuses._replace(suspended=eucc().statuses.suspended._replace(may_promote="yes")),
            ),
        )
    ),
)
"""Under a scheme that lets suspended certificates be promoted."""
CHIP: Final = certified(coverage={"extent": "part", "scope": "The chip, not the radio."})


def report_of(*knobs: Knob, policy: Policy | None = None) -> Report:
    scene = both(*knobs)(Scene())
    return scene.report() if policy is None else scene.report(policy)


def check_of(report: Report, check_id: str) -> Check:
    return next(check for check in report.checks if check.id == check_id)


# --- the result ---


def test_a_passed_report_in_full() -> None:
    report = report_of(read_as(WORLD.text))
    assert report.passed
    assert report.indication is Indication.PASSED
    assert report.sub_indication is None
    assert report.decisive is None
    assert report.certificate_status is CertificateStatus.IN_FORCE
    assert report.time == NOW
    assert report.policy == "standard"
    assert report.summary == "PASSED: EUCC-3087-2026-03-0001, in force"
    assert report.claims is not None
    assert report.claims.id == report.untrusted_id == CERTIFICATE["id"]
    assert report.claims.iss == report.untrusted_issuer == "DE-3087"
    assert report.trust_label == "TEST"


def test_a_failed_report_says_why_in_one_line() -> None:
    report = report_of(on_its_way(flipped))
    assert report.indication is Indication.FAILED
    assert report.summary == ("FAILED SIG_CRYPTO_FAILURE: The signature is wrong: this code was forged or changed.")
    assert report.decisive == check_of(report, "signature")


def test_an_open_report_says_why_in_one_line() -> None:
    report = report_of(NO_STATUS_LIST)
    assert report.indication is Indication.INDETERMINATE
    assert report.summary.startswith("INDETERMINATE TRY_LATER: The status is unknown.")


@pytest.mark.parametrize("sub_indication", SubIndication)
def test_every_sub_indication_is_failed_or_indeterminate(sub_indication: SubIndication) -> None:
    open_answers = {
        *("UNSUPPORTED_FORMAT", "CRYPTO_CONSTRAINTS_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND", "CLOCK_ERROR"),
        *("UNKNOWN_SCHEME", "PRODUCT_NOT_IDENTIFIED", "TRY_LATER"),
    }
    assert (sub_indication in INDETERMINATE) is (sub_indication in open_answers)


@pytest.mark.parametrize(
    "knob",
    [on_its_way(cut_off), BY_A_STRANGER, on_its_way(flipped)],
    ids=["malformed", "not-listed", "forged"],
)
def test_nothing_is_proven_before_the_signature_is_right(knob: Knob) -> None:
    report = report_of(knob, status(Status.VALID))
    assert report.claims is None
    assert report.issuer is None
    assert report.certificate_status is CertificateStatus.UNKNOWN
    assert report.may_promote != "yes"
    assert report.product_match == "not_asked"


def test_what_the_token_states_is_called_untrusted() -> None:
    report = report_of(on_its_way(flipped))
    assert (report.untrusted_id, report.untrusted_issuer) == (CERTIFICATE["id"], "DE-3087")
    malformed = report_of(on_its_way(cut_off))
    assert (malformed.untrusted_id, malformed.untrusted_issuer) == (None, None)


@pytest.mark.parametrize(
    ("knob", "why"),
    [
        pytest.param(national(missing=True), "the bundle holds no national list of DE", id="list-missing"),
        pytest.param(both(BY_A_STRANGER, lists(expires=NOON)), "the trusted list of DE is out of date", id="list-old"),
        pytest.param(
            both(BY_AN_UNKNOWN_STATE, lists(expires=NOON)), "the union list is out of date", id="union-list-old"
        ),
    ],
)
def test_a_key_that_is_not_found_may_stand_in_a_newer_list(knob: Knob, why: str) -> None:
    decisive = report_of(knob).decisive
    assert decisive is not None
    assert decisive.reason.endswith(f"is not known: {why}. Get the newest bundle and try again.")


# --- the issuer ---


def test_the_issuer_is_shown_as_the_list_knows_it() -> None:
    issuer = report_of().issuer
    assert issuer is not None
    assert issuer._asdict() == {
        "entity_id": "DE-3087",
        "name": "Example Certification Body",
        "territory": "DE",
        "address": "Example Street 1, 10000 Example City",
        "contact": "certification@body.example",
        "ncca": "Example authority of DE",
        "accreditation": "D-ZE-00001-01",
        "status_at_issuance": "granted",
        "status_now": "granted",
        "key_id": BODY_KEY.public_key.key_id.hex(),
        "known_until": WORLD.member().issued_at,
    }


@pytest.mark.parametrize(
    ("knob", "then", "now"),
    [
        pytest.param(
            history((ServiceStatus.GRANTED, 0), (ServiceStatus.WITHDRAWN, NOON)), "granted", "withdrawn", id="lost"
        ),
        pytest.param(
            history((ServiceStatus.SUSPENDED, 0), (ServiceStatus.GRANTED, NOON)), "suspended", "granted", id="won"
        ),
        pytest.param(history((ServiceStatus.GRANTED, IAT + 1)), None, "granted", id="not-listed-at-issuance"),
        pytest.param(history((ServiceStatus.GRANTED, NOON + 1)), None, None, id="not-listed-yet"),
    ],
)
def test_the_authority_then_and_now_are_shown_side_by_side(knob: Knob, then: str | None, now: str | None) -> None:
    issuer = report_of(knob).issuer
    assert issuer is not None
    assert (issuer.status_at_issuance, issuer.status_now) == (then, now)


@pytest.mark.parametrize(
    ("list_issued_at", "then", "now"),
    [
        pytest.param(NOON, "", "", id="knows-both"),
        pytest.param(NOON - 1, "", ", as far as the list of 2026-06-01 knows", id="knows-the-issue"),
        pytest.param(IAT, "", ", as far as the list of 2026-03-02 knows", id="knows-up-to-the-issue"),
        pytest.param(
            IAT - 1,
            ", as far as the list of 2026-03-02 knows",
            ", as far as the list of 2026-03-02 knows",
            id="knows-neither",
        ),
    ],
)
def test_a_report_says_until_when_the_list_knew(list_issued_at: int, then: str, now: str) -> None:
    report = WORLD.with_member(issued_at=list_issued_at).report()
    assert report.indication == "PASSED"
    assert report.issuer is not None
    assert report.issuer.known_until == list_issued_at
    said = {check.id: check.reason for check in report.checks}
    assert said["issuer_authorised"] == f"The issuer was entitled to issue this when it was issued{then}."
    assert said["issuer_today"] == f"The issuer is authorised today{now}."


@pytest.mark.parametrize(
    ("ncca", "name"), [(Ncca("DE-NCCA", "Authority by name"), "Authority by name"), (None, "Example authority of DE")]
)
def test_the_authority_is_the_one_that_the_list_names_or_else_who_signs_it(ncca: Ncca | None, name: str) -> None:
    issuer = WORLD.with_member(ncca=ncca).report().issuer
    assert issuer is not None
    assert issuer.ncca == name


def test_an_entry_that_was_recorded_later_counts_and_is_called_so() -> None:
    later = StatusEntry(ServiceStatus.SUSPENDED, IAT, recorded_at=seconds("2026-05-01"))
    report = WORLD.with_service(history=(*WORLD.service().history, later)).report()
    assert report.sub_indication == "ISSUER_NOT_AUTHORISED"
    reason = next(check.reason for check in report.checks if check.id == "issuer_authorised")
    assert "was suspended from 2026-03-02, which was recorded on 2026-05-01" in reason


def test_the_authority_of_today_is_said_aloud_but_voids_nothing() -> None:
    report = report_of(history((ServiceStatus.GRANTED, 0), (ServiceStatus.WITHDRAWN, IAT + 1)))
    assert report.passed
    assert check_of(report, "issuer_today") == Check(
        "issuer_today",
        Outcome.WARNING,
        "The issuer's service is withdrawn today; this voids nothing by itself.",
        "Regulation (EU) 2024/482, Article 31(2)",
    )


def test_an_issuer_that_is_not_listed_yet_is_said_to_be_so() -> None:
    check = check_of(report_of(history((ServiceStatus.GRANTED, NOON + 1))), "issuer_today")
    assert check.reason.startswith("The issuer's service is not listed today")


def test_a_territory_without_named_authority_shows_the_operator_of_its_list() -> None:
    issuer = report_of(national(ncca=None)).issuer
    assert issuer is not None
    assert issuer.ncca == "Example authority of DE"


@pytest.mark.parametrize(
    "knob", [scoped(accreditation=None), scoped(level=1)], ids=["scope-without-accreditation", "no-scope"]
)
def test_an_accreditation_is_shown_where_the_scope_has_one(knob: Knob) -> None:
    issuer = report_of(knob).issuer
    assert issuer is not None
    assert issuer.accreditation is None


# --- lists ---


def test_the_lists_behind_a_result_are_shown_with_number_and_age() -> None:
    report = report_of(with_ncca_list(Status.VALID))
    due, end = seconds("2026-07-01"), seconds("2026-09-01")
    union, member = seconds("2026-05-15"), seconds("2026-05-20")
    morning = seconds("2026-06-01 06:00:00")
    assert report.lists == (
        ListUse("union_list", "EU", 9, union, NOON - union, due, end),
        ListUse("national_list", "DE", 5, member, NOON - member, due, end),
        ListUse("status_list", STATUS_URI, None, morning, 6 * 3600, morning + 2 * DAY, seconds("2026-08-01")),
        ListUse("status_list", NCCA_STATUS_URI, None, morning, 6 * 3600, morning + 2 * DAY, seconds("2026-08-01")),
    )


@pytest.mark.parametrize(
    ("knob", "names"),
    [
        pytest.param(on_its_way(cut_off), ["EU"], id="malformed"),
        pytest.param(changing(entity_id="IT-1"), ["EU"], id="unknown-territory"),
        pytest.param(BY_A_STRANGER, ["EU", "DE"], id="unknown-key"),
        pytest.param(on_its_way(flipped), ["EU", "DE"], id="forged"),
        pytest.param(NO_STATUS_LIST, ["EU", "DE"], id="no-status-list"),
        pytest.param(changing(has_status=False), ["EU", "DE"], id="no-status"),
    ],
)
def test_only_lists_that_were_used_are_shown(knob: Knob, names: list[str]) -> None:
    assert [use.name for use in report_of(knob).lists] == names


# --- the link ---


@pytest.mark.parametrize(
    ("link", "outcome", "says"),
    [
        pytest.param(f"https://{LINK_HOST}/c/{{id}}", Outcome.PASSED, "a host of the issuer", id="host-of-the-issuer"),
        pytest.param("https://evil.example/c", Outcome.WARNING, "evil.example, which is none of", id="another-host"),
        pytest.param(f"https://{LINK_HOST}.evil.example/c", Outcome.WARNING, "do not follow it", id="longer-host"),
        pytest.param(None, Outcome.SKIPPED, "The code is no link", id="bare-code"),
    ],
)
def test_the_host_of_the_link_is_compared_and_never_decides(link: str | None, outcome: Outcome, says: str) -> None:
    report = report_of(read_as(replace(WORLD, link=link).issue().text))
    check = check_of(report, "link_host")
    assert report.passed
    assert check.outcome is outcome
    assert says in check.reason


def test_the_link_is_shown_without_the_token() -> None:
    report = report_of(read_as(WORLD.text))
    assert report.link_host == LINK_HOST
    assert report.link_url == f"https://{LINK_HOST}/c/EUCC-3087-2026-03-0001"


def test_the_link_is_shown_even_when_the_token_is_forged() -> None:
    forged = replace(WORLD, signer=STRANGER_KEY)
    report = report_of(read_as(forged.issue().text))
    assert report.indication is Indication.FAILED
    assert report.link_host == LINK_HOST


def test_bytes_and_bare_codes_have_no_link() -> None:
    report = report_of()
    assert (report.link_host, report.link_url) == (None, None)


def test_an_issuer_that_names_no_hosts_is_not_compared() -> None:
    report = report_of(read_as(WORLD.text), world(lambda before: before.with_entity(link_hosts=())))
    assert check_of(report, "link_host").outcome is Outcome.SKIPPED
    assert "has not named" in check_of(report, "link_host").reason


# --- the product ---


@pytest.mark.parametrize(
    ("knob", "match", "outcome"),
    [
        pytest.param(both(), "not_asked", Outcome.SKIPPED, id="not-asked"),
        pytest.param(expecting(model="SE1-A"), "matched", Outcome.PASSED, id="matched"),
        pytest.param(expecting(model="SE2"), "differs", Outcome.FAILED, id="differs"),
        pytest.param(
            both(certified(subject=subject(models=None)), expecting(model="SE2")),
            "not_identified",
            Outcome.FAILED,
            id="not-identified",
        ),
    ],
)
def test_the_product_match_is_shown(knob: Knob, match: str, outcome: Outcome) -> None:
    report = report_of(knob)
    assert report.product_match == match
    assert check_of(report, "product").outcome is outcome


# --- promotion ---

EUCC: Final = "Regulation (EU) 2024/482, Article "
UNPROVEN: Final = "Nothing proves that the product is certified."
NOT_COMPLETED: Final = "This cannot be said before the verification can be completed."


@pytest.mark.parametrize(
    ("knob", "answer", "basis"),
    [
        pytest.param(both(), "yes", f"{EUCC}9(2)(b) and (c)", id="in-force"),
        pytest.param(status(Status.SUSPENDED), "no", f"{EUCC}9(2)(d)", id="suspended"),
        pytest.param(status(Status.INVALID), "no", f"{EUCC}9(2)(d)", id="withdrawn"),
        pytest.param(certified(valid_until="2026-05-31"), "no", f"{EUCC}9(2)(d)", id="expired"),
        pytest.param(changing(begins=NOON + 1), "no", f"{EUCC}9(2)(b)", id="not-yet-valid"),
        pytest.param(expecting(model="SE2"), "no", f"{EUCC}9(2)(e)", id="another-product"),
        pytest.param(on_its_way(cut_off), "no", UNPROVEN, id="malformed"),
        pytest.param(on_its_way(flipped), "no", UNPROVEN, id="forged"),
        pytest.param(COMPROMISED, "no", UNPROVEN, id="compromised"),
        pytest.param(scoped(level=2), "no", UNPROVEN, id="not-authorised"),
        pytest.param(both(COMPROMISED, status(Status.SUSPENDED)), "no", UNPROVEN, id="compromised-and-suspended"),
        pytest.param(certified(legal_basis="32019R0881"), "no", "The certificate breaks rules", id="rules-broken"),
        pytest.param(national(missing=True), "unknown", NOT_COMPLETED, id="list-missing"),
        pytest.param(keyed(sign_until=NOON, verify_until=NOON), "unknown", NOT_COMPLETED, id="key-past-its-end"),
        pytest.param(world(lambda before: before.at(IAT - 301)), "unknown", NOT_COMPLETED, id="clock"),
        pytest.param(changing(schemes=()), "unknown", NOT_COMPLETED, id="scheme-unknown"),
        pytest.param(
            NO_STATUS_LIST, "unknown", "The present status of the certificate is not known.", id="no-status-list"
        ),
        pytest.param(
            lists(expires=NOON), "unknown", "The present status of the certificate is not known.", id="lists-old"
        ),
        pytest.param(
            both(certified(subject=subject(models=None)), expecting(model="SE2")),
            "unknown",
            "The certificate is in force, but it is not known whether it is about this product.",
            id="product-not-identified",
        ),
    ],
)
def test_the_answer_to_the_retailer_names_its_ground(knob: Knob, answer: str, basis: str) -> None:
    report = report_of(knob)
    assert report.may_promote == answer
    assert report.may_promote_basis.startswith(basis)


def test_a_demand_of_the_policy_that_is_not_met_is_no_answer_of_the_law() -> None:
    report = report_of(history((ServiceStatus.GRANTED, 0), (ServiceStatus.WITHDRAWN, NOON)), policy=STRICT)
    assert (report.may_promote, report.may_promote_basis) == ("no", "The demands of the policy are not met.")


def test_another_scheme_answers_with_its_own_articles() -> None:
    report = report_of(UNDER_HOME_SCHEME)
    assert report.may_promote == "yes"
    assert report.may_promote_basis.startswith("Home Device Label Order of Exampleland (fictitious), section 8(1)")
    suspended = report_of(UNDER_HOME_SCHEME, status(Status.SUSPENDED))
    assert suspended.may_promote == "no"
    assert "section 8(2)" in suspended.may_promote_basis


@pytest.mark.parametrize(
    ("name", "knob"),
    [
        pytest.param("withdrawn", status(Status.INVALID), id="withdrawn"),
        pytest.param("expired", certified(valid_until="2026-05-31"), id="expired"),
        pytest.param("not_yet_valid", changing(begins=NOON + 1), id="not-yet-valid"),
    ],
)
def test_no_scheme_can_allow_the_promotion_of_what_failed(name: str, knob: Knob) -> None:
    statuses = eucc().statuses
    promotable = getattr(statuses, name)._replace(may_promote="yes")
    scheme = replace(eucc(), statuses=statuses._replace(**{name: promotable}))
    report = report_of(knob, changing(schemes=(scheme,)))
    assert (report.may_promote, report.may_promote_basis) == ("no", "The verification failed.")


@pytest.mark.parametrize(
    "knob",
    [lists(expires=NOON), NO_STATUS_LIST, changing(begins=None, has_status=False)],
    ids=["lists", "status", "none"],
)
def test_what_is_old_or_unknown_is_never_promoted(knob: Knob) -> None:
    assert report_of(knob, policy=LENIENT_OFFLINE).may_promote != "yes"


@pytest.mark.parametrize(
    ("knob", "answer"),
    [
        pytest.param(lists(), "yes", id="current"),
        pytest.param(lists(expires=NOON), "unknown", id="trusted-lists-old"),
        pytest.param(statuses(expires=NOON), "unknown", id="status-list-old"),
        pytest.param(NCCA_NOT_HEARD, "unknown", id="authority-not-heard"),
    ],
)
def test_a_scheme_that_lets_suspended_ones_be_promoted_asks_for_lists_that_are_current(knob: Knob, answer: str) -> None:
    report = report_of(both(PROMOTED_THOUGH_SUSPENDED, knob), policy=LENIENT_OFFLINE)
    assert (report.indication, report.certificate_status, report.may_promote) == ("PASSED", "suspended", answer)


def test_nobody_is_told_to_stop_what_the_scheme_allows() -> None:
    suspension = check_of(report_of(PROMOTED_THOUGH_SUSPENDED), "not_suspended")
    assert suspension == Check("not_suspended", Outcome.WARNING, "The certificate is suspended.", "32024R0482")


def test_the_status_of_a_suspended_one_is_known_where_only_the_product_is_not() -> None:
    unnamed = both(certified(subject=subject(models=None)), expecting(model="SE2"))
    report = report_of(PROMOTED_THOUGH_SUSPENDED, unnamed)
    said = "The certificate is suspended, but it is not known whether it is about this product."
    assert (report.may_promote, report.may_promote_basis) == ("unknown", said)


# --- what is certified ---


PROFILE: Final = certified(subject=subject(type="protection_profile", models=None, versions=None, gtins=None))


@pytest.mark.parametrize("policy", [STANDARD, STRICT, LENIENT_OFFLINE], ids=lambda policy: policy.name)
def test_the_certificate_of_a_protection_profile_makes_no_product_certified(policy: Policy) -> None:
    report = report_of(PROFILE, policy=policy)
    assert (report.indication, report.certificate_status, report.may_promote) == ("PASSED", "in_force", "no")
    assert report.may_promote_basis.startswith("What is certified is a protection profile")


# --- coverage ---


def test_a_certified_part_is_never_called_a_certified_product() -> None:
    report = report_of(CHIP)
    assert report.passed
    assert report.summary == "PASSED: EUCC-3087-2026-03-0001, in force, only a part of the product"
    assert check_of(report, "coverage").outcome is Outcome.WARNING
    assert check_of(report, "coverage").reason == "Only a part of the product is certified: The chip, not the radio."
    assert report.may_promote == "yes"
    assert report.may_promote_basis.endswith("; only for the part that is certified: The chip, not the radio.")
    assert "Not the product as a whole is certified, but only: The chip, not the radio." in report.notices


def test_a_part_that_a_statement_covers_is_never_called_certified() -> None:
    coverage = {"extent": "part", "scope": "The chip."}
    report = report_of(world(lambda before: before.with_statement(coverage=coverage)))
    assert check_of(report, "coverage").reason == "Only a part of the product is covered: The chip."
    assert "Not the product as a whole is covered, but only: The chip." in report.notices


def test_a_whole_product_has_no_such_words() -> None:
    report = report_of()
    assert check_of(report, "coverage").outcome is Outcome.PASSED
    assert not any("part" in said for said in (report.summary, report.may_promote_basis, *report.notices))


# --- notices ---


def test_every_report_says_that_a_copied_code_cannot_be_detected() -> None:
    for knob in (both(), on_its_way(cut_off), BY_A_STRANGER, on_its_way(flipped), NO_STATUS_LIST):
        report = report_of(knob)
        assert report.notices[-len(CAVEATS) :] == CAVEATS
    assert "copied code cannot be told from the original" in CAVEATS[0]
    assert "does not measure the security" in CAVEATS[1]


def test_the_label_of_the_root_stands_in_every_report() -> None:
    demo = world(lambda before: before.with_root(label="DEMO"))
    for knob in (both(), on_its_way(cut_off), BY_A_STRANGER):
        report = report_of(demo, knob)
        assert report.trust_label == "DEMO"
        assert report.notices[0] == "The trust anchor is labelled DEMO."


def test_a_root_without_label_needs_no_notice() -> None:
    report = report_of(world(lambda before: before.with_root(label=None)))
    assert report.trust_label is None
    assert report.notices == CAVEATS


def test_a_scheme_that_is_no_law_says_so_in_the_report() -> None:
    assert HOME_SCHEME.notice is not None
    assert HOME_SCHEME.notice in report_of(UNDER_HOME_SCHEME).notices
    assert HOME_SCHEME.notice not in report_of().notices


# --- warnings ---


@pytest.mark.parametrize(
    ("knob", "check_id", "says"),
    [
        pytest.param(certified(holder=None), "scheme_rules", "does not state", id="notation-rule-broken"),
        pytest.param(status(Status.SUSPENDED), "not_suspended", "stop promoting", id="suspended"),
        pytest.param(CHIP, "coverage", "Only a part", id="only-a-part"),
        pytest.param(lists(next_update=NOON), "trusted_lists_current", "should have been refreshed", id="lists-due"),
        pytest.param(
            both(UNDER_HOME_SCHEME, changing(has_status=False)), "status_known", "no status list", id="no-status"
        ),
    ],
)
def test_a_warning_is_no_failure(knob: Knob, check_id: str, says: str) -> None:
    report = report_of(knob)
    assert report.passed
    assert check_of(report, check_id).outcome is Outcome.WARNING
    assert says in check_of(report, check_id).reason


@pytest.mark.parametrize(
    ("knob", "reason"),
    [
        pytest.param(
            NO_STATUS_LIST,
            f"The status is unknown. The status list {STATUS_URI} was not supplied. "
            "Get the newest status lists and try again.",
            id="not-supplied",
        ),
        pytest.param(
            world(lambda before: before.with_statuses(expires=NOON)),
            "The status list is expired. The status list is less than a day old. "
            "Get the newest status lists and try again.",
            id="expired",
        ),
        pytest.param(
            both(
                status(Status.SUSPENDED),
                world(lambda before: before.with_ncca_list().without_statuses(NCCA_STATUS_URI)),
            ),
            "Not everyone who may withdraw the certificate has been heard. "
            f"The status list {NCCA_STATUS_URI} was not supplied. Get the newest status lists and try again.",
            id="suspended-and-authority-not-heard",
        ),
    ],
)
def test_an_unknown_status_says_what_to_do(knob: Knob, reason: str) -> None:
    assert check_of(report_of(knob), "status_known").reason == reason


def test_a_withdrawal_is_no_unknown_status() -> None:
    report = report_of(status(Status.INVALID), world(lambda before: before.with_statuses(expires=NOON)))
    assert check_of(report, "status_known").outcome is Outcome.PASSED
    assert "final" in check_of(report, "status_known").reason


# --- the report as a value ---


REPORTS = [
    pytest.param(both(), id="passed"),
    pytest.param(COMPROMISED, id="failed"),
    pytest.param(read_as(""), id="empty"),
]


@pytest.mark.parametrize("knob", REPORTS)
def test_a_report_is_immutable(knob: Knob) -> None:
    report = report_of(knob)
    for name in (*Report.FIELDS, "other"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(report, name, None)
        with pytest.raises(AttributeError, match="immutable"):
            delattr(report, name)


@pytest.mark.parametrize("knob", REPORTS)
def test_a_part_that_was_read_stays_the_same(knob: Knob) -> None:
    report = report_of(knob)
    for name in Report.FIELDS:
        assert getattr(report, name) is getattr(report, name)


@pytest.mark.parametrize("knob", REPORTS)
def test_reports_that_say_the_same_are_equal(knob: Knob) -> None:
    assert report_of(knob) == report_of(knob)


def test_reports_that_say_something_else_differ() -> None:
    reports = [report_of(parameter.values[0]) for parameter in REPORTS]  # type: ignore[arg-type]
    assert all(one != other for one, other in combinations(reports, 2))
    assert reports[0] != "PASSED"


def test_a_report_has_no_hash_as_it_holds_maps() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(report_of(both()))


@pytest.mark.parametrize("knob", REPORTS)
def test_a_report_travels_between_processes_without_the_trusted_lists(knob: Knob) -> None:
    report = report_of(knob)
    copy = pickle.loads(pickle.dumps(report))  # noqa: S301 what was just dumped
    assert copy == report
    assert (copy.summary, copy.time, copy.passed) == (report.summary, report.time, report.passed)


def test_a_report_shows_its_result() -> None:
    assert repr(report_of(both())) == f"<Report {report_of(both()).summary}>"


def test_the_parts_are_documented_on_the_class() -> None:
    assert all(f"\n        {name}: " in (Report.__doc__ or "") for name in Report.FIELDS)
    assert Report.checks is Report.__dict__["checks"]
