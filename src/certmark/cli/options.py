"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from certmark.cli.exits import CommandError, ExitCode

if TYPE_CHECKING:
    from certmark.model.syntax import Syntax
    from certmark.wording import Words

TokenArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="TOKEN",
        help="The code's text, - for stdin, or a .txt .cose .png .jpg .webp .pdf file.",
        show_default=False,
    ),
]
"""A token, or where it stands."""

SchemeFiles: TypeAlias = Annotated[list[str], typer.Option(metavar="FILE", help="Further scheme; may be repeated.")]
"""Schemes that are known beside EUCC."""


def expanded(status: list[str], context: typer.Context) -> list[str]:
    """Take what follows ``--status status/*.cose``: a shell makes one value and several arguments of it.

    Raises:
        CommandError: there are arguments, but no such option.
    """
    if context.args and not status:
        problem = f"unexpected argument {context.args[0]!r}: see '{context.command_path} --help'"
        raise CommandError(ExitCode.USAGE, problem)
    return [*status, *context.args]


def words_of(lang: str) -> Words:
    """Give the words that ``--lang`` asks for.

    Raises:
        CommandError: there are none in this language.
    """
    from certmark.wording import LanguageError, words

    try:
        return words(lang)
    except LanguageError as error:
        raise CommandError(ExitCode.USAGE, f"--lang: {error}") from error


def require(syntax: Syntax, option: str, text: str) -> None:
    """Refuse an option that is not written as ids and links are.

    Raises:
        CommandError: it is not.
    """
    if problem := syntax.problem(text):
        raise CommandError(ExitCode.USAGE, f"{option} {text!r} {problem}")
