"""``certmark verify --state``: what was known before is remembered in a file, by any number of processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from certmark.status.bitarray import Status
from certmark.trust import TrustFloor, TrustSnapshot
from tests.unit.cli.conftest import AT, Command, Ended, write_world
from tests.world import WORLD, World, seconds


def folder(parent: Path, number: int) -> Path:
    """Write a world whose union list and German list have a sequence number."""
    made = parent / str(number)
    made.mkdir()
    return write_world(made, numbered(number))


def numbered(number: int) -> World:
    return WORLD.with_union(sequence_number=number).with_member(sequence_number=number)


def options(files: Path, state: Path) -> list[str]:
    named = {"--trust": "trust.bundle", "--anchor": "root.cose", "--status": "status-0.cose"}
    given = [part for option, name in named.items() for part in (option, str(files / name))]
    return ["verify", str(files / "token.txt"), *given, "--state", str(state), "--at", AT]


def verify(certmark: Command, files: Path, state: Path) -> Ended:
    return certmark(*options(files, state))


def floor_in(state: Path) -> TrustFloor:
    return TrustFloor.from_bytes(state.read_bytes())


def test_the_first_run_makes_the_file_and_later_ones_raise_it(certmark: Command, tmp_path: Path) -> None:
    state = tmp_path / "floor"
    five, eight = folder(tmp_path, 5), folder(tmp_path, 8)
    for files, number in ((five, 5), (five, 5), (eight, 8)):
        assert verify(certmark, files, state).code == 0
        assert floor_in(state) == numbered(number).trust().floor


def test_an_older_bundle_is_refused_and_the_file_stays(certmark: Command, tmp_path: Path) -> None:
    state = tmp_path / "floor"
    verify(certmark, folder(tmp_path, 8), state)
    before = state.read_bytes()
    ended = verify(certmark, folder(tmp_path, 7), state)
    assert ended.code == 65
    assert "trust.bundle: the union list is no. 7, and no. 8 was known before" in ended.complaint
    assert state.read_bytes() == before


def test_a_link_and_its_file_are_one_state(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    state, link = tmp_path / "kept" / "floor", tmp_path / "link"
    link.symlink_to(state)
    assert verify(certmark, folder(tmp_path, 8), link).code == 0
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.glob("**/*.status")) == ["floor.status"]
    assert verify(certmark, folder(tmp_path, 7), state).code == 65


def test_an_older_national_list_touches_no_other_and_is_not_remembered(certmark: Command, tmp_path: Path) -> None:
    state = tmp_path / "floor"
    verify(certmark, folder(tmp_path, 8), state)
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    write_world(mixed, numbered(9).with_member("FR", sequence_number=4))
    assert verify(certmark, mixed, state).code == 0
    floor = floor_in(state)
    assert floor.national["DE"].sequence_number == 9
    assert floor.national["FR"] == WORLD.trust().floor.national["FR"]


def test_nothing_is_written_when_nothing_has_changed(certmark: Command, tmp_path: Path) -> None:
    state, files = tmp_path / "floor", folder(tmp_path, 5)
    verify(certmark, files, state)
    before = state.stat()
    verify(certmark, files, state)
    assert state.stat().st_ino == before.st_ino
    assert state.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("data", [b"", b"\xa0", WORLD.bundle], ids=["empty", "map", "bundle"])
def test_a_file_that_is_no_state_is_named_and_kept(data: bytes, certmark: Command, tmp_path: Path) -> None:
    state = tmp_path / "floor"
    state.write_bytes(data)
    ended = verify(certmark, folder(tmp_path, 5), state)
    assert ended.code == 65
    assert "floor: not a trust floor" in ended.complaint
    assert state.read_bytes() == data


def test_a_bundle_that_cannot_be_used_makes_no_file(certmark: Command, tmp_path: Path) -> None:
    state, files = tmp_path / "floor", folder(tmp_path, 5)
    (files / "trust.bundle").write_bytes(b"no bundle")
    assert verify(certmark, files, state).code == 65
    assert not state.exists()


@pytest.mark.parametrize("place", ["missing/floor", "5"])
def test_a_place_that_cannot_hold_the_file_is_named(place: str, certmark: Command, tmp_path: Path) -> None:
    files = folder(tmp_path, 5)
    ended = verify(certmark, files, tmp_path / place)
    assert ended.code in (64, 66)
    assert place in ended.complaint


def test_processes_at_once_keep_the_highest_floor(tmp_path: Path) -> None:
    state, numbers = tmp_path / "floor", (5, 9, 6, 8, 7)
    folders = [folder(tmp_path, number) for number in numbers]
    program = [sys.executable, "-m", "certmark"]
    running = [subprocess.Popen([*program, *options(each, state)], stdout=subprocess.PIPE) for each in folders]
    for process in running:
        process.communicate(timeout=60)
        assert process.returncode in (0, 65)
    assert floor_in(state) == numbered(9).trust().floor
    assert not list(tmp_path.glob(".floor*.tmp"))
    assert TrustSnapshot.open(numbered(9).bundle, anchor=WORLD.anchor, previous=floor_in(state)).problems == {}


# --- status lists ---

NEXT_DAY = seconds("2026-06-02 06:00:00")


def verify_lists(certmark: Command, tmp_path: Path, *worlds: World, at: str = AT) -> Ended:
    """Verify the token with the status lists of some worlds, and with the memory of the calls before."""
    files = tmp_path / "files"
    files.mkdir(exist_ok=True)
    write_world(files)
    status: list[object] = []
    for number, world in enumerate(worlds):
        (files / f"list-{number}").write_bytes(world.status_tokens[0])
        status += ["--status", files / f"list-{number}"]
    trust = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose", "--state", tmp_path / "floor")
    return certmark("verify", files / "token.txt", *trust, *status, "--at", at, "--json")


def newer(world: World) -> World:
    return world.with_statuses(issued_at=NEXT_DAY)


WITHDRAWN = WORLD.with_status(Status.INVALID)
LATER = "2026-06-02T12:00:00Z"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param((newer(WORLD),), "", id="said-valid-again"),
        pytest.param((WORLD,), "there are two status lists", id="valid-at-the-same-instant"),
        pytest.param((), "", id="the-list-withheld"),
    ],
)
def test_what_was_withdrawn_in_one_run_stays_withdrawn_in_the_next(
    certmark: Command, tmp_path: Path, now: tuple[World, ...], said: str
) -> None:
    assert verify_lists(certmark, tmp_path, WITHDRAWN).code == 1
    ended = verify_lists(certmark, tmp_path, *now, at=LATER)
    assert (ended.code, ended.report["certificate_status"]) == (1, "withdrawn")
    assert said in ended.err


def test_yesterdays_list_alone_is_told_and_not_heard(certmark: Command, tmp_path: Path) -> None:
    assert verify_lists(certmark, tmp_path, newer(WORLD), at=LATER).code == 0
    before = (tmp_path / "floor.status").read_bytes()
    ended = verify_lists(certmark, tmp_path, WORLD, at=LATER)
    assert (ended.code, ended.report["sub_indication"]) == (2, "TRY_LATER")
    assert "list-0: does not count: the status list" in ended.complaint
    assert "goes back" in ended.complaint
    assert (tmp_path / "floor.status").read_bytes() == before


def test_without_state_nothing_is_remembered(certmark: Command, files: Path, tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(WITHDRAWN.status_tokens[0])
    trust = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose", "--at", AT)
    assert certmark("verify", files / "token.txt", *trust, "--status", tmp_path / "list").code == 1
    assert certmark("verify", files / "token.txt", *trust, "--status", files / "status-0.cose").code == 0


def test_a_list_that_is_dated_ahead_is_not_remembered(certmark: Command, tmp_path: Path) -> None:
    ended = verify_lists(certmark, tmp_path, newer(WORLD))
    assert (ended.code, ended.report["sub_indication"]) == (2, "CLOCK_ERROR")
    assert verify_lists(certmark, tmp_path, WORLD).code == 0


def test_a_file_that_is_no_memory_of_status_lists_is_named_and_kept(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "floor.status").write_bytes(b"\xa0")
    ended = verify_lists(certmark, tmp_path, WORLD)
    assert ended.code == 65
    assert "floor.status: not a status floor" in ended.complaint
    assert (tmp_path / "floor.status").read_bytes() == b"\xa0"
