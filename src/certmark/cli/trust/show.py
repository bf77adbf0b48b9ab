"""``certmark trust show``: a root, list, draft or bundle as a person reads it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import anchor_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import blaming
from certmark.cli.screen import say, show
from certmark.cli.trust.files import read_list_or_bundle
from certmark.cwt.numericdate import to_seconds

if TYPE_CHECKING:
    from certmark.trust import TrustBundle, TrustSnapshot


def show_list(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A root, a list, a draft or a bundle.", show_default=False)
    ],
    *,
    anchor: Annotated[
        str | None,
        typer.Option(metavar="ROOT", help="Verify a bundle: the root that you trust, or its SHA-256."),
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of asking.  [default: now]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Show what a root, list, draft or bundle says.

    Nothing is verified, unless it is a bundle and --anchor is given.
    """
    from certmark.cli.trust import show_json, show_view
    from certmark.cli.verify import json_text
    from certmark.trust import TrustBundle

    now = to_seconds(at_or_now(at))
    read = read_list_or_bundle(file)
    if not isinstance(read, TrustBundle):
        if anchor is not None:
            raise CommandError(ExitCode.USAGE, "--anchor verifies a bundle: give one, or leave --anchor out")
        if as_json:
            say(json_text(show_json.version(read), indent=2))
        else:
            show(*show_view.version(read, at=now))
        return ExitCode.PASSED
    with blaming(str(file)):
        shown, verified = (read, None) if anchor is None else _verified(read, anchor_of(anchor))
        if as_json:
            say(json_text(show_json.bundle(shown, verified), indent=2))
        else:
            show(*show_view.bundle(shown, verified, at=now))
    return ExitCode.PASSED


def _verified(bundle: TrustBundle, anchor: bytes) -> tuple[TrustBundle, TrustSnapshot]:
    """Verify a bundle, and leave out of it what nobody vouches for: roots before the pinned one, unusable lists."""
    from certmark.trust import TrustBundle, TrustSnapshot

    verified = TrustSnapshot.open(bundle, anchor=anchor)
    pinned = [sha256(root).digest() for root in bundle.roots].index(anchor)
    usable = {territory: data for territory, data in bundle.national.items() if territory in verified.national}
    return TrustBundle(bundle.roots[pinned:], bundle.union, usable), verified
