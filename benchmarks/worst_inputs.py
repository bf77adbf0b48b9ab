"""Measure the worst inputs that we could think of: CPU time and memory of reading each, in a process of its own.

Usage: python benchmarks/worst_inputs.py [--slow] [TARGET ...]      (Linux only)

With ``--slow``: those pictures and PDF files that take long, and no others. Memory is what the process grew by at its
peak, what C libraries take included; it counts in steps of some hundred KiB.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.cost import milliseconds  # noqa: E402 the repository must be on the path first
from tests.fuzz.slow_pictures import SLOW  # noqa: E402
from tests.fuzz.targets import TARGETS  # noqa: E402
from tests.fuzz.worst import WORST  # noqa: E402


def _kibibytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) if found else 0


def measured(target: str, data: bytes, outcome: str) -> str:
    """Read an input in a child process, and give the cells of its row."""
    reading, writing = os.pipe()
    if not os.fork():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        before = _kibibytes("VmRSS")
        once = milliseconds(TARGETS[target].read, data, rounds=1)
        grown = _kibibytes("VmHWM") - before
        spent = once if once > 500 else milliseconds(TARGETS[target].read, data, rounds=3)
        came = TARGETS[target].judge(data, by_insider=True)
        os.write(writing, f"{spent:.1f} | {grown / 1024:.1f} | {came if came == outcome else f'**{came}**'}".encode())
        os._exit(0)
    os.close(writing)
    os.wait()
    with os.fdopen(reading) as cells:
        return cells.read() or "crashed"


def main() -> int:
    """Run from the command line."""
    print("| read as | input | bytes | CPU ms | MiB | outcome | bounded by |\n|---|---|--:|--:|--:|---|---|")
    asked = set(sys.argv[1:])
    for worst in SLOW if "--slow" in asked else WORST:
        if worst.target in asked or not asked - {"--slow"}:
            data = worst.make()
            cells = measured(worst.target, data, worst.outcome)
            print(f"| {worst.target} | {worst.name} | {len(data)} | {cells} | {worst.bound} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
