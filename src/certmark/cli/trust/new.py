"""The first JSON of a root, a union list or a national list."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import read_public_key
from certmark.cli.reading import blaming
from certmark.cli.screen import say, visible
from certmark.cli.trust.union import Threshold
from certmark.cli.writing import write_new

if TYPE_CHECKING:
    from certmark.trust.publish.documents_json import ListDocument


def new_root(
    out: Annotated[Path, typer.Argument(metavar="ROOT.json", help="Where to write it.", show_default=False)],
    *,
    operator: Annotated[str, typer.Option(metavar="NAME", help="Who keeps the root.")],
    list_id: Annotated[str, typer.Option("--id", metavar="ID", help="Its id, for ever the same.")],
    root_key: Annotated[list[str], typer.Option(metavar="KEY.pub.cbor", help="Signs the next root; repeat it.")],
    union_key: Annotated[list[str], typer.Option(metavar="KEY.pub.cbor", help="Signs the union list; repeat it.")],
    root_threshold: Threshold = 2,
    union_threshold: Threshold = 2,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="Shown in every report, as DEMO.")] = None,
) -> int:
    """Begin a root: who signs it, and who signs the union list."""
    from certmark.trust.lists import Role, RootMap
    from certmark.trust.publish.documents_json import ListDocument

    root, union = (
        Role(threshold, tuple(read_public_key(path) for path in paths))
        for threshold, paths in ((root_threshold, root_key), (union_threshold, union_key))
    )
    return _write(out, ListDocument(operator, list_id, RootMap(1, root, union, label)))


def new_union(
    out: Annotated[Path, typer.Argument(metavar="UNION.json", help="Where to write it.", show_default=False)],
    *,
    operator: Annotated[str, typer.Option(metavar="NAME", help="Who keeps the list.")],
    list_id: Annotated[str, typer.Option("--id", metavar="ID", help="Its id, for ever the same.")],
) -> int:
    """Begin a union list."""
    from certmark.trust.lists import UNION_TERRITORY, UnionMap
    from certmark.trust.publish.documents_json import ListDocument

    return _write(out, ListDocument(operator, list_id, UnionMap(1, UNION_TERRITORY, 0, ())))


def new(
    out: Annotated[
        Path | None, typer.Argument(metavar="LIST.json", help="Where to write it.  [default: as de.json]")
    ] = None,
    *,
    territory: Annotated[str, typer.Option(metavar="CODE", help="Member State or EEA state, as DE.")],
    operator: Annotated[
        str | None, typer.Option(metavar="NAME", help="The authority that keeps it.  [default: the one known]")
    ] = None,
    list_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Its id, for ever the same.  [default: as de-list]")
    ] = None,
) -> int:
    """Begin the national list of a territory.

    Where the authority is known and no operator is given, it is filled in.
    Known bodies are named: they are listed with their keys.
    """
    from certmark.trust.entities import Ncca
    from certmark.trust.lists import NationalMap
    from certmark.trust.publish.documents_json import ListDocument
    from certmark.trust.publish.europe import europe

    state = europe().state(territory)
    known = None if state is None or operator is not None else state.ncca
    if operator is None and known is None:
        unknown = f"the authority of {visible(territory)} is not confirmed here"
        raise CommandError(ExitCode.USAGE, f"{unknown}: name who keeps the list as --operator")
    out = Path(f"{territory.lower()}.json") if out is None else out
    list_id = f"{territory.lower()}-list" if list_id is None else list_id
    ncca = None if known is None else Ncca(f"{territory}-NCCA", known)
    code = _write(out, ListDocument(operator or known or "", list_id, NationalMap(1, territory, 0, (), ncca=ncca)))
    if known is not None:
        say(f"authority: {known}, in the list as {territory}-NCCA")
    for body in europe().bodies_of(territory):
        said = shlex.join(["certmark", "trust", "add-body", visible(str(out)), f"{territory}-{body.number}"])
        say(f"known body, to be listed with its key: {said} --name {shlex.quote(body.name or '')} --key KEY.pub.cbor")
    return code


def _write(out: Path, document: ListDocument) -> int:
    from certmark.trust.publish.documents_json import dump_list, load_list

    text = dump_list(document)
    with blaming(str(out)):
        load_list(text)
    write_new(out, text.encode())
    say(f"{visible(str(out))}: to be filled in and drafted")
    return 0
