"""What the keepers of union list and root decide: each command changes their JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import read_public_key
from certmark.cli.trust.bodies import Level
from certmark.cli.trust.documents import ListJson, edit, read_document

Territory = Annotated[str, typer.Argument(metavar="TERRITORY", help="As DE.", show_default=False)]
Keys = Annotated[list[str], typer.Option("--key", metavar="KEY.pub.cbor", help="Public key; repeat it.")]
Threshold = Annotated[int, typer.Option(metavar="N", help="How many of the keys must sign.")]
Schemes = Annotated[list[str], typer.Option("--scheme", metavar="ID", help="Scheme that it may grant; repeat it.")]


class RoleName(StrEnum):
    """Roles of a root."""

    ROOT = "root"
    UNION = "union"


def point(
    document: ListJson,
    territory: Territory,
    *,
    operator: Annotated[str, typer.Option(metavar="NAME", help="The authority that signs the national list.")],
    key: Keys,
    threshold: Threshold = 1,
    scheme: Schemes = ["EUCC"],  # noqa: B006
    max_level: Annotated[Level, typer.Option(help="Highest level that it may grant.")] = Level.HIGH,
    min_sequence: Annotated[int | None, typer.Option(metavar="N", help="No older national list is accepted.")] = None,
    location: Annotated[list[str], typer.Option(metavar="URI", help="Where it is published; repeat it.")] = [],  # noqa: B006
) -> int:
    """Say who signs the list of a territory.

    And what that list may grant: schemes, and the highest level.
    """
    from certmark.trust.lists import Permitted, Pointer, UnionMap
    from certmark.trust.publish.changes import with_pointer

    keys = tuple(read_public_key(path) for path in key)
    permitted = Permitted(tuple(scheme), list(Level).index(max_level) + 1)
    pointer = Pointer(territory, operator, permitted, threshold, keys, min_sequence, tuple(location))
    done = f"{threshold} of {len(keys)} keys sign the list of {territory}"
    return edit(document, UnionMap, lambda union: with_pointer(union, pointer), done=done)


def embed(
    document: ListJson,
    national: Annotated[Path, typer.Argument(metavar="NATIONAL.json", help="A national list.", show_default=False)],
    *,
    scheme: Schemes = ["EUCC"],  # noqa: B006
    max_level: Annotated[Level, typer.Option(help="Highest level that it may grant.")] = Level.HIGH,
) -> int:
    """Put a national list into the union list.

    The keepers of the union list then sign for it.
    """
    from certmark.trust.lists import NationalMap, Permitted, Pointer, UnionMap
    from certmark.trust.publish.changes import with_pointer

    said = read_document(national)
    if not isinstance(said.content, NationalMap):
        raise CommandError(ExitCode.BAD_INPUT, f"{national}: only a national list can be embedded: give one")
    permitted = Permitted(tuple(scheme), list(Level).index(max_level) + 1)
    pointer = Pointer(said.content.territory, said.operator, permitted, embedded=said.content)
    done = f"the list of {pointer.territory} is embedded"
    return edit(document, UnionMap, lambda union: with_pointer(union, pointer), done=done)


def set_role(
    document: Annotated[Path, typer.Argument(metavar="ROOT.json", help="The root.", show_default=False)],
    role: Annotated[RoleName, typer.Argument(help="root: who signs the next root; union: who signs the union list.")],
    *,
    key: Keys,
    threshold: Threshold,
) -> int:
    """Replace keys and threshold of a role of the root."""
    from certmark.trust.lists import Role, RootMap

    new = Role(threshold, tuple(read_public_key(path) for path in key))
    done = f"role {role}: {threshold} of {len(new.keys)} keys"

    def changed(root: RootMap) -> RootMap:
        return root._replace(root=new) if role is RoleName.ROOT else root._replace(union=new)

    return edit(document, RootMap, changed, done=done)


def close(document: ListJson) -> int:
    """Close a list for good.

    What it says stays; later versions can end keys, but not open it again.
    """
    from certmark.trust.lists import NationalMap, UnionMap
    from certmark.trust.publish.changes import closed

    done = "closed with the next version"
    if isinstance(read_document(document).content, UnionMap):
        return edit(document, UnionMap, closed, done=done)
    return edit(document, NationalMap, closed, done=done)
