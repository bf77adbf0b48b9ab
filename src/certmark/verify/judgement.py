"""One check of a case: the question, and what is said when nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from certmark.verify.outcome import Finding, passed

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.verify.case import Case

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
    """

    id: str
    judge: Judge
    holds: Words
    source: Words

    def finding(self, case: Case, found: Finding | None) -> Finding:
        """Say what the judge found in a case, also where that is nothing."""
        return passed(_words(self.holds, case), _words(self.source, case)) if found is None else found


def check(holds: Words, source: Words) -> Callable[[Judge], Judgement]:
    """Make a check of the function that asks the question; the function's name is its id."""
    return lambda judge: Judgement(judge.__name__, judge, holds, source)


def _words(words: Words, case: Case) -> str:
    return words if isinstance(words, str) else words(case)
