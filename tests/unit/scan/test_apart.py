"""Pictures that are read in a process of their own: whatever happens there is an answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from certmark.scan import Bounds, PictureError, scan, scan_apart
from tests.fuzz.slow_pictures import finders, pdf
from tests.needs import linux
from tests.unit.cli.conftest import Command
from tests.unit.scan.drawn import CODE, beside, picture, saved

ONLY_LINUX = "only Linux bounds the memory"


def test_the_answer_is_that_of_this_process() -> None:
    both = saved(beside(picture(CODE), picture("https://shop.example/ü")), "PNG")
    assert scan_apart(both) == scan(both)
    assert len(scan(both).foreign) == 1


@pytest.mark.parametrize("data", [b"", b"no picture", saved(picture(CODE), "PNG")[:200]])
def test_what_holds_no_code_gives_none(data: bytes) -> None:
    assert scan_apart(data) == ((), ())


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(PictureError, match=r"^The (picture was not read within 1 seconds|reader of pictures)"):
        scan_apart(finders(7_000, module=4), bounds=Bounds(seconds=1))


def test_what_needs_too_much_memory_is_given_up() -> None:
    linux(ONLY_LINUX)
    with pytest.raises(PictureError, match="needed too much time or memory"):
        scan_apart(pdf(b"", pages=20, side=14_400), bounds=Bounds(memory=100_000_000))


def test_bounds_of_the_system_that_are_lower_stay(tmp_path: Path) -> None:
    linux(ONLY_LINUX)
    (tmp_path / "a.png").write_bytes(saved(picture(CODE), "PNG"))
    program = "import pathlib, certmark.scan as s; print(*s.scan_apart(pathlib.Path('a.png').read_bytes()).codes)"
    bounded = ["bash", "-c", 'ulimit -v 1500000 -t 15; exec "$0" -c "$1"', sys.executable, program]
    done = subprocess.run(bounded, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (CODE in done.stdout, done.stderr) == (True, "")


def test_a_reader_that_falls_over_is_an_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "zxingcpp.py").write_text("import os\nos.abort()\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(PictureError, match="failed on this one"):
        scan_apart(saved(picture(CODE), "PNG"))


def test_without_a_program_to_start_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(PictureError, match="No process could be started"):
        scan_apart(saved(picture(CODE), "PNG"))


def test_what_lies_in_the_folder_of_the_person_is_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "PIL.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [code.text for code in scan_apart(saved(picture(CODE), "PNG")).codes] == [CODE]


# --- from the command line ---


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_content_decides_and_not_the_name(
    kind: str, certmark: Command, evidence: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "photo.txt").write_bytes(saved(picture(CODE), kind))
    assert certmark("verify", tmp_path / "photo.txt", *evidence).code == 0


def test_of_several_codes_ours_is_taken(certmark: Command, evidence: tuple[object, ...], tmp_path: Path) -> None:
    codes = [*map(picture, ("https://shop.example/", "https://maker.example/help#1-install", "HC1:ABC")), picture(CODE)]
    for order in (codes, codes[::-1]):
        (tmp_path / "shelf.png").write_bytes(saved(beside(*order), "PNG"))
        assert certmark("verify", tmp_path / "shelf.png", *evidence).code == 0


def test_a_code_of_someone_else_is_named(certmark: Command, evidence: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "shelf.webp").write_bytes(saved(picture("HC1:6BFOXN"), "PNG"))
    ended = certmark("verify", tmp_path / "shelf.webp", *evidence, "--json")
    assert ended.code == 1
    assert "COVID" in ended.report["checks"][0]["reason"]


def test_what_was_not_read_for_its_size_is_told_so(
    certmark: Command, evidence: tuple[object, ...], tmp_path: Path
) -> None:
    page = Image.new("1", (20, 20), 1)
    picture(CODE).convert("1").resize((7_100, 7_100)).save(tmp_path / "large.png")
    page.save(tmp_path / "long.pdf", save_all=True, append_images=[page] * 19 + [picture(CODE)])
    for name, said in (("large.png", "More than 50 megapixels"), ("long.pdf", "after the 20th")):
        ended = certmark("verify", tmp_path / name, *evidence, "--json")
        assert ended.code == 1
        assert said in ended.report["checks"][0]["reason"]


def test_a_picture_that_was_given_up_gets_a_report(
    certmark: Command, evidence: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shelf.png").write_bytes(saved(picture(CODE), "PNG"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    ended = certmark("verify", tmp_path / "shelf.png", *evidence, "--json")
    assert (ended.code, ended.report["sub_indication"]) == (1, "FORMAT_FAILURE")
    assert "No process could be started" in ended.report["checks"][0]["reason"]


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
