"""The command line, a module for each command of ``certmark``.

This is where the clock is read and where files are opened. The library below takes bytes, text and instants.
"""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_NEEDED: Final = ("typer", "rich")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: what follows the program's name; those of the process when left out.

    Returns:
        The exit code (docs/cli.md). No input makes this raise.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        from certmark.cli.exits import ExitCode
        from certmark.errors import MissingExtraError

        print(f"certmark: {MissingExtraError('cli', 'the command line')}", file=sys.stderr)  # noqa: T201
        return ExitCode.MISSING_EXTRA
    from certmark.cli.program import run

    if arguments is not None:
        return run(arguments)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # those of libraries are for programmers
    return run(sys.argv[1:])
