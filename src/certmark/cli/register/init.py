"""``certmark register init``: a register and its first status list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.exits import ExitCode
from certmark.cli.register.lists import SIZE, Entity, NccaUri, Size, refuse_wrong_list, tell_list
from certmark.cli.register.options import Actor, Location, Now, act_of, naming, where
from certmark.cli.screen import say, visible

if TYPE_CHECKING:
    from certmark.register import Act, Register


def init(
    *,
    register: Location,
    entity: Entity,
    status_uri: Annotated[str, typer.Option(metavar="URI", help="Its status list, as the trusted list declares it.")],
    ncca_uri: NccaUri = None,
    size: Size = SIZE,
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Make a register in an empty database, with its status list.

    If it is interrupted, run it again.
    """
    refuse_wrong_list("--status-uri", status_uri, entity=entity, ncca_uri=ncca_uri)
    act = act_of(actor, at_or_now(at))
    url, file = where(register)
    with naming(file), _made_or_half_made(url, act) as book:
        book.open_list(status_uri, entity=entity, size=size, act=act, authority_uri=ncca_uri)
    say(f"register {'made' if file is None else visible(str(file))}")
    tell_list(status_uri, entity=entity, size=size, ncca_uri=ncca_uri)
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
