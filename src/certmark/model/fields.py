"""The kinds of fields that documents are made of, as annotated types: the bounds of docs/spec/certificate.cddl."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    SerializerFunctionWrapHandler,
    Strict,
    model_serializer,
)

from certmark.model.assurance import MAX_AVA_VAN, MAX_EAL
from certmark.model.identifiers import GTIN_PATTERN, cpe_problem, gtin_problem, purl_problem
from certmark.model.syntax import (
    CELEX,
    CERTIFICATE_ID,
    COMPONENT,
    COUNTRY,
    FIRST_DAY,
    HTTPS_URI,
    SCHEME_ID,
    SHA256,
    Syntax,
    text_problem,
)
from certmark.text import shown

T = TypeVar("T")

_ISO_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FrozenModel(BaseModel):
    """A value that never changes and has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @model_serializer(mode="wrap")
    def _leave_out_absent(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in serialize(self).items() if value is not None and value not in ((), [])}

    def states(self, field: str) -> bool:
        """Tell whether a field is present, by its dotted JSON path (``holder.address``).

        A field that has a default is always present. Paths that lead into a list name nothing.
        """
        name, _, rest = field.partition(".")
        if name not in type(self).model_fields:
            return False
        value = getattr(self, name)
        if rest:
            return isinstance(value, FrozenModel) and value.states(rest)
        return value is not None and value != ()


def raise_problem(problem: str | None) -> None:
    """Hand what is wrong with a value to pydantic, which collects ValueErrors.

    Raises:
        ValueError: there is a problem.
    """
    if problem is not None:
        raise ValueError(problem)


def _without(problem_of: Callable[[str], str | None]) -> AfterValidator:
    def check(value: str) -> str:
        problem = problem_of(value)
        raise_problem(problem and f"{shown(value)} {problem}")
        return value

    return AfterValidator(check)


def _of_length(limit: int) -> AfterValidator:
    def check(value: str) -> str:
        raise_problem(text_problem(value, limit))
        return value

    return AfterValidator(check)


def _day(value: object) -> date:
    # date.fromisoformat takes 20250101 and 2025-W01-1 too, and a datetime is a date for isinstance
    day = value if type(value) is date else None
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
    if day is None:
        raise ValueError(f"{shown(value)} is not a date of the calendar: write it as YYYY-MM-DD")
    if day < FIRST_DAY:
        raise ValueError(f"{day} is before {FIRST_DAY}, the first day that a token can carry")
    return day


def _array(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list")  # noqa: TRY004 pydantic collects ValueErrors
    return tuple(value)


def _distinct(value: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(value)) == len(value):
        return value
    twice = next(index for index, item in enumerate(value) if item in value[:index])
    raise ValueError(f"has the same entry at {value.index(value[twice])} and {twice}: remove one of them")


def _pattern(syntax: Syntax) -> dict[str, Any]:
    return {"pattern": f"^(?:{syntax.pattern})$"}


def _length(limit: int) -> dict[str, Any]:
    return {"minLength": 1, "maxLength": limit}


_ARRAY: Final = BeforeValidator(_array)
_DISTINCT: Final = AfterValidator(_distinct)
_UNIQUE: Final[dict[str, Any]] = {"uniqueItems": True}

Text100 = Annotated[str, Strict(), _of_length(100), Field(json_schema_extra=_length(100))]
Text200 = Annotated[str, Strict(), _of_length(200), Field(json_schema_extra=_length(200))]
Text500 = Annotated[str, Strict(), _of_length(500), Field(json_schema_extra=_length(500))]
Text1000 = Annotated[str, Strict(), _of_length(1000), Field(json_schema_extra=_length(1000))]
Text1200 = Annotated[str, Strict(), _of_length(1200), Field(json_schema_extra=_length(1200))]

SchemeId = Annotated[str, Strict(), _without(SCHEME_ID.problem), Field(json_schema_extra=_pattern(SCHEME_ID))]
CertificateId = Annotated[
    str, Strict(), _without(CERTIFICATE_ID.problem), Field(json_schema_extra=_pattern(CERTIFICATE_ID))
]
Celex = Annotated[str, Strict(), _without(CELEX.problem), Field(json_schema_extra=_pattern(CELEX))]
Component = Annotated[str, Strict(), _without(COMPONENT.problem), Field(json_schema_extra=_pattern(COMPONENT))]
Country = Annotated[str, Strict(), _without(COUNTRY.problem), Field(json_schema_extra=_pattern(COUNTRY))]
HttpsUri = Annotated[str, Strict(), _without(HTTPS_URI.problem), Field(json_schema_extra=_pattern(HTTPS_URI))]
Sha256 = Annotated[
    str, Strict(), _without(SHA256.problem), AfterValidator(str.lower), Field(json_schema_extra=_pattern(SHA256))
]
Gtin = Annotated[
    str,
    Strict(),
    _without(gtin_problem),
    AfterValidator(lambda digits: digits.zfill(14)),
    Field(json_schema_extra={"pattern": f"^(?:{GTIN_PATTERN})$"}),
]
Cpe = Annotated[str, Strict(), _of_length(400), _without(cpe_problem), Field(json_schema_extra=_length(400))]
Purl = Annotated[str, Strict(), _of_length(400), _without(purl_problem), Field(json_schema_extra=_length(400))]
Day = Annotated[date, BeforeValidator(_day)]

Eal = Annotated[int, Strict(), Field(ge=1, le=MAX_EAL)]
AvaVan = Annotated[int, Strict(), Field(ge=1, le=MAX_AVA_VAN)]
Flag = Annotated[bool, Strict()]

# The first wrong entry is told, and no others: a long list of wrong ones must not cost a message each.
UpTo8 = Annotated[tuple[T, ...], Field(max_length=8, json_schema_extra=_UNIQUE), FailFast(), _ARRAY, _DISTINCT]
UpTo16 = Annotated[tuple[T, ...], Field(max_length=16, json_schema_extra=_UNIQUE), FailFast(), _ARRAY, _DISTINCT]
UpTo64 = Annotated[tuple[T, ...], Field(max_length=64, json_schema_extra=_UNIQUE), FailFast(), _ARRAY, _DISTINCT]
UpTo256 = Annotated[tuple[T, ...], Field(max_length=256, json_schema_extra=_UNIQUE), FailFast(), _ARRAY, _DISTINCT]
OneTo64 = Annotated[
    tuple[T, ...], Field(min_length=1, max_length=64, json_schema_extra=_UNIQUE), FailFast(), _ARRAY, _DISTINCT
]
