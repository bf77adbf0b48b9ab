"""Files that scripts write from the code: written anew, or with ``--check`` only compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]


def written(files: Mapping[Path, str | bytes], arguments: Sequence[str]) -> int:
    """Write files, or compare them.

    Args:
        files: what belongs into each; text is UTF-8.
        arguments: nothing, or ``--check``: nothing is written then.

    Returns:
        The exit code: 1 when a file that was only compared is out of date.
    """
    if unknown := [each for each in arguments if each != "--check"]:
        raise SystemExit(f"{unknown[0]} is no argument: give --check, or nothing")
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    wrong = [path for path, content in contents.items() if not path.exists() or path.read_bytes() != content]
    for path in wrong:
        if arguments:
            print(f"{path.relative_to(ROOT)} is out of date: run python scripts/{Path(sys.argv[0]).name}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents[path])
    return 1 if wrong and arguments else 0
