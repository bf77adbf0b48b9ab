"""RFC 9285 and nothing beyond it."""

from __future__ import annotations

import pytest

from certmark.errors import TextError
from certmark.transport.base45 import ALPHABET, decode, encode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
        (b"\x00", "00"),
        (b"\xff", "U5"),
        (b"\x00\x00", "000"),
        (b"\xff\xff", "FGW"),
        (b"\x00" * 3, "00000"),
        (b"\xff" * 3, "FGWU5"),
    ],
    ids=repr,
)
def test_bytes_and_text(data: bytes, text: str) -> None:
    assert encode(data) == text
    assert decode(text) == data


def test_every_pair_of_bytes_has_its_own_text() -> None:
    pairs = b"".join(number.to_bytes(2, "big") for number in range(1 << 16))
    text = encode(pairs)
    assert len({text[start : start + 3] for start in range(0, len(text), 3)}) == 1 << 16
    assert decode(text) == pairs


@pytest.mark.parametrize("text", ["BB ", "BB8B ", "00 "], ids=repr)
def test_no_text_ends_in_a_space(text: str) -> None:
    # The last character is the most significant one: W at most after two bytes, 5 after one.
    with pytest.raises(TextError, match="too large"):
        decode(text)


def test_a_space_elsewhere_belongs_to_the_text() -> None:
    assert decode(" 00") == bytes((0, 36))
    assert encode(bytes((0, 36))) == " 00"


@pytest.mark.parametrize("text", ["0", "0000", "BB8B", "QED8WEX"], ids=repr)
def test_a_length_that_no_bytes_have_is_refused(text: str) -> None:
    with pytest.raises(TextError, match="cut off or damaged"):
        decode(text)


@pytest.mark.parametrize("text", ["GGW", ":::", "000GGW", "GGW000", "ZZZ00", "X:W"], ids=repr)
def test_a_group_too_large_for_two_bytes_is_refused(text: str) -> None:
    with pytest.raises(TextError, match="two bytes"):
        decode(text)


@pytest.mark.parametrize("text", ["V5", "::", "000::", "06"], ids=repr)
def test_a_last_group_too_large_for_one_byte_is_refused(text: str) -> None:
    with pytest.raises(TextError, match="one byte"):
        decode(text)


@pytest.mark.parametrize("text", ["{}", "{}B8", "B{}8", "BB{}", "BB8{}0", "BB80{}"])
def test_a_character_outside_the_alphabet_is_refused(text: str) -> None:
    outside = sorted({chr(code) for code in range(256)} - set(ALPHABET))
    assert len(outside) == 256 - 45
    for character in [*outside, "\uff10", "\U0001f600", "\ud800"]:
        with pytest.raises(TextError, match="alphabet"):
            decode(text.format(character))
