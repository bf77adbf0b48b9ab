"""One layout, three formats: each read by a program that is not ours, and all alike."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from PIL import Image, ImageChops

from certmark.label import Ink, Label, LabelError, LabelSizeError, pdf, png, svg
from certmark.label.typeface import Weight
from tests.labels import AT, SVG_MARK, TEXT, codes_in, label, png_mark, rendered_by_poppler
from tests.needs import program

HREF = "{http://www.w3.org/1999/xlink}href"
SVG = "{http://www.w3.org/2000/svg}"
DPIS = [203, 300, 600]
SAID = (
    "EUCC",
    "Assurance level high · AVA_VAN.5",
    "Certificate EUCC-3087-2025-12-0001",
    "Certification body Certification Body of the Example Republic",
    "Accreditation D-ZE-00001-01",
    "Issued December 2025",
    "Valid until 3 December 2030",
)


def tree_of(document: bytes) -> Element:
    return fromstring(document)  # noqa: S314 it is ours


def dots_of(drawn: Label) -> Image.Image:
    return Image.open(BytesIO(png(drawn)))


def code_region(picture: Image.Image, drawn: Label) -> Image.Image:
    """Cut the dark modules out of a picture in the dots of the label."""
    dots, code = drawn.paper.dots, drawn.code
    left, side = dots.nearest(code.x), code.symbol.size * dots.nearest(code.module)
    return picture.convert("L").crop((left, left, left + side, left + side))


def modules_in(region: Image.Image, drawn: Label) -> tuple[bytes, ...]:
    """Read the middle of each module."""
    across = drawn.paper.dots.nearest(drawn.code.module)
    size = drawn.code.symbol.size
    return tuple(
        bytes(region.getpixel((x * across + across // 2, y * across + across // 2)) < 128 for x in range(size))  # type: ignore[operator]
        for y in range(size)
    )


def drawn_by_librsvg(document: bytes, folder: Path, *, dpi: int) -> Image.Image:
    (folder / "label.svg").write_bytes(document)
    renderer = program("rsvg-convert", package="librsvg2-bin")
    command = [renderer, "--dpi-x", str(dpi), "--dpi-y", str(dpi), "--output", "label.png", "label.svg"]
    subprocess.run(command, check=True, cwd=folder, timeout=60)
    with Image.open(folder / "label.png") as picture:
        return picture.convert("L")


@pytest.mark.parametrize("dpi", DPIS)
def test_the_png_has_one_pixel_for_each_dot_and_says_so(dpi: int) -> None:
    picture = dots_of(drawn := label(dpi=dpi))
    assert picture.size == (round(75 / 25.4 * dpi), round(30 / 25.4 * dpi))
    assert picture.mode == "1"
    assert [round(resolution) for resolution in picture.info["dpi"]] == [dpi, dpi]
    assert modules_in(code_region(picture, drawn), drawn) == drawn.code.symbol.modules
    assert codes_in(picture) == [TEXT]


def test_every_pixel_of_a_module_has_its_colour() -> None:
    picture = dots_of(drawn := label())
    across = drawn.paper.dots.nearest(drawn.code.module)
    size = drawn.code.symbol.size
    expected = Image.frombytes("L", (size, size), b"".join(drawn.code.symbol.modules)).point([255, 0] + [0] * 254)
    found = code_region(picture, drawn)
    assert (
        ImageChops.difference(found, expected.resize((size * across,) * 2, Image.Resampling.NEAREST)).getbbox() is None
    )


@pytest.mark.parametrize("size", ["26.7mm", "27.5mm", "31.5mm"])  # no dot is left beside the quiet zone
def test_no_letter_reaches_into_the_quiet_zone(size: str) -> None:
    drawn = label(size, language="pl", body="Jednostka")
    assert any(run.text.startswith("J") for run in drawn.runs)
    dots, code = drawn.paper.dots, drawn.code
    module, left = dots.nearest(code.module), dots.nearest(code.x)
    side = code.symbol.size * module
    assert left == 4 * module
    beside = (
        dots_of(drawn).convert("L").crop((left + side, 0, left + side + 4 * module, dots.floor(drawn.paper.height)))
    )
    assert beside.getextrema() == (255, 255)


@pytest.mark.parametrize("dpi", DPIS)
def test_the_pdf_is_drawn_by_poppler_in_the_dots_of_the_png(dpi: int, tmp_path: Path) -> None:
    picture = rendered_by_poppler(pdf(drawn := label(dpi=dpi), at=AT), tmp_path, dpi=dpi)
    assert all(abs(a - b) <= 1 for a, b in zip(picture.size, dots_of(drawn).size, strict=True))
    assert modules_in(code_region(picture, drawn), drawn) == drawn.code.symbol.modules
    assert codes_in(picture) == [TEXT]


def test_the_pdf_has_the_size_of_the_label_text_fonts_and_metadata(tmp_path: Path) -> None:
    (tmp_path / "label.pdf").write_bytes(pdf(label(language="de", root="DEMO"), at=AT))

    def told_by(name: str, *more: str) -> str:
        command = [program(name), str(tmp_path / "label.pdf"), *more]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60).stdout

    about = told_by("pdfinfo")
    assert "Page size:       212.6 x 85.04 pts" in about  # 75 x 30 mm
    assert "Title:           DEMO: nichts hiervon ist echt. EUCC, Zertifikat EUCC-3087-2025-12-0001" in about
    assert "CreationDate:    Mon Jun  1 12:00:00 2026 UTC" in about
    assert "Pages:           1" in about
    fonts = told_by("pdffonts").splitlines()[2:]
    assert len(fonts) == len(Weight)
    assert all("+NotoSans" in font and "yes yes yes" in font for font in fonts)  # embedded, subset, mapped to Unicode
    assert "/Lang (de)" in (tmp_path / "label.pdf").read_bytes().decode("latin-1")
    text = " ".join(told_by("pdftotext", "-").split())
    assert "Vertrauenswürdigkeitsstufe hoch · AVA_VAN.5" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "DEMO: nichts hiervon ist echt" in text


@pytest.mark.parametrize("dpi", DPIS)
def test_the_svg_is_drawn_by_librsvg_in_the_dots_of_the_png(dpi: int, tmp_path: Path) -> None:
    drawn = label("76.2x25.4mm", dpi=dpi)  # whole inches, since librsvg stretches to whole pixels
    picture, expected = drawn_by_librsvg(svg(drawn), tmp_path, dpi=dpi), dots_of(drawn).convert("L")
    assert picture.size == expected.size
    assert codes_in(picture) == [TEXT]
    assert modules_in(code_region(picture, drawn), drawn) == drawn.code.symbol.modules
    unlike = sum(ImageChops.difference(picture, expected).histogram()[160:])
    assert unlike < 0.01 * picture.width * picture.height


def test_the_svg_tells_people_who_do_not_see_it_what_it_says() -> None:
    root = tree_of(svg(label(root="DEMO")))
    assert (root.get("role"), root.get("lang")) == ("img", "en")
    assert (root.get("width"), root.get("height")) == ("75mm", "30mm")
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.get("id"), desc.get("id")) == (root.get("aria-labelledby"), root.get("aria-describedby"))
    assert title.text == "DEMO: nothing here is real. EUCC, Certificate EUCC-3087-2025-12-0001"
    assert all(f"{said}." in str(desc.text) for said in (*SAID, "DEMO: nothing here is real"))


def test_the_svg_needs_no_font_and_loads_nothing() -> None:
    document = svg(label(mark=SVG_MARK))
    assert {element.tag for element in tree_of(document).iter()} == {
        SVG + name for name in ("svg", "title", "desc", "defs", "g", "path", "use", "image")
    }
    (image,) = tree_of(document).iter(f"{SVG}image")
    assert str(image.get(HREF)).startswith("data:image/svg+xml;base64,")
    ids = {element.get("id") for element in tree_of(document).iter() if element.get("id")}
    assert {str(use.get(HREF)) for use in tree_of(document).iter(f"{SVG}use")} <= {f"#{each}" for each in ids}


def test_labels_of_one_page_share_no_ids() -> None:
    first, second = (
        {element.get("id") for element in tree_of(svg(label(id=each))).iter()} - {None} for each in ("EUCC-1", "EUCC-2")
    )
    assert not first & second


@pytest.mark.parametrize("draw", [svg, png, lambda drawn: pdf(drawn, at=AT)], ids=["svg", "png", "pdf"])
def test_equal_labels_give_equal_files(draw: Callable[[Label], bytes]) -> None:
    assert draw(label()) == draw(label())


def test_without_room_for_temporary_files_what_to_do_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LabelError, match=r"\(no space left on device\): make room for it, or name another folder in T"):
        pdf(label(), at=AT)


def test_names_from_outside_are_escaped() -> None:
    document = svg(label(body='A & B <script>"'))
    assert 'A & B <script>"' in "".join(tree_of(document).itertext())


@pytest.mark.parametrize("mark", [SVG_MARK, png_mark()], ids=["svg", "png"])
def test_the_pdf_shows_the_mark(mark: bytes, tmp_path: Path) -> None:
    drawn = label(mark=mark)
    assert drawn.picture is not None
    (tmp_path / "in.pdf").write_bytes(pdf(drawn, at=AT))
    command = [program("pdftoppm", package="poppler-utils"), "-r", "300", "-singlefile", "-png", "in.pdf", "page"]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=60)
    nearest = drawn.paper.dots.nearest
    x, y = nearest(drawn.picture.x + 0.5), nearest(drawn.picture.y + 0.5)
    assert Image.open(tmp_path / "page.png").convert("RGB").getpixel((x, y)) == (0, 0x33, 0x99)


@pytest.mark.parametrize("mark", [SVG_MARK, png_mark()], ids=["svg", "png"])
def test_the_svg_shows_the_mark(mark: bytes, tmp_path: Path) -> None:
    drawn = label("101.6x50.8mm", mark=mark)
    assert drawn.picture is not None
    drawn_by_librsvg(svg(drawn), tmp_path, dpi=300)
    nearest = drawn.paper.dots.nearest
    with Image.open(tmp_path / "label.png") as picture:
        place = nearest(drawn.picture.x + 0.5), nearest(drawn.picture.y + 0.5)
        assert picture.convert("RGB").getpixel(place) == (0, 0x33, 0x99)


def test_the_png_shows_a_png_mark_in_its_colours() -> None:
    picture = dots_of(drawn := label(mark=png_mark()))
    assert drawn.picture is not None
    nearest = drawn.paper.dots.nearest
    assert picture.getpixel((nearest(drawn.picture.x + 0.5), nearest(drawn.picture.y + 0.5))) == (0, 0x33, 0x99)
    assert codes_in(picture) == [TEXT]


def test_a_colour_of_ink_is_that_of_every_format(tmp_path: Path) -> None:
    drawn = label()._replace(ink=Ink.of("#003399"))
    picture = dots_of(drawn)
    assert picture.mode == "RGB"
    assert {colour for _, colour in picture.getcolors() or ()} == {(255, 255, 255), (0, 0x33, 0x99)}
    assert codes_in(picture) == [TEXT]
    assert b'<g fill="#003399">' in svg(drawn)
    assert codes_in(rendered_by_poppler(pdf(drawn, at=AT), tmp_path, dpi=300)) == [TEXT]
    with Image.open(tmp_path / "page.png") as page:
        edge = drawn.paper.dots.nearest(drawn.code.x) + 2
        assert page.convert("RGB").getpixel((edge, edge)) == (0, 0x33, 0x99)


@pytest.mark.parametrize(
    "inside",
    [
        b'<rect x="-9999" y="-9999" width="99999" height="99999"/>',
        b'<g transform="scale(1000)"><rect width="40" height="30"/></g>',
        b'<path d="M0 0L40 30" stroke="#000" stroke-width="9000"/>',
    ],
    ids=["rectangle", "transformed", "stroke"],
)
def test_in_the_pdf_a_mark_stays_in_its_place(inside: bytes, tmp_path: Path) -> None:
    drawn, other = (label("40mm", mark=SVG_MARK.replace(b"</svg>", shape + b"</svg>")) for shape in (b"", inside))
    plain, over = (
        rendered_by_poppler(pdf(each, at=AT), tmp_path, dpi=300).convert("L").copy() for each in (drawn, other)
    )
    assert drawn.picture is not None
    near = ImageChops.difference(plain, over).getbbox()
    nearest, place = drawn.paper.dots.nearest, drawn.picture
    assert near is not None
    assert near[0] >= nearest(place.x) - 1
    assert near[1] >= nearest(place.y) - 1
    assert near[2] <= nearest(place.x + place.width) + 1
    assert near[3] <= nearest(place.y + place.height) + 1


@pytest.mark.parametrize(
    ("limit", "pointed"), [("", False), ('stroke-miterlimit="4"', False), ('stroke-miterlimit="9"', True)]
)
def test_in_the_pdf_a_sharp_corner_is_as_in_svg(limit: str, pointed: bool, tmp_path: Path) -> None:
    sharp = f'<path fill="none" stroke="#000" stroke-width="4" {limit} d="M10 28L12 16L14 28"/>'.encode()
    drawn = label("101.6x50.8mm", mark=SVG_MARK[: SVG_MARK.index(b"<rect")] + sharp + b"</svg>")
    assert drawn.picture is not None
    place, unit, nearest = drawn.picture, drawn.picture.height / 30, drawn.paper.dots.nearest
    tip = nearest(place.x + 12 * unit), nearest(place.y + 10 * unit)  # the corner is at 16, its point would be at 4
    picture = rendered_by_poppler(pdf(drawn, at=AT), tmp_path, dpi=300)
    assert (picture.getpixel(tip) == 0) is pointed


def test_the_pdf_draws_a_mark_with_texts_that_are_not_seen_in_silence(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    mark = SVG_MARK.replace(b"<rect", b"<title>The mark</title><desc>Of the Union</desc><rect", 1)
    assert pdf(label("40mm", mark=mark), at=AT)
    assert (capsys.readouterr().err, caplog.text) == ("", "")


@pytest.mark.parametrize(
    "inside",
    [
        b'<path d="M0 0h!"/>',
        b'<path d="M0 0L1e999 5z"/>',
        b'<path d="M0 0h9" fill="mauve-ish"/>',
    ],
)
def test_the_pdf_refuses_a_mark_with_wrong_numbers(inside: bytes) -> None:
    with pytest.raises(LabelError, match=r"the mark cannot be drawn .*: save it as SVG of plain shapes"):
        pdf(label("40mm", mark=SVG_MARK.replace(b"</svg>", inside + b"</svg>")), at=AT)


def test_the_png_refuses_a_mark_that_it_cannot_draw() -> None:
    with pytest.raises(LabelError, match=r"needs the mark as PNG: give --mark FILE\.png"):
        png(label(mark=SVG_MARK))


def test_the_png_refuses_more_pixels_than_readers_accept() -> None:
    with pytest.raises(LabelSizeError, match="too many for PNG: write PDF or SVG"):
        png(label("120mm", dpi=2400))
