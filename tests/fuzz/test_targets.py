"""The judges of hostile input: what is valid is taken, and what must not happen would be noticed."""

from __future__ import annotations

import pytest

from tests.fuzz.targets import TARGETS

TAKEN = {
    "text": {"PASSED"},
    "token": {"PASSED"},
    "bundle": {"opened"},
    "root": {"opened"},
    "union": {"opened"},
    "national": {"opened"},
    "status": {"counts"},
    "certificate": {"PASSED", "ISSUER_NOT_AUTHORISED"},
    "scheme": {"judges", "judges nothing"},
    "picture": {"PASSED", "no code"},
}
SEEDS = [pytest.param(name, seed, id=name) for name, target in TARGETS.items() for seed in target.seeds]


@pytest.mark.parametrize(("name", "seed"), SEEDS)
def test_what_is_valid_is_taken(name: str, seed: bytes) -> None:
    assert TARGETS[name].judge(seed) in TAKEN[name]
