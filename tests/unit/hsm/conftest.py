"""A token of SoftHSM for each test."""

from __future__ import annotations

import pytest

from tests.softhsm import SoftHsm, SoftToken


@pytest.fixture
def token(hsm: SoftHsm) -> SoftToken:
    return hsm.token()
