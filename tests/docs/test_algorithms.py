"""docs/algorithms.md states sizes and versions that are measured, and its code runs."""

from __future__ import annotations

import re

from benchmarks import algorithms
from certmark.cose.algorithms import SIGNING_ALGORITHMS, TRAITS
from certmark.status import StatusSnapshot
from certmark.trust import TrustSnapshot
from tests.conftest import ROOT
from tests.world import NOW, WORLD

PAGE = (ROOT / "docs" / "algorithms.md").read_text(encoding="utf-8")


def table(header: str) -> list[str]:
    """Give the rows of the table under a header line."""
    lines = PAGE[PAGE.index(header) :].splitlines()[2:]
    return lines[: lines.index("")]


def test_the_table_of_algorithms_is_as_measured() -> None:
    assert table("| | key | signature |") == algorithms.rows()


def test_the_table_of_what_codes_hold_is_as_counted() -> None:
    assert table("| version | M |") == algorithms.room_rows()


def test_every_algorithm_stands_in_the_table() -> None:
    names = [row.split(" | ")[0].removeprefix("| ") for row in table("| | key | signature |")]
    assert names == [TRAITS[algorithm].name for algorithm in SIGNING_ALGORITHMS]


def test_the_code_of_the_page_runs() -> None:
    given = {
        "now": NOW,
        "bundle": WORLD.bundle,
        "anchor": WORLD.anchor,
        "tokens": WORLD.status_tokens,
        "TrustSnapshot": TrustSnapshot,
        "StatusSnapshot": StatusSnapshot,
    }
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    exec("".join(blocks), given)  # noqa: S102 the page is ours
    assert given["status"].lists  # type: ignore[attr-defined]
