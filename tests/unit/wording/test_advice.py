"""What people are told: the whole verdict table in every language, as a text that a change must update on purpose.

After a deliberate change ``python -m tests.unit.wording.test_advice`` writes ``advice.txt`` anew: read it as the people
will who stand in front of the shelf.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from certmark.status.bitarray import Status
from certmark.trust.entities import StatusListDeclaration
from certmark.verify import (
    LENIENT_OFFLINE,
    POLICIES,
    STANDARD,
    CertificateStatus,
    Indication,
    Policy,
    Report,
    SubIndication,
)
from certmark.wording import LANGUAGES, Advice, LanguageError, advise, words
from tests import keys
from tests.scenes import (
    NO_STATUS_LIST,
    UNDER_HOME_SCHEME,
    Knob,
    Scene,
    both,
    certified,
    changing,
    demanding,
    expecting,
    lists,
    read_as,
    status,
    statuses,
    subject,
    world,
)
from tests.unit.verify.test_verdict_table import CHIP, NOON, SUSPENDED_IS_INVALID, TABLE
from tests.world import (
    DAY,
    HOME_SCHEME,
    LINK_HOST,
    MAKER,
    STATUS,
    WORLD,
    Statuses,
    World,
    status_service,
)

TOLD: Final = Path(__file__).with_name("advice.txt")
LONGEST: Final = 300
"""Most characters of a sentence, and of an advice: what a till shows."""
MAKERS_STATUS_KEY: Final = keys.signer(number=52)
MAKERS_URI: Final = "https://status.home.example/1"


def stating(value: Status = Status.VALID, **changes: Any) -> Knob:
    """Let the maker state conformity, with a status."""

    def state(before: World) -> World:
        service = status_service(MAKERS_STATUS_KEY, StatusListDeclaration(MAKERS_URI))
        listed = before.with_statement(**changes)
        listed = listed.with_entity(MAKER, services=(*listed.entity(MAKER).services, service))
        listed = replace(listed, has_status=True, status_uri=MAKERS_URI)
        return replace(
            listed, status_lists=(Statuses(uri=MAKERS_URI, signer=MAKERS_STATUS_KEY, named=((listed.index, value),)),)
        )

    return world(state)


DEMO: Final = world(lambda before: before.with_root(label="DEMO"))
UNLABELLED: Final = world(lambda before: before.with_root(label=None))
ANOTHER_HOST: Final = both(world(lambda before: before.with_entity(link_hosts=("body.example",))), read_as(WORLD.text))
LISTS_OF_41_DAYS: Final = lists(issued_at=NOON - 41 * DAY, next_update=NOON - 31 * DAY)
STATUS_OF_31_DAYS: Final = statuses(issued_at=NOON - 31 * DAY, ttl=3600)
NOT_YET_VALID: Final = changing(begins=NOON + 1)
STATUS_KEY_ENDED: Final = both(
    statuses(issued_at=NOON - 12 * DAY),
    world(lambda before: before.with_key(service_type=STATUS, sign_until=NOON, verify_until=NOON)),
)
PROFILE: Final = certified(subject=subject(type="protection_profile", models=None, versions=None, gtins=None))
EXPIRED: Final = certified(valid_until="2026-05-31")

MORE: Final[dict[str, Knob]] = {
    "demo": DEMO,
    "demo-and-forged": both(DEMO, read_as("nothing")),
    "without-label": UNLABELLED,
    "host-of-somebody-else": ANOTHER_HOST,
    "lists-41-days-old": LISTS_OF_41_DAYS,
    "key-of-the-status-list-ended": STATUS_KEY_ENDED,
    "part-and-right-product": both(certified(coverage=CHIP), expecting(model="SE1-A")),
    "part-and-suspended": both(certified(coverage=CHIP), status(Status.SUSPENDED)),
    "part-and-status-unknown": both(certified(coverage=CHIP), NO_STATUS_LIST),
    "part-under-a-scheme-with-a-notice": both(UNDER_HOME_SCHEME, certified(coverage=CHIP)),
    "scheme-unknown-and-suspended": both(changing(schemes=()), status(Status.SUSPENDED)),
    "scheme-broken-and-withdrawn": both(certified(legal_basis="32019R0881"), status(Status.INVALID)),
    "scheme-broken-and-expired": both(certified(legal_basis="32019R0881"), EXPIRED),
    "scheme-broken-and-not-yet-valid": both(certified(legal_basis="32019R0881"), NOT_YET_VALID),
    "another-product-and-not-yet-valid": both(expecting(model="SE2"), NOT_YET_VALID),
    "suspended-and-not-yet-valid": both(status(Status.SUSPENDED), NOT_YET_VALID),
    "protection-profile": PROFILE,
    "protection-profile-not-yet-valid": both(PROFILE, NOT_YET_VALID),
    "policy-not-met-and-suspended": both(demanding(schemes=frozenset()), status(Status.SUSPENDED)),
    "statement": stating(),
    "statement-about-a-part": stating(coverage=CHIP),
    "statement-that-does-not-identify-the-product": both(stating(), expecting(version="7")),
    "statement-suspended": stating(Status.SUSPENDED),
    "statement-withdrawn": stating(Status.INVALID),
    "statement-expired": stating(valid_until="2026-05-31"),
    "statement-not-yet-valid": both(stating(), NOT_YET_VALID),
}


class Told(NamedTuple):
    """A report, and what is told of it."""

    report: Report
    advice: Advice


@cache
def reports() -> tuple[tuple[str, Report], ...]:
    """Every row of the verdict table, and more, under every policy."""
    rows = {**{row.name: row.knob for row in TABLE}, **MORE}
    scenes = [(name, knob(Scene())) for name, knob in rows.items()]
    return tuple((f"{name}-{policy.name}", scene.report(policy)) for name, scene in scenes for policy in POLICIES)


def told(language: str) -> Iterator[Told]:
    yield from (Told(report, advise(report, language)) for _, report in reports())


def written(language: str) -> Iterator[str]:
    """What is told in a language: every sentence with its advice once, then every notice."""
    said: dict[tuple[str, str, str], None] = {}
    notices: dict[str, None] = {}
    for report, advice in told(language):
        answer = f"{report.sub_indication or report.indication}, {report.certificate_status}, {report.may_promote}"
        said[answer, advice.sentence, advice.advice] = None
        notices.update(dict.fromkeys(advice.notices))
    yield f"# {words(language).name}"
    for answer, sentence, advice_ in sorted(said):
        yield from ("", f"({answer})", f"  {sentence}", f"  {advice_}")
    yield from ("", "(notices)", *(f"  {notice}" for notice in sorted(notices)), "")


def text() -> str:
    return "\n".join(line for language in LANGUAGES for line in written(language))


def one(knob: Knob, language: str = "en", policy: Policy = STANDARD) -> Advice:
    return advise(knob(Scene()).report(policy), language)


def test_people_are_told_what_was_agreed() -> None:
    assert text() == TOLD.read_text(encoding="utf-8")


def test_every_outcome_is_there() -> None:
    found = {report.sub_indication for _, report in reports()}
    assert found == {None, *SubIndication}
    assert {report.certificate_status for _, report in reports()} == set(CertificateStatus)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_its_words(language: str) -> None:
    for report, advice in told(language):
        for said in (advice.sentence, advice.advice, *advice.notices):
            assert said, report.summary
            assert "{" not in said, said
            assert "  " not in said, said
            assert not said.endswith(".."), said
        assert len(advice.sentence) <= LONGEST, advice.sentence
        assert len(advice.advice) <= LONGEST, advice.advice


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_promoted_is_what_the_report_says(language: str) -> None:
    promotion = words(language).sentences["promotion"]
    allowing = tuple(promotion[key] for key in ("yes", "part", "statement_of_conformity"))
    for report, advice in told(language):
        advised = advice.advice.removeprefix(f"{words(language).label['demo']}. ")
        assert (advised != advice.advice) is (report.trust_label == "DEMO"), report.summary
        assert advised.startswith(allowing) is (report.may_promote == "yes"), report.summary
        assert (promotion["unknown"] in advised) is (report.may_promote == "unknown"), report.summary
        if report.indication is not Indication.PASSED:
            assert not advised.startswith(allowing), report.summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_never_reads_as_a_certified_product(language: str) -> None:
    said = words(language)
    for report, advice in told(language):
        if report.claims is not None and report.claims.extent == "part":
            of_statement = report.claims.document_type == "statement_of_conformity"
            key = "part_of_statement" if of_statement else "part"
            assert said.say("notice", key, scope="The chip.") in advice.notices
            assert said.sentences["promotion"]["yes"] not in advice.advice
            assert said.say("certificate", "in_force", id=report.claims.id) not in advice.sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_of_conformity_never_reads_as_a_certificate(language: str) -> None:
    said = words(language)
    for report, advice in told(language):
        if report.claims is not None and report.claims.document_type == "statement_of_conformity":
            assert said.sentences["notice"]["statement_of_conformity"] in advice.notices
            assert said.sentences["promotion"]["yes"] not in advice.advice
            assert not any(said.sentences["action"][key] in advice.advice for key in ("compare", "ask_what_is_covered"))
            assert said.say("notice", "part", scope="The chip.") not in advice.notices
            assert all(
                text.format(id=report.claims.id, date="") not in advice.sentence
                for text in said.sentences["certificate"].values()
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_and_the_meaning_of_the_level_are_always_told(language: str) -> None:
    said = words(language)
    for _, advice in told(language):
        assert advice.notices[-2:] == (said.say("notice", "copy"), said.say("notice", "level"))
        assert "2019/881" in advice.notices[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demo_is_told_before_anything_else(language: str) -> None:
    for knob, warned in ((DEMO, True), (both(DEMO, read_as("nothing")), True), (UNLABELLED, False)):
        advice = one(knob, language)
        for shown_alone in (advice.sentence, advice.advice):
            assert shown_alone.startswith(words(language).label["demo"]) is warned


def test_another_label_of_the_anchor_is_a_notice() -> None:
    assert "The trust anchor is labelled TEST." in one(both()).notices
    assert not any("labelled" in notice for notice in (*one(DEMO).notices, *one(UNLABELLED).notices))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_scheme_wants_said_stays_in_the_words_of_its_author(language: str) -> None:
    for knob in (UNDER_HOME_SCHEME, both(UNDER_HOME_SCHEME, UNLABELLED), MORE["part-under-a-scheme-with-a-notice"]):
        assert one(knob, language).notices.count(HOME_SCHEME.notice or "") == 1
    assert HOME_SCHEME.notice not in one(both(), language).notices


@pytest.mark.parametrize(
    ("knob", "policy", "says"),
    [
        pytest.param(
            LISTS_OF_41_DAYS, STANDARD, "Refresh the trusted lists: the last update was 41 days ago.", id="lists"
        ),
        pytest.param(LISTS_OF_41_DAYS, LENIENT_OFFLINE, "the last update was 41 days ago.", id="lists-leniently"),
        pytest.param(
            STATUS_OF_31_DAYS, STANDARD, "Refresh the status lists: the last update was 31 days ago.", id="status"
        ),
        pytest.param(
            STATUS_KEY_ENDED, STANDARD, "Refresh the status lists: the last update was 12 days ago.", id="key-ended"
        ),
        pytest.param(
            NO_STATUS_LIST, STANDARD, "Get the newest status lists: one that is needed is missing.", id="missing"
        ),
        pytest.param(status(Status.INVALID), STANDARD, "Stop advertising the product as certified.", id="withdrawn"),
        pytest.param(EXPIRED, STANDARD, "Stop advertising the product as certified.", id="expired"),
        pytest.param(status(Status.SUSPENDED), STANDARD, "Stop advertising the product as certified.", id="suspended"),
        pytest.param(both(), STANDARD, "Compare product, model and version with the certificate.", id="not-compared"),
        pytest.param(stating(coverage=CHIP), STANDARD, "do not call the product certified", id="statement"),
    ],
)
def test_the_advice_says_what_to_do(knob: Knob, policy: Policy, says: str) -> None:
    assert says in one(knob, policy=policy).advice


@pytest.mark.parametrize(
    ("knob", "unsaid"),
    [
        pytest.param(both(), "Refresh", id="lists-are-fresh"),
        pytest.param(expecting(model="SE1-A"), "Compare", id="compared"),
        pytest.param(status(Status.SUSPENDED), "may be advertised", id="suspended"),
        pytest.param(both(LISTS_OF_41_DAYS, expecting(model="SE2")), "Refresh", id="another-product-stays-another"),
        pytest.param(both(SUSPENDED_IS_INVALID, status(Status.SUSPENDED)), "policy", id="the-scheme-is-no-policy"),
        pytest.param(MORE["scheme-broken-and-not-yet-valid"], "before 1 June", id="broken-rules-do-not-mend-on-a-day"),
        pytest.param(MORE["another-product-and-not-yet-valid"], "before 1 June", id="nor-does-another-product"),
        pytest.param(MORE["suspended-and-not-yet-valid"], "before 1 June", id="nor-does-a-suspension-end"),
        pytest.param(MORE["protection-profile-not-yet-valid"], "before 1 June", id="a-profile-is-no-product"),
        pytest.param(MORE["statement-not-yet-valid"], "before 1 June", id="a-statement-is-no-certificate"),
    ],
)
def test_the_advice_says_nothing_needless(knob: Knob, unsaid: str) -> None:
    assert unsaid not in one(knob).advice


def test_a_host_that_is_not_the_issuers_is_told() -> None:
    said = f"The link leads to {LINK_HOST}, which is none of the issuer’s addresses: do not open it."
    assert said in one(ANOTHER_HOST).notices
    assert said not in one(read_as(WORLD.text)).notices


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_read_at_all_is_told_like_a_damaged_code(language: str) -> None:
    report = WORLD.verifier().unreadable("no code was found in the picture", at=WORLD.now)
    assert advise(report, language).sentence == words(language).say("problem", "FORMAT_FAILURE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_from_another_process_is_told_alike(language: str) -> None:
    for _, report in reports()[::7]:
        assert advise(pickle.loads(pickle.dumps(report)), language) == advise(report, language)  # noqa: S301 our own


def test_another_language_is_refused() -> None:
    with pytest.raises(LanguageError):
        one(both(), "nl")


if __name__ == "__main__":
    TOLD.write_text(text(), encoding="utf-8")
