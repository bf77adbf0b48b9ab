"""Rules of a scheme: a named check with its parameters, the days it holds, its severity and its article."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from certmark.model.vocabulary import Content


class Severity(StrEnum):
    """What a broken rule means.

    Nobody issues against either. Verification fails on a structural one and warns of a notation.
    """

    STRUCTURAL = "structural"
    NOTATION = "notation"


class Violation(NamedTuple):
    """A rule that a certificate breaks.

    Attributes:
        rule: id of the rule within its scheme.
        severity: structural or notation.
        article: the article behind the rule.
        field: dotted path of the field to look at first.
        message: one sentence: what is wrong and what to do.
    """

    rule: str
    severity: Severity
    article: str
    field: str
    message: str


class Rule(NamedTuple):
    """One rule of a scheme.

    Attributes:
        id: id within the scheme.
        check: name of the check, a key of ``CHECKS``.
        parameters: what the check's reader made of the parameters; None when the check takes none.
        severity: structural or notation.
        from_date: first day of issue that the rule holds for; None: from the beginning.
        until_date: first day of issue that it no longer holds for; None: without end.
        content: the documents that it holds for, full ones or labels; None: all.
        article: the article behind it.
        text: the rule for people, with what the law leaves open.
    """

    id: str
    check: str
    parameters: Any
    severity: Severity
    from_date: date | None
    until_date: date | None
    content: Content | None
    article: str
    text: str

    def holds_for(self, content: Content, *, issued: date) -> bool:
        """Tell whether the rule holds for documents of a content that are issued on a day."""
        if self.content is not None and self.content is not content:
            return False
        if self.from_date is not None and issued < self.from_date:
            return False
        return self.until_date is None or issued < self.until_date
