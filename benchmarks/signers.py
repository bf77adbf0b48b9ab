"""Certificates issued per second, by where the key is: in memory, on SoftHSM, or on tokens of your own.

    python benchmarks/signers.py [--rounds N] [--json FILE] [URI ...]

SoftHSM is asked when it is installed: tokens in a temporary folder. A URI names a key of yours; its PIN and module are
found as ``certmark issue`` finds them. Every signer issues the same label token, in short blocks in turn; the median of
the rounds counts. Seconds on the wall are what a body waits for, those of the processor what does not depend on other
programs; they differ where the work is done in another device. Nothing is taken from a cache, and as always each
signature is verified before a token is handed out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from certmark.cli.hardware import open_signer  # noqa: E402 the repository must be on the path first
from certmark.cose.algorithms import Algorithm  # noqa: E402
from certmark.cose.signer import KeySigner  # noqa: E402
from certmark.hsm import generate  # noqa: E402
from tests import world as w  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from certmark.cose.signer import Signer

ALGORITHMS = (Algorithm.ESP256, Algorithm.ESP384, Algorithm.Ed25519)
SOFTHSM = os.environ.get("CERTMARK_TEST_PKCS11", "/usr/lib/softhsm/libsofthsm2.so")
PIN = "87654321"
BLOCK_SECONDS = 0.05


class Rates(NamedTuple):
    """What one signer does per second, on the wall and of a processor: tokens issued, and signatures alone."""

    issued: float
    issued_of_processor: float
    signed: float
    signed_of_processor: float


@contextmanager
def softhsm() -> Iterator[dict[str, Signer]]:
    """Give a signer of each algorithm on a token of SoftHSM, or none where it is not installed."""
    if not Path(SOFTHSM).exists():
        yield {}
        return
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "softhsm2.conf")
        configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n", encoding="utf-8")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        words = ("softhsm2-util", "--module", SOFTHSM, "--init-token", "--free", "--label", "bench")
        subprocess.run([*words, "--so-pin", "12345678", "--pin", PIN], check=True, capture_output=True)  # noqa: S603
        yield {
            f"SoftHSM {algorithm.name}": generate(
                f"pkcs11:token=bench;object={algorithm.name}",
                algorithm,
                pin=lambda _: PIN,
                module=SOFTHSM,
                keep=lambda _: None,
            )
            for algorithm in ALGORITHMS
        }


def rates(signers: Mapping[str, Signer], *, rounds: int) -> dict[str, Rates]:
    """Measure all signers, block by block in turn."""
    document = w.WORLD.certificate().for_label()
    calls: dict[tuple[str, str], Callable[[], object]] = {}
    for name, signer in signers.items():
        issuer = replace(w.WORLD.issuer(), signer=signer)
        status = w.WORLD.status_reference
        calls[name, "issue"] = partial(issuer.issue, document, at=w.WORLD.signed_at, status=status)
        calls[name, "sign"] = partial(signer.sign, bytes(400))
    blocks: dict[tuple[str, str], list[tuple[float, float]]] = {call: [] for call in calls}
    for _ in range(rounds):
        for call, run in calls.items():
            count, wall, processor = 0, time.perf_counter(), time.thread_time()
            while time.perf_counter() - wall < BLOCK_SECONDS:
                run()
                count += 1
            blocks[call].append((count / (time.perf_counter() - wall), count / (time.thread_time() - processor)))
    return {
        name: Rates(
            *(median(block[clock] for block in blocks[name, what]) for what in ("issue", "sign") for clock in (0, 1))
        )
        for name in signers
    }


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Certificates issued per second, by where the key is.")
    parser.add_argument("uris", nargs="*", metavar="URI", help="keys of yours, as pkcs11: URIs")
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    own = {uri: open_signer(uri) for uri in arguments.uris}
    memory: dict[str, Signer] = {f"PEM {algorithm.name}": KeySigner.generate(algorithm) for algorithm in ALGORITHMS}
    with softhsm() as tokens:
        found = rates({**memory, **tokens, **own}, rounds=arguments.rounds)
    print(f"{'':20}{'issued/s':>10}{'of processor':>14}{'signed/s':>10}{'of processor':>14}")
    for name, each in found.items():
        print(f"{name:20}{each[0]:10.0f}{each[1]:14.0f}{each[2]:10.0f}{each[3]:14.0f}")
    if arguments.json:
        arguments.json.write_text(json.dumps({name: each._asdict() for name, each in found.items()}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
