"""Rows of a batch in CSV (RFC 4180): the first line names the columns as a document has them, by dotted paths.

::

    id,scheme,subject.name,standards.0,standards.1,packages.0.eal
    EUCC-1,EUCC,Router,CC:2022,CEM:2022,2

A number in a path is the place in a list. An empty cell says nothing, an entry of which nothing is said is left out.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from certmark.errors import ModelError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.model import document_from
from certmark.register.rows import Row, lines_of, too_long
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from certmark.lines import Line
    from certmark.model import AnyDocument

NUMBERS: Final = frozenset({"eal", "ava_van"})
"""Fields that hold a whole number; all others but ``FLAGS`` hold text."""

FLAGS: Final = frozenset({"augmented", "patch_management"})
"""Fields that hold ``true`` or ``false``, which spreadsheets write in capitals."""

_MOST_LINES: Final = 100
_DEEPEST: Final = 8
_INDEX: Final = re.compile("[0-9]{1,3}", re.ASCII)
_NUMBER: Final = re.compile("[0-9]{1,9}", re.ASCII)
_VALUES: Final = {"true": True, "false": False}

_Plan: TypeAlias = "dict[str | int, _Plan | int]"


def read_csv(file: BinaryIO, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Row]:
    """Read one document from each row that is not empty; between cells are commas, or semicolons as in the first line.

    Args:
        file: bytes; a byte order mark at its beginning is left out.
        limits: ``limits.document`` bounds a line, in bytes; a row has a hundred lines at most.

    Raises:
        ModelError: the first line does not name the columns.
    """
    records = _Records(file, limits)
    header = next(iter(records), None)
    if header is None:
        raise ModelError("the first line is missing: it names the columns, as id,scheme,subject.name")
    _, names = header
    if isinstance(names, ModelError):
        raise names
    plan = _plan(names)
    for number, cells in records:
        yield Row(number, cells if isinstance(cells, ModelError) else _document(plan, cells, columns=len(names)))


class _Records:
    """Rows of cells with the lines on which they begin.

    A row that cannot be read ends with its first line: a quote that is never closed takes no other row with it.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._limits = limits
        self._lines = lines_of(file, limits=limits)
        self._delimiter = ""

    def __iter__(self) -> Iterator[tuple[int, list[str] | ModelError]]:
        for first in self._lines:
            taken = [first]
            if not self._delimiter:
                self._delimiter = ";" if first.data is not None and b";" in first.data else ","
            try:
                cells = next(csv.reader(self._texts(taken), strict=True, delimiter=self._delimiter))
            except (csv.Error, ModelError) as error:
                self._lines.put_back(taken[1:])
                yield first.number, error if isinstance(error, ModelError) else ModelError(f"not a row of CSV: {error}")
            else:
                if any(cell.strip() for cell in cells):  # else spreadsheets left it where a row was emptied
                    yield first.number, cells

    def _texts(self, taken: list[Line]) -> Iterator[str]:
        """Give the lines of a row as its reader asks for them, and note which were taken."""
        while True:
            line = taken[-1].data
            if line is None:
                raise too_long(self._limits)
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                raise ModelError(f"the row is not UTF-8 at byte {error.start}: save it as UTF-8") from error
            following = next(self._lines, None)
            if following is None:
                return
            taken.append(following)
            if len(taken) > _MOST_LINES:
                raise ModelError(f"a quote is opened and not closed within {_MOST_LINES} lines")


def _plan(names: Sequence[str]) -> _Plan:
    """Make the shape of a document, with the numbers of the columns where its values will be."""
    plan: _Plan = {}
    for column, name in enumerate(names):
        steps = [int(step) if _INDEX.fullmatch(step) else step for step in name.split(".")]
        if "" in steps or len(steps) > _DEEPEST:
            raise ModelError(f"the column {column + 1}, {shown(name)}, is no path of a document, as subject.name")
        within = plan
        for step in steps[:-1]:
            inner = within.setdefault(step, {})
            if isinstance(inner, int):
                raise ModelError(f"the column {shown(name)} lies in another column: leave one out")
            within = inner
        if steps[-1] in within:
            raise ModelError(f"the column {shown(name)} stands twice, or others lie in it: leave one out")
        within[steps[-1]] = column
    if "id" not in plan:
        raise ModelError("there is no column id: the first line names the columns, as id,scheme,subject.name")
    _refuse_mixed(plan)
    return plan


def _refuse_mixed(plan: _Plan) -> None:
    if len({type(step) for step in plan}) > 1:
        raise ModelError(f"the columns {', '.join(map(shown, list(plan)[:4]))} are of a list and of an object at once")
    for inner in plan.values():
        if not isinstance(inner, int):
            _refuse_mixed(inner)


def _document(plan: _Plan, cells: list[str], *, columns: int) -> AnyDocument | ModelError:
    if len(cells) != columns:
        return ModelError(f"the row has {len(cells)} cells, and the first line names {columns} columns")
    try:
        return document_from(_filled(plan, cells) or {})
    except ModelError as error:
        return error


def _filled(plan: _Plan, cells: list[str]) -> Any:  # noqa: ANN401 an object or a list, as JSON has it
    said = {
        step: value
        for step, inner in sorted(plan.items())  # all steps are of one type
        if (value := _cell(str(step), cells[inner]) if isinstance(inner, int) else _filled(inner, cells)) is not None
    }
    if not said:
        return None
    return said if isinstance(next(iter(plan)), str) else list(said.values())


def _cell(name: str, text: str) -> str | int | bool | None:
    if not text:
        return None
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return int(text)
    return _VALUES.get(text.lower(), text) if name in FLAGS else text
