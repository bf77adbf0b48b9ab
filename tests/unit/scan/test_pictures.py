"""Codes in pictures and PDF files."""

from __future__ import annotations

import io
import struct
import sys
import warnings
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from certmark.errors import MissingExtraError
from certmark.scan import scan
from tests.unit.scan.drawn import CODE, beside, picture, saved
from tests.world import WORLD


def texts(data: bytes) -> list[str]:
    return [code.text for code in scan(data).codes]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "PDF"])
@pytest.mark.parametrize("text", [CODE, WORLD.text], ids=["bare", "link"])
def test_a_code_is_read_exactly(kind: str, text: str) -> None:
    assert texts(saved(picture(text), kind)) == [text]


def far_away(image: Image.Image) -> Image.Image:
    wide = Image.new("L", (4000, 3000), 200)
    wide.paste(image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS), (2700, 1900))
    return wide


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.transpose(Image.Transpose.ROTATE_90),
        lambda image: image.transpose(Image.Transpose.ROTATE_180),
        lambda image: image.rotate(31, expand=True, fillcolor=255),
        ImageOps.mirror,
        ImageOps.flip,
        ImageOps.invert,
        lambda image: ImageOps.invert(ImageOps.mirror(image)).rotate(75, expand=True),
        far_away,
        lambda image: image.point(lambda level: 90 + level // 4),
    ],
    ids=["quarter", "upside-down", "askew", "mirrored", "flipped", "inverted", "all-of-it", "far-away", "pale"],
)
def test_how_a_code_is_held_does_not_matter(change: Callable[[Image.Image], Image.Image]) -> None:
    assert texts(saved(change(picture(CODE)), "PNG")) == [CODE]


def test_how_a_camera_was_held_does_not_matter() -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned by a quarter
    picture(CODE).convert("RGB").save(file, "JPEG", exif=exif)
    assert texts(file.getvalue()) == [CODE]


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_how_a_picture_keeps_its_colours_does_not_matter(mode: str) -> None:
    image = _sixteen(picture(CODE)) if mode == "I;16" else picture(CODE).convert("RGB").convert(mode)
    file = io.BytesIO()
    image.save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert texts(file.getvalue()) == [CODE]


def _sixteen(image: Image.Image) -> Image.Image:
    """Give a picture of 16 bits whose whites and blacks are both far from the darkest levels."""
    pixels = b"".join(struct.pack("<H", 0xF000 if level else 0x4000) for level in image.tobytes())
    return Image.frombytes("I;16", image.size, pixels)


def test_a_code_on_nothing_is_read_as_on_paper() -> None:
    black = Image.new("L", picture(CODE).size, 0)
    see_through = Image.merge("LA", (black, ImageOps.invert(picture(CODE))))
    file = io.BytesIO()
    see_through.save(file, "PNG")
    assert texts(file.getvalue()) == [CODE]


def test_of_a_moving_picture_the_first_one_counts() -> None:
    file = io.BytesIO()
    first, second = picture(CODE).convert("RGB"), Image.new("RGB", picture(CODE).size, "white")
    first.save(file, "WEBP", save_all=True, append_images=[second], lossless=True)
    assert texts(file.getvalue()) == [CODE]


def test_every_code_is_told_with_its_place() -> None:
    left, right = picture(CODE), picture(WORLD.text)
    found = scan(saved(beside(left, picture("https://shop.example/a"), right), "PNG"))
    assert {code.text for code in found.codes} == {CODE, WORLD.text}
    assert [(each.kind, each.page) for each in found.foreign] == [("a web link", 1)]
    for code in found.codes:
        inside = range(left.width) if code.text == CODE else range(left.width + 40, 5000)
        assert all(corner.x in inside for corner in code.corners)
    top_left, top_right, bottom_right, bottom_left = found.codes[0].corners
    assert top_left.x < top_right.x
    assert top_left.y < bottom_left.y
    assert bottom_right.y > top_right.y


def test_the_page_of_a_code_is_told() -> None:
    file = io.BytesIO()
    blank = Image.new("RGB", (300, 300), "white")
    blank.save(file, "PDF", save_all=True, append_images=[picture(CODE).convert("RGB")])
    assert [(code.text, code.page) for code in scan(file.getvalue()).codes] == [(CODE, 2)]


def test_pages_beyond_the_twentieth_are_not_drawn() -> None:
    file = io.BytesIO()
    blank = Image.new("RGB", (30, 30), "white")
    blank.save(file, "PDF", save_all=True, append_images=[*[blank] * 19, picture(CODE).convert("RGB")])
    assert texts(file.getvalue()) == []


SECRETS = ["HC1:6BFOXN", "shc:/5676", "WIFI:T:WPA;S:home;P:secret;;", "otpauth://totp/a?secret=B", "tel:+4912345"]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("https://shop.example/", "a web link", "'https://shop.example/'"),
        ("HTTP://SHOP.EXAMPLE/", "a web link", "'HTTP://SHOP.EXAMPLE/'"),
        ("https://id.example/01/09506000134352/10/A", "a GS1 Digital Link", None),
        ("https://id.example/01/095060001343521", "a web link", None),
        ("4006381333931", "a number", "'4006381333931'"),
        ("Hello\nworld", "a text", "'Hello\\nworld'"),
        ("a\u202eb", "a text", "'a\\u202eb'"),
        ("BEGIN:VCARD\nFN:A", "a contact", ""),
        ("BCD\n002\n1\nSCT", "a credit transfer", ""),
        ("mailto:a@b.example", "a mail address", ""),
        *((secret, None, "") for secret in SECRETS),
    ],
)
def test_a_foreign_code_is_named_and_what_may_be_private_is_not_shown(
    text: str, kind: str | None, shown: str | None
) -> None:
    found = scan(saved(picture(text), "PNG"))
    (foreign,) = found.foreign
    assert found.codes == ()
    assert foreign.untrusted_text == text
    assert kind in (foreign.kind, None)
    assert foreign.shown == shown or (shown is None and foreign.shown)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"\x89PNG\r\n\x1a\n",
        saved(picture(CODE), "PNG")[:200],
        saved(picture(CODE), "JPEG")[:300],
        saved(picture(CODE), "WEBP")[:100],
        saved(picture(CODE), "WEBP")[:20],
        b"RIFF\x04\x00\x00\x00WEBP",
        saved(picture(CODE), "GIF"),
        b"%PDF-1.7\n",
        saved(picture(CODE), "PDF")[:200],
        saved(Image.new("L", (50, 50), 255), "PNG"),
    ],
    ids=[
        *("empty", "text", "png-head", "cut-png", "cut-jpeg", "cut-webp", "webp-head", "webp-start"),
        *("gif", "pdf-head", "cut-pdf", "white"),
    ],
)
def test_what_holds_no_code_gives_none(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert scan(data) == ((), ())


def _black(side: int) -> bytes:
    """A PNG of so many pixels along each side, made without drawing it; the largest is cut short."""
    rows = bytes((side // 8 + 1) * side if side < 50_000 else 1)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = (b"IHDR" + head, b"IDAT" + zlib.compress(rows, 1), b"IEND")
    framed = (struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize("side", [7_600, 10_000, 100_000])
def test_a_picture_that_would_fill_the_memory_is_not_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        pytest.fail("decoded")

    monkeypatch.setattr(Image.Image, "convert", fail)
    assert scan(_black(side)) == ((), ())


def _webp(kind: bytes, head: bytes) -> bytes:
    chunk = kind + struct.pack("<I", len(head)) + head
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def _canvas(width: int, height: int) -> bytes:
    return bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


@pytest.mark.parametrize(
    "data",
    [
        _webp(b"VP8X", _canvas(16_000, 16_000)),
        _webp(b"VP8L", b"\x2f" + ((15_999 << 14) | 15_999).to_bytes(4, "little")),
        _webp(b"VP8 ", b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 16_000, 16_000)),
    ],
    ids=["extended", "lossless", "lossy"],
)
def test_a_webp_is_measured_before_it_is_opened(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        pytest.fail("opened")

    monkeypatch.setattr(Image, "open", fail)
    assert scan(data) == ((), ())


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("transparent", [True, False])
def test_the_size_that_a_webp_states_is_understood(lossless: bool, transparent: bool) -> None:
    from certmark.scan.pictures import _webp_pixels

    file = io.BytesIO()
    Image.new("RGBA" if transparent else "RGB", (123, 45), (1, 2, 3)).save(file, "WEBP", lossless=lossless, exif=b"x")
    assert _webp_pixels(file.getvalue()) == 123 * 45
    file = io.BytesIO()
    Image.new("RGB", (123, 45)).save(file, "WEBP", lossless=lossless)
    assert _webp_pixels(file.getvalue()) == 123 * 45


def test_a_page_that_cannot_be_drawn_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    def fail(*_: object, **__: object) -> None:
        raise pypdfium2.PdfiumError("broken")

    monkeypatch.setattr(pypdfium2.PdfPage, "render", fail)
    assert scan(saved(picture(CODE), "PDF")) == ((), ())


@pytest.mark.parametrize(("module", "kind"), [("zxingcpp", "PNG"), ("PIL", "PNG"), ("pypdfium2", "PDF")])
def test_without_a_reader_the_extra_is_named(module: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(picture(CODE), kind)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as raised:
        scan(data)
    assert raised.value.extra == "scan"
