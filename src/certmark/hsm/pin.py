"""PINs: asked for at each login, never kept, never in arguments or messages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import Final, Protocol

from certmark import files
from certmark.hsm.errors import HsmPinMissingError

VARIABLE: Final = "CERTMARK_PKCS11_PIN"
"""The environment variable that programs of certmark look at."""

_LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class PinRequest:
    """What a PIN is asked for.

    Attributes:
        token: label of the token.
        serial: its serial number.
        was_wrong: a wrong PIN was given since the last login, by whomever.
        last_try: one more wrong PIN locks it.
        has_pad: the token can ask for the PIN itself, on its own keys.
        for_signature: the key asks again for each signature.
    """

    token: str
    serial: str
    was_wrong: bool = False
    last_try: bool = False
    has_pad: bool = False
    for_signature: bool = False

    @property
    def warning(self) -> str | None:
        """What whoever gives the PIN must know first, or None."""
        if self.last_try:
            return f"the last try of token {self.token!r}: one more wrong PIN locks it"
        if self.was_wrong:
            return f"a wrong PIN was given to token {self.token!r} since its last login: few tries may be left"
        return None


class PinSource(Protocol):
    """Gives a PIN. It is called at every login, also at the one after a token was put back."""

    def __call__(self, request: PinRequest, /) -> str | None:
        """Give the PIN, or None to have it entered on the token itself.

        Raises:
            HsmPinMissingError: there is none, or it shall not be tried.
        """


def from_environment(name: str = VARIABLE) -> PinSource:
    """Take the PIN from an environment variable; the last try is left to a person."""

    def ask(request: PinRequest, /) -> str:
        _leave_to_a_person(request)
        pin = os.environ.get(name)
        if not pin:
            raise HsmPinMissingError(
                f"no PIN for token {request.token!r}: set {name}, or name a file with pin-source=file:PATH"
            )
        return pin

    return ask


def from_file(path: str) -> PinSource:
    """Take the PIN from a file, without its line end; the last try is left to a person."""

    def ask(request: PinRequest, /) -> str:
        _leave_to_a_person(request)
        try:
            content = files.read(Path(path), at_most=_LONGEST).decode()
        except OSError as error:
            raise HsmPinMissingError(f"{path}: the PIN cannot be read ({files.reason_of(error)})") from None
        except UnicodeDecodeError:
            raise HsmPinMissingError(f"{path}: the PIN is not UTF-8") from None
        pin = content.removesuffix("\n").removesuffix("\r")
        if not pin.isprintable() or not 0 < len(pin) <= _LONGEST:
            raise HsmPinMissingError(f"{path}: no PIN of one line")
        return pin

    return ask


def from_terminal() -> PinSource:
    """Let a person type the PIN, warned when few tries are left, or use the token's own keys if it has any."""

    def ask(request: PinRequest, /) -> str | None:
        if request.has_pad:
            return None
        prompt = f"PIN of token {request.token!r} ({request.serial}): "
        try:
            return getpass(prompt if request.warning is None else f"Warning: {request.warning}.\n{prompt}")
        except EOFError:
            raise HsmPinMissingError(f"no PIN was typed for token {request.token!r}") from None

    return ask


def _leave_to_a_person(request: PinRequest) -> None:
    if request.last_try:
        raise HsmPinMissingError(f"not tried: {request.warning}; log in by hand once, where you can see what you type")
