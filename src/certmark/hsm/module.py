"""A loaded PKCS#11 module: the one thing of a process that all its signers share.

- One lock. python-pkcs11 initialises modules without locks of their own, so no two calls may run at a time: with two
  threads in two sessions SoftHSM crashes.
- One login per token, which counts for all sessions of the process.
- A generation. To find a token that was put back, the module is finalised and initialised again: all handles of the
  generation before are void, and their numbers are given out anew.
- One process. A child that inherits a loaded module by fork is refused: the standard gives it no handles, and what a
  module does then differs from module to module.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Final

import pkcs11
from pkcs11.constants import TokenFlag
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn
from pkcs11.types import PROTECTED_AUTH

from certmark.hsm.errors import (
    HsmAmbiguousError,
    HsmForkError,
    HsmModuleError,
    HsmTokenLostError,
    HsmTokenMissingError,
)
from certmark.hsm.login import pin_request, refusing_pins, said, serial_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pkcs11.types import Session, Token

    from certmark.hsm.pin import PinSource
    from certmark.hsm.uri import Pkcs11Uri

VARIABLE: Final = "CERTMARK_PKCS11_MODULE"
"""The environment variable that names the module where the URI does not."""

_FOLDERS: Final = tuple(
    f"{root}/{folder}"
    for root in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")
    for folder in ("pkcs11", "softhsm", "")
)
_FILES: Final = ("lib{}.so", "{}.so", "lib{}.dylib")


class Module:
    """A module by its file; make it with ``load``, call everything else under its lock.

    Attributes:
        lock: held during every call into the module.
        generation: number of the initialisation that handles belong to.
    """

    def __init__(self, path: str) -> None:
        self.lock = RLock()
        self.generation = 0
        self._path = path
        self._process = os.getpid()
        self._logins: dict[int, Session] = {}
        try:
            self._library = pkcs11.lib(path)
        except PKCS11Error as error:
            raise HsmModuleError(f"{path}: not a PKCS#11 module that starts ({said(error)})") from error

    @classmethod
    def load(cls, path: str) -> Module:
        """Give the module of a file, loaded once in a process.

        Raises:
            HsmModuleError: missing, no PKCS#11 module, or one that does not start.
            HsmForkError: it was loaded before this process was forked.
        """
        if not Path(path).is_absolute() or not Path(path).is_file():
            raise HsmModuleError(f"{path}: no such PKCS#11 module: install it, or give its absolute path")
        real = os.path.realpath(path)
        with _LOADING:
            if real not in _LOADED:
                _LOADED[real] = cls(real)
        _LOADED[real].refuse_after_fork()
        return _LOADED[real]

    def refuse_after_fork(self) -> None:
        """Refuse to work in a child of the process that loaded it.

        Raises:
            HsmForkError: this is such a child.
        """
        if self._process != os.getpid():
            raise HsmForkError(
                f"{self._path} was loaded before this process was forked: open signers after the fork only, "
                "or start processes with 'spawn'"
            )

    def restart(self) -> None:
        """Finalise and initialise, so that tokens that were put in or taken out are seen.

        Raises:
            HsmTokenLostError: it does not start again.
        """
        self.generation += 1
        self._logins.clear()
        with suppress(PKCS11Error):
            self._library.finalize()
        try:
            self._library.initialize()
        except PKCS11Error as error:
            raise HsmTokenLostError(f"{self._path} does not start again ({said(error)})") from error

    def token(self, uri: Pkcs11Uri) -> Token:
        """Find the one token that a URI means; one that was put in since is seen after a restart only.

        Raises:
            HsmTokenMissingError: there is none.
            HsmAmbiguousError: there are several.
        """
        present = list(self._tokens())
        if not any(_fits(token, uri) for token in present):
            self.restart()
            present = list(self._tokens())
        fitting = [token for token in present if _fits(token, uri)]
        if len(fitting) > 1:
            which = ", ".join(_name(token) for token in fitting[:5])
            raise HsmAmbiguousError(f"{len(fitting)} tokens fit {uri.token_words or 'any'}: {which}: add serial=")
        if not fitting:
            which = ", ".join(_name(token) for token in present[:5]) or "none"
            raise HsmTokenMissingError(f"no token fits {uri.token_words or 'any'}; {self._path} sees: {which}")
        return fitting[0]

    def log_in(self, token: Token, pin: PinSource) -> bool:
        """Log in, unless this process did before, or the token wants no login.

        Returns:
            Whether a login of before is relied on. It may be over, if the token was out in the meantime.

        Raises:
            HsmPinError: the PIN is wrong or cannot be had.
            HsmPinLockedError: it is locked, before or by this try.
        """
        if token.slot.slot_id in self._logins:
            return True
        if not token.flags & TokenFlag.LOGIN_REQUIRED:
            return False
        given = pin(pin_request(token))
        with refusing_pins(token), suppress(UserAlreadyLoggedIn):
            self._logins[token.slot.slot_id] = token.open(user_pin=PROTECTED_AUTH if given is None else given)
        return False

    def log_out(self, token: Token) -> None:
        """Log out, which counts for all sessions of this process."""
        session = self._logins.pop(token.slot.slot_id, None)
        if session is not None:
            with suppress(PKCS11Error):
                session.close()

    def _tokens(self) -> Iterator[Token]:
        for slot in self._library.get_slots():
            with suppress(PKCS11Error):  # a slot that is empty or in trouble is no reason not to look at the others
                token = slot.get_token()
                if token.flags & TokenFlag.TOKEN_INITIALIZED:
                    yield token


_LOADED: Final[dict[str, Module]] = {}
_LOADING: Final = Lock()


def find(uri: Pkcs11Uri, *, otherwise: str | None) -> str:
    """Give the path of the module that a URI names, or of another one where it names none.

    Raises:
        HsmModuleError: none is named, or none of that name is among the system's libraries.
    """
    if uri.module_path is not None:
        return uri.module_path
    if uri.module_name is None:
        if otherwise is None:
            raise HsmModuleError(f"no PKCS#11 module is named: add ?module-path=FILE to the URI, or set {VARIABLE}")
        return otherwise
    for folder in _FOLDERS:
        for file in _FILES:
            path = Path(folder, file.format(uri.module_name))
            if path.is_file():
                return str(path)
    raise HsmModuleError(f"no PKCS#11 module {uri.module_name!r} in the usual folders: give its path with module-path")


def _fits(token: Token, uri: Pkcs11Uri) -> bool:
    asked = (uri.token, uri.serial, uri.manufacturer, uri.model, uri.slot_id)
    found = (token.label, serial_of(token), token.manufacturer_id, token.model, token.slot.slot_id)
    return all(want is None or want == have for want, have in zip(asked, found, strict=True))


def _name(token: Token) -> str:
    return f"{token.label!r} (serial {serial_of(token)})"
