"""Why a text is not a certmark code: said in words that help the person who scanned it."""

from __future__ import annotations

import re
from typing import Final

from certmark.errors import TextError, UnsupportedFormatError
from certmark.transport.link import URL, problem_in_url

_FOREIGN: Final = (
    ("HC1:", "an EU Digital COVID Certificate (HC1:), not a cybersecurity certificate"),
    ("shc:/", "a SMART Health Card (shc:/), not a cybersecurity certificate"),
    ("http://", "a link without encryption (http://): certmark links begin with https://"),
)
_NEWER: Final = "CM(?!1:)[1-9][0-9]{0,3}:"
_NEITHER: Final = "neither a certmark link (https://...#digits) nor a bare code (CM1:...)"


def refusal(text: str) -> TextError | UnsupportedFormatError:
    """Give the error for a text that is no certmark code, naming what it seems to be."""
    if not text:
        return TextError("empty text: nothing was read")
    if re.match(_NEWER, text):
        return UnsupportedFormatError(f"made by a newer certmark ({text.partition(':')[0]}:): update to read it")
    return TextError(_reason(text))


def _reason(text: str) -> str:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isprintable()):
        return "binary data or characters outside printable ASCII: not the text of a code"
    for prefix, name in _FOREIGN:
        if stripped.startswith(prefix):
            return name
    if stripped != text:
        return "white space stands before or after the code: give exactly what the code says"
    start = text[:8].lower()
    if start.startswith("cm1:"):
        return "the code begins with cm1: in place of CM1: its letters were changed, read it again"
    if start.startswith("https:"):
        return _link_reason(text)
    if text.isdigit():
        return "digits without the link before them: give the whole code"
    return _NEITHER


def _link_reason(text: str) -> str:
    url, _, fragment = text.partition("#")
    if not fragment[:1].isdigit():
        return "a plain web link without a certificate in it"
    if not text.startswith("https:"):
        return "the link begins with HTTPS: in place of https: its letters were changed, read it again"
    if URL.fullmatch(url) is None:
        return f"not a certmark link: {problem_in_url(url)}"
    if "#" in fragment:
        return "not a certmark link: it has more than one '#'"
    return "the part of the link after its '#' is not all digits: the code is damaged"
