"""Status lists: what is written is read back, and no bytes are more than rejected."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from certmark import cbor
from certmark.errors import StatusError
from certmark.limits import Limits
from certmark.status import token
from certmark.status.bitarray import Status, StatusList
from certmark.status.token import StatusListToken
from certmark.text import problem_in
from tests.nonsense import attempt, damaged, values
from tests.raw_cbor import mapping
from tests.third_party import ALG, CLAIMS, KID, TYP, pair, status_token
from tests.world import BODY_STATUS_KEY, FR_BODY, FR_STATUS_URI, STATUS_URI, WORLD

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
