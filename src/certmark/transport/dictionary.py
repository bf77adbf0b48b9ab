"""Preset dictionaries of DEFLATE: published files that are part of the token format and never change."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Final

from certmark.errors import CertmarkError

DICTIONARY_1_FILE: Final = "dictionary-1.bin"
DICTIONARY_1_SHA256: Final = "d2e1581f7d3a9908139902ccf1326c06ab4bac2717662751264a36adda519049"


@cache
def dictionary_1() -> bytes:
    """Give the 4096 bytes of preset dictionary 1, which marker 0x01 stands for.

    Raises:
        CertmarkError: the file of this installation is missing or is not the published one.
    """
    # imported here, as it is read once: a program that reads no codes need not pay for it
    from pkgutil import get_data  # noqa: PLC0415

    try:
        content = get_data(__name__, DICTIONARY_1_FILE)
    except OSError as error:
        raise CertmarkError(f"{DICTIONARY_1_FILE} is missing: install certmark anew") from error
    if content is None or sha256(content).hexdigest() != DICTIONARY_1_SHA256:
        raise CertmarkError(f"{DICTIONARY_1_FILE} is not the published dictionary: install certmark anew")
    return content
