"""The state file of ``--state``: the floor of the bundles that were used before, never lowered by two processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from certmark import files as disk
from certmark.cli.reading import blaming, read_file
from certmark.cli.writing import alone, write_files
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.verify import TrustFloor, TrustSnapshot


def open_with_state(path: str, open_bundle: Callable[[TrustFloor | None], TrustSnapshot]) -> TrustSnapshot:
    """Open a bundle on the floor that a file remembers, and remember the new one.

    Another process that uses the file waits meanwhile, so that no floor is lost between reading and writing. A bundle
    that cannot be used leaves the file as it was.

    Args:
        path: the file; made when it is missing.
        open_bundle: opens the bundle on a floor.

    Raises:
        CommandError: the file is no floor (65), or it cannot be read (66) or written (64).
    """
    from certmark.verify import TrustFloor

    file = Path(path)
    with alone(file, instead="--state"):
        disk.remove_leftovers(file.parent, file.name)
        floor = None
        if file.exists():
            data = read_file(path, what="the state that --state keeps", at_most=DEFAULT_LIMITS.trust_list)
            with blaming(path):
                floor = TrustFloor.from_bytes(data)
        snapshot = open_bundle(floor)
        risen = snapshot.floor
        if risen != floor:
            write_files(file.parent, {file.name: risen.to_bytes()})
    return snapshot
