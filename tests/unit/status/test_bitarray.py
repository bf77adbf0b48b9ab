"""The status list: packed from the low bits up, bounded when inflated, silent beyond its end."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from certmark.errors import StatusError
from certmark.limits import Limits
from certmark.status.bitarray import Bits, Status, StatusList

PACKED = bytes([0b_1100_1001, 0b_0100_0100, 0b_1111_1001])


@pytest.mark.parametrize(
    ("bits", "entries"),
    [
        (1, [1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1]),
        (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]),
        (4, [9, 12, 4, 4, 9, 15]),
        (8, [0xC9, 0x44, 0xF9]),
    ],
    ids=["one-bit", "two-bits", "four-bits", "eight-bits"],
)
def test_entries_are_packed_from_the_low_bits_up(bits: int, entries: list[int]) -> None:
    statuses = StatusList(bits, PACKED)
    assert [statuses.at(index) for index in range(len(entries))] == entries
    with pytest.raises(StatusError, match=f"no index {len(entries)}$"):
        statuses.at(len(entries))


@pytest.mark.parametrize(
    ("statuses", "index"),
    [
        pytest.param(StatusList(2, bytes(1)), 4, id="first-beyond"),
        pytest.param(StatusList(2, bytes(1)), 1 << 40, id="far-beyond"),
        pytest.param(StatusList(2, bytes(1)), -1, id="negative"),
        pytest.param(StatusList(2, b""), 0, id="empty-list"),
    ],
)
def test_a_list_says_nothing_beyond_its_end(statuses: StatusList, index: int) -> None:
    with pytest.raises(StatusError, match="no index"):
        statuses.at(index)


@pytest.mark.parametrize(
    ("size", "statuses"),
    [
        pytest.param(0, {}, id="empty"),
        pytest.param(1, {0: Status.INVALID}, id="one"),
        pytest.param(5, {0: Status.VALID, 3: Status.SUSPENDED, 4: Status.INVALID}, id="five"),
        pytest.param(8, {0: Status.SUSPENDED, 7: Status.INVALID}, id="whole-bytes"),
        pytest.param(4, {3: Status.INVALID, 0: Status.SUSPENDED, 2: Status.SUSPENDED}, id="three-in-one-byte"),
    ],
)
def test_a_list_is_made_of_statuses_and_is_valid_elsewhere(size: int, statuses: dict[int, Status]) -> None:
    made = StatusList.of(statuses, size=size)
    assert made.bits == 2
    assert len(made.packed) == (size + 3) // 4
    assert made.size == -(-size // 4) * 4
    assert [made.at(index) for index in range(size)] == [statuses.get(index, Status.VALID) for index in range(size)]


@pytest.mark.parametrize("index", [-1, 8, 9])
def test_a_list_is_not_made_with_an_index_beyond_its_size(index: int) -> None:
    with pytest.raises(StatusError, match=f"8 entries has no index {index}"):
        StatusList.of({index: Status.INVALID}, size=8)


def test_a_list_is_read_back_as_it_was_written() -> None:
    made = StatusList.of({7: Status.INVALID}, size=1024)
    assert StatusList.from_map(made.to_map()) == made


def test_equal_lists_are_written_alike() -> None:
    assert StatusList(2, PACKED).to_map() == {"bits": 2, "lst": bytes.fromhex("78da3be9f2130003df0207")}


def test_members_that_the_draft_adds_are_passed_over() -> None:
    more = {**StatusList(1, PACKED).to_map(), "aggregation_uri": "https://status.body.example/all"}
    assert StatusList.from_map(more) == StatusList(1, PACKED)


LST = zlib.compress(PACKED)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param([2, LST], id="array"),
        pytest.param({}, id="empty-map"),
        pytest.param({"bits": 2}, id="without-lst"),
        pytest.param({"lst": LST}, id="without-bits"),
        pytest.param({"bits": 0, "lst": LST}, id="zero-bits"),
        pytest.param({"bits": 3, "lst": LST}, id="three-bits"),
        pytest.param({"bits": 16, "lst": LST}, id="sixteen-bits"),
        pytest.param({"bits": True, "lst": LST}, id="bits-true"),
        pytest.param({"bits": "2", "lst": LST}, id="bits-text"),
        pytest.param({"bits": 2, "lst": "eNo76fITAAPfAgc"}, id="lst-text"),
        pytest.param({1: 2, 2: LST}, id="integer-keys"),
    ],
)
def test_other_values_are_no_lists(value: Any) -> None:
    with pytest.raises(StatusError, match="must hold bits"):
        StatusList.from_map(value)


@pytest.mark.parametrize(
    ("lst", "says"),
    [
        pytest.param(b"", "truncated", id="empty"),
        pytest.param(LST[:-1], "truncated", id="cut-off"),
        pytest.param(LST + b"\x00", "follow", id="longer"),
        pytest.param(LST[:-1] + bytes([LST[-1] ^ 1]), "damaged", id="wrong-checksum"),
        pytest.param(PACKED, "damaged", id="not-compressed"),
        pytest.param(zlib.compress(PACKED)[2:-4], "damaged", id="raw-deflate"),
        pytest.param(zlib.compress(bytes(4_000_001), 9), "more than 4000000 bytes", id="bomb"),
        pytest.param(zlib.compress(bytes(40_000_000), 1), "more than 4000000 bytes", id="great-bomb"),
    ],
)
def test_a_list_that_cannot_be_inflated_is_refused(lst: bytes, says: str) -> None:
    with pytest.raises(StatusError, match=says):
        StatusList.from_map({"bits": 2, "lst": lst})


@pytest.mark.parametrize(("limit", "is_right"), [(3, True), (2, False)])
def test_a_lower_limit_is_obeyed(limit: int, is_right: bool) -> None:
    value = {"bits": 8, "lst": LST}
    if is_right:
        assert StatusList.from_map(value, limits=Limits(status_list=limit)).packed == PACKED
    else:
        with pytest.raises(StatusError, match="more than 2 bytes"):
            StatusList.from_map(value, limits=Limits(status_list=limit))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 9, 0xC9])
def test_where_a_number_stands_is_found_as_by_looking_at_every_entry(bits: int, number: int) -> None:
    statuses = StatusList(bits, PACKED + bytes(2) + PACKED)
    expected = [index for index in range(statuses.size) if statuses.at(index) == number]
    assert list(statuses.indices_of(number)) == expected
    assert statuses.count(number) == len(expected)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 9])
def test_the_set_of_indices_of_a_number_holds_these_and_no_other(bits: int, number: int) -> None:
    statuses = StatusList(bits, PACKED + bytes(2) + PACKED)
    found = statuses.where(number)
    assert [index for index in range(statuses.size + 9) if index in found] == list(statuses.indices_of(number))
    assert not found.packed.endswith(b"\x00")
    assert 1 << 40 not in found


def test_sets_of_indices_are_put_together() -> None:
    assert Bits(b"\x01\x02") | Bits(b"\x04") == Bits(b"\x05\x02")
    assert Bits() | Bits() == Bits()
