"""Blocks of 71 bytes and 171 digits: one text for each byte string, and no byte string for any other text."""

from __future__ import annotations

from math import ceil, log2

import pytest

from certmark.errors import TextError
from certmark.transport.base10 import BLOCK_BYTES, BLOCK_DIGITS, DIGITS_OF_BYTES, decode, encode

LARGEST_BLOCK = str((1 << 568) - 1)
IMPOSSIBLE_REMAINDERS = sorted(set(range(BLOCK_DIGITS)) - set(DIGITS_OF_BYTES))


@pytest.mark.parametrize(
    ("data", "digits"),
    [
        (b"\x00", "000"),
        (b"\x07", "007"),
        (b"\xff", "255"),
        (b"\x00\x00", "00000"),
        (b"\x01\x00", "00256"),
        (b"\xff\xff", "65535"),
        (b"\xff" * 3, "16777215"),
        (b"\xd2\x84", "53892"),
        (bytes(71), "0" * 171),
        (b"\xff" * 71, LARGEST_BLOCK),
        (bytes(70) + b"\x01", "0" * 170 + "1"),
        (bytes(72), "0" * 174),
        (b"\xff" * 72, LARGEST_BLOCK + "255"),
        (b"\xff" * 142, LARGEST_BLOCK * 2),
        (bytes(71) + b"\xff" * 71 + b"\x0a", "0" * 171 + LARGEST_BLOCK + "010"),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else "",
)
def test_bytes_and_digits(data: bytes, digits: str) -> None:
    assert encode(data) == digits
    assert decode(digits) == data


@pytest.mark.parametrize("size", [*range(1, 73), 141, 142, 143, 213, 8192])
@pytest.mark.parametrize("fill", [0x00, 0x5A, 0xFF])
def test_every_size_comes_back(size: int, fill: int) -> None:
    data = bytes((fill,)) * size
    assert decode(encode(data)) == data


@pytest.mark.parametrize("size", range(1, BLOCK_BYTES + 1))
def test_a_block_takes_the_fewest_digits_that_hold_it(size: int) -> None:
    assert DIGITS_OF_BYTES[size] == ceil(8 * size / log2(10)) == len(encode(bytes(size)))


@pytest.mark.parametrize("size", range(1, BLOCK_BYTES + 1))
def test_a_block_just_too_large_for_its_bytes_is_refused(size: int) -> None:
    with pytest.raises(TextError, match="too large"):
        decode(str(1 << 8 * size).zfill(DIGITS_OF_BYTES[size]))
    with pytest.raises(TextError, match="too large"):
        decode("0" * BLOCK_DIGITS + "9" * DIGITS_OF_BYTES[size])


def test_a_whole_block_that_is_too_large_is_refused_wherever_it_stands() -> None:
    too_large = str(1 << 568)
    assert len(too_large) == BLOCK_DIGITS
    for digits in (too_large, too_large + "000", "0" * 171 + too_large):
        with pytest.raises(TextError, match="too large"):
            decode(digits)


@pytest.mark.parametrize("blocks", [0, 1, 5])
@pytest.mark.parametrize("remainder", IMPOSSIBLE_REMAINDERS)
def test_a_number_of_digits_that_no_bytes_have_is_refused(blocks: int, remainder: int) -> None:
    with pytest.raises(TextError, match="cut off or damaged"):
        decode("0" * (blocks * BLOCK_DIGITS + remainder))


@pytest.mark.parametrize(
    "digits",
    [
        " 00",
        "00 ",
        "0 0",
        "+00",
        "-01",
        "0_0",
        "0x0",
        "00\n",
        "1e2",
        "1.0",
        "\u0660" * 3,
        "\uff10" * 3,
        "\u00b2" * 3,
        "00\0",
        "abc",
    ],
    ids=ascii,
)
def test_anything_but_ascii_digits_is_refused(digits: str) -> None:
    with pytest.raises(TextError, match="not decimal digits"):
        decode(digits)


def test_nothing_is_neither_written_nor_read() -> None:
    with pytest.raises(TextError):
        encode(b"")
    with pytest.raises(TextError):
        decode("")


def test_more_digits_than_int_accepts_are_read() -> None:
    data = bytes(range(256)) * 32
    assert len(encode(data)) > 4300
    assert decode(encode(data)) == data
