"""The kinds of values in a certificate map: how each is checked, written and read.

What is wrong with a value is told as the end of a sentence that begins with the field's path: `` is not text`` for a
value, ``[3] is not text`` for an entry of a list, ``.name is not text`` for a field of a map.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from certmark.model.identifiers import MAX_GTIN, gtin_from_number, gtin_to_number, has_check_digit
from certmark.model.syntax import FIRST_DAY, LAST_DAY, Syntax, shown, text_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from enum import StrEnum

EPOCH: Final = FIRST_DAY.toordinal()
"""Ordinal of 1970-01-01, from which tokens count days."""

MAX_DAY: Final = LAST_DAY.toordinal() - EPOCH
"""Largest day number of the specification."""


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 most values are the same in documents and tokens
    return value


class Kind(NamedTuple):
    """What the key table knows of a value.

    Attributes:
        cddl: its type in docs/spec/certificate.cddl.
        problem: says what is wrong with a value from outside, or None.
        encode: gives what stands in the map for a field of a document, or None for what is left out.
        decode: gives the field of the document for a value that has no problem.
        fields: the table of a map.
    """

    cddl: str
    problem: Callable[[object], str | None]
    encode: Callable[[Any], object] = _as_it_is
    decode: Callable[[Any], Any] = _as_it_is
    fields: tuple[Field, ...] = ()


class Field(NamedTuple):
    """One row of a key table.

    Attributes:
        key: integer key in the map.
        path: dotted path of the field in the JSON document, from the map's own object.
        kind: what the value is.
        required: whether the map must have the key.
        certificates_only: whether statements of conformity cannot have it.
    """

    key: int
    path: str
    kind: Kind
    required: bool = False
    certificates_only: bool = False


def is_map(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Tell whether a decoded value is a map."""
    # asking the abstract class takes much longer
    return type(value) is dict or isinstance(value, Mapping)


def text(limit: int) -> Kind:
    """Text for people, of at most ``limit`` characters."""

    def problem(value: object) -> str | None:
        if type(value) is not str:
            return " is not text"
        # what problem_in says of nearly every text, without the call
        if value.isascii() and value.isprintable() and 0 < len(value) <= limit and value.strip() == value:
            return None
        found = text_problem(value, limit)
        return found and f" {found}"

    return Kind(f"text-{limit}", problem)


def written(cddl: str, syntax: Syntax, *, vocabulary: int = 0) -> Kind:
    """An identifier or link of one syntax.

    Args:
        cddl: its name in the specification.
        syntax: how it is written.
        vocabulary: how many right ones to remember, where they are words of a small vocabulary.
    """
    matches = lru_cache(vocabulary)(syntax.matches) if vocabulary else syntax.matches

    def problem(value: object) -> str | None:
        if type(value) is not str:
            return " is not text"
        return None if matches(value) else f" {syntax.problem(value)}"

    return Kind(cddl, problem)


def ruled(limit: int, problem_of: Callable[[str], str | None]) -> Kind:
    """Text of at most ``limit`` characters that follows a rule beyond the specification's CDDL."""
    plain = text(limit)

    def problem(value: object) -> str | None:
        found = plain.problem(value)
        if found is not None or type(value) is not str:
            return found
        found = problem_of(value)
        return found and f" {found}"

    return Kind(plain.cddl, problem)


def word(cddl: str, words: Sequence[StrEnum]) -> Kind:
    """A word of a closed list, written as its number from 1; words outside the list are what is left out."""
    numbered = dict(enumerate(words, start=1))
    numbers = {each: number for number, each in numbered.items()}

    def problem(value: object) -> str | None:
        if type(value) is int and value in numbered:
            return None
        return f" is {shown(value)}: it must be {'1' if len(words) == 1 else f'from 1 to {len(words)}'}"

    return Kind(cddl, problem, numbers.get, numbered.__getitem__)


def number(cddl: str, first: int, last: int) -> Kind:
    """A whole number from ``first`` to ``last``."""

    def problem(value: object) -> str | None:
        if type(value) is int and first <= value <= last:
            return None
        return f" is {shown(value)}: it must be a whole number from {first} to {last}"

    return Kind(cddl, problem)


def _day_to_number(value: date) -> int:
    return value.toordinal() - EPOCH


def _day_from_number(value: int) -> date:
    return date.fromordinal(EPOCH + value)


DAY: Final = number("day", 0, MAX_DAY)._replace(encode=_day_to_number, decode=_day_from_number)
"""A day, as days since 1970-01-01."""


def _gtin_problem(value: object) -> str | None:
    if type(value) is not int or not 0 <= value <= MAX_GTIN:
        return " is not a GTIN as a number"
    return None if has_check_digit(value) else " has a wrong check digit"


GTIN: Final = Kind("gtin", _gtin_problem, gtin_to_number, gtin_from_number)
"""A GTIN, as a number."""


def _digest_problem(value: object) -> str | None:
    return None if type(value) is bytes and len(value) == 32 else " is not a SHA-256: 32 bytes"


DIGEST: Final = Kind("bstr .size 32", _digest_problem, bytes.fromhex, bytes.hex)
"""A SHA-256."""


def _flag_problem(value: object) -> str | None:
    return None if type(value) is bool else " is not true or false"


FLAG: Final = Kind("bool", _flag_problem)
"""True or false, both stated."""


def _mark_problem(value: object) -> str | None:
    return None if value is True else " is not true: leave it out"


MARK: Final = Kind("true", _mark_problem, lambda value: value or None)
"""True, or left out."""


def list_of(kind: Kind, limit: int, *, agree: Callable[[Sequence[Any]], str | None] | None = None) -> Kind:
    """A list of 1 to ``limit`` different entries.

    Args:
        kind: what each entry is.
        limit: most entries.
        agree: says how entries that are right on their own contradict each other, or None.
    """
    entry_problem = kind.problem
    encode, decode = kind.encode, kind.decode
    hashable = not kind.fields

    def problem(value: object) -> str | None:
        if type(value) is not list and type(value) is not tuple:
            return " is not a list"
        if not 1 <= len(value) <= limit:
            return f" has {len(value)} entries: 1 to {limit} are allowed"
        for index, entry in enumerate(value):
            found = entry_problem(entry)
            if found is not None:
                return f"[{index}]{found}"
        if len(value) > 1 and (len(set(value)) != len(value) if hashable else _has_twice(value)):
            return " has the same entry twice"
        return None if agree is None else agree(value)

    return Kind(
        f"[1*{limit} {kind.cddl}]",
        problem,
        lambda entries: [encode(entry) for entry in entries] or None,
        tuple if decode is _as_it_is else lambda entries: tuple(decode(entry) for entry in entries),
    )


def _has_twice(entries: Sequence[object]) -> bool:
    return any(entry in entries[:index] for index, entry in enumerate(entries))


def map_of(
    cddl: str, fields: tuple[Field, ...], *, agree: Callable[[Mapping[Any, Any]], str | None] | None = None
) -> Kind:
    """A map with the keys of a table and no others.

    Args:
        cddl: name of the map in the specification.
        fields: the key table.
        agree: says how fields that are right on their own contradict each other, or None.
    """
    problems = {field.key: field.kind.problem for field in fields}
    paths = {field.key: field.path for field in fields}
    required = tuple(field.key for field in fields if field.required)

    def problem(value: object) -> str | None:
        if not is_map(value):
            return " is not a map"
        for key, item in value.items():
            # True and 1.0 would find the row of 1
            if type(key) is not int or key not in problems:
                return f" has the unknown key {shown(key)}"
            found = problems[key](item)
            if found is not None:
                return f".{paths[key]}{found}"
        for key in required:
            if key not in value:
                return f".{paths[key]} is missing"
        return None if agree is None else agree(value)

    return Kind(
        cddl, problem, lambda value: encode_map(fields, value), lambda value: decode_map(fields, value), fields=fields
    )


def encode_map(fields: Sequence[Field], value: object) -> dict[int, object]:
    """Write the fields that an object has into a map with integer keys."""
    encoded: dict[int, object] = {}
    for field in fields:
        stated = attrgetter(field.path)(value)
        entry = None if stated is None else field.kind.encode(stated)
        if entry is not None:
            encoded[field.key] = entry
    return encoded


def decode_map(fields: Sequence[Field], value: Mapping[int, object]) -> dict[str, Any]:
    """Read a checked map into the shape of the JSON document; what is left out stays left out."""
    decoded: dict[str, Any] = {}
    for field in fields:
        if field.key in value:
            place = decoded
            *parents, name = field.path.split(".")
            for parent in parents:
                place = place.setdefault(parent, {})
            place[name] = field.kind.decode(value[field.key])
    return decoded
