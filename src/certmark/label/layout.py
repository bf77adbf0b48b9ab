"""Where everything stands on a label: the code at the left, the words beside it, as large as they fit.

The margin around the code is its quiet zone. The words begin level with the upper edge of its dark modules and end
level with the lower one. On paper that is higher than wide they stand below the code, as wide as it is.
"""

from __future__ import annotations

from itertools import accumulate, repeat, takewhile
from operator import mul
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.label.codes import place_code, room_for
from certmark.label.composing import Column, compose
from certmark.label.ink import BLACK
from certmark.label.label import Label
from certmark.label.paper import LARGEST, Paper
from certmark.label.refusal import LabelError, LabelSizeError
from certmark.label.spoken import spoken
from certmark.label.typeface import X_HEIGHT, marks_in, missing_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.label.codes import Room
    from certmark.label.ink import Ink
    from certmark.label.mark import Mark
    from certmark.label.particulars import Particulars
    from certmark.label.spoken import Spoken
    from certmark.wording import Words

SMALLEST_X_HEIGHT: Final = 0.9
"""In mm, of the letter x: the law of food labels asks for 1.2 mm, and for 0.9 mm where there is little room (Regulation
(EU) No 1169/2011, Article 13(2) and (3)); that of cybersecurity labels says nothing."""

EASY_X_HEIGHT: Final = 1.2
"""In mm; large labels get larger letters."""

_EM_BY_SIDE: Final = 0.07
_MARGIN_BY_SIDE: Final = 0.06
_STEP: Final = 0.98
_SMALLEST: Final = SMALLEST_X_HEIGHT / X_HEIGHT


def lay_out(
    particulars: Particulars, text: str, *, paper: Paper, words: Words, mark: Mark | None = None, ink: Ink = BLACK
) -> Label:
    """Lay a label out.

    Args:
        particulars: what it says of the certificate.
        text: what its code holds, a link or a bare code.
        paper: its size, and the printer's dots.
        words: the words of a language.
        mark: the official mark, if it is to stand on the label.
        ink: colour of the print; ``Ink.of`` holds it against the paper.

    Raises:
        LabelSizeError: code, words or mark would be too small to be read; the message says which size would do.
        LabelError: the typeface lacks a character, or there is a combining mark.
        TextError: the text is neither a link nor a bare code.
        CapacityError: no symbol holds it.
    """
    said = spoken(particulars, words)
    for paragraph in said.paragraphs:
        for wrong, problem in (
            (missing_in(paragraph), "the typeface of labels does not have"),
            (marks_in(paragraph), "labels cannot set combining marks, as"),
        ):
            if wrong:
                named = ", ".join(f"U+{ord(character):04X}" for character in wrong[:5])
                raise LabelError(f"{problem} {named}: no label can say {paragraph!r}")
    request = _Request(said, text, mark, ink)
    label = request.on(paper)
    if label is None:
        raise LabelSizeError(
            f"the words do not fit on {paper.width:g} x {paper.height:g} mm in letters that can be read: "
            f"{request.advice(paper)}"
        )
    return label


class _Request(NamedTuple):
    """What is to stand on a label, whatever its size."""

    said: Spoken
    text: str
    mark: Mark | None
    ink: Ink

    def on(self, paper: Paper) -> Label | None:
        """Lay it out level with the code, or where it does not fit so, from margin to margin."""
        room = room_for(self.text, paper)
        size = max(EASY_X_HEIGHT / X_HEIGHT, _EM_BY_SIDE * paper.side)
        sizes = takewhile(lambda size: size > _SMALLEST, accumulate(repeat(_STEP), mul, initial=size))
        said, steps = self.said, (*sizes, _SMALLEST)
        for column in _columns(room, paper):
            for size in steps:
                composed = compose(said, column, size=size, mark=self.mark)
                if composed is not None:
                    code = place_code(self.text, room, paper.dots)
                    return Label(paper, said.language, said.title, said.description, code, *composed, self.ink)
        return None

    def advice(self, paper: Paper) -> str:
        """Say which size of the same proportions would do."""
        shape = paper.width / paper.height
        for height in range(int(paper.height) + 1, int(LARGEST / max(shape, 1)) + 1):
            larger = Paper(height, round(shape * height, 1), paper.dots)
            columns = _columns(room_for(self.text, larger), larger)
            if any(compose(self.said, column, size=_SMALLEST, mark=self.mark) for column in columns):
                return f"give {larger.width:g}x{larger.height:g}mm"
        return "give a size of other proportions"


def _columns(room: Room, paper: Paper) -> Iterator[Column]:
    """Give the places where the words may stand."""
    dots, edge = paper.dots, paper.dots.mm(room.edge)
    margin = min(edge, _MARGIN_BY_SIDE * paper.side)
    if paper.upright:
        for left in (edge, margin):
            yield Column(left, 2 * edge + room.side, paper.width - left, paper.height - left, dots)
    else:
        for top, bottom in ((edge, edge + room.side), (margin, paper.height - margin)):
            yield Column(2 * edge + room.side, top, paper.width - edge, bottom, dots)
