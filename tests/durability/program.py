"""Programs that use one store and are killed, starved of disk or kept from writing: run as processes of their own.

``python -m tests.durability.program NAME STORE ...`` prints what it saw as JSON. Workers are forked from a process
that has loaded everything, so that a kill hits their work and not their start.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 loaded late otherwise, by a user who may not read it
import json
import os
import random
import resource
import select
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import certmark.fetch.https  # noqa: F401 what asks servers is loaded, too
from certmark.errors import StoreError
from certmark.fetch import Outcome, Refused, Timeouts, TrustStore, Unreachable
from tests.world import NOW, WORLD

MOMENTS = (0.003, 0.01, 0.03, 0.1)
ROUNDS = 100
WORKERS = 2
NOBODY = 65_534


def bundle(number: int) -> bytes:
    """Sign the bundle whose union list and German list have a number."""
    return WORLD.with_union(sequence_number=number).with_member(sequence_number=number).bundle


def numbers(store: TrustStore) -> tuple[int, int]:
    """Give the numbers of both lists that a store holds; it must be whole."""
    opened = store.open()
    assert opened.problem is None, opened.problem
    assert opened.snapshot.problems == {}, opened.snapshot.problems
    return opened.snapshot.union.head.sequence_number, opened.snapshot.national["DE"].head.sequence_number


def names_in(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def importing(store: TrustStore, _: str) -> None:
    outcome = store.import_bundle(bundle(numbers(store)[0] + 1))
    if isinstance(outcome, Refused):  # the other one was faster
        assert outcome.code in {"trust_rollback", "trust_equivocation"}, outcome


def refreshing(store: TrustStore, url: str) -> None:
    at = NOW + timedelta(days=numbers(store)[0])
    outcome = store.refresh(url, at=at)
    if isinstance(outcome, Unreachable):
        assert "too early" in outcome.reason, outcome


class Worker:
    """A process that does something again and again, and writes a byte whenever it has done it."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._done, done = os.pipe()
        self._process = os.fork()
        if self._process:
            os.close(done)
            return
        try:
            while True:
                work()
                os.write(done, b".")
        except BaseException as error:  # noqa: BLE001 nothing of the parent may run here
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)

    def wait(self, *, times: int, then: float) -> None:
        """Wait until it has done its work so many times, and some seconds more."""
        for _ in range(times):
            assert os.read(self._done, 1) == b".", "a worker ended by itself"
        select.select([], [], [], then)

    def kill(self) -> None:
        os.kill(self._process, signal.SIGKILL)
        status = os.waitpid(self._process, 0)[1]
        os.close(self._done)
        assert os.WIFSIGNALED(status), f"a worker ended by itself: {status}"


def kill(store_folder: str, url: str, authorities: str) -> dict[str, Any]:
    """Kill two workers in each round, and look at what they leave."""
    folder = Path(store_folder)
    store = TrustStore(folder, anchor=WORLD.anchor, authorities=authorities)
    store.import_bundle(bundle(1))
    chance = random.Random(20261124)
    kills, interrupted, seen = 0, 0, [numbers(store)]
    for _ in range(ROUNDS):
        workers = [Worker(partial(work, store, url)) for work in (importing, refreshing)]
        for worker in workers:
            # at any stage of the work, however fast the machine is
            worker.wait(times=chance.randint(0, 1), then=chance.uniform(0, chance.choice(MOMENTS)))
        for worker in workers:
            worker.kill()
            kills += 1
        interrupted += bool(list(folder.glob(".*.tmp")))
        seen.append(numbers(store))
    store.import_bundle(bundle(seen[-1][0] + 1))
    return {
        "kills": kills,
        "interrupted": interrupted,
        "fell": [pair for pair in pairwise(seen) if pair[1] < pair[0] or pair[1][0] != pair[1][1]],
        "first": seen[0][0],
        "last": numbers(store)[0],
        "files": names_in(store_folder),
        "refreshed": bool(store.open().checked_at),
    }


def starve(store_folder: str, bytes_left: str) -> dict[str, Any]:
    """Import while no file may grow beyond some bytes: the system then fails writes as it does when a disk is full."""
    store = TrustStore(store_folder, anchor=WORLD.anchor)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_left), resource.RLIM_INFINITY))
    try:
        store.import_bundle(bundle(6))
        said = ""
    except StoreError as error:
        said = str(error)
    return {"said": said, "number": numbers(store)[0], "files": names_in(store_folder)}


def only_read(store_folder: str) -> dict[str, Any]:
    """Use a store that may be read and not written."""
    folder = Path(store_folder)
    os.chdir(folder)  # the folders above it may be closed to the user that this becomes
    if os.geteuid() == 0:  # for whom nothing is read-only
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    Path().chmod(0o500)
    store = TrustStore(".", anchor=WORLD.anchor, timeouts=Timeouts(connect=1, read=1, total=1))
    uses: tuple[Callable[[], Outcome], ...] = (
        lambda: store.import_bundle(bundle(6)),
        lambda: store.refresh("https://localhost:1/", at=NOW),
    )
    said = []
    for use in uses:
        try:
            said.append(repr(use()))
        except StoreError as error:
            said.append(str(error))
    return {"said": said, "number": numbers(store)[0], "files": names_in(".")}


def main(name: str, *arguments: str) -> NoReturn:
    programs: dict[str, Callable[..., dict[str, Any]]] = {"kill": kill, "starve": starve, "only_read": only_read}
    json.dump(programs[name](*arguments), sys.stdout)
    sys.exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
