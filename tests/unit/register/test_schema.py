"""The tables: made by migrations, checked when opened, append-only whoever writes, whole even on a full disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, text

from certmark.errors import MissingExtraError
from certmark.register import Register
from certmark.register.database import connect
from certmark.register.errors import RegisterSchemaError, RegisterStorageError
from certmark.register.tables import METADATA
from tests.unit.register.body import ID, ISSUER, act, issued, numbered, opened
from tests.world import STATUS_URI


def execute(url: str, statement: str) -> None:
    database = connect(url)
    try:
        with database.writing(locks=False) as connection:
            connection.execute(text(statement))
    finally:
        database.close()


# --- versions ---


def test_the_migrations_make_the_tables_of_this_version(register: Register) -> None:
    with register.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_register_is_opened_again_with_all_that_it_holds(url: str) -> None:
    with opened(url) as register:
        record, head = issued(register), register.head()
    for again in (Register.open, Register.upgrade):
        with again(url) as register:
            assert (register.certificate(ID), register.head()) == (record, head)


def test_a_register_is_made_only_in_an_empty_database(url: str) -> None:
    opened(url).close()
    with pytest.raises(RegisterSchemaError, match="not empty: open the register that it holds"):
        Register.create(url, act=act())


def test_a_register_that_cannot_begin_its_log_leaves_the_database_empty(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("certmark.register.events.append", interrupt)
        with pytest.raises(KeyboardInterrupt):
            Register.create(url, act=act())
    with pytest.raises(RegisterSchemaError, match="holds no register"):
        Register.open(url)
    with Register.create(url, act=act()) as register:
        assert register.head().seq == 1


def test_a_foreign_database_is_left_alone(url: str) -> None:
    execute(url, "CREATE TABLE theirs (n INTEGER)")
    with pytest.raises(RegisterSchemaError, match="not empty"):
        Register.create(url, act=act())
    for use in (Register.open, Register.upgrade):
        with pytest.raises(RegisterSchemaError, match=r"holds no register: make one with Register\.create"):
            use(url)


@pytest.mark.parametrize("use", [Register.open, Register.upgrade])
def test_the_register_of_a_newer_version_is_refused(url: str, use: Callable[[str], Register]) -> None:
    opened(url).close()
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RegisterSchemaError, match="has the tables 9999 of a newer certmark: use that one"):
        use(url)


def test_the_register_of_an_older_version_is_refused_until_it_was_brought_forward(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(url).close()
    monkeypatch.setattr("alembic.script.ScriptDirectory.get_current_head", lambda _: "0002")
    with pytest.raises(RegisterSchemaError, match=r"older tables 0001: bring it forward with Register\.upgrade"):
        Register.open(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u@h/d",
        "postgresql://u@h/d",
        "postgresql+psycopg2://u@h/d",
        "sqlite+aiosqlite:///x.db",
    ],
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(RegisterStorageError, match="give sqlite:///FILE or postgresql"):
        Register.open(url)


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(name="psycopg")

    monkeypatch.setattr("certmark.register.database.create_engine", missing)
    with pytest.raises(MissingExtraError, match=r"certmark\[postgres\]"):
        Register.open("postgresql+psycopg://u@h/d")


# --- append-only, whoever writes ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET reason = 'another' WHERE seq = 1",
        "UPDATE events SET reason = NULL WHERE seq = 4",
        "UPDATE events SET at = at + 1",
        "UPDATE events SET detail = NULL",
        "DELETE FROM events WHERE seq = 4",
        "UPDATE certificates SET valid_until = '2099-01-01'",
        "DELETE FROM certificates",
        "UPDATE editions SET text = 'x'",
        "DELETE FROM editions",
        "DELETE FROM documents",
        "UPDATE documents SET sha256 = NULL",
        "UPDATE publications SET issued_at = 1",
        "DELETE FROM publications",
        "UPDATE indices SET state = 'open'",
        "DELETE FROM indices",
        "UPDATE status_lists SET next_index = 0",
        "DELETE FROM status_lists",
        "UPDATE keys SET cose_key = thumbprint",
    ],
)
def test_the_database_itself_refuses_to_rewrite(url: str, statement: str) -> None:
    with opened(url) as register:
        issued(register)
        register.publish(STATUS_URI, signer=ISSUER.signer, act=act("2026-03-03"), ttl=None, expires=None)
    with pytest.raises(RegisterStorageError, match="the register is append-only"):
        execute(url, statement)
    with Register.open(url) as register:
        assert register.audit().is_sound


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["events", "certificates", "editions", "documents", "publications", "indices"])
def test_postgresql_refuses_to_empty_a_table(url: str, table: str) -> None:
    opened(url).close()
    with pytest.raises(RegisterStorageError, match="append-only: TRUNCATE of"):
        execute(url, f"TRUNCATE {table} CASCADE")


# --- disks ---


def issue_until_it_fails(register: Register) -> None:
    for number in range(1, 200):
        issued(register, number)


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    opened(url).close()
    with Register.open(url) as register:
        engine = register.database.engine
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        engine.dispose()
        event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages + 2}"))
        with pytest.raises(RegisterStorageError, match="cannot be written: database or disk is full"):
            issue_until_it_fails(register)
    with Register.open(url) as register:
        report = register.audit()
        assert report.is_sound
        number = len(register.certificates()) + 1
        assert issued(register, number).newest.number == 1


def test_a_file_that_may_only_be_read_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with opened(f"sqlite:///{path}") as register:
        record = issued(register)
    with Register.open(f"sqlite:///file:{path}?mode=ro&uri=true") as register:
        assert register.certificate(ID) == record
        assert register.audit().is_sound
        with pytest.raises(RegisterStorageError, match="cannot be written: attempt to write a readonly database"):
            register.issue(numbered(2), issuer=ISSUER, act=act())


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/register.db", "postgresql+psycopg://u@/d?host=/nowhere&connect_timeout=2"]
)
def test_a_database_that_is_not_there_is_one_line(url: str) -> None:
    with pytest.raises(RegisterStorageError, match="the register cannot be read: ") as caught:
        Register.open(url)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database " * 100)
    with pytest.raises(RegisterStorageError, match="file is not a database"):
        Register.open(f"sqlite:///{tmp_path / 'x.db'}")
