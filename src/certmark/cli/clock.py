"""The only place where certmark reads a clock, and how people write instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from certmark.cli.exits import CommandError, ExitCode
from certmark.cwt.numericdate import SECONDS_PER_DAY, to_seconds

_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


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
