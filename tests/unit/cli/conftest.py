"""The command line as a function, and a folder with the files of the test world."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from certmark.cli import main
from certmark.model import dump_document
from tests.world import BODY_KEY, WORLD, World

AT = "2026-06-01T12:00:00Z"
"""``NOW`` of the test world."""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        assert self.err.count("\n") == 1
        assert self.err.startswith("certmark: ")
        return self.err.removeprefix("certmark: ").rstrip("\n")


Command = Callable[..., Ended]


@pytest.fixture
def certmark(capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ended(int(code), out, err)

    return run


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return put


def write_world(folder: Path, world: World = WORLD) -> Path:
    """Write what a verifier and an issuer of a world have."""
    (folder / "root.cose").write_bytes(world.root.signed)
    (folder / "trust.bundle").write_bytes(world.bundle)
    for number, token in enumerate(world.status_tokens):
        (folder / f"status-{number}.cose").write_bytes(token)
    (folder / "token.cose").write_bytes(world.cose)
    (folder / "token.txt").write_text(world.text, encoding="ascii")
    (folder / "certificate.json").write_text(dump_document(world.certificate()), encoding="utf-8")
    (folder / "key.pem").write_bytes(BODY_KEY.to_pem())
    return folder


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the test world; read only."""
    folder = write_world(tmp_path_factory.mktemp("world"))
    (folder / "empty").write_bytes(b"")
    (folder / "large").write_bytes(bytes(8_000_001))
    return folder


@pytest.fixture
def evidence(files: Path) -> tuple[object, ...]:
    """Options of a verification in the test world, at its time."""
    return (
        *("--trust", files / "trust.bundle", "--anchor", files / "root.cose"),
        *("--status", files / "status-0.cose", "--at", AT),
    )
