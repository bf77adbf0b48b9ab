"""What a test needs and does not find is a reason to skip it on a desk, and a failure in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TESTS = """
import pytest
from tests.needs import program, without

def test_a_missing_program(): program("no-such-program", package="no-package")
def test_a_missing_thing(): without("no thing: get one")
@pytest.mark.skip(reason="not now")
def test_by_a_mark(): ...
def test_by_hand(): pytest.skip("not here")
def test_what_runs(): ...
"""


@pytest.mark.parametrize(("ci", "ends"), [("true", "3 failed, 1 passed, 1 error"), ("", "1 passed, 4 skipped")])
def test_nothing_is_skipped_in_ci(ci: str, ends: str, tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]")
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "tests.conftest", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert ends in ended.stdout
    for reason in ("no no-such-program: install no-package", "no thing: get one", "not now", "not here"):
        assert reason in ended.stdout
