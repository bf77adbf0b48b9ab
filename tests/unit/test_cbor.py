"""One encoding per value: what decode reads is what encode writes, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

import cbor2
import pytest

from certmark import cbor
from certmark.errors import CborError
from tests import raw_cbor


class Label(IntEnum):
    ALG = 1
    PUB = -1


# RFC 8949, appendix A, as far as certmark uses CBOR; then the borders of its own rules.
VALUES: dict[str, tuple[str, Any]] = {
    "0": ("00", 0),
    "23": ("17", 23),
    "24": ("1818", 24),
    "255": ("18ff", 255),
    "256": ("190100", 256),
    "65535": ("19ffff", 65535),
    "65536": ("1a00010000", 65536),
    "2^32-1": ("1affffffff", 4294967295),
    "2^32": ("1b0000000100000000", 4294967296),
    "2^64-1": ("1bffffffffffffffff", 18446744073709551615),
    "-1": ("20", -1),
    "-24": ("37", -24),
    "-25": ("3818", -25),
    "-100": ("3863", -100),
    "-1000": ("3903e7", -1000),
    "-65537": ("3a00010000", -65537),
    "-2^64": ("3bffffffffffffffff", -18446744073709551616),
    "false": ("f4", False),
    "true": ("f5", True),
    "null": ("f6", None),
    "no bytes": ("40", b""),
    "bytes": ("4401020304", b"\x01\x02\x03\x04"),
    "23 bytes": ("57" + "00" * 23, bytes(23)),
    "24 bytes": ("5818" + "00" * 24, bytes(24)),
    "256 bytes": ("590100" + "00" * 256, bytes(256)),
    "empty text": ("60", ""),
    "text": ("6449455446", "IETF"),
    "text of two-byte chars": ("62c3bc", "ü"),
    "text beyond the BMP": ("64f0908591", "𐅑"),
    "24 bytes in 12 chars": ("7818" + "c3bc" * 12, "ü" * 12),
    "empty array": ("80", []),
    "array": ("83010203", [1, 2, 3]),
    "array of 25": ("9819" + "00" * 25, [0] * 25),
    "nested arrays": ("8301820203820405", [1, [2, 3], [4, 5]]),
    "empty map": ("a0", {}),
    "map": ("a201020304", {1: 2, 3: 4}),
    "text keys": ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    "map in array": ("826161a161626163", ["a", {"b": "c"}]),
    "true and one": ("8201f5", [1, True]),
    "false and zero": ("8200f4", [0, False]),
    "keys by bytes, not by length": ("a30a001864002000", {10: 0, 100: 0, -1: 0}),
    "integer keys before text keys": ("a21affffffff006000", {4294967295: 0, "": 0}),
    "short text keys before long ones": ("a2617a0062616100", {"z": 0, "aa": 0}),
}
# Not deterministic, but the same value for a reader of third parties' CBOR.
LIBERTIES: dict[str, tuple[str, Any]] = {
    "number in 1 byte too many": ("1800", 0),
    "23 in 1 byte too many": ("1817", 23),
    "number in 2 bytes": ("190017", 23),
    "255 in 2 bytes": ("1900ff", 255),
    "65535 in 4 bytes": ("1a0000ffff", 65535),
    "2^32-1 in 8 bytes": ("1b00000000ffffffff", 4294967295),
    "negative number in 1 byte too many": ("3800", -1),
    "length of bytes": ("5801ff", b"\xff"),
    "length of bytes in 8 bytes": ("5b0000000000000001ff", b"\xff"),
    "length of text": ("780161", "a"),
    "length of array": ("980101", [1]),
    "length of map": ("b8010102", {1: 2}),
    "number inside a map": ("a1011800", {1: 0}),
    "key inside a map": ("a1180100", {1: 0}),
    "keys out of order": ("a203040102", {1: 2, 3: 4}),
    "keys by length, then by bytes": ("a30a002000186400", {10: 0, -1: 0, 100: 0}),
    "text key before integer key": ("a26161000100", {"a": 0, 1: 0}),
    "keys out of order, deep inside": ("8181a203040102", [[{1: 2, 3: 4}]]),
}
REFUSED = {
    "nothing": "",
    "trailing byte": "0000",
    "trailing item after an array": "8100ff",
    "trailing item after a map": "a0a0",
    "array cut short": "8201",
    "map without its last value": "a101",
    "text cut short": "6261",
    "head cut short": "19ff",
    "array of indefinite length": "9f00ff",
    "map of indefinite length": "bf0001ff",
    "bytes of indefinite length": "5f4100ff",
    "text of indefinite length": "7f6161ff",
    "break alone": "ff",
    "reserved additional information 28": "1c",
    "reserved additional information 30": "fe",
    "text that is not UTF-8": "62ffff",
    "text with half of a surrogate pair": "63eda080",
    "overlong UTF-8": "62c080",
    "duplicate integer key": "a201000100",
    "duplicate text key": "a2616100616100",
    "duplicate key deep inside": "81a101a201000100",
    "bytes as key": "a14000",
    "null as key": "a1f600",
    "true as key": "a1f500",
    "true as key beside 1": "a20100f500",
    "false as key beside 0": "a20000f400",
    "float as key": "a1f93c0000",
    "float as key beside 1": "a20100f93c0000",
    "array as key": "a18000",
    "map as key": "a1a000",
    "tagged key": "a1c2410100",
    "half float": "f93c00",
    "single float": "fa47c35000",
    "double float": "fb3ff199999999999a",
    "infinity": "f97c00",
    "not a number": "f97e00",
    "float deep inside": "a1018181f90000",
    "undefined": "f7",
    "simple value 0": "e0",
    "simple value 255": "f8ff",
    "true in two bytes": "f815",
    "date and time": "c074323031332d30332d32315432303a30343a30305a",
    "epoch time": "c11a514b67b0",
    "bignum that is small": "c24101",
    "bignum 2^64": "c249010000000000000000",
    "negative bignum": "c349010000000000000000",
    "bignum of no bytes": "c240",
    "decimal fraction": "c48221196ab3",
    "decimal fraction with a huge exponent": "c4821b7fffffffffffffff01",
    "bigfloat": "c5822003",
    "base64url hint": "d54100",
    "embedded CBOR": "d8184100",
    "text reference": "d81900",
    "namespace of text references": "d9010080",
    "shared value": "d81c80",
    "reference to nothing": "d81d00",
    "rational": "d81e820102",
    "regular expression": "d8236161",
    "MIME message": "d8246161",
    "UUID": "d82550" + "00" * 16,
    "IPv4 address": "d83444c0000201",
    "days since 1970": "d86400",
    "set": "d901028101",
    "network address": "d9010444c0000201",
    "date": "d903ec6a323031332d30332d3231",
    "complex number": "d9a7f8820000",
    "self-described CBOR": "d9d9f700",
    "COSE_Sign1": "d28440a04040",
    "unknown tag": "da0001000000",
    "tag of 8 bytes": "dbffffffffffffffff00",
    "tag without an item": "c1",
    "array of 2^64-1 items": "9bffffffffffffffff",
    "array of 2^63-1 items": "9b7fffffffffffffff",
    "array of 2^40 items": "9b000001000000000000",
    "map of 2^64-1 pairs": "bbffffffffffffffff",
    "bytes of 2^64-1 bytes": "5bffffffffffffffff",
    "bytes of 2^40 bytes": "5b000001000000000000",
    "text of 2^63-1 bytes": "7b7fffffffffffffff",
    "huge text deep inside": "a1018181" + "7b00000fffffffffff" + "6161",
}


@pytest.mark.parametrize(("encoded", "value"), VALUES.values(), ids=VALUES)
def test_a_value_has_one_encoding(encoded: str, value: Any) -> None:
    assert cbor.encode(value).hex() == encoded


@pytest.mark.parametrize(("encoded", "value"), VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("read", [cbor.decode, cbor.decode_lenient], ids=["decode", "decode_lenient"])
def test_the_one_encoding_is_read(read: Any, encoded: str, value: Any) -> None:
    decoded = read(bytes.fromhex(encoded))
    assert decoded == value
    assert repr(decoded) == repr(value)  # True is not 1


@pytest.mark.parametrize(("encoded", "_value"), LIBERTIES.values(), ids=LIBERTIES)
def test_another_encoding_of_the_same_value_is_refused(encoded: str, _value: Any) -> None:
    with pytest.raises(CborError):
        cbor.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize(("encoded", "value"), LIBERTIES.values(), ids=LIBERTIES)
def test_another_encoding_of_the_same_value_is_read_from_third_parties(encoded: str, value: Any) -> None:
    assert cbor.decode_lenient(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize("encoded", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("read", [cbor.decode, cbor.decode_lenient], ids=["decode", "decode_lenient"])
def test_other_bytes_are_refused(read: Any, encoded: str) -> None:
    with pytest.raises(CborError):
        read(bytes.fromhex(encoded))


def _billion_laughs() -> bytes:
    # Each array holds the one before ten times, by reference.
    laughs = raw_cbor.tagged(28, raw_cbor.array(*[raw_cbor.head(3, 3) + b"lol"] * 10))
    arrays = [laughs]
    for index in range(8):
        reference = raw_cbor.tagged(29, raw_cbor.head(0, index))
        arrays.append(raw_cbor.tagged(28, raw_cbor.array(*[reference] * 10)))
    return raw_cbor.array(*arrays)


def _folded(*, first: bytes, again: bytes, saved: int, wrap: int | None = None) -> bytes:
    """Array that mentions a text twice and wastes exactly the bytes that the second mention saved."""
    wasted = [b"\x1b" + bytes(8)] * (saved // 8) + [b"\x18\x00"] * (saved % 8)
    message = raw_cbor.array(first, again, *wasted)
    return message if wrap is None else raw_cbor.tagged(wrap, message)


_TEXT = raw_cbor.head(3, 100) + b"a" * 100
BOMBS = {
    "billion laughs": _billion_laughs(),
    "array that holds itself": bytes.fromhex("d81c81d81d00"),
    "map that holds itself": bytes.fromhex("d81ca101d81d00"),
    "two arrays that hold each other": bytes.fromhex("d81c81d81c82d81d00d81d01"),
    "shared text, waste hides the saving": _folded(
        first=raw_cbor.tagged(28, _TEXT), again=bytes.fromhex("d81d00"), saved=2 * 102 - 104 - 3
    ),
    "text reference, waste hides the saving": _folded(
        first=_TEXT, again=bytes.fromhex("d81900"), saved=2 * 102 - 102 - 3 - 3, wrap=256
    ),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("read", [cbor.decode, cbor.decode_lenient], ids=["decode", "decode_lenient"])
def test_references_to_other_parts_are_refused(read: Any, bomb: bytes) -> None:
    with pytest.raises(CborError):
        read(bomb)


def test_the_waste_of_a_folded_text_is_exactly_its_saving() -> None:
    # Otherwise the two cases above would be refused for their length alone.
    for name in ("shared text, waste hides the saving", "text reference, waste hides the saving"):
        assert len(raw_cbor.deterministic(cbor2.loads(BOMBS[name]))) == len(BOMBS[name])


@pytest.mark.parametrize("read", [cbor.decode, cbor.decode_lenient], ids=["decode", "decode_lenient"])
@pytest.mark.parametrize("layer", ["81", "a100"], ids=["arrays", "maps"])
def test_nesting_ends_at_the_depth(read: Any, layer: str) -> None:
    assert read(bytes.fromhex(layer * 5 + "00"), depth=5)
    with pytest.raises(CborError):
        read(bytes.fromhex(layer * 6 + "00"), depth=5)


@pytest.mark.parametrize("layers", [13, 1_000, 100_000])
@pytest.mark.parametrize("read", [cbor.decode, cbor.decode_lenient], ids=["decode", "decode_lenient"])
def test_deep_nesting_is_refused_by_default(read: Any, layers: int) -> None:
    with pytest.raises(CborError):
        read(b"\x81" * layers + b"\x00")


def test_equal_keys_of_another_type_are_judged_anew() -> None:
    # True == 1 and both hash alike: no cache may answer for one with the other.
    assert cbor.decode(bytes.fromhex("a201000200")) == {1: 0, 2: 0}
    with pytest.raises(CborError):
        cbor.decode(bytes.fromhex("a2f5000200"))


def test_the_message_is_one_short_line_whatever_the_input_says() -> None:
    key = raw_cbor.head(3, 4000) + b"line\n" * 800
    with pytest.raises(CborError) as caught:
        cbor.decode(raw_cbor.mapping((key, b"\x00"), (key, b"\x00")))
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("value", "plain"),
    [((1, (2,)), [1, [2]]), ({Label.PUB: Label.ALG, Label.ALG: 0}, {1: 0, -1: 1}), ({2: 0, 1: 0}, {1: 0, 2: 0})],
    ids=["tuples as arrays", "enum members as integers", "map in another order"],
)
def test_python_spellings_of_a_value_are_encoded_alike(value: object, plain: Any) -> None:
    assert cbor.encode(value) == raw_cbor.deterministic(plain)


def test_encoding_leaves_the_map_of_the_caller_alone() -> None:
    value = {3: [1], 1: {"b": 0, "a": 0}}
    cbor.encode(value)
    assert list(value) == [3, 1]
    assert value == {3: [1], 1: {"b": 0, "a": 0}}


NEVER_WRITTEN = {
    "float": 1.0,
    "not a number": float("nan"),
    "float deep inside": {1: [{2: 0.5}]},
    "decimal": Decimal(1),
    "set": {1},
    "frozen set": frozenset({1}),
    "bytearray": bytearray(b"x"),
    "datetime": datetime(2026, 1, 1, tzinfo=UTC),
    "tag": cbor2.CBORTag(18, []),
    "undefined": cbor2.undefined,
    "object": object(),
    "2^64": 1 << 64,
    "-2^64-1": -(1 << 64) - 1,
    "a number too long to be printed": 1 << 20_000,
    "true as key": {True: 0},
    "false as key deep inside": [{1: {False: 0}}],
    "bytes as key": {b"a": 0},
    "null as key": {None: 0},
    "tuple as key": {(1, 2): 0},
    "float as key": {1.5: 0},
    "2^64 as key": {1 << 64: 0},
    "half of a surrogate pair": "\ud800",
    "half of a surrogate pair as key": {"\udfff": 0},
}


@pytest.mark.parametrize("value", NEVER_WRITTEN.values(), ids=NEVER_WRITTEN)
def test_what_certmark_never_reads_is_never_written(value: object) -> None:
    with pytest.raises(CborError):
        cbor.encode(value)


@pytest.mark.parametrize("major", range(8))
@pytest.mark.parametrize("argument", [0, 23, 24, 255, 256, 65535, 65536, 4294967295, 4294967296, 18446744073709551615])
def test_head_is_the_shortest(major: int, argument: int) -> None:
    assert cbor.head(major, argument) == raw_cbor.head(major, argument)


def test_a_reader_may_measure_the_value_itself() -> None:
    asked = []

    def size_of(value: cbor.Value) -> int:
        asked.append(value)
        return 3

    assert cbor.decode(b"\x82\x01\x02", size_of=size_of) == [1, 2]
    assert asked == [[1, 2]]
    with pytest.raises(CborError, match="shortest form"):
        cbor.decode(b"\x81\x01", size_of=size_of)


def test_head_ends_at_64_bits() -> None:
    with pytest.raises(CborError):
        cbor.head(0, 1 << 64)
