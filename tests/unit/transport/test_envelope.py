"""From COSE bytes to text and back, and what every other text is called."""

from __future__ import annotations

import random

import pytest

from certmark.deflate import compress_raw
from certmark.errors import DecodeError, InflateError, LinkError, TextError, UnsupportedFormatError
from certmark.limits import Limits
from certmark.transport import base10, base45
from certmark.transport.dictionary import dictionary_1
from certmark.transport.envelope import Envelope, from_text, pack, to_bare, to_link, unpack

TEMPLATE = "https://verify.example/c/{index}"
NOISE = b"\xd2\x84" + random.Random(1).randbytes(200)
WORDS = b"\xd2\x84" + b"application/vnd.certmark.certificate+cwt" + b"ICs, Smart Cards and Smart Card-Related Devices"
COSE = {
    "compressible": WORDS,
    "incompressible": NOISE,
    "one byte": b"\xd2",
    "as large as allowed": b"\xd2" + bytes(8191),
}


def link(cose: bytes) -> str:
    return to_link(cose, TEMPLATE, id="EUCC-1", index=7)


@pytest.mark.parametrize("cose", COSE.values(), ids=COSE)
def test_a_link_gives_the_same_bytes_back(cose: bytes) -> None:
    assert from_text(link(cose)) == Envelope(cose, "link", "verify.example", "https://verify.example/c/7")


@pytest.mark.parametrize("cose", COSE.values(), ids=COSE)
def test_a_bare_code_gives_the_same_bytes_back(cose: bytes) -> None:
    assert from_text(to_bare(cose)) == Envelope(cose, "bare", None, None)


def test_a_link_is_the_filled_template_one_hash_and_digits() -> None:
    url, digits = link(NOISE).split("#")
    assert url == "https://verify.example/c/7"
    assert digits == base10.encode(pack(NOISE))


def test_a_bare_code_is_the_prefix_and_base45() -> None:
    assert to_bare(NOISE) == "CM1:" + base45.encode(pack(NOISE))


def test_the_shorter_body_is_taken() -> None:
    assert pack(NOISE) == NOISE
    assert pack(WORDS) == b"\x01" + compress_raw(WORDS, dictionary_1())
    assert len(pack(WORDS)) < len(WORDS) // 4


@pytest.mark.parametrize("compress", [False, True], ids=["bare COSE", "compressed"])
def test_both_markers_are_read_whichever_is_shorter(*, compress: bool) -> None:
    body = b"\x01" + compress_raw(NOISE, dictionary_1()) if compress else NOISE
    assert unpack(body) == NOISE
    assert from_text("https://verify.example/#" + base10.encode(body)).cose == NOISE


@pytest.mark.parametrize("cose", [b"", b"\xd1\x84", b"\x84\x40", b"\x01\x00"], ids=bytes.hex)
def test_only_a_tagged_sign1_has_a_text(cose: bytes) -> None:
    for write in (pack, link, to_bare):
        with pytest.raises(TextError, match="COSE_Sign1"):
            write(cose)


@pytest.mark.parametrize("marker", sorted(set(range(256)) - {0x01, 0x11, 0xD2}))
def test_any_other_marker_is_of_a_newer_certmark(marker: int) -> None:
    with pytest.raises(UnsupportedFormatError, match=f"marker 0x{marker:02x}"):
        unpack(bytes((marker,)) + WORDS)


def test_no_body_is_refused() -> None:
    with pytest.raises(TextError, match="no token"):
        unpack(b"")
    with pytest.raises(TextError, match="no token"):
        from_text("CM1:")


def test_another_dictionary_does_not_give_the_token() -> None:
    assert unpack(b"\x01" + compress_raw(WORDS, WORDS)) != WORDS


def test_a_body_that_was_cut_anywhere_is_refused() -> None:
    body = pack(WORDS)
    for kept in range(len(body)):
        with pytest.raises(DecodeError):
            unpack(body[:kept])


def test_bytes_after_a_compressed_body_are_refused() -> None:
    with pytest.raises(InflateError, match="1 bytes follow"):
        unpack(pack(WORDS) + b"\0")


@pytest.mark.parametrize("text", [link(WORDS), link(NOISE), to_bare(WORDS)], ids=["link", "long link", "bare"])
def test_a_text_that_was_cut_anywhere_does_not_give_the_token(text: str) -> None:
    for kept in range(len(text)):
        try:
            cose = from_text(text[:kept]).cose
        except DecodeError:
            continue
        # Bare COSE has no end of its own: where the rest is a whole number of bytes, the COSE layer has to see it.
        assert text == link(NOISE)
        assert len(cose) < len(NOISE)


@pytest.mark.parametrize("size", [8193, 8200, 100_000])
def test_a_token_larger_than_the_limit_is_refused(size: int) -> None:
    cose = b"\xd2" + bytes(size - 1)
    with pytest.raises(InflateError, match="more than 8192 bytes"):
        unpack(pack(cose))
    with pytest.raises(TextError, match="more than 8192"):
        unpack(cose)


def test_limits_are_the_callers() -> None:
    for text in (link(WORDS), to_bare(WORDS)):
        assert from_text(text, limits=Limits(token=len(WORDS), text=len(text))).cose == WORDS
        with pytest.raises(InflateError):
            from_text(text, limits=Limits(token=len(WORDS) - 1))
        with pytest.raises(TextError, match="characters, more than"):
            from_text(text, limits=Limits(text=len(text) - 1))
    with pytest.raises(TextError):
        from_text(link(NOISE), limits=Limits(token=len(NOISE) - 1))


def test_a_link_longer_than_the_limit_is_not_written() -> None:
    with pytest.raises(LinkError, match="shorten the template"):
        to_link(NOISE, TEMPLATE, id="A", index=1, limits=Limits(text=len(link(NOISE)) - 1))


def test_the_largest_token_has_a_text_within_the_limit() -> None:
    largest = b"\xd2" + random.Random(2).randbytes(8191)
    assert from_text(link(largest)).cose == largest
    assert from_text(to_bare(largest)).cose == largest


@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["no end", "line feed", "both"])
@pytest.mark.parametrize("text", [link(WORDS), to_bare(WORDS)], ids=["link", "bare"])
def test_one_line_end_is_passed_over(text: str, end: str) -> None:
    assert from_text(text + end).cose == WORDS


@pytest.mark.parametrize(
    "end", ["\n\n", "\r", "\n\r", "\r\n\n", " ", " \n", "\t", "\0", "\x0b", "\u2028", "#", "."], ids=ascii
)
@pytest.mark.parametrize("text", [link(WORDS), to_bare(WORDS)], ids=["link", "bare"])
def test_nothing_else_may_follow(text: str, end: str) -> None:
    with pytest.raises(TextError):
        from_text(text + end)


@pytest.mark.parametrize("start", [" ", "\n", "\t", "\ufeff", "\0", "0", "CM1:", "https://"], ids=ascii)
@pytest.mark.parametrize("text", [link(WORDS), to_bare(WORDS)], ids=["link", "bare"])
def test_nothing_may_stand_before(text: str, start: str) -> None:
    with pytest.raises(TextError):
        from_text(start + text)


DIGITS = base10.encode(pack(WORDS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty text"),
        ("\n", "empty text"),
        ("   ", "white space"),
        (f" https://verify.example/#{DIGITS}", "white space"),
        (f"https://verify.example/#{DIGITS} ", "white space"),
        (f"https://verify.example/#{DIGITS}\n\n", "white space"),
        ("HC1:6BFOXN%TS3DH", "EU Digital COVID Certificate"),
        ("HC1:6BFOXN%TS3DH \n", "EU Digital COVID Certificate"),
        ("shc:/567629095243", "SMART Health Card"),
        ("https://verify.example/c/7", "plain web link without a certificate"),
        ("https://verify.example/c/7#", "plain web link without a certificate"),
        ("https://verify.example/c/7#annex", "plain web link without a certificate"),
        ("https://VERIFY.example/c/7", "plain web link without a certificate"),
        (f"http://verify.example/#{DIGITS}", "without encryption"),
        (f"HTTPS://VERIFY.EXAMPLE/#{DIGITS}", "letters were changed"),
        (f"Https://verify.example/#{DIGITS}", "letters were changed"),
        (to_bare(WORDS).lower(), "letters were changed"),
        (DIGITS, "digits without the link"),
        ("\x84\xd2\x00\x01", "binary data"),
        (WORDS.decode("latin-1"), "binary data"),
        (f"https://vérify.example/#{DIGITS}", "binary data"),
        (f"https://verify.example/#{DIGITS[:-1]}\u0661", "binary data"),
        (f"https://verify.example/#{DIGITS}#{DIGITS}", "more than one '#'"),
        (f"https://verify.example/#{DIGITS}a", "not all digits"),
        (f"https://verify.example/#{DIGITS[:20]} {DIGITS[20:]}", "not all digits"),
        (f"https://verify.example/#{DIGITS[:20]}%20{DIGITS[20:]}", "not all digits"),
        (f"https://verify.example:443/#{DIGITS}", "port"),
        (f"https://verify.example@evil.example/#{DIGITS}", "user name"),
        (f"https://verify.example:pw@evil.example/#{DIGITS}", "user name"),
        (f"https://Verify.example/#{DIGITS}", "host"),
        (f"https://verify_.example/#{DIGITS}", "host"),
        (f"https://-verify.example/#{DIGITS}", "host"),
        (f"https://verify-.example/#{DIGITS}", "host"),
        (f"https://verify..example/#{DIGITS}", "host"),
        (f"https://verify.example./#{DIGITS}", "host"),
        (f"https://.example/#{DIGITS}", "host"),
        (f"https:///#{DIGITS}", "host"),
        (f"https://[::1]/#{DIGITS}", "port"),
        (f"https://{'a' * 64}.example/#{DIGITS}", "host"),
        (f"https://{'a.' * 10}example/#{DIGITS}", "host"),
        (f"https://verify.example\\@evil.example/#{DIGITS}", "user name"),
        (f"https://verify.example\\.evil.example/#{DIGITS}", "host"),
        (f"https:/verify.example/#{DIGITS}", "https://"),
        (f"https:verify.example/#{DIGITS}", "https://"),
        (f"https://verify.example#{DIGITS}", "path"),
        (f"https://verify.example?c#{DIGITS}", "path"),
        (f"https://verify.example/<c>#{DIGITS}", "'<'"),
        (f"https://verify.example/{{id}}#{DIGITS}", "'{'"),
        (f"https://verify.example/a b#{DIGITS}", "' '"),
        (f"https://verify.example/100%#{DIGITS}", "'%'"),
        (f"https://verify.example/?q=%2#{DIGITS}", "'%'"),
        ("CM1:bb8", "alphabet"),
        ("CM1:BB8B", "cut off"),
        ("CM1", "neither a certmark link"),
        ("certmark", "neither a certmark link"),
        ("data:text/plain,1", "neither a certmark link"),
        ("x" * 20_001, "20001 characters"),
        ("CM1:" + "0" * 20_000, "20004 characters"),
    ],
    ids=lambda value: ascii(value)[1:41],
)
def test_every_other_text_is_named(text: str, said: str) -> None:
    with pytest.raises(TextError, match=said.replace("{", "\\{")) as raised:
        from_text(text)
    assert "\n" not in str(raised.value)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("text", ["CM2:BB8", "CM10:BB8", "CM2:", "CM9999:whatever"])
def test_a_later_bare_code_is_of_a_newer_certmark(text: str) -> None:
    with pytest.raises(UnsupportedFormatError, match="newer certmark"):
        from_text(text)


@pytest.mark.parametrize("text", ["CM0:BB8", "CM01:BB8", "CM:BB8", "CM11", "CMA:BB8", "CM20000:BB8"])
def test_what_only_resembles_a_later_bare_code_is_not(text: str) -> None:
    with pytest.raises(TextError, match="neither"):
        from_text(text)


def test_a_link_may_have_percent_signs_and_a_query() -> None:
    for url in (
        "https://a.example/",
        "https://a.example/a%2Fb/c?d=%C3%BC&e=/?:@!$'()*+,;~",
        "https://a/?",
        "https://0.0/",
    ):
        assert from_text(f"{url}#{DIGITS}").url == url
