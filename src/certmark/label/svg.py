"""A label as SVG: letters are outlines, so that it looks the same on every machine, and stand in its description."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from certmark.label.typeface import UNITS_PER_EM, Weight, glyph
from certmark.transport.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.label.label import Box, Code, Label, Picture, Run


def svg(label: Label) -> bytes:
    """Draw a label as an SVG document in its physical size.

    Ids in it begin with a digest, so that several labels may stand in one page.

    Raises:
        MissingExtraError: the ``label`` extra is not installed.
    """
    width, height, lang = _number(label.paper.width), _number(label.paper.height), quoteattr(label.language)
    own = f"l{sha256(label.description.encode()).hexdigest()[:8]}"
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
        f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"',
        f'role="img" lang={lang} xml:lang={lang} aria-labelledby="{own}t" aria-describedby="{own}d">',
        f'<title id="{own}t">{escape(label.title)}</title>',
        f'<desc id="{own}d">{escape(label.description)}</desc>',
        f"<defs>{''.join(_letters(label, own))}</defs>",
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><g fill="{label.ink.written}">',
        _code(label.code),
        *(_box(box) for box in label.boxes),
        *(_run(run, own) for run in label.runs),
        "</g>",
        *([_picture(label.picture)] if label.picture else []),
        "</svg>\n",
    ]
    return "\n".join(parts).encode()


def _letters(label: Label, own: str) -> Iterator[str]:
    """Give each letter that is used, once."""
    used = dict.fromkeys((character, run.weight) for run in label.runs for character in run.text)
    for character, weight in used:
        if drawn := glyph(character, weight).outline:
            yield f'<path id="{_name(character, weight, own)}" d="{drawn}"/>'


def _name(character: str, weight: Weight, own: str) -> str:
    return f"{own}{weight.name[0].lower()}{ord(character):x}"


def _code(code: Code) -> str:
    place = f"translate({_number(code.x)} {_number(code.y)}) scale({_number(code.module)})"
    return f'<path shape-rendering="crispEdges" transform="{place}" d="{outline(code.symbol.modules, border=0)}"/>'


def _box(box: Box) -> str:
    x, y, width, height = map(_number, box)
    return f'<path shape-rendering="crispEdges" d="M{x} {y}h{width}v{height}h-{width}z"/>'


def _run(run: Run, own: str) -> str:
    x, uses = 0, []
    for character in run.text:
        letter = glyph(character, run.weight)
        if letter.outline:
            uses.append(f'<use x="{x}" xlink:href="#{_name(character, run.weight, own)}"/>')
        x += letter.advance
    scale = _number(run.size / UNITS_PER_EM)
    fill = ' fill="#fff"' if run.white else ""
    place = f"translate({_number(run.x)} {_number(run.y)}) scale({scale} -{scale})"
    return f'<g{fill} transform="{place}">{"".join(uses)}</g>'


def _picture(picture: Picture) -> str:
    x, y, width, height = map(_number, picture[:4])
    return f'<image x="{x}" y="{y}" width="{width}" height="{height}" xlink:href="{picture.mark.data_uri}"/>'


def _number(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
