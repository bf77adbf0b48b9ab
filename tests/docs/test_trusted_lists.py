"""docs/trusted-lists.md states sizes that are measured."""

from __future__ import annotations

import re

import pytest

from benchmarks import unions
from certmark.trust import TrustSnapshot
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "trusted-lists.md").read_text(encoding="utf-8")


def test_the_table_is_as_measured() -> None:
    assert unions.rows() == [line for line in PAGE.splitlines() if re.fullmatch(r"\| .+(\| [0-9,]+ ){4}\|", line)]


@pytest.mark.parametrize("name", [name for name, signing in unions.SIGNINGS.items() if len(signing.union) > 1])
def test_a_hybrid_threshold_is_out_of_reach_for_keys_of_one_kind_and_for_one_more(name: str) -> None:
    role = unions.union_of(name).trust().root.roles.union
    for kind in unions.SIGNINGS[name].union:
        assert sum(key.algorithm is kind for key in role.keys) + 1 < role.threshold
    assert role.threshold < len(role.keys)  # one holder may be lost


def test_a_verifier_counts_signatures_of_both_kinds() -> None:
    world = unions.union_of(unions.HYBRID)
    snapshot = TrustSnapshot.open(world.bundle, anchor=world.anchor)
    assert snapshot.problems == {}
    assert snapshot.root.roles.union.threshold == 5
