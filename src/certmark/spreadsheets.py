"""Cells of CSV that people open in a spreadsheet: whatever stands in one, it is text or a number."""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]*")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def harmless(cell: str) -> str:
    """Make a cell harmless to spreadsheets and terminals: numbers stay, what could be a formula gets an apostrophe."""
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        cell = f"'{cell}"
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", cell)


def as_meant(cell: str) -> str:
    """Give a cell without the apostrophe that ``harmless`` put before it."""
    meant = cell.removeprefix("'")
    return meant if harmless(meant) == cell else cell
