"""The registered claims of a CWT (RFC 8392 §3.1) as certmark uses them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from certmark.cwt.numericdate import is_time
from certmark.errors import CwtError
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_NAME: Final = 200
"""Chars of iss and sub where they are names (text-200 of trust.cddl)."""

LONGEST_URI: Final = 408
"""Chars of sub where it is a link (https-uri of certificate.cddl)."""


class Claim(IntEnum):
    """Claim keys: registered ones, those of Token Status List, and the private ones of certmark."""

    ISS = 1
    SUB = 2
    EXP = 4
    NBF = 5
    IAT = 6
    STATUS_LIST = 65533
    TTL = 65534
    STATUS = 65535
    CERTIFICATE = -65537
    ROOT = -65538
    TRUSTED_LIST = -65539


def string_claim(claims: Mapping[int | str, object], claim: Claim, *, most: int) -> str:
    """Take a claim that must be there and must be a text fit to be shown (iss, sub).

    Args:
        claims: as decoded.
        claim: which one.
        most: how many chars it may have.

    Raises:
        CwtError: missing, of another type, longer, or unfit.
    """
    value = claims.get(claim)
    if type(value) is not str or len(value) > most:
        raise CwtError(f"claim {claim.name.lower()} must be a text of at most {most} chars")
    if problem := problem_in(value):
        raise CwtError(f"claim {claim.name.lower()} {problem}")
    return value


def time_claim(claims: Mapping[int | str, object], claim: Claim) -> int:
    """Take a claim that must be there and must be a NumericDate: whole seconds since 1970.

    Raises:
        CwtError: missing, a float, negative, or beyond the year 9999.
    """
    value = claims.get(claim)
    if not is_time(value):
        raise CwtError(f"claim {claim.name.lower()} must be whole seconds since 1970, up to the year 9999")
    return value


def only_claims(claims: Mapping[int | str, object], allowed: frozenset[int]) -> None:
    """Refuse claims beyond the allowed ones.

    Raises:
        CwtError: naming one of them.
    """
    if unknown := claims.keys() - allowed:
        raise CwtError(f"claim {min(map(ascii, unknown))[:60]} has no place in this artefact")
