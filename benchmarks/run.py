"""Measure certmark against raw cryptography, as ratios within one run.

Usage: python benchmarks/run.py [--quick] [--json FILE]

Absolute times depend on the machine, ratios hardly do. Whatever is compared is run alternately in short rounds, and the
median of the ratios of the rounds is what counts. Nothing is cached between calls.

``verify_ratio`` and its like are in units of one raw ESP256 verification by ``cryptography``, ``issue_ratio`` of one
raw signature. QR versions are medians at level M of the real certificates beside the repository; without that data they
are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.peers import peers  # noqa: E402 the repository must be on the path first
from certmark.claims import StatusReference  # noqa: E402
from certmark.cose import sign1  # noqa: E402
from certmark.cose.profile import CERTMARK_1  # noqa: E402
from certmark.cose.signer import KeySigner  # noqa: E402
from certmark.issue import Issuer  # noqa: E402
from certmark.model.scheme import eucc  # noqa: E402
from certmark.trust import TrustBundle, TrustSnapshot  # noqa: E402
from certmark.trust.entities import StatusListDeclaration, TrustedEntity  # noqa: E402
from tests import world as w  # noqa: E402
from tests.real_data import common_criteria, eucc_certificates  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from certmark.model import CybersecurityCertificate

Figures = dict[str, float]

LINK = "https://k7.example/c/{index}"
STATUS = StatusReference(12_345, "https://status.k7.example/2")


def ratio(measured: Callable[[], object], unit: Callable[[], object], *, rounds: int) -> float:
    """Give how many units one call takes: the median over alternating rounds of some milliseconds each."""
    calls = max(1, int(0.01 / _seconds(measured, 5)))
    unit_calls = max(1, int(0.01 / _seconds(unit, 5)))
    ratios = [_seconds(measured, calls) / _seconds(unit, unit_calls) for _ in range(rounds)]
    return median(ratios)


def _seconds(call: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def verification(rounds: int) -> Figures:
    """Measure a label link to its report, reading the indication only and reading everything."""
    world = w.WORLD
    verifier, text, now = world.verifier(), world.issue(world.certificate().for_label()).text, world.now
    raw = _raw_verify(world.cose)
    if not verifier.report(text, at=now).passed:
        raise SystemExit("the token that is measured does not pass")

    def everything() -> None:
        report = verifier.report(text, at=now)
        for value in (*report, *report.checks, report.summary):
            _ = value

    return {
        "verify_ratio": ratio(lambda: verifier.report(text, at=now).indication, raw, rounds=rounds),
        "verify_full_ratio": ratio(everything, raw, rounds=rounds),
    }


def issuance(rounds: int) -> Figures:
    """Measure a model to its text, less the verification of the signature, which is not part of the bar."""
    world = w.WORLD
    issuer, label = world.issuer(), world.certificate().for_label()
    message = sign1.from_bytes(world.cose, profile=CERTMARK_1)
    covered, signer = message.to_be_signed(), w.BODY_KEY
    whole = ratio(
        lambda: issuer.issue(label, at=world.signed_at, status=world.status_reference),
        lambda: signer.sign(covered),
        rounds=rounds,
    )
    return {"issue_ratio": whole - ratio(_raw_verify(world.cose), lambda: signer.sign(covered), rounds=rounds)}


def density(shared: Path) -> Figures:
    """Give median QR versions of real certificates, with body and hosts that the dictionary does not know."""
    issuer = Issuer(KeySigner.generate(), "QX-4711", link=LINK)
    cc = [row.certificate for row in common_criteria(shared) if row.certificate is not None]
    judged = [certificate for certificate in cc if not _breaches(certificate)]
    eucc = eucc_certificates(shared)
    return {
        "qr_version_cc": median(_versions(issuer, [certificate.for_label() for certificate in judged])),
        "qr_version_eucc": median(_versions(issuer, [certificate.for_label() for certificate in eucc])),
        "qr_version_full": median(_versions(issuer, [*judged, *eucc])),
    }


def _breaches(certificate: CybersecurityCertificate) -> bool:
    return bool(eucc().violations(certificate))


def _versions(issuer: Issuer, certificates: Sequence[CybersecurityCertificate]) -> list[int]:
    versions = []
    for certificate in certificates:
        at = w.instant(certificate.issued.isoformat())
        versions.append(issuer.issue(certificate, at=at, status=STATUS).symbol().version)
    return versions


def growth(rounds: int) -> Figures:
    """Measure what ten thousand keys and ten million status entries cost a verification."""
    small, text, now = w.WORLD, w.WORLD.text, w.WORLD.now
    many = _with_bodies(3_333)
    large = w.WORLD.with_statuses(size=10_000_000)

    def report(world: w.World) -> Callable[[], object]:
        verifier = world.verifier()
        return lambda: verifier.report(text, at=now).indication

    return {
        "growth_keys": ratio(report(many), report(small), rounds=rounds),
        "growth_status": ratio(report(large), report(small.with_statuses(size=1_000)), rounds=rounds),
    }


def _with_bodies(number: int) -> w.World:
    """Spread bodies over 26 more territories, since a list has a largest size."""
    territories = [f"Q{chr(65 + index)}" for index in range(26)]
    share = number // len(territories)
    members = (
        w.Member(
            territory=territory,
            keys=(KeySigner.generate(),),
            entities=tuple(_body(territory, index) for index in range(share)),
        )
        for territory in territories
    )
    world = replace(w.WORLD, members=(*w.WORLD.members, *members))
    if world.trust().problems or not world.report().passed:
        raise SystemExit("the large bundle that is measured is not usable")
    return world


def _body(territory: str, index: int) -> TrustedEntity:
    signers = [KeySigner.generate() for _ in range(3)]
    issuing = w.issuance(signers[0], w.EUCC_HIGH, w.EUCC_SUBSTANTIAL)
    issuing = issuing._replace(keys=(*issuing.keys, w.service_key(signers[1])))
    declared = StatusListDeclaration(f"https://status.{territory.lower()}.example/{index}")
    services = (issuing, w.status_service(signers[2], declared))
    return TrustedEntity(f"{territory}-{9000 + index}", f"Example body {index} of {territory}", services)


def opening(rounds: int) -> Figures:
    """Measure opening a bundle of 30 territories with 5 bodies of 3 keys each, beyond its signatures."""
    members = []
    for number in range(30):
        territory = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
        signer = KeySigner.generate()
        entities = tuple(_body(territory, index) for index in range(5))
        members.append(w.Member(territory=territory, keys=(signer,), entities=entities))
    world = replace(w.WORLD, members=tuple(members))
    bundle, anchor = world.bundle, world.anchor
    signatures = len(TrustBundle.from_bytes(bundle).national) + len(w.ROOT_KEYS) + len(w.UNION_KEYS)
    whole = ratio(lambda: TrustSnapshot.open(bundle, anchor=anchor), _raw_verify(w.WORLD.cose), rounds=rounds)
    return {"bundle_ratio": whole - signatures, "bundle_bytes": len(bundle)}


def processes(seconds: float) -> Figures:
    """Measure how much more two processes verify than one."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_verify_for, (0.1, 0.1)))  # start both before anything is measured
        one = next(iter(pool.map(_verify_for, (seconds,))))
        two = sum(pool.map(_verify_for, (seconds, seconds)))
    return {"processes_ratio": two / one}


def _verify_for(seconds: float) -> float:
    world = w.WORLD
    verifier, text, now = world.verifier(), world.text, world.now
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        verifier.report(text, at=now)
        done += 1
    return done / seconds


def imports(times: int) -> Figures:
    """Measure what importing the verifier adds to starting Python, in milliseconds."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = cache

        def start(code: str) -> float:
            run = partial(subprocess.run, [sys.executable, "-c", code], check=True, env=environment)
            return 1000 * _seconds(run, 1)

        start("import certmark.verify")  # compiles, as an installation does
        pairs = [(start("import certmark.verify"), start("pass")) for _ in range(times)]
    return {"import_ms": median(ours for ours, _ in pairs) - median(bare for _, bare in pairs)}


def _raw_verify(cose: bytes) -> Callable[[], object]:
    """Give one verification by ``cryptography`` of a DER signature, with everything prepared."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 the peer
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    message = sign1.from_bytes(cose, profile=CERTMARK_1)
    r, s = message.signature[:32], message.signature[32:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    covered, ecdsa = message.to_be_signed(), ec.ECDSA(SHA256())
    key: Any = w.BODY_KEY.public_key.public_key
    return lambda: key.verify(der, covered, ecdsa)


BARS = {
    "verify_ratio": 1.60,
    "verify_full_ratio": 2.0,
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


def main() -> int:
    """Measure, print a table, and write the figures if asked to."""
    parser = argparse.ArgumentParser(description="Measure certmark; ratios within one run.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: rougher figures, a tenth of the time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    rounds = 15 if arguments.quick else 101
    figures = {**verification(rounds), **issuance(rounds), **growth(rounds), **opening(max(5, rounds // 10))}
    shared = ROOT.parent / "shared"
    if shared.is_dir():
        figures |= density(shared)
    figures |= peers(rounds)
    figures |= {**processes(1 if arguments.quick else 5), **imports(5 if arguments.quick else 21)}
    print(f"{'figure':<30}{'measured':>10}{'bar':>10}")
    for name, value in figures.items():
        bar = BARS.get(name)
        said = "" if bar is None else f"{'≥' if bar < 0 else '≤'} {abs(bar):g}"
        print(f"{name:<30}{value:>10.2f}{said:>10}")
    if arguments.json:
        partial = arguments.json.with_suffix(".partial")
        partial.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        partial.replace(arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
