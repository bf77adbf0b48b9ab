"""How much text a QR symbol holds (ISO/IEC 18004), so that overflow is told before anything is drawn."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, Literal, NamedTuple, TypeAlias

from certmark.errors import CapacityError, IssueError, TextError
from certmark.transport.base10 import BLOCK_BYTES, BLOCK_DIGITS, DIGITS_OF_BYTES
from certmark.transport.base45 import ALPHABET
from certmark.transport.envelope import BARE_PREFIX

Mode: TypeAlias = Literal["byte", "numeric", "alphanumeric"]

LARGEST_VERSION: Final = 40

ADVICE: Final = "leave out documents, digests or protection profiles, or issue a label instead of the full certificate"

_DATA_CODEWORDS: Final[dict[str, tuple[int, ...]]] = {
    "L": (
        *(19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721, 795, 861),
        *(932, 1006, 1094, 1174, 1276, 1370, 1468, 1531, 1631, 1735),
        *(1843, 1955, 2071, 2191, 2306, 2434, 2566, 2702, 2812, 2956),
    ),
    "M": (
        *(16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627, 669),
        *(714, 782, 860, 914, 1000, 1062, 1128, 1193, 1267, 1373),
        *(1455, 1541, 1631, 1725, 1812, 1914, 1992, 2102, 2216, 2334),
    ),
    "Q": (
        *(13, 22, 34, 48, 62, 76, 88, 110, 132, 154, 180, 206, 244, 261, 295, 325, 367, 397, 445, 485),
        *(512, 568, 614, 664, 718, 754, 808, 871, 911, 985),
        *(1033, 1115, 1171, 1231, 1286, 1354, 1426, 1502, 1582, 1666),
    ),
    "H": (
        *(9, 16, 26, 36, 46, 60, 66, 86, 100, 122, 140, 158, 180, 197, 223, 253, 283, 313, 341, 385),
        *(406, 442, 464, 514, 538, 596, 628, 661, 701, 745),
        *(793, 845, 901, 961, 986, 1054, 1096, 1142, 1222, 1276),
    ),
}

_MODE_BITS: Final = 4
# Versions 1 to 9, 10 to 26, 27 to 40.
_COUNT_BITS: Final[dict[Mode, tuple[int, int, int]]] = {
    "byte": (8, 16, 16),
    "numeric": (10, 12, 14),
    "alphanumeric": (9, 11, 13),
}


class Segment(NamedTuple):
    """A stretch of text that a symbol holds in one mode.

    Attributes:
        mode: how it is stored.
        text: ASCII characters.
    """

    mode: Mode
    text: str


def segments_of(text: str) -> tuple[Segment, ...]:
    """Divide the text of a token into the segments of its symbol.

    A link becomes a byte segment up to and including its ``#``, and a numeric one; a bare code is alphanumeric.

    Raises:
        TextError: the text has neither shape.
    """
    url, mark, digits = text.partition("#")
    if text.isascii() and mark and digits.isdigit():
        return (Segment("byte", url + mark), Segment("numeric", digits))
    if text.startswith(BARE_PREFIX) and all(character in ALPHABET for character in text):
        return (Segment("alphanumeric", text),)
    raise TextError("neither a link with digits after its '#' nor a bare code: a symbol is made of a token's text")


def smallest_version(segments: tuple[Segment, ...], ecc: str, *, at_most: int = LARGEST_VERSION) -> int:
    """Find the smallest version, 1 to 40, whose symbol holds the segments.

    Args:
        segments: what ``segments_of`` gave.
        ecc: error correction level, ``L``, ``M``, ``Q`` or ``H``: about 7, 15, 25 or 30 % may be unreadable.
        at_most: largest version that is wanted.

    Raises:
        CapacityError: even the largest is too small; ``over_by`` says by how many bytes of the packed token.
        IssueError: there is no such level or version.
    """
    if bits_of(segments, at_most) <= data_bits(at_most, ecc):
        return next(v for v in range(1, at_most + 1) if bits_of(segments, v) <= data_bits(v, ecc))
    over_by = _body_size(segments[-1]) - _body_room(segments, at_most, ecc)
    amount = "1 byte" if over_by == 1 else f"{over_by} bytes"
    advice = ADVICE if ecc == "L" else f"{ADVICE}, or use less error correction than {ecc}"
    raise CapacityError(
        f"the token is {amount} too long for QR version {at_most} at error correction {ecc}: {advice}",
        over_by=over_by,
    )


def token_bytes_that_fit(version: int, ecc: str, *, url: str | None) -> int:
    """Tell how many bytes of a packed token (marker included) a symbol holds.

    Args:
        version: 1 to 40.
        ecc: error correction level.
        url: the link up to its ``#``; None for a bare code.

    Raises:
        TextError: the link is not ASCII.
        IssueError: there is no such level or version.
    """
    segments = segments_of(BARE_PREFIX if url is None else f"{url}#0")
    return max(0, _body_room(segments, version, ecc))


def data_bits(version: int, ecc: str) -> int:
    """Tell how many data bits a symbol has (ISO/IEC 18004, table of data codewords).

    Args:
        version: 1 to 40.
        ecc: error correction level.

    Raises:
        IssueError: there is no such level or version.
    """
    if ecc not in _DATA_CODEWORDS:
        raise IssueError(f"there is no error correction level {ecc!r}: use L, M, Q or H")
    if not 1 <= version <= LARGEST_VERSION:
        raise IssueError(f"there is no QR version {version}: they go from 1 to {LARGEST_VERSION}")
    return 8 * _DATA_CODEWORDS[ecc][version - 1]


def bits_of(segments: tuple[Segment, ...], version: int) -> int:
    """Tell how many data bits segments take in a symbol of a version, their headers included."""
    return sum(_header_bits(segment.mode, version) + _content_bits(segment) for segment in segments)


def _header_bits(mode: Mode, version: int) -> int:
    return _MODE_BITS + _COUNT_BITS[mode][(version >= 10) + (version >= 27)]


def _content_bits(segment: Segment) -> int:
    size = len(segment.text)
    if segment.mode == "byte":
        return 8 * size
    if segment.mode == "numeric":
        return 10 * (size // 3) + (0, 4, 7)[size % 3]
    return 11 * (size // 2) + 6 * (size % 2)


def _body_size(segment: Segment) -> int:
    """Tell how many bytes of a packed token stand in the last segment of a symbol."""
    return _bytes_of_digits(len(segment.text)) if segment.mode == "numeric" else _bytes_of_bare(len(segment.text))


def _body_room(segments: tuple[Segment, ...], version: int, ecc: str) -> int:
    """Tell how many bytes of a packed token have room in the last segment; negative when nothing has."""
    *before, last = segments
    bits = data_bits(version, ecc) - bits_of(tuple(before), version) - _header_bits(last.mode, version)
    if last.mode == "numeric":
        tens, rest = divmod(bits, 10)
        return _bytes_of_digits(3 * tens + (rest >= 4) + (rest >= 7))
    pairs, rest = divmod(bits, 11)
    return _bytes_of_bare(2 * pairs + (rest >= 6))


def _bytes_of_digits(digits: int) -> int:
    blocks, rest = divmod(digits, BLOCK_DIGITS)
    return BLOCK_BYTES * blocks + bisect_right(DIGITS_OF_BYTES, rest) - 1


def _bytes_of_bare(characters: int) -> int:
    triples, rest = divmod(characters - len(BARE_PREFIX), 3)
    return 2 * triples + rest // 2
