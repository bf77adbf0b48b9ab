"""What a store believes: a new bundle beside what it holds, its own bundles when they are loaded, the one before last.

Two things may go wrong with one national list and must not be confused. Where nothing newer was shown than what is
known (the list is missing, broken or an old one: any mirror can do that, since nobody signs a bundle), the known list
stays. Where its signers contradict what they said, the territory is unknown, and both bundles are evidence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import TrustError
from certmark.trust import TrustBundle, TrustFloor, TrustSnapshot
from certmark.trust.floor import check_list

if TYPE_CHECKING:
    from collections.abc import Collection

    from certmark.limits import Limits
    from certmark.trust.floor import Seen


class Held(NamedTuple):
    """A bundle and what was verified of it.

    Attributes:
        bundle: its parts.
        snapshot: opened on the floor, and compared with what was known before.
        remembered: the national lists of what was known before, where the bundle has none that counts.
    """

    bundle: TrustBundle
    snapshot: TrustSnapshot
    remembered: TrustBundle | None = None

    def kept(self, *, at_most: int) -> TrustBundle:
        """Give the bundle that the next one is compared with: the last list of each territory that was accepted.

        Args:
            at_most: largest bundle, in bytes.
        """
        usable = set(self.snapshot.national)
        older = self.remembered.national if self.remembered is not None else {}
        lists = {territory: data for territory, data in self.bundle.national.items() if territory in usable}
        kept = replace(self.bundle, national={**{t: data for t, data in older.items() if t not in usable}, **lists})
        return kept if len(kept.to_bytes()) <= at_most else self.bundle


class Accepted(NamedTuple):
    """A new bundle that may take the place of the one in use.

    Attributes:
        held: the new bundle, with the known list of a territory for which it shows nothing newer.
        contradicted: territories whose signers contradict what they said before.
    """

    held: Held
    contradicted: Collection[str]


class Rules(NamedTuple):
    """What every bundle is opened with.

    Attributes:
        anchor: SHA-256 of a root file, as the application gives it.
        limits: bounds on sizes.
        algorithms: whose signatures count on roots and lists.
    """

    anchor: bytes | str
    limits: Limits
    algorithms: frozenset[int]

    def reopen(self, bundle: TrustBundle, floor: TrustFloor | None, before: TrustBundle | None) -> Held:
        """Verify a bundle of the store itself.

        Args:
            bundle: the one in use.
            floor: what it may not be below.
            before: what it was compared with when it was accepted: what was refused then is refused again.

        Raises:
            TrustError: it does not count.
        """
        if before is None:
            return Held(bundle, self._open(bundle, floor))
        try:
            base = self._open(before)
        except TrustError:
            return Held(bundle, self._open(bundle, floor))
        return Held(bundle, self._on(bundle, floor, base), before)

    def accept(self, bundle: TrustBundle, floor: TrustFloor | None, known: Held | None) -> Accepted:
        """Verify a new bundle.

        Args:
            bundle: what came.
            floor: what it may not be below.
            known: what is in use.

        Raises:
            TrustError: it does not count.
        """
        if known is None:
            return Accepted(Held(bundle, self._open(bundle, floor)), ())
        snapshot = self._on(bundle, floor, known.snapshot)
        lost = [territory for territory in known.snapshot.national if territory not in snapshot.national]
        contradicted = set()
        if lost:
            shown = self._open(bundle).national
            contradicted = {
                territory
                for territory in lost
                if territory in shown
                and shown[territory].head.sequence_number >= _number(territory, known.snapshot, floor)
            }
            stay = {t: known.bundle.national[t] for t in lost if t not in contradicted and t in known.bundle.national}
            merged = replace(bundle, national={**bundle.national, **stay})
            if stay and len(merged.to_bytes()) <= self.limits.bundle:
                bundle, snapshot = merged, self._on(merged, floor, known.snapshot)
        return Accepted(Held(bundle, snapshot), contradicted)

    def fall_back(self, bundle: TrustBundle, floor: TrustFloor | None) -> Held:
        """Verify the bundle before the one in use, which is below the floor and takes its place.

        What former signers signed does not come back: they may have been replaced because somebody stole their keys.

        Raises:
            TrustError: it does not count.
        """
        snapshot = self._open(bundle)
        if floor is None:
            return Held(bundle, snapshot)
        own = snapshot.floor
        if not _may_follow("the union list", own.union, floor.union, threshold=snapshot.root.roles.union.threshold):
            raise TrustError("those who signed the union list before were replaced")
        replaced = set()
        for territory, national in snapshot.national.items():
            threshold = national.pointer.threshold or snapshot.root.roles.union.threshold
            later = floor.national.get(territory)
            if later is not None and not _may_follow(
                f"the national list of {territory}", own.national[territory], later, threshold=threshold
            ):
                replaced.add(territory)
        if replaced:
            bundle = replace(bundle, national={t: d for t, d in bundle.national.items() if t not in replaced})
            snapshot = self._open(bundle)
        return Held(bundle, snapshot)

    def _on(self, bundle: TrustBundle, floor: TrustFloor | None, base: TrustSnapshot) -> TrustSnapshot:
        """Open a bundle on a floor, and compare it with a snapshot that may know less than the floor does."""
        compared = self._open(bundle, base)
        if floor is None:
            return compared
        below = self._open(bundle, floor).problems.keys() - compared.problems.keys()
        if not below:
            return compared
        return self._open(replace(bundle, national={t: d for t, d in bundle.national.items() if t not in below}), base)

    def _open(self, bundle: TrustBundle, previous: TrustFloor | TrustSnapshot | None = None) -> TrustSnapshot:
        return TrustSnapshot.open(
            bundle, anchor=self.anchor, previous=previous, limits=self.limits, algorithms=self.algorithms
        )


def risen(floor: TrustFloor | None, snapshot: TrustSnapshot) -> TrustFloor:
    """Give the floor after a snapshot was accepted: nothing that it says is lower than before.

    Args:
        floor: before.
        snapshot: opened on it.
    """
    own = snapshot.floor
    if floor is None:
        return own
    accepted = {territory: own.national[territory] for territory in snapshot.national}
    return TrustFloor(own.root, own.union, {**own.national, **floor.national, **accepted})


def _number(territory: str, known: TrustSnapshot, floor: TrustFloor | None) -> int:
    remembered = floor.national.get(territory) if floor is not None else None
    number = known.national[territory].head.sequence_number
    return number if remembered is None else max(number, remembered.sequence_number)


def _may_follow(what: str, earlier: Seen, later: Seen, *, threshold: int) -> bool:
    """Tell whether the signers of an earlier list are those of a later one, which does not contradict it."""
    return check_list(what, later, earlier, threshold=threshold)
