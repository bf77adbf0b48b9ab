"""``certmark verify --record``: a file to keep, that is made once and can be made again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from certmark.verify import Product
from tests.unit.cli.conftest import Command
from tests.world import WORLD

Evidence = tuple[object, ...]


@pytest.mark.parametrize("name", ["check.json", "check.pdf", "CHECK.PDF"])
def test_the_same_inputs_write_the_same_file(name: str, certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    written = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        ended = certmark("verify", WORLD.text, *evidence, "--gtin", "4006381333931", "--record", folder / name)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith(" PASSED")
        written.append((folder / name).read_bytes())
    assert written[0] == written[1]
    assert written[0].startswith(b"%PDF-" if name.lower().endswith("pdf") else b"{")


def test_a_record_holds_what_the_report_says(certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    product = ("--gtin", "4006381333931", "--model", "SE9", "--product-version", "2")
    ended = certmark(
        "verify", WORLD.text, *evidence, *product, "--lang", "it", "--json", "--record", tmp_path / "r.json"
    )
    record = json.loads((tmp_path / "r.json").read_text(encoding="ascii"))
    assert ended.code == 1
    assert record["result"]["sub_indication"] == ended.report["sub_indication"] == "WRONG_PRODUCT"
    assert record["checks"] == ended.report["checks"]
    assert record["words"] == ended.report["words"]
    assert Product(**record["product_asked_for"]) == Product("4006381333931", "SE9", "2")


@pytest.mark.parametrize("token", ["HC1:X", "", "CM2:X"])
def test_what_is_no_token_gets_a_record_too(token: str, certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    ended = certmark("verify", token, *evidence, "--json", "--record", tmp_path / "r.json")
    record = json.loads((tmp_path / "r.json").read_text(encoding="ascii"))
    assert record["result"]["indication"] == ended.report["indication"] != "PASSED"


def test_a_picture_without_a_code_gets_a_record_too(certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    certmark("verify", tmp_path / "a.png", *evidence, "--record", tmp_path / "r.json")
    record = json.loads((tmp_path / "r.json").read_text(encoding="ascii"))
    assert record["token"]["given_sha256"] is None
    assert "No QR code was found" in record["result"]["reason"]


def test_to_check_again_is_to_find_the_same(certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    first = certmark("verify", WORLD.text, *evidence, "--record", tmp_path / "r.json")
    assert certmark("verify", WORLD.text, *evidence, "--record", tmp_path / "r.json") == first
    before = (tmp_path / "r.json").read_bytes()
    other = certmark("verify", WORLD.text, *evidence, "--model", "SE9", "--record", tmp_path / "r.json")
    assert (other.code, other.out) == (64, "")
    assert "is another record" in other.complaint
    assert (tmp_path / "r.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--record", "check.txt"), 64, "ends in .json or .pdf"),
        (("--record", "check"), 64, "ends in .json or .pdf"),
        (("--record", "check.json", "--jsonl"), 64, "leave --jsonl and --csv out"),
        (("--record", "check.pdf", "--csv"), 64, "leave --jsonl and --csv out"),
        (("--record", "folder.json"), 64, "exists already"),
        (("--record", "nowhere/check.json"), 64, "cannot be written"),
    ],
)
def test_what_cannot_be_kept_is_told(
    options: tuple[object, ...],
    code: int,
    said: str,
    certmark: Command,
    evidence: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.json").mkdir()
    ended = certmark("verify", WORLD.text, *evidence, *options)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.complaint


def test_a_page_needs_an_extra_and_json_none(
    certmark: Command,
    evidence: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    type_in: Callable[[bytes], None],
) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    type_in(WORLD.cose)
    assert certmark("verify", "-", *evidence, "--record", tmp_path / "r.json").code == 0
    ended = certmark("verify", WORLD.text, *evidence, "--record", tmp_path / "r.pdf")
    assert (ended.code, ended.out) == (69, "")
    assert "certmark[label]" in ended.complaint
