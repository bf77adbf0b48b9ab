"""A label, or a sheet of labels, as PDF: vectors, and text in an embedded subset of the typeface."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from certmark.label.refusal import LabelError
from certmark.label.typeface import Weight, font_file, needing
from certmark.transport.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from certmark.label.label import Code, Label, Picture

_FAMILY: Final = "Noto Sans"
_STYLES: Final = {Weight.REGULAR: "", Weight.BOLD: "B"}
_POINTS_PER_MM: Final = 72 / 25.4


def pdf(label: Label, *, at: datetime) -> bytes:
    """Draw a label as a PDF document of one page in its physical size.

    Args:
        label: what is drawn.
        at: the time that the document states as that of its creation.

    Raises:
        MissingExtraError: the ``label`` extra is not installed.
    """
    with Document(label.title, label.description, language=label.language, at=at) as document:
        document.add_fonts(run.text for run in label.runs)
        document.add_page(label.paper.width, label.paper.height)
        document.draw(label, x=0.0, y=0.0)
        return document.finished()


class Document:
    """A PDF document that labels are drawn in. To be used as a context: fpdf2 holds files of fonts until the end."""

    def __init__(self, title: str, subject: str, *, language: str, at: datetime) -> None:
        with needing("PDF labels"):
            from fpdf import FPDF, ViewerPreferences
        pages = FPDF(unit="mm")
        pages.set_margin(0)
        pages.set_auto_page_break(False)
        pages.set_title(title)
        pages.set_subject(subject)
        pages.set_lang(language)
        pages.set_creator("certmark")
        pages.set_producer("certmark")
        pages.set_creation_date(at)
        pages.viewer_preferences = ViewerPreferences(display_doc_title=True, print_scaling="None")
        self._pages = pages
        self._folder = TemporaryDirectory()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from fpdf.fonts import TTFFont

        for font in self._pages.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()
        self._folder.cleanup()

    def add_fonts(self, texts: Iterable[str]) -> None:
        """Make the letters of some texts known, in both weights."""
        characters = {character for text in texts for character in text}
        for weight, style in _STYLES.items():
            file = Path(self._folder.name) / f"{weight.name.lower()}.ttf"
            file.write_bytes(font_file(characters, weight))
            self._pages.add_font(_FAMILY, style, file)

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
            pages.set_font(_FAMILY, _STYLES[run.weight], run.size * _POINTS_PER_MM)
            pages.set_text_color(*((255,) if run.white else label.ink))
            pages.text(x + run.x, y + run.y, run.text)
        if label.picture is not None:
            self._draw_mark(label.picture, x=x, y=y)

    def finished(self) -> bytes:
        """Give the file."""
        return bytes(self._pages.output())

    def _draw_code(self, code: Code, *, colour: str, x: float, y: float) -> None:
        from fpdf.drawing import PaintedPath
        from fpdf.drawing_primitives import Transform
        from fpdf.enums import PathPaintRule
        from fpdf.svg import svg_path_converter

        path = PaintedPath()
        svg_path_converter(path, outline(code.symbol.modules, border=0))
        path.style.paint_rule = PathPaintRule.FILL_NONZERO
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
