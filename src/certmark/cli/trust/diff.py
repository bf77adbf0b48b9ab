"""``certmark trust diff``: what a newer version changes and for whom, before somebody signs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.exits import ExitCode
from certmark.cli.reading import blaming
from certmark.cli.screen import show
from certmark.cli.trust.files import read_list_or_bundle

if TYPE_CHECKING:
    from certmark.trust.publish.differences import Comparison


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The version before.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A draft, or a signed version.", show_default=False)],
) -> int:
    """Say what a newer version changes, and for whom.

    Exit code: 0 no rule broken, 1 a rule broken. Nothing is verified.
    """
    from certmark.cli.trust.diff_view import view

    found = _compare(old, new)
    show(*view(found))
    return ExitCode.FAILED if found.broken else ExitCode.PASSED


def _compare(old: Path, new: Path) -> Comparison:
    from certmark.errors import PublishingError
    from certmark.trust import TrustBundle
    from certmark.trust.publish.differences import compare, compare_bundles

    before, after = read_list_or_bundle(old), read_list_or_bundle(new)
    with blaming(str(new)):
        if isinstance(before, TrustBundle) and isinstance(after, TrustBundle):
            return compare_bundles(before, after)
        if isinstance(before, TrustBundle) or isinstance(after, TrustBundle):
            raise PublishingError("a bundle is compared with a bundle: give two")
        return compare(before, after)
