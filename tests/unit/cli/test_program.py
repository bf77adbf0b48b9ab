"""How the program ends: help, usage errors, missing extras, interrupts, broken pipes, its own mistakes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import certmark as package
from certmark.cli import clock, evidence, program, screen, verify, writing
from certmark.cli.exits import CommandError, ExitCode
from certmark.errors import StatusError
from certmark.verify import POLICIES
from tests.needs import full_disk
from tests.unit.cli.conftest import Command

COMMANDS = [
    *("demo", "keygen", "pubkey", "csr", "issue", "draft", "approve", "verify", "inspect", "label"),
    *("trust", "status", "register"),
]
CLI = Path(package.__file__).parent / "cli"


def test_help_names_every_command_in_order(certmark: Command) -> None:
    ended = certmark("--help")
    assert (ended.code, ended.err) == (0, "")
    listed = ended.out[ended.out.index("Commands:") :].split("\n")[1:]
    assert [line.split()[0] for line in listed if line.strip()] == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_a_command_fits_a_screen(command: str, option: str, certmark: Command) -> None:
    ended = certmark(command, option)
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.out.splitlines()) <= (40 if command == "trust" else 32)  # a group of commands
    assert max(map(len, ended.out.splitlines())) <= 80


def test_without_a_command_help_is_shown_and_it_is_a_usage_error(certmark: Command) -> None:
    ended = certmark()
    assert (ended.code, ended.err) == (64, "")
    assert "Commands:" in ended.out


def test_the_version(certmark: Command) -> None:
    assert certmark("--version") == (0, f"certmark {package.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sell",), "no such command 'sell'"),
        (("--loud",), "no such option: --loud"),
        (("verify",), "missing"),
        (("verify", "\x1b]0;x\x07"), "missing option '--trust'"),
        (("\x1b[2J",), "[2J"),
    ],
    ids=["command", "option", "nothing", "control", "control-command"],
)
def test_a_wrong_command_line_gives_one_clear_line(arguments: tuple[str, ...], said: str, certmark: Command) -> None:
    ended = certmark(*arguments)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.complaint
    assert ended.complaint.endswith("--help'")
    assert ended.complaint.isprintable()


@pytest.mark.parametrize("module", ["typer", "rich"])
def test_without_the_extra_its_name_is_told(module: str, certmark: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    ended = certmark("--help")
    assert (ended.code, ended.out) == (69, "")
    assert ended.complaint == "the command line needs the 'cli' extra: pip install 'certmark[cli]'"


def _failing_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(verify, "at_or_now", fail)


VERIFY = ("verify", "x", "--trust", "x", "--anchor", "x")


def test_a_mistake_of_ours_is_one_line(certmark: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_DEBUG", raising=False)
    _failing_with(KeyError("x\ny"), monkeypatch)
    ended = certmark(*VERIFY)
    assert ended.code == 70
    assert ended.complaint.startswith("internal error (KeyError: 'x\\ny')")


def test_a_mistake_without_words_is_one_line(certmark: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_DEBUG", raising=False)
    _failing_with(ZeroDivisionError(), monkeypatch)
    assert certmark(*VERIFY).complaint.startswith("internal error (ZeroDivisionError: )")


def test_its_traceback_is_there_for_those_who_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTMARK_DEBUG", "1")
    _failing_with(KeyError("x"), monkeypatch)
    assert program.run(VERIFY) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 141),
        (StatusError("a list is wrong"), 65),
        (CommandError(ExitCode.NO_INPUT, "gone"), 66),
    ],
    ids=["ctrl-c", "broken-pipe", "library", "command"],
)
def test_every_way_to_end_has_its_code(
    error: BaseException, code: int, certmark: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "let_go_of", lambda _: None)
    _failing_with(error, monkeypatch)
    ended = certmark(*VERIFY)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.count("\n") <= 1


@pytest.mark.parametrize("arguments", [("--help",), ("inspect", "HC1:X", "--json"), ("inspect", "HC1:X")])
def test_nobody_reading_is_no_reason_to_complain(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "certmark", *arguments], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("arguments", [("--version",), ("inspect", "HC1:X", "--json"), ("inspect", "HC1:X")])
def test_an_output_that_cannot_be_written_is_told(arguments: tuple[str, ...]) -> None:
    with full_disk().open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "certmark", *arguments], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 64
    assert done.stderr.startswith(b"certmark: standard output: cannot be written (no space left on device): ")
    assert done.stderr.count(b"\n") == 1


def test_complaints_that_cannot_be_written_change_no_exit_code() -> None:
    with full_disk().open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "certmark", "verify", "x", "--trust", "x", "--anchor", "x", "--lang", "xx"],
            stdout=subprocess.DEVNULL,
            stderr=full,
            check=False,
        )
    assert done.returncode == 64


@pytest.mark.parametrize(
    ("closed", "arguments", "code", "said"),
    [
        ("stdout", ("--version",), 64, "standard output is closed: "),
        ("stdout", ("inspect", "HC1:X"), 64, "standard output is closed: "),
        ("stdin", ("inspect", "-"), 66, "standard input is closed: "),
        ("stdin", ("inspect", "HC1:X"), 1, ""),
        ("stderr", ("inspect", "nowhere.txt"), 66, ""),
    ],
)
def test_a_stream_that_is_closed_is_told(
    closed: str, arguments: tuple[str, ...], code: int, said: str, certmark: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, closed, None)  # as Python does
    ended = certmark(*arguments)
    assert ended.code == code
    assert said in ended.err


def test_a_terminal_that_knows_ascii_only_is_survived(files: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    for arguments in (["inspect", str(files / "token.txt")], ["verify", "ü", "--trust", "ü", "--anchor", "ü"]):
        done = subprocess.run(
            [sys.executable, "-m", "certmark", *arguments], capture_output=True, env=environment, check=False
        )
        assert done.returncode in (0, 66)
        assert b"Traceback" not in done.stderr
        assert (done.stdout + done.stderr).isascii()


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from certmark.cli import main; main(['--help']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert loaded.isdisjoint({"pydantic", "qrcode", "png", "cryptography", "cbor2", "rich", "PIL", "zxingcpp"})


def test_the_clock_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(CLI).as_posix()
        for path in CLI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert readers == {"clock.py"}
    assert clock.now().utcoffset() is not None
    assert clock.now().microsecond == 0


def test_every_policy_has_its_name_on_the_command_line() -> None:
    assert [name.value for name in verify.PolicyName] == [policy.name for policy in POLICIES]


def test_a_scheme_file_may_take_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    eucc = CLI.parent / "model" / "schemes" / "eucc.json"
    (tmp_path / "mine.json").write_text(eucc.read_text(encoding="utf-8").replace("Common", "My"), encoding="utf-8")
    schemes = evidence.read_schemes([str(tmp_path / "mine.json")])
    assert schemes is not None
    assert [scheme.id for scheme in schemes] == ["EUCC"]
    assert "My" in schemes[0].title


# --- files ---


def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.txt").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CommandError, match="no space left on device"):
        writing.write_files(tmp_path, {"a.txt": b"new", "b.txt": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old"}


def test_what_waits_is_removed_when_renaming_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CommandError, match=r"a\.txt: cannot be written \(permission denied\)"):
        writing.write_files(tmp_path, {"a.txt": b"new", "b.txt": b"new"})
    assert list(tmp_path.iterdir()) == []


def test_files_get_the_mode_that_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        writing.write_files(tmp_path, {"a.txt": b"new"})
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_streams_that_cannot_be_reconfigured_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", object())
    screen.survive_any_character()
