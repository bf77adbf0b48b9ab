"""Catalogues for programs: one result for each row, in order, by one process or several."""

from __future__ import annotations

import errno
import multiprocessing.connection
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from certmark.bulk import Checked, FromBundle, FromStore, Row, WorkerError, check_catalogue, workers
from certmark.errors import StoreError, TrustError
from certmark.fetch import TrustStore, Updated
from certmark.model.scheme import eucc
from certmark.status.bitarray import Status
from tests.needs import posix
from tests.world import BODY, NOW, WORLD, World

ROOT = Path(__file__).resolve().parents[3]
GTIN = "4006381333931"
MANY = workers.SMALL + 700


def opening(world: World = WORLD) -> FromBundle:
    return FromBundle(bundle=world.bundle, anchor=world.anchor, status=world.status())


def check(*rows: Row, world: World = WORLD, jobs: int = 1) -> list[Checked]:
    return list(check_catalogue(rows, opening(world), at=world.now, jobs=jobs))


def test_a_row_is_answered_with_verdict_promotion_ground_and_dates() -> None:
    (checked,) = check(Row(WORLD.text, GTIN, "se1-a", "2.0.1 G", line=7))
    report = WORLD.report(WORLD.text)
    assert checked == (
        *(7, "PASSED", None, "in_force", "yes", report.may_promote_basis, "", None, "EUCC-3087-2026-03-0001"),
        *("matched", None, WORLD.certificate().issued, WORLD.certificate().valid_until, "TEST", int(NOW.timestamp())),
    )


@pytest.mark.parametrize(
    ("world", "row", "indication", "sub_indication", "may_promote"),
    [
        (WORLD.with_status(Status.SUSPENDED), Row(WORLD.text), "PASSED", None, "no"),
        (WORLD.with_status(Status.INVALID), Row(WORLD.text), "FAILED", "CERTIFICATE_WITHDRAWN", "no"),
        (WORLD.without_statuses(), Row(WORLD.text), "INDETERMINATE", "TRY_LATER", "unknown"),
        (WORLD, Row(WORLD.text, "5901234123457"), "FAILED", "WRONG_PRODUCT", "no"),
        (WORLD, Row(WORLD.text, model="SE9"), "FAILED", "WRONG_PRODUCT", "no"),
        (WORLD, Row(WORLD.text, version="9"), "FAILED", "WRONG_PRODUCT", "no"),
        (WORLD, Row(WORLD.text, "4006381333930"), "FAILED", "FORMAT_FAILURE", "no"),
        (WORLD, Row(WORLD.text, "4,00638E+12"), "FAILED", "FORMAT_FAILURE", "no"),
        (WORLD, Row("HC1:6BFOXN"), "FAILED", "FORMAT_FAILURE", "no"),
        (WORLD, Row(""), "FAILED", "FORMAT_FAILURE", "no"),
        (WORLD, Row("a\x00\udcff"), "FAILED", "FORMAT_FAILURE", "no"),
        (WORLD, Row(WORLD.text, problem="Broken."), "FAILED", "FORMAT_FAILURE", "no"),
    ],
)
def test_a_row_that_may_not_be_promoted_says_why(
    world: World, row: Row, indication: str, sub_indication: str | None, may_promote: str
) -> None:
    (checked,) = check(row, world=world)
    assert (checked.indication, checked.sub_indication, checked.may_promote) == (
        indication,
        sub_indication,
        may_promote,
    )
    assert bool(checked.reason) is (indication != "PASSED")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Row(WORLD.text, "4006381333930"), "The row cannot be compared: "),
        (Row(WORLD.text, "4,00638E+12"), "The row cannot be compared: "),
        (Row(WORLD.text, problem="Broken."), "Broken."),
        (Row(WORLD.text, "5901234123457"), None),
        (Row("HC1:6BFOXN"), None),
        (Row(""), None),
    ],
)
def test_a_fault_of_the_row_is_told_apart_from_one_of_the_token(row: Row, problem: str | None) -> None:
    (checked,) = check(row)
    assert (checked.row_problem or "").startswith(problem or "")
    assert (checked.row_problem is None) is (problem is None)
    assert checked.indication == "FAILED"


def test_a_part_never_reads_as_the_whole() -> None:
    coverage = {"extent": "part", "scope": "the chip, not the phone around it"}
    (checked,) = check(Row(WORLD.with_certificate(coverage=coverage).text))
    assert checked.covered == "only a part: the chip, not the phone around it"
    assert "only for the part" in checked.may_promote_basis


def numbered(amount: int) -> Iterator[Row]:
    """Rows of which every third is about another product, and every seventh holds no token."""
    for line in range(1, amount + 1):
        yield Row("HC1:X" if line % 7 == 0 else WORLD.text, model="SE9" if line % 3 == 0 else None, line=line)


def test_several_processes_answer_like_one_in_the_order_of_the_rows() -> None:
    alone = check(*numbered(MANY))
    together = check(*numbered(MANY), jobs=2)
    assert [checked.line for checked in together] == list(range(1, MANY + 1))
    assert together == alone


def test_a_short_catalogue_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ProcessPoolExecutor", None)
    assert len(check(*numbered(workers.SMALL - 1), jobs=8)) == workers.SMALL - 1


def test_rows_are_read_only_as_far_ahead_as_the_workers_need() -> None:
    taken = count()
    rows = (Row("x", line=next(taken)) for _ in iter(int, 1))  # without end
    answers = check_catalogue(rows, opening(), at=NOW, jobs=2)
    assert [checked.line for checked in islice(answers, 3)] == [0, 1, 2]
    assert next(taken) <= workers.SMALL + 8 * workers.BATCH
    answers.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_one_process_answers_each_row_before_it_reads_the_next() -> None:
    asked: list[int] = []

    def rows() -> Iterator[Row]:
        for line in range(3):
            asked.append(line)
            yield Row("x", line=line)

    for checked in check_catalogue(rows(), opening(), at=NOW, jobs=1):
        assert asked[-1] == checked.line


def test_a_killed_worker_is_an_error_and_never_a_gap() -> None:
    answers = check_catalogue(numbered(100_000), opening(), at=NOW, jobs=2)
    lines = [checked.line for checked in islice(answers, 100)]
    multiprocessing.active_children()[0].kill()
    with pytest.raises(WorkerError, match="a worker process was killed"):
        lines += (checked.line for checked in answers)
    assert lines == list(range(1, len(lines) + 1))
    assert multiprocessing.active_children() == []


def killed_while_it_answers(_: object, __: object, rows: list[int]) -> int:
    def half(answering: Any, _: object) -> None:
        os.write(answering.fileno(), struct.pack("!i", 100) + bytes(50))
        os.kill(os.getpid(), signal.SIGKILL)

    if rows[0] == workers.BATCH:
        multiprocessing.connection.Connection._send_bytes = half  # type: ignore[attr-defined]  # noqa: SLF001
    return len(rows)


def nothing() -> Any:
    return None


def test_a_worker_that_is_killed_while_it_answers_is_an_error() -> None:
    answers = workers.in_order(killed_while_it_answers, range(MANY), nothing, clock=lambda: NOW, jobs=2)
    with pytest.raises(WorkerError, match="a worker process was killed"):
        list(answers)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("refused", ["executor", "process"])
def test_a_worker_that_cannot_start_is_an_error(refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "no more processes")

    if refused == "executor":
        monkeypatch.setattr(workers, "ProcessPoolExecutor", refuse)
    else:
        monkeypatch.setattr(ProcessPoolExecutor, "_spawn_process", refuse)
    with pytest.raises(WorkerError, match=r"could not start: .* \(no more processes\)"):
        list(check_catalogue(numbered(MANY), opening(), at=NOW, jobs=2))
    assert multiprocessing.active_children() == []


def test_a_thread_that_cannot_start_is_an_error_and_leaves_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    start = Thread.start

    def refuse(thread: Thread) -> None:
        if type(thread).__name__ == "_ExecutorManagerThread":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(Thread, "start", refuse)
    with pytest.raises(WorkerError, match=r"could not start: .* \(can't start new thread\)"):
        list(check_catalogue(numbered(MANY), opening(), at=NOW, jobs=2))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [0, -1, workers.MOST_JOBS + 1, 10**6])
def test_the_number_of_processes_has_bounds(jobs: int) -> None:
    with pytest.raises(ValueError, match="give the number of processes, 1 to "):
        check(Row("x"), jobs=jobs)


def test_a_mistake_of_the_caller_ends_the_workers() -> None:
    answers = check_catalogue(numbered(100_000), opening(), at=NOW.replace(tzinfo=None), jobs=2)
    with pytest.raises(ValueError, match="time zone"):
        next(answers)
    assert multiprocessing.active_children() == []


def test_what_does_not_open_is_told_whatever_the_number_of_processes() -> None:
    wrong = FromBundle(bundle=WORLD.bundle, anchor=bytes(32))
    for jobs in (1, 2):
        with pytest.raises(TrustError, match="is the pinned one"):
            list(check_catalogue(numbered(MANY), wrong, at=NOW, jobs=jobs))


ORPHANED = """
import os, sys
from itertools import repeat
from datetime import datetime
from certmark.bulk import FromBundle, Row, check_catalogue
if __name__ == "__main__":
    opening = FromBundle(bundle=open(sys.argv[1], "rb").read(), anchor=sys.argv[2])
    for n, _ in enumerate(check_catalogue(repeat(Row("x")), opening, at=datetime.fromisoformat(sys.argv[3]), jobs=2)):
        if n == 1500:
            import multiprocessing
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""


def test_workers_end_with_their_parent_however_it_ends(tmp_path: Path) -> None:
    posix("looks for processes")
    (tmp_path / "program.py").write_text(ORPHANED, encoding="utf-8")
    (tmp_path / "trust.bundle").write_bytes(WORLD.bundle)
    program = subprocess.Popen(
        [sys.executable, tmp_path / "program.py", tmp_path / "trust.bundle", WORLD.anchor.hex(), NOW.isoformat()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    children = [int(pid) for pid in program.stdout.readline().split()]
    program.kill()
    # the pipe is theirs too: it ends when the last of them has
    assert program.stdout.read() == ""
    program.wait()
    program.stdout.close()
    assert len(children) == 2
    for pid in children:
        assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"


# --- how workers come by their verifier ---


def test_all_that_a_verifier_has_travels() -> None:
    statement = WORLD.with_statement()
    opened = FromBundle(
        bundle=statement.bundle, anchor=statement.anchor.hex(), status=statement.status(), schemes=statement.schemes
    )()
    assert opened.report(statement.cose, at=NOW) == statement.report()


def test_a_bundle_is_held_to_the_floor() -> None:
    newer = WORLD.with_member(sequence_number=8).trust().floor
    opened = FromBundle(bundle=WORLD.bundle, anchor=WORLD.anchor, floor=newer)()
    assert opened.trust.entity(BODY) is None


def test_a_store_is_opened_as_it_was(tmp_path: Path) -> None:
    store = TrustStore(tmp_path, anchor=WORLD.anchor)
    store.import_bundle(WORLD.bundle)
    opening = FromStore(
        directory=tmp_path, anchor=WORLD.anchor, contents=store.contents(), status=WORLD.status(), schemes=(eucc(),)
    )
    assert opening().report(WORLD.text, at=NOW) == WORLD.report(WORLD.text)
    assert isinstance(store.import_bundle(WORLD.with_union(sequence_number=10).bundle), Updated)
    travelled = pickle.loads(pickle.dumps(opening))()  # noqa: S301 ours
    assert travelled.report(WORLD.text, at=NOW) == WORLD.report(WORLD.text)
    assert (travelled.trust.floor.union.sequence_number, store.open().snapshot.floor.union.sequence_number) == (9, 10)


def test_a_store_is_opened_with_what_still_counts(tmp_path: Path) -> None:
    store = TrustStore(tmp_path, anchor=WORLD.anchor)
    store.import_bundle(WORLD.bundle)
    contents = store.contents()
    with pytest.raises(StoreError, match="not accepted any more"):
        FromStore(directory=tmp_path, anchor=WORLD.anchor, contents=contents, algorithms=frozenset({-48}))()


def test_a_store_that_holds_nothing_is_told(tmp_path: Path) -> None:
    contents = TrustStore(tmp_path, anchor=WORLD.anchor).contents()
    with pytest.raises(StoreError, match="no lists yet"):
        FromStore(directory=tmp_path, anchor=WORLD.anchor, contents=contents)()


def test_as_many_processes_as_this_one_may_use() -> None:
    assert 1 <= workers.cores() <= (os.cpu_count() or 1)


def test_large_machines_do_not_start_more_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(1000), raising=False)
    assert workers.cores() == workers.MOST_JOBS


def test_where_the_system_does_not_say_all_processors_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert workers.cores() == 7
