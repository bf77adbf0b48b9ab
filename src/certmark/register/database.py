"""The two databases: how they are opened, and that there is one writer at a time.

Writers queue for milliseconds, since a hash chain has one end: SQLite takes its write lock when a transaction begins,
PostgreSQL locks the table of events against other writers. Readers are never blocked and see one moment.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from certmark.errors import MissingExtraError
from certmark.register.errors import RegisterConflictError, RegisterError, RegisterStorageError
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

LOCK_WAIT: Final = 30
"""Seconds that a writer waits for the others."""

_WRITES: Final = "certmark_writes"
_BATCHES_LOCK: Final = 0x62617463  # any number that all agree on
_LOCK_NOT_AVAILABLE: Final = "55P03"
_URLS: Final = "give sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class Database:
    """An open database; safe to share between threads, not between processes that fork."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one moment of the database.

        Raises:
            RegisterStorageError: it cannot be read.
        """
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with _translated("read"), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def writing(self, *, locks: bool = True) -> Iterator[Connection]:
        """Write alone; all of it or nothing.

        Args:
            locks: False only while there is no table to lock yet.

        Raises:
            RegisterStorageError: it cannot be written, or others write for too long.
        """
        self._keep_log_ahead()
        writer = self.engine.execution_options(**{_WRITES: True})
        with _translated("written"), writer.begin() as connection:
            if not self.is_sqlite and locks:
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}s'"))
                connection.execute(text("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE"))
            yield connection

    def _keep_log_ahead(self) -> None:
        """Let SQLite log ahead of writing, without which readers hold up writers; cannot be set within a transaction.

        It stays with the file, but not with a copy that VACUUM INTO made.

        Raises:
            RegisterStorageError: the file cannot be written.
        """
        if self.is_sqlite:
            with _translated("written"), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA journal_mode = WAL").close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold what one batch has at a time; the system takes it from a process that is killed.

        Raises:
            RegisterConflictError: another batch has it.
            RegisterStorageError: the database cannot be reached.
        """
        with ExitStack() as held:
            with _translated("locked"):
                is_held = (_lock_file if self.is_sqlite else _lock_schema)(self.engine, held)
            if not is_held:
                raise RegisterConflictError(
                    "another batch is at work in this register: run this one again when it has ended"
                )
            yield

    def close(self) -> None:
        """Close the connections that are not in use."""
        self.engine.dispose()


@contextmanager
def connected(url: str) -> Iterator[Database]:
    """Use a database that stays open, unless something goes wrong.

    Raises:
        RegisterStorageError: not the url of a database that certmark uses.
        MissingExtraError: the ``postgres`` extra is not installed.
    """
    database = connect(url)
    try:
        yield database
    except BaseException:
        database.close()
        raise


def connect(url: str) -> Database:
    """Prepare to use a database; no connection is made yet.

    Raises:
        RegisterStorageError: not the url of a database that certmark uses.
        MissingExtraError: the ``postgres`` extra is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a ValueError: a port that is no number
        raise RegisterStorageError(f"not the url of a database: {_URLS}") from error
    try:
        match parsed.drivername:
            case "sqlite" if parsed.database not in {None, "", ":memory:"}:
                return _sqlite(create_engine(parsed))
            case "postgresql+psycopg":
                return Database(create_engine(parsed, pool_pre_ping=True))
    except (ModuleNotFoundError, NoSuchModuleError):
        raise MissingExtraError("postgres", "a register in PostgreSQL") from None
    raise RegisterStorageError(f"certmark keeps no register at {parsed.drivername}: {_URLS}")


def _sqlite(engine: Engine) -> Database:
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver likes
        connection.text_factory = _text
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return Database(engine)


def _lock_file(engine: Engine, held: ExitStack) -> bool:
    """Lock a file beside the database, as an empty database of its own, which has a lock that can be waited for."""
    path = f"{engine.url.database}.batch"
    lock = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None, check_same_thread=False)
    held.enter_context(closing(lock))
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise
        return False
    return True


def _lock_schema(engine: Engine, held: ExitStack) -> bool:
    """Lock a number that stands for the schema, in a connection that is kept for nothing else."""
    connection = held.enter_context(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
    connection.detach()  # the lock ends with the connection, which no other use may prolong
    connection.execute(text(f"SET lock_timeout = '{LOCK_WAIT}s'"))
    try:
        connection.execute(text(f"SELECT pg_advisory_lock({_BATCHES_LOCK}, hashtext(current_schema()))"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def _text(value: bytes) -> str:
    """Read a text as the driver does, but with an error that an audit takes for what it is."""
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise RegisterStorageError("a text in the database is not UTF-8: audit the register") from error


@contextmanager
def _translated(done: str) -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        raise RegisterError(f"the register holds no text like {shown(error.object)}, which is not Unicode") from error
    except (DBAPIError, sqlite3.Error) as error:
        said = (str(getattr(error, "orig", error)).splitlines() or ["no reason given"])[0]
        raise RegisterStorageError(f"the register cannot be {done}: {said}") from error
