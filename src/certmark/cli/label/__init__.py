"""``certmark label``: a token in, verified, and a label to print out."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import Evidence
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.options import SchemeFiles, TokenArgument, expanded, words_of
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import say, visible
from certmark.cli.token_input import is_text
from certmark.cli.writing import refuse_to_replace, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.label import Mark

_FORMS: Final = (".svg", ".pdf", ".png")
_MOST_COPIES: Final = 1000


def label(  # noqa: PLR0913 one for each option
    context: typer.Context,
    token: TokenArgument,
    *,
    trust: Annotated[str, typer.Option(metavar="BUNDLE", help="Trust bundle, or the folder of a store of lists.")],
    anchor: Annotated[str, typer.Option(metavar="ROOT", help="Root that you trust: its file, or SHA-256 of the file.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The label: a .svg, .pdf or .png file.")],
    size: Annotated[str, typer.Option(metavar="MM", help="Height as 30mm, or width and height as 75x30mm.")] = "30mm",
    dpi: Annotated[int, typer.Option(metavar="N", help="Resolution of the printer.")] = 300,
    lang: Annotated[str, typer.Option(metavar="XX", help="Language: de, en, es, fr, it or pl.")] = "en",
    mark: Annotated[str | None, typer.Option(metavar="FILE", help="The official mark, a .svg or .png file.")] = None,
    ink: Annotated[str, typer.Option(metavar="COLOUR", help="Colour of the print.")] = "#000000",
    paper: Annotated[str, typer.Option(metavar="COLOUR", help="Colour of the paper; not printed.")] = "#ffffff",
    link: Annotated[
        str | None, typer.Option(metavar="TEMPLATE", help="https link to carry the token; may hold {id} or {index}.")
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="A code without link (CM1:...).")] = False,
    sheet: Annotated[bool, typer.Option("--sheet", help="Labels on A4, as .pdf: one for each line of text.")] = False,
    copies: Annotated[int, typer.Option(metavar="N", help="On a sheet: copies of each label.")] = 1,
    status: Annotated[list[str], typer.Option(metavar="FILE", help="Status lists: one or more files.")] = [],  # noqa: B006 typer copies it
    state: Annotated[str | None, typer.Option(metavar="FILE", help="Remembers lists, so that none goes back.")] = None,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of verification.  [default: now]")] = None,
) -> int:
    """Verify a token and draw its label. Exit code 1 or 2: no label, and why."""
    now = at_or_now(at)
    statuses = expanded(status, context)
    _check(out, sheet=sheet, copies=copies, forms=int(link is not None) + int(bare))
    needed = [each for each in (None if is_text(token) else token, mark) if each is not None]
    refuse_to_replace(out, *needed, what="what the label is made of")

    from certmark.cli.label.making import LabelMaker
    from certmark.label import Ink, Paper, pdf, png, svg
    from certmark.label import sheet as sheet_of

    said = words_of(lang)
    with _about_options():
        sized, colour = Paper.of(size, dpi=dpi), Ink.of(ink, paper=paper)
    maker = LabelMaker(
        verifier=Evidence(trust, anchor, statuses, scheme, "standard", state).verifier(at=now),
        at=now,
        paper=sized,
        words=said,
        ink=colour,
        mark=None if mark is None else _mark(mark),
        link=link,
        bare=bare,
        status_was_asked=bool(statuses) or Path(trust).is_dir(),
    )
    with _about_options():
        if sheet:
            drawn = sheet_of(maker.labels(token, copies=copies), at=now)
        else:
            one, form = maker.label(token), out.suffix.lower()
            drawn = pdf(one, at=now) if form == ".pdf" else (png if form == ".png" else svg)(one)
    write_files(out.parent, {out.name: drawn})
    say(f"label    {visible(str(out))}, {maker.counted} of {sized.width:g} x {sized.height:g} mm at {dpi} dpi")
    say(f"symbol   {maker.symbol}")
    return 0


def _check(out: Path, *, sheet: bool, copies: int, forms: int) -> None:
    if out.suffix.lower() not in _FORMS:
        raise CommandError(ExitCode.USAGE, f"--out {str(out)!r}: name a file that ends in .svg, .pdf or .png")
    if sheet and out.suffix.lower() != ".pdf":
        raise CommandError(ExitCode.USAGE, f"--out {str(out)!r}: a sheet is a PDF: name a file that ends in .pdf")
    if forms > 1:
        raise CommandError(ExitCode.USAGE, "--link contradicts --bare: leave one out")
    if copies != 1 and not sheet:
        raise CommandError(ExitCode.USAGE, "--copies is for sheets: give --sheet too")
    if not 1 <= copies <= _MOST_COPIES:
        raise CommandError(ExitCode.USAGE, f"--copies {copies}: give a number from 1 to {_MOST_COPIES}")


def _mark(path: str) -> Mark:
    from certmark.label import Mark
    from certmark.label.mark import MOST_BYTES

    data = read_file(path, what="the mark, a .svg or .png file", at_most=MOST_BYTES)
    with blaming(path):
        return Mark.read(data)


@contextmanager
def _about_options() -> Iterator[None]:
    """Turn what is wrong with size, resolution or colour into a matter of usage (64)."""
    from certmark.label import LabelContrastError, LabelSizeError

    try:
        yield
    except (LabelSizeError, LabelContrastError) as error:
        raise CommandError(ExitCode.USAGE, str(error)) from error
