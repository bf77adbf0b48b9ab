"""DEFLATE with hard bounds: raw (RFC 1951) for tokens, with the zlib header (RFC 1950) for status lists.

zlib reports neither a truncated stream nor bytes behind its end, and takes a bound of 0 for "no bound".
Whoever inflates here gets the whole content of exactly one stream, within the bound, or an ``InflateError``.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from certmark.errors import InflateError

_LEVEL = 9
_RAW = -15
# A window that spans the dictionary and the largest token; a larger one only takes longer to set up.
_RAW_WRITTEN = -14
_ZLIB = 15
# Less than zlib's default of 8: for input as small as tokens, clearing the larger tables is most of the work.
_MEMORY = 6


def compress_raw(data: bytes, dictionary: bytes = b"") -> bytes:
    """Compress to a raw DEFLATE stream (RFC 1951) at level 9.

    Args:
        data: any bytes.
        dictionary: preset dictionary of at most 32768 bytes; the reader needs the same. Empty: none.
    """
    compressor = _compressor(dictionary).copy()
    return compressor.compress(data) + compressor.flush()


@lru_cache(maxsize=4)
def _compressor(dictionary: bytes) -> zlib._Compress:
    """Make a compressor that has read the dictionary: to copy it takes less time than to read that again."""
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW_WRITTEN, _MEMORY, zlib.Z_DEFAULT_STRATEGY, dictionary)


def inflate_raw(data: bytes, dictionary: bytes = b"", *, max_size: int) -> bytes:
    """Inflate exactly one raw DEFLATE stream (RFC 1951).

    A raw stream carries no checksum: damage may go unnoticed here, and the signature above it must catch it.

    Args:
        data: the whole stream.
        dictionary: the preset dictionary that it was compressed with. Empty: none.
        max_size: most bytes that the content may have.

    Raises:
        InflateError: the stream is broken or truncated, bytes follow it, or the content is larger than
            ``max_size``.
    """
    return _inflate(zlib.decompressobj(_RAW, dictionary), data, max_size)


def compress_zlib(data: bytes) -> bytes:
    """Compress to a zlib stream (RFC 1950) at level 9, as token status lists are."""
    return zlib.compress(data, _LEVEL)


def inflate_zlib(data: bytes, *, max_size: int) -> bytes:
    """Inflate exactly one zlib stream (RFC 1950), its checksum included.

    Args:
        data: the whole stream.
        max_size: most bytes that the content may have.

    Raises:
        InflateError: the stream is broken or truncated, asks for a dictionary, bytes follow it, or the
            content is larger than ``max_size``.
    """
    return _inflate(zlib.decompressobj(_ZLIB), data, max_size)


def _inflate(inflater: zlib._Decompress, data: bytes, max_size: int) -> bytes:
    try:
        # One more than allowed: 0 would mean no bound, and a full buffer could hide the end of the stream.
        content = inflater.decompress(data, max_size + 1)
    except zlib.error as error:
        raise InflateError(f"the compressed data is damaged: {error}") from error
    if len(content) > max_size:
        raise InflateError(f"the compressed data inflates to more than {max_size} bytes")
    if not inflater.eof:
        raise InflateError("the compressed data is truncated")
    if inflater.unused_data:
        raise InflateError(f"{len(inflater.unused_data)} bytes follow the compressed data")
    return content
