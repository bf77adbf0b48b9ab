"""X.509 certificates for tests: of a seal and of those who issue it, the same bytes in every run."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certmark.cose.algorithms import Algorithm
from tests import keys

ORGANISATION = "Bundesprüfstelle für Muster"
IDENTIFIER = "NTRDE-HRB 12345"
FROM, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
QUALIFIED_SEAL = bytes.fromhex("301f3008060604008e4601013013060604008e4601063009060704008e46010602")
"""qcStatements of a qualified certificate for electronic seals: QcCompliance, and QcType with the value for seals."""

ISSUER_KEY = keys.private_key(Algorithm.ESP256, 91)
ROOT_KEY = keys.private_key(Algorithm.ESP384, 92)


def name(common_name: str, *, organisation: str | None = None, identifier: str | None = None) -> x509.Name:
    """Name somebody as a qualified trust service provider does."""
    said = (
        (NameOID.COUNTRY_NAME, "DE"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATION_IDENTIFIER, identifier),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in said if value is not None])


def usage(*named: str) -> x509.KeyUsage:
    """Give a key usage of some bits: ``digital_signature`` and so on."""
    bits = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{bit: bit in named for bit in bits})


SUBJECT = name("Siegel 1", organisation=ORGANISATION, identifier=IDENTIFIER)
ISSUER = name("Seal CA", organisation="Trust Services")
ROOT = name("Root CA", organisation="Trust Services")
FOR_SEALING = (usage("digital_signature", "content_commitment"),)
FOR_ISSUING = (usage("key_cert_sign", "crl_sign"), x509.BasicConstraints(ca=True, path_length=None))


def certificate(
    key: Any,
    *,
    subject: x509.Name = SUBJECT,
    issuer: x509.Name = ISSUER,
    signed_by: Any = ISSUER_KEY,
    extensions: tuple[x509.ExtensionType, ...] = FOR_SEALING,
    begins: datetime = FROM,
    ends: datetime = UNTIL,
    serial_number: int = 7,
) -> bytes:
    """DER of a certificate for a key, private or public."""
    public = key.public_key() if hasattr(key, "public_key") else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(serial_number)
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.KeyUsage))
    hashed = isinstance(signed_by, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey))
    deterministic = True if isinstance(signed_by, ec.EllipticCurvePrivateKey) else None
    return builder.sign(signed_by, SHA256() if hashed else None, ecdsa_deterministic=deterministic).public_bytes(
        Encoding.DER
    )


@cache
def issuers() -> tuple[bytes, bytes]:
    """Give the certificates of those who issue seals: the one that signs them, and the root."""
    issuing = certificate(ISSUER_KEY, subject=ISSUER, issuer=ROOT, signed_by=ROOT_KEY, extensions=FOR_ISSUING)
    root = certificate(ROOT_KEY, subject=ROOT, issuer=ROOT, signed_by=ROOT_KEY, extensions=FOR_ISSUING)
    return issuing, root


def path(key: Any, **said: Any) -> tuple[bytes, ...]:
    """Give the certificate of a key with the certificates of its issuers, up to the root."""
    return (certificate(key, **said), *issuers())


def pem(*ders: bytes) -> bytes:
    """Write certificates as one PEM file."""
    return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders)
