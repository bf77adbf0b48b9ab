"""Sheets of labels."""

from __future__ import annotations

import subprocess
from itertools import repeat
from pathlib import Path

import pytest

from certmark.label import LabelError, LabelSizeError, sheet
from certmark.label.sheet import MOST_LABELS
from tests.labels import AT, SVG_MARK, TEXT, codes_in, label, png_mark, rendered_by_poppler
from tests.needs import program

PER_PAGE = 16  # two columns of 75 mm, eight rows of 30 mm
LABEL = label()


def pages(pdf: bytes, folder: Path) -> int:
    (folder / "sheet.pdf").write_bytes(pdf)
    command = [program("pdfinfo", package="poppler-utils"), str(folder / "sheet.pdf")]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60).stdout
    assert "Page size:       595.28 x 841.89 pts (A4)" in told
    return int(told.partition("Pages:")[2].split()[0])


@pytest.mark.parametrize(("number", "expected"), [(1, 1), (PER_PAGE, 1), (PER_PAGE + 1, 2)])
def test_pages_are_filled_one_after_the_other(number: int, expected: int, tmp_path: Path) -> None:
    assert pages(sheet(repeat(LABEL, number), at=AT), tmp_path) == expected


def test_every_code_of_a_page_is_read(tmp_path: Path) -> None:
    others = [label(id=f"EUCC-3087-2025-12-{number:04}") for number in range(3)]
    picture = rendered_by_poppler(sheet([*others, LABEL], at=AT), tmp_path, dpi=300)
    assert codes_in(picture) == [TEXT] * 4


def test_the_codes_of_a_page_stand_in_the_dots_of_the_printer(tmp_path: Path) -> None:
    picture = rendered_by_poppler(sheet(repeat(LABEL, 4), at=AT), tmp_path, dpi=300)
    grey = sum(picture.histogram()[40:216])
    assert grey < 0.02 * picture.width * picture.height  # letters and marks alone have soft edges


@pytest.mark.parametrize("mark", [SVG_MARK, png_mark()], ids=["svg", "png"])
def test_every_copy_has_its_mark(mark: bytes, tmp_path: Path) -> None:
    def inked(number: int) -> int:
        page = rendered_by_poppler(sheet(repeat(label("40mm", mark=mark), number), at=AT), tmp_path, dpi=100)
        return sum(page.histogram()[40:60])  # the blue of the mark, as grey

    assert inked(5) == pytest.approx(5 * inked(1), rel=0.05) != 0


def test_marks_to_cut_along_stand_outside_the_labels(tmp_path: Path) -> None:
    picture = rendered_by_poppler(sheet(repeat(LABEL, PER_PAGE), at=AT), tmp_path, dpi=300)
    left_margin = picture.crop((0, 0, round(26 / 25.4 * 300), picture.height))
    dark_rows = [
        y
        for y in range(left_margin.height)
        if sum(left_margin.crop((0, y, left_margin.width, y + 1)).histogram()[:128])
    ]
    bands = sum(1 for before, y in zip([-9, *dark_rows], dark_rows, strict=False) if y - before > 1)
    assert bands == 16  # upper and lower edge of eight rows


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ((), "there is no label to print"),
        ((LABEL, label("40mm")), "one size, one language and one colour"),
        ((LABEL, label(language="de")), "one size, one language and one colour"),
        ((LABEL, label(dpi=600)), "one size, one language and one colour"),
    ],
    ids=["none", "sizes", "languages", "resolutions"],
)
def test_sheets_of_unlike_labels_are_refused(labels: tuple[object, ...], reason: str) -> None:
    with pytest.raises(LabelError, match=reason):
        sheet(labels, at=AT)  # type: ignore[arg-type]


def test_no_more_is_read_than_a_sheet_holds() -> None:
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 1
            yield LABEL

    with pytest.raises(LabelError, match="more than 1000 labels: print them as several sheets"):
        sheet(endless(), at=AT)  # type: ignore[arg-type]
    assert read == MOST_LABELS + 1


def test_a_label_larger_than_the_page_is_refused() -> None:
    with pytest.raises(LabelSizeError, match=r"larger than A4 within .*: give a --size of 190 x 277 mm at most"):
        sheet([label("80mm")], at=AT)
