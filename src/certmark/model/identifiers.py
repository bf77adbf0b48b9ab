"""Identifiers of products as the trade and the vulnerability feeds write them: GTIN, CPE, package URL.

Plain functions, usable without a certificate and without pydantic.
"""

from __future__ import annotations

import re
from typing import Final

from certmark.errors import ModelError
from certmark.text import shown

GTIN_PATTERN: Final = "[0-9]{8}|[0-9]{12,14}"
"""GTIN-8, GTIN-12, GTIN-13 and GTIN-14 as digits."""

MAX_GTIN: Final = 99_999_999_999_999
"""The largest GTIN as a number."""

_is_gtin = re.compile(GTIN_PATTERN).fullmatch

# These two patterns are compiled when they are first needed: most tokens have neither identifier.
_CPE_ESCAPED = r"\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~]"
_CPE_VALUE = rf"(?:[*-]|(?:\?+|\*)?(?:[A-Za-z0-9._-]|{_CPE_ESCAPED})+(?:\?+|\*)?)"
_CPE_LANGUAGE = "(?:[*-]|[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?)"
_CPE = rf"cpe:2\.3:[aho*-](?::{_CPE_VALUE}){{5}}:{_CPE_LANGUAGE}(?::{_CPE_VALUE}){{4}}"

# One character class each and no repetition inside a repetition: matching takes linear time.
_PURL_TEXT = "(?:[A-Za-z0-9._~:+-]|%[0-9A-Fa-f]{2})+"
_PURL_QUALIFIER = "[a-z][a-z0-9._-]*=(?:[A-Za-z0-9._~:+/-]|%[0-9A-Fa-f]{2})+"
_PURL = (
    "pkg:[a-z][a-z0-9.-]*"
    rf"(?:/{_PURL_TEXT})+"
    rf"(?:@{_PURL_TEXT})?"
    rf"(?:\?{_PURL_QUALIFIER}(?:&{_PURL_QUALIFIER})*)?"
    rf"(?:#{_PURL_TEXT}(?:/{_PURL_TEXT})*)?"
)


def gtin14(text: str) -> str:
    """Write a GTIN with fourteen digits, so that the same article always reads the same.

    Args:
        text: GTIN-8, GTIN-12, GTIN-13 or GTIN-14, digits only.

    Returns:
        Fourteen digits, filled up with zeros on the left (GS1 General Specifications, "GTIN in a 14-digit field").

    Raises:
        ModelError: the text is not a GTIN, or its check digit is wrong.
    """
    problem = gtin_problem(text)
    if problem is not None:
        raise ModelError(f"GTIN {shown(text)} {problem}", field="gtin")
    return text.zfill(14)


def gtin_problem(text: str) -> str | None:
    """Say what makes a text no GTIN, or None when it is one with a right check digit."""
    if not _is_gtin(text):
        return "is not a GTIN: write its 8, 12, 13 or 14 digits without spaces"
    return None if has_check_digit(int(text)) else f"has a wrong check digit: {_check_digit(text)} would be right"


def has_check_digit(number: int) -> bool:
    """Tell whether a GTIN, as a number, ends in the check digit of GS1 (weights 3 and 1, modulo 10)."""
    digits = b"%d" % number
    once, thrice = digits[-1::-2], digits[-2::-2]
    return (sum(once) + 3 * sum(thrice) - ord("0") * (len(once) + 3 * len(thrice))) % 10 == 0


def _check_digit(text: str) -> int:
    body = int(text) // 10 * 10
    return next(digit for digit in range(10) if has_check_digit(body + digit))


def gtin_to_number(gtin: str) -> int:
    """Give a GTIN as the number that tokens carry: leading zeros fall away."""
    return int(gtin)


def gtin_from_number(number: int) -> str:
    """Give the fourteen digits of a GTIN that a token carries as a number."""
    return f"{number:014d}"


def cpe_problem(text: str) -> str | None:
    """Say what makes a text no CPE 2.3 formatted string (NISTIR 7695, 6.2), or None when it is one."""
    if re.fullmatch(_CPE, text):
        return None
    return "is not a CPE 2.3 name of 13 parts, such as cpe:2.3:o:example:router_firmware:2.1:*:*:*:*:*:*:*"


def purl_problem(text: str) -> str | None:
    """Say what makes a text no package URL in canonical form (ECMA-427), or None when it is one."""
    if re.fullmatch(_PURL, text):
        return None
    return "is not a package URL, such as pkg:generic/example/router-firmware@2.1"
