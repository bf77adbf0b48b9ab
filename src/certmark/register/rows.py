"""Rows of a batch: one document a line in JSONL, or one a row in CSV, read one after the other and bounded.

What is wrong with a row is in the row, so that it stops no other. Lines are counted as an editor counts them, from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.errors import ModelError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.model import load_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from certmark.model import AnyDocument

_MARK: Final = b"\xef\xbb\xbf"
_PIECE: Final = 1 << 16


class Row(NamedTuple):
    """A row of a batch.

    Attributes:
        line: where it begins.
        said: the document, or what is wrong with it.
    """

    line: int
    said: AnyDocument | ModelError


def read_jsonl(file: BinaryIO, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Row]:
    """Read one document from each line that is not empty.

    Args:
        file: bytes; a byte order mark at its beginning is left out.
        limits: ``limits.document`` bounds a line, in bytes.
    """
    for number, line in physical_lines(file, at_most=limits.document):
        if line is None or line.strip():
            yield Row(number, _document(line, limits))


def physical_lines(file: BinaryIO, *, at_most: int) -> Iterator[tuple[int, bytes | None]]:
    """Give the number and the bytes of each line; None for one that is longer than a bound, with its end."""
    number = 0
    while line := file.readline(at_most + 1):
        number += 1
        if len(line) <= at_most:
            yield number, line.removeprefix(_MARK) if number == 1 else line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_PIECE)
        yield number, None


def too_long(limits: Limits) -> ModelError:
    """Say that a line is too long."""
    return ModelError(f"the line is longer than {limits.document} bytes: shorten it")


def _document(line: bytes | None, limits: Limits) -> AnyDocument | ModelError:
    if line is None:
        return too_long(limits)
    try:
        return load_document(line, limits=limits)
    except ModelError as error:
        return error
