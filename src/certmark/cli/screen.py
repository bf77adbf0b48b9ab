"""What a person sees: escaped text from outside, plain output in pipes, one line per error."""

from __future__ import annotations

import os
import sys
import unicodedata
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from certmark.cli.exits import CommandError, ExitCode
from certmark.files import reason_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import TextIO

    from rich.console import Console, RenderableType
    from rich.padding import Padding
    from rich.style import Style
    from rich.table import Table
    from rich.text import Text

WIDTH: Final = 100
"""Columns in pipes, and at most on terminals: longer lines read badly."""

LOUD: Final = "bold white on red"
"""The style of what nobody may overlook."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """Replace what a terminal would act on or not show: control, bidirectional, unassigned, surrogate characters.

    Each becomes its number, as ``<U+202E>``, so that one line from outside stays one harmless line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(character):04X}>" if unicodedata.category(character) in _HIDDEN else character for character in text
    )


def styled(text: str, style: str | Style = "") -> Text:
    """Make a text from outside ready to be shown: escaped, and never read as markup."""
    from rich.text import Text

    # as a span and not as the style of the whole, so that what is appended does not get it too
    return Text().append(visible(text), style=style)


def grid(*, gap: int = 2) -> Table:
    """Make rows of a short name and what it stands for, with a gap in columns; no word is cut off."""
    from rich.table import Table

    rows = Table.grid(padding=(0, gap))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    return rows


def table(*columns: str, whole: Collection[str] = ()) -> Table:
    """Make a table without lines, with a heading for each column if any are named.

    Args:
        columns: their headings.
        whole: which of them are not broken into lines.
    """
    from rich.table import Table

    rows = Table(box=None, pad_edge=False, show_header=bool(columns), header_style="bold")
    for column in columns:
        rows.add_column(column, overflow="fold", no_wrap=column in whole)
    return rows


def section(content: RenderableType) -> Padding:
    """Set something apart from what stands above it."""
    from rich.padding import Padding

    return Padding(content, (1, 0, 0, 0), expand=False)


def unverified(said: str) -> Text:
    """Say loudly that nothing vouches for what is shown, and why."""
    return styled(" UNVERIFIED ", LOUD).append_text(styled(f" {said}", "bold red"))


def make_console() -> Console:
    """Make the console of standard output: colours on terminals only, a fixed width in pipes."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout, force_terminal=terminal, force_interactive=False, markup=False, emoji=False, highlight=False
    )
    width = min(console.width, WIDTH) if terminal else WIDTH
    console.size = console.size._replace(width=width)
    return console


def show(*renderables: RenderableType) -> None:
    """Write to standard output.

    Rendered first and written after, since rich would end the program with 1 on a broken pipe.
    """
    with standard_output() as out:
        console = make_console()
        with console.capture() as captured:
            for renderable in renderables:
                console.print(renderable)
        out.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def say(text: str) -> None:
    """Write one line to standard output, as it stands."""
    with standard_output() as out:
        out.write(f"{text}\n")


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Give standard output, and tell where it cannot be written.

    Raises:
        CommandError: it is closed, or its disk is full (64).
        BrokenPipeError: nobody reads it any more.
    """
    if sys.stdout is None:
        raise CommandError(ExitCode.USAGE, "standard output is closed: send it to a file or a pipe")
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go_of(sys.stdout)
        problem = f"standard output: cannot be written ({reason_of(error)}): send it elsewhere, and run it again"
        raise CommandError(ExitCode.USAGE, problem) from None


def complain(message: str) -> None:
    """Write one line to standard error, where there is one."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"certmark: {visible(message)}\n")
    except OSError:
        let_go_of(sys.stderr)


def let_go_of(stream: TextIO) -> None:
    """Point a stream that cannot be written elsewhere, so that Python does not fail when it flushes it at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())


def survive_any_character() -> None:
    """Let no character stop the program on terminals and in pipes that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
