"""Schemes out of their files: JSON as described in docs/schemes.md."""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from certmark import strict_json
from certmark.errors import SchemeError
from certmark.model import scheme_json
from certmark.model.rule_json import rule_from
from certmark.model.rules import Severity
from certmark.model.scheme import Scheme, StatusMeaning, StatusMeanings
from certmark.model.syntax import CELEX, SCHEME_ID
from certmark.model.vocabulary import AssuranceLevel, DocumentType, SubjectType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certmark.limits import Limits
    from certmark.model.rules import Rule
    from certmark.model.scheme_json import Reader

_ALWAYS_CHECKED: Final = ("document_type", "assurance_level", "subject_type")


def read(text: str | bytes, *, limits: Limits) -> Scheme:
    """Read a scheme file; see ``Scheme.from_json``."""
    fields = scheme_json.fields_of(
        strict_json.parse(text, what="scheme", limit=limits.document, error=SchemeError),
        "",
        required=tuple(_READERS),
        optional=("notice",),
    )
    notice = _optional_text(fields.get("notice"), "notice")
    digest = sha256(text.encode() if isinstance(text, str) else text).hexdigest()
    scheme = Scheme(notice=notice, digest=digest, **{name: read(fields[name], name) for name, read in _READERS.items()})
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
