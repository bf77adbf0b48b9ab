"""Keys: private ones in PEM files or on tokens, public ones as COSE_Key or PEM, and certificates of keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from certmark.cli import hardware
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import complain
from certmark.errors import KeyFormatError

if TYPE_CHECKING:
    from certmark.cose.certificates import SignerCertificate
    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import Signer

PASSWORD_VARIABLE: Final = "CERTMARK_KEY_PASSWORD"  # noqa: S105 a name, no password
_LARGEST: Final = 100_000
"""Bytes of a key or of certificates."""
_DER: Final = b"\x30"

SigningKey: TypeAlias = Annotated[
    str,
    typer.Option("--key", metavar="KEY", help=f"KEY.pem, password in {PASSWORD_VARIABLE}, or pkcs11:..."),
]
PublicKeyFile: TypeAlias = Annotated[
    str, typer.Option("--key", metavar="KEY.pub.cbor", help="Public key, as COSE_Key or in PEM.")
]
SealCertificate: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--certificate", metavar="CERT.pem", help="X.509 certificate of the key, also in DER: tokens name it (x5t)."
    ),
]


def read_signer(key: str, *, certificate: str | None = None) -> Signer:
    """Read a private key, or find it on its token.

    Args:
        key: path of a PEM file, or a ``pkcs11:`` URI.
        certificate: path of its X.509 seal certificate, or None.

    Raises:
        CommandError: missing (66), no private key, one that cannot be used or a certificate for another key (65), or
            no file or URI (64).
    """
    seal = None if certificate is None else _seal_of(certificate)
    if hardware.is_uri(key):
        try:
            return hardware.open_signer(key, certificate=seal)
        except KeyFormatError as error:
            raise CommandError(ExitCode.BAD_INPUT, f"{certificate}: {error}") from error
    pem = read_file(key, what="a private key in PEM", at_most=_LARGEST)
    from certmark.cose.signer import KeySigner

    encrypted = b"ENCRYPTED" in pem
    password = os.environ.get(PASSWORD_VARIABLE) if encrypted else None
    if encrypted and password is None:
        raise CommandError(ExitCode.BAD_INPUT, f"{key}: the private key is encrypted: set {PASSWORD_VARIABLE}")
    with blaming(key):
        return KeySigner.from_pem(pem, password=None if password is None else os.fsencode(password), certificate=seal)


def read_public_key(path: str) -> VerificationKey:
    """Read a public key: the COSE_Key that ``certmark keygen`` writes, or PEM.

    Raises:
        CommandError: missing (66), or no public key (65).
    """
    data = read_file(path, what="a public key", at_most=_LARGEST)
    with blaming(path):
        return _public_key(data)


def read_key_or_certificates(path: str) -> tuple[VerificationKey, tuple[SignerCertificate, ...]]:
    """Read a public key, or the certificates that begin with its own.

    Raises:
        CommandError: missing (66), or neither (65).
    """
    data = read_file(path, what="a public key or certificate", at_most=_LARGEST)
    from certmark.cose import certificates

    with blaming(path):
        if not data.startswith(_DER) and b"-----BEGIN CERTIFICATE" not in data:
            return _public_key(data), ()
        found = certificates.read_certificates(data)
        return found[0].verification_key(), found


def read_certificates(path: str) -> tuple[SignerCertificate, ...]:
    """Read a certificate in DER, or certificates in PEM.

    Raises:
        CommandError: missing (66), or no certificates (65).
    """
    data = read_file(path, what="an X.509 certificate", at_most=_LARGEST)
    from certmark.cose import certificates

    with blaming(path):
        return certificates.read_certificates(data)


def _public_key(data: bytes) -> VerificationKey:
    from certmark import cbor
    from certmark.cose.keys import VerificationKey

    if data.startswith(b"-----BEGIN"):
        return VerificationKey.from_pem(data)
    members = cbor.decode(data, depth=2)
    return VerificationKey.from_cose_key(members if isinstance(members, dict) else {})  # type: ignore[arg-type]


def _seal_of(path: str) -> bytes:
    """Give the DER of the first certificate of a file, that of the key; those that issued it may follow."""
    certificate = read_certificates(path)[0]
    if certificate.usage_problem is not None:
        complain(f"warning: {path}: not for sealing: {certificate.usage_problem}")
    return certificate.der
