"""How much a symbol holds: the tables of the standard, and what a token may have at most."""

from __future__ import annotations

import pytest
from qrcode import constants, util

from certmark.errors import CapacityError, IssueError, TextError
from certmark.transport import base10, base45
from certmark.transport.capacity import Segment, bits_of, data_bits, segments_of, smallest_version, token_bytes_that_fit

LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
MODES = {"byte": util.MODE_8BIT_BYTE, "numeric": util.MODE_NUMBER, "alphanumeric": util.MODE_ALPHA_NUM}
URL = "https://verify.example/c/"


def text_of(size: int, *, url: str | None) -> str:
    body = b"\xd2" * size
    return "CM1:" + base45.encode(body) if url is None else f"{url}#{base10.encode(body)}"


@pytest.mark.parametrize("ecc", LEVELS)
@pytest.mark.parametrize("version", range(1, 41))
def test_the_table_agrees_with_that_of_qrcode(version: int, ecc: str) -> None:
    assert data_bits(version, ecc) == util.BIT_LIMIT_TABLE[LEVELS[ecc]][version]


@pytest.mark.parametrize("version", range(1, 41))
@pytest.mark.parametrize("size", [1, 2, 3, 4, 171, 500])
def test_the_bits_of_segments_agree_with_qrcode(version: int, size: int) -> None:
    segments = (Segment("byte", "u" * size), Segment("numeric", "7" * size), Segment("alphanumeric", "A" * size))
    buffer = util.BitBuffer()
    for mode, text in segments:
        data = util.QRData(text.encode(), mode=MODES[mode])
        buffer.put(data.mode, 4)
        buffer.put(len(data), util.length_in_bits(data.mode, version))
        data.write(buffer)
    assert bits_of(segments, version) == len(buffer)


def test_a_link_is_a_byte_segment_and_a_numeric_one() -> None:
    assert segments_of("https://a.example/1#020") == (
        Segment("byte", "https://a.example/1#"),
        Segment("numeric", "020"),
    )


def test_a_bare_code_is_one_alphanumeric_segment() -> None:
    assert segments_of("CM1:BB8 $%*+-./:") == (Segment("alphanumeric", "CM1:BB8 $%*+-./:"),)


@pytest.mark.parametrize(
    "text", ["", "CM1", "CM1:bb8", "BB8", "CM1:BB8\n", "https://a.example/", "https://a.example/#", "https://a.example/#1a",
             "https://a.example/#1#2", "https://ä.example/#1", "https://a.example/#\u0661"], ids=ascii
)  # fmt: skip
def test_other_texts_are_not_made_into_symbols(text: str) -> None:
    with pytest.raises(TextError):
        segments_of(text)


# hot-path figures of the design: a prefix of 24 characters and the '#'.
@pytest.mark.parametrize(
    ("version", "size"), [(10, 186), (11, 224), (12, 260), (13, 304), (14, 335), (15, 384), (16, 422), (22, 750)]
)
def test_a_short_link_leaves_room_for_the_token(version: int, size: int) -> None:
    assert abs(token_bytes_that_fit(version, "M", url="https://verify.example/c") - size) <= 1


@pytest.mark.parametrize("url", [URL, "https://a/", None], ids=["link", "shortest link", "bare"])
@pytest.mark.parametrize("ecc", LEVELS)
def test_what_fits_fits_exactly(ecc: str, url: str | None) -> None:
    for version in range(1, 41):
        size = token_bytes_that_fit(version, ecc, url=url)
        if size > 0:
            assert smallest_version(segments_of(text_of(size, url=url)), ecc) <= version
            assert smallest_version(segments_of(text_of(size, url=url)), ecc, at_most=version) <= version
        with pytest.raises(CapacityError) as raised:
            smallest_version(segments_of(text_of(size + 1, url=url)), ecc, at_most=version)
        assert raised.value.over_by >= 1
        if size > 0:
            assert raised.value.over_by == 1


@pytest.mark.parametrize("excess", [1, 2, 70, 71, 72, 1000])
@pytest.mark.parametrize("url", [URL, None], ids=["link", "bare"])
def test_overflow_says_by_how_many_bytes_and_what_to_do(excess: int, url: str | None) -> None:
    size = token_bytes_that_fit(20, "Q", url=url) + excess
    with pytest.raises(CapacityError, match="documents, digests or protection profiles") as raised:
        smallest_version(segments_of(text_of(size, url=url)), "Q", at_most=20)
    assert raised.value.over_by == excess
    assert f"is {excess} byte" in str(raised.value)
    assert "less error correction than Q" in str(raised.value)


def test_the_lowest_error_correction_cannot_be_lowered() -> None:
    with pytest.raises(CapacityError) as raised:
        smallest_version(segments_of(text_of(3000, url=URL)), "L")
    assert "error correction than" not in str(raised.value)


@pytest.mark.parametrize("url", ["https://a.example/" + "a" * 100, "https://a.example/" + "a" * 3000])
def test_a_link_that_leaves_no_room_leaves_none(url: str) -> None:
    assert token_bytes_that_fit(5, "M", url=url) == 0


@pytest.mark.parametrize("ecc", ["", "m", "X", "LM"])
def test_there_are_four_levels(ecc: str) -> None:
    with pytest.raises(IssueError, match="L, M, Q or H"):
        data_bits(1, ecc)
    with pytest.raises(IssueError, match="L, M, Q or H"):
        smallest_version(segments_of("CM1:BB8"), ecc)
    with pytest.raises(IssueError, match="L, M, Q or H"):
        token_bytes_that_fit(1, ecc, url=None)


@pytest.mark.parametrize("version", [-1, 0, 41, 100])
def test_there_are_forty_versions(version: int) -> None:
    with pytest.raises(IssueError, match="from 1 to 40"):
        data_bits(version, "M")
    with pytest.raises(IssueError, match="from 1 to 40"):
        smallest_version(segments_of("CM1:BB8"), "M", at_most=version)
    with pytest.raises(IssueError, match="from 1 to 40"):
        token_bytes_that_fit(version, "M", url=None)
