"""The only place where certmark reads a clock, and how people write instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from certmark.cli.exits import CommandError, ExitCode
from certmark.cwt.numericdate import SECONDS_PER_DAY, from_seconds, to_seconds

_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-5][0-9])", re.ASCII
)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

_SPAN: Final = re.compile(r"([1-9][0-9]{0,3})([smhd])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def now() -> datetime:
    """Give the present instant, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def at_or_now(option: str | None) -> datetime:
    """Give the instant of ``--at``, or the present one when it is left out.

    Raises:
        CommandError: not an instant of RFC 3339, or not between 1970 and 9999.
    """
    return now() if option is None else instant_of("--at", option)


def moment_of(option: str, text: str) -> int:
    """Read an instant, or a day for its first second in UTC, in seconds since 1970.

    Raises:
        CommandError: neither of them.
    """
    return to_seconds(instant_of(option, f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text))


def day_of(option: str, text: str) -> int:
    """Read a day as ``YYYY-MM-DD``, in days since 1970.

    Raises:
        CommandError: not a day of the calendar.
    """
    if _DAY.fullmatch(text) is None:
        raise CommandError(ExitCode.USAGE, f"{option} {text!r} is no day: write it as 2026-03-01")
    return moment_of(option, text) // SECONDS_PER_DAY


def span_of(option: str, text: str) -> timedelta:
    """Read a span of time, as ``30m``, ``12h`` or ``14d``.

    Raises:
        CommandError: not a whole number of up to four digits with s, m, h or d.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise CommandError(ExitCode.USAGE, f"{option} {text!r} is no span of time: write it as 30m, 12h or 14d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def end_of(option: str, text: str, *, begin: datetime) -> datetime:
    """Read an end: a span after the beginning, a day for its first second in UTC, or an instant.

    Raises:
        CommandError: none of them, not after the beginning, or after the year 9999.
    """
    if _SPAN.fullmatch(text) is None:
        end = from_seconds(moment_of(option, text))
    else:
        try:
            end = begin + span_of(option, text)
        except OverflowError:
            raise CommandError(ExitCode.USAGE, f"{option} {text!r} is after the year 9999: shorten it") from None
    if end <= begin:
        raise CommandError(ExitCode.USAGE, f"{option} {text!r} is over already: no verifier would take the list")
    return end


def instant_of(option: str, text: str) -> datetime:
    """Read the instant that an option gives.

    Raises:
        CommandError: not an instant of RFC 3339, or not between 1970 and 9999.
    """
    problem = CommandError(
        ExitCode.USAGE,
        f"{option} {text!r} is no instant of RFC 3339: write it as 2026-03-01T12:00:00Z, with its time zone",
    )
    if _RFC_3339.fullmatch(text) is None:
        raise problem
    try:
        instant = datetime.fromisoformat(text)
        to_seconds(instant)
    except (ValueError, OverflowError):
        raise problem from None
    return instant.astimezone(UTC)
