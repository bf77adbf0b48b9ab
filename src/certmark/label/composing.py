"""The words of a label set beside its code: one size of letters, or None when it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.label.label import Box, Picture, Run
from certmark.label.lines import broken
from certmark.label.paper import LOWEST
from certmark.label.typeface import CAP_HEIGHT, DESCENT, Weight, advance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certmark.label.lines import Paragraph, Piece
    from certmark.label.mark import Mark
    from certmark.label.paper import Dots
    from certmark.label.spoken import Spoken

_MARK: Final = 0.28  # height of the mark by that of the column
# the rest in em
_SCHEME: Final = 1.8  # size of the scheme's name
_LEADING: Final = 1.22
_AFTER_SCHEME: Final = 1.52
_BEFORE_RULE: Final = 0.35
_AFTER_RULE: Final = 0.55
_RULE: Final = 0.07
_BANNER: Final = 1.5
_BANNER_SIDES: Final = 0.5


class Column(NamedTuple):
    """Where words stand, in mm from the upper left corner of the label.

    Attributes:
        left: where lines begin.
        top: upper edge of the first capitals.
        right: where lines end at most.
        bottom: last base line.
        dots: grid of the printer.
    """

    left: float
    top: float
    right: float
    bottom: float
    dots: Dots

    @property
    def width(self) -> float:
        """Length of the longest line."""
        return self.right - self.left


class Composed(NamedTuple):
    """What stands in a column."""

    boxes: tuple[Box, ...]
    runs: tuple[Run, ...]
    picture: Picture | None


def compose(said: Spoken, column: Column, *, size: float, mark: Mark | None) -> Composed | None:
    """Set words in one size: scheme and level at the top, a rule or a banner, and the rest down to the bottom.

    Args:
        said: the words.
        column: where they stand.
        size: em of the letters, in mm.
        mark: the official mark, which stands at the right of scheme and level.

    Returns:
        What stands where, or None when it does not fit.
    """
    snap, left, width = column.dots.snap, column.left, column.width / size
    picture = None if mark is None else _placed(mark, column)
    beside = width if picture is None else (picture.x - left) / size - 1
    scheme, level = _lines([said.scheme], beside / _SCHEME), _lines([said.level], beside)
    below = _lines(said.details, width)
    if not (scheme and level and below):
        return None
    first = column.bottom - (len(below) - 1) * _LEADING * size
    thickness = size * (_BANNER if said.banner else _RULE)
    rule = first - (CAP_HEIGHT + _AFTER_RULE) * size - thickness
    base = column.top + (CAP_HEIGHT + _LEADING * (len(scheme) - 1)) * _SCHEME * size + _AFTER_SCHEME * size
    end = base + (_LEADING * (len(level) - 1) + DESCENT) * size
    if rule < max(end, picture.y + picture.height if picture else 0.0) + _BEFORE_RULE * size:
        return None
    box = Box(snap(left), snap(rule), snap(column.width), max(snap(thickness), column.dots.mm(1)))
    runs = [*_set(scheme, column, column.top + CAP_HEIGHT * _SCHEME * size, size=_SCHEME * size)]
    runs += _set(level, column, base, size=size)
    if said.banner:
        if advance(said.banner, Weight.BOLD) > width - 2 * _BANNER_SIDES:
            return None
        y = snap(box.y + (box.height + CAP_HEIGHT * size) / 2)
        runs.append(Run(snap(left + _BANNER_SIDES * size), y, size, Weight.BOLD, said.banner, white=True))
    runs += _set(below, column, first, size=size)
    return Composed((box,), tuple(runs), picture)


def _placed(mark: Mark, column: Column) -> Picture:
    height = max(LOWEST, _MARK * (column.bottom - column.top))
    width = height * mark.width_by_height
    return Picture(column.right - width, column.top, width, height, mark)


def _lines(paragraphs: Iterable[Paragraph], width: float) -> list[list[Piece]] | None:
    lines: list[list[Piece]] = []
    for paragraph in paragraphs:
        more = broken(paragraph, width)
        if more is None:
            return None
        lines += more
    return lines


def _set(lines: Iterable[Iterable[Piece]], column: Column, y: float, *, size: float) -> list[Run]:
    """Give the runs of lines, the first on the base line y."""
    snap = column.dots.snap
    return [
        Run(snap(column.left + piece.x * size), snap(y + number * _LEADING * size), size, piece.weight, piece.text)
        for number, line in enumerate(lines)
        for piece in line
    ]
