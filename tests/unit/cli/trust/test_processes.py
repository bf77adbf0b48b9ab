"""Processes that change one file at once, and those that are killed: no change is lost, no file is half a file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.world import BODY

if TYPE_CHECKING:
    from tests.unit.cli.trust.desk import Desk


def test_two_processes_that_change_one_file_lose_nothing(desk: Desk) -> None:
    commands = [
        [sys.executable, "-m", "certmark", "trust", "add-scope", str(desk["de.json"]), BODY, "--level", level, *more]
        for level in ("basic", "substantial")
        for more in ((), ("--statements",))
    ]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    assert [process.wait(60) for process in running] == [0] * 4
    scopes = desk.content("de")["entities"][0]["services"][0]["scopes"]
    assert sorted(scope["level"] for scope in scopes) == ["basic", "basic", "high", "substantial", "substantial"]


KILLED_AT = """
import os, sys
from pathlib import Path
{name} = lambda *_: os._exit(9)
from certmark.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("moment", ["os.fsync", "Path.replace"])
@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        pytest.param(("suspend", "de.json", BODY), "de.json", id="edit"),
        pytest.param(("sign", "de-1.draft", "--key", "ncca.pem", "--out", "de-1.draft"), "de-1.draft", id="sign"),
    ],
)
def test_a_command_that_is_killed_leaves_the_file_as_it_was(
    published: Desk, moment: str, arguments: tuple[str, ...], file: str
) -> None:
    before = published[file].read_bytes()
    command = [sys.executable, "-c", KILLED_AT.format(name=moment), "trust", *arguments]
    assert subprocess.run(command, cwd=published.folder, timeout=60, check=False).returncode == 9
    assert published[file].read_bytes() == before
    subprocess.run([sys.executable, "-m", "certmark", *command[3:]], cwd=published.folder, timeout=60, check=True)
    assert published[file].read_bytes() != before
    assert [path.name for path in published.folder.iterdir() if path.suffix == ".tmp" and file == "de.json"] == []
