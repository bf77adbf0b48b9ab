"""Private keys in memory, and the check that keeps a faulty key store from sending anything out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import utils

from certmark.cose.algorithms import TRAITS, Algorithm
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import CERTMARK_1
from certmark.cose.signer import KeySigner, checked_signature
from certmark.errors import KeyFormatError, SignerError
from tests.keys import ALGORITHM_IDS, ALGORITHMS, FOREIGN_KEYS, private_key, seal_certificate, signer

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
DATA = b"what is signed"
PASSWORD = b"correct horse"
PKCS8 = serialization.PrivateFormat.PKCS8
SEC1 = serialization.PrivateFormat.TraditionalOpenSSL
P256 = private_key(Algorithm.ESP256)


def pem(key: Any, kind: serialization.PrivateFormat = PKCS8, password: bytes | None = None) -> bytes:
    encryption = serialization.NoEncryption() if password is None else serialization.BestAvailableEncryption(password)
    encoded: bytes = key.private_bytes(serialization.Encoding.PEM, kind, encryption)
    return encoded


@each_algorithm
def test_a_generated_key_signs_for_its_public_key(algorithm: Algorithm) -> None:
    generated = KeySigner.generate(algorithm)
    assert generated.public_key.algorithm is algorithm
    assert generated.certificate is None
    assert generated.public_key.verifies(generated.sign(DATA), DATA, algorithm=algorithm)


def test_the_default_key_is_of_the_default_algorithm() -> None:
    assert KeySigner.generate().public_key.algorithm is Algorithm.ESP256


@each_algorithm
def test_a_private_key_survives_the_way_through_a_file(algorithm: Algorithm) -> None:
    written = signer(algorithm).to_pem()
    assert written.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    read = KeySigner.from_pem(written)
    assert read.public_key == signer(algorithm).public_key
    assert read.public_key.verifies(read.sign(DATA), DATA, algorithm=algorithm)


@pytest.mark.parametrize("kind", [PKCS8, SEC1], ids=["PKCS#8", "SEC 1"])
@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
def test_the_usual_files_of_ec_keys_are_read(kind: serialization.PrivateFormat, password: bytes | None) -> None:
    read = KeySigner.from_pem(pem(P256, kind, password), password=password)
    assert read.public_key == signer(Algorithm.ESP256).public_key


@pytest.mark.parametrize("kind", [PKCS8, SEC1], ids=["PKCS#8", "SEC 1"])
@pytest.mark.parametrize("password", [None, b"", b"wrong", PASSWORD + b"\n"], ids=repr)
def test_an_encrypted_key_needs_its_password(kind: serialization.PrivateFormat, password: bytes | None) -> None:
    with pytest.raises(KeyFormatError, match="password is missing or wrong"):
        KeySigner.from_pem(pem(P256, kind, PASSWORD), password=password)


@pytest.mark.parametrize("kind", [PKCS8, SEC1], ids=["PKCS#8", "SEC 1"])
def test_a_password_for_a_plain_key_is_a_mistake(kind: serialization.PrivateFormat) -> None:
    # Whoever gives one believes the file to be protected, and it is not.
    with pytest.raises(KeyFormatError, match="without a password"):
        KeySigner.from_pem(pem(P256, kind), password=PASSWORD)


PLAIN = pem(P256)
WRONG_PEM = {
    "nothing": b"",
    "garbage": b"\x00\xff not a key",
    "DER": P256.private_bytes(serialization.Encoding.DER, PKCS8, serialization.NoEncryption()),
    "public key": P256.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ),
    "X.509 certificate": b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    "no END line": PLAIN[: PLAIN.index(b"-----END")],
    "empty block": b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "not Base64": b"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
    "another DER": b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
    "encrypted block that is none": b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n"
    b"-----END ENCRYPTED PRIVATE KEY-----\n",
    **{name: pem(key) for name, key in FOREIGN_KEYS.items()},
}


@pytest.mark.parametrize("wrong", WRONG_PEM.values(), ids=WRONG_PEM)
@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "with a password"])
def test_what_is_no_private_key_in_pem_is_refused(wrong: bytes, password: bytes | None) -> None:
    with pytest.raises(KeyFormatError):
        KeySigner.from_pem(wrong, password=password)


@pytest.mark.parametrize(
    "thing",
    [*FOREIGN_KEYS.values(), P256.public_key(), None, b"key", "P-256", -9],
    ids=[*FOREIGN_KEYS, "public key", "None", "bytes", "text", "number"],
)
def test_other_keys_do_not_sign(thing: object) -> None:
    with pytest.raises(KeyFormatError):
        KeySigner.of(thing)


@each_algorithm
def test_a_seal_certificate_is_kept_with_its_key(algorithm: Algorithm) -> None:
    certificate = seal_certificate(private_key(algorithm))
    read = KeySigner.from_pem(pem(private_key(algorithm)), certificate=certificate)
    assert read.certificate == certificate
    assert KeySigner.of(private_key(algorithm), certificate=certificate).public_key == read.public_key


@pytest.mark.parametrize(
    "certificate",
    [
        pytest.param(seal_certificate(private_key(Algorithm.ESP256, 2)), id="of another P-256 key"),
        pytest.param(seal_certificate(private_key(Algorithm.Ed25519)), id="of an Ed25519 key"),
        pytest.param(seal_certificate(FOREIGN_KEYS["RSA"]), id="of an RSA key"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"-----BEGIN CERTIFICATE-----", id="PEM"),
    ],
)
def test_a_certificate_that_does_not_fit_the_key_is_refused(certificate: bytes) -> None:
    with pytest.raises(KeyFormatError):
        KeySigner.of(P256, certificate=certificate)


@each_algorithm
def test_the_private_key_never_shows(algorithm: Algorithm) -> None:
    shown = f"{signer(algorithm)!r} {signer(algorithm)!s} {[signer(algorithm)]}"
    assert signer(algorithm).public_key.key_id.hex() in shown
    assert "private" not in shown.lower()
    assert bytes([1] * 8).hex() not in shown


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (signer(), "private_key"),
        (signer().public_key, "public_key"),
        (TRAITS[Algorithm.ESP256], "signature_bytes"),
        (CERTMARK_1, "algorithms"),
    ],
    ids=["signer", "verification key", "traits", "profile"],
)
def test_values_do_not_change(value: object, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)


# --- a key store that answers wrongly ---


class Faulty:
    """Signer that answers what it is told to."""

    certificate = None

    def __init__(self, answer: Callable[[bytes], Any], *, algorithm: Algorithm = Algorithm.ESP256) -> None:
        self.public_key: VerificationKey = signer(algorithm).public_key
        self._answer = answer

    def sign(self, to_be_signed: bytes) -> Any:
        return self._answer(to_be_signed)


def _der(data: bytes) -> bytes:
    signature = signer().sign(data)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return utils.encode_dss_signature(r, s)


ANSWERS: dict[str, Callable[[bytes], Any]] = {
    "DER": _der,
    "signature of another key": signer(Algorithm.ESP256, 2).sign,
    "signature over other data": lambda data: signer().sign(data + b"\0"),
    "signature over the hash alone": lambda data: signer().sign(sha256(data).digest()),
    "s before r": lambda data: signer().sign(data)[32:] + signer().sign(data)[:32],
    "signature of another algorithm": signer(Algorithm.ESP384).sign,
    "signature of the same width": signer(Algorithm.Ed25519).sign,
    "a byte short": lambda data: signer().sign(data)[:-1],
    "a byte long": lambda data: signer().sign(data) + b"\0",
    "zeros": lambda _: bytes(64),
    "ones": lambda _: b"\xff" * 64,
    "nothing": lambda _: b"",
    "None": lambda _: None,
    "bytearray": lambda data: bytearray(signer().sign(data)),
    "hexadecimal text": lambda data: signer().sign(data).hex(),
    "text of the right length": lambda _: "x" * 64,
    "list of numbers": lambda data: list(signer().sign(data)),
    "true": lambda _: True,
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_wrong_answer_of_a_key_store_is_found_at_once(answer: Callable[[bytes], Any]) -> None:
    with pytest.raises(SignerError) as caught:
        checked_signature(Faulty(answer), DATA)
    assert signer().public_key.key_id.hex() in str(caught.value)


@pytest.mark.parametrize("algorithm", ALGORITHMS[2:], ids=ALGORITHM_IDS[2:])
def test_a_wrong_answer_is_found_for_other_algorithms_too(algorithm: Algorithm) -> None:
    with pytest.raises(SignerError):
        checked_signature(Faulty(signer(algorithm, 2).sign, algorithm=algorithm), DATA)


@each_algorithm
def test_a_right_answer_is_passed_on(algorithm: Algorithm) -> None:
    signature = checked_signature(Faulty(signer(algorithm).sign, algorithm=algorithm), DATA)
    assert signer(algorithm).public_key.verifies(signature, DATA, algorithm=algorithm)


def test_what_a_key_store_raises_is_passed_on() -> None:
    def locked(_: bytes) -> bytes:
        raise PermissionError("the token is locked")

    with pytest.raises(PermissionError, match="locked"):
        checked_signature(Faulty(locked), DATA)
