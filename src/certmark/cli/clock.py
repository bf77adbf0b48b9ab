"""The only place where certmark reads a clock, and how people write instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from certmark.cli.exits import CommandError, ExitCode
from certmark.cwt.numericdate import to_seconds

_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)


def now() -> datetime:
    """Give the present instant, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def at_or_now(option: str | None) -> datetime:
    """Give the instant of ``--at``, or the present one when it is left out.

    Raises:
        CommandError: not an instant of RFC 3339, or not between 1970 and 9999.
    """
    return now() if option is None else _instant(option)


def _instant(text: str) -> datetime:
    problem = CommandError(
        ExitCode.USAGE,
        f"--at {text!r} is no instant of RFC 3339: write it as 2026-03-01T12:00:00Z, with its time zone",
    )
    if _RFC_3339.fullmatch(text) is None:
        raise problem
    try:
        instant = datetime.fromisoformat(text)
        to_seconds(instant)
    except (ValueError, OverflowError):
        raise problem from None
    return instant.astimezone(UTC)
