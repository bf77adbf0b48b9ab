"""States of certificates in a file: JSON ``{"17": "withdrawn"}``, or CSV with the columns index and status."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from certmark import strict_json
from certmark.cli.reading import blaming, read_file
from certmark.errors import StatusError
from certmark.status.bitarray import Status
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST: Final = 64_000_000
"""Some 2 million rows; beyond that a program should call ``certmark.status.publish``."""

WORDS: Final = {"in_force": Status.VALID, "withdrawn": Status.INVALID, "suspended": Status.SUSPENDED}

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_HEADER: Final = ["index", "status"]


def read_states(path: str) -> dict[int, Status]:
    """Read states by index; what a file leaves out is in force.

    Raises:
        CommandError: the file is missing (66), or not such a file (65); the message names the line.
    """
    data = read_file(path, what="a file of states", at_most=LARGEST)
    with blaming(path):
        if path.lower().endswith(".csv"):
            return _states(_rows(data))
        found = strict_json.parse(data, what="file of states", limit=LARGEST, error=StatusError)
        if not isinstance(found, dict):
            raise StatusError('the file of states must be an object as {"17": "withdrawn"}')
        return _states((f"index {shown(index)}", index, word) for index, word in found.items())


def _rows(data: bytes) -> Iterator[tuple[str, str, str]]:
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as wrong:
        raise StatusError(f"the file of states is not UTF-8 at byte {wrong.start}: save it as UTF-8") from wrong
    rows = csv.reader(lines, strict=True)
    try:
        if next(rows, None) != _HEADER:
            raise StatusError("the first line must be: index,status")
        for row in rows:
            if len(row) != len(_HEADER):
                raise StatusError(f"line {rows.line_num} has {len(row)} columns: give index and status")
            yield f"line {rows.line_num}", row[0], row[1]
    except csv.Error as wrong:
        raise StatusError(f"line {rows.line_num} is not CSV: {wrong}") from wrong


def _states(rows: Iterable[tuple[str, str, object]]) -> dict[int, Status]:
    states: dict[int, Status] = {}
    for place, written, word in rows:
        if _INDEX.fullmatch(written) is None:
            raise StatusError(f"{place}: {shown(written)} is no index: give a number from 0 on")
        status = WORDS.get(word) if isinstance(word, str) else None
        if status is None:
            raise StatusError(f"{place}: the status is {shown(word)}: write {', '.join(WORDS)}")
        index = int(written)
        if index in states:
            raise StatusError(f"{place}: index {index} stands twice: leave one out")
        states[index] = status
    return states
