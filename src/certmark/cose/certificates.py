"""Signer certificates: the X.509 certificate of a key, and the path that was given with it.

They are read to be shown. A trusted list says whose key counts and when, so that nothing here decides: a path is not
validated, only asked whether each certificate was signed by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from certmark.cose.keys import VerificationKey
from certmark.cose.labels import LARGEST_CERTIFICATE, LONGEST_PATH
from certmark.errors import KeyFormatError
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

_LARGEST_FILE: Final = 2 * LONGEST_PATH * LARGEST_CERTIFICATE
ORGANISATION_IDENTIFIER: Final = "2.5.4.97"
"""Object identifier of organizationIdentifier, an attribute of subjects (ETSI EN 319 412-1 §5.1.4)."""
_QC_STATEMENTS: Final = "1.3.6.1.5.5.7.1.3"
_QC_COMPLIANCE: Final = bytes.fromhex("060604008e460101")
"""DER of the statement QcCompliance (ETSI EN 319 412-5): 0.4.0.1862.1.1."""
_QC_ESEAL: Final = bytes.fromhex("060704008e46010602")
"""DER of the QcType for seals: 0.4.0.1862.1.6.2."""
_USES: Final = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
_SEALING: Final = frozenset({"digitalSignature", "nonRepudiation"})
_ISSUING: Final = frozenset({"keyCertSign", "cRLSign"})


@dataclass(frozen=True, slots=True)
class SignerCertificate:
    """What the X.509 certificate of a key says of itself.

    Attributes:
        der: the certificate.
        subject: whom it is for, as in RFC 4514.
        organisation: organizationName of the subject, or None.
        organisation_identifier: organizationIdentifier of the subject (ETSI EN 319 412-1 §5.1.4), or None.
        issuer: who issued it, as in RFC 4514.
        serial_number: of the issuer.
        not_before: first second of its validity.
        not_after: last second of its validity.
        key_usage: what it is for, in the words of RFC 5280 §4.2.1.3; None when it does not say.
        is_authority: whether it says that it is for issuing certificates.
        states_qualified_seal: whether it states to be a qualified certificate for seals (ETSI EN 319 412-5).
    """

    der: bytes
    subject: str
    organisation: str | None
    organisation_identifier: str | None
    issuer: str
    serial_number: int
    not_before: int
    not_after: int
    key_usage: tuple[str, ...] | None
    is_authority: bool
    states_qualified_seal: bool

    @property
    def x5t(self) -> bytes:
        """SHA-256 of the certificate: what tokens and lists call it."""
        return sha256(self.der).digest()

    @property
    def usage_problem(self) -> str | None:
        """Why the certificate is not for sealing, or None."""
        if self.is_authority or _ISSUING.intersection(self.key_usage or ()):
            return "it is for issuing certificates"
        if self.key_usage is not None and not _SEALING.intersection(self.key_usage):
            return "its key usage has neither digitalSignature nor nonRepudiation"
        return None

    def verification_key(self) -> VerificationKey:
        """Give its public key.

        Raises:
            KeyFormatError: certmark has no use for such a key, as for those of many issuers.
        """
        return VerificationKey.from_certificate(self.der)

    def is_valid_at(self, instant: int) -> bool:
        """Tell whether an instant, in seconds, lies in its validity; the last second is included (RFC 5280)."""
        return self.not_before <= instant <= self.not_after

    @classmethod
    def from_der(cls, der: bytes) -> SignerCertificate:
        """Read a certificate.

        Raises:
            KeyFormatError: no such certificate, a larger one, or names that are not fit to be shown.
        """
        return _read(_load(der), der)


def read_certificates(data: bytes) -> tuple[SignerCertificate, ...]:
    """Read one certificate in DER, or up to four in PEM: that of the key, then each one that signed the one before.

    Raises:
        KeyFormatError: not such a file, or a certificate that ``SignerCertificate.from_der`` refuses.
    """
    # imported here, as below: verification needs X.509 for reports on seals only, and it takes long to load
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    if len(data) > _LARGEST_FILE:
        raise KeyFormatError(f"the file of certificates has more than {_LARGEST_FILE} bytes")
    if b"-----BEGIN" not in data:
        return (SignerCertificate.from_der(data),)
    try:
        found = [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(data)]
    except _refusals() as error:
        raise KeyFormatError("no X.509 certificates in this PEM: expected blocks 'BEGIN CERTIFICATE'") from error
    if len(found) > LONGEST_PATH:
        raise KeyFormatError(f"the file has {len(found)} certificates, more than {LONGEST_PATH}")
    return tuple(map(SignerCertificate.from_der, found))


def unlinked(path: Sequence[SignerCertificate]) -> str | None:
    """Say where a path breaks: which certificate was not signed by the next one. None when it does not.

    Validity, constraints and revocation of the issuers are not looked at.
    """
    loaded = [_load(each.der) for each in path]
    for number, (certificate, issuer) in enumerate(pairwise(loaded), 1):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (TypeError, UnsupportedAlgorithm):
            return f"the signature on certificate {number} is of a kind that cannot be checked here"
        except (ValueError, InvalidSignature):
            return f"certificate {number} was not issued by certificate {number + 1}"
    return None


def _load(der: bytes) -> x509.Certificate:
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    if len(der) > LARGEST_CERTIFICATE:
        raise KeyFormatError(f"the X.509 certificate has more than {LARGEST_CERTIFICATE} bytes")
    try:
        return load_der_x509_certificate(der)
    except _refusals() as error:
        raise KeyFormatError("not an X.509 certificate in DER") from error


def _read(certificate: x509.Certificate, der: bytes) -> SignerCertificate:
    from cryptography.x509 import BasicConstraints, KeyUsage, UnrecognizedExtension  # noqa: PLC0415

    try:
        subject, issuer = certificate.subject, certificate.issuer
        names = _written(subject), _written(issuer)
        extensions = [each.value for each in certificate.extensions]
        not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        serial_number = certificate.serial_number
    except _refusals() as error:
        raise KeyFormatError(f"an X.509 certificate that cannot be read: {error}") from error
    usage = next((each for each in extensions if isinstance(each, KeyUsage)), None)
    constraints = next((each for each in extensions if isinstance(each, BasicConstraints)), None)
    statements = b"".join(
        each.value
        for each in extensions
        if isinstance(each, UnrecognizedExtension) and each.oid.dotted_string == _QC_STATEMENTS
    )
    return SignerCertificate(
        der,
        _fit(names[0]),
        _attribute(subject, "2.5.4.10"),
        _attribute(subject, ORGANISATION_IDENTIFIER),
        _fit(names[1]),
        serial_number,
        int(not_before.timestamp()),
        int(not_after.timestamp()),
        None if usage is None else tuple(word for name, word in _USES.items() if getattr(usage, name)),
        constraints is not None and constraints.ca,
        _QC_COMPLIANCE in statements and _QC_ESEAL in statements,
    )


def _written(name: x509.Name) -> str:
    from cryptography.x509 import ObjectIdentifier  # noqa: PLC0415

    identifier = ObjectIdentifier(ORGANISATION_IDENTIFIER)
    return name.rfc4514_string({identifier: "organizationIdentifier"}) or "nobody"


def _attribute(name: x509.Name, oid: str) -> str | None:
    values = [each.value for each in name if each.oid.dotted_string == oid]
    return _fit(values[0]) if values and isinstance(values[0], str) else None


def _fit(text: str) -> str:
    if problem := problem_in(text):
        raise KeyFormatError(f"an X.509 certificate with a name that {problem}")
    return text


def _refusals() -> tuple[type[Exception], ...]:
    """Give what ``cryptography`` raises where a certificate is malformed."""
    from cryptography.x509 import DuplicateExtension, InvalidVersion, UnsupportedGeneralNameType  # noqa: PLC0415

    # TypeError: a name of bits where text belongs. An application may have warnings raised, and a number that is not
    # positive makes one.
    return (ValueError, TypeError, InvalidVersion, DuplicateExtension, UnsupportedGeneralNameType, UserWarning)
