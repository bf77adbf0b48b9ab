"""QR codes in pictures and PDF files; needs the ``scan`` extra."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from certmark.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PIXELS: Final = 50_000_000
_MOST_PAGES: Final = 20
# 3 pixels per point, 216 dpi: a module of 0.33 mm, the smallest that is printed, then has about three pixels.
_PIXELS_PER_POINT: Final = 3.0


def codes_in(data: bytes) -> tuple[str, ...]:
    """Read the text of every QR code in a picture, or on the first pages of a PDF.

    Args:
        data: PNG, JPEG or PDF; anything else holds no codes.

    Raises:
        MissingExtraError: the ``scan`` extra is not installed.
    """
    try:
        import zxingcpp
        from PIL import Image
    except ImportError:
        raise MissingExtraError("scan", "reading pictures") from None
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return tuple(
        code.bytes.decode("utf-8", "surrogateescape")
        for picture in (_pages(data) if data.startswith(b"%PDF-") else _picture(data, Image))
        for code in zxingcpp.read_barcodes(picture, formats=formats)
    )


def _picture(data: bytes, image: Any) -> Iterator[Any]:  # noqa: ANN401 Pillow is not there for everyone
    from io import BytesIO
    from struct import error as struct_error

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", image.DecompressionBombWarning)  # our own bound is lower
            picture = image.open(BytesIO(data), formats=("PNG", "JPEG"))
            if picture.width * picture.height > _MOST_PIXELS:
                return
            grey = picture.convert("L")
    # what Pillow raises on broken files, by its documentation and by experience
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct_error, image.DecompressionBombError):
        return
    yield grey


def _pages(data: bytes) -> Iterator[Any]:
    try:
        import pypdfium2
    except ImportError:
        raise MissingExtraError("scan", "reading PDF files") from None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return
    with document:
        for number in range(min(len(document), _MOST_PAGES)):
            try:
                page = document[number]
                width, height = page.get_size()
                scale = min(_PIXELS_PER_POINT, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
                picture = page.render(scale=scale, grayscale=True).to_pil()
            except pypdfium2.PdfiumError:
                continue
            yield picture
