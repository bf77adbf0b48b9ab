"""A signer whose key is on a PKCS#11 token."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from pkcs11 import exceptions as refusals
from pkcs11.exceptions import PKCS11Error

from certmark.cose.keys import VerificationKey
from certmark.errors import KeyFormatError
from certmark.hsm.errors import (
    HsmError,
    HsmKeyMissingError,
    HsmPinError,
    HsmPinMissingError,
    HsmTokenLostError,
    HsmTokenMissingError,
)
from certmark.hsm.keys import TokenKey, has_private_keys
from certmark.hsm.login import pin_request, refusing_pins, said
from certmark.hsm.module import Module, find
from certmark.hsm.uri import Pkcs11Uri

if TYPE_CHECKING:
    from pkcs11.types import Session

    from certmark.hsm.pin import PinSource

_FINAL: Final = (
    refusals.ArgumentsBad,
    refusals.DataInvalid,
    refusals.DataLenRange,
    refusals.FunctionCancelled,
    refusals.FunctionNotSupported,
    refusals.FunctionRejected,
    refusals.KeySizeRange,
    refusals.KeyTypeInconsistent,
    refusals.MechanismInvalid,
    refusals.MechanismParamInvalid,
)
"""Refusals that another session would not change. After all others, vendors' own included, one is tried."""


_VOID: Final = -1


class _Seat(NamedTuple):
    """Where a signer sits: a session, its key, and the generation of the module that both belong to."""

    session: Session
    key: TokenKey
    generation: int


class Pkcs11Signer:
    """Signs with a key that never leaves its token; may be shared between threads, not between processes.

    A session that is lost, with a token that was pulled or a network that failed, is opened again once per signature,
    which asks for the PIN again. A PIN that was refused once is never tried again by the same signer.
    """

    __slots__ = ("_certificate", "_module", "_pin", "_refused", "_seat", "_uri")

    def __init__(self, uri: Pkcs11Uri, module: Module, *, pin: PinSource) -> None:
        """Take the one key that the URI means; ``open`` finds the module."""
        self._uri = uri
        self._module = module
        self._pin = pin
        self._refused: HsmPinError | None = None
        self._certificate: bytes | None = None
        with module.lock:
            self._seat = self._seated(afresh=False)

    @classmethod
    def open(
        cls, uri: str | Pkcs11Uri, *, pin: PinSource, module: str | None = None, certificate: bytes | None = None
    ) -> Pkcs11Signer:
        """Find the key of a ``pkcs11:`` URI and log in to its token.

        Nothing is signed yet, so that the token's log shows no signature that nobody asked for.

        Args:
            uri: names the key with ``object`` or ``id``, and token and module as far as needed.
            pin: gives the PIN, at this login and at later ones; ``pin-source`` of the URI is not looked at.
            module: absolute path of the PKCS#11 module, where the URI names none.
            certificate: DER of the key's X.509 seal certificate; tokens then carry ``x5t``.

        Raises:
            HsmError: one of its kinds for each thing that can be wrong.
            KeyFormatError: a certificate for another key.
        """
        asked = Pkcs11Uri.parse(uri) if isinstance(uri, str) else uri
        signer = cls(asked, Module.load(find(asked, otherwise=module)), pin=pin)
        if certificate is not None and VerificationKey.from_certificate(certificate) != signer.public_key:
            raise KeyFormatError("the X.509 certificate is for another key than the one on the token")
        signer._certificate = certificate
        return signer

    @property
    def public_key(self) -> VerificationKey:
        """The key that verifies."""
        return self._seat.key.public_key

    @property
    def certificate(self) -> bytes | None:
        """DER of its X.509 seal certificate, or None."""
        return self._certificate

    def __repr__(self) -> str:
        """Name the key by its public key id, and the token."""
        key = f"{self.public_key.algorithm.name}, key id {self.public_key.key_id.hex()}"
        return f"Pkcs11Signer({key}, {self._uri.token_words or 'any token'} {self._uri.key_words})"

    def sign(self, to_be_signed: bytes) -> bytes:
        """Sign the Sig_structure; see ``Signer.sign``.

        Raises:
            HsmTokenLostError: the token has gone or does not answer; the next call looks for it again.
            HsmPinError: the PIN was refused, now or before.
            HsmError: the token refuses to sign, or now holds another key.
        """
        self._module.refuse_after_fork()
        with self._module.lock:
            if self._refused is not None:
                raise type(self._refused)(f"not tried again: {self._refused}")
            try:
                return self._sign(to_be_signed)
            except HsmPinError as error:
                self._refused = error
                raise

    def close(self) -> None:
        """Log out of the token, for all signers of this process: the next signature of any of them logs in again."""
        self._module.refuse_after_fork()
        with self._module.lock:
            if self._seat.generation == self._module.generation:
                with suppress(PKCS11Error):
                    self._seat.session.close()
                self._module.log_out(self._seat.session.token)
                self._seat = self._seat._replace(generation=_VOID)

    def _sign(self, to_be_signed: bytes) -> bytes:
        seat, lost = self._seat, False
        if seat.generation == self._module.generation:
            try:
                return self._sign_from(seat, to_be_signed)
            except HsmTokenLostError:
                lost = True
        try:
            seat = self._seated(afresh=lost)
        except HsmTokenMissingError as error:
            raise HsmTokenLostError(str(error)) from error
        if seat.key.public_key != self.public_key:
            with suppress(PKCS11Error):
                seat.session.close()
            raise HsmKeyMissingError(
                f"the key {self._uri.key_words} is another one than before: this signer was opened with the key id "
                f"{self.public_key.key_id.hex()}"
            )
        self._seat = seat
        return self._sign_from(seat, to_be_signed)

    def _sign_from(self, seat: _Seat, to_be_signed: bytes) -> bytes:
        key, token = seat.key, seat.session.token
        pin = None
        if key.asks_each_time:
            with suppress(PKCS11Error):
                token = token.slot.get_token()  # somebody may have tried wrong PINs since the session was opened
            pin = self._pin(pin_request(token, for_signature=True))
            if pin is None:
                raise HsmPinMissingError("a PIN for each signature cannot be entered on the token: give it another way")
        try:
            with refusing_pins(token):
                return key.sign(to_be_signed, pin=pin)
        except _FINAL as error:
            raise HsmError(f"token {token.label!r} refuses to sign ({type(error).__name__})") from error
        except PKCS11Error as error:
            # the session is given up: what was begun in it cannot be called off
            self._seat = seat._replace(generation=_VOID)
            raise self._lost(error) from error

    def _seated(self, *, afresh: bool) -> _Seat:
        if not afresh:
            with suppress(HsmTokenLostError):
                return self._sit_down()
        self._module.restart()
        return self._sit_down()

    def _sit_down(self) -> _Seat:
        token = self._module.token(self._uri)
        try:
            relied = self._module.log_in(token, self._pin)
            session = token.open()
            try:
                return _Seat(session, TokenKey.find(session, self._uri), self._module.generation)
            except HsmError as error:
                over = relied and isinstance(error, HsmKeyMissingError) and not has_private_keys(session)
                session.close()
                if over:
                    raise HsmTokenLostError(str(error)) from error
                raise
        except PKCS11Error as error:
            raise self._lost(error) from error

    def _lost(self, error: PKCS11Error) -> HsmTokenLostError:
        words = self._uri.token_words or "in this module"
        return HsmTokenLostError(f"the token {words} does not answer ({said(error)}): put it back and try again")
