"""Keys in hardware: PKCS#11 modules of HSMs, smart cards and USB tokens. Needs the ``hsm`` extra."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from certmark.errors import MissingExtraError

if TYPE_CHECKING:
    from certmark.hsm.errors import (
        HsmAmbiguousError,
        HsmCurveError,
        HsmError,
        HsmForkError,
        HsmKeyExistsError,
        HsmKeyMissingError,
        HsmKeyUseError,
        HsmMechanismError,
        HsmModuleError,
        HsmPinError,
        HsmPinLockedError,
        HsmPinMissingError,
        HsmTokenLostError,
        HsmTokenMissingError,
        HsmUriError,
    )
    from certmark.hsm.keypair import generate
    from certmark.hsm.pin import PinRequest, PinSource, from_environment, from_file, from_terminal
    from certmark.hsm.signer import Pkcs11Signer
    from certmark.hsm.uri import Pkcs11Uri

__all__ = [
    "HsmAmbiguousError",
    "HsmCurveError",
    "HsmError",
    "HsmForkError",
    "HsmKeyExistsError",
    "HsmKeyMissingError",
    "HsmKeyUseError",
    "HsmMechanismError",
    "HsmModuleError",
    "HsmPinError",
    "HsmPinLockedError",
    "HsmPinMissingError",
    "HsmTokenLostError",
    "HsmTokenMissingError",
    "HsmUriError",
    "PinRequest",
    "PinSource",
    "Pkcs11Signer",
    "Pkcs11Uri",
    "from_environment",
    "from_file",
    "from_terminal",
    "generate",
]

_MODULE_OF = {
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "errors"),
    **dict.fromkeys(("PinRequest", "PinSource", "from_environment", "from_file", "from_terminal"), "pin"),
    "Pkcs11Signer": "signer",
    "Pkcs11Uri": "uri",
    "generate": "keypair",
}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "pkcs11":
            raise MissingExtraError("hsm", "signing with a PKCS#11 token") from None
        raise


def __dir__() -> list[str]:
    return list(__all__)
