"""The colour that a label is printed in, and whether scanners can tell it from the paper."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from certmark.label.refusal import LabelContrastError

LEAST_CONTRAST: Final = 0.7
"""Difference of the light that paper and ink reflect; the best grade of ISO/IEC 15415 for symbol contrast."""

_COLOUR: Final = re.compile("#[0-9A-Fa-f]{6}")
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722  # shares of luminance (sRGB)


class Ink(NamedTuple):
    """A colour, as shares of 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def of(cls, ink: str, *, paper: str = "#ffffff") -> Ink:
        """Read the colour of the ink, and hold it against that of the paper, which is not printed.

        Cameras see luminance, laser scanners red light: the ink must be darker than the paper in both.

        Args:
            ink: as ``#003399``.
            paper: likewise.

        Raises:
            LabelContrastError: they are written otherwise, or too much alike.
        """
        dark, light = _read(ink), _read(paper)
        for seen, contrast in (
            ("cameras", _luminance(light) - _luminance(dark)),
            ("scanners with red light", _linear(light.red) - _linear(dark.red)),
        ):
            if contrast < LEAST_CONTRAST:
                raise LabelContrastError(
                    f"ink of {ink} on paper of {paper} has a contrast of {contrast:.0%} for {seen}: "
                    f"give a darker ink or lighter paper, for {LEAST_CONTRAST:.0%} at least"
                )
        return dark

    @property
    def written(self) -> str:
        """As in SVG and CSS."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


BLACK: Final = Ink(0, 0, 0)


def _read(colour: str) -> Ink:
    if _COLOUR.fullmatch(colour) is None:
        raise LabelContrastError(f"{colour!r} is no colour: write it as #003399")
    return Ink(*bytes.fromhex(colour[1:]))


def _luminance(colour: Ink) -> float:
    return _RED * _linear(colour.red) + _GREEN * _linear(colour.green) + _BLUE * _linear(colour.blue)


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
