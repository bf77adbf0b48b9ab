"""A message taken apart by its heads alone (RFC 8949 §3), before anything in it is decoded.

Decoding can be made slow: a map whose keys are arrays that hash alike takes quadratic time. Payloads are therefore left
encoded until a signature over them was verified, and around them only headers of bounded size are decoded.
"""

from __future__ import annotations

from certmark.errors import CborError

_BYTES, _TEXT, _ARRAY, _MAP, _TAG = 2, 3, 4, 5, 6
_LEAST = {1: 0, 2: 24, 3: 1 << 8, 5: 1 << 16, 9: 1 << 32}
"""The least argument that needs a head of so many bytes."""
_LAST_SIZE = 27
"""Additional information beyond it is reserved, or says that the length is indefinite."""


def array_at(data: bytes, at: int, *, shortest: bool = True) -> tuple[int, int]:
    """Read the head of an array: the number of its elements, and the position behind it.

    Args:
        data: the message.
        at: where the head stands.
        shortest: whether the head must be the shortest possible.

    Raises:
        CborError: no such head stands there.
    """
    major, count, end = _head_at(data, at)
    if major != _ARRAY or (shortest and count < _LEAST[end - at]):
        raise CborError("no array with a head in its shortest form stands where one is expected")
    return count, end


def bytes_at(data: bytes, at: int, *, shortest: bool = True) -> tuple[bytes, int]:
    """Read a byte string, and give the position behind it; see ``array_at``."""
    major, size, start = _head_at(data, at)
    end = start + size
    if major != _BYTES or end > len(data) or (shortest and size < _LEAST[start - at]):
        raise CborError("no whole byte string with a head in its shortest form stands where one is expected")
    return data[start:end], end


def item_at(data: bytes, at: int, *, most: int) -> tuple[bytes, int]:
    """Take one item, whatever it is, as encoded, and give the position behind it.

    Raises:
        CborError: no whole item of at most so many bytes stands there.
    """
    end, pending = at, 1
    while pending:
        major, argument, end = _head_at(data, end)
        pending -= 1
        if major in {_BYTES, _TEXT}:
            end += argument
        elif major in {_ARRAY, _MAP, _TAG}:
            pending += {_ARRAY: argument, _MAP: 2 * argument, _TAG: 1}[major]
        if end - at > most:
            raise CborError(f"an item has more than {most} bytes")
    return data[at:end], end


def _head_at(data: bytes, at: int) -> tuple[int, int, int]:
    """Read a head: major type, argument, and the position behind it."""
    if at >= len(data):
        raise CborError("the message is cut off")
    major, size = data[at] >> 5, data[at] & 0x1F
    start = at + 1
    if size < 24:
        return major, size, start
    end = start + (1 << size - 24) if size <= _LAST_SIZE else len(data) + 1
    if end > len(data):
        raise CborError("a length is indefinite, reserved or cut off")
    return major, int.from_bytes(data[start:end], "big"), end
