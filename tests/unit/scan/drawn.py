"""Pictures of codes, drawn for tests."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

from certmark.transport import encode_symbol, to_bare
from tests.world import WORLD

CODE = to_bare(WORLD.cose)


def picture(text: str, *, scale: int = 4) -> Image.Image:
    """Draw any text as a QR code in a white picture."""
    if text.startswith(("CM1:", "https://certs")):
        return Image.open(io.BytesIO(encode_symbol(text).png(scale=scale))).convert("L")
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=scale, add_quiet_zones=True)
    return Image.fromarray(drawn) if not isinstance(drawn, Image.Image) else drawn


def beside(*images: Image.Image) -> Image.Image:
    """Put pictures side by side on white."""
    page = Image.new("L", (sum(image.width + 40 for image in images), max(image.height for image in images)), 255)
    left = 0
    for image in images:
        page.paste(image, (left, 0))
        left += image.width + 40
    return page


def saved(image: Image.Image, kind: str) -> bytes:
    """Write a picture as a file."""
    file = io.BytesIO()
    image.convert("RGB").save(file, kind)
    return file.getvalue()
