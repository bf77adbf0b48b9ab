"""What is drawn reads back exactly, in every form; drawing the same twice gives the same."""

from __future__ import annotations

import io
import random
import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import png
import pytest
import zxingcpp
from PIL import Image

from certmark.errors import CapacityError, IssueError, TextError
from certmark.transport import base10, base45
from certmark.transport.capacity import data_bits, segments_of, token_bytes_that_fit
from certmark.transport.outline import outline
from certmark.transport.qr import Symbol, encode_symbol

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://verify.example/c/"
SVG = "{http://www.w3.org/2000/svg}"


def text_of(size: int, *, url: str | None = URL) -> str:
    body = b"\xd2" + random.Random(size).randbytes(size - 1)
    return "CM1:" + base45.encode(body) if url is None else f"{url}#{base10.encode(body)}"


SYMBOL = encode_symbol(text_of(250))


def read(image: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(image)))]


def parsed(document: str) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314 - written by certmark itself


def painted(path: str, side: int) -> list[bytes]:
    """Fill the polygons of a path of h, v and z by the even-odd rule."""
    dark = [bytearray(side) for _ in range(side)]
    for x, y, lines in re.findall(r"M(\d+) (\d+)((?:[hv]-?\d+)*)z", path):
        corners = [(int(x), int(y))]
        for letter, length in re.findall(r"([hv])(-?\d+)", lines):
            last_x, last_y = corners[-1]
            corners.append((last_x + int(length), last_y) if letter == "h" else (last_x, last_y + int(length)))
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            assert x0 == x1 or y0 == y1
            for row in range(min(y0, y1), max(y0, y1)):
                for column in range(x0, side):
                    dark[row][column] ^= 1
    return [bytes(row) for row in dark]


@pytest.mark.parametrize("url", [URL, None], ids=["link", "bare"])
@pytest.mark.parametrize("ecc", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("size", [1, 70, 71, 72, 142, 250, 400])
def test_a_reader_gets_exactly_the_text(size: int, ecc: str, url: str | None) -> None:
    text = text_of(size, url=url)
    symbol = encode_symbol(text, ecc=ecc)
    assert (symbol.text, symbol.ecc) == (text, ecc)
    assert read(symbol.png(scale=3)) == [text]


@pytest.mark.parametrize("url", [URL, None], ids=["link", "bare"])
@pytest.mark.parametrize(
    ("version", "ecc"), [(1, "L"), (9, "M"), (10, "M"), (26, "M"), (27, "Q"), (33, "L"), (40, "L")]
)
def test_a_symbol_that_is_filled_to_the_last_bit_reads_back(version: int, ecc: str, url: str | None) -> None:
    size = token_bytes_that_fit(version, ecc, url=url)
    if size == 0:
        assert data_bits(version, ecc) < 8 * len(URL)
        return
    symbol = encode_symbol(text_of(size, url=url), ecc=ecc)
    assert symbol.version == version
    assert symbol.size == len(symbol.modules[0]) == 17 + 4 * version
    assert read(symbol.png(scale=3)) == [symbol.text]


def test_the_symbol_says_which_level_it_has() -> None:
    for ecc in ("L", "M", "Q", "H"):
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(encode_symbol(text_of(50), ecc=ecc).png())))
        assert found.ec_level == ecc


def test_one_byte_more_is_the_next_version() -> None:
    size = token_bytes_that_fit(12, "M", url=URL)
    assert encode_symbol(text_of(size)).version == 12
    assert encode_symbol(text_of(size + 1)).version == 13
    with pytest.raises(CapacityError) as raised:
        encode_symbol(text_of(size + 5), at_most=12)
    assert raised.value.over_by == 5


def test_equal_texts_give_equal_symbols() -> None:
    again = encode_symbol(text_of(250))
    assert again == SYMBOL
    assert (again.svg(), again.png(), again.terminal()) == (SYMBOL.svg(), SYMBOL.png(), SYMBOL.terminal())


@pytest.mark.parametrize("text", ["", "hello", "https://verify.example/", "HC1:6BF", "CM1:abc"])
def test_only_a_tokens_text_becomes_a_symbol(text: str) -> None:
    with pytest.raises(TextError):
        encode_symbol(text)


@pytest.mark.parametrize("digits", [500, 2000])
def test_what_qrcode_cannot_compute_is_told_as_our_error(digits: int) -> None:
    with pytest.raises(IssueError, match="zeros"):
        encode_symbol(f"{URL}#{'0' * digits}")


@pytest.mark.parametrize(("size", "dense"), [(250, False), (745, False), (760, True), (1500, True)])
def test_dense_symbols_carry_a_warning(size: int, *, dense: bool) -> None:
    symbol = encode_symbol(text_of(size))
    assert (symbol.version > 22) is dense
    assert (symbol.warning is not None) is dense
    assert symbol.warning is None or f"version {symbol.version}" in symbol.warning


@pytest.mark.parametrize("border", [0, 1, 4])
@pytest.mark.parametrize("scale", [1, 2, 8])
def test_a_png_has_one_bit_per_pixel_and_the_modules_in_their_place(scale: int, border: int) -> None:
    width, height, rows, info = png.Reader(bytes=SYMBOL.png(scale=scale, border=border)).read()
    side = (SYMBOL.size + 2 * border) * scale
    assert (width, height, info["greyscale"], info["bitdepth"]) == (side, side, True, 1)
    pixels = [bytes(row) for row in rows]
    for y, row in enumerate(pixels):
        module_y = y // scale - border
        for x, light in enumerate(row):
            module_x = x // scale - border
            inside = 0 <= module_x < SYMBOL.size and 0 <= module_y < SYMBOL.size
            assert light == (1 - SYMBOL.modules[module_y][module_x] if inside else 1)


@pytest.mark.parametrize("border", [0, 4])
@pytest.mark.parametrize("size", [1, 71, 250, 700])
def test_the_outline_encloses_exactly_the_dark_modules(size: int, border: int) -> None:
    symbol = encode_symbol(text_of(size))
    drawn = painted(outline(symbol.modules, border=border), symbol.size + 2 * border)
    inner = drawn[border : border + symbol.size]
    assert tuple(row[border : border + symbol.size] for row in inner) == symbol.modules
    assert sum(map(sum, drawn)) == sum(map(sum, symbol.modules))


@pytest.mark.parametrize(
    ("picture", "path"),
    [
        ([b"\0"], ""),
        ([b"\1"], "M0 0h1v1h-1z"),
        ([b"\1\1", b"\1\1"], "M0 0h2v2h-2z"),
        ([b"\1\0", b"\1\1"], "M0 0h1v1h1v1h-2z"),
        ([b"\0\1"], "M1 0h1v1h-1z"),
    ],
    ids=["light", "one", "square", "corner", "right"],
)
def test_outlines(picture: list[bytes], path: str) -> None:
    assert outline(picture, border=0) == path


@pytest.mark.parametrize(
    "picture",
    [
        [b"\1\0", b"\0\1"],
        [b"\0\1", b"\1\0"],
        [b"\1\1\1", b"\1\0\1", b"\1\1\1"],
        [b"\1\0\1", b"\0\1\0", b"\1\0\1"],
        [b"\1\1\1\0", b"\1\0\0\1", b"\1\1\0\1", b"\0\1\1\1"],
    ],
    ids=["diagonal", "other diagonal", "ring", "checkers", "touching rings"],
)
def test_outlines_of_holes_and_touching_corners(picture: list[bytes]) -> None:
    assert painted(outline(picture, border=0), len(picture)) == picture


def test_an_svg_is_one_path_on_white() -> None:
    root = parsed(SYMBOL.svg())
    side = SYMBOL.size + 8
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert (root.get("width"), root.get("height")) == ("36.5mm", "36.5mm")
    assert root.get("shape-rendering") == "crispEdges"
    white, black = root.findall(f"{SVG}path")
    assert (white.get("fill"), white.get("d")) == ("#fff", f"M0 0h{side}v{side}H0z")
    assert painted(black.get("d") or "", side)[4:-4] == [bytes(4) + row + bytes(4) for row in SYMBOL.modules]
    assert root.findtext(f"{SVG}desc") == URL


@pytest.mark.parametrize(("module", "border", "width"), [(0.33, 4, "24.09mm"), (1, 0, "65mm"), (2.5, 10, "212.5mm")])
def test_an_svg_has_the_size_that_was_asked_for(module: float, border: int, width: str) -> None:
    root = parsed(SYMBOL.svg(module=module, border=border))
    assert (root.get("width"), root.get("height")) == (width, width)


def test_what_an_svg_says_is_escaped() -> None:
    hostile = "</title><script>alert('&')</script>\x00\u202e\n\ud800"
    document = SYMBOL.svg(title=hostile, description=hostile)
    root = parsed(document)
    assert [child.tag for child in root] == [f"{SVG}title", f"{SVG}desc", f"{SVG}path", f"{SVG}path"]
    assert root.findtext(f"{SVG}title") == "</title><script>alert('&')</script>    "
    assert "<script>" not in document
    assert document.count("\n") == 1
    document.encode("utf-8")


def test_the_description_does_not_repeat_the_token() -> None:
    link = encode_symbol(text_of(60)).svg()
    assert "<desc>https://verify.example/c/</desc>" in link
    bare = encode_symbol(text_of(600, url=None)).svg()
    assert "<desc>CM1:" in bare
    assert len((parsed(bare).findtext(f"{SVG}desc") or "").strip()) <= 200


def terminal_modules(lines: list[str], blocks: str) -> list[list[int]]:
    halves = [[divmod(blocks.index(character), 2) for character in line] for line in lines]
    return [[half[position] for half in line] for line in halves for position in (0, 1)]


@pytest.mark.parametrize("border", [0, 2, 4])
@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_shows_the_modules(border: int, *, colour: bool) -> None:
    lines = SYMBOL.terminal(border=border, colour=colour).splitlines()
    if colour:
        assert all(line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m") for line in lines)
        lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in lines]
    rows = terminal_modules(lines, " ▄▀█" if colour else "█▀▄ ")
    side = SYMBOL.size + 2 * border
    assert rows[side] == [0] * side
    inner = [bytes(row[border : border + SYMBOL.size]) for row in rows[border : border + SYMBOL.size]]
    assert tuple(inner) == SYMBOL.modules
    assert sum(map(sum, rows)) == sum(map(sum, SYMBOL.modules))


def test_a_symbol_is_a_value() -> None:
    assert hash(SYMBOL) == hash(Symbol(SYMBOL.text, SYMBOL.version, SYMBOL.ecc, SYMBOL.modules))
    with pytest.raises(AttributeError):
        SYMBOL.version = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "draw",
    [
        partial(Symbol.png, scale=0),
        partial(Symbol.png, scale=-1),
        partial(Symbol.png, border=-1),
        partial(Symbol.svg, module=0),
        partial(Symbol.svg, module=float("nan")),
        partial(Symbol.svg, border=-1),
        partial(Symbol.terminal, border=-1),
    ],
    ids=lambda draw: f"{draw.func.__name__}, {draw.keywords}",
)
def test_sizes_that_cannot_be_drawn_are_refused(draw: Callable[[Symbol], object]) -> None:
    with pytest.raises(IssueError, match="give"):
        draw(SYMBOL)


@pytest.mark.parametrize("wrong", [{"ecc": "X"}, {"ecc": "m"}, {"at_most": 0}, {"at_most": 41}], ids=str)
def test_versions_and_levels_that_do_not_exist_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(IssueError, match="there is no"):
        encode_symbol(text_of(10), **wrong)


def test_digits_in_the_path_stay_in_the_byte_segment() -> None:
    symbol = encode_symbol("https://verify.example/12345678901234567890123#020")
    assert [segment.mode for segment in segments_of(symbol.text)] == ["byte", "numeric"]
    assert read(symbol.png()) == [symbol.text]


def test_reading_needs_nothing_of_what_draws() -> None:
    program = (
        "import sys, certmark.transport as transport\n"
        "transport.from_text(transport.to_bare(b'\\xd2'))\n"
        "drawing = {'qrcode', 'png', 'certmark.transport.qr', 'certmark.transport.capacity'}\n"
        "print(sorted(drawing & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
