"""The official mark comes from a file, and only in forms that every format draws alike."""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image

from certmark.label import LabelError, Mark
from tests.labels import SVG_MARK, png_mark

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"'


def svg_of(inside: str, head: str = f"{HEAD}>") -> bytes:
    return f"{head}{inside}</svg>".encode()


def sixteen_bits() -> bytes:
    file = BytesIO()
    Image.new("I;16", (40, 30)).save(file, "PNG")
    return file.getvalue()


def test_the_proportions_of_a_mark_are_those_of_its_file() -> None:
    assert Mark.read(SVG_MARK).width_by_height == pytest.approx(40 / 30)
    assert Mark.read(png_mark(30, 60)).width_by_height == 0.5


@pytest.mark.parametrize(
    "inside",
    [
        '<g fill="#039" stroke="none"><path d="M0 0h1v1z"/><rect width="1" height="1"/></g>',
        '<title>t</title><desc>d</desc><circle r="1"/><ellipse rx="1" ry="2"/>',
        '<line x2="1"/><polyline points="0,0 1,1"/><polygon points="0,0 1,1 1,0" style="fill:#fc0"/>',
        '<g style="display:inline;opacity:1;paint-order:markers fill stroke;visibility: inherit"/>',
    ],
)
def test_shapes_are_accepted(inside: str) -> None:
    assert Mark.read(svg_of(inside)).kind == "svg"


def test_of_an_svg_nothing_is_kept_but_its_shapes() -> None:
    before = b'<?xml version="1.0" encoding="utf-16"?><?xml-stylesheet href="https://tracker.example/a.css"?>'
    head = f'{HEAD} x="0px" y="0px" width="4000" height="1" preserveAspectRatio="none">'
    data = Mark.read(before + svg_of("<title>t</title><!-- c --><rect width='4' height='3'/>", head)).data
    (rect,) = (root := fromstring(data))  # noqa: S314 it is ours
    assert (root.attrib, rect.attrib) == ({"viewBox": "0 0 40 30"}, {"width": "4", "height": "3"})
    assert not any(gone in data for gone in (b"utf-16", b"tracker", b"<!--", b"title"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither an SVG file in UTF-8 nor a PNG file"),
        (b"%PDF-1.7", "neither an SVG file in UTF-8 nor a PNG file"),
        (b"\xff\xfe<\x00s\x00v\x00g\x00/\x00>\x00", "neither an SVG file in UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a broken PNG file"),
        (png_mark()[:60], "a broken PNG file"),
        (png_mark(1, 400), "proportions of 1 to 400: this is no mark"),
        (b"<svg/>", "but no SVG"),
        (svg_of('<svg width="9" height="9" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'), "has <svg>"),
        (svg_of("<text>CE</text>"), "the mark has <text>: save it as SVG of plain shapes, texts as outlines"),
        (svg_of("<script>alert(1)</script>"), "the mark has <script>"),
        (svg_of("<style>path{fill:red}</style>"), "the mark has <style>"),
        (svg_of('<image href="https://tracker.example/a.png"/>'), "the mark has <image>"),
        (svg_of('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'), "<foreignObject>"),
        (svg_of('<g href="https://tracker.example"/>'), "the mark has href="),
        (svg_of('<path d="M0 0" onload="alert(1)"/>'), "the mark has onload="),
        (svg_of('<path d="M0 0" fill="url(#gradient)"/>'), "the mark has fill="),
        (svg_of('<path class="a" d="M0 0"/>'), "the mark has class="),
        (svg_of('<path d="M0 0h9v9z" filter="blur(2px)"/>'), "the mark has filter="),
        (svg_of('<path d="M0 0h9v9z" style="fill:red; filter: blur(2px)"/>'), "the mark has style="),
        (svg_of('<g display="none"><path d="M0 0h9v9z"/></g>'), "the mark has display='none'"),
        (svg_of('<path d="M0 0h9v9z" style="fill:red;display: NONE !important"/>'), "the mark has style="),
        (svg_of('<path d="M0 0h9v9z" style="/**/display:none"/>'), "the mark has style="),
        (svg_of('<path d="M0 0h9v9z" style="displ\\61y:none"/>'), "the mark has style="),
        (svg_of('<path d="M0 0h9v9z" visibility="hidden"/>'), "the mark has visibility='hidden'"),
        (svg_of('<g fill="red"><path d="M0 0h9v9z" fill="currentColor"/></g>'), "has fill='currentColor'"),
        (svg_of('<g opacity=".5"><path d="M0 0h9v9z" opacity=".5"/></g>'), "has opacity='.5'"),
        (svg_of('<path d="M0 0h9v9z" stroke="red" paint-order="stroke"/>'), "has paint-order='stroke'"),
        (svg_of('<path d="M0 0h9v9z" style="mix-blend-mode:multiply"/>'), "has style="),
        (svg_of('<path d="M0 0h9v9z" style="clip-path:circle(5px)"/>'), "has style="),
        (svg_of('<path d="M0 0h9" stroke="red" vector-effect="non-scaling-stroke"/>'), "has vector-effect="),
        (svg_of('<path d="M0 0h9v9z" transform="rotate(9)" transform-origin="5 5"/>'), "has transform-origin="),
        (svg_of('<path d="M0 0h9v9z" style="transform:translate(9px,0)"/>'), "has style="),
        (svg_of('<rect width="9" height="9" style="width:5px"/>'), "has style="),
        (svg_of("", f'{HEAD} transform="translate(9 0)">'), "has transform="),
        (svg_of('<rect width="9px" height="3"/>'), "has width='9px'"),
        (svg_of('<rect width="1em" height="3"/>'), "has width='1em'"),
        (svg_of('<path d="M0 0h9" stroke="red" stroke-width="4 px"/>'), "has stroke-width='4 px'"),
        (svg_of('<path d="M0 0h9" style="stroke:red;stroke-width:1mm"/>'), "has style="),
        (svg_of('<rect width="50%" height="3"/>'), "the mark has width='50%'"),
        (svg_of("<g>" * 20_000 + "</g>" * 20_000), "groups in groups without end"),
        (sixteen_bits(), "a PNG file of 16 bits: save it with 8 bits"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG_MARK, "with a DOCTYPE"),
        (svg_of("", '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3">'), "no viewBox of four numbers"),
        (svg_of("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40">'), "no viewBox of four numbers"),
        (svg_of("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 0">'), "a viewBox without area"),
        (svg_of("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 30">'), "a viewBox without area"),
        (b'<g xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>', "but no SVG"),
        (svg_of("<!--" + "x" * 2_000_000 + "-->"), "more than 2000000 bytes"),
    ],
)
def test_everything_else_is_refused_with_what_to_do(data: bytes, reason: str) -> None:
    with pytest.raises(LabelError, match=reason):
        Mark.read(data)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(LabelError, match="more than 25000000 pixels"):
        Mark.read(png_mark(5001, 5000))
