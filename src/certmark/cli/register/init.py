"""``certmark register init``: a register and its first status list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.options import require
from certmark.cli.register.options import Actor, Location, Now, act_of, naming, where
from certmark.cli.screen import say, visible
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import ENTITY_ID, HTTPS_URI

if TYPE_CHECKING:
    from certmark.register import Act, Register

_SIZE: Final = 1 << 20
_LARGEST: Final = 4 * DEFAULT_LIMITS.status_list  # four entries a byte; their module would load cryptography


def init(
    *,
    register: Location,
    entity: Annotated[str, typer.Option(metavar="ID", help="The body's id in the trusted list, as DE-3087.")],
    status_uri: Annotated[str, typer.Option(metavar="URI", help="Its status list, as the trusted list declares it.")],
    ncca_uri: Annotated[
        str | None, typer.Option(metavar="URI", help="The authority's list over the same indices.")
    ] = None,
    size: Annotated[int, typer.Option(metavar="N", min=1, max=_LARGEST, help="Entries of the list.")] = _SIZE,
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Make a register in an empty database, and open its status list.

    If it is interrupted, run it again.
    """
    require(ENTITY_ID, "--entity", entity)
    require(HTTPS_URI, "--status-uri", status_uri)
    if ncca_uri is not None:
        require(HTTPS_URI, "--ncca-uri", ncca_uri)
    if status_uri == ncca_uri:
        raise CommandError(ExitCode.USAGE, "--ncca-uri is the list of the body itself: each signs one of its own")
    act = act_of(actor, at_or_now(at))
    url, file = where(register)
    with naming(file), _made_or_half_made(url, act) as book:
        book.open_list(status_uri, entity=entity, size=size, act=act, authority_uri=ncca_uri)
    say(f"register  {'made' if file is None else visible(str(file))}")
    say(f"list      {visible(status_uri)} with {size} entries, for {visible(entity)}")
    if ncca_uri is not None:
        say(f"          {visible(ncca_uri)} of the authority")
    return ExitCode.PASSED


def _made_or_half_made(url: str, act: Act) -> Register:
    """Make a register, or take up one whose making was killed before it had a list."""
    from certmark.register import Register, RegisterSchemaError

    try:
        return Register.create(url, act=act)
    except RegisterSchemaError as refused:
        try:
            found = Register.open(url)
        except RegisterSchemaError:
            raise refused from None
        if found.lists():
            found.close()
            raise
        return found
