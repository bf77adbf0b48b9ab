"""A message taken apart by its heads alone (RFC 8949 §3), before anything in it is decoded.

Decoding can be made slow: a map whose keys are arrays that hash alike takes quadratic time. Payloads are therefore left
encoded until a signature over them was verified, and around them only headers of bounded size are decoded.
"""

from __future__ import annotations

from typing import Final

from certmark.errors import CborError

BYTES: Final = 2
ARRAY: Final = 4
_TEXT, _MAP, _TAG = 3, 5, 6
_LAST_SIZE = 27
"""Additional information beyond it is reserved, or says that the length is indefinite."""


def argument_at(data: bytes, at: int, major: int) -> tuple[int, int]:
    """Read the head of an item of a major type: its argument, and the position behind it.

    Raises:
        CborError: no such head stands there.
    """
    found, argument, end = _head_at(data, at)
    if found != major:
        raise CborError(f"an item of major type {found} stands where one of type {major} is expected")
    return argument, end


def bytes_at(data: bytes, at: int) -> tuple[bytes, int]:
    """Read a byte string, and give the position behind it.

    Raises:
        CborError: no whole byte string stands there.
    """
    size, start = argument_at(data, at, BYTES)
    end = start + size
    if end > len(data):
        raise CborError("a byte string is cut off")
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
        if major in {BYTES, _TEXT}:
            end += argument
        elif major in {ARRAY, _MAP, _TAG}:
            pending += {ARRAY: argument, _MAP: 2 * argument, _TAG: 1}[major]
        if not end - at <= most:
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
