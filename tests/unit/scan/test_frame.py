"""Codes in camera frames, with and without an array library."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest
from PIL import Image

from certmark.scan import Layout, scan_frame
from tests.unit.scan.drawn import CODE, picture

GREY = picture(CODE)
WIDTH, HEIGHT = GREY.size
LAYOUTS = {Layout.GREY: "L", Layout.RGB: "RGB", Layout.RGBA: "RGBA"}


def texts(frame: object, **options: Any) -> list[str]:
    return [code.text for code in scan_frame(frame, **options).codes]


class Array:
    """What has the array interface and no buffer."""

    def __init__(self, **interface: object) -> None:
        self.__array_interface__ = {"version": 3, "typestr": "|u1", **interface}


@pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.name)
def test_plain_bytes_are_read_with_their_size(layout: Layout) -> None:
    data = GREY.convert(LAYOUTS.get(layout, "RGB" if layout.size == 3 else "RGBA")).tobytes()
    assert texts(data, width=WIDTH, height=HEIGHT, layout=layout) == [CODE]


@pytest.mark.parametrize(
    "kind", [bytes, bytearray, memoryview, (ctypes.c_ubyte * len(GREY.tobytes())).from_buffer_copy]
)
def test_any_kind_of_bytes_will_do(kind: Any) -> None:
    assert texts(kind(GREY.tobytes()), width=WIDTH, height=HEIGHT) == [CODE]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_rows_may_stand_apart(layout: Layout) -> None:
    data = GREY.convert(LAYOUTS[layout]).tobytes()
    row = WIDTH * layout.size
    apart = b"".join(data[at : at + row] + b"\x55" * 13 for at in range(0, len(data), row))
    assert texts(apart, width=WIDTH, height=HEIGHT, stride=row + 13, layout=layout) == [CODE]
    assert texts(apart[:-13], width=WIDTH, height=HEIGHT, stride=row + 13, layout=layout) == [CODE]


def test_the_luma_plane_of_a_video_frame_is_a_grey_frame() -> None:
    assert texts(GREY.tobytes() + bytes(WIDTH * HEIGHT // 2), width=WIDTH, height=HEIGHT) == [CODE]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1"])
def test_what_has_the_array_interface_is_read(mode: str) -> None:
    assert texts(GREY.convert(mode)) == [CODE]
    assert texts(Array(shape=(HEIGHT, WIDTH), data=GREY.tobytes(), strides=None)) == [CODE]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_what_has_a_buffer_with_a_shape_is_read(channels: int) -> None:
    data = bytes(level for level in GREY.tobytes() for _ in range(channels))
    assert texts(memoryview(data).cast("B", (HEIGHT, WIDTH, channels))) == [CODE]


def test_what_lies_in_strides_is_read() -> None:
    twice = memoryview(b"".join(bytes((level, 0)) for level in GREY.tobytes()))[::2]
    assert texts(twice, width=WIDTH, height=HEIGHT) == [CODE]


def test_a_frame_without_a_code_holds_none() -> None:
    assert scan_frame(bytes(10_000), width=100, height=100) == ((), ())


def test_the_distance_to_a_row_that_is_not_there_takes_no_memory() -> None:
    assert scan_frame(bytes(10), width=10, height=1, stride=10**15) == ((), ())


GREY_BYTES = GREY.tobytes()
SQUARE = memoryview(bytes(10_000))


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        (GREY_BYTES, {}, "give width and height"),
        (GREY_BYTES, {"width": WIDTH}, "give width and height"),
        (GREY_BYTES, {"width": WIDTH, "height": HEIGHT + 1}, "bytes are no"),
        (GREY_BYTES, {"width": WIDTH, "height": HEIGHT, "layout": Layout.RGB}, "bytes are no"),
        (GREY_BYTES, {"width": WIDTH, "height": HEIGHT, "stride": WIDTH - 1}, "bytes are no"),
        (GREY_BYTES, {"width": WIDTH, "height": HEIGHT, "stride": -WIDTH}, "bytes are no"),
        (GREY_BYTES, {"width": 0, "height": HEIGHT}, "cannot be read"),
        (GREY_BYTES, {"width": WIDTH, "height": -1}, "cannot be read"),
        (b"", {"width": 1_000_000, "height": 1_000_000}, "cannot be read"),
        (SQUARE.cast("B", (100, 100)), {"width": 100, "height": 100}, "has a shape"),
        (SQUARE.cast("B", (100, 50, 2)), {}, "is no picture"),
        (SQUARE.cast("B", (100, 100)), {"layout": Layout.RGB}, "is no picture"),
        (SQUARE.cast("B", (10, 10, 25, 4)), {}, "is no picture"),
        (SQUARE.cast("H"), {"width": 100, "height": 50}, "convert them to 8 bits"),
        (Image.new("F", (10, 10)), {}, "convert them to 8 bits"),
        (Array(shape=(1, 1), data=(1234, True)), {}, "is no frame"),
        (Array(shape=(100, 100), data=b"short"), {}, "bytes are no"),
        (Array(shape=(99, 100), data=bytes(10_000), strides=(101, 1)), {}, "stand apart"),
        ("text", {}, "is no frame"),
        (None, {}, "is no frame"),
    ],
)
def test_a_frame_that_is_not_what_it_is_said_to_be_is_a_mistake_of_the_program(
    frame: object, options: dict[str, Any], said: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        scan_frame(frame, **options)
