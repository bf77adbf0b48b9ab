"""How worker processes come by a verifier: from bytes that travel to them once. A verifier itself cannot travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certmark.cose.algorithms import ALL_KEY_ALGORITHMS
from certmark.fetch import TrustStore
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status.snapshot import NO_STATUS, StatusSnapshot
from certmark.trust import TrustFloor, TrustSnapshot
from certmark.verify import STANDARD, Policy, Verifier

if TYPE_CHECKING:
    from os import PathLike

    from certmark.fetch.folder import Found
    from certmark.model.scheme import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class FromBundle:
    """Opens a verifier from a bundle. To call it verifies every list of the bundle.

    Attributes:
        bundle: bytes of the bundle.
        anchor: SHA-256 of the root file that is trusted.
        status: status lists, verified against that bundle.
        floor: what the bundle is held to.
        policy: as of a ``Verifier``, like the rest.
        algorithms: whose signatures count on roots and lists, as for ``TrustSnapshot.open``.
    """

    bundle: bytes
    anchor: bytes | str
    status: StatusSnapshot = NO_STATUS
    floor: TrustFloor | None = None
    policy: Policy = STANDARD
    schemes: tuple[Scheme, ...] | None = None
    limits: Limits = DEFAULT_LIMITS
    algorithms: frozenset[int] = ALL_KEY_ALGORITHMS

    def __call__(self) -> Verifier:
        """Open the verifier.

        Raises:
            TrustError: the bundle cannot be used.
        """
        trust = TrustSnapshot.open(
            self.bundle, anchor=self.anchor, previous=self.floor, limits=self.limits, algorithms=self.algorithms
        )
        return Verifier(trust, self.status, self.policy, self.schemes, self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromStore:
    """Opens a verifier from what was in a store at one moment, whatever is written there meanwhile.

    Attributes:
        directory: of the store.
        anchor: SHA-256 of the root file that is trusted.
        contents: of the store, as ``TrustStore.contents`` gives them.
        status: status lists, verified against those lists.
        policy: as of a ``Verifier``, like the rest.
        algorithms: whose signatures count in the store, as for ``TrustStore``.
    """

    directory: str | PathLike[str]
    anchor: bytes | str
    contents: Found
    status: StatusSnapshot = NO_STATUS
    policy: Policy = STANDARD
    schemes: tuple[Scheme, ...] | None = None
    algorithms: frozenset[int] = ALL_KEY_ALGORITHMS

    def __call__(self) -> Verifier:
        """Open the verifier.

        Raises:
            StoreError: there is nothing that can be used.
        """
        trust = TrustStore(self.directory, anchor=self.anchor, algorithms=self.algorithms).open(self.contents).snapshot
        return Verifier(trust, self.status, self.policy, self.schemes)
