"""The kinds of values in a certificate map: how each is checked, measured, written and read.

Checking a value and measuring its one deterministic encoding (RFC 8949 §4.2.1) is one walk: the size of all values is
what tells ``cbor.decode`` whether the encoder took liberties. What is wrong with a value is told as the end of a
sentence that begins with the field's path: `` is not text`` for a value, ``[3] is not text`` for an entry of a list,
``.name is not text`` for a field of a map.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from certmark.cbor import head_size
from certmark.errors import ClaimsError
from certmark.model.identifiers import MAX_GTIN, gtin_from_number, gtin_to_number, has_check_digit
from certmark.model.syntax import FIRST_DAY, LAST_DAY, Syntax, text_problem
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from enum import StrEnum

EPOCH: Final = FIRST_DAY.toordinal()
"""Ordinal of 1970-01-01, from which tokens count days."""

MAX_DAY: Final = LAST_DAY.toordinal() - EPOCH
"""Largest day number of the specification."""


def as_it_is(value: Any) -> Any:  # noqa: ANN401 the type is that of the value
    """Give the value: most are the same in documents and tokens."""
    return value


class Kind(NamedTuple):
    """What the key table knows of a value.

    Attributes:
        cddl: its type in docs/spec/certificate.cddl.
        size: checks a value from outside and gives the bytes of its deterministic encoding, or raises ClaimsError.
        encode: gives what stands in the map for a field of a document, or None for what is left out.
        decode: gives the field of the document for a value that was checked.
        fields: the table of a map.
    """

    cddl: str
    size: Callable[[object], int]
    encode: Callable[[Any], object] = as_it_is
    decode: Callable[[Any], Any] = as_it_is
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

    def size(value: object) -> int:
        if type(value) is not str:
            raise ClaimsError(" is not text")
        # what problem_in says of nearly every text, without the call
        if value.isascii() and value.isprintable() and value and value[0] != " " and value[-1] != " ":
            length = len(value)
            if length <= limit:
                return length + 1 if length < 24 else length + head_size(length)
        found = text_problem(value, limit)
        if found is not None:
            raise ClaimsError(f" {found}")
        return _text_size(value)

    return Kind(f"text-{limit}", size)


def _text_size(value: str) -> int:
    length = len(value) if value.isascii() else len(value.encode())
    return length + head_size(length)


def written(cddl: str, syntax: Syntax, *, vocabulary: int = 0) -> Kind:
    """An identifier or link of one syntax, which is ASCII.

    Args:
        cddl: its name in the specification.
        syntax: how it is written.
        vocabulary: how many right ones to remember, where they are words of a small vocabulary.
    """
    matches = lru_cache(vocabulary)(syntax.matches) if vocabulary else syntax.matches

    def size(value: object) -> int:
        if type(value) is not str:
            raise ClaimsError(" is not text")
        if not matches(value):
            raise ClaimsError(f" {syntax.problem(value)}")
        length = len(value)
        return length + 1 if length < 24 else length + head_size(length)

    return Kind(cddl, size)


def ruled(limit: int, problem_of: Callable[[str], str | None]) -> Kind:
    """Text of at most ``limit`` characters that follows a rule beyond the specification's CDDL."""
    plain = text(limit)

    def size(value: object) -> int:
        measured = plain.size(value)
        found = problem_of(str(value))
        if found is not None:
            raise ClaimsError(f" {found}")
        return measured

    return Kind(plain.cddl, size)


def word(cddl: str, words: Sequence[StrEnum]) -> Kind:
    """A word of a closed list, written as its number from 1; words outside the list are what is left out."""
    numbered = dict(enumerate(words, start=1))
    numbers = {each: number for number, each in numbered.items()}

    def size(value: object) -> int:
        if type(value) is int and value in numbered:
            return 1
        raise ClaimsError(f" is {shown(value)}: it must be {'1' if len(words) == 1 else f'from 1 to {len(words)}'}")

    return Kind(cddl, size, numbers.get, numbered.__getitem__)


def number(cddl: str, first: int, last: int) -> Kind:
    """A whole number from ``first``, which is not negative, to ``last``."""

    def size(value: object) -> int:
        if type(value) is int and first <= value <= last:
            return 1 if value < 24 else head_size(value)
        raise ClaimsError(f" is {shown(value)}: it must be a whole number from {first} to {last}")

    return Kind(cddl, size)


def _day_to_number(value: date) -> int:
    return value.toordinal() - EPOCH


def _day_from_number(value: int) -> date:
    return date.fromordinal(EPOCH + value)


DAY: Final = number("day", 0, MAX_DAY)._replace(encode=_day_to_number, decode=_day_from_number)
"""A day, as days since 1970-01-01."""


def _gtin_size(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_GTIN:
        raise ClaimsError(" is not a GTIN as a number")
    if not has_check_digit(value):
        raise ClaimsError(" has a wrong check digit")
    return head_size(value)


GTIN: Final = Kind("gtin", _gtin_size, gtin_to_number, gtin_from_number)
"""A GTIN, as a number."""


def _digest_size(value: object) -> int:
    if type(value) is bytes and len(value) == 32:
        return 34
    raise ClaimsError(" is not a SHA-256: 32 bytes")


DIGEST: Final = Kind("bstr .size 32", _digest_size, bytes.fromhex, bytes.hex)
"""A SHA-256."""


def _flag_size(value: object) -> int:
    if type(value) is bool:
        return 1
    raise ClaimsError(" is not true or false")


FLAG: Final = Kind("bool", _flag_size)
"""True or false, both stated."""


def _mark_size(value: object) -> int:
    if value is True:
        return 1
    raise ClaimsError(" is not true: leave it out")


MARK: Final = Kind("true", _mark_size, lambda value: value or None)
"""True, or left out."""
