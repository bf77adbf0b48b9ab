"""Lines of a file of any size and any content, each in bounded memory, each with its number."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""What spreadsheets write in front of UTF-8."""

_PIECE: Final = 1 << 16


def text_of(data: bytes) -> str:
    """Give the text of a file or line, without a byte order mark.

    Bytes that are no UTF-8 become characters that no code has: whatever judges the text then says so.
    """
    return data.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "surrogateescape")


class Line(NamedTuple):
    """A line.

    Attributes:
        number: from 1, as an editor counts.
        data: its bytes with its end, or None: it is too long.
    """

    number: int
    data: bytes | None


class Lines:
    """The lines of a file, read as they are asked for; some may be put back, to be read again."""

    def __init__(self, stream: BinaryIO, *, at_most: int) -> None:
        """Read nothing yet.

        Args:
            stream: the file.
            at_most: largest size of a line with its end, in bytes.
        """
        self._stream = stream
        self._at_most = at_most
        self._number = 0
        self._again: deque[Line] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Line:
        if self._again:
            return self._again.popleft()
        data = self._stream.readline(self._at_most + 1)
        if not data:
            raise StopIteration
        self._number += 1
        if len(data) <= self._at_most:
            return Line(self._number, data)
        while data and not data.endswith(b"\n"):
            data = self._stream.readline(_PIECE)
        return Line(self._number, None)

    def put_back(self, lines: Sequence[Line]) -> None:
        """Put lines back that were just read, in their order."""
        self._again.extendleft(reversed(lines))
