"""The type of an artefact (typ, RFC 9596): checked first, so that no artefact passes for another."""

from __future__ import annotations

import re
from typing import Final

from certmark.errors import CwtError, UnsupportedFormatError

CERTIFICATE: Final = "application/vnd.certmark.certificate+cwt"
APPROVAL: Final = "application/vnd.certmark.approval+cose"
"""No CWT: the claims that it signs are those of another (RFC 9597, section 2)."""
ROOT: Final = "application/vnd.certmark.root+cwt"
TRUSTED_LIST: Final = "application/vnd.certmark.trusted-list+cwt"
STATUS_LIST: Final = "application/statuslist+cwt"
STATUS_LIST_CONTENT_FORMAT: Final = 279
"""CoAP content format of ``STATUS_LIST``, which may stand in its place."""

# Later formats will call themselves application/vnd.certmark.certificate.v2+cwt and so on.
_VERSIONED = r"(application/vnd\.certmark\.[a-z-]+)\.v[1-9][0-9]*(\+cwt|\+cose)"


def check_typ(expected: str, found: object) -> None:
    """Require the type of an artefact.

    Args:
        expected: one of the constants of this module.
        found: typ of the protected header, as decoded.

    Raises:
        UnsupportedFormatError: a later version of the expected artefact.
        CwtError: another artefact.
    """
    if found == expected or (expected == STATUS_LIST and type(found) is int and found == STATUS_LIST_CONTENT_FORMAT):
        return
    versioned = re.fullmatch(_VERSIONED, found) if isinstance(found, str) else None
    if versioned and versioned[1] + versioned[2] == expected:
        raise UnsupportedFormatError(f"made by a newer certmark ({versioned[0][:80]}): update to read it")
    raise CwtError(f"this is {found!a} and not {expected!a}"[:200])
