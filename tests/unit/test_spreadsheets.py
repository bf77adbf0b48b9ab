"""No cell that is written acts on who opens it."""

from __future__ import annotations

import pytest

from certmark.spreadsheets import as_meant, harmless


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+2", "'=1+2"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\uff1d1", "'\uff1d1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-5", "-5"),
        ("+5,00", "+5,00"),
        ("-1.234,5", "-1.234,5"),
        ("a=b", "a=b"),
        ("CM1:A", "CM1:A"),
        ("https://a.example/#1", "https://a.example/#1"),
        ("", ""),
        ("a\x1b[31m\x07\x7f\x9b2J", "a\\x1b[31m\\x07\\x7f\\x9b2J"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_no_cell_is_a_formula_or_acts_on_a_terminal(cell: str, written: str) -> None:
    assert harmless(cell) == written


@pytest.mark.parametrize("cell", ["=1+2", "-X100", "+5V", "@home", "-5", "'quoted'", "o'clock", "'", "", "two\nlines"])
def test_what_was_written_is_read_as_it_was_meant(cell: str) -> None:
    assert as_meant(harmless(cell)) == as_meant(cell) == cell
