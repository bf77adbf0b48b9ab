"""The national lists of a bundle: signatures are verified at once, and a list is read when its territory is asked for.

A shop asks about a handful of bodies, so most lists are never read. A list that turns out to break a rule is as if it
were missing: its territory is unknown, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from certmark import cbor
from certmark.errors import TrustError
from certmark.trust import wire
from certmark.trust.append_only import national_rules_broken, require_append_only
from certmark.trust.documents import SignedList, read_national_list, verify_national_list
from certmark.trust.floor import check_list, seen_national, signers_of
from certmark.trust.lists import NationalList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.limits import Limits
    from certmark.trust.entities import TrustedEntity
    from certmark.trust.floor import Seen
    from certmark.trust.lists import NationalMap, Pointer, Root, UnionList


class ListedEntities:
    """A national list that was read, with its entities by id and by key id.

    Attributes:
        national: the list.
        by_key_id: ids of the entities that list a key under a key id, 8 bytes of ``kid`` or 32 bytes of ``x5t``.
    """

    __slots__ = ("_entries", "_read", "by_key_id", "national")

    def __init__(self, national: NationalList) -> None:
        """Look at nothing but what the index needs.

        Raises:
            TrustError: an entity or an authority of another territory, an entity named twice, a key without id or
                listed under two entities.
        """
        self.national = national
        self.by_key_id: dict[bytes, list[str]] = {}
        self._entries: dict[str, dict[int, object]] = {}
        self._read: dict[str, TrustedEntity] = {}
        territory, ncca = national.content.territory, national.content.ncca
        if ncca is not None and not ncca.entity_id.startswith(f"{territory}-"):
            raise TrustError(f"the list of {territory} names an authority of another territory: {ncca.entity_id}")
        for entry in national.content.entities:
            entity_id = wire.ENTITY_ID.read(entry.get(1), f"the id of an entity in the list of {territory}")
            if not entity_id.startswith(f"{territory}-"):
                raise TrustError(f"the list of {territory} names an entity of another territory: {entity_id}")
            if entity_id in self._entries:
                raise TrustError(f"the list of {territory} names {entity_id} twice")
            self._entries[entity_id] = entry
            for key_id in _key_ids(entry):
                if type(key_id) is not bytes:
                    raise TrustError(f"the entry of {entity_id} in the list of {territory} has a malformed key")
                named = self.by_key_id.setdefault(key_id, [])
                if entity_id not in named:
                    for other in named:
                        if _share_a_key(entry, self._entries[other]):
                            raise TrustError(f"the list of {territory} names one key under {other} and {entity_id}")
                    named.append(entity_id)

    def entity(self, entity_id: str) -> TrustedEntity | None:
        """Give an entity by its id, or None when the list does not name it.

        Raises:
            TrustError: its entry is malformed.
        """
        entity = self._read.get(entity_id)
        if entity is None and entity_id in self._entries:
            where = f"the entry of {entity_id} in the list of {self.national.head.territory}"
            entity = self._read[entity_id] = wire.ENTITY.read(self._entries[entity_id], where)
        return entity


class NationalLists(Mapping[str, "NationalList"]):
    """Usable national lists by territory. To ask for one reads it; to count them, or go through them, reads all."""

    __slots__ = ("_before", "_limits", "_previous", "_problems", "_read", "_root", "_unread")

    def __init__(
        self,
        union: UnionList,
        supplied: Mapping[str, bytes],
        *,
        root: Root,
        previous: Mapping[str, Seen],
        before: Mapping[str, NationalList],
        limits: Limits,
        algorithms: frozenset[int],
    ) -> None:
        """Verify the signatures of every list that the union list points at.

        Args:
            union: verified.
            supplied: the bytes of national lists by territory; others than those pointed at are passed over.
            root: verified; its union role vouches for embedded lists, and no list outlives it.
            previous: versions that were accepted before, by territory.
            before: those of them that are at hand, to compare with.
            limits: bounds on sizes.
            algorithms: whose signatures count.
        """
        self._limits = limits
        self._root = root
        self._previous = previous
        self._before = before
        self._problems: dict[str, str] = {}
        self._read: dict[str, ListedEntities | None] = {}
        self._unread: dict[str, SignedList | NationalList] = {}
        for pointer in union.content.pointers:
            try:
                self._unread[pointer.territory] = _verified(
                    pointer, supplied, union, limits=limits, algorithms=algorithms
                )
            except TrustError as error:
                known = previous.get(pointer.territory)
                remembered = "" if known is None else f" (no. {known.sequence_number} was known before)"
                self._problems[pointer.territory] = f"{error}{remembered}"

    def __getitem__(self, territory: str) -> NationalList:
        listed = self.listed(territory)
        if listed is None:
            raise KeyError(territory)
        return listed.national

    def __iter__(self) -> Iterator[str]:
        return (territory for territory in self._unread if self.listed(territory) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def listed(self, territory: str) -> ListedEntities | None:
        """Give the entities of a territory, or None when its list is not usable."""
        if territory not in self._read and territory in self._unread:
            try:
                self._read[territory] = ListedEntities(self._national(territory))
            except TrustError as error:
                self._problems[territory] = str(error)
                self._read[territory] = None
        return self._read.get(territory)

    def mentioning(self, key_id: bytes) -> Iterator[ListedEntities]:
        """Give the lists that may list a key id."""
        for territory, unread in self._unread.items():
            if not isinstance(unread, SignedList) or unread.mentions(key_id):
                listed = self.listed(territory)
                if listed is not None:
                    yield listed

    def problems(self) -> dict[str, str]:
        """Say why lists are not usable, by territory; reads all of them."""
        for territory in self._unread:
            self.listed(territory)
        return self._problems.copy()

    def seen(self) -> dict[str, Seen]:
        """Give the version of each list that was ever accepted; reads all of them."""
        accepted = {territory: seen_national(national, self._root) for territory, national in self.items()}
        return {**self._previous, **accepted}

    def accepted(self) -> dict[str, NationalList]:
        """Give the last list of each territory that was accepted; reads all of them."""
        return {**self._before, **self}

    def _national(self, territory: str) -> NationalList:
        unread = self._unread[territory]
        national = read_national_list(unread, limits=self._limits) if isinstance(unread, SignedList) else unread
        known, before = self._previous.get(territory), self._before.get(territory)
        what = f"the national list of {territory}"
        held = known is not None and check_list(
            what,
            seen_national(national, self._root),
            known,
            threshold=signers_of(national, self._root).threshold,
            prev_digest=None if national.pointer.embedded else national.content.prev_digest,
        )
        if held and before is not None:
            broken = national_rules_broken(before.content, national.content, since=before.head.issued_at)
            require_append_only(broken, what, known=before.head, found=national.head)
        head = national.head
        return national._replace(head=head._replace(expires=min(head.expires, self._root.head.expires)))


def embedded_list(pointer: Pointer, content: NationalMap, union: UnionList) -> NationalList:
    """Take a national list that the union list embeds and vouches for: it lives and ends with the union list."""
    head = union.head._replace(
        territory=pointer.territory,
        operator=pointer.operator,
        sequence_number=content.sequence_number,
        next_update=content.next_update,
    )
    return NationalList(head, content, pointer)


def _verified(
    pointer: Pointer,
    supplied: Mapping[str, bytes],
    union: UnionList,
    *,
    limits: Limits,
    algorithms: frozenset[int],
) -> SignedList | NationalList:
    if pointer.embedded is not None:
        return embedded_list(pointer, pointer.embedded, union)
    if pointer.territory not in supplied:
        raise TrustError(f"the bundle holds no national list of {pointer.territory}")
    return verify_national_list(supplied[pointer.territory], pointer, limits=limits, algorithms=algorithms)


def _key_ids(entry: dict[int, object]) -> Iterator[object]:
    """Give every key id of an entry, whatever it is; what is no array or map lists no keys."""
    for service in _maps(entry.get(6)):
        for key in _maps(service.get(3)):
            cose_key, x5t = key.get(1), key.get(5)
            yield cose_key.get(2) if type(cose_key) is dict else None
            if x5t is not None:
                yield x5t


def _share_a_key(one: dict[int, object], other: dict[int, object]) -> bool:
    # their encodings: a key with true for 1 is another one, and no valid key
    keys = [
        {cbor.encode(key.get(1)) for service in _maps(entry.get(6)) for key in _maps(service.get(3))}
        for entry in (one, other)
    ]
    return not keys[0].isdisjoint(keys[1])


def _maps(value: object) -> Iterator[dict[object, object]]:
    return (each for each in (value if type(value) is list else ()) if type(each) is dict)
