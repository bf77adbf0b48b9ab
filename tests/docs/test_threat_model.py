"""docs/threat-model.md names what answers each attack and the test that shows it: all of these exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from certmark.verify import SubIndication
from certmark.verify.conclude import IDS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS: Final = ROOT / "docs"
PAGE: Final = (DOCS / "threat-model.md").read_text(encoding="utf-8")
FILES: Final = dict(re.findall(r"^\[([^\]]+)\]: (\S+)$", PAGE, re.MULTILINE))
OPEN: Final = "open: not there yet"
CHECKS: Final = set(IDS)


class Row(NamedTuple):
    attack: str
    answer: str
    shown_by: str


def rows() -> Iterator[Row]:
    for section in PAGE.split("| attack | answer | shown by |\n|---|---|---|\n")[1:]:
        for line in section.partition("\n\n")[0].splitlines():
            yield Row(*line.strip("| ").split(" | "))


ROWS: Final = list(rows())


def named(cell: str) -> list[tuple[str, str]]:
    """Pair each test or case that a cell names with the file named before it."""
    pairs, file = [], ""
    for link, name in re.findall(r"\[([^\]]+)\]|`([^`]+)`", cell):
        file = link or file
        if name:
            pairs.append((file, name))
    return pairs


def test_the_tables_are_found() -> None:
    assert len(ROWS) > 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.attack[:60])
def test_an_attack_is_answered_by_tests_that_exist_or_is_open(row: Row) -> None:
    if row.shown_by == OPEN:
        return
    pairs = named(row.shown_by)
    assert pairs
    assert re.sub(r"\[[^\]]+\]|`[^`]+`|[ ,]", "", row.shown_by) == ""
    for file, name in pairs:
        text = (DOCS / FILES[file]).read_text(encoding="utf-8")
        assert f"def {name}(" in text or f'"{name}"' in text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.attack[:60])
def test_a_sub_indication_that_is_named_exists(row: Row) -> None:
    for word in re.findall(r"\b[A-Z]+_[A-Z_]+\b", row.answer.replace("AVA_VAN", "")):
        assert word in SubIndication.__members__


def test_every_sub_indication_and_every_check_answers_something() -> None:
    answers = " ".join(row.answer for row in ROWS)
    assert {word for word in SubIndication.__members__ if not re.search(rf"\b{word}\b", answers)} == set()
    assert CHECKS - set(re.findall(r"`([a-z_]+)`", answers)) == set()


def test_every_file_is_named_in_a_table() -> None:
    assert set(FILES) == {file for row in ROWS for file, _ in named(row.shown_by)}
