"""Labels to print: what Article 11(3) of Regulation (EU) 2024/482 asks for, and the code, as SVG, PDF and PNG.

::

    Report ──Particulars.of──> Particulars ──lay_out──> Label ──svg | pdf | png──> a file
                                                          └──sheet──> many on paper

Needs the ``label`` extra.
"""

from certmark.label.ink import Ink
from certmark.label.label import Label
from certmark.label.layout import lay_out
from certmark.label.mark import Mark
from certmark.label.paper import Paper
from certmark.label.particulars import Particulars
from certmark.label.pdf import pdf
from certmark.label.png import png
from certmark.label.refusal import LabelContrastError, LabelError, LabelSizeError
from certmark.label.sheet import sheet
from certmark.label.svg import svg

__all__ = [
    "Ink",
    "Label",
    "LabelContrastError",
    "LabelError",
    "LabelSizeError",
    "Mark",
    "Paper",
    "Particulars",
    "lay_out",
    "pdf",
    "png",
    "sheet",
    "svg",
]
