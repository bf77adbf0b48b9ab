"""Work on batches in order, by one process or several that all start anew (``spawn``), as on every platform.

A result comes out for each batch and in its place, or an error does: there is no gap. However the parent ends, no
worker outlives it by more than the batch that it is working on.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, Any, Final, TypeVar

from certmark.errors import CertmarkError
from certmark.files import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from datetime import datetime
    from multiprocessing.process import BaseProcess

    from certmark.verify import Verifier

_RowT = TypeVar("_RowT")
_ResultT = TypeVar("_ResultT")

BATCH: Final = 200
"""Rows that travel to a worker at once."""

SMALL: Final = 1_000
"""So many rows one process verifies before others would have started."""

MOST_JOBS: Final = 61 if sys.platform == "win32" else 256
"""Processes at once; Windows waits for no more."""

_AHEAD: Final = 3
_PATIENCE: Final = 2.0
"""Seconds after which it is looked whether those who work are alive."""
_KILLED: Final = (
    "a worker process was killed or could not start: what came out so far is complete; run the rest again, with fewer "
    "jobs if memory was short"
)


class WorkerError(CertmarkError):
    """A worker process that ended before its work did; what came out before is complete and in order."""

    code = "worker"


def cores() -> int:
    """Count the processors that this process may use, up to ``MOST_JOBS``."""
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        usable = os.cpu_count() or 1
    return min(usable, MOST_JOBS)


def in_order(
    work: Callable[[Verifier, datetime, list[_RowT]], _ResultT],
    rows: Iterable[_RowT],
    open_verifier: Callable[[], Verifier],
    *,
    clock: Callable[[], datetime],
    jobs: int,
    here: Verifier | None = None,
) -> Iterator[_ResultT]:
    """Work on rows in batches and give the results in the order of the rows.

    Args:
        work: what is done with a batch; with more than one job it must be picklable, as rows and results.
        rows: read no further ahead than the workers need.
        open_verifier: called once in each process; picklable.
        clock: gives the time of verification of a batch.
        jobs: processes, 1 to ``MOST_JOBS``. With one each row is a batch, and its result comes before the next row is
            read.
        here: a verifier of this process, where it has one.

    Raises:
        WorkerError: a worker was killed, or could not start.
    """
    if not 0 < jobs <= MOST_JOBS:
        raise ValueError(f"{jobs} jobs: give the number of processes, 1 to {MOST_JOBS}")
    rows = iter(rows)
    first = list(islice(rows, SMALL)) if jobs > 1 else []
    if jobs > 1 and len(first) == SMALL:
        yield from _in_processes(work, _batches(chain(first, rows)), open_verifier, clock=clock, jobs=jobs)
        return
    verifier = open_verifier() if here is None else here
    for row in chain(first, rows):
        yield work(verifier, clock(), [row])


def _batches(rows: Iterator[_RowT]) -> Iterator[list[_RowT]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _in_processes(
    work: Callable[[Verifier, datetime, list[_RowT]], _ResultT],
    batches: Iterator[list[_RowT]],
    open_verifier: Callable[[], Verifier],
    *,
    clock: Callable[[], datetime],
    jobs: int,
) -> Iterator[_ResultT]:
    with _telling():
        executor = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_begin, initargs=(work, open_verifier))
    under_way: deque[Future[_ResultT]] = deque()
    try:
        for batch in batches:
            at = clock()
            with _telling(), _interrupts_put_off():
                under_way.append(executor.submit(_work_on, batch, at))
            if len(under_way) >= _AHEAD * jobs:
                yield _answer(executor, under_way.popleft())
        while under_way:
            yield _answer(executor, under_way.popleft())
    except BrokenProcessPool:
        raise WorkerError(_KILLED) from None
    finally:
        with _interrupts_put_off():  # a second one would leave workers in the middle of their start
            try:
                executor.shutdown(cancel_futures=True)
            except RuntimeError:  # the thread that would end them could not start
                for child in _workers_of(executor):
                    child.terminate()
                    child.join()


def _answer(executor: ProcessPoolExecutor, future: Future[_ResultT]) -> _ResultT:
    """Wait for an answer, and end the pool where a worker was killed while it wrote one: that is read for ever else."""
    while True:
        try:
            return future.result(timeout=_PATIENCE)
        except TimeoutError:
            if future.done():
                return future.result()
            workers = _workers_of(executor)
            if connection.wait([each.sentinel for each in workers], timeout=0):
                for each in workers:
                    each.kill()
                executor._result_queue._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001 the last one


def _workers_of(executor: ProcessPoolExecutor) -> list[BaseProcess]:
    return list((executor._processes or {}).values())  # noqa: SLF001 nothing public names them


@contextmanager
def _telling() -> Iterator[None]:
    """Tell what keeps processes from starting, or the threads that serve them: to submit may be to start one."""
    try:
        yield
    except BrokenProcessPool:
        raise
    except OSError as error:
        raise WorkerError(f"{_KILLED} ({reason_of(error)})") from error
    except RuntimeError as error:
        raise WorkerError(f"{_KILLED} ({error})") from error


@contextmanager
def _interrupts_put_off() -> Iterator[None]:
    """Put Ctrl-C off for this process; those that start meanwhile inherit that it is not for them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in a worker ---

_at_work: dict[str, Any] = {}


def _begin(work: Callable[..., object], open_verifier: Callable[[], Verifier]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _at_work.update(work=work, open=open_verifier)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work_on(batch: list[Any], at: datetime) -> Any:  # noqa: ANN401 what the work gives
    if "verifier" not in _at_work:  # not in _begin: what goes wrong there cannot be told
        _at_work["verifier"] = _at_work["open"]()
    return _at_work["work"](_at_work["verifier"], at, batch)
