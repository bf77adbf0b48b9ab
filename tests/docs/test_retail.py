"""docs/retail.md: its programs run in the folder of the demo; columns and pictures are as they are written."""

from __future__ import annotations

import doctest
import io
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from certmark.bulk.csv_rows import RESULTS, WORDS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "retail.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    subprocess.run([sys.executable, "-m", "certmark", "demo", "--out", str(path)], check=True, capture_output=True)
    return path


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_a_program_of_the_page_prints_what_stands_there(number: int, folder: Path) -> None:
    program, expected = PROGRAMS[number]
    (folder / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run([sys.executable, "program.py"], cwd=folder, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    assert doctest.OutputChecker().check_output(expected, done.stdout, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


def test_the_page_has_programs() -> None:
    assert len(PROGRAMS) == 2


def test_every_column_of_an_answer_stands_on_the_page() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    assert {name for row in rows for name in re.findall("`([a-z_]+)`", row)} == {*RESULTS, *WORDS}


def test_the_pictures_are_as_built() -> None:
    build = runpy.run_path(str(ROOT / "scripts" / "build_retail.py"))
    assert build["REPORT"].read_text(encoding="utf-8") == build["report_svg"]()
    files = (build["PAGE"].read_bytes(), build["page_png"]())
    kept, made = (Image.open(io.BytesIO(data)).convert("L") for data in files)
    # of 255: other builds of PDFium smooth edges otherwise
    assert max(ImageChops.difference(kept, made).tobytes()) <= 32
