"""How ids, references and links are written: one set of rules for documents and tokens, without pydantic.

The patterns are those of docs/spec/certificate.cddl. A rule answers with what is wrong, as the end of a sentence that
begins with the field's name, or with None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_DAY: Final = date(1970, 1, 1)
"""Earliest day that a document may name: tokens count days from here."""

LAST_DAY: Final = date(9999, 12, 31)
"""Latest day that a document may name."""

LAST_VALID_DAY: Final = date(9999, 12, 30)
"""Latest ``valid_until``: the claim exp names the day after it."""


@dataclass(frozen=True)
class Syntax:
    """The written form of one kind of ASCII identifier.

    Attributes:
        name: what the identifier is, with its article (``a scheme id``).
        pattern: regular expression that the whole text must match.
        example: a text that matches.
    """

    name: str
    pattern: str
    example: str

    @cached_property
    def matches(self) -> Callable[[str], object]:
        """Matches a whole text."""
        return re.compile(self.pattern).fullmatch

    def problem(self, value: str) -> str | None:
        """Say that a text is not written so, or None when it is."""
        return None if self.matches(value) else f"is not {self.name}, such as {self.example}"


SCHEME_ID: Final = Syntax("a scheme id", "[A-Z0-9][A-Za-z0-9._-]{0,31}", "EUCC")
CERTIFICATE_ID: Final = Syntax("a certificate id", "[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", "EUCC-3087-2025-12-0001")
ENTITY_ID: Final = Syntax("an entity id", "[A-Z]{2}-[A-Za-z0-9._-]{1,40}", "DE-3087")
CELEX: Final = Syntax("a CELEX number", "[0-9CE][0-9]{4}[A-Z]{1,2}[0-9]{4}", "32024R0482")
HTTPS_URI: Final = Syntax(
    "an https link of at most 408 ASCII characters", "https://[!-~]{1,400}", "https://example.com/support"
)
COMPONENT: Final = Syntax("an assurance component", "[A-Z]{3}_[A-Z]{3}(_EXT)?[.][1-9]", "ALC_FLR.2")
COUNTRY: Final = Syntax("a two-letter country code", "[A-Z]{2}", "DE")
SHA256: Final = Syntax("a SHA-256 in 64 hexadecimal digits", "[0-9A-Fa-f]{64}", "e3b0c44298fc1c149afbf4c8996fb924...")


def text_problem(value: str, limit: int) -> str | None:
    """Say what makes a text unfit for a field of at most ``limit`` characters, or None."""
    if len(value) > limit:
        return f"has {len(value)} characters: {limit} are allowed"
    return problem_in(value)
