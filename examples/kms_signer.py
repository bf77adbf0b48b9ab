"""A signer whose key is in a cloud key service, for the service of Amazon (AWS KMS): an adapter to copy and change.

    client = boto3.client("kms", config=Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 2}))
    signer = KmsSigner.open(client, "alias/seal-2026")
    issued = Issuer(signer, issuer="DE-3087").issue(certificate, at=now)

Other services differ in names. What stays the same in all of them is what goes wrong:

- ECDSA comes back in DER, and COSE wants r and s, each as wide as the curve: ``raw_signature``.
- What is sent is the digest, not the message: services limit messages (here to 4096 bytes), and see less this way.
- Timeouts and repetitions are those of the client that is passed in, and what it raises is passed on.

A service that answers wrongly is not looked for here: whatever signs in certmark verifies each signature with
``public_key`` before anything is handed out. Compare its key id with the trusted list once, or that proves little.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256, sha384
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from certmark.cose.algorithms import TRAITS, Algorithm
from certmark.cose.keys import VerificationKey
from certmark.errors import KeyFormatError, SignerError

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE_ALGORITHMS = {Algorithm.ESP256: "ECDSA_SHA_256", Algorithm.ESP384: "ECDSA_SHA_384"}
"""What the service calls the algorithms."""

DIGESTS = {Algorithm.ESP256: sha256, Algorithm.ESP384: sha384}


class KmsClient(Protocol):
    """The two calls of ``boto3.client("kms")`` that are needed."""

    def get_public_key(self, *, KeyId: str) -> Mapping[str, Any]:  # noqa: N803 as the service spells it
        """Answer with PublicKey (SubjectPublicKeyInfo in DER), KeyUsage and SigningAlgorithms."""

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> Mapping[str, Any]:  # noqa: N803
        """Answer with Signature (ECDSA-Sig-Value in DER)."""


@dataclass(frozen=True, slots=True)
class KmsSigner:
    """A ``certmark.Signer``; as thread-safe as its client.

    Attributes:
        client: asks the service.
        key: id, ARN or alias of the key.
        public_key: the key that verifies.
        certificate: DER of the X.509 seal certificate of the key, or None.
    """

    client: KmsClient
    key: str
    public_key: VerificationKey
    certificate: bytes | None = None

    @classmethod
    def open(cls, client: KmsClient, key: str, *, certificate: bytes | None = None) -> KmsSigner:
        """Ask the service for the public key, once.

        Raises:
            KeyFormatError: a key that does not sign, or not with ESP256 or ESP384; a certificate for another key.
        """
        answer = client.get_public_key(KeyId=key)
        try:
            public_key = VerificationKey.of(load_der_public_key(answer["PublicKey"]))
        except UnsupportedAlgorithm as error:
            raise KeyFormatError(f"{key}: not a key for ECDSA signatures on P-256 or P-384") from error
        except ValueError as error:
            raise KeyFormatError(f"{key}: the service gives no public key in DER") from error
        wanted = SERVICE_ALGORITHMS.get(public_key.algorithm)
        if wanted is None or answer["KeyUsage"] != "SIGN_VERIFY" or wanted not in answer["SigningAlgorithms"]:
            raise KeyFormatError(f"{key}: not a key for ECDSA signatures on P-256 or P-384")
        if certificate is not None and VerificationKey.from_certificate(certificate) != public_key:
            raise KeyFormatError(f"{key}: the X.509 certificate is for another key")
        return cls(client, key, public_key, certificate)

    def sign(self, to_be_signed: bytes) -> bytes:
        """Sign the Sig_structure; see ``certmark.Signer``.

        Raises:
            SignerError: the answer is no ECDSA signature of this curve.
        """
        algorithm = self.public_key.algorithm
        answer = self.client.sign(
            KeyId=self.key,
            Message=DIGESTS[algorithm](to_be_signed).digest(),
            MessageType="DIGEST",
            SigningAlgorithm=SERVICE_ALGORITHMS[algorithm],
        )
        return raw_signature(answer["Signature"], width=TRAITS[algorithm].key_bytes)


def raw_signature(der: bytes, *, width: int) -> bytes:
    """Convert an ECDSA signature from DER to the form of COSE (RFC 9053 §2.1).

    In DER a number has no leading zeros, and one more where its first bit is set: r and s are 1 to ``width`` + 1 bytes
    there, and exactly ``width`` here.

    Args:
        der: ECDSA-Sig-Value (RFC 3279 §2.2.3).
        width: bytes of a coordinate: 32 for P-256, 48 for P-384.

    Raises:
        SignerError: not such a signature, or numbers that are wider.
    """
    try:
        r, s = decode_dss_signature(der)
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")
    except (TypeError, ValueError, OverflowError) as error:
        raise SignerError(f"the key service gives no ECDSA signature of {width} bytes each for r and s") from error
