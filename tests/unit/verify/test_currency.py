"""What the status lists say of one certificate: who must be heard, and the worst of what they say."""

from __future__ import annotations

from itertools import product

import pytest

from certmark.status.bitarray import Status
from certmark.trust.entities import StatusListDeclaration
from certmark.verify.currency import CurrentStatus, Freshness, age_in_words, current_status
from tests.world import (
    BODY,
    BODY_KEY,
    INDEX,
    ISSUANCE,
    NCCA_STATUS_URI,
    NOW,
    STATUS,
    STATUS_URI,
    WORLD,
    World,
    seconds,
)

AT = int(NOW.timestamp())
V, I, S = Status.VALID, Status.INVALID, Status.SUSPENDED  # noqa: E741 as the draft abbreviates them


def ask(world: World, *, index: int = INDEX, uri: str = STATUS_URI) -> CurrentStatus:
    (signer,) = world.trust().candidates(BODY_KEY.public_key.key_id, BODY, ISSUANCE)
    return current_status(signer, world.status(), index=index, uri=uri, at=AT, grace=0)


@pytest.mark.parametrize(("body", "authority"), list(product(Status, Status)))
def test_the_worse_of_two_authorities_counts(body: Status, authority: Status) -> None:
    found = ask(WORLD.with_ncca_list(authority).with_status(body))
    severity = [V, S, I]
    assert found.value is max(body, authority, key=severity.index)
    assert found.complete
    assert [use.name for use in found.uses(AT)] == [STATUS_URI, NCCA_STATUS_URI]


def test_a_service_that_issues_certificates_declares_no_status_lists() -> None:
    declared = (StatusListDeclaration(STATUS_URI, NCCA_STATUS_URI),)
    found = ask(WORLD.with_service(BODY, ISSUANCE, status_lists=declared))
    assert (found.value, found.complete) == (V, True)


@pytest.mark.parametrize(
    ("seconds_old", "words"),
    [(0, "less than a day old"), (86_399, "less than a day old"), (86_400, "1 day old"), (172_800, "2 days old")],
)
def test_the_age_is_told_in_whole_days(seconds_old: int, words: str) -> None:
    assert age_in_words(seconds_old) == words


@pytest.mark.parametrize("missing", [STATUS_URI, NCCA_STATUS_URI], ids=["body", "authority"])
@pytest.mark.parametrize(("said", "value"), [(V, None), (S, S), (I, I)])
def test_who_is_not_heard_makes_valid_unknown_and_hides_nothing_else(
    missing: str, said: Status, value: Status | None
) -> None:
    world = WORLD.with_ncca_list(said).with_status(said).without_statuses(missing)
    found = ask(world)
    assert found.value is value
    assert not found.complete
    assert f"The status list {missing} was not supplied." in found.reason(AT)
    assert [use.name for use in found.uses(AT)] == [{STATUS_URI, NCCA_STATUS_URI}.difference({missing}).pop()]


@pytest.mark.parametrize(
    ("world", "index"),
    [
        pytest.param(WORLD, 1024, id="index-beyond-the-list"),
        pytest.param(WORLD, (1 << 32) - 1, id="largest-index"),
        pytest.param(WORLD.with_statuses(named=((INDEX, 3),)), INDEX, id="application-specific-status"),
    ],
)
def test_a_list_that_says_nothing_leaves_the_status_unknown(world: World, index: int) -> None:
    found = ask(world, index=index)
    assert found.value is None
    assert not found.complete
    assert f"says nothing that counts at index {index}" in found.reason(AT)


@pytest.mark.parametrize("uri", [f"{STATUS_URI}/2", STATUS_URI.upper(), "https://evil.example/1"])
def test_a_list_that_the_issuer_has_not_declared_is_not_asked(uri: str) -> None:
    found = ask(WORLD.with_statuses(uri=uri), uri=uri)
    assert found == CurrentStatus(None, Freshness.FRESH, (), (f"The issuer has not declared the status list {uri}.",))


SECOND_NCCA_URI = f"{NCCA_STATUS_URI}/second"


@pytest.mark.parametrize(
    ("declared", "asked"),
    [
        pytest.param((None,), [STATUS_URI], id="once"),
        pytest.param((None, None), [STATUS_URI], id="twice-the-same"),
        pytest.param((NCCA_STATUS_URI,) * 2, [STATUS_URI, NCCA_STATUS_URI], id="twice-the-same-with-the-authority"),
        pytest.param((None, NCCA_STATUS_URI), [STATUS_URI, NCCA_STATUS_URI], id="the-second-with-the-authority"),
        pytest.param((NCCA_STATUS_URI, None), [STATUS_URI, NCCA_STATUS_URI], id="the-first-with-the-authority"),
        pytest.param(
            (NCCA_STATUS_URI, SECOND_NCCA_URI),
            [STATUS_URI, NCCA_STATUS_URI, SECOND_NCCA_URI],
            id="two-of-the-authority",
        ),
    ],
)
def test_whoever_is_declared_for_a_list_is_heard_however_often_it_is_declared(
    declared: tuple[str | None, ...], asked: list[str]
) -> None:
    lists = tuple(StatusListDeclaration(STATUS_URI, ncca_uri) for ncca_uri in declared)
    world = WORLD.with_ncca_list(Status.INVALID).with_service(BODY, STATUS, status_lists=lists)
    found = ask(world)
    assert [use.name for use in found.uses(AT)] == [uri for uri in asked if uri != SECOND_NCCA_URI]
    assert found.value is (I if NCCA_STATUS_URI in asked else V)
    assert found.complete is (SECOND_NCCA_URI not in asked)


def test_an_issuer_without_status_service_declares_nothing() -> None:
    world = WORLD.with_entity(services=(WORLD.service(),))
    assert ask(world).value is None


def test_the_list_of_the_authority_is_signed_by_the_authority() -> None:
    world = WORLD.with_ncca_list(I).with_statuses(NCCA_STATUS_URI, signer=WORLD.status_lists[0].signer)
    found = ask(world)
    assert found.value is None
    assert f"The status list {NCCA_STATUS_URI} was not supplied." in found.reason(AT)


def test_the_body_may_not_declare_a_list_of_its_own_as_that_of_the_authority() -> None:
    world = WORLD.with_service(BODY, STATUS, status_lists=(StatusListDeclaration(STATUS_URI, STATUS_URI),))
    assert ask(world).value is None


@pytest.mark.parametrize(
    ("issued_at", "says"),
    [
        ("2026-06-01 12:00:00", "less than a day old"),
        ("2026-05-31 12:00:01", "less than a day old"),
        ("2026-05-31 12:00:00", "1 day old"),
        ("2026-05-01 12:00:00", "31 days old"),
        ("2026-06-02 12:00:00", "less than a day old"),
    ],
)
def test_the_age_of_the_oldest_list_is_said(issued_at: str, says: str) -> None:
    world = WORLD.with_ncca_list().with_statuses(issued_at=seconds(issued_at))
    newer = world.with_statuses(NCCA_STATUS_URI, issued_at=seconds("2026-06-02 12:00:00"))
    assert says in ask(newer).reason(AT)


def test_the_worse_freshness_counts() -> None:
    world = WORLD.with_ncca_list().with_statuses(NCCA_STATUS_URI, ttl=1)
    assert ask(WORLD).freshness is Freshness.FRESH
    assert ask(world).freshness is Freshness.STALE
    assert ask(world.with_statuses(expires=1)).freshness is Freshness.EXPIRED
