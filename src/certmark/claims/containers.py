"""The kinds of lists and maps in a certificate map, which are made of other kinds; see ``kinds``."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn

from certmark import cbor
from certmark.cbor import head_size
from certmark.claims.kinds import Field, Kind, as_it_is, is_map
from certmark.errors import ClaimsError
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

UNORDERED: Final = 1 << 62
"""Added to the size of a map whose keys stand in another order than its encoding has: longer than any input."""


def list_of(kind: Kind, limit: int, *, agree: Callable[[Sequence[Any]], str | None] | None = None) -> Kind:
    """A list of 1 to ``limit`` different entries.

    Args:
        kind: what each entry is.
        limit: most entries.
        agree: says how entries that are right on their own contradict each other, or None.
    """
    entry_size, encode, decode = kind.size, kind.encode, kind.decode
    hashable = not kind.fields

    def size(value: object) -> int:
        if type(value) is not list and type(value) is not tuple:
            raise ClaimsError(" is not a list")
        length = len(value)
        if not 1 <= length <= limit:
            raise ClaimsError(f" has {length} entries: 1 to {limit} are allowed")
        measured = 1 if length < 24 else head_size(length)
        try:
            for entry in value:
                measured += entry_size(entry)
        except ClaimsError:
            _blame(value, entry_size)
        if length > 1 and (len(set(value)) != length if hashable else _has_twice(value)):
            raise ClaimsError(" has the same entry twice")
        found = None if agree is None else agree(value)
        if found is not None:
            raise ClaimsError(found)
        return measured

    return Kind(
        f"[1*{limit} {kind.cddl}]",
        size,
        (lambda entries: list(entries) or None)
        if encode is as_it_is
        else lambda entries: [encode(entry) for entry in entries] or None,
        tuple if decode is as_it_is else lambda entries: tuple(decode(entry) for entry in entries),
    )


def _blame(entries: Sequence[object], entry_size: Callable[[object], int]) -> NoReturn:
    """Raise for the first wrong entry, with its place."""
    for index, entry in enumerate(entries):
        try:
            entry_size(entry)
        except ClaimsError as error:
            raise ClaimsError(f"[{index}]{error}") from None
    raise AssertionError("no entry is wrong")  # pragma: no cover


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
    # by key: its place in the bytewise order of encodings, the size of the key, and what measures the value
    in_order = sorted((cbor.encode(field.key), field) for field in fields)
    rows = {field.key: (place, len(key), field.kind.size) for place, (key, field) in enumerate(in_order)}
    paths = {field.key: field.path for field in fields}
    required = tuple(field.key for field in fields if field.required)

    def size(value: object) -> int:
        if not is_map(value):
            raise ClaimsError(" is not a map")
        measured = head_size(len(value))
        last = -1
        for key, item in value.items():
            # True and 1.0 would find the row of 1
            row = rows.get(key) if type(key) is int else None
            if row is None:
                raise ClaimsError(f" has the unknown key {shown(key)}")
            place, key_size, size_of = row
            try:
                measured += key_size + size_of(item)
            except ClaimsError as error:
                raise ClaimsError(f".{paths[key]}{error}") from None
            if place < last:
                measured += UNORDERED
            last = place
        for key in required:
            if key not in value:
                raise ClaimsError(f".{paths[key]} is missing")
        found = None if agree is None else agree(value)
        if found is not None:
            raise ClaimsError(found)
        return measured

    return Kind(cddl, size, map_encoder(fields), lambda value: decode_map(fields, value), fields=fields)


def map_encoder(fields: Sequence[Field]) -> Callable[[object], dict[int, object]]:
    """Make what writes the fields that an object has into a map with integer keys, in their order.

    Args:
        fields: at least two rows of a key table.
    """
    rows = sorted(fields)
    all_of = attrgetter(*(field.path for field in rows))
    columns = [(field.key, field.kind.encode) for field in rows]

    def encode(value: object) -> dict[int, object]:
        return {
            key: entry
            for (key, encode), stated in zip(columns, all_of(value), strict=True)
            if stated is not None and (entry := encode(stated)) is not None
        }

    return encode


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
