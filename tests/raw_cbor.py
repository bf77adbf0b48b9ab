"""CBOR by hand, apart from certmark.cbor: an encoder to compare with, and parts to build wrong input from."""

from __future__ import annotations

from typing import Any

import cbor2


def head(major: int, argument: int, *, size: int | None = None) -> bytes:
    """Head of an item; ``size`` (0, 1, 2, 4 or 8 bytes of argument) may be larger than needed."""
    if size is None:
        size = next(
            n for n, limit in ((0, 24), (1, 1 << 8), (2, 1 << 16), (4, 1 << 32), (8, 1 << 64)) if argument < limit
        )
    if size == 0:
        return bytes([major << 5 | argument])
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + argument.to_bytes(size, "big")


def array(*items: bytes) -> bytes:
    return head(4, len(items)) + b"".join(items)


def mapping(*pairs: tuple[bytes, bytes]) -> bytes:
    """Map of encoded keys and values, in the order given, duplicates and all."""
    return head(5, len(pairs)) + b"".join(key + value for key, value in pairs)


def tagged(number: int, item: bytes) -> bytes:
    return head(6, number) + item


def string(value: bytes) -> bytes:
    return head(2, len(value)) + value


def deterministic(value: Any) -> bytes:
    """Encode by RFC 8949 section 4.2.1: containers by hand, everything else by cbor2."""
    if isinstance(value, dict):
        return mapping(*sorted((cbor2.dumps(key), deterministic(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return array(*map(deterministic, value))
    return cbor2.dumps(value)
