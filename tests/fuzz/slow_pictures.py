"""Pictures and PDF files whose reading nothing bounds in time but their own size: see docs/robustness.md."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image

from tests.fuzz.worst import Worst

if TYPE_CHECKING:
    from collections.abc import Sequence


def finders(side: int, *, module: int) -> bytes:
    """Tile a square PNG with the finder patterns of QR symbols, and nothing else of a symbol."""
    size, step = 7 * module, 9 * module
    rings = (max(abs(x - 3), abs(y - 3)) for y in range(7) for x in range(7))
    finder = Image.frombytes("L", (7, 7), bytes(255 if ring == 2 else 0 for ring in rings))
    finder = finder.resize((size, size), Image.Resampling.NEAREST)
    picture = Image.new("L", (side, side), 255)
    for place in range(0, side - size, step):
        picture.paste(finder, (place, 0))
    row = picture.crop((0, 0, side, step))
    for place in range(step, side - step, step):
        picture.paste(row, (0, place))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def pdf(drawing: bytes, *, pages: int = 1, side: int = 595) -> bytes:
    """Write a PDF whose pages all show one drawing, compressed."""
    packed = zlib.compress(drawing, 9)
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (pages, kids),
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 3 0 R/Resources<<>>>>" % (side, side)] * pages,
    ]
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    file, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, len(file))
    return b"%bxref\n0 %d\n0000000000 65535 f \n%b%b" % (file, count, table, end)


_ROWS: Final = (
    ("PNG of 1 megapixel of finder patterns", lambda: finders(1_000, module=1), "50 megapixels"),
    ("PNG of 4 megapixels of finder patterns", lambda: finders(2_000, module=1), "50 megapixels"),
    ("PNG of 49 megapixels of finder patterns", lambda: finders(7_000, module=4), "50 megapixels"),
    ("PDF of 20 pages of 5 metres, empty", lambda: pdf(b"", pages=20, side=14_400), "20 pages of 50 megapixels"),
    ("PDF with 100 000 lines", lambda: pdf(b"0 0 m 100 100 l S\n" * 100_000), "nothing"),
    ("PDF with a drawing of 300 MB", lambda: pdf(b" " * 300_000_000), "nothing"),
)
SLOW: Final = tuple(Worst("picture", name, make, "no code", bound) for name, make, bound in _ROWS)
"""From hundreds of milliseconds to many seconds each."""
