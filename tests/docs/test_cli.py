"""Every command of docs/cli.md runs and prints what stands there; ``...`` stands for what changes from run to run."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Example(NamedTuple):
    """A command of the page and what it prints."""

    command: str
    output: str


EXAMPLES = [Example(*found) for block in BLOCK.findall(PAGE) for found in COMMAND.findall(block)]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command prints, all run in the order of the page."""
    folder = tmp_path_factory.mktemp("cli")
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": scripts, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    found: dict[str, str] = {}
    for example in EXAMPLES:
        done = subprocess.run(  # noqa: S602 the page is ours
            example.command,
            shell=True,
            cwd=folder if not found else folder / "certmark-demo",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        found[example.command] = done.stdout
    return found


def test_the_page_begins_with_the_demo() -> None:
    assert EXAMPLES[0].command == "certmark demo --out certmark-demo"
    assert len({example.command for example in EXAMPLES}) == len(EXAMPLES) > 10


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command[:60])
def test_an_example_prints_what_the_page_says(example: Example, printed: dict[str, str]) -> None:
    is_as_said = doctest.OutputChecker().check_output(example.output, printed[example.command], doctest.ELLIPSIS)
    assert is_as_said, printed[example.command]


def test_every_exit_code_stands_on_the_page() -> None:
    from certmark.cli.exits import ExitCode

    said = {int(code) for row in re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE) for code in row.split(",")}
    assert said == set(ExitCode)
