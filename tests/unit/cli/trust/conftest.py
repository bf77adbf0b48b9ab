"""Desks that many tests begin with, filled and published by commands alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command
from tests.unit.cli.trust.desk import Desk, begun, fill, publish


@pytest.fixture
def desk(certmark: Command, tmp_path: Path) -> Desk:
    return begun("desk", Desk(certmark, tmp_path), fill)


@pytest.fixture
def published(desk: Desk) -> Desk:
    return begun("published", desk, publish)
