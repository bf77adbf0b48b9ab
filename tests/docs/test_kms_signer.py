"""The adapter to a cloud key service: against a stand-in that answers as documented, and against ones that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from certmark.cose.algorithms import TRAITS, Algorithm
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import checked_signature
from certmark.errors import KeyFormatError, SignerError
from certmark.verify import peek
from examples.kms_signer import KmsSigner, raw_signature
from tests import keys
from tests.world import BODY_KEY, WORLD

P256, P384 = Algorithm.ESP256, Algorithm.ESP384
KEY = "alias/seal"
HASHES: dict[str, Any] = {"ECDSA_SHA_256": hashes.SHA256(), "ECDSA_SHA_384": hashes.SHA384()}
USES = {P256: "ECDSA_SHA_256", P384: "ECDSA_SHA_384"}


@dataclass
class Service:
    """Answers Sign and GetPublicKey as the service documents them, with real ECDSA and random nonces."""

    private_key: Any = BODY_KEY.private_key
    algorithms: tuple[str, ...] = ("ECDSA_SHA_256",)
    usage: str = "SIGN_VERIFY"
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 as the service spells it
        assert KeyId == KEY
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return {
            "KeyId": f"arn:aws:kms:eu-central-1:111122223333:{KeyId}",
            "PublicKey": self.private_key.public_key().public_bytes(*form),
            "KeyUsage": self.usage,
            "SigningAlgorithms": list(self.algorithms),
        }

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append({"Message": Message, "MessageType": MessageType})
        chosen = HASHES[SigningAlgorithm]
        if MessageType != "DIGEST" or len(Message) != chosen.digest_size or SigningAlgorithm not in self.algorithms:
            raise RuntimeError("ValidationException")
        signature = self.private_key.sign(Message, ec.ECDSA(utils.Prehashed(chosen)))
        return {"KeyId": KeyId, "Signature": signature, "SigningAlgorithm": SigningAlgorithm}


def service_of(algorithm: Algorithm, number: int = 1) -> Service:
    return Service(keys.private_key(algorithm, number), (USES[algorithm],))


# --- what works ---


@pytest.mark.parametrize("algorithm", [P256, P384], ids=lambda each: each.name)
def test_many_signatures_verify_whatever_their_numbers_are(algorithm: Algorithm) -> None:
    service = service_of(algorithm)
    signer = KmsSigner.open(service, KEY)
    for number in range(300):  # one in 128 has a number that begins with a zero byte
        signature = checked_signature(signer, number.to_bytes(2, "big") * 3000)
        assert len(signature) == TRAITS[algorithm].signature_bytes
    assert {len(asked["Message"]) for asked in service.asked} == {32 if algorithm is P256 else 48}


def test_a_certificate_is_issued_and_verifies() -> None:
    assert WORLD.signed_by(KmsSigner.open(Service(), KEY)).report().passed  # type: ignore[arg-type]


def test_the_seal_certificate_is_carried() -> None:
    der = keys.seal_certificate(BODY_KEY.private_key)
    issuer = replace(WORLD.issuer(), signer=KmsSigner.open(Service(), KEY, certificate=der))
    issued = issuer.issue(WORLD.certificate(), at=WORLD.signed_at, status=WORLD.status_reference)
    assert len(peek(issued.cose).untrusted_key_id or b"") == 32


# --- from DER to r and s ---


def der(r: int, s: int) -> bytes:
    return utils.encode_dss_signature(r, s)


@pytest.mark.parametrize("width", [32, 48])
@pytest.mark.parametrize(
    "number",
    [lambda _: 1, lambda _: 0x80, lambda width: 1 << 8 * width - 9, lambda width: 1 << 8 * width - 1],
    ids=["one", "first bit set in a short number", "a zero byte in front", "first bit set"],
)
def test_each_number_gets_its_width(number: Callable[[int], int], width: int) -> None:
    value = number(width)
    assert raw_signature(der(value, 5), width=width) == value.to_bytes(width, "big") + bytes(width - 1) + b"\x05"
    assert raw_signature(der(5, value), width=width) == bytes(width - 1) + b"\x05" + value.to_bytes(width, "big")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage",
        bytes(64),
        KmsSigner.open(Service(), KEY).sign(b"data"),
        der(1, 2) + b"\0",
        der(1, 2)[:-1],
        b"\x30\x08\x02\x02\x00\x01\x02\x02\x00\x02",
        b"\x30\x06\x02\x01\x81\x02\x01\x02",
        der(1 << 256, 1),
        der(1, 1 << 256),
        None,
        "MEUCIQ==",
    ],
    ids=[
        *("empty", "garbage", "zeros", "r and s already", "bytes after", "cut", "leading zeros", "negative"),
        *("wide r", "wide s", "nothing", "text"),
    ],
)
def test_what_is_no_signature_of_this_curve_is_refused(answer: Any) -> None:
    with pytest.raises(SignerError, match="no ECDSA signature of 32 bytes each"):
        raw_signature(answer, width=32)


# --- keys that are of no use ---


@pytest.mark.parametrize(
    ("service", "why"),
    [
        (Service(usage="ENCRYPT_DECRYPT"), "not a key for ECDSA"),
        (Service(usage="KEY_AGREEMENT"), "not a key for ECDSA"),
        (Service(algorithms=("ECDSA_SHA_384",)), "not a key for ECDSA"),
        (Service(keys.private_key(Algorithm.Ed25519), ("ED25519_SHA_512",)), "not a key for ECDSA"),
        (Service(keys.FOREIGN_KEYS["RSA"], ("RSASSA_PSS_SHA_256",)), "does not use"),
        (Service(keys.FOREIGN_KEYS["secp256k1"], ("ECDSA_SHA_256",)), "does not use"),
    ],
    ids=["encryption", "agreement", "another hash", "Ed25519", "RSA", "secp256k1"],
)
def test_a_key_of_no_use_is_refused_at_opening(service: Service, why: str) -> None:
    with pytest.raises(KeyFormatError, match=why):
        KmsSigner.open(service, KEY)


def test_a_key_on_a_curve_that_cryptography_does_not_know_is_refused_too() -> None:
    class Foreign(Service):
        def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
            answer = super().get_public_key(KeyId=KeyId)
            p256, sm2 = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a811ccf5501822d")
            return {**answer, "PublicKey": answer["PublicKey"].replace(p256, sm2), "SigningAlgorithms": ["SM2DSA"]}

    with pytest.raises(KeyFormatError, match="not a key for ECDSA"):
        KmsSigner.open(Foreign(), KEY)


def test_an_answer_without_a_key() -> None:
    class Silent(Service):
        def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
            return {**super().get_public_key(KeyId=KeyId), "PublicKey": b"none"}

    with pytest.raises(KeyFormatError, match="no public key in DER"):
        KmsSigner.open(Silent(), KEY)


def test_a_certificate_for_another_key() -> None:
    with pytest.raises(KeyFormatError, match="for another key"):
        KmsSigner.open(Service(), KEY, certificate=keys.seal_certificate(keys.private_key(P256, 2)))


# --- a service that answers wrongly, and adapters that are written wrongly ---


@dataclass(frozen=True)
class Wrong:
    """A signer that gives what a function makes of the right signature and of what was to be signed."""

    change: Callable[[bytes, bytes], Any]
    public_key: VerificationKey = BODY_KEY.public_key
    certificate: bytes | None = None

    def sign(self, to_be_signed: bytes) -> Any:
        return self.change(BODY_KEY.sign(to_be_signed), to_be_signed)


def _as_der(raw: bytes) -> bytes:
    half = len(raw) // 2
    return der(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


OTHER = keys.signer(P256, 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda _, data: OTHER.sign(data),
        lambda _, data: BODY_KEY.sign(data + b"\0"),
        lambda _, data: BODY_KEY.sign(hashes_of(data)),
        lambda raw, _: _as_der(raw),
        lambda raw, _: raw[32:] + raw[:32],
        lambda raw, _: raw[:-1],
        lambda raw, _: b"\0" + raw,
        lambda raw, _: bytes([raw[0] ^ 1]) + raw[1:],
        lambda raw, _: bytes(len(raw)),
        lambda *_: b"garbage",
        lambda *_: b"",
        lambda *_: None,
        lambda raw, _: raw.hex(),
        lambda raw, _: bytearray(raw),
        lambda *_: keys.signer(P384).sign(b"data"),
    ],
    ids=[
        *("another key", "another message", "hashed twice", "DER", "s and r", "short", "long", "one bit", "zeros"),
        *("garbage", "empty", "nothing", "text", "no bytes", "another curve"),
    ],
)
def test_a_signer_that_answers_wrongly_is_caught_before_anything_is_handed_out(
    change: Callable[[bytes, bytes], Any],
) -> None:
    issuer = replace(WORLD.issuer(), signer=Wrong(change))
    with pytest.raises(SignerError, match="does not verify with its public key"):
        issuer.issue(WORLD.certificate(), at=WORLD.signed_at, status=WORLD.status_reference)


def hashes_of(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def test_a_service_that_changes_keys_behind_an_alias_is_caught() -> None:
    service = Service()
    signer = KmsSigner.open(service, KEY)
    service.private_key = OTHER.private_key
    with pytest.raises(SignerError, match="does not verify with its public key"):
        checked_signature(signer, b"data")


def test_what_the_client_raises_is_passed_on() -> None:
    class Slow(Service):
        def sign(self, **_: Any) -> dict[str, Any]:
            raise TimeoutError("read timeout on endpoint URL")

    with pytest.raises(TimeoutError):
        WORLD.signed_by(KmsSigner.open(Slow(), KEY)).report()  # type: ignore[arg-type]
