"""Build the pictures of docs/labels.md: docs/images/label.svg, label-mark.svg, label-upright.svg and sheet.png.

Usage: python scripts/build_labels.py [--check]

The README has the first one, too. They show labels of the test world, whose keys are fixed and whose root is labelled
DEMO here; one mark is made up. The sheet is drawn from its PDF by pypdfium2. With --check nothing is written, and the
exit code is 1 when a file is not what this script would write.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pypdfium2  # noqa: E402 the repository must be on the path first

from certmark.label import Mark, Paper, Particulars, lay_out, sheet, svg  # noqa: E402
from certmark.wording import words  # noqa: E402
from scripts.generated import written  # noqa: E402
from tests import world as w  # noqa: E402

if TYPE_CHECKING:
    from certmark.label import Label
    from tests.world import World

IMAGES: Final = ROOT / "docs" / "images"
NUMBER: Final = 5
"""Labels on the sheet that is shown."""

MADE_UP_MARK: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 30"><rect x="1" y="1" width="42" height="28" fill="none" '
    b'stroke="#000" stroke-width="1" stroke-dasharray="3 2"/><path d="M1 1L43 29M43 1L1 29" stroke="#000" '
    b'stroke-width=".6" stroke-dasharray="3 2"/></svg>'
)
"""A frame where the drawing of Annex IX would stand."""


def drawn(world: World, *, language: str, size: str, mark: Mark | None = None) -> Label:
    """Lay the label of a world out, as ``certmark label`` does."""
    issued = world.issue(world.document)
    particulars = Particulars.of(world.report(issued.text))
    return lay_out(particulars, issued.text, paper=Paper.of(size, dpi=300), words=words(language), mark=mark)


def files() -> dict[Path, bytes]:
    """Give every picture by its path."""
    demo = w.WORLD.with_root(label="DEMO")
    worlds = [
        demo.with_certificate(id=f"EUCC-3087-2026-03-{number:04}", content="label", documents=None)
        for number in range(1, NUMBER + 1)
    ]
    first = worlds[0]
    many = sheet((drawn(world, language="fr", size="30mm") for world in worlds), at=w.NOW)
    return {
        IMAGES / "label.svg": svg(drawn(first, language="en", size="30mm")),
        IMAGES / "label-mark.svg": svg(drawn(first, language="de", size="40mm", mark=Mark.read(MADE_UP_MARK))),
        IMAGES / "label-upright.svg": svg(drawn(first, language="it", size="40x70mm")),
        IMAGES / "sheet.png": picture(many),
    }


def picture(pdf: bytes) -> bytes:
    """Draw the upper part of the first page of a PDF in few greys."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=100 / 72, grayscale=True).to_pil()
    few = page.crop((0, 0, page.width, page.height * 2 // 5)).quantize(16)
    file = BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    return written(files(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
