"""The seam to private keys: in memory here, in an HSM or a key service elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm

from certmark.cose.algorithms import (
    SIGNING_ALGORITHMS,
    Algorithm,
    PrivateKey,
    algorithm_of,
    generate_private_key,
    raw_signature,
)
from certmark.cose.keys import VerificationKey
from certmark.errors import KeyFormatError, SignerError


class Signer(Protocol):
    """What signs. An implementation may raise whatever its key store raises; certmark passes it on."""

    @property
    def public_key(self) -> VerificationKey:
        """The key that verifies what ``sign`` returns."""

    @property
    def certificate(self) -> bytes | None:
        """DER of the X.509 seal certificate of this key, when tokens shall name it (``x5t``) and not the key id."""

    def sign(self, to_be_signed: bytes) -> bytes:
        """Sign the Sig_structure (RFC 9052 §4.4).

        Args:
            to_be_signed: the whole structure, not its hash.

        Returns:
            The signature as COSE carries it: ECDSA as r and s of equal width, not DER.
        """


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A signer whose private key is in memory.

    Attributes:
        private_key: key of one of the signing algorithms.
        public_key: the key that verifies.
        certificate: DER of the X.509 seal certificate, or None.
    """

    private_key: PrivateKey
    public_key: VerificationKey
    certificate: bytes | None = None

    def __repr__(self) -> str:
        """Name the key by its public key id; the private key never shows."""
        return f"KeySigner({self.public_key.algorithm.name}, key id {self.public_key.key_id.hex()})"

    def sign(self, to_be_signed: bytes) -> bytes:
        """Sign the Sig_structure; see ``Signer.sign``."""
        return raw_signature(self.private_key, to_be_signed)

    @classmethod
    def of(cls, private_key: object, *, certificate: bytes | None = None) -> KeySigner:
        """Take a private key of ``cryptography``.

        Args:
            private_key: P-256, P-384, Ed25519, ML-DSA-44 or ML-DSA-65.
            certificate: DER of its X.509 seal certificate; tokens then carry ``x5t``.

        Raises:
            KeyFormatError: another kind of key, or a certificate for another key.
        """
        if not isinstance(private_key, PrivateKey) or algorithm_of(private_key) is None:
            raise KeyFormatError(
                f"certmark does not sign with {type(private_key).__name__}: take P-256, P-384, Ed25519 or ML-DSA"
            )
        public_key = VerificationKey.of(private_key.public_key())
        if certificate is not None and VerificationKey.from_certificate(certificate) != public_key:
            raise KeyFormatError("the X.509 certificate is for another key than the private key")
        return cls(private_key, public_key, certificate)

    @classmethod
    def generate(cls, algorithm: Algorithm = SIGNING_ALGORITHMS[0]) -> KeySigner:
        """Generate a new private key.

        Args:
            algorithm: one of ``SIGNING_ALGORITHMS``.
        """
        return cls.of(generate_private_key(algorithm))

    @classmethod
    def from_pem(cls, pem: bytes, *, password: bytes | None = None, certificate: bytes | None = None) -> KeySigner:
        """Read a private key in PEM (PKCS#8, or SEC 1 for EC keys).

        Raises:
            KeyFormatError: not such a PEM, a wrong or missing password, or a key that certmark has no use for.
        """
        # imported here: verification reaches this module, never needs PEM, and should load fast
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

        try:
            private_key = load_pem_private_key(pem, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            if password is not None and b"ENCRYPTED" not in pem:
                raise KeyFormatError("no encrypted private key in this PEM: give it without a password") from error
            if b"ENCRYPTED" in pem:
                raise KeyFormatError("the private key is encrypted: the password is missing or wrong") from error
            raise KeyFormatError("not a private key in PEM: expected a block 'BEGIN PRIVATE KEY'") from error
        return cls.of(private_key, certificate=certificate)

    def to_pem(self) -> bytes:
        """Write the private key as unencrypted PKCS#8 PEM: keep the file readable by its owner alone."""
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 as above
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def checked_signature(signer: Signer, to_be_signed: bytes) -> bytes:
    """Sign and verify at once, so that a faulty key store is found before anything leaves the house.

    Raises:
        SignerError: the signature does not verify with the signer's own public key.
    """
    signature: object = signer.sign(to_be_signed)  # whatever a key store answers
    key = signer.public_key
    if type(signature) is not bytes or not key.verifies(signature, to_be_signed, algorithm=key.algorithm):
        raise SignerError(
            f"the signer's answer does not verify with its public key (key id {key.key_id.hex()}): "
            "check that it returns COSE format (r and s, not DER) and holds the key it claims"
        )
    return signature
