"""The shape of the package: imports go one way, modules stay small, nothing reads the clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "certmark"
MODULES = sorted(PACKAGE.rglob("*.py"))

LINES = 300
NAMES_THAT_SAY_NOTHING = frozenset(
    {"base", "common", "core", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
)
# The command line is where the clock is read, and the extra that fetches is where the network is.
READS_THE_CLOCK = frozenset({"cli"})
USES_THE_NETWORK = frozenset({"cli", "fetch"})
CLOCK_MODULES = frozenset({"time"})
CLOCK_ATTRIBUTES = frozenset({"now", "today", "utcnow"})
NETWORK_MODULES = frozenset(
    {"asyncio", "ftplib", "http", "httpx", "requests", "socket", "ssl", "urllib.request", "urllib3"}
)


def _relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _outside(extras: frozenset[str]) -> list[Path]:
    return [path for path in MODULES if path.relative_to(PACKAGE).parts[0] not in extras]


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every dotted name that an import statement mentions, with each of its parents."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield from ((node.lineno, ".".join(parts[:end])) for end in range(1, len(parts) + 1))


def clock_reads(source: str) -> list[int]:
    """Lines that read the clock or hand out a function that does."""
    tree = ast.parse(source)
    lines = {line for line, name in _imported(tree) if name in CLOCK_MODULES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_ATTRIBUTES:
            lines.add(node.lineno)
    return sorted(lines)


def network_imports(source: str) -> list[int]:
    """Lines that import something which can open a connection."""
    return sorted({line for line, name in _imported(ast.parse(source)) if name in NETWORK_MODULES})


def test_imports_go_one_way_and_every_dependency_stays_in_its_room(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_the_package_is_found() -> None:
    assert {"cbor.py", "cose/__init__.py", "verify/__init__.py"} <= {_relative(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_module_is_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LINES


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_module_is_named_after_a_concept(path: Path) -> None:
    assert not NAMES_THAT_SAY_NOTHING & {part.strip("_") for part in path.relative_to(PACKAGE).with_suffix("").parts}


@pytest.mark.parametrize("path", _outside(READS_THE_CLOCK), ids=_relative)
def test_library_never_reads_the_clock(path: Path) -> None:
    assert clock_reads(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", _outside(USES_THE_NETWORK), ids=_relative)
def test_library_never_reaches_for_the_network(path: Path) -> None:
    assert network_imports(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import time as t",
        "from time import time_ns",
        "def f():\n    import time",
        "import datetime as dt\nx = dt.datetime.now(dt.UTC)",
        "from datetime import datetime\nx = datetime.utcnow()",
        "from datetime import date\nx = date.today()",
        "from datetime import datetime\nclock = datetime.now",
    ],
)
def test_a_clock_read_is_noticed(source: str) -> None:
    assert clock_reads(source) != []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\nx = datetime.fromtimestamp(0, UTC)",
        "def f(now: int) -> int:\n    return now",
        "from datetime import time",
    ],
)
def test_handling_instants_is_no_clock_read(source: str) -> None:
    assert clock_reads(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import urllib.request",
        "from urllib import request",
        "from http import client",
    ],
)
def test_a_network_import_is_noticed(source: str) -> None:
    assert network_imports(source) != []


def test_splitting_an_address_is_no_network_import() -> None:
    assert network_imports("from urllib.parse import urlsplit") == []
