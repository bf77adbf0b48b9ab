"""How well printed labels are read.

Usage: python benchmarks/labels.py [--certificates N] [--write FILE] [--json FILE]

The real EUCC certificates of the reference data beside the repository become labels as ``certmark label`` draws them,
of 20, 30 and 40 mm for printers of 203, 300 and 600 dpi. Each is photographed under the conditions below (camera.py)
and read by zxing-cpp and by ZBar (Debian: libzbar0; left out where it is missing). The same content in the forms of an
EU Digital COVID Certificate and of a SMART Health Card (codes.py) is drawn at the same sizes, with modules as large as
whole dots allow. Everything random has a fixed seed. With --write the tables are put into a page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import codes, zbar  # noqa: E402 the repository must be on the path first
from benchmarks.camera import Condition, taken  # noqa: E402
from benchmarks.density import Table  # noqa: E402
from benchmarks.samples import samples  # noqa: E402
from certmark.label import Paper, Particulars, lay_out, png  # noqa: E402
from certmark.model.facts import ava_van_of  # noqa: E402
from certmark.wording import words  # noqa: E402
from scripts.build_density import modules_of, with_tables  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from certmark.model import CybersecurityCertificate

SIZES: Final = {20: "80x20mm", 30: "30mm", 40: "40mm"}
DPIS: Final = (203, 300, 600)
_PHONE: Final = Condition("", rotation=6, perspective=0.08, noise=8, shade=0.3, jpeg=70)
CONDITIONS: Final = (
    Condition("as printed"),
    Condition("7 pixels per mm", sharpness=7),
    Condition("6 pixels per mm", sharpness=6),
    Condition("5 pixels per mm", sharpness=5),
    Condition("4 pixels per mm", sharpness=4),
    Condition("blur 0.08 mm", blur=0.08),
    Condition("blur 0.10 mm", blur=0.10),
    Condition("blur 0.12 mm", blur=0.12),
    Condition("blur 0.15 mm", blur=0.15),
    Condition("blur 0.20 mm", blur=0.20),
    Condition("rotated by 8°", rotation=8),
    Condition("rotated by 25°", rotation=25),
    Condition("rotated by 45°", rotation=45),
    Condition("perspective 10 %", perspective=0.1),
    Condition("perspective 20 %", perspective=0.2),
    Condition("perspective 30 %", perspective=0.3),
    Condition("noise 30", noise=30),
    Condition("noise 60", noise=60),
    Condition("contrast 30 %, noise 3", contrast=0.3, noise=3),
    Condition("contrast 15 %, noise 3", contrast=0.15, noise=3),
    Condition("shade 80 %", shade=0.8),
    Condition("JPEG 30", jpeg=30),
    Condition("JPEG 12", jpeg=12),
    Condition("2 % scratched off", damage=0.02),
    Condition("5 % scratched off", damage=0.05),
    _PHONE._replace(name="phone, near: 10 pixels per mm, blur 0.08 mm", blur=0.08),
    _PHONE._replace(name="phone: 8 pixels per mm, blur 0.10 mm", sharpness=8, blur=0.10),
    _PHONE._replace(name="phone, far: 6 pixels per mm, blur 0.12 mm", sharpness=6, blur=0.12),
)
FORMS: Final[dict[str, Callable[[CybersecurityCertificate], codes.Code]]] = {
    "HCERT-style": codes.hcert_style,
    "SMART-Health-Card-style": codes.health_card_style,
}
OURS: Final = "certmark label"


class Print(NamedTuple):
    """A printed code.

    Attributes:
        form: what kind of code.
        size: side of the paper around it, in mm.
        dpi: dots per inch.
        version: QR version.
        module: side of a module, in mm.
        text: what it holds.
        picture: one pixel for each dot.
    """

    form: str
    size: int
    dpi: int
    version: int
    module: float
    text: str
    picture: Image.Image


class Read(NamedTuple):
    """Whether a code was read.

    Attributes:
        printed: which.
        condition: name of the condition.
        reader: who read it.
        right: whether exactly its text was read.
    """

    printed: Print
    condition: str
    reader: str
    right: bool


def readers() -> dict[str, Callable[[Image.Image], list[str]]]:
    """Give the readers that are there."""
    import zxingcpp  # noqa: PLC0415 slow to load

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found: dict[str, Callable[[Image.Image], list[str]]] = {
        "zxing-cpp": lambda picture: [code.text for code in zxingcpp.read_barcodes(picture, formats=formats)]
    }
    return found | ({"ZBar": zbar.read} if zbar.available() else {})


def printed(certificate: CybersecurityCertificate, *, size: int, dpi: int) -> Iterator[Print]:
    """Print the label of a certificate, and the same content in the other forms."""
    label = certificate.for_label()
    text = codes.label_link(label).text
    drawn = lay_out(particulars_of(label), text, paper=Paper.of(SIZES[size], dpi=dpi), words=words("en"))
    picture = Image.open(BytesIO(png(drawn)))
    code, dots = drawn.code, drawn.paper.dots
    side = 2 * dots.nearest(code.x) + code.symbol.size * dots.nearest(code.module)
    square = picture.crop((0, 0, side, picture.height))
    yield Print(OURS, size, dpi, code.symbol.version, code.module, text, square)
    for name, form in FORMS.items():
        made = form(label)
        modules = modules_of(made)
        room = round(size / 25.4 * dpi)
        across = max(1, room // (len(modules) + 8))
        paper = Image.new("L", (room, room), 255)
        symbol = Image.frombytes("L", (len(modules),) * 2, b"".join(modules)).point([255] + [0] * 255)
        edge = (room - len(modules) * across) // 2
        paper.paste(symbol.resize((len(modules) * across,) * 2, Image.Resampling.NEAREST), (edge, edge))
        yield Print(name, size, dpi, made.version, across * 25.4 / dpi, made.text, paper)


def particulars_of(certificate: CybersecurityCertificate) -> Particulars:
    """Give what a label says of a certificate of the reference data, whose body and accreditation are made up."""
    return Particulars(
        id=certificate.id,
        scheme=certificate.scheme,
        level=certificate.assurance_level,
        ava_van=ava_van_of(certificate),
        body="Certification Body",
        accreditation="QX-4711",
        issued=certificate.issued,
        valid_until=certificate.valid_until,
        statement=False,
        part=False,
        notice=None,
        root=None,
    )


def measured(certificates: tuple[CybersecurityCertificate, ...]) -> Iterator[Read]:
    """Print, photograph and read every certificate in every form, size, resolution and condition."""
    present = readers()
    for number, certificate in enumerate(certificates):
        for size in SIZES:
            for dpi in DPIS:
                for print_ in printed(certificate, size=size, dpi=dpi):
                    for condition in CONDITIONS:
                        seed = f"{number} {condition.name}"
                        picture = taken(print_.picture, dpi=dpi, condition=condition, seed=seed).convert("L")
                        for name, read in present.items():
                            yield Read(print_, condition.name, name, read(picture) == [print_.text])


def tables(reads: list[Read]) -> dict[str, Table]:
    """Put what was read into tables."""
    return {"modules": by_module(reads), "sizes": by_size(reads), "conditions": by_condition(reads)}


def by_module(reads: list[Read]) -> Table:
    """Tell how well labels are read, by the size of their modules and their version."""
    head = ("module, mm", "version", "prints", *_columns(reads))
    groups: dict[tuple[float, int], list[Read]] = defaultdict(list)
    for read in reads:
        if read.printed.form == OURS:
            groups[round(read.printed.module, 2), read.printed.version].append(read)
    rows: list[tuple[str | float, ...]] = []
    for (module, version), group in sorted(groups.items()):
        rows.append((f"{module:.2f}", version, len({id(read.printed) for read in group}), *_shares(group)))
    return Table("Labels by module and version: % read, over all conditions and as a phone sees them", head, rows)


def by_size(reads: list[Read]) -> Table:
    """Compare the forms at equal size."""
    head = (
        "size, mm",
        "dpi",
        "code",
        "version",
        "module, mm",
        *_columns(reads),
    )
    rows: list[tuple[str | float, ...]] = []
    for size in SIZES:
        for dpi in DPIS:
            for form in (OURS, *FORMS):
                group = [read for read in reads if read.printed[:3] == (form, size, dpi)]
                version = median(read.printed.version for read in group)
                module = median(read.printed.module for read in group)
                rows.append((size, dpi, form, version, f"{module:.2f}", *_shares(group)))
    return Table("Codes of the same content at equal size: % read", head, rows)


def by_condition(reads: list[Read]) -> Table:
    """Compare the forms at 30 mm and 300 dpi, condition by condition."""
    columns = [(form, reader) for form in (OURS, *FORMS) for reader in _readers(reads)]
    head = ("condition", *(f"{form}, {reader}" for form, reader in columns))
    rows: list[tuple[str | float, ...]] = []
    for condition in CONDITIONS:
        group = [read for read in reads if read.printed.size == 30 and read.printed.dpi == 300]
        shares = [
            _share([read for read in group if read.printed.form == form], reader=reader, condition=condition.name)
            for form, reader in columns
        ]
        rows.append((condition.name, *shares))
    return Table("30 mm at 300 dpi, by condition: % read", head, rows)


_PHONES: Final = {condition.name.partition(":")[0]: condition.name for condition in CONDITIONS[-3:]}


def _readers(reads: list[Read]) -> list[str]:
    return list(dict.fromkeys(read.reader for read in reads))


def _columns(reads: list[Read]) -> list[str]:
    return [*_readers(reads), *(f"{name}, zxing-cpp" for name in _PHONES)]


def _shares(reads: list[Read]) -> list[int]:
    by_reader = [_share(reads, reader=reader) for reader in _readers(reads)]
    return [*by_reader, *(_share(reads, reader="zxing-cpp", condition=condition) for condition in _PHONES.values())]


def _share(reads: list[Read], *, reader: str, condition: str | None = None) -> int:
    counted = [read.right for read in reads if read.reader == reader and condition in {None, read.condition}]
    return round(100 * sum(counted) / len(counted))


def main(arguments: list[str]) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--certificates", type=int, default=12, metavar="N", help="how many of the register (all: 12)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables as JSON")
    options = parser.parse_args(arguments)
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        raise SystemExit("no folder 'shared' beside the repository: the certificates are missing")
    found = tables(list(measured(samples(shared).eucc[: options.certificates])))
    for table in found.values():
        print(table.text(), end="\n\n")
    if options.json:
        records = {name: table.records() for name, table in found.items()}
        options.json.write_text(json.dumps(records, indent=1), encoding="utf-8")
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(with_tables(page, found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
