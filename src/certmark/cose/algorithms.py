"""Signature algorithms: which exist, how keys and signatures look, and the step to ``cryptography``.

Fully specified algorithms only (RFC 9864; ML-DSA by RFC 9964). ES256 and ES384 appear because third parties sign status
list tokens with them; a profile decides where they are accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from certmark.cose.labels import Curve, KeyType

if TYPE_CHECKING:
    from collections.abc import Callable

PublicKey: TypeAlias = (
    ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey
)
PrivateKey: TypeAlias = (
    ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | mldsa.MLDSA44PrivateKey | mldsa.MLDSA65PrivateKey
)


class Algorithm(IntEnum):
    """COSE algorithm identifiers (IANA "COSE Algorithms")."""

    ESP256 = -9
    """ECDSA with P-256 and SHA-256."""
    ESP384 = -51
    """ECDSA with P-384 and SHA-384."""
    Ed25519 = -19
    ML_DSA_44 = -48
    ML_DSA_65 = -49
    ES256 = -7
    """ECDSA with SHA-256 on a curve that the key names: accepted for P-256, in the status-token profile only."""
    ES384 = -35
    """ECDSA with SHA-384, likewise for P-384."""


@dataclass(frozen=True, slots=True)
class AlgorithmTraits:
    """What an algorithm demands of keys and signatures.

    Attributes:
        key_type: COSE key type.
        curve: COSE curve, for EC2 and OKP keys.
        key_bytes: bytes of one coordinate (EC2) or of the public key.
        signature_bytes: bytes of a signature as COSE carries it.
        key_algorithm: the algorithm that a key states; differs only for ES256 and ES384.
        name: the name in the IANA registry.
    """

    key_type: KeyType
    curve: Curve | None
    key_bytes: int
    signature_bytes: int
    key_algorithm: Algorithm
    name: str


TRAITS: dict[int, AlgorithmTraits] = {
    Algorithm.ESP256: AlgorithmTraits(KeyType.EC2, Curve.P256, 32, 64, Algorithm.ESP256, "ESP256"),
    Algorithm.ESP384: AlgorithmTraits(KeyType.EC2, Curve.P384, 48, 96, Algorithm.ESP384, "ESP384"),
    Algorithm.Ed25519: AlgorithmTraits(KeyType.OKP, Curve.ED25519, 32, 64, Algorithm.Ed25519, "Ed25519"),
    Algorithm.ML_DSA_44: AlgorithmTraits(KeyType.AKP, None, 1312, 2420, Algorithm.ML_DSA_44, "ML-DSA-44"),
    Algorithm.ML_DSA_65: AlgorithmTraits(KeyType.AKP, None, 1952, 3309, Algorithm.ML_DSA_65, "ML-DSA-65"),
    Algorithm.ES256: AlgorithmTraits(KeyType.EC2, Curve.P256, 32, 64, Algorithm.ESP256, "ES256"),
    Algorithm.ES384: AlgorithmTraits(KeyType.EC2, Curve.P384, 48, 96, Algorithm.ESP384, "ES384"),
}
"""Every algorithm that certmark can verify."""

SIGNING_ALGORITHMS = (
    Algorithm.ESP256,
    Algorithm.ESP384,
    Algorithm.Ed25519,
    Algorithm.ML_DSA_44,
    Algorithm.ML_DSA_65,
)
"""Every algorithm that certmark signs with, the default first."""

ALL_KEY_ALGORITHMS = frozenset(int(algorithm) for algorithm in SIGNING_ALGORITHMS)
"""Algorithms that a key may have; ES256 and ES384 are other names for what ESP256 and ESP384 keys do."""

_P256_BYTES = 32


def algorithm_name(number: object) -> str:
    """Name an algorithm for people: ``ESP256 (-9)``, or the bare number when it is unknown."""
    traits = TRAITS.get(number) if isinstance(number, int) else None
    return f"{traits.name} ({number})" if traits else ascii(number)[:40]


def signature_is_valid(key: PublicKey, signature: bytes, data: bytes, *, traits: AlgorithmTraits) -> bool:
    """Verify a signature in the form that COSE carries (RFC 9053 §2.1: ECDSA as r and s, fixed width).

    Args:
        key: a key that the algorithm may be used with.
        signature: of ``traits.signature_bytes``.
        data: what was signed.
        traits: of the algorithm.
    """
    verify: Callable[..., None] = key.verify
    try:
        if traits.key_type is not KeyType.EC2:
            verify(signature, data)
        else:
            half = traits.key_bytes
            der = _der_integer(signature[:half]) + _der_integer(signature[half:])
            verify(b"0%c%b" % (len(der), der), data, _ecdsa(half))
    except InvalidSignature:
        return False
    return True


def _der_integer(digits: bytes) -> bytes:
    """Write a big-endian number as a DER INTEGER: no leading zeros, but one where the first bit would be a sign."""
    number = digits.lstrip(b"\0") or b"\0"
    if number[0] & 0x80:
        return b"\x02%c\0%b" % (len(number) + 1, number)
    return b"\x02%c%b" % (len(number), number)


def raw_signature(key: PrivateKey, data: bytes) -> bytes:
    """Sign, in the form that COSE carries.

    ECDSA derives its nonce from key and data (RFC 6979): that costs nothing, and no weak random number can betray the
    key.

    Args:
        key: private key of one of ``SIGNING_ALGORITHMS``.
        data: the Sig_structure (RFC 9052 §4.4).
    """
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = key.key_size // 8
        r, s = decode_dss_signature(key.sign(data, _ecdsa(size, deterministic=True)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return key.sign(data)


@cache
def _ecdsa(size: int, *, deterministic: bool = False) -> ec.ECDSA:
    # on first use and not on import: the first one makes cryptography load its whole backend
    return ec.ECDSA(SHA256() if size == _P256_BYTES else SHA384(), deterministic_signing=deterministic)


def algorithm_of(key: object) -> Algorithm | None:
    """Give the one algorithm that certmark uses a public or private key with, or None for keys it has no use for."""
    if isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)):
        return {"secp256r1": Algorithm.ESP256, "secp384r1": Algorithm.ESP384}.get(key.curve.name)
    if isinstance(key, (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey)):
        return Algorithm.Ed25519
    if isinstance(key, (mldsa.MLDSA44PublicKey, mldsa.MLDSA44PrivateKey)):
        return Algorithm.ML_DSA_44
    if isinstance(key, (mldsa.MLDSA65PublicKey, mldsa.MLDSA65PrivateKey)):
        return Algorithm.ML_DSA_65
    return None


def generate_private_key(algorithm: Algorithm) -> PrivateKey:
    """Generate a private key for one of ``SIGNING_ALGORITHMS``."""
    match algorithm:
        case Algorithm.ESP256:
            return ec.generate_private_key(ec.SECP256R1())
        case Algorithm.ESP384:
            return ec.generate_private_key(ec.SECP384R1())
        case Algorithm.Ed25519:
            return ed25519.Ed25519PrivateKey.generate()
        case Algorithm.ML_DSA_44:
            return mldsa.MLDSA44PrivateKey.generate()
        case Algorithm.ML_DSA_65:
            return mldsa.MLDSA65PrivateKey.generate()
        case _:
            raise ValueError(f"certmark does not sign with {algorithm.name}")
