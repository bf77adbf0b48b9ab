"""What a token refuses, below ``SignerError``: who catches that one catches these too.

::

    SignerError
    └── HsmError                    hsm                 the token failed in a way that has no class of its own
        ├── HsmUriError             hsm_uri             not a pkcs11: URI that certmark can follow
        ├── HsmModuleError          hsm_module          the PKCS#11 module is missing or does not start
        ├── HsmTokenMissingError    hsm_token_missing   no token fits the URI
        ├── HsmTokenLostError       hsm_token_lost      the token has gone, or does not answer
        ├── HsmKeyMissingError      hsm_key_missing     no key fits the URI, or its public half is not to be had
        ├── HsmKeyExistsError       hsm_key_exists      a key of this name is there already
        ├── HsmAmbiguousError       hsm_ambiguous       several tokens or keys fit the URI
        ├── HsmCurveError           hsm_curve           a key of a type or curve that certmark does not sign with
        ├── HsmKeyUseError          hsm_key_use         the key may not sign, or is not kept as it should be
        ├── HsmMechanismError       hsm_mechanism       the token cannot do what the key needs
        ├── HsmForkError            hsm_fork            the process was forked after the module was loaded
        ├── HsmPinMissingError      hsm_pin_missing     there is no PIN to be had
        └── HsmPinError             hsm_pin             the PIN is wrong
            └── HsmPinLockedError   hsm_pin_locked      the PIN is locked
"""

from __future__ import annotations

from certmark.errors import SignerError


class HsmError(SignerError):
    """A token that failed."""

    code = "hsm"


class HsmUriError(HsmError):
    """Text that is no ``pkcs11:`` URI (RFC 7512), or one that asks for what certmark does not do."""

    code = "hsm_uri"


class HsmModuleError(HsmError):
    """A PKCS#11 module that is missing or does not start."""

    code = "hsm_module"


class HsmTokenMissingError(HsmError):
    """No token fits the URI."""

    code = "hsm_token_missing"


class HsmTokenLostError(HsmError):
    """A token that was there and has gone, or that does not answer: nothing was signed, ask again when it is back."""

    code = "hsm_token_lost"


class HsmKeyMissingError(HsmError):
    """No key fits the URI, or nothing on the token gives its public half."""

    code = "hsm_key_missing"


class HsmKeyExistsError(HsmError):
    """A key of this name is on the token already."""

    code = "hsm_key_exists"


class HsmAmbiguousError(HsmError):
    """Several tokens or keys fit the URI: certmark does not choose one."""

    code = "hsm_ambiguous"


class HsmCurveError(HsmError):
    """A key of a type or curve that certmark does not sign with."""

    code = "hsm_curve"


class HsmKeyUseError(HsmError):
    """A key that may not sign, or a new one that the token would give away."""

    code = "hsm_key_use"


class HsmMechanismError(HsmError):
    """A token that lacks a mechanism which the key needs."""

    code = "hsm_mechanism"


class HsmForkError(HsmError):
    """A module that was loaded before the process was forked."""

    code = "hsm_fork"


class HsmPinMissingError(HsmError):
    """No PIN to be had, or none that shall be tried: nothing was sent to the token."""

    code = "hsm_pin_missing"


class HsmPinError(HsmError):
    """A PIN that the token refused; the signer does not try again."""

    code = "hsm_pin"


class HsmPinLockedError(HsmPinError):
    """A PIN that is locked: the token's security officer must set a new one."""

    code = "hsm_pin_locked"
