"""``certmark register list`` and ``show``: what the register holds."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.exits import ExitCode
from certmark.cli.register.options import AsJson, CertificateId, Location
from certmark.cli.register.options import opened as open_register
from certmark.cli.register.tokens import write_tokens
from certmark.cli.screen import say, show, styled, table

if TYPE_CHECKING:
    from rich.table import Table

    from certmark.register import CertificateRecord, Event

Asked = Annotated[
    str | None,
    typer.Option("--at", metavar="RFC3339", help="Time of asking, not before the last decision.  [default: now]"),
]


class Status(StrEnum):
    """The four states (Article 42(1)(b))."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def list_certificates(
    *,
    register: Location,
    status: Annotated[Status | None, typer.Option(help="Only those that stand so.")] = None,
    holder: Annotated[str | None, typer.Option(metavar="NAME", help="Only those of a holder.")] = None,
    scheme: Annotated[str | None, typer.Option(metavar="ID", help="Only those of a scheme.")] = None,
    at: Asked = None,
    as_json: AsJson = False,
) -> int:
    """List the certificates and how they stand."""
    now = at_or_now(at)
    with open_register(register) as book:
        found = [
            record
            for record in book.certificates(holder=holder, scheme=scheme)
            if status is None or record.status(now).value == status.value
        ]
    if as_json:
        from certmark.cli.register import record_json
        from certmark.cli.verify import json_text

        rows = [record_json.certificate(record) | record_json.standing(record, at=now) for record in found]
        say(json_text(rows, indent=2))
    elif found:
        certificates = table("id", "status", "valid until", "index", "product", whole=("id", "valid until"))
        for record in found:
            index = "" if record.index is None else str(record.index)
            cells = (record.id, _words(record.status(now).value), str(record.valid_until), index, _product(record))
            certificates.add_row(*map(styled, cells))
        show(certificates)
    else:
        say("no certificates")
    return ExitCode.PASSED


def show_certificate(
    certificate_id: CertificateId,
    *,
    register: Location,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write its newest tokens: ID.cose, .txt, .svg, .png and ID+label.cose ..."),
    ] = None,
    at: Asked = None,
    as_json: AsJson = False,
) -> int:
    """Show a certificate and all that was decided about it."""
    now = at_or_now(at)
    with open_register(register) as book:
        record, events = book.certificate(certificate_id), book.history(certificate_id)
    if out is not None:
        write_tokens(record, out)
    if as_json:
        from certmark.cli.register import record_json
        from certmark.cli.verify import json_text

        said = record_json.certificate(record) | record_json.standing(record, at=now)
        say(json_text(said | {"history": record_json.history(events)}, indent=2))
    else:
        show(_facts(record, _words(record.status(now).value)), "", _history(events))
    return ExitCode.PASSED


def _facts(record: CertificateRecord, status: str) -> Table:
    days = record.standing.suspension
    said = {
        "certificate": record.id,
        "product": _product(record),
        "status": status,
        "suspended": days and f"from {days.first_day} to {days.last_day}, both included",
        "issued": f"{record.issued} by {record.entity}, {record.scheme} {record.level}",
        "valid until": str(record.valid_until),
        "status list": record.list_uri and f"{record.list_uri}, index {record.index}",
        "replaces": record.replaces,
        "replaced by": record.replaced_by,
        "tokens": ", ".join(f"{each.number} {each.content}" for each in record.editions) or "purged",
    }
    facts = table()
    for name, value in said.items():
        if value:
            facts.add_row(styled(name, "dim"), styled(value))
    return facts


def _history(events: tuple[Event, ...]) -> Table:
    entries = table("time", "event", "by", "article", "reason", whole=("time",))
    for event in events:
        cells = (f"{event.time:%Y-%m-%d %H:%M}", _words(event.kind.value), event.actor or "", event.article or "")
        entries.add_row(*map(styled, (*cells, event.reason or "")))
    return entries


def _product(record: CertificateRecord) -> str:
    return f"{record.whole.document.subject.name}" if record.editions else "purged"


def _words(value: str) -> str:
    return value.replace("_", " ")
