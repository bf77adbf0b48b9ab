"""Deterministic CBOR (RFC 8949 §4.2.1): the only encoding that certmark writes and, by default, reads.

cbor2 decodes more than that: trailing bytes, integers and lengths that are longer than needed, tags, unordered
maps. ``decode`` closes the gap by computing how long the shortest encoding of the decoded value is: any liberty
that the encoder took makes the input longer than that. Tags are refused while decoding, since back references
(tags 25 and 29) would make it shorter.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn, TypeAlias

import cbor2

from certmark.errors import CborError
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value: TypeAlias = "int | str | bytes | bool | list[Value] | tuple[Value, ...] | dict[int | str, Value] | None"
"""What certmark's artefacts are made of: no floats, no tags, no undefined."""

_ERROR_CHARS = 200
_SCALARS = frozenset({str, bytes, bool, type(None)})
_NEGATIVE = 1 << 64


def _refuse_tag(_value: object, _immutable: bool) -> NoReturn:  # noqa: FBT001 - cbor2 calls it so
    raise CborError("tags have no place in a certmark artefact")


# What cbor2 would resolve by itself; any other tag comes back as a CBORTag, which is refused like every unknown type.
_TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)
_REFUSED_TAGS = dict.fromkeys(_TAGS, _refuse_tag)


def encode(value: object) -> bytes:
    """Encode a value deterministically: shortest heads, definite lengths, map keys in bytewise order.

    Args:
        value: built of ``Value``; maps may come in any order.

    Raises:
        CborError: the value holds something that certmark never writes (a float, say).
    """
    try:
        return cbor2.dumps(_ordered(value))
    except UnicodeEncodeError as error:
        raise CborError("a text holds half of a surrogate pair, which UTF-8 cannot carry") from error


def encode_in_order(value: object) -> bytes:
    """Encode a value whose maps were built in bytewise order of their keys, and that is known to be ``Value``.

    Nothing of that is looked at: ``encode`` is for all values that come from anywhere else.
    """
    return cbor2.dumps(value)


def decode(data: bytes, *, depth: int = DEFAULT_LIMITS.depth, size_of: Callable[[Value], int] | None = None) -> Value:
    """Decode exactly one deterministically encoded item.

    Args:
        data: the whole input; not one byte may follow the item.
        depth: deepest nesting of arrays and maps.
        size_of: gives the bytes of the deterministic encoding of the decoded value, and raises for a value that has no
            place there; for readers that look at every part of the value anyway. Left out: any ``Value`` is accepted.

    Raises:
        CborError: the bytes are anything but the one deterministic encoding of the value.
    """
    value: Value
    try:
        value = cbor2.loads(
            data,
            semantic_decoders=_REFUSED_TAGS,
            max_depth=depth,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
    except (cbor2.CBORDecodeError, OverflowError, MemoryError) as error:
        raise CborError(_undecodable(error, depth)) from error
    if (_shortest_size(value) if size_of is None else size_of(value)) != len(data):
        raise CborError(
            "not deterministic CBOR: bytes follow the item, map keys are not in bytewise order, or a number or length "
            "is not in its shortest form"
        )
    return value


def decode_lenient(data: bytes, *, depth: int = DEFAULT_LIMITS.depth) -> Value:
    """Decode exactly one item that a third party encoded: any key order and any head size, but nothing else.

    Indefinite lengths, duplicate keys, floats, other simple values, tags and trailing bytes are refused here too.

    Args:
        data: the whole input.
        depth: deepest nesting of arrays and maps.

    Raises:
        CborError: the bytes are not one such item.
    """
    stream = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        stream,
        semantic_decoders=_REFUSED_TAGS,
        read_size=1,
        max_depth=depth,
        allow_indefinite=False,
        allow_duplicate_keys=False,
    )
    value: Value
    try:
        value = decoder.decode()
    except (cbor2.CBORDecodeError, OverflowError, MemoryError) as error:
        raise CborError(_undecodable(error, depth)) from error
    if stream.tell() != len(data):
        raise CborError("bytes follow the CBOR item")
    _shortest_size(value, any_order=True)
    return value


def head(major: int, argument: int) -> bytes:
    """Write the head of an item (RFC 8949 §3): its major type and the argument in its shortest form."""
    first = major << 5
    if argument < 24:
        return bytes((first | argument,))
    if argument < 1 << 8:
        return bytes((first | 24, argument))
    for additional, size in ((25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes((first | additional,)) + argument.to_bytes(size, "big")
    raise CborError("an integer does not fit 64 bits")


def _shortest_size(value: object, *, any_order: bool = False) -> int:
    """Measure the deterministic encoding of a decoded value, refusing what certmark never writes."""
    total = 0
    items: list[object] = [value]
    for item in items:
        # exact types, since True is an int for isinstance
        if type(item) is int:
            size = item if item >= 0 else ~item
        elif type(item) is str:
            size = len(item) if item.isascii() else len(item.encode())
            total += size
        elif type(item) is bytes:
            size = len(item)
            total += size
        elif type(item) is dict:
            if not (_keys_are_plain(item) if any_order else _keys_in_order(item)):
                raise CborError("map keys are not integers or texts in bytewise order")
            size = len(item)
            items += item
            items += item.values()
        elif type(item) is list:
            size = len(item)
            items += item
        elif item is None or type(item) is bool:
            size = 0
        else:
            raise CborError(f"a CBOR {type(item).__name__} has no place in a certmark artefact")
        total += 1 if size < 24 else head_size(size)
    return total


def head_size(argument: int) -> int:
    """Give the bytes of the head of an item (RFC 8949 §3) with an argument, which is not negative."""
    if argument < 24:
        return 1
    if argument < 1 << 8:
        return 2
    if argument < 1 << 16:
        return 3
    return 5 if argument < 1 << 32 else 9  # without bignums, nothing is longer


def _keys_in_order(keys: Iterable[object]) -> bool:
    """Tell whether keys stand in bytewise order of their encodings: 0 and up, then -1 and down, then texts."""
    last = -1
    for key in keys:
        if type(key) is not int:
            # not _encoded_key: its cache would keep what hostile input made up
            return _keys_are_plain(keys) and all(a < b for a, b in pairwise(map(cbor2.dumps, keys)))
        rank = key if key >= 0 else _NEGATIVE + ~key
        if rank <= last:
            return False
        last = rank
    return True


def _keys_are_plain(keys: Iterable[object]) -> bool:
    return all(type(key) is int or type(key) is str for key in keys)


# typed: True and 1 are equal and hash alike, so an untyped cache would answer for one with the other.
@lru_cache(maxsize=4096, typed=True)
def _encoded_key(key: object) -> bytes:
    if isinstance(key, bool) or not isinstance(key, (int, str)):
        raise CborError("map keys must be integers or texts")
    return cbor2.dumps(_ordered(key))


def _ordered(value: object) -> object:
    # what is nearly always true comes first, and scalars cost no call of their own
    if isinstance(value, dict):
        return {
            key: item if type(item := value[key]) in _SCALARS else _ordered(item)
            for key in sorted(value, key=_encoded_key)
        }
    if isinstance(value, int):
        if not -_NEGATIVE <= value < _NEGATIVE:
            raise CborError("an integer does not fit 64 bits")
        return value
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _SCALARS else _ordered(item) for item in value]
    if value is None or isinstance(value, (str, bytes)):
        return value
    raise CborError(f"a {type(value).__name__} has no place in a certmark artefact")


def _undecodable(error: BaseException, depth: int) -> str:
    # cbor2 quotes what it found
    said = str(error).encode("ascii", "backslashreplace").decode("ascii")
    reason = (said.splitlines() or [type(error).__name__])[0][:_ERROR_CHARS]
    return f"not well-formed CBOR without tags and duplicate keys, nested at most {depth} deep: {reason}"
