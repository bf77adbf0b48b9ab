"""The programs of examples/ run, and end as they say."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_five_years_give_the_answers_that_are_expected() -> None:
    program = [sys.executable, str(ROOT / "examples" / "five_years.py")]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    dated = [line for line in done.stdout.splitlines() if line.startswith("20")]
    assert len(dated) == 20
    for answer in "+-!?x":
        assert any(f"{name}{answer}" in line for line in dated for name in "AULBswfnl")
    assert "EXPECTED" not in done.stdout
