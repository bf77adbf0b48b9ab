"""COSE bytes to text and back: marker and compression inside, link or bare code outside (token-text.md).

Neither the text nor the compression is signed. One token has many valid texts, so text is never an identity.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from certmark.cose.framing import end_of_first
from certmark.deflate import compress_raw, inflate_raw
from certmark.errors import LinkError, TextError, UnsupportedFormatError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.transport import base10, base45
from certmark.transport.dictionary import dictionary_1
from certmark.transport.link import URL, fill_template
from certmark.transport.refusal import refusal

MARKER_BARE: Final = 0xD2
"""First byte of a COSE_Sign1 message (tag 18): the body is that message."""

MARKER_DICTIONARY_1: Final = 0x01
"""The rest of the body is raw DEFLATE with preset dictionary 1."""

MARKER_APPROVED_DICTIONARY_1: Final = 0x11
"""Likewise, and what it holds is the message and its approval, one after the other (a CBOR sequence, RFC 8742)."""

BARE_PREFIX: Final = "CM1:"
"""What a bare code begins with: the profile and its version, in characters of the alphanumeric mode."""


class Envelope(NamedTuple):
    """A token out of its text; nothing in it is verified.

    Attributes:
        cose: the COSE message; after it its approval, if it has one.
        form: ``link`` or ``bare``.
        host: host of the link, to be compared and shown, never opened; None in a bare code.
        url: the link up to its ``#``; None in a bare code.
        approved: whether an approval stands behind the message, as the marker says.
    """

    cose: bytes
    form: Literal["link", "bare"]
    host: str | None
    url: str | None
    approved: bool = False


def pack(cose: bytes) -> bytes:
    """Put the marker before a COSE_Sign1 message, and compress it when that makes it shorter.

    Args:
        cose: the message. With an approval behind it the body is always compressed.

    Raises:
        TextError: the bytes are not a tagged COSE_Sign1 message.
    """
    if not cose or cose[0] != MARKER_BARE:
        raise TextError("not a COSE_Sign1 message with its tag: only such a token has a text")
    if end_of_first(cose) < len(cose):
        return bytes((MARKER_APPROVED_DICTIONARY_1,)) + compress_raw(cose, dictionary_1())
    compressed = bytes((MARKER_DICTIONARY_1,)) + compress_raw(cose, dictionary_1())
    return min(cose, compressed, key=len)


def unpack(body: bytes, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Take the COSE message, and its approval if it has one, out of a body that ``pack`` made.

    Args:
        body: marker and what follows it.
        limits: ``token`` bounds the size of both together.

    Raises:
        TextError: the body is empty, or holds a message that is too large.
        InflateError: the compressed message is broken or too large.
        UnsupportedFormatError: a marker of a newer certmark.
    """
    marker = body[0] if body else -1
    if marker in {MARKER_DICTIONARY_1, MARKER_APPROVED_DICTIONARY_1}:
        return inflate_raw(body[1:], dictionary_1(), max_size=limits.token)
    if marker == MARKER_BARE:
        if len(body) > limits.token:
            raise TextError(f"the code holds a token of {len(body)} bytes, more than {limits.token}")
        return body
    if marker == -1:
        raise TextError("the code holds no token")
    raise UnsupportedFormatError(f"made by a newer certmark (marker 0x{marker:02x}): update to read it")


def to_link(
    cose: bytes,
    template: str,
    *,
    id: str,  # noqa: A002 - the placeholder's own name
    index: int | None,
    limits: Limits = DEFAULT_LIMITS,
) -> str:
    """Write a token as a web link with the token in its fragment, which no browser sends to the server.

    Args:
        cose: a tagged COSE_Sign1 message.
        template: see ``fill_template``.
        id: certificate id, which ``{id}`` in the template becomes.
        index: status list index, which ``{index}`` becomes; None when the certificate has no status.
        limits: ``text`` bounds the link.

    Raises:
        LinkError: the link would not verify.
        TextError: the bytes are not a tagged COSE_Sign1 message.
    """
    url = fill_template(template, certificate_id=id, index=index)
    text = f"{url}#{base10.encode(pack(cose))}"
    if len(text) > limits.text:
        raise LinkError(f"the link has {len(text)} characters, more than {limits.text}: shorten the template")
    return text


def to_bare(cose: bytes) -> str:
    """Write a token as a bare code, for places where a link is not wanted.

    Raises:
        TextError: the bytes are not a tagged COSE_Sign1 message.
    """
    return BARE_PREFIX + base45.encode(pack(cose))


def from_text(text: str, *, limits: Limits = DEFAULT_LIMITS) -> Envelope:
    r"""Read the token out of a link or a bare code. Nothing is verified yet.

    Args:
        text: as scanned; one line end (``\n`` or ``\r\n``) may follow and nothing else.
        limits: ``text`` and ``token`` are bounds.

    Raises:
        TextError: neither form; the message names what the text seems to be.
        InflateError: the compressed message is broken or too large.
        UnsupportedFormatError: made by a newer certmark.
    """
    if text.endswith("\n"):
        text = text[:-2] if text.endswith("\r\n") else text[:-1]
    if len(text) > limits.text:
        raise TextError(f"the text has {len(text)} characters, more than {limits.text}")
    if text.startswith(BARE_PREFIX):
        body = base45.decode(text[len(BARE_PREFIX) :])
        return Envelope(unpack(body, limits=limits), "bare", None, None, _is_approved(body))
    url, _, digits = text.partition("#")
    match = URL.fullmatch(url)
    if match is None or not digits:
        raise refusal(text)
    try:
        body = base10.decode(digits)
    except TextError as error:
        raise (error if digits.isascii() and digits.isdigit() else refusal(text)) from None
    return Envelope(unpack(body, limits=limits), "link", match[1], url, _is_approved(body))


def _is_approved(body: bytes) -> bool:
    return body[0] == MARKER_APPROVED_DICTIONARY_1
