"""Let processes draft, issue, suspend and withdraw at once, kill them at random, and audit what they leave.

    python benchmarks/stress_register.py URL --seconds 60 --processes 8

URL names an empty database. Each process that is killed is started again. Exits 1 if the register is not sound.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from certmark.approve import approve
from certmark.cose.signer import KeySigner
from certmark.issue import Approver, Issuer
from certmark.model import document_from
from certmark.register import Act, AuditReport, LifecycleError, Register, RegisterConflictError
from certmark.status import token

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

URI, ENTITY = "https://status.body.example/stress", "DE-3087"
DOCUMENT: dict[str, Any] = {
    "scheme": "EUCC",
    "legal_basis": "32024R0482",
    "assurance_level": "substantial",
    "subject": {"type": "ict_product", "name": "Example router", "category": "Routers", "version": "1.0"},
    "packages": [{"name": "global", "eal": 1, "ava_van": 1}],
    "standards": ["CC:2022"],
    "holder": {"name": "Example Ltd", "address": "Example Street 1", "contact": "psirt@example.com"},
    "issued": "2026-03-02",
    "valid_until": "2031-03-01",
    "documents": [{"type": "certification_report", "reference": "Report", "sha256": "0f" * 32}],
    "supplementary_information_url": "https://example.com/security",
}


def act() -> Act:
    """Act now."""
    return Act("stress", datetime.now(UTC), "stress")


def work(url: str, pem: bytes, worker: str, *, has_begun: Event) -> None:
    """Issue and decide until killed."""
    choose = random.Random(worker)  # noqa: S311 no secret
    issuer, authority = Issuer(KeySigner.from_pem(pem), ENTITY), KeySigner.generate()

    def ask(payload: bytes) -> bytes:
        before = datetime.now(UTC) - timedelta(minutes=1)  # the act that it is for has its time already
        return approve(payload, signer=authority, authority="DE-NCCA", at=before)

    approved = replace(issuer, approver=Approver((authority.public_key,), ask))
    mine: list[str] = []
    with Register.open(url) as register:
        for number in range(1_000_000):
            try:
                if not mine or choose.random() < 0.6:
                    # every tenth id is shared by all processes, so that they meet
                    name = f"shared-{number}" if number % 10 == 0 else f"{worker}-{number}"
                    document = document_from({**DOCUMENT, "id": name.upper()})
                    drafted = choose.random() < 0.3
                    if drafted:
                        register.draft(document, issuer=ENTITY, act=act())
                        if choose.random() < 0.2:
                            register.discard(document.id, act=act())
                            continue
                    signing = approved if drafted else issuer
                    mine.append(register.issue(document, issuer=signing, act=act(), key=name, drafted=drafted).id)
                    has_begun.set()
                    continue
                certificate_id = choose.choice(mine)
                decide = choose.choice([register.suspend, register.suspend, register.reinstate, register.withdraw])
                decide(certificate_id, act=act())
            except (LifecycleError, RegisterConflictError):
                continue


class Worker:
    """A process that works until it is killed."""

    def __init__(self, url: str, pem: bytes, name: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.has_begun = spawn.Event()
        self.process = spawn.Process(
            target=work, args=(url, pem, name), kwargs={"has_begun": self.has_begun}, daemon=True
        )
        self.process.start()

    def kill(self) -> None:
        """Kill it.

        Raises:
            SystemExit: it ended by itself, by an error.
        """
        if self.process.exitcode is not None:
            raise SystemExit(f"a process ended by itself: {self.process.exitcode}")
        self.process.kill()
        self.process.join()


@dataclass
class Outcome:
    """What came of it."""

    kills: int
    report: AuditReport
    certificates: int
    states: Counter[str]
    says_otherwise: list[str]
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, doubled or contradicted."""
        return self.report.is_sound and not self.says_otherwise


def stress(
    url: str, *, processes: int, seconds: float, least_kills: int = 0, pause: float = 0.5, seed: int = 1
) -> Outcome:
    """Run, kill, restart, then publish and audit."""
    choose = random.Random(seed)  # noqa: S311 no secret
    signer = KeySigner.generate()
    pem, kills = signer.to_pem(), 0
    with Register.create(url, act=act()) as register:
        register.open_list(URI, entity=ENTITY, size=1 << 20, act=act())
    crew = [Worker(url, pem, f"w{number}") for number in range(processes)]
    end = time.monotonic() + seconds
    while time.monotonic() < end or kills < least_kills:
        victim = choose.randrange(processes)
        if crew[victim].has_begun.wait(timeout=0.05):
            time.sleep(choose.uniform(0, pause))
            crew[victim].kill()
            kills += 1
            crew[victim] = Worker(url, pem, f"w{processes + kills}")
    for worker in crew:
        worker.has_begun.wait(timeout=30)
        worker.kill()
    return judged(url, signer, kills=kills)


def judged(url: str, signer: KeySigner, *, kills: int) -> Outcome:
    """Publish, compare the list with each certificate, and audit."""
    with Register.open(url) as register:
        # suspensions begin on the day after their decision
        when = Act("stress", datetime.now(UTC) + timedelta(days=2), None)
        published = token.parse(register.publish(URI, signer=signer, act=when, ttl=None, expires=None).token)[1]
        says_otherwise, seen = [], set()
        numbers = {"in_force": 0, "withdrawn": 1, "suspended": 2}
        certificates = register.certificates()
        for each in certificates:
            status = each.standing.status(int(when.at.timestamp()))
            if each.index in seen or published.statuses.at(each.index or 0) != numbers[status]:
                says_otherwise.append(each.id)
            seen.add(each.index)
        begun = time.perf_counter()
        report = register.audit()
        states = Counter(event_state for event_state in index_states(register))
        return Outcome(kills, report, len(certificates), states, says_otherwise, time.perf_counter() - begun)


def index_states(register: Register) -> list[str]:
    """Give the state of each index."""
    with register.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT state FROM indices").scalars())


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--pause", type=float, default=6, help="most seconds between two kills")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    outcome = stress(asked.url, processes=asked.processes, seconds=asked.seconds, pause=asked.pause, seed=asked.seed)
    print(f"{asked.processes} processes, {asked.seconds:.0f} s, {outcome.kills} kills")
    print(f"{outcome.certificates} certificates; indices: {dict(outcome.states)}; looked at: {outcome.report.counted}")
    print(f"audit in {outcome.seconds:.1f} s: {'sound' if outcome.is_sound else 'NOT SOUND'}")
    for finding in (*outcome.report.findings[:20], *outcome.says_otherwise[:20]):
        print(finding)
    sys.exit(not outcome.is_sound)


if __name__ == "__main__":
    main()
