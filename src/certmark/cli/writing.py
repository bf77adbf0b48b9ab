"""Output files: complete or not at all, and private keys for their owner's eyes alone."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from certmark.cli.exits import CommandError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_OWNER_ONLY: Final = 0o600
_AS_UMASK_SAYS: Final = 0o666


def write_new(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file that must not exist yet; its mode is right from the first moment on.

    Args:
        path: where; a link at this place counts as existing and is not followed.
        data: the whole content.
        private: whether only the owner may read it (mode 0600).

    Raises:
        CommandError: it exists or cannot be written.
    """
    with _blaming(path):
        _create(path, data, mode=_OWNER_ONLY if private else _AS_UMASK_SAYS)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files, replacing those of the same names: all are on the disk before the first one is renamed.

    Args:
        folder: made if it is missing.
        files: content by path relative to the folder.

    Raises:
        CommandError: one cannot be written; then none is, unless the disk fails while they are renamed.
    """
    waiting: dict[Path, Path] = {}
    try:
        for name, data in files.items():
            final = folder / name
            make_folder(final.parent)
            with _blaming(final):
                if final.is_dir():
                    raise CommandError(ExitCode.USAGE, f"{final}: is a folder: choose another place")
                temporary = final.with_name(f".{final.name}.{os.urandom(4).hex()}.tmp")
                _create(temporary, data, mode=_AS_UMASK_SAYS)
                waiting[temporary] = final
        for temporary in list(waiting):
            with _blaming(waiting[temporary]):
                temporary.replace(waiting[temporary])
            del waiting[temporary]
    finally:
        for temporary in waiting:
            with suppress(OSError):
                temporary.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those that it lies in, unless it is there.

    Raises:
        CommandError: a file stands in its place, or it cannot be made.
    """
    with _blaming(folder):
        if folder.exists() and not folder.is_dir():
            raise CommandError(ExitCode.USAGE, f"{folder}: is a file: give a folder")
        folder.mkdir(parents=True, exist_ok=True)


def _create(path: Path, data: bytes, *, mode: int) -> None:
    descriptor = os.open(path, _NEW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        reason = "exists already: choose another name, or move it away first"
        raise CommandError(ExitCode.USAGE, f"{path}: {reason}") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CommandError(ExitCode.USAGE, f"{path}: cannot be written ({reason}): choose another place") from None
