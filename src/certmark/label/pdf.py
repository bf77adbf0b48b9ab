"""A label, or a sheet of labels, as PDF: vectors, and text in an embedded subset of the typeface."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from certmark.label.refusal import LabelError
from certmark.label.typeset import FAMILY, STYLES, typeset
from certmark.transport.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from fpdf import FPDF
    from fpdf.drawing import PaintedPath

    from certmark.label.label import Code, Label, Picture

_POINTS_PER_MM: Final = 72 / 25.4


def pdf(label: Label, *, at: datetime) -> bytes:
    """Draw a label as a PDF document of one page in its physical size.

    Args:
        label: what is drawn.
        at: the time that the document states as that of its creation.

    Raises:
        LabelError: the mark cannot be drawn.
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
        self._traced = lru_cache(maxsize=1)(_traced)  # copies of a label follow each other

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
        mark = picture.mark
        if mark.kind == "png":
            self._pages.image(BytesIO(mark.data), x + picture.x, y + picture.y, picture.width, picture.height)
            return
        from fpdf.drawing_primitives import Transform
        from fpdf.svg import SVGObject

        try:
            drawing = SVGObject(mark.shapes)
            _, _, path = drawing.transform_to_rect_viewport(1, picture.width, picture.height, ignore_svg_top_attrs=True)
            path.transform = (path.transform or Transform.identity()) @ Transform.translation(
                x + picture.x, y + picture.y
            )
            self._pages.draw_path(path)
        except Exception as error:  # which ones fpdf2 raises on wrong numbers and paths is not documented
            raise LabelError(
                f"the mark cannot be drawn ({str(error)[:60]!r}): save it as SVG of plain shapes"
            ) from error


def _traced(modules: Sequence[bytes]) -> PaintedPath:
    """Trace the dark modules of a symbol; one module is one unit."""
    from fpdf.drawing import PaintedPath
    from fpdf.enums import PathPaintRule
    from fpdf.svg import svg_path_converter

    path = PaintedPath()
    svg_path_converter(path, outline(modules, border=0))
    path.style.paint_rule = PathPaintRule.FILL_NONZERO
    return path
