"""``certmark verify --record``: a file to keep, that is made once and can be made again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from certmark.status.bitarray import Status
from certmark.verify import Product
from tests.unit.cli.conftest import Command
from tests.world import WORLD, seconds

Evidence = tuple[object, ...]

EARLIER = seconds("2026-05-30 06:00:00")


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
        (("--record", f"{'x' * 300}.json"), 64, "cannot be written (file name too long)"),
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


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_never_written_through(there: bool, certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    if there:
        (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "r.json").symlink_to(tmp_path / "other")
    ended = certmark("verify", WORLD.text, *evidence, "--record", tmp_path / "r.json")
    assert (ended.code, ended.out) == (64, "")
    assert not there or (tmp_path / "other").read_bytes() == b"other"
    assert {path.name for path in tmp_path.iterdir()} == ({"other", "r.json"} if there else {"r.json"})


def test_of_two_that_write_one_record_both_find_it(evidence: Evidence, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "certmark", "verify", WORLD.text, *map(str, evidence)]
    command += ["--record", str(tmp_path / "r.json")]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


def test_a_withdrawal_that_only_the_state_remembers_stands_in_the_record(
    certmark: Command, evidence: Evidence, tmp_path: Path
) -> None:
    status, state = tmp_path / "older.cose", ("--state", tmp_path / "state")
    status.write_bytes(WORLD.with_statuses(named=((WORLD.index, Status.INVALID),), issued_at=EARLIER).status_tokens[0])
    trust, at = evidence[:4], evidence[6:]
    certmark("verify", WORLD.text, *trust, "--status", status, *at, *state)
    ended = certmark("verify", WORLD.text, *evidence, *state, "--record", tmp_path / "r.json")
    record = json.loads((tmp_path / "r.json").read_text(encoding="ascii"))
    assert (ended.code, record["result"]["sub_indication"]) == (1, "CERTIFICATE_WITHDRAWN")
    assert [each["kind"] for each in record["lists"][-2:]] == ["status_list", "remembered_status_list"]


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
