"""Pictures: any bytes hold codes or none, and a symbol gives its text back."""

from __future__ import annotations

import struct
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from certmark.scan import scan
from certmark.transport import encode_symbol, to_bare, to_link
from tests.nonsense import damaged
from tests.world import WORLD

SYMBOL = encode_symbol(to_bare(WORLD.cose)).png(scale=1)
STARTS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"%PDF-1.4\n",
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>",
]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


chunks = st.lists(
    st.builds(chunk, st.sampled_from([b"IHDR", b"PLTE", b"IDAT", b"IEND", b"zTXt", b"tRNS"]), st.binary(max_size=20)),
    max_size=4,
)
"""Parts of a PNG whose checksums are right, whatever they hold."""


@given(
    st.one_of(
        st.builds(bytes.__add__, st.sampled_from(STARTS), st.binary(max_size=200)),
        chunks.map(lambda parts: SYMBOL[:8] + b"".join(parts)),
        chunks.map(lambda parts: SYMBOL[:33] + b"".join(parts) + SYMBOL[33:]),
        damaged(SYMBOL),
    )
)
def test_any_bytes_hold_codes_or_none(data: bytes) -> None:
    assert all(code.corners for code in scan(data).codes)


@settings(max_examples=25)
@given(st.binary(max_size=300), st.booleans())
def test_a_picture_gives_the_text_back(body: bytes, bare: bool) -> None:
    cose = b"\xd2" + body
    text = to_bare(cose) if bare else to_link(cose, "https://a.example/{id}", id="x", index=None)
    assert [code.text for code in scan(encode_symbol(text).png(scale=3)).codes] == [text]
