"""The story as it is told on the terminal."""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from certmark.cli.demo.europe import LABEL, NCCA_OF
from certmark.cli.demo.files import COMMANDS
from certmark.cli.report_view import PROMOTION_STYLES, VERDICT_STYLES
from certmark.cli.screen import make_console, say, section, show, styled
from certmark.verify import StatusSnapshot, TrustSnapshot, Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rich.console import RenderableType

    from certmark.cli.demo.cases import Case
    from certmark.cli.demo.europe import Europe
    from certmark.transport import Symbol
    from certmark.verify import Report

_BORDER: Final = 4


def tell(europe: Europe, cases: Sequence[Case], *, out: Path, at: datetime) -> bool:
    """Verify every code and tell what happens.

    Returns:
        Whether every verdict was as it should be.
    """
    snapshot = TrustSnapshot.open(europe.bundle, anchor=sha256(europe.root).digest())
    verifier = Verifier(snapshot, StatusSnapshot.open(europe.status_lists.values(), snapshot))
    reports = [verifier.report(case.text, at=at) for case in cases]
    show(
        styled("certmark demo", "bold").append("  a fictitious Europe on this machine, without network"),
        _chapter(1, "Trust", styled(_about_trust(europe))),
        _chapter(2, "Issue", _about_issue(cases)),
    )
    _draw(next(case.issued.symbol() for case in cases if case.issued is not None))
    show(
        _chapter(3, "Verify", styled("Offline: with bundle, status lists and a clock, as a shop or an app would.")),
        Padding(_verdicts(cases, reports), (1, 0, 0, 2)),
        _chapter(4, "Try it", styled(f"The files are in {out}. Inside that folder:")),
        "",
    )
    for command in COMMANDS:
        say(command)  # not wrapped, so that it can be copied
    return all(map(_is_as_expected, cases, reports))


def _about_trust(europe: Europe) -> str:
    territories = ", ".join(NCCA_OF)
    return (
        f"A root (2 of 3 keys, labelled {LABEL}) says who signs the union list (2 of 3 keys). That list points to the "
        f"lists of {territories}, each signed by its authority. They name {len(europe.bodies)} certification bodies, "
        f"their keys and what they may certify. All of it: trust.bundle, {len(europe.bundle)} bytes."
    )


def _about_issue(cases: Sequence[Case]) -> RenderableType:
    sizes = Table.grid(padding=(0, 2))
    subject = ""
    for case in cases:
        if case.issued is not None:
            subject = case.issued.document.subject.name
            said = f"{len(case.issued.cose)} bytes signed", f"{len(case.text)} characters"
            sizes.add_row(*map(styled, (case.name, *said, f"QR version {case.issued.symbol().version}")))
    return Group(styled(f"AT-9001 certifies the {subject}. The label, and the certificate in full:"), sizes)


def _draw(symbol: Symbol) -> None:
    """Show the symbol, where the terminal has room and characters for it."""
    console = make_console()
    colours = console.color_system is not None and not console.no_color
    drawn = symbol.terminal(border=_BORDER, colour=colours)
    fits = symbol.size + 2 * _BORDER <= console.width
    try:
        drawn.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        fits = False
    sys.stdout.write(f"\n{drawn}" if fits else "\n   (no room to draw it here: see label.png)\n")


def _verdicts(cases: Sequence[Case], reports: Sequence[Report]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("code")
    table.add_column("verdict", no_wrap=True)
    table.add_column("promote", no_wrap=True)
    table.add_column("why")
    for case, report in zip(cases, reports, strict=True):
        why = report.decisive.reason if report.decisive else _status_reason(report)
        verdict = styled(f" {report.indication} ", VERDICT_STYLES[report.indication])
        if not _is_as_expected(case, report):
            verdict.append("\nUNEXPECTED", style="bold red")
        promote = styled(report.may_promote, PROMOTION_STYLES[report.may_promote])
        table.add_row(styled(case.title), verdict, promote, styled(why))
    return table


def _status_reason(report: Report) -> str:
    name = report.issuer.name if report.issuer else ""
    return f"Signed by {name}, {report.certificate_status.replace('_', ' ')}."


def _is_as_expected(case: Case, report: Report) -> bool:
    return (report.sub_indication, report.may_promote) == (case.expected, case.may_promote)


def _chapter(number: int, title: str, content: RenderableType) -> RenderableType:
    line = Table.grid(padding=(0, 2))
    line.add_column(no_wrap=True, width=10)
    line.add_column()
    line.add_row(styled(f"{number}  {title}", "bold"), content)
    return section(line)
