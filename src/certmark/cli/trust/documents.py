"""Root and lists as JSON files: read, and changed in place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import say, visible
from certmark.cli.writing import alone, write_files
from certmark.files import remove_leftovers
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.trust.lists import Content
    from certmark.trust.publish.documents_json import ListDocument
    from certmark.trust.publish.drafts import Version

C = TypeVar("C", bound="Content")

ListJson: TypeAlias = Annotated[
    Path, typer.Argument(metavar="LIST.json", help="The list, as its keeper writes it.", show_default=False)
]


def read_document(path: Path) -> ListDocument:
    """Read a root or list from JSON.

    Raises:
        CommandError: missing (66), or not such JSON (65).
    """
    from certmark.trust.publish.documents_json import load_list

    data = read_file(str(path), what="a root or list in JSON", at_most=DEFAULT_LIMITS.bundle)
    with blaming(str(path)):
        return load_list(data)


def read_signed(path: Path) -> Version:
    """Read a signed root or list, or a draft; nothing is verified.

    Raises:
        CommandError: missing (66), or no root or list (65).
    """
    from certmark.trust.publish.drafts import read_version

    data = read_file(str(path), what="a signed root or list", at_most=DEFAULT_LIMITS.trust_list)
    with blaming(str(path)):
        return read_version(data)


def edit(path: Path, kind: type[C], change: Callable[[C], C], *, done: str | Callable[[C], str]) -> int:
    """Change a document in place, and say what was done.

    Args:
        path: the JSON file; another process that changes it waits meanwhile.
        kind: what it must be.
        change: gives the changed content.
        done: what is said in the end, perhaps of the changed content.

    Raises:
        CommandError: the file is missing (66), another kind of list (65), or the change cannot be made (65).
    """
    from certmark.trust.publish.documents_json import dump_list, load_list
    from certmark.trust.publish.usable import require_usable

    file = path.resolve()  # through a link: to replace the link would leave the list as it was
    with alone(file):
        document = read_document(path)
        if not isinstance(document.content, kind):
            wanted = kind.__name__.removesuffix("Map").lower()
            raise CommandError(ExitCode.BAD_INPUT, f"{path}: this command changes a {wanted} list: give another file")
        with blaming(str(path)):
            changed = change(document.content)
            text = dump_list(document._replace(content=changed))
            require_usable(load_list(text).content)
        remove_leftovers(file.parent, file.name)
        write_files(file.parent, {file.name: text.encode()})
    say(f"{visible(str(path))}: {done if isinstance(done, str) else done(changed)}")
    return 0
