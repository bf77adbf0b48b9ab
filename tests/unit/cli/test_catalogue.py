"""``certmark verify --csv`` and ``--jsonl``: catalogues from files and pipes, by one process and several."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certmark.bulk import workers
from certmark.cli import catalogue
from certmark.fetch import TrustStore
from certmark.wording import advise
from tests.needs import file, full_disk, posix
from tests.unit.cli.conftest import Command, write_world
from tests.world import WORLD

Evidence = tuple[object, ...]

CATALOGUE = f"sku,token,gtin\nA,{WORLD.text},4006381333931\nB,{WORLD.text},5901234123457\nC,CM2:X,\nD,x,1\n"
MANY = workers.SMALL + 500


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.csv"
    lines = (f"{sku},{WORLD.text}" if sku % 5 else f"{sku},HC1:X" for sku in range(MANY))
    path.write_text("sku,token\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_catalogue_comes_back_with_verdicts_and_is_counted_at_the_end(
    source: str, certmark: Command, evidence: Evidence, tmp_path: Path, type_in: Callable[[bytes], None]
) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE, encoding="utf-8")
    type_in(CATALOGUE.encode())
    ended = certmark("verify", tmp_path / "c.csv" if source == "file" else "-", *evidence, "--csv")
    assert ended.code == 1
    assert [(row["sku"], row["indication"], row["may_promote"]) for row in rows(ended.out)] == [
        ("A", "PASSED", "yes"),
        ("B", "FAILED", "no"),
        ("C", "INDETERMINATE", "unknown"),
        ("D", "FAILED", "no"),
    ]
    assert ended.complaint.startswith("4 rows: 1 PASSED, 2 FAILED, 1 INDETERMINATE; may be promoted: 1 yes")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("", 0),
        (f"{WORLD.text}\n", 0),
        (f"{WORLD.text}\nCM2:X\n", 2),
        (f"{WORLD.text}\nCM2:X\nx\n", 1),
        ("x\nCM2:X\n", 1),
    ],
)
def test_the_worst_row_decides_the_exit_code(
    lines: str, code: int, certmark: Command, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    type_in(b"token\n" + lines.encode())
    assert certmark("verify", "-", *evidence, "--csv").code == code


def test_objects_and_tokens_may_stand_in_one_stream(
    certmark: Command, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    type_in(json.dumps({"sku": "A", "token": WORLD.text}).encode() + f"\n{WORLD.text}\n{{\n".encode())
    ended = certmark("verify", "-", *evidence, "--jsonl")
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert [answer.get("line") for answer in answers] == [1, None, 3]
    assert ended.complaint.startswith("3 rows: 2 PASSED, 1 FAILED")


def test_the_product_of_the_options_is_compared_in_every_row(
    certmark: Command, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    type_in(f"token\n{WORLD.text}\n".encode())
    ended = certmark("verify", "-", *evidence, "--csv", "--model", "SE9")
    assert rows(ended.out)[0]["product_match"] == "differs"


def test_several_processes_write_what_one_writes(certmark: Command, evidence: Evidence, large: Path) -> None:
    one, two = (certmark("verify", large, *evidence, "--csv", "--jobs", jobs) for jobs in (1, 2))
    assert two == one
    assert [row["sku"] for row in rows(one.out)] == [str(sku) for sku in range(MANY)]


def test_a_file_is_verified_by_all_processors(
    certmark: Command, evidence: Evidence, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("several processes")

    monkeypatch.setattr(workers, "ProcessPoolExecutor", fail)
    monkeypatch.setattr(catalogue, "cores", lambda: 2)
    assert "several processes" in certmark("verify", large, *evidence, "--csv").err
    with large.open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        assert certmark("verify", "-", *evidence, "--csv").code == 1


def test_a_store_will_do(certmark: Command, files: Path, large: Path, tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "store", anchor=WORLD.anchor)
    store.import_bundle(WORLD.bundle)
    options = ("--trust", tmp_path / "store", "--anchor", files / "root.cose", "--status", files / "status-0.cose")
    ended = certmark("verify", large, *options, "--at", "2026-06-01T12:00:00Z", "--csv", "--jobs", 2)
    assert ended.complaint.startswith(f"{MANY} rows: {MANY * 4 // 5} PASSED")


def test_the_floor_is_kept_and_held_to(certmark: Command, evidence: Evidence, large: Path, tmp_path: Path) -> None:
    for _ in range(2):
        ended = certmark("verify", large, *evidence, "--state", tmp_path / "floor", "--csv", "--jobs", 2)
        assert ended.complaint.startswith(f"{MANY} rows: {MANY * 4 // 5} PASSED")
    older = write_world(tmp_path, WORLD.with_member(sequence_number=4))
    options = ("--trust", older / "trust.bundle", "--anchor", older / "root.cose", *evidence[4:])
    ended = certmark("verify", large, *options, "--state", tmp_path / "floor", "--csv", "--jobs", 2)
    assert " 0 PASSED" in ended.err


def die(*_: object) -> None:
    os._exit(1)


def test_a_worker_that_was_killed_is_told_with_how_far_it_got(
    certmark: Command, evidence: Evidence, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_work_on", die)
    ended = certmark("verify", large, *evidence, "--csv", "--jobs", 2)
    assert ended.code == 70
    assert "a worker process was killed" in ended.complaint
    assert "(after 0 rows)" in ended.complaint


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("c.csv", "--csv", "--json"), 64, "leave --json and --jsonl out"),
        (("c.csv", "--csv", "--jsonl"), 64, "leave --json and --jsonl out"),
        (("c.csv", "--jobs", 2), 64, "give --jsonl or --csv"),
        (("c.csv", "--csv", "--jobs", 0), 64, "1 to 256"),
        (("c.csv", "--csv", "--jobs", 257), 64, "1 to 256"),
        (("c.csv", "--jsonl", "--jobs", -1), 64, "1 to 256"),
        (("c.csv", "--csv", "--jobs", 10**6), 64, "1 to 256"),
        (("nowhere.csv", "--csv"), 66, "nowhere.csv: no such file: give the path of a catalogue as CSV"),
        ((".", "--csv"), 66, "give the path of a catalogue as CSV"),
        (("header.csv", "--csv"), 65, "header.csv: the catalogue has no column 'token'"),
        (("c.csv", "--csv", "--trust", "header.csv"), 65, "header.csv: not a trust bundle"),
    ],
)
def test_what_cannot_be_verified_gives_one_line_and_no_output(
    options: tuple[object, ...],
    code: int,
    said: str,
    certmark: Command,
    evidence: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.csv").write_text(CATALOGUE, encoding="utf-8")
    Path("header.csv").write_text("sku,code\n", encoding="utf-8")
    ended = certmark("verify", *options[:1], *evidence, *options[1:])
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.complaint


@pytest.mark.parametrize("form", ["--csv", "--jsonl"])
def test_what_cannot_be_written_is_not_blamed_on_the_catalogue(form: str, evidence: Evidence, large: Path) -> None:
    with full_disk().open("wb") as full:
        command = [sys.executable, "-m", "certmark", "verify", *map(str, (large, *evidence, form, "--jobs", 2))]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 64
    assert done.stderr.startswith(b"certmark: standard output: cannot be written (no space left on device): ")


def test_a_catalogue_that_cannot_be_read_is_named(certmark: Command, evidence: Evidence) -> None:
    unreadable = file("/proc/self/mem", what="which opens and cannot be read")
    ended = certmark("verify", unreadable, *evidence, "--csv")
    assert (ended.code, ended.out) == (66, "")
    assert ended.complaint.startswith("/proc/self/mem: cannot be read (input/output error): ")


def test_a_fault_of_a_row_has_a_column_and_a_count(
    certmark: Command, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    type_in(f"token,gtin\n{WORLD.text},4006381333930\nHC1:X,\n".encode())
    ended = certmark("verify", "-", *evidence, "--csv")
    assert [bool(row["row_problem"]) for row in rows(ended.out)] == [True, False]
    assert ended.complaint.endswith("; 1 with a row_problem")


# --- with other programs ---


def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "certmark", "verify", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("form", ["--jsonl", "--csv"])
def test_a_program_that_asks_and_waits_gets_each_answer_before_it_asks_again(form: str, evidence: Evidence) -> None:
    with start("-", *evidence, form, stdin=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        if form == "--csv":
            program.stdin.write(b"token\n")
            program.stdin.flush()
            assert program.stdout.readline().startswith(b"token,line,")
        for _ in range(3):
            program.stdin.write(WORLD.text.encode() + b"\n")
            program.stdin.flush()
            assert b"PASSED" in program.stdout.readline()
        program.stdin.close()
        assert program.wait() == 0


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs that are started be interrupted, also where this one was started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_quietly_and_leaves_nobody_behind(evidence: Evidence, tmp_path: Path) -> None:
    posix("sends signals")
    (tmp_path / "endless.csv").write_text("token\n" + f"{WORLD.text}\n" * 20_000, encoding="utf-8")
    with start(tmp_path / "endless.csv", *evidence, "--csv", "--jobs", 2, start_new_session=True) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        for _ in range(1500):
            program.stdout.readline()
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: everyone in the foreground gets it
        # both end only when the last process that holds them has
        assert program.stdout.read().count(b"\n") < 10_000
        assert program.stderr.read() == b""
        assert program.wait() == 130


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_that_goes_ends_it_quietly(jobs: int, evidence: Evidence, large: Path) -> None:
    posix("closes pipes")
    with start(large, *evidence, "--csv", "--jobs", jobs) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 141


# --- progress ---


class Terminal(io.StringIO):
    """What takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_progress_is_shown_on_a_terminal_only(
    certmark: Command, evidence: Evidence, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    plain = certmark("verify", large, *evidence, "--csv", "--jobs", 1)
    assert plain.err.count("\n") == 1
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    shown = certmark("verify", large, *evidence, "--csv", "--jobs", 1)
    assert shown.out == plain.out
    assert f"{MANY} rows" in terminal.getvalue()
    assert "\x1b[" in terminal.getvalue()


def test_a_closed_output_is_told_on_a_terminal_too(
    certmark: Command, evidence: Evidence, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", None)  # as Python does
    assert certmark("verify", files / "token.txt", *evidence, "--jsonl").code == 64
    assert "standard output is closed: " in terminal.getvalue()


def test_the_progress_of_a_pipe_has_no_end(
    certmark: Command, evidence: Evidence, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(large.read_bytes())))
    assert len(rows(certmark("verify", "-", *evidence, "--csv").out)) == MANY


# --- words ---


def test_words_stand_beside_the_verdicts_where_a_language_is_given(
    certmark: Command, evidence: Evidence, tmp_path: Path, type_in: Callable[[bytes], None]
) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE, encoding="utf-8")
    ended = certmark("verify", tmp_path / "c.csv", *evidence, "--csv", "--lang", "de")
    assert list(rows(ended.out)[0])[-2:] == ["sentence", "advice"]
    assert all(row["sentence"] and row["advice"] for row in rows(ended.out))
    type_in(WORLD.text.encode())
    answer = json.loads(certmark("verify", "-", *evidence, "--jsonl", "--lang", "de").out)
    assert answer["words"]["advice"] == advise(WORLD.report(WORLD.text), "de").advice
