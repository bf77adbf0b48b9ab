"""Fields of a certificate map by their path in the JSON document: reading one, and telling whether it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, Self, TypeVar, overload

from certmark.claims.keys import CERTIFICATE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class _Place(NamedTuple):
    keys: tuple[int, ...]
    decode: Callable[[Any], Any]


def _places() -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for field in CERTIFICATE_FIELDS:
        places[field.path] = _Place((field.key,), field.kind.decode)
        for inner in field.kind.fields:
            places[f"{field.path}.{inner.path}"] = _Place((field.key, inner.key), inner.kind.decode)
    return places


_PLACES: Final = _places()
_ALWAYS_STATED: Final = frozenset(
    {"id", "document_type", "content", "coverage", "coverage.extent", "issued", "valid_until"}
)


def is_stated(certificate: Mapping[int, Any], path: str) -> bool:
    """Tell whether a field of the model is present, by its dotted JSON path (``holder.address``).

    Args:
        certificate: a checked certificate map.
        path: a path of the model; of others nothing is present.
    """
    if path in _ALWAYS_STATED:
        return True
    place = _PLACES.get(path)
    if place is None:
        return False
    fields: Any = certificate
    for key in place.keys:
        if key not in fields:
            return False
        fields = fields[key]
    return True


class HasCertificate(Protocol):
    """What reads its fields from a checked certificate map."""

    @property
    def certificate(self) -> Mapping[int, Any]:
        """The map."""


class Stated(Generic[T]):
    """A read-only attribute: one field of the checked certificate map, decoded when it is asked for."""

    __slots__ = ("_decode", "_default", "_key", "_outer")

    def __init__(self, path: str, default: Any = None) -> None:  # noqa: ANN401 the type is that of the field
        place = _PLACES[path]
        self._outer = place.keys[0] if len(place.keys) > 1 else None
        self._key = place.keys[-1]
        self._decode = place.decode
        self._default = default

    @overload
    def __get__(self, owner: None, owner_type: type) -> Self: ...
    @overload
    def __get__(self, owner: HasCertificate, owner_type: type) -> T: ...

    def __get__(self, owner: HasCertificate | None, owner_type: type) -> T | Self:
        if owner is None:
            return self
        fields = owner.certificate
        if self._outer is not None:
            fields = fields.get(self._outer, {})
        found: T = self._decode(fields[self._key]) if self._key in fields else self._default
        return found
