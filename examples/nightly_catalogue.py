r"""A shop's nightly check of its catalogue: what changed since yesterday, and a record of the check of each change.

The catalogue is a CSV file with the columns ``sku`` and ``token``, and perhaps ``gtin``, ``model`` and ``version``. Run
it each night, after ``certmark trust refresh`` has brought the lists of the store up to date::

    python examples/nightly_catalogue.py catalogue.csv --store lists --anchor $(sha256sum root.cose | cut -c 1-64) \
        --keep nightly

In the folder ``nightly`` it keeps ``verdicts.json``, the answers of the last night, and for each night with changes
``DATE/changes.csv`` and ``DATE/SKU.json``, the records of those checks. A night that ends early leaves the folder as it
was, and is made up for by the next one.

Each change is one of three: STOP, the product must no longer be promoted as certified, which it could be yesterday;
ROW, nothing was asked since the row itself is wrong, such as a GTIN with a typing error; and note. Exit code: 1 where
there is a STOP, else 0.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from certmark import files
from certmark.bulk import Checked, FromStore, check_catalogue
from certmark.bulk.catalogue import judged, report_on
from certmark.bulk.csv_rows import read_catalogue, row_of
from certmark.fetch import TrustStore
from certmark.record import CheckRecord
from certmark.spreadsheets import harmless
from certmark.verify import Product

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from certmark.bulk import Row

KEPT = ("sku", "may_promote", "certificate_status", "indication", "reason", "row_problem")


class Verdict(NamedTuple):
    """What a night keeps of a product."""

    may_promote: str
    certificate_status: str
    indication: str
    reason: str
    row_problem: str

    @classmethod
    def of(cls, checked: Checked) -> Verdict:
        """Keep what may change from night to night."""
        reason = checked.reason or checked.may_promote_basis
        status, indication, problem = str(checked.certificate_status), str(checked.indication), checked.row_problem
        return cls(checked.may_promote, status, indication, reason, problem or "")


class Change(NamedTuple):
    """A product whose answer is not that of yesterday."""

    sku: str
    before: Verdict | None
    now: Verdict

    @property
    def must_come_down(self) -> bool:
        """Whether the shop must stop to promote it as certified (Regulation (EU) 2024/482, Article 9(2)(d))."""
        if self.now.row_problem or self.now.may_promote != "no" or self.before is None:
            return False
        return self.before.may_promote != "no" or self.before.row_problem != ""

    @property
    def kind(self) -> str:
        """What is to be done: see above."""
        if self.must_come_down:
            return "STOP"
        return "ROW" if self.now.row_problem else "note"

    def __str__(self) -> str:
        before = "new" if self.before is None else f"{self.before.may_promote}, {self.before.certificate_status}"
        return f"{self.sku}: {before} -> {self.now.may_promote}, {self.now.certificate_status}: {self.now.reason}"


def catalogue(path: Path) -> Iterator[tuple[str, Row]]:
    """Read the SKU and the row of each product; bad rows have no SKU, and go by their line."""
    with path.open("rb") as stream:
        header, records = read_catalogue(stream)
        place = header.place_of("sku")
        if place is None:
            raise SystemExit(f"{path}: no column 'sku'")
        for record in records:
            sku = record.cells[place] if len(record.cells) > place else ""
            yield sku or f"line {record.line}", row_of(header, record)


def night(path: Path, opening: FromStore, keep: Path, *, at: datetime, jobs: int | None = None) -> list[Change]:
    """Check a catalogue and keep what came of it."""
    yesterday = read_verdicts(keep / "verdicts.json")
    today: dict[str, Verdict] = {}
    changed: list[tuple[Change, Row]] = []
    named, asked = tee(catalogue(path))  # read once: the file may be replaced meanwhile
    answers = check_catalogue((row for _, row in asked), opening, at=at, jobs=jobs)
    again: Counter[str] = Counter()
    for (name, row), checked in zip(named, answers, strict=True):
        sku = name
        while sku in today:  # counted, and not named by its line, which moves from night to night
            again[name] += 1
            sku = f"{name} (again {again[name]})"
        today[sku] = Verdict.of(checked)
        if yesterday.get(sku) != today[sku]:
            changed.append((Change(sku, yesterday.get(sku), today[sku]), row))
    changes = [change for change, _ in changed]
    night_files = dict(records(changed, opening, keep / at.date().isoformat(), at=at)) if changed else {}
    if changes:
        rows = [(each.sku, *each.now) for each in changes]
        night_files[keep / at.date().isoformat() / "changes.csv"] = table(rows)
    # the verdicts last: without them the next night finds the same changes again
    files.write({**night_files, keep / "verdicts.json": json.dumps(today, indent=0).encode()})
    return changes


def records(
    changed: Sequence[tuple[Change, Row]], opening: FromStore, folder: Path, *, at: datetime
) -> Iterator[tuple[Path, bytes]]:
    """Make the record of each change: the same check again, by this process."""
    verifier = opening()
    for change, row in changed:
        asked = judged(row)
        expect = None if asked.problem else Product(row.gtin, row.model, row.version)
        report = report_on(verifier, asked, at=at)
        token = None if asked.problem else row.token
        record = CheckRecord.of(report, token=token, verifier=verifier, expect=expect)
        yield folder / f"{file_name(change.sku)}.json", record.to_json()


def file_name(sku: str) -> str:
    """Make a name of a file of an SKU, whatever stands in it."""
    name = quote(sku, safe=" ")
    return name if len(name) <= 100 else f"{name[:60]}-{sha256(sku.encode('utf-8', 'replace')).hexdigest()[:16]}"


def table(rows: Sequence[Sequence[str]]) -> bytes:
    """Write CSV that is harmless to spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out)  # its ends of lines, since with others a carriage return in a cell would be one more
    writer.writerow(KEPT)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def read_verdicts(path: Path) -> Mapping[str, Verdict]:
    """Read what the last night kept; nothing, on the first one."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="ascii"))
    return {sku: Verdict(*verdict) for sku, verdict in kept.items()}


def main() -> int:
    """Check a catalogue."""
    asked = argparse.ArgumentParser(description="Check a catalogue against the newest lists.")
    asked.add_argument("catalogue", type=Path)
    asked.add_argument("--store", type=Path, required=True, help="folder of the lists")
    asked.add_argument("--anchor", required=True, help="SHA-256 of the root file that you trust")
    asked.add_argument("--keep", type=Path, required=True, help="folder of verdicts, changes and records")
    asked.add_argument("--at", type=datetime.fromisoformat, help="time of the check; now when left out")
    options = asked.parse_args()
    at = options.at or datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 a program reads the clock
    store = TrustStore(options.store, anchor=options.anchor)
    contents = store.contents()
    status = store.statuses(store.open(contents).snapshot)
    opening = FromStore(directory=options.store, anchor=options.anchor, contents=contents, status=status)
    changes = night(options.catalogue, opening, options.keep, at=at)
    for change in changes:
        print(f"{change.kind} {change}".encode("ascii", "backslashreplace").decode())
    print(f"{len(changes)} changes")
    return 1 if any(change.must_come_down for change in changes) else 0


if __name__ == "__main__":
    sys.exit(main())
