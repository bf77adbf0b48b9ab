"""The kinds of values: what is accepted is measured to the byte, at every bound and on either side of it."""

from __future__ import annotations

from typing import Any

import pytest

from certmark.claims.containers import UNORDERED, list_of, map_encoder, map_of
from certmark.claims.kinds import (
    DAY,
    DIGEST,
    FLAG,
    GTIN,
    MARK,
    MAX_DAY,
    Field,
    Kind,
    number,
    ruled,
    text,
    word,
    written,
)
from certmark.errors import ClaimsError
from certmark.model.syntax import HTTPS_URI, SCHEME_ID
from certmark.model.vocabulary import AssuranceLevel
from tests.raw_cbor import deterministic

TEXT, LINK, LEVEL = text(300), written("https-uri", HTTPS_URI), word("assurance-level", tuple(AssuranceLevel))
SCHEME, NUMBER = written("scheme-id", SCHEME_ID, vocabulary=4), number("number", 3, 1 << 32)
RULED = ruled(30, lambda value: "has an x" if "x" in value else None)
TEXTS, LEVELS = list_of(TEXT, 300), list_of(LEVEL, 3)
INNER = map_of("inner", (Field(1, "name", TEXT, required=True), Field(30, "level", LEVEL)))
MAP = map_of("map", (Field(2, "levels", LEVELS), Field(24, "inner", INNER), Field(-1, "flag", FLAG)))
MAPS = list_of(INNER, 2)

SIZES = (1, 23, 24, 255, 256)
RIGHT: list[tuple[str, Kind, Any]] = [
    *((f"text-of-{size}", TEXT, "x" * size) for size in (*SIZES, 300)),
    *((f"text-of-{size}-wide-chars", TEXT, "\u00e4" * size) for size in (1, 11, 12, 127, 128, 300)),
    ("text-with-a-space-inside", TEXT, "a b"),
    *((f"link-of-{size}", LINK, "https://a/".ljust(size, "x")) for size in (10, 23, 24, 255, 256)),
    ("scheme", SCHEME, "EUCC"),
    ("text-that-keeps-its-rule", RULED, "a" * 30),
    *((f"number-{value}", NUMBER, value) for value in (3, 23, 24, 255, 256, 65_535, 65_536, (1 << 32) - 1, 1 << 32)),
    *((f"level-{value}", LEVEL, value) for value in (1, 2, 3)),
    *((f"day-{value}", DAY, value) for value in (0, 23, 24, MAX_DAY)),
    *((f"gtin-{value}", GTIN, value) for value in (0, 17, 24, 4006381333931, 96385074, 99999999999997)),
    ("digest", DIGEST, bytes(32)),
    ("false", FLAG, False),
    ("true", FLAG, True),
    ("mark", MARK, True),
    *((f"list-of-{size}", TEXTS, [f"{n}" for n in range(size)]) for size in (*SIZES, 300)),
    ("list-of-numbers", LEVELS, [3, 1, 2]),
    ("tuple", LEVELS, (3, 1)),
    ("list-of-maps", MAPS, [{1: "a"}, {1: "a", 30: 1}]),
    ("empty-map", MAP, {}),
    ("map", MAP, {2: [1], 24: {1: "a", 30: 3}, -1: False}),
    ("map-without-one", MAP, {24: {1: "a"}, -1: True}),
]


@pytest.mark.parametrize(("kind", "value"), [case[1:] for case in RIGHT], ids=[case[0] for case in RIGHT])
def test_a_right_value_is_as_long_as_its_encoding(kind: Kind, value: Any) -> None:
    assert kind.size(value) == len(deterministic(list(value) if isinstance(value, tuple) else value))


class Text(str):
    __slots__ = ()


WRONG: list[tuple[str, Kind, Any, str]] = [
    ("text-too-long", TEXT, "x" * 301, " has 301 characters: 300 are allowed"),
    ("wide-text-too-long", TEXT, "\u00e4" * 301, " has 301 characters: 300 are allowed"),
    ("text-empty", TEXT, "", " is empty"),
    ("text-of-a-space", TEXT, " ", " begins or ends with"),
    ("text-after-a-space", TEXT, " a", " begins or ends with"),
    ("text-before-a-space", TEXT, "a ", " begins or ends with"),
    ("text-of-two-lines", TEXT, "a\nb", " has the control"),
    ("text-with-delete", TEXT, "a\x7f", " has the control"),
    ("text-not-composed", TEXT, "e\u0301", " is not in Unicode"),
    ("bytes-for-text", TEXT, b"a", " is not text"),
    ("text-of-another-class", TEXT, Text("a"), " is not text"),
    ("link-http", LINK, "http://a/", " is not an https link"),
    ("bytes-for-link", LINK, b"https://a/", " is not text"),
    ("scheme-in-lower-case", SCHEME, "eucc", " is not a scheme id"),
    ("list-for-scheme", SCHEME, ["EUCC"], " is not text"),
    ("text-against-its-rule", RULED, "ax", " has an x"),
    ("text-that-keeps-its-rule-too-long", RULED, "a" * 31, " has 31 characters"),
    ("number-too-small", NUMBER, 2, " is 2: it must be a whole number from 3 to 4294967296"),
    ("number-too-large", NUMBER, (1 << 32) + 1, " is 4294967297: it must be"),
    ("float-for-number", NUMBER, 4.0, " is a value of type float: it must be"),
    ("true-for-number", number("n", 0, 9), True, " is True: it must be"),
    ("word-0", LEVEL, 0, " is 0: it must be from 1 to 3"),
    ("word-4", LEVEL, 4, " is 4: it must be from 1 to 3"),
    ("true-for-word", LEVEL, True, " is True: it must be from 1 to 3"),
    ("only-word", word("w", [AssuranceLevel.HIGH]), 2, " is 2: it must be 1"),
    ("day-before-1970", DAY, -1, " is -1"),
    ("day-after-the-last", DAY, MAX_DAY + 1, f" is {MAX_DAY + 1}"),
    ("gtin-negative", GTIN, -1, " is not a GTIN as a number"),
    ("gtin-of-fifteen-digits", GTIN, 100_000_000_000_007, " is not a GTIN as a number"),
    ("gtin-check-digit", GTIN, 1, " has a wrong check digit"),
    ("false-for-gtin", GTIN, False, " is not a GTIN as a number"),
    ("digest-of-31", DIGEST, bytes(31), " is not a SHA-256"),
    ("digest-of-33", DIGEST, bytes(33), " is not a SHA-256"),
    ("digest-as-text", DIGEST, "a" * 32, " is not a SHA-256"),
    ("1-for-a-flag", FLAG, 1, " is not true or false"),
    ("mark-false", MARK, False, " is not true: leave it out"),
    ("list-empty", TEXTS, [], " has 0 entries: 1 to 300 are allowed"),
    ("list-too-long", LEVELS, [1, 2, 3, 1], " has 4 entries: 1 to 3 are allowed"),
    ("list-with-one-twice", LEVELS, [1, 2, 1], " has the same entry twice"),
    ("list-of-two-alike", LEVELS, [2, 2], " has the same entry twice"),
    ("maps-alike", MAPS, [{1: "a"}, {1: "a"}], " has the same entry twice"),
    ("set-for-a-list", LEVELS, {1}, " is not a list"),
    ("entry-wrong", LEVELS, [1, 9], "[1] is 9: it must be from 1 to 3"),
    ("inner-wrong", MAPS, [{1: "a"}, {1: ""}], "[1].name is empty"),
    ("inner-missing", MAP, {24: {30: 1}}, ".inner.name is missing"),
    ("unknown-key", MAP, {3: 1}, " has the unknown key 3"),
    ("unknown-key-after-a-known-one", MAP, {2: [1], 3: 1}, " has the unknown key 3"),
    ("float-key", MAP, {2.0: [1]}, " has the unknown key"),
    ("true-as-key", INNER, {True: "a"}, " has the unknown key True"),
    ("list-for-a-map", MAP, [], " is not a map"),
]


@pytest.mark.parametrize(("kind", "value", "problem"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_value_is_refused_with_its_reason(kind: Kind, value: Any, problem: str) -> None:
    with pytest.raises(ClaimsError) as refused:
        kind.size(value)
    assert str(refused.value).startswith(problem)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({24: {1: "a"}, 2: [1]}, id="two-exchanged"),
        pytest.param({-1: True, 2: [1]}, id="negative-key-first"),
        pytest.param({24: {30: 1, 1: "a"}}, id="in-an-inner-map"),
    ],
)
def test_a_map_out_of_order_is_longer_than_any_input(value: Any) -> None:
    assert MAP.size(value) >= UNORDERED


def test_what_disagrees_is_refused_last() -> None:
    both = map_of(
        "map", (Field(1, "a", FLAG), Field(2, "b", FLAG)), agree=lambda value: ".b too" if len(value) > 1 else None
    )
    several = list_of(LEVEL, 3, agree=lambda value: " are many" if len(value) > 1 else None)
    assert (both.size({1: True}), several.size([1])) == (3, 2)
    for kind, value, problem in ((both, {1: True, 2: True}, r"^\.b too$"), (several, [1, 2], "^ are many$")):
        with pytest.raises(ClaimsError, match=problem):
            kind.size(value)


@pytest.mark.parametrize(
    ("kind", "stated", "wire"),
    [
        pytest.param(LEVEL, AssuranceLevel.SUBSTANTIAL, 2, id="word"),
        pytest.param(TEXTS, ("a", "b"), ["a", "b"], id="list-of-texts"),
        pytest.param(LEVELS, (AssuranceLevel.HIGH, AssuranceLevel.BASIC), [3, 1], id="list-of-words"),
        pytest.param(MARK, True, True, id="mark"),
        pytest.param(FLAG, False, False, id="flag"),
    ],
)
def test_values_are_written_and_read_back(kind: Kind, stated: Any, wire: Any) -> None:
    assert kind.encode(stated) == wire
    assert type(kind.encode(stated)) is type(wire)
    assert kind.decode(wire) == stated
    assert type(kind.decode(wire)) is type(stated)


@pytest.mark.parametrize(
    ("kind", "stated"),
    [pytest.param(MARK, False, id="mark"), *(pytest.param(k, (), id=k.cddl) for k in (TEXTS, LEVELS))],
)
def test_what_says_nothing_is_left_out(kind: Kind, stated: Any) -> None:
    assert kind.encode(stated) is None


class Thing:
    """Says all but one of the fields that are written."""

    first, second, third = "a", None, ()


def test_a_map_is_written_in_the_order_of_its_keys_without_what_is_not_stated() -> None:
    fields = (Field(3, "third", TEXTS), Field(2, "second", TEXT), Field(1, "first", TEXT), Field(9, "first", TEXT))
    assert list(map_encoder(fields)(Thing()).items()) == [(1, "a"), (9, "a")]


def test_a_map_is_read_into_the_shape_of_its_document() -> None:
    assert INNER.decode({1: "a", 30: 3}) == {"name": "a", "level": AssuranceLevel.HIGH}
