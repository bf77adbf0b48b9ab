"""Vectors of token-text.md: forms of text, digits, Base45, compression, sizes."""

from __future__ import annotations

from typing import Final

from certmark.transport import base10, to_bare
from tests.interop.asking import bare_of
from tests.vector_cases.case import FORMAT, GOOD, NEWER, Case
from tests.world import LINK_HOST, WORLD

COSE: Final = WORLD.cose
LINK: Final = WORLD.text
URL, _, DIGITS = LINK.partition("#")
BARE: Final = to_bare(COSE)
PLAIN: Final = base10.encode(COSE)
"""The digits of the message as it is, not compressed."""
MOST: Final = 20_000
"""Characters of a text."""


def stored(data: bytes, *, final: bool = True) -> bytes:
    """Write raw DEFLATE as one stored block, which every compressor would write alike."""
    return bytes([final]) + len(data).to_bytes(2, "little") + (len(data) ^ 0xFFFF).to_bytes(2, "little") + data


def link_to(host: str) -> str:
    return f"https://{host}/#{PLAIN}"


def path_of(path: str) -> str:
    return f"https://{LINK_HOST}{path}#{PLAIN}"


def _sized(size: int) -> str:
    """Give a link of so many characters."""
    return f"https://{LINK_HOST}/{'a' * (size - len(link_to(LINK_HOST)))}#{PLAIN}"


TEXT, BODY, DIGIT, BASE45, SIZE = (
    f"token-text.md#{section}" for section in ("text", "body", "digits", "base45", "limits")
)

LINKS: Final = (
    ("link", "the link, compressed with dictionary 1", LINK, GOOD),
    ("link-not-compressed", "the link, its body not compressed", link_to(LINK_HOST), GOOD),
    ("line-end-lf", "one line end may follow: LF", f"{LINK}\n", GOOD),
    ("line-end-crlf", "one line end may follow: CR LF", f"{LINK}\r\n", GOOD),
    ("line-end-cr", "no other line end may follow: CR", f"{LINK}\r", FORMAT),
    ("line-end-twice", "exactly one line end may follow", f"{LINK}\n\n", FORMAT),
    ("space-before", "no white space before", f" {LINK}", FORMAT),
    ("byte-order-mark-before", "nothing before", f"\ufeff{LINK}", FORMAT),
    ("space-after", "no white space after", f"{LINK} ", FORMAT),
    ("space-among-the-digits", "no white space inside", f"{LINK[:-9]} {LINK[-9:]}", FORMAT),
    ("letter-among-the-digits", "the fragment is digits", f"{LINK}x", FORMAT),
    ("second-hash", "there is no second #", f"{LINK}#", FORMAT),
    ("no-hash", "a link has digits after #", URL, FORMAT),
    ("no-digits", "a link has digits after #", f"{URL}#", FORMAT),
    ("only-digits", "a text is a link or a bare code", DIGITS, FORMAT),
    ("http", "the scheme is https", LINK.replace("https:", "http:"), FORMAT),
    ("scheme-in-capitals", "the scheme is in lower case", LINK.replace("https:", "HTTPS:"), FORMAT),
    ("host-in-capitals", "the host is in lower case", link_to("CERTS.body.example"), FORMAT),
    ("host-of-one-label", "one label is a host", link_to("h"), GOOD),
    ("host-of-10-labels", "a host has at most ten labels", link_to(".".join("a" * 10)), GOOD),
    ("host-of-11-labels", "a host has at most ten labels", link_to(".".join("a" * 11)), FORMAT),
    ("label-of-63", "a label has at most 63 characters", link_to("a" * 63), GOOD),
    ("label-of-64", "a label has at most 63 characters", link_to("a" * 64), FORMAT),
    ("label-begins-with-hyphen", "a label begins with a letter or digit", link_to("-h"), FORMAT),
    ("label-ends-with-hyphen", "a label ends with a letter or digit", link_to("h-"), FORMAT),
    ("label-empty", "a label is not empty", link_to("a..b"), FORMAT),
    ("host-ends-with-dot", "a label is not empty", link_to("a."), FORMAT),
    ("host-with-underscore", "a label has letters, digits and hyphens", link_to("a_b"), FORMAT),
    ("host-not-ascii", "the host is ASCII", link_to("é.example"), FORMAT),
    ("host-in-punycode", "a label has letters, digits and hyphens", link_to("xn--9ca.example"), GOOD),
    ("user-name", "there is no user name", link_to(f"user@{LINK_HOST}"), FORMAT),
    ("port", "there is no port", link_to(f"{LINK_HOST}:443"), FORMAT),
    ("ipv6-address", "a host is labels", link_to("[::1]"), FORMAT),
    ("no-path", "the path begins with /", path_of(""), FORMAT),
    ("query-without-path", "the path begins with /", path_of("?a"), FORMAT),
    ("path-of-every-character", "pchar", path_of("/aZ9-._~:@!$&'()*+,;=//"), GOOD),
    ("query-of-every-character", "query", path_of("/?a?b/c=%2f%2F"), GOOD),
    ("percent-encoding-cut", "pct is % and two hexadecimal digits", path_of("/%a"), FORMAT),
    ("percent-encoding-of-no-byte", "pct is % and two hexadecimal digits", path_of("/%g0"), FORMAT),
    ("path-with-braces", "no other characters in the path", path_of("/{id}"), FORMAT),
    ("path-with-quotes", "no other characters in the path", path_of('/"'), FORMAT),
    ("path-with-a-bar", "no other characters in the path", path_of("/|"), FORMAT),
    ("path-with-a-backslash", "no other characters in the path", path_of("/\\"), FORMAT),
    ("path-not-ascii", "no other characters in the path", path_of("/é"), FORMAT),
    ("path-with-a-space", "no other characters in the path", path_of("/ "), FORMAT),
    ("empty", "a text is a link or a bare code", "", FORMAT),
    ("line-end-alone", "a text is a link or a bare code", "\n", FORMAT),
    ("another-code", "an EU Digital COVID Certificate is no certmark code", f"HC1:{BARE[4:]}", FORMAT),
    ("bare", "the bare code, compressed with dictionary 1", BARE, GOOD),
    ("bare-line-end", "one line end may follow", f"{BARE}\r\n", GOOD),
    ("bare-in-lower-case", "CM1 is in upper case", BARE.replace("CM1:", "cm1:"), FORMAT),
    ("bare-space-before", "no white space before", f" {BARE}", FORMAT),
    ("bare-without-number", "the prefix is CM1:", f"CM:{BARE[4:]}", FORMAT),
    ("bare-of-version-0", "newer prefixes have a number from 2 on", f"CM0:{BARE[4:]}", FORMAT),
    ("bare-with-leading-zero", "newer prefixes have no leading zeros", f"CM02:{BARE[4:]}", FORMAT),
    ("bare-with-foreign-digit", "digits are ASCII", f"CM\u0662:{BARE[4:]}", FORMAT),
    ("newer-prefix-in-lower-case", "CM is in upper case", "cm2:A", FORMAT),
    ("newer-prefix-without-colon", "a newer prefix ends with :", "CM2", FORMAT),
    ("bare-of-version-2", "CM2: is a newer certmark's", f"CM2:{BARE[4:]}", NEWER),
    ("bare-of-version-10", "CM10: is a newer certmark's", "CM10:anything", NEWER),
)

BLOCKS: Final = (
    ("digits-of-one-block", "a rest that is not in the table", f"{URL}#9", FORMAT),
    ("digits-of-no-size", "a rest that is not in the table: one digit missing", f"{URL}#{PLAIN[:-1]}", FORMAT),
    ("digit-in-front", "digits before them shift all blocks", f"{URL}#0{PLAIN}", FORMAT),
    ("block-too-great", "a full block is less than 2^568", f"{URL}#{'9' * 171}{PLAIN[171:]}", FORMAT),
    (
        "block-of-2-to-the-568",
        "a full block is less than 2^568",
        f"{URL}#{2**568:0171d}{PLAIN[171:]}",
        FORMAT,
    ),
    ("last-block-too-great", "the last block is less than 2^(8n)", f"{URL}#256", FORMAT),
    ("digits-of-another-script", "digits are ASCII", f"{URL}#{PLAIN[:-1]}\u0661", FORMAT),
    ("superscript-digit", "digits are ASCII", f"{URL}#{PLAIN[:-1]}²", FORMAT),
    ("sign-before-the-digits", "digits are ASCII 0 to 9", f"{URL}#+{PLAIN[1:]}", FORMAT),
    ("underscore-among-the-digits", "digits are ASCII 0 to 9", f"{URL}#{PLAIN[:9]}_{PLAIN[10:]}", FORMAT),
)

B45: Final = bare_of(COSE)
CODES: Final = (
    ("base45-not-compressed", "Base45 of the message as it is", B45, GOOD),
    ("base45-empty", "no characters at all", "CM1:", FORMAT),
    ("base45-lower-case", "a character outside the alphabet", B45[:-1] + B45[-1].lower() + "a", FORMAT),
    ("base45-not-ascii", "a character outside the alphabet", f"{B45[:-1]}é", FORMAT),
    ("base45-one-character-over", "a length that leaves one character over", f"{B45}0", FORMAT),
    ("base45-three-too-great", "three characters worth more than 65535", f"CM1:GGW{B45[7:]}", FORMAT),
    ("base45-two-too-great", "two characters worth more than 255", f"{B45[: 4 + len(B45[4:]) // 3 * 3]}::", FORMAT),
    ("base45-space-at-the-end", "no space at the end", f"{B45} ", FORMAT),
    ("base45-comma", "a character outside the alphabet", f"CM1:,{B45[5:]}", FORMAT),
)

BODIES: Final = (
    ("marker-01-stored", "one raw DEFLATE stream, of a stored block", b"\x01" + stored(COSE), GOOD),
    (
        "marker-01-two-blocks",
        "one raw DEFLATE stream, of two blocks",
        b"\x01" + stored(COSE[:99], final=False) + stored(COSE[99:]),
        GOOD,
    ),
    ("deflate-nothing", "the final block's end is reached", b"\x01", FORMAT),
    ("deflate-without-final-block", "the final block's end is reached", b"\x01" + stored(COSE, final=False), FORMAT),
    ("deflate-cut", "the final block's end is reached", (b"\x01" + stored(COSE))[:-1], FORMAT),
    ("deflate-followed-by-a-byte", "no byte follows the stream", b"\x01" + stored(COSE) + b"\x00", FORMAT),
    ("deflate-broken", "a broken stream: length and its complement differ", b"\x01\x01\x05\x00\x00\x00" + COSE, FORMAT),
    ("deflate-of-a-reserved-type", "a broken stream: block type 3", b"\x01\x07" + COSE, FORMAT),
    (
        "deflate-before-the-window",
        "a broken stream: a distance beyond dictionary and output",
        # fixed codes: length 3 (0000001), distance code 29 (11101) with all 13 extra bits: 32768 bytes back
        b"\x01" + bytes.fromhex("03deff0f00"),
        FORMAT,
    ),
    ("deflate-with-zlib-header", "no zlib header", b"\x01\x78\xda" + stored(COSE), FORMAT),
    ("deflate-with-gzip-header", "no gzip header", b"\x01\x1f\x8b\x08" + bytes(7) + stored(COSE), FORMAT),
    ("deflate-twice", "the stream holds the COSE bytes", b"\x01" + stored(b"\x01" + stored(COSE)), FORMAT),
    ("marker-00", "another marker is a newer certmark's", b"\x00" + COSE, NEWER),
    ("marker-02", "another marker is a newer certmark's", b"\x02" + COSE, NEWER),
    ("marker-78", "another marker is a newer certmark's", b"\x78" + COSE, NEWER),
    ("marker-ff", "another marker is a newer certmark's", b"\xff", NEWER),
)


def _of_size(size: int) -> bytes:
    """Give a certificate token of exactly so many bytes, in order otherwise."""
    reports: list[dict[str, str]] = []
    longer = b""
    while len(longer) + 300 < size:
        reports.append({"report": f"{len(reports):02d}{'x' * 197}", "date": "2026-03-02", "version": "1"})
        longer = _with(reports, 30, 30)
    room = size - len(longer)
    made = _with(reports, 30 + min(room, 170), 30 + max(room - 170, 0))
    assert len(made) == size
    return made


def _with(reports: list[dict[str, str]], itsef: int, approval: int) -> bytes:
    return WORLD.with_certificate(maintenance=reports, itsef="z" * itsef, validity_approval="w" * approval).cose


def cases() -> list[Case]:
    """Give the vectors."""
    texts = [(TEXT, *row) for row in LINKS] + [(DIGIT, *row) for row in BLOCKS] + [(BASE45, *row) for row in CODES]
    texts += [(BODY, name, rule, bare_of(body), answer) for name, rule, body, answer in BODIES]
    texts += [
        (SIZE, "text-of-20000", "text, without its line end", _sized(MOST), GOOD),
        (SIZE, "text-of-20000-and-line-end", "text, without its line end", f"{_sized(MOST)}\r\n", GOOD),
        ("README.md#limits", "text-of-20001", "text of a token", _sized(MOST + 1), FORMAT),
    ]
    largest, larger = _of_size(8_192), _of_size(8_193)
    rule = "COSE bytes, inflated or not"
    texts += [
        (SIZE, "message-of-8192", rule, bare_of(largest), GOOD),
        (SIZE, "message-of-8193", rule, bare_of(larger), FORMAT),
        (SIZE, "message-of-8192-inflated", rule, bare_of(b"\x01" + stored(largest)), GOOD),
        (SIZE, "message-of-8193-inflated", rule, bare_of(b"\x01" + stored(larger)), FORMAT),
    ]
    made = [
        Case(name=f"text/{name}", spec=spec, rule=rule, token=text, answer=answer)
        for spec, name, rule, text, answer in texts
    ]
    made += [
        Case(
            name=f"text/bytes-of-{len(token)}",
            spec="README.md#limits",
            rule="COSE message of a token, inflated",
            token=token,
            answer=answer,
        )
        for token, answer in ((largest, GOOD), (larger, FORMAT))
    ]
    return made
