"""Names of standards and protection profiles, found in texts that people wrote."""

from __future__ import annotations

import re
from typing import NamedTuple


class Names(NamedTuple):
    """Names to look for in texts, whatever the white space and the case of letters.

    A name counts only as a whole: ``EN 419221-5`` is not found in ``prEN 419221-5``, ``EN 419221-51`` or
    ``EN 419221-5-1``, but it is in ``en 419 221-5:2018``, and ``CC 3.1`` in ``CC 3.1R5``.

    Attributes:
        names: the names as the scheme file has them.
        pattern: finds any of them.
    """

    names: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> Names:
        """Make the pattern of some names; none of them is empty."""
        return cls(names, re.compile("|".join(_pattern_of(name) for name in names), re.IGNORECASE))


def _pattern_of(name: str) -> str:
    spaced = r"\s*".join(re.escape(character) for character in name if not character.isspace())
    continued = r"-?\d" if name[-1].isdigit() else r"-?\w"
    return rf"(?<!\w){spaced}(?!{continued})"
