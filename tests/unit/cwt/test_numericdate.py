"""Time on the wire: whole seconds and whole days, nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest

from certmark.cwt.numericdate import (
    LAST_SECOND,
    SECONDS_PER_DAY,
    from_days,
    from_seconds,
    is_time,
    to_days,
    to_seconds,
)

SECONDS = {
    "epoch": (0, datetime(1970, 1, 1, tzinfo=UTC)),
    "a second later": (1, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
    "a billion": (1_000_000_000, datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
    "after 32 bits, signed": (1 << 31, datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
    "after 32 bits": (1 << 32, datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC)),
    "leap day": (1_709_164_800, datetime(2024, 2, 29, tzinfo=UTC)),
    "last second": (LAST_SECOND, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
}
DAYS = {
    "epoch": (0, date(1970, 1, 1)),
    "the day before": (-1, date(1969, 12, 31)),
    "leap day": (19_782, date(2024, 2, 29)),
    "last day": (2_932_896, date(9999, 12, 31)),
}


class Zone(tzinfo):
    """Time zone by its offsets: the usual one and that of the second pass through a repeated hour."""

    def __init__(self, offset: timedelta | None, repeated: timedelta | None = None) -> None:
        self._offset, self._repeated = offset, repeated

    def utcoffset(self, instant: datetime | None, /) -> timedelta | None:
        return self._repeated if instant is not None and instant.fold else self._offset

    def dst(self, _: datetime | None, /) -> None:
        return None

    def tzname(self, _: datetime | None, /) -> str:
        return "test"


@pytest.mark.parametrize(("seconds", "instant"), SECONDS.values(), ids=SECONDS)
def test_seconds_and_instants(seconds: int, instant: datetime) -> None:
    assert to_seconds(instant) == seconds
    assert from_seconds(seconds) == instant
    assert from_seconds(seconds).tzinfo is UTC


@pytest.mark.parametrize(("days", "day"), DAYS.values(), ids=DAYS)
def test_days_and_dates(days: int, day: date) -> None:
    assert to_days(day) == days
    assert from_days(days) == day


def test_a_day_has_its_seconds() -> None:
    assert to_seconds(datetime(2026, 5, 1, tzinfo=UTC)) == to_days(date(2026, 5, 1)) * SECONDS_PER_DAY


@pytest.mark.parametrize("microsecond", [1, 500_000, 999_999])
def test_fractions_of_a_second_are_cut_off(microsecond: int) -> None:
    assert to_seconds(datetime(1970, 1, 1, 0, 0, 5, microsecond, tzinfo=UTC)) == 5


@pytest.mark.parametrize(
    "zone",
    [timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-11))],
    ids=str,
)
def test_the_same_instant_in_another_time_zone(zone: tzinfo) -> None:
    instant = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert to_seconds(instant.astimezone(zone)) == to_seconds(instant)


def test_the_repeated_hour_is_told_apart() -> None:
    summer, winter = timedelta(hours=2), timedelta(hours=1)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=Zone(summer, winter))
    assert to_seconds(first.replace(fold=1)) - to_seconds(first) == 3600


@pytest.mark.parametrize(
    "instant",
    [
        pytest.param(datetime(2026, 5, 1), id="naive"),  # noqa: DTZ001 - what is refused
        pytest.param(datetime(2026, 5, 1, tzinfo=Zone(None)), id="time zone without offset"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), id="a second before 1970"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), id="a microsecond before 1970"),
        pytest.param(datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=1))), id="before 1970 in UTC"),
        pytest.param(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), id="year 1"),
        pytest.param(datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-1))), id="after 9999 in UTC"),
    ],
)
def test_an_instant_that_has_no_place_on_the_wire_is_refused(instant: datetime) -> None:
    with pytest.raises(ValueError, match=r"time zone|outside the years"):
        to_seconds(instant)


@pytest.mark.parametrize("value", [0, 1, 1 << 32, LAST_SECOND])
def test_what_is_a_time(value: object) -> None:
    assert is_time(value)


@pytest.mark.parametrize(
    "value",
    [-1, LAST_SECOND + 1, 1 << 64, -(1 << 64), True, False, None, 1.0, float("nan"), "1", b"\x01", [1], {1: 1}],
    ids=repr,
)
def test_what_is_no_time(value: object) -> None:
    assert not is_time(value)
