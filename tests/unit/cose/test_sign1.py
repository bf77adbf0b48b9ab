"""COSE_Sign1: one message, one form, and a signature over what was received."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cbor2
import pytest

from certmark.cose import sign1
from certmark.cose.algorithms import SIGNING_ALGORITHMS, Algorithm
from certmark.cose.headers import sign1_header
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN, Profile
from certmark.cose.signer import KeySigner
from certmark.errors import CborError, CoseError, DecodeError, SignerError
from certmark.limits import Limits
from tests import raw_cbor
from tests.keys import ALGORITHM_IDS, ALGORITHMS, private_key, seal_certificate, signer

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
TYP = "application/vnd.certmark.certificate+cwt"
PAYLOAD = b"\xa1\x01\x61x"
PARTS = ("protected", "payload", "signature")


def sealed(key: KeySigner, payload: bytes = PAYLOAD) -> bytes:
    return sign1.sign1(sign1_header(key, typ=TYP, issued_at=7), payload, signer=key)


def parts(message: bytes) -> list[Any]:
    """Members of a tagged message."""
    return list(cbor2.loads(message).value)


def message_of(*members: bytes, tag: int | None = 18) -> bytes:
    """Message of encoded members."""
    inner = raw_cbor.array(*members)
    return inner if tag is None else raw_cbor.tagged(tag, inner)


GOOD = sealed(signer())
PROTECTED, _, _, SIGNATURE = parts(GOOD)
MEMBERS = [raw_cbor.string(PROTECTED), b"\xa0", raw_cbor.string(PAYLOAD), raw_cbor.string(SIGNATURE)]


def _with(index: int, member: bytes) -> bytes:
    return message_of(*(member if at == index else old for at, old in enumerate(MEMBERS)))


# --- round trip ---


@each_algorithm
def test_what_one_signs_the_other_reads(algorithm: Algorithm) -> None:
    key = signer(algorithm)
    message = sign1.from_bytes(sealed(key), profile=CERTMARK_1)
    assert message.headers.alg == algorithm
    assert message.headers.key_id == key.public_key.key_id
    assert message.headers.issued_at == 7
    assert message.headers.typ == TYP
    assert message.payload == PAYLOAD
    assert message.is_signed_by(key.public_key)
    assert not message.is_signed_by(signer(algorithm, 2).public_key)


@pytest.mark.parametrize("profile", [CERTMARK_1, STATUS_TOKEN], ids=["certmark-1", "status-token"])
def test_a_header_may_be_as_large_as_the_limit_and_no_larger(profile: Profile) -> None:
    size = len(PROTECTED)
    assert sign1.from_bytes(GOOD, profile=profile, limits=Limits(header=size)).payload == PAYLOAD
    with pytest.raises(CoseError, match=f"more than {size - 1}"):
        sign1.from_bytes(GOOD, profile=profile, limits=Limits(header=size - 1))


@pytest.mark.parametrize("profile", [CERTMARK_1, STATUS_TOKEN], ids=["certmark-1", "status-token"])
def test_the_type_is_asked_about(profile: Profile) -> None:
    seen: list[object] = []
    sign1.from_bytes(GOOD, profile=profile, check_typ=seen.append)
    assert seen == [TYP]


@each_algorithm
def test_a_parsed_message_is_written_as_it_was(algorithm: Algorithm) -> None:
    encoded = sealed(signer(algorithm))
    message = sign1.from_bytes(encoded, profile=CERTMARK_1)
    assert sign1.to_bytes(message.headers.raw, message.payload, message.signature) == encoded


def test_a_message_by_seal_certificate() -> None:
    key = KeySigner.of(private_key(Algorithm.ESP256), certificate=seal_certificate(private_key(Algorithm.ESP256)))
    message = sign1.from_bytes(sealed(key), profile=CERTMARK_1)
    assert message.headers.key_id is not None
    assert len(message.headers.key_id) == 32
    assert message.is_signed_by(key.public_key)


def test_the_message_is_the_tagged_array_of_the_rfc() -> None:
    """RFC 9052, section 4.2."""
    tag = cbor2.loads(GOOD)
    assert tag.tag == 18
    assert list(tag.value) == [PROTECTED, {}, PAYLOAD, SIGNATURE]
    assert GOOD[0] == 0xD2
    assert message_of(*MEMBERS) == GOOD


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 65535, 65536])
def test_the_signed_structure_is_that_of_the_rfc(size: int) -> None:
    """RFC 9052, section 4.4."""
    protected, payload = b"\xa1\x01\x28" * (size // 3), b"\x5a" * size
    assert sign1.sig_structure(protected, payload) == cbor2.dumps(["Signature1", protected, b"", payload])


def test_the_signature_covers_the_received_bytes() -> None:
    message = sign1.from_bytes(GOOD, profile=CERTMARK_1)
    assert message.to_be_signed() == cbor2.dumps(["Signature1", PROTECTED, b"", PAYLOAD])


def test_a_header_that_another_order_wrote_is_checked_as_received() -> None:
    # Re-encoding it would give other bytes, and the signature of the third party would fail.
    key = signer()
    protected = bytes.fromhex("a210") + raw_cbor.deterministic(TYP) + bytes.fromhex("0128")
    encoded = sign1.sign1(protected, PAYLOAD, signer=key)
    message = sign1.from_bytes(encoded, profile=STATUS_TOKEN)
    assert message.headers.raw == protected
    assert message.is_signed_by(key.public_key)
    with pytest.raises(CborError):
        sign1.from_bytes(encoded, profile=CERTMARK_1)


@pytest.mark.parametrize("algorithm", ALGORITHMS[:3], ids=ALGORITHM_IDS[:3])
def test_the_same_content_gives_the_same_bytes(algorithm: Algorithm) -> None:
    assert sealed(signer(algorithm)) == sealed(signer(algorithm))


# --- tags and types ---


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"", id="no tag"),
        pytest.param(raw_cbor.head(6, 98), id="COSE_Sign"),
        pytest.param(raw_cbor.head(6, 97), id="COSE_Mac"),
        pytest.param(raw_cbor.head(6, 17), id="COSE_Mac0"),
        pytest.param(raw_cbor.head(6, 16), id="COSE_Encrypt0"),
        pytest.param(raw_cbor.head(6, 96), id="COSE_Encrypt"),
        pytest.param(raw_cbor.head(6, 61), id="CWT"),
        pytest.param(raw_cbor.head(6, 61) + b"\xd2", id="CWT around COSE_Sign1"),
        pytest.param(raw_cbor.head(6, 55799) + b"\xd2", id="self-described CBOR around it"),
        pytest.param(b"\xd2\xd2", id="tag twice"),
        pytest.param(b"\xd8\x12", id="tag in a wider head"),
        pytest.param(b"\xd9\x00\x12", id="tag in a still wider head"),
        pytest.param(raw_cbor.head(6, 19), id="next tag"),
        pytest.param(b"\x00", id="a byte before"),
        pytest.param(b"\n\xd2", id="a line feed before"),
    ],
)
@pytest.mark.parametrize("profile", [CERTMARK_1, STATUS_TOKEN], ids=lambda profile: profile.name)
def test_a_message_begins_with_its_tag(profile: Any, start: bytes) -> None:
    assert sign1.from_bytes(b"\xd2" + GOOD[1:], profile=profile)
    with pytest.raises(DecodeError):
        sign1.from_bytes(start + GOOD[1:], profile=profile)


STRING = raw_cbor.string
WRONG_MESSAGES: dict[str, bytes] = {
    "nothing": b"",
    "tag alone": b"\xd2",
    "null": b"\xd2\xf6",
    "map": raw_cbor.tagged(18, raw_cbor.mapping(*[(raw_cbor.head(0, at), item) for at, item in enumerate(MEMBERS)])),
    "bytes that hold the array": raw_cbor.tagged(18, STRING(raw_cbor.array(*MEMBERS))),
    "array in an array": raw_cbor.tagged(18, raw_cbor.array(raw_cbor.array(*MEMBERS))),
    "three members": message_of(*MEMBERS[:3]),
    "five members": message_of(*MEMBERS, b"\x40"),
    "no members": message_of(),
    "trailing byte": GOOD + b"\0",
    "trailing break": GOOD + b"\xff",
    "the message twice": GOOD * 2,
    "cut short": GOOD[:-1],
    "array of indefinite length": b"\xd2\x9f" + b"".join(MEMBERS) + b"\xff",
    "protected null": _with(0, b"\xf6"),
    "protected as map": _with(0, PROTECTED),
    "protected as text": _with(0, raw_cbor.deterministic("x")),
    "protected empty": _with(0, b"\x40"),
    "protected empty map": _with(0, b"\x41\xa0"),
    "protected of indefinite length": _with(0, b"\x5f" + STRING(PROTECTED) + b"\xff"),
    "protected tagged as embedded CBOR": _with(0, raw_cbor.tagged(24, STRING(PROTECTED))),
    "unprotected null": _with(1, b"\xf6"),
    "unprotected list": _with(1, b"\x80"),
    "unprotected as bytes": _with(1, b"\x41\xa0"),
    "unprotected of indefinite length": _with(1, b"\xbf\xff"),
    "payload detached": _with(2, b"\xf6"),
    "payload as text": _with(2, raw_cbor.deterministic("x")),
    "payload as map": _with(2, PAYLOAD),
    "payload a list": _with(2, b"\x80"),
    "payload true": _with(2, b"\xf5"),
    "payload of indefinite length": _with(2, b"\x5f" + STRING(PAYLOAD) + b"\xff"),
    "payload of huge length": _with(2, b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff"),
    "payload tagged": _with(2, raw_cbor.tagged(24, STRING(PAYLOAD))),
    "signature null": _with(3, b"\xf6"),
    "signature as text": _with(3, raw_cbor.deterministic("x" * 64)),
    "signature a list": _with(3, raw_cbor.array(STRING(SIGNATURE))),
    "signature a bignum": _with(3, raw_cbor.tagged(2, STRING(SIGNATURE))),
    "signature of a COSE_Sign": _with(
        3, raw_cbor.array(raw_cbor.array(STRING(b"\xa1\x01\x28"), b"\xa0", STRING(SIGNATURE)))
    ),
}


@pytest.mark.parametrize("message", WRONG_MESSAGES.values(), ids=WRONG_MESSAGES)
@pytest.mark.parametrize("profile", [CERTMARK_1, STATUS_TOKEN], ids=lambda profile: profile.name)
def test_other_bytes_are_no_message(profile: Any, message: bytes) -> None:
    with pytest.raises((CoseError, CborError)):
        sign1.from_bytes(message, profile=profile)


LIBERAL_MESSAGES: dict[str, bytes] = {
    "wide head of the array": b"\xd2\x98\x04" + b"".join(MEMBERS),
    "wide head of the protected header": _with(0, raw_cbor.head(2, len(PROTECTED), size=4) + PROTECTED),
    "wide head of the unprotected header": _with(1, b"\xb8\x00"),
    "wide head of the payload": _with(2, raw_cbor.head(2, len(PAYLOAD), size=1) + PAYLOAD),
    "wide head of the signature": _with(3, raw_cbor.head(2, len(SIGNATURE), size=8) + SIGNATURE),
    "x5u unprotected": _with(1, raw_cbor.deterministic({35: "https://a.example"})),
}


@pytest.mark.parametrize("message", LIBERAL_MESSAGES.values(), ids=LIBERAL_MESSAGES)
def test_only_status_tokens_may_be_encoded_otherwise(message: bytes) -> None:
    assert sign1.from_bytes(message, profile=STATUS_TOKEN).is_signed_by(signer().public_key)
    with pytest.raises(DecodeError):
        sign1.from_bytes(message, profile=CERTMARK_1)


# --- what a signature does not cover it does not prove ---


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0], ids=["first byte", "middle byte", "last byte"])
@pytest.mark.parametrize("bit", [0x01, 0x10, 0x80])
@each_algorithm
def test_a_flipped_bit_is_noticed(algorithm: Algorithm, bit: int, place: float, part: str) -> None:
    key = signer(algorithm)
    protected, _, payload, signature = parts(sealed(key))
    whole = {"protected": protected, "payload": payload, "signature": signature}
    changed = bytearray(whole[part])
    changed[int(place * (len(changed) - 1))] ^= bit
    whole[part] = bytes(changed)
    try:
        message = sign1.from_bytes(sign1.to_bytes(**whole), profile=CERTMARK_1)
    except DecodeError:
        assert part == "protected"
    else:
        assert not message.is_signed_by(key.public_key)


@pytest.mark.parametrize("stated", list(Algorithm), ids=lambda algorithm: algorithm.name)
@each_algorithm
def test_a_signature_does_not_move_to_another_algorithm(algorithm: Algorithm, stated: Algorithm) -> None:
    key = signer(algorithm)
    protected, _, payload, signature = parts(sealed(key))
    swapped = raw_cbor.deterministic({**cbor2.loads(protected), 1: int(stated)})
    message = sign1.from_bytes(sign1.to_bytes(swapped, payload, signature), profile=CERTMARK_1)
    assert message.is_signed_by(key.public_key) == (stated is algorithm)


@pytest.mark.parametrize("stated", list(Algorithm), ids=lambda algorithm: algorithm.name)
@each_algorithm
def test_a_key_signs_under_its_own_algorithm_only(algorithm: Algorithm, stated: Algorithm) -> None:
    # Here the header was signed with the wrong number in it: the signature itself is right.
    key = signer(algorithm)
    protected = raw_cbor.deterministic({1: int(stated), 4: key.public_key.key_id, 15: {6: 7}, 16: TYP})
    message = sign1.from_bytes(sign1.sign1(protected, PAYLOAD, signer=key), profile=CERTMARK_1)
    own = {algorithm, {Algorithm.ESP256: -7, Algorithm.ESP384: -35}.get(algorithm)}
    assert message.is_signed_by(key.public_key) == (stated in own)


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ES384], ids=lambda algorithm: algorithm.name)
def test_a_polymorphic_algorithm_is_outside_the_strict_profile(algorithm: Algorithm) -> None:
    # The message parses, so that a verifier can say "algorithm not allowed" and not just "malformed".
    protected = raw_cbor.deterministic({1: int(algorithm), 4: bytes(8), 15: {6: 7}, 16: TYP})
    message = sign1.from_bytes(sign1.to_bytes(protected, PAYLOAD, SIGNATURE), profile=CERTMARK_1)
    assert message.headers.alg not in CERTMARK_1.algorithms
    assert message.headers.alg in STATUS_TOKEN.algorithms


@pytest.mark.parametrize("alg", [-8, -36, -47, -257, -65535, 0, 5, 1 << 40])
def test_a_signature_under_an_unknown_algorithm_is_nobodys(alg: int) -> None:
    protected = raw_cbor.deterministic({1: alg, 4: signer().public_key.key_id, 15: {6: 7}, 16: TYP})
    message = sign1.from_bytes(sign1.sign1(protected, PAYLOAD, signer=signer()), profile=CERTMARK_1)
    assert not any(message.is_signed_by(signer(algorithm).public_key) for algorithm in SIGNING_ALGORITHMS)


@pytest.mark.parametrize(
    "covered",
    [
        pytest.param(lambda p, b: cbor2.dumps(["Signature", p, b"", b]), id="context of COSE_Sign"),
        pytest.param(lambda p, b: cbor2.dumps(["Signature", p, b"", b"", b]), id="structure of COSE_Sign"),
        pytest.param(lambda p, b: cbor2.dumps(["MAC0", p, b"", b]), id="context of COSE_Mac0"),
        pytest.param(lambda p, b: cbor2.dumps(["Signature1", p, b]), id="no external data member"),
        pytest.param(lambda p, b: cbor2.dumps(["Signature1", p, b"x", b]), id="other external data"),
        pytest.param(lambda _, b: cbor2.dumps(["Signature1", b"", b"", b]), id="no header"),
        pytest.param(lambda _, b: cbor2.dumps(["Signature1", b"\xa0", b"", b]), id="empty header"),
        pytest.param(lambda p, _: cbor2.dumps(["Signature1", p, b"", b""]), id="no payload"),
        pytest.param(lambda p, b: cbor2.dumps(["Signature1", b, b"", p]), id="payload before header"),
        pytest.param(lambda _, b: b, id="payload alone"),
        pytest.param(lambda p, b: raw_cbor.tagged(18, cbor2.dumps(["Signature1", p, b"", b])), id="tagged"),
    ],
)
@each_algorithm
def test_a_signature_over_another_structure_is_no_signature(
    algorithm: Algorithm, covered: Callable[[bytes, bytes], bytes]
) -> None:
    key = signer(algorithm)
    header = sign1_header(key, typ=TYP, issued_at=7)
    signature = key.sign(covered(header, PAYLOAD))
    message = sign1.from_bytes(sign1.to_bytes(header, PAYLOAD, signature), profile=CERTMARK_1)
    assert not message.is_signed_by(key.public_key)


def test_a_boundary_moved_between_header_and_payload_is_noticed() -> None:
    key = signer()
    protected, _, payload, signature = parts(sealed(key))
    for cut in (1, 2):
        moved = sign1.sig_structure(protected + payload[:cut], payload[cut:])
        assert not key.public_key.verifies(signature, moved, algorithm=-9)


@pytest.mark.parametrize("width", [0, 1, 63, 65, 96, 128])
def test_a_signature_of_another_width_is_read_and_never_valid(width: int) -> None:
    message = sign1.from_bytes(sign1.to_bytes(PROTECTED, PAYLOAD, (SIGNATURE * 2)[:width]), profile=CERTMARK_1)
    assert not message.is_signed_by(signer().public_key)


def test_a_header_without_algorithm_is_nobodys() -> None:
    message = sign1.from_bytes(GOOD, profile=CERTMARK_1)
    assert not message._replace(headers=message.headers._replace(alg=None)).is_signed_by(signer().public_key)


def test_a_wrong_signature_is_never_written() -> None:
    class Other:
        certificate = None
        public_key = signer(Algorithm.ESP256, 1).public_key

        def sign(self, to_be_signed: bytes) -> bytes:
            return signer(Algorithm.ESP256, 2).sign(to_be_signed)

    with pytest.raises(SignerError):
        sign1.sign1(PROTECTED, PAYLOAD, signer=Other())


# --- a payload that is elsewhere ---

DETACHED_HEADER = sign1_header(signer(), typ=TYP, issued_at=7, issuer="NL-RDI")
DETACHED_SIGNATURE = signer().sign(sign1.sig_structure(DETACHED_HEADER, PAYLOAD))
DETACHED = sign1.to_bytes(DETACHED_HEADER, None, DETACHED_SIGNATURE)
DETACHED_MEMBERS = [raw_cbor.string(DETACHED_HEADER), b"\xa0", b"\xf6", raw_cbor.string(DETACHED_SIGNATURE)]


def detached(message: bytes, payload: bytes = PAYLOAD, **options: Any) -> sign1.Sign1:
    return sign1.from_bytes(message, profile=CERTMARK_1, detached=payload, **options)


def test_a_detached_payload_is_signed_and_not_carried() -> None:
    assert parts(DETACHED)[2] is None
    message = detached(DETACHED)
    assert message.is_signed_by(signer().public_key)
    assert message.to_be_signed() == sign1.sig_structure(DETACHED_HEADER, PAYLOAD)
    assert not detached(DETACHED, PAYLOAD + b"\0").is_signed_by(signer().public_key)


def test_a_message_without_payload_is_none_that_carries_one() -> None:
    with pytest.raises((CoseError, CborError)):
        sign1.from_bytes(DETACHED, profile=CERTMARK_1)


@pytest.mark.parametrize(
    ("index", "member"),
    [
        pytest.param(0, b"\xa0", id="header-as-a-map"),
        pytest.param(0, raw_cbor.string(PROTECTED), id="header-that-does-not-say-who-signs"),
        pytest.param(1, b"\xa1\x04\x48" + bytes(8), id="unprotected-header"),
        pytest.param(1, b"\x40", id="unprotected-header-as-bytes"),
        pytest.param(1, b"\xbf\xff", id="unprotected-header-of-no-length"),
        pytest.param(2, b"\x40", id="empty-payload"),
        pytest.param(2, raw_cbor.string(PAYLOAD), id="payload"),
        pytest.param(2, b"\xf7", id="undefined"),
        pytest.param(2, b"", id="no-payload"),
        pytest.param(3, b"\x60", id="signature-as-text"),
        pytest.param(3, b"\x58\x01\x00", id="signature-with-a-long-head"),
        pytest.param(3, b"", id="no-signature"),
    ],
)
def test_a_detached_message_has_one_form(index: int, member: bytes) -> None:
    assert message_of(*DETACHED_MEMBERS) == DETACHED
    changed = message_of(*(member if at == index else old for at, old in enumerate(DETACHED_MEMBERS)))
    with pytest.raises(DecodeError):
        detached(changed)


@pytest.mark.parametrize("message", [DETACHED[1:], DETACHED + b"\0", b"\xd2\x83" + DETACHED[2:], b""])
def test_it_is_one_whole_tagged_message(message: bytes) -> None:
    with pytest.raises(DecodeError):
        detached(message)


def test_its_typ_is_judged_before_the_rest_of_its_header() -> None:
    header = raw_cbor.deterministic({16: "another", 99: 1})
    message = message_of(raw_cbor.string(header), b"\xa0", b"\xf6", b"\x40")

    def refuse(typ: object) -> None:
        raise CoseError(f"typ {typ}")

    with pytest.raises(CoseError, match="typ another"):
        detached(message, check_typ=refuse)


def test_its_headers_are_bounded() -> None:
    with pytest.raises(CoseError, match="a header has"):
        detached(DETACHED, limits=Limits(header=len(DETACHED_HEADER) - 1))
    assert detached(DETACHED, limits=Limits(header=len(DETACHED_HEADER)))
