"""Publishing status lists: a list takes nothing back, keeps its indices, and equal states are equal bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certmark import cbor
from certmark.cose.signer import KeySigner
from certmark.cwt.registered import Claim
from certmark.errors import StatusError, StatusPublishingError
from certmark.limits import Limits
from certmark.status import StatusSnapshot, token
from certmark.status.bitarray import Status, StatusList
from certmark.status.publish import Rule, aggregation, broken_rules, publish, size_for
from certmark.status.token import StatusListToken
from tests.world import (
    BODY,
    BODY_STATUS_KEY,
    INDEX,
    NCCA,
    NCCA_STATUS_KEY,
    NCCA_STATUS_URI,
    NOW,
    STATUS_URI,
    WORLD,
)

V, I, S = Status.VALID, Status.INVALID, Status.SUSPENDED  # noqa: E741 as the draft abbreviates them
USUAL: dict[str, Any] = {
    "uri": STATUS_URI,
    "issued_at": NOW,
    "ttl": timedelta(days=1),
    "expires": NOW + timedelta(days=7),
    "signer": BODY_STATUS_KEY,
}


def published(statuses: dict[int, Status] | None = None, **changes: Any) -> bytes:
    return publish(statuses or {}, **{**USUAL, **changes})


def said(data: bytes) -> StatusListToken:
    return token.parse(data)[1]


def later(days: float = 1) -> datetime:
    return NOW + timedelta(days=days)


def test_a_published_list_says_what_was_given_and_is_valid_elsewhere() -> None:
    found = said(published({3: I, 5: S, 7: V}))
    assert (found.uri, found.issued_at) == (STATUS_URI, int(NOW.timestamp()))
    assert (found.ttl, found.expires) == (86_400, int(NOW.timestamp()) + 7 * 86_400)
    assert found.statuses == StatusList.of({3: I, 5: S}, size=1024)


@pytest.mark.parametrize(
    ("signer", "uri", "entity_id"),
    [(BODY_STATUS_KEY, STATUS_URI, BODY), (NCCA_STATUS_KEY, NCCA_STATUS_URI, NCCA)],
    ids=["body", "authority"],
)
def test_verifiers_hear_what_either_authority_publishes(signer: KeySigner, uri: str, entity_id: str) -> None:
    signed = published({INDEX: I}, signer=signer, uri=uri)
    snapshot = StatusSnapshot.open([signed], WORLD.with_ncca_list().trust())
    found = snapshot.find(entity_id, uri)
    assert found is not None
    assert found.statuses.at(INDEX) == I


def test_equal_states_and_times_give_equal_payloads_in_whatever_order_they_come() -> None:
    states = {9: I, 2: S, 700: I}
    backwards = {**dict(reversed(states.items())), 12: V}
    one, other = (token.split(published(each)).payload for each in (states, backwards))
    assert one == other


def test_times_are_left_out_where_nobody_gives_them() -> None:
    found = said(published(ttl=None, expires=None))
    assert (found.ttl, found.expires) == (None, None)


def test_the_aggregation_uri_stands_beside_the_list_and_disturbs_no_verifier() -> None:
    uri = "https://at-9001.example/status/all"
    signed = published({INDEX: I}, aggregation_uri=uri)
    claims = cbor.decode(token.split(signed).payload)
    assert isinstance(claims, dict)
    assert claims[Claim.STATUS_LIST]["aggregation_uri"] == uri  # type: ignore[call-overload, index]
    assert StatusSnapshot.open([signed], WORLD.trust()).rejected == ()


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        (0, 1024),
        (1, 1024),
        (1024, 1024),
        (1025, 2048),
        (100_000, 131_072),
        (1 << 20, 1 << 20),
        ((1 << 20) + 1, 2 << 20),
        ((2 << 20) + 1, 3 << 20),
    ],
)
def test_lists_grow_in_steps_that_do_not_tell_how_many_certificates_there_are(entries: int, size: int) -> None:
    assert size_for(entries) == size


def test_a_list_grows_with_its_indices_and_never_shrinks_by_itself() -> None:
    grown = published({3000: I})
    assert said(grown).statuses.size == 4096
    assert said(published({3000: I}, issued_at=later(), previous=grown)).statuses.size == 4096
    wide = published(size=5000)
    assert said(published(issued_at=later(), previous=wide)).statuses.size == 5000


BEFORE = {3: I, 5: S}


@pytest.mark.parametrize(
    ("states", "changes", "rules"),
    [
        pytest.param(BEFORE, {"uri": f"{STATUS_URI}/2"}, [Rule.SAME_LIST], id="another-list"),
        pytest.param(BEFORE, {"issued_at": NOW}, [Rule.LATER], id="the-same-second"),
        pytest.param(BEFORE, {"issued_at": later(-0.5)}, [Rule.LATER], id="earlier"),
        pytest.param(BEFORE, {"size": 1020}, [Rule.NOT_SHORTER], id="shorter"),
        pytest.param({5: S}, {}, [Rule.WITHDRAWAL_IS_FINAL], id="withdrawn-then-left-out"),
        pytest.param({**BEFORE, 3: V}, {}, [Rule.WITHDRAWAL_IS_FINAL], id="withdrawn-then-valid"),
        pytest.param({**BEFORE, 3: S}, {}, [Rule.WITHDRAWAL_IS_FINAL], id="withdrawn-then-suspended"),
        pytest.param(
            {}, {"issued_at": NOW, "size": 4}, [Rule.LATER, Rule.NOT_SHORTER, Rule.WITHDRAWAL_IS_FINAL], id="all-named"
        ),
    ],
)
def test_what_takes_back_what_was_said_is_refused_by_the_name_of_the_rule(
    states: dict[int, Status], changes: dict[str, Any], rules: list[Rule]
) -> None:
    before = published(BEFORE, expires=later(30))
    with pytest.raises(StatusPublishingError) as caught:
        published(states, **{"issued_at": later(), "expires": later(30), **changes}, previous=before)
    assert [each.rule for each in caught.value.broken] == rules  # type: ignore[attr-defined]
    assert all(f"({rule})" in str(caught.value) for rule in rules)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "states",
    [
        pytest.param(BEFORE, id="nothing-new"),
        pytest.param({3: I}, id="suspension-lifted"),
        pytest.param({3: I, 5: I}, id="suspended-then-withdrawn"),
        pytest.param({**BEFORE, 900: I, 4000: S}, id="more-of-both"),
    ],
)
def test_what_goes_on_is_published(states: dict[int, Status]) -> None:
    signed = published(states, issued_at=later(), previous=published(BEFORE))
    assert all(said(signed).statuses.at(index) == status for index, status in states.items())


def test_a_withdrawal_that_falls_off_the_end_is_lifted_too() -> None:
    older, newer = (
        StatusListToken(STATUS_URI, at, None, None, StatusList.of(of, size=size))
        for at, of, size in ((1, {9: I}, 12), (2, {}, 8))
    )
    assert [each.rule for each in broken_rules(older, newer)] == [Rule.NOT_SHORTER, Rule.WITHDRAWAL_IS_FINAL]


@pytest.mark.parametrize("bits", [1, 4, 8])
def test_a_list_of_other_bits_before_it_is_compared_by_what_it_says(bits: int) -> None:
    older = StatusListToken(STATUS_URI, 1, None, None, StatusList(bits, bytes([1] * bits)))
    withdrawn = dict.fromkeys(older.statuses.indices_of(I), I)
    assert len(withdrawn) == bits
    kept, lifted = (StatusListToken(STATUS_URI, 2, None, None, StatusList.of(of, size=8)) for of in (withdrawn, {}))
    assert list(broken_rules(older, kept)) == []
    assert [each.rule for each in broken_rules(older, lifted)] == [Rule.WITHDRAWAL_IS_FINAL]


def test_only_the_first_of_many_lifted_withdrawals_are_named() -> None:
    before = published(dict.fromkeys(range(500), I))
    with pytest.raises(StatusPublishingError, match=r"index 0, 1, 2, 3, 4 and more \(withdrawal_is_final\)$"):
        published(issued_at=later(), previous=before)


@pytest.mark.parametrize(
    ("states", "changes", "says"),
    [
        pytest.param({-1: I}, {}, "no index -1", id="index-negative"),
        pytest.param({1024: I}, {"size": 1024}, "no index 1024", id="index-beyond-the-size"),
        pytest.param({}, {"size": 0}, "without entries", id="no-entry"),
        pytest.param({}, {"size": -4}, "without entries", id="size-negative"),
        pytest.param({16_000_001: I}, {}, "begin another list", id="index-beyond-what-verifiers-read"),
        pytest.param({}, {"size": 16_000_001}, "begin another list", id="size-beyond-what-verifiers-read"),
        pytest.param({}, {"expires": NOW}, "end before it is signed", id="ends-when-it-is-signed"),
        pytest.param({}, {"ttl": timedelta(0)}, "at least a second", id="due-at-once"),
        pytest.param({}, {"ttl": timedelta(milliseconds=900)}, "at least a second", id="ttl-under-a-second"),
        pytest.param({}, {"ttl": timedelta(days=-1)}, "at least a second", id="ttl-negative"),
        pytest.param({}, {"uri": ""}, "sub is empty", id="uri-empty"),
        pytest.param({}, {"uri": "https://" + "y" * 401}, "at most 408", id="uri-too-long"),
        pytest.param({}, {"uri": "https://x/\u202e"}, "U\\+202E", id="uri-with-bidirectional-mark"),
        pytest.param({}, {"aggregation_uri": "https://x/\n"}, "aggregation uri", id="aggregation-uri-unfit"),
        pytest.param({}, {"previous": b"\xd2"}, "not a status list token", id="the-token-before-is-none"),
        pytest.param({}, {"previous": WORLD.cose}, "not a status list token", id="the-token-before-is-a-certificate"),
        pytest.param({}, {"limits": Limits(status_token=100)}, "more than 100", id="token-larger-than-verifiers-read"),
    ],
)
def test_what_verifiers_would_refuse_and_what_nobody_can_mean_is_not_published(
    states: dict[int, Status], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(StatusError, match=says):
        published(states, **changes)


def test_a_naive_time_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        published(issued_at=NOW.replace(tzinfo=None))


def test_the_largest_list_that_verifiers_read_can_be_published() -> None:
    largest = published({15 * (1 << 20) - 1: I}, expires=datetime(2030, 1, 1, tzinfo=UTC))
    assert said(largest).statuses.size == 15 << 20


def test_the_aggregation_names_every_list_once_and_in_order() -> None:
    named = ["https://b.example/2", "https://a.example/1", "https://b.example/2"]
    assert json.loads(aggregation(named)) == {"status_lists": ["https://a.example/1", "https://b.example/2"]}
    assert aggregation(named) == aggregation(reversed(named))
    assert aggregation([]) == b'{\n  "status_lists": []\n}\n'


def test_an_aggregation_names_no_uri_that_cannot_be_shown() -> None:
    with pytest.raises(StatusError, match="uri of a status list has the control"):
        aggregation(["https://a.example/\x1b[2J"])
