"""Hypothesis profiles, the reference data that lies beside the repository, and SoftHSM."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.softhsm import SoftHsm

ROOT = Path(__file__).parents[1]
IN_CI = os.environ.get("CI") == "true"

# No deadlines: how long an example takes says more about the machine than about the code.
settings.register_profile("local", deadline=None)
# The same examples in every run, so that a change is judged by what it changed.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "local")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data and third-party vectors: read in place, never copied into the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        reason = "no folder 'shared' beside the repository: reference data and third-party vectors are missing"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    """SoftHSM with a folder of its own for each test; without it skipped with a reason, in CI failed."""
    from tests.softhsm import softhsm

    with softhsm(tmp_path / "softhsm", monkeypatch) as installed:
        yield installed
