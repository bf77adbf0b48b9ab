"""Base45 (RFC 9285): bytes in the 45 characters of the alphanumeric mode of a QR symbol.

Two bytes become three characters, a last odd byte becomes two; the least significant character comes first.
A space is one of the characters: it may stand anywhere but at the end.
"""

from __future__ import annotations

from struct import unpack

from certmark.errors import TextError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_PAIRS = tuple(low + high for high in ALPHABET for low in ALPHABET)
_VALUES = bytes(ALPHABET.find(chr(code)) if chr(code) in ALPHABET else 0xFF for code in range(256))


def encode(data: bytes) -> str:
    """Write bytes in Base45; no bytes give the empty text."""
    even = len(data) // 2
    triples = [_PAIRS[number % 2025] + ALPHABET[number // 2025] for number in unpack(f">{even}H", data[: 2 * even])]
    if len(data) % 2:
        triples.append(_PAIRS[data[-1]])
    return "".join(triples)


def decode(text: str) -> bytes:
    """Read Base45; the empty text gives no bytes.

    Args:
        text: characters of the alphabet; neither white space nor line ends are skipped.

    Raises:
        TextError: a character outside the alphabet, a length that no encoding has, or a group whose value is
            too large.
    """
    if not text.isascii():
        raise TextError("not Base45: a character outside its alphabet")
    values = text.encode("ascii").translate(_VALUES)
    bad = values.find(0xFF)
    if bad >= 0:
        raise TextError(f"not Base45: {text[bad]!r} at position {bad} is not in its alphabet")
    rest = len(values) % 3
    if rest == 1:
        raise TextError(f"no Base45 text has {len(values)} characters: the code is cut off or damaged")
    whole = len(values) - rest
    data = _numbers_of(values[:whole])
    if rest:
        last = values[whole] + 45 * values[whole + 1]
        if last > 0xFF:
            raise TextError("the last Base45 group is too large for one byte: the code is damaged")
        data += bytes((last,))
    return data


def _numbers_of(values: bytes) -> bytes:
    """Compute the two bytes of every group at once, each group in 32 bits of one large integer."""
    count = len(values) // 3
    lanes = bytearray(4 * count)
    total = 0
    for place, weight in enumerate((1, 45, 2025)):
        lanes[3::4] = values[place::3]
        total += weight * int.from_bytes(lanes, "big")
    numbers = total.to_bytes(4 * count, "big")
    if any(numbers[1::4]):
        raise TextError("a Base45 group is too large for two bytes: the code is damaged")
    data = bytearray(2 * count)
    data[0::2] = numbers[2::4]
    data[1::2] = numbers[3::4]
    return bytes(data)
