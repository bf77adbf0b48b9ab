"""Certification requests (PKCS#10, RFC 2986): how a body asks a trust service provider for its seal certificate.

Any ``Signer`` can ask: what is to be signed is written here, since keys in hardware have no private key object.

::

    CertificationRequestInfo = SEQUENCE { version 0, subject, subjectPKInfo, attributes [0] {} }
    CertificationRequest = SEQUENCE { CertificationRequestInfo, AlgorithmIdentifier, BIT STRING signature }
"""

from __future__ import annotations

from base64 import b64encode
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from certmark.cose.algorithms import TRAITS, Algorithm
from certmark.cose.certificates import ORGANISATION_IDENTIFIER
from certmark.cose.labels import KeyType
from certmark.cose.signer import checked_signature
from certmark.errors import KeyFormatError
from certmark.text import problem_in

if TYPE_CHECKING:
    from cryptography import x509

    from certmark.cose.signer import Signer

_SEQUENCE, _OID, _BIT_STRING, _ATTRIBUTES = 0x30, 0x06, 0x03, 0xA0
_VERSION: Final = bytes.fromhex("020100")
_IDENTIFIERS: Final = {
    Algorithm.ESP256: bytes.fromhex("2a8648ce3d040302"),  # RFC 5758 §3.2: 1.2.840.10045.4.3.2
    Algorithm.ESP384: bytes.fromhex("2a8648ce3d040303"),
    Algorithm.Ed25519: bytes.fromhex("2b6570"),  # RFC 8410 §3: 1.3.101.112
    Algorithm.ML_DSA_44: bytes.fromhex("608648016503040311"),  # RFC 9881 §2: 2.16.840.1.101.3.4.3.17
    Algorithm.ML_DSA_65: bytes.fromhex("608648016503040312"),
}
"""Object identifiers of the signature algorithms; none has parameters."""


def certification_request(signer: Signer, subject: str, *, organisation_identifier: str | None = None) -> bytes:
    """Ask for a certificate.

    Args:
        signer: signs; its answer is verified before the request is written.
        subject: as in RFC 4514, the narrowest first: ``CN=Seal 1,O=Example Body,C=DE``.
        organisation_identifier: organizationIdentifier of the subject (ETSI EN 319 412-1 §5.1.4).

    Returns:
        The request in PEM.

    Raises:
        KeyFormatError: no such subject, or one that is not fit to be shown.
        SignerError: the signature does not verify.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 see certificates

    key = signer.public_key
    public_key = key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    name = _name(subject, organisation_identifier).public_bytes()
    info = _der(_SEQUENCE, _VERSION, name, public_key, _der(_ATTRIBUTES))
    signature = _as_x509(checked_signature(signer, info), key.algorithm)
    algorithm = _der(_SEQUENCE, _der(_OID, _IDENTIFIERS[key.algorithm]))
    request = _der(_SEQUENCE, info, algorithm, _der(_BIT_STRING, b"\0", signature))
    lines = "\n".join(wrap(b64encode(request).decode(), 64))
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{lines}\n-----END CERTIFICATE REQUEST-----\n".encode()


def _name(subject: str, organisation_identifier: str | None) -> x509.Name:
    from cryptography.x509 import Name, NameAttribute, ObjectIdentifier, RelativeDistinguishedName  # noqa: PLC0415

    identifier = ObjectIdentifier(ORGANISATION_IDENTIFIER)
    for what, text in (("subject", subject), ("organizationIdentifier", organisation_identifier)):
        if text is not None and (problem := problem_in(text)):
            raise KeyFormatError(f"the {what} {problem}")
    try:
        name = Name.from_rfc4514_string(subject, {"organizationIdentifier": identifier})
    except ValueError as error:
        why = f" ({error})" if str(error) else ""
        raise KeyFormatError(
            f"the subject is not written as in RFC 4514{why}: write 'CN=Seal 1,O=Example Body,C=DE', with a backslash "
            "before a comma that belongs to a name"
        ) from error
    for attribute in name:  # escapes can write what the subject itself does not show
        if problem := problem_in(str(attribute.value)):
            raise KeyFormatError(f"the subject names something that {problem}")
    if organisation_identifier is None:
        return name
    if name.get_attributes_for_oid(identifier):
        raise KeyFormatError("organizationIdentifier is given twice")
    *wider, narrowest = name.rdns
    stated = RelativeDistinguishedName([NameAttribute(identifier, organisation_identifier)])
    return Name([*wider, stated, narrowest])


def _as_x509(signature: bytes, algorithm: Algorithm) -> bytes:
    """Turn a signature as COSE carries it into one as X.509 does: ECDSA as a SEQUENCE of r and s."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415

    traits = TRAITS[algorithm]
    if traits.key_type is not KeyType.EC2:
        return signature
    r, s = signature[: traits.key_bytes], signature[traits.key_bytes :]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
