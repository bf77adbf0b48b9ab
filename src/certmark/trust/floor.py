"""The floor: which versions of root and lists were accepted, so that none of them goes back (TUF §5.4 to §5.6).

A few hundred bytes that an application keeps beside its bundle and gives to the next ``TrustSnapshot.open``. It holds
no secret and is not signed: who can write it can lower it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor
from certmark.cose.framing import refuse_compound_keys
from certmark.errors import CborError, EquivocationError, RollbackError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import wire
from certmark.trust.shape import ANY_MAP, DIGEST, Field, Kind, array_of, digest, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certmark.trust.lists import ListHead, NationalList, Role, Root, UnionList

_MAGIC = "certmark-trust-floor"
_VERSION = 1
_ENVELOPE = (1, 2)
_DEPTH = 4


class Seen(NamedTuple):
    """The version of a root or list that was accepted last.

    Attributes:
        sequence_number: its number.
        digest: SHA-256 of its bytes; of an embedded list, of the encoding of its map.
        key_ids: ids of the keys that could sign it; of a root none, since roots are linked by their signatures.
    """

    sequence_number: int
    digest: bytes
    key_ids: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class TrustFloor:
    """The versions that were accepted, as ``TrustSnapshot.floor`` gives them.

    Attributes:
        root: the newest root.
        union: the union list.
        national: the national list of each territory that was ever usable.
    """

    root: Seen
    union: Seen
    national: Mapping[str, Seen]

    def to_bytes(self) -> bytes:
        """Write it (specification, trust.cddl ``trust-floor``); equal floors give equal bytes."""
        national = _BY_TERRITORY.write(self.national)
        members = {3: ROOT_SEEN.write(self.root), 4: SEEN.write(self.union), 5: national}
        return cbor.encode({1: _MAGIC, 2: _VERSION, **members})

    @classmethod
    def from_bytes(cls, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> TrustFloor:
        """Read what ``to_bytes`` wrote.

        Raises:
            TrustError: anything else, or a floor of another version.
        """
        if len(data) > limits.trust_list:
            raise TrustError(f"the trust floor has {len(data)} bytes, more than {limits.trust_list}")
        try:
            refuse_compound_keys(data, depth=_DEPTH)
            value = cbor.decode(data, depth=_DEPTH)
        except CborError as error:
            raise TrustError(f"not a trust floor: {error}") from error
        if type(value) is not dict or value.get(1) != _MAGIC:
            raise TrustError("not a trust floor: expected what TrustFloor.to_bytes wrote")
        if value.get(2) != _VERSION:
            raise TrustError("a trust floor of another version: update certmark to read it")
        members = {key: member for key, member in value.items() if key not in _ENVELOPE}
        floor: TrustFloor = _FLOOR.read(members, "the trust floor")
        return floor


_NUMBER, _DIGEST = Field(1, "sequence_number", wire.SEQUENCE_NUMBER), Field(2, "digest", DIGEST)
ROOT_SEEN = record(Seen, _NUMBER, _DIGEST)
SEEN = record(Seen, _NUMBER, _DIGEST, Field(3, "key_ids", array_of(digest(8), most=32)))
_BY_TERRITORY = Kind(
    lambda value: {wire.TERRITORY.parse(key): SEEN.parse(seen) for key, seen in ANY_MAP.parse(value).items()},
    lambda value: {territory: SEEN.write(seen) for territory, seen in value.items()},
)
_FLOOR = record(TrustFloor, Field(3, "root", ROOT_SEEN), Field(4, "union", SEEN), Field(5, "national", _BY_TERRITORY))


def check_roots(roots: Iterable[Root], floor: TrustFloor) -> None:
    """Require that the chain of roots reaches the one that was known, and passes through it.

    A chain that begins later has another, newer anchor, which the application chose.

    Args:
        roots: from the pinned one to the newest.
        floor: what was accepted before.

    Raises:
        RollbackError: the newest root is older.
        EquivocationError: there is another root of that number.
    """
    newest = 0
    for root in roots:
        newest = root.head.sequence_number
        if newest == floor.root.sequence_number:
            _same(root.head.digest, floor.root, "the root")
    if newest < floor.root.sequence_number:
        raise RollbackError(_older("the root", newest, floor.root))


def check_list(what: str, found: Seen, known: Seen, *, threshold: int, prev_digest: bytes | None = None) -> bool:
    """Require that a list is no older than the one that was known, nor another one of its number.

    Args:
        what: name of the list, for the message.
        found: the list at hand.
        known: what was accepted before.
        threshold: how many of its keys must sign.
        prev_digest: digest of its predecessor, as the list states it.

    Returns:
        Whether the list is held to the known one; not if its signers were replaced.

    Raises:
        RollbackError: an older one.
        EquivocationError: another one of the same number, or the successor of another one.
    """
    kept = set(found.key_ids) & set(known.key_ids)
    if len(kept) < threshold:
        return False  # new signers begin anew: what the old ones signed, they could not sign
    if found.sequence_number < known.sequence_number:
        raise RollbackError(_older(what, found.sequence_number, known))
    if found.sequence_number == known.sequence_number:
        _same(found.digest, known, what)
    elif found.sequence_number == known.sequence_number + 1 and prev_digest is not None:
        _same(prev_digest, known, what)
    return True


def seen_union(union: UnionList, root: Root) -> Seen:
    """Remember a union list."""
    return _seen(union.head, root.roles.union)


def seen_national(national: NationalList, root: Root) -> Seen:
    """Remember a national list."""
    seen = _seen(national.head, signers_of(national, root))
    if national.pointer.embedded is None:
        return seen
    return seen._replace(digest=sha256(cbor.encode(wire.NATIONAL.write(national.content))).digest())


def signers_of(national: NationalList, root: Root) -> Role:
    """Give who signs a national list: the keys of its pointer, or of the union list that embeds it."""
    pointer = national.pointer
    return root.roles.union if pointer.threshold is None else pointer.signers


def _seen(head: ListHead, role: Role) -> Seen:
    return Seen(head.sequence_number, head.digest, tuple(sorted(key.key_id for key in role.keys)))


def _same(found: bytes, known: Seen, what: str) -> None:
    if found != known.digest:
        raise EquivocationError(
            f"there are two versions no. {known.sequence_number} of {what}, {known.digest.hex()} and {found.hex()}: "
            "keep both as evidence and tell who signs them",
            known=known.digest,
            found=found,
        )


def _older(what: str, number: int, known: Seen) -> str:
    return f"{what} is no. {number}, and no. {known.sequence_number} was known before: get the newest bundle"
