"""What tests need and may not find: without it they are skipped with a reason that says what to install.

With CI=true nothing is skipped: the same reason is a failure there.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final, NoReturn

import pytest

IN_CI: Final = os.environ.get("CI") == "true"


def without(reason: str) -> NoReturn:
    """Skip the test that runs, or fail it in CI.

    Args:
        reason: what is missing and what to do about it.
    """
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def program(name: str, *, package: str | None = None) -> str:
    """Find a program that is not ours.

    Args:
        name: as it is called.
        package: of Debian and its like, where its name is another one.
    """
    return shutil.which(name) or without(f"no {name}: install {package or name}")


def file(path: str, *, what: str) -> Path:
    """Find a file that only some systems have.

    Args:
        path: where it is.
        what: what it is good for.
    """
    return Path(path) if Path(path).exists() else without(f"no {path}, {what}: run this test on Linux")


def full_disk() -> Path:
    """Find the disk that is always full."""
    return file("/dev/full", what="a disk that is always full")


def posix(why: str) -> None:
    """Go on where processes, signals and pipes are those of POSIX."""
    if sys.platform == "win32":
        without(f"{why} as POSIX has them: run this test on Linux or macOS")


def linux(why: str) -> None:
    """Go on where the system is Linux."""
    if sys.platform != "linux":
        without(f"{why}: run this test on Linux")
