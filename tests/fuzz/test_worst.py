"""The worst inputs end as they should; how long they take is measured by benchmarks/worst_inputs.py."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from certmark import cbor
from tests.fuzz.targets import TARGETS
from tests.fuzz.worst import MILLION, WORST, Worst, colliding
from tests.raw_cbor import head


@pytest.mark.parametrize("worst", WORST, ids=lambda worst: f"{worst.target}: {worst.name}")
def test_the_worst_input_is_refused_or_read_within_its_bound(worst: Worst) -> None:
    assert TARGETS[worst.target].judge(worst.make(), by_insider=True) == worst.outcome


def test_colliding_keys_do_collide() -> None:
    """Python hashes numbers modulo 2^61 - 1, and arrays by the hashes of their elements."""
    size = 5_000
    encoded = colliding(size)
    assert size - 100 < len(encoded) <= size + len(head(5, size))
    keys: Any = cbor2.loads(encoded)
    assert len(keys) > 50
    assert len({hash(key) for key in keys}) == 1


def test_of_what_is_no_bundle_nothing_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any, **_named: Any) -> None:
        raise AssertionError("a bundle that nobody signed was decoded")

    monkeypatch.setattr(cbor, "decode", refuse)
    assert TARGETS["bundle"].judge(colliding(MILLION)) == "trust"
