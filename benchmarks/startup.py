"""What starting costs, and what a second process gives."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from benchmarks.ratios import Figures, summary
from tests import world as w


def processes(seconds: float, *, rounds: int) -> Figures:
    """Measure how much more two processes verify than one, alone and together in turn."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_verified_in, (0.1, 0.1)))  # start both before anything is measured

        def one_round() -> float:
            alone = sum(pool.map(_verified_in, (seconds,)))
            return sum(pool.map(_verified_in, (seconds, seconds))) / alone

        return {"processes_ratio": summary([one_round() for _ in range(rounds)])}


def imports(times: int) -> Figures:
    """Measure what importing the verifier adds to starting Python, in milliseconds of processor time."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = cache

        def start(code: str) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            partial(subprocess.run, [sys.executable, "-c", code], check=True, env=environment)()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

        start("import certmark.verify")  # compiles, as an installation does
        return {"import_ms": summary([start("import certmark.verify") - start("pass") for _ in range(times)])}


def _verified_in(seconds: float) -> float:
    """Count reports per second of the clock on the wall: here it matters whether the machine shares."""
    world = w.WORLD
    verifier, text, now = world.verifier(), world.text, world.now
    done, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        verifier.report(text, at=now)
        done += 1
    return done / (time.perf_counter() - begun)
