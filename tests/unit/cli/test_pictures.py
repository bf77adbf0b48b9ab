"""Codes in pictures and PDF files."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from certmark.cli import pictures
from certmark.transport import encode_symbol, to_bare
from tests.unit.cli.conftest import Command
from tests.world import WORLD

CODE = to_bare(WORLD.cose)


def picture(text: str, *, scale: int = 4) -> Image.Image:
    """Draw any text as a QR code in a white picture."""
    if text.startswith(("CM1:", "https://certs")):
        return Image.open(io.BytesIO(encode_symbol(text).png(scale=scale))).convert("L")
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=scale, add_quiet_zones=True)
    return Image.fromarray(drawn) if not isinstance(drawn, Image.Image) else drawn


def beside(*images: Image.Image) -> Image.Image:
    page = Image.new("L", (sum(image.width + 40 for image in images), max(image.height for image in images)), 255)
    left = 0
    for image in images:
        page.paste(image, (left, 0))
        left += image.width + 40
    return page


def saved(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.convert("RGB").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
@pytest.mark.parametrize("text", [CODE, WORLD.text], ids=["bare", "link"])
def test_a_code_is_read_exactly(kind: str, text: str) -> None:
    assert pictures.codes_in(saved(picture(text), kind)) == (text,)


def test_the_content_decides_and_not_the_name(certmark: Command, evidence: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "photo.txt").write_bytes(saved(picture(CODE), "JPEG"))
    assert certmark("verify", tmp_path / "photo.txt", *evidence).code == 0


def test_of_several_codes_ours_is_taken(certmark: Command, evidence: tuple[object, ...], tmp_path: Path) -> None:
    codes = [picture("https://shop.example/"), picture("HC1:ABC"), picture(CODE)]
    for order in (codes, codes[::-1]):
        (tmp_path / "shelf.png").write_bytes(saved(beside(*order), "PNG"))
        assert certmark("verify", tmp_path / "shelf.png", *evidence).code == 0


def test_a_code_of_someone_else_is_named(certmark: Command, evidence: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "shelf.png").write_bytes(saved(picture("HC1:6BFOXN"), "PNG"))
    ended = certmark("verify", tmp_path / "shelf.png", *evidence, "--json")
    assert ended.code == 1
    assert "COVID" in ended.report["checks"][0]["reason"]


def test_a_code_on_a_later_page_is_found() -> None:
    file = io.BytesIO()
    blank = Image.new("RGB", (300, 300), "white")
    blank.save(file, "PDF", save_all=True, append_images=[picture(CODE).convert("RGB")])
    assert pictures.codes_in(file.getvalue()) == (CODE,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"\x89PNG\r\n\x1a\n",
        saved(picture(CODE), "PNG")[:200],
        saved(picture(CODE), "JPEG")[:300],
        saved(picture(CODE), "GIF"),
        b"%PDF-1.7\n",
        saved(picture(CODE), "PDF")[:200],
        saved(Image.new("L", (50, 50), 255), "PNG"),
    ],
    ids=["empty", "text", "png-head", "cut-png", "cut-jpeg", "gif", "pdf-head", "cut-pdf", "white"],
)
def test_what_holds_no_code_gives_none(data: bytes) -> None:
    assert pictures.codes_in(data) == ()


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
    assert pictures.codes_in(_black(side)) == ()


def test_a_page_that_cannot_be_drawn_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    def fail(*_: object, **__: object) -> None:
        raise pypdfium2.PdfiumError("broken")

    monkeypatch.setattr(pypdfium2.PdfPage, "render", fail)
    assert pictures.codes_in(saved(picture(CODE), "PDF")) == ()


@pytest.mark.parametrize(("module", "suffix"), [("zxingcpp", "png"), ("PIL", "png"), ("pypdfium2", "pdf")])
def test_without_the_extra_its_name_is_told(
    module: str,
    suffix: str,
    certmark: Command,
    evidence: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / f"code.{suffix}").write_bytes(saved(picture(CODE), suffix.upper()))
    monkeypatch.setitem(sys.modules, module, None)
    ended = certmark("verify", tmp_path / f"code.{suffix}", *evidence)
    assert (ended.code, ended.out) == (69, "")
    assert "pip install 'certmark[scan]'" in ended.complaint
