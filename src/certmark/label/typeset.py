"""PDF documents that have the typeface of labels in them, embedded as a subset."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from certmark.label.refusal import LabelError
from certmark.label.typeface import Weight, font_file, needing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from fpdf import FPDF

FAMILY: Final = "Noto Sans"

STYLES: Final = {Weight.REGULAR: "", Weight.BOLD: "B"}
"""What fpdf2 calls the weights."""


@contextmanager
def typeset(title: str, *, language: str, at: datetime, characters: Iterable[str]) -> Iterator[FPDF]:
    """Begin a document in mm without margins; it is written before the end, since fpdf2 reads its fonts until then.

    Args:
        title: of the document.
        language: of its words.
        at: the time that it states as that of its creation.
        characters: all that it will show, of those that the typeface has.

    Raises:
        LabelError: there is no room for temporary files.
        MissingExtraError: the ``label`` extra is not installed.
    """
    with needing("writing PDF"):
        from fpdf import FPDF
        from fpdf.fonts import TTFFont
    pages = FPDF(unit="mm", format="A4")
    pages.set_margin(0)
    pages.set_auto_page_break(False)
    pages.set_title(title)
    pages.set_lang(language)
    pages.set_creator("certmark")
    pages.set_producer("certmark")
    pages.set_creation_date(at)
    shown = "".join(characters)
    with ExitStack() as held:
        try:
            folder = held.enter_context(TemporaryDirectory())
            for weight, style in STYLES.items():
                file = Path(folder) / f"{weight.name.lower()}.ttf"
                file.write_bytes(font_file(shown, weight))
                pages.add_font(FAMILY, style, file)
        except OSError as error:
            raise LabelError(
                f"the typeface needs a temporary file ({(error.strerror or str(error)).lower()}): "
                "make room for it, or name another folder in TMPDIR"
            ) from error
        try:
            yield pages
        finally:
            for font in pages.fonts.values():
                if isinstance(font, TTFFont):
                    font.ttfont.close()
