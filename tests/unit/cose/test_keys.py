"""Verification keys: what is a key of certmark, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from certmark import cbor
from certmark.cose.algorithms import TRAITS, Algorithm
from certmark.cose.keys import VerificationKey
from certmark.errors import KeyFormatError
from tests import raw_cbor
from tests.keys import ALGORITHM_IDS, ALGORITHMS, FOREIGN_KEYS, private_key, seal_certificate, signer

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
DATA = b"what is signed"

P256, P384, ED, ML44, ML65 = ALGORITHMS


def cose_key(algorithm: Algorithm, number: int = 1) -> dict[Any, Any]:
    """COSE_Key as a list carries it, with plain integers as labels."""
    members: Any = cbor.decode(cbor.encode(signer(algorithm, number).public_key.to_cose_key()))
    return dict(members)


def pem(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded


# --- thumbprint and key id ---


def test_the_published_thumbprint() -> None:
    """RFC 9679, section 6."""
    x = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
    y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"
    public_key = ec.EllipticCurvePublicNumbers(int(x, 16), int(y, 16), ec.SECP256R1()).public_key()
    key = VerificationKey.of(public_key)
    assert key.thumbprint.hex() == "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"
    assert key.key_id.hex() == "496bd8afadf307e5"


@pytest.mark.parametrize(
    ("algorithm", "members"),
    [
        # kty, crv, x and y; kty, crv and x; kty, alg and pub: what the thumbprint covers, encoded by hand
        (P256, lambda key: "a4 0102 2001 215820" + _point(key, 0, 32) + "225820" + _point(key, 1, 32)),
        (P384, lambda key: "a4 0102 2002 215830" + _point(key, 0, 48) + "225830" + _point(key, 1, 48)),
        (ED, lambda key: "a3 0101 2006 215820" + key.public_bytes_raw().hex()),
        (ML44, lambda key: "a3 0107 03382f 20590520" + key.public_bytes_raw().hex()),
        (ML65, lambda key: "a3 0107 033830 205907a0" + key.public_bytes_raw().hex()),
    ],
    ids=ALGORITHM_IDS,
)
def test_the_thumbprint_covers_the_required_members(algorithm: Algorithm, members: Callable[[Any], str]) -> None:
    """RFC 9679, section 4; RFC 9964 for the members of AKP keys."""
    public_key = private_key(algorithm).public_key()
    key = VerificationKey.of(public_key)
    assert key.thumbprint == sha256(bytes.fromhex(members(public_key))).digest()
    assert key.key_id == key.thumbprint[:8]


def _point(key: Any, coordinate: int, size: int) -> str:
    numbers = key.public_numbers()
    number: int = (numbers.x, numbers.y)[coordinate]
    return number.to_bytes(size, "big").hex()


def test_a_coordinate_keeps_its_leading_zeros() -> None:
    key = next(
        key
        for key in (ec.derive_private_key(number, ec.SECP256R1()).public_key() for number in range(1, 5000))
        if key.public_numbers().x >> 248 == 0
    )
    coordinate = VerificationKey.of(key).to_cose_key()[-2]
    assert isinstance(coordinate, bytes)
    assert len(coordinate) == 32


@each_algorithm
def test_the_same_key_is_equal_however_it_came(algorithm: Algorithm) -> None:
    first = VerificationKey.of(private_key(algorithm).public_key())
    second = VerificationKey.from_pem(pem(private_key(algorithm).public_key()))
    assert first == second
    assert len({first, second}) == 1
    assert first != signer(algorithm, 2).public_key


# --- COSE_Key ---


@each_algorithm
def test_a_key_survives_the_way_through_a_list(algorithm: Algorithm) -> None:
    key = signer(algorithm).public_key
    again = VerificationKey.from_cose_key(cose_key(algorithm))
    assert again == key
    assert again.verifies(signer(algorithm).sign(DATA), DATA, algorithm=algorithm)


@pytest.mark.parametrize(
    ("algorithm", "labels"),
    [
        (P256, {1: 2, 3: -9, -1: 1}),
        (P384, {1: 2, 3: -51, -1: 2}),
        (ED, {1: 1, 3: -19, -1: 6}),
        (ML44, {1: 7, 3: -48}),
        (ML65, {1: 7, 3: -49}),
    ],
    ids=ALGORITHM_IDS,
)
def test_a_cose_key_states_type_algorithm_and_key_id(algorithm: Algorithm, labels: dict[int, int]) -> None:
    members = cose_key(algorithm)
    assert labels.items() <= members.items()
    assert members[2] == signer(algorithm).public_key.key_id
    assert members.keys() - labels.keys() - {2} <= {-1, -2, -3}


def _flip(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


WRONG_MEMBERS: dict[str, tuple[Algorithm, dict[Any, Any]]] = {
    "no alg": (P256, {3: None}),
    "alg as text": (P256, {3: "ESP256"}),
    "alg unknown": (P256, {3: -8}),
    "alg ES256": (P256, {3: -7}),
    "alg ES384": (P384, {3: -35}),
    "alg RS256": (P256, {3: -257}),
    "alg of the other curve": (P256, {3: -51}),
    "alg of another key type": (P256, {3: -19}),
    "alg true": (P256, {3: True}),
    "alg a list": (P256, {3: [-9]}),
    "no kty": (P256, {1: None}),
    "kty true instead of 1": (ED, {1: True}),
    "kty as text": (P256, {1: "EC2"}),
    "kty of another type": (P256, {1: 1}),
    "AKP kty for an EC key": (P256, {1: 7}),
    "EC2 kty for an AKP key": (ML44, {1: 2}),
    "symmetric kty": (ED, {1: 4}),
    "no crv": (P256, {-1: None}),
    "crv true instead of 1": (P256, {-1: True}),
    "crv as text": (P256, {-1: "P-256"}),
    "crv of the other curve": (P256, {-1: 2}),
    "crv Ed448": (ED, {-1: 7}),
    "crv X25519": (ED, {-1: 4}),
    "no x": (P256, {-2: None}),
    "x too short": (P256, {-2: b"\x01" * 31}),
    "x with a leading zero too many": (P256, {-2: b"\x00" + b"\x01" * 32}),
    "x empty": (P256, {-2: b""}),
    "x as text": (P256, {-2: "1" * 32}),
    "x as number": (P256, {-2: 1}),
    "x not below p": (P256, {-2: b"\xff" * 32}),
    "no y": (P256, {-3: None}),
    "y as the sign bit of a compressed point": (P256, {-3: True}),
    "y too long": (P384, {-3: b"\x01" * 49}),
    "point off the curve": (P256, {-3: _flip(cose_key(P256)[-3])}),
    "point off the curve P-384": (P384, {-3: _flip(cose_key(P384)[-3])}),
    "point of the other curve": (P384, {-2: cose_key(P256)[-2], -3: cose_key(P256)[-3]}),
    "zero point": (P256, {-2: bytes(32), -3: bytes(32)}),
    "no Ed25519 x": (ED, {-2: None}),
    "Ed25519 x too short": (ED, {-2: b"\x01" * 31}),
    "Ed25519 with y": (ED, {-3: b"\x01" * 32}),
    "no pub": (ML44, {-1: None}),
    "pub too short": (ML44, {-1: b"\x01" * 1311}),
    "pub as text": (ML44, {-1: "a" * 1312}),
    "pub of the other size": (ML44, {-1: cose_key(ML65)[-1]}),
    "alg of the other size": (ML65, {3: -48}),
    "no kid": (P256, {2: None}),
    "kid of another key": (P256, {2: cose_key(P256, 2)[2]}),
    "kid with a flipped bit": (P256, {2: _flip(cose_key(P256)[2])}),
    "kid is the whole thumbprint": (P256, {2: signer(P256).public_key.thumbprint}),
    "kid too short": (P256, {2: cose_key(P256)[2][:7]}),
    "kid empty": (P256, {2: b""}),
    "kid as text": (P256, {2: "12345678"}),
    "kid of another Ed25519 key": (ED, {2: cose_key(ED, 2)[2]}),
    "kid of another ML-DSA key": (ML44, {2: cose_key(ML44, 2)[2]}),
    "private key beside it": (P256, {-4: b"\x01" * 32}),
    "private seed beside it": (ML44, {-2: b"\x01" * 32}),
    "key_ops": (P256, {4: [2]}),
    "base IV": (P256, {5: b""}),
    "unknown number": (P256, {-70000: 0}),
    "unknown text": (P256, {"use": "sig"}),
}


@pytest.mark.parametrize(("algorithm", "changes"), WRONG_MEMBERS.values(), ids=WRONG_MEMBERS)
def test_a_cose_key_with_wrong_members_is_refused(algorithm: Algorithm, changes: dict[Any, Any]) -> None:
    members = {**cose_key(algorithm), **changes}
    members = {label: value for label, value in members.items() if value is not None}
    with pytest.raises(KeyFormatError):
        VerificationKey.from_cose_key(members)


@pytest.mark.parametrize(
    ("algorithm", "p", "b"),
    [
        pytest.param(
            P256,
            (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1,
            0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
            id="P-256",
        ),
        pytest.param(
            P384,
            (1 << 384) - (1 << 128) - (1 << 96) + (1 << 32) - 1,
            0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
            id="P-384",
        ),
    ],
)
def test_a_coordinate_has_one_encoding(algorithm: Algorithm, p: int, b: int) -> None:
    """A point with a small x, and the same with x + p in its place (SEC 1, section 2.3.5)."""
    x = next(x for x in range(1, 99) if pow(x**3 - 3 * x + b, (p - 1) // 2, p) == 1)
    y, size = pow(x**3 - 3 * x + b, (p + 1) // 4, p), 32 if algorithm is P256 else 48

    def members(x: int) -> dict[Any, Any]:
        required = {1: 2, -1: 1 if algorithm is P256 else 2, -2: x.to_bytes(size, "big"), -3: y.to_bytes(size, "big")}
        thumbprint = sha256(raw_cbor.deterministic(required)).digest()
        return {**required, 2: thumbprint[:8], 3: int(algorithm)}

    assert VerificationKey.from_cose_key(members(x)).to_cose_key() == members(x)
    with pytest.raises(KeyFormatError, match="no valid"):
        VerificationKey.from_cose_key(members(x + p))


def point(algorithm: Algorithm) -> bytes:
    key = signer(algorithm).public_key.public_key
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return key.public_bytes_raw()


@pytest.mark.parametrize("algorithm", [P256, P384, ED], ids=lambda each: each.name)
def test_a_point_gives_the_key(algorithm: Algorithm) -> None:
    key = VerificationKey.from_point(algorithm, point(algorithm))
    assert key == signer(algorithm).public_key
    assert key.verifies(signer(algorithm).sign(DATA), DATA, algorithm=algorithm)


@pytest.mark.parametrize(
    "change",
    [
        lambda good: good[:-1],
        lambda good: good + b"\0",
        lambda good: b"\x05" + good[1:],
        lambda good: b"\x02" + good[1 : len(good) // 2 + 1],
        lambda good: good[1:],
        lambda good: good[:1] + bytes(len(good) - 1),
        lambda good: good[:0],
    ],
    ids=["short", "long", "another form", "compressed", "bare", "off the curve", "empty"],
)
@pytest.mark.parametrize("algorithm", [P256, P384], ids=lambda each: each.name)
def test_what_is_no_point_is_refused(algorithm: Algorithm, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(KeyFormatError):
        VerificationKey.from_point(algorithm, change(point(algorithm)))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_an_ed25519_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(KeyFormatError):
        VerificationKey.from_point(ED, bytes(size))


def test_an_empty_map_is_no_key() -> None:
    with pytest.raises(KeyFormatError):
        VerificationKey.from_cose_key({})


# --- PEM and X.509 ---


@each_algorithm
def test_a_public_key_in_pem(algorithm: Algorithm) -> None:
    assert VerificationKey.from_pem(pem(private_key(algorithm).public_key())).algorithm is algorithm


def _private_pem(key: Any) -> bytes:
    encoded: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return encoded


PEM = pem(private_key(P256).public_key())
WRONG_PEM = {
    "nothing": b"",
    "garbage": b"\x00\xff not a key",
    "text": b"ESP256",
    "private key": _private_pem(private_key(P256)),
    "X.509 certificate": b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    "DER": private_key(P256)
    .public_key()
    .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    "no END line": PEM[: PEM.index(b"-----END")],
    "cut short": PEM.replace(PEM.splitlines()[2], PEM.splitlines()[2][:-8]),
    "empty block": b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
    "not Base64": b"-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
    "another DER": b"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
    "unknown algorithm": b"-----BEGIN PUBLIC KEY-----\nMAowBQYDKgMFAwEA\n-----END PUBLIC KEY-----\n",
    **{name: pem(key.public_key()) for name, key in FOREIGN_KEYS.items()},
}


@pytest.mark.parametrize("wrong", WRONG_PEM.values(), ids=WRONG_PEM)
def test_what_is_no_public_key_in_pem_is_refused(wrong: bytes) -> None:
    with pytest.raises(KeyFormatError):
        VerificationKey.from_pem(wrong)


def test_a_refused_key_is_named() -> None:
    with pytest.raises(KeyFormatError, match="RSA"):
        VerificationKey.of(FOREIGN_KEYS["RSA"].public_key())
    with pytest.raises(KeyFormatError, match="secp521r1"):
        VerificationKey.of(FOREIGN_KEYS["P-521"].public_key())


@each_algorithm
def test_the_key_of_a_seal_certificate(algorithm: Algorithm) -> None:
    der = seal_certificate(private_key(algorithm))
    assert VerificationKey.from_certificate(der) == signer(algorithm).public_key


SEAL = seal_certificate(private_key(P256))
VERSION_3 = bytes.fromhex("a003020102")
WRONG_CERTIFICATES = {
    "nothing": b"",
    "garbage": b"\x30\x03\x02\x01",
    "PEM": b"-----BEGIN CERTIFICATE-----\n",
    "cut short": SEAL[:-1],
    "trailing byte": SEAL + b"\0",
    "version 6": SEAL.replace(VERSION_3, VERSION_3[:-1] + b"\x05"),
    "public key alone": private_key(P256)
    .public_key()
    .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    "RSA key": seal_certificate(FOREIGN_KEYS["RSA"]),
    "P-521 key": seal_certificate(FOREIGN_KEYS["P-521"]),
}


@pytest.mark.parametrize("wrong", WRONG_CERTIFICATES.values(), ids=WRONG_CERTIFICATES)
def test_what_is_no_seal_certificate_is_refused(wrong: bytes) -> None:
    with pytest.raises(KeyFormatError):
        VerificationKey.from_certificate(wrong)


def test_the_changed_version_is_the_only_change() -> None:
    assert SEAL.count(VERSION_3) == 1


# --- algorithm and key belong together ---


@pytest.mark.parametrize("stated", list(Algorithm), ids=lambda algorithm: algorithm.name)
@each_algorithm
def test_a_key_verifies_under_its_own_algorithm_only(algorithm: Algorithm, stated: Algorithm) -> None:
    # ES256 and ES384 count where the curve is theirs; whether they may be stated at all is for the profile.
    signature = signer(algorithm).sign(DATA)
    verifies = signer(algorithm).public_key.verifies(signature, DATA, algorithm=stated)
    assert verifies == (TRAITS[stated].key_algorithm is algorithm)


@pytest.mark.parametrize("stated", [0, 1, -8, -36, -257, 5, 1 << 63, -(1 << 64)])
@each_algorithm
def test_a_key_verifies_nothing_under_an_unknown_algorithm(algorithm: Algorithm, stated: int) -> None:
    assert not signer(algorithm).public_key.verifies(signer(algorithm).sign(DATA), DATA, algorithm=stated)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda signature: signature[:-1], id="a byte short"),
        pytest.param(lambda signature: signature + b"\0", id="a byte long"),
        pytest.param(lambda signature: b"\0" + signature, id="a leading zero"),
        pytest.param(lambda signature: signature * 2, id="twice"),
        pytest.param(lambda signature: signature[:1], id="one byte"),
    ],
)
@each_algorithm
def test_a_signature_of_another_width_is_refused(algorithm: Algorithm, change: Callable[[bytes], bytes]) -> None:
    signature = change(signer(algorithm).sign(DATA))
    assert not signer(algorithm).public_key.verifies(signature, DATA, algorithm=algorithm)


@pytest.mark.parametrize("algorithm", [P256, P384], ids=["ESP256", "ESP384"])
def test_a_wider_pair_of_the_same_numbers_is_refused(algorithm: Algorithm) -> None:
    # P-256 numbers in 48 bytes each have the width of ESP384: the width belongs to the key as well.
    signature = signer(algorithm).sign(DATA)
    half = len(signature) // 2
    wide = bytes(16) + signature[:half] + bytes(16) + signature[half:]
    for stated in Algorithm:
        assert not signer(algorithm).public_key.verifies(wide, DATA, algorithm=stated)


@pytest.mark.parametrize("algorithm", [P256, P384], ids=["ESP256", "ESP384"])
def test_a_der_signature_is_refused(algorithm: Algorithm) -> None:
    signature = signer(algorithm).sign(DATA)
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    der = utils.encode_dss_signature(r, s)
    assert not signer(algorithm).public_key.verifies(der, DATA, algorithm=algorithm)


def test_the_cose_key_is_what_the_hand_encodes() -> None:
    members = cose_key(ED)
    assert cbor.encode(signer(ED).public_key.to_cose_key()) == raw_cbor.deterministic(members)
