"""Camera frames: pixels that a program already holds, without numpy and without a copy where there need be none."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from certmark.scan.found import Scan, sorted_out
from certmark.scan.symbols import MOST_PIXELS, reader, symbols

if TYPE_CHECKING:
    from collections.abc import Sequence


class Layout(Enum):
    """How the bytes of a pixel lie in a frame; the value is how many there are and what zxing-cpp calls it."""

    GREY = (1, "Lum")
    RGB = (3, "RGB")
    BGR = (3, "BGR")
    RGBA = (4, "RGBA")
    BGRA = (4, "BGRA")

    @property
    def size(self) -> int:
        """Bytes of a pixel."""
        return self.value[0]


_BY_SIZE: Final = {1: Layout.GREY, 3: Layout.RGB, 4: Layout.RGBA}


def scan_frame(
    frame: object,
    *,
    width: int | None = None,
    height: int | None = None,
    stride: int | None = None,
    layout: Layout | None = None,
) -> Scan:
    """Read every QR code in a frame.

    Args:
        frame: an array of bytes with the buffer or array interface (numpy, Pillow), of the shape (height, width) or
            (height, width, channels); or plain bytes, with width and height.
        width: pixels of a row, where the frame has no shape. The luma plane of a YUV frame is a grey frame.
        height: rows, where the frame has no shape.
        stride: bytes from one row to the next; rows follow each other without a gap when left out.
        layout: of a pixel; grey where the frame has no shape, else by the number of channels grey, RGB or RGBA.

    Raises:
        ValueError: the frame is not what the arguments say, or has more than 50 megapixels: a mistake of the program.
        TypeError: it has neither interface.
        MissingExtraError: the ``scan`` extra is not installed.
    """
    zxingcpp = reader()
    data, shape = _bytes_and_shape(frame)
    if len(shape) > 1:
        if width is not None or height is not None or stride is not None:
            raise ValueError("the frame has a shape: leave width, height and stride out")
        height, width, channels = (*shape, 1)[:3]
        layout = _BY_SIZE.get(channels) if layout is None else layout
        if layout is None or layout.size != channels or len(shape) > 3:
            raise ValueError(f"a frame of the shape {shape} is no picture: give (height, width, channels)")
    if width is None or height is None:
        raise ValueError("plain bytes have no shape: give width and height")
    layout = Layout.GREY if layout is None else layout
    row = width * layout.size
    stride = row if stride is None else stride
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise ValueError(f"a frame of {width} × {height} pixels cannot be read")
    if stride < row or len(data) < stride * (height - 1) + row:
        raise ValueError(f"{len(data)} bytes are no {height} rows of {row} bytes, {stride} apart")
    stride = min(stride, len(data))  # of a single row it says nothing
    if len(data) < stride * height:  # the last row may end where its pixels do; the reader wants what follows them too
        data = bytes(data) + bytes(stride - row)
    pixels = zxingcpp.ImageView(data, width, height, getattr(zxingcpp.ImageFormat, layout.value[1]), stride)
    return sorted_out(symbols(pixels))


def _bytes_and_shape(frame: object) -> tuple[bytes | memoryview, Sequence[int]]:
    try:
        view = memoryview(frame)  # type: ignore[arg-type]  # what has no buffer is what it is asked for
    except TypeError:
        return _array(frame)
    if view.format not in ("B", "b", "c", "<B"):  # the last is what ctypes calls it, and no other view may be cast
        raise ValueError(f"pixels of the format {view.format!r} are no bytes: convert them to 8 bits")
    shape = view.shape or ()
    return (view.cast("B") if view.c_contiguous and view.format != "<B" else view.tobytes()), shape


def _array(frame: object) -> tuple[bytes | memoryview, Sequence[int]]:
    interface: Any = getattr(frame, "__array_interface__", None)
    if not isinstance(interface, dict) or not isinstance(interface.get("data"), bytes | bytearray | memoryview):
        raise TypeError(f"a {type(frame).__name__} is no frame: give bytes, or an array of bytes")
    if interface["typestr"] not in ("|u1", "|b1"):
        raise ValueError(f"pixels of the type {interface['typestr']} are no bytes: convert them to 8 bits")
    if interface.get("strides") is not None:
        raise ValueError("the rows of the array stand apart: give bytes with width, height and stride")
    return memoryview(interface["data"]).cast("B"), interface["shape"]
