"""A comparison as a person reads it: broken rules first, then what is removed, then the rest by whom it is about."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from certmark.cli.screen import LOUD, grid, section, styled, unverified
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
    yield unverified(UNVERIFIED)
    if found.broken:
        yield section(_broken(found))
    if not found.differences:
        yield section(styled("Nothing differs."))
        return
    removed = [each for each in found.differences if each.change is Change.REMOVED]
    if removed:
        yield section(styled(" REMOVED ", LOUD))
        yield from _grouped(removed, "bold red")
    yield from _grouped((each for each in found.differences if each.change is not Change.REMOVED), "")
    yield section(styled(IN_UTC, "dim"))


def _broken(found: Comparison) -> RenderableType:
    rows = grid(gap=1)
    for each in found.broken:
        rows.add_row(styled(f" {each.rule} ", LOUD), styled(f"{each.place}: {each.problem}", "bold red"))
    return rows


def _grouped(differences: Iterable[Difference], style: str) -> Iterator[RenderableType]:
    for heading, group in groupby(differences, key=lambda each: whom(each.whom)):
        yield section(styled(heading, "bold"))
        rows = grid(gap=1)
        for each in group:
            rows.add_row(styled("-"), styled(says(each), style))
        yield rows
