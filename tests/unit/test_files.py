"""Files are complete or not there, and a lock is had by one at a time."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from certmark import files


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def failing(code: int, *, at_call: int = 1) -> Callable[..., None]:
    """Give a system call that fails when it is made for the n-th time, and does nothing before."""
    calls = []

    def fail(*_: object) -> None:
        calls.append(1)
        if len(calls) >= at_call:
            raise OSError(code, os.strerror(code))

    return fail


# --- writing ---


def test_files_are_written_and_replaced_with_their_folders(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "b" / "first", tmp_path / "second"
    files.write({first: b"1", second: b"2"})
    files.write({first: b"one"}, mode=files.OWNER_ONLY)
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"2")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert names_in(tmp_path) == ["a", "second"]
    assert names_in(first.parent) == ["first"]


def test_everything_is_on_the_disk_before_the_first_rename_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = []
    fsync, replace = os.fsync, Path.replace

    def noting_fsync(descriptor: int) -> None:
        events.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def noting_replace(path: Path, target: Path) -> Path:
        events.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    files.write({tmp_path / "first": b"1", tmp_path / "second": b"2"})
    assert events == ["file", "file", "rename", "rename", "folder"]


@pytest.mark.parametrize("at_call", [1, 2], ids=["first-file", "second-file"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT], ids=errno.errorcode.get)
def test_a_full_or_broken_disk_leaves_the_old_state(
    code: int, at_call: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    files.write({first: b"old", second: b"old"})
    monkeypatch.setattr(os, "fsync", failing(code, at_call=at_call))
    with pytest.raises(OSError, match=os.strerror(code)) as caught:
        files.write({first: b"new", second: b"new"})
    assert caught.value.filename == str((first, second)[at_call - 1])
    assert (first.read_bytes(), second.read_bytes()) == (b"old", b"old")
    assert names_in(tmp_path) == ["first", "second"]


def test_a_rename_that_fails_names_the_file_and_leaves_no_other_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", failing(errno.EXDEV, at_call=1))
    with pytest.raises(OSError, match="link") as caught:
        files.write({tmp_path / "first": b"1", tmp_path / "second": b"2"})
    assert (caught.value.filename, caught.value.filename2) == (str(tmp_path / "first"), None)
    assert names_in(tmp_path) == []


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        files.write({tmp_path / "first": b"1", tmp_path / "second": b"2"})
    assert caught.value.filename == str(tmp_path / "second")
    assert names_in(tmp_path) == ["second"]


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileExistsError) as caught:
        files.write({tmp_path / "file" / "inside": b""})
    assert caught.value.filename == str(tmp_path / "file")


@pytest.mark.parametrize("kind", ["file", "link", "dangling-link", "folder"])
def test_a_new_file_replaces_nothing_and_follows_nothing(kind: str, tmp_path: Path) -> None:
    place, other = tmp_path / "place", tmp_path / "other"
    other.write_bytes(b"other")
    match kind:
        case "file":
            place.write_bytes(b"there")
        case "folder":
            place.mkdir()
        case _:
            place.symlink_to(other if kind == "link" else tmp_path / "nowhere")
    with pytest.raises(FileExistsError) as caught:
        files.write_new(place, b"new")
    assert caught.value.filename == str(place)
    assert other.read_bytes() == b"other"
    assert names_in(tmp_path) == ["other", "place"]


def test_a_new_file_that_cannot_be_finished_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(OSError, match="space"):
        files.write_new(tmp_path / "new", b"new", mode=files.OWNER_ONLY)
    assert names_in(tmp_path) == []


def test_an_interrupt_leaves_no_half_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    place = tmp_path / "place"
    ways: list[Callable[[], None]] = [lambda: files.write_new(place, b"new"), lambda: files.write({place: b"new"})]
    for write in ways:
        with pytest.raises(KeyboardInterrupt):
            write()
        assert names_in(tmp_path) == []


@pytest.mark.parametrize("linked", [False, True], ids=["itself", "through-a-link"])
def test_a_pipe_or_device_is_not_replaced(tmp_path: Path, *, linked: bool) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    with pytest.raises(OSError, match="not a regular file") as caught:
        files.write({link if linked else pipe: b"new"})
    assert caught.value.filename == str(link if linked else pipe)
    with pytest.raises(OSError, match="not a regular file"), files.writing(pipe):
        pass
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert names_in(tmp_path) == ["link", "pipe"]


def test_a_new_file_has_its_name_only_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(names_in(tmp_path)))
    files.write_new(tmp_path / "new", b"new", mode=files.OWNER_ONLY)
    assert "new" not in seen[0]
    assert seen[1] == names_in(tmp_path) == ["new"]
    assert (tmp_path / "new").stat().st_mode & 0o777 == files.OWNER_ONLY
    assert (tmp_path / "new").stat().st_nlink == 1


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP])
def test_a_file_system_without_links_is_good_enough(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(code))
    files.write_new(tmp_path / "new", b"new")
    with pytest.raises(FileExistsError):
        files.write_new(tmp_path / "new", b"newer")
    assert (names_in(tmp_path), (tmp_path / "new").read_bytes()) == (["new"], b"new")


def test_a_link_that_fails_otherwise_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EIO))
    with pytest.raises(OSError, match="Input/output") as caught:
        files.write_new(tmp_path / "new", b"new")
    assert (caught.value.filename, names_in(tmp_path)) == (str(tmp_path / "new"), [])


def test_a_file_system_that_cannot_sync_folders_is_good_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.EINVAL, at_call=2))
    files.write({tmp_path / "file": b"1"})
    assert (tmp_path / "file").read_bytes() == b"1"


def test_a_folder_that_cannot_be_brought_to_the_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.EIO, at_call=2))
    with pytest.raises(OSError, match="Input/output") as caught:
        files.write({tmp_path / "file": b"1"})
    assert caught.value.filename == str(tmp_path)


def test_what_a_kill_left_behind_is_removed_and_nothing_else(tmp_path: Path) -> None:
    others = ["file", ".file.tmp", ".file.1.tmp", "file.00000000.tmp", "[x]"]
    left_by_others = [".files.00000000.tmp", ".x.00000000.tmp"]
    for name in [*others, *left_by_others, ".file.00000000.tmp", ".file.1a2b3c4d.tmp", ".[x].00000000.tmp"]:
        (tmp_path / name).write_bytes(b"")
    files.remove_leftovers(tmp_path, "file")
    files.remove_leftovers(tmp_path, "[x]")
    assert names_in(tmp_path) == sorted(others + left_by_others)
    files.remove_leftovers(tmp_path)
    assert names_in(tmp_path) == sorted(others)


# --- reading ---


def test_a_file_is_read_up_to_one_byte_beyond_its_bound(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(10))
    assert len(files.read(tmp_path / "file", at_most=10)) == 10
    assert len(files.read(tmp_path / "file", at_most=9)) == 10
    assert len(files.read(tmp_path / "file", at_most=3)) == 4


def test_a_folder_that_is_no_file_is_not_kept_open(tmp_path: Path) -> None:
    before = os.open(tmp_path, os.O_RDONLY)
    os.close(before)
    with pytest.raises(OSError, match=r"(?i)directory|denied"):
        files.read(tmp_path, at_most=3)
    after = os.open(tmp_path, os.O_RDONLY)
    os.close(after)
    assert before == after


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_only_a_regular_file_is_read_and_nothing_waits(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if kind == "folder":
        place.mkdir()
    if kind == "pipe":
        os.mkfifo(place)
    with pytest.raises(OSError, match=r"No such file|directory|regular") as caught:
        files.read(place, at_most=10)
    assert caught.value.filename == str(place)


# --- the lock ---

COUNT = """
import sys
from pathlib import Path
from certmark import files
counter = Path(sys.argv[1])
for _ in range(50):
    with files.exclusive(counter.with_suffix(".lock")):
        files.write({counter: b"%d" % (int(counter.read_bytes()) + 1)})
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_bytes(b"0")
    running = [subprocess.Popen([sys.executable, "-c", COUNT, str(counter)]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert counter.read_bytes() == b"150"


def test_threads_take_turns(tmp_path: Path) -> None:
    inside: list[int] = []
    most = []

    def enter() -> None:
        for _ in range(50):
            with files.exclusive(tmp_path / "lock"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (200, 1)


HOLD = """
import sys, signal
from pathlib import Path
from certmark import files
with files.exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    signal.pause()
"""


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGKILL)
    with files.exclusive(lock):
        assert names_in(tmp_path) == ["lock"]


FORK = """
import os, sys, time
from pathlib import Path
from certmark import files
lock = Path(sys.argv[1])
with files.exclusive(lock):
    if (child := os.fork()) == 0:
        time.sleep(3)
        print("the child ended", flush=True)
        os._exit(0)
with files.exclusive(lock):
    print("free", flush=True)
os.kill(child, 9)
"""


def test_a_process_that_is_forked_meanwhile_does_not_keep_the_lock(tmp_path: Path) -> None:
    program = [sys.executable, "-c", FORK, str(tmp_path / "lock")]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "free\n"


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, files.exclusive(tmp_path / "missing" / "lock"):
        pass
    assert caught.value.filename == str(tmp_path / "missing" / "lock")


def test_what_fails_inside_the_lock_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine") as caught, files.exclusive(tmp_path / "lock"):
        raise OSError(errno.EIO, "mine", "other")
    assert caught.value.filename == "other"
