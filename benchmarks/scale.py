"""What many keys, many status entries and many trusted lists cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.ratios import Figure, Figures, ratio
from benchmarks.speed import raw_verify
from certmark.cose.signer import KeySigner
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.trust.entities import StatusListDeclaration, TrustedEntity
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
    """Measure opening a bundle of 30 territories with 5 bodies of 3 keys each, beyond its signatures."""
    members = []
    for number in range(30):
        territory = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
        signer = KeySigner.generate()
        entities = tuple(_body(territory, index) for index in range(5))
        members.append(w.Member(territory=territory, keys=(signer,), entities=entities))
    world = replace(w.WORLD, members=tuple(members))
    bundle, anchor = world.bundle, world.anchor
    roles = world.trust().root.roles
    # counting ends at the threshold; each national list has one signer
    signatures = roles.root.threshold + roles.union.threshold + len(TrustBundle.from_bytes(bundle).national)
    whole = ratio(lambda: TrustSnapshot.open(bundle, anchor=anchor), raw_verify(w.WORLD.cose), rounds=rounds)
    return {"bundle_ratio": whole.minus(Figure(signatures)), "bundle_bytes": Figure(len(bundle))}


def _with_bodies(number: int) -> w.World:
    """Spread bodies over 26 more territories, since a list has a largest size."""
    territories = [f"Q{chr(65 + index)}" for index in range(26)]
    share = number // len(territories)
    members = (
        w.Member(
            territory=territory,
            keys=(KeySigner.generate(),),
            entities=tuple(_body(territory, index) for index in range(share)),
        )
        for territory in territories
    )
    world = replace(w.WORLD, members=(*w.WORLD.members, *members))
    if world.trust().problems or not world.report().passed:
        raise SystemExit("the large bundle that is measured is not usable")
    return world


def _body(territory: str, index: int) -> TrustedEntity:
    signers = [KeySigner.generate() for _ in range(3)]
    issuing = w.issuance(signers[0], w.EUCC_HIGH, w.EUCC_SUBSTANTIAL)
    issuing = issuing._replace(keys=(*issuing.keys, w.service_key(signers[1])))
    declared = StatusListDeclaration(f"https://status.{territory.lower()}.example/{index}")
    services = (issuing, w.status_service(signers[2], declared))
    return TrustedEntity(f"{territory}-{9000 + index}", f"Example body {index} of {territory}", services)
