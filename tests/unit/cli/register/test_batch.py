"""``certmark register issue-batch``: what is told of each row, and what lies in the folder afterwards."""

from __future__ import annotations

import json
import sys
from hashlib import shake_256
from pathlib import Path
from typing import Any

import pytest

from certmark.cli.register.drawn import symbol_of
from certmark.register import Register
from certmark.register.errors import RegisterStorageError
from certmark.transport import Symbol, encode_symbol
from tests.unit.cli.conftest import Ended
from tests.unit.cli.register.office import ID, ISSUED_AT, SECOND, Office
from tests.unit.register.test_rows import cells, csv, line_of

FILES = {f"{each}.{suffix}" for each in (ID, SECOND) for suffix in ("cose", "txt", "svg", "png")}
RESULTS = {"results.jsonl", "results.jsonl.lock"}


def batch(office: Office, data: bytes, *options: object, name: str = "rows.jsonl", code: int = 0) -> Ended:
    office[name].write_bytes(data)
    at = () if "--at" in options else ("--at", ISSUED_AT)
    return office("issue-batch", office[name], *office.signing(), "--actor", "anna", *at, *options, code=code)


def results(office: Office, name: str = "out/results.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in office[name].read_text(encoding="ascii").splitlines()]


def in_folder(office: Office) -> set[str]:
    return {path.name for path in office["out"].iterdir()}


def test_each_row_has_files_and_a_result(office: Office, evidence: tuple[object, ...]) -> None:
    ended = batch(office, line_of(1) + b"\n" + line_of(2) + b"\n")
    assert ended.out == f"rows     2: 2 issued, 0 issued before, 0 refused\nresults  {office['out/results.jsonl']}\n"
    assert ended.err == ""
    nothing = {"error": None, "code": None}
    assert results(office) == [
        {"line": 1, "id": ID, "outcome": "issued", "index": 0, **nothing},
        {"line": 2, "id": SECOND, "outcome": "issued", "index": 1, **nothing},
    ]
    assert in_folder(office) == FILES | RESULTS
    report = office.run("verify", office[f"out/{SECOND}.png"], *evidence, "--json").report
    assert (report["indication"], report["certificate"]["id"]) == ("PASSED", SECOND)
    assert office("show", ID, "--json").report["history"][1]["actor"] == "anna"


def test_run_again_it_writes_what_is_missing_and_nothing_else(office: Office) -> None:
    data = line_of(1) + b"\n" + line_of(2)
    batch(office, data)
    before = {name: office[f"out/{name}"].read_bytes() for name in FILES}
    office[f"out/{ID}.svg"].unlink()
    office[f"out/{SECOND}.txt"].write_text("kept as it is")
    ended = batch(office, data, "--json", "--at", "2026-03-09T00:00:00Z")
    counted = {"issued": 0, "already_issued": 2, "refused": 0}
    assert ended.report == counted | {"results": str(office["out/results.jsonl"])}
    assert office[f"out/{ID}.svg"].read_bytes() == before[f"{ID}.svg"]
    assert office[f"out/{SECOND}.txt"].read_text() == "kept as it is"
    assert [(each["outcome"], each["index"]) for each in results(office)] == [
        ("already_issued", 0),
        ("already_issued", 1),
    ]


def test_run_again_after_a_label_it_writes_the_whole_token(office: Office) -> None:
    batch(office, line_of(1))
    before = office[f"out/{ID}.cose"].read_bytes()
    office("label", ID, *office.signing("labels"), "--actor", "anna", at="2026-03-05T00:00:00Z")
    office[f"out/{ID}.cose"].unlink()
    batch(office, line_of(1), "--at", "2026-03-09T00:00:00Z")
    assert office[f"out/{ID}.cose"].read_bytes() == before


def test_ids_that_differ_by_a_slash_or_by_case_have_files_of_their_own(office: Office) -> None:
    ids = (b"A/1", b"A-1", b"A/B", b"A/b", b"a/B", b"AB-B")
    batch(office, b"\n".join(line_of(1).replace(ID.encode(), each) for each in ids))
    tokens = {name for name in in_folder(office) if name.endswith(".cose")}
    assert tokens == {"A~1.cose", "A-1.cose", "A~B.cose", "A~b+1.cose", "a~B+4.cose", "AB-B.cose"}
    assert len({name.casefold() for name in tokens}) == len(ids)


def test_each_symbol_is_drawn_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def draw(text: str) -> Symbol:
        drawn.append(text)
        return encode_symbol(text)

    monkeypatch.setattr("certmark.cli.register.drawn.encode_symbol", draw)
    symbol_of.cache_clear()
    batch(office, b"\n".join((line_of(1), line_of(2))))
    assert len(drawn) == len(set(drawn)) == 2


def test_csv_is_read_as_well(office: Office) -> None:
    changes = {
        "legal_basis": "32024R0482",
        "holder__name": "Maker",
        "holder__address": "Street 1",
        "holder__contact": "psirt@maker.example",
        "subject__name": '"Router,\r\nred"',
    }
    ended = batch(office, csv(cells(1, **changes), cells(2), end="\r\n"), name="rows.CSV", code=65)
    assert f"{office['rows.CSV']}:2: subject.name has the control" in ended.err
    assert [each["line"] for each in results(office)] == [2, 4]


def test_rows_that_are_refused_are_told_by_their_lines(office: Office) -> None:
    data = b"\n".join((line_of(1), b"{", b"", line_of(2, assurance_level="basic"), line_of(1)))
    ended = batch(office, data, code=65)
    rows = str(office["rows.jsonl"])
    first, second, third = ended.err.splitlines()
    assert first.startswith(f"certmark: {rows}:2: the document is not JSON")
    assert second.startswith(f"certmark: {rows}:4: {SECOND} breaks EUCC")
    assert third == f"certmark: {rows}:5: {ID} stands on line 1 already: remove one of the two"
    assert "rows     4: 1 issued, 0 issued before, 3 refused" in ended.out
    assert [(each["line"], each["code"]) for each in results(office)] == [
        (1, None),
        (2, "model"),
        (4, "scheme_violation"),
        (5, "register_conflict"),
    ]
    assert batch(office, data, code=65).out.startswith("rows     4: 0 issued, 1 issued before, 3 refused")


def test_of_many_bad_rows_the_first_are_told_and_the_others_stand_in_the_results(office: Office) -> None:
    ended = batch(office, b"{\n" * 25, code=65)
    assert len(ended.err.splitlines()) == 21
    assert ended.err.splitlines()[-1] == f"certmark: 5 more rows were refused: {office['out/results.jsonl']} names them"
    assert len(results(office)) == 25


def test_a_row_that_fits_no_code_is_refused(office: Office) -> None:
    noise = [shake_256(bytes([number])).hexdigest(100) for number in range(16)]
    documents = [{"type": "certification_report", "reference": each, "sha256": each[:64]} for each in noise]
    ended = batch(office, line_of(1, documents=documents) + b"\n" + line_of(2), code=65)
    assert "rows.jsonl:1: " in ended.err
    assert [each["code"] for each in results(office)] == ["capacity", None]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "rows.jsonl"), (b"\n\n", "rows.jsonl"), (csv(), "rows.csv")],
    ids=["empty", "empty-lines", "only-a-header"],
)
def test_a_file_without_rows_issues_nothing(data: bytes, name: str, office: Office) -> None:
    assert batch(office, data, name=name).out.startswith("rows     0: 0 issued")
    assert results(office) == []


def test_what_is_read_of_the_file_is_shown_on_a_terminal(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    ended = batch(office, line_of(1) + b"\n{", code=65)
    assert "rows.jsonl" in ended.err
    assert "rows.jsonl:2:thedocumentisnotJSON" in "".join(ended.err.split())
    assert ended.out.startswith("rows     2: 1 issued")


@pytest.mark.parametrize(
    ("name", "data", "options", "code", "says"),
    [
        ("rows.json", b"", (), 64, "rows of which kind: name the file .jsonl or .csv"),
        ("rows.csv", b"", (), 65, "rows.csv: the first line is missing"),
        ("rows.csv", b"a,b\n", (), 65, "rows.csv: there is no column id"),
        ("rows.jsonl", line_of(4), ("--bare",), 64, "give either --link TEMPLATE or --bare"),
        ("rows.jsonl", line_of(4), ("--link", "https://x.example/{name}"), 64, "only {id} and {index} may stand there"),
        ("rows.jsonl", line_of(4), ("--issuer", "3087"), 64, "--issuer '3087'"),
        ("rows.jsonl", line_of(4), ("--issuer", "DE-1"), 65, "rows.jsonl: stopped at line 1: no status list of DE-1"),
        ("rows.jsonl", line_of(4), ("--key", "missing.pem"), 66, "missing.pem: no such file"),
        ("rows.jsonl", line_of(4), ("--out", "key.pem"), 64, "is a file: give a folder"),
        ("rows.jsonl", line_of(4), ("--results", "."), 64, "is a folder"),
        ("rows.jsonl", line_of(4), ("--results", "x" * 300), 64, "cannot be written (file name too long)"),
        ("rows.jsonl", line_of(4), ("--results", "./rows.jsonl"), 64, "rows.jsonl: is the file of the rows: choose"),
        ("rows.jsonl", line_of(4), ("--results", "out/../key.pem"), 64, "key.pem: is the private key: choose"),
        ("rows.jsonl", line_of(4), ("--results", "key.pem/results"), 64, "is a file: give a folder"),
        ("rows.jsonl", line_of(4), ("--actor", ""), 64, "the actor is empty"),
        ("rows.jsonl", line_of(4), ("--at", "now"), 64, "is no instant"),
        ("rows.jsonl", line_of(4), ("--idempotency-key", "k"), 64, "no such option"),
    ],
)
def test_a_batch_that_cannot_be_is_one_line(
    name: str, data: bytes, options: tuple[str, ...], code: int, says: str, used: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(used.folder)
    Path(name).write_bytes(data)
    at = () if "--at" in options else ("--at", ISSUED_AT)
    assert says in used.refuses("issue-batch", name, *used.signing(), *at, *options, code=code)
    assert not Path("out/results.jsonl").exists()
    used("audit")


def test_a_certificate_that_was_purged_stops_no_other(office: Office) -> None:
    batch(office, line_of(1))
    office("purge", ID, "--reason", "its time is over", at="2036-03-03T00:00:00Z")
    office[f"out/{ID}.svg"].unlink()
    batch(office, line_of(1) + b"\n" + line_of(2))
    assert [each["outcome"] for each in results(office)] == ["already_issued", "issued"]
    assert not office[f"out/{ID}.svg"].exists()


@pytest.mark.parametrize("name", ["missing.jsonl", "folder.jsonl"])
def test_rows_that_cannot_be_read_are_named(name: str, office: Office) -> None:
    office["folder.jsonl"].mkdir()
    assert f"{name}: " in office.refuses("issue-batch", office[name], *office.signing(), code=66)


def test_a_database_that_fails_is_one_line_and_the_old_results_stay(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch(office, line_of(1))
    before = results(office)

    def gone(*_: object, **__: object) -> None:
        raise RegisterStorageError("the register cannot be written: gone")

    monkeypatch.setattr("certmark.register.issuing.keep", gone)
    ended = batch(office, line_of(1) + b"\n" + line_of(2), code=65)
    rows = office["rows.jsonl"]
    assert ended.complaint == (
        f"{rows}: stopped at line 2: the register cannot be written: gone; what was issued stays, "
        "the same batch goes on from here"
    )
    assert results(office) == before
    assert {path.name for path in office["out"].iterdir() if path.name.endswith(".tmp")} == set()


def test_files_that_cannot_be_written_stop_the_batch_and_say_what_stays(office: Office) -> None:
    office[f"out/{SECOND}.cose"].mkdir(parents=True)
    data = line_of(1) + b"\n" + line_of(2)
    ended = batch(office, data, code=64)
    assert "is a folder: choose another place; what was issued stays: run it again to go on" in ended.complaint
    office[f"out/{SECOND}.cose"].rmdir()
    assert batch(office, data).out.startswith("rows     2: 0 issued, 2 issued before")
    assert in_folder(office) == FILES | RESULTS


def test_results_that_cannot_be_written_leave_those_of_before(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    batch(office, line_of(1))
    before = results(office)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("certmark.files.os.fsync", full)
        ended = batch(office, line_of(1), code=64)
    assert "results.jsonl: cannot be written (no space left on device)" in ended.complaint
    assert results(office) == before
    assert in_folder(office) == {name for name in FILES if name.startswith(ID)} | RESULTS


def test_a_register_that_is_at_work_on_a_batch_takes_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certmark.register.database.LOCK_WAIT", 0)
    with Register.open(f"sqlite:///{office['register.db']}") as register, register.database.alone():
        assert "another batch is at work in this register" in batch(office, line_of(1), code=65).complaint
    assert office("list", "--json").report == []
