"""One check of a case: the question, and what is said when nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from certmark.verify.outcome import Check, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.verify.case import Case
    from certmark.verify.outcome import Finding

Words: TypeAlias = "str | Callable[[Case], str]"
"""A text, or how to make it for a case: most reports are asked for their indication only."""

Judge: TypeAlias = "Callable[[Case], Finding | None]"
"""Gives what is wrong with a case or worth a warning; None: nothing."""


class Judgement(NamedTuple):
    """A check of a case.

    Attributes:
        id: name of the check in reports.
        judge: asks the question.
        holds: what is said when nothing is wrong.
        source: article or standard that asks for it.
        passed: the passed check, where it says the same of every case.
    """

    id: str
    judge: Judge
    holds: Words
    source: Words
    passed: Check | None

    def check(self, case: Case, found: Finding | None) -> Check:
        """Say what the judge found in a case, also where that is nothing."""
        if found is not None:
            return Check(self.id, found.outcome, found.reason, found.source)
        return self.passed or Check(self.id, Outcome.PASSED, _words(self.holds, case), _words(self.source, case))


def check(holds: Words, source: Words) -> Callable[[Judge], Judgement]:
    """Make a check of the function that asks the question; the function's name is its id."""

    def made(judge: Judge) -> Judgement:
        name = judge.__name__
        always = Check(name, Outcome.PASSED, holds, source) if type(holds) is str and type(source) is str else None
        return Judgement(name, judge, holds, source, always)

    return made


def _words(words: Words, case: Case) -> str:
    return words if isinstance(words, str) else words(case)
