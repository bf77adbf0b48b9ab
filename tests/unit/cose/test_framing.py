"""Messages are taken apart by their heads: whole items are found, and whatever could be slow to decode is not."""

from __future__ import annotations

import pytest

from certmark.cose.framing import array_at, bytes_at, end_of_first, item_at, refuse_compound_keys
from certmark.errors import CborError
from tests.raw_cbor import array, deterministic, head, mapping, string, tagged

BEFORE, BEHIND = b"\xa1\x00", b"\x05"
"""Other bytes on either side, which are left alone."""

SIZES = (0, 1, 23, 24, 255, 256, 65_535, 65_536)


@pytest.mark.parametrize("size", SIZES)
def test_a_byte_string_is_found_whole(size: int) -> None:
    value = bytes(size)
    encoded = BEFORE + string(value) + BEHIND
    assert bytes_at(encoded, len(BEFORE)) == (value, len(encoded) - len(BEHIND))


@pytest.mark.parametrize("size", SIZES)
def test_the_head_of_an_array_says_how_many_elements_follow(size: int) -> None:
    encoded = BEFORE + head(4, size) + BEHIND
    assert array_at(encoded, len(BEFORE)) == (size, len(encoded) - len(BEHIND))


LONG_HEADS = [
    pytest.param(0, 1, id="0-in-one-byte"),
    pytest.param(23, 1, id="23-in-one-byte"),
    pytest.param(24, 2, id="24-in-two-bytes"),
    pytest.param(255, 2, id="255-in-two-bytes"),
    pytest.param(256, 4, id="256-in-four-bytes"),
    pytest.param(65_535, 4, id="65535-in-four-bytes"),
    pytest.param(65_536, 8, id="65536-in-eight-bytes"),
]


@pytest.mark.parametrize(("argument", "size"), LONG_HEADS)
def test_a_longer_head_than_needed_is_taken_from_third_parties_alone(argument: int, size: int) -> None:
    text, elements = head(2, argument, size=size) + bytes(argument), head(4, argument, size=size)
    assert bytes_at(text, 0, shortest=False) == (bytes(argument), len(text))
    assert array_at(elements, 0, shortest=False) == (argument, len(elements))
    with pytest.raises(CborError, match="shortest form"):
        bytes_at(text, 0)
    with pytest.raises(CborError, match="shortest form"):
        array_at(elements, 0)


WRONG_HEADS = {
    "nothing": b"",
    "number": b"\x00",
    "text": b"\x60",
    "map": b"\xa0",
    "tag": b"\xc0\x40",
    "null": b"\xf6",
    "bytes of indefinite length": b"\x5f\x40\xff",
    "array of indefinite length": b"\x9f\xff",
    "reserved length of bytes": b"\x5c",
    "reserved length of an array": b"\x9d",
    "head without its byte": b"\x58",
    "head without its last byte": b"\x9a\x00\x00\x00",
    "bytes without their last": b"\x42\x00",
    "bytes without end": b"\x5b" + b"\xff" * 8,
}


@pytest.mark.parametrize("shortest", [True, False])
@pytest.mark.parametrize("data", WRONG_HEADS.values(), ids=WRONG_HEADS)
def test_what_is_something_else_or_cut_off_is_refused(data: bytes, shortest: bool) -> None:
    with pytest.raises(CborError):
        bytes_at(data, 0, shortest=shortest)
    with pytest.raises(CborError):
        array_at(data, 0, shortest=shortest)


ITEMS = {
    "number": b"\x18\x18",
    "negative number": b"\x20",
    "bytes": string(b"\xff\xff"),
    "text": b"\x62ab",
    "empty array": b"\x80",
    "array": array(b"\x00", array(b"\x01"), string(b"x")),
    "empty map": b"\xa0",
    "map": mapping((b"\x01", array(b"\x02", b"\x03")), (b"\x04", b"\xa0")),
    "tag": tagged(98, array(tagged(1, b"\x00"))),
    "null": b"\xf6",
    "float": b"\xfb" + bytes(8),
    "deep": b"\x81" * 1000 + b"\x00",
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_one_item_is_taken_whatever_it_is(item: bytes) -> None:
    encoded = BEFORE + item + BEHIND
    assert item_at(encoded, len(BEFORE), most=len(item)) == (item, len(BEFORE + item))
    with pytest.raises(CborError, match=f"more than {len(item) - 1} bytes"):
        item_at(encoded, len(BEFORE), most=len(item) - 1)


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_an_item_that_is_cut_off_is_not_read_beyond_its_end(item: bytes) -> None:
    for end in range(len(item)):
        try:
            taken, behind = item_at(item[:end], 0, most=9999)
        except CborError:
            continue
        assert (taken, behind > end) == (item[:end], True)  # its last string has no end: who reads on finds nothing


KEYS = {
    "array": (b"\x80", False),
    "array with a number": (array(b"\x00"), False),
    "map": (b"\xa0", False),
    "tagged number": (tagged(1, b"\x00"), False),
    "number": (b"\x05", True),
    "negative number": (b"\x38\xff", True),
    "text": (b"\x61x", True),
    "bytes": (b"\x41x", True),
    "null": (b"\xf6", True),
}
PLACES = {
    "outermost": lambda item: item,
    "in an array": lambda item: array(b"\x00", item),
    "in the last element": lambda item: array(array(), array(b"\x00", b"\x01"), item),
    "as a value": lambda item: mapping((b"\x01", b"\x02"), (b"\x03", item)),
    "after a map": lambda item: array(mapping((b"\x01", b"\xa0")), item),
    "in a tag": lambda item: tagged(7, item),
    "as a tagged value": lambda item: mapping((b"\x01", tagged(7, item)), (b"\x02", b"\x03")),
    "after a string": lambda item: array(string(b"\xa1\x80\x00"), item),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("key", "is_right"), KEYS.values(), ids=KEYS)
def test_keys_that_could_make_decoding_slow_are_refused_wherever_they_stand(
    key: bytes, is_right: bool, place: object
) -> None:
    first = place(mapping((key, b"\x00")))  # type: ignore[operator]
    second = place(mapping((b"\x00", array(b"\x01")), (key, b"\x00")))  # type: ignore[operator]
    for item in (first, second):
        if is_right:
            refuse_compound_keys(item, depth=4)
        else:
            with pytest.raises(CborError, match="map keys"):
                refuse_compound_keys(item, depth=4)


@pytest.mark.parametrize("item", [*ITEMS.values(), deterministic({1: [{}, {2: {"a": [b"x"]}}], 3: None})])
def test_other_items_have_no_such_keys(item: bytes) -> None:
    refuse_compound_keys(item, depth=1000)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        pytest.param(b"", "cut off", id="nothing"),
        pytest.param(b"\x82\x00", "cut off", id="array-cut-off"),
        pytest.param(b"\xa1\x00", "cut off", id="map-cut-off"),
        pytest.param(b"\xc1", "cut off", id="tag-cut-off"),
        pytest.param(b"\x9f\xff", "indefinite", id="indefinite-length"),
        pytest.param(b"\x81" * 5, "nested more than 4 deep", id="five-arrays"),
        pytest.param(b"\xa1\x00" * 5, "nested more than 4 deep", id="five-maps"),
        pytest.param(b"\x81" * 400_000, "nested more than 4 deep", id="very-many-arrays"),
    ],
)
def test_a_search_that_comes_to_no_end_is_refused(item: bytes, says: str) -> None:
    with pytest.raises(CborError, match=says):
        refuse_compound_keys(item, depth=4)


SIGN1 = tagged(18, array(string(b"header"), b"\xa0", string(bytes(300)), string(bytes(64))))


@pytest.mark.parametrize("behind", [b"", b"\x00", SIGN1, SIGN1[:-1], bytes(1000)])
def test_the_first_message_of_a_sequence_ends_where_its_signature_does(behind: bytes) -> None:
    assert end_of_first(SIGN1 + behind) == len(SIGN1)


@pytest.mark.parametrize("end", range(len(SIGN1)))
def test_what_is_no_whole_message_is_left_for_its_reader(end: int) -> None:
    assert end_of_first(SIGN1[:end]) == end


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(tagged(98, SIGN1[1:]), id="another-tag"),
        pytest.param(SIGN1[1:], id="no-tag"),
        pytest.param(tagged(18, array(b"\x40", b"\xa1\x04\x40", b"\x40", b"\x40")), id="unprotected-header"),
        pytest.param(tagged(18, array(b"\x40", b"\xa0", b"\xf6", b"\x40")), id="detached"),
        pytest.param(
            tagged(18, array(b"\x40", b"\xa0", b"\x5a\x00\x01\x00\x00" + bytes(65_536), b"\x40")), id="too-large"
        ),
        pytest.param(tagged(18, array(b"\x40", b"\xa0", b"\x40")), id="three-members"),
    ],
)
def test_what_is_no_message_in_the_strict_form_is_one_whole(message: bytes) -> None:
    assert end_of_first(message + b"\xf6") == len(message) + 1
