"""Measure a register: issuing one by one and in a batch, publishing a large list, auditing a long log.

    python benchmarks/registers.py [--postgres URL] [--certificates N] [--events N] [--entries N]
        [--folder DIR]

URL names an empty database of a server that waits for its disk; without it PostgreSQL is left out. SQLite files are
made in DIR. Times are on the wall, since a register waits for the disk. Beside them stands the same in raw signatures
(ESP256 by ``cryptography``) of this run, which tells how much of it is due to the machine. The audit takes the log of
the batch, two events a certificate, made longer by reviews; it verifies each token.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert, update

from benchmarks.stress_register import DOCUMENT, ENTITY, URI
from certmark.cose.signer import KeySigner
from certmark.issue import Issuer
from certmark.model import document_from
from certmark.register import Act, Kind, Register, read_jsonl
from certmark.register.events import append
from certmark.register.tables import CERTIFICATES, EVENTS, INDICES, STATUS_LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACT = Act("benchmark", AT, "benchmark")
SIGNER = KeySigner.generate()
ISSUER = Issuer(SIGNER, ENTITY, link="https://certs.body.example/c/{id}")


def raw_sign() -> float:
    """Measure one raw signature, in seconds: the median of some blocks."""
    data, blocks = bytes(300), []
    for _ in range(15):
        begun = time.perf_counter()
        for _ in range(20):
            SIGNER.sign(data)
        blocks.append((time.perf_counter() - begun) / 20)
    return median(blocks)


def report(what: str, seconds: float, each: int, *, sign: float) -> None:
    """Print a figure."""
    one = seconds / each
    print(f"{what:46} {each / seconds:9.0f} /s {one * 1000:9.3f} ms {one / sign:9.1f} raw signatures", flush=True)


def timed(call: Callable[[], object]) -> float:
    """Measure a call, in seconds on the wall."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def made(url: str, *, size: int = 1 << 20) -> Register:
    """Make a register with one list."""
    register = Register.create(url, act=ACT)
    register.open_list(URI, entity=ENTITY, size=size, act=ACT)
    return register


def lines(first: int, number: int) -> Iterator[bytes]:
    """Write rows."""
    for each in range(first, first + number):
        yield json.dumps({**DOCUMENT, "id": f"B-{each}"}).encode() + b"\n"


def issuing(url: str, name: str, *, certificates: int) -> Register:
    """Measure issuing, and leave the register open."""
    register, alone = made(url), min(300, certificates)
    documents = [document_from({**DOCUMENT, "id": f"A-{number}"}) for number in range(alone)]
    sign = raw_sign()
    seconds = timed(lambda: [register.issue(each, issuer=ISSUER, act=ACT) for each in documents])
    report(f"{name}: issue", seconds, alone, sign=sign)
    rows = io.BytesIO(b"".join(lines(0, certificates)))

    def batch() -> None:
        rows.seek(0)
        for each in register.issue_batch(read_jsonl(rows), issuer=ISSUER, act=ACT):
            if each.error is not None:
                raise SystemExit(str(each))

    sign = (sign + raw_sign()) / 2
    report(f"{name}: batch of {certificates}", timed(batch), certificates, sign=sign)
    report(f"{name}: the same batch again", timed(batch), certificates, sign=raw_sign())
    return register


def publishing(url: str, *, entries: int) -> None:
    """Measure publishing a list of which every index is given out and one in a hundred certificates is suspended."""
    when = AT + timedelta(days=2)
    suspended = set(random.Random(1).sample(range(entries), entries // 100))  # noqa: S311 no secret
    with made(url, size=entries) as register:
        with register.database.writing() as connection:
            # rows of certificates without tokens, which no publication reads
            for first in range(0, entries, 10_000):
                numbers = range(first, min(first + 10_000, entries))
                digest = {"request_digest": bytes(32)}
                connection.execute(
                    insert(INDICES),
                    [
                        {"list_uri": URI, "idx": each, "certificate_id": f"C-{each}", "state": "issued", **digest}
                        for each in numbers
                    ],
                )
                about = {"entity": ENTITY, "list_uri": URI, "scheme": "EUCC", "level": "substantial", **digest}
                days = {"issued": "2026-03-02", "valid_until": "2031-03-01"}
                connection.execute(
                    insert(CERTIFICATES), [{"id": f"C-{each}", "idx": each, **about, **days} for each in numbers]
                )
                said = {
                    "at": int(AT.timestamp()),
                    "kind": "suspended",
                    "authority": "body",
                    "actor": "b",
                    "reason": "b",
                }
                said |= {"private_digest": bytes(32), "digest": bytes(32)}
                detail = json.dumps({"first_day": "2026-03-03", "last_day": "2026-04-13"})
                connection.execute(
                    insert(EVENTS),
                    [
                        {"seq": 10 + each, "certificate_id": f"C-{each}", "detail": detail, **said}
                        for each in numbers
                        if each in suspended
                    ],
                )
            connection.execute(update(STATUS_LISTS).values(next_index=entries))
        sign, times = raw_sign(), []
        for hour in range(5):
            act = Act("benchmark", when + timedelta(hours=hour))
            begun = time.perf_counter()
            register.publish(URI, signer=SIGNER, act=act, ttl=None, expires=None)
            times.append(time.perf_counter() - begun)
        token = register.publications(URI)[-1].token
    seconds = median(times)
    print(
        f"SQLite: publish {entries} entries, 1 % suspended {seconds:20.2f} s {seconds / sign:9.0f} raw signatures",
        end=" ",
    )
    print(f"({len(token)} bytes)", flush=True)


def auditing(register: Register, *, events: int) -> None:
    """Measure an audit of what was issued, after so many reviews that the log has a length."""
    certificates = [each.id for each in register.certificates()]
    begun = register.head().seq
    for first in range(begun, events, 1000):
        with register.database.writing() as connection:
            for number in range(first, min(first + 1000, events)):
                of = certificates[number % len(certificates)]
                append(connection, Kind.CONFIRMED, act=ACT, certificate_id=of, article="Article 13(2)(a)")
    sign, found = raw_sign(), []
    seconds = timed(lambda: found.append(register.audit()))
    if not found[0].is_sound:
        raise SystemExit(str(found[0].findings[:3]))
    events, tokens = found[0].counted["events"], found[0].counted["tokens"]
    print(f"SQLite: audit of {events} events and {tokens} tokens in {seconds:.1f} s")
    report("SQLite: audit, per event", seconds, events, sign=sign)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--certificates", type=int, default=20_000, metavar="N", help="of the batch, in SQLite")
    parser.add_argument("--events", type=int, default=100_000, metavar="N", help="of the log that is audited")
    parser.add_argument("--entries", type=int, default=1_000_000, metavar="N", help="of the list that is published")
    parser.add_argument("--folder", type=Path, metavar="DIR")
    asked = parser.parse_args()
    print(f"one raw signature: {raw_sign() * 1000:.3f} ms")
    with TemporaryDirectory(dir=asked.folder) as folder:
        if asked.postgres:
            issuing(asked.postgres, "PostgreSQL", certificates=min(asked.certificates, 5_000)).close()
        publishing(f"sqlite:///{folder}/list.db", entries=asked.entries)
        with issuing(f"sqlite:///{folder}/issued.db", "SQLite", certificates=asked.certificates) as register:
            auditing(register, events=asked.events)


if __name__ == "__main__":
    main()
