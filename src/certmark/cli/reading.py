"""Input: files, whole and bounded or piece by piece, and standard input, with an error that names them."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from certmark.cli.exits import CommandError, ExitCode
from certmark.errors import CertmarkError
from certmark.files import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from _typeshed import WriteableBuffer


def read_file(path: str, *, what: str, at_most: int) -> bytes:
    """Read a file that is no token.

    Args:
        path: where it is.
        what: what it should be, for the message (``the bundle``).
        at_most: its largest size, in bytes.

    Raises:
        CommandError: missing or unreadable (66), or larger (65).
    """
    data = read_bounded(path, what=what, at_most=at_most)
    if len(data) > at_most:
        raise CommandError(ExitCode.BAD_INPUT, f"{path}: more than {at_most} bytes: this is not {what}")
    return data


def read_bounded(path: str, *, what: str, at_most: int) -> bytes:
    """Read a file, but no more than one byte beyond a bound.

    Raises:
        CommandError: missing or unreadable (66).
    """
    with open_file(path, what=what) as file:
        return file.read(at_most + 1)


def open_file(path: str, *, what: str) -> BinaryIO:
    """Open a file for reading piece by piece.

    Raises:
        CommandError: missing or unreadable (66); also by whatever reads from it.
    """
    with _named(path, what):
        return io.BufferedReader(_Input(path, what))


def standard_input() -> BinaryIO:
    """Give standard input.

    Raises:
        CommandError: there is none (66).
    """
    if sys.stdin is None:
        raise CommandError(ExitCode.NO_INPUT, "standard input is closed: give a file or a pipe")
    return sys.stdin.buffer


class _Input(io.FileIO):
    """A file that is named where it cannot be read: who reads from it may be writing another one."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(path)
        self._named = path, what

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        with _named(*self._named):
            return super().readinto(buffer)


@contextmanager
def _named(path: str, what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise CommandError(ExitCode.NO_INPUT, f"{path}: no such file: give the path of {what}") from None
    except OSError as error:
        problem = f"{path}: cannot be read ({reason_of(error)}): give the path of {what}"
        raise CommandError(ExitCode.NO_INPUT, problem) from None


@contextmanager
def blaming(path: str) -> Iterator[None]:
    """Turn an error of the library into one that names the file that it is about (65)."""
    try:
        yield
    except CertmarkError as error:
        raise CommandError(ExitCode.BAD_INPUT, f"{path}: {error}") from error
