"""Labels for tests: what they say, the text of their code, and the pictures that real programs make of them."""

from __future__ import annotations

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from certmark.label import Label, Mark, Paper, Particulars, lay_out
from certmark.model.vocabulary import AssuranceLevel
from certmark.wording import words
from tests.needs import program
from tests.world import NOW, WORLD

TEXT = WORLD.text
AT = NOW

PARTICULARS = Particulars(
    id="EUCC-3087-2025-12-0001",
    scheme="EUCC",
    level=AssuranceLevel.HIGH,
    ava_van=5,
    body="Certification Body of the Example Republic",
    accreditation="D-ZE-00001-01",
    issued=date(2025, 12, 19),
    valid_until=date(2030, 12, 3),
    statement=False,
    part=False,
    notice=None,
    root=None,
)

SVG_MARK = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><rect width="40" height="30" fill="#039"/>'
    b'<circle cx="20" cy="15" r="9" fill="none" stroke="#fc0" stroke-width="3"/></svg>'
)


def png_mark(width: int = 40, height: int = 30) -> bytes:
    """Draw a blue mark."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#003399").save(file, "PNG")
    return file.getvalue()


def label(
    size: str = "30mm",
    *,
    dpi: int = 300,
    language: str = "en",
    mark: bytes | None = None,
    text: str = TEXT,
    **said: Any,
) -> Label:
    """Lay a label out."""
    return lay_out(
        PARTICULARS._replace(**said),
        text,
        paper=Paper.of(size, dpi=dpi),
        words=words(language),
        mark=None if mark is None else Mark.read(mark),
    )


def rendered_by_poppler(pdf: bytes, folder: Path, *, dpi: int, page: int = 1) -> Image.Image:
    """Give a page as poppler draws it."""
    (folder / "in.pdf").write_bytes(pdf)
    drawer = program("pdftoppm", package="poppler-utils")
    command = [drawer, "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", "-png"]
    subprocess.run([*command, str(folder / "in.pdf"), str(folder / "page")], check=True, timeout=60)
    return Image.open(folder / "page.png").convert("L")


def codes_in(picture: Image.Image) -> list[str]:
    """Read the QR codes in a picture."""
    import zxingcpp

    return [code.text for code in zxingcpp.read_barcodes(picture)]
