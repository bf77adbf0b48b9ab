"""Bytes to text to symbol and back: what a token looks like outside of a program.

``envelope`` holds the order of the stages, ``base10`` and ``base45`` the two alphabets, ``link`` and ``refusal`` what a
text may be, ``capacity`` and ``qr`` the symbol. Names are loaded on first use (PEP 562): reading needs nothing of what
draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.lazy import lazily

if TYPE_CHECKING:
    from certmark.transport.capacity import smallest_version, token_bytes_that_fit
    from certmark.transport.envelope import Envelope, from_text, pack, to_bare, to_link, unpack
    from certmark.transport.link import fill_template
    from certmark.transport.qr import Symbol, encode_symbol

__all__ = [
    "Envelope",
    "Symbol",
    "encode_symbol",
    "fill_template",
    "from_text",
    "pack",
    "smallest_version",
    "to_bare",
    "to_link",
    "token_bytes_that_fit",
    "unpack",
]

_MODULE_OF = {
    "Envelope": "envelope",
    "Symbol": "qr",
    "encode_symbol": "qr",
    "fill_template": "link",
    "from_text": "envelope",
    "pack": "envelope",
    "smallest_version": "capacity",
    "to_bare": "envelope",
    "to_link": "envelope",
    "token_bytes_that_fit": "capacity",
    "unpack": "envelope",
}

__getattr__, __dir__ = lazily(__name__, _MODULE_OF, __all__)
