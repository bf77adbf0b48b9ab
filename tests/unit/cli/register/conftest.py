"""Registers in SQLite, made and used by commands alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from certmark.cli.register.options import VARIABLE
from tests.unit.cli.conftest import Command
from tests.unit.cli.register.office import ID, SECOND, THIRD, Office

MADE: dict[str, dict[str, bytes]] = {}
"""Files that many tests begin with, made by the first of them."""

WHY = ("--reason", "decided on file 7")


def begun(name: str, office: Office, make: Callable[[Office], None]) -> Office:
    """Make files with commands, or write those that were made before."""
    if name not in MADE:
        make(office)
        MADE[name] = {path.name: path.read_bytes() for path in office.folder.iterdir() if path.is_file()}
    for file, data in MADE[name].items():
        office[file].write_bytes(data)
    return office


def begin(office: Office) -> None:
    office.init()


def use(office: Office) -> None:
    begin(office)
    for number in (1, 2, 3):
        office.issue(number)
    office("suspend", SECOND, *WHY, at="2026-03-05T00:00:00Z")
    office("withdraw", THIRD, *WHY, at="2026-03-05T00:00:00Z")
    office.publish("2026-03-10T00:00:00Z")
    assert ID in office("list").out


@pytest.fixture
def empty(certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office without a register."""
    monkeypatch.delenv(VARIABLE, raising=False)
    return Office(certmark, tmp_path)


@pytest.fixture
def office(empty: Office) -> Office:
    """An office with a register that holds nothing yet."""
    return begun("office", empty, begin)


@pytest.fixture
def used(empty: Office) -> Office:
    """Certificate 1 is in force, 2 is suspended, 3 is withdrawn; a list was published."""
    return begun("used", empty, use)
