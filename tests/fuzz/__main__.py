"""Fuzz certmark, or judge one input again.

::

    python -m tests.fuzz --seconds 600              every target, as many at once as there are processors
    python -m tests.fuzz --seconds 600 text bundle  some of them
    python -m tests.fuzz bundle FILE                judge a file: what is wrong comes out as an exception

What libFuzzer has learnt is kept in ``build/fuzz/corpus`` and used again; findings are kept in ``build/fuzz/findings``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from tests.conftest import ROOT
from tests.fuzz.targets import TARGETS
from tests.fuzz.vectors import learn, vectors

BUILD: Final = ROOT / "build" / "fuzz"
SECONDS_PER_INPUT: Final = 5
MEBIBYTES: Final = 1024


class Result(NamedTuple):
    """How one target fared.

    Attributes:
        name: the target.
        executions: inputs that were judged.
        edges: branches of certmark that were seen.
        mebibytes: largest size of the process.
        findings: inputs that broke a rule, each in a file.
        said: the end of what libFuzzer wrote, when there is a finding.
    """

    name: str
    executions: int
    edges: int
    mebibytes: int
    findings: tuple[Path, ...]
    said: str


def write_seeds() -> None:
    """Write valid artefacts and test vectors, each under its digest, for libFuzzer to begin from."""
    seeds = [(name, seed) for name, target in TARGETS.items() for seed in target.seeds]
    for name, seed in [*seeds, *vectors()]:
        folder = BUILD / "seeds" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / sha256(seed).hexdigest()[:16]).write_bytes(seed)


def fuzz(name: str, *, seconds: int, seed: int) -> Result:
    """Run one target in a process of its own."""
    corpus, findings = BUILD / "corpus" / name, BUILD / "findings" / name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    longest = max(path.stat().st_size for path in (BUILD / "seeds" / name).iterdir())
    options = {
        "max_total_time": seconds,
        "max_len": max(4096, 2 * longest),
        "timeout": SECONDS_PER_INPUT,
        "rss_limit_mb": MEBIBYTES,
        "seed": seed,
        "print_final_stats": 1,
        "artifact_prefix": f"{findings}/",
    }
    before = set(findings.iterdir())
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "tests.fuzz.libfuzzer", name),
            *(f"-{option}={value}" for option, value in options.items()),
            *(str(corpus), str(BUILD / "seeds" / name)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="backslashreplace",
        check=False,
    )
    said = ran.stdout + ran.stderr
    found = tuple(sorted(set(findings.iterdir()) - before))
    if ran.returncode and not found:
        raise SystemExit(f"certmark: the fuzzer of {name} ended with {ran.returncode}:\n{said[-3000:]}")

    def number(pattern: str) -> int:
        return int((re.findall(pattern, said) or ["0"])[-1])

    return Result(
        name,
        executions=number(r"stat::number_of_executed_units: *(\d+)"),
        edges=number(r"cov: (\d+)"),
        mebibytes=number(r"stat::peak_rss_mb: *(\d+)"),
        findings=found,
        said=_exception_in(said) if found else "",
    )


def _exception_in(said: str) -> str:
    """Cut the exception, or libFuzzer's own error, out of what was written."""
    start = max(said.rfind("=== Uncaught Python exception"), said.rfind("ERROR: libFuzzer"), 0)
    return said[start : start + 3000]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; or one, and a file")
    parser.add_argument("--seconds", type=int, default=600, help="for each target")
    parser.add_argument("--seed", type=int, default=0, help="of libFuzzer's chance; 0: another one in every run")
    asked = parser.parse_args()
    names = asked.names or list(TARGETS)
    if len(names) == 2 and names[0] in TARGETS and names[1] not in TARGETS:
        learn()
        print(TARGETS[names[0]].judge(Path(names[1]).read_bytes()))
        return 0
    if unknown := set(names) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if find_spec("atheris") is None:
        raise SystemExit("certmark: fuzzing needs atheris, which has wheels for Linux on x86-64 only")
    write_seeds()
    print("| target | inputs | branches seen | MiB | findings |\n|---|--:|--:|--:|--:|")
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda name: fuzz(name, seconds=asked.seconds, seed=asked.seed), names):
            results.append(result)
            figures = (result.executions, result.edges, result.mebibytes, len(result.findings))
            print(f"| {result.name} | {' | '.join(map(str, figures))} |", flush=True)
    for result in results:
        for finding in result.findings:
            print(f"\n{result.said}\nreproduce: python -m tests.fuzz {result.name} {finding.relative_to(ROOT)}")
    return 1 if any(result.findings for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
