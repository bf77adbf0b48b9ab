"""CSV as shops write it: every row has an outcome, whatever stands in it, and no row takes others with it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certmark.bulk.csv_rows import RESULTS, CatalogueError, CsvRows, Header, Record, read_catalogue
from certmark.bulk.lines import LONGEST
from certmark.bulk.tally import Tally
from tests.world import CERTIFICATE, NOW, WORLD

HEADER = b"sku,token,gtin\n"


def read(data: bytes) -> tuple[Header, list[Record]]:
    header, records = read_catalogue(io.BytesIO(data))
    return header, list(records)


def rows(data: bytes) -> list[tuple[int, tuple[str, ...], bool]]:
    return [(record.line, record.cells, record.problem is None) for record in read(HEADER + data)[1]]


def answer(data: bytes, **product: str) -> list[dict[str, str]]:
    header, records = read(data)
    text, _ = CsvRows(header, **product)(WORLD.verifier(), NOW, records)
    return list(csv.DictReader(io.StringIO(header.answer + text, newline=""), delimiter=header.delimiter))


# --- rows ---


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"A,T,1\n", [(2, ("A", "T", "1"), True)]),
        (b"A,T,1", [(2, ("A", "T", "1"), True)]),
        (b"A,T,1\r\nB,T,\r\n", [(2, ("A", "T", "1"), True), (3, ("B", "T", ""), True)]),
        (b"\n\r\nA,T,1\n\n", [(4, ("A", "T", "1"), True)]),
        (b'A,T,1\n,,\n" ", ,\nB,T,2\n', [(2, ("A", "T", "1"), True), (5, ("B", "T", "2"), True)]),
        (b'"A,""B""",T,1\n', [(2, ('A,"B"', "T", "1"), True)]),
        (b'19" rack,T,1\n', [(2, ('19" rack', "T", "1"), True)]),
        (b'"A\nB",T,1\nC,T,2\n', [(2, ("A\nB", "T", "1"), True), (4, ("C", "T", "2"), True)]),
        (b'"A\n\n\nB",T,1\nC,T,2\n', [(2, ("A\n\n\nB", "T", "1"), True), (6, ("C", "T", "2"), True)]),
        (b"A,T\nC,T,2\n", [(2, ("A", "T"), False), (3, ("C", "T", "2"), True)]),
        (b"A,T,1,2\nC,T,2\n", [(2, ("A", "T", "1"), False), (3, ("C", "T", "2"), True)]),
        (b'"A,T,1\nC,T,2\n', [(2, (), False), (3, ("C", "T", "2"), True)]),
        (b'"A,T,1\nC,T,2\n"D,T,3\n', [(2, (), False), (3, ("C", "T", "2"), True), (4, (), False)]),
        (b'A,"T"x,1\nC,T,2\n', [(2, (), False), (3, ("C", "T", "2"), True)]),
        (b"A,T,1\rB,T,2\nC,T,3\n", [(2, (), False), (3, ("C", "T", "3"), True)]),
        (b"sku,token,gtin\nC,T,2\n", [(2, ("sku", "token", "gtin"), True), (3, ("C", "T", "2"), True)]),
        (b"," * 60_000 + b"\nC,T,2\n", [(2, ("", "", ""), False), (3, ("C", "T", "2"), True)]),
        (b"M\xfcller,T,1\nC,T,2\n", [(2, ("M\\xfcller", "T", "1"), False), (3, ("C", "T", "2"), True)]),
        (b"A\x00,T,1\nC,T,2\n", [(2, ("A\x00", "T", "1"), False), (3, ("C", "T", "2"), True)]),
        (b"x" * LONGEST + b"\nC,T,2\n", [(2, (), False), (3, ("C", "T", "2"), True)]),
        (b'"' + b"x\n" * 100 + b"C,T,2\n", [(2, (), False), *[(n, ("x",), False) for n in range(3, 102)]]),
    ],
    ids=[
        *(
            "row",
            "no-line-end",
            "crlf",
            "empty-lines",
            "empty-cells",
            "quotes",
            "inch",
            "two-lines",
            "four-lines",
            "too-few",
            "too-many",
        ),
        *("open-quote", "two-open-quotes", "stray-quote", "carriage-return", "header-again", "many-cells", "latin-1"),
        *("nul", "too-long", "endless-quote"),
    ],
)
def test_every_row_has_its_outcome_and_its_line(data: bytes, expected: list[Any]) -> None:
    assert rows(data)[: len(expected)] == expected


@pytest.mark.parametrize(("lines", "good"), [(49, True), (50, True), (51, False)])
def test_a_row_goes_over_as_many_lines_as_it_is_said_to(lines: int, *, good: bool) -> None:
    data = b'"' + b"x\n" * (lines - 1) + b'x",T,1\n'
    assert rows(data)[0][2] == good


def test_a_quote_that_is_closed_far_below_takes_no_rows_with_it() -> None:
    found = rows(b'"A,T,1\n' + b"B,T,2\n" * 1000 + b'C,T,3"\n')
    assert len(found) == 1002
    assert [good for _, _, good in found].count(False) == 1


@given(st.lists(st.binary(max_size=12).map(lambda data: data.replace(b"\r", b"").replace(b"\n", b"")), max_size=8))
def test_whatever_the_lines_hold_the_good_one_after_them_is_read(lines: list[bytes]) -> None:
    joined = b"".join(line.replace(b'"', b"'") + b"\n" for line in lines) + b"Z,T,\n"
    assert rows(joined)[-1] == (len(lines) + 2, ("Z", "T", ""), True)


@given(st.binary(max_size=200))
def test_any_bytes_are_rows(data: bytes) -> None:
    header, records = read(HEADER + data)
    text, tally = CsvRows(header)(WORLD.verifier(), NOW, records)
    assert tally.rows == len(records)
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(records)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()).filter(lambda row: any(cell.strip() for cell in row))))
def test_what_a_writer_of_csv_writes_is_read_as_it_was(table: list[tuple[str, str, str]]) -> None:
    plain = [tuple(cell.encode("utf-8", "replace").decode().replace("\r", " ") for cell in row) for row in table]
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(plain)
    found = rows(file.getvalue().encode())
    few_lines = [row for row in plain if "\x00" not in "".join(row)]
    assert [cells for _, cells, good in found if good] == few_lines


# --- header ---


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", [b"token", b"Token", b" TOKEN ", b'"token"'])
def test_spreadsheets_of_every_country_are_read(delimiter: bytes, mark: bytes, name: bytes) -> None:
    data = mark + delimiter.join((b"sku", name, b"GTIN")) + b"\r\n"
    header, _ = read(data)
    assert (header.delimiter, header.marked) == (delimiter.decode(), bool(mark))
    assert (header.place_of("token"), header.place_of("gtin"), header.place_of("model")) == (1, 2, None)
    assert header.answer.startswith("\ufeffsku" if mark else "sku")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no column 'token'"),
        (b"\n", "no column 'token'"),
        (b"sku,code\n", "no column 'token'"),
        (b"token|gtin\n", "no column 'token'"),
        (b"\xff\xfet\x00o\x00", "no column 'token'"),
        ("token,gtin\n".encode("utf-16"), "in UTF-8"),
        (b"a," * 10**6 + b"token\n", "no column 'token'"),
        (b"x" * 70_000, "no column 'token'"),
        (b'"token,gtin\n', "no column 'token'"),
        (b"token,Token\n", "the column 'token' twice"),
        (b"token,gtin,sku,GTIN\n", "the column 'gtin' twice"),
    ],
)
def test_a_header_without_tokens_is_an_error(data: bytes, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        read_catalogue(io.BytesIO(data))


# --- answers ---


def test_the_answer_is_the_catalogue_with_the_verdicts_behind_it() -> None:
    data = f"sku,token,price\nA,{WORLD.text},-5.00\nB,HC1:X,1\n".encode()
    good, bad = answer(data)
    assert list(good) == ["sku", "token", "price", *RESULTS]
    assert (good["sku"], good["token"], good["price"], good["line"]) == ("A", WORLD.text, "-5.00", "2")
    assert (good["indication"], good["may_promote"], good["reason"]) == ("PASSED", "yes", "")
    assert (good["issued"], good["verified_at"]) == ("2026-03-02", "2026-06-01T12:00:00Z")
    assert good["row_problem"] == bad["row_problem"] == ""
    assert (bad["indication"], bad["sub_indication"], bad["line"]) == ("FAILED", "FORMAT_FAILURE", "3")
    assert "COVID" in bad["reason"]
    assert bad["certificate_id"] == bad["issued"] == ""


def test_the_product_of_a_row_is_compared() -> None:
    data = f"token,gtin,model,version\n{WORLD.text},5901234123457,,\n{WORLD.text},,se1-a,2.0.1 G\n".encode()
    assert [row["product_match"] for row in answer(data)] == ["differs", "matched"]


def test_space_around_a_token_does_not_matter() -> None:
    (row,) = answer(HEADER + f"A, {WORLD.text} ,\n".encode())
    assert (row["indication"], row["token"]) == ("PASSED", f" {WORLD.text} ")


def test_what_all_rows_are_about_may_be_given_apart() -> None:
    data = f"token,model\n{WORLD.text},\n{WORLD.text},SE1-A\n".encode()
    assert [row["product_match"] for row in answer(data, model="SE9")] == ["differs", "matched"]


def test_an_answer_may_be_asked_again() -> None:
    header, records = read(f"sku,token\nA,{WORLD.text}\n".encode())
    text, _ = CsvRows(header)(WORLD.verifier(), NOW, records)
    again = (header.answer + text).encode()
    assert answer(again) == answer(f"sku,token\nA,{WORLD.text}\n".encode())


@pytest.mark.parametrize("model", ["-X100", "+5V", "@home", "=1", "'X", "FR-100"])
def test_an_answer_that_is_asked_again_is_about_the_same_product(model: str) -> None:
    world = WORLD.with_certificate(subject={**CERTIFICATE["subject"], "models": [model]})
    asked = f"token,model\n{world.text},{model}\n".encode()
    for _ in range(3):
        header, records = read(asked)
        text, _ = CsvRows(header)(world.verifier(), NOW, records)
        asked = (header.answer + text).encode()
        (row,) = csv.DictReader(io.StringIO(asked.decode(), newline=""))
        assert (row["product_match"], row["may_promote"]) == ("matched", "yes")


def test_a_carriage_return_within_a_cell_begins_no_row_of_the_answer() -> None:
    data = f'sku,token\n"A\r=1+1",{WORLD.text}\n'.encode()
    header, records = read(data)
    text, _ = CsvRows(header)(WORLD.verifier(), NOW, records)
    assert text.startswith('"A\r=1+1",')
    assert answer((header.answer + text).encode()) == answer(data)


def test_a_bad_row_keeps_what_can_be_kept_of_it() -> None:
    (row,) = answer(b"sku,token,gtin\nM\xfcller,T\x1b\n")
    assert (row["sku"], row["token"], row["gtin"]) == ("M\\xfcller", "T\\x1b", "")
    assert row["reason"] == row["row_problem"] == "The row has 2 cells, and the header 3."


@pytest.mark.parametrize(
    "row",
    [
        f"A,{WORLD.text}".encode(),
        f"A,{WORLD.text},,B".encode(),
        f"A\xfc,{WORLD.text},".encode("latin-1"),
        f"A\0,{WORLD.text},".encode(),
        f'"A,{WORLD.text},'.encode(),
        f"A,{WORLD.text},{'1' * LONGEST}".encode(),
    ],
    ids=["few", "many", "latin-1", "character-0", "quote", "long"],
)
def test_a_bad_row_stays_one_when_the_answer_is_asked_again(row: bytes) -> None:
    header, records = read(HEADER + row)
    text, _ = CsvRows(header)(WORLD.verifier(), NOW, records)
    again = (header.answer + text).encode()
    (before,), (after,) = answer(HEADER + row), answer(again)
    assert before["row_problem"] == after["row_problem"] != ""
    assert (after["sub_indication"], after["may_promote"]) == ("FORMAT_FAILURE", "no")


def test_a_row_that_was_corrected_in_the_answer_is_asked_about() -> None:
    wrong, corrected = (
        f"token,gtin,row_problem\n{WORLD.text},{it}\n".encode() for it in ("1,The row", "4006381333931,")
    )
    assert answer(wrong)[0]["row_problem"].startswith("The row cannot be compared: gtin is not a GTIN")
    assert answer(corrected)[0]["may_promote"] == "yes"
    stale = f"token,gtin,row_problem\n{WORLD.text},4006381333931,The row cannot be compared: gtin is not a GTIN.\n"
    assert answer(stale.encode())[0]["may_promote"] == "yes"


def test_a_wrong_gtin_is_a_problem_of_the_row_and_a_foreign_code_is_none() -> None:
    typo, foreign = answer(f"token,gtin\n{WORLD.text},4006381333930\nHC1:X,4006381333931\n".encode())
    assert (typo["sub_indication"], foreign["sub_indication"]) == ("FORMAT_FAILURE", "FORMAT_FAILURE")
    assert "wrong check digit" in typo["row_problem"]
    assert foreign["row_problem"] == ""


# --- counts ---


def test_counts_are_added_up() -> None:
    total = Tally()
    header, records = read(f"token,gtin\n{WORLD.text},\n{WORLD.text},1\nCM2:X,\n".encode())
    for _ in range(2):
        total.add(CsvRows(header)(WORLD.verifier(), NOW, records)[1])
    assert total.summary == (
        "6 rows: 2 PASSED, 2 FAILED, 2 INDETERMINATE; may be promoted: 2 yes, 2 no, 2 unknown; 2 with a row_problem"
    )
    assert Tally().summary.startswith("0 rows: 0 PASSED")
