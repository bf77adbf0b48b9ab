"""How much room a signed certificate takes in a QR symbol.

Usage: python benchmarks/density.py [--markdown] [--json FILE]

Measured are the real certificates of the reference data beside the repository, as labels and with all of Annex VII, in
certmark's forms and in those of two codes that people have scanned (see codes.py). Keys and signatures are fixed: the
figures are the same on every machine. Three tables say how the codes compare, what the parts of the dictionary give for
vendors that its words were chosen by and for others, and what each field costs.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING, Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import codes  # noqa: E402 the repository must be on the path first
from benchmarks.ratios import Figure, Figures  # noqa: E402
from benchmarks.samples import ISSUER, SIGNER, STATUS, Samples, samples, signed_at, token  # noqa: E402
from certmark.claims import claims_set  # noqa: E402
from certmark.claims.keys import CERTIFICATE_FIELDS, HOLDER_FIELDS, SUBJECT_FIELDS  # noqa: E402
from certmark.cwt import token as cwt  # noqa: E402
from certmark.cwt import typ  # noqa: E402
from certmark.cwt.numericdate import to_seconds  # noqa: E402
from certmark.deflate import compress_raw  # noqa: E402
from certmark.transport import pack  # noqa: E402
from certmark.transport.dictionary import dictionary_1  # noqa: E402
from scripts import build_dictionary  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from certmark.model import CybersecurityCertificate

FORMS: dict[str, Callable[[CybersecurityCertificate], codes.Code]] = {
    "certmark, link": codes.label_link,
    "certmark, bare (Base45)": codes.bare,
    "certmark, base64url in the link": codes.link_base64,
    "certmark, link, no dictionary": codes.link_without_dictionary,
    "HCERT-style": codes.hcert_style,
    "SMART-Health-Card-style": codes.health_card_style,
}


class Table(NamedTuple):
    """One table of figures.

    Attributes:
        title: what it shows.
        head: names of the columns.
        rows: the cells.
    """

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str | float, ...]]

    def markdown(self) -> str:
        """Write it for the documentation."""
        lines = [self.head, ("---",) * len(self.head), *(tuple(map(_said, row)) for row in self.rows)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def text(self) -> str:
        """Write it for a terminal."""
        lines = [self.head, *(tuple(map(_said, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        said = ("  ".join(_aligned(cell, width) for cell, width in zip(line, widths, strict=True)) for line in lines)
        return f"{self.title}\n" + "\n".join(said)

    def records(self) -> list[dict[str, str | float]]:
        """Give it as objects of JSON."""
        return [dict(zip(self.head, row, strict=True)) for row in self.rows]


def versions(shared: Path) -> Figures:
    """Give the median QR versions of link codes at error correction M."""
    found = samples(shared)
    labels = {"cc": _labels(found.common_criteria), "eucc": _labels(found.eucc)}
    sets = labels | {"full": (*found.common_criteria, *found.eucc)}
    return {
        f"qr_version_{name}": Figure(median(codes.label_link(certificate).version for certificate in certificates))
        for name, certificates in sets.items()
    }


def tables(shared: Path) -> dict[str, Table]:
    """Measure everything."""
    found = samples(shared)
    return {
        "codes": compared(found),
        "dictionary": halves(found),
        "fields": fields(found),
        "approvals": approvals(found),
    }


def compared(found: Samples) -> Table:
    """Compare the forms."""
    head = ("content", "code", "message", "compressed", "in the symbol", "version", "p90", "modules")
    rows: list[tuple[str | float, ...]] = []
    for content, certificates in _contents(found):
        for name, form in FORMS.items():
            made = [form(certificate) for certificate in certificates]
            medians = (
                median(getattr(code, field) for code in made) for field in ("message", "compressed", "symbol_bytes")
            )
            version = median(code.version for code in made)
            p90 = quantiles([code.version for code in made], n=10, method="inclusive")[-1]
            rows.append((content, name, *medians, version, p90, 17 + 4 * version))
    return Table("Codes of the same content: bytes, QR version at M, modules per side (medians)", head, rows)


def approvals(found: Samples) -> Table:
    """Tell what an approval by the authority adds."""
    head = ("content", "message", "approved", "compressed", "approved", "version", "approved", "p90", "approved")
    rows: list[tuple[str | float, ...]] = []
    for content, certificates in _contents(found):
        made = [[codes.label_link(each) for each in certificates], [codes.approved_link(each) for each in certificates]]
        medians = [
            median(getattr(code, field) for code in column)
            for field in ("message", "compressed", "version")
            for column in made
        ]
        p90 = [quantiles([code.version for code in column], n=10, method="inclusive")[-1] for column in made]
        rows.append((content, *medians, *p90))
    return Table("What an approval adds: bytes, QR version at M (medians)", head, rows)


def halves(found: Samples) -> Table:
    """Compare what the parts of the dictionary give for vendors that its words were chosen by, and for others."""
    head = (
        *("certificates", "number", "no dictionary", "constant bytes", "and components, categories", "and words"),
        *("median", "version", "full", "full, version"),
    )
    parts = [
        b"",
        build_dictionary.assemble(build_dictionary.structure()),
        build_dictionary.assemble([*build_dictionary.vocabulary(), *build_dictionary.structure()]),
        dictionary_1(),
    ]
    sets = {"vendors seen": found.seen, "vendors not seen": found.unseen, "EUCC register, not seen": found.eucc}
    rows: list[tuple[str | float, ...]] = []
    for name, certificates in sets.items():
        labels = [codes.label_link(label) for label in _labels(certificates)]
        full = [codes.label_link(certificate) for certificate in certificates]
        tokens = [token(label) for label in _labels(certificates)]
        sizes = [mean(1 + len(compress_raw(cose, part)) for cose in tokens) for part in parts]
        row = (
            *(len(certificates), *(round(size, 1) for size in sizes)),
            *(median(code.compressed for code in labels), median(code.version for code in labels)),
            *(round(mean(code.compressed for code in full), 1), median(code.version for code in full)),
        )
        rows.append((name, *row))
    return Table("The dictionary by its parts: bytes of compressed labels (means), and of full tokens", head, rows)


def fields(found: Samples) -> Table:
    """Tell by how many bytes a compressed token is shorter without a field, on average of those that have it."""
    head = ("field", "labels, CC", "labels, EUCC", "full, CC", "full, EUCC")
    columns = [_costs(certificates) for _, certificates in _contents(found)]
    names = dict.fromkeys(name for costs in columns for name in costs)
    rows: list[tuple[str | float, ...]] = [
        (name, *(round(mean(costs[name]), 1) if name in costs else "" for costs in columns)) for name in names
    ]
    return Table("Bytes of a compressed token that a field takes (means)", head, rows)


def _costs(certificates: Iterable[CybersecurityCertificate]) -> dict[str, list[int]]:
    costs: dict[str, list[int]] = {}
    for certificate in certificates:
        claims = claims_set(certificate, issuer=ISSUER, status=STATUS)
        whole = _size(claims, certificate)
        for name, without in _without_each(claims):
            costs.setdefault(name, []).append(whole - _size(without, certificate))
    return costs


def _without_each(claims: dict[int, Any]) -> Iterator[tuple[str, dict[int, Any]]]:
    """Leave out one field after the other; what the format asks for too, since only the size counts here."""
    private = claims[-65537]
    for key, name in ((1, "iss"), (2, "sub"), (4, "exp"), (5, "nbf"), (65535, "status")):
        yield name, {each: value for each, value in claims.items() if each != key}
    for field in CERTIFICATE_FIELDS:
        if field.key not in private:
            continue
        inner = {"subject": SUBJECT_FIELDS, "holder": HOLDER_FIELDS}.get(field.path, ())
        present = [part for part in inner if part.key in private[field.key]]
        for part in present:
            rest = {key: value for key, value in private[field.key].items() if key != part.key}
            yield f"{field.path}.{part.path}", claims | {-65537: private | {field.key: rest}}
        if not present:
            yield field.path, claims | {-65537: {key: value for key, value in private.items() if key != field.key}}


def _size(claims: dict[int, Any], certificate: CybersecurityCertificate) -> int:
    issued_at = to_seconds(signed_at(certificate))
    return len(pack(cwt.seal(claims, typ=typ.CERTIFICATE, issued_at=issued_at, signer=SIGNER)))


def _contents(found: Samples) -> Iterator[tuple[str, Sequence[CybersecurityCertificate]]]:
    yield "label, CC", _labels(found.common_criteria)
    yield "label, EUCC", _labels(found.eucc)
    yield "full, CC", found.common_criteria
    yield "full, EUCC", found.eucc


def _labels(certificates: Iterable[CybersecurityCertificate]) -> tuple[CybersecurityCertificate, ...]:
    return tuple(certificate.for_label() for certificate in certificates)


def _said(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:g}"


def _aligned(cell: str, width: int) -> str:
    return cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)


def main() -> int:
    """Measure, and print the tables or write them."""
    parser = argparse.ArgumentParser(description="Measure how much room certificates take in QR symbols.")
    parser.add_argument("--markdown", action="store_true", help="print the tables as the documentation has them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        raise SystemExit("no folder 'shared' beside the repository: the certificates to measure are missing")
    measured = tables(shared)
    print("\n\n".join(table.markdown() if arguments.markdown else table.text() for table in measured.values()))
    if arguments.json:
        records = {name: table.records() for name, table in measured.items()}
        arguments.json.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
