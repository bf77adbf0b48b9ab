"""The trust snapshot: everything in a bundle, verified once, then asked many times.

Rules:

* The application pins the root by the SHA-256 of its file; no root is believed because a bundle holds it.
* The root's union role verifies the union list, each pointer's keys its national list; thresholds count distinct keys.
* A bad national list makes its own territory unknown and no other; no usable list at all is an error.
* Entities belong to the territory of the list that names them.
* Freshness is not judged here: a snapshot has no clock.
* Entities are read when a key of theirs is asked for; what then turns out to be malformed is reported as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import AnchorError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import wire
from certmark.trust.authority import is_compromised, issuance_problem
from certmark.trust.bundle import TrustBundle
from certmark.trust.documents import open_embedded_list, open_national_list, open_root, open_union_list
from certmark.trust.entities import ServiceType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certmark.cose.keys import VerificationKey
    from certmark.trust.entities import Service, ServiceKey, TrustedEntity
    from certmark.trust.lists import NationalList, Pointer, Root, UnionList

_DIGEST_SIZE = 32


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


@dataclass(frozen=True, slots=True, eq=False)
class TrustSnapshot:
    """A verified set of trusted lists; immutable, so it may be shared between threads and swapped as a value.

    Make one with ``open``.

    Attributes:
        root: the pinned root.
        union: the union list.
        national: usable national lists by territory.
        problems: why the list of a territory is not usable, by territory.
        limits: bounds on candidates.
    """

    root: Root
    union: UnionList
    national: Mapping[str, NationalList]
    problems: Mapping[str, str]
    limits: Limits
    _keys: Mapping[bytes, tuple[tuple[str, int], ...]]
    _entities: dict[tuple[str, int], TrustedEntity] = field(default_factory=dict)
    _candidates: dict[tuple[bytes, str, ServiceType], tuple[Candidate, ...]] = field(default_factory=dict)

    @classmethod
    def open(
        cls, bundle: bytes | TrustBundle, *, anchor: bytes | str, limits: Limits = DEFAULT_LIMITS
    ) -> TrustSnapshot:
        """Verify a bundle against a pinned root.

        Args:
            bundle: the bundle, or the bytes of its file.
            anchor: SHA-256 of the root file, as 32 bytes or 64 hexadecimal digits. It must come from the application,
                never from where the bundle came from.
            limits: bounds on sizes and counts.

        Raises:
            AnchorError: the newest root of the bundle is not the pinned one.
            TrustError: a bundle, root or union list that cannot be used, or no usable national list at all.
        """
        if not isinstance(bundle, TrustBundle):
            bundle = TrustBundle.from_bytes(bundle, limits=limits)
        pinned = _digest(anchor)
        if sha256(bundle.roots[-1]).digest() != pinned:
            raise AnchorError(
                "the newest root in the bundle is not the pinned one: check that the anchor belongs to this bundle"
            )
        root = open_root(bundle.roots[-1], limits=limits)
        union = open_union_list(bundle.union, root, limits=limits)
        national: dict[str, NationalList] = {}
        problems: dict[str, str] = {}
        keys: dict[bytes, list[tuple[str, int]]] = {}
        for pointer in union.content.pointers:
            try:
                opened = _open(pointer, bundle, union, limits=limits)
                named = list(_key_ids(opened))
            except TrustError as error:
                problems[pointer.territory] = str(error)
                continue
            national[pointer.territory] = opened
            for key_id, index in named:
                places = keys.setdefault(key_id, [])
                if (pointer.territory, index) not in places:
                    places.append((pointer.territory, index))
        if not national:
            raise TrustError("the bundle holds no usable national list: nothing could be verified with it")
        return cls(root, union, national, problems, limits, {k: tuple(v) for k, v in keys.items()})

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
        return found

    def status_signers(self, key_id: bytes, signed_at: int) -> tuple[tuple[str, VerificationKey], ...]:
        """Give the keys that may have signed a status list token, each with the id of its entity.

        Args:
            key_id: 8 bytes of ``kid`` or 32 bytes of ``x5t``.
            signed_at: iat of the token, in seconds: key and service must have been in order then.

        Raises:
            TrustError: the entry that would say so is malformed.
        """
        found: list[tuple[str, VerificationKey]] = []
        malformed = None
        for territory, index in self._keys.get(key_id, ()):
            entity_id = str(self.national[territory].content.entities[index][1])
            try:
                candidates = self.candidates(key_id, entity_id, ServiceType.STATUS_ISSUANCE)
            except TrustError as error:
                # anyone's entry may repeat a key id: a malformed one must not silence the others
                malformed = error
                continue
            found.extend((entity_id, each.verification_key) for each in candidates if _was_in_order(each, signed_at))
        if malformed is not None and not found:
            raise malformed
        return tuple(found)

    def entity(self, entity_id: str) -> TrustedEntity | None:
        """Give a trusted entity by its id, or None when no usable list names it.

        Raises:
            TrustError: its entry is malformed.
        """
        territory = entity_id[:2]
        if territory in self.national:
            for index, members in enumerate(self.national[territory].content.entities):
                if members[1] == entity_id:
                    return self._entity(territory, index)
        return None

    def _find(self, key_id: bytes, entity_id: str, service_type: ServiceType) -> Iterator[Candidate]:
        for territory, index in self._keys.get(key_id, ()):
            if self.national[territory].content.entities[index][1] != entity_id:
                continue
            entity = self._entity(territory, index)
            for service in entity.services:
                for key in service.keys if service.service_type is service_type else ():
                    verification_key = key.verification_key() if key_id in (key.cose_key.get(2), key.x5t) else None
                    if verification_key is not None:
                        yield Candidate(verification_key, key, service, entity, self.national[territory])

    def _entity(self, territory: str, index: int) -> TrustedEntity:
        place = (territory, index)
        entity = self._entities.get(place)
        if entity is None:
            members = self.national[territory].content.entities[index]
            entity = wire.ENTITY.read(members, f"the entry of {members[1]} in the list of {territory}")
            self._entities[place] = entity
        return entity


def _digest(anchor: bytes | str) -> bytes:
    try:
        digest = bytes.fromhex(anchor) if isinstance(anchor, str) else anchor
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_SIZE:
        raise AnchorError("the anchor must be the SHA-256 of the root file: 32 bytes, or 64 hexadecimal digits")
    return digest


def _was_in_order(candidate: Candidate, signed_at: int) -> bool:
    return not is_compromised(candidate.key) and issuance_problem(candidate.key, candidate.service, signed_at) is None


def _open(pointer: Pointer, bundle: TrustBundle, union: UnionList, *, limits: Limits) -> NationalList:
    if pointer.embedded is not None:
        return open_embedded_list(pointer, pointer.embedded, union)
    if pointer.territory not in bundle.national:
        raise TrustError(f"the bundle holds no national list of {pointer.territory}")
    return open_national_list(bundle.national[pointer.territory], pointer, limits=limits)


def _key_ids(national: NationalList) -> Iterator[tuple[bytes, int]]:
    """Give every key id of a list with the place of its entity, looking at nothing but what the index needs."""
    territory = national.content.territory
    named = set()
    for index, entity in enumerate(national.content.entities):
        entity_id = wire.ENTITY_ID.read(entity.get(1), f"the id of an entity in the list of {territory}")
        if not entity_id.startswith(f"{territory}-"):
            raise TrustError(f"the list of {territory} names an entity of another territory: {entity_id}")
        if entity_id in named:
            raise TrustError(f"the list of {territory} names {entity_id} twice")
        named.add(entity_id)
        for key in _raw_keys(entity):
            cose_key = key.get(1)
            key_id = cose_key.get(2) if type(cose_key) is dict else None
            x5t = key.get(5)
            if type(key_id) is not bytes or not (x5t is None or type(x5t) is bytes):
                raise TrustError(f"the entry of {entity_id} in the list of {territory} has a malformed key")
            yield key_id, index
            if x5t is not None:
                yield x5t, index


def _raw_keys(entity: dict[int, object]) -> Iterator[dict[object, object]]:
    services = entity.get(6)
    for service in services if type(services) is list else ():
        keys = service.get(3) if type(service) is dict else ()
        for key in keys if type(keys) is list else ():
            if type(key) is dict:
                yield key
