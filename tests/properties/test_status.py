"""Status lists: what is written is read back, and no bytes are more than rejected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from certmark import cbor
from certmark.cwt.numericdate import from_seconds
from certmark.errors import StatusError, StatusPublishingError
from certmark.limits import Limits
from certmark.status import StatusFloor, StatusSnapshot, token
from certmark.status import publish as publishing
from certmark.status.bitarray import Bits, Status, StatusList
from certmark.status.floor import Known
from certmark.status.token import StatusListToken
from certmark.text import problem_in
from tests.nonsense import attempt, damaged, values
from tests.raw_cbor import mapping
from tests.third_party import ALG, CLAIMS, KID, SAID, TYP, pair, status_token
from tests.world import BODY, BODY_STATUS_KEY, FR_BODY, FR_STATUS_URI, STATUS_URI, WORLD

TIMES = st.integers(0, 253_402_300_799)


@given(size=st.integers(1, 300), data=st.data())
def test_a_list_says_of_every_index_what_it_was_made_of(size: int, data: st.DataObject) -> None:
    named = data.draw(st.dictionaries(st.integers(0, size - 1), st.sampled_from(Status), max_size=20))
    statuses = StatusList.from_map(StatusList.of(named, size=size).to_map())
    assert [statuses.at(index) for index in range(size)] == [named.get(index, Status.VALID) for index in range(size)]


@given(bits=st.sampled_from([1, 2, 4, 8]), packed=st.binary(max_size=200))
def test_a_list_of_any_size_is_read_back(bits: int, packed: bytes) -> None:
    statuses = StatusList(bits, packed)
    assert StatusList.from_map(statuses.to_map()) == statuses
    entries = [statuses.at(index) for index in range(len(packed) * 8 // bits)]
    assert sum(entry << index * bits for index, entry in enumerate(entries)) == int.from_bytes(packed, "little")


@given(value=values | st.fixed_dictionaries({"bits": values, "lst": values | st.binary()}))
def test_any_value_is_a_list_or_refused_with_our_error(value: object) -> None:
    statuses, said = attempt(StatusError, StatusList.from_map, value, limits=Limits(status_list=1000))
    assert problem_in(said) is None if said is not None else statuses.bits in {1, 2, 4, 8}


@given(issued_at=TIMES, expires=st.none() | TIMES, ttl=st.none() | TIMES, packed=st.binary(max_size=50))
def test_a_token_is_read_back(issued_at: int, expires: int | None, ttl: int | None, packed: bytes) -> None:
    said = StatusListToken(STATUS_URI, issued_at, expires, ttl, StatusList(2, packed))
    assert token.parse(token.seal(said, signer=BODY_STATUS_KEY))[1] == said


@given(st.permutations(list(CLAIMS.items())), st.permutations([ALG, KID, TYP]), st.booleans())
def test_the_order_of_a_third_party_does_not_matter(
    claims: list[tuple[Any, Any]], header: list[tuple[bytes, bytes]], kid_is_protected: bool
) -> None:
    data = status_token(
        protected=tuple(each for each in header if kid_is_protected or each is not KID),
        unprotected=() if kid_is_protected else (KID,),
        payload=tuple(pair(claim, value) for claim, value in claims),
    )
    assert WORLD.status(data).rejected == ()


states = st.dictionaries(st.integers(0, 40), st.sampled_from(Status), max_size=20)


@given(states=states, size=st.integers(41, 3000), times=st.lists(TIMES, min_size=2, max_size=2, unique=True))
def test_what_is_published_is_parsed_again_and_its_rules_are_those_of_its_successor(
    states: dict[int, Status], size: int, times: list[int]
) -> None:
    first, second = sorted(times)

    def publish(statuses: Mapping[int, Status], at: int, previous: bytes | None) -> bytes:
        options: dict[str, Any] = {"ttl": None, "expires": None, "size": size, "signer": BODY_STATUS_KEY}
        return publishing.publish(statuses, uri=STATUS_URI, issued_at=from_seconds(at), previous=previous, **options)

    signed = publish(states, first, None)
    said = token.parse(signed)[1]
    assert said == StatusListToken(STATUS_URI, first, None, None, StatusList.of(states, size=size))
    withdrawn = {index: status for index, status in states.items() if status is Status.INVALID}
    after = token.parse(publish(withdrawn, second, signed))[1]
    assert list(publishing.broken_rules(said, after)) == []
    for index in withdrawn:
        lifted = {each: status for each, status in withdrawn.items() if each != index}
        _, refusal = attempt(StatusPublishingError, publish, lifted, second, signed)
        assert refusal == f"withdrawn before and no longer: index {index} (withdrawal_is_final)"


rows = st.tuples(st.sampled_from(["DE-1", "FR-2"]), st.sampled_from(["https://x/1", "https://x/2"]))
entries = st.builds(
    Known,
    TIMES,
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=1, max_size=32),
    st.integers(0, 1 << 99).map(lambda bits: Bits(bits.to_bytes(13, "little").rstrip(b"\x00"))),
)


@given(st.dictionaries(rows, entries))
def test_a_floor_is_read_back(lists: dict[tuple[str, str], Known]) -> None:
    floor = StatusFloor(lists)
    assert StatusFloor.from_bytes(floor.to_bytes()) == floor


remembered = WORLD.status().floor(at=WORLD.now).to_bytes()


@given(st.one_of(st.binary(), damaged(remembered), values.map(cbor.encode)))
def test_any_bytes_are_a_floor_of_one_form_or_refused(data: bytes) -> None:
    floor, said = attempt(StatusError, StatusFloor.from_bytes, data)
    if said is not None:
        assert problem_in(said) is None
    else:
        assert floor.to_bytes() == data
        assert StatusSnapshot.open((), WORLD.trust(), previous=floor).rejected == ()


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Status)), max_size=6))
def test_over_any_runs_time_only_rises_and_no_withdrawal_is_lost(runs: list[tuple[int, Status]]) -> None:
    floor, newest, withdrawn = StatusFloor(), (-1, Status.VALID), False
    for at, status in runs:
        said = StatusListToken(STATUS_URI, SAID.issued_at + at, None, None, StatusList.of({7: status}, size=8))
        snapshot = StatusSnapshot.open([token.seal(said, signer=BODY_STATUS_KEY)], WORLD.trust(), previous=floor)
        follows = at > newest[0] or (at, status) == newest
        assert (snapshot.find(BODY, STATUS_URI), len(snapshot.rejected)) == ((said, 0) if follows else (None, 1))
        if withdrawn:
            assert snapshot.number_elsewhere(BODY, STATUS_URI, 7) == Status.INVALID
        withdrawn |= status is Status.INVALID
        newest = (at, status) if follows else newest
        floor = snapshot.floor(at=WORLD.now)
        known = floor.lists[BODY, STATUS_URI]
        assert (known.issued_at, 7 in known.withdrawn) == (SAID.issued_at + newest[0], withdrawn)


foreign = st.one_of(
    st.binary(),
    st.binary().map(lambda rest: b"\xd2\x84" + rest),
    st.lists(values | st.binary(), min_size=4, max_size=4).map(lambda members: b"\xd2" + cbor.encode(members)),
    damaged(WORLD.status_tokens[0]),
    st.dictionaries(st.sampled_from([*CLAIMS, 1, 99]), values, max_size=5).map(
        lambda claims: status_token(payload=tuple(pair(claim, value) for claim, value in {**CLAIMS, **claims}.items()))
    ),
    st.dictionaries(st.sampled_from([1, 2, 4, 16, 34, 99]), values, max_size=4).map(
        lambda header: status_token(protected=mapping(*(pair(label, value) for label, value in header.items())))
    ),
).filter(lambda data: data not in WORLD.status_tokens)


@given(st.lists(foreign, max_size=3))
def test_any_bytes_are_heard_or_rejected_and_never_harm_others(tokens: list[bytes]) -> None:
    snapshot = WORLD.status(*tokens, WORLD.status_tokens[1])
    assert snapshot.find(FR_BODY, FR_STATUS_URI) == WORLD.status().find(FR_BODY, FR_STATUS_URI)
    assert all(problem_in(rejected.reason) is None for rejected in snapshot.rejected)
    assert len(snapshot.rejected) <= len(tokens)
