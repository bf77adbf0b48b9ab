"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from certmark.cli.exits import CommandError, ExitCode

if TYPE_CHECKING:
    from certmark.model.syntax import Syntax

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


def require(syntax: Syntax, option: str, text: str) -> None:
    """Refuse an option that is not written as ids and links are.

    Raises:
        CommandError: it is not.
    """
    if problem := syntax.problem(text):
        raise CommandError(ExitCode.USAGE, f"{option} {text!r} {problem}")
