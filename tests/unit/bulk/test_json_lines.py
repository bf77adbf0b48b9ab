"""Lines of JSON: a report for each, beside what the line says of its row."""

from __future__ import annotations

import io
import json
from bisect import bisect_left
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certmark.bulk.json_lines import JsonLines
from certmark.bulk.lines import LONGEST, lines
from certmark.bulk.tally import Tally
from certmark.lines import Line
from certmark.verify.report_json import report_to_json
from tests.world import NOW, WORLD


def asked(data: bytes, **product: str) -> tuple[list[Any], Tally]:
    text, tally = JsonLines(**product)(WORLD.verifier(), NOW, list(lines(io.BytesIO(data))))
    return [json.loads(line) for line in text.splitlines()], tally


def one(data: bytes, **product: str) -> Any:
    ((answer,), _) = asked(data, **product)
    return answer


def row(**members: object) -> bytes:
    return json.dumps({"token": WORLD.text, **members}).encode() + b"\n"


def test_a_token_is_answered_with_its_report_and_nothing_else() -> None:
    assert one(WORLD.text.encode()) == report_to_json(WORLD.report(WORLD.text))


def test_an_object_is_answered_with_its_line_and_what_it_says_beside_the_token() -> None:
    answers, tally = asked(b"\n" + row(sku="A", model="se1-a", nested={"a": [1, None]}))
    assert answers[1].pop("line") == 2
    assert answers[1].pop("row_problem") is None
    assert answers[1].pop("row") == {"sku": "A", "model": "se1-a", "nested": {"a": [1, None]}}
    assert answers[1]["product_match"] == "matched"
    assert answers[1].keys() == report_to_json(WORLD.report(WORLD.text)).keys()
    assert (tally.objects, tally.rows) == (1, 2)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"  ", b"\t"])
@pytest.mark.parametrize("after", [b"\n", b"\r\n", b" \n", b""])
def test_white_space_around_an_object_does_not_matter(before: bytes, after: bytes) -> None:
    assert one(before + row().strip() + after)["indication"] == "PASSED"


def test_a_byte_order_mark_before_a_token_does_not_matter() -> None:
    assert one(b"\xef\xbb\xbf" + WORLD.text.encode())["indication"] == "PASSED"


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({}, "not_asked"),
        ({"gtin": None, "model": "", "version": None}, "not_asked"),
        ({"gtin": "4006381333931"}, "matched"),
        ({"gtin": "5901234123457"}, "differs"),
        ({"model": "SE9"}, "differs"),
        ({"version": "2.0.1 G"}, "matched"),
    ],
)
def test_the_product_of_a_row_is_compared(members: dict[str, object], match: str) -> None:
    assert one(row(**members))["product_match"] == match


def test_what_all_rows_are_about_may_be_given_apart() -> None:
    answers, _ = asked(row() + row(model="SE1-A") + WORLD.text.encode(), model="SE9")
    assert [answer["product_match"] for answer in answers] == ["differs", "matched", "differs"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "The row is not JSON"),
        (b'{"token": "x"} {', "The row is not JSON"),
        (b'{"token": "x", "token": "y"}', "stands twice"),
        (b'{"token": "\xff"}', "is not UTF-8"),
        (b'{"token": "\x00"}', "The row is not JSON"),
        (b'{"gtin": "4006381333931"}', "The row has no token"),
        (b'{"token": null}', "The row has no token"),
        (b'{"token": 5}', "The row has no token"),
        (b'{"token": ["x"]}', "The row has no token"),
        (b'{"token": "x", "gtin": 4006381333931}', "'gtin' of the row is no text"),
        (b'{"token": "x", "model": {}}', "'model' of the row is no text"),
        (b'{"token": "x", "version": 2.1}', "'version' of the row is no text"),
        (b'{"token": "x", "gtin": "4006381333930"}', "wrong check digit"),
        (b'{"token": "x", "a": NaN}', "is not a JSON number"),
        (b'{"token": "x", "a": 1e999}', "a number that JSON has no name for"),
        (b'{"token": "x", "a": ' + b"9" * 5000 + b"}", "too many digits"),
        (b'{"token": "x", "a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", "nested too deeply"),
        (b'{"token": "' + b"x" * LONGEST + b'"}', "more than 65536 bytes"),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else "",
)
def test_a_line_that_is_no_row_is_answered_in_its_place(line: bytes, said: str) -> None:
    answers, tally = asked(row() + line + b"\n" + row(sku="C"))
    assert [answer["indication"] for answer in answers] == ["PASSED", "FAILED", "PASSED"]
    assert answers[1]["sub_indication"] == "FORMAT_FAILURE"
    assert said in answers[1]["checks"][0]["reason"]
    assert answers[1].get("row_problem") in (answers[1]["checks"][0]["reason"], None)
    assert [answers[0]["row_problem"], answers[2]["row_problem"]] == [None, None]
    assert answers[2]["line"] == 3
    assert tally.faulty == 1


def test_a_wrong_gtin_is_a_problem_of_the_row_and_a_foreign_code_is_none() -> None:
    assert "wrong check digit" in one(row(gtin="4006381333930"))["row_problem"]
    assert one(b'{"token": "HC1:X"}')["row_problem"] is None


def can_be_read(depth: int) -> bool:
    try:
        json.loads("[" * depth + "]" * depth)
    except RecursionError:
        return False
    return True


def test_no_depth_can_be_read_and_not_written() -> None:
    deepest = bisect_left(range(30_000), x=True, key=lambda depth: not can_be_read(depth))
    for depth in range(max(1, deepest - 120), deepest + 3):
        answers, tally = asked(b'{"token": "x", "a": ' + b"[" * depth + b"]" * depth + b"}\n")
        assert (tally.rows, len(answers)) == (1, 1)


def test_text_that_no_file_could_hold_is_answered_as_it_was() -> None:
    answer = one(b'{"token": "\\ud800", "sku": "\\udfff\\u202e\\u0000", "n": 1e308}')
    assert (answer["indication"], answer["row"]) == ("FAILED", {"sku": "\udfff\u202e\x00", "n": 1e308})


@pytest.mark.parametrize("line", [b"", b"[]", b'"x"', b"null", b"x{", b"\x00", b"\xff\xfe", b"HC1:X"])
def test_what_is_no_object_is_a_token(line: bytes) -> None:
    answers, tally = asked(line + b"\n")
    assert [answer["sub_indication"] for answer in answers] == ["FORMAT_FAILURE"]
    assert (tally.objects, tally.faulty) == (0, 0)


@given(st.binary(max_size=60), st.booleans())
def test_any_line_has_one_line_of_ascii_for_an_answer(data: bytes, is_object: bool) -> None:
    text, _ = JsonLines()(WORLD.verifier(), NOW, [Line(1, b"{" + data if is_object else data)])
    assert text.isascii()
    assert text.rstrip("\n").isprintable()
    assert text.count("\n") == 1


# --- lines ---


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", [(1, b"a")]),
        (b"a\n\nb\r\n", [(1, b"a\n"), (2, b"\n"), (3, b"b\r\n")]),
        (b"x" * (LONGEST - 1) + b"\n", [(1, b"x" * (LONGEST - 1) + b"\n")]),
        (b"x" * LONGEST, [(1, b"x" * LONGEST)]),
        (b"x" * LONGEST + b"\ny", [(1, None), (2, b"y")]),
        (b"x" * 10 * LONGEST, [(1, None)]),
        (b"x" * 3 * LONGEST + b"\n", [(1, None)]),
    ],
    ids=["nothing", "one", "three", "longest", "longest-without-end", "too-long", "endless", "multiple"],
)
def test_a_line_is_never_larger_than_its_bound(data: bytes, expected: list[object]) -> None:
    assert list(lines(io.BytesIO(data))) == expected
