"""The key tables of trust.cddl: each map has exactly its members, each of its own type, and rules between them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from certmark import cbor
from certmark.errors import TrustError
from certmark.trust import wire
from certmark.trust.entities import (
    Accreditation,
    KeyRevocation,
    Ncca,
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
from certmark.trust.shape import Kind
from tests import keys
from tests.samples import changed, without
from tests.world import BODY_KEY, DE_KEYS, GERMANY, WORLD

KEY = BODY_KEY.public_key
KEYS = tuple(signer.public_key for signer in DE_KEYS)
URI = "https://status.body.example/1"

ACCREDITATION = Accreditation("D-ZE-1", 20_000, 21_000, "Accreditation body")
SCOPE = Scope(
    scheme="EUCC",
    level=3,
    from_day=20_000,
    until_day=21_000,
    statements=True,
    max_ava_van=5,
    technical_domains=(1, 2),
    issuance_mode=2,
    accreditation=ACCREDITATION,
    authorisation=ACCREDITATION,
)
ENTRY = StatusEntry(ServiceStatus.GRANTED, 1000, "first listed", 2000)
REVOCATION = KeyRevocation(RevocationReason.KEY_COMPROMISE, 1000, 900, 1100)
CHAIN = (b"seal", b"issuer")
SERVICE_KEY = ServiceKey(KEY.to_cose_key(), 1000, 2000, 3000, sha256(CHAIN[0]).digest(), REVOCATION, CHAIN)
DECLARED = StatusListDeclaration(URI, f"{URI}/ncca")
SERVICE = Service(ServiceType.CERTIFICATE_ISSUANCE, (ENTRY,), (SERVICE_KEY,), (SCOPE,), (DECLARED,))
ENTITY = TrustedEntity("DE-3087", "Body", (SERVICE,), "Street 1", "mail@body.example", ("body.example",))
ROLE = Role(1, KEYS)
NCCA = Ncca("DE-NCCA", "Authority", "https://ncca.example/")
NATIONAL: Any = NationalMap(3, "DE", 4000, (wire.ENTITY.write(ENTITY),), bytes(32), NCCA)  # type: ignore[arg-type]
PERMITTED = Permitted(("EUCC", "XX-HOME"), 3)
POINTER = Pointer("DE", "Authority", PERMITTED, 2, KEYS, 7, ("https://ncca.example/list",))
EMBEDDING = Pointer("DE", "Authority", PERMITTED, embedded=NATIONAL)

RECORDS: dict[str, tuple[Kind, Any]] = {
    "accreditation": (wire.ACCREDITATION, ACCREDITATION),
    "scope": (wire.SCOPE, SCOPE),
    "status-entry": (wire.STATUS_ENTRY, ENTRY),
    "key-revocation": (wire.KEY_REVOCATION, REVOCATION),
    "service-key": (wire.SERVICE_KEY, SERVICE_KEY),
    "status-list": (wire.STATUS_LIST, DECLARED),
    "service": (wire.SERVICE, SERVICE),
    "entity": (wire.ENTITY, ENTITY),
    "role": (wire.ROLE, ROLE),
    "root-map": (wire.ROOT, RootMap(1, ROLE, ROLE, "DEMO")),
    "ncca": (wire.NCCA, NCCA),
    "national-list-map": (wire.NATIONAL, NATIONAL),
    "permitted": (wire.PERMITTED, PERMITTED),
    "pointer": (wire.POINTER, POINTER),
    "embedding-pointer": (wire.POINTER, EMBEDDING),
    "union-list-map": (wire.UNION, UnionMap(1, "EU", None, (POINTER,), bytes(32))),
}
OPTIONAL = {
    "accreditation": {3, 4},
    "scope": {3, 4, 5, 6, 8, 9, 10},
    "status-entry": {3, 4},
    "key-revocation": {3, 4},
    "service-key": {6, 7},
    "status-list": {2},
    "service": {4, 5},
    "entity": {3, 4, 5},
    "root-map": {4},
    "ncca": {3},
    "national-list-map": {4, 7},
    "pointer": {6, 7},
    "union-list-map": {4},
}
NULLABLE = {("national-list-map", 3), ("union-list-map", 3)}

MEMBERS = [(name, key) for name, (kind, value) in RECORDS.items() for key in kind.write(value)]  # type: ignore[attr-defined]


def written(name: str) -> dict[Any, Any]:
    """Give the map of a record as it is read from bytes."""
    kind, value = RECORDS[name]
    decoded = cbor.decode(cbor.encode(kind.write(value)))
    assert isinstance(decoded, dict)
    return decoded


def refused(name: str, members: object) -> str:
    with pytest.raises(TrustError) as caught:
        RECORDS[name][0].read(members, name)
    return str(caught.value)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_back_as_it_was_written(name: str) -> None:
    kind, value = RECORDS[name]
    assert kind.read(written(name), name) == value


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_no_unknown_member(name: str) -> None:
    assert "99" in refused(name, {**written(name), 99: 1})


@pytest.mark.parametrize(("name", "key"), MEMBERS)
def test_a_member_may_be_left_out_only_where_the_specification_says_so(name: str, key: int) -> None:
    members = without(written(name), (key,))
    if key in OPTIONAL.get(name, set()):
        kind = RECORDS[name][0]
        assert kind.write(kind.read(members, name)) == members
    else:
        refused(name, members)


@pytest.mark.parametrize(("name", "key"), MEMBERS)
def test_a_member_of_another_type_is_refused(name: str, key: int) -> None:
    wrong = 7.5 if isinstance(written(name)[key], str) else "wrong"
    refused(name, {**written(name), key: wrong})


@pytest.mark.parametrize(("name", "key"), MEMBERS)
def test_null_is_no_absent_member(name: str, key: int) -> None:
    members = {**written(name), key: None}
    if (name, key) in NULLABLE:
        assert RECORDS[name][0].read(members, name).next_update is None
    else:
        refused(name, members)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        pytest.param("scope", (1,), "eucc", id="scheme-in-lower-case"),
        pytest.param("scope", (2,), 0, id="level-zero"),
        pytest.param("scope", (2,), 4, id="level-four"),
        pytest.param("scope", (3,), 0, id="statements-written-as-zero"),
        pytest.param("scope", (4,), 0, id="AVA_VAN-zero"),
        pytest.param("scope", (4,), 6, id="AVA_VAN-six"),
        pytest.param("scope", (5,), [], id="no-technical-domain"),
        pytest.param("scope", (5,), [3], id="unknown-technical-domain"),
        pytest.param("scope", (6,), 5, id="unknown-issuance-mode"),
        pytest.param("scope", (9, 3), -1, id="accreditation-ends-before-1970"),
        pytest.param("status-entry", (1,), 4, id="unknown-service-status"),
        pytest.param("status-entry", (3,), "a\nb", id="reason-of-two-lines"),
        pytest.param("key-revocation", (1,), 0, id="unknown-revocation-reason"),
        pytest.param("service-key", (5,), bytes(31), id="x5t-too-short"),
        pytest.param("service-key", (6, 2), -1, id="revoked-before-1970"),
        pytest.param("service-key", (7,), [], id="no-certificate-written"),
        pytest.param("service-key", (7,), [CHAIN[0]] * 5, id="too-many-certificates"),
        pytest.param("service-key", (7, 0), "seal", id="certificate-of-text"),
        pytest.param("service-key", (7, 1), b"", id="certificate-of-no-bytes"),
        pytest.param("service-key", (7, 1), bytes(8193), id="certificate-too-large"),
        pytest.param("service-key", (7, 0), b"other", id="another-certificate-than-that-of-x5t"),
        pytest.param("service-key", (7,), [*reversed(CHAIN)], id="certificates-in-the-wrong-order"),
        pytest.param("service-key", (5,), bytes(32), id="x5t-of-another-certificate"),
        pytest.param("status-list", (1,), "http://status.body.example/1", id="status-list-without-tls"),
        pytest.param("status-list", (2,), "https://", id="ncca-uri-without-host"),
        pytest.param("service", (1,), 3, id="unknown-service-type"),
        pytest.param("service", (2,), [], id="no-history"),
        pytest.param("service", (3,), [], id="no-key"),
        pytest.param("service", (4,), [], id="no-scope-written"),
        pytest.param("service", (5,), [], id="no-status-list-written"),
        pytest.param("entity", (1,), "3087", id="entity-id-without-territory"),
        pytest.param("entity", (1,), "DE-30:87", id="entity-id-with-colon"),
        pytest.param("entity", (2,), "x" * 201, id="name-too-long"),
        pytest.param("entity", (5,), ["Body.example"], id="host-in-upper-case"),
        pytest.param("entity", (5,), ["body.example:443"], id="host-with-port"),
        pytest.param("entity", (5,), ["bödy.example"], id="host-not-ascii"),
        pytest.param("entity", (6,), [], id="no-service"),
        pytest.param("root-map", (1,), 0, id="sequence-number-zero"),
        pytest.param("root-map", (1,), 1 << 32, id="sequence-number-too-great"),
        pytest.param("root-map", (4,), "", id="empty-label"),
        pytest.param("role", (1,), 0, id="threshold-zero"),
        pytest.param("role", (1,), 3, id="threshold-beyond-the-keys"),
        pytest.param("role", (1,), 33, id="threshold-beyond-the-limit"),
        pytest.param("role", (2,), [], id="no-keys"),
        pytest.param("ncca", (3,), "ncca.example", id="website-without-scheme"),
        pytest.param("national-list-map", (2,), "DEU", id="territory-of-three-letters"),
        pytest.param("national-list-map", (6,), [[]], id="entity-that-is-no-map"),
        pytest.param("permitted", (1,), [], id="nothing-permitted"),
        pytest.param("permitted", (2,), 4, id="level-beyond-high-permitted"),
        pytest.param("pointer", (4,), 3, id="pointer-threshold-beyond-the-keys"),
        pytest.param("pointer", (5,), [], id="pointer-without-keys"),
        pytest.param("pointer", (6,), 0, id="minimum-sequence-zero"),
        pytest.param("pointer", (7,), [], id="no-location-written"),
        pytest.param("union-list-map", (5, 0, 1), "de", id="pointer-to-lower-case-territory"),
    ],
)
def test_a_member_out_of_its_bounds_is_refused(name: str, path: tuple[Any, ...], value: object) -> None:
    refused(name, changed(written(name), path, value))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param(1, 1, id="another-key-type"),
        pytest.param(2, bytes(8), id="another-key-id"),
        pytest.param(2, bytes(32), id="a-long-key-id"),
        pytest.param(3, -7, id="ES256"),
        pytest.param(3, -51, id="algorithm-of-another-curve"),
        pytest.param(-1, 2, id="another-curve"),
        pytest.param(-2, bytes(32), id="a-point-off-the-curve"),
        pytest.param(-4, bytes(32), id="a-private-key"),
        pytest.param(4, [2], id="key-operations"),
    ],
)
def test_a_role_names_well_formed_keys_only(member: int, value: object) -> None:
    said = refused("role", changed(written("role"), (2, 0, member), value))
    assert said.startswith("role.keys[0] is not usable: COSE_Key")


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_role_may_name_keys_of_every_signing_algorithm(algorithm: Any) -> None:
    role = Role(1, (keys.signer(algorithm).public_key,))
    assert wire.ROLE.read(wire.ROLE.write(role), "role") == role


@pytest.mark.parametrize(
    ("windows", "is_right"),
    [
        pytest.param((1000, 1001, 1001), True, id="shortest-possible"),
        pytest.param((1000, 2000, 3000), True, id="usual"),
        pytest.param((1000, 1000, 3000), False, id="never-signs"),
        pytest.param((1001, 1000, 3000), False, id="ends-before-it-begins"),
        pytest.param((1000, 2000, 1999), False, id="verifies-shorter-than-it-signs"),
    ],
)
def test_a_key_signs_before_it_ends_and_verifies_no_shorter(windows: tuple[int, int, int], is_right: bool) -> None:
    members = {**written("service-key"), 2: windows[0], 3: windows[1], 4: windows[2]}
    if is_right:
        assert wire.SERVICE_KEY.read(members, "key").sign_from == windows[0]
    else:
        assert "must sign before it ends" in refused("service-key", members)


@pytest.mark.parametrize(
    ("starts", "is_right"),
    [
        pytest.param((1,), True, id="one-entry"),
        pytest.param((1, 2, 3), True, id="in-order"),
        pytest.param((2, 1), False, id="newest-first"),
        pytest.param((1, 1), False, id="two-at-one-instant"),
    ],
)
def test_a_history_is_in_order_of_time(starts: tuple[int, ...], is_right: bool) -> None:
    members = {**written("service"), 2: [{1: 1, 2: start} for start in starts]}
    if is_right:
        assert len(wire.SERVICE.read(members, "service").history) == len(starts)
    else:
        assert "order of time" in refused("service", members)


@pytest.mark.parametrize("name", ["role", "pointer"])
def test_a_key_is_named_once(name: str) -> None:
    at = {"role": 2, "pointer": 5}[name]
    members = written(name)
    assert "names a key twice" in refused(name, {**members, at: [members[at][0], members[at][0]]})


@pytest.mark.parametrize("key", [4, 5, 6, 7])
def test_a_pointer_does_not_say_who_signs_a_list_that_it_embeds(key: int) -> None:
    members = {**written("embedding-pointer"), key: written("pointer")[key]}
    assert "not both" in refused("embedding-pointer", members)


def test_a_pointer_says_who_signs_or_embeds_the_list() -> None:
    assert "threshold" in refused("pointer", without(without(written("pointer"), (4,)), (5,)))


def test_a_pointer_embeds_the_list_of_its_own_territory() -> None:
    members = changed(written("embedding-pointer"), (8, 2), "FR")
    assert "another territory" in refused("embedding-pointer", members)


def test_the_lists_of_the_test_world_are_written_as_they_are_read() -> None:
    content = GERMANY.content
    assert wire.NATIONAL.read(wire.NATIONAL.write(content), "list") == content
    assert wire.ENTITY.read(content.entities[0], "entity") == WORLD.entity()
