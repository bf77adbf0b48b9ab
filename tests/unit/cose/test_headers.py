"""Header parameters: each shape exactly, and every parameter in its place."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import (
    Headers,
    body_header,
    read_body_header,
    read_sign1_header,
    read_signer_header,
    sign1_header,
    signer_header,
)
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.cose.signer import KeySigner
from certmark.errors import CborError, CoseError, DecodeError, SignerError
from tests import raw_cbor
from tests.keys import ALGORITHM_IDS, ALGORITHMS, private_key, seal_certificate, signer

TYP = "application/vnd.certmark.certificate+cwt"
KID = bytes(range(8))
DIGEST = bytes(range(32))
NONE: dict[Any, Any] = {}
ABSENT = object()

SIGN1 = {1: -9, 4: KID, 15: {6: 1_700_000_000}, 16: TYP}
SIGN1_X5T = {1: -9, 34: [-16, DIGEST], 15: {6: 1_700_000_000}, 16: TYP}
BODY = {15: {6: 1_700_000_000}, 16: TYP}
SIGNER = {1: -9, 4: KID}


def changed(header: dict[Any, Any], changes: dict[Any, Any]) -> bytes:
    merged = {**header, **changes}
    return raw_cbor.deterministic({label: value for label, value in merged.items() if value is not ABSENT})


def raw(*parts: str) -> bytes:
    return bytes.fromhex("".join(parts))


# --- what is written is what is read ---


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
def test_the_header_of_a_sign1_by_key_id(algorithm: Algorithm) -> None:
    key = signer(algorithm)
    header = sign1_header(key, typ=TYP, issued_at=7)
    assert header == raw_cbor.deterministic({1: int(algorithm), 4: key.public_key.key_id, 15: {6: 7}, 16: TYP})
    read = read_sign1_header(header, NONE, profile=CERTMARK_1)
    assert read == Headers(header, algorithm, key.public_key.key_id, 7, TYP)


@pytest.mark.parametrize("alg", [-1, -24, -25, -256, -257, 0, 5])
@pytest.mark.parametrize("iat", [0, 23, 65_535, 65_536, (1 << 32) - 1, 1 << 32])
@pytest.mark.parametrize("typ", ["t", "t" * 23, "t" * 24, TYP, "t" * 255, "t" * 256, "té" * 12])
def test_a_header_reads_alike_whatever_the_sizes_of_its_numbers_and_texts(alg: int, iat: int, typ: str) -> None:
    header = changed(SIGN1, {1: alg, 15: {6: iat}, 16: typ})
    assert read_sign1_header(header, NONE, profile=CERTMARK_1) == Headers(header, alg, KID, iat, typ)


@pytest.mark.parametrize(
    "wider",
    [
        pytest.param(raw("a4 0128 0448", KID.hex(), "0fa1061a0000ffff 107818", "74" * 24), id="iat-in-four-bytes"),
        pytest.param(raw("a4 013817 0448", KID.hex(), "0fa1061a65920080 107818", "74" * 24), id="alg-in-two-bytes"),
        pytest.param(raw("a4 0128 0448", KID.hex(), "0fa1061a65920080 107817", "74" * 23), id="typ-with-long-head"),
        pytest.param(raw("a4 0128 0448", KID.hex(), "0fa1061a65920080 107819", "74" * 24), id="typ-too-short"),
        pytest.param(raw("a4 0128 0448", KID.hex(), "0fa1061a65920080 107818", "74" * 25), id="bytes-behind"),
        pytest.param(raw("a4 0128 0448", KID.hex(), "0fa1061a65920080 107818", "74" * 23, "0a"), id="newline-at-end"),
    ],
)
def test_a_header_that_nearly_has_the_usual_shape_is_refused_or_read_strictly(wider: bytes) -> None:
    try:
        read = read_sign1_header(wider, NONE, profile=CERTMARK_1)
    except DecodeError:
        return
    assert wider == changed(SIGN1, {1: read.alg, 15: {6: read.issued_at}, 16: read.typ})


def test_the_header_of_a_sign1_by_seal_certificate() -> None:
    certificate = seal_certificate(private_key(Algorithm.ESP256))
    header = sign1_header(KeySigner.of(private_key(Algorithm.ESP256), certificate=certificate), typ=TYP, issued_at=7)
    digest = sha256(certificate).digest()
    assert header == raw_cbor.deterministic({1: -9, 34: [-16, digest], 15: {6: 7}, 16: TYP})
    assert read_sign1_header(header, NONE, profile=CERTMARK_1) == Headers(header, -9, digest, 7, TYP)


def test_a_signer_does_not_name_the_certificate_of_another_key() -> None:
    class Mistaken:
        certificate = seal_certificate(private_key(Algorithm.ESP256, 2))
        public_key = signer(Algorithm.ESP256, 1).public_key
        sign = staticmethod(signer(Algorithm.ESP256, 1).sign)

    with pytest.raises(SignerError, match="another key"):
        sign1_header(Mistaken(), typ=TYP, issued_at=7)


def test_the_header_of_a_sign1_whose_payload_carries_iat() -> None:
    header = sign1_header(signer(), typ=TYP, issued_at=None)
    assert header == raw_cbor.deterministic({1: -9, 4: signer().public_key.key_id, 16: TYP})
    read = read_sign1_header(header, NONE, profile=STATUS_TOKEN)
    assert read == Headers(header, -9, signer().public_key.key_id, None, TYP)


def test_the_header_of_a_body() -> None:
    header = body_header(typ=TYP, issued_at=7)
    assert header == raw_cbor.deterministic({15: {6: 7}, 16: TYP})
    assert read_body_header(header, NONE) == Headers(header, None, None, 7, TYP)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
def test_the_header_of_a_signer(algorithm: Algorithm) -> None:
    key_id = signer(algorithm).public_key.key_id
    header = signer_header(signer(algorithm))
    assert header == raw_cbor.deterministic({1: int(algorithm), 4: key_id})
    assert read_signer_header(header, NONE) == Headers(header, algorithm, key_id, None, None)


def test_a_signer_of_a_list_is_named_by_key_id_even_with_a_seal_certificate() -> None:
    certificate = seal_certificate(private_key(Algorithm.ESP256))
    sealed = KeySigner.of(private_key(Algorithm.ESP256), certificate=certificate)
    assert signer_header(sealed) == signer_header(signer(Algorithm.ESP256))


def test_the_two_spellings_of_the_key_both_pass() -> None:
    # What follows changes one thing at a time in these: they must be right themselves.
    assert read_sign1_header(changed(SIGN1, {}), NONE, profile=CERTMARK_1).key_id == KID
    assert read_sign1_header(changed(SIGN1_X5T, {}), NONE, profile=CERTMARK_1).key_id == DIGEST
    assert read_body_header(changed(BODY, {}), NONE).issued_at == 1_700_000_000
    assert read_signer_header(changed(SIGNER, {}), NONE).key_id == KID


@pytest.mark.parametrize("iat", [0, 1, 253402300799])
def test_the_borders_of_iat_pass(iat: int) -> None:
    assert read_body_header(changed(BODY, {15: {6: iat}}), NONE).issued_at == iat


def test_an_algorithm_that_nobody_knows_is_read_and_judged_later() -> None:
    assert read_sign1_header(changed(SIGN1, {1: -65000}), NONE, profile=CERTMARK_1).alg == -65000


# --- the strict form ---

WRONG_ALG: dict[str, Any] = {
    "no alg": ABSENT,
    "alg as text": "ESP256",
    "alg null": None,
    "alg true": True,
    "alg as bytes": b"\x28",
    "alg in a list": [-9],
}
WRONG_KID: dict[str, Any] = {
    "no kid": ABSENT,
    "kid of 7 bytes": KID[:7],
    "kid of 9 bytes": KID + b"\0",
    "kid empty": b"",
    "kid is the whole thumbprint": DIGEST,
    "kid as text": "01234567",
    "kid as number": 1,
    "kid null": None,
    "kid in a list": [KID],
}
WRONG_IAT: dict[str, Any] = {
    "no CWT Claims": ABSENT,
    "CWT Claims empty": {},
    "CWT Claims null": None,
    "CWT Claims a list": [6, 7],
    "CWT Claims a number": 7,
    "CWT Claims as bytes": raw_cbor.deterministic({6: 7}),
    "iat under another claim": {5: 7},
    "iat negative": {6: -1},
    "iat after 9999": {6: 253402300800},
    "iat 2^64-1": {6: (1 << 64) - 1},
    "iat true": {6: True},
    "iat null": {6: None},
    "iat as text": {6: "7"},
    "iat in a list": {6: [7]},
    "iss beside iat": {6: 7, 1: "DE-3087"},
    "text claim beside iat": {6: 7, "x": 0},
    "iat as text key": {"6": 7},
}
WRONG_TYP: dict[str, Any] = {
    "no typ": ABSENT,
    "typ null": None,
    "typ as bytes": TYP.encode(),
    "typ true": True,
    "typ in a list": [TYP],
    "typ a map": {1: TYP},
}
WRONG_X5T: dict[str, Any] = {
    "no x5t": ABSENT,
    "digest alone": DIGEST,
    "x5t null": None,
    "x5t empty": [],
    "digest of 31 bytes": [-16, DIGEST[:31]],
    "digest of 33 bytes": [-16, DIGEST + b"\0"],
    "digest empty": [-16, b""],
    "digest as text": [-16, "x" * 32],
    "SHA-1": [-14, DIGEST[:20]],
    "SHA-1 with 32 bytes": [-14, DIGEST],
    "truncated SHA-256": [-15, DIGEST[:8]],
    "SHA-512": [-44, DIGEST * 2],
    "SHA-512/256": [-17, DIGEST],
    "algorithm as text": ["SHA-256", DIGEST],
    "algorithm true": [True, DIGEST],
    "digest before algorithm": [DIGEST, -16],
    "three members": [-16, DIGEST, 0],
    "one member": [-16],
    "a map": {-16: DIGEST},
    "two hashes": [[-16, DIGEST], [-16, DIGEST]],
}
EXTRA: dict[str, dict[Any, Any]] = {
    "critical parameter, unknown": {2: [99]},
    "critical parameter, known": {2: [1]},
    "crit empty": {2: []},
    "content type": {3: "application/cwt"},
    "IV": {5: b""},
    "counter signature": {11: b""},
    "x5chain": {33: b""},
    "x5u": {35: "https://a.example"},
    "private label": {-70000: 0},
    "text label": {"alg": -9},
    "unassigned label": {99: 0},
}


def _cases(label: int, wrong: dict[str, Any]) -> dict[str, dict[Any, Any]]:
    return {name: {label: value} for name, value in wrong.items()}


SIGN1_WRONG = {
    **_cases(1, WRONG_ALG),
    **_cases(4, WRONG_KID),
    **_cases(15, WRONG_IAT),
    **_cases(16, WRONG_TYP),
    **EXTRA,
    "kid and x5t": {34: [-16, DIGEST]},
}
BODY_WRONG = {
    **_cases(15, WRONG_IAT),
    **_cases(16, WRONG_TYP),
    **EXTRA,
    "alg in the body": {1: -9},
    "kid in the body": {4: KID},
    "x5t in the body": {34: [-16, DIGEST]},
}
SIGNER_WRONG = {
    **_cases(1, WRONG_ALG),
    **_cases(4, WRONG_KID),
    **EXTRA,
    "x5t instead of kid": {4: ABSENT, 34: [-16, DIGEST]},
    "x5t beside kid": {34: [-16, DIGEST]},
    "CWT Claims of a signer": {15: {6: 7}},
    "typ of a signer": {16: TYP},
}


@pytest.mark.parametrize("changes", SIGN1_WRONG.values(), ids=SIGN1_WRONG)
def test_a_sign1_header_by_key_id_is_exact(changes: dict[Any, Any]) -> None:
    with pytest.raises(CoseError):
        read_sign1_header(changed(SIGN1, changes), NONE, profile=CERTMARK_1)


@pytest.mark.parametrize("x5t", WRONG_X5T.values(), ids=WRONG_X5T)
def test_a_sign1_header_by_seal_certificate_is_exact(x5t: Any) -> None:
    with pytest.raises(CoseError):
        read_sign1_header(changed(SIGN1_X5T, {34: x5t}), NONE, profile=CERTMARK_1)


@pytest.mark.parametrize("changes", BODY_WRONG.values(), ids=BODY_WRONG)
def test_a_body_header_is_exact(changes: dict[Any, Any]) -> None:
    with pytest.raises(CoseError):
        read_body_header(changed(BODY, changes), NONE)


@pytest.mark.parametrize("changes", SIGNER_WRONG.values(), ids=SIGNER_WRONG)
def test_a_signer_header_is_exact(changes: dict[Any, Any]) -> None:
    with pytest.raises(CoseError):
        read_signer_header(changed(SIGNER, changes), NONE)


UNPROTECTED = {
    "alg": {1: -9},
    "kid": {4: KID},
    "another kid": {4: KID[::-1]},
    "x5t": {34: [-16, DIGEST]},
    "CWT Claims": {15: {6: 7}},
    "typ": {16: TYP},
    "crit": {2: [99]},
    "unknown parameter": {99: 0},
    "text label": {"": 0},
    "null": None,
    "list": [],
    "bytes of an empty map": b"\xa0",
    "no bytes": b"",
    "zero": 0,
    "false": False,
}


@pytest.mark.parametrize("unprotected", UNPROTECTED.values(), ids=UNPROTECTED)
def test_nothing_stands_in_the_unprotected_header(unprotected: object) -> None:
    with pytest.raises(CoseError):
        read_sign1_header(changed(SIGN1, {}), unprotected, profile=CERTMARK_1)
    with pytest.raises(CoseError):
        read_body_header(changed(BODY, {}), unprotected)
    with pytest.raises(CoseError):
        read_signer_header(changed(SIGNER, {}), unprotected)


@pytest.mark.parametrize("label", [1, 4, 15, 16])
def test_no_parameter_may_move_to_the_unprotected_header(label: int) -> None:
    # alg only unprotected is the classic: it would not be covered by the signature.
    with pytest.raises(CoseError):
        read_sign1_header(changed(SIGN1, {label: ABSENT}), {label: SIGN1[label]}, profile=CERTMARK_1)


PROTECTED: dict[str, Any] = {
    "null": None,
    "map without its byte string": SIGN1,
    "text": "x",
    "list": [],
    "number": 0,
    "no bytes": b"",
    "empty map": raw("a0"),
    "list inside": raw("8101"),
    "number inside": raw("01"),
    "bytes inside": raw("41a0"),
    "null inside": raw("f6"),
    "trailing byte": changed(SIGN1, {}) + b"\0",
    "cut short": changed(SIGN1, {})[:-1],
    "alg twice": raw("a20128", "0128"),
    "alg twice, once in a wider head": raw("a20128", "180128"),
    "wide head": raw("b804") + changed(SIGN1, {})[1:],
    "keys out of order": raw("a2", "0440", "0128"),
    "indefinite length": raw("bf", "0128", "ff"),
    "tagged": raw("d9d9f7") + changed(SIGN1, {}),
    "alg as a bignum": raw("a101c34108"),
    "alg as a float": raw("a101f9c880"),
}


@pytest.mark.parametrize("protected", PROTECTED.values(), ids=PROTECTED)
def test_the_protected_header_is_a_byte_string_of_one_deterministic_map(protected: object) -> None:
    with pytest.raises((CoseError, CborError)):
        read_sign1_header(protected, NONE, profile=CERTMARK_1)
    with pytest.raises((CoseError, CborError)):
        read_body_header(protected, NONE)
    with pytest.raises((CoseError, CborError)):
        read_signer_header(protected, NONE)


class Seen(Exception):  # noqa: N818 - no error: it stops the reading
    """What a check of typ saw."""


def _seen(typ: object) -> None:
    raise Seen(typ)


@pytest.mark.parametrize("profile", [CERTMARK_1, STATUS_TOKEN], ids=lambda profile: profile.name)
@pytest.mark.parametrize(
    ("typ", "changes"),
    [(TYP, {1: ABSENT}), (TYP, {4: ABSENT, 99: 0}), (279, {16: 279}), (None, {16: ABSENT}), ([1], {16: [1]})],
    ids=["no alg", "other parameters", "number", "no typ", "list"],
)
def test_typ_is_checked_before_the_rest_of_the_header(profile: Any, typ: object, changes: dict[Any, Any]) -> None:
    # A later version of an artefact may have another header: its name must be seen first.
    with pytest.raises(Seen) as caught:
        read_sign1_header(changed(SIGN1, changes), {2: [99]}, profile=profile, check_typ=_seen)
    assert caught.value.args == (typ,)


def test_typ_of_a_body_is_checked_before_its_other_parameters() -> None:
    with pytest.raises(Seen):
        read_body_header(changed(BODY, {15: ABSENT}), {99: 0}, check_typ=_seen)


# --- what third parties write ---

THIRD_PARTY: dict[str, tuple[bytes, dict[Any, Any], bytes | None]] = {
    "kid protected": (changed({1: -7, 4: b"12", 16: TYP}, {}), {}, b"12"),
    "kid unprotected": (changed({1: -7, 16: TYP}, {}), {4: b"12"}, b"12"),
    "kid of 32 bytes": (changed({1: -7, 4: DIGEST, 16: TYP}, {}), {}, DIGEST),
    "kid empty": (changed({1: -7, 4: b"", 16: TYP}, {}), {}, b""),
    "x5t protected": (changed({1: -7, 34: [-16, DIGEST], 16: TYP}, {}), {}, DIGEST),
    "x5t unprotected": (changed({1: -7, 16: TYP}, {}), {34: [-16, DIGEST]}, DIGEST),
    "kid protected, x5t unprotected": (changed({1: -7, 4: KID, 16: TYP}, {}), {34: [-16, DIGEST]}, KID),
    "no key id": (changed({1: -7, 16: TYP}, {}), {}, None),
    "unknown parameters": (changed({1: -7, 16: TYP, 99: 0, "x": 1}, {}), {"y": 0, 100: []}, None),
    "keys out of order": (raw("a2", "10") + raw_cbor.deterministic(TYP) + raw("0126"), {}, None),
    "wide heads": (raw("b802", "1801", "26", "1810") + raw_cbor.deterministic(TYP), {}, None),
    "iat in the header too": (changed({1: -7, 15: {6: 7}, 16: TYP}, {}), {}, None),
}


@pytest.mark.parametrize(("protected", "unprotected", "key_id"), THIRD_PARTY.values(), ids=THIRD_PARTY)
def test_the_headers_of_third_parties_are_read(
    protected: bytes, unprotected: dict[Any, Any], key_id: bytes | None
) -> None:
    read = read_sign1_header(protected, unprotected, profile=STATUS_TOKEN)
    assert read == Headers(protected, -7, key_id, None, TYP)


LENIENT = {1: -7, 16: TYP}
THIRD_PARTY_WRONG: dict[str, tuple[Any, Any]] = {
    "protected null": (None, {}),
    "protected a map": (LENIENT, {}),
    "unprotected null": (changed(LENIENT, {}), None),
    "unprotected a list": (changed(LENIENT, {}), []),
    "protected empty": (b"", {1: -7, 16: TYP}),
    "protected a list": (raw("80"), {}),
    "trailing byte": (changed(LENIENT, {}) + b"\0", {}),
    "alg twice": (raw("a2", "0126", "0126"), {}),
    "alg twice, once in a wider head": (raw("a2", "0126", "180126"), {}),
    "no alg": (changed(LENIENT, {1: ABSENT}), {}),
    "alg unprotected only": (changed(LENIENT, {1: ABSENT}), {1: -7}),
    "alg in both": (changed(LENIENT, {}), {1: -7}),
    "alg in both, differing": (changed(LENIENT, {}), {1: -9}),
    "alg as text": (changed(LENIENT, {1: "ES256"}), {}),
    "alg true": (changed(LENIENT, {1: True}), {}),
    "kid in both": (changed(LENIENT, {4: KID}), {4: KID}),
    "kid in both, differing": (changed(LENIENT, {4: KID}), {4: KID[::-1]}),
    "kid as text": (changed(LENIENT, {}), {4: "12"}),
    "kid null": (changed(LENIENT, {4: None}), {}),
    "unknown parameter in both": (changed(LENIENT, {99: 0}), {99: 0}),
    "crit protected": (changed(LENIENT, {2: [99], 99: 0}), {}),
    "crit with known labels": (changed(LENIENT, {2: [1]}), {}),
    "crit unprotected": (changed(LENIENT, {}), {2: [99]}),
    "typ missing": (changed(LENIENT, {16: ABSENT}), {}),
    "typ unprotected only": (changed(LENIENT, {16: ABSENT}), {16: TYP}),
    "typ as bytes": (changed(LENIENT, {16: b"x"}), {}),
    "typ true": (changed(LENIENT, {16: True}), {}),
    "x5t of SHA-1": (changed(LENIENT, {}), {34: [-14, DIGEST[:20]]}),
    "x5t cut short": (changed(LENIENT, {34: [-16, DIGEST[:8]]}), {}),
}


@pytest.mark.parametrize(("protected", "unprotected"), THIRD_PARTY_WRONG.values(), ids=THIRD_PARTY_WRONG)
def test_liberality_ends_where_meaning_would(protected: object, unprotected: object) -> None:
    with pytest.raises(DecodeError):
        read_sign1_header(protected, unprotected, profile=STATUS_TOKEN)


# --- the usual headers are known by their shape, and read as all others are ---

ALGS = (-1, -24, -25, -48, -256, -257, -65_536, 0, 7)
IATS = (0, 23, 65_535, 65_536, (1 << 32) - 1, 1 << 32, 253_402_300_799)
TYPS = ("x", "x" * 23, "x" * 24, "x" * 255, "x" * 256, "\u00e9" * 20, 279)


@pytest.mark.parametrize("alg", ALGS)
def test_every_algorithm_is_read_as_it_is_written(alg: int) -> None:
    header = raw_cbor.deterministic({1: alg, 4: bytes(range(8))})
    assert read_signer_header(header, {}) == Headers(header, alg, bytes(range(8)), None, None)
    header = raw_cbor.deterministic({1: alg, 4: b"\n" * 8, 15: {6: 1 << 30}, 16: "x" * 30})
    found = read_sign1_header(header, {}, profile=CERTMARK_1)
    assert found == Headers(header, alg, b"\n" * 8, 1 << 30, "x" * 30)


@pytest.mark.parametrize("typ", TYPS)
@pytest.mark.parametrize("iat", IATS)
def test_every_iat_and_typ_are_read_as_they_are_written(iat: int, typ: str | int) -> None:
    seen: list[object] = []
    header = raw_cbor.deterministic({15: {6: iat}, 16: typ})
    assert read_body_header(header, {}, check_typ=seen.append) == Headers(header, None, None, iat, typ)
    header = raw_cbor.deterministic({1: -9, 4: b"\n" * 8, 15: {6: iat}, 16: typ})
    whole = read_sign1_header(header, {}, profile=CERTMARK_1, check_typ=seen.append)
    assert whole == Headers(header, -9, b"\n" * 8, iat, typ)
    assert seen == [typ, typ]


ALG_AND_KID = b"\x01\x28\x04\x48" + bytes(8)
IAT_OF_FOUR, TYP_OF_30 = b"\x0f\xa1\x06\x1a\x6b\x00\x00\x00", b"\x10\x78\x1e" + b"x" * 30
ISS_AND_IAT = b"\x0f\xa2\x01\x66NL-RDI" + IAT_OF_FOUR[2:]


def read_named(protected: bytes, unprotected: object = NONE) -> Headers:
    return read_sign1_header(protected, unprotected, profile=CERTMARK_1, named=True)


@pytest.mark.parametrize(
    ("part", "into"),
    [
        pytest.param(b"\x01\x28", b"\x01\x38\x08", id="alg-in-two-bytes"),
        pytest.param(b"\x01\x28", b"\x01\x38\x17", id="alg--24-in-two-bytes"),
        pytest.param(b"\x48", b"\x47", id="kid-shorter"),
        pytest.param(b"\x48", b"\x58\x08", id="kid-with-a-long-head"),
        pytest.param(b"\x1a\x6b\x00", b"\x1a\x00\x00", id="iat-of-two-bytes-in-four"),
        pytest.param(b"\x1a\x6b", b"\x1a", id="iat-of-three-bytes"),
        pytest.param(b"\x1a\x6b", b"\x1a\x00\x00\x6b", id="iat-of-six-bytes"),
        pytest.param(b"\x78\x1e", b"\x78\x1d", id="typ-longer-than-it-says"),
        pytest.param(b"\x78\x1e", b"\x78\x1f", id="typ-shorter-than-it-says"),
        pytest.param(b"\x78\x1e", b"\x79\x00\x1e", id="typ-with-a-long-head"),
        pytest.param(b"x" * 30, b"x" * 29 + b"\xff", id="typ-no-text"),
        pytest.param(b"\x66NL-RDI", b"\x67NL-RDI", id="iss-shorter-than-it-says"),
        pytest.param(b"\x66NL-RDI", b"\x65NL-RDI", id="iss-longer-than-it-says"),
        pytest.param(b"\x66NL-RDI", b"\x78\x06NL-RDI", id="iss-with-a-long-head"),
        pytest.param(b"\x66NL-RDI", b"\x66NL-RD\xff", id="iss-no-text"),
        pytest.param(b"\xa2\x01", b"\xa1\x01", id="fewer-claims-than-there-are"),
    ],
)
def test_a_header_that_is_nearly_usual_is_refused(part: bytes, into: bytes) -> None:
    usual = {
        "sign1": b"\xa4" + ALG_AND_KID + IAT_OF_FOUR + TYP_OF_30,
        "body": b"\xa2" + IAT_OF_FOUR + TYP_OF_30,
        "signer": b"\xa2" + ALG_AND_KID,
        "named": b"\xa4" + ALG_AND_KID + ISS_AND_IAT + TYP_OF_30,
    }
    readers: dict[str, Callable[[bytes], Headers]] = {
        "named": read_named,
        "sign1": lambda header: read_sign1_header(header, {}, profile=CERTMARK_1),
        "body": lambda header: read_body_header(header, {}),
        "signer": lambda header: read_signer_header(header, {}),
    }
    affected = {name for name, header in usual.items() if part in header}
    assert affected
    for name, header in usual.items():
        assert readers[name](header).raw == header
    for name in affected:
        with pytest.raises((CborError, CoseError)):
            readers[name](usual[name].replace(part, into))


# --- a header that says who signs ---

NAMED = {1: -9, 4: KID, 15: {1: "NL-RDI", 6: 1_700_000_000}, 16: TYP}


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
def test_a_header_that_says_who_signs(algorithm: Algorithm) -> None:
    raw = sign1_header(signer(algorithm), typ=TYP, issued_at=7, issuer="NL-RDI")
    kid = signer(algorithm).public_key.key_id
    assert read_named(raw) == Headers(raw, algorithm, kid, 7, TYP, "NL-RDI")


def test_it_may_name_a_seal_certificate() -> None:
    key = private_key(Algorithm.ESP256)
    der = seal_certificate(key)
    raw = sign1_header(KeySigner.of(key, certificate=der), typ=TYP, issued_at=7, issuer="NL-RDI")
    assert read_named(raw).key_id == sha256(der).digest()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({15: {6: 7}}, id="no-iss"),
        pytest.param({15: {1: "NL-RDI"}}, id="no-iat"),
        pytest.param({15: {1: 7, 6: 7}}, id="iss-as-a-number"),
        pytest.param({15: {1: "NL-RDI", 6: -1}}, id="iat-negative"),
        pytest.param({15: {1: "NL-RDI", 6: True}}, id="iat-true"),
        pytest.param({15: {1: "NL-RDI", 6: 7, 4: 8}}, id="another-claim"),
        pytest.param({15: {}}, id="no-claims"),
        pytest.param({15: []}, id="claims-as-an-array"),
        pytest.param({15: ABSENT}, id="no-CWT-Claims"),
        pytest.param({4: ABSENT}, id="no-key-identifier"),
        pytest.param({34: [-16, DIGEST]}, id="kid-and-x5t"),
        pytest.param({99: 1}, id="another-parameter"),
        pytest.param({16: ABSENT}, id="no-typ"),
        pytest.param({1: "ESP256"}, id="alg-as-text"),
    ],
)
def test_another_header_does_not_say_who_signs(changes: dict[Any, Any]) -> None:
    assert read_named(changed(NAMED, {})).issuer == "NL-RDI"
    with pytest.raises(CoseError):
        read_named(changed(NAMED, changes))


def test_nothing_of_it_stands_unprotected() -> None:
    with pytest.raises(CoseError, match="empty map"):
        read_named(changed(NAMED, {}), {4: KID})


@pytest.mark.parametrize("issuer", ["NL-RDI", "X" * 23, "X" * 24, "Ä", "with a space", ""])
@pytest.mark.parametrize("issued_at", [0, 65_535, 65_536, 1_700_000_000, 4_294_967_296])
def test_usual_or_not_a_header_that_says_who_signs_is_read_alike(issuer: str, issued_at: int) -> None:
    raw = changed(NAMED, {15: {1: issuer, 6: issued_at}})
    assert read_named(raw) == Headers(raw, -9, KID, issued_at, TYP, issuer)
