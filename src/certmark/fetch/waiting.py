"""When to ask a server again: by itself in some hours, after failures later each time, and never all at once."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from secrets import randbelow
from typing import Final

from certmark.cwt.numericdate import LAST_SECOND, to_seconds

FIRST_WAIT: Final = 60
LONGEST_WAIT: Final = 86_400
"""Whatever a server asks for; and a remembered time that is further away was written under another clock."""
_LONGEST_BACK_OFF: Final = 6 * 3_600
_BETWEEN_REFRESHES: Final = 6 * 3_600


def after_success(at: int) -> int:
    """Give the time of the next refresh, spread so that a million devices do not ask together."""
    return _later(at, _BETWEEN_REFRESHES)


def after_failure(at: int, failures: int, *, retry_after: str | None = None) -> int:
    """Give the time of the next try.

    Args:
        at: when it failed, in seconds.
        failures: how many in a row, this one included.
        retry_after: what the server asked for (RFC 9110 §10.2.3); a day at most, and never less than ours.
    """
    own = _later(at, min(FIRST_WAIT << min(failures - 1, 10), _LONGEST_BACK_OFF))
    asked = at + min(_seconds(retry_after, at), LONGEST_WAIT)
    return max(own, min(asked, LAST_SECOND))


def must_wait(next_try: int, failures: int, at: int) -> bool:
    """Tell whether it is too early; a time that is too far away does not count, since clocks are set back."""
    return failures > 0 and at < next_try <= at + LONGEST_WAIT


def _later(at: int, wait: int) -> int:
    return min(at + wait - randbelow(wait // 2), LAST_SECOND)


def _seconds(retry_after: str | None, at: int) -> int:
    said = (retry_after or "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return int(said)
    try:
        until = parsedate_to_datetime(said)
        return max(to_seconds(until.replace(tzinfo=until.tzinfo or UTC)) - at, 0)
    except (ValueError, OverflowError):  # the latter of numbers that no C int holds
        return 0
