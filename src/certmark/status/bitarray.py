"""The status list itself: one small number per certificate, packed (Token Status List, draft 21, §4)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark import deflate
from certmark.errors import InflateError, StatusError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BITS: Final = 2
"""Bits of an entry in the lists that certmark writes: room for all three statuses."""

_SIZES = (1, 2, 4, 8)
_FULL_BYTE = 8


class Status(IntEnum):
    """Status types (draft 21, §7). What they mean for a certificate is for its scheme to say."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True)
class Bits:
    """A set of indices, one bit each.

    Attributes:
        packed: first index in the lowest bit of the first byte, without zeros at the end.
    """

    packed: bytes = b""

    def __contains__(self, index: int) -> bool:
        """Tell whether an index, from 0 on, is in the set, in the same time however large it is."""
        place = index >> 3
        return place < len(self.packed) and bool(self.packed[place] >> (index & 7) & 1)

    def __or__(self, other: Bits) -> Bits:
        """Give what is in either set."""
        return _bits(int.from_bytes(self.packed, "little") | int.from_bytes(other.packed, "little"))


class StatusList(NamedTuple):
    """A status list that was read from its compressed form.

    Attributes:
        bits: bits of an entry: 1, 2, 4 or 8.
        packed: the entries, first one in the lowest bits of the first byte.
    """

    bits: int
    packed: bytes

    @property
    def size(self) -> int:
        """How many entries it has, those that fill the last byte included."""
        return len(self.packed) * _FULL_BYTE // self.bits

    def at(self, index: int) -> int:
        """Give the number that stands at an index.

        Raises:
            StatusError: the list has no such index; it then says nothing (draft 21, §8.3).
        """
        position = index * self.bits
        if not 0 <= position < len(self.packed) * _FULL_BYTE:
            raise StatusError(f"the status list has no index {index}")
        return self.packed[position >> 3] >> (position & 7) & ((1 << self.bits) - 1)

    def indices_of(self, number: int) -> Iterator[int]:
        """Give where a number stands, in order; quick where it is rare."""
        places = self._places_of(number)
        holds_it = bytes(bool(each) for each in places)
        per_byte = _FULL_BYTE // self.bits
        for found in re.finditer(b"\x01", self.packed.translate(holds_it)):
            first = found.start() * per_byte
            yield from (first + place for place in places[self.packed[found.start()]])

    def count(self, number: int) -> int:
        """Tell at how many indices a number stands, those that fill the last byte included."""
        places = self._places_of(number)
        return sum(len(places[value]) * times for value, times in Counter(self.packed).items())

    def where(self, number: int) -> Bits:
        """Give where a number stands, as a set; quick for large lists however often it stands there."""
        per_byte = _FULL_BYTE // self.bits
        places = self._places_of(number)
        found = 0
        for part in range(self.bits):
            table = bytes(sum(1 << part * per_byte + place for place in each) for each in places)
            found |= int.from_bytes(self.packed[part :: self.bits].translate(table), "little")
        return _bits(found)

    def _places_of(self, number: int) -> list[list[int]]:
        """Give, for every value of a byte, which of its entries are a number."""
        mask = (1 << self.bits) - 1
        shifts = range(0, _FULL_BYTE, self.bits)
        return [[shift // self.bits for shift in shifts if value >> shift & mask == number] for value in range(256)]

    def to_map(self) -> dict[str, object]:
        """Compress to the map of the draft; equal lists give equal bytes."""
        return {"bits": self.bits, "lst": deflate.compress_zlib(self.packed)}

    @classmethod
    def from_map(cls, value: object, *, limits: Limits = DEFAULT_LIMITS) -> StatusList:
        """Read the map of the draft.

        Args:
            value: decoded ``status_list`` claim.
            limits: bounds the inflated size.

        Raises:
            StatusError: not such a map, or a list that is broken or too large.
        """
        match value:
            case {"bits": int(bits), "lst": bytes(lst)} if type(bits) is int and bits in _SIZES:
                try:
                    return cls(bits, deflate.inflate_zlib(lst, max_size=limits.status_list))
                except InflateError as error:
                    raise StatusError(f"the status list cannot be read: {error}") from error
        raise StatusError("the status list must hold bits (1, 2, 4 or 8) and lst (bytes)")

    @classmethod
    def of(cls, statuses: Mapping[int, Status], *, size: int) -> StatusList:
        """Make a list of so many entries, valid but for those that are given.

        Args:
            statuses: status by index.
            size: number of entries; rounded up to whole bytes.

        Raises:
            StatusError: an index beyond the size.
        """
        packed = bytearray(-(-size * BITS // _FULL_BYTE))
        for index, status in statuses.items():
            if not 0 <= index < size:
                raise StatusError(f"the status list of {size} entries has no index {index}")
            packed[index * BITS >> 3] |= status << (index * BITS & 7)
        return cls(BITS, bytes(packed))


def _bits(number: int) -> Bits:
    return Bits(number.to_bytes((number.bit_length() + 7) // _FULL_BYTE, "little"))
