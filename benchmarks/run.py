"""Measure certmark: ratios within one run, and the size of codes.

Usage: python benchmarks/run.py [--quick] [--json FILE]

``verify_ratio`` and its like are in units of one raw ESP256 verification by ``cryptography``, ``issue_ratio`` of one
raw signature (ratios.py says how they are measured). QR versions are medians at level M of the real certificates beside
the repository; without that data they are left out. Nothing is cached between calls.

speed.py, scale.py, startup.py, density.py and peers.py each give some of the figures. A further part is added to
``measure``, its bar to ``BARS``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import density, peers, scale, speed, startup  # noqa: E402 the repository must be on the path first
from benchmarks.ratios import Figures, table  # noqa: E402

BARS = {
    "verify_ratio": 1.60,
    "verify_full_ratio": 2.0,
    "approval_ratio": 1.3,
    "issue_ratio": 4.5,
    "qr_version_cc": 12,
    "qr_version_eucc": 13,
    "qr_version_full": 15,
    "growth_keys": 1.10,
    "growth_status": 1.10,
    "bundle_ratio": 60,
    "processes_ratio": -1.6,
    "import_ms": 75,
}
"""What the design asks for: at most, or with a minus sign at least."""


def measure(*, quick: bool) -> Figures:
    """Measure everything."""
    rounds = 15 if quick else 101
    figures = speed.verification(rounds) | speed.issuance(rounds)
    figures |= scale.growth(rounds) | scale.opening(max(5, rounds // 10))
    shared = ROOT.parent / "shared"
    if shared.is_dir():
        figures |= density.versions(shared)
    figures |= peers.peers(rounds)
    figures |= startup.processes(0.5, rounds=3 if quick else 11)
    return figures | startup.imports(5 if quick else 21)


def main() -> int:
    """Measure, print a table, and write the figures if asked to."""
    parser = argparse.ArgumentParser(description="Measure certmark; ratios within one run.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: rougher figures, a tenth of the time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    figures = measure(quick=arguments.quick)
    print(table(figures, BARS))
    if arguments.json:
        values = {name: figure.value for name, figure in figures.items()}
        partial = arguments.json.with_suffix(".partial")
        partial.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        partial.replace(arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
