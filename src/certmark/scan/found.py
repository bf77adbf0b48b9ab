"""What was found on a picture: our codes, and those of others by what they seem to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

# digits to the end: links to parts of a page, such as #1-install, are others'
_OURS: Final = re.compile(r"CM[0-9]+:|https:[^#]*#[0-9]+\s*$")

_FOREIGN: Final = (
    ("HC[0-9]:", "an EU Digital COVID Certificate"),
    ("shc:/", "a SMART Health Card"),
    ("WIFI:", "the access to a wireless network"),
    ("otpauth", "the secret of one-time passwords"),
    ("BEGIN:VCARD|MECARD:|BIZCARD:", "a contact"),
    ("BCD\r?\n", "a credit transfer"),
    ("mailto:|matmsg:|smtp:", "a mail address"),
    ("tel:|sms:|smsto:", "a telephone number"),
    ("https?://[^#?]*/01/[0-9]{14}(?![0-9])", "a GS1 Digital Link"),
    ("https?://", "a web link"),
    ("[0-9]+$", "a number"),
)
_KINDS: Final = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _FOREIGN)
_SHOWN: Final = frozenset({"a GS1 Digital Link", "a web link", "a number", "a text"})
"""Kinds whose beginning may be shown; the others are about people or are secrets."""


class Corner(NamedTuple):
    """A corner of a code, in pixels from the top left of the picture or of the page as it was drawn."""

    x: int
    y: int


class Code(NamedTuple):
    """A code that looks like certmark's; whether it is genuine is for a verifier to say.

    Attributes:
        text: what it says, exactly.
        page: page of the PDF, from 1; always 1 in a picture.
        corners: its corners, in reading order of the symbol: those of a code that stands on its head begin below.
    """

    text: str
    page: int
    corners: tuple[Corner, Corner, Corner, Corner]


class ForeignCode(NamedTuple):
    """A code of someone else.

    Attributes:
        kind: what it seems to be, for people: ``a web link``.
        shown: its beginning in printable ASCII, fit for screens and logs; empty where it may be private.
        untrusted_text: all that it says, as hostile as anything from outside; never open it.
        page: as of a ``Code``.
        corners: as of a ``Code``.
    """

    kind: str
    shown: str
    untrusted_text: str
    page: int
    corners: tuple[Corner, Corner, Corner, Corner]


class Scan(NamedTuple):
    """All codes of a picture, in the order in which they were found, page by page.

    Attributes:
        codes: those that look like certmark's.
        foreign: all others.
    """

    codes: tuple[Code, ...] = ()
    foreign: tuple[ForeignCode, ...] = ()


NOTHING: Final = Scan()
"""A picture without codes, or no picture."""


def sorted_out(found: Iterable[Code]) -> Scan:
    """Divide codes into ours and others."""
    every = tuple(found)
    foreign = (ForeignCode(*_named(text), text, page, at) for text, page, at in every if not _OURS.match(text))
    return Scan(tuple(code for code in every if _OURS.match(code.text)), tuple(foreign))


def _named(text: str) -> tuple[str, str]:
    kind = next((kind for pattern, kind in _KINDS if pattern.match(text)), "a text")
    return kind, shown(text) if kind in _SHOWN else ""
