"""Key tables as data: one table reads a decoded map into a value and writes the value back.

A ``Kind`` is a pair of inverse functions between a decoded CBOR value and a Python value. ``record`` makes a kind out
of the fields of a map, so ``wire`` can state trust.cddl as tables.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from certmark.cwt.numericdate import is_time
from certmark.errors import TrustError
from certmark.limits import DEFAULT_LIMITS
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import IntEnum


class Kind(NamedTuple):
    """A pair of inverse functions.

    Attributes:
        read: takes a decoded value and its place for messages, gives the Python value or raises TrustError.
        write: takes the Python value, gives what is encoded.
    """

    read: Callable[[object, str], Any]
    write: Callable[[Any], object]


class Field(NamedTuple):
    """One member of a map.

    Attributes:
        key: integer key.
        name: attribute of the Python value.
        kind: how the member is read and written.
        required: whether the member must be there.
        absent: what an absent member means; such a value is never written.
    """

    key: int
    name: str
    kind: Kind
    required: bool = True
    absent: object = None


def optional(key: int, name: str, kind: Kind, *, absent: object = None) -> Field:
    """Make a field that may be left out."""
    return Field(key, name, kind, required=False, absent=absent)


def record(make: Callable[..., Any], *table: Field) -> Kind:
    """Make the kind of a map with integer keys; unknown and missing keys are refused."""
    known = frozenset(field.key for field in table)
    required = frozenset(field.key for field in table if field.required)

    def read(value: object, where: str) -> Any:  # noqa: ANN401
        if type(value) is not dict:
            raise TrustError(f"{where} must be a map")
        if not required <= value.keys() <= known:
            wrong = ", ".join(sorted(map(ascii, (required - value.keys()) | (value.keys() - known))))
            raise TrustError(f"{where} lacks or does not know key {wrong[:100]}")
        return make(
            **{
                field.name: field.kind.read(value[field.key], f"{where}.{field.name}")
                if field.key in value
                else field.absent
                for field in table
            }
        )

    def write(value: object) -> object:
        members = ((field, getattr(value, field.name)) for field in table)
        return {f.key: f.kind.write(member) for f, member in members if f.required or member != f.absent}

    return Kind(read, write)


def checked(kind: Kind, problem: Callable[[Any], str | None]) -> Kind:
    """Make a kind that also asks what is wrong with the whole value; None means nothing."""

    def read(value: object, where: str) -> Any:  # noqa: ANN401
        result = kind.read(value, where)
        if said := problem(result):
            raise TrustError(f"{where} {said}")
        return result

    return Kind(read, kind.write)


def array_of(kind: Kind, *, least: int = 1, most: int = DEFAULT_LIMITS.entries) -> Kind:
    """Make the kind of an array, read as a tuple."""

    def read(value: object, where: str) -> tuple[Any, ...]:
        if type(value) is not list or not least <= len(value) <= most:
            raise TrustError(f"{where} must be an array of {least} to {most} elements")
        return tuple(kind.read(element, f"{where}[{index}]") for index, element in enumerate(value))

    return Kind(read, lambda value: [kind.write(element) for element in value])


def text(most: int) -> Kind:
    """Make the kind of a text fit to be shown, of at most so many chars."""

    def read(value: object, where: str) -> str:
        if type(value) is not str or len(value) > most:
            raise TrustError(f"{where} must be a text of at most {most} chars")
        if problem := problem_in(value):
            raise TrustError(f"{where} {problem}")
        return value

    return Kind(read, _itself)


def matching(pattern: str) -> Kind:
    """Make the kind of a text of a fixed form."""
    compiled = re.compile(pattern)

    def read(value: object, where: str) -> str:
        if type(value) is not str or not compiled.fullmatch(value):
            raise TrustError(f"{where} must match {pattern}")
        return value

    return Kind(read, _itself)


def number(least: int, most: int) -> Kind:
    """Make the kind of an integer within bounds, both included."""

    def read(value: object, where: str) -> int:
        if type(value) is not int or not least <= value <= most:
            raise TrustError(f"{where} must be a number from {least} to {most}")
        return value

    return Kind(read, _itself)


def digest(size: int) -> Kind:
    """Make the kind of a byte string of fixed size."""

    def read(value: object, where: str) -> bytes:
        if type(value) is not bytes or len(value) != size:
            raise TrustError(f"{where} must be {size} bytes")
        return value

    return Kind(read, _itself)


def enumeration(words: type[IntEnum]) -> Kind:
    """Make the kind of a number that stands for a member of an enumeration."""

    def read(value: object, where: str) -> IntEnum:
        if type(value) is not int or value not in {int(word) for word in words}:
            raise TrustError(f"{where} must be one of {', '.join(f'{word:d} ({word.name.lower()})' for word in words)}")
        return words(value)

    return Kind(read, int)


def nullable(kind: Kind) -> Kind:
    """Make a kind that also takes null, read as None."""
    return Kind(
        lambda value, where: None if value is None else kind.read(value, where),
        lambda value: None if value is None else kind.write(value),
    )


def _itself(value: object) -> object:
    return value


def _read_time(value: object, where: str) -> int:
    if not is_time(value):
        raise TrustError(f"{where} must be whole seconds since 1970")
    return value


def _read_flag(value: object, where: str) -> bool:
    if type(value) is not int or value != 1:
        raise TrustError(f"{where} must be 1 or left out")
    return True


def _read_map(value: object, where: str) -> dict[int, object]:
    if type(value) is not dict:
        raise TrustError(f"{where} must be a map")
    return value


TIME = Kind(_read_time, _itself)
DAY = number(0, 2_932_896)
FLAG = Kind(_read_flag, int)
DIGEST = digest(32)
ANY_MAP = Kind(_read_map, _itself)
"""A map that is read later, when it is needed."""
