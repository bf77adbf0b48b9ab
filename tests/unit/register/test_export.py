"""What is sent to ENISA: every certificate with its versions, status and links, the ended ones too."""

from __future__ import annotations

import csv
import io
import json

import pytest

from certmark.register import Register
from certmark.register.export import COLUMNS, to_csv, to_json
from tests.unit.register.body import ID, ISSUER, act, issued
from tests.world import CERTIFICATE, instant

AT = instant("2026-03-16")


def test_every_certificate_is_there_with_versions_and_status(lived: Register) -> None:
    found = {row["id"][-1]: row for row in json.loads(to_json(lived.certificates(), at=AT))}
    assert {number: row["status"] for number, row in found.items()} == {
        "1": "suspended",
        "2": "withdrawn",
        "3": "in_force",
    }
    assert found["1"]["versions"] == [*CERTIFICATE["subject"]["versions"], "2.0.2"]
    assert tuple(found["1"]) == COLUMNS


def test_csv_says_the_same_as_json(lived: Register) -> None:
    records = lived.certificates()
    read = list(csv.DictReader(io.StringIO(to_csv(records, at=AT), newline="")))
    for row, expected in zip(read, json.loads(to_json(records, at=AT)), strict=True):
        expected["versions"] = "\n".join(expected["versions"])
        assert row == {name: value or "" for name, value in expected.items()}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "\uff1dHYPERLINK(1)", "+SUM(A1)", "-2+3", "@SUM(A1)"])
def test_no_spreadsheet_takes_a_product_for_a_formula(register: Register, name: str) -> None:
    issued(register, subject={**CERTIFICATE["subject"], "name": name})
    (row,) = csv.DictReader(io.StringIO(to_csv(register.certificates(), at=AT)))
    assert row["product"] == f"'{name}"


def test_what_was_purged_keeps_id_days_and_status(register: Register) -> None:
    issued(register)
    register.label(ID, issuer=ISSUER, act=act())
    register.withdraw(ID, act=act("2026-03-12"))
    register.purge(ID, act=act("2031-03-13"))
    (row,) = json.loads(to_json(register.certificates(), at=instant("2031-03-14")))
    assert (row["id"], row["status"], row["valid_until"]) == (ID, "withdrawn", "2031-03-01")
    assert (row["product"], row["versions"]) == (None, None)
