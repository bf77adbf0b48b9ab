"""A message taken apart by its heads alone (RFC 8949 §3), before anything in it is decoded.

Decoding can be made slow: a map whose keys are arrays that hash alike takes quadratic time. Payloads are therefore left
encoded until a signature over them was verified, and around them only headers of bounded size are decoded. A signer may
be hostile too, so a large payload is searched for such keys first.
"""

from __future__ import annotations

from certmark.errors import CborError

_BYTES, _TEXT, _ARRAY, _MAP, _TAG = 2, 3, 4, 5, 6
_STRINGS = frozenset({_BYTES, _TEXT})
SIGN1 = b"\xd2\x84"
"""Tag 18 and the head of an array of four: how a COSE_Sign1 begins in the strict form."""
_EMPTY_MAP = 0xA0
_COMPOUND = frozenset({_ARRAY, _MAP, _TAG})
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
    if major != _BYTES or end > len(data) or (shortest and start - at > 1 and size < _LEAST[start - at]):
        raise CborError("no whole byte string with a head in its shortest form stands where one is expected")
    return data[start:end], end


def end_of_first(sequence: bytes) -> int:
    """Give where the first message of a CBOR sequence (RFC 8742) of COSE_Sign1 messages ends.

    What does not begin with a message in the strict form is one whole: its reader says what is wrong with it.
    """
    if not sequence.startswith(SIGN1):
        return len(sequence)
    try:
        at = _end_of_string(sequence, len(SIGN1))
        if sequence[at] != _EMPTY_MAP:
            return len(sequence)
        at = _end_of_string(sequence, _end_of_string(sequence, at + 1))
    except IndexError:
        return len(sequence)
    return min(at, len(sequence))


def _end_of_string(data: bytes, at: int) -> int:
    """Give where a byte string of fewer than 65536 bytes ends; beyond the end, where something else stands."""
    first = data[at]
    if first == 0x58:
        return at + 2 + data[at + 1]
    if first == 0x59:
        return at + 3 + (data[at + 1] << 8 | data[at + 2])
    return at + 1 + first - 0x40 if 0x40 <= first < 0x58 else len(data)


def item_at(data: bytes, at: int, *, most: int) -> tuple[bytes, int]:
    """Take one item, whatever it is, as encoded, and give the position behind it.

    Raises:
        CborError: no whole item of at most so many bytes stands there.
    """
    end, pending = at, 1
    while pending:
        major, argument, end = _head_at(data, end)
        pending -= 1
        if major in _STRINGS:
            end += argument
        elif major in _COMPOUND:
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
    if size == 24 and start < len(data):
        return major, data[start], start + 1
    end = start + (1 << size - 24) if size <= _LAST_SIZE else len(data) + 1
    if end > len(data):
        raise CborError("a length is indefinite, reserved or cut off")
    return major, int.from_bytes(data[start:end], "big"), end


def refuse_compound_keys(data: bytes, *, depth: int) -> None:
    """Refuse an item in which an array, a map or a tagged item is the key of a map, in time linear in its size.

    Args:
        data: the item.
        depth: deepest nesting of arrays and maps.

    Raises:
        CborError: there is such a key, or it is cut off, or nested deeper than so many containers.
    """
    left, is_map = [1], [False]  # items to come, and in what, from the outermost container inwards
    at = 0
    while left:
        if not left[-1]:
            del left[-1], is_map[-1]
            continue
        major, argument, at = _head_at(data, at)
        if major in _COMPOUND and is_map[-1] and not left[-1] % 2:
            raise CborError("map keys are not integers or texts")
        if major == _TAG:
            continue  # what is tagged follows and counts
        left[-1] -= 1
        if major in _STRINGS:
            at += argument
        elif major in _COMPOUND:
            left.append(2 * argument if major == _MAP else argument)
            is_map.append(major == _MAP)
            if len(left) > depth + 1:
                raise CborError(f"nested more than {depth} deep")
