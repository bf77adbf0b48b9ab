"""Logging in: what a token says about its PIN before a try, and after a wrong one."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from pkcs11.constants import TokenFlag
from pkcs11.exceptions import PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error

from certmark.hsm.errors import HsmPinError, HsmPinLockedError, HsmPinMissingError
from certmark.hsm.pin import PinRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkcs11.types import Token

_WRONG: Final = (PinIncorrect, PinInvalid, PinLenRange)


def pin_request(token: Token, *, for_signature: bool = False) -> PinRequest:
    """Say what a PIN is asked for.

    Raises:
        HsmPinLockedError: the PIN is locked already.
        HsmPinMissingError: no user PIN was ever set.
    """
    if token.flags & TokenFlag.USER_PIN_LOCKED:
        raise HsmPinLockedError(_locked(token))
    if not token.flags & TokenFlag.USER_PIN_INITIALIZED:
        raise HsmPinMissingError(f"token {token.label!r} has no user PIN yet: its security officer must set one")
    return PinRequest(
        token.label,
        serial_of(token),
        was_wrong=bool(token.flags & TokenFlag.USER_PIN_COUNT_LOW),
        last_try=bool(token.flags & TokenFlag.USER_PIN_FINAL_TRY),
        has_pad=bool(token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
        for_signature=for_signature,
    )


@contextmanager
def refusing_pins(token: Token) -> Iterator[None]:
    """Say of a PIN that is refused how the token stands after it.

    Raises:
        HsmPinError: it is wrong or has expired.
        HsmPinLockedError: it is locked now.
    """
    try:
        yield
    except PinLocked as error:
        raise HsmPinLockedError(_locked(token)) from error
    except PinExpired as error:
        raise HsmPinError(f"the PIN of token {token.label!r} has expired: set a new one") from error
    except _WRONG as error:
        raise _after_a_wrong_pin(token) from error


def serial_of(token: Token) -> str:
    """Give the serial number as text."""
    return token.serial.decode(errors="replace")


def said(error: PKCS11Error) -> str:
    """Give what a module says went wrong: its words, or the name of the error."""
    return str(error) or type(error).__name__


def _after_a_wrong_pin(token: Token) -> HsmPinError:
    with suppress(PKCS11Error):
        token = token.slot.get_token()  # its flags are those of the moment at which it was looked at
    if token.flags & TokenFlag.USER_PIN_LOCKED:
        return HsmPinLockedError(f"wrong PIN. {_locked(token)}")
    last = token.flags & TokenFlag.USER_PIN_FINAL_TRY
    left = "one more wrong PIN locks it" if last else "few tries may be left"
    return HsmPinError(f"wrong PIN for token {token.label!r}: it is not tried again by itself; {left}")


def _locked(token: Token) -> str:
    return f"the PIN of token {token.label!r} is locked: its security officer must set a new one"
