"""Tokens into labels: each is verified, and refused with a reason unless its certificate may be promoted."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from certmark.bulk.lines import TOO_LONG, lines
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.label.text import text_for
from certmark.cli.reading import open_file
from certmark.cli.screen import complain
from certmark.cli.token_input import STANDARD_INPUT, Unreadable, is_text, read_token
from certmark.cli.verify import exit_code
from certmark.label import LabelError, LabelSizeError, Particulars, lay_out
from certmark.label.codes import remark_on
from certmark.verify.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certmark.cli.token_input import Token
    from certmark.label import Ink, Label, Mark, Paper
    from certmark.lines import Line
    from certmark.verify import Report, Verifier
    from certmark.wording import Words

_ONE_TOKEN: Final = frozenset({".cose", ".png", ".jpg", ".jpeg", ".pdf", ".webp"})


class LabelMaker:
    """Makes labels of one kind.

    Attributes:
        made: how many there are so far, in words.
        symbol: their last code, in words.
    """

    def __init__(
        self,
        verifier: Verifier,
        at: datetime,
        *,
        paper: Paper,
        words: Words,
        ink: Ink,
        mark: Mark | None,
        link: str | None,
        bare: bool,
        status_was_asked: bool,
    ) -> None:
        self._verifier = verifier
        self._at = at
        self._paper = paper
        self._words = words
        self._ink = ink
        self._mark = mark
        self._link = link
        self._bare = bare
        self._status_was_asked = status_was_asked
        self._number = 0
        self.symbol = ""

    @property
    def made(self) -> str:
        """Say how many labels there are so far."""
        return "1 label" if self._number == 1 else f"{self._number} labels"

    def labels(self, argument: str, *, copies: int) -> Iterator[Label]:
        """Make the labels of a sheet: of a token, or of each line of a text.

        Raises:
            CommandError: one is refused: then there is no sheet.
        """
        for line, token in enumerate(_tokens(argument), start=1):
            with _naming(line):
                label = self._label(token, argument)
            for _ in range(copies):
                self._number += 1
                yield label

    def label(self, argument: str) -> Label:
        """Make a label.

        Raises:
            CommandError: the token does not deserve one.
        """
        self._number = 1
        return self._label(read_token(argument), argument)

    def _label(self, token: Token, argument: str) -> Label:
        text, remark = text_for(token, argument=argument, link=self._link, bare=self._bare)
        report = self._report(text)
        try:
            particulars = Particulars.of(report, status_was_asked=self._status_was_asked)
        except LabelError as error:
            code = ExitCode.FAILED if report.passed else exit_code(report)
            raise CommandError(code, f"no label: {error}") from error
        self._warn(report, remark)
        label = lay_out(particulars, str(text), paper=self._paper, words=self._words, mark=self._mark, ink=self._ink)
        for remark in (label.code.symbol.warning, remark_on(label.code, label.paper.dots)):
            if remark:
                complain(f"warning: {remark}")
        self.symbol = _told(label)
        return label

    def _report(self, token: Token) -> Report:
        if isinstance(token, Unreadable):
            return self._verifier.unreadable(token.reason, at=self._at)
        return self._verifier.report(token, at=self._at)

    def _warn(self, report: Report, remark: str | None) -> None:
        if remark:
            complain(f"warning: {remark}")
        for check in report.checks:
            if check.outcome is Outcome.WARNING:
                complain(f"warning: {report.untrusted_id}: {check.reason}")
        if not report.passed:
            complain(f"warning: {report.untrusted_id}: its status was not looked up: give --status FILE")


def _told(label: Label) -> str:
    code, dots = label.code, label.paper.dots
    symbol, across = code.symbol, dots.nearest(code.module)
    return (
        f"QR version {symbol.version}, error correction {symbol.ecc}, modules of {across} dots ({code.module:.3f} mm)"
    )


def _tokens(argument: str) -> Iterator[Token]:
    if argument == STANDARD_INPUT:
        yield from map(_token, lines(sys.stdin.buffer))
    elif is_text(argument) or Path(argument).suffix.lower() in _ONE_TOKEN:
        yield read_token(argument)
    else:
        with open_file(argument, what="a file with one token per line") as stream:
            yield from map(_token, lines(stream))


def _token(line: Line) -> Token:
    return Unreadable(TOO_LONG) if line.data is None else line.data.decode("utf-8", "surrogateescape")


@contextmanager
def _naming(line: int) -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise CommandError(error.code, f"line {line}: {error}") from error
    except LabelSizeError as error:
        raise CommandError(ExitCode.USAGE, f"line {line}: {error}") from error
    except LabelError as error:
        raise CommandError(ExitCode.BAD_INPUT, f"line {line}: {error}") from error
