"""Ratios are medians that a few odd rounds do not move, and say when they cannot be trusted."""

from __future__ import annotations

import gc

import pytest

from benchmarks import ratios
from benchmarks.ratios import Figure, Round, ratio, summary, table


def test_the_median_counts_and_half_of_the_middle_range_is_the_spread() -> None:
    assert summary([1.0, 2.0, 3.0, 4.0, 100.0]) == Figure(3.0, 25.25)


def test_one_odd_round_moves_neither_much() -> None:
    assert summary([2.0] * 9 + [50.0]) == Figure(2.0, 0.0)


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        pytest.param([Round(2, quiet=True)] * 4, Figure(2), id="quiet"),
        pytest.param([Round(9, quiet=False), *[Round(2, quiet=True)] * 4], Figure(2), id="one is repeated"),
        pytest.param(
            [*[Round(2, quiet=True)] * 2, *[Round(9, quiet=False)] * 10], Figure(2), id="half of them were quiet"
        ),
        pytest.param([Round(9, quiet=False)] * 12, Figure(9, 0, 1), id="none was"),
        pytest.param([Round(9, quiet=True), *[Round(9, quiet=False)] * 11], Figure(9, 0, 11 / 12), id="too few were"),
    ],
)
def test_quiet_rounds_count(rounds: list[Round], expected: Figure) -> None:
    following = iter(rounds)
    assert ratios._best_of(lambda: next(following), 4) == expected  # noqa: SLF001 its clock is not at hand
    assert list(following) == []


def test_one_quiet_round_of_two_is_too_few() -> None:
    following = iter([Round(9, quiet=True), *[Round(9, quiet=False)] * 5])
    assert ratios._best_of(lambda: next(following), 2) == Figure(9, 0, 5 / 6)  # noqa: SLF001 its clock is not at hand


def test_a_call_is_measured_in_units_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def call(seconds: float) -> None:
        assert not gc.isenabled() or clock[0] < 1  # only the calls that find the size of a block come before
        clock[0] += seconds

    monkeypatch.setattr("time.thread_time", lambda: clock[0])
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    measured = ratio(lambda: call(0.003), lambda: call(0.002), rounds=5)
    assert (round(measured.value, 9), round(measured.spread, 9), measured.disturbed) == (1.5, 0, 0)
    assert gc.isenabled()


def test_spreads_of_a_difference_add_up() -> None:
    assert Figure(5, 1, 0.2).minus(Figure(2, 0.5, 0.7)) == Figure(3, 1.5, 0.7)


def test_a_table_says_bars_spreads_and_disturbance() -> None:
    lines = table({"a": Figure(1.5, 0.1), "b": Figure(2, 0.1, 0.5), "c": Figure(3)}, {"a": 2, "b": -1.6}).splitlines()
    assert lines[1].split() == ["a", "1.50", "±", "0.10", "≤", "2"]
    assert lines[2].split()[:6] == ["b", "2.00", "±", "0.10", "≥", "1.6"]
    assert lines[2].endswith("too high: 50% of the rounds disturbed")
    assert lines[3].split() == ["c", "3.00"]
