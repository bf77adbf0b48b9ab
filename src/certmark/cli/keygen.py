"""``certmark keygen`` and ``pubkey``: a new key pair, and the public half of a key that is there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli import hardware
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import SigningKey, read_signer
from certmark.cli.screen import say, visible
from certmark.cli.writing import write_new

if TYPE_CHECKING:
    from certmark.cose.algorithms import Algorithm
    from certmark.cose.keys import VerificationKey


class KeyAlgorithm(StrEnum):
    """Algorithms that certmark signs with, by their names in the IANA registry."""

    ESP256 = "ESP256"
    ESP384 = "ESP384"
    ED25519 = "Ed25519"
    ML_DSA_44 = "ML-DSA-44"
    ML_DSA_65 = "ML-DSA-65"


def keygen(
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="KEY.pem", help="The private key, or the public one of --key; new files.")
    ],
    alg: Annotated[
        KeyAlgorithm,
        typer.Option("--alg", help="Algorithm. ESP256 makes small codes; ML-DSA is for files, lists and roots."),
    ] = KeyAlgorithm.ESP256,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="pkcs11:...", help="Make it on this token, as object=LABEL; it never leaves it."),
    ] = None,
) -> int:
    """Make a key pair: KEY.pem and KEY.pub.cbor (COSE_Key), or one on a PKCS#11 token."""
    from certmark.cose.algorithms import SIGNING_ALGORITHMS, TRAITS

    algorithm = next(number for number in SIGNING_ALGORITHMS if TRAITS[number].name == alg.value)
    private, public, public_key = _in_files(algorithm, out) if key is None else _on_token(algorithm, key, out)
    say(f"private key  {private}")
    _tell(public_key, public)
    return 0


def pubkey(
    *,
    key: SigningKey,
    out: Annotated[Path, typer.Option("--out", metavar="KEY.pub.cbor", help="The public key; never overwritten.")],
) -> int:
    """Write the public key (COSE_Key) of a private key that is there already."""
    public_key = read_signer(key).public_key
    _write(public_key, out)
    _tell(public_key, out)
    return 0


def public_path(private: Path) -> Path:
    """Name the file of the public key after that of the private one: ``KEY.pem``, ``KEY.pub.cbor``."""
    return private.parent / f"{private.name.removesuffix('.pem')}.pub.cbor"


def _in_files(algorithm: Algorithm, out: Path) -> tuple[str, Path, VerificationKey]:
    from certmark.cose.signer import KeySigner

    signer = KeySigner.generate(algorithm)
    write_new(out, signer.to_pem(), private=True)
    try:
        _write(signer.public_key, public_path(out))
    except BaseException:
        out.unlink()  # nobody has used it yet, and half a pair is of no use
        raise
    return f"{visible(str(out))}  (keep it secret; it is not encrypted)", public_path(out), signer.public_key


def _on_token(algorithm: Algorithm, key: str, out: Path) -> tuple[str, Path, VerificationKey]:
    if not hardware.is_uri(key):
        raise CommandError(ExitCode.USAGE, "--key: give a pkcs11: URI; for a key in a file leave it out")
    if out.exists():  # before the token has worked for nothing
        raise CommandError(ExitCode.USAGE, f"{out}: exists already: choose another name, or move it away first")
    public_key = hardware.generate_key(key, algorithm, keep=lambda public_key: _write(public_key, out))
    return "on the token, which does not give it away", out, public_key


def _write(public_key: VerificationKey, out: Path) -> None:
    from certmark import cbor

    write_new(out, cbor.encode(public_key.to_cose_key()))


def _tell(public_key: VerificationKey, out: Path) -> None:
    from certmark.cose.algorithms import TRAITS

    say(f"public key   {visible(str(out))}  (COSE_Key, {TRAITS[public_key.algorithm].name})")
    say(f"key id       {public_key.key_id.hex()}")
