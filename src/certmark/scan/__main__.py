"""The process in which ``scan_apart`` reads one picture: it comes on standard input, and its codes go out as JSON."""

from __future__ import annotations

import json
import sys
from typing import Final

from certmark.scan.found import Code
from certmark.scan.pictures import scan

_MOST_CODES: Final = 200


def _bound(seconds: int, memory: int) -> None:
    """Let the system end this process; elsewhere than on Linux it takes the time that its parent gives it."""
    if sys.platform == "linux":
        import resource

        for kind, wanted in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
            most = resource.getrlimit(kind)[1]  # a bound that is lower already stays, and could not be raised
            bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(kind, (bound, bound))


def _answer() -> None:
    _bound(*map(int, sys.argv[1:]))
    found = scan(sys.stdin.buffer.read())
    codes = [*found.codes, *(Code(each.untrusted_text, each.page, each.corners) for each in found.foreign)]
    json.dump(codes[:_MOST_CODES], sys.stdout)


if __name__ == "__main__":
    _answer()
