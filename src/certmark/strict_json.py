"""Strict JSON (RFC 8259) for certificates and schemes: unique names, finite numbers, UTF-8, bounded size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from certmark.text import shown

if TYPE_CHECKING:
    from certmark.errors import CertmarkError


def parse(text: str | bytes, *, what: str, limit: int, error: type[CertmarkError]) -> object:
    """Parse JSON text into plain values.

    Args:
        text: JSON as text, or its UTF-8 bytes.
        what: what it should be, for messages: "document", "scheme".
        limit: most bytes.
        error: raised whatever is wrong.
    """

    def object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
        fields: dict[str, object] = {}
        for name, value in pairs:
            if name in fields:
                raise error(f"the name {shown(name)} stands twice in one JSON object: keep one of them")
            fields[name] = value
        return fields

    def refuse_constant(constant: str) -> NoReturn:
        raise error(f"{constant} is not a JSON number: remove it")

    decoded = _decode(text, what=what, limit=limit, error=error)
    try:
        parsed: object = json.loads(decoded, object_pairs_hook=object_of, parse_constant=refuse_constant)
    except json.JSONDecodeError as wrong:
        raise error(f"the {what} is not JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}") from wrong
    except RecursionError as wrong:
        raise error(f"the {what} is nested too deeply: simplify it") from wrong
    except ValueError as wrong:
        raise error(f"the {what} holds a number with too many digits") from wrong
    return parsed


def _decode(text: str | bytes, *, what: str, limit: int, error: type[CertmarkError]) -> str:
    if not isinstance(text, str | bytes):
        raise error(f"the {what} is a {type(text).__name__}: give JSON as text or bytes")
    too_large = f"the {what} is larger than {limit} bytes: shorten it or raise the limit"
    if len(text) > limit:
        raise error(too_large)
    try:
        data = text.encode() if isinstance(text, str) else text
        decoded = data.decode()
    except UnicodeError as wrong:
        place = f" at byte {wrong.start}" if isinstance(wrong, UnicodeDecodeError) else ""
        raise error(f"the {what} is not UTF-8{place}: save it as UTF-8") from wrong
    if len(data) > limit:
        raise error(too_large)
    if decoded.startswith("\ufeff"):
        raise error(f"the {what} begins with a byte order mark: save it as UTF-8 without one")
    return decoded
