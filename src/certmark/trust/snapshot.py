"""The trust snapshot: everything in a bundle, verified once, then asked many times.

Rules:

* The application pins a root by the SHA-256 of its file; no other is believed because a bundle holds it, only because
  the roots from the pinned one to it lead there, each signed by the root roles of its predecessor and of itself.
* The root's union role verifies the union list, each pointer's keys its national list; thresholds count distinct keys.
* A bad national list makes its own territory unknown and no other; no usable list at all is an error.
* Entities belong to the territory of the list that names them.
* Freshness is not judged here: a snapshot has no clock.
* Signatures are verified at once. A national list is read when its territory is asked for, and an entity when a key of
  its own is; what then turns out to be malformed is reported as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from certmark.cose.algorithms import ALL_KEY_ALGORITHMS
from certmark.errors import TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust.append_only import require_append_only, union_rules_broken
from certmark.trust.authority import is_compromised, issuance_problem
from certmark.trust.bundle import TrustBundle
from certmark.trust.chain import follow_roots
from certmark.trust.documents import open_union_list
from certmark.trust.entities import ServiceType
from certmark.trust.floor import Seen, TrustFloor, check_list, check_roots, seen_union
from certmark.trust.national import NationalLists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certmark.cose.keys import VerificationKey
    from certmark.trust.entities import Service, ServiceKey, TrustedEntity
    from certmark.trust.lists import NationalList, Root, UnionList


class Candidate(NamedTuple):
    """A listed key that may have signed, and what stands behind it.

    Attributes:
        verification_key: ready for use.
        key: as the list states it.
        service: whose key it is.
        entity: whose service it is.
        national_list: where it is listed.
    """

    verification_key: VerificationKey
    key: ServiceKey
    service: Service
    entity: TrustedEntity
    national_list: NationalList

    @property
    def entity_id(self) -> str:
        """Whose key it is."""
        return self.entity.entity_id

    @property
    def verify_until(self) -> int:
        """First second in which its signatures do not count any more."""
        return self.key.verify_until

    def was_in_order(self, signed_at: int) -> bool:
        """Tell whether key and service were entitled to sign at an instant, in seconds; a compromised key never was."""
        return not is_compromised(self.key) and issuance_problem(self.key, self.service, signed_at) is None


@dataclass(frozen=True, slots=True, eq=False)
class TrustSnapshot:
    """A verified set of trusted lists; immutable, so it may be shared between threads and swapped as a value.

    Make one with ``open``.

    Attributes:
        root: the newest root, the pinned one or a successor of it.
        union: the union list.
        national: usable national lists by territory, each read when it is first asked for.
        limits: bounds on candidates.
    """

    root: Root
    union: UnionList
    national: NationalLists
    limits: Limits
    _candidates: dict[tuple[bytes, str, ServiceType], tuple[Candidate, ...]] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        bundle: bytes | TrustBundle,
        *,
        anchor: bytes | str,
        previous: TrustFloor | TrustSnapshot | None = None,
        limits: Limits = DEFAULT_LIMITS,
        algorithms: frozenset[int] = ALL_KEY_ALGORITHMS,
    ) -> TrustSnapshot:
        """Verify a bundle against a pinned root.

        Args:
            bundle: the bundle, or the bytes of its file.
            anchor: SHA-256 of a root file, as 32 bytes or 64 hexadecimal digits. It must come from the application,
                never from where the bundle came from. The bundle may hold newer roots: their signatures lead there.
            previous: the snapshot that was used before: no root or list may be older than it was there, or rewrite what
                it said. Its ``floor`` alone holds them to the first only.
            limits: bounds on sizes and counts.
            algorithms: whose signatures count on roots and lists, usually ``Policy.accepted_at`` of now: a snapshot has
                no clock. The pinned root is believed for its digest, whoever signed it.

        Raises:
            AnchorError: the pinned root is not in the bundle, or does not lead to the newest one.
            RollbackError: root or union list are older than before.
            EquivocationError: root or union list contradict what was known before.
            AppendOnlyError: the union list rewrites what it said before.
            TrustError: a bundle, root or union list that cannot be used, or no usable national list at all.
        """
        if not isinstance(bundle, TrustBundle):
            bundle = TrustBundle.from_bytes(bundle, limits=limits)
        roots = follow_roots(bundle.roots, anchor, limits=limits, algorithms=algorithms)
        root = roots[-1]
        before = previous if isinstance(previous, TrustSnapshot) else None
        floor = previous.floor if isinstance(previous, TrustSnapshot) else previous
        if floor is not None:
            check_roots(roots, floor)
        union = open_union_list(bundle.union, root, limits=limits, algorithms=algorithms)
        if floor is not None:
            held = check_list(
                "the union list",
                seen_union(union, root),
                floor.union,
                threshold=root.roles.union.threshold,
                prev_digest=union.content.prev_digest,
            )
            if held and before is not None:
                broken = union_rules_broken(before.union.content, union.content, since=before.union.head.issued_at)
                require_append_only(broken, "the union list", known=before.union.head, found=union.head)
        national = NationalLists(
            union,
            bundle.national,
            root=root,
            previous=floor.national if floor is not None else {},
            before=before.national.accepted() if before is not None else {},
            limits=limits,
            algorithms=algorithms,
        )
        if not any(national):
            problems = (f"{territory}: {problem}" for territory, problem in sorted(national.problems().items()))
            why = next(problems, "the union list points at none")
            raise TrustError(f"the bundle holds no usable national list: nothing could be verified with it ({why})")
        return cls(root, union, national, limits)

    @property
    def floor(self) -> TrustFloor:
        """What to give to the next ``open``, so that nothing goes back; to ask reads every list."""
        head = self.root.head
        seen = Seen(head.sequence_number, head.digest)
        return TrustFloor(seen, seen_union(self.union, self.root), self.national.seen())

    @property
    def problems(self) -> Mapping[str, str]:
        """Why the list of a territory is not usable, by territory; to ask reads every list."""
        return self.national.problems()

    def candidates(self, key_id: bytes, entity_id: str, service_type: ServiceType) -> tuple[Candidate, ...]:
        """Give the keys of an entity's services that a key id may mean.

        Args:
            key_id: 8 bytes of ``kid`` or 32 bytes of ``x5t``.
            entity_id: whom the token names as its issuer: keys of others never count, whatever their id.
            service_type: keys of other services never count.

        Raises:
            TrustError: the entity's entry in its list is malformed.
        """
        asked = (key_id, entity_id, service_type)
        found = self._candidates.get(asked)
        if found is None:
            found = tuple(self._find(*asked))[: self.limits.candidates]
            # only listed keys are remembered, so that no stream of invented key ids can fill the memory
            if found:
                self._candidates[asked] = found
            else:
                self.entity(entity_id)  # an entry that cannot be read may hide the key
        return found

    def status_signers(self, key_id: bytes) -> tuple[Candidate, ...]:
        """Give the keys of status services that a key id may mean, whosever they are.

        Whether one of them was in order when a token was signed is for the caller to ask: see ``Candidate``.

        Args:
            key_id: 8 bytes of ``kid`` or 32 bytes of ``x5t``.

        Raises:
            TrustError: the entry that would say so is malformed.
        """
        found: list[Candidate] = []
        malformed = None
        for listed in self.national.mentioning(key_id):
            for entity_id in listed.by_key_id.get(key_id, ()):
                try:
                    found += self.candidates(key_id, entity_id, ServiceType.STATUS_ISSUANCE)
                except TrustError as error:
                    # anyone's entry may repeat a key id: a malformed one must not silence the others
                    malformed = error
        if malformed is not None and not found:
            raise malformed
        return tuple(found)

    def entity(self, entity_id: str) -> TrustedEntity | None:
        """Give a trusted entity by its id, or None when no usable list names it.

        Raises:
            TrustError: its entry is malformed.
        """
        listed = self.national.listed(entity_id[:2])
        return None if listed is None else listed.entity(entity_id)

    def _find(self, key_id: bytes, entity_id: str, service_type: ServiceType) -> Iterator[Candidate]:
        listed = self.national.listed(entity_id[:2])
        entity = listed.entity(entity_id) if listed and entity_id in listed.by_key_id.get(key_id, ()) else None
        if listed is None or entity is None:
            return
        for service in entity.services:
            for key in service.keys if service.service_type is service_type else ():
                verification_key = key.verification_key() if key_id in (key.key_id, key.x5t) else None
                if verification_key is not None:
                    yield Candidate(verification_key, key, service, entity, listed.national)
