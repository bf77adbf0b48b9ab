"""Files that survive a kill and a full disk, and a lock between processes: for the extras, the library has no disk.

What is written is complete or not there at all: under another name first, brought to the disk, then renamed, and the
folder brought to the disk as well. Whatever goes wrong is an ``OSError`` whose ``filename`` is the file that was meant.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from glob import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

OWNER_ONLY: Final = 0o600
AS_UMASK_SAYS: Final = 0o666

_BINARY: Final = getattr(os, "O_BINARY", 0)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY  # to open a pipe must not wait for its writer
_CANNOT_SYNC_FOLDERS: Final = frozenset({errno.EINVAL, errno.ENOTSUP})
_CANNOT_LINK: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def reason_of(error: OSError) -> str:
    """Say why a file cannot be used, as words within a sentence."""
    return (error.strerror or str(error)).lower()


def read(path: Path, *, at_most: int) -> bytes:
    """Read a file, but no more than one byte beyond a bound.

    Raises:
        OSError: missing, unreadable, or no regular file.
    """
    with _meant(path):
        descriptor = os.open(path, _READ)
        try:
            file = os.fdopen(descriptor, "rb")
        except OSError:  # a folder
            os.close(descriptor)
            raise
        with file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            return file.read(at_most + 1)


def write_new(path: Path, data: bytes, *, mode: int = AS_UMASK_SAYS) -> None:
    """Write a file that must not exist yet; its mode is right from the first moment on.

    Args:
        path: where; a link at this place counts as existing and is not followed.
        data: the whole content.
        mode: permissions, before the umask.

    Raises:
        OSError: it exists (``FileExistsError``) or cannot be written; then it is not there.
    """
    with _meant(path):
        temporary = _named_beside(path)
        try:
            _create(temporary, data, mode)
            try:
                os.link(temporary, path)  # unlike a rename it replaces nothing
            except OSError as error:
                if error.errno not in _CANNOT_LINK:
                    raise
                _create(path, data, mode)
        finally:
            with suppress(OSError):
                temporary.unlink()
        _sync_folder(path.parent)


def write(files: Mapping[Path, bytes], *, mode: int = AS_UMASK_SAYS) -> None:
    """Write several files, replacing those of the same names: all are on the disk before the first one is renamed.

    Args:
        files: content by path, renamed in this order; missing folders are made.
        mode: permissions, before the umask.

    Raises:
        OSError: one cannot be written; then none is, unless the disk fails while they are renamed.
    """
    waiting: dict[Path, Path] = {}
    try:
        for final, data in files.items():
            make_folder(final.parent)
            with _meant(final):
                temporary = _beside(final)
                _create(temporary, data, mode)
                waiting[temporary] = final
        for temporary, final in tuple(waiting.items()):
            with _meant(final):
                temporary.replace(final)
            del waiting[temporary]
        for folder in dict.fromkeys(final.parent for final in files):
            with _meant(folder):
                _sync_folder(folder)
    finally:
        for temporary in waiting:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def writing(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Write a file piece by piece, in place of the one of its name once all of it is on the disk.

    Args:
        path: where; missing folders are made. Whatever is raised in between leaves what was there.

    Raises:
        OSError: it cannot be written; also by what writes a piece.
    """
    make_folder(path.parent)
    with _meant(path):
        temporary = _beside(path)
        file = os.fdopen(os.open(temporary, _NEW, AS_UMASK_SAYS), "wb")

    def write(piece: bytes) -> None:
        with _meant(path):
            file.write(piece)

    try:
        yield write
        with _meant(path):
            file.flush()
            os.fsync(file.fileno())
            file.close()
            temporary.replace(path)
            _sync_folder(path.parent)
    finally:
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            temporary.unlink()


def remove_leftovers(folder: Path, name: str | None = None) -> None:
    """Remove what killed processes left behind; only for who holds the lock of those that write there.

    Args:
        folder: where they wrote.
        name: the file that they wrote, or None for all in the folder.
    """
    written = "*" if name is None else escape(name)
    for leftover in folder.glob(f".{written}.{'[0-9a-f]' * 8}.tmp"):
        with suppress(OSError):
            leftover.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those that it lies in, unless it is there.

    Raises:
        OSError: a file stands in its place (``FileExistsError``), or it cannot be made.
    """
    with _meant(folder):
        missing = []
        above = folder
        while not above.exists() and above != above.parent:
            missing.append(above)
            above = above.parent
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            _sync_folder(made.parent)


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold a lock that one process and one thread has at a time; the others wait. The system ends it with its holder.

    Args:
        lock: a file of its own that is made and stays; what it guards cannot be locked, since it is replaced.

    Raises:
        OSError: it cannot be made or locked.
    """
    with _meant(lock):
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    try:
        with _meant(lock):
            _lock(descriptor)
        try:
            yield
        finally:
            with suppress(OSError):
                _unlock(descriptor)  # to close it is not enough: a process that was forked meanwhile holds it open too
    finally:
        os.close(descriptor)


def _beside(path: Path) -> Path:
    """Give the name under which a file is written before it is there; a device or a pipe is never replaced by one."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file")
    return _named_beside(path)


def _named_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")


def _create(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, _NEW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


@contextmanager
def _meant(path: Path) -> Iterator[None]:
    """Name the file that was meant, in place of a temporary one or of none."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _sync_folder(folder: Path) -> None:
        """Folders cannot be opened there; a rename is on the disk when NTFS says so."""

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _sync_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _CANNOT_SYNC_FOLDERS:
                raise
        finally:
            os.close(descriptor)
