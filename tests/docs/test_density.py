"""docs/density.md and its picture are what is measured, and the codes in the picture can be read."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from certmark.transport import Symbol
from certmark.transport.outline import outline
from scripts import build_density
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "density.md").read_text(encoding="utf-8")
PICTURE = (ROOT / "docs" / "images" / "density.svg").read_text(encoding="utf-8")
SHOWN = build_density.shown()


@pytest.mark.usefixtures("shared")
def test_tables_and_picture_are_as_built() -> None:
    script = ROOT / "scripts" / "build_density.py"
    result = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_picture_shows_each_code_at_one_module_size() -> None:
    paths = re.findall(r'<path transform="translate\(\d+ \d+\)" d="([^"]+)"/>', PICTURE)
    assert paths == [outline(build_density.modules_of(code), border=4) for code in SHOWN.values()]


@pytest.mark.parametrize("name", SHOWN)
def test_each_code_of_the_picture_is_read(name: str) -> None:
    import zxingcpp
    from PIL import Image

    code = SHOWN[name]
    symbol = Symbol(code.text, code.version, "M", build_density.modules_of(code))
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(symbol.png(scale=3))))
    assert read.text == code.text


def test_the_page_names_its_certificate() -> None:
    assert str(build_density.EXAMPLE.relative_to(ROOT)) in PAGE


def test_the_words_about_vendors_agree_with_the_table() -> None:
    rows = dict(re.findall(r"^\| (vendors[^|]*) \| (.+) \|$", PAGE, re.MULTILINE))
    savings = {name: [float(cell) for cell in row.split(" | ")[1:5]] for name, row in rows.items()}
    words = [round(sizes[2] - sizes[3]) for sizes in savings.values()]
    share = [(sizes[0] - sizes[1]) / (sizes[0] - sizes[3]) for sizes in savings.values()]
    stated = re.search(r"vendors that they were chosen\s+by (\d+) bytes and the others (\d+)", PAGE)
    assert stated is not None
    assert words == [int(number) for number in stated.groups()]
    assert all(0.7 < each < 0.8 for each in share)  # three quarters


def test_numbers_of_certificates_in_the_text_are_those_of_the_table() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (?:vendors|EUCC)[^|]* \| (\d+) \|", PAGE, re.MULTILINE)]
    assert len(numbers) == 3
    assert f"the {numbers[0] + numbers[1]} Common Criteria certificates" in PAGE
    assert f"the {numbers[2]} of the EUCC register" in PAGE


def test_a_folder_without_reference_data_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_density, "ROOT", tmp_path / "repository")
    with pytest.raises(SystemExit, match="no folder 'shared'"):
        build_density.main(["--check"])
