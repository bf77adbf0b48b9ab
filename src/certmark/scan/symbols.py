"""QR symbols in pixels, read by zxing-cpp: turned, mirrored and inverted ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from certmark.errors import MissingExtraError
from certmark.scan.found import Code, Corner

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PIXELS: Final = 50_000_000
"""Larger pictures are not read: 8 000 × 6 000 pixels are fewer."""


def reader() -> Any:  # noqa: ANN401 zxing-cpp is not there for everyone
    """Give the library that reads symbols.

    Raises:
        MissingExtraError: the ``scan`` extra is not installed.
    """
    try:
        import zxingcpp
    except ImportError:
        raise MissingExtraError("scan", "reading pictures") from None
    return zxingcpp


def symbols(pixels: Any, *, page: int = 1) -> Iterator[Code]:  # noqa: ANN401 whatever zxing-cpp takes as a picture
    """Read every QR symbol.

    Args:
        pixels: a Pillow image, or an ``ImageView`` of the library.
        page: where they are.

    Raises:
        MissingExtraError: the ``scan`` extra is not installed.
    """
    zxingcpp = reader()
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for symbol in zxingcpp.read_barcodes(pixels, formats=formats):
        at = symbol.position
        corners = (_corner(at.top_left), _corner(at.top_right), _corner(at.bottom_right), _corner(at.bottom_left))
        yield Code(symbol.bytes.decode("utf-8", "surrogateescape"), page, corners)


def _corner(point: Any) -> Corner:  # noqa: ANN401 zxing-cpp is not there for everyone
    return Corner(point.x, point.y)
