"""``certmark register`` on a file that somebody has written into: one line, never an internal error."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.unit.cli.register.office import SECOND, Office

WHY = ("--reason", "decided on file 7")


def tamper(office: Office, statement: str) -> None:
    with closing(sqlite3.connect(office["register.db"], isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount != 0


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE events SET detail = '{}' WHERE kind = 'suspended'", "event 9 cannot be read"),
        ("UPDATE events SET detail = 'no JSON' WHERE kind = 'suspended'", "event 9 cannot be read"),
        ("UPDATE events SET detail = '[1]' WHERE kind = 'suspended'", "event 9 cannot be read"),
        ('UPDATE events SET detail = \'{"first_day": 1, "last_day": 2}\' WHERE seq = 9', "event 9 cannot be read"),
        ("UPDATE events SET detail = printf('%.*c', 100000, '[') WHERE seq = 9", "event 9 cannot be read"),
        ("UPDATE events SET kind = 'nonsense' WHERE seq = 9", "event 9 cannot be read"),
        ("UPDATE events SET authority = 'pope' WHERE seq = 9", "event 9 cannot be read"),
        ("UPDATE events SET at = -1 WHERE seq = 9", "event 9 cannot be read"),
        ("UPDATE events SET at = 9223372036854775807 WHERE seq = 9", "event 9 cannot be read"),
        ("UPDATE events SET at = 'noon' WHERE seq = 9", "of another type than its column"),
        ("UPDATE events SET reason = x'00ff' WHERE seq = 9", "of another type than its column"),
        ("UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE seq = 9", "a text in the database is not UTF-8"),
        ("UPDATE certificates SET valid_until = 'soon'", "cannot be read as it stands in the database"),
        ("UPDATE certificates SET issued = x'00'", "of another type than its column"),
        ("UPDATE certificates SET entity = x'00'", "of another type than its column"),
        ("UPDATE editions SET document = '{}'", "cannot be read as it stands in the database"),
        ("UPDATE editions SET signed_at = -1", "cannot be read as it stands in the database"),
        ("UPDATE editions SET signed_at = 1e300", "of another type than its column"),
        ("UPDATE editions SET cose = 'text'", "of another type than its column"),
        ("UPDATE editions SET key_thumbprint = 1000000000000", "of another type than its column"),
        ("INSERT INTO alembic_version VALUES ('0002')", "states several versions of its tables"),
        ("DROP TABLE editions", "no such table: editions"),
    ],
)
def test_what_certmark_never_wrote_is_one_line(statement: str, says: str, used: Office) -> None:
    tamper(used, statement)
    asked = (("list",), ("list", "--json"), ("show", SECOND), ("show", SECOND, "--json"), ("export",))
    for command in (*asked, ("withdraw", SECOND, *WHY)):
        ended = used(*command, code=65)
        assert ended.out == ""
        assert says in ended.complaint
        assert ended.complaint.isprintable()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET detail = '{}' WHERE kind = 'suspended'",
        "UPDATE events SET at = 'noon' WHERE seq = 9",
        "UPDATE events SET digest = 'x' WHERE seq = 9",
        "UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE seq = 9",
        "UPDATE certificates SET entity = CAST(x'ff' AS TEXT)",
        "UPDATE editions SET text = CAST(x'ff' AS TEXT)",
        'UPDATE events SET detail = \'{"list": [], "index": {}}\'',
        "UPDATE certificates SET valid_until = 'soon'",
        "UPDATE editions SET cose = 'text'",
        "UPDATE editions SET text = x'00'",
        "UPDATE keys SET cose_key = 'x'",
        "UPDATE status_lists SET next_index = 1099511627776",
        "UPDATE status_lists SET size = 'x'",
        "UPDATE publications SET issued_at = 9223372036854775807",
        "UPDATE publications SET token = 'x'",
    ],
)
def test_an_audit_of_what_cannot_be_read_is_not_sound(statement: str, used: Office) -> None:
    tamper(used, statement)
    ended = used("audit", "--json", code=1)
    assert ended.err == ""
    assert ended.report["findings"]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM events WHERE kind = 'withdrawn'", "no longer: index 2 (withdrawal_is_final)"),
        ("UPDATE status_lists SET size = 512", "would lose their index (not_shorter)"),
        ("UPDATE status_lists SET size = 1099511627776", "larger than verifiers read"),
        ("UPDATE status_lists SET size = 0", "without entries says nothing"),
        ("UPDATE publications SET token = x'00'", "not a status list token"),
        ("UPDATE publications SET issued_at = 9223372036854775807", "the last publication of https://"),
    ],
)
def test_no_list_takes_back_what_the_one_before_it_says(statement: str, says: str, used: Office) -> None:
    before = used["list.cose"].read_bytes()
    tamper(used, statement)
    arguments = ("--key", used["status.pem"], "--out", used["list.cose"])
    assert says in used("publish", *arguments, code=65, at="2026-03-12T00:00:00Z").complaint
    assert used["list.cose"].read_bytes() == before
