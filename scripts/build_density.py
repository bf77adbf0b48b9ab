"""Build docs/images/density.svg and the tables of docs/density.md.

Usage: python scripts/build_density.py [--check]

The picture shows one certificate of examples/certificates as a label in three forms, at the same module size. The
tables are those of benchmarks/density.py and need the reference data beside the repository. With --check nothing is
written, and the exit code is 1 when a file is not what this script would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qrcode import QRCode, constants, util

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import codes, density  # noqa: E402 the repository must be on the path first
from certmark.model import CybersecurityCertificate, load_document  # noqa: E402
from certmark.transport.outline import outline  # noqa: E402
from certmark.transport.qr import QUIET_ZONE  # noqa: E402
from scripts.generated import written  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

PICTURE: Final = ROOT / "docs" / "images" / "density.svg"
PAGE: Final = ROOT / "docs" / "density.md"
EXAMPLE: Final = ROOT / "examples" / "certificates" / "samsung-s3nsen6.json"
SHOWN: Final[dict[str, Callable[[CybersecurityCertificate], codes.Code]]] = {
    "certmark link": codes.label_link,
    "HCERT-style": codes.hcert_style,
    "SMART-Health-Card-style": codes.health_card_style,
}
MODULE_MM: Final = 0.4
CAPTION: Final = 12
"""Height of what stands below the codes, in modules."""

_MODES: Final = {
    "byte": util.MODE_8BIT_BYTE,
    "numeric": util.MODE_NUMBER,
    "alphanumeric": util.MODE_ALPHA_NUM,
}


def shown() -> dict[str, codes.Code]:
    """Give the codes of the picture by name."""
    certificate = load_document(EXAMPLE.read_bytes())
    if not isinstance(certificate, CybersecurityCertificate):
        raise TypeError(f"{EXAMPLE.name} is no certificate")
    return {name: form(certificate.for_label()) for name, form in SHOWN.items()}


def picture() -> str:
    """Draw the codes side by side, each with its name and size, bottoms aligned."""
    made = shown()
    height = max(code.modules for code in made.values()) + 2 * QUIET_ZONE
    parts, x = [], 0
    for name, code in made.items():
        side = code.modules + 2 * QUIET_ZONE
        path = outline(modules_of(code), border=QUIET_ZONE)
        size = f"version {code.version}, {code.modules} × {code.modules} modules, {code.modules * MODULE_MM:.0f} mm"
        parts.append(
            f'<path transform="translate({x} {height - side})" d="{path}"/>'
            f'<text x="{x + side / 2:g}" y="{height + 4}" font-weight="bold">{name}</text>'
            f'<text x="{x + side / 2:g}" y="{height + 9}">{size}</text>'
        )
        x += side
    total = height + CAPTION
    said = "; ".join(f"{name}: QR version {code.version}" for name, code in made.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{x * MODULE_MM:g}mm" height="{total * MODULE_MM:g}mm" '
        f'viewBox="0 0 {x} {total}" role="img" shape-rendering="crispEdges" font-family="sans-serif" font-size="4" '
        f'text-anchor="middle"><title>One label in three forms at the same module size</title><desc>{said}</desc>'
        f'<path fill="#fff" d="M0 0h{x}v{total}H0z"/>{"".join(parts)}</svg>\n'
    )


def modules_of(code: codes.Code) -> tuple[bytes, ...]:
    """Compute the symbol of a code at error correction M: one row per byte string, 1 is dark."""
    drawn = QRCode(version=code.version, error_correction=constants.ERROR_CORRECT_M, border=0)
    for segment in code.segments:
        drawn.add_data(util.QRData(segment.text.encode("ascii"), mode=_MODES[segment.mode], check_data=False))
    drawn.make(fit=False)
    return tuple(bytes(map(bool, row)) for row in drawn.modules)


def with_tables(page: str, tables: dict[str, density.Table]) -> str:
    """Put each table between its marks, ``<!-- table: NAME -->`` and ``<!-- end -->``."""
    for name, table in tables.items():
        before, mark, after = page.partition(f"<!-- table: {name} -->\n")
        _, end, rest = after.partition("<!-- end -->")
        if not (mark and end):
            raise SystemExit(f"docs/density.md has no place for the table {name!r}")
        page = f"{before}{mark}\n{table.markdown()}\n\n{end}{rest}"
    return page


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        raise SystemExit("no folder 'shared' beside the repository: the certificates of the tables are missing")
    page = with_tables(PAGE.read_text(encoding="utf-8"), density.tables(shared))
    return written({PICTURE: picture(), PAGE: page}, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
