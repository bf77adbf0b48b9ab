"""Keys in files: private ones in PEM, public ones as COSE_Key or PEM."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import blaming, read_file

if TYPE_CHECKING:
    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import KeySigner

PASSWORD_VARIABLE: Final = "CERTMARK_KEY_PASSWORD"  # noqa: S105 a name, no password
_LARGEST_KEY: Final = 100_000

PrivateKeyFile: TypeAlias = Annotated[
    str, typer.Option("--key", metavar="KEY.pem", help=f"Private key; its password in {PASSWORD_VARIABLE}.")
]
PublicKeyFile: TypeAlias = Annotated[
    str, typer.Option("--key", metavar="KEY.pub.cbor", help="Public key, as COSE_Key or in PEM.")
]


def read_signer(key: str) -> KeySigner:
    """Read a private key.

    Raises:
        CommandError: missing (66), no private key or encrypted without its password (65), or not a file (64).
    """
    if key.startswith("pkcs11:"):
        raise CommandError(
            ExitCode.USAGE, "keys in PKCS#11 modules are not in this version: give the path of a PEM file to --key"
        )
    pem = read_file(key, what="a private key in PEM", at_most=_LARGEST_KEY)
    from certmark.cose.signer import KeySigner

    encrypted = b"ENCRYPTED" in pem
    password = os.environ.get(PASSWORD_VARIABLE) if encrypted else None
    if encrypted and password is None:
        raise CommandError(ExitCode.BAD_INPUT, f"{key}: the private key is encrypted: set {PASSWORD_VARIABLE}")
    with blaming(key):
        return KeySigner.from_pem(pem, password=None if password is None else os.fsencode(password))


def read_public_key(path: str) -> VerificationKey:
    """Read a public key: the COSE_Key that ``certmark keygen`` writes, or PEM.

    Raises:
        CommandError: missing (66), or no public key (65).
    """
    data = read_file(path, what="a public key", at_most=_LARGEST_KEY)
    from certmark import cbor
    from certmark.cose.keys import VerificationKey

    with blaming(path):
        if data.startswith(b"-----BEGIN"):
            return VerificationKey.from_pem(data)
        members = cbor.decode(data, depth=2)
        return VerificationKey.from_cose_key(members if isinstance(members, dict) else {})  # type: ignore[arg-type]
