"""Schemes as data: who may issue what under which rules, read from JSON and passed as values.

A scheme is frozen and safe to share between threads and processes. There is no registry: whoever judges
certificates is given the schemes that count. The one scheme that ships is EUCC as adopted; see ``eucc``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from certmark.errors import SchemeError
from certmark.limits import DEFAULT_LIMITS
from certmark.model import scheme_json, strict_json
from certmark.model.rules import CHECKS, Judge, Rule, Severity, Violation, rule_from
from certmark.model.scheme_json import Reader
from certmark.model.syntax import CELEX, SCHEME_ID
from certmark.model.vocabulary import AssuranceLevel, Content, DocumentType, SubjectType

if TYPE_CHECKING:
    from certmark.limits import Limits
    from certmark.model.facts import CertificateFacts

Step: TypeAlias = tuple[Rule, Judge, Any]
"""A rule that holds, with the function and the parameters that judge it."""

_ALWAYS_CHECKED: Final = ("document_type", "assurance_level", "subject_type")


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


@dataclass(frozen=True, slots=True)
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
    # the days on which the rules change, and for each content the rules between them: one set more than days
    _changes: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _periods: dict[Content, tuple[tuple[Step, ...], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days = {day for rule in self.rules for day in (rule.from_date, rule.until_date) if day is not None}
        changes = tuple(sorted(days))
        steps = [(rule, CHECKS[rule.check].judge, self._parameters_of(rule)) for rule in self.rules]
        periods = {
            content: tuple(
                tuple(step for step in steps if step[0].holds_for(content, issued=first_day))
                for first_day in (date.min, *changes)
            )
            for content in Content
        }
        object.__setattr__(self, "_changes", changes)
        object.__setattr__(self, "_periods", periods)

    def _parameters_of(self, rule: Rule) -> object:
        scheme_field = CHECKS[rule.check].scheme_field
        return rule.parameters if scheme_field is None else getattr(self, scheme_field)

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
        fields = scheme_json.fields_of(
            strict_json.parse(text, what="scheme", limit=limits.document, error=SchemeError),
            "",
            required=tuple(_READERS),
            optional=("notice",),
        )
        notice = _optional_text(fields.get("notice"), "notice")
        scheme = cls(notice=notice, **{name: read(fields[name], name) for name, read in _READERS.items()})
        _refuse_gaps(scheme)
        return scheme


def _status_meanings(value: object, path: str) -> StatusMeanings:
    fields = scheme_json.fields_of(value, path, required=StatusMeanings._fields)
    meanings = StatusMeanings(*(_status_meaning(fields[name], f"{path}.{name}") for name in StatusMeanings._fields))
    if not meanings.in_force.valid:
        raise SchemeError(f"{path}.in_force.valid is false: a certificate in force is valid, write true")
    for name in ("withdrawn", "expired", "not_yet_valid"):
        if getattr(meanings, name).valid:
            raise SchemeError(f"{path}.{name}.valid is true: such a certificate is not valid, write false")
    for name, meaning in zip(StatusMeanings._fields, meanings, strict=True):
        if meaning.may_promote == "yes" and not meaning.valid:
            raise SchemeError(f"{path}.{name}.may_promote is true: nobody promotes what is not valid, write false")
    return meanings


def _status_meaning(value: object, path: str) -> StatusMeaning:
    fields = scheme_json.fields_of(value, path, required=StatusMeaning._fields)
    return StatusMeaning(
        valid=scheme_json.flag(fields["valid"], f"{path}.valid"),
        may_promote="yes" if scheme_json.flag(fields["may_promote"], f"{path}.may_promote") else "no",
        basis=scheme_json.text(fields["basis"], f"{path}.basis"),
    )


def _refuse_gaps(scheme: Scheme) -> None:
    """Refuse a scheme whose lists are not enforced, or whose rules contradict them."""
    ids = [rule.id for rule in scheme.rules]
    for position, rule_id in enumerate(ids):
        if rule_id in ids[:position]:
            raise SchemeError(f"rules[{position}].id repeats {rule_id!r}: give each rule an id of its own")
    needed = list(_ALWAYS_CHECKED)
    if DocumentType.STATEMENT_OF_CONFORMITY in scheme.document_types:
        needed.append("statement_of_conformity")
    for check in needed:
        if not any(_always_fails(rule, check) for rule in scheme.rules):
            raise SchemeError(f"no structural rule for all days and contents has the check {check!r}: add one")
    for position, rule in enumerate(scheme.rules):
        if rule.check == "no_issuance" and rule.from_date is None and rule.until_date is None:
            raise SchemeError(f"rules[{position}] lets nothing be issued on any day: state from or until")
        if rule.check == "legal_basis" and scheme.legal_basis is None:
            raise SchemeError(f"rules[{position}].check needs a legal basis: state legal_basis or remove the rule")


def _always_fails(rule: Rule, check: str) -> bool:
    unlimited = rule.from_date is None and rule.until_date is None and rule.content is None
    return rule.check == check and rule.severity is Severity.STRUCTURAL and unlimited


_optional_text = scheme_json.nullable(scheme_json.text)

_READERS: Final[Mapping[str, Reader[Any]]] = MappingProxyType(
    {
        "id": scheme_json.identifier(SCHEME_ID),
        "title": scheme_json.text,
        "legal_basis": scheme_json.nullable(scheme_json.identifier(CELEX)),
        "subject_types": scheme_json.list_of(scheme_json.word(SubjectType)),
        "assurance_levels": scheme_json.list_of(scheme_json.word(AssuranceLevel)),
        "document_types": scheme_json.list_of(scheme_json.word(DocumentType)),
        "requires_status": scheme_json.flag,
        "statuses": _status_meanings,
        "rules": scheme_json.list_of(rule_from),
    }
)


@cache
def eucc() -> Scheme:
    """Give EUCC as adopted: Regulation (EU) 2024/482 as amended by (EU) 2024/3144 and (EU) 2025/2462."""
    # imported here: who brings schemes of their own need not pay for it
    from pkgutil import get_data  # noqa: PLC0415

    return Scheme.from_json(get_data(__name__, "schemes/eucc.json") or b"")
