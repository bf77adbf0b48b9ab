"""``certmark keygen``: a new key pair in two files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.screen import say, visible
from certmark.cli.writing import write_new


class KeyAlgorithm(StrEnum):
    """Algorithms that certmark signs with, by their names in the IANA registry."""

    ESP256 = "ESP256"
    ESP384 = "ESP384"
    ED25519 = "Ed25519"
    ML_DSA_44 = "ML-DSA-44"
    ML_DSA_65 = "ML-DSA-65"


def keygen(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="KEY.pem", help="The private key; never overwritten.")],
    alg: Annotated[
        KeyAlgorithm,
        typer.Option("--alg", help="Algorithm. ESP256 makes small codes; ML-DSA is for files, lists and roots."),
    ] = KeyAlgorithm.ESP256,
) -> int:
    """Make a key pair: KEY.pem and KEY.pub.cbor (COSE_Key)."""
    from certmark import cbor
    from certmark.cose.algorithms import SIGNING_ALGORITHMS, TRAITS
    from certmark.cose.signer import KeySigner

    algorithm = next(number for number in SIGNING_ALGORITHMS if TRAITS[number].name == alg.value)
    signer = KeySigner.generate(algorithm)
    public = public_path(out)
    write_new(out, signer.to_pem(), private=True)
    try:
        write_new(public, cbor.encode(signer.public_key.to_cose_key()))
    except BaseException:
        out.unlink()  # nobody has used it yet, and half a pair is of no use
        raise
    say(f"private key  {visible(str(out))}  (keep it secret; it is not encrypted)")
    say(f"public key   {visible(str(public))}  (COSE_Key, {alg.value})")
    say(f"key id       {signer.public_key.key_id.hex()}")
    return 0


def public_path(private: Path) -> Path:
    """Name the file of the public key after that of the private one: ``KEY.pem``, ``KEY.pub.cbor``."""
    return private.parent / f"{private.name.removesuffix('.pem')}.pub.cbor"
