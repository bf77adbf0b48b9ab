"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

TokenArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="TOKEN",
        help="The code's text, - for stdin, or a .txt .cose .png .jpg .pdf file.",
        show_default=False,
    ),
]
"""A token, or where it stands."""

SchemeFiles: TypeAlias = Annotated[list[str], typer.Option(metavar="FILE", help="Further scheme; may be repeated.")]
"""Schemes that are known beside EUCC."""
