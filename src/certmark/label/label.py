"""A label as one value: what stands where, in millimetres. Every format is drawn from it and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from certmark.label.ink import Ink
    from certmark.label.mark import Mark
    from certmark.label.paper import Paper
    from certmark.label.typeface import Weight
    from certmark.transport import Symbol


class Box(NamedTuple):
    """A dark rectangle, in mm from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Run(NamedTuple):
    """A stretch of text in one weight.

    Attributes:
        x: where it begins, in mm.
        y: its base line, in mm from above.
        size: em, in mm.
        weight: weight.
        text: what it says.
        white: whether it stands on a dark box.
    """

    x: float
    y: float
    size: float
    weight: Weight
    text: str
    white: bool = False


class Code(NamedTuple):
    """The QR symbol.

    Attributes:
        x: left edge of its dark modules, in mm; the quiet zone lies outside.
        y: upper edge of them.
        module: side of a module, in mm: a whole number of dots.
        symbol: the symbol.
    """

    x: float
    y: float
    module: float
    symbol: Symbol


class Picture(NamedTuple):
    """The official mark, in mm from the upper left corner."""

    x: float
    y: float
    width: float
    height: float
    mark: Mark


class Label(NamedTuple):
    """A label, ready to be drawn.

    Attributes:
        paper: size and grid.
        language: of its words, as ``de``.
        title: what it is, in a line.
        description: everything that it says, for people who do not see it.
        code: the QR symbol.
        boxes: drawn before the text.
        runs: the text, in the order of reading.
        picture: the official mark, or None.
        ink: colour of everything but the mark; the paper is not printed.
    """

    paper: Paper
    language: str
    title: str
    description: str
    code: Code
    boxes: tuple[Box, ...]
    runs: tuple[Run, ...]
    picture: Picture | None
    ink: Ink
