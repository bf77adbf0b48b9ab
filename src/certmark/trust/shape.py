"""Key tables as data: one table reads a decoded map into a value and writes the value back.

A ``Kind`` is a pair of inverse functions between a decoded CBOR value and a Python value. ``record`` makes a kind out
of the fields of a map, so ``wire`` can state trust.cddl as tables. Each kind also says what it is made of, for those
who write lists in another form (``publish.list_json``).
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from certmark.cwt.numericdate import is_time
from certmark.errors import TrustError
from certmark.limits import DEFAULT_LIMITS
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import IntEnum


class UnfitError(Exception):
    """What is wrong with a value. It learns its place on the way up, so that right values pay for no message."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.place = ""

    def inside(self, step: str) -> None:
        """Put one more step before the place."""
        self.place = step + self.place


class Kind(NamedTuple):
    """A pair of inverse functions.

    Attributes:
        parse: takes a decoded value, gives the Python value or raises UnfitError.
        write: takes the Python value, gives what is encoded.
        form: what the decoded value is made of.
    """

    parse: Callable[[object], Any]
    write: Callable[[Any], object]
    form: Form = None

    def read(self, value: object, where: str) -> Any:  # noqa: ANN401 what the kind gives
        """Parse a decoded value.

        Args:
            value: as decoded.
            where: its place, for the message.

        Raises:
            TrustError: with the place and what is wrong there.
        """
        try:
            return self.parse(value)
        except UnfitError as unfit:
            raise TrustError(f"{where}{unfit.place} {unfit}") from unfit


class Meaning(Enum):
    """What a decoded value means beyond its type."""

    TIME = auto()
    DAY = auto()
    DIGEST = auto()
    FLAG = auto()
    COSE_KEY = auto()
    CERTIFICATE = auto()


class ArrayOf(NamedTuple):
    """The form of an array."""

    element: Kind


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


Form: TypeAlias = "tuple[Field, ...] | ArrayOf | Meaning | Mapping[int, str] | None"
"""Fields of a map, elements of an array, what a value means, the words that numbers stand for; None: just itself."""


def optional(key: int, name: str, kind: Kind, *, absent: object = None) -> Field:
    """Make a field that may be left out."""
    return Field(key, name, kind, required=False, absent=absent)


def record(make: Callable[..., Any], *table: Field) -> Kind:
    """Make the kind of a map with integer keys; unknown and missing keys are refused."""
    fields = {field.key: (field.name, field.kind.parse) for field in table}
    required = frozenset(field.key for field in table if field.required)
    absent = {field.name: field.absent for field in table}

    def parse(value: object) -> Any:  # noqa: ANN401
        if type(value) is not dict:
            raise UnfitError("must be a map")
        if not required <= value.keys() <= fields.keys():
            wrong = ", ".join(sorted(map(ascii, (required - value.keys()) | (value.keys() - fields.keys()))))
            raise UnfitError(f"lacks or does not know key {wrong[:100]}")
        members = absent.copy()
        name = ""
        try:
            for key, member in value.items():
                name, parse_member = fields[key]
                members[name] = parse_member(member)
        except UnfitError as unfit:
            unfit.inside(f".{name}")
            raise
        return make(**members)

    def write(value: object) -> object:
        members = ((field, getattr(value, field.name)) for field in table)
        return {f.key: f.kind.write(member) for f, member in members if f.required or member != f.absent}

    return Kind(parse, write, table)


def checked(kind: Kind, problem: Callable[[Any], str | None]) -> Kind:
    """Make a kind that also asks what is wrong with the whole value; None means nothing."""
    parse_value = kind.parse

    def parse(value: object) -> Any:  # noqa: ANN401
        result = parse_value(value)
        if said := problem(result):
            raise UnfitError(said)
        return result

    return kind._replace(parse=parse)


def array_of(kind: Kind, *, least: int = 1, most: int = DEFAULT_LIMITS.entries) -> Kind:
    """Make the kind of an array, read as a tuple."""
    parse_element = kind.parse

    def parse(value: object) -> tuple[Any, ...]:
        if type(value) is not list or not least <= len(value) <= most:
            raise UnfitError(f"must be an array of {least} to {most} elements")
        elements: list[Any] = []
        try:
            for element in value:
                elements.append(parse_element(element))  # noqa: PERF401 their number says where it failed
        except UnfitError as unfit:
            unfit.inside(f"[{len(elements)}]")
            raise
        return tuple(elements)

    return Kind(parse, lambda value: [kind.write(element) for element in value], ArrayOf(kind))


def text(most: int) -> Kind:
    """Make the kind of a text fit to be shown, of at most so many chars."""

    def parse(value: object) -> str:
        if type(value) is not str or len(value) > most:
            raise UnfitError(f"must be a text of at most {most} chars")
        if problem := problem_in(value):
            raise UnfitError(problem)
        return value

    return Kind(parse, _itself)


def matching(pattern: str) -> Kind:
    """Make the kind of a text of a fixed form."""
    matches = re.compile(pattern).fullmatch

    def parse(value: object) -> str:
        if type(value) is not str or not matches(value):
            raise UnfitError(f"must match {pattern}")
        return value

    return Kind(parse, _itself)


def number(least: int, most: int) -> Kind:
    """Make the kind of an integer within bounds, both included."""

    def parse(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise UnfitError(f"must be a number from {least} to {most}")
        return value

    return Kind(parse, _itself)


def worded(*words: str) -> Kind:
    """Make the kind of a number, from 1, that stands for a word and stays a number."""
    return number(1, len(words))._replace(form=dict(enumerate(words, 1)))


def digest(size: int) -> Kind:
    """Make the kind of a byte string of fixed size."""

    def parse(value: object) -> bytes:
        if type(value) is not bytes or len(value) != size:
            raise UnfitError(f"must be {size} bytes")
        return value

    return Kind(parse, _itself, Meaning.DIGEST)


def certificate(most: int) -> Kind:
    """Make the kind of the DER of a certificate of at most so many bytes; what it says is read when it is needed."""

    def parse(value: object) -> bytes:
        if type(value) is not bytes or not 0 < len(value) <= most:
            raise UnfitError(f"must be a certificate of at most {most} bytes")
        return value

    return Kind(parse, _itself, Meaning.CERTIFICATE)


def enumeration(words: type[IntEnum]) -> Kind:
    """Make the kind of a number that stands for a member of an enumeration."""
    numbered = {int(word): word for word in words}

    def parse(value: object) -> IntEnum:
        if type(value) is not int or value not in numbered:
            raise UnfitError(f"must be one of {', '.join(f'{word:d} ({word.name.lower()})' for word in words)}")
        return numbered[value]

    return Kind(parse, int, {int(word): word.name.lower() for word in words})


def nullable(kind: Kind) -> Kind:
    """Make a kind that also takes null, read as None."""
    return Kind(
        lambda value: None if value is None else kind.parse(value),
        lambda value: None if value is None else kind.write(value),
        kind.form,
    )


def _itself(value: object) -> object:
    return value


def _time(value: object) -> int:
    if not is_time(value):
        raise UnfitError("must be whole seconds since 1970")
    return value


def _flag(value: object) -> bool:
    if type(value) is not int or value != 1:
        raise UnfitError("must be 1 or left out")
    return True


def _map(value: object) -> dict[int, object]:
    if type(value) is not dict:
        raise UnfitError("must be a map")
    return value


TIME = Kind(_time, _itself, Meaning.TIME)
DAY = number(0, 2_932_896)._replace(form=Meaning.DAY)
FLAG = Kind(_flag, int, Meaning.FLAG)
DIGEST = digest(32)
ANY_MAP = Kind(_map, _itself)
"""A map that is read later, when it is needed."""
