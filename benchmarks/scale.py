"""What many keys, many status entries and many trusted lists cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.ratios import Figure, Figures, ratio
from benchmarks.speed import raw_verify
from benchmarks.unions import HYBRID, SIGNINGS, body, union_of
from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.trust import TrustSnapshot
from tests import world as w

if TYPE_CHECKING:
    from collections.abc import Callable


def growth(rounds: int) -> Figures:
    """Measure what ten thousand keys and ten million status entries cost a verification."""
    small, text, now = w.WORLD, w.WORLD.text, w.WORLD.now
    many = _with_bodies(3_333)
    large = w.WORLD.with_statuses(size=10_000_000)

    def report(world: w.World) -> Callable[[], object]:
        verifier = world.verifier()
        return lambda: verifier.report(text, at=now).indication

    return {
        "growth_keys": ratio(report(many), report(small), rounds=rounds),
        "growth_status": ratio(report(large), report(small.with_statuses(size=1_000)), rounds=rounds),
    }


def opening(rounds: int) -> Figures:
    """Measure opening a bundle of 30 territories with 5 bodies of 3 keys each, beyond its signatures.

    Once with ESP256 alone, once with ML-DSA-65 beside it on root and union list.
    """
    raw = raw_verify(w.WORLD.cose)
    later = KeySigner.generate(Algorithm.ML_DSA_65)
    signature, key = later.sign(b""), later.public_key
    cost = ratio(lambda: key.verifies(signature, b"", algorithm=Algorithm.ML_DSA_65), raw, rounds=rounds)
    return {
        "bundle_ratio": _beyond_signatures("ESP256", raw, cost, rounds=rounds),
        "bundle_ratio_hybrid": _beyond_signatures(HYBRID, raw, cost, rounds=rounds),
        "ml_dsa_65_verify": cost,
        "bundle_bytes": Figure(len(union_of("ESP256").bundle)),
        "bundle_bytes_hybrid": Figure(len(union_of(HYBRID).bundle)),
    }


def _beyond_signatures(name: str, raw: Callable[[], object], cost: Figure, *, rounds: int) -> Figure:
    world, signing = union_of(name), SIGNINGS[name]
    bundle, anchor = world.bundle, world.anchor
    # counting ends at the threshold, and the classical keys come first; each national list has one signer
    later = max(0, signing.threshold - 3)
    signatures = 2 * (signing.threshold - later) + len(world.members)
    whole = ratio(lambda: TrustSnapshot.open(bundle, anchor=anchor), raw, rounds=rounds)
    return whole.minus(Figure(signatures)).minus(Figure(2 * later * cost.value, 2 * later * cost.spread))


def _with_bodies(number: int) -> w.World:
    """Spread bodies over 26 more territories, since a list has a largest size."""
    territories = [f"Q{chr(65 + index)}" for index in range(26)]
    share = number // len(territories)
    members = (
        w.Member(
            territory=territory,
            keys=(KeySigner.generate(),),
            entities=tuple(body(territory, index, [KeySigner.generate() for _ in range(3)]) for index in range(share)),
        )
        for territory in territories
    )
    world = replace(w.WORLD, members=(*w.WORLD.members, *members))
    if world.trust().problems or not world.report().passed:
        raise SystemExit("the large bundle that is measured is not usable")
    return world
