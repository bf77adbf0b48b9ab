"""What a catalogue costs: rows a second by one process and by two, and the memory of all of them, at several sizes.

``python benchmarks/catalogue.py --rows 10000 100000 1000000 --shared ../shared``

Rows are label tokens with the content of the real certificates in ``shared``, issued by the body of the test world,
each beside its product, over and over; each tenth is about another product, each fiftieth holds no token. They go
through ``certmark verify - --csv --jobs N`` as a whole. Runs by one process and by two take turns, so that other work
on the machine meets both. Memory is the sum of the peaks (``VmHWM``) of all processes, as Linux counts them.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.samples import samples  # noqa: E402
from certmark.claims import StatusReference  # noqa: E402
from certmark.issue import Issuer  # noqa: E402
from tests.world import BODY, BODY_KEY, LINK, SIGNED_AT, STATUS_URI, WORLD  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

JOBS: Final = (1, 2)
SIZES: Final = (10_000, 100_000)
_AT: Final = "2026-06-01T12:00:00Z"


class Run(NamedTuple):
    """What a run took.

    Attributes:
        rows: how many it verified.
        jobs: by how many processes.
        seconds: on the clock.
        processor: seconds of all processes together.
        memory: peak of all processes together, in bytes.
    """

    rows: int
    jobs: int
    seconds: float
    processor: float
    memory: int


def lines(shared: Path) -> list[bytes]:
    """Write the rows of the catalogue once."""
    real = samples(shared)
    issuer = Issuer(BODY_KEY, BODY, link=LINK)
    found = []
    for index, certificate in enumerate((*real.eucc, *real.common_criteria)):
        period = {"issued": date(2026, 3, 2), "valid_until": date(2031, 3, 1)}
        moved = certificate.model_copy(update=period).for_label()
        status = StatusReference(index, STATUS_URI)
        text = issuer.issue(moved, at=SIGNED_AT, status=status).text
        model = "another" if index % 10 == 9 else ""
        version = "another" if index % 10 == 9 else moved.subject.version or ""
        out = io.StringIO()
        csv.writer(out).writerow([index, "HC1:X" if index % 50 == 49 else text, model, version])
        found.append(out.getvalue().encode())
    return found


def run(folder: Path, rows: Sequence[bytes], *, number: int, jobs: int) -> Run:
    """Verify so many rows by so many processes."""
    command = [sys.executable, "-m", "certmark", "verify", "-", "--csv", "--jobs", str(jobs), "--at", _AT]
    command += ["--trust", "trust.bundle", "--anchor", "root.cose", "--status", "status.cose"]
    before = os.times()
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=folder) as program:  # noqa: S603 our own
        peaks: dict[int, int] = {}
        watching = threading.Thread(target=_watch, args=(program, peaks))
        watching.start()
        assert program.stdin is not None  # noqa: S101 it was asked for
        program.stdin.write(b"sku,token,model,version\n")
        program.stdin.writelines(islice(cycle(rows), number))
        program.stdin.close()
        program.wait()
        seconds = time.perf_counter() - began
        watching.join()
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(number, jobs, seconds, processor, sum(peaks.values()))


def _watch(program: subprocess.Popen[bytes], peaks: dict[int, int]) -> None:
    while program.poll() is None:
        for pid in _family(program.pid):
            try:
                status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            except OSError:
                continue
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    peaks[pid] = int(line.split()[1]) * 1024
        time.sleep(0.5)


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, nargs="+", default=SIZES, help="sizes of catalogues")
    asked.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder with the real certificates")
    asked.add_argument("--jobs", type=int, nargs="+", default=JOBS, help="how many processes, one run for each")
    options = asked.parse_args()
    rows = lines(options.shared)
    print(f"{len(rows)} certificates, {sum(map(len, rows)) // len(rows)} bytes a row on average\n")
    print("| rows | processes | rows a second | processor ms a row | MiB | against one process |")
    print("|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "trust.bundle").write_bytes(WORLD.bundle)
        (folder / "root.cose").write_bytes(WORLD.root.signed)
        (folder / "status.cose").write_bytes(WORLD.with_statuses(size=1_024).status_tokens[0])
        for number in options.rows:
            seconds = 0.0
            for jobs in options.jobs:
                made = run(folder, rows, number=number, jobs=jobs)
                seconds = seconds or made.seconds
                cells = (
                    *(f"{made.rows}", f"{made.jobs}", f"{made.rows / made.seconds:.0f}"),
                    *(f"{made.processor / made.rows * 1000:.2f}", f"{made.memory / 2**20:.0f}"),
                    f"{seconds / made.seconds:.2f} ×",
                )
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
