"""Both databases: every test that takes ``url`` or ``register`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from certmark.register import Register
from tests.needs import without
from tests.unit.register import postgres
from tests.unit.register.body import live, opened

KINDS = ("sqlite", "postgresql")
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    given = os.environ.get("CERTMARK_TEST_POSTGRES", "")
    if given.startswith("postgresql"):
        yield given
        return
    installed = Path(given) if given else postgres.programs()
    if installed is None:
        reason = f"no PostgreSQL: {postgres.PACKAGE} is not installed and CERTMARK_TEST_POSTGRES is not set"
        without(reason)
    with postgres.server(installed) as url:
        yield url


@contextmanager
def empty_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'register.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    schema = f"test_{os.getpid()}_{next(_NUMBERS)}"
    plain = server.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with empty_database(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    """A new register with one status list of each authority."""
    with opened(url) as register:
        yield register


@pytest.fixture(scope="module", params=KINDS)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with a past, for tests that leave it as it is."""
    with (
        empty_database(request.param, request, tmp_path_factory.mktemp("lived")) as url,
        opened(url) as register,
    ):
        live(register)
        yield register
