"""What each signature algorithm weighs in certificate tokens, and which QR code holds them.

Usage: python benchmarks/algorithms.py

Prints the tables of docs/algorithms.md: the lightest and the heaviest of examples/certificates, issued as links. ML-DSA
signatures are random and compress by some bytes more or less: fixed bytes stand in their place, so that the figures are
the same in every run.
"""

from __future__ import annotations

import sys
from functools import cache
from hashlib import shake_256
from pathlib import Path
from typing import Final, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from certmark.claims import StatusReference  # noqa: E402 the repository must be on the path first
from certmark.cose import sign1  # noqa: E402
from certmark.cose.algorithms import SIGNING_ALGORITHMS, TRAITS, Algorithm  # noqa: E402
from certmark.cose.labels import KeyType  # noqa: E402
from certmark.cose.profile import CERTMARK_1  # noqa: E402
from certmark.errors import CapacityError  # noqa: E402
from certmark.issue import Issuer  # noqa: E402
from certmark.model import AnyDocument, load_document  # noqa: E402
from certmark.transport import pack, to_link  # noqa: E402
from certmark.transport.capacity import segments_of, smallest_version, token_bytes_that_fit  # noqa: E402
from tests import keys  # noqa: E402
from tests.world import LINK, NOW, STATUS_URI  # noqa: E402

URL: Final = LINK.partition("{")[0]
VERSIONS: Final = (10, 15, 22, 30, 40)


class Weight(NamedTuple):
    """What the token of an example weighs.

    Attributes:
        packed: bytes in the code, compressed.
        at_m: version of the QR code at error correction M, or None where there is none.
        at_l: likewise at L.
    """

    packed: int
    at_m: int | None
    at_l: int | None


@cache
def weights(algorithm: Algorithm, *, label: bool) -> tuple[Weight, ...]:
    """Weigh the tokens of all examples that are in time, the lightest first."""
    issuer = Issuer(keys.signer(algorithm), issuer="DE-3087", link=LINK)
    found = []
    for path in sorted((ROOT / "examples" / "certificates").glob("*.json")):
        document: AnyDocument = load_document(path.read_bytes())
        if document.issued > NOW.date():
            continue
        stated = document.for_label() if label else document
        issued = issuer.issue(stated, at=NOW, status=StatusReference(4711, STATUS_URI))
        parsed = sign1.from_bytes(issued.cose, profile=CERTMARK_1)
        signature = parsed.signature
        if TRAITS[algorithm].key_type is KeyType.AKP:
            signature = shake_256(document.id.encode()).digest(len(signature))
        cose = sign1.to_bytes(parsed.headers.raw, parsed.payload, signature)
        text = to_link(cose, LINK, id=document.id, index=None)
        found.append(Weight(len(pack(cose)), *(_version(text, ecc) for ecc in "ML")))
    return tuple(sorted(found, key=lambda weight: weight.packed))


def _version(text: str, ecc: str) -> int | None:
    try:
        return smallest_version(segments_of(text), ecc)
    except CapacityError:
        return None


def rows() -> list[str]:
    """Give the rows of the table of algorithms."""
    made = []
    for algorithm in SIGNING_ALGORITHMS:
        traits = TRAITS[algorithm]
        key = traits.key_bytes * (2 if traits.key_type is KeyType.EC2 else 1)
        cells = [traits.name, f"{key:,}", f"{traits.signature_bytes:,}"]
        for label in (True, False):
            lightest, *_, heaviest = weights(algorithm, label=label)
            cells += [_codes(lightest.at_m, heaviest.at_m), _codes(lightest.at_l, heaviest.at_l)]
        made.append(f"| {' | '.join(cells)} |")
    return made


def _codes(lightest: int | None, heaviest: int | None) -> str:
    if lightest is None:
        return "none"
    return f"{lightest} to {'none' if heaviest is None else heaviest}"


def room_rows() -> list[str]:
    """Give the rows of the table of what codes hold, beside what each algorithm leaves of it."""
    made = []
    for version in VERSIONS:
        cells = [str(version)]
        for ecc in "ML":
            room = token_bytes_that_fit(version, ecc, url=URL)
            left = [max(0, room - TRAITS[each].signature_bytes) for each in (Algorithm.ESP256, Algorithm.ML_DSA_44)]
            cells += [f"{room:,}", *(f"{each:,}" if each else "none" for each in left)]
        made.append(f"| {' | '.join(cells)} |")
    return made


if __name__ == "__main__":
    print("\n".join(rows()))
    print()
    print("\n".join(room_rows()))
