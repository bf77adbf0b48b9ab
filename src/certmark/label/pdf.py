"""A label, or a sheet of labels, as PDF: vectors, and text in an embedded subset of the typeface."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

from certmark.label.refusal import LabelError
from certmark.label.typeset import FAMILY, STYLES, typeset
from certmark.transport.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from fpdf import FPDF
    from fpdf.drawing import GraphicsContext, PaintedPath
    from fpdf.drawing_primitives import Transform

    from certmark.label.label import Code, Label, Picture

_POINTS_PER_MM: Final = 72 / 25.4
_MITER_LIMIT: Final = 4
"""Of SVG where it says none; PDF has 10."""

_NO_NUMBER: Final = re.compile(rb"\b(?:inf|nan)\b")


def pdf(label: Label, *, at: datetime) -> bytes:
    """Draw a label as a PDF document of one page in its physical size.

    Args:
        label: what is drawn.
        at: the time that the document states as that of its creation.

    Raises:
        LabelError: the mark cannot be drawn, or there is no room for temporary files.
        MissingExtraError: the ``label`` extra is not installed.
    """
    with document([label], label.title, at=at) as pages:
        pages.add_page(label.paper.width, label.paper.height)
        pages.draw(label, x=0.0, y=0.0)
        return pages.finished()


@contextmanager
def document(labels: Sequence[Label], title: str, *, at: datetime) -> Iterator[Document]:
    """Begin a document for labels; the first one gives its language and its description.

    Raises:
        MissingExtraError: the ``label`` extra is not installed.
    """
    characters = {character for label in labels for run in label.runs for character in run.text}
    with typeset(title, language=labels[0].language, at=at, characters=characters) as pages:
        from fpdf import ViewerPreferences

        pages.set_subject(labels[0].description)
        pages.viewer_preferences = ViewerPreferences(display_doc_title=True, print_scaling="None")
        yield Document(pages)


class Document:
    """A PDF document that labels are drawn in."""

    def __init__(self, pages: FPDF) -> None:
        self._pages = pages
        # copies of a label follow each other
        self._traced = lru_cache(maxsize=1)(_traced)
        self._shaped = lru_cache(maxsize=1)(_shaped)

    def add_page(self, width: float, height: float) -> None:
        """Begin a page of a size in mm."""
        self._pages.add_page(format=(width, height))

    def line(self, x1: float, y1: float, *, to: tuple[float, float], width: float) -> None:
        """Draw a black line, in mm."""
        self._pages.set_draw_color(0)
        self._pages.set_line_width(width)
        self._pages.line(x1, y1, *to)

    def draw(self, label: Label, *, x: float, y: float) -> None:
        """Draw a label on the page, its upper left corner at a place in mm."""
        pages = self._pages
        self._draw_code(label.code, colour=label.ink.written, x=x, y=y)
        pages.set_fill_color(*label.ink)
        for box in label.boxes:
            pages.rect(x + box.x, y + box.y, box.width, box.height, style="F")
        for run in label.runs:
            pages.set_font(FAMILY, STYLES[run.weight], run.size * _POINTS_PER_MM)
            pages.set_text_color(*((255,) if run.white else label.ink))
            pages.text(x + run.x, y + run.y, run.text)
        if label.picture is not None:
            self._draw_mark(label.picture, x=x, y=y)

    def finished(self) -> bytes:
        """Give the file."""
        return bytes(self._pages.output())

    def _draw_code(self, code: Code, *, colour: str, x: float, y: float) -> None:
        from fpdf.drawing_primitives import Transform

        path = self._traced(code.symbol.modules)
        path.style.fill_color = colour
        path.transform = Transform.scaling(code.module).translate(x + code.x, y + code.y)
        with self._pages.drawing_context() as context:
            context.add_item(path, clone=False)  # a copy takes longer than all the rest

    def _draw_mark(self, picture: Picture, *, x: float, y: float) -> None:
        pages, mark, left, top = self._pages, picture.mark, x + picture.x, y + picture.y
        with pages.rect_clip(left, top, picture.width, picture.height):
            if mark.kind == "png":
                pages.image(BytesIO(mark.data), left, top, picture.width, picture.height)
            else:
                self._draw_shapes(picture, left, top)

    def _draw_shapes(self, picture: Picture, left: float, top: float) -> None:
        from fpdf.drawing_primitives import Transform

        begin = len(self._written)
        try:
            path, sized = self._shaped(picture.mark.data, picture.width, picture.height)
            path.transform = sized @ Transform.translation(left, top)
            self._pages.draw_path(path, copy=False)
        except Exception as error:  # which ones fpdf2 raises on wrong numbers and paths is not documented
            raise _undrawable(str(error)) from error
        if _NO_NUMBER.search(self._written, begin):
            raise _undrawable("a number without end")

    @property
    def _written(self) -> bytearray:
        """What stands on the page so far."""
        return cast("bytearray", self._pages.pages[self._pages.page].contents)


def _traced(modules: Sequence[bytes]) -> PaintedPath:
    """Trace the dark modules of a symbol; one module is one unit."""
    from fpdf.drawing import PaintedPath
    from fpdf.enums import PathPaintRule
    from fpdf.svg import svg_path_converter

    path = PaintedPath()
    svg_path_converter(path, outline(modules, border=0))
    path.style.paint_rule = PathPaintRule.FILL_NONZERO
    return path


def _shaped(svg: bytes, width: float, height: float) -> tuple[GraphicsContext, Transform]:
    """Give the shapes of a mark, and what makes them as large as their place."""
    from fpdf.drawing_primitives import Transform
    from fpdf.svg import SVGObject

    _, _, shapes = SVGObject(svg).transform_to_rect_viewport(1, width, height, ignore_svg_top_attrs=True)
    if shapes.style.stroke_miter_limit is shapes.style.INHERIT:
        shapes.style.stroke_miter_limit = _MITER_LIMIT
    return shapes, shapes.transform or Transform.identity()


def _undrawable(problem: str) -> LabelError:
    return LabelError(f"the mark cannot be drawn ({problem[:60]!r}): save it as SVG of plain shapes")
