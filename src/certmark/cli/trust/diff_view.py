"""A comparison as a person reads it: broken rules first, then what is removed, then the rest by whom it is about."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.table import Table

from certmark.cli.screen import styled
from certmark.cli.trust.diff_words import says, whom
from certmark.cli.trust.words import IN_UTC
from certmark.trust.publish.differences import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from certmark.trust.publish.differences import Comparison, Difference

UNVERIFIED: Final = "Signatures were not verified: what stands here is what the two files say."


def view(found: Comparison) -> Iterator[RenderableType]:
    """Give what to print, from top to bottom."""
    yield styled(" UNVERIFIED ", "bold white on red").append_text(styled(f" {UNVERIFIED}", "bold red"))
    if found.broken:
        yield Padding(_broken(found), (1, 0, 0, 0))
    if not found.differences:
        yield Padding(styled("Nothing differs."), (1, 0, 0, 0))
        return
    removed = [each for each in found.differences if each.change is Change.REMOVED]
    if removed:
        yield Padding(styled(" REMOVED ", "bold white on red"), (1, 0, 0, 0))
        yield from _grouped(removed, "bold red")
    yield from _grouped((each for each in found.differences if each.change is not Change.REMOVED), "")
    yield Padding(styled(IN_UTC, "dim"), (1, 0, 0, 0))


def _broken(found: Comparison) -> RenderableType:
    rows = _rows()
    for each in found.broken:
        rows.add_row(styled(f" {each.rule} ", "bold white on red"), styled(f"{each.place}: {each.problem}", "bold red"))
    return rows


def _grouped(differences: Iterable[Difference], style: str) -> Iterator[RenderableType]:
    for heading, group in groupby(differences, key=lambda each: whom(each.whom)):
        yield Padding(styled(heading, "bold"), (1, 0, 0, 0))
        rows = _rows()
        for each in group:
            rows.add_row(styled("-"), styled(says(each), style))
        yield rows


def _rows() -> Table:
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    return rows
