"""Root and lists as JSON, the form in which their keepers write and review them.

The JSON is a projection of the signed map without loss, made from the tables of ``wire``: members have their names,
times are RFC 3339 in UTC, days ``YYYY-MM-DD``, digests hexadecimal, words stand for numbers, and a key is its COSE_Key
in base64url with algorithm and key id beside it, a certificate its DER in base64. What each version has anew (sequence
number, next update, digest of the version before) is no part of it; a closed list says ``"closed": true``.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark import cbor, strict_json
from certmark.cose.algorithms import TRAITS
from certmark.cose.keys import VerificationKey
from certmark.cwt.numericdate import from_days, from_seconds, to_days, to_seconds
from certmark.errors import CborError, KeyFormatError, PublishingError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.text import shown
from certmark.trust import wire
from certmark.trust.lists import Content, NationalMap, RootMap, UnionMap
from certmark.trust.shape import ArrayOf, Kind, Meaning, UnfitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certmark.trust.shape import Field

TYPES: Final[dict[str, tuple[type[Content], Kind]]] = {
    "root": (RootMap, wire.ROOT),
    "union_list": (UnionMap, wire.UNION),
    "national_list": (NationalMap, wire.NATIONAL),
}
_SEQUENCE_NUMBER, _NEXT_UPDATE, _CLOSED, _COSE_KEY = "sequence_number", "next_update", "closed", "cose_key"
_VERSIONED: Final = frozenset({_SEQUENCE_NUMBER, _NEXT_UPDATE, "prev_digest"})
"""Members that each version has anew."""
_ENVELOPE: Final = ("type", "operator", "list_id")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_HEX = re.compile("([0-9a-f]{2})*")
_BASE64URL = re.compile("[A-Za-z0-9_-]{1,8000}")
_BASE64 = re.compile("([A-Za-z0-9+/]{4}){0,2731}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class ListDocument(NamedTuple):
    """A root or list as its keeper writes it, before it is a version.

    Attributes:
        operator: scheme operator that keeps it (iss).
        list_id: its id, the same in every version (sub).
        content: what it says; sequence number 1 and next update 0 stand for those of the next version, and next update
            None for a list that is closed.
    """

    operator: str
    list_id: str
    content: Content


def load_list(json_text: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> ListDocument:
    """Read a root or list from JSON.

    Args:
        json_text: one JSON object, as text or as UTF-8 bytes.
        limits: ``limits.bundle`` bounds the size, in bytes.

    Raises:
        PublishingError: not such JSON; the message begins with the place (``entities[2].services[0].keys[1]``).
    """
    value = strict_json.parse(json_text, what="list", limit=limits.bundle, error=PublishingError)
    if not isinstance(value, dict):
        raise PublishingError("the list is not a JSON object: write one root or list, in braces")
    name = value.get("type")
    if not isinstance(name, str) or name not in TYPES:
        raise PublishingError(f"type must be one of {', '.join(TYPES)}, not {shown(name)}")
    try:
        operator, list_id = (at_place(member, wire.NAME.parse, value.get(member)) for member in _ENVELOPE[1:])
        kind = TYPES[name][1]
        members = {member: each for member, each in value.items() if member not in _ENVELOPE}
        content: Content = kind.parse(_from_json(kind, members))
        _check_entities(content)
    except UnfitError as unfit:
        raise PublishingError(f"{unfit.place.lstrip('.')} {unfit}".lstrip()) from unfit
    return ListDocument(operator, list_id, content)


def dump_list(document: ListDocument) -> str:
    """Write a root or list as indented JSON that ends in a newline; equal documents give equal text.

    Raises:
        PublishingError: an entity that cannot be read, which a signed list of others may hold.
    """
    name, kind = next((name, kind) for name, (type_, kind) in TYPES.items() if isinstance(document.content, type_))
    envelope = dict(zip(_ENVELOPE, (name, document.operator, document.list_id), strict=True))
    try:
        _check_entities(document.content)
        members = _to_json(kind, kind.write(document.content))
    except UnfitError as unfit:
        raise PublishingError(f"{unfit.place.lstrip('.')} {unfit}".lstrip()) from unfit
    return json.dumps({**envelope, **members}, ensure_ascii=False, indent=2) + "\n"


def _check_entities(content: Content) -> None:
    """Read the entities, which the tables of lists leave to whoever asks for one."""
    if isinstance(content, UnionMap):
        nationals = [(f"pointers[{at}].embedded.", each.embedded) for at, each in enumerate(content.pointers)]
    else:
        nationals = [("", content)] if isinstance(content, NationalMap) else []
    for place, national in nationals:
        for at, entity in enumerate(national.entities if national is not None else ()):
            at_place(f"{place}entities[{at}]", wire.ENTITY.parse, entity)


def at_place(step: str, parse: Callable[[Any], Any], value: object) -> Any:  # noqa: ANN401 what parse gives
    """Parse a value and put its place before that of what is wrong in it."""
    try:
        return parse(value)
    except UnfitError as unfit:
        unfit.inside(step)
        raise


# --- one decoded value, by its form ---


def _to_json(kind: Kind, value: Any) -> Any:  # noqa: ANN401 any decoded value
    match kind.form:
        case None:
            return value
        case Meaning() as meaning:
            return _WRITTEN[meaning](value)
        case ArrayOf(element):
            return [at_place(f"[{at}]", partial(_to_json, element), each) for at, each in enumerate(value)]
        case tuple() as table:
            return _map_to_json(table, value)
        case words:
            return words[value]


def _map_to_json(table: tuple[Field, ...], value: Mapping[int, object]) -> dict[str, object]:
    members = {
        field.name: at_place(f".{field.name}", partial(_to_json, field.kind), value[field.key])
        for field in table
        if field.key in value and field.name not in _VERSIONED
    }
    closed = any(field.name == _NEXT_UPDATE and value[field.key] is None for field in table)
    return {**members, **({_CLOSED: True} if closed else {})}


def _from_json(kind: Kind, value: object) -> object:
    match kind.form:
        case None:
            return value
        case Meaning() as meaning:
            return _READ[meaning](value)
        case ArrayOf(element):
            if not isinstance(value, list):
                raise UnfitError("must be an array")
            return [_inside(f"[{at}]", element, each) for at, each in enumerate(value)]
        case tuple() as table:
            return _map_from_json(table, value)
        case words:
            numbers = {word: number for number, word in words.items()}
            if not isinstance(value, str) or value not in numbers:
                raise UnfitError(f"must be one of {', '.join(numbers)}, not {shown(value)}")
            return numbers[value]


def _map_from_json(table: tuple[Field, ...], value: object) -> dict[int, object]:
    if not isinstance(value, dict):
        raise UnfitError("must be an object")
    members = value.copy()
    written = {field.name: field for field in table if field.name not in _VERSIONED}
    versions = {field.name: field.key for field in table if field.name in _VERSIONED}
    result: dict[int, object] = {}
    if versions:
        result[versions[_SEQUENCE_NUMBER]] = 1
    if _NEXT_UPDATE in versions:
        result[versions[_NEXT_UPDATE]] = None if _closed(members.pop(_CLOSED, None)) else 0
    unknown = sorted(map(shown, members.keys() - written.keys()))
    if unknown:
        raise UnfitError(f"has no member {unknown[0]}: there are {', '.join(written)}")
    missing = [name for name, field in written.items() if field.required and name not in members]
    if missing:
        raise UnfitError(f"lacks {', '.join(missing)}")
    return result | {
        written[name].key: _inside(f".{name}", written[name].kind, member) for name, member in members.items()
    }


def _inside(step: str, kind: Kind, value: object) -> object:
    return at_place(step, partial(_from_json, kind), value)


def _closed(value: object) -> bool:
    if value is not None and value is not True:
        raise UnfitError("has a member closed that is not true: leave it out of a list that goes on")
    return value is True


# --- values with a meaning ---


def _day(value: object) -> int:
    try:
        return to_days(date.fromisoformat(_matching(_DAY, value, "a day, as 2026-11-24")))
    except ValueError:
        raise UnfitError(f"must be a day of the calendar, not {shown(value)}") from None


def _instant(value: object) -> int:
    text = _matching(_INSTANT, value, "an instant in UTC, as 2026-11-24T09:00:00Z")
    try:
        return to_seconds(datetime.fromisoformat(text))
    except ValueError:
        raise UnfitError(f"must be an instant from 1970 to 9999, not {shown(value)}") from None


def _digest(value: object) -> bytes:
    return bytes.fromhex(_matching(_HEX, value, "hexadecimal digits"))


def _flag(value: object) -> int:
    if value is not True:
        raise UnfitError("must be true or left out")
    return 1


def _certificate(value: object) -> bytes:
    return b64decode(_matching(_BASE64, value, "the DER of a certificate in base64"))


def _cose_key(value: object) -> object:
    if not isinstance(value, dict) or not {_COSE_KEY} <= value.keys() <= {_COSE_KEY, "algorithm", "key_id"}:
        raise UnfitError(f"must be an object with {_COSE_KEY}, and perhaps algorithm and key_id")
    encoded = _matching(_BASE64URL, value[_COSE_KEY], "the COSE_Key of a key in base64url, without padding")
    try:
        members: Any = cbor.decode(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), depth=2)
    except (BinasciiError, CborError) as error:
        raise UnfitError(f"holds no usable key: {error}") from error
    said = _written_key(members if isinstance(members, dict) else {})
    for name in ("algorithm", "key_id"):
        if value.get(name, said[name]) != said[name]:
            raise UnfitError(f"states {name} {shown(value[name])}, but its {_COSE_KEY} is that of {said[name]}")
    return members


def _written_key(cose_key: Any) -> dict[str, str]:  # noqa: ANN401 a decoded map
    try:
        VerificationKey.from_cose_key(cose_key)
    except KeyFormatError as error:
        raise UnfitError(f"holds no usable key: {error}") from error
    return {
        "algorithm": TRAITS[cose_key[3]].name,
        "key_id": cose_key[2].hex(),
        _COSE_KEY: urlsafe_b64encode(cbor.encode(cose_key)).decode().rstrip("="),
    }


def _matching(pattern: re.Pattern[str], value: object, what: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise UnfitError(f"must be {what}, not {shown(value)}")
    return value


_WRITTEN: Final[dict[Meaning, Callable[[Any], object]]] = {
    Meaning.TIME: lambda seconds: from_seconds(seconds).strftime("%Y-%m-%dT%H:%M:%SZ"),
    Meaning.DAY: lambda days: from_days(days).isoformat(),
    Meaning.DIGEST: bytes.hex,
    Meaning.FLAG: bool,
    Meaning.COSE_KEY: _written_key,
    Meaning.CERTIFICATE: lambda der: b64encode(der).decode(),
}
_READ: Final[dict[Meaning, Callable[[object], object]]] = {
    Meaning.TIME: _instant,
    Meaning.DAY: _day,
    Meaning.DIGEST: _digest,
    Meaning.FLAG: _flag,
    Meaning.COSE_KEY: _cose_key,
    Meaning.CERTIFICATE: _certificate,
}
