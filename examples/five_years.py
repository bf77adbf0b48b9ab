"""Five years of an imaginary Union: what becomes of the same certificates while bodies, keys and states come and go.

Run it: ``python examples/five_years.py``. Territories, authorities and bodies are invented, keys live as long as the
run. A verifier opens whatever is published at each of twenty dates, each time on what it knew before, and verifies the
same tokens; what it answers is printed and compared with what this file says.

Territories: XA keeps its list in order; XU suspends and later withdraws its body; XL forgets to renew its list for
40 days, and leaves the Union in the end. At each date somebody also offers the bundle of the date before, in vain.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from certmark.claims import StatusReference
from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.cwt.numericdate import to_days, to_seconds
from certmark.errors import RollbackError
from certmark.issue import Issuer
from certmark.model import document_from
from certmark.status import token as status_token
from certmark.status.bitarray import StatusList
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.trust.entities import (
    KeyRevocation,
    RevocationReason,
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
from certmark.trust.publish.drafts import (
    add_signature,
    deciding_roles,
    draft,
    merge,
    read_version,
    standings,
)
from certmark.verify import StatusSnapshot, Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from certmark.trust.lists import Content

ISSUANCE, STATUS = ServiceType.CERTIFICATE_ISSUANCE, ServiceType.STATUS_ISSUANCE
DAY: Final = timedelta(days=1)
TERRITORIES: Final = {"XA": "Authority of Arcadia", "XU": "Authority of Utopia", "XL": "Authority of Lyonesse"}


def day(text: str) -> datetime:
    """Read a day as its noon in UTC."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00").astimezone(UTC)


@dataclass
class Kept:
    """A root or list in the hands of its keeper.

    Attributes:
        document: what it says.
        holders: who sign.
        renews: whether the keeper makes a new version at each date.
        versions: signed so far, oldest first.
    """

    document: ListDocument
    holders: tuple[KeySigner, ...]
    renews: bool = True
    versions: list[bytes] = field(default_factory=list)

    def change(self, content: Content) -> None:
        """Let the next version say something else."""
        self.document = self.document._replace(content=content)

    def publish(self, at: datetime, *, above: bytes | None, due: timedelta = 90 * DAY) -> None:
        """Draft the next version, let each holder sign a copy, put the copies together, and see that they suffice."""
        issued_at = to_seconds(at)
        data = draft(
            self.document,
            previous=self.versions[-1] if self.versions else None,
            issued_at=issued_at,
            next_update=None if isinstance(self.document.content, RootMap) else to_seconds(at + due),
            expires=to_seconds(at + 8 * due),
        )
        signed = merge([add_signature(data, holder) for holder in self.holders])
        version = read_version(signed)
        for each in standings(version, deciding_roles(version, None if above is None else read_version(above))):
            if each.needed:
                raise RuntimeError(f"{version.name}: {each.needed} more must sign for {each.role}")
        self.versions.append(signed)


class Body:
    """A certification body with its keys."""

    def __init__(self, entity_id: str) -> None:
        self.entity_id = entity_id
        self.signer, self.status_signer = KeySigner.generate(), KeySigner.generate()
        self.uri = f"https://{entity_id.lower()}.example/status"
        self.issued = 0

    def entity(self, at: datetime) -> TrustedEntity:
        """List the body from an instant on."""
        granted = (StatusEntry(ServiceStatus.GRANTED, to_seconds(at)),)
        scope = Scope("EUCC", 2, to_days(at.date()), max_ava_van=2)
        keys = [(listed_key(signer, at),) for signer in (self.signer, self.status_signer)]
        services = (
            Service(ISSUANCE, granted, keys[0], scopes=(scope,)),
            Service(STATUS, granted, keys[1], status_lists=(StatusListDeclaration(self.uri),)),
        )
        return TrustedEntity(self.entity_id, f"Body {self.entity_id}", services)

    def certify(self, at: datetime, *, signer: KeySigner | None = None) -> str:
        """Issue a certificate for a router and give its text."""
        self.issued += 1
        certificate = document_from(
            {
                "id": f"EUCC-{self.entity_id[3:]}-{at:%Y-%m}-{self.issued:04d}",
                "scheme": "EUCC",
                "legal_basis": "32024R0482",
                "assurance_level": "substantial",
                "subject": {
                    "type": "ict_product",
                    "name": f"Imaginary Router {self.issued}",
                    "category": "Network and network-related devices",
                    "version": "1",
                },
                "packages": [{"name": "global", "eal": 2, "components": ["ALC_FLR.2", "AVA_VAN.2"], "augmented": True}],
                "standards": ["CC:2022", "CEM:2022"],
                "holder": {"name": "Imaginary Devices", "address": "Nowhere 1", "contact": "security@devices.example"},
                "itsef": "Imaginary Laboratory",
                "issued": at.date().isoformat(),
                "valid_until": (at.date() + timedelta(days=4 * 365)).isoformat(),
                "documents": [{"type": "certification_report", "reference": "Report", "sha256": "00" * 32}],
                "supplementary_information_url": "https://devices.example/security",
            }
        )
        issuer = Issuer(signer or self.signer, self.entity_id)
        return issuer.issue(certificate, at=at, status=StatusReference(self.issued, self.uri)).text

    def status_list(self, at: datetime) -> bytes:
        """Sign a status list in which nothing is withdrawn."""
        statuses = StatusList.of({}, size=64)
        said = status_token.StatusListToken(self.uri, to_seconds(at - DAY), to_seconds(at + 30 * DAY), None, statuses)
        return status_token.seal(said, signer=self.status_signer)


def listed_key(signer: KeySigner, at: datetime) -> ServiceKey:
    """List a key that signs from an instant on for six years and verifies for twelve."""
    first, last, end = (to_seconds(at + timedelta(days=365 * years)) for years in (0, 6, 12))
    return ServiceKey(signer.public_key.to_cose_key(), first, last, end)


class Union:
    """Everybody who keeps something, and the bodies."""

    def __init__(self, at: datetime) -> None:
        self.root_keys = [KeySigner.generate() for _ in range(3)]
        self.union_keys = [KeySigner.generate() for _ in range(3)]
        self.bodies = {entity_id: Body(entity_id) for entity_id in ("XA-1", "XA-2", "XU-1", "XL-1")}
        self.root = Kept(
            ListDocument("Keepers", "imaginary-root", RootMap(1, role(self.root_keys), role(self.union_keys), "DRILL")),
            tuple(self.root_keys[:2]),
            renews=False,
        )
        authorities = {territory: KeySigner.generate() for territory in TERRITORIES}
        pointers = tuple(
            Pointer(territory, name, Permitted(("EUCC",), 3), 1, (authorities[territory].public_key,))
            for territory, name in TERRITORIES.items()
        )
        content = UnionMap(1, "EU", 0, pointers)
        self.union = Kept(ListDocument("Operator", "imaginary-union", content), tuple(self.union_keys[:2]))
        self.lists = {
            territory: Kept(
                ListDocument(name, f"list-{territory}", self._national(territory, at)), (authorities[territory],)
            )
            for territory, name in TERRITORIES.items()
        }

    def _national(self, territory: str, at: datetime) -> NationalMap:
        national = NationalMap(1, territory, 0, ())
        for body in self.bodies.values():
            if body.entity_id.startswith(territory):
                national = changes.add_entity(national, body.entity(at))
        return national

    def new_root(self, at: datetime, role_keys: Iterable[KeySigner], union_keys: Iterable[KeySigner]) -> None:
        """Publish the next root; those who sign are the holders who are left and the new ones."""
        old, new = self.root_keys, list(role_keys)
        self.root.holders = tuple({key.public_key.key_id: key for key in (*old[:2], *new)}.values())
        content = RootMap(1, role(new), role(list(union_keys)), "DRILL")
        self.root.change(content)
        self.root.publish(at, above=self.root.versions[-1], due=300 * DAY)
        self.root_keys, self.union_keys = new, list(union_keys)
        self.union.holders = tuple(self.union_keys)

    def national(self, territory: str, change: Callable[[NationalMap], NationalMap]) -> None:
        """Let an authority change its list."""
        content = self.lists[territory].document.content
        if isinstance(content, NationalMap):
            self.lists[territory].change(change(content))

    def set_status(self, entity_id: str, status: ServiceStatus, *, since: str, reason: str) -> None:
        """Suspend, reinstate or withdraw a body."""
        entry = StatusEntry(status, to_seconds(day(since)), reason)
        self.national(
            entity_id[:2],
            lambda national: changes.change_service(
                national, entity_id, service_type=ISSUANCE, change=lambda service: changes.with_status(service, entry)
            ),
        )

    def publish(self, at: datetime) -> TrustBundle:
        """Let everybody who renews publish, and put the newest of everything into a bundle."""
        if not self.root.versions:
            self.root.publish(at, above=None, due=300 * DAY)
        self.union.publish(at, above=self.root.versions[-1])
        for kept in self.lists.values():
            if kept.renews or not kept.versions:
                kept.publish(at, above=self.union.versions[-1])
        national = {territory: kept.versions[-1] for territory, kept in self.lists.items()}
        return TrustBundle(tuple(self.root.versions), self.union.versions[-1], national)


def role(signers: list[KeySigner]) -> Role:
    """Make a role of which two must sign, or all but one."""
    return Role(max(2, len(signers) - 1), tuple(signer.public_key for signer in signers))


class Drill:
    """The Union, its tokens, and a verifier who began with the first root."""

    def __init__(self) -> None:
        self.union = Union(day("2026-01-10"))
        self.tokens: dict[str, str] = {}
        self.known: TrustSnapshot | None = None
        self.bundle: TrustBundle | None = None
        self.stolen: KeySigner | None = None

    def certify(self, name: str, entity_id: str, at: str, *, signer: KeySigner | None = None) -> None:
        """Let a body certify something, under a name in the table."""
        self.tokens[name] = self.union.bodies[entity_id].certify(day(at), signer=signer)

    def look(self, at: str) -> dict[str, str]:
        """Publish, open on what was known before, and verify every token."""
        now = day(at)
        before, self.bundle = self.bundle, self.union.publish(now - DAY)
        anchor = sha256(self.union.root.versions[0]).digest()
        self.known = TrustSnapshot.open(self.bundle, anchor=anchor, previous=self.known)
        if before is not None:
            try:
                TrustSnapshot.open(before, anchor=anchor, previous=self.known)
            except RollbackError:
                pass
            else:
                raise RuntimeError("the bundle of the date before was believed")
        lists = [body.status_list(now) for body in self.union.bodies.values()]
        verifier = Verifier(self.known, StatusSnapshot.open(lists, self.known))
        reports = {name: verifier.report(text, at=now) for name, text in self.tokens.items()}
        return {name: str(report.sub_indication or report.indication) for name, report in reports.items()}


# --- what happens ---


def found(drill: Drill) -> None:
    """Arcadia, Utopia and Lyonesse certify their first routers."""
    drill.certify("arcadia", "XA-1", "2026-02-02")
    drill.certify("utopia", "XU-1", "2026-02-03")
    drill.certify("lyonesse", "XL-1", "2026-02-04")
    drill.certify("second body", "XA-2", "2026-02-05")


def suspend(drill: Drill) -> None:
    """Utopia suspends its body, which certifies all the same."""
    drill.union.set_status("XU-1", ServiceStatus.SUSPENDED, since="2026-09-01", reason="audit")
    drill.certify("while suspended", "XU-1", "2026-09-10")


def reinstate(drill: Drill) -> None:
    """The audit ends well."""
    drill.union.set_status("XU-1", ServiceStatus.GRANTED, since="2026-12-01", reason="audit passed")


def lose_a_holder(drill: Drill) -> None:
    """A holder of the root is lost: the other two and a new one sign the second root."""
    union = drill.union
    union.new_root(day("2027-01-04"), [*union.root_keys[:2], KeySigner.generate()], union.union_keys)


def withdraw(drill: Drill) -> None:
    """Utopia withdraws the authority of its body."""
    drill.union.set_status("XU-1", ServiceStatus.WITHDRAWN, since="2027-05-01", reason="accreditation lost")
    drill.certify("after withdrawal", "XU-1", "2027-05-20")


def forget(drill: Drill) -> None:
    """Lyonesse forgets to renew its list."""
    drill.union.lists["XL"].renews = False


def remember(drill: Drill) -> None:
    """Lyonesse renews its list again."""
    drill.union.lists["XL"].renews = True


def steal(drill: Drill) -> None:
    """The key of Arcadia's second body is copied; nobody has noticed yet."""
    drill.stolen = drill.union.bodies["XA-2"].signer
    drill.certify("back-dated", "XA-2", "2027-01-15", signer=drill.stolen)


def notice(drill: Drill) -> None:
    """The theft is noticed; the body gets a new key."""
    body = drill.union.bodies["XA-2"]
    compromise = KeyRevocation(RevocationReason.KEY_COMPROMISE, to_seconds(day("2028-03-01")))
    key_id = body.signer.public_key.key_id
    body.signer = KeySigner.generate()
    new = listed_key(body.signer, day("2028-03-01"))

    def change(service: Service) -> Service:
        return changes.with_key(changes.with_key_ended(service, key_id, compromise), new)

    drill.union.national(
        "XA", lambda national: changes.change_service(national, "XA-2", service_type=ISSUANCE, change=change)
    )
    drill.certify("signed anew", "XA-2", "2028-03-02")


def leave(drill: Drill) -> None:
    """Lyonesse leaves: its body loses its authority, its list is closed for good."""
    drill.union.set_status("XL-1", ServiceStatus.WITHDRAWN, since="2028-10-01", reason="Lyonesse has left")
    drill.union.national("XL", changes.closed)
    drill.certify("after leaving", "XL-1", "2028-10-03")


def prepare_for_quantum_computers(drill: Drill) -> None:
    """ML-DSA keys join the keepers of root and union list."""
    union = drill.union
    later = [KeySigner.generate(Algorithm.ML_DSA_65) for _ in range(2)]
    union.new_root(day("2029-03-01"), [*union.root_keys, *later], [*union.union_keys, *later])


def nothing(_: Drill) -> None:
    """Everybody renews."""


NAMES: Final = {
    "arcadia": "A",
    "utopia": "U",
    "lyonesse": "L",
    "second body": "B",
    "while suspended": "s",
    "after withdrawal": "w",
    "back-dated": "f",
    "signed anew": "n",
    "after leaving": "l",
}
ANSWERS: Final = {
    "PASSED": "+",
    "ISSUER_NOT_AUTHORISED": "-",
    "REVOKED": "!",
    "TRY_LATER": "?",
    "CERTIFICATE_EXPIRED": "x",
}
CALENDAR: Final[tuple[tuple[str, Callable[[Drill], None], str], ...]] = (
    ("2026-03-02", found, "A+ U+ L+ B+"),
    ("2026-06-01", nothing, "A+ U+ L+ B+"),
    ("2026-09-15", suspend, "A+ U+ L+ B+ s-"),
    ("2026-12-05", reinstate, "A+ U+ L+ B+ s-"),
    ("2027-01-10", lose_a_holder, "A+ U+ L+ B+ s-"),
    ("2027-04-01", nothing, "A+ U+ L+ B+ s-"),
    ("2027-06-01", withdraw, "A+ U+ L+ B+ s- w-"),
    ("2027-08-01", nothing, "A+ U+ L+ B+ s- w-"),
    ("2027-10-01", forget, "A+ U+ L+ B+ s- w-"),
    ("2027-12-08", nothing, "A+ U+ L? B+ s- w-"),
    ("2027-12-20", remember, "A+ U+ L+ B+ s- w-"),
    ("2028-02-01", steal, "A+ U+ L+ B+ s- w- f+"),
    ("2028-03-05", notice, "A+ U+ L+ B! s- w- f! n+"),
    ("2028-06-01", nothing, "A+ U+ L+ B! s- w- f! n+"),
    ("2028-10-05", leave, "A+ U+ L+ B! s- w- f! n+ l-"),
    ("2029-01-05", nothing, "A+ U+ L+ B! s- w- f! n+ l-"),
    ("2029-03-05", prepare_for_quantum_computers, "A+ U+ L+ B! s- w- f! n+ l-"),
    ("2029-09-01", nothing, "A+ U+ L+ B! s- w- f! n+ l-"),
    ("2030-02-10", nothing, "Ax Ux Lx B! s- w- f! n+ l-"),
    ("2030-12-31", nothing, "Ax Ux Lx B! s- w- f! n+ l-"),
)


def main() -> int:
    """Let the years pass, and compare each answer with what is expected."""
    drill = Drill()
    print("+ passed   - issuer not authorised   ! key compromised   ? try later   x expired\n")
    wrong = 0
    for at, happens, expected in CALENDAR:
        happens(drill)
        answers = drill.look(at)
        said = " ".join(f"{NAMES[name]}{ANSWERS.get(answer, answer)}" for name, answer in answers.items())
        wrong += said != expected
        print(f"{at}  {said:29}  {happens.__doc__}{'' if said == expected else f'  EXPECTED {expected}'}")
    floor = drill.known.floor if drill.known else None
    if floor:
        numbers = ", ".join(f"{territory} {seen.sequence_number}" for territory, seen in floor.national.items())
        print(
            f"\nroot no. {floor.root.sequence_number}, union list no. {floor.union.sequence_number}; lists: {numbers}"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
