"""The official mark, from a file: certmark draws none (Regulation (EU) 2024/482, Annex IX)."""

from __future__ import annotations

import warnings
from base64 import b64encode
from io import BytesIO
from typing import Final, Literal, NamedTuple
from xml.etree import ElementTree as ET

from certmark.label.refusal import LabelError
from certmark.label.typeface import needing

_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset(
    _SVG + name
    for name in ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc")
)
"""What all formats draw alike. Texts look different on every machine, and images and styles come from elsewhere."""

_UNSEEN: Final = frozenset({f"{_SVG}title", f"{_SVG}desc"})

MOST_BYTES: Final = 2_000_000
"""Of its file."""

_MOST_PIXELS: Final = 25_000_000
_THINNEST: Final = 0.1


class Mark(NamedTuple):
    """The official mark.

    Attributes:
        kind: form of the file.
        data: the file.
        width_by_height: its proportions, which are kept.
    """

    kind: Literal["svg", "png"]
    data: bytes
    width_by_height: float

    @classmethod
    def read(cls, data: bytes) -> Mark:
        """Read a mark.

        Args:
            data: an SVG of shapes with a viewBox, or a PNG.

        Raises:
            LabelError: neither of them, or drawn with what not all formats can draw.
            MissingExtraError: the ``label`` extra is not installed.
        """
        if len(data) > MOST_BYTES:
            raise LabelError(f"the mark has more than {MOST_BYTES} bytes: give a simpler drawing")
        kind: Literal["svg", "png"] = "png" if data.startswith(b"\x89PNG\r\n") else "svg"
        width, height = _png_size(data) if kind == "png" else _svg_size(data)
        if not _THINNEST <= width / height <= 1 / _THINNEST:
            raise LabelError(f"the mark has proportions of {width:g} to {height:g}: this is no mark")
        return cls(kind, data, width / height)

    @property
    def shapes(self) -> bytes:
        """The SVG without the texts that are not drawn."""
        root = _parsed(self.data)
        for element in root.iter():
            for child in [child for child in element if child.tag in _UNSEEN]:
                element.remove(child)
        return ET.tostring(root)

    @property
    def data_uri(self) -> str:
        """The file as a link that holds it: as an image, it can neither run nor load anything."""
        return f"data:image/{'svg+xml' if self.kind == 'svg' else 'png'};base64,{b64encode(self.data).decode()}"


def _png_size(data: bytes) -> tuple[float, float]:
    with needing("reading the mark"):
        from PIL import Image
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            picture = Image.open(BytesIO(data), formats=("PNG",))
            if picture.width * picture.height > _MOST_PIXELS:
                raise LabelError(f"the mark has more than {_MOST_PIXELS} pixels: make it smaller")
            picture.load()
    # what Pillow raises on broken files, by its documentation and by experience
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError):
        raise LabelError("the mark is a broken PNG file") from None
    return picture.size


def _svg_size(data: bytes) -> tuple[float, float]:
    try:
        root = _parsed(data)
    except (UnicodeDecodeError, ET.ParseError):
        raise LabelError("the mark is neither an SVG file in UTF-8 nor a PNG file") from None
    for element in root.iter():
        if element.tag not in _SHAPES:
            name = str(element.tag).rpartition("}")[2]
            raise LabelError(f"the mark has <{name}>: save it as SVG of plain shapes, texts as outlines")
        for attribute, value in element.items():
            if attribute.rpartition("}")[2] in {"href", "class"} or attribute.startswith("on") or "url(" in value:
                name = attribute.rpartition("}")[2]
                raise LabelError(f"the mark has {name}={value[:30]!r}: save it as SVG of plain shapes and colours")
    if root.tag != f"{_SVG}svg":
        raise LabelError("the mark is an XML file, but no SVG")
    try:
        _, _, width, height = map(float, root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        raise LabelError("the mark has no viewBox of four numbers: its proportions are not known") from None
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise LabelError("the mark has a viewBox without area")
    return width, height


def _parsed(data: bytes) -> ET.Element:
    text = data.decode("utf-8-sig")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise LabelError("the mark is an SVG file with a DOCTYPE: save it without")
    return ET.fromstring(text)  # noqa: S314 entities, the danger here, are refused above
