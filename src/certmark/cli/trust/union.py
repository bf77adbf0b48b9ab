"""What the keepers of union list and root decide: each command changes their JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import read_public_key
from certmark.cli.trust.bodies import Level
from certmark.cli.trust.documents import ListJson, edit, read_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.trust.lists import Pointer, UnionMap

Territory = Annotated[str, typer.Argument(metavar="TERRITORY", help="As DE.", show_default=False)]
Keys = Annotated[list[str], typer.Option("--key", metavar="KEY.pub.cbor", help="Public key; repeat it.")]
Threshold = Annotated[int, typer.Option(metavar="N", help="How many of the keys must sign.")]
Schemes = Annotated[
    list[str], typer.Option("--scheme", metavar="ID", help="Scheme that it may grant; repeat it.  [default: EUCC]")
]
MaxLevel = Annotated[Level | None, typer.Option(help="Highest level that it may grant.  [default: high]")]


class RoleName(StrEnum):
    """Roles of a root."""

    ROOT = "root"
    UNION = "union"


def point(
    document: ListJson,
    territory: Territory,
    *,
    operator: Annotated[
        str | None, typer.Option(metavar="NAME", help="The authority that signs the national list.")
    ] = None,
    key: Keys = [],  # noqa: B006
    threshold: Annotated[int | None, typer.Option(metavar="N", help="How many must sign.  [default: 1]")] = None,
    scheme: Schemes = [],  # noqa: B006
    max_level: MaxLevel = None,
    min_sequence: Annotated[int | None, typer.Option(metavar="N", help="No older national list is accepted.")] = None,
    location: Annotated[list[str], typer.Option(metavar="URI", help="Where it is published; repeat it.")] = [],  # noqa: B006
) -> int:
    """Say who signs the list of a territory.

    And what that list may grant: schemes, and the highest level. Of a territory that is pointed at already, what is
    left out stays as it is.
    """
    from certmark.trust.lists import UnionMap
    from certmark.trust.publish.changes import with_pointer

    keys = tuple(read_public_key(path) for path in key)

    def changed(union: UnionMap) -> UnionMap:
        before = _pointer(union, territory, operator=operator, schemes=scheme, max_level=max_level)
        pointer = before._replace(
            threshold=(before.threshold or 1) if threshold is None else threshold,
            keys=keys or before.keys,
            min_sequence=before.min_sequence if min_sequence is None else min_sequence,
            locations=tuple(location) or before.locations,
            embedded=None,
        )
        if not (pointer.operator and pointer.keys):
            raise CommandError(ExitCode.USAGE, f"{territory} is not pointed at yet: give --operator and --key")
        return with_pointer(union, pointer)

    def done(union: UnionMap) -> str:
        said = _pointer(union, territory)
        granted = f"{', '.join(said.permitted.schemes)} up to {list(Level)[said.permitted.max_level - 1]}"
        return f"{said.threshold} of {len(said.keys)} keys sign the list of {territory}: {granted}"

    return edit(document, UnionMap, changed, done=done)


def embed(
    document: ListJson,
    national: Annotated[Path, typer.Argument(metavar="NATIONAL.json", help="A national list.", show_default=False)],
    *,
    scheme: Schemes = [],  # noqa: B006
    max_level: MaxLevel = None,
) -> int:
    """Put a national list into the union list.

    The keepers of the union list then sign for it. What it may grant stays as it was for its territory.
    """
    from certmark.trust.lists import NationalMap, Pointer, UnionMap
    from certmark.trust.publish.changes import with_pointer

    said = read_document(national)
    content = said.content
    if not isinstance(content, NationalMap):
        raise CommandError(ExitCode.BAD_INPUT, f"{national}: only a national list can be embedded: give one")

    def changed(union: UnionMap) -> UnionMap:
        before = _pointer(union, content.territory, operator=said.operator, schemes=scheme, max_level=max_level)
        return with_pointer(union, Pointer(content.territory, said.operator, before.permitted, embedded=content))

    return edit(document, UnionMap, changed, done=f"the list of {content.territory} is embedded")


def _pointer(
    union: UnionMap,
    territory: str,
    *,
    operator: str | None = None,
    schemes: Sequence[str] = (),
    max_level: Level | None = None,
) -> Pointer:
    """Give what the union list says of a territory, or a pointer without keys, changed where something else is said."""
    from certmark.trust.lists import Permitted, Pointer

    new = Pointer(territory, "", Permitted(("EUCC",), list(Level).index(Level.HIGH) + 1))
    before = next((each for each in union.pointers if each.territory == territory), new)
    permitted = Permitted(
        tuple(schemes) or before.permitted.schemes,
        before.permitted.max_level if max_level is None else list(Level).index(max_level) + 1,
    )
    return before._replace(operator=operator or before.operator, permitted=permitted)


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
