"""The memory of a store: written and read back, bounded, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import pytest

from certmark import cbor
from certmark.errors import TrustError
from certmark.fetch.answer import Version
from certmark.fetch.memory import LARGEST, LONGEST_ETAG, LONGEST_URL, MOST_URLS, Learnt, Memory
from tests.samples import changed
from tests.world import WORLD

URL = "https://lists.example/bundle"
LEARNT = Learnt(1_780_000_000, 3, 1_770_000_000, '"e"', URL, bytes(32))
MEMORY = Memory(WORLD.trust().floor, b"\x01" * 32, b"\x02" * 32, {URL: LEARNT})
RAW: Any = cbor.decode(MEMORY.to_bytes())


@pytest.mark.parametrize("memory", [MEMORY, Memory(), Memory(learnt={URL: Learnt(0)})], ids=["full", "empty", "url"])
def test_a_memory_is_read_back(memory: Memory) -> None:
    assert Memory.from_bytes(memory.to_bytes()) == memory


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xa0", id="empty-map"),
        pytest.param(b"\x80", id="array"),
        pytest.param(WORLD.bundle, id="a-bundle"),
        pytest.param(MEMORY.to_bytes()[:-1], id="cut-off"),
        pytest.param(MEMORY.to_bytes() + b"\x00", id="bytes-behind"),
        pytest.param(cbor.encode(changed(RAW, (1,), "certmark-trust-floor")), id="another-magic"),
        pytest.param(cbor.encode(changed(RAW, (2,), 2)), id="later-version"),
        pytest.param(cbor.encode(changed(RAW, (3,), "floor")), id="floor-as-text"),
        pytest.param(cbor.encode(changed(RAW, (3,), b"floor")), id="no-floor"),
        pytest.param(cbor.encode(changed(RAW, (4,), bytes(31))), id="digest-of-31-bytes"),
        pytest.param(cbor.encode(changed(RAW, (6, URL, 2), 101)), id="too-many-failures"),
        pytest.param(cbor.encode(changed(RAW, (6, URL, 4), "x" * 201)), id="long-etag"),
        pytest.param(cbor.encode(changed(RAW, (6, "a\x00"), {1: 0})), id="control-character"),
        pytest.param(cbor.encode(changed(RAW, (7,), 0)), id="unknown-member"),
        pytest.param(cbor.encode(changed(RAW, (6, URL, 7), 0)), id="unknown-member-of-a-url"),
        pytest.param(bytes.fromhex("a1810100"), id="an-array-as-map-key"),
    ],
)
def test_anything_else_is_no_memory(data: bytes) -> None:
    with pytest.raises(TrustError, match="memory of"):
        Memory.from_bytes(data)


def test_of_too_many_urls_those_that_are_due_first_are_forgotten() -> None:
    memory = Memory()
    for number in range(MOST_URLS + 10):
        memory = memory.knowing({f"{URL}/{number}": Learnt(number)})
    assert len(memory.learnt) == MOST_URLS
    assert min(learnt.next_try for learnt in memory.learnt.values()) == 10
    assert Memory.from_bytes(memory.to_bytes()) == memory


def test_servers_with_long_names_do_not_make_the_memory_larger_than_what_is_read() -> None:
    def learnt(number: int) -> Learnt:
        return Learnt(number, 0, 0, "e" * LONGEST_ETAG, URL.ljust(LONGEST_URL, "x"), bytes(32))

    memory = MEMORY.knowing({f"{URL}/{number}".ljust(400, "x"): learnt(number) for number in range(MOST_URLS)})
    data = memory.to_bytes()
    assert len(data) <= LARGEST
    found = Memory.from_bytes(data)
    assert found._replace(learnt={}) == MEMORY._replace(learnt={})
    assert set(found.learnt.values()) == set(map(learnt, range(MOST_URLS - len(found.learnt), MOST_URLS)))
    assert len(found.learnt) > 300


def test_failures_are_counted_up_to_a_bound_that_can_be_read_back() -> None:
    learnt = Learnt(0)
    for _ in range(200):
        learnt = learnt.failed(0, None)
    assert learnt.failures == 100
    memory = Memory().knowing({URL: learnt})
    assert Memory.from_bytes(memory.to_bytes()) == memory


def test_a_success_forgets_failures_and_what_the_server_called_the_version_before() -> None:
    version = Version('"f"', URL)
    learnt = LEARNT.succeeded(5, version, b"\x03" * 32)
    assert (learnt.failures, learnt.checked_at) == (0, 5)
    assert learnt.version(b"\x03" * 32) == version
    assert learnt.version(bytes(32)) is None
    assert LEARNT.succeeded(5, None, bytes(32)).version(None) is None
    assert LEARNT.succeeded(5, version, None).version(None) is None
