"""A label as SVG: letters are outlines, so that it looks the same on every machine, and stand in its description."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from certmark.label.typeface import UNITS_PER_EM, glyph
from certmark.transport.outline import outline

if TYPE_CHECKING:
    from certmark.label.label import Box, Code, Label, Picture, Run


def svg(label: Label) -> bytes:
    """Draw a label as an SVG document in its physical size."""
    width, height, lang = _number(label.paper.width), _number(label.paper.height), quoteattr(label.language)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm"',
        f'viewBox="0 0 {width} {height}" role="img" lang={lang} xml:lang={lang} aria-labelledby="title desc">',
        f'<title id="title">{escape(label.title)}</title>',
        f'<desc id="desc">{escape(label.description)}</desc>',
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>',
        _code(label.code),
        *(_box(box) for box in label.boxes),
        *(_run(run) for run in label.runs),
        *([_picture(label.picture)] if label.picture else []),
        "</svg>\n",
    ]
    return "\n".join(parts).encode()


def _code(code: Code) -> str:
    place = f"translate({_number(code.x)} {_number(code.y)}) scale({_number(code.module)})"
    return f'<path shape-rendering="crispEdges" transform="{place}" d="{outline(code.symbol.modules, border=0)}"/>'


def _box(box: Box) -> str:
    x, y, width, height = map(_number, box)
    return f'<path shape-rendering="crispEdges" d="M{x} {y}h{width}v{height}h-{width}z"/>'


def _run(run: Run) -> str:
    x, letters = 0, []
    for character in run.text:
        letter = glyph(character, run.weight)
        if letter.outline:
            letters.append((x, letter.outline))
        x += letter.advance
    scale = _number(run.size / UNITS_PER_EM)
    place = f"translate({_number(run.x)} {_number(run.y)}) scale({scale} -{scale})"
    fill = ' fill="#fff"' if run.white else ""
    drawn = "".join(f'<path transform="translate({x})" d="{path}"/>' for x, path in letters)
    return f'<g{fill} transform="{place}">{drawn}</g>'


def _picture(picture: Picture) -> str:
    x, y, width, height = map(_number, picture[:4])
    return f'<image x="{x}" y="{y}" width="{width}" height="{height}" href="{picture.mark.data_uri}"/>'


def _number(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
