"""The program: its commands, and how every way to end becomes an exit code and at most one line."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from certmark import __version__
from certmark.cli import approve, csr, demo, inspect, issue, keygen, label, register, status, trust, verify
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.screen import complain, let_go_of, say, standard_output, survive_any_character
from certmark.errors import CertmarkError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = "certmark"
# typer has it under another name in each generation; it is the parent of what typer exports
_UsageError: Final = cast("type[Exception]", typer.BadParameter.__base__)

program = typer.Typer(
    name=_NAME, add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
)
program.command()(demo.demo)
program.command()(keygen.keygen)
program.command()(keygen.pubkey)
program.command()(csr.csr)
program.command()(issue.issue)
program.command()(approve.draft)
program.command()(approve.approve)
program.command(context_settings={"allow_extra_args": True})(verify.verify)
program.command()(inspect.inspect)
program.command(context_settings={"allow_extra_args": True})(label.label)
program.add_typer(trust.trust)
program.add_typer(status.status)
program.add_typer(register.register)


def _show_version(asked: bool) -> None:  # noqa: FBT001 typer calls it so
    if asked:
        say(f"{_NAME} {__version__}")
        raise typer.Exit(0)


@program.callback()
def about(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """EU cybersecurity certificates as signed codes: issue them, verify them offline."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; whatever happens, no traceback reaches the person."""
    survive_any_character()
    try:
        code = _invoke(arguments)
        if sys.stdout is not None:
            with standard_output() as out:
                out.flush()
    except CommandError as error:
        complain(str(error))
        return error.code
    except BrokenPipeError:
        let_go_of(sys.stdout)
        return ExitCode.BROKEN_PIPE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 the promise is: one line, never a traceback
        return _internal(error)
    return code


def _invoke(arguments: Sequence[str]) -> int:
    command = typer.main.get_command(program)
    try:
        # not command.main(): it has exit codes of its own for interrupts and broken pipes
        with command.make_context(_NAME, list(arguments) or ["--help"]) as context:
            return int(command.invoke(context) or 0)
    except typer.Exit as ending:
        return ending.exit_code if arguments else ExitCode.USAGE
    except MissingExtraError as error:
        complain(str(error))
        return ExitCode.MISSING_EXTRA
    except CertmarkError as error:
        complain(str(error))
        return ExitCode.BAD_INPUT
    except _UsageError as error:
        complain(_usage_problem(error))
        return ExitCode.USAGE


def _usage_problem(error: Exception) -> str:
    first, *further = str(error.format_message()).strip().splitlines()  # type: ignore[attr-defined]
    if first.endswith(":"):  # choices, a line each
        first = " ".join([first, *map(str.strip, further)])
    said = first.rstrip(".").replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else _NAME
    return f"{said[:1].lower()}{said[1:]}: see '{command} --help'"


def _internal(error: Exception) -> int:
    if os.environ.get("CERTMARK_DEBUG") == "1":
        traceback.print_exception(error)
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    complain(f"internal error ({said}): please report it; CERTMARK_DEBUG=1 shows where it happened")
    return ExitCode.INTERNAL
