"""How commands end: the exit codes, and the one error that carries one."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes: three for verdicts, the rest as in sysexits.h and as shells report signals."""

    PASSED = 0
    FAILED = 1
    INDETERMINATE = 2
    USAGE = 64
    """The command cannot be carried out as typed: an option is wrong, or its output cannot be written."""
    BAD_INPUT = 65
    """A bundle, root, list, key, scheme or certificate document that cannot be used."""
    NO_INPUT = 66
    """An input file that is missing or cannot be read."""
    MISSING_EXTRA = 69
    INTERNAL = 70
    INTERRUPTED = 130
    """Ctrl-C."""
    BROKEN_PIPE = 141
    """Who read the output has gone."""


class CommandError(Exception):
    """A command that cannot go on; ``str(error)`` is one line: what is wrong and what to do.

    Attributes:
        code: how the program ends.
    """

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code
