"""CWT: claims come back as they went in, and no bytes break the reader."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from certmark.cose import sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import sign1_header
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.cwt import typ
from certmark.cwt.numericdate import LAST_SECOND, from_days, from_seconds, is_time, to_days, to_seconds
from certmark.cwt.registered import Claim, only_claims, string_claim, time_claim
from certmark.cwt.token import parse, read_claims, seal, seal_many, split_many
from certmark.cwt.typ import check_typ
from certmark.errors import CwtError, DecodeError
from tests import raw_cbor
from tests.keys import ALGORITHMS, signer

A, B = signer(number=1), signer(number=2)
TYPES = (typ.CERTIFICATE, typ.ROOT, typ.TRUSTED_LIST, typ.STATUS_LIST)

integers = st.integers(-(1 << 64), (1 << 64) - 1)
values = st.recursive(
    st.none() | st.booleans() | integers | st.text(max_size=8) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(integers | st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
claim_keys = st.sampled_from(sorted(set(Claim) - {Claim.IAT})) | integers.filter(lambda key: key != Claim.IAT)
claim_sets = st.dictionaries(claim_keys, values, max_size=5)
times = st.integers(0, LAST_SECOND)


@given(claim_sets, times, st.sampled_from(ALGORITHMS), st.sampled_from(TYPES))
def test_claims_come_back_from_one_signer(
    claims: dict[int, Any], issued_at: int, algorithm: Algorithm, artefact: str
) -> None:
    parsed = parse(seal(claims, typ=artefact, issued_at=issued_at, signer=signer(algorithm)), typ=artefact)
    assert parsed.untrusted_claims == claims
    assert parsed.message.headers.issued_at == issued_at
    assert parsed.message.is_signed_by(signer(algorithm).public_key)


@given(claim_sets, times, st.sampled_from(TYPES))
def test_claims_come_back_from_many_signers(claims: dict[int, Any], issued_at: int, artefact: str) -> None:
    token = seal_many(claims, typ=artefact, issued_at=issued_at, signers=[A, B])
    message = split_many(token, typ=artefact)
    assert read_claims(message.payload) == claims
    assert message.headers.issued_at == issued_at
    assert message.signed_by([A.public_key, B.public_key]) == {A.public_key, B.public_key}


@given(claim_sets, times)
def test_claims_come_back_from_a_status_token(claims: dict[int, Any], issued_at: int) -> None:
    token = seal(claims, typ=typ.STATUS_LIST, issued_at=issued_at, signer=A, profile=STATUS_TOKEN)
    parsed = parse(token, typ=typ.STATUS_LIST, profile=STATUS_TOKEN)
    assert parsed.untrusted_claims == {**claims, Claim.IAT: issued_at}


def _read(data: bytes) -> None:
    for profile in (CERTMARK_1, STATUS_TOKEN):
        try:
            parse(data, typ=typ.CERTIFICATE, profile=profile)
        except DecodeError:
            continue
    try:
        read_claims(split_many(data, typ=typ.CERTIFICATE).payload)
    except DecodeError:
        return


ONE = seal({1: "DE-3087", 4: 100}, typ=typ.CERTIFICATE, issued_at=7, signer=A)
MANY = seal_many({1: "DE-3087", 4: 100}, typ=typ.CERTIFICATE, issued_at=7, signers=[A])


@given(st.binary(max_size=80), st.sampled_from([b"", b"\xd2\x84", b"\xd8\x62\x84", ONE[:60], MANY[:60]]))
def test_bytes_are_a_token_or_a_decode_error(data: bytes, start: bytes) -> None:
    _read(start + data)


@given(st.sampled_from([ONE, MANY]), st.data())
def test_a_damaged_token_is_a_token_or_a_decode_error(token: bytes, data: st.DataObject) -> None:
    damaged = bytearray(token)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    _read(bytes(damaged))


@given(st.binary(max_size=60) | values.map(raw_cbor.deterministic))
def test_any_signed_payload_is_a_claims_set_or_a_decode_error(payload: bytes) -> None:
    message = sign1.sign1(sign1_header(A, typ=typ.CERTIFICATE, issued_at=7), payload, signer=A)
    try:
        claims = parse(message, typ=typ.CERTIFICATE).untrusted_claims
    except DecodeError:
        return
    assert raw_cbor.deterministic(claims) == payload
    assert Claim.IAT not in claims


@given(st.integers(0, 8 * len(ONE) - 1))
def test_a_flipped_bit_never_verifies(bit: int) -> None:
    changed = bytearray(ONE)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        parsed = parse(bytes(changed), typ=typ.CERTIFICATE)
    except DecodeError:
        return
    assert not parsed.message.is_signed_by(A.public_key)


@given(st.dictionaries(st.integers(0, 7) | st.text(max_size=4), values, max_size=4))
def test_claims_are_taken_or_refused_with_our_error(claims: dict[int | str, Any]) -> None:
    for take in (partial(string_claim, most=200), time_claim):
        for claim in (Claim.ISS, Claim.EXP):
            try:
                taken = take(claims, claim)
            except CwtError:
                continue
            assert type(taken) in {str, int}
    try:
        only_claims(claims, frozenset({1, 2, 4}))
    except CwtError:
        assert claims.keys() - {1, 2, 4}
    else:
        assert claims.keys() <= {1, 2, 4}


@given(values | st.text(), st.sampled_from(TYPES))
def test_any_type_is_the_expected_one_or_refused_with_our_error(found: Any, expected: str) -> None:
    try:
        check_typ(expected, found)
    except DecodeError:
        return
    assert found == expected or (found == 279 and expected == typ.STATUS_LIST)


@given(times)
def test_seconds_come_back(seconds: int) -> None:
    assert to_seconds(from_seconds(seconds)) == seconds
    assert is_time(seconds)


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis wants it naive
def test_instants_come_back_to_the_second(instant: datetime) -> None:
    assert from_seconds(to_seconds(instant)) == instant.replace(microsecond=0)


@given(st.dates())
def test_days_come_back(day: date) -> None:
    assert from_days(to_days(day)) == day
