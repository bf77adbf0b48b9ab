"""CBOR: encode and decode undo each other, and no bytes break the reader."""

from __future__ import annotations

from typing import Any

import cbor2
from hypothesis import example, given
from hypothesis import strategies as st

from certmark import cbor
from certmark.errors import CborError
from certmark.limits import DEFAULT_LIMITS
from tests import raw_cbor

BITS_64 = 1 << 64

keys = st.integers(-BITS_64, BITS_64 - 1) | st.text(max_size=12)
scalars = st.none() | st.booleans() | keys | st.binary(max_size=40)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
)


def _fits(value: Any, depth: int = DEFAULT_LIMITS.depth) -> bool:
    if isinstance(value, (list, dict)):
        inner = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(_fits(item, depth - 1) for item in inner)
    return True


def _any_size(argument: int) -> st.SearchStrategy[int]:
    """Sizes of a head that can hold an argument; the smallest most often."""
    sizes = [size for size, limit in ((0, 24), (1, 8), (2, 16), (4, 32), (8, 64)) if _holds(argument, size, limit)]
    return st.one_of(st.just(sizes[0]), st.just(sizes[0]), st.sampled_from(sizes))


def _holds(argument: int, size: int, limit: int) -> bool:
    return argument < (limit if size == 0 else 1 << limit)


@st.composite
def liberal_items(draw: st.DrawFn, depth: int = 3) -> bytes:
    """Well-formed CBOR of an encoder with habits: wide heads, any key order, tags, floats, indefinite lengths."""
    kind = draw(st.sampled_from("iiinnbbttaaammmsx" if depth else "inbts"))
    if kind in "in":
        argument = draw(st.integers(0, 30) | st.integers(0, BITS_64 - 1))
        return raw_cbor.head(int(kind == "n"), argument, size=draw(_any_size(argument)))
    if kind in "bt":
        content = draw(st.binary(max_size=30)) if kind == "b" else draw(st.text(max_size=15)).encode()
        return raw_cbor.head(2 + (kind == "t"), len(content), size=draw(_any_size(len(content)))) + content
    if kind == "s":
        return draw(st.sampled_from([b"\xf4", b"\xf5", b"\xf6"] * 6 + [b"\xf7", b"\xe0", b"\xf8\xff", b"\xf9\x00\x00"]))
    if kind == "x":
        number = draw(st.sampled_from([0, 1, 2, 3, 4, 24, 25, 28, 29, 61, 256, 258, 55799]) | st.integers(0, 1 << 40))
        return raw_cbor.tagged(number, draw(liberal_items(depth - 1)))
    items = draw(st.lists(liberal_items(depth - 1), max_size=4))
    if kind == "m":
        items = [part for key in items for part in (key, draw(liberal_items(depth - 1)))]
    count = len(items) if kind == "a" else len(items) // 2
    major = 4 if kind == "a" else 5
    if draw(st.integers(0, 15)) == 0:
        return bytes([major << 5 | 31]) + b"".join(items) + b"\xff"
    return raw_cbor.head(major, count, size=draw(_any_size(count))) + b"".join(items)


@given(values.filter(_fits))
def test_what_is_encoded_is_decoded_to_the_same(value: Any) -> None:
    encoded = cbor.encode(value)
    assert encoded == raw_cbor.deterministic(value)
    for read in (cbor.decode, cbor.decode_lenient):
        assert repr(_sorted(read(encoded))) == repr(_sorted(value))


def _sorted(value: Any) -> Any:
    """Value with maps in one order, so that its text compares types too: True is not 1."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: (isinstance(key, str), key))}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _is_plain(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) in (int, str) and _is_plain(item) for key, item in value.items())
    if type(value) is list:
        return all(map(_is_plain, value))
    return value is None or type(value) in (int, str, bytes, bool)


def _check(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except CborError:
        pass
    else:
        assert _is_plain(value)
        assert cbor.encode(value) == data
        assert raw_cbor.deterministic(value) == data
    try:
        value = cbor.decode_lenient(data)
    except CborError:
        return
    assert _is_plain(value)
    assert cbor.decode(cbor.encode(value)) == value


@given(st.binary(max_size=60))
@example(bytes.fromhex("d81c81d81d00"))
@example(bytes.fromhex("d9010082686161616161616161d81900"))
def test_bytes_are_refused_or_the_one_encoding_of_a_value(data: bytes) -> None:
    _check(data)


@given(liberal_items())
def test_an_encoder_with_habits_is_refused_or_had_none(data: bytes) -> None:
    _check(data)


@given(values.filter(_fits), st.data())
def test_damaged_bytes_are_refused_or_the_one_encoding_of_another_value(value: Any, data: st.DataObject) -> None:
    encoded = bytearray(cbor.encode(value))
    for _ in range(data.draw(st.integers(1, 3))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    _check(bytes(encoded))


@given(liberal_items())
def test_a_value_that_only_a_lenient_reader_takes_means_the_same_to_another_decoder(data: bytes) -> None:
    try:
        value = cbor.decode_lenient(data)
    except CborError:
        return
    assert cbor2.loads(data) == value
