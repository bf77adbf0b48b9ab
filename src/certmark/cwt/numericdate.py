"""Time on the wire: whole seconds (NumericDate, RFC 8392 §2) and whole days, since 1970-01-01."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeGuard

LAST_SECOND: Final = 253402300799
"""9999-12-31T23:59:59Z, the last instant that a ``datetime`` can hold."""

SECONDS_PER_DAY: Final = 86_400

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def to_seconds(instant: datetime) -> int:
    """Give an instant in whole seconds since 1970, rounded down.

    Args:
        instant: aware; a naive one has no place on the time line.

    Raises:
        ValueError: a naive datetime, or one outside the years 1970 to 9999 (UTC): a mistake of the caller, not of
            the input.
    """
    if instant.utcoffset() is None:
        raise ValueError("a datetime without time zone: give it a tzinfo, such as datetime.UTC")
    elapsed = instant - _EPOCH
    seconds = elapsed.days * SECONDS_PER_DAY + elapsed.seconds
    if not 0 <= seconds <= LAST_SECOND:
        raise ValueError(f"{instant.isoformat()} is outside the years 1970 to 9999 (UTC)")
    return seconds


def from_seconds(seconds: int) -> datetime:
    """Give the instant, in UTC, of whole seconds since 1970 up to ``LAST_SECOND``."""
    return _EPOCH + timedelta(seconds=seconds)


def day_at(seconds: int) -> str:
    """Give the day, in UTC, of whole seconds since 1970, as ``2026-11-24``."""
    return from_seconds(seconds).date().isoformat()


def instant_at(seconds: int) -> str:
    """Give whole seconds since 1970 as an instant in UTC, as ``2026-11-24 12:00:00Z``."""
    return f"{from_seconds(seconds).replace(tzinfo=None)}Z"


def to_days(day: date) -> int:
    """Give a calendar day in days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def from_days(days: int) -> date:
    """Give the calendar day of days since 1970-01-01."""
    return date.fromordinal(days + _EPOCH_DAY)


def is_time(value: object) -> TypeGuard[int]:
    """Tell whether a decoded value is a NumericDate of certmark: an int, no float, no bool, between 1970 and 9999."""
    return type(value) is int and 0 <= value <= LAST_SECOND
