"""The typeface of labels, Noto Sans in a narrow cut: widths, outlines and font files of two weights.

All formats draw from one variable font, so that they have the same letters of the same width.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from enum import Enum
from functools import cache
from math import floor
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import category

from certmark.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNITS_PER_EM: Final = 1000
X_HEIGHT: Final = 0.536
CAP_HEIGHT: Final = 0.714
DESCENT: Final = 0.22
"""How far letters reach below the line, in em."""

_FILE: Final = "NotoSans[wdth,wght].ttf"
_WIDTH: Final = 87.5  # of 62.5 to 100: SemiCondensed, as on packages
_DROPPED: Final = ("GDEF", "GPOS", "GSUB", "MVAR", "STAT")


class Weight(Enum):
    """Weights, by their numbers in the font."""

    REGULAR = 400
    BOLD = 650


class Glyph(NamedTuple):
    """A letter.

    Attributes:
        advance: width in units of the em.
        outline: SVG path data in the same units, y upwards; empty for a space.
        left: where it begins, in the same units; below 0 for a J, which reaches beyond.
    """

    advance: int
    outline: str
    left: int


@contextmanager
def needing(purpose: str) -> Iterator[None]:
    """Say which extra to install when a package of this one cannot be imported.

    Raises:
        MissingExtraError: it cannot.
    """
    try:
        yield
    except ImportError:
        raise MissingExtraError("label", purpose) from None


def missing_in(text: str) -> str:
    """Give the characters of a text that the typeface does not have, each once."""
    known = _characters()
    return "".join(dict.fromkeys(character for character in text if ord(character) not in known))


def marks_in(text: str) -> str:
    """Give the combining marks of a text, each once: without GPOS and GSUB they stand at a wrong place or letter."""
    return "".join(dict.fromkeys(character for character in text if category(character).startswith("M")))


def advance(text: str, weight: Weight) -> float:
    """Give the width of a text that the typeface has, in em."""
    return sum(glyph(character, weight).advance for character in text) / UNITS_PER_EM


def overhang(text: str, weight: Weight) -> float:
    """Give how far the first letter of a text reaches beyond its beginning, in em."""
    return max(0, -glyph(text[0], weight).left) / UNITS_PER_EM if text else 0.0


@cache
def glyph(character: str, weight: Weight) -> Glyph:
    """Give a letter that the typeface has."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.svgPathPen import SVGPathPen

    glyphs = _glyph_set(weight)
    drawn = glyphs[_characters()[ord(character)]]
    pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
    drawn.draw(pen)
    bounds = BoundsPen(glyphs)
    drawn.draw(bounds)
    return Glyph(round(drawn.width), pen.getCommands(), floor(bounds.bounds[0]) if bounds.bounds else 0)


def font_file(characters: Iterable[str], weight: Weight) -> bytes:
    """Make a TrueType font of one weight that has the given characters only."""
    from fontTools import subset
    from fontTools.varLib import instancer

    font = _open()
    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=[*range(7)])
    options.drop_tables += _DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, _location(weight), inplace=True)
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def _open() -> Any:  # noqa: ANN401 the extra is not there for everyone
    with needing("drawing labels"):
        import fontpkg_noto_sans
        from fontTools.ttLib import TTFont
    data = (fontpkg_noto_sans.ROOT / "files" / _FILE).read_bytes()
    return TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False)


@cache
def _font() -> Any:  # noqa: ANN401
    return _open()


@cache
def _characters() -> dict[int, str]:
    names: dict[int, str] = _font().getBestCmap()
    return names


@cache
def _glyph_set(weight: Weight) -> Any:  # noqa: ANN401
    return _font().getGlyphSet(location=_location(weight))


def _location(weight: Weight) -> dict[str, float]:
    return {"wght": weight.value, "wdth": _WIDTH}
