"""What tests need and may not find: without it they are skipped with a reason that says what to install.

With CI=true nothing is skipped: the same reason is a failure there.
"""

from __future__ import annotations

import os
import shutil
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
