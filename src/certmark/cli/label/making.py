"""Tokens into labels: each is verified, and refused with a reason unless its certificate may be promoted."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from certmark.bulk.lines import TOO_LONG, lines
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.label.text import text_for
from certmark.cli.screen import complain
from certmark.cli.token_input import PICTURE_SUFFIXES, Unreadable, is_text, opened_lines, read_token
from certmark.cli.verify import exit_code, report_on
from certmark.errors import IssueError
from certmark.label import LabelError, LabelSizeError, Particulars, lay_out
from certmark.label.codes import remark_on
from certmark.lines import text_of
from certmark.verify.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certmark.cli.token_input import Token
    from certmark.label import Ink, Label, Mark, Paper
    from certmark.lines import Line
    from certmark.verify import Report, Verifier
    from certmark.wording import Words

_ONE_TOKEN: Final = PICTURE_SUFFIXES | {".cose"}


@dataclass(slots=True, kw_only=True)
class LabelMaker:
    """Makes labels of one kind.

    Attributes:
        verifier: what tokens are held against.
        at: time of verification.
        paper: size of the labels, and the printer's dots.
        words: of a language.
        ink: colour of the print.
        mark: the official mark, or None.
        link: template of a link that shall carry each token, or None.
        bare: whether a bare code shall.
        status_was_asked: whether a certificate is refused when its status is unknown.
        made: how many labels there are so far.
        symbol: their last code, in words.
    """

    verifier: Verifier
    at: datetime
    paper: Paper
    words: Words
    ink: Ink
    mark: Mark | None
    link: str | None
    bare: bool
    status_was_asked: bool
    made: int = 0
    symbol: str = ""

    @property
    def counted(self) -> str:
        """Say how many labels there are so far."""
        return "1 label" if self.made == 1 else f"{self.made} labels"

    def labels(self, argument: str, *, copies: int) -> Iterator[Label]:
        """Make the labels of a sheet: of a token, or of each line of a text.

        Raises:
            CommandError: one is refused: then there is no sheet.
        """
        for line, token in enumerate(_tokens(argument), start=1):
            with _naming(line):
                label = self._label(token, argument)
            for _ in range(copies):
                self.made += 1
                yield label

    def label(self, argument: str) -> Label:
        """Make a label.

        Raises:
            CommandError: the token does not deserve one.
        """
        self.made = 1
        return self._label(read_token(argument), argument)

    def _label(self, token: Token, argument: str) -> Label:
        text, remark = text_for(token, argument=argument, link=self.link, bare=self.bare)
        report = report_on(self.verifier, text, at=self.at)
        try:
            particulars = Particulars.of(report, status_was_asked=self.status_was_asked)
        except LabelError as error:
            code = ExitCode.FAILED if report.passed else exit_code(report)
            raise CommandError(code, f"no label: {error}") from error
        self._warn(report, remark)
        label = lay_out(particulars, str(text), paper=self.paper, words=self.words, mark=self.mark, ink=self.ink)
        for remark in (label.code.symbol.warning, remark_on(label.code, label.paper.dots)):
            if remark:
                complain(f"warning: {remark}")
        self.symbol = _told(label)
        return label

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
    if Path(argument).suffix.lower() in _ONE_TOKEN and not is_text(argument):
        yield read_token(argument)
    else:
        with opened_lines(argument, what="a file with one token per line") as stream:
            yield from map(_token, lines(stream))


def _token(line: Line) -> Token:
    return Unreadable(TOO_LONG) if line.data is None else text_of(line.data)


@contextmanager
def _naming(line: int) -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise CommandError(error.code, f"line {line}: {error}") from error
    except LabelSizeError as error:
        raise CommandError(ExitCode.USAGE, f"line {line}: {error}") from error
    except (LabelError, IssueError) as error:  # IssueError: no symbol holds it
        raise CommandError(ExitCode.BAD_INPUT, f"line {line}: {error}") from error
