"""SoftHSM with a folder of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.softhsm import SoftHsm, SoftToken, softhsm


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    with softhsm(tmp_path / "softhsm", monkeypatch) as installed:
        yield installed


@pytest.fixture
def token(hsm: SoftHsm) -> SoftToken:
    return hsm.token()
