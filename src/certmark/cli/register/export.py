"""``certmark register export``: what Article 42 has ENISA publish."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.exits import ExitCode
from certmark.cli.register.options import Location
from certmark.cli.register.options import opened as open_register
from certmark.cli.register.reading import Asked
from certmark.cli.screen import standard_output, visible
from certmark.cli.writing import write_files


class Format(StrEnum):
    """How it is written."""

    JSON = "json"
    CSV = "csv"


def export(
    *,
    register: Location,
    written_as: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.JSON,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Replaced as a whole.  [default: standard output]")
    ] = None,
    at: Asked = None,
) -> int:
    """Write what ENISA publishes, as JSON or CSV.

    Article 42: id, versions, status and links of every certificate.
    """
    now = at_or_now(at)
    with open_register(register, writes=out) as book:
        from certmark.register.export import to_csv, to_json

        text = (to_json if written_as is Format.JSON else to_csv)(book.certificates(), at=now)
    if out is not None:
        write_files(out.parent, {out.name: text.encode()})
        return ExitCode.PASSED
    with standard_output() as screen:
        screen.write("".join(f"{visible(line)}\n" for line in text.splitlines()) if screen.isatty() else text)
    return ExitCode.PASSED
