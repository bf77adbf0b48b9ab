"""The examples of the Token Status List draft (draft 21): lists of all sizes, and a token by someone else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from certmark import cbor
from certmark.status import token
from certmark.status.bitarray import StatusList

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = 1 << 20
BINARY = (0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345)


def example(shared: Path, name: str) -> bytes:
    """Read the hexadecimal digits of a file of the draft, those after ``encoded:`` where it has more."""
    text = (shared / "vectors" / "token-status-list" / name).read_text(encoding="utf-8")
    return bytes.fromhex("".join(text.rpartition("encoded:")[2].split()))


def read(data: bytes) -> StatusList:
    return StatusList.from_map(cbor.decode_lenient(data))


def stated(statuses: StatusList) -> dict[int, int]:
    """Give every entry that is not zero: those in bytes that are not zero."""
    share = 8 // statuses.bits
    places = (place for place, byte in enumerate(statuses.packed) if byte)
    indices = (index for place in places for index in range(place * share, (place + 1) * share))
    return {index: value for index in indices if (value := statuses.at(index))}


@pytest.mark.parametrize(
    ("name", "bits", "packed"),
    [("status_list_encoding_cbor.md", 1, "b9a3"), ("status_list_encoding2_cbor.md", 2, "c944f9")],
)
def test_the_short_lists_of_the_draft(shared: Path, name: str, bits: int, packed: str) -> None:
    assert read(example(shared, name)) == StatusList(bits, bytes.fromhex(packed))


@pytest.mark.parametrize(
    ("name", "bits", "entries"),
    [
        ("status_list_encoding1_long_cbor.md", 1, dict.fromkeys(BINARY, 1)),
        (
            "status_list_encoding2_long_cbor.md",
            2,
            dict.fromkeys(BINARY, 1) | {1993: 2, 159495: 3, 645645: 2, 934534: 2, 1000345: 3},
        ),
    ],
)
def test_the_long_lists_of_the_draft(shared: Path, name: str, bits: int, entries: dict[int, int]) -> None:
    statuses = read(example(shared, name))
    assert statuses.bits == bits
    assert len(statuses.packed) * 8 // bits == ENTRIES
    assert stated(statuses) == entries


@pytest.mark.parametrize(("name", "bits"), [("status_list_encoding4_cbor.md", 4), ("status_list_encoding8_cbor.md", 8)])
def test_the_lists_with_every_value_of_the_draft(shared: Path, name: str, bits: int) -> None:
    statuses = read(example(shared, name))
    assert statuses.bits == bits
    assert sorted(stated(statuses).values()) == list(range(1, 1 << bits))


@pytest.mark.parametrize(
    "name",
    [
        "status_list_encoding_cbor.md",
        "status_list_encoding2_cbor.md",
        "status_list_encoding1_long_cbor.md",
        "status_list_encoding2_long_cbor.md",
        "status_list_encoding4_cbor.md",
        "status_list_encoding8_cbor.md",
    ],
)
def test_lists_are_compressed_as_in_the_draft(shared: Path, name: str) -> None:
    data = example(shared, name)
    assert read(data).to_map() == cbor.decode_lenient(data)


def test_the_token_of_the_draft_is_read(shared: Path) -> None:
    message, said = token.parse(example(shared, "status_list_cwt.md"))
    assert (message.headers.alg, message.headers.key_id) == (-7, b"12")
    assert said.uri == "https://example.com/statuslists/1"
    assert (said.issued_at, said.expires, said.ttl) == (1686920170, 2291720170, 43200)
    assert [said.statuses.at(index) for index in range(16)] == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
