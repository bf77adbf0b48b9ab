"""One year of an imaginary certification body: 300 certificates in a register, and what verifiers hear about them.

Run it: ``python examples/body_year.py`` (needs the ``register`` extra). The body issues every Monday and then publishes
its status list; the authority signs its own over the same indices. Nine certificates, each under a letter, have a
story. On the last Monday of each month a verifier that holds the lists of that morning verifies them; what it answers
is printed and compared with what this file says. In the end the register is audited, against the head of its log that
somebody else has kept since July.

The register is a SQLite file in a temporary folder; keys live as long as the run. Products with a story are invented.
The others have the names of real ones, where the reference data lies beside the repository (see CONTRIBUTING.md).
"""

from __future__ import annotations

import csv
import sys
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from certmark import Issuer, KeySigner, Verifier
from certmark.cwt.numericdate import to_days, to_seconds
from certmark.model import document_from
from certmark.register import Act, Authority, LifecycleError, Register, Review
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.trust.entities import (
    Ncca,
    Scope,
    Service,
    ServiceKey,
    ServiceStatus,
    ServiceType,
    StatusEntry,
    StatusListDeclaration,
    TrustedEntity,
)
from certmark.trust.lists import NationalMap, Permitted, Pointer, Role, RootMap, UnionMap
from certmark.trust.publish import changes
from certmark.trust.publish.documents_json import ListDocument
from certmark.trust.publish.drafts import add_signature, draft, merge
from certmark.verify import StatusSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from certmark.model import AnyDocument
    from certmark.register import Head
    from certmark.trust.lists import Content
    from certmark.verify import Report

BODY, AUTHORITY = "XA-7001", "XA-NCCA"
BODY_LIST, AUTHORITY_LIST = "https://status.body.example/eucc/1", "https://status.authority.example/xa/eucc/1"
YEAR: Final = 2027
IN_ALL: Final = 300
A_WEEK: Final = 6
PRODUCTS: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "common-criteria.csv"


def on(day: date, hour: int) -> datetime:
    """Give an hour of a day, in UTC."""
    return datetime.combine(day, time(hour), UTC)


def product_names() -> Iterator[str]:
    """Give the names of real products, then invented ones without end."""
    if PRODUCTS.exists():
        with PRODUCTS.open(encoding="utf-8", newline="") as file:
            yield from (row["product_name"] for row in csv.DictReader(file))
    number = 0
    while True:
        number += 1
        yield f"Imaginary Router {number}"


def certificate(certificate_id: str, name: str, issued: date, **changes: object) -> AnyDocument:
    """Write the certificate of a product, for five years."""
    content = {
        "id": certificate_id,
        "scheme": "EUCC",
        "legal_basis": "32024R0482",
        "assurance_level": "substantial",
        "subject": {"type": "ict_product", "name": name, "category": "Imaginary devices", "version": "1"},
        "packages": [{"name": "global", "eal": 2, "components": ["ALC_FLR.2", "AVA_VAN.2"], "augmented": True}],
        "standards": ["CC:2022", "CEM:2022"],
        "holder": {"name": "Imaginary Devices", "address": "Nowhere 1", "contact": "security@devices.example"},
        "itsef": "Imaginary Laboratory",
        "issued": issued.isoformat(),
        "valid_until": issued.replace(year=issued.year + 5).isoformat(),
        "documents": [{"type": "certification_report", "reference": certificate_id, "sha256": "00" * 32}],
        "supplementary_information_url": "https://devices.example/security",
    }
    return document_from({**content, **changes})


# --- who is trusted, and for what ---


def trust(at: datetime, *, signer: KeySigner, status_signers: dict[str, KeySigner]) -> TrustSnapshot:
    """Sign the lists that name the body and its authority for the year, and open them as a verifier does."""
    keepers, operators = ([KeySigner.generate(), KeySigner.generate()] for _ in range(2))
    state = KeySigner.generate()
    granted = (StatusEntry(ServiceStatus.GRANTED, to_seconds(at)),)

    def service(kind: ServiceType, key: KeySigner) -> Service:
        first, last, end = (to_seconds(at + timedelta(days=days)) for days in (0, 366, 7 * 366))
        return Service(kind, granted, (ServiceKey(key.public_key.to_cose_key(), first, last, end),))

    scope = Scope("EUCC", 2, to_days(at.date()), max_ava_van=2)
    declared = StatusListDeclaration(BODY_LIST, AUTHORITY_LIST)
    body = TrustedEntity(
        BODY,
        "Imaginary Body",
        (
            service(ServiceType.CERTIFICATE_ISSUANCE, signer)._replace(scopes=(scope,)),
            service(ServiceType.STATUS_ISSUANCE, status_signers[BODY_LIST])._replace(status_lists=(declared,)),
        ),
    )
    authority = TrustedEntity(
        AUTHORITY, "Authority of Arcadia", (service(ServiceType.STATUS_ISSUANCE, status_signers[AUTHORITY_LIST]),)
    )
    pointer = Pointer("XA", "Authority of Arcadia", Permitted(("EUCC",), 3), 1, (state.public_key,))
    national = NationalMap(1, "XA", 0, (), ncca=Ncca(AUTHORITY, "Authority of Arcadia"))
    for entity in (body, authority):
        national = changes.add_entity(national, entity)

    def signed(name: str, content: Content, *holders: KeySigner) -> bytes:
        data = draft(
            ListDocument(name, f"imaginary-{name.lower()}", content),
            previous=None,
            issued_at=to_seconds(at),
            next_update=None if isinstance(content, RootMap) else to_seconds(at + timedelta(days=366)),
            expires=to_seconds(at + timedelta(days=2 * 366)),
        )
        return merge([add_signature(data, holder) for holder in holders])

    keeping, operating = (Role(2, tuple(each.public_key for each in holders)) for holders in (keepers, operators))
    root = signed("Keepers", RootMap(1, keeping, operating, "DRILL"), *keepers)
    union = signed("Operator", UnionMap(1, "EU", 0, (pointer,)), *operators)
    bundle = TrustBundle((root,), union, {"XA": signed("Arcadia", national, state)})
    return TrustSnapshot.open(bundle, anchor=sha256(root).digest())


# --- the body ---


class Body:
    """The register of the body, its keys, and what a verifier holds."""

    def __init__(self, folder: Path, at: datetime) -> None:
        signer = KeySigner.generate()
        self.status_signers = {uri: KeySigner.generate() for uri in (BODY_LIST, AUTHORITY_LIST)}
        self.issuer = Issuer(signer, BODY, link="https://certs.body.example/c/{id}")
        self.trust = trust(at, signer=signer, status_signers=self.status_signers)
        self.register = Register.create(f"sqlite:///{folder / 'register.db'}", act=Act("setup", at))
        self.register.open_list(
            BODY_LIST, authority_uri=AUTHORITY_LIST, entity=BODY, size=1 << 16, act=Act("setup", at)
        )
        self.products = islice(product_names(), IN_ALL - len(LETTERS) - 1)
        self.issued = 0
        self.ids: dict[str, str] = {}
        self.held = StatusSnapshot({})
        self.kept_elsewhere: Head | None = None

    def next_id(self, at: datetime) -> str:
        """Give the next id: scheme, body, month, number."""
        self.issued += 1
        return f"EUCC-{BODY[3:]}-{at:%Y-%m}-{self.issued:04}"

    def issue(self, at: datetime, name: str) -> str:
        """Certify a product; the id is also the key under which a retry would find the same certificate."""
        certificate_id = self.next_id(at)
        document = certificate(certificate_id, name, at.date())
        self.register.issue(document, issuer=self.issuer, act=Act("anna", at), key=certificate_id)
        return certificate_id

    def publish(self, at: datetime) -> None:
        """Sign both lists; the verifier fetches them."""
        tokens = [
            self.register.publish(
                uri, signer=signer, act=Act("cron", at), ttl=timedelta(days=7), expires=at + timedelta(days=14)
            ).token
            for uri, signer in self.status_signers.items()
        ]
        self.held = StatusSnapshot.open(tokens, self.trust)

    def look(self, at: datetime) -> str:
        """Verify the certificates with a story, with nothing but the lists that were published."""
        verifier = Verifier(self.trust, self.held)
        texts = {letter: self.register.certificate(each).newest.text for letter, each in self.ids.items()}
        return " ".join(f"{letter}{mark(verifier.report(text, at=at))}" for letter, text in texts.items())


def mark(report: Report) -> str:
    """Say in one sign what a report says: does it pass, how does it stand, may the product be promoted?"""
    said = (str(report.indication), str(report.certificate_status), report.may_promote)
    return MARKS.get(said, f"({report.summary})")


MARKS: Final = {
    ("PASSED", "in_force", "yes"): "+",
    ("PASSED", "suspended", "no"): "s",
    ("FAILED", "withdrawn", "no"): "-",
}


# --- what is decided: each sentence is also the reason in the log ---


def suspend_l(body: Body, act: Act) -> None:
    """L is suspended for a vulnerability; nobody decides anything more, so it ends after 42 days."""
    body.register.suspend(body.ids["L"], act=act)


def suspend_e(body: Body, act: Act) -> None:
    """E is suspended for a vulnerability that is hard to remedy."""
    body.register.suspend(body.ids["E"], act=act)


def extend_e_too_far(body: Body, act: Act) -> None:
    """E: the authority is asked for a suspension of two years."""
    body.register.extend_suspension(body.ids["E"], act=act, last_day=date(YEAR + 2, 2, 17), reference="XA-12")


def extend_e(body: Body, act: Act) -> None:
    """E: the authority extends the suspension to the end of August."""
    body.register.extend_suspension(body.ids["E"], act=act, last_day=date(YEAR, 8, 31), reference="XA-13")


def withdraw_w(body: Body, act: Act) -> None:
    """W is withdrawn: its holder asks for it."""
    body.register.withdraw(body.ids["W"], act=act)


def suspend_r(body: Body, act: Act) -> None:
    """R is suspended for a wrong mark on its box."""
    body.register.suspend(body.ids["R"], act=act)


def suspend_x(body: Body, act: Act) -> None:
    """X is suspended for a vulnerability."""
    body.register.suspend(body.ids["X"], act=act)


def reinstate_r(body: Body, act: Act) -> None:
    """R is reinstated two weeks before its last day: the box is corrected."""
    body.register.reinstate(body.ids["R"], act=act)


def withdraw_x(body: Body, act: Act) -> None:
    """X is withdrawn out of its suspension: there is no remedy."""
    body.register.withdraw(body.ids["X"], act=act)


def reinstate_x(body: Body, act: Act) -> None:
    """X: somebody tries to reinstate it all the same."""
    body.register.reinstate(body.ids["X"], act=act)


def replace_o(body: Body, act: Act) -> None:
    """O is replaced by N, since a review found that it must be certified with another scope."""
    old, new = body.ids["O"], body.next_id(act.at)
    packages = [{"name": "global", "eal": 2, "components": ["AVA_VAN.2"], "augmented": False}]
    document = certificate(new, "Imaginary Product O", act.at.date(), packages=packages, replaces=[old])
    body.register.replace(old, document, issuer=body.issuer, act=act, outcome=Review.DIFFERENT_SCOPE, key=new)
    body.ids["N"] = new


def withdraw_c(body: Body, act: Act) -> None:
    """C is withdrawn by the authority itself, whose own list says so as well."""
    body.register.withdraw(body.ids["C"], act=act, authority=Authority.NCCA)


def keep_the_head(body: Body, _: Act) -> None:
    """The auditor is given the head of the log."""
    body.kept_elsewhere = body.register.head()


LETTERS: Final = "ALERXWOC"
"""The certificates with a story, from the first Monday on; N comes later."""

DECISIONS: Final[tuple[tuple[str, Callable[[Body, Act], None], str | None], ...]] = (
    ("02-03", suspend_l, None),
    ("02-17", suspend_e, None),
    ("03-17", extend_e_too_far, "Article 30(6)"),
    ("03-24", extend_e, None),
    ("04-14", withdraw_w, None),
    ("05-19", suspend_r, None),
    ("06-02", suspend_x, None),
    ("06-16", reinstate_r, None),
    ("07-01", keep_the_head, None),
    ("07-07", withdraw_x, None),
    ("07-21", reinstate_x, "Article 14"),
    ("08-11", replace_o, None),
    ("10-06", withdraw_c, None),
)
"""Day, what is decided, and the article that refuses it, if one does."""

ANSWERS: Final = (
    "A+ L+ E+ R+ X+ W+ O+ C+",
    "A+ Ls Es R+ X+ W+ O+ C+",
    "A+ L+ Es R+ X+ W+ O+ C+",
    "A+ L+ Es R+ X+ W- O+ C+",
    "A+ L+ Es Rs X+ W- O+ C+",
    "A+ L+ Es R+ Xs W- O+ C+",
    "A+ L+ Es R+ X- W- O+ C+",
    "A+ L+ Es R+ X- W- O- C+ N+",
    "A+ L+ E+ R+ X- W- O- C+ N+",
    "A+ L+ E+ R+ X- W- O- C- N+",
    "A+ L+ E+ R+ X- W- O- C- N+",
    "A+ L+ E+ R+ X- W- O- C- N+",
)
"""What the verifier is to answer on the last Monday of each month."""


def decide(body: Body, act: Act, happens: Callable[[Body, Act], None]) -> str | None:
    """Let something be decided, and give the article that refuses it, if one does."""
    print(f"{act.at:%Y-%m-%d}  {act.reason}")
    try:
        happens(body, act)
    except LifecycleError as error:
        print(f"            refused: {error}")
        return error.article
    return None


def live(body: Body) -> int:
    """Let the year pass, and count what is not as expected."""
    wrong = 0
    coming = list(DECISIONS)
    first = date(YEAR, 1, 4)
    mondays = [first + timedelta(weeks=week) for week in range(52)]
    body.ids = {letter: body.issue(on(first, 6), f"Imaginary Product {letter}") for letter in LETTERS}
    for monday in mondays:
        while coming and coming[0][0] < f"{monday:%m-%d}":
            day, happens, article = coming.pop(0)
            act = Act("committee", on(date.fromisoformat(f"{YEAR}-{day}"), 12), happens.__doc__)
            wrong += decide(body, act, happens) != article
        for name in islice(body.products, A_WEEK):
            body.issue(on(monday, 7), name)
        body.publish(on(monday, 8))
        if (monday + timedelta(weeks=1)).month != monday.month:
            said, expected = body.look(on(monday, 18)), ANSWERS[monday.month - 1]
            wrong += said != expected
            print(f"{monday}      {said}{'' if said == expected else f'  EXPECTED {expected}'}")
    return wrong


def main() -> int:
    """Live the year, then audit the register."""
    print("+ in force   s suspended: passes, not to be promoted   - withdrawn: fails\n")
    with TemporaryDirectory() as folder:
        body = Body(Path(folder), on(date(YEAR, 1, 1), 12))
        with body.register as register:
            wrong = live(body)
            issued = len(register.certificates())
            at_last = on(date(YEAR, 12, 31), 12)
            stated = tuple(len(register.statuses(uri, at=at_last)) for uri in (BODY_LIST, AUTHORITY_LIST))
            audit = register.audit(known=body.kept_elsewhere)
    counted = ", ".join(f"{number} {what}" for what, number in audit.counted.items())
    print(f"\n{issued} certificates, withdrawn: {stated[0]} by the body's list, {stated[1]} by the authority's")
    print(f"audit: {'sound' if audit.is_sound else audit.findings}, {counted}")
    return 0 if (wrong, issued, stated, audit.is_sound) == (0, IN_ALL, (4, 1), True) else 1


if __name__ == "__main__":
    sys.exit(main())
