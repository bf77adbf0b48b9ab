"""The official mark, from a file: certmark draws none (Regulation (EU) 2024/482, Annex IX)."""

from __future__ import annotations

import re
import warnings
from base64 import b64encode
from io import BytesIO
from typing import Final, Literal, NamedTuple
from xml.etree import ElementTree as ET

from certmark.label.refusal import LabelError
from certmark.label.typeface import needing

_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset(
    _SVG + name for name in ("g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc")
)
"""What all formats draw alike. Texts look different on every machine, and images and styles come from elsewhere."""

_UNSEEN: Final = frozenset({f"{_SVG}title", f"{_SVG}desc"})

_UNLIKE: Final = re.compile(r"url\(|currentcolor|filter:(?!none)")
_DISGUISED: Final = re.compile(r"/\*|\\")
"""Comments and escapes of CSS, which fpdf2 does not know: it passes over what they stand in."""

_LENGTHS: Final = frozenset(("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "x2", "y1", "y2"))
_USUAL: Final = {
    "clip-path": {"none"},
    "display": {"block", "inline"},
    "mask": {"none"},
    "mix-blend-mode": {"normal"},
    "opacity": {"1"},
    "paint-order": {"fill", "fillstrokemarkers", "markersfillstroke", "normal"},
    "transform-origin": set[str](),
    "vector-effect": {"none"},
    "visibility": {"visible"},
}
"""What fpdf2 passes over or draws in its own way, and the values with which that makes no difference."""

_UNIT: Final = re.compile("[0-9.](px|pt|pc|mm|cm|in|q|em|ex|rem|%)")
"""Of a length; fpdf2 takes a px for three quarters of SVG's."""

_NOT_IN_STYLE: Final = _LENGTHS | {"d", "rotate", "scale", "transform", "translate"}
"""What fpdf2 reads as attributes only."""

MOST_BYTES: Final = 2_000_000
"""Of its file."""

_MOST_PIXELS: Final = 25_000_000
_THINNEST: Final = 0.1


class Mark(NamedTuple):
    """The official mark.

    Attributes:
        kind: form of the file.
        data: the file; of an SVG what is drawn of it.
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
        kind: Literal["svg", "png"] = "svg"
        if data.startswith(b"\x89PNG\r\n"):
            kind, (width, height) = "png", _png_size(data)
        else:
            data, width, height = _shapes(data)
        if not _THINNEST <= width / height <= 1 / _THINNEST:
            raise LabelError(f"the mark has proportions of {width:g} to {height:g}: this is no mark")
        return cls(kind, data, width / height)

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
            if picture.mode.startswith("I"):
                raise LabelError("the mark is a PNG file of 16 bits: save it with 8 bits for each colour")
            picture.load()
    # what Pillow raises on broken files, by its documentation and by experience
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError):
        raise LabelError("the mark is a broken PNG file") from None
    return picture.size


def _shapes(data: bytes) -> tuple[bytes, float, float]:
    """Give what is drawn of an SVG, and its proportions."""
    try:
        root = _parsed(data)
    except (UnicodeDecodeError, ET.ParseError):
        raise LabelError("the mark is neither an SVG file in UTF-8 nor a PNG file") from None
    if root.tag != f"{_SVG}svg":
        raise LabelError("the mark is an XML file, but no SVG")
    for attribute in ("x", "y", "width", "height", "preserveAspectRatio"):  # it gets those of its place
        root.attrib.pop(attribute, None)
    for element in root.iter():
        _require_plain(element, inside=element is not root)
        for child in [child for child in element if child.tag in _UNSEEN]:
            element.remove(child)
    try:
        _, _, width, height = map(float, root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        raise LabelError("the mark has no viewBox of four numbers: its proportions are not known") from None
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise LabelError("the mark has a viewBox without area")
    try:
        return ET.tostring(root), width, height
    except RecursionError:
        raise LabelError("the mark is an SVG file with groups in groups without end: ungroup its shapes") from None


def _require_plain(element: ET.Element, *, inside: bool) -> None:
    if inside and element.tag not in _SHAPES:
        name = str(element.tag).rpartition("}")[2]
        raise LabelError(f"the mark has <{name}>: save it as SVG of plain shapes, texts as outlines")
    for attribute, value in element.items():
        name = attribute.rpartition("}")[2]
        written = "".join(value.split()).lower()
        loads_or_runs = name in {"href", "class", "filter"} or attribute.startswith("on")
        moved = name == "transform" and not inside
        if (
            loads_or_runs
            or moved
            or _UNLIKE.search(written)
            or (name in _LENGTHS and _UNIT.search(written))
            or (_has_unusual_style(written) if name == "style" else _is_unusual(name, written))
        ):
            raise LabelError(f"the mark has {name}={value[:30]!r}: save it as SVG of plain shapes and colours")


def _has_unusual_style(style: str) -> bool:
    if _DISGUISED.search(style):
        return True
    declared = (declaration.partition(":") for declaration in style.split(";"))
    return any(name in _NOT_IN_STYLE or _is_unusual(name, value.partition("!")[0]) for name, _, value in declared)


def _is_unusual(name: str, value: str) -> bool:
    if name.startswith("stroke-"):
        return _UNIT.search(value) is not None
    return name in _USUAL and value != "inherit" and value not in _USUAL[name]


def _parsed(data: bytes) -> ET.Element:
    text = data.decode("utf-8-sig")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise LabelError("the mark is an SVG file with a DOCTYPE: save it without")
    return ET.fromstring(text)  # noqa: S314 entities, the danger here, are refused above
