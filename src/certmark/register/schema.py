"""The version of a register's tables, and the migrations that bring it forward."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from certmark.register.errors import RegisterSchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from certmark.register.database import Database

_MIGRATIONS_LOCK: Final = 0x63657274  # any number that all agree on


@contextmanager
def created(database: Database) -> Iterator[Connection]:
    """Make the tables in an empty database; what the caller adds is in the same transaction.

    Raises:
        RegisterSchemaError: it is not empty.
    """
    with _migrating(database) as connection:
        if _version(connection) is not None or inspect(connection).get_table_names():
            raise RegisterSchemaError("the database is not empty: open the register that it holds, or take another one")
        command.upgrade(_config(connection), "head")
        yield connection


def upgrade(database: Database) -> None:
    """Bring the tables of a register to the newest version, in one transaction.

    Raises:
        RegisterSchemaError: the database holds none, or one that was made by a newer certmark.
    """
    with _migrating(database) as connection:
        _known(_version(connection))
        command.upgrade(_config(connection), "head")


def check(database: Database) -> None:
    """Refuse a database whose tables are not those of this version.

    Raises:
        RegisterSchemaError: no register, or one of an older or newer certmark.
    """
    with database.reading() as connection:
        found = _known(_version(connection))
    if found != _scripts().get_current_head():
        raise RegisterSchemaError(f"the register has the older tables {found}: bring it forward with Register.upgrade")


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    with database.writing(locks=False) as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATIONS_LOCK})"))
        yield connection


def _known(found: str | None) -> str:
    if found is None:
        raise RegisterSchemaError("the database holds no register: make one with Register.create")
    if found not in {script.revision for script in _scripts().walk_revisions()}:
        raise RegisterSchemaError(f"the register has the tables {found} of a newer certmark: use that one")
    return found


def _version(connection: Connection) -> str | None:
    stated = MigrationContext.configure(connection).get_current_heads()
    if len(stated) > 1:
        raise RegisterSchemaError("the database states several versions of its tables: certmark never wrote that")
    return stated[0] if stated else None


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "certmark.register:migrations")
    config.set_main_option("path_separator", "os")
    return config
