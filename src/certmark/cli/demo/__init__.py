"""``certmark demo``: the whole story on one machine, in a Europe that does not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.clock import now
from certmark.cli.exits import ExitCode
from certmark.cli.writing import make_folder, write_files


def demo(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")] = Path("certmark-demo"),
) -> int:
    """Tell the whole story: trust, issue, verify offline, refuse. Nothing in it is real."""
    from certmark.cli.demo.cases import make_cases
    from certmark.cli.demo.europe import build_europe
    from certmark.cli.demo.files import files_to_keep
    from certmark.cli.demo.story import tell

    make_folder(out)
    at = now()
    europe = build_europe(at)
    cases = make_cases(europe, at)
    write_files(out, files_to_keep(europe, cases))
    as_expected = tell(europe, cases, out=out, at=at)
    return ExitCode.PASSED if as_expected else ExitCode.INTERNAL
