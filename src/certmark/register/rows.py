"""Rows of a batch: one document a line in JSONL, or one a row in CSV, read one after the other and bounded.

What is wrong with a row is in the row, so that it stops no other. Lines are counted as an editor counts them, from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import ModelError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.lines import BYTE_ORDER_MARK, Lines
from certmark.model import load_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from certmark.model import AnyDocument


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
    for number, line in lines_of(file, limits=limits):
        if line is None or line.strip():
            yield Row(number, _document(line, limits))


def lines_of(file: BinaryIO, *, limits: Limits) -> Lines:
    """Give the lines of a file, the first one without its byte order mark."""
    lines = Lines(file, at_most=limits.document)
    if (first := next(lines, None)) is not None:
        lines.put_back([first._replace(data=first.data and first.data.removeprefix(BYTE_ORDER_MARK))])
    return lines


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
