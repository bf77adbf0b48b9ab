"""Text from outside: the one rule for what a person may be shown (specification, "Text")."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

# By number and not by category, so that readers with other versions of Unicode agree: Default_Ignorable_Code_Point
# (unassigned ones are among them), the Braille cell without dots, and the noncharacters.
_INVISIBLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def problem_in(value: str) -> str | None:
    """Say what makes a text unfit to be shown, or None when nothing does.

    Refused are the empty text, white space at either end, control, format (bidirectional marks and zero-width
    characters among them), surrogate and private-use characters, line and paragraph separators, characters that are
    shown as nothing (fillers and variation selectors among them), and text that is not in Unicode normalisation form C.

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
    if found := re.search(_INVISIBLE, value):
        return f"has the invisible character U+{ord(found[0]):04X} at position {found.start()}"
    if not unicodedata.is_normalized("NFC", value):
        return "is not in Unicode normalisation form C"
    return None


def shown(value: object) -> str:
    """Write a value from outside into an error message: one line, ASCII only, at most about 60 characters."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, str):
        text = ascii(str(value[:60]))
        return text if len(value) <= 60 and len(text) <= 80 else f"{text[:60]}..."
    if isinstance(value, int) and value.bit_length() <= 64:
        return str(int(value))
    return f"a value of type {type(value).__name__}"
