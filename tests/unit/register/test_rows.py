"""Rows of a batch: what stands on which line, and what is wrong with a row reaches no other."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from certmark.errors import ModelError
from certmark.limits import Limits
from certmark.model import dump_document, json_schema
from certmark.register import Row, read_csv, read_jsonl
from certmark.register.columns import FLAGS, NUMBERS
from tests.unit.register.body import numbered


def line_of(number: int, **changes: Any) -> bytes:
    return json.dumps(json.loads(dump_document(numbered(number, **changes)))).encode()


def said(rows: Iterator[Row]) -> list[tuple[int, str]]:
    """Give each line with the id that was read, or what is wrong."""
    return [(line, str(read) if isinstance(read, ModelError) else read.id[-4:]) for line, read in rows]


def jsonl(data: bytes, **limits: int) -> list[tuple[int, str]]:
    return said(read_jsonl(io.BytesIO(data), limits=Limits(**limits)))


ONE, TWO = line_of(1), line_of(2)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\n \r\n\t\n", [], id="empty-lines"),
        pytest.param(ONE, [(1, "0001")], id="no-end-of-line"),
        pytest.param(ONE + b"\r\n" + TWO + b"\r\n", [(1, "0001"), (2, "0002")], id="windows"),
        pytest.param(b"\xef\xbb\xbf" + ONE + b"\n" + TWO, [(1, "0001"), (2, "0002")], id="byte-order-mark"),
        pytest.param(b"\n\n" + ONE + b"\n\n" + TWO + b"\n", [(3, "0001"), (5, "0002")], id="empty-lines-count"),
    ],
)
def test_each_line_is_a_document(data: bytes, expected: list[tuple[int, str]]) -> None:
    assert jsonl(data) == expected


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        pytest.param(b"{", "the document is not JSON", id="json"),
        pytest.param(b"[]", "is not a JSON object", id="list"),
        pytest.param(b"null", "is not a JSON object", id="null"),
        pytest.param(b"\xff{}", "is not UTF-8 at byte 0", id="utf-8"),
        pytest.param(ONE[:-1], "is not JSON", id="cut-off"),
        pytest.param(ONE + ONE, "is not JSON: Extra data", id="two-on-a-line"),
        pytest.param(b'{"id": "A", "id": "B"}', "stands twice", id="name-twice"),
        pytest.param(b'{"id": "A"}', "is missing: add it", id="fields-missing"),
        pytest.param(b"\xef\xbb\xbf" + ONE, "begins with a byte order mark", id="mark-on-a-later-line"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b'{"id": "' + b"x" * 1_000_000 + b'"}', "longer than 1000000 bytes: shorten it", id="long"),
        pytest.param(b"x" * 1_500_000, "longer than 1000000 bytes: shorten it", id="longer"),
    ],
)
def test_a_bad_line_is_told_and_stops_no_other(bad: bytes, says: str) -> None:
    first, (number, problem), third = jsonl(b"\n".join((ONE, bad, TWO)))
    assert (first, number, third) == ((1, "0001"), 2, (3, "0002"))
    assert says in problem
    assert problem.isprintable()


def test_a_line_may_be_as_long_as_a_document_with_its_end() -> None:
    for spare, expected in ((0, "0001"), (-1, "longer")):
        ((_, read),) = jsonl(ONE + b"\n", document=len(ONE) + 1 + spare)
        assert expected in read


def test_rows_are_read_when_they_are_asked_for() -> None:
    class Endless(io.RawIOBase):
        def readline(self, _: int | None = -1, /) -> bytes:
            return ONE + b"\n"

    assert [line for line, _ in islice(read_jsonl(Endless()), 3)] == [1, 2, 3]  # type: ignore[arg-type]


# --- CSV ---

HEADER = (
    "id,scheme,legal_basis,assurance_level,subject.type,subject.name,subject.category,subject.version,"
    "subject.versions.0,subject.versions.1,packages.0.name,packages.0.eal,packages.0.ava_van,packages.0.augmented,"
    "standards.0,holder.name,holder.address,holder.contact,issued,valid_until,patch_management"
)


def cells(number: int = 1, **changes: str) -> list[str]:
    row = {
        **dict.fromkeys(HEADER.split(","), ""),
        "id": f"EUCC-3087-2026-03-{number:04}",
        "scheme": "EUCC",
        "assurance_level": "substantial",
        "subject.type": "ict_product",
        "subject.name": "Router",
        "subject.category": "Routers",
        "subject.version": "1",
        "packages.0.name": "global",
        "packages.0.eal": "2",
        "packages.0.ava_van": "2",
        "standards.0": "CC:2022",
        "issued": "2026-03-02",
        "valid_until": "2031-03-01",
        **{name.replace("__", "."): value for name, value in changes.items()},
    }
    return list(row.values())


def csv(*rows: str | list[str], end: str = "\n", header: str = HEADER) -> bytes:
    return end.join((header, *(row if isinstance(row, str) else ",".join(row) for row in rows), "")).encode()


def documents(data: bytes) -> list[Any]:
    return [read for _, read in read_csv(io.BytesIO(data))]


@pytest.mark.parametrize("flag", ["true", "TRUE", "True"])
def test_columns_are_paths_of_the_document(flag: str) -> None:
    (document,) = documents(csv(cells(patch_management=flag, subject__versions__1="2.0 b")))
    assert document.model_dump(mode="json") == {
        "document_type": "certificate",
        "content": "full",
        "id": "EUCC-3087-2026-03-0001",
        "scheme": "EUCC",
        "assurance_level": "substantial",
        "subject": {
            "type": "ict_product",
            "name": "Router",
            "category": "Routers",
            "version": "1",
            "versions": ["2.0 b"],
        },
        "coverage": document.coverage.model_dump(mode="json"),
        "standards": ["CC:2022"],
        "packages": [{**document.packages[0].model_dump(mode="json"), "name": "global", "eal": 2, "ava_van": 2}],
        "issued": "2026-03-02",
        "valid_until": "2031-03-01",
        "patch_management": True,
    }


def leaves(node: Any, schema: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    for inner in (*node.get("anyOf", ()), *node.get("oneOf", ()), *([node["items"]] if "items" in node else ())):
        yield from leaves(inner, schema, name)
    for field, inner in node.get("properties", {}).items():
        yield from leaves(inner, schema, field)
    if "type" in node:
        yield name, node["type"]


def test_every_field_that_is_no_text_is_known_to_csv() -> None:
    schema = json_schema()
    found = set(leaves(schema, schema))
    assert {name for name, kind in found if kind in {"integer", "number"}} == NUMBERS
    assert {name for name, kind in found if kind == "boolean"} == FLAGS
    assert not {name for name, kind in found if kind == "string"} & (NUMBERS | FLAGS)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(csv(), [], id="only-a-header"),
        pytest.param(HEADER.encode(), [], id="a-header-without-end"),
        pytest.param(csv(cells(1), cells(2)), [(2, "0001"), (3, "0002")], id="rows"),
        pytest.param(csv(cells(1), cells(2), end="\r\n"), [(2, "0001"), (3, "0002")], id="windows"),
        pytest.param(b"\xef\xbb\xbf" + csv(cells(1)), [(2, "0001")], id="byte-order-mark"),
        pytest.param(csv(cells(1), "", cells(2)), [(2, "0001"), (4, "0002")], id="empty-line"),
        pytest.param(csv(cells(1), "," * 20, cells(2)), [(2, "0001"), (4, "0002")], id="empty-cells"),
        pytest.param(csv(cells(1)).replace(b",", b";"), [(2, "0001")], id="semicolons"),
        pytest.param(csv(cells(1, subject__name='"A, ""B"""'), cells(2)), [(2, "0001"), (3, "0002")], id="quotes"),
        pytest.param(
            csv(cells(1, subject__name='"A\n\nB"'), cells(2)),
            [(2, "subject.name has the control or formatting character U+000A at position 1"), (5, "0002")],
            id="quoted-line-ends",
        ),
    ],
)
def test_each_row_has_the_line_on_which_it_begins(data: bytes, expected: list[tuple[int, str]]) -> None:
    assert said(read_csv(io.BytesIO(data))) == expected


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        pytest.param("a,b", "has 2 cells, and the first line names 21 columns", id="few-cells"),
        pytest.param([*cells(9), "x"], "has 22 cells", id="many-cells"),
        pytest.param('"' + ",".join(cells(9)), "not a row of CSV: unexpected end of data", id="open-quote"),
        pytest.param('x"' + ",".join(cells(9)), "id 'x\"EUCC", id="quote-within-a-cell"),
        pytest.param('"x"y,' + ",".join(cells(9)), "not a row of CSV: ',' expected after '\"'", id="after-a-quote"),
        pytest.param("x\ry", "not a row of CSV: new-line character", id="lone-carriage-return"),
        pytest.param("x" * 1_000_001, "longer than 1000000 bytes", id="long-line"),
        pytest.param("x" * 200_000, "field larger than field limit", id="long-cell"),
        pytest.param(cells(9, packages__0__eal="two"), "packages[0].eal must be a whole number", id="no-number"),
        pytest.param(cells(9, packages__0__eal="٢"), "packages[0].eal must be a whole number", id="other-digits"),
        pytest.param(cells(9, packages__0__eal="1" * 5000), "must be a whole number", id="many-digits"),
        pytest.param(cells(9, packages__0__augmented="yes"), "must be true or false", id="no-flag"),
        pytest.param(cells(9, id=""), "id is missing", id="no-id"),
        pytest.param("," * 20 + "x", "is missing", id="nearly-empty-cells"),
        pytest.param(cells(9, issued="02.03.2026"), "issued '02.03.2026' is not a date", id="day"),
    ],
)
def test_a_bad_row_is_told_and_takes_no_other_with_it(bad: str | list[str], says: str) -> None:
    first, (number, problem), third = said(read_csv(io.BytesIO(csv(cells(1), bad, cells(2)))))
    assert (first, number, third) == ((2, "0001"), 3, (4, "0002"))
    assert says in problem
    assert problem.isprintable()


def test_bytes_that_are_not_utf_8_spoil_one_row() -> None:
    data = csv(cells(1), cells(9, subject__name="?"), cells(2)).replace(b"?", b"\xe4")
    first, (number, problem), third = said(read_csv(io.BytesIO(data)))
    assert (first, number, third) == ((2, "0001"), 3, (4, "0002"))
    assert "not UTF-8 at byte" in problem


def test_a_quote_that_is_closed_rows_later_spoils_those_that_it_took() -> None:
    closing = [cells(number) for number in range(2, 150)]
    closing[120][5] = '"Router, red"'
    rows = said(read_csv(io.BytesIO(csv('"' + ",".join(cells(1)), *closing))))
    assert rows[0] == (2, "a quote is opened and not closed within 100 lines")
    assert rows[1:] == [(number + 1, f"{number:04}") for number in range(2, 150)]


def test_a_long_line_within_a_quote_spoils_both() -> None:
    rows = said(read_csv(io.BytesIO(csv('"' + ",".join(cells(1)), "x" * 1_000_001, cells(2)))))
    assert [line for line, _ in rows] == [2, 3, 4]
    assert rows[-1] == (4, "0002")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        pytest.param("", "the first line is missing", id="empty"),
        pytest.param("scheme,issued", "there is no column id", id="no-id"),
        pytest.param("id,scheme,id", "'id' stands twice", id="twice"),
        pytest.param("id,,scheme", "the column 2, '', is no path", id="no-name"),
        pytest.param("id,subject..name", "is no path", id="empty-step"),
        pytest.param("id," + ".".join("a" * 9), "is no path", id="deep"),
        pytest.param("id,subject,subject.name", "'subject.name' lies in another column", id="within-another"),
        pytest.param("id,subject.name,subject", "'subject' stands twice, or others lie in it", id="around-another"),
        pytest.param("id,standards.0,standards.x", "of a list and of an object at once", id="list-and-object"),
        pytest.param("id,0", "of a list and of an object at once", id="list-of-documents"),
        pytest.param('id,"scheme', "not a row of CSV", id="open-quote"),
        pytest.param("id\t" * 500_001, "longer than", id="long"),
    ],
)
def test_a_file_without_the_names_of_its_columns_is_none(header: str, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        list(read_csv(io.BytesIO(header.encode() and f"{header}\n".encode())))
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
