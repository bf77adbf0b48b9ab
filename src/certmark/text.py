"""Text from outside: the one rule for what a person may be shown (specification, "Text")."""

from __future__ import annotations

import unicodedata

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def problem_in(value: str) -> str | None:
    """Say what makes a text unfit to be shown, or None when nothing does.

    Refused are the empty text, white space at either end, control, format (bidirectional marks and zero-width
    characters among them), surrogate and private-use characters, line and paragraph separators, and text that is
    not in Unicode normalisation form C.

    Args:
        value: any string.
    """
    if value.isascii() and value.isprintable() and value and not (value[0] == " " or value[-1] == " "):
        return None
    if not value:
        return "is empty"
    if value != value.strip():
        return "begins or ends with white space"
    for position, character in enumerate(value):
        if unicodedata.category(character) in _FORBIDDEN:
            return f"has the control or formatting character U+{ord(character):04X} at position {position}"
    if not unicodedata.is_normalized("NFC", value):
        return "is not in Unicode normalisation form C"
    return None
