"""A catalogue as CSV: a header, a row for each product, and in the answer the same with the verdicts behind it.

A row goes over several lines only within quotes. Where a quote is never closed, or closed so that the cells are no
longer those of the header, the line with the quote is a bad row, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.bulk.catalogue import Checked, Row, judged, report_on, short
from certmark.bulk.lines import LONGEST, TOO_LONG, lines
from certmark.bulk.tally import Tally
from certmark.errors import CertmarkError
from certmark.lines import BYTE_ORDER_MARK, Line, Lines
from certmark.spreadsheets import as_meant, harmless
from certmark.verify.report_json import instant
from certmark.wording import advise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import BinaryIO

    from certmark.verify import Verifier

COLUMNS: Final = ("token", "gtin", "model", "version")
"""What is read of a row; only the token must be there."""

RESULTS: Final = (
    *("line", "indication", "sub_indication", "certificate_status", "may_promote", "may_promote_basis", "reason"),
    *("row_problem", "certificate_id", "product_match", "covered", "issued", "valid_until"),
    *("trust_label", "verified_at"),
)
"""What is written behind the columns of the catalogue; its own columns of these names are replaced."""

WORDS: Final = ("sentence", "advice")
"""What follows the results where a language is given: what is the case, and what to do."""

_MOST_LINES: Final = 50
_NO_ROW: Final = (
    "The line is no row: its quotes are not closed or stand where none may stand, or it holds a carriage return in "
    "between."
)
_NO_TEXT: Final = "The row is not in UTF-8: save the file as UTF-8."
_CHARACTER_0: Final = "The row holds a character with the number 0."
_COUNTED: Final = "The row has {} cells, and the header {}."
_NOT_UTF_8: Final = re.compile("[\udc80-\udcff]")
_MENDED: Final = re.compile(
    "|".join([*map(re.escape, (TOO_LONG, _NO_ROW, _NO_TEXT, _CHARACTER_0)), _COUNTED.format("[0-9]+", "[0-9]+")])
)
"""Problems that the answer no longer shows: its row is whole, and without what could not be kept."""


class CatalogueError(CertmarkError):
    """A catalogue whose header says nothing that could be verified."""

    code = "catalogue"


class Record(NamedTuple):
    """A row of the file.

    Attributes:
        line: where it begins, from 1.
        cells: its cells; of a bad row what can be kept of them.
        problem: what makes it a bad row, or None.
    """

    line: int
    cells: tuple[str, ...]
    problem: str | None = None


class Header(NamedTuple):
    """The header of a catalogue.

    Attributes:
        names: of the columns, as they stand.
        delimiter: what stands between cells: comma, semicolon or tab.
        marked: whether the file began with a byte order mark, as spreadsheets want it.
        language: of the words that the answer adds, or None.
    """

    names: tuple[str, ...]
    delimiter: str
    marked: bool
    language: str | None = None

    def place_of(self, column: str) -> int | None:
        """Say where a column is, whatever its case."""
        return next((at for at, name in enumerate(self.names) if _folded(name) == column), None)

    @property
    def kept(self) -> tuple[int, ...]:
        """Places of the columns that the answer repeats."""
        return tuple(at for at, name in enumerate(self.names) if _folded(name) not in (*RESULTS, *WORDS))

    @property
    def answer(self) -> str:
        """The first line of the answer."""
        names = [self.names[at] for at in self.kept]
        return ("\ufeff" if self.marked else "") + _line(
            [*map(harmless, names), *RESULTS, *(WORDS if self.language else ())], self.delimiter
        )


@dataclass(frozen=True, slots=True)
class CsvRows:
    """Verifies rows; picklable, as worker processes want it.

    Attributes:
        header: of the catalogue.
        gtin: compared where a row has none of its own, or None; likewise the others.
    """

    header: Header
    gtin: str | None = None
    model: str | None = None
    version: str | None = None

    def __call__(self, verifier: Verifier, at: datetime, rows: list[Record]) -> tuple[str, Tally]:
        """Give a line of CSV for each row, and count them."""
        tally, answers = Tally(), []
        header, kept = self.header, self.header.kept
        places = tuple(map(header.place_of, COLUMNS))
        for record in rows:
            row = _row(record, places)
            asked = (row.gtin or self.gtin, row.model or self.model, row.version or self.version)
            row = judged(Row(row.token, *asked, record.line, record.problem))
            report = report_on(verifier, row, at=at)
            checked = short(report, row)
            tally.count(checked.indication, checked.may_promote, faulty=row.problem is not None)
            said = advise(report, header.language) if header.language else None
            words = () if said is None else (said.sentence, said.advice)
            cells = record.cells + ("",) * (len(header.names) - len(record.cells))
            answer = (*(cells[at] for at in kept), *_results(checked), *words)
            answers.append(_line(list(map(harmless, answer)), header.delimiter))
        return "".join(answers), tally


def read_catalogue(stream: BinaryIO, *, language: str | None = None) -> tuple[Header, Iterator[Record]]:
    """Read the header of a catalogue, and give its rows as they are asked for.

    Args:
        stream: the file.
        language: of words that the answer is to add, or None.

    Raises:
        CatalogueError: there is no header, or none with a column ``token``.
    """
    source = lines(stream)
    first = next(source, Line(1, b""))
    header = _header(first.data or b"")._replace(language=language)
    return header, _records(source, header)


def row_of(header: Header, record: Record) -> Row:
    """Give what is asked about a row."""
    return _row(record, tuple(map(header.place_of, COLUMNS)))


def _row(record: Record, places: Sequence[int | None]) -> Row:
    if record.problem is not None:
        return Row("", line=record.line, problem=record.problem)
    token, *product = ("" if at is None else record.cells[at] for at in places)
    gtin, model, version = (as_meant(value).strip() or None for value in product)  # may be an answer asked again
    return Row(token.strip(), gtin, model, version, record.line)


def _header(data: bytes) -> Header:
    text = data.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
    for delimiter in (",", ";", "\t"):
        names = tuple(cell.strip() for cell in _cells(text, delimiter) or ())
        folded = [_folded(name) for name in names]
        if "token" in folded:
            for column in COLUMNS:
                if folded.count(column) > 1:
                    raise CatalogueError(f"the catalogue has the column {column!r} twice: rename one of them")
            return Header(names, delimiter, data.startswith(BYTE_ORDER_MARK))
    raise CatalogueError(
        "the catalogue has no column 'token': its first line names the columns, of which token, gtin, model and "
        "version are read, in UTF-8"
    )


def _folded(name: str) -> str:
    return name.strip().casefold()


def _records(source: Lines, header: Header) -> Iterator[Record]:
    for line in source:
        if line.data is None:
            yield Record(line.number, (), TOO_LONG)
        elif line.data.strip():
            cells = _cells(_text(line.data), header.delimiter)
            if cells is None and line.data.count(b'"') % 2:
                cells = _over_several_lines(line.data, source, header)
            if cells is None or len(cells) != len(header.names) or any(cell.strip() for cell in cells):
                yield _record(line, cells, header)  # else spreadsheets left it where a row was emptied


def _over_several_lines(data: bytes, source: Lines, header: Header) -> tuple[str, ...] | None:
    """Give the cells of a row whose first line ends within quotes; unless they are as many as they must be, none."""
    taken: list[Line] = []
    for line in islice(source, _MOST_LINES - 1):
        taken.append(line)
        data += line.data or b""
        if line.data is None or len(data) > LONGEST:
            break
        cells = _cells(_text(data), header.delimiter) if b'"' in line.data else None
        if cells is not None:
            if len(cells) == len(header.names):
                return cells
            break
    source.put_back(taken)
    return None


def _record(line: Line, cells: tuple[str, ...] | None, header: Header) -> Record:
    if cells is None:
        return Record(line.number, (), _NO_ROW)
    text = "".join(cells)
    problem = None
    if len(cells) != len(header.names):
        problem = _COUNTED.format(len(cells), len(header.names))
        cells = cells[: len(header.names)]
    elif _NOT_UTF_8.search(text):
        problem = _NO_TEXT
    elif "\x00" in text:
        problem = _CHARACTER_0
    elif (told := header.place_of("row_problem")) is not None and _MENDED.fullmatch(cells[told]):
        problem = cells[told]
    if problem is not None:
        cells = tuple(_NOT_UTF_8.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", cell) for cell in cells)
    return Record(line.number, cells, problem)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _cells(text: str, delimiter: str) -> tuple[str, ...] | None:
    """Give the cells of one row; None: it is none."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return tuple(rows[0]) if len(rows) == 1 else None


def _results(checked: Checked) -> Iterator[str]:
    for name in RESULTS[:-1]:
        value = getattr(checked, name)
        yield "" if value is None else str(value)
    yield instant(checked.at)


def _line(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    # with this end, cells with a carriage return are quoted too, whatever the version of Python
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"
