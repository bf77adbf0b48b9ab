"""Each stage of the transport is undone by its inverse, and anything else gives an error of certmark."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from certmark.deflate import compress_raw, compress_zlib, inflate_raw, inflate_zlib
from certmark.errors import CapacityError, DecodeError, InflateError, LinkError, TextError
from certmark.limits import Limits
from certmark.transport import base10, base45
from certmark.transport.capacity import segments_of, smallest_version, token_bytes_that_fit
from certmark.transport.dictionary import dictionary_1
from certmark.transport.envelope import from_text, pack, to_bare, to_link, unpack
from certmark.transport.link import URL, fill_template

BYTES = st.binary(max_size=600)
LIKELY_BYTES = st.builds(
    lambda start, size: dictionary_1()[start : start + size], st.integers(0, 4000), st.integers(0, 900)
)
COSE = st.one_of(BYTES, LIKELY_BYTES).map(lambda rest: b"\xd2" + rest)
DIGITS = st.text("0123456789", max_size=700)
BASE45_TEXT = st.text(base45.ALPHABET, max_size=600)
TEMPLATES = st.lists(
    st.sampled_from(
        ["https://", "a.example", "/", "{id}", "{index}", "?", "#", "{", "}", "%41", "%", ":", "@", " ", "A", "é", "."]
    ),
    max_size=8,
).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 800), st.characters(max_codepoint=0x2100)), min_size=1, max_size=3)


@given(st.binary(min_size=1, max_size=600))
def test_digits_undo_bytes(data: bytes) -> None:
    assert base10.decode(base10.encode(data)) == data


@given(DIGITS)
def test_digits_that_are_accepted_are_the_only_ones_for_their_bytes(digits: str) -> None:
    try:
        data = base10.decode(digits)
    except TextError:
        return
    assert base10.encode(data) == digits


@given(st.text(max_size=20))
def test_any_text_is_digits_or_refused(text: str) -> None:
    try:
        base10.decode(text)
    except TextError:
        return
    assert set(text) <= set("0123456789")


@given(BYTES)
def test_base45_undoes_bytes(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(BASE45_TEXT)
def test_base45_that_is_accepted_is_the_only_one_for_its_bytes(text: str) -> None:
    try:
        data = base45.decode(text)
    except TextError:
        return
    assert base45.encode(data) == text


@given(st.text(max_size=20))
def test_any_text_is_base45_or_refused(text: str) -> None:
    try:
        base45.decode(text)
    except TextError:
        return
    assert set(text) <= set(base45.ALPHABET)


@given(BYTES, BYTES)
def test_inflation_undoes_compression(data: bytes, dictionary: bytes) -> None:
    assert inflate_raw(compress_raw(data, dictionary), dictionary, max_size=len(data)) == data
    assert inflate_zlib(compress_zlib(data), max_size=len(data)) == data


@given(BYTES, st.integers(0, 1000))
def test_any_bytes_inflate_within_the_bound_or_are_refused(data: bytes, max_size: int) -> None:
    try:
        content = inflate_raw(data, dictionary_1(), max_size=max_size)
    except InflateError:
        return
    assert len(content) <= max_size


@given(BYTES, st.integers(0, 1000))
def test_any_bytes_inflate_with_their_header_within_the_bound_or_are_refused(data: bytes, max_size: int) -> None:
    for stream in (data, b"\x78\xda" + data):
        try:
            content = inflate_zlib(stream, max_size=max_size)
        except InflateError:
            continue
        assert len(content) <= max_size


@given(BYTES, st.integers(1, 600), BYTES)
def test_neither_less_nor_more_than_a_stream_is_accepted(data: bytes, cut: int, more: bytes) -> None:
    stream = compress_raw(data)
    for other in (stream[:-cut], stream + b"\0" + more):
        with pytest.raises(InflateError):
            inflate_raw(other, max_size=2000)


@given(COSE)
def test_unpacking_undoes_packing_and_packing_never_lengthens(cose: bytes) -> None:
    assert unpack(pack(cose)) == cose
    assert len(pack(cose)) <= len(cose)


@given(BYTES, st.integers(1, 600))
def test_any_body_is_unpacked_within_the_limit_or_refused(body: bytes, limit: int) -> None:
    try:
        cose = unpack(body, limits=Limits(token=limit))
    except DecodeError:
        return
    assert len(cose) <= limit


@given(COSE, st.text(max_size=20), st.integers(0, 2**32 - 1))
def test_texts_give_the_token_back(cose: bytes, certificate_id: str, index: int) -> None:
    link = from_text(to_link(cose, "https://a.example/{index}?id={id}", id=certificate_id, index=index))
    bare = from_text(to_bare(cose) + "\r\n")
    assert link.cose == bare.cose == cose
    assert (link.host, bare.host, bare.url) == ("a.example", None, None)
    assert link.url == fill_template("https://a.example/{index}?id={id}", certificate_id=certificate_id, index=index)


@given(TEMPLATES, st.text(max_size=10), st.none() | st.integers(0, 99))
def test_any_template_makes_a_link_that_verifies_or_is_refused(
    template: str, certificate_id: str, index: int | None
) -> None:
    try:
        text = to_link(b"\xd2\x84", template, id=certificate_id, index=index)
    except LinkError:
        return
    envelope = from_text(text)
    assert (envelope.cose, envelope.form) == (b"\xd2\x84", "link")
    assert template.startswith(f"https://{envelope.host}/")


@given(st.text(max_size=60))
def test_any_text_is_refused_with_one_line(text: str) -> None:
    assume(not text.startswith("CM1:"))
    with pytest.raises(DecodeError) as raised:
        from_text(text)
    assert len(str(raised.value).splitlines()) == 1


@given(COSE, EDITS, st.booleans())
def test_a_damaged_text_is_refused_or_read(cose: bytes, edits: list[tuple[int, str]], bare: bool) -> None:
    characters = list(to_bare(cose) if bare else to_link(cose, "https://a.example/{id}", id="A", index=None))
    for position, character in edits:
        characters[position % len(characters)] = character
    try:
        envelope = from_text("".join(characters))
    except DecodeError:
        return
    assert envelope.form == ("bare" if bare else "link")
    assert envelope.url is None or URL.fullmatch(envelope.url)


@given(st.sampled_from("LMQH"), st.integers(1, 40), st.integers(0, 60), st.booleans())
def test_capacity_is_told_exactly(ecc: str, version: int, path: int, bare: bool) -> None:
    url = None if bare else "https://a.example/" + "p" * path
    size = token_bytes_that_fit(version, ecc, url=url)
    assume(size > 0)
    assert smallest_version(segments_of(text_of(size, url)), ecc, at_most=version) <= version
    with pytest.raises(CapacityError) as raised:
        smallest_version(segments_of(text_of(size + 1, url)), ecc, at_most=version)
    assert raised.value.over_by == 1


def text_of(size: int, url: str | None) -> str:
    body = b"\xd2" * size
    return "CM1:" + base45.encode(body) if url is None else f"{url}#{base10.encode(body)}"
