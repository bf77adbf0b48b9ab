"""docs/labels.md: its pictures are as built and show codes that are read, and what it says of limits is so."""

from __future__ import annotations

import subprocess
import sys
from xml.etree.ElementTree import fromstring

import pytest

from certmark.label.codes import FEWEST_DOTS, SMALLEST_MODULE
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


@pytest.mark.parametrize(("name", "language", "size"), [("label.svg", "en", "30mm"), ("label-mark.svg", "de", "40mm")])
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
        f"letters of {SMALLEST_X_HEIGHT:g} mm",
        f"between {EASY_X_HEIGHT:g} mm and {SMALLEST_X_HEIGHT:g} mm",
        f"wider than {LARGEST:g} mm",
        f"below {SMALLEST_DPI} dpi or above {LARGEST_DPI} dpi",
        f"at most {MOST_LABELS} labels",
    ],
)
def test_limits_are_those_of_the_code(said: str) -> None:
    assert said in " ".join(PAGE.split())
