"""What reading one input costs: CPU time of this thread and peak of memory, errors of certmark included."""

from __future__ import annotations

import gc
import time
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import CertmarkError

if TYPE_CHECKING:
    from collections.abc import Callable


class Cost(NamedTuple):
    """The cost of one call.

    Attributes:
        milliseconds: CPU time.
        kibibytes: most memory that Python held at once beyond what it held before.
    """

    milliseconds: float
    kibibytes: float


def milliseconds(read: Callable[[bytes], object], data: bytes) -> float:
    """Measure the CPU time of one call."""
    start = time.thread_time_ns()
    with suppress(CertmarkError):
        read(data)
    return (time.thread_time_ns() - start) / 1e6


def kibibytes(read: Callable[[bytes], object], data: bytes) -> float:
    """Measure the peak of memory during one call."""
    tracemalloc.start()
    with suppress(CertmarkError):
        read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024


def cost(read: Callable[[bytes], object], data: bytes, *, rounds: int = 3) -> Cost:
    """Measure time, as the best of some rounds, and memory."""
    gc.collect()
    return Cost(min(milliseconds(read, data) for _ in range(rounds)), kibibytes(read, data))
