"""What ENISA publishes about certificates (Article 42): id, covered versions, status and links, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final, TypeAlias

from certmark.spreadsheets import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certmark.register.records import CertificateRecord

Row: TypeAlias = "dict[str, str | list[str] | None]"

COLUMNS: Final = (
    *("id", "status", "scheme", "level", "issued", "valid_until", "product", "version", "versions", "holder"),
    *("replaces", "replaced_by", "certificate_page_url", "supplementary_information_url"),
)


def rows(records: Iterable[CertificateRecord], *, at: datetime) -> list[Row]:
    """Give one row for each certificate, as it stands at a time; what was purged has no product any more."""
    return [_row(record, at) for record in records]


def to_json(records: Iterable[CertificateRecord], *, at: datetime) -> str:
    """Write the rows as a JSON array."""
    return json.dumps(rows(records, at=at), ensure_ascii=False, indent=2) + "\n"


def to_csv(records: Iterable[CertificateRecord], *, at: datetime) -> str:
    """Write the rows as CSV (RFC 4180), versions one a line in their cell.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; JSON has it as it is.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in rows(records, at=at):
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    return written.getvalue()


def _row(record: CertificateRecord, at: datetime) -> Row:
    document = record.whole.document if record.editions else None
    said: Row = {
        "id": record.id,
        "status": record.status(at).value,
        "scheme": record.scheme,
        "level": record.level,
        "issued": record.issued.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "replaces": record.replaces,
        "replaced_by": record.replaced_by,
    }
    if document is not None:
        said |= {
            "product": document.subject.name,
            "version": document.subject.version,
            "versions": list(document.subject.versions),
            "holder": None if document.holder is None else document.holder.name,
            "certificate_page_url": document.certificate_page_url,
            "supplementary_information_url": document.supplementary_information_url,
        }
    return {column: said.get(column) for column in COLUMNS}


def _cell(value: str | list[str] | None) -> str:
    return harmless("\n".join(value) if isinstance(value, list) else value or "")
