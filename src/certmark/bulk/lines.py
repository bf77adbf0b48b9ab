"""Lines of a catalogue: how long they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark.lines import Lines

if TYPE_CHECKING:
    from typing import BinaryIO

LONGEST: Final = 65_536
"""Bytes of a line with its end; of a longer one only its number is kept."""

TOO_LONG: Final = f"The line has more than {LONGEST} bytes: this is no row of a catalogue and no certificate token."


def lines(stream: BinaryIO) -> Lines:
    """Read lines; the next one is not waited for before this one is given."""
    return Lines(stream, at_most=LONGEST)
