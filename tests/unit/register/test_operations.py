"""What keepers of a register do once a year or once in a life: close a list, restore a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from certmark.register import Register, RegisterError, StatusListFullError
from certmark.register.errors import RegisterStorageError
from certmark.register.tables import EVENTS
from certmark.status.bitarray import Status
from certmark.status.token import parse
from tests.keys import signer
from tests.unit.register.body import ID, ISSUER, act, issued, live, maintained, numbered, opened
from tests.unit.register.postgres import client
from tests.world import BODY, BODY_STATUS_KEY, STATUS_URI, instant

NEXT_URI = "https://status.body.example/eucc/2"


def test_a_closed_list_gives_out_no_index_and_states_what_it_stated(register: Register) -> None:
    issued(register)
    for _ in range(2):
        register.close_list(STATUS_URI, act=act())
    with pytest.raises(StatusListFullError):
        issued(register, 2)
    register.withdraw(ID, act=act("2026-03-12"))
    assert register.statuses(STATUS_URI, at=instant("2026-03-13")) == {0: Status.INVALID}
    assert register.lists()[0].room == 0
    assert register.audit().is_sound


def test_only_a_list_of_the_register_is_closed(register: Register) -> None:
    with pytest.raises(RegisterError, match="has no status list"):
        register.close_list(NEXT_URI, act=act())


def backup_of(url: str, folder: Path) -> Callable[[], None]:
    """Make a backup as docs/register.md says, and give what restores it in place of the register."""
    if url.startswith("sqlite"):
        file, copy = Path(url.removeprefix("sqlite:///")), folder / "copy.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", [str(copy)])

        def put_back() -> None:
            copy.replace(file)

        return put_back
    server, _, schema = url.replace("postgresql+psycopg", "postgresql").partition("options=-csearch_path%3D")
    server, dump = server.rstrip("?&"), folder / "dump.sql"
    dump.write_bytes(client("pg_dump", f"--dbname={server}", f"--schema={schema}"))

    def restore() -> None:
        client("psql", server, "--quiet", "--command", f"DROP SCHEMA {schema} CASCADE")
        client("psql", server, "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump}")

    return restore


def test_a_restored_backup_is_noticed_by_the_kept_head_and_goes_on_with_a_new_list(url: str, tmp_path: Path) -> None:
    with opened(url) as register:
        kept = issued(register)
        restore = backup_of(url, tmp_path)
        lost = issued(register, 2)
        register.withdraw(ID, act=act("2026-03-12", reason="finding 3"))
        published = publish(register, "2026-03-13")
        head = register.head()
    restore()
    with Register.open(url) as restored:
        assert restored.audit().is_sound
        assert {finding.about for finding in restored.audit(known=head).findings} == {"chain"}
        restored.close_list(STATUS_URI, act=act("2026-04-01"))
        restored.open_list(NEXT_URI, entity=BODY, size=8, act=act("2026-04-01"))
        new = issued(restored, 3)
        assert restored.certificate(ID) == kept
        assert (new.list_uri, new.index) == (NEXT_URI, 0)
        assert (lost.list_uri, lost.index) == (STATUS_URI, 1)
        # what verifiers still hold says what was decided since
        assert parse(published)[1].statuses.at(kept.index or 0) == Status.INVALID
        restored.withdraw(ID, act=act("2026-04-01", reason="finding 3, decided on 2026-03-12"))
        assert parse(publish(restored, "2026-04-02"))[1].statuses.at(kept.index or 0) == Status.INVALID
        assert restored.audit().is_sound


def test_a_restored_register_that_lost_nothing_goes_on(url: str, tmp_path: Path) -> None:
    with opened(url) as register:
        live(register)
        restore, head = backup_of(url, tmp_path), register.head()
    restore()
    with Register.open(url) as restored:
        assert restored.audit(known=head).is_sound
        issued(restored, 9)
        assert restored.audit(known=head).is_sound
        with pytest.raises(RegisterStorageError), restored.database.writing() as connection:
            connection.exec_driver_sql("UPDATE events SET reason = 'another'")


def test_after_a_new_key_both_sign_and_every_token_verifies(register: Register) -> None:
    issued(register)
    new = replace(ISSUER, signer=signer(number=77))
    register.maintain(ID, maintained(), issuer=new, act=act("2026-03-12"))
    register.issue(numbered(2), issuer=new, act=act("2026-03-12"))
    assert [edition.key_thumbprint for edition in register.certificate(ID).editions] == [
        each.signer.public_key.thumbprint for each in (ISSUER, new)
    ]
    assert register.audit().is_sound


def publish(register: Register, at: str) -> bytes:
    return register.publish(STATUS_URI, signer=BODY_STATUS_KEY, act=act(at), ttl=None, expires=None).token


def test_readers_hold_up_no_writer_of_a_backup_that_was_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certmark.register.database.LOCK_WAIT", 1)
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with opened(url):
        restore = backup_of(url, tmp_path)
    restore()
    with Register.open(url) as register:
        issued(register)
        with register.database.reading() as connection:
            assert connection.execute(select(EVENTS)).first() is not None
            issued(register, 2)
        assert register.audit().is_sound
