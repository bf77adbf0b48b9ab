"""A small Europe for tests: keys, root, lists, bodies, status lists, a certificate and a clock.

::

    report = WORLD.report()                                       # PASSED: everything is in order
    report = WORLD.with_status(Status.SUSPENDED).report()         # PASSED, but not to be promoted
    report = WORLD.approved().report()                            # PASSED: the authority approved it, as it must here
    report = WORLD.with_key(sign_until=seconds("2026-01-02")).report(policy=STRICT)

A world is a frozen value. Each ``with_...`` gives a new one with something changed; what it signs is made when it is
asked for, and once. All names are fictitious and all keys are test keys (``tests.keys``): numbers below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from certmark.claims import StatusReference, claims_set
from certmark.cose import sign1
from certmark.cose.profile import CERTMARK_1
from certmark.cose.signer import KeySigner
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.cwt.approval import seal_approval
from certmark.cwt.numericdate import to_days, to_seconds
from certmark.cwt.registered import Claim
from certmark.issue import Approver, IssuedCertificate, Issuer
from certmark.model import CybersecurityCertificate, StatementOfConformity, document_from
from certmark.model.scheme import Scheme, eucc
from certmark.status import StatusSnapshot, token
from certmark.status.bitarray import Status, StatusList
from certmark.status.token import StatusListToken
from certmark.trust import TrustBundle, TrustSnapshot, wire
from certmark.trust.entities import (
    Accreditation,
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
from certmark.verify import STANDARD, Policy, Product, Report, Verifier
from tests import keys
from tests.conftest import ROOT as REPOSITORY

if TYPE_CHECKING:
    from certmark.model import AnyDocument

# Numbers of the test keys, all ESP256. 4 to 9 and 14 to 19 are free for successors.
ROOT_KEYS: Final = tuple(keys.signer(number=number) for number in (1, 2, 3))
UNION_KEYS: Final = tuple(keys.signer(number=number) for number in (11, 12, 13))
DE_KEYS: Final = tuple(keys.signer(number=number) for number in (21, 22))
FR_KEYS: Final = tuple(keys.signer(number=number) for number in (23, 24))
XX_KEYS: Final = (keys.signer(number=25),)
BODY_KEY: Final = keys.signer(number=31)
BODY_STATUS_KEY: Final = keys.signer(number=32)
NCCA_STATUS_KEY: Final = keys.signer(number=33)
NCCA_APPROVAL_KEY: Final = keys.signer(number=34)
FR_BODY_KEY: Final = keys.signer(number=41)
FR_BODY_STATUS_KEY: Final = keys.signer(number=42)
MAKER_KEY: Final = keys.signer(number=51)
STRANGER_KEY: Final = keys.signer(number=99)
"""Listed nowhere."""

BODY: Final = "DE-3087"
NCCA: Final = "DE-NCCA"
FR_BODY: Final = "FR-3090"
MAKER: Final = "XX-0001"
"""A manufacturer that states conformity under the fictitious scheme."""

STATUS_URI: Final = "https://status.body.example/eucc/1"
NCCA_STATUS_URI: Final = "https://status.ncca.example/de/eucc/1"
FR_STATUS_URI: Final = "https://status.fr-body.example/eucc/1"
INDEX: Final = 7
"""Status index of the certificate."""

LINK_HOST: Final = "certs.body.example"
LINK: Final = f"https://{LINK_HOST}/c/{{id}}"

ISSUANCE: Final = ServiceType.CERTIFICATE_ISSUANCE
STATUS: Final = ServiceType.STATUS_ISSUANCE
APPROVAL: Final = ServiceType.CERTIFICATE_APPROVAL

DAY: Final = 86_400


def instant(text: str) -> datetime:
    """Read ``2026-06-01`` or ``2026-06-01 12:00:00`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def seconds(text: str) -> int:
    """Give ``instant`` in seconds since 1970."""
    return to_seconds(instant(text))


def days(text: str) -> int:
    """Give a date in days since 1970."""
    return to_days(date.fromisoformat(text))


NOW: Final = instant("2026-06-01 12:00:00")
SIGNED_AT: Final = instant("2026-03-02 09:30:00")
APPROVED_AT: Final = instant("2026-02-20 15:00:00")


def service_key(signer: KeySigner, **changes: Any) -> ServiceKey:
    """List a signer's public key for signing in 2026."""
    key = ServiceKey(
        cose_key=signer.public_key.to_cose_key(),
        sign_from=seconds("2026-01-01"),
        sign_until=seconds("2027-01-01"),
        verify_until=seconds("2033-01-01"),
    )
    return key._replace(**changes)


GRANTED: Final = (StatusEntry(ServiceStatus.GRANTED, seconds("2025-03-01")),)


def issuance(signer: KeySigner, *scopes: Scope) -> Service:
    """List a certificate-issuing service with one key."""
    return Service(ISSUANCE, GRANTED, (service_key(signer),), scopes)


def status_service(signer: KeySigner, *declared: StatusListDeclaration) -> Service:
    """List a status-issuing service with one key."""
    return Service(STATUS, GRANTED, (service_key(signer),), status_lists=declared)


EUCC_HIGH: Final = Scope(
    scheme="EUCC",
    level=3,
    from_day=days("2025-03-01"),
    max_ava_van=5,
    technical_domains=(1,),
    issuance_mode=4,
    accreditation=Accreditation("D-ZE-00001-01", days("2025-01-01"), days("2030-01-01"), "Example accreditation body"),
    authorisation=Accreditation("DE-AUTH-1", days("2025-02-01"), days("2030-01-01"), "Example authority of DE"),
)
EUCC_SUBSTANTIAL: Final = Scope(scheme="EUCC", level=2, from_day=days("2025-03-01"), max_ava_van=2)
EUCC_APPROVALS: Final = Scope(scheme="EUCC", level=3, from_day=days("2025-03-01"), technical_domains=(1,))
EUCC_UP_TO_HIGH: Final = Permitted(("EUCC",), 3)
HOME_STATEMENTS: Final = Scope(scheme="XX-HOME", level=1, from_day=days("2025-03-01"), statements=True)


@dataclass(frozen=True, kw_only=True)
class Root:
    """The root and who signs it."""

    keys: tuple[KeySigner, ...] = ROOT_KEYS
    threshold: int = 2
    union_keys: tuple[KeySigner, ...] = UNION_KEYS
    union_threshold: int = 2
    signers: tuple[KeySigner, ...] | None = None
    label: str | None = "TEST"
    list_id: str = "example-root"
    sequence_number: int = 1
    issued_at: int = seconds("2026-01-05")
    expires: int = seconds("2028-01-05")

    @cached_property
    def signed(self) -> bytes:
        """The root file."""
        content = RootMap(
            sequence_number=self.sequence_number,
            root=Role(self.threshold, _public(self.keys)),
            union=Role(self.union_threshold, _public(self.union_keys)),
            label=self.label,
        )
        claims = _registered("Keepers of the example root", self.list_id, self.expires)
        return cwt.seal_many(
            {**claims, Claim.ROOT: wire.ROOT.write(content)},
            typ=typ.ROOT,
            issued_at=self.issued_at,
            signers=self.keys if self.signers is None else self.signers,
        )


@dataclass(frozen=True, kw_only=True)
class Member:
    """A Member State: its entities, its list, and what the union list says of it.

    ``supplied`` stands in the bundle in place of the list that is signed here (a forged or damaged one); ``missing``
    leaves it out; ``embedded`` puts its content into the union list.
    """

    territory: str
    keys: tuple[KeySigner, ...]
    entities: tuple[TrustedEntity | dict[int, object], ...]
    threshold: int = 1
    signers: tuple[KeySigner, ...] | None = None
    permitted: Permitted = EUCC_UP_TO_HIGH
    ncca: Ncca | None = None
    list_territory: str | None = None
    sequence_number: int = 5
    prev_digest: bytes | None = None
    min_sequence: int | None = None
    issued_at: int = seconds("2026-05-20")
    next_update: int | None = seconds("2026-07-01")
    expires: int = seconds("2026-09-01")
    embedded: bool = False
    missing: bool = False
    supplied: bytes | None = None

    @property
    def operator(self) -> str:
        """Name of the authority that signs the list."""
        return f"Example authority of {self.territory}"

    @property
    def content(self) -> NationalMap:
        """The list's content."""
        return NationalMap(
            sequence_number=self.sequence_number,
            territory=self.list_territory or self.territory,
            next_update=self.next_update,
            entities=tuple(
                entity if isinstance(entity, dict) else wire.ENTITY.write(entity)  # type: ignore[misc]
                for entity in self.entities
            ),
            prev_digest=self.prev_digest,
            ncca=self.ncca,
        )

    @property
    def pointer(self) -> Pointer:
        """What the union list says."""
        if self.embedded:
            return Pointer(self.territory, self.operator, self.permitted, embedded=self.content)
        return Pointer(
            territory=self.territory,
            operator=self.operator,
            permitted=self.permitted,
            threshold=self.threshold,
            keys=_public(self.keys),
            min_sequence=self.min_sequence,
        )

    @cached_property
    def signed(self) -> bytes:
        """The list as it stands in the bundle."""
        if self.supplied is not None:
            return self.supplied
        claims = _registered(self.operator, f"{self.territory}-list", self.expires)
        return cwt.seal_many(
            {**claims, Claim.TRUSTED_LIST: wire.NATIONAL.write(self.content)},
            typ=typ.TRUSTED_LIST,
            issued_at=self.issued_at,
            signers=self.keys if self.signers is None else self.signers,
        )


@dataclass(frozen=True, kw_only=True)
class Union:
    """The union list, without its pointers: the members have them."""

    signers: tuple[KeySigner, ...] = UNION_KEYS
    territory: str = "EU"
    sequence_number: int = 9
    prev_digest: bytes | None = None
    issued_at: int = seconds("2026-05-15")
    next_update: int | None = seconds("2026-07-01")
    expires: int = seconds("2026-09-01")
    supplied: bytes | None = None

    def sign(self, members: tuple[Member, ...]) -> bytes:
        """Sign the list, or give what is supplied in its place."""
        if self.supplied is not None:
            return self.supplied
        pointers = tuple(member.pointer for member in members)
        content = UnionMap(self.sequence_number, self.territory, self.next_update, pointers, self.prev_digest)
        claims = _registered("Example union operator", "example-union", self.expires)
        return cwt.seal_many(
            {**claims, Claim.TRUSTED_LIST: wire.UNION.write(content)},
            typ=typ.TRUSTED_LIST,
            issued_at=self.issued_at,
            signers=self.signers,
        )


@dataclass(frozen=True, kw_only=True)
class Statuses:
    """A status list and who signs it; entries that are not named are valid."""

    uri: str
    signer: KeySigner
    named: tuple[tuple[int, Status], ...] = ()
    size: int = 1024
    issued_at: int = seconds("2026-06-01 06:00:00")
    ttl: int | None = 2 * DAY
    expires: int | None = seconds("2026-08-01")

    @cached_property
    def signed(self) -> bytes:
        """The status list token."""
        statuses = StatusList.of(dict(self.named), size=self.size)
        said = StatusListToken(self.uri, self.issued_at, self.expires, self.ttl, statuses)
        return token.seal(said, signer=self.signer)


def _registered(operator: str, list_id: str, expires: int) -> dict[int, object]:
    return {Claim.ISS: operator, Claim.SUB: list_id, Claim.EXP: expires}


def _public(signers: tuple[KeySigner, ...]) -> tuple[Any, ...]:
    return tuple(signer.public_key for signer in signers)


GERMANY: Final = Member(
    territory="DE",
    keys=DE_KEYS,
    ncca=Ncca(NCCA, "Example authority of DE", "https://ncca.example/"),
    entities=(
        TrustedEntity(
            entity_id=BODY,
            name="Example Certification Body",
            services=(
                issuance(BODY_KEY, EUCC_HIGH, EUCC_SUBSTANTIAL),
                status_service(BODY_STATUS_KEY, StatusListDeclaration(STATUS_URI)),
            ),
            address="Example Street 1, 10000 Example City",
            contact="certification@body.example",
            link_hosts=(LINK_HOST,),
        ),
        TrustedEntity(NCCA, "Example authority of DE", (status_service(NCCA_STATUS_KEY),)),
    ),
)
FRANCE: Final = Member(
    territory="FR",
    keys=FR_KEYS,
    threshold=2,
    entities=(
        TrustedEntity(
            entity_id=FR_BODY,
            name="Example Certification Body of FR",
            services=(
                issuance(FR_BODY_KEY, EUCC_HIGH, EUCC_SUBSTANTIAL),
                status_service(FR_BODY_STATUS_KEY, StatusListDeclaration(FR_STATUS_URI)),
            ),
        ),
    ),
)
EXAMPLELAND: Final = Member(
    territory="XX",
    keys=XX_KEYS,
    permitted=Permitted(("XX-HOME",), 2),
    entities=(TrustedEntity(MAKER, "Example Home Ltd", (issuance(MAKER_KEY, HOME_STATEMENTS),)),),
)

CERTIFICATE: Final[dict[str, Any]] = {
    "id": "EUCC-3087-2026-03-0001",
    "scheme": "EUCC",
    "legal_basis": "32024R0482",
    "assurance_level": "high",
    "subject": {
        "type": "ict_product",
        "name": "Example Secure Element SE1",
        "category": "Smart cards and similar devices",
        "version": "Versions 2.0.1 G and 2.0.1 H",
        "versions": ["2.0.1 G", "2.0.1 H"],
        "models": ["SE1-A", "SE1-B"],
        "gtins": ["4006381333931", "96385074"],
    },
    "packages": [
        {"name": "global", "eal": 5, "components": ["ALC_DVS.2", "AVA_VAN.5"], "ava_van": 5, "augmented": True}
    ],
    "technical_domain": "smart_cards_and_similar_devices",
    "standards": ["CC:2022", "CEM:2022"],
    "holder": {"name": "Example Chips Ltd", "address": "Example Street 2", "contact": "psirt@chips.example"},
    "itsef": "Example Laboratory",
    "issued": "2026-03-02",
    "valid_until": "2031-03-01",
    "documents": [{"type": "certification_report", "reference": "Report 2026-03-0001", "sha256": "0f" * 32}],
    "supplementary_information_url": "https://chips.example/security",
}
STATEMENT: Final[dict[str, Any]] = {
    "document_type": "statement_of_conformity",
    "id": "XX-2026-0001",
    "scheme": "XX-HOME",
    "assurance_level": "basic",
    "subject": {"type": "ict_product", "name": "Example Door Lock", "category": "Smart locks", "version": "2.1"},
    "holder": {"name": "Example Home Ltd", "contact": "security@home.example"},
    "issued": "2026-03-02",
    "valid_until": "2028-03-02",
    "support_until": "2030-12-31",
    "supplementary_information_url": "https://home.example/security",
}
HOME_SCHEME: Final = Scheme.from_json((REPOSITORY / "examples" / "schemes" / "xx-home.json").read_bytes())


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """Everything that a verification needs, from the root keys to the time of day."""

    now: datetime = NOW
    signed_at: datetime = SIGNED_AT
    root: Root = Root()
    union: Union = Union()
    members: tuple[Member, ...] = (GERMANY, FRANCE, EXAMPLELAND)
    status_lists: tuple[Statuses, ...] = (
        Statuses(uri=STATUS_URI, signer=BODY_STATUS_KEY),
        Statuses(uri=FR_STATUS_URI, signer=FR_BODY_STATUS_KEY),
    )
    schemes: tuple[Scheme, ...] = (eucc(), HOME_SCHEME)
    document: AnyDocument | None = None
    signer: KeySigner = BODY_KEY
    entity_id: str = BODY
    has_status: bool = True
    status_uri: str = STATUS_URI
    index: int = INDEX
    begins: int | None = None
    link: str | None = LINK
    approved_by: KeySigner | None = None
    authority: str = NCCA
    approved_at: datetime = APPROVED_AT

    # --- what is published ---

    @cached_property
    def trust_bundle(self) -> TrustBundle:
        """The bundle as a value."""
        published = [member for member in self.members if not (member.embedded or member.missing)]
        national = {member.territory: member.signed for member in published}
        return TrustBundle((self.root.signed,), self.union.sign(self.members), national)

    @cached_property
    def bundle(self) -> bytes:
        """The bundle as a file."""
        return self.trust_bundle.to_bytes()

    @property
    def anchor(self) -> bytes:
        """SHA-256 of the root file."""
        return sha256(self.root.signed).digest()

    @cached_property
    def _trust(self) -> TrustSnapshot:
        return TrustSnapshot.open(self.bundle, anchor=self.anchor)

    def trust(self) -> TrustSnapshot:
        """Open the bundle."""
        return self._trust

    @property
    def status_tokens(self) -> tuple[bytes, ...]:
        """The status list tokens."""
        return tuple(statuses.signed for statuses in self.status_lists)

    @cached_property
    def _status(self) -> StatusSnapshot:
        return StatusSnapshot.open(self.status_tokens, self.trust())

    def status(self, *tokens: bytes) -> StatusSnapshot:
        """Open the status list tokens of this world, or those that are given."""
        return StatusSnapshot.open(tokens, self.trust()) if tokens else self._status

    # --- what is certified ---

    def certificate(self, **changes: Any) -> CybersecurityCertificate:
        """Give the fictitious certificate, with some of its fields changed (None: left out)."""
        document = document_from(_changed(CERTIFICATE, changes))
        assert isinstance(document, CybersecurityCertificate)
        return document

    def statement(self, **changes: Any) -> StatementOfConformity:
        """Give the fictitious statement of conformity, with some of its fields changed."""
        document = document_from(_changed(STATEMENT, changes))
        assert isinstance(document, StatementOfConformity)
        return document

    @property
    def status_reference(self) -> StatusReference | None:
        """Where the status of the certificate stands."""
        return StatusReference(self.index, self.status_uri) if self.has_status else None

    def issuer(self, **changes: Any) -> Issuer:
        """Give the issuer: the body, unless changes say otherwise."""
        key = self.approved_by
        approver = None if key is None else Approver((key.public_key,), self.approval)
        issuer = Issuer(self.signer, issuer=self.entity_id, link=self.link, schemes=self.schemes, approver=approver)
        return replace(issuer, **changes)

    def issue(self, document: AnyDocument | None = None) -> IssuedCertificate:
        """Issue a certificate, this world's when none is given."""
        issued = document or self.document or self.certificate()
        return self.issuer().issue(issued, at=self.signed_at, status=self.status_reference)

    def token(self, **claims: Any) -> bytes:
        """Sign this world's certificate without asking whether it may be issued.

        Args:
            claims: claims to put in place of the right ones, by the names of ``Claim``; None leaves one out.
        """
        document = self.document or self.certificate()
        stated = claims_set(document, issuer=self.entity_id, status=self.status_reference, nbf=self.begins)
        stated.update({Claim[name.upper()]: value for name, value in claims.items()})
        kept = {claim: value for claim, value in stated.items() if value is not None}
        return cwt.seal(kept, typ=typ.CERTIFICATE, issued_at=to_seconds(self.signed_at), signer=self.signer)

    def approval(self, payload: bytes) -> bytes:
        """Approve a claims set without asking whether the authority may."""
        approved_at = to_seconds(self.approved_at)
        signer = self.approved_by or NCCA_APPROVAL_KEY
        return seal_approval(payload, authority=self.authority, issued_at=approved_at, signer=signer)

    @cached_property
    def cose(self) -> bytes:
        """The token of this world's certificate, as bytes, and its approval if this world's authority approves it."""
        token = self.token()
        return token if self.approved_by is None else token + self.approval(payload_of(token))

    @cached_property
    def text(self) -> str:
        """The token of this world's certificate, as it is issued."""
        return self.issue().text

    # --- what is asked ---

    def verifier(self, policy: Policy = STANDARD) -> Verifier:
        """Give a verifier that knows the lists, status lists and schemes of this world."""
        return Verifier(self.trust(), self.status(), policy, self.schemes)

    def report(
        self, token: str | bytes | None = None, *, policy: Policy = STANDARD, expect: Product | None = None
    ) -> Report:
        """Verify a token, this world's when none is given, at this world's time."""
        return self.verifier(policy).report(self.cose if token is None else token, at=self.now, expect=expect)

    # --- knobs ---

    def at(self, now: datetime | str | int) -> World:
        """Set the clock: an instant, its text, or its seconds."""
        if isinstance(now, int):
            return replace(self, now=datetime.fromtimestamp(now, UTC))
        return replace(self, now=instant(now) if isinstance(now, str) else now)

    def signing_at(self, signed_at: datetime | str | int) -> World:
        """Let the token be signed at another time; see ``at``."""
        return replace(self, signed_at=self.at(signed_at).now)

    def with_certificate(self, **changes: Any) -> World:
        """Change the certificate (None: leave a field out)."""
        before = CERTIFICATE if self.document is None else self.document.model_dump(mode="json")
        return replace(self, document=document_from(_changed(before, changes)))

    def with_statement(self, **changes: Any) -> World:
        """Let the maker state conformity in place of the certificate, without link and status."""
        document = self.statement(**changes)
        return replace(self, document=document, signer=MAKER_KEY, entity_id=MAKER, has_status=False, link=None)

    def signed_by(self, signer: KeySigner, *, entity_id: str = BODY) -> World:
        """Let another key sign the certificate, in the name of an entity."""
        return replace(self, signer=signer, entity_id=entity_id)

    def with_root(self, **changes: Any) -> World:
        """Change the root."""
        return replace(self, root=replace(self.root, **changes))

    def with_union(self, **changes: Any) -> World:
        """Change the union list."""
        return replace(self, union=replace(self.union, **changes))

    def member(self, territory: str = "DE") -> Member:
        """Give a Member State."""
        return next(member for member in self.members if member.territory == territory)

    def with_member(self, territory: str = "DE", **changes: Any) -> World:
        """Change a Member State."""
        members = (replace(each, **changes) if each.territory == territory else each for each in self.members)
        return replace(self, members=tuple(members))

    def with_lists(self, **changes: Any) -> World:
        """Change the union list and every national list alike (dates)."""
        members = tuple(replace(member, **changes) for member in self.members)
        return replace(self.with_union(**changes), members=members)

    def entity(self, entity_id: str = BODY) -> TrustedEntity:
        """Give a trusted entity."""
        entities = (entity for member in self.members for entity in member.entities)
        return next(each for each in entities if isinstance(each, TrustedEntity) and each.entity_id == entity_id)

    def with_entity(self, entity_id: str = BODY, **changes: Any) -> World:
        """Change a trusted entity."""
        return self.with_raw_entity(entity_id, self.entity(entity_id)._replace(**changes))

    def with_raw_entity(self, entity_id: str, raw: TrustedEntity | dict[int, object]) -> World:
        """Put an entry, perhaps a malformed one, in place of an entity's."""
        before = self.entity(entity_id)
        territory = entity_id[:2]
        entities = self.member(territory).entities
        return self.with_member(territory, entities=tuple(raw if each is before else each for each in entities))

    def service(self, entity_id: str = BODY, service_type: ServiceType = ISSUANCE) -> Service:
        """Give the service of an entity."""
        return next(each for each in self.entity(entity_id).services if each.service_type is service_type)

    def with_service(self, entity_id: str = BODY, service_type: ServiceType = ISSUANCE, **changes: Any) -> World:
        """Change the service of an entity."""
        services = self.entity(entity_id).services
        changed = (each._replace(**changes) if each.service_type is service_type else each for each in services)
        return self.with_entity(entity_id, services=tuple(changed))

    def with_key(self, entity_id: str = BODY, service_type: ServiceType = ISSUANCE, **changes: Any) -> World:
        """Change how the first key of a service is listed."""
        first, *others = self.service(entity_id, service_type).keys
        return self.with_service(entity_id, service_type, keys=(first._replace(**changes), *others))

    def with_scopes(self, entity_id: str = BODY, service_type: ServiceType = ISSUANCE, **changes: Any) -> World:
        """Change every scope of a service."""
        scopes = self.service(entity_id, service_type).scopes
        return self.with_service(entity_id, service_type, scopes=tuple(scope._replace(**changes) for scope in scopes))

    def with_statuses(self, uri: str = STATUS_URI, **changes: Any) -> World:
        """Change a status list."""
        lists = (replace(each, **changes) if each.uri == uri else each for each in self.status_lists)
        return replace(self, status_lists=tuple(lists))

    def with_status(self, status: Status, *, uri: str = STATUS_URI) -> World:
        """Change the status of the certificate."""
        return self.with_statuses(uri, named=((INDEX, status),))

    def without_statuses(self, uri: str = STATUS_URI) -> World:
        """Leave a status list out."""
        return replace(self, status_lists=tuple(each for each in self.status_lists if each.uri != uri))

    def with_ncca_list(self, status: Status = Status.VALID) -> World:
        """Let the authority keep a list over the same indices, and supply it."""
        declared = StatusListDeclaration(STATUS_URI, NCCA_STATUS_URI)
        ncca_list = Statuses(uri=NCCA_STATUS_URI, signer=NCCA_STATUS_KEY, named=((INDEX, status),))
        world = self.with_service(BODY, STATUS, status_lists=(declared,))
        return replace(world, status_lists=(*world.status_lists, ncca_list))

    def upon_approval(self) -> World:
        """Let the body issue upon prior approval alone, and list the authority's key for approvals; none is given."""
        authority = self.entity(NCCA)
        approvals = Service(APPROVAL, GRANTED, (service_key(NCCA_APPROVAL_KEY),), (EUCC_APPROVALS,))
        world = self.with_entity(NCCA, services=(*authority.services, approvals))
        return world.with_scopes(issuance_mode=2)

    def approved(self, **changes: Any) -> World:
        """Let the authority approve the certificate, or change who does (``approved_by``, ``authority``) and when."""
        world = self.upon_approval()
        return replace(world, **{"approved_by": NCCA_APPROVAL_KEY, **changes})

    def with_seal_certificate(self, der: bytes) -> World:
        """Let the body sign with an X.509 seal certificate for its key, and list it by its digest."""
        signer = KeySigner.of(self.signer.private_key, certificate=der)
        return replace(self.with_key(x5t=sha256(der).digest()), signer=signer)

    def with_seal_path(self, *path: bytes) -> World:
        """List the key of the body with certificates, whatever they are."""
        return self.with_key(x5t=sha256(path[0]).digest(), x5chain=path)


def payload_of(token: bytes) -> bytes:
    """Give the claims set of a certificate token, encoded."""
    return sign1.from_bytes(token, profile=CERTMARK_1).payload


def _changed(mapping: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**mapping, **changes}.items() if value is not None}


WORLD: Final = World()
"""Everything in order. What it signs is made once and shared by all tests."""
