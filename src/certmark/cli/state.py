"""The state files of ``--state``: the floors of what was used before, never lowered by two processes.

The floor of the bundle is in the file that the option names; that of the status lists lies beside it, in
``FILE.status``: it is larger, and changes more often.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from certmark import files as disk
from certmark.cli.reading import blaming, read_file
from certmark.cli.writing import alone, write_files
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certmark.verify import StatusFloor, StatusSnapshot, TrustFloor, TrustSnapshot


class _Floor(Protocol):
    def to_bytes(self) -> bytes: ...


_FloorT = TypeVar("_FloorT", bound=_Floor)
_SnapshotT = TypeVar("_SnapshotT")


def open_with_state(path: str, open_bundle: Callable[[TrustFloor | None], TrustSnapshot]) -> TrustSnapshot:
    """Open a bundle on the floor that a file remembers, and remember the new one.

    A bundle that cannot be used leaves the file as it was.

    Args:
        path: the file; made when it is missing.
        open_bundle: opens the bundle on a floor.

    Raises:
        CommandError: the file is no floor (65), or it cannot be read (66) or written (64).
    """
    from certmark.verify import TrustFloor

    return _remembering(
        path,
        open_bundle,
        lambda snapshot: snapshot.floor,
        read=TrustFloor.from_bytes,
        at_most=DEFAULT_LIMITS.trust_list,
    )


def open_statuses_with_state(
    path: str, open_lists: Callable[[StatusFloor | None], StatusSnapshot], *, at: datetime
) -> StatusSnapshot:
    """Open status lists on the floor that ``FILE.status`` remembers, and remember the new one.

    Args:
        path: the file of the bundle's floor.
        open_lists: opens the lists on a floor.
        at: now.

    Raises:
        CommandError: as ``open_with_state``.
    """
    from certmark.verify import StatusFloor

    return _remembering(
        f"{_meant(path)}.status",
        open_lists,
        lambda snapshot: snapshot.floor(at=at),
        read=StatusFloor.from_bytes,
        at_most=DEFAULT_LIMITS.status_floor,
    )


def _remembering(
    path: str,
    open_on: Callable[[_FloorT | None], _SnapshotT],
    floor_of: Callable[[_SnapshotT], _FloorT],
    *,
    read: Callable[[bytes], _FloorT],
    at_most: int,
) -> _SnapshotT:
    """Open something on its floor; other processes wait, so that no floor is lost between reading and writing."""
    file = _meant(path)
    with alone(file, instead="--state"):
        disk.remove_leftovers(file.parent, file.name)
        floor = None
        if file.exists():
            data = read_file(path, what="the state that --state keeps", at_most=at_most)
            with blaming(path):
                floor = read(data)
        snapshot = open_on(floor)
        risen = floor_of(snapshot)
        if risen != floor:
            write_files(file.parent, {file.name: risen.to_bytes()})
    return snapshot


def _meant(path: str) -> Path:
    """Follow a link to its file, which has one floor and one lock under all its names; a link would be replaced."""
    return Path(os.path.realpath(path) if Path(path).is_symlink() else path)
