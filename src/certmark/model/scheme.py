"""Schemes as data: who may issue what under which rules, read from JSON and passed as values.

A scheme is frozen and safe to share between threads and processes. There is no registry: whoever judges
certificates is given the schemes that count. The one scheme that ships is EUCC as adopted; see ``eucc``.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from certmark.limits import DEFAULT_LIMITS
from certmark.model.rules import Violation
from certmark.model.vocabulary import Content, DocumentType

if TYPE_CHECKING:
    from certmark.limits import Limits
    from certmark.model.facts import CertificateFacts
    from certmark.model.rule_json import Step
    from certmark.model.rules import Rule
    from certmark.model.vocabulary import AssuranceLevel, SubjectType


class StatusMeaning(NamedTuple):
    """What a status of a certificate means under a scheme.

    Attributes:
        valid: whether the certificate is valid in law while it has this status.
        may_promote: whether the product may be promoted as certified: ``yes`` or ``no``.
        basis: the article, and what it says in a sentence.
    """

    valid: bool
    may_promote: Literal["yes", "no"]
    basis: str


class StatusMeanings(NamedTuple):
    """What each status means under a scheme, by the names that reports use."""

    in_force: StatusMeaning
    suspended: StatusMeaning
    withdrawn: StatusMeaning
    expired: StatusMeaning
    not_yet_valid: StatusMeaning


@dataclass(frozen=True)
class Scheme:
    """A cybersecurity certification scheme.

    Attributes:
        id: id that certificates carry, as ``EUCC``.
        title: full name.
        notice: what everyone who meets the scheme must be told (draft, fictitious), or None.
        legal_basis: CELEX number of the act that adopted it; None when there is no such act.
        subject_types: what it certifies.
        assurance_levels: the levels it knows.
        document_types: certificates, statements of conformity (then self-assessment is allowed), or both.
        requires_status: whether a token must refer to a status list.
        statuses: what each status means.
        rules: the rules, in the order of the file.
        digest: SHA-256 of the file in hexadecimal, empty where there was none; it decides nothing.
    """

    id: str
    title: str
    notice: str | None
    legal_basis: str | None
    subject_types: tuple[SubjectType, ...]
    assurance_levels: tuple[AssuranceLevel, ...]
    document_types: tuple[DocumentType, ...]
    requires_status: bool
    statuses: StatusMeanings
    rules: tuple[Rule, ...]
    digest: str = field(default="", compare=False)

    @cached_property
    def _changes(self) -> tuple[date, ...]:
        """The days on which the rules change."""
        days = {day for rule in self.rules for day in (rule.from_date, rule.until_date) if day is not None}
        return tuple(sorted(days))

    @cached_property
    def _periods(self) -> dict[Content, tuple[tuple[Step, ...], ...]]:
        """For each content the rules between these days: one set more than days."""
        from certmark.model.rule_json import step_of  # noqa: PLC0415 as in from_json

        steps = [step_of(rule, self) for rule in self.rules]
        return {
            content: tuple(
                tuple(step for step in steps if step[0].holds_for(content, issued=first_day))
                for first_day in (date.min, *self._changes)
            )
            for content in Content
        }

    @property
    def evaluation_types(self) -> tuple[Literal["third_party", "self_assessment"], ...]:
        """How subjects may be evaluated: by a third party for certificates, by the maker for statements."""
        return tuple(
            "third_party" if document_type is DocumentType.CERTIFICATE else "self_assessment"
            for document_type in self.document_types
        )

    def violations(self, facts: CertificateFacts) -> tuple[Violation, ...]:
        """Give every rule that a certificate breaks, judged by the rules of its day of issue.

        Args:
            facts: a certificate of this scheme, or the checked claims of one. Whether ``facts.scheme`` names
                this scheme is not judged here.
        """
        found: list[Violation] = []
        steps = self._periods[facts.content][bisect_right(self._changes, facts.issued)]
        for rule, judge, parameters in steps:
            finding = judge(facts, parameters)
            if finding is not None:
                found.append(Violation(rule.id, rule.severity, rule.article, finding.field, finding.message))
        return tuple(found)

    @classmethod
    def from_json(cls, text: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> Scheme:
        """Read a scheme file.

        Args:
            text: JSON as described in docs/schemes.md, as text or UTF-8 bytes.
            limits: ``limits.document`` bounds its size, in bytes.

        Raises:
            SchemeError: anything that is not as described; the message names the path and what to do.
        """
        # imported here: who verifies under schemes that are loaded already reads none
        from certmark.model.scheme_file import read  # noqa: PLC0415

        return read(text, limits=limits)


@cache
def eucc() -> Scheme:
    """Give EUCC as adopted: Regulation (EU) 2024/482 as amended by (EU) 2024/3144 and (EU) 2025/2462."""
    # imported here: who brings schemes of their own need not pay for it
    from pkgutil import get_data  # noqa: PLC0415

    return Scheme.from_json(get_data(__name__, "schemes/eucc.json") or b"")
