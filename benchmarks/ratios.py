"""Ratios of two calls within one run, with what they scatter.

Absolute times depend on the machine, ratios hardly do. What is compared runs in short blocks in turn, so that a clock
that changes its pace meets both, and within each round in the order A B B A, so that a steady drift cancels out. Blocks
are measured in processor time of this thread: what other programs take from it is not counted. The garbage collector
rests, since what it does in a block was mostly caused by another one. The median of the rounds is what counts.

Other programs do more than take time: they empty the caches, which slows Python down more than raw cryptography. So
rounds in which the thread had to wait for a processor are repeated; where that does not help, the figure says how many
were disturbed. It is then too high, mostly by a tenth.
"""

from __future__ import annotations

import gc
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BLOCK_SECONDS = 0.01
QUIET_SHARE = 0.97
"""Of the time on the wall, what a round gets of a processor when nothing else wants it."""


class Figure(NamedTuple):
    """One measured figure.

    Attributes:
        value: the figure, mostly a ratio.
        spread: half of the range that holds the middle half of the rounds; 0 for what does not scatter.
        disturbed: share of the rounds in which other programs kept the processor busy.
    """

    value: float
    spread: float = 0.0
    disturbed: float = 0.0

    def minus(self, other: Figure) -> Figure:
        """Subtract a figure; the spreads add up, since they may have one cause."""
        return Figure(self.value - other.value, self.spread + other.spread, max(self.disturbed, other.disturbed))


class Round(NamedTuple):
    """One comparison.

    Attributes:
        ratio: how many units one call took.
        quiet: whether the thread had the processor for nearly all of the time.
    """

    ratio: float
    quiet: bool


Figures = dict[str, Figure]


def ratio(measured: Callable[[], object], unit: Callable[[], object], *, rounds: int) -> Figure:
    """Give how many units one call takes.

    Args:
        measured: what is measured.
        unit: what it is compared with.
        rounds: two or more; each takes about 40 ms, or four calls if they are longer.
    """
    calls, unit_calls = _calls_of_a_block(measured), _calls_of_a_block(unit)

    def one_round() -> Round:
        begun, used = time.perf_counter(), time.thread_time()
        first, unit_first = _seconds(measured, calls), _seconds(unit, unit_calls)
        unit_second, second = _seconds(unit, unit_calls), _seconds(measured, calls)
        share = (time.thread_time() - used) / (time.perf_counter() - begun)
        return Round((first + second) / (unit_first + unit_second), share > QUIET_SHARE)

    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        one_round()
        return _best_of(one_round, rounds)
    finally:
        if collecting:
            gc.enable()


def _best_of(one_round: Callable[[], Round], rounds: int) -> Figure:
    """Take quiet rounds, for at most three times as many in all; the disturbed ones too when there are too few."""
    quiet: list[float] = []
    disturbed: list[float] = []
    while len(quiet) < rounds and len(quiet) + len(disturbed) < 3 * rounds:
        done = one_round()
        (quiet if done.quiet else disturbed).append(done.ratio)
    if len(quiet) >= max(2, rounds / 2):
        return summary(quiet)
    return summary(quiet + disturbed)._replace(disturbed=len(disturbed) / (len(quiet) + len(disturbed)))


def summary(values: list[float]) -> Figure:
    """Give the median of two or more values, and how they scatter."""
    lower, _, upper = quantiles(values, n=4)
    return Figure(median(values), (upper - lower) / 2)


def table(figures: Mapping[str, Figure], bars: Mapping[str, float]) -> str:
    """Write figures as lines of text, beside the bars that they are held against.

    Args:
        figures: by name.
        bars: what is asked for by name: at most, or with a minus sign at least.
    """
    lines = [f"{'figure':<30}{'measured':>10}{'spread':>9}{'bar':>9}"]
    for name, figure in figures.items():
        bar = bars.get(name)
        asked = "" if bar is None else f"{'≥' if bar < 0 else '≤'} {abs(bar):g}"
        spread = f"± {figure.spread:.2f}" if figure.spread else ""
        note = f"   too high: {figure.disturbed:.0%} of the rounds disturbed" if figure.disturbed else ""
        lines.append(f"{name:<30}{figure.value:>10.2f}{spread:>9}{asked:>9}{note}")
    return "\n".join(lines)


def _calls_of_a_block(call: Callable[[], object]) -> int:
    _seconds(call, 3)
    return max(1, int(BLOCK_SECONDS / _seconds(call, 3)))


def _seconds(call: Callable[[], object], times: int) -> float:
    start = time.thread_time()
    for _ in range(times):
        call()
    return (time.thread_time() - start) / times
