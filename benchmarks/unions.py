"""What the lists of a whole Union weigh: 30 territories, 5 bodies each, 3 keys each body, signed in several ways.

Usage: python benchmarks/unions.py

Prints the table of docs/trusted-lists.md. Keys are fixed and signatures have one length, so that the figures are the
same on every machine; what opening costs is measured by run.py.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from certmark.cose.algorithms import Algorithm  # noqa: E402 the repository must be on the path first
from certmark.trust.entities import StatusListDeclaration, TrustedEntity  # noqa: E402
from tests import keys, seals  # noqa: E402
from tests import world as w  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.cose.signer import KeySigner
    from certmark.trust.entities import ServiceKey

TERRITORIES: Final = 30
BODIES: Final = 5


class Signing(NamedTuple):
    """Who signs.

    Attributes:
        union: algorithms of the root's and the union list's keys, three of each.
        threshold: how many of these sign root and union list.
        national: algorithms of each national list's keys, one of each; all sign.
    """

    union: tuple[Algorithm, ...]
    threshold: int
    national: tuple[Algorithm, ...]


CLASSICAL, LATER = Algorithm.ESP256, Algorithm.ML_DSA_65
SIGNINGS: Final[dict[str, Signing]] = {
    "ESP256": Signing((CLASSICAL,), 2, (CLASSICAL,)),
    "Ed25519": Signing((Algorithm.Ed25519,), 2, (Algorithm.Ed25519,)),
    "hybrid above: ESP256 and ML-DSA-65 for root and union list": Signing((CLASSICAL, LATER), 5, (CLASSICAL,)),
    "hybrid throughout": Signing((CLASSICAL, LATER), 5, (CLASSICAL, LATER)),
    "ML-DSA-44": Signing((Algorithm.ML_DSA_44,), 2, (Algorithm.ML_DSA_44,)),
    "ML-DSA-65": Signing((LATER,), 2, (LATER,)),
}
SEALED: Final = {
    "ESP256, each key of a body with its seal certificate": 1,
    "ESP256, each key of a body with that and its issuer's": 2,
}
"""Certificates of P-256 keys that stand with each key of a body."""
HYBRID: Final = "hybrid above: ESP256 and ML-DSA-65 for root and union list"


@cache
def union_of(name: str) -> w.World:
    """Build a Union whose lists are signed in one of the ways."""
    signing = SIGNINGS[name.partition(",")[0]]
    certificates = SEALED.get(name, 0)
    root_keys, union_keys = (_keys(signing.union, range(first, first + 3)) for first in (1, 11))
    members = []
    for number in range(TERRITORIES):
        territory = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
        signers = _keys(signing.national, range(21 + number, 22 + number))
        entities = tuple(
            # each list has the same keys: no list looks at those of another
            body(
                territory,
                index,
                [keys.signer(number=60 + 3 * index + key) for key in range(3)],
                certificates=certificates,
            )
            for index in range(BODIES)
        )
        members.append(
            w.Member(territory=territory, keys=signers, threshold=len(signers), entities=entities, min_sequence=1)
        )
    root = w.Root(
        keys=root_keys,
        threshold=signing.threshold,
        union_keys=union_keys,
        union_threshold=signing.threshold,
        signers=root_keys[: signing.threshold],
    )
    union = w.Union(signers=union_keys[: signing.threshold])
    return replace(w.WORLD, root=root, union=union, members=tuple(members))


def body(territory: str, index: int, signers: Sequence[KeySigner], *, certificates: int = 0) -> TrustedEntity:
    """List a body with two keys for certificates and one for status lists, each with so many certificates."""
    listed = [_listed(signer, certificates) for signer in signers]
    issuing = w.issuance(signers[0], w.EUCC_HIGH, w.EUCC_SUBSTANTIAL)._replace(keys=tuple(listed[:2]))
    declared = StatusListDeclaration(f"https://status.{territory.lower()}.example/{index}")
    services = (issuing, w.status_service(signers[2], declared)._replace(keys=tuple(listed[2:])))
    return TrustedEntity(f"{territory}-{9000 + index}", f"Example body {index} of {territory}", services)


def _listed(signer: KeySigner, certificates: int) -> ServiceKey:
    if not certificates:
        return w.service_key(signer)
    path = seals.path(signer.private_key)[:certificates]
    return w.service_key(signer, x5t=sha256(path[0]).digest(), x5chain=path)


def sizes(name: str) -> tuple[int, int, int, int]:
    """Give the bytes of root, union list, one national list and the whole bundle."""
    world = union_of(name)
    if len(world.trust().national) != TERRITORIES:
        raise SystemExit(f"the Union that is measured is not usable: {name}")
    files = world.trust_bundle
    return len(files.roots[0]), len(files.union), len(files.national["AA"]), len(world.bundle)


def rows() -> list[str]:
    """Give the rows of the table."""
    return [f"| {name} | {' | '.join(f'{size:,}' for size in sizes(name))} |" for name in (*SIGNINGS, *SEALED)]


def _keys(algorithms: tuple[Algorithm, ...], numbers: range) -> tuple[KeySigner, ...]:
    return tuple(keys.signer(algorithm, number) for algorithm in algorithms for number in numbers)


if __name__ == "__main__":
    print("\n".join(rows()))
