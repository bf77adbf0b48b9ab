"""Many labels on A4, with marks to cut along."""

from __future__ import annotations

from itertools import islice
from math import floor
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.label.pdf import document
from certmark.label.refusal import LabelError, LabelSizeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from certmark.label.label import Label
    from certmark.label.paper import Paper
    from certmark.label.pdf import Document

MOST_LABELS: Final = 1000
"""All of them are in memory before the file is written."""

_WIDTH: Final = 210.0
_HEIGHT: Final = 297.0
_MARGIN: Final = 10.0  # what office printers leave blank, and room for the marks
_GAP: Final = 4.0
_CUT: Final = 4.0
_CUT_DISTANCE: Final = 1.5
_CUT_WIDTH: Final = 0.1


class _Grid(NamedTuple):
    """Where labels stand on a page.

    Attributes:
        lefts: left edges, in mm.
        tops: upper edges, in mm.
    """

    lefts: tuple[float, ...]
    tops: tuple[float, ...]

    @classmethod
    def of(cls, paper: Paper) -> _Grid:
        return cls(
            _edges(paper.width, _WIDTH, paper),
            _edges(paper.height, _HEIGHT, paper),
        )


def _edges(length: float, room: float, paper: Paper) -> tuple[float, ...]:
    number = floor((room - 2 * _MARGIN + _GAP) / (length + _GAP) + 1e-9)
    if number < 1:
        raise LabelSizeError(
            f"a label of {paper.width:g} x {paper.height:g} mm is larger than A4 within its margins: "
            f"give a --size of {_WIDTH - 2 * _MARGIN:g} x {_HEIGHT - 2 * _MARGIN:g} mm at most"
        )
    used = number * (length + _GAP) - _GAP
    first = (room - used) / 2 if room == _WIDTH else _MARGIN
    return tuple(paper.dots.snap(first + step * (length + _GAP)) for step in range(number))


def sheet(labels: Iterable[Label], *, at: datetime) -> bytes:
    """Draw labels of one size on pages of A4, row by row, as a PDF document.

    Args:
        labels: at least one, and at most ``MOST_LABELS``.
        at: the time that the document states as that of its creation.

    Raises:
        LabelSizeError: a label is larger than the page within its margins.
        LabelError: there are none, too many, or some of another size or language.
        MissingExtraError: the ``label`` extra is not installed.
    """
    drawn = tuple(islice(labels, MOST_LABELS + 1))
    if not drawn:
        raise LabelError("there is no label to print: give one token at least")
    if len(drawn) > MOST_LABELS:
        raise LabelError(f"more than {MOST_LABELS} labels: print them as several sheets")
    first = drawn[0]
    if len({(label.paper, label.language, label.ink) for label in drawn}) > 1:
        raise LabelError("the labels of a sheet have one size, one language and one colour")
    grid = _Grid.of(first.paper)
    number = "1 label" if len(drawn) == 1 else f"{len(drawn)} labels"
    with document(drawn, f"{first.title} ({number})", at=at) as pages:
        places = [(x, y) for y in grid.tops for x in grid.lefts]
        waiting = iter(drawn)
        while page := tuple(islice(waiting, len(places))):
            pages.add_page(_WIDTH, _HEIGHT)
            _cut_marks(pages, grid, first.paper, rows=-(-len(page) // len(grid.lefts)))
            for label, (x, y) in zip(page, places, strict=False):
                pages.draw(label, x=x, y=y)
        return pages.finished()


def _cut_marks(pages: Document, grid: _Grid, paper: Paper, *, rows: int) -> None:
    left, right = grid.lefts[0], grid.lefts[-1] + paper.width
    top, bottom = grid.tops[0], grid.tops[rows - 1] + paper.height
    near, far = _CUT_DISTANCE, _CUT_DISTANCE + _CUT
    for x in _both_edges(grid.lefts, paper.width):
        pages.line(x, top - far, to=(x, top - near), width=_CUT_WIDTH)
        pages.line(x, bottom + near, to=(x, bottom + far), width=_CUT_WIDTH)
    for y in _both_edges(grid.tops[:rows], paper.height):
        pages.line(left - far, y, to=(left - near, y), width=_CUT_WIDTH)
        pages.line(right + near, y, to=(right + far, y), width=_CUT_WIDTH)


def _both_edges(firsts: Iterable[float], length: float) -> Iterator[float]:
    for first in firsts:
        yield first
        yield first + length
