"""Lines of a file of any size and any content, each in bounded memory, each with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LONGEST: Final = 65_536
"""Bytes of a line with its end; of a longer one only its number is kept."""

TOO_LONG: Final = f"The line has more than {LONGEST} bytes: this is no row of a catalogue and no certificate token."


class Line(NamedTuple):
    """A line.

    Attributes:
        number: from 1.
        data: its bytes with its end, or None: it is too long.
    """

    number: int
    data: bytes | None


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Read lines; the next one is not waited for before this one is given."""
    number = 0
    while data := stream.readline(LONGEST):
        number += 1
        whole = len(data) < LONGEST or data.endswith(b"\n")
        while data and not data.endswith(b"\n") and not whole:
            data = stream.readline(LONGEST)
        yield Line(number, data if whole else None)
