"""Verification keys: from and to COSE_Key, PEM and X.509; key ids from the COSE Key Thumbprint (RFC 9679)."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Final, cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

from certmark import cbor
from certmark.cose.algorithms import TRAITS, Algorithm, PublicKey, algorithm_name, algorithm_of, signature_is_valid
from certmark.cose.labels import KEY_ID_SIZE, KeyParameter, KeyType
from certmark.errors import KeyFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certmark.cose.algorithms import AlgorithmTraits


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key together with the one algorithm that it may be used with.

    Attributes:
        algorithm: what signatures by this key must state.
        public_key: the key as ``cryptography`` holds it.
        thumbprint: SHA-256 COSE Key Thumbprint, 32 bytes (RFC 9679).
    """

    algorithm: Algorithm
    # the thumbprint says the same, and keys of cryptography have no hash
    public_key: PublicKey = field(compare=False)
    thumbprint: bytes

    @property
    def key_id(self) -> bytes:
        """First 8 bytes of the thumbprint: what tokens carry as ``kid``."""
        return self.thumbprint[:KEY_ID_SIZE]

    def verifies(self, signature: bytes, data: bytes, *, algorithm: int) -> bool:
        """Tell whether a signature over data is this key's, made with the algorithm that the header states.

        Args:
            signature: as COSE carries it.
            data: the Sig_structure.
            algorithm: ``alg`` of the protected header; ES256 and ES384 count as ESP256 and ESP384 of the same curve.
        """
        traits = TRAITS.get(algorithm)
        return (
            traits is not None
            and traits.key_algorithm is self.algorithm
            and len(signature) == traits.signature_bytes
            and signature_is_valid(self.public_key, signature, data, traits=traits)
        )

    def to_cose_key(self) -> dict[int, object]:
        """Give the COSE_Key with key id and algorithm stated (specification, trust.cddl ``cose-key``)."""
        return _cose_key(TRAITS[self.algorithm], _material(self.public_key), self.key_id)

    @classmethod
    def from_cose_key(cls, members: Mapping[object, object]) -> VerificationKey:
        """Read a COSE_Key as root and lists carry it: key id and algorithm stated, no other members.

        Raises:
            KeyFormatError: wrong members, an unknown algorithm, a point off its curve, or a key id that is not the
                thumbprint's.
        """
        number = members.get(KeyParameter.ALG)
        if type(number) is not int or number not in TRAITS or TRAITS[number].key_algorithm != number:
            raise KeyFormatError(f"COSE_Key of an algorithm that certmark does not use: {algorithm_name(number)}")
        traits = TRAITS[number]
        material = _stated_material(traits, members)
        key = cls(traits.key_algorithm, _public_key(traits, material), _thumbprint(traits, material))
        exact = all(type(value) in (int, bytes) for value in members.values())  # True equals 1
        if not exact or members != _cose_key(traits, material, key.key_id):
            raise KeyFormatError("COSE_Key with wrong members: key id, algorithm, type and curve must fit the key")
        return key

    @classmethod
    def of(cls, public_key: object) -> VerificationKey:
        """Take a public key of ``cryptography``: its type and curve decide the algorithm.

        Raises:
            KeyFormatError: a key that certmark has no use for (RSA, P-521 ...).
        """
        algorithm = algorithm_of(public_key)
        if algorithm is None:
            raise KeyFormatError(_NOT_USABLE.format(_describe(public_key)))
        key = cast("PublicKey", public_key)
        return cls(algorithm, key, _thumbprint(TRAITS[algorithm], _material(key)))

    @classmethod
    def from_pem(cls, pem: bytes) -> VerificationKey:
        """Read a public key in PEM (SubjectPublicKeyInfo).

        Raises:
            KeyFormatError: not such a PEM, or a key that certmark has no use for.
        """
        # imported here, as below: verification needs neither, and both take longer to load than all of the rest
        from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

        try:
            return cls.of(load_pem_public_key(pem))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyFormatError("not a public key in PEM: expected a block 'BEGIN PUBLIC KEY'") from error

    @classmethod
    def from_certificate(cls, der: bytes) -> VerificationKey:
        """Take the public key of an X.509 seal certificate.

        Raises:
            KeyFormatError: not DER of an X.509 certificate, or a key that certmark has no use for.
        """
        from cryptography.x509 import InvalidVersion, load_der_x509_certificate  # noqa: PLC0415

        try:
            return cls.of(load_der_x509_certificate(der).public_key())
        except (ValueError, UnsupportedAlgorithm, InvalidVersion) as error:
            raise KeyFormatError("not an X.509 certificate in DER") from error


_UNCOMPRESSED = b"\x04"
_NOT_USABLE = "certmark does not use {} keys: take P-256, P-384, Ed25519, ML-DSA-44 or ML-DSA-65"


def _describe(key: object) -> str:
    return key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__.strip("_")


_MATERIAL: Final[dict[KeyType, tuple[KeyParameter, ...]]] = {
    KeyType.EC2: (KeyParameter.X, KeyParameter.Y),
    KeyType.OKP: (KeyParameter.X,),
    KeyType.AKP: (KeyParameter.PUB,),
}
"""Where the bytes of a key stand."""


def _cose_key(traits: AlgorithmTraits, material: tuple[bytes, ...], key_id: bytes) -> dict[int, object]:
    members: dict[int, object] = {
        KeyParameter.KTY: int(traits.key_type),
        KeyParameter.KID: key_id,
        KeyParameter.ALG: int(traits.key_algorithm),
    }
    if traits.curve is not None:
        members[KeyParameter.CRV] = int(traits.curve)
    members.update(zip(_MATERIAL[traits.key_type], material, strict=True))
    return members


def _covered(traits: AlgorithmTraits) -> tuple[bytes, ...]:
    """Encode what a thumbprint covers (RFC 9679 §4, RFC 9964 §4), up to each of the parts of the key itself."""
    named = (KeyParameter.ALG, traits.key_algorithm) if traits.curve is None else (KeyParameter.CRV, traits.curve)
    fixed = (KeyParameter.KTY, traits.key_type, *named)
    labels = _MATERIAL[traits.key_type]
    start = cbor.head(5, len(fixed) // 2 + len(labels)) + b"".join(cbor.encode(int(number)) for number in fixed)
    first, *others = (cbor.encode(int(label)) + cbor.head(2, traits.key_bytes) for label in labels)
    return (start + first, *others)


_COVERED: Final = {number: _covered(traits) for number, traits in TRAITS.items()}


def _thumbprint(traits: AlgorithmTraits, material: tuple[bytes, ...]) -> bytes:
    return sha256(b"".join(chain.from_iterable(zip(_COVERED[traits.key_algorithm], material, strict=True)))).digest()


def _material(key: PublicKey) -> tuple[bytes, ...]:
    """Give what a COSE_Key carries of a key: its coordinates, or its encoding."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        numbers, size = key.public_numbers(), (key.key_size + 7) // 8
        return numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")
    return (key.public_bytes_raw(),)


def _stated_material(traits: AlgorithmTraits, members: Mapping[object, object]) -> tuple[bytes, ...]:
    """Take the same out of a COSE_Key."""
    return tuple(_bytes(members, label, traits) for label in _MATERIAL[traits.key_type])


def _public_key(traits: AlgorithmTraits, material: tuple[bytes, ...]) -> PublicKey:
    """Make a key of its one encoding; ``_material`` of the key gives the same bytes back."""
    try:
        if traits.key_type is KeyType.EC2:
            curve = ec.SECP256R1() if traits.key_algorithm is Algorithm.ESP256 else ec.SECP384R1()
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, b"".join((_UNCOMPRESSED, *material)))
        if traits.key_type is KeyType.OKP:
            return ed25519.Ed25519PublicKey.from_public_bytes(material[0])
        if traits.key_algorithm is Algorithm.ML_DSA_44:
            return mldsa.MLDSA44PublicKey.from_public_bytes(material[0])
        return mldsa.MLDSA65PublicKey.from_public_bytes(material[0])
    except ValueError as error:
        raise KeyFormatError(f"COSE_Key that is no valid {traits.name} key") from error


def _bytes(members: Mapping[object, object], label: KeyParameter, traits: AlgorithmTraits) -> bytes:
    value = members.get(int(label))
    if type(value) is not bytes or len(value) != traits.key_bytes:
        raise KeyFormatError(f"COSE_Key label {int(label)} must be {traits.key_bytes} bytes for {traits.name}")
    return value
