"""Verification keys: from and to COSE_Key, PEM and X.509; key ids from the COSE Key Thumbprint (RFC 9679)."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

from certmark import cbor
from certmark.cose.algorithms import TRAITS, Algorithm, PublicKey, algorithm_name, algorithm_of, signature_is_valid
from certmark.cose.labels import KEY_ID_SIZE, KeyParameter, KeyType
from certmark.errors import KeyFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        return _FORMS[self.algorithm].cose_key(_material(self.public_key), self.key_id)

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
        form = _FORMS[number]
        material = [_bytes(members, label, traits) for label in form.labels]
        key = cls(traits.key_algorithm, _public_key(traits, material), form.thumbprint(material))
        exact = all(type(value) in (int, bytes) for value in members.values())  # True equals 1
        if not exact or members != form.cose_key(material, key.key_id):
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
        return cls(algorithm, key, _FORMS[algorithm].thumbprint(_material(key)))

    @classmethod
    def from_point(cls, algorithm: Algorithm, point: bytes) -> VerificationKey:
        """Take a public key of its point, as PKCS#11 tokens give it.

        Args:
            algorithm: one of EC2 or OKP keys.
            point: uncompressed with its first byte 4 (SEC 1, 2.3.3), or the bytes of an Ed25519 key.

        Raises:
            KeyFormatError: of another size or form, or off the curve.
        """
        traits = TRAITS[algorithm]
        size = traits.key_bytes
        material: tuple[bytes, ...] = (point,)
        if traits.key_type is KeyType.EC2:
            if not point.startswith(_UNCOMPRESSED):
                raise KeyFormatError(f"a point of {traits.name} must be uncompressed")
            material = (point[1 : 1 + size], point[1 + size :])
        return cls(algorithm, _public_key(traits, material), _FORMS[algorithm].thumbprint(material))

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
        except (ValueError, UnsupportedAlgorithm, InvalidVersion, UserWarning) as error:
            raise KeyFormatError("not an X.509 certificate in DER") from error


_P256, _P384 = ec.SECP256R1(), ec.SECP384R1()
_UNCOMPRESSED = b"\x04"
_NOT_USABLE = "certmark does not use {} keys: take P-256, P-384, Ed25519, ML-DSA-44 or ML-DSA-65"


def _describe(key: object) -> str:
    return key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__.strip("_")


class _Form(NamedTuple):
    """How keys of one algorithm are written.

    Attributes:
        constant: members of a COSE_Key that are the same in all of them.
        labels: where the bytes of the key itself stand: its coordinates, or its encoding.
        covered: what a thumbprint hashes before each of these (RFC 9679 §4; for AKP keys RFC 9964 §4).
    """

    constant: Mapping[int, object]
    labels: tuple[int, ...]
    covered: tuple[bytes, ...]

    def cose_key(self, material: Sequence[bytes], key_id: bytes) -> dict[int, object]:
        """Give the COSE_Key of the bytes of a key."""
        return {**self.constant, KeyParameter.KID: key_id, **dict(zip(self.labels, material, strict=True))}

    def thumbprint(self, material: Sequence[bytes]) -> bytes:
        """Hash the members that tell one key from another, in their deterministic encoding."""
        return sha256(b"".join(chain.from_iterable(zip(self.covered, material, strict=True)))).digest()


def _form(traits: AlgorithmTraits) -> _Form:
    named = {int(KeyParameter.ALG): int(traits.key_algorithm)}
    curve = {} if traits.curve is None else {int(KeyParameter.CRV): int(traits.curve)}
    kind = {int(KeyParameter.KTY): int(traits.key_type)}
    labels = {
        KeyType.EC2: (int(KeyParameter.X), int(KeyParameter.Y)),
        KeyType.OKP: (int(KeyParameter.X),),
        KeyType.AKP: (int(KeyParameter.PUB),),
    }[traits.key_type]
    fixed = chain.from_iterable({**kind, **(curve or named)}.items())
    start = cbor.head(5, 2 + len(labels)) + b"".join(map(cbor.encode, fixed))
    first, *others = (cbor.encode(label) + cbor.head(2, traits.key_bytes) for label in labels)
    return _Form({**kind, **named, **curve}, labels, (start + first, *others))


_FORMS: Final = {number: _form(traits) for number, traits in TRAITS.items()}


def _material(key: PublicKey) -> tuple[bytes, ...]:
    """Give what a COSE_Key carries of a key: its coordinates, or its encoding."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        numbers, size = key.public_numbers(), (key.key_size + 7) // 8
        return numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")
    return (key.public_bytes_raw(),)


def _public_key(traits: AlgorithmTraits, material: Sequence[bytes]) -> PublicKey:
    """Make a key of its one encoding; ``_material`` of the key gives the same bytes back."""
    try:
        if traits.key_type is KeyType.EC2:
            curve = _P256 if traits.key_algorithm is Algorithm.ESP256 else _P384
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, b"".join((_UNCOMPRESSED, *material)))
        if traits.key_type is KeyType.OKP:
            return ed25519.Ed25519PublicKey.from_public_bytes(material[0])
        if traits.key_algorithm is Algorithm.ML_DSA_44:
            return mldsa.MLDSA44PublicKey.from_public_bytes(material[0])
        return mldsa.MLDSA65PublicKey.from_public_bytes(material[0])
    except ValueError as error:
        raise KeyFormatError(f"COSE_Key that is no valid {traits.name} key") from error


def _bytes(members: Mapping[object, object], label: int, traits: AlgorithmTraits) -> bytes:
    value = members.get(label)
    if type(value) is not bytes or len(value) != traits.key_bytes:
        raise KeyFormatError(f"COSE_Key label {label} must be {traits.key_bytes} bytes for {traits.name}")
    return value
