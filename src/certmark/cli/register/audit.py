"""``certmark register audit``: everything is recomputed; exit code 0 if it is sound, 1 if not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from certmark.cli.exits import ExitCode
from certmark.cli.reading import blaming, read_file
from certmark.cli.register.options import AsJson, Location
from certmark.cli.register.options import opened as open_register
from certmark.cli.screen import say, show, styled
from certmark.cli.writing import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from certmark.register import AuditReport, Head

_LARGEST_HEAD: Final = 400


def audit(
    *,
    register: Location,
    head: Annotated[
        str | None, typer.Option(metavar="FILE", help="A head that was exported: it must still be in the log.")
    ] = None,
    export_head: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the head of a sound log; keep it elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Recompute log, tokens, indices and published lists.

    Exit code: 0 sound, 1 not.
    """
    with open_register(register, writes=export_head) as book:
        report = book.audit(known=None if head is None else _read_head(head))
    if export_head is not None and report.is_sound:
        write_files(export_head.parent, {export_head.name: f"{report.head.to_json()}\n".encode("ascii")})
    if as_json:
        from certmark.cli.verify import json_text

        said = {
            "sound": report.is_sound,
            "head": {"seq": report.head.seq, "digest": report.head.digest.hex()},
            "counted": dict(report.counted),
            "findings": [finding._asdict() for finding in report.findings],
        }
        say(json_text(said, indent=2))
    else:
        show(*_report(report))
    return ExitCode.PASSED if report.is_sound else ExitCode.FAILED


def _read_head(path: str) -> Head:
    data = read_file(path, what="the head of a register", at_most=_LARGEST_HEAD)
    from certmark.register import Head

    with blaming(path):
        return Head.from_json(data.decode("utf-8", "replace"))


def _report(report: AuditReport) -> Iterator[RenderableType]:
    counted = ", ".join(f"{number} {name}" for name, number in report.counted.items())
    if report.is_sound:
        yield styled(" SOUND ", "bold white on green").append_text(styled(f"  {counted}"))
    else:
        line = styled(" NOT SOUND ", "bold white on red")
        yield line.append_text(styled(f"  {len(report.findings)} findings in {counted}"))
    for finding in report.findings:
        yield styled(f"{finding.about}  {finding.what}: {finding.says}")
    yield styled(f"head  {report.head.seq} {report.head.digest.hex()}")
