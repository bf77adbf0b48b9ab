"""``certmark register open-list`` and ``close-list``: where indices are given out."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.options import require
from certmark.cli.register.options import Actor, Location, Now, OptionalReason, Reason, act_of
from certmark.cli.register.options import opened as open_register
from certmark.cli.screen import say, visible
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import ENTITY_ID, HTTPS_URI

LARGEST: Final = 4 * DEFAULT_LIMITS.status_list  # four entries a byte; their module would load cryptography

Entity: TypeAlias = Annotated[str, typer.Option(metavar="ID", help="The body's id in the trusted list, as DE-3087.")]
NccaUri: TypeAlias = Annotated[
    str | None, typer.Option(metavar="URI", help="The authority's list over the same indices.")
]
Size: TypeAlias = Annotated[int, typer.Option(metavar="N", min=1, max=LARGEST, help="Entries of the list.")]
SIZE: Final = 1 << 20
ListUri: TypeAlias = Annotated[str, typer.Argument(metavar="URI", help="The body's list.", show_default=False)]


def open_list(
    uri: ListUri,
    *,
    register: Location,
    entity: Entity,
    ncca_uri: NccaUri = None,
    size: Size = SIZE,
    actor: Actor = None,
    reason: OptionalReason = None,
    at: Now = None,
) -> int:
    """Add a status list, used once those before it are full.

    The trusted list must declare it, with that of the authority, before a certificate names it.
    """
    refuse_wrong_list("URI", uri, entity=entity, ncca_uri=ncca_uri)
    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        book.open_list(uri, entity=entity, size=size, act=act, authority_uri=ncca_uri)
    tell_list(uri, entity=entity, size=size, ncca_uri=ncca_uri)
    return ExitCode.PASSED


def close_list(uri: ListUri, *, register: Location, reason: Reason, actor: Actor = None, at: Now = None) -> int:
    """Give out no further index of a list.

    As after a backup was restored. What stands on it stays, and is published as before.
    """
    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        book.close_list(uri, act=act)
        room = sum(each.room for each in book.lists())
    say(f"list     {visible(uri)} is closed; {room} indices are left in others")
    return ExitCode.PASSED


def refuse_wrong_list(option: str, uri: str, *, entity: str, ncca_uri: str | None) -> None:
    """Refuse what is no list that a trusted list could declare.

    Raises:
        CommandError: an id or a uri is not written as it must be.
    """
    require(ENTITY_ID, "--entity", entity)
    require(HTTPS_URI, option, uri)
    if ncca_uri is not None:
        require(HTTPS_URI, "--ncca-uri", ncca_uri)
    if uri == ncca_uri:
        raise CommandError(ExitCode.USAGE, "--ncca-uri is the list of the body itself: each signs one of its own")


def tell_list(uri: str, *, entity: str, size: int, ncca_uri: str | None) -> None:
    """Say which list there is now."""
    say(f"list     {visible(uri)} with {size} entries, for {visible(entity)}")
    if ncca_uri is not None:
        say(f"         {visible(ncca_uri)} of the authority")
