"""Hypothesis profiles, the reference data that lies beside the repository, and SoftHSM."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.needs import IN_CI, without

if TYPE_CHECKING:
    from tests.softhsm import SoftHsm

ROOT = Path(__file__).parents[1]

# No deadlines: how long an example takes says more about the machine than about the code.
settings.register_profile("local", deadline=None)
# The same examples in every run, so that a change is judged by what it changed.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "local")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:  # noqa: ARG001
    """Fail in CI what is skipped for whatever reason: a check that did not run proves nothing."""
    report = yield
    if IN_CI and report.skipped and isinstance(report.longrepr, tuple):
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr[2]}: nothing may be skipped with CI=true"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data and third-party vectors: read in place, never copied into the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        without("no folder 'shared' beside the repository: reference data and third-party vectors are missing")
    return folder


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    """SoftHSM with a folder of its own for each test; without it skipped with a reason, in CI failed."""
    from tests.softhsm import softhsm

    with softhsm(tmp_path / "softhsm", monkeypatch) as installed:
        yield installed
