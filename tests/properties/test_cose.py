"""COSE: no bytes break the reader, and no changed bit of a signed message goes unnoticed."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from certmark.cose import sign, sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import body_header, sign1_header
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.errors import DecodeError, KeyFormatError
from tests import raw_cbor
from tests.keys import ALGORITHMS, signer

TYP = "application/vnd.certmark.certificate+cwt"
PROFILES = (CERTMARK_1, STATUS_TOKEN)
ONE = {
    algorithm: sign1.sign1(
        sign1_header(signer(algorithm), typ=TYP, issued_at=1_700_000_000), b"\xa1\x01\x61x", signer=signer(algorithm)
    )
    for algorithm in ALGORITHMS
}
MANY = sign.sign(
    body_header(typ=TYP, issued_at=1_700_000_000),
    b"\xa1\x01\x61x",
    signers=[signer(Algorithm.ESP256), signer(Algorithm.Ed25519)],
)
KEYS = [signer(Algorithm.ESP256).public_key, signer(Algorithm.Ed25519).public_key]

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 64), (1 << 64) - 1) | st.text(max_size=5) | st.binary(max_size=70),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(-70, 70) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)
header_values = values | st.just(TYP) | st.just({6: 1}) | st.just([-16, bytes(32)]) | st.binary(min_size=8, max_size=8)
headers = st.dictionaries(st.sampled_from([1, 1, 4, 4, 15, 16, 16, 2, 34, 99]), header_values, max_size=6)
encoded_headers = headers.map(raw_cbor.deterministic) | values.map(raw_cbor.deterministic) | st.binary(max_size=30)
unprotected: st.SearchStrategy[Any] = st.just({}) | headers | values
signatures = st.lists(st.tuples(encoded_headers, unprotected, st.binary(max_size=70)).map(list) | values, max_size=3)


def _read(data: bytes) -> None:
    for profile in PROFILES:
        try:
            message = sign1.from_bytes(data, profile=profile)
        except DecodeError:
            continue
        if profile is CERTMARK_1:
            assert sign1.to_bytes(message.headers.raw, message.payload, message.signature) == data
        message.is_signed_by(KEYS[0])
    try:
        many = sign.from_bytes(data)
    except DecodeError:
        return
    entries = [(one.headers.raw, one.signature) for one in many.signatures]
    assert sign.to_bytes(many.headers.raw, many.payload, entries) == data
    many.signed_by(KEYS)


@given(st.binary(max_size=80), st.sampled_from([b"", b"\xd2", b"\xd2\x84", b"\xd8\x62", b"\xd8\x62\x84"]))
def test_bytes_are_a_message_or_a_decode_error(data: bytes, start: bytes) -> None:
    _read(start + data)


@given(encoded_headers, unprotected, st.binary(max_size=20) | values, st.binary(max_size=70) | values)
def test_parts_that_do_not_fit_are_a_decode_error(header: bytes, beside: Any, payload: Any, signature: Any) -> None:
    _read(raw_cbor.tagged(18, raw_cbor.deterministic([header, beside, payload, signature])))


@given(encoded_headers, unprotected, st.binary(max_size=20) | values, signatures | values)
def test_parts_of_many_that_do_not_fit_are_a_decode_error(header: bytes, beside: Any, payload: Any, all_: Any) -> None:
    _read(raw_cbor.tagged(98, raw_cbor.deterministic([header, beside, payload, all_])))


@given(st.sampled_from([*ONE.values(), MANY]), st.data())
def test_a_damaged_message_is_a_message_or_a_decode_error(message: bytes, data: st.DataObject) -> None:
    damaged = bytearray(message)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, min(len(damaged), 200) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.just(len(damaged)) | st.integers(0, len(damaged)))
    _read(bytes(damaged[:cut]))


def _flipped(message: bytes, bit: int) -> bytes:
    changed = bytearray(message)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.sampled_from(ALGORITHMS), st.data())
def test_a_flipped_bit_never_verifies(algorithm: Algorithm, data: st.DataObject) -> None:
    message = ONE[algorithm]
    changed = _flipped(message, data.draw(st.integers(0, 8 * len(message) - 1)))
    try:
        parsed = sign1.from_bytes(changed, profile=CERTMARK_1)
    except DecodeError:
        return
    assert not parsed.is_signed_by(signer(algorithm).public_key)


@given(st.integers(0, 8 * len(MANY) - 1))
def test_a_flipped_bit_costs_at_least_one_of_many_signatures(bit: int) -> None:
    try:
        parsed = sign.from_bytes(_flipped(MANY, bit))
    except DecodeError:
        return
    assert len(parsed.signed_by(KEYS)) < len(KEYS)


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_different_content_is_never_the_same_structure(one: bytes, two: bytes, other: bytes, another: bytes) -> None:
    assume((one, two) != (other, another))
    assert sign1.sig_structure(one, two) != sign1.sig_structure(other, another)
    assert sign1.sig_structure(one, two) != sign.sig_structure(one, other, two)
    assert sign.sig_structure(b"", one, two) != sign.sig_structure(b"", other, another)


@given(st.sampled_from(ALGORITHMS), st.binary(max_size=80))
def test_a_signature_verifies_over_any_data(algorithm: Algorithm, payload: bytes) -> None:
    signature = signer(algorithm).sign(payload)
    assert signer(algorithm).public_key.verifies(signature, payload, algorithm=algorithm)
    assert not signer(algorithm).public_key.verifies(signature, payload + b"\0", algorithm=algorithm)


key_members = st.fixed_dictionaries(
    {},
    optional={
        1: st.sampled_from([1, 2, 7, True]) | values,
        2: st.binary(min_size=8, max_size=8) | values,
        3: st.sampled_from([-9, -51, -19, -48, -7]) | values,
        -1: st.sampled_from([1, 2, 6, True]) | st.binary(min_size=1312, max_size=1312) | values,
        -2: st.binary(min_size=32, max_size=32) | st.binary(min_size=48, max_size=48) | values,
        -3: st.binary(min_size=32, max_size=32) | values,
        -4: values,
    },
)


@given(key_members)
def test_members_of_a_key_are_that_key_or_a_key_error(members: dict[Any, Any]) -> None:
    try:
        key = VerificationKey.from_cose_key(members)
    except KeyFormatError:
        return
    assert key.to_cose_key() == members


@given(st.binary(max_size=300))
def test_bytes_are_no_key_or_certificate_by_chance(data: bytes) -> None:
    for read in (VerificationKey.from_pem, VerificationKey.from_certificate, type(signer()).from_pem):
        try:
            read(data)
        except KeyFormatError:
            continue
        raise AssertionError(f"{data!r} is a key")
