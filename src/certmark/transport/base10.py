"""Bytes as decimal digits, of which the numeric mode of a QR symbol stores three in ten bits (token-text.md).

Blocks of 71 bytes become 171 digits, big-endian and padded with zeros; a last block of n < 71 bytes becomes
the fewest digits that hold 8n bits. Every byte string has exactly one text, and every other text is refused.
"""

from __future__ import annotations

from certmark.errors import TextError

BLOCK_BYTES = 71
BLOCK_DIGITS = 171

DIGITS_OF_BYTES = tuple(len(str((1 << 8 * size) - 1)) if size else 0 for size in range(BLOCK_BYTES + 1))
"""Digits that a block of 0 to 71 bytes becomes: ⌈8n·log10 2⌉."""

_BYTES_OF_DIGITS = {digits: size for size, digits in enumerate(DIGITS_OF_BYTES)}


def encode(data: bytes) -> str:
    """Write bytes as ASCII digits.

    Args:
        data: at least one byte.

    Raises:
        TextError: there is nothing to write.
    """
    if not data:
        raise TextError("no bytes to write as digits")
    blocks = []
    for start in range(0, len(data), BLOCK_BYTES):
        block = data[start : start + BLOCK_BYTES]
        blocks.append(str(int.from_bytes(block, "big")).zfill(DIGITS_OF_BYTES[len(block)]))
    return "".join(blocks)


def decode(digits: str) -> bytes:
    """Read the bytes that ``encode`` wrote.

    Args:
        digits: ASCII digits and nothing else.

    Raises:
        TextError: another character, a number of digits that no byte string has, or a block whose value is
            too large.
    """
    # Bytes, not str: str.isdigit alone would take as long as all of the rest.
    raw = digits.encode("ascii") if digits.isascii() else b""
    if not raw.isdigit():
        raise TextError("not decimal digits" if digits else "no digits")
    if len(raw) % BLOCK_DIGITS not in _BYTES_OF_DIGITS:
        raise TextError(f"no code has {len(raw)} digits: it is cut off or damaged")
    blocks = [raw[start : start + BLOCK_DIGITS] for start in range(0, len(raw), BLOCK_DIGITS)]
    try:
        return b"".join([int(block).to_bytes(_BYTES_OF_DIGITS[len(block)], "big") for block in blocks])
    except OverflowError as error:
        raise TextError("a block of digits is too large for its bytes: the code is damaged") from error
