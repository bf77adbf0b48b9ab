"""What the commands of a register share: which register, who acts, when and why."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.writing import refuse_to_replace
from certmark.files import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certmark.register import Act, Register

VARIABLE: Final = "CERTMARK_REGISTER"
_SQLITE: Final = "sqlite:///"

Location: TypeAlias = Annotated[
    str,
    typer.Option(
        "--register",
        metavar="URL",
        envvar=VARIABLE,
        help="SQLite file, or postgresql+psycopg://...",
        show_default=False,
    ),
]
CertificateId: TypeAlias = Annotated[
    str, typer.Argument(metavar="ID", help="Id of the certificate.", show_default=False)
]
Actor: TypeAlias = Annotated[str | None, typer.Option(metavar="NAME", help="Who does it.  [default: your login name]")]
Reason: TypeAlias = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the log.")]
OptionalReason: TypeAlias = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Kept in the log.")]
Now: TypeAlias = Annotated[str | None, typer.Option("--at", metavar="RFC3339", help="Time of it.  [default: now]")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="As JSON.")]


@contextmanager
def opened(location: str, *, writes: Path | None = None) -> Iterator[Register]:
    """Open a register, and close it in the end.

    Args:
        location: url, or path of its file.
        writes: a file that will be replaced meanwhile, or None.

    Raises:
        CommandError: its file is missing (66), there is no register in it (65), or it would be replaced itself (64).
    """
    from certmark.register import Register

    url, file = where(location)
    if file is not None:
        _require_file(file)
        if writes is not None:
            beside = (f"{file}{end}" for end in ("", "-wal", "-shm", "-journal", ".batch"))
            refuse_to_replace(writes, *beside, what="the register itself")
    with naming(file):
        register = Register.open(url)
    with register:
        yield register


def _require_file(file: Path) -> None:
    try:
        file.stat()
    except FileNotFoundError:
        problem = f"{file}: no such file: make the register with 'certmark register init'"
        raise CommandError(ExitCode.NO_INPUT, problem) from None
    except OSError as error:
        problem = f"{file}: cannot be read ({reason_of(error)}): give the path of a register"
        raise CommandError(ExitCode.NO_INPUT, problem) from None


def where(location: str) -> tuple[str, Path | None]:
    """Give the url of a register, and its file if it is in SQLite: what has no scheme is the path of one.

    Raises:
        CommandError: a path that no url can hold.
    """
    if "://" in location:
        in_file = location.startswith(_SQLITE)
        return location, Path(location.removeprefix(_SQLITE).partition("?")[0]) if in_file else None
    if not location or "?" in location or "%" in location:
        problem = f"--register {location!r} is no name of a file: choose one without '?' and '%'"
        raise CommandError(ExitCode.USAGE, problem)
    return f"{_SQLITE}{location}", Path(location)


@contextmanager
def naming(file: Path | None) -> Iterator[None]:
    """Name the file in what the register refuses; a url may hold a password, so it is not shown."""
    from certmark.register import RegisterError

    try:
        yield
    except RegisterError as error:
        if file is None:
            raise
        raise CommandError(ExitCode.BAD_INPUT, f"{file}: {error}") from error


def act_of(actor: str | None, at: datetime, reason: str | None = None) -> Act:
    """Say who does something, when and why.

    Raises:
        CommandError: a name or reason that nobody could read later.
    """
    from certmark.register import Act

    with _as_typed():
        return Act(_login_name() if actor is None else actor, at, reason)


def refuse_unreadable_key(key: str | None) -> None:
    """Refuse an idempotency key that nobody could read in a message.

    Raises:
        CommandError: it is one.
    """
    from certmark.register.events import refuse_unreadable

    if key is not None:
        with _as_typed():
            refuse_unreadable("idempotency key", key)


@contextmanager
def _as_typed() -> Iterator[None]:
    from certmark.register import RegisterError

    try:
        yield
    except RegisterError as error:
        raise CommandError(ExitCode.USAGE, str(error)) from error


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        raise CommandError(ExitCode.USAGE, "nobody knows your login name: give --actor NAME") from None
