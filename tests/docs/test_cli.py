"""Every command of docs/cli.md and docs/operators.md runs and prints what stands there.

``...`` stands for what changes from run to run.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("cli.md", "retail.md", "operators.md")}
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Example(NamedTuple):
    """A command of a page and what it prints."""

    page: str
    command: str
    output: str


EXAMPLES = [
    Example(page, *found)
    for page, text in PAGES.items()
    for block in BLOCK.findall(text)
    for found in COMMAND.findall(block)
]
DEMO = "certmark demo --out certmark-demo"
"""What follows it on the page was run in the folder that it makes."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[Example, str]:
    """What each command prints, those of a page in their order and in a folder of their own."""
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": scripts, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    folders = {page: tmp_path_factory.mktemp("page") for page in PAGES}
    found: dict[Example, str] = {}
    for example in EXAMPLES:
        done = subprocess.run(  # noqa: S602 the pages are ours
            example.command,
            shell=True,
            cwd=folders[example.page],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        found[example] = done.stdout
        if example.command == DEMO:
            folders[example.page] /= "certmark-demo"
    return found


def test_the_page_of_commands_begins_with_the_demo() -> None:
    assert EXAMPLES[0].command == DEMO
    assert len(set(EXAMPLES)) == len(EXAMPLES) > 10


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command[:60])
def test_an_example_prints_what_the_page_says(example: Example, printed: dict[Example, str]) -> None:
    is_as_said = doctest.OutputChecker().check_output(example.output, printed[example], doctest.ELLIPSIS)
    assert is_as_said, printed[example]


def test_every_exit_code_stands_on_the_page() -> None:
    from certmark.cli.exits import ExitCode

    said = {
        int(code) for row in re.findall(r"^\| ([0-9, ]+) \|", PAGES["cli.md"], re.MULTILINE) for code in row.split(",")
    }
    assert said == set(ExitCode)
