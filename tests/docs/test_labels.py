"""docs/labels.md: its pictures are as built and show codes that are read, and what it says of limits is so."""

from __future__ import annotations

import subprocess
import sys
from xml.etree.ElementTree import fromstring

import pytest

from certmark.label.codes import EASY_MODULE, FEWEST_DOTS, SMALLEST_MODULE
from certmark.label.ink import LEAST_CONTRAST
from certmark.label.layout import EASY_X_HEIGHT, SMALLEST_X_HEIGHT
from certmark.label.paper import LARGEST, LARGEST_DPI, LOWEST, SMALLEST_DPI
from certmark.label.sheet import MOST_LABELS
from certmark.transport.outline import outline
from scripts import build_labels
from tests import world as w
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "labels.md").read_text(encoding="utf-8")
IMAGES = ROOT / "docs" / "images"
SVG = "{http://www.w3.org/2000/svg}"


def test_pictures_are_as_built() -> None:
    script = ROOT / "scripts" / "build_labels.py"
    result = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "language", "size"),
    [("label.svg", "en", "30mm"), ("label-mark.svg", "de", "40mm"), ("label-upright.svg", "it", "40x70mm")],
)
def test_the_code_of_a_picture_is_that_of_a_token_that_verifies(name: str, language: str, size: str) -> None:
    demo = w.WORLD.with_root(label="DEMO")
    world = demo.with_certificate(id="EUCC-3087-2026-03-0001", content="label", documents=None)
    label = build_labels.drawn(world, language=language, size=size)
    paths = {path.get("d") for path in fromstring((IMAGES / name).read_bytes()).iter(f"{SVG}path")}  # noqa: S314 ours
    assert outline(label.code.symbol.modules, border=0) in paths
    assert world.report(label.code.symbol.text).passed


def test_pictures_are_small_and_shown() -> None:
    for path in build_labels.files():
        assert path.stat().st_size < 60_000
        assert f"(images/{path.name})" in PAGE


@pytest.mark.parametrize(
    "said",
    [
        f"lower than {LOWEST:g} mm",
        f"modules smaller than {SMALLEST_MODULE:g} mm or {FEWEST_DOTS} dots",
        f"a warning below {EASY_MODULE:g} mm",
        f"less than {LEAST_CONTRAST:.0%} of the light".replace("%", " %"),
        f"letters of {SMALLEST_X_HEIGHT:g} mm",
        f"between {EASY_X_HEIGHT:g} mm and {SMALLEST_X_HEIGHT:g} mm",
        f"wider than {LARGEST:g} mm",
        f"below {SMALLEST_DPI} dpi or above {LARGEST_DPI} dpi",
        f"at most {MOST_LABELS} labels",
    ],
)
def test_limits_are_those_of_the_code(said: str) -> None:
    assert said in " ".join(PAGE.split())


def rows_of(name: str) -> list[list[str]]:
    table = PAGE.partition(f"<!-- table: {name} -->")[2].partition("<!-- end -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]


def test_the_default_size_is_the_smallest_that_a_phone_reads() -> None:
    phone = {(int(row[0]), int(row[1])): int(row[8]) for row in rows_of("sizes") if row[2] == "certmark label"}
    assert min(share for (size, _), share in phone.items() if size == 30) == 92
    assert max(share for (size, _), share in phone.items() if size == 20) < 50


@pytest.mark.parametrize(("ours", "theirs"), [(20, 30), (30, 40)])
def test_a_label_is_read_as_often_as_other_forms_a_size_larger(ours: int, theirs: int) -> None:
    def least(size: int, *, label: bool) -> list[float]:
        found = [row for row in rows_of("sizes") if int(row[0]) == size and (row[2] == "certmark label") is label]
        return [sum(int(row[column]) for row in found) / len(found) for column in (5, 6)]

    assert all(
        mine >= other - 1 for mine, other in zip(least(ours, label=True), least(theirs, label=False), strict=True)
    )


def test_small_modules_are_read_from_near_only() -> None:
    for row in rows_of("modules"):
        if row[0] == "0.25":
            assert row[6:] == ["0", "0"]
        else:
            assert int(row[6]) >= 67
