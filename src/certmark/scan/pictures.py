"""Codes in PNG, JPEG, WebP and PDF files. A broken file holds no code, and one that is too large is not decoded."""

from __future__ import annotations

import warnings
from io import BytesIO
from struct import error as struct_error
from typing import TYPE_CHECKING, Any, Final

from certmark.errors import MissingExtraError
from certmark.scan.found import Scan, sorted_out
from certmark.scan.symbols import MOST_PIXELS, reader, symbols

if TYPE_CHECKING:
    from collections.abc import Iterator

PDF: Final = b"%PDF-"
"""What a PDF begins with."""

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_MOST_PAGES: Final = 20
# 3 pixels per point, 216 dpi: a module of 0.33 mm, the smallest that is printed, then has about three pixels.
_PIXELS_PER_POINT: Final = 3.0


def scan(data: bytes) -> Scan:
    """Read every QR code in a picture, or on the first 20 pages of a PDF.

    Args:
        data: PNG, JPEG, WebP (of moving ones the first picture) or PDF; anything else holds no codes.

    Raises:
        MissingExtraError: the ``scan`` extra is not installed.
    """
    reader()
    pictures = _pages(data) if data.startswith(PDF) else _picture(data)
    return sorted_out(code for page, pixels in pictures for code in symbols(pixels, page=page))


def _picture(data: bytes) -> Iterator[tuple[int, Any]]:
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtraError("scan", "reading pictures") from None
    if _webp_pixels(data) > MOST_PIXELS:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound is lower than that of the decompression bomb warning
            picture = Image.open(BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                return
            grey = _grey(picture, Image)
    # what Pillow raises on broken files, by its documentation and by experience
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct_error, Image.DecompressionBombError):
        return
    yield 1, grey


def _grey(picture: Any, image: Any) -> Any:  # noqa: ANN401 Pillow is not there for everyone
    if picture.mode.startswith("I"):  # 16 bits: to convert them would cut off all but the darkest
        return picture.point(lambda level: level / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("L")
    pixels = picture.convert("LA")
    paper = image.new("L", pixels.size, 255)
    paper.paste(pixels.getchannel("L"), mask=pixels.getchannel("A"))
    return paper


def _webp_pixels(data: bytes) -> int:
    """Give the size that a WebP states, since Pillow makes room for its pixels when it is opened; 0: it is none."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return 0
    kind, head = data[12:16], data[20:30]
    if kind == b"VP8X":  # canvas, 24 bits each, less one
        width, height = int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    elif kind == b"VP8L":  # after the signature 14 bits each, less one
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:  # VP8: after frame tag and start code 14 bits each
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width * height


def _pages(data: bytes) -> Iterator[tuple[int, Any]]:
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
                scale = min(_PIXELS_PER_POINT, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
                picture = page.render(scale=scale, grayscale=True).to_pil()
            except pypdfium2.PdfiumError:
                continue
            yield number + 1, picture
