"""``certmark register issue-batch``: a certificate for each row of a file; what is bad in a row stops no other."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.issue import TOKEN_SUFFIXES
from certmark.cli.keys import SealCertificate, SigningKey
from certmark.cli.options import SchemeFiles
from certmark.cli.reading import blaming, open_file
from certmark.cli.register.issuing import Bare, IssuerId, Link, NoStatus, issuer_of
from certmark.cli.register.options import Actor, AsJson, Location, Now, OptionalReason, act_of
from certmark.cli.register.options import opened as open_register
from certmark.cli.register.tokens import stem_of, write_token
from certmark.cli.screen import complain, say, visible
from certmark.cli.writing import alone, make_folder, refuse_to_replace, writing
from certmark.errors import LinkError
from certmark.files import remove_leftovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from certmark.register import Register, Row, RowResult

_MOST_COMPLAINTS: Final = 20


def issue_batch(  # noqa: PLR0913 one for each option
    rows: Annotated[
        str,
        typer.Argument(
            metavar="ROWS", help="Certificates: .jsonl with one a line, or .csv with one a row.", show_default=False
        ),
    ],
    *,
    register: Location,
    key: SigningKey,
    issuer: IssuerId,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for ID.cose, .txt, .svg and .png.")],
    results: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What came of each row, as JSONL.  [default: DIR/results.jsonl]"),
    ] = None,
    certificate: SealCertificate = None,
    link: Link = None,
    bare: Bare = False,
    no_status: NoStatus = False,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    actor: Actor = None,
    reason: OptionalReason = None,
    at: Now = None,
    as_json: AsJson = False,
) -> int:
    """Issue a certificate for each row of a file.

    Run it again after whatever stopped it: it issues what is missing, and writes the files that are missing. A row that
    cannot be issued stops no other: it is told by its line, and the exit code is 65.
    """
    act = act_of(actor, at_or_now(at), reason)
    read = _reader(rows)
    issuing = issuer_of(key, issuer, certificate=certificate, link=link, bare=bare, scheme=scheme)
    told = out / "results.jsonl" if results is None else results
    refuse_to_replace(told, rows, what="the file of the rows")
    refuse_to_replace(told, key, what="the private key")
    counted: Counter[str] = Counter()
    with open_register(register, writes=told) as book, open_file(rows, what="the rows") as file:
        make_folder(out)
        make_folder(told.parent)
        with alone(told), _blaming(rows, link), _progress(file, rows) as done:
            remove_leftovers(told.parent, told.name)
            with writing(told) as write:
                for result in book.issue_batch(read(file), issuer=issuing, act=act, has_status=not no_status):
                    _hand_out(book, result, out)
                    write(_line(result))
                    counted[result.outcome] += 1
                    if result.error is not None and counted[result.outcome] <= _MOST_COMPLAINTS:
                        complain(f"{rows}:{result.line}: {result.error}")
                    done()
    return _tell(counted, told, as_json=as_json)


def _reader(rows: str) -> Callable[[BinaryIO], Iterator[Row]]:
    from certmark.register import read_csv, read_jsonl

    readers = {".jsonl": read_jsonl, ".csv": read_csv}
    reader = readers.get(Path(rows).suffix.lower())
    if reader is None:
        raise CommandError(ExitCode.USAGE, f"{rows}: rows of which kind: name the file .jsonl or .csv")
    return reader


@contextmanager
def _blaming(rows: str, link: str | None) -> Iterator[None]:
    with blaming(rows):
        try:
            yield
        except LinkError as error:
            raise CommandError(ExitCode.USAGE, f"--link {link!r}: {error}") from error
        except CommandError as error:
            raise CommandError(error.code, f"{error}; what was issued stays: run it again to go on") from error


def _hand_out(book: Register, result: RowResult, folder: Path) -> None:
    """Write the files of a certificate, unless it was issued before and they are there."""
    if result.error is not None or result.id is None:
        return
    stem = stem_of(result.id)
    if result.outcome == "issued" or not all((folder / f"{stem}{suffix}").exists() for suffix in TOKEN_SUFFIXES):
        record = book.certificate(result.id)
        if record.editions:  # else they were purged, five years after its end
            write_token(record.whole, folder, stem=stem)


def _line(result: RowResult) -> bytes:
    from certmark.cli.verify import json_text

    said = {
        "line": result.line,
        "id": result.id,
        "outcome": result.outcome.value,
        "index": result.index,
        "error": None if result.error is None else str(result.error),
        "code": None if result.error is None else result.error.code,
    }
    return f"{json_text(said, indent=None)}\n".encode("ascii")


def _tell(counted: Counter[str], told: Path, *, as_json: bool) -> int:
    issued, already, refused = (counted[name] for name in ("issued", "already_issued", "refused"))
    if as_json:
        from certmark.cli.verify import json_text

        said = {"issued": issued, "already_issued": already, "refused": refused, "results": str(told)}
        say(json_text(said, indent=2))
    else:
        say(f"rows     {counted.total()}: {issued} issued, {already} issued before, {refused} refused")
        say(f"results  {visible(str(told))}")
    if refused > _MOST_COMPLAINTS:
        complain(f"{refused - _MOST_COMPLAINTS} more rows were refused: {told} names them")
    return ExitCode.BAD_INPUT if refused else ExitCode.PASSED


@contextmanager
def _progress(file: BinaryIO, rows: str) -> Iterator[Callable[[], None]]:
    """Show on a terminal how much of the file was read; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(visible(Path(rows).name), total=Path(rows).stat().st_size)
        yield lambda: bar.update(task, completed=file.tell())
