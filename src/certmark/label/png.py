"""A label as PNG: one pixel for each dot of the printer, ink or none, so that no driver has to guess."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from certmark.label.ink import BLACK
from certmark.label.paper import MM_PER_INCH
from certmark.label.refusal import LabelError, LabelSizeError
from certmark.label.typeface import UNITS_PER_EM, Weight, font_file, glyph, needing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certmark.label.label import Code, Label, Picture, Run
    from certmark.label.paper import Dots

MOST_PIXELS: Final = 50_000_000
"""What readers of pictures accept."""

_FINER: Final = 8
"""Letters are drawn so many times larger and then counted into dots: shapes and spaces come out even."""
_DARK: Final = 255 * 9 // 20
"""A dot is black when the letter covers somewhat less than half of it: thin strokes then stay whole."""


def png(label: Label) -> bytes:
    """Draw a label as a PNG image that states its resolution.

    Raises:
        LabelSizeError: more pixels than readers of pictures accept.
        LabelError: the mark is an SVG file.
        MissingExtraError: the ``label`` extra is not installed.
    """
    with needing("PNG labels"):
        from PIL import Image, ImageDraw
    dots = label.paper.dots
    size = dots.nearest(label.paper.width), dots.nearest(label.paper.height)
    if size[0] * size[1] > MOST_PIXELS:
        raise LabelSizeError(f"{size[0]} x {size[1]} dots are too many for PNG: write PDF or SVG, or lower --dpi")
    plain = label.picture is None and label.ink == BLACK
    image = Image.new("1" if plain else "RGB", size, "white")
    draw = ImageDraw.Draw(image)
    _draw_code(draw, label.code, dots, colour=label.ink.written)
    for box in label.boxes:
        x, y, width, height = map(dots.nearest, box)
        draw.rectangle((x, y, x + width - 1, y + height - 1), fill=label.ink.written)
    fonts = {
        weight: font_file("".join(run.text for run in label.runs if run.weight is weight), weight) for weight in Weight
    }
    for run in label.runs:
        _draw_run(image, run, dots, fonts=fonts, colour=label.ink.written)
    if label.picture is not None:
        _draw_mark(image, label.picture, dots)
    file = BytesIO()
    image.save(file, "PNG", dpi=(dots.dpi, dots.dpi), optimize=True)
    return file.getvalue()


def _draw_code(draw: Any, code: Code, dots: Dots, *, colour: str) -> None:  # noqa: ANN401 the extra is not there for everyone
    left, top, module = map(dots.nearest, code[:3])
    for number, row in enumerate(code.symbol.modules):
        y = top + number * module
        for column, dark in enumerate(row):
            if dark:
                x = left + column * module
                draw.rectangle((x, y, x + module - 1, y + module - 1), fill=colour)


def _draw_run(image: Any, run: Run, dots: Dots, *, fonts: Mapping[Weight, bytes], colour: str) -> None:  # noqa: ANN401
    from PIL import Image, ImageDraw, ImageFont

    em = run.size * dots.dpi / MM_PER_INCH
    font = ImageFont.truetype(BytesIO(fonts[run.weight]), em * _FINER, layout_engine=ImageFont.Layout.BASIC)
    advances = [glyph(character, run.weight).advance * em / UNITS_PER_EM for character in run.text]
    beside, above, below = round(em / 4), round(1.1 * em), round(0.4 * em)  # letters reach beyond their widths
    width, height = round(sum(advances)) + 2 * beside, above + below
    large = Image.new("L", (width * _FINER, height * _FINER), 0)
    draw, x = ImageDraw.Draw(large), float(beside)
    for character, advance in zip(run.text, advances, strict=True):
        draw.text((round(x * _FINER), above * _FINER), character, font=font, anchor="ls", fill=255)
        x += advance
    mask = large.reduce(_FINER).point([255 * (cover >= _DARK) for cover in range(256)], "1")
    place = dots.nearest(run.x) - beside, dots.nearest(run.y) - above
    image.paste("white" if run.white else colour, place, mask)


def _draw_mark(image: Any, picture: Picture, dots: Dots) -> None:  # noqa: ANN401
    from PIL import Image

    if picture.mark.kind == "svg":
        raise LabelError("a PNG label needs the mark as PNG: give --mark FILE.png, or write a PDF or SVG")
    x, y, width, height = map(dots.nearest, picture[:4])
    mark = Image.open(BytesIO(picture.mark.data), formats=("PNG",)).convert("RGBA").resize((width, height))
    image.paste(mark, (x, y), mark)
