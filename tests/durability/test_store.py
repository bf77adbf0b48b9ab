"""A store in the hands of real processes that are killed, of a disk that is full, and of a folder that is read-only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from certmark.fetch import TrustStore
from tests.conftest import ROOT
from tests.durability.program import ROUNDS, WORKERS, bundle, numbers
from tests.tls_server import answer, serving
from tests.world import WORLD


def run(name: str, *arguments: object) -> Any:
    """Run a program of ``tests.durability.program`` and give what it saw."""
    command = [sys.executable, "-m", "tests.durability.program", name, *map(str, arguments)]
    direct = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, cwd=ROOT, env=direct, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that holds no. 5."""
    place = tmp_path / "store"
    TrustStore(place, anchor=WORLD.anchor).import_bundle(bundle(5))
    return place


def test_two_processes_that_are_killed_200_times_never_break_a_store_nor_set_it_back(tmp_path: Path) -> None:
    place, folder = tmp_path / "tls", tmp_path / "store"
    place.mkdir()
    store = TrustStore(folder, anchor=WORLD.anchor)

    def publish(connection: Any, _: bytes) -> None:
        number = numbers(store)[0] + 1  # reads while others write, too
        connection.sendall(answer("200 OK", bundle(number), ETag=f'"{number}"'))

    with serving(place) as server:
        saw = run("kill", folder, server.on("bundle", publish), place / "authority.pem")
    assert saw["kills"] == ROUNDS * WORKERS == 200
    assert saw["fell"] == []
    # kills came while something was being written, and work went on in spite of them
    assert saw["interrupted"] > 0
    assert saw["last"] > saw["first"] + 1
    assert saw["refreshed"]
    assert set(saw["files"]) <= {"current.bundle", "evidence", "lock", "memory", "previous.bundle"}
    left = [path for path in folder.rglob("*") if path.name.endswith(".tmp")]
    assert left == []


@pytest.mark.parametrize("bytes_left", [0, 1, 1000, len(bundle(6)) - 1])
def test_a_disk_that_is_full_leaves_the_old_state(bytes_left: int, folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    saw = run("starve", folder, bytes_left)
    assert "cannot be used (file too large)" in saw["said"]
    assert (saw["number"], saw["files"]) == (5, before)


def test_with_room_the_same_import_succeeds(folder: Path) -> None:
    assert run("starve", folder, 1_000_000)["number"] == 6


def test_a_store_that_may_only_be_read_is_read(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    try:
        saw = run("only_read", folder)
    finally:
        folder.chmod(0o700)
    assert [said.rpartition("cannot be used ")[2] for said in saw["said"]] == [
        "(permission denied): a store needs a folder of its own, and room on the disk"
    ] * 2
    assert (saw["number"], saw["files"]) == (5, before)
