"""The status floor: when each status list was signed last, and what it has withdrawn, so that none of it is taken back.

What an application keeps between runs and gives to the next ``StatusSnapshot.open``. It holds no secret and is not
signed: who can write it can lower it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor, deflate
from certmark.cwt.numericdate import from_seconds, is_time
from certmark.errors import CborError, InflateError, StatusError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status.bitarray import Bits
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certmark.status.bitarray import StatusList
    from certmark.status.token import StatusListToken

_MAGIC = "certmark-status-floor"
_VERSION = 1
_DEPTH = 3
_DIGEST_SIZE = 32
_LONGEST_KEY_ID = 32


class Known(NamedTuple):
    """What is remembered of a status list of an entity.

    Attributes:
        issued_at: when the newest token was signed, in seconds.
        digest: SHA-256 of what that token says of all indices.
        key_id: id of the key that signed it; what it says ends with the key.
        withdrawn: the indices at which any of its tokens said *invalid*.
    """

    issued_at: int
    digest: bytes
    key_id: bytes
    withdrawn: Bits = Bits()

    def objection_to(self, token: StatusListToken) -> str | None:
        """Say why a token does not follow on what is known, or None when it does."""
        if token.issued_at < self.issued_at:
            known = from_seconds(self.issued_at).isoformat()
            return f"the status list {token.uri} goes back: one that was signed at {known} was known before"
        if token.issued_at == self.issued_at and digest_of(token.statuses) != self.digest:
            at = from_seconds(self.issued_at).isoformat()
            return f"there are two status lists {token.uri} of {at}: keep both as evidence and tell who signs them"
        return None


@dataclass(frozen=True, slots=True)
class StatusFloor:
    """What is remembered of status lists, as ``StatusSnapshot.floor`` gives it.

    Attributes:
        lists: by entity id and uri.
    """

    lists: Mapping[tuple[str, str], Known] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Write it (specification, "Memory"); equal floors give equal bytes."""
        rows = [
            [*key, known.issued_at, known.digest, known.key_id, deflate.compress_zlib(known.withdrawn.packed)]
            for key, known in sorted(self.lists.items())
        ]
        return cbor.encode([_MAGIC, _VERSION, rows])

    @classmethod
    def from_bytes(cls, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> StatusFloor:
        """Read what ``to_bytes`` wrote.

        Raises:
            StatusError: anything else, or a floor of another version.
        """
        if len(data) > limits.status_floor:
            raise StatusError(f"the status floor has {len(data)} bytes, more than {limits.status_floor}")
        try:
            value = cbor.decode(data, depth=_DEPTH)
        except CborError as error:
            raise StatusError(f"not a status floor: {error}") from error
        match value:
            case [str(magic), int(version), list(rows)] if magic == _MAGIC:
                if version != _VERSION or version is True:
                    raise StatusError("a status floor of another version: update certmark to read it")
                return cls(dict(_read(rows, limits)))
        raise StatusError("not a status floor: expected what StatusFloor.to_bytes wrote")


def digest_of(statuses: StatusList) -> bytes:
    """Give the digest of what a list says, however it was compressed."""
    return sha256(bytes([statuses.bits]) + statuses.packed).digest()


def grown(
    before: Mapping[tuple[str, str], Known], now: Mapping[tuple[str, str], Known], *, limits: Limits
) -> StatusFloor:
    """Add to what is known, within bounds, so that the floor can be read again.

    No entity has more than its share, so that it crowds out no other, and what is known is never crowded out by what is
    new: of a list that does not fit, the time alone is remembered, or nothing.
    """
    kept = dict(before)
    number, size = Counter(entity_id for entity_id, _ in before), Counter[str]()
    for (entity_id, _), known in before.items():
        size[entity_id] += len(known.withdrawn.packed)
    left = limits.status_floor // 2 - size.total()
    for key, known in sorted(now.items()):
        entity_id, old = key[0], before.get(key)
        if old is None:
            if number[entity_id] >= limits.remembered_lists or len(kept) >= limits.entries:
                continue
            number[entity_id] += 1
        remembered = Bits() if old is None else old.withdrawn
        more = len(known.withdrawn.packed) - len(remembered.packed)
        if more <= left and size[entity_id] + more <= limits.remembered:
            remembered = known.withdrawn
            size[entity_id] += more
            left -= more
        kept[key] = known._replace(withdrawn=remembered)
    return StatusFloor(kept)


def _read(rows: list[cbor.Value], limits: Limits) -> Iterator[tuple[tuple[str, str], Known]]:
    last = ("", "")
    left = limits.status_floor
    for row in rows:
        match row:
            case [str(entity_id), str(uri), issued_at, bytes(digest), bytes(key_id), bytes(packed)] if (
                is_time(issued_at)
                and last < (entity_id, uri)
                and not (problem_in(entity_id) or problem_in(uri))
                and len(digest) == _DIGEST_SIZE
                and 0 < len(key_id) <= _LONGEST_KEY_ID
            ):
                withdrawn = _inflate(packed, at_most=min(left, limits.remembered))
                left -= len(withdrawn.packed)
                last = entity_id, uri
                yield last, Known(issued_at, digest, key_id, withdrawn)
            case _:
                raise StatusError("not a status floor: a list is not remembered as it must be, or not in its place")


def _inflate(packed: bytes, *, at_most: int) -> Bits:
    try:
        withdrawn = Bits(deflate.inflate_zlib(packed, max_size=at_most))
    except InflateError as error:
        raise StatusError(f"not a status floor: {error}") from error
    if withdrawn.packed.endswith(b"\x00"):
        raise StatusError("not a status floor: withdrawals end in nothing")
    return withdrawn
