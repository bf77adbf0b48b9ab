"""ML-DSA signatures, which are another each time: those that were published stay, as long as they are right."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import Final

from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from tests import keys
from tests.conftest import ROOT

FILE: Final = ROOT / "tests" / "vectors" / "artefacts" / "ml-dsa-signatures.json"
KEPT: Final[dict[str, str]] = json.loads(FILE.read_bytes()) if FILE.exists() else {}
"""Signatures in hexadecimal, by the SHA-256 of key id and what is signed."""
USED: Final[dict[str, str]] = {}


class KeepingSigner(KeySigner):
    """A signer that gives the signature that it once gave."""

    def sign(self, to_be_signed: bytes) -> bytes:
        """Sign, unless there is a signature that is right."""
        name = sha256(self.public_key.key_id + to_be_signed).hexdigest()
        kept = bytes.fromhex(KEPT.get(name, ""))
        key = self.public_key
        if not key.verifies(kept, to_be_signed, algorithm=key.algorithm):
            kept = KeySigner.of(self.private_key).sign(to_be_signed)
        USED[name] = KEPT[name] = kept.hex()
        return kept


@cache
def signer(algorithm: Algorithm, number: int = 77) -> KeySigner:
    """Give a signer of any algorithm, for the key of ``tests.keys``."""
    return KeepingSigner.of(keys.private_key(algorithm, number))
