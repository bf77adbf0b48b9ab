"""Keys on PKCS#11 tokens: ``pkcs11:`` URIs on the command line, and where their PINs come from."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.screen import complain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from certmark.cose.algorithms import Algorithm
    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import Signer
    from certmark.hsm import PinRequest, PinSource, Pkcs11Uri

_SCHEME: Final = "pkcs11:"


def is_uri(key: str) -> bool:
    """Tell a URI from the name of a file; capitals do not matter in a scheme (RFC 3986 §3.1)."""
    return key[: len(_SCHEME)].lower() == _SCHEME


def open_signer(key: str, *, certificate: bytes | None = None) -> Signer:
    """Find a key on its token and log in.

    Args:
        key: the URI.
        certificate: DER of its X.509 seal certificate, or None.

    Raises:
        CommandError: the URI is wrong (64), token or key are missing (66), or cannot be used (65).
        MissingExtraError: python-pkcs11 is not installed.
        KeyFormatError: the certificate is for another key.
    """
    from certmark.hsm import Pkcs11Signer, Pkcs11Uri

    with _blaming_the_token():
        uri = Pkcs11Uri.parse(key)
        return Pkcs11Signer.open(uri, pin=_pin_source(uri), module=_module(), certificate=certificate)


def generate_key(key: str, algorithm: Algorithm, *, keep: Callable[[VerificationKey], None]) -> VerificationKey:
    """Make a key on a token; see ``certmark.hsm.generate``.

    Raises:
        CommandError: as for ``open_signer``.
        MissingExtraError: python-pkcs11 is not installed.
    """
    from certmark.hsm import Pkcs11Uri, generate

    with _blaming_the_token():
        uri = Pkcs11Uri.parse(key)
        return generate(uri, algorithm, pin=_pin_source(uri), module=_module(), keep=keep).public_key


def _module() -> str | None:
    from certmark.hsm.module import VARIABLE

    return os.environ.get(VARIABLE)


def _pin_source(uri: Pkcs11Uri) -> PinSource:
    from certmark.hsm import from_environment, from_file, from_terminal
    from certmark.hsm.pin import VARIABLE

    if uri.pin_file is not None:
        return _warned(from_file(uri.pin_file))
    if VARIABLE not in os.environ and sys.stdin.isatty():
        return from_terminal()
    return _warned(from_environment())


def _warned(source: PinSource) -> PinSource:
    def ask(request: PinRequest, /) -> str | None:
        if request.warning is not None and not request.last_try:
            complain(f"warning: {request.warning}")
        return source(request)

    return ask


@contextmanager
def _blaming_the_token() -> Iterator[None]:
    from certmark.hsm.errors import HsmError, HsmKeyMissingError, HsmModuleError, HsmTokenMissingError, HsmUriError

    try:
        yield
    except HsmUriError as error:
        raise CommandError(ExitCode.USAGE, f"--key: {error}") from error
    except (HsmModuleError, HsmTokenMissingError, HsmKeyMissingError) as error:
        raise CommandError(ExitCode.NO_INPUT, f"--key: {error}") from error
    except HsmError as error:
        raise CommandError(ExitCode.BAD_INPUT, f"--key: {error}") from error
