"""Rules out of the JSON of a scheme file: the checks that it may name, and the parameters that each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from certmark.errors import SchemeError
from certmark.model import checks, scheme_json
from certmark.model.checks import Finding
from certmark.model.facts import CertificateFacts
from certmark.model.names import Names
from certmark.model.rules import Rule, Severity
from certmark.model.scheme_json import Reader
from certmark.model.stated import ALWAYS_STATED, STATABLE
from certmark.model.vocabulary import AssuranceLevel, Content, SubjectType, TechnicalDomain
from certmark.text import shown

if TYPE_CHECKING:
    from certmark.model.scheme import Scheme

Judge: TypeAlias = Callable[[CertificateFacts, Any], Finding | None]
"""Judges the facts of a certificate by parameters; None: nothing is wrong."""


Step: TypeAlias = tuple[Rule, Judge, Any]
"""A rule, with the function and the parameters that judge it."""


class Check(NamedTuple):
    """A named check.

    Attributes:
        judge: the function of a certificate's facts and of the parameters.
        readers: a reader for each parameter, by name; all are required.
        parameters: makes the value that ``judge`` takes from what the readers gave, by keyword.
        scheme_field: for a check without parameters: the field of the scheme that ``judge`` takes instead.
    """

    judge: Judge
    readers: Mapping[str, Reader[Any]] = MappingProxyType({})
    parameters: Callable[..., Any] | None = None
    scheme_field: str | None = None


def _names(value: object, path: str) -> Names:
    return Names.of(scheme_json.list_of(scheme_json.text)(value, path))


def _path(value: object, path: str) -> str:
    if not isinstance(value, str) or value not in ALWAYS_STATED | STATABLE:
        raise SchemeError(f"{path} is {shown(value)}: name a field of a certificate that tokens carry, as holder.name")
    return value


def _ava_vans_by_level(value: object, path: str) -> tuple[tuple[AssuranceLevel, tuple[int, ...]], ...]:
    read = scheme_json.list_of(scheme_json.whole_number(1, 5))
    levels = scheme_json.fields_of(value, path, optional=tuple(AssuranceLevel))
    if not levels:
        raise SchemeError(f"{path} is empty: give each assurance level its AVA_VAN levels")
    return tuple((AssuranceLevel(name), read(ava_vans, f"{path}.{name}")) for name, ava_vans in levels.items())


_subject_types = scheme_json.list_of(scheme_json.word(SubjectType))
_technical_domains = scheme_json.list_of(scheme_json.word(TechnicalDomain), minimum=0)
_assurance_levels = scheme_json.list_of(scheme_json.word(AssuranceLevel))

CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "document_type": Check(checks.document_type, scheme_field="document_types"),
        "assurance_level": Check(checks.assurance_level, scheme_field="assurance_levels"),
        "subject_type": Check(checks.subject_type, scheme_field="subject_types"),
        "legal_basis": Check(checks.legal_basis, scheme_field="legal_basis"),
        "subject_type_excluded": Check(
            checks.subject_type_excluded, {"subject_types": _subject_types}, checks.ExcludedSubjectTypes
        ),
        "statement_of_conformity": Check(
            checks.statement_of_conformity, {"assurance_levels": _assurance_levels}, checks.StatementLevels
        ),
        "ava_van_for_level": Check(checks.ava_van_for_level, {"levels": _ava_vans_by_level}, checks.AvaVanLevels),
        "ava_van_grounds": Check(
            checks.ava_van_grounds,
            {
                "from_ava_van": scheme_json.whole_number(1, 5),
                "technical_domains": _technical_domains,
                "protection_profiles": _names,
                "methodology_approval": scheme_json.flag,
            },
            checks.AvaVanGrounds,
        ),
        "validity": Check(
            checks.validity,
            {
                "years": scheme_json.whole_number(1, 100),
                "longer_with_approval": scheme_json.flag,
                "exempt_subject_types": scheme_json.list_of(scheme_json.word(SubjectType), minimum=0),
            },
            checks.Validity,
        ),
        "no_issuance": Check(checks.no_issuance),
        "standards_excluded": Check(checks.standards_excluded, {"standards": _names}, checks.ExcludedStandards),
        "eal_without_plus": Check(checks.eal_without_plus),
        "augmented_components": Check(checks.augmented_components),
        "required_fields": Check(
            checks.required_fields,
            {"fields": scheme_json.list_of(_path)},
            checks.RequiredFields.of,
        ),
    }
)
"""Every check that a scheme file may name."""


def step_of(rule: Rule, scheme: Scheme) -> Step:
    """Put a rule together with what judges it."""
    check = CHECKS[rule.check]
    parameters = rule.parameters if check.scheme_field is None else getattr(scheme, check.scheme_field)
    return rule, check.judge, parameters


def rule_from(value: object, path: str) -> Rule:
    """Read a rule from its JSON value.

    Raises:
        SchemeError: a field or parameter that is missing, unknown or wrong, or an unknown check.
    """
    fields = scheme_json.fields_of(
        value,
        path,
        required=("id", "check", "severity", "article", "text"),
        optional=("parameters", "from", "until", "content"),
    )
    name = fields["check"]
    check = CHECKS.get(name) if isinstance(name, str) else None
    if check is None:
        raise SchemeError(f"{path}.check is {shown(name)}: write one of {', '.join(CHECKS)}")
    rule = Rule(
        id=scheme_json.rule_id(fields["id"], f"{path}.id"),
        check=str(name),
        parameters=_parameters(check, fields.get("parameters", {}), f"{path}.parameters"),
        severity=scheme_json.word(Severity)(fields["severity"], f"{path}.severity"),
        from_date=scheme_json.nullable(scheme_json.day)(fields.get("from"), f"{path}.from"),
        until_date=scheme_json.nullable(scheme_json.day)(fields.get("until"), f"{path}.until"),
        content=scheme_json.nullable(scheme_json.word(Content))(fields.get("content"), f"{path}.content"),
        article=scheme_json.text(fields["article"], f"{path}.article"),
        text=scheme_json.text(fields["text"], f"{path}.text"),
    )
    if rule.from_date is not None and rule.until_date is not None and rule.from_date >= rule.until_date:
        raise SchemeError(f"{path}.until must be later than {path}.from: the day itself no longer counts")
    return rule


def _parameters(check: Check, value: object, path: str) -> object:
    fields = scheme_json.fields_of(value, path, required=tuple(check.readers))
    if check.parameters is None:
        return None
    values = {name: read(fields[name], f"{path}.{name}") for name, read in check.readers.items()}
    parameters: object = check.parameters(**values)
    return parameters
