"""Kinds: each reads exactly what it is for, writes it back, and refuses everything else with our error."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from certmark.cwt.numericdate import LAST_SECOND
from certmark.errors import TrustError
from certmark.trust.entities import ServiceStatus
from certmark.trust.shape import (
    ANY_MAP,
    DAY,
    DIGEST,
    FLAG,
    TIME,
    Field,
    Kind,
    array_of,
    checked,
    enumeration,
    matching,
    nullable,
    number,
    optional,
    record,
    text,
)

ID = matching("[A-Z]{2}")
THREE = number(1, 3)
FEW = array_of(THREE, most=2)
STATUS = enumeration(ServiceStatus)
DAY_OR_NULL = nullable(DAY)


class Pair(NamedTuple):
    """A value with a required and an optional member."""

    left: int
    right: str | None = None


PAIR = record(Pair, Field(1, "left", THREE), optional(2, "right", text(5)))
SMALL_PAIR = checked(PAIR, lambda pair: "must be small" if pair.left > 1 else None)


@pytest.mark.parametrize(
    ("kind", "decoded", "value"),
    [
        pytest.param(text(5), "Größe", "Größe", id="text-of-five-chars"),
        pytest.param(ID, "DE", "DE", id="matching"),
        pytest.param(THREE, 1, 1, id="least-number"),
        pytest.param(THREE, 3, 3, id="greatest-number"),
        pytest.param(DIGEST, bytes(32), bytes(32), id="digest"),
        pytest.param(STATUS, 2, ServiceStatus.SUSPENDED, id="enumeration"),
        pytest.param(DAY_OR_NULL, None, None, id="null"),
        pytest.param(DAY_OR_NULL, 5, 5, id="not-null"),
        pytest.param(TIME, 0, 0, id="first-second"),
        pytest.param(TIME, LAST_SECOND, LAST_SECOND, id="last-second"),
        pytest.param(DAY, 2_932_896, 2_932_896, id="last-day"),
        pytest.param(FLAG, 1, True, id="flag"),
        pytest.param(ANY_MAP, {"any": 1}, {"any": 1}, id="any-map"),
        pytest.param(FEW, [1, 2], (1, 2), id="array"),
        pytest.param(FEW, [3], (3,), id="array-of-one"),
        pytest.param(PAIR, {1: 2, 2: "x"}, Pair(2, "x"), id="record"),
        pytest.param(PAIR, {1: 2}, Pair(2), id="record-without-optional-member"),
        pytest.param(SMALL_PAIR, {1: 1}, Pair(1), id="checked-record"),
    ],
)
def test_a_kind_reads_and_writes_back(kind: Kind, decoded: object, value: object) -> None:
    assert kind.read(decoded, "it") == value
    assert kind.write(value) == decoded


@pytest.mark.parametrize(
    ("kind", "decoded", "says"),
    [
        pytest.param(text(5), "", "it is empty", id="text-empty"),
        pytest.param(text(5), "123456", "at most 5 chars", id="text-too-long"),
        pytest.param(text(5), b"abc", "must be a text", id="text-bytes"),
        pytest.param(text(5), None, "must be a text", id="text-null"),
        pytest.param(text(5), " a", "white space", id="text-begins-with-space"),
        pytest.param(text(5), "a\n", "white space", id="text-ends-with-line-end"),
        pytest.param(text(5), "a\u202eb", "U+202E", id="text-bidirectional-mark"),
        pytest.param(text(5), "e\u0301", "normalisation form C", id="text-not-nfc"),
        pytest.param(ID, "de", "must match", id="matching-lower-case"),
        pytest.param(ID, "DE\n", "must match", id="matching-with-line-end"),
        pytest.param(ID, "DEU", "must match", id="matching-too-long"),
        pytest.param(ID, b"DE", "must match", id="matching-bytes"),
        pytest.param(THREE, 0, "from 1 to 3", id="number-too-small"),
        pytest.param(THREE, 4, "from 1 to 3", id="number-too-great"),
        pytest.param(THREE, True, "from 1 to 3", id="number-true"),
        pytest.param(THREE, "1", "from 1 to 3", id="number-text"),
        pytest.param(DIGEST, bytes(31), "32 bytes", id="digest-short"),
        pytest.param(DIGEST, bytes(33), "32 bytes", id="digest-long"),
        pytest.param(DIGEST, "0" * 32, "32 bytes", id="digest-text"),
        pytest.param(STATUS, 0, "1 (granted), 2 (suspended), 3 (withdrawn)", id="enumeration-zero"),
        pytest.param(STATUS, 4, "must be one of", id="enumeration-unknown"),
        pytest.param(STATUS, True, "must be one of", id="enumeration-true"),
        pytest.param(STATUS, [1], "must be one of", id="enumeration-array"),
        pytest.param(DAY_OR_NULL, "x", "must be a number", id="nullable-of-another-type"),
        pytest.param(TIME, -1, "whole seconds", id="time-before-1970"),
        pytest.param(TIME, LAST_SECOND + 1, "whole seconds", id="time-after-9999"),
        pytest.param(TIME, True, "whole seconds", id="time-true"),
        pytest.param(TIME, None, "whole seconds", id="time-null"),
        pytest.param(DAY, -1, "must be a number", id="day-before-1970"),
        pytest.param(DAY, 2_932_897, "must be a number", id="day-after-9999"),
        pytest.param(FLAG, 0, "1 or left out", id="flag-zero"),
        pytest.param(FLAG, True, "1 or left out", id="flag-true"),
        pytest.param(FLAG, None, "1 or left out", id="flag-null"),
        pytest.param(ANY_MAP, [], "must be a map", id="map-array"),
        pytest.param(FEW, [], "1 to 2 elements", id="array-empty"),
        pytest.param(FEW, [1, 1, 1], "1 to 2 elements", id="array-too-long"),
        pytest.param(FEW, {1: 1}, "1 to 2 elements", id="array-map"),
        pytest.param(FEW, [1, 9], "it[1] must be a number", id="array-with-a-wrong-element"),
        pytest.param(PAIR, [2], "must be a map", id="record-array"),
        pytest.param(PAIR, {}, "key 1", id="record-without-required-member"),
        pytest.param(PAIR, {2: "x"}, "key 1", id="record-with-the-optional-member-only"),
        pytest.param(PAIR, {1: 2, 3: 4}, "key 3", id="record-with-unknown-key"),
        pytest.param(PAIR, {1: 2, "1": 2}, "key '1'", id="record-with-text-key"),
        pytest.param(PAIR, {1: 9}, "it.left must be a number", id="record-with-a-wrong-member"),
        pytest.param(PAIR, {1: 2, 2: None}, "it.right must be a text", id="record-with-null-for-absent"),
        pytest.param(SMALL_PAIR, {1: 2}, "it must be small", id="checked-record"),
    ],
)
def test_a_kind_refuses(kind: Kind, decoded: object, says: str) -> None:
    with pytest.raises(TrustError, match=r"^it") as caught:
        kind.read(decoded, "it")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("a\nb", id="line-end"),
        pytest.param("\x1b[31m", id="terminal-colour"),
        pytest.param("\u202e", id="bidirectional-mark"),
        pytest.param("k" * 5000, id="long"),
    ],
)
def test_what_an_unknown_key_says_does_not_reach_the_message(key: str) -> None:
    with pytest.raises(TrustError) as caught:
        PAIR.read({1: 2, key: 3}, "it")
    message = str(caught.value)
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 200


def test_a_member_that_means_the_same_as_its_absence_is_not_written() -> None:
    kind = record(Pair, Field(1, "left", THREE), optional(2, "right", text(5), absent="none"))
    assert kind.read({1: 2}, "it") == Pair(2, "none")
    assert kind.write(Pair(2, "none")) == {1: 2}


def test_arrays_are_bounded_by_the_limit_of_entries() -> None:
    kind: Any = array_of(THREE, least=0)
    assert kind.read([1] * 5000, "it") == (1,) * 5000
    with pytest.raises(TrustError, match="0 to 5000 elements"):
        kind.read([1] * 5001, "it")
