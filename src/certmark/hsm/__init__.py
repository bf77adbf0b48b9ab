"""Keys in hardware: PKCS#11 modules of HSMs, smart cards and USB tokens. Needs the ``hsm`` extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.lazy import Extra, lazily

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

_EXTRA = Extra("hsm", "signing with a PKCS#11 token", frozenset({"pkcs11"}))

__getattr__, __dir__ = lazily(__name__, _MODULE_OF, __all__, extra=_EXTRA)
