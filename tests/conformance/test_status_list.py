"""Examples of the Token Status List draft: lists byte for byte in both directions, tokens with their signatures."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import STATUS_TOKEN
from certmark.cwt.registered import Claim
from certmark.errors import CborError, CoseError
from certmark.status import token
from certmark.status.bitarray import StatusList
from tests.conformance import lenient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONG = 1 << 20
"""Entries of the test vectors in the appendix; those that it does not name are 0."""

FOUR_BIT_INDEXES = (
    *(0, 1993, 35460, 459495, 595669, 754353, 845645, 923232, 924445, 934534, 1004534, 1000345),
    *(1030203, 1030204, 1030205),
)


def eight_bit_entries() -> dict[int, int]:
    """Give the 256 entries of the appendix: its generator (src/main.py of the draft) draws the indexes so."""
    draw = random.Random(42)
    return {draw.randint(0, LONG - 1): value for value in range(256)}


# Section 4 for the short lists, the appendix "Test vectors for Status List encoding" for the long ones.
LISTS: dict[str, tuple[int, int, Mapping[int, int]]] = {
    "status_list_encoding_cbor": (1, 16, dict(enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]))),
    "status_list_encoding2_cbor": (2, 12, dict(enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]))),
    "status_list_encoding1_long_cbor": (
        1,
        LONG,
        dict.fromkeys((0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345), 1),
    ),
    "status_list_encoding2_long_cbor": (
        2,
        LONG,
        dict.fromkeys((0, 25460, 495669, 554353, 723232, 854545), 1)
        | dict.fromkeys((1993, 645645, 934534), 2)
        | dict.fromkeys((159495, 1000345), 3),
    ),
    "status_list_encoding4_cbor": (
        4,
        LONG,
        dict(zip(FOUR_BIT_INDEXES, range(1, 16), strict=True)),
    ),
    "status_list_encoding8_cbor": (8, LONG, eight_bit_entries()),
}

# Same bytes, once as hexadecimal and once annotated.
ANNOTATED = ("status_list_encoding_cbor", "status_list_encoding2_cbor", "status_list_cwt", "referenced_token_cwt")

# The key of the examples, as the source of the draft has it (src/util.py).
KEY = lenient.public_key_of_jwk(
    {
        "kty": "EC",
        "crv": "P-256",
        "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
        "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
    }
)

each_list = pytest.mark.parametrize("name", LISTS)


def example(shared: Path, name: str) -> bytes:
    text = (shared / f"vectors/token-status-list/{name}.md").read_text()
    return bytes.fromhex(text.partition("encoded:")[2] or text)


def annotated(shared: Path, name: str) -> bytes:
    lines = (shared / f"vectors/token-status-list/{name}_diag.md").read_text().splitlines()
    return bytes.fromhex("".join(line.partition("#")[0] for line in lines))


def decoded(shared: Path, name: str) -> Any:
    return cbor.decode_lenient(example(shared, name))


def test_every_file_is_read(shared: Path) -> None:
    files = {path.name for path in (shared / "vectors/token-status-list").iterdir()}
    named = {*LISTS, "status_list_cwt", "referenced_token_cwt", *(f"{name}_diag" for name in ANNOTATED)}
    assert files == {f"{name}.md" for name in named}
    assert len(files) == 12


@pytest.mark.parametrize("name", ANNOTATED)
def test_the_annotated_example_has_the_same_bytes(name: str, shared: Path) -> None:
    assert annotated(shared, name) == example(shared, name)


@each_list
def test_a_list_says_of_every_index_what_the_draft_says(name: str, shared: Path) -> None:
    bits, size, entries = LISTS[name]
    packed = sum(value << index * bits for index, value in entries.items()).to_bytes(size * bits // 8, "little")
    assert StatusList.from_map(decoded(shared, name)) == StatusList(bits, packed)


@each_list
def test_an_entry_and_its_neighbours_are_looked_up(name: str, shared: Path) -> None:
    _, size, entries = LISTS[name]
    statuses = StatusList.from_map(decoded(shared, name))
    asked = {near for index in entries for near in (index - 1, index, index + 1) if 0 <= near < size}
    assert {index: statuses.at(index) for index in asked} == {index: entries.get(index, 0) for index in asked}


@each_list
def test_a_list_is_compressed_to_the_same_bytes(name: str, shared: Path) -> None:
    published = decoded(shared, name)
    assert StatusList.from_map(published).to_map() == published


@each_list
def test_the_map_around_a_list_is_not_deterministic_but_as_short(name: str, shared: Path) -> None:
    # The draft writes bits before lst. certmark reads that in status tokens, and writes the shorter key first.
    with pytest.raises(CborError, match="order"):
        cbor.decode(example(shared, name))
    rewritten = cbor.encode(decoded(shared, name))
    assert len(rewritten) == len(example(shared, name))
    assert cbor.decode(rewritten) == decoded(shared, name)


def test_the_status_list_token_is_read(shared: Path) -> None:
    message, said = token.parse(example(shared, "status_list_cwt"))
    assert said == token.StatusListToken(
        uri="https://example.com/statuslists/1",
        issued_at=1686920170,
        expires=2291720170,
        ttl=43200,
        statuses=StatusList.from_map(decoded(shared, "status_list_encoding_cbor")),
    )
    assert (message.headers.key_id, message.headers.typ) == (b"12", "application/statuslist+cwt")


def test_the_signature_of_the_status_list_token_is_right(shared: Path) -> None:
    message, _ = token.parse(example(shared, "status_list_cwt"))
    assert message.is_signed_by(VerificationKey.of(KEY))
    assert not message._replace(payload=message.payload + b"\0").is_signed_by(VerificationKey.of(KEY))


def test_the_referenced_token_has_a_status_claim_as_certmark_writes_it(shared: Path) -> None:
    signed = lenient.read_sign1(example(shared, "referenced_token_cwt"))
    claims = lenient.decode(signed.payload)
    assert claims[Claim.STATUS] == {"status_list": {"idx": 0, "uri": "https://example.com/statuslists/1"}}
    assert (claims[Claim.ISS], claims[Claim.SUB]) == ("https://example.com", "12345")
    assert (claims[Claim.IAT], claims[Claim.EXP]) == (1686920170, 2291720170)
    assert signed.is_signed_by(KEY)


def test_the_referenced_token_is_refused_since_it_does_not_say_what_it_is(shared: Path) -> None:
    with pytest.raises(CoseError, match="type of the artefact"):
        sign1.from_bytes(example(shared, "referenced_token_cwt"), profile=STATUS_TOKEN)
