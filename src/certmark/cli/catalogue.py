"""``certmark verify --jsonl`` and ``--csv``: a stream or a catalogue in, a line for each row out, counts at the end."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from certmark.bulk.csv_rows import CsvRows, read_catalogue
from certmark.bulk.json_lines import JsonLines
from certmark.bulk.lines import lines
from certmark.bulk.tally import Tally
from certmark.bulk.workers import MOST_JOBS, WorkerError, cores, in_order
from certmark.cli.clock import at_or_now
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import blaming
from certmark.cli.screen import complain, standard_output
from certmark.cli.token_input import STANDARD_INPUT, opened_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from certmark.cli.evidence import Evidence
    from certmark.verify import Product


class Catalogue(NamedTuple):
    """What is asked about many rows.

    Attributes:
        source: path, ``-``, or the text of one code.
        evidence: what the verdicts rest on.
        at: as the option says, or None: the clock is read for each batch.
        product: compared where a row names none, or None.
        jobs: as the option says, or None.
        language: of words that are said beside the verdicts, or None.
    """

    source: str
    evidence: Evidence
    at: str | None
    product: Product | None
    jobs: int | None
    language: str | None

    def verify_lines(self, now: datetime) -> ExitCode:
        """Answer each line with a report, before the next line is read where the input is a stream."""
        with opened_lines(self.source, what="a file with one token or JSON object per line") as stream:
            work = JsonLines(*self._product, self.language)
            tally = self._write(in_order(work, lines(stream), **self._how(now)), stream)
        if tally.objects:
            complain(tally.summary)
        return _exit_code(tally)

    def verify_csv(self, now: datetime) -> ExitCode:
        """Answer each row of a CSV file with its cells and the verdict."""
        with opened_lines(self.source, what="a catalogue as CSV") as stream:
            with blaming("standard input" if self.source == STANDARD_INPUT else self.source):
                header, rows = read_catalogue(stream, language=self.language)
            answers = in_order(CsvRows(header, *self._product), rows, **self._how(now))
            _put(header.answer)
            tally = self._write(answers, stream)
        complain(tally.summary)
        return _exit_code(tally)

    @property
    def _product(self) -> tuple[str | None, str | None, str | None]:
        product = self.product
        return (None, None, None) if product is None else (product.gtin, product.model, product.version)

    def _how(self, now: datetime) -> dict[str, Any]:
        # a program on the other side of a pipe may wait for each answer before it asks the next question
        jobs = (1 if self.source == STANDARD_INPUT else cores()) if self.jobs is None else self.jobs
        if not 0 < jobs <= MOST_JOBS:
            raise CommandError(ExitCode.USAGE, f"--jobs {jobs}: give the number of processes, 1 to {MOST_JOBS}")
        here, elsewhere = self.evidence.opening(at=now)
        return {"open_verifier": elsewhere, "here": here, "clock": self._clock, "jobs": jobs}

    def _clock(self) -> datetime:
        return at_or_now(self.at)

    def _write(self, answers: Iterable[tuple[str, Tally]], stream: BinaryIO) -> Tally:
        total = Tally()
        try:
            with _progress(stream) as tell:
                for text, tally in answers:
                    total.add(tally)
                    _put(text)
                    tell(total.rows)
        except WorkerError as error:
            raise CommandError(ExitCode.INTERNAL, f"{error} (after {total.rows} rows)") from error
        return total


def _put(text: str) -> None:
    with standard_output() as out:
        out.buffer.write(text.encode("utf-8", "backslashreplace"))
        out.buffer.flush()  # someone may be waiting for this line


def _exit_code(tally: Tally) -> ExitCode:
    worst_first = (ExitCode.FAILED, ExitCode.INDETERMINATE)
    return next((code for code in worst_first if tally.indications[code.name]), ExitCode.PASSED)


@contextmanager
def _progress(stream: BinaryIO) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error, where that is a terminal and standard output is none."""
    if sys.stderr is None or not sys.stderr.isatty() or sys.stdout is None or sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TextColumn("{task.fields[rows]} rows"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=_size(stream), rows=0)
        yield lambda rows: progress.update(bar, completed=_place(stream), rows=rows)


def _size(stream: BinaryIO) -> int | None:
    if not stream.seekable():
        return None
    here = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(here)
    return size


def _place(stream: BinaryIO) -> int:
    return stream.tell() if stream.seekable() else 0
