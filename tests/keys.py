"""Keys for tests: the same in every run, as many of each algorithm as a test asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, mldsa, rsa, x25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from certmark.cose.algorithms import SIGNING_ALGORITHMS, Algorithm, PrivateKey
from certmark.cose.signer import KeySigner

ALGORITHMS = SIGNING_ALGORITHMS
ALGORITHM_IDS = [algorithm.name for algorithm in ALGORITHMS]

FOREIGN_KEYS: dict[str, Any] = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "P-521": ec.derive_private_key(7, ec.SECP521R1()),
    "secp256k1": ec.derive_private_key(7, ec.SECP256K1()),
    "brainpoolP256r1": ec.derive_private_key(7, ec.BrainpoolP256R1()),
    "Ed448": ed448.Ed448PrivateKey.from_private_bytes(bytes(57)),
    "X25519": x25519.X25519PrivateKey.from_private_bytes(bytes(32)),
}
"""Private keys that certmark has no use for."""


def private_key(algorithm: Algorithm, number: int = 1) -> PrivateKey:
    """Key ``number`` (1 to 255) of an algorithm: never use these outside tests."""
    seed = bytes([number]) * 32
    match algorithm:
        case Algorithm.ESP256:
            return ec.derive_private_key(int.from_bytes(seed, "big"), ec.SECP256R1())
        case Algorithm.ESP384:
            return ec.derive_private_key(int.from_bytes(seed, "big"), ec.SECP384R1())
        case Algorithm.Ed25519:
            return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        case Algorithm.ML_DSA_44:
            return mldsa.MLDSA44PrivateKey.from_seed_bytes(seed)
        case _:
            return mldsa.MLDSA65PrivateKey.from_seed_bytes(seed)


@cache
def signer(algorithm: Algorithm = Algorithm.ESP256, number: int = 1) -> KeySigner:
    """Signer that holds ``private_key(algorithm, number)``."""
    return KeySigner.of(private_key(algorithm, number))


def seal_certificate(
    key: PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, common_name: str = "Seal"
) -> bytes:
    """DER of a self-signed X.509 certificate for a key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
    )
    hashed = isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey))
    # the same bytes in every run
    deterministic = True if isinstance(key, ec.EllipticCurvePrivateKey) else None
    certificate = builder.sign(key, SHA256() if hashed else None, ecdsa_deterministic=deterministic)
    return certificate.public_bytes(serialization.Encoding.DER)
