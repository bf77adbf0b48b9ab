"""``certmark status publish``: the next token of a list from the states of its certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from certmark import strict_json
from certmark.cli.clock import at_or_now, end_of, span_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import SigningKey, read_signer
from certmark.cli.options import require
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import say, visible
from certmark.cli.writing import alone, write_files
from certmark.errors import StatusError
from certmark.files import remove_leftovers
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import HTTPS_URI

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_TTLS_TO_THE_END: Final = 7

_Out = Annotated[Path, typer.Option(metavar="FILE", help="Where to write it, in place of an older one.")]


def publish(  # noqa: PLR0913 one for each option
    states: Annotated[
        str, typer.Argument(metavar="STATES", help="Index and status, .json or .csv.", show_default=False)
    ],
    *,
    uri: Annotated[str, typer.Option(metavar="URI", help="Where the list is published, as certificates name it.")],
    key: SigningKey,
    out: _Out,
    ttl: Annotated[str, typer.Option(metavar="12h", help="After that time the next is due: s, m, h or d.")] = "1d",
    expires: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Its end: 14d after now, a day, or an instant.  [default: seven times as long as --ttl]",
        ),
    ] = None,
    previous: Annotated[str | None, typer.Option(metavar="OLD.cose", help="The token before.")] = None,
    first: Annotated[bool, typer.Option("--first", help="There is no token before.")] = False,
    size: Annotated[int | None, typer.Option(metavar="N", help="Entries.  [default: as needed, in steps]")] = None,
    aggregation: Annotated[str | None, typer.Option(metavar="URI", help="Where all your lists are named.")] = None,
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of signing.  [default: now]")] = None,
) -> int:
    """Sign the next token of a status list.

    What takes back what the token before says is refused, with the name of the rule: a withdrawal is final, a list
    never shrinks, and the time of signing rises. Where --out is that token, it is replaced.
    """
    from certmark.cli.status.states import read_states
    from certmark.status import publish as publishing

    if (previous is None) is not first:
        raise CommandError(ExitCode.USAGE, "give the token before as --previous, or --first if there is none")
    require(HTTPS_URI, "--uri", uri)
    if aggregation is not None:
        require(HTTPS_URI, "--aggregation", aggregation)
    span, issued_at = span_of("--ttl", ttl), at_or_now(at)
    ends = _default_end(issued_at, span) if expires is None else end_of("--expires", expires, begin=issued_at)
    stated, signer = read_states(states), read_signer(key)
    with alone(out):
        before = None if previous is None else _token(previous)
        if out.exists() and (before is None or _token(str(out)) != before):
            raise CommandError(ExitCode.USAGE, f"{out}: exists already: give it as --previous, or choose another name")
        with blaming(states):
            signed = publishing.publish(
                stated,
                uri=uri,
                issued_at=issued_at,
                ttl=span,
                expires=ends,
                signer=signer,
                size=size,
                aggregation_uri=aggregation,
                previous=before,
            )
        remove_leftovers(out.parent, out.name)
        write_files(out.parent, {out.name: signed})
    _tell(signed, out)
    return ExitCode.PASSED


def aggregate(
    tokens: Annotated[list[str], typer.Argument(metavar="TOKEN...", help="Your status lists.", show_default=False)],
    *,
    out: _Out,
) -> int:
    """Name status lists in one JSON file, for verifiers that fetch them all ahead."""
    from certmark.status import token
    from certmark.status.publish import aggregation

    if out.exists() and not _names_lists(out):
        raise CommandError(ExitCode.USAGE, f"{out}: exists already and is no such file: choose another name")
    uris = []
    for path in tokens:
        data = _token(path)
        with blaming(path):
            uris.append(token.parse(data)[1].uri)
    write_files(out.parent, {out.name: aggregation(uris)})
    say(f"{visible(str(out))}: {len(set(uris))} status lists")
    return ExitCode.PASSED


def _names_lists(path: Path) -> bool:
    """Tell whether a file is what ``aggregate`` wrote before: nothing else is replaced, least of all a status list."""
    data = read_file(str(path), what="a file of status lists", at_most=DEFAULT_LIMITS.status_token)
    try:
        found = strict_json.parse(data, what="file of status lists", limit=len(data), error=StatusError)
    except StatusError:
        return False
    return isinstance(found, dict) and found.keys() == {"status_lists"}


def _token(path: str) -> bytes:
    return read_file(path, what="a status list", at_most=DEFAULT_LIMITS.status_token)


def _default_end(issued_at: datetime, ttl: timedelta) -> datetime:
    try:
        return issued_at + _TTLS_TO_THE_END * ttl
    except OverflowError:
        raise CommandError(ExitCode.USAGE, "the list would end after the year 9999: shorten --ttl") from None


def _tell(signed: bytes, out: Path) -> None:
    from certmark.status import token
    from certmark.status.bitarray import Status

    said = token.parse(signed)[1]
    withdrawn, suspended = (said.statuses.count(status) for status in (Status.INVALID, Status.SUSPENDED))
    say(f"list     {visible(said.uri)}, {said.statuses.size} entries")
    say(f"states   {withdrawn} withdrawn, {suspended} suspended")
    say(f"file     {visible(str(out))}, {len(signed)} bytes")
