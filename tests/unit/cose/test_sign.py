"""COSE_Sign: many signers, and a threshold that counts keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cbor2
import pytest

from certmark.cose import sign
from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import body_header, signer_header
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import KeySigner
from certmark.errors import CborError, CoseError, DecodeError, SignerError
from certmark.limits import DEFAULT_LIMITS, Limits
from tests import raw_cbor
from tests.keys import ALGORITHM_IDS, ALGORITHMS, signer

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
TYP = "application/vnd.certmark.root+cwt"
BODY = body_header(typ=TYP, issued_at=7)
PAYLOAD = b"\xa1\x01\x61x"
ESP256, ESP384, ED25519, ML_DSA_44, ML_DSA_65 = ALGORITHMS
A, B, C = (signer(ESP256, number) for number in (1, 2, 3))

Entry = tuple[bytes, bytes]


def entry(key: KeySigner, *, body: bytes = BODY, payload: bytes = PAYLOAD, header: bytes | None = None) -> Entry:
    """Signature of one signer, by default a right one."""
    stated = signer_header(key) if header is None else header
    return stated, key.sign(cbor2.dumps(["Signature", body, stated, b"", payload]))


def keys(*signers: KeySigner) -> list[VerificationKey]:
    return [one.public_key for one in signers]


def message_of(*entries: Entry) -> sign.Sign:
    return sign.from_bytes(sign.to_bytes(BODY, PAYLOAD, entries))


# --- round trip ---


@each_algorithm
def test_what_one_signs_the_other_reads(algorithm: Algorithm) -> None:
    message = sign.from_bytes(sign.sign(BODY, PAYLOAD, signers=[signer(algorithm)]))
    assert message.payload == PAYLOAD
    assert message.headers.typ == TYP
    assert message.headers.issued_at == 7
    assert [one.headers.alg for one in message.signatures] == [algorithm]
    assert message.signed_by(keys(signer(algorithm))) == set(keys(signer(algorithm)))
    assert message.signed_by(keys(signer(algorithm, 2))) == set()


def test_a_header_may_be_as_large_as_the_limit_and_no_larger() -> None:
    message = sign.to_bytes(BODY, PAYLOAD, [entry(A)])
    assert sign.from_bytes(message, limits=Limits(header=len(BODY))).payload == PAYLOAD
    with pytest.raises(CoseError, match=f"more than {len(BODY) - 1}"):
        sign.from_bytes(message, limits=Limits(header=len(BODY) - 1))


def test_the_type_is_asked_about() -> None:
    seen: list[object] = []
    sign.from_bytes(sign.to_bytes(BODY, PAYLOAD, [entry(A)]), check_typ=seen.append)
    assert seen == [TYP]


def test_no_more_keys_are_tried_than_are_asked_for() -> None:
    message = message_of(entry(A), entry(B), entry(C))
    assert message.signed_by(keys(A, B, C), enough=2) == set(keys(A, B))
    assert message.signed_by(keys(A, B, C), enough=3) == set(keys(A, B, C))
    assert message.signed_by(keys(A, B), enough=3) == set(keys(A, B))


def test_signers_of_every_algorithm_sign_together() -> None:
    everyone = [signer(algorithm) for algorithm in ALGORITHMS]
    message = sign.from_bytes(sign.sign(BODY, PAYLOAD, signers=everyone))
    assert [one.headers.key_id for one in message.signatures] == [key.key_id for key in keys(*everyone)]
    assert message.signed_by(keys(*everyone)) == set(keys(*everyone))


def test_the_message_is_the_tagged_array_of_the_rfc() -> None:
    """RFC 9052, section 4.1."""
    encoded = sign.sign(BODY, PAYLOAD, signers=[A, B])
    tag = cbor2.loads(encoded)
    assert tag.tag == 98
    protected, unprotected, payload, signatures = tag.value
    assert (protected, dict(unprotected), payload) == (BODY, {}, PAYLOAD)
    assert [(header, dict(empty)) for header, empty, _ in signatures] == [
        (signer_header(A), {}),
        (signer_header(B), {}),
    ]
    assert encoded.startswith(b"\xd8\x62\x84")


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 65536])
def test_the_signed_structure_is_that_of_the_rfc(size: int) -> None:
    """RFC 9052, section 4.4."""
    body, own, payload = b"\xa1\x0f\xa0", b"\xa1\x01\x28" * (size // 3), b"\x5a" * size
    assert sign.sig_structure(body, own, payload) == cbor2.dumps(["Signature", body, own, b"", payload])


def test_a_parsed_message_is_written_as_it_was() -> None:
    encoded = sign.sign(BODY, PAYLOAD, signers=[A, signer(ED25519)])
    message = sign.from_bytes(encoded)
    entries = [(one.headers.raw, one.signature) for one in message.signatures]
    assert sign.to_bytes(message.headers.raw, message.payload, entries) == encoded


# --- thresholds count distinct keys ---

Count = tuple[list[Entry], list[VerificationKey], set[VerificationKey]]


def _own_header(key: KeySigner, **changes: Any) -> bytes:
    stated = {1: int(key.public_key.algorithm), 4: key.public_key.key_id}
    return raw_cbor.deterministic({**stated, **{{"alg": 1, "kid": 4}[name]: value for name, value in changes.items()}})


COUNTS: dict[str, Count] = {
    "two of two": ([entry(A), entry(B)], keys(A, B), set(keys(A, B))),
    "two of three": ([entry(A), entry(C)], keys(A, B, C), set(keys(A, C))),
    "in any order": ([entry(B), entry(A)], keys(A, B), set(keys(A, B))),
    "one key signs twice": ([entry(A), entry(A)], keys(A, B), set(keys(A))),
    "one key signs often": ([entry(A)] * 32, keys(A), set(keys(A))),
    "one ML-DSA key signs twice, differently": (
        [entry(signer(ML_DSA_44)), entry(signer(ML_DSA_44))],
        keys(signer(ML_DSA_44)),
        set(keys(signer(ML_DSA_44))),
    ),
    "one key listed twice": ([entry(A), entry(B)], keys(A, A), set(keys(A))),
    "unknown keys sign too": ([entry(B), entry(A), entry(C)], keys(A), set(keys(A))),
    "only unknown keys": ([entry(B), entry(C)], keys(A), set()),
    "no keys": ([entry(A)], [], set()),
    "wrong signature beside right ones": (
        [entry(A), (signer_header(B), bytes(64)), entry(C)],
        keys(A, B, C),
        set(keys(A, C)),
    ),
    "wrong signature before the right one of the same key": (
        [(signer_header(A), bytes(64)), entry(A)],
        keys(A),
        set(keys(A)),
    ),
    "right signature, then a wrong one of the same key": (
        [entry(A), (signer_header(A), b"\xff" * 64)],
        keys(A),
        set(keys(A)),
    ),
    "another key's signature under a key id": ([(signer_header(A), entry(B)[1])], keys(A, B), set()),
    "one signature under two key ids": (
        [entry(A), (signer_header(B), entry(A)[1])],
        keys(A, B),
        set(keys(A)),
    ),
    "own signature under another key id": ([entry(A, header=signer_header(B))], keys(A, B), set()),
    "key id of nobody": ([entry(A, header=_own_header(A, kid=bytes(8)))], keys(A), set()),
    "over another payload": ([entry(A, payload=PAYLOAD + b"\0"), entry(B)], keys(A, B), set(keys(B))),
    "over another body": (
        [entry(A, body=body_header(typ=TYP, issued_at=8)), entry(B)],
        keys(A, B),
        set(keys(B)),
    ),
    "over another typ": (
        [entry(A, body=body_header(typ=TYP.replace("root", "trusted-list"), issued_at=7))],
        keys(A),
        set(),
    ),
    "cut short": ([(signer_header(A), entry(A)[1][:-1])], keys(A), set()),
    "empty signature": ([(signer_header(A), b"")], keys(A), set()),
    "ES256 by the same key": ([entry(A, header=_own_header(A, alg=-7))], keys(A), set()),
    "ES384 by a P-384 key": (
        [entry(signer(ESP384), header=_own_header(signer(ESP384), alg=-35))],
        keys(signer(ESP384)),
        set(),
    ),
    "algorithm of another key": ([entry(A, header=_own_header(A, alg=-19))], keys(A), set()),
    "unknown algorithm": ([entry(A, header=_own_header(A, alg=-65000)), entry(B)], keys(A, B), set(keys(B))),
}


@pytest.mark.parametrize(("entries", "known", "counted"), COUNTS.values(), ids=COUNTS)
def test_distinct_keys_with_right_signatures_count(
    entries: list[Entry], known: list[VerificationKey], counted: set[VerificationKey]
) -> None:
    assert message_of(*entries).signed_by(known) == counted


def test_keys_count_by_what_they_are_not_by_the_object() -> None:
    again = VerificationKey.of(A.private_key.public_key())
    assert again is not A.public_key
    assert len(message_of(entry(A)).signed_by([A.public_key, again])) == 1


def test_keys_that_share_a_key_id_are_told_apart() -> None:
    # 64 bits can be made to collide: both keys are tried, and only the one that signed counts.
    twin = replace(B.public_key, thumbprint=A.public_key.key_id + B.public_key.thumbprint[8:])
    assert twin.key_id == A.public_key.key_id
    assert message_of(entry(A)).signed_by([twin, A.public_key]) == set(keys(A))
    both = message_of(entry(A), entry(B, header=signer_header(A)))
    assert both.signed_by([twin, A.public_key]) == {twin, A.public_key}


def test_keys_may_come_from_a_generator() -> None:
    assert len(message_of(entry(A), entry(B)).signed_by(key for key in keys(A, B))) == 2


# --- tags and types ---

GOOD = sign.sign(BODY, PAYLOAD, signers=[A, B])
STRING = raw_cbor.string


def _signature(*members: bytes) -> bytes:
    return raw_cbor.array(*members)


RIGHT = [STRING(signer_header(A)), b"\xa0", STRING(entry(A)[1])]
MEMBERS = [STRING(BODY), b"\xa0", STRING(PAYLOAD), raw_cbor.array(_signature(*RIGHT))]


def _message(*members: bytes) -> bytes:
    return raw_cbor.tagged(98, raw_cbor.array(*members))


def _with(index: int, member: bytes) -> bytes:
    return _message(*(member if at == index else old for at, old in enumerate(MEMBERS)))


def _with_signature(index: int, member: bytes) -> bytes:
    members = [member if at == index else old for at, old in enumerate(RIGHT)]
    return _with(3, raw_cbor.array(_signature(*members)))


def test_the_message_that_the_next_tests_change_is_right() -> None:
    assert sign.from_bytes(_message(*MEMBERS)).signed_by(keys(A)) == set(keys(A))


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"", id="no tag"),
        pytest.param(b"\xd2", id="COSE_Sign1"),
        pytest.param(raw_cbor.head(6, 97), id="COSE_Mac"),
        pytest.param(raw_cbor.head(6, 96), id="COSE_Encrypt"),
        pytest.param(raw_cbor.head(6, 61), id="CWT"),
        pytest.param(raw_cbor.head(6, 61) + b"\xd8\x62", id="CWT around COSE_Sign"),
        pytest.param(raw_cbor.head(6, 55799) + b"\xd8\x62", id="self-described CBOR around it"),
        pytest.param(b"\xd8\x62\xd8\x62", id="tag twice"),
        pytest.param(b"\xd9\x00\x62", id="tag in a wider head"),
        pytest.param(b"\xd8\x63", id="next tag"),
    ],
)
def test_a_message_begins_with_its_tag(start: bytes) -> None:
    with pytest.raises(CoseError):
        sign.from_bytes(start + GOOD[2:])


WRONG_MESSAGES: dict[str, bytes] = {
    "nothing": b"",
    "tag alone": b"\xd8\x62",
    "map": raw_cbor.tagged(98, b"\xa0"),
    "three members": _message(*MEMBERS[:3]),
    "five members": _message(*MEMBERS, b"\x40"),
    "members of a COSE_Sign1": _with(3, RIGHT[2]),
    "trailing byte": GOOD + b"\0",
    "cut short": GOOD[:-1],
    "wide head of the array": b"\xd8\x62\x98\x04" + b"".join(MEMBERS),
    "array of indefinite length": b"\xd8\x62\x9f" + b"".join(MEMBERS) + b"\xff",
    "body header null": _with(0, b"\xf6"),
    "body header as map": _with(0, BODY),
    "body header empty": _with(0, b"\x40"),
    "alg in the body": _with(0, STRING(raw_cbor.deterministic({1: -9, 15: {6: 7}, 16: TYP}))),
    "unprotected body null": _with(1, b"\xf6"),
    "typ in the unprotected body": _with(1, raw_cbor.deterministic({16: TYP})),
    "payload detached": _with(2, b"\xf6"),
    "payload as text": _with(2, raw_cbor.deterministic("x")),
    "payload as map": _with(2, PAYLOAD),
    "no signatures": _with(3, b"\x80"),
    "signatures null": _with(3, b"\xf6"),
    "signatures a map": _with(3, b"\xa0"),
    "signatures as bytes": _with(3, STRING(raw_cbor.array(_signature(*RIGHT)))),
    "one signature without its array": _with(3, _signature(*RIGHT)),
    "signature null": _with(3, raw_cbor.array(b"\xf6")),
    "signature a map": _with(3, raw_cbor.array(b"\xa0")),
    "signature as bytes": _with(3, raw_cbor.array(RIGHT[2])),
    "signature of two members": _with(3, raw_cbor.array(_signature(*RIGHT[:2]))),
    "signature of four members": _with(3, raw_cbor.array(_signature(*RIGHT, b"\x40"))),
    "signature of no members": _with(3, raw_cbor.array(b"\x80")),
    "a wrong signature after a right one": _with(3, raw_cbor.array(_signature(*RIGHT), b"\x80")),
    "signer header null": _with_signature(0, b"\xf6"),
    "signer header as map": _with_signature(0, signer_header(A)),
    "signer header empty": _with_signature(0, b"\x40"),
    "signer alg unprotected": _message(
        *MEMBERS[:3],
        raw_cbor.array(
            _signature(
                STRING(raw_cbor.deterministic({4: A.public_key.key_id})), raw_cbor.deterministic({1: -9}), RIGHT[2]
            )
        ),
    ),
    "signer unprotected null": _with_signature(1, b"\xf6"),
    "signer kid in both": _with_signature(1, raw_cbor.deterministic({4: A.public_key.key_id})),
    "counter signature": _with_signature(1, raw_cbor.deterministic({11: b""})),
    "signature bytes null": _with_signature(2, b"\xf6"),
    "signature bytes as text": _with_signature(2, raw_cbor.deterministic("x" * 64)),
    "signature bytes a list": _with_signature(2, b"\x80"),
}


@pytest.mark.parametrize("message", WRONG_MESSAGES.values(), ids=WRONG_MESSAGES)
def test_other_bytes_are_no_message(message: bytes) -> None:
    with pytest.raises((CoseError, CborError)):
        sign.from_bytes(message)


@pytest.mark.parametrize("limit", [1, 2, DEFAULT_LIMITS.signatures])
def test_signatures_are_bounded(limit: int) -> None:
    limits = Limits(signatures=limit)
    within = sign.to_bytes(BODY, PAYLOAD, [entry(A)] * limit)
    assert len(sign.from_bytes(within, limits=limits).signatures) == limit
    with pytest.raises(CoseError):
        sign.from_bytes(sign.to_bytes(BODY, PAYLOAD, [entry(A)] * (limit + 1)), limits=limits)


# --- what a signature does not cover it does not prove ---


@pytest.mark.parametrize("part", ["body", "payload", "signer header", "signature"])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0], ids=["first byte", "middle byte", "last byte"])
@pytest.mark.parametrize("bit", [0x01, 0x80])
@each_algorithm
def test_a_flipped_bit_is_noticed(algorithm: Algorithm, bit: int, place: float, part: str) -> None:
    header, signature = entry(signer(algorithm))
    whole = {"body": BODY, "payload": PAYLOAD, "signer header": header, "signature": signature}
    changed = bytearray(whole[part])
    changed[int(place * (len(changed) - 1))] ^= bit
    whole[part] = bytes(changed)
    encoded = sign.to_bytes(whole["body"], whole["payload"], [(whole["signer header"], whole["signature"])])
    try:
        message = sign.from_bytes(encoded)
    except DecodeError:
        assert part in {"body", "signer header"}
    else:
        assert message.signed_by(keys(signer(algorithm))) == set()


@pytest.mark.parametrize(
    "covered",
    [
        pytest.param(lambda _: cbor2.dumps(["Signature1", BODY, b"", PAYLOAD]), id="structure of COSE_Sign1"),
        pytest.param(lambda own: cbor2.dumps(["Signature1", own, b"", PAYLOAD]), id="the same with the own header"),
        pytest.param(lambda own: cbor2.dumps(["Signature1", BODY, own, b"", PAYLOAD]), id="context of COSE_Sign1"),
        pytest.param(lambda _: cbor2.dumps(["Signature", BODY, b"", PAYLOAD]), id="no signer header"),
        pytest.param(lambda own: cbor2.dumps(["Signature", own, BODY, b"", PAYLOAD]), id="headers the other way round"),
        pytest.param(lambda own: cbor2.dumps(["Signature", BODY, own, b"x", PAYLOAD]), id="other external data"),
        pytest.param(lambda own: cbor2.dumps(["CounterSignature", BODY, own, b"", PAYLOAD]), id="counter signature"),
        pytest.param(lambda _: PAYLOAD, id="payload alone"),
    ],
)
def test_a_signature_over_another_structure_is_no_signature(covered: Callable[[bytes], bytes]) -> None:
    header = signer_header(A)
    assert message_of((header, A.sign(covered(header)))).signed_by(keys(A)) == set()


def test_a_wrong_signature_is_never_written() -> None:
    class Other:
        certificate = None
        public_key = B.public_key
        sign = staticmethod(A.sign)

    with pytest.raises(SignerError):
        sign.sign(BODY, PAYLOAD, signers=[A, Other()])


def test_as_many_may_sign_as_readers_take() -> None:
    message = sign.sign(BODY, PAYLOAD, signers=[A] * DEFAULT_LIMITS.signatures)
    assert len(sign.from_bytes(message).signatures) == DEFAULT_LIMITS.signatures


@pytest.mark.parametrize("number", [0, DEFAULT_LIMITS.signatures + 1], ids=["none", "too many"])
def test_no_message_is_written_that_no_reader_takes(number: int) -> None:
    with pytest.raises(SignerError, match=f"{number} signers"):
        sign.sign(BODY, PAYLOAD, signers=[A] * number)
