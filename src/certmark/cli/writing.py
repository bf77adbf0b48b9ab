"""Output files, with an error that names them; private keys are for their owner's eyes alone."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from certmark import files as disk
from certmark.cli.exits import CommandError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


def write_new(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file that must not exist yet; its mode is right from the first moment on.

    Args:
        path: where; a link at this place counts as existing and is not followed.
        data: the whole content.
        private: whether only the owner may read it (mode 0600).

    Raises:
        CommandError: it exists or cannot be written.
    """
    with _blaming(exists="exists already: choose another name, or move it away first"):
        disk.write_new(path, data, mode=disk.OWNER_ONLY if private else disk.AS_UMASK_SAYS)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files, replacing those of the same names: all are on the disk before the first one is renamed.

    Args:
        folder: made if it is missing.
        files: content by path relative to the folder.

    Raises:
        CommandError: one cannot be written; then none is, unless the disk fails while they are renamed.
    """
    with _blaming():
        disk.write({folder / name: data for name, data in files.items()})


@contextmanager
def writing(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Write a file piece by piece, in place of the one of its name in the end.

    Args:
        path: where; whatever goes wrong leaves what was there.

    Raises:
        CommandError: it cannot be written; also by what writes a piece.
    """
    with ExitStack() as held:
        with _blaming():
            write_piece = held.enter_context(disk.writing(path))

        def write(piece: bytes) -> None:
            with _blaming():
                write_piece(piece)

        yield write
        with _blaming():
            held.close()


def refuse_to_replace(path: Path, *kept: str, what: str) -> None:
    """Refuse to write over a file that is needed, by whatever name it is meant.

    Raises:
        CommandError: it is one of those to keep.
    """
    if os.path.realpath(path) in map(os.path.realpath, kept):
        raise CommandError(ExitCode.USAGE, f"{path}: is {what}: choose another place")


def make_folder(folder: Path) -> None:
    """Make a folder and those that it lies in, unless it is there.

    Raises:
        CommandError: a file stands in its place, or it cannot be made.
    """
    with _blaming():
        disk.make_folder(folder)


@contextmanager
def alone(file: Path, *, instead: str = "place") -> Iterator[None]:
    """Hold the lock beside a file; the file itself cannot be locked, since a new one takes its place.

    Args:
        file: what is guarded.
        instead: what to choose another one of when the lock cannot be made.

    Raises:
        CommandError: it is a folder, or the lock cannot be made.
    """
    with ExitStack() as held:
        with _blaming(instead=instead):
            if file.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
            held.enter_context(disk.exclusive(file.with_name(f"{file.name}.lock")))
        yield


@contextmanager
def _blaming(*, exists: str = "is a file: give a folder", instead: str = "place") -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise CommandError(ExitCode.USAGE, f"{error.filename}: {exists}") from None
    except IsADirectoryError as error:
        raise CommandError(ExitCode.USAGE, f"{error.filename}: is a folder: choose another {instead}") from None
    except OSError as error:
        problem = f"{error.filename}: cannot be written ({disk.reason_of(error)}): choose another {instead}"
        raise CommandError(ExitCode.USAGE, problem) from None
