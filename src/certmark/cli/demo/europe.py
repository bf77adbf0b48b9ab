"""A small fictitious Europe: an operator, three authorities, six certification bodies, and what they sign.

Territories are real codes, since lists need them; everybody in them is invented. Keys are made at each run and kept
nowhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.cwt.numericdate import to_days, to_seconds
from certmark.model.vocabulary import AssuranceLevel, TechnicalDomain, number_of
from certmark.status import token as status_token
from certmark.status.bitarray import Status, StatusList
from certmark.trust import TrustBundle, wire
from certmark.trust.documents import sign_list
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
from certmark.trust.lists import UNION_TERRITORY, NationalMap, Permitted, Pointer, Role, RootMap, UnionMap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from certmark.cose.keys import VerificationKey

OPERATOR: Final = "Fictitious List Operator"
LABEL: Final = "DEMO"
NCCA_OF: Final = {
    "AT": "Fictitious Authority of Austria",
    "FI": "Fictitious Authority of Finland",
    "PT": "Fictitious Authority of Portugal",
}
WITHDRAWN_INDEX: Final = 612
SUSPENDED_INDEX: Final = 833
_STATUS_ENTRIES: Final = 1000

_BEFORE: Final = timedelta(days=400)
"""For how long everybody has been in office already."""
_SOON: Final = timedelta(days=365)
"""When lists and keys should be renewed."""
_LIST_END: Final = timedelta(days=730)
_KEY_END: Final = timedelta(days=7 * 365)
"""Longer than any certificate lives."""


class Body(NamedTuple):
    """A certification body with its private keys.

    Attributes:
        entity_id: its id, territory first.
        name: its name.
        highest: highest assurance level that it may certify.
        signer: signs certificates.
        status_signer: signs the status list.
    """

    entity_id: str
    name: str
    highest: AssuranceLevel
    signer: KeySigner
    status_signer: KeySigner

    @property
    def host(self) -> str:
        """Host of its links."""
        return f"{self.entity_id.lower()}.example"

    @property
    def link(self) -> str:
        """Template of its links."""
        return f"https://{self.host}/c/{{index}}"

    @property
    def status_uri(self) -> str:
        """Where its status list would be published."""
        return f"https://{self.host}/status"


class Europe(NamedTuple):
    """What everybody knows, and the bodies.

    Attributes:
        root: bytes of the root file.
        bundle: bytes of the trust bundle.
        status_lists: bytes of each body's status list token, by entity id.
        bodies: by entity id.
    """

    root: bytes
    bundle: bytes
    status_lists: Mapping[str, bytes]
    bodies: Mapping[str, Body]


def build_europe(at: datetime) -> Europe:
    """Build it all, valid from ``at`` on.

    Args:
        at: present instant, in UTC.
    """
    root_keys, union_keys = (_signers(Algorithm.ESP384, 3) for _ in range(2))
    authorities = {territory: KeySigner.generate() for territory in NCCA_OF}
    bodies = {body.entity_id: body for territory in NCCA_OF for body in _bodies(territory)}
    issued_at, expires = to_seconds(at), to_seconds(at + _LIST_END)
    root = sign_list(
        RootMap(1, _two_of(root_keys), _two_of(union_keys), LABEL),
        operator=OPERATOR,
        list_id="demo-root",
        issued_at=issued_at,
        expires=expires,
        signers=root_keys[:2],
    )
    pointers = tuple(_pointer(territory, authorities[territory]) for territory in NCCA_OF)
    union = sign_list(
        UnionMap(1, UNION_TERRITORY, to_seconds(at + _SOON), pointers),
        operator=OPERATOR,
        list_id="demo-union",
        issued_at=issued_at,
        expires=expires,
        signers=union_keys[:2],
    )
    national = {
        territory: sign_list(
            _national(territory, [body for body in bodies.values() if body.entity_id.startswith(territory)], at),
            operator=name,
            list_id=f"demo-{territory.lower()}",
            issued_at=issued_at,
            expires=expires,
            signers=[authorities[territory]],
        )
        for territory, name in NCCA_OF.items()
    }
    status_lists = {entity_id: _status_list(body, at) for entity_id, body in bodies.items()}
    return Europe(root, TrustBundle((root,), union, national).to_bytes(), status_lists, bodies)


def _signers(algorithm: Algorithm, count: int) -> list[KeySigner]:
    return [KeySigner.generate(algorithm) for _ in range(count)]


def _two_of(signers: Sequence[KeySigner]) -> Role:
    return Role(2, tuple(signer.public_key for signer in signers))


def _bodies(territory: str) -> tuple[Body, Body]:
    high, substantial = AssuranceLevel.HIGH, AssuranceLevel.SUBSTANTIAL
    return (
        Body(f"{territory}-9001", f"Fictitious Body One ({territory})", high, *_signers(Algorithm.ESP256, 2)),
        Body(f"{territory}-9002", f"Fictitious Body Two ({territory})", substantial, *_signers(Algorithm.ESP256, 2)),
    )


def _pointer(territory: str, authority: KeySigner) -> Pointer:
    permitted = Permitted(("EUCC",), number_of(AssuranceLevel.HIGH))
    return Pointer(territory, NCCA_OF[territory], permitted, threshold=1, keys=(authority.public_key,), min_sequence=1)


def _national(territory: str, bodies: Sequence[Body], at: datetime) -> NationalMap:
    entities = tuple(_written(_entity(body, at)) for body in bodies)
    ncca = Ncca(f"{territory}-NCCA", NCCA_OF[territory], f"https://{territory.lower()}-ncca.example/")
    return NationalMap(1, territory, to_seconds(at + _SOON), entities, ncca=ncca)


def _written(entity: TrustedEntity) -> dict[int, object]:
    return cast("dict[int, object]", wire.ENTITY.write(entity))


def _entity(body: Body, at: datetime) -> TrustedEntity:
    history = (StatusEntry(ServiceStatus.GRANTED, to_seconds(at - _BEFORE)),)
    certificates = Service(
        ServiceType.CERTIFICATE_ISSUANCE, history, (_key(body.signer.public_key, at),), scopes=_scopes(body, at)
    )
    status = Service(
        ServiceType.STATUS_ISSUANCE,
        history,
        (_key(body.status_signer.public_key, at),),
        status_lists=(StatusListDeclaration(body.status_uri),),
    )
    return TrustedEntity(
        body.entity_id,
        body.name,
        (certificates, status),
        address="1 Invented Street, Nowhere",
        contact=f"office@{body.host}",
        link_hosts=(body.host,),
    )


def _key(key: VerificationKey, at: datetime) -> ServiceKey:
    sign_from, sign_until, verify_until = map(to_seconds, (at - _BEFORE, at + _SOON, at + _KEY_END))
    return ServiceKey(key.to_cose_key(), sign_from, sign_until, verify_until)


def _scopes(body: Body, at: datetime) -> tuple[Scope, ...]:
    first = to_days((at - _BEFORE).date())
    number = body.entity_id[-4:]
    substantial = Scope(
        "EUCC",
        number_of(AssuranceLevel.SUBSTANTIAL),
        first,
        max_ava_van=2,
        accreditation=Accreditation(f"FICTITIOUS-ACC-{number}", first, body="Fictitious Accreditation Service"),
    )
    if body.highest is AssuranceLevel.SUBSTANTIAL:
        return (substantial,)
    high = substantial._replace(
        level=number_of(AssuranceLevel.HIGH),
        max_ava_van=5,
        technical_domains=tuple(map(number_of, TechnicalDomain)),
        authorisation=Accreditation(f"FICTITIOUS-AUT-{number}", first),
    )
    return (substantial, high)


def _status_list(body: Body, at: datetime) -> bytes:
    statuses = {WITHDRAWN_INDEX: Status.INVALID, SUSPENDED_INDEX: Status.SUSPENDED}
    said = status_token.StatusListToken(
        uri=body.status_uri,
        issued_at=to_seconds(at),
        expires=to_seconds(at + _LIST_END),
        ttl=int(_SOON.total_seconds()),
        statuses=StatusList.of(statuses, size=_STATUS_ENTRIES),
    )
    return status_token.seal(said, signer=body.status_signer)
