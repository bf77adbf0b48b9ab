"""What reading one input costs: CPU time of this thread and peak of memory, errors of certmark included."""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from certmark.errors import CertmarkError

if TYPE_CHECKING:
    from collections.abc import Callable


class Clocked:
    """A reader that notes the CPU time of each call in ``milliseconds``, whatever comes of it."""

    def __init__(self, read: Callable[[bytes], Any]) -> None:
        self.read = read
        self.milliseconds: list[float] = []

    def __call__(self, data: bytes) -> Any:  # noqa: ANN401, D102 what it reads
        start = time.thread_time_ns()
        try:
            return self.read(data)
        finally:
            self.milliseconds.append((time.thread_time_ns() - start) / 1e6)


def kibibytes(read: Callable[[bytes], object], data: bytes) -> float:
    """Measure the peak of memory during one call."""
    tracemalloc.start()
    with suppress(CertmarkError):
        read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024


def milliseconds(read: Callable[[bytes], object], data: bytes, *, rounds: int) -> float:
    """Measure the CPU time of one call: the best of some rounds, since anything may come between."""
    clocked = Clocked(read)
    for _ in range(rounds):
        with suppress(CertmarkError):
            clocked(data)
    return min(clocked.milliseconds)
