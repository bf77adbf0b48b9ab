"""Sizes of paper in millimetres and in the dots of a printer."""

from __future__ import annotations

import re
from math import ceil, floor
from typing import Final, NamedTuple

from certmark.label.refusal import LabelSizeError

MM_PER_INCH: Final = 25.4

SMALLEST_DPI: Final = 150
LARGEST_DPI: Final = 2400

LOWEST: Final = 5.0
"""The mark and label are at least 5 mm high (Regulation (EU) 2024/482, Annex IX)."""

LARGEST: Final = 300.0
"""In mm: what is larger is a poster."""

WIDTH_BY_HEIGHT: Final = 2.5

_SIZE: Final = re.compile(r"(?:([0-9]{1,4}(?:\.[0-9]{1,3})?)x)?([0-9]{1,4}(?:\.[0-9]{1,3})?)(?:mm)?", re.ASCII)


class Dots(NamedTuple):
    """The grid of a printer.

    Attributes:
        dpi: dots per inch.
    """

    dpi: int

    def floor(self, mm: float) -> int:
        """Give the whole dots within a length."""
        return floor(mm * self.dpi / MM_PER_INCH + 1e-6)

    def ceil(self, mm: float) -> int:
        """Give the whole dots that cover a length."""
        return ceil(mm * self.dpi / MM_PER_INCH - 1e-6)

    def nearest(self, mm: float) -> int:
        """Give the dot that is nearest to a position."""
        return round(mm * self.dpi / MM_PER_INCH)

    def mm(self, dots: int) -> float:
        """Give the length of some dots."""
        return dots * MM_PER_INCH / self.dpi

    def snap(self, mm: float) -> float:
        """Move a position to the nearest dot."""
        return self.mm(self.nearest(mm))


class Paper(NamedTuple):
    """What a label is printed on.

    Attributes:
        height: in mm.
        width: in mm.
        dots: grid of the printer.
    """

    height: float
    width: float
    dots: Dots

    @property
    def side(self) -> float:
        """The shorter side, in mm: the code takes a square of it."""
        return min(self.width, self.height)

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide: words then stand below the code."""
        return self.height > self.width

    @classmethod
    def of(cls, size: str, *, dpi: int) -> Paper:
        """Read a size: a height (``30mm``; the width follows), or width and height (``70x30mm``).

        Args:
            size: in mm.
            dpi: resolution of the printer.

        Raises:
            LabelSizeError: it is written otherwise, or no label can have this size or resolution.
        """
        found = _SIZE.fullmatch(size)
        if found is None:
            raise LabelSizeError(f"{size!r} is no size: write a height as 30mm, or width and height as 70x30mm")
        height = float(found[2])
        return cls.sized(height, width=float(found[1]) if found[1] else None, dpi=dpi)

    @classmethod
    def sized(cls, height: float, *, width: float | None = None, dpi: int) -> Paper:
        """Give a paper of a height; without a width, one in proportion.

        Raises:
            LabelSizeError: no label can have this size or resolution.
        """
        width = round(WIDTH_BY_HEIGHT * height, 3) if width is None else width
        if not SMALLEST_DPI <= dpi <= LARGEST_DPI:
            raise LabelSizeError(f"{dpi} dpi: give the resolution of the printer, {SMALLEST_DPI} to {LARGEST_DPI} dpi")
        if height < LOWEST:
            raise LabelSizeError(
                f"{height:g} mm is too low: a label is at least {LOWEST:g} mm high (Regulation (EU) 2024/482, Annex IX)"
            )
        if max(width, height) > LARGEST:
            raise LabelSizeError(f"{width:g} x {height:g} mm is too large for a label: give at most {LARGEST:g} mm")
        return cls(height, width, Dots(dpi))
