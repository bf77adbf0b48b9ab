"""docs/robustness.md has the rows that its commands print, and the commands run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutate import WAYS
from tests.fuzz.artefacts import TOKENS
from tests.fuzz.slow_pictures import SLOW
from tests.fuzz.targets import TARGETS
from tests.fuzz.worst import WORST

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Give the cells of the table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def test_every_way_of_mutation_has_its_row() -> None:
    written = rows("Mutations")
    assert [cells[:2] for cells in written] == [[way.target, way.name] for way in WAYS]
    assert [int(cells[2]) for cells in written] == [way.share * 10_000 for way in WAYS]


def test_every_target_has_its_row() -> None:
    assert [cells[0] for cells in rows("Fuzzing")] == list(TARGETS)


@pytest.mark.parametrize(("heading", "inputs"), [("Worst inputs", WORST), ("Pictures and PDF", SLOW)])
def test_every_worst_input_has_its_row(heading: str, inputs: object) -> None:
    expected = [[each.target, each.name, each.outcome, each.bound] for each in inputs]  # type: ignore[attr-defined]
    assert [[*cells[:2], *cells[5:]] for cells in rows(heading)] == expected


def test_the_shares_of_the_mutations_are_a_whole() -> None:
    assert sum(way.share for way in WAYS) == 100


def test_mutations_are_the_same_each_time_and_none_is_believed(tmp_path: Path) -> None:
    def figures(count: int, first: int) -> dict[str, object]:
        file = tmp_path / f"{first}.json"
        given = {"count": count, "first": first, "seed": 3, "processes": 1, "json": file, "out": tmp_path / "out"}
        said = run("benchmarks/mutate.py", *(f"--{name}={value}" for name, value in given.items()))
        assert f"{count} mutations, seed 3, 0 breaches" in said
        return {f"{row['target']} {row['way']}": row["outcomes"] for row in json.loads(file.read_bytes())["rows"]}

    assert figures(150, 0) == figures(150, 0)
    assert figures(100, 1000) != figures(100, 0)


def test_worst_inputs_are_measured() -> None:
    printed = run("benchmarks/worst_inputs.py", "root").splitlines()
    assert re.fullmatch(r"\| root \| colliding keys .*\| \d+ \| [\d.]+ \| -?[\d.]+ \| trust \| .*", printed[-1])


def test_a_finding_is_judged_again(tmp_path: Path) -> None:
    file = tmp_path / "finding"
    file.write_bytes(TOKENS[0])
    assert run("-m", "tests.fuzz", "token", str(file)) == "PASSED\n"


@pytest.mark.parametrize(
    "command", re.findall(r"`(python [^`]*|make [^`]*)`|^((?:python|make) .*)$", PAGE, re.MULTILINE)
)
def test_the_commands_are_of_programs_that_exist(command: tuple[str, str]) -> None:
    words = "".join(command).split()
    if words[0] == "make":
        assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    else:
        assert words[1] == "-m" or (ROOT / words[1]).is_file()
