"""Run clients against the test vectors (CONFORMANCE.md says how a client is called and what it answers).

Usage: python scripts/run_conformance.py [--vectors DIR] [--only TEXT] [--jobs N] [--timeout SECONDS] CLIENT...

A CLIENT is one argument: the command to start it, with its own arguments ("certmark verify"). Nothing but Python is
needed. The exit code is 0 when no vector failed, 1 when one did, and 64 when a client or the vectors are not there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VECTORS = Path(__file__).resolve().parents[1] / "tests" / "vectors"
VERDICTS = {"PASSED": 0, "FAILED": 1, "INDETERMINATE": 2}
"""Exit codes of verdicts."""
REFUSED, UNSUPPORTED, USAGE = 65, 69, 64
ANSWERS = ("indication", "sub_indication", "certificate_status", "may_promote")
"""Members of the JSON that are compared."""
OUTCOMES = ("passed", "failed", "not supported")


@dataclass(frozen=True)
class Vector:
    """A vector and the folder that its files are in."""

    content: dict[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        """Group and name."""
        return str(self.content["name"])

    @property
    def expect(self) -> dict[str, Any]:
        """What a client answers."""
        return dict(self.content["expect"])

    def arguments(self, scratch: Path) -> list[str]:
        """Write what has to be a file, and give the arguments of the client."""
        given = self.content["input"]
        trust = self._file(given["trust"], scratch)
        arguments = [self._token(given["token"], scratch), "--trust", trust, "--anchor", given["anchor"]]
        for option, names in (("--status", given["status"]), ("--scheme", given.get("schemes", []))):
            for name in names:
                arguments += [option, self._file(name, scratch)]
        for name, value in given.get("product", {}).items():
            arguments += [{"version": "--product-version"}.get(name, f"--{name}"), value]
        return [*arguments, "--at", self.content["at"], "--policy", self.content["policy"], "--json"]

    def _token(self, token: dict[str, str], scratch: Path) -> str:
        if "file" in token:
            return self._file(token["file"], scratch)
        path = scratch / ("token.txt" if "text" in token else "token.cose")
        path.write_bytes(token["text"].encode() if "text" in token else bytes.fromhex(token["hex"]))
        return str(path)

    def _file(self, name: str, scratch: Path) -> str:
        path = self.folder / name
        if path.suffix != ".gz":
            return str(path)
        unpacked = scratch / path.stem
        unpacked.write_bytes(content(path))
        return str(unpacked)


@dataclass(frozen=True)
class Result:
    """What came of one vector: ``passed``, ``failed`` or ``not supported``, and why it failed."""

    vector: str
    outcome: str
    reason: str = ""


def content(path: Path) -> bytes:
    """Read an artefact, unpacked."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def load(folder: Path) -> list[Vector]:
    """Read every vector of a folder."""
    files = sorted(folder.glob("*.json"))
    return [Vector(content, folder) for file in files for content in json.loads(file.read_bytes())["vectors"]]


def judge(vector: Vector, code: int, output: str) -> Result:
    """Compare what a client answered with what the vector expects."""

    def failed(reason: str) -> Result:
        return Result(vector.name, "failed", f"{reason}; expected {_expected(vector.expect)}")

    if code == UNSUPPORTED:
        return Result(vector.name, "not supported")
    if code == REFUSED:
        return Result(vector.name, "passed") if "error" in vector.expect else failed("an input was refused (65)")
    if code not in VERDICTS.values():
        return failed(f"exit code {code}")
    try:
        said = json.loads(output)
        answer = {name: said[name] for name in ANSWERS}
    except (ValueError, KeyError, TypeError):
        return failed("no JSON object with " + ", ".join(ANSWERS))
    if VERDICTS.get(str(answer["indication"])) != code:
        return failed(f"exit code {code} and {answer['indication']}")
    if answer != {name: vector.expect.get(name, "nothing") for name in ANSWERS}:
        return failed(" ".join(str(value) for value in answer.values()))
    return Result(vector.name, "passed")


def _expected(expect: dict[str, Any]) -> str:
    verdict = " ".join(str(expect[name]) for name in ANSWERS) if "indication" in expect else ""
    refusal = f"65 ({expect['error']})" if "error" in expect else ""
    return " or ".join(filter(None, (verdict, refusal)))


def run(client: Sequence[str], vector: Vector, *, timeout: float) -> Result:
    """Start a client for one vector."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
        command = [*client, *vector.arguments(Path(scratch))]
        try:
            done = subprocess.run(  # noqa: S603 the caller names the client
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return Result(vector.name, "failed", f"no answer within {timeout:g} seconds")
    return judge(vector, done.returncode, done.stdout.decode("utf-8", "replace"))


def run_all(client: Sequence[str], vectors: Sequence[Vector], *, jobs: int, timeout: float) -> Iterator[Result]:
    """Run a client against vectors, several at a time, and give the results in their order."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(partial(run, client, timeout=timeout), vectors)


def main(arguments: Sequence[str]) -> int:
    """Run clients and print what came of it."""
    parser = argparse.ArgumentParser(description="Run clients against the certmark test vectors.")
    parser.add_argument("clients", nargs="+", metavar="CLIENT", help='a command as one argument: "certmark verify"')
    parser.add_argument("--vectors", type=Path, default=VECTORS, metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT", help="only vectors whose name begins with this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="for each call")
    options = parser.parse_args(arguments)
    vectors = [vector for vector in load(options.vectors) if vector.name.startswith(options.only)]
    if not vectors:
        print(f"no vectors in {options.vectors}", file=sys.stderr)
        return USAGE
    rows = []
    for client in options.clients:
        try:
            results = list(run_all(shlex.split(client), vectors, jobs=options.jobs, timeout=options.timeout))
        except OSError as error:
            print(f"{client}: {error.strerror}", file=sys.stderr)
            return USAGE
        for kind in OUTCOMES[1:]:
            for each in (each for each in results if each.outcome == kind):
                print(f"{client}: {kind}: {each.vector}" + (f": {each.reason}" if each.reason else ""))
        rows.append((client, Counter(each.outcome for each in results)))
    width = max(len(client) for client in ("client", *options.clients))
    print("  ".join(("client".ljust(width), *OUTCOMES)))
    for client, counts in rows:
        print("  ".join((client.ljust(width), *(str(counts[kind]).rjust(len(kind)) for kind in OUTCOMES))))
    return 1 if any(counts["failed"] for _, counts in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
