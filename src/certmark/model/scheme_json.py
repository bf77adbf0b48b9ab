"""Strict JSON for scheme files, read by hand: every refusal names the path of the value and what to do.

A reader takes a JSON value and its path and gives the checked value, or raises SchemeError. Nothing is
coerced: ``"5"`` is no number and ``1`` is no truth value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from certmark.errors import SchemeError
from certmark.model.syntax import Syntax, text_problem
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)

Reader = Callable[[object, str], T]
"""Takes a JSON value and its dotted path; gives the checked value or raises SchemeError."""

TEXT_LENGTH = 4_000
"""Longest text in a scheme file, in chars."""

_RULE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def fields_of(
    value: object, path: str, *, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> dict[str, object]:
    """Read an object that has all the required names and no unknown ones.

    Raises:
        SchemeError: not an object, or a name is missing or unknown.
    """
    where = path or "the scheme"
    if not isinstance(value, dict):
        raise SchemeError(f"{where} must be an object")
    known = (*required, *optional)
    for name in value:
        if name not in known:
            allowed = ", ".join(known) or "no fields"
            raise SchemeError(f"{where} has the unknown field {shown(name)}: use {allowed}")
    for name in required:
        if name not in value:
            raise SchemeError(f"{where} lacks the field {name!r}: add it")
    return value


def text(value: object, path: str) -> str:
    """Read a text of 1 to 4000 chars that may be shown to people."""
    if not isinstance(value, str):
        raise SchemeError(f"{path} must be a text")
    problem = text_problem(value, TEXT_LENGTH)
    if problem is not None:
        raise SchemeError(f"{path} {problem}: correct the text")
    return value


def identifier(syntax: Syntax) -> Reader[str]:
    """Make a reader of one kind of identifier."""

    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or syntax.problem(value) is not None:
            raise SchemeError(f"{path} is {shown(value)}: write {syntax.name}, such as {syntax.example}")
        return value

    return read


def rule_id(value: object, path: str) -> str:
    """Read the id of a rule: 1 to 64 small letters, digits and hyphens."""
    if not isinstance(value, str) or not _RULE_ID.fullmatch(value):
        raise SchemeError(f"{path} is {shown(value)}: write up to 64 small letters, digits and hyphens")
    return value


def flag(value: object, path: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise SchemeError(f"{path} is {shown(value)}: write true or false")
    return value


def whole_number(minimum: int, maximum: int) -> Reader[int]:
    """Make a reader of whole numbers within two bounds, both included."""

    def read(value: object, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise SchemeError(f"{path} is {shown(value)}: write a whole number from {minimum} to {maximum}")
        return value

    return read


def day(value: object, path: str) -> date:
    """Read a date as YYYY-MM-DD."""
    problem = f"{path} is {shown(value)}: write a date of the calendar as YYYY-MM-DD"
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise SchemeError(problem)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SchemeError(problem) from error


def word(words: type[W]) -> Reader[W]:
    """Make a reader of one word of a closed list."""

    def read(value: object, path: str) -> W:
        for member in words:
            if value == member.value:
                return member
        raise SchemeError(f"{path} is {shown(value)}: write one of {', '.join(words)}")

    return read


def list_of(reader: Reader[T], *, minimum: int = 1) -> Reader[tuple[T, ...]]:
    """Make a reader of lists without repetitions that have at least ``minimum`` elements."""

    def read(value: object, path: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise SchemeError(f"{path} must be a list")
        if len(value) < minimum:
            raise SchemeError(f"{path} is empty: name at least {minimum}")
        elements = tuple(reader(element, f"{path}[{position}]") for position, element in enumerate(value))
        seen: set[T] = set()
        for position, element in enumerate(elements):
            if element in seen:
                raise SchemeError(f"{path}[{position}] repeats {shown(value[position])}: remove it")
            seen.add(element)
        return elements

    return read


def nullable(reader: Reader[T]) -> Reader[T | None]:
    """Make a reader that also takes null, which it reads as None."""

    def read(value: object, path: str) -> T | None:
        return None if value is None else reader(value, path)

    return read
