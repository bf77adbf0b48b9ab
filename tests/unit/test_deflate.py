"""Inflation gives the whole content of exactly one stream, within its bound, or an InflateError."""

from __future__ import annotations

import gzip
import zlib

import pytest

from certmark.deflate import compress_raw, compress_zlib, inflate_raw, inflate_zlib
from certmark.errors import InflateError

DICTIONARY = b"assurance level high, assurance level substantial"
CONTENT = b"assurance level high, as certified"
CONTENTS = {
    "nothing": b"",
    "one byte": b"\0",
    "what the dictionary holds": DICTIONARY,
    "text": CONTENT,
    "every byte": bytes(range(256)),
    "larger than a window": b"0123456789" * 4000,
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("dictionary", [b"", DICTIONARY], ids=["no dictionary", "dictionary"])
def test_raw_streams_come_back_as_they_were(content: bytes, dictionary: bytes) -> None:
    compressed = compress_raw(content, dictionary)
    assert inflate_raw(compressed, dictionary, max_size=len(content)) == content


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_zlib_streams_come_back_as_they_were(content: bytes) -> None:
    assert inflate_zlib(compress_zlib(content), max_size=len(content)) == content


def test_raw_streams_have_neither_header_nor_checksum() -> None:
    assert compress_raw(CONTENT) == compress_zlib(CONTENT)[2:-4]


def test_the_dictionary_makes_what_it_holds_shorter() -> None:
    assert len(compress_raw(CONTENT, DICTIONARY)) < len(compress_raw(CONTENT)) // 2


def test_a_stream_that_was_not_made_by_zlib_inflates() -> None:
    # One stored block (RFC 1951 §3.2.4), and the fixed-code block of the letter a.
    assert inflate_raw(bytes.fromhex("01 0300 fcff 616263"), max_size=3) == b"abc"
    assert inflate_raw(bytes.fromhex("4b 04 00"), max_size=1) == b"a"


@pytest.mark.parametrize("excess", [1, 2, len(CONTENT)])
def test_content_larger_than_the_bound_is_refused(excess: int) -> None:
    bound = len(CONTENT) - excess
    with pytest.raises(InflateError, match=f"more than {bound} bytes"):
        inflate_raw(compress_raw(CONTENT), max_size=bound)
    with pytest.raises(InflateError, match=f"more than {bound} bytes"):
        inflate_zlib(compress_zlib(CONTENT), max_size=bound)


def test_a_bound_of_nothing_is_a_bound() -> None:
    assert inflate_raw(compress_raw(b""), max_size=0) == b""
    with pytest.raises(InflateError, match="more than 0 bytes"):
        inflate_raw(compress_raw(b"a"), max_size=0)


def test_a_bomb_is_stopped_at_the_bound() -> None:
    bomb = compress_zlib(bytes(50_000_000))
    assert len(bomb) < 50_000
    with pytest.raises(InflateError, match="more than 8192 bytes"):
        inflate_zlib(bomb, max_size=8192)


@pytest.mark.parametrize("dictionary", [b"", DICTIONARY], ids=["no dictionary", "dictionary"])
def test_a_raw_stream_that_was_cut_anywhere_is_refused(dictionary: bytes) -> None:
    whole = compress_raw(CONTENT, dictionary)
    for kept in range(len(whole)):
        with pytest.raises(InflateError):
            inflate_raw(whole[:kept], dictionary, max_size=1000)


def test_a_zlib_stream_that_was_cut_anywhere_is_refused() -> None:
    whole = compress_zlib(CONTENT)
    for kept in range(len(whole)):
        with pytest.raises(InflateError, match="truncated"):
            inflate_zlib(whole[:kept], max_size=1000)


@pytest.mark.parametrize(
    "appended", [b"\0", b"\n", b"PK", compress_raw(CONTENT)], ids=["zero", "newline", "text", "stream"]
)
def test_bytes_after_the_end_are_refused(appended: bytes) -> None:
    with pytest.raises(InflateError, match=f"^{len(appended)} bytes follow"):
        inflate_raw(compress_raw(CONTENT) + appended, max_size=1000)
    with pytest.raises(InflateError, match=f"^{len(appended)} bytes follow"):
        inflate_zlib(compress_zlib(CONTENT) + appended, max_size=1000)


NO_RAW_STREAMS = {
    "no bytes": b"",
    "reserved block type": b"\x07",
    "stored block with a wrong length": bytes.fromhex("01 0300 0000 616263"),
    "reference before the start": compress_raw(CONTENT, DICTIONARY),
    "zlib header": compress_zlib(CONTENT),
}


@pytest.mark.parametrize("stream", NO_RAW_STREAMS.values(), ids=NO_RAW_STREAMS)
def test_what_is_not_a_raw_stream_is_refused(stream: bytes) -> None:
    with pytest.raises(InflateError):
        inflate_raw(stream, max_size=1000)


def compressed_with_zlib_dictionary() -> bytes:
    compressor = zlib.compressobj(zdict=DICTIONARY)
    return compressor.compress(CONTENT) + compressor.flush()


NO_ZLIB_STREAMS = {
    "no bytes": b"",
    "raw": compress_raw(CONTENT),
    "gzip": gzip.compress(CONTENT),
    "wrong checksum": compress_zlib(CONTENT)[:-1] + b"\0",
    "preset dictionary": compressed_with_zlib_dictionary(),
}


@pytest.mark.parametrize("stream", NO_ZLIB_STREAMS.values(), ids=NO_ZLIB_STREAMS)
def test_what_is_not_a_zlib_stream_is_refused(stream: bytes) -> None:
    with pytest.raises(InflateError):
        inflate_zlib(stream, max_size=1000)


def test_raw_streams_have_no_checksum_against_another_dictionary() -> None:
    stream = compress_raw(CONTENT, DICTIONARY)
    assert inflate_raw(stream, bytes(len(DICTIONARY)), max_size=1000) != CONTENT


def test_errors_are_one_line() -> None:
    with pytest.raises(InflateError) as raised:
        inflate_raw(b"\x07", max_size=1)
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("the compressed data is damaged: ")
