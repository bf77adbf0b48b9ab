"""Words into lines: text of two weights, broken where it may be broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from certmark.label.typeface import Weight, advance, overhang

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Stretch(NamedTuple):
    """A stretch of text in one weight.

    Attributes:
        text: broken at spaces, not at no-break spaces.
        weight: weight.
    """

    text: str
    weight: Weight = Weight.REGULAR


Paragraph: TypeAlias = "Sequence[Stretch]"


class Piece(NamedTuple):
    """A part of a line in one weight.

    Attributes:
        x: where it begins, in em from the left.
        text: what it says.
        weight: weight.
    """

    x: float
    text: str
    weight: Weight


def broken(paragraph: Paragraph, width: float) -> list[list[Piece]] | None:
    """Break a paragraph into lines.

    Args:
        paragraph: what is said, in its order.
        width: of the longest line, in em.

    Returns:
        The lines, or None when a word alone is too wide. A word is broken only after hyphens that it has. No letter
        reaches beyond the left edge, next to which the quiet zone of the code may lie.
    """
    lines: list[list[Piece]] = []
    end = width
    for text, weight, glued in _atoms(paragraph, width):
        space = 0.0 if glued else advance(" ", weight)
        length = advance(text, weight)
        if end + space + length > width:
            begin = overhang(text, weight)
            end = begin + length
            if end > width:
                return None
            lines.append([Piece(begin, text, weight)])
            continue
        line = lines[-1]
        if line[-1].weight is weight:
            line[-1] = line[-1]._replace(text=f"{line[-1].text}{'' if glued else ' '}{text}")
        else:
            line.append(Piece(end + space, text, weight))
        end += space + length
    return lines


def _atoms(paragraph: Paragraph, width: float) -> Iterator[tuple[str, Weight, bool]]:
    for text, weight in paragraph:
        for word in text.split(" "):
            fits = overhang(word, weight) + advance(word, weight) <= width
            parts = [word] if fits else re.split("(?<=-)", word)
            yield from ((part, weight, number > 0) for number, part in enumerate(parts))
