"""A certification body's own system around ``certmark.register``: from its decision to the list on its web server.

Run it: ``python examples/body_embedding.py`` (needs the ``register`` extra). The body has a system of its own, here a
file of cases in SQLite, and two things to keep in step: what that system says, and what the register has issued. No
transaction spans the two, and none is needed. The decision is committed first; issuing passes the number of the case as
``key``; the case is closed last. Wherever the program dies in between, the next run goes on: the same key gives the
certificate that is there already, and never a second one. ``main`` shows it.

Everything lies in a temporary folder; keys live as long as the run. The products are invented.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from certmark import Issuer, KeySigner, files, load_document
from certmark.model import document_from, dump_document, global_package
from certmark.register import Act, CertificateRecord, Register, export
from certmark.transport import encode_symbol
from certmark.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY: Final = "XA-7001"
LIST: Final = "https://status.body.example/eucc/1"
LINK: Final = "https://certs.body.example/c/{index}"
SYSTEM: Final = "case system"


# --- the body's own system ---


@dataclass(frozen=True)
class Cases:
    """The body's file of cases: what was decided, and which certificate came of it."""

    database: sqlite3.Connection

    def decide(self, case: str, document: str) -> None:
        """Record that a certificate is to be issued; from here on nothing is lost."""
        with self.database:
            self.database.execute("CREATE TABLE IF NOT EXISTS cases (case_no PRIMARY KEY, document, certificate)")
            self.database.execute("INSERT INTO cases VALUES (?, ?, NULL)", (case, document))

    def decided(self) -> list[tuple[str, str]]:
        """Give the cases that wait for their certificate."""
        return self.database.execute("SELECT case_no, document FROM cases WHERE certificate IS NULL").fetchall()

    def close(self, case: str, certificate: str) -> None:
        """Record the certificate of a case."""
        with self.database:
            self.database.execute("UPDATE cases SET certificate = ? WHERE case_no = ?", (certificate, case))


# --- what it does with the register ---


def issue_what_was_decided(cases: Cases, register: Register, issuer: Issuer, *, now: datetime) -> Iterator[str]:
    """Issue a certificate and a label for each decided case; run it as often as you like."""
    for case, document in cases.decided():
        act = Act(SYSTEM, now, f"case {case}")
        record = register.issue(load_document(document), issuer=issuer, act=act, key=case)
        if record.newest.content != "label":
            record = register.label(record.id, issuer=issuer, act=act)
        cases.close(case, record.id)
        yield record.id


def label_lines(record: CertificateRecord, language: str) -> list[str]:
    """Write what stands beside the code on a label (Regulation (EU) 2024/482, Article 11(3))."""
    said = words(language)
    package = global_package(record.newest.document)
    level = None if package is None else package.ava_van
    return [
        f"{said.label['scheme']}: {record.scheme}",
        f"{said.label['assurance_level']}: {said.label[record.level]}",
        *([f"{said.label['ava_van']}: {level}"] if level is not None else []),
        f"{said.label['certificate']}: {record.id}",
        f"{said.label['certification_body']}: Imaginary Body",
        said.label["issued"].format(month=said.month(record.issued)),
        said.label["valid_until"].format(date=said.date(record.valid_until)),
    ]


def notify_of_suspension(record: CertificateRecord, language: str) -> str:
    """Write to the holder, who has to tell those who bought (Article 30)."""
    said, suspension = words(language), record.standing.suspension
    if suspension is None:
        raise ValueError(f"{record.id} is not suspended")
    first, last = said.date(suspension.first_day), said.date(suspension.last_day)
    return f"{said.say('certificate', 'suspended', id=record.id)} ({first} - {last}) {said.say('promotion', 'stop')}"


def publish(register: Register, web: Path, signer: KeySigner, *, now: datetime) -> bytes:
    """Sign the status list as it is now, and put it where the web server finds it, complete or not at all."""
    ttl, expires = timedelta(days=1), now + timedelta(days=14)
    publication = register.publish(LIST, signer=signer, act=Act(SYSTEM, now), ttl=ttl, expires=expires)
    certificates = export.to_json(register.certificates(), at=now)
    files.write({web / "status.cose": publication.token, web / "certificates.json": certificates.encode()})
    return publication.token


# --- the story ---


def certificate(number: int, product: str, issued: date) -> str:
    """Write the certificate of an invented product, as the body's system would out of its own fields."""
    fields: dict[str, object] = {
        "id": f"EUCC-7001-{issued:%Y-%m}-{number:04}",
        "scheme": "EUCC",
        "legal_basis": "32024R0482",
        "assurance_level": "substantial",
        "subject": {"type": "ict_product", "name": product, "category": "Imaginary devices", "version": "1"},
        "packages": [{"name": "global", "eal": 2, "components": ["ALC_FLR.2", "AVA_VAN.2"], "augmented": True}],
        "standards": ["CC:2022", "CEM:2022"],
        "holder": {"name": "Imaginary Devices", "address": "Nowhere 1", "contact": "security@devices.example"},
        "itsef": "Imaginary Laboratory",
        "issued": issued.isoformat(),
        "valid_until": issued.replace(year=issued.year + 5).isoformat(),
        "documents": [{"type": "certification_report", "reference": f"report {number}", "sha256": "00" * 32}],
        "supplementary_information_url": "https://devices.example/security",
    }
    return dump_document(document_from(fields))


class PowerFailureError(Exception):
    """The program ends here."""


class FailingCases(Cases):
    """A file of cases that the power fails before it is closed."""

    def close(self, case: str, certificate: str) -> None:
        """Fail."""
        raise PowerFailureError(f"{case} ({certificate})")


def main(folder: Path) -> int:
    """Tell the story; gives 0 if the register is sound in the end."""
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    issuer, status_signer = Issuer(KeySigner.generate(), BODY, link=LINK), KeySigner.generate()
    with (
        closing(sqlite3.connect(folder / "cases.db")) as own,
        Register.create(f"sqlite:///{folder / 'register.db'}", act=Act(SYSTEM, now)) as register,
    ):
        register.open_list(LIST, entity=BODY, size=1 << 16, act=Act(SYSTEM, now))
        cases = Cases(own)
        for number, product in enumerate(("Router A", "Lock B", "Meter C"), 1):
            cases.decide(f"2027/{number}", certificate(number, f"Imaginary {product}", now.date()))

        try:
            list(issue_what_was_decided(FailingCases(own), register, issuer, now=now))
        except PowerFailureError as failure:
            print(f"power fails after case {failure} was issued: {len(register.certificates())} certificate")
        issued = list(issue_what_was_decided(cases, register, issuer, now=now))
        records = register.certificates()
        print(f"next run: {len(issued)} cases closed, {len(records)} certificates, {len(cases.decided())} cases wait")
        print("indices:", *(record.index for record in records))

        label = records[0].newest
        print("", *label_lines(records[0], "de"), sep="\n")
        files.write({folder / "label.svg": encode_symbol(label.text).svg().encode()})

        later = now + timedelta(days=30)
        suspended = register.suspend(records[1].id, act=Act("Anna", later, "vulnerability 2027/3"))
        print("", notify_of_suspension(suspended, "fr"), "", sep="\n")

        web = folder / "web"
        web.mkdir()
        for at in (later, later + timedelta(days=1)):
            publish(register, web, status_signer, now=at)
            states = register.statuses(LIST, at=at)
            print(f"{at:%Y-%m-%d}: published, {len(states)} suspended or withdrawn")
        print("on the web:", *sorted(path.name for path in web.iterdir()))

        sound = register.audit().is_sound
        print("audit:", "sound" if sound else "NOT SOUND")
    return 0 if sound else 1


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        sys.exit(main(Path(temporary)))
