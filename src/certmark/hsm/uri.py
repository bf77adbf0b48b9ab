"""``pkcs11:`` URIs (RFC 7512): which token, which key on it, which module, and where the PIN is.

What would narrow the choice and is not understood is refused: to pass it over could sign with another key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from certmark.hsm.errors import HsmUriError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SCHEME: Final = "pkcs11:"
_LONGEST: Final = 2048
_CHARS: Final = r"(?:[A-Za-z0-9\-._~:\[\]@!$'()*+,={}]|%[0-9A-Fa-f]{{2}})*"
_PATH_VALUE: Final = re.compile(_CHARS.format("&"))
_QUERY_VALUE: Final = re.compile(_CHARS.format("/?|"))
_SLOT_ID: Final = re.compile("[0-9]{1,19}")
_MODULE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*")

_TEXTS: Final = ("token", "serial", "manufacturer", "model", "object")
_PATH: Final = frozenset({*_TEXTS, "id", "type", "slot-id"})
_QUERY: Final = frozenset({"module-path", "module-name", "pin-source"})


@dataclass(frozen=True, slots=True)
class Pkcs11Uri:
    """What a URI says; None where it says nothing.

    Attributes:
        token: label of the token.
        serial: its serial number.
        manufacturer: who made it.
        model: its model.
        slot_id: number of its slot: changes with the machine, sometimes with every start.
        object: label of the key (CKA_LABEL).
        id: id of the key (CKA_ID).
        module_path: absolute path of the PKCS#11 module.
        module_name: its name without ``lib`` and suffix, to be found among the system's libraries.
        pin_file: absolute path of the file that holds the PIN.
    """

    token: str | None = None
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    slot_id: int | None = None
    object: str | None = None
    id: bytes | None = None
    module_path: str | None = None
    module_name: str | None = None
    pin_file: str | None = None

    @property
    def token_words(self) -> str:
        """Say which token is meant, for messages."""
        said = {"token": self.token, "serial": self.serial, "manufacturer": self.manufacturer, "model": self.model}
        words = [f"{name}={value!r}" for name, value in said.items() if value is not None]
        return " ".join(words if self.slot_id is None else [*words, f"slot-id={self.slot_id}"])

    @property
    def key_words(self) -> str:
        """Say which key is meant, for messages."""
        words = [] if self.object is None else [f"object={self.object!r}"]
        return " ".join(words if self.id is None else [*words, f"id={self.id.hex()}"])

    @classmethod
    def parse(cls, text: str) -> Pkcs11Uri:
        """Read a URI. Messages never repeat it, since it could hold a PIN.

        Raises:
            HsmUriError: not of this form, an attribute twice, an unknown one, or a PIN.
        """
        scheme, path_and_query = text[: len(_SCHEME)], text[len(_SCHEME) :]
        if scheme.lower() != _SCHEME or len(text) > _LONGEST:
            raise HsmUriError(f"not a pkcs11: URI of at most {_LONGEST} characters")
        path, mark, query = path_and_query.partition("?")
        if "pin-value=" in text:
            raise HsmUriError(
                "pin-value is refused, since arguments stand in process lists, histories and logs: "
                "name a file with pin-source=file:PATH, or leave it to the environment or the prompt"
            )
        if mark and not query:
            raise HsmUriError("nothing follows the question mark of the pkcs11: URI")
        found = {
            **dict(_attributes(path, ";", known=_PATH, value=_PATH_VALUE)),
            **dict(_attributes(query, "&", known=_QUERY, value=_QUERY_VALUE)),
        }
        _refuse_other_types(found.pop("type", b"private"))
        if {"module-path", "module-name"} <= found.keys():
            raise HsmUriError("module-path and module-name stand in one pkcs11: URI: give one of them")
        fields: dict[str, Any] = {}
        for name, value in found.items():
            field, read = _FIELDS[name]
            fields[field] = read(name, value)
        return cls(**fields)


def _attributes(
    part: str, separator: str, *, known: frozenset[str], value: re.Pattern[str]
) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for attribute in part.split(separator) if part else ():
        name, equals, encoded = attribute.partition("=")
        if name not in known:
            # the name alone: what stands beside it could be a secret
            raise HsmUriError(f"certmark does not choose by {ascii(name)[:40]}: it knows {', '.join(sorted(known))}")
        if name in seen:
            raise HsmUriError(f"{name} stands twice in the pkcs11: URI")
        if not equals or not encoded or value.fullmatch(encoded) is None:
            raise HsmUriError(f"the value of {name} is empty or has a character to be written as %XX")
        seen.add(name)
        yield name, unquote_to_bytes(encoded)


def _text(name: str, value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise HsmUriError(f"the value of {name} is not UTF-8") from None
    if not text.isprintable():
        raise HsmUriError(f"the value of {name} has a character that cannot be seen")
    return text


def _refuse_other_types(value: bytes) -> None:
    if value != b"private":
        raise HsmUriError(f"type={ascii(value.decode(errors='replace'))[1:-1][:20]} is no key that signs: say private")


def _slot_id(name: str, value: bytes) -> int:
    number = _text(name, value)
    if _SLOT_ID.fullmatch(number) is None:
        raise HsmUriError(f"the value of {name} is no whole number")
    return int(number)


def _absolute(name: str, value: bytes) -> str:
    path = _text(name, value)
    if not path.startswith("/") and re.match(r"[A-Za-z]:[\\/]", path) is None:
        raise HsmUriError(f"the value of {name} is no absolute path")
    return path


def _module_name(name: str, value: bytes) -> str:
    module = _text(name, value)
    if _MODULE_NAME.fullmatch(module) is None:
        raise HsmUriError(f"the value of {name} is no plain name: give the path with module-path")
    return module


def _pin_file(name: str, value: bytes) -> str:
    source = _text(name, value)
    if not source.startswith("file:"):
        raise HsmUriError(f"{name} must be file:PATH: certmark runs no programs and asks no servers for PINs")
    path = source.removeprefix("file:")
    if re.match("//[^/]", path):  # RFC 8089: what follows is a host
        raise HsmUriError(f"{name} names another host: give a file of this one, as file:/PATH")
    return _absolute(name, (path[2:] if path.startswith("///") else path).encode())


_FIELDS: Final[dict[str, tuple[str, Callable[[str, bytes], object]]]] = {
    **{name: (name, _text) for name in _TEXTS},
    "slot-id": ("slot_id", _slot_id),
    "id": ("id", lambda _, value: value),
    "module-path": ("module_path", _absolute),
    "module-name": ("module_name", _module_name),
    "pin-source": ("pin_file", _pin_file),
}
"""By attribute: the field that it fills, and how its value is read."""
