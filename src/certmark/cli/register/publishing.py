"""``certmark register publish``: a status list, signed as the register stands, as the file that a web server gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now, end_of, span_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import SigningKey, read_signer
from certmark.cli.register.options import Actor, Location, Now, act_of
from certmark.cli.register.options import opened as open_register
from certmark.cli.screen import say, visible
from certmark.cli.writing import alone, make_folder, refuse_to_replace, write_files
from certmark.files import remove_leftovers

if TYPE_CHECKING:
    from certmark.register import Register


def publish(
    uri: Annotated[
        str | None, typer.Argument(metavar="URI", help="The list.  [default: the body's, if it is the only one]")
    ] = None,
    *,
    register: Location,
    key: SigningKey,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The token; replaced as a whole.")],
    ttl: Annotated[
        str | None, typer.Option(metavar="TIME", help="How long verifiers use it without asking again, as 12h.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="TIME", help="Its end: 14d after now, a day, or an instant.")
    ] = None,
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Sign a status list as it stands now, keep it, and write it."""
    refuse_to_replace(out, key, what="the private key")
    signer = read_signer(key)
    lasts = None if ttl is None else span_of("--ttl", ttl)
    with open_register(register, writes=out) as book:
        chosen = _only_list(book) if uri is None else uri
        make_folder(out.parent)
        # one after the other, time and file: else an older list could take the place of a newer one
        with alone(out):
            now = at_or_now(at)
            ends = None if expires is None else end_of("--expires", expires, begin=now)
            published = book.publish(chosen, signer=signer, act=act_of(actor, now), ttl=lasts, expires=ends)
            remove_leftovers(out.parent, out.name)
            write_files(out.parent, {out.name: published.token})
        stated = book.statuses(chosen, at=now)
    say(f"list     {visible(chosen)} of {now.isoformat()}")
    say(f"states   {len(stated)} of the certificates as suspended or withdrawn")
    say(f"file     {visible(str(out))}, {len(published.token)} bytes")
    return ExitCode.PASSED


def _only_list(book: Register) -> str:
    known = [each.uri for each in book.lists()]
    if not known:
        raise CommandError(ExitCode.USAGE, "the register has no status list yet: run 'certmark register init' again")
    if len(known) != 1:
        raise CommandError(ExitCode.USAGE, f"which list: give one of {', '.join(known)}")
    return known[0]
