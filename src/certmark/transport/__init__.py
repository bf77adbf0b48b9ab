"""Bytes to text to symbol and back: what a token looks like outside of a program.

``envelope`` holds the order of the stages, ``base10`` and ``base45`` the two alphabets, ``link`` and ``refusal`` what a
text may be, ``capacity`` and ``qr`` the symbol. Names are loaded on first use (PEP 562): reading needs nothing of what
draws.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
