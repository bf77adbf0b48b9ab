"""Two readers, one verdict table: every row that needs neither rules of a scheme nor further demands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from certmark.verify import POLICIES, Policy
from tests.interop.asking import (
    answer_of,
    second_answer,
)
from tests.scenes import Scene
from tests.unit.verify.test_verdict_table import TABLE, Row
from tests.world import WORLD

# --- the verdict table ---

RULES_OF_EUCC: Final = {"valid-too-long", "another-legal-basis", "scheme-broken-and-suspended"}


def rows() -> Iterator[Row]:
    """Give the rows that ask nothing of a policy, a scheme or a caller that the second reader does not know."""
    for row in TABLE:
        scene = row.knob(Scene())
        scheme = scene.world.document.scheme if scene.world.document else "EUCC"
        is_known = not scene.demands and scene.world.schemes == WORLD.schemes and scheme == "EUCC"
        if is_known and row.name not in RULES_OF_EUCC:
            yield row


ROWS: Final = tuple(rows())


def test_most_rows_of_the_verdict_table_are_compared() -> None:
    assert len(ROWS) > 120


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.name for policy in POLICIES])
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_verdict(row: Row, policy: Policy) -> None:
    scene = row.knob(Scene())
    answer = second_answer(scene.token, world=scene.world, policy=policy, expect=scene.expect)
    assert answer == answer_of(scene.report(policy))
