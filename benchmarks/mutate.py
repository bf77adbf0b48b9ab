"""Change valid artefacts in a million ways, and see that nothing passes which nobody signed.

Usage: python benchmarks/mutate.py [--count N] [--first N] [--seed N] [--processes N] [--json FILE] [--out DIR]

Stands among the benchmarks since it measures: the CPU time of each input, and the memory of one in four. A mutation is
a function of seed and number, so a run can be cut anywhere: ``--first`` goes on where another one ended. Inputs that
break a rule, and those that cost most, are kept in ``--out``, and ``python -m tests.fuzz TARGET FILE`` judges them
again.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.cost import Clocked, kibibytes, milliseconds  # noqa: E402 the repository must be on the path first
from tests.fuzz import artefacts, mutations  # noqa: E402
from tests.fuzz.targets import TARGETS, Breach  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

MOST_MILLISECONDS: Final = 1_000.0
MOST_KIBIBYTES: Final = 64 * 1024.0
_CHUNK: Final = 1_000
_MEMORY_EVERY: Final = 4  # it takes longer than everything else


class Way(NamedTuple):
    """One way to make hostile input.

    Attributes:
        share: how many of a hundred mutations are made so.
        target: what is attacked.
        name: what is done.
        seeds: what it is done to.
        change: does it.
        by_insider: whether a listed key signs the result, so that it may be believed.
    """

    share: int
    target: str
    name: str
    seeds: tuple[bytes, ...]
    change: Callable[[bytes, Random], bytes]
    by_insider: bool = False


def _ways() -> tuple[Way, ...]:
    everything = tuple(
        seed for name in ("token", "root", "union", "national", "status") for seed in TARGETS[name].seeds
    )
    of_bytes = partial(mutations.changed_bytes, others=everything)
    of_characters = partial(mutations.changed_bytes, others=artefacts.TEXTS)
    ways = [
        Way(12, "text", "characters", artefacts.TEXTS, of_characters),
        Way(10, "text", "body, compression", artefacts.TOKENS, mutations.with_changed_body),
        Way(4, "bundle", "bytes", artefacts.BUNDLES, of_bytes),
        Way(6, "bundle", "members, CBOR", artefacts.BUNDLES, mutations.with_changed_members),
    ]
    shares = {"token": (10, 10, 10, 6), "status": (5, 4, 4, 2), "root": (2, 2, 2, 1), "union": (2, 2, 1, 1)}
    for target, (a, b, c, d) in (shares | {"national": (1, 1, 1, 1)}).items():
        seeds = TARGETS[target].seeds
        ways += [
            Way(a, target, "bytes", seeds, of_bytes),
            Way(b, target, "CBOR", seeds, mutations.with_wrong_items),
            Way(c, target, "content, a stranger's signature", seeds, mutations.signed_by_strangers),
            Way(d, target, "content, the right signature", seeds, mutations.signed_by_insiders, by_insider=True),
        ]
    return tuple(ways)


WAYS: Final = _ways()
_TURNS: Final = tuple(index for index, way in enumerate(WAYS) for _ in range(way.share))


@dataclass
class Row:
    """What became of the mutations that were made in one way."""

    mutations: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    milliseconds: float = 0.0
    kibibytes: float = 0.0

    def add(self, other: Row) -> None:
        """Take in what another process has found."""
        self.mutations += other.mutations
        self.outcomes += other.outcomes
        self.breaches += other.breaches
        self.milliseconds = max(self.milliseconds, other.milliseconds)
        self.kibibytes = max(self.kibibytes, other.kibibytes)


def mutation(number: int, *, seed: int) -> tuple[Way, bytes]:
    """Make the mutation of a number: never one of the valid artefacts."""
    way = WAYS[_TURNS[number % len(_TURNS)]]
    chance = random.Random(f"{seed} {number}")  # noqa: S311 repeatable
    while True:
        data = way.change(chance.choice(way.seeds), chance)
        if data not in TARGETS[way.target].seeds:
            return way, data


def mutate(start: int, *, count: int, seed: int, out: Path) -> tuple[dict[int, Row], int]:
    """Make and judge mutations in a row.

    Returns:
        The rows by the place of their way, and the largest size of this process so far, in KiB.
    """
    rows: dict[int, Row] = {}
    gc.disable()
    for number in range(start, start + count):
        way, data = mutation(number, seed=seed)
        row = rows.setdefault(WAYS.index(way), Row())
        row.mutations += 1
        target = TARGETS[way.target]
        clocked = Clocked(target.read)
        try:
            row.outcomes[target._replace(read=clocked).judge(data, by_insider=way.by_insider)] += 1
        except Exception as error:  # noqa: BLE001 whatever comes out is a finding
            kind = "breach" if isinstance(error, Breach) else type(error).__name__
            row.breaches.append(f"{number}: {kind}: {error} ({_kept(out, f'{kind}-{way.target}', data)})")
            continue
        spent = clocked.milliseconds[0]
        if spent > row.milliseconds:
            # once may be chance
            spent = min(spent, milliseconds(target.read, data, rounds=4))
        held = 0.0 if number // len(_TURNS) % _MEMORY_EVERY else kibibytes(target.read, data)
        for name, value, most in (("milliseconds", spent, MOST_MILLISECONDS), ("kibibytes", held, MOST_KIBIBYTES)):
            if value > getattr(row, name):
                setattr(row, name, value)
                _kept(out, f"worst-{WAYS.index(way):02d}-{way.target}-{name}", data, again=True)
            if value > most:
                row.breaches.append(f"{number}: {value:.0f} {name} ({_kept(out, f'costly-{way.target}', data)})")
    gc.enable()
    gc.collect()
    return rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _kept(out: Path, name: str, data: bytes, *, again: bool = False) -> Path:
    """Keep an input, under a name of its own unless it takes the place of another one."""
    path = out / (f"{name}.bin" if again else f"{name}-{sha256(data).hexdigest()[:12]}.bin")
    path.write_bytes(data)
    return path


def table(rows: Iterable[tuple[Way, Row]]) -> list[str]:
    """Write the rows as Markdown."""
    lines = [
        "| artefact | what is changed | mutations | still valid or believed | worst CPU ms | worst KiB | breaches |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for way, row in rows:
        taken = sum(row.outcomes[word] for word in _TAKEN)
        figures = f"{row.mutations} | {taken} | {row.milliseconds:.1f} | {row.kibibytes:.0f} | {len(row.breaches)}"
        lines.append(f"| {way.target} | {way.name} | {figures} |")
    return lines


_TAKEN: Final = ("PASSED", "opened", "opened without some lists", "counts", "believed")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "mutations")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    rows = {index: Row() for index in range(len(WAYS))}
    begun, largest = time.monotonic(), 0
    last = asked.first + asked.count
    starts = range(asked.first, last, _CHUNK)
    with ProcessPoolExecutor(asked.processes) as pool:
        counts = [min(_CHUNK, last - start) for start in starts]
        jobs = [
            pool.submit(mutate, start, count=count, seed=asked.seed, out=asked.out)
            for start, count in zip(starts, counts, strict=True)
        ]
        for done, job in enumerate(jobs, start=1):
            found, size = job.result()
            largest = max(largest, size)
            for index, row in found.items():
                rows[index].add(row)
            if done % 50 == 0:
                print(f"{done * _CHUNK} of {asked.count} in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    named = [(way, rows[index]) for index, way in enumerate(WAYS)]
    print("\n".join(table(named)))
    breaches = [breach for row in rows.values() for breach in row.breaches]
    total = sum(row.mutations for row in rows.values())
    print(f"\n{total} mutations, seed {asked.seed}, {len(breaches)} breaches, largest process {largest // 1024} MiB")
    print("\n".join(breaches[:100]))
    if asked.json:
        as_json = [{"target": way.target, "way": way.name, **vars(row)} for way, row in named]
        asked.json.write_text(json.dumps({"seed": asked.seed, "mutations": total, "rows": as_json}, indent=2) + "\n")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
