"""The bundle: one file with the exact bytes of roots, union list and national lists.

It is not signed; each of its parts is, and is verified whenever the bundle is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from certmark import cbor
from certmark.errors import TrustError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = "certmark-trust-bundle"
_VERSION = 1
_MEMBERS = 5
_MAX_ROOTS = 64
_MAX_TERRITORIES = 26 * 26
_TERRITORY = re.compile(b"[A-Z]{2}")

# RFC 8949 §3: major types, and the values of the low five bits that announce an argument of 1, 2, 4 or 8 bytes
_NUMBER, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)
_FIRST_LONG_ARGUMENT, _LONGEST_ARGUMENT = 24, 27


@dataclass(frozen=True, slots=True)
class TrustBundle:
    """The bytes of everything that a trust snapshot is made of, not verified.

    Attributes:
        roots: from the oldest to the newest.
        union: the union list.
        national: national lists by territory.
    """

    roots: tuple[bytes, ...]
    union: bytes
    national: Mapping[str, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Write the file (specification, trust.cddl ``trust-bundle``)."""
        return cbor.encode(
            {1: _MAGIC, 2: _VERSION, 3: list(self.roots), 4: self.union, 5: dict(self.national)},
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> TrustBundle:
        """Read the file. Nothing is verified here: that is for ``TrustSnapshot.open``.

        Args:
            data: the whole file.
            limits: bounds its size.

        Raises:
            TrustError: not a bundle, one of a later version, or a damaged one.
        """
        if len(data) > limits.bundle:
            raise TrustError(f"the trust bundle has {len(data)} bytes, more than {limits.bundle}")
        try:
            bundle = cls(*_members(_Items(data)))
        except IndexError:
            raise _no_bundle() from None
        # whatever is longer than needed, out of order, given twice or left over is written in another way
        if bundle.to_bytes() != data:
            raise _no_bundle()
        return bundle


class _Items:
    """CBOR items of a known kind, taken one by one: what is expected nowhere is never decoded.

    A decoder that builds maps of whatever comes would first have to hash and compare keys, and arrays can be made to
    collide as keys: eight megabytes that nobody signed would take many minutes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def head(self, *majors: int) -> tuple[int, int]:
        """Give major type, one of those that are expected, and argument; IndexError at the end of the data."""
        major, argument = divmod(self._data[self._place], 32)
        self._place += 1
        if major not in majors or argument > _LONGEST_ARGUMENT:
            raise _no_bundle()
        if argument >= _FIRST_LONG_ARGUMENT:
            size = 1 << (argument - _FIRST_LONG_ARGUMENT)
            argument = int.from_bytes(self._data[self._place : self._place + size], "big")
            self._place += size
        return major, argument

    def count(self, major: int, *, least: int, most: int) -> range:
        """Begin an array or a map of so many members."""
        count = self.head(major)[1]
        if not least <= count <= most:
            raise _no_bundle()
        return range(count)

    def string(self, major: int) -> bytes:
        """Give the bytes of a byte string or text."""
        size = self.head(major)[1]
        start, self._place = self._place, self._place + size
        return self._data[start : self._place]

    def key(self, key: int) -> None:
        """Pass the key that comes next in the map."""
        if self.head(_NUMBER)[1] != key:
            raise _no_bundle()


def _members(items: _Items) -> tuple[tuple[bytes, ...], bytes, dict[str, bytes]]:
    size = items.head(_MAP)[1]
    items.key(1)
    if items.string(_TEXT) != _MAGIC.encode():
        raise _no_bundle()
    items.key(2)
    major, version = items.head(_NUMBER, _NEGATIVE)
    if major == _NEGATIVE or version != _VERSION:
        said = version if major == _NUMBER else ~version
        raise TrustError(f"a trust bundle of version {said}: update certmark to read it")
    if size != _MEMBERS:
        raise _no_bundle()
    items.key(3)
    roots = tuple(items.string(_BYTES) for _ in items.count(_ARRAY, least=1, most=_MAX_ROOTS))
    items.key(4)
    union = items.string(_BYTES)
    items.key(5)
    national = {}
    for _ in items.count(_MAP, least=0, most=_MAX_TERRITORIES):
        territory = items.string(_TEXT)
        if not _TERRITORY.fullmatch(territory):
            raise _no_bundle()
        national[territory.decode()] = items.string(_BYTES)
    return roots, union, national


def _no_bundle() -> TrustError:
    return TrustError("not a trust bundle: expected the file that 'certmark trust bundle' writes")
