"""Write the pictures of docs/retail.md: a report as it stands in a terminal, and the page of a record.

Usage: python scripts/build_retail.py [--check]

With --check nothing is written, and the exit code is 1 when a file is not what this script would write.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pypdfium2  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.terminal_theme import DEFAULT_TERMINAL_THEME  # noqa: E402

from certmark.cli.report_view import view  # noqa: E402
from certmark.record import CheckRecord, record_pdf  # noqa: E402
from certmark.status.bitarray import Status  # noqa: E402
from certmark.verify import Product  # noqa: E402
from scripts.generated import written  # noqa: E402
from tests.world import WORLD  # noqa: E402

REPORT: Final = ROOT / "docs" / "images" / "report.svg"
PAGE: Final = ROOT / "docs" / "images" / "check-record.png"
PRODUCT: Final = Product(gtin="4006381333931", model="SE1-A", version="2.0.1 G")

# As rich writes it, but for the window and for the typeface, which would be fetched from elsewhere.
_SVG: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -8 {terminal_width} {terminal_height}" role="img">
<title>A report of certmark verify</title>
<style>.{unique_id}-matrix {{ font: {char_height}px monospace; }} {styles}</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect x="-12" y="-8" width="{terminal_width}" height="{terminal_height}" fill="#f7f7f7"/>
<g clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def report_svg() -> str:
    """Draw the report on a suspended certificate."""
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    report = WORLD.with_status(Status.SUSPENDED).report(WORLD.text, expect=PRODUCT)
    for part in view(report):
        console.print(part)
    drawn = console.export_svg(theme=DEFAULT_TERMINAL_THEME, code_format=_SVG, unique_id="report", title="")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def page_png() -> bytes:
    """Draw the page of a record."""
    verifier = WORLD.verifier()
    report = verifier.report(WORLD.text, at=WORLD.now, expect=PRODUCT)
    record = CheckRecord.of(report, token=WORLD.text, verifier=verifier, expect=PRODUCT, language="en")
    file = io.BytesIO()
    with pypdfium2.PdfDocument(record_pdf(record)) as document:
        document[0].render(scale=1.6).to_pil().convert("RGB").quantize(32).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(written({REPORT: report_svg(), PAGE: page_png()}, sys.argv[1:]))
