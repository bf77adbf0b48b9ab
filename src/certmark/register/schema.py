"""The version of a register's tables, and the migrations that bring it forward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from certmark.register.errors import RegisterSchemaError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from certmark.register.database import Database

_MIGRATIONS_LOCK: Final = 0x63657274  # any number that all agree on


def upgrade(database: Database, *, creates: bool) -> None:
    """Bring the tables to the newest version, in one transaction.

    Args:
        database: the database.
        creates: whether it must be empty, or must hold a register.

    Raises:
        RegisterSchemaError: it is not so, or the register was made by a newer certmark.
    """
    database.keep_log_ahead()
    with database.writing(locks=False) as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATIONS_LOCK})"))
        found = _version(connection)
        if creates and (found is not None or inspect(connection).get_table_names()):
            raise RegisterSchemaError("the database is not empty: open the register that it holds, or take another one")
        if not creates and found is None:
            raise _no_register()
        if found is not None:
            _refuse_newer(found)
        command.upgrade(_config(connection), "head")


def check(database: Database) -> None:
    """Refuse a database whose tables are not those of this version.

    Raises:
        RegisterSchemaError: no register, or one of an older or newer certmark.
    """
    with database.reading() as connection:
        found = _version(connection)
    if found is None:
        raise _no_register()
    _refuse_newer(found)
    if found != _scripts().get_current_head():
        raise RegisterSchemaError(f"the register has the older tables {found}: bring it forward with Register.upgrade")


def _no_register() -> RegisterSchemaError:
    return RegisterSchemaError("the database holds no register: make one with Register.create")


def _refuse_newer(found: str) -> None:
    if found not in {script.revision for script in _scripts().walk_revisions()}:
        raise RegisterSchemaError(f"the register has the tables {found} of a newer certmark: use that one")


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "certmark.register:migrations")
    config.set_main_option("path_separator", "os")
    return config
