"""Trust: what is written is read back, and no bytes do more than raise our errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certmark import cbor
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.errors import PublishingError, TrustError
from certmark.text import problem_in
from certmark.trust import TrustBundle, TrustSnapshot, wire
from certmark.trust.authority import Attested, covering_scope, issuance_problem, scope_problem
from certmark.trust.documents import open_national_list, open_root, open_union_list
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
from certmark.trust.lists import NationalMap, Permitted, Pointer, UnionMap
from certmark.trust.publish.documents_json import ListDocument, dump_list, load_list
from tests.nonsense import attempt, damaged, values
from tests.raw_cbor import deterministic
from tests.strategies import entity_ids, https_uris, texts
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DE_KEYS,
    FR_BODY,
    FR_KEYS,
    ISSUANCE,
    MAKER_KEY,
    ROOT_KEYS,
    STATUS,
    UNION_KEYS,
    WORLD,
)

TIMES = st.integers(0, 253_402_300_799)
DAYS = st.integers(0, 2_932_896)
LEVELS = st.integers(1, 3)
SCHEMES = st.sampled_from(["EUCC", "XX-HOME", "Z"])
DIGESTS = st.binary(min_size=32, max_size=32)
SEQUENCES = st.integers(1, (1 << 32) - 1)
KEYS = st.sampled_from([BODY_KEY, BODY_STATUS_KEY, MAKER_KEY, *DE_KEYS, *FR_KEYS])


def some(entries: st.SearchStrategy[Any], *, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(entries, min_size=least, max_size=2).map(tuple)


accreditations = st.builds(Accreditation, texts(200), DAYS, st.none() | DAYS, st.none() | texts(200))
scopes = st.builds(
    Scope,
    scheme=SCHEMES,
    level=LEVELS,
    from_day=DAYS,
    until_day=st.none() | DAYS,
    statements=st.booleans(),
    max_ava_van=st.none() | st.integers(1, 5),
    technical_domains=some(st.integers(1, 2)),
    issuance_mode=st.none() | st.integers(1, 4),
    accreditation=st.none() | accreditations,
    authorisation=st.none() | accreditations,
)
entries = st.builds(StatusEntry, st.sampled_from(ServiceStatus), TIMES, st.none() | texts(500), st.none() | TIMES)
histories = st.lists(entries, min_size=1, max_size=4, unique_by=lambda entry: entry.starting_time).map(
    lambda unordered: tuple(sorted(unordered, key=lambda entry: entry.starting_time))
)
revocations = st.builds(KeyRevocation, st.sampled_from(RevocationReason), TIMES, st.none() | TIMES, st.none() | TIMES)
windows = st.lists(TIMES, min_size=3, max_size=3, unique=True).map(sorted)
service_keys = st.builds(
    lambda key, window, x5t, chain, revocation: ServiceKey(
        cose_key=key.public_key.to_cose_key(),
        sign_from=window[0],
        sign_until=window[1],
        verify_until=window[2],
        x5t=sha256(chain[0]).digest() if chain else x5t,
        revocation=revocation,
        x5chain=chain,
    ),
    KEYS,
    windows,
    st.none() | DIGESTS,
    some(st.binary(min_size=1, max_size=40)),
    st.none() | revocations,
)
declarations = st.builds(StatusListDeclaration, https_uris(), st.none() | https_uris())
services = st.builds(
    Service,
    service_type=st.sampled_from(ServiceType),
    history=histories,
    keys=some(service_keys, least=1),
    scopes=some(scopes),
    status_lists=some(declarations),
)


@st.composite
def some_services(draw: st.DrawFn) -> tuple[Service, ...]:
    """One or two services; an entity lists each of its keys once."""
    listed = draw(st.lists(service_keys, min_size=1, max_size=4, unique_by=lambda key: str(key.cose_key[2])))
    cut = draw(st.integers(1, len(listed)))
    shares = [share for share in (listed[:cut], listed[cut:]) if share]
    return tuple(draw(services)._replace(keys=tuple(share)) for share in shares)


hosts = st.sampled_from(["a", "body.example", "x-1.body.example"])
entities = st.builds(
    TrustedEntity,
    entity_id=entity_ids(),
    name=texts(200),
    services=some_services(),
    address=st.none() | texts(500),
    contact=st.none() | texts(200),
    link_hosts=some(hosts),
)
nccas = st.builds(Ncca, entity_ids(), texts(200), st.none() | https_uris())
territories = st.sampled_from(["DE", "FR", "XX"])
national_maps = st.builds(
    NationalMap,
    sequence_number=SEQUENCES,
    territory=territories,
    next_update=st.none() | TIMES,
    entities=some(entities.map(wire.ENTITY.write)),
    prev_digest=st.none() | DIGESTS,
    ncca=st.none() | nccas,
)
permissions = st.builds(Permitted, some(SCHEMES, least=1), LEVELS)
named = st.builds(
    Pointer,
    territory=territories,
    operator=texts(200),
    permitted=permissions,
    threshold=st.integers(1, 2),
    keys=st.just(tuple(signer.public_key for signer in DE_KEYS)),
    min_sequence=st.none() | SEQUENCES,
    locations=some(https_uris()),
)
embedding = st.builds(
    lambda content, operator, permitted: Pointer(content.territory, operator, permitted, embedded=content),
    national_maps,
    texts(200),
    permissions,
)
union_maps = st.builds(
    UnionMap,
    sequence_number=SEQUENCES,
    territory=st.just("EU"),
    next_update=st.none() | TIMES,
    pointers=some(named | embedding),
    prev_digest=st.none() | DIGESTS,
)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def unversioned(national: NationalMap) -> NationalMap:
    """Leave out what a document does not state."""
    return national._replace(
        sequence_number=1, prev_digest=None, next_update=None if national.next_update is None else 0
    )


def decoded(national: NationalMap) -> NationalMap:
    """Give the entities as they are decoded: written ones hold tuples and words."""
    entries: Any = cbor.decode(cbor.encode(list(national.entities)))
    return national._replace(entities=tuple(entries))


@given(texts(200), texts(200), national_maps)
def test_a_national_list_comes_back_from_json(operator: str, list_id: str, content: NationalMap) -> None:
    document = ListDocument(operator, list_id, content)
    read = load_list(dump_list(document))
    assert read == document._replace(content=decoded(unversioned(content)))
    assert dump_list(read) == dump_list(document)


@given(union_maps)
def test_a_union_list_comes_back_from_json(content: UnionMap) -> None:
    pointers = tuple(
        each._replace(embedded=decoded(unversioned(each.embedded))) if each.embedded else each
        for each in content.pointers
    )
    expected = UnionMap(1, "EU", None if content.next_update is None else 0, pointers)
    document = ListDocument("operator", "id", content)
    assert load_list(dump_list(document)) == document._replace(content=expected)


@given(json_values, st.integers(0, 2))
def test_any_json_gives_a_list_or_the_error_of_publishing(value: object, depth: int) -> None:
    national: Any = {"type": "national_list", "operator": "o", "list_id": "i", "territory": "DE", "entities": [value]}
    named: dict[str, Any] = {"entity_id": "DE-1", "name": "n", "services": value}
    for text in (
        json.dumps(value),
        json.dumps(national),
        json.dumps({**national, "entities": [named] * depth, "ncca": value, "closed": value}),
    ):
        _, said = attempt(PublishingError, load_list, text)
        assert said is None or said.isprintable()


def through_bytes(written: object) -> object:
    return cbor.decode(cbor.encode(written), depth=20)


@given(entities)
def test_an_entity_is_read_back(entity: TrustedEntity) -> None:
    assert wire.ENTITY.read(through_bytes(wire.ENTITY.write(entity)), "entity") == entity


@settings(max_examples=50)
@given(national_maps)
def test_a_national_list_is_read_back(content: NationalMap) -> None:
    assert wire.NATIONAL.read(through_bytes(wire.NATIONAL.write(content)), "list") == content


@settings(max_examples=50)
@given(union_maps)
def test_a_union_list_is_read_back(content: UnionMap) -> None:
    assert wire.UNION.read(through_bytes(wire.UNION.write(content)), "list") == content


@given(
    st.lists(st.binary(max_size=9), min_size=1, max_size=3),
    st.binary(max_size=9),
    st.dictionaries(territories, st.binary()),
)
def test_a_bundle_is_read_back(roots: list[bytes], union: bytes, national: dict[str, bytes]) -> None:
    bundle = TrustBundle(tuple(roots), union, national)
    assert TrustBundle.from_bytes(bundle.to_bytes()) == bundle


# --- questions about authority never fail ---

attested = st.builds(
    Attested, SCHEMES, LEVELS, st.booleans(), st.none() | st.integers(1, 5), st.none() | st.integers(1, 2), DAYS, DAYS
)


@given(service=services, instant=TIMES)
def test_a_service_was_in_order_at_an_instant_or_there_is_a_reason(service: Service, instant: int) -> None:
    key = service.keys[0]
    problem = issuance_problem(key, service, instant)
    held = [entry for entry in service.history if entry.starting_time <= instant]
    in_order = (
        key.sign_from <= instant < key.sign_until
        and (key.revocation is None or instant < key.revocation.effective)
        and bool(held)
        and held[-1].status is ServiceStatus.GRANTED
    )
    assert (problem is None) is in_order
    assert problem is None or problem_in(problem) is None


@given(service=services, claimed=attested)
def test_a_scope_covers_or_there_is_a_reason(service: Service, claimed: Attested) -> None:
    problem = scope_problem(service, Permitted(("EUCC", "XX-HOME", "Z"), 3), claimed)
    scope = covering_scope(service, claimed)
    assert (problem is None) is (scope is not None)
    assert problem is None or problem_in(problem) is None
    if scope is not None:
        assert (scope.scheme, scope.level, scope.statements) == (claimed.scheme, claimed.level, claimed.statement)
        assert scope.from_day <= min(claimed.issued, claimed.signed)


# --- any bytes ---

foreign = st.one_of(
    st.binary(),
    values.map(deterministic),
    st.lists(values, min_size=4, max_size=4).map(lambda members: b"\xd8\x62" + deterministic(members)),
    damaged(WORLD.root.signed),
    damaged(WORLD.trust_bundle.union),
    damaged(WORLD.member().signed),
)


def only_our_errors(call: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call; what our errors say is one line that a person may be shown."""
    result, said = attempt(TrustError, call, *given, **named)
    assert said is None or problem_in(said) is None
    return result


@given(foreign)
def test_any_bytes_are_a_root_or_refused(data: bytes) -> None:
    only_our_errors(open_root, data)


@given(foreign)
def test_any_bytes_are_a_union_list_or_refused(data: bytes) -> None:
    only_our_errors(open_union_list, data, WORLD.trust().root)


@given(foreign)
def test_any_bytes_are_a_national_list_or_refused(data: bytes) -> None:
    only_our_errors(open_national_list, data, WORLD.member().pointer)


@given(foreign | damaged(WORLD.bundle))
def test_any_bytes_are_a_bundle_or_refused(data: bytes) -> None:
    only_our_errors(TrustSnapshot.open, data, anchor=WORLD.anchor)


@given(st.text() | st.binary(max_size=40))
def test_any_anchor_fits_or_is_refused(anchor: str | bytes) -> None:
    assert only_our_errors(TrustSnapshot.open, WORLD.bundle, anchor=anchor) is None


@given(
    claims=st.dictionaries(st.sampled_from([1, 2, 4, -65538, -65539, 99]), values, max_size=5),
    content=st.dictionaries(st.integers(1, 9), values, max_size=7),
    is_root=st.booleans(),
)
def test_nonsense_that_is_rightly_signed_is_refused(claims: dict[Any, Any], content: Any, is_root: bool) -> None:
    name, private = (typ.ROOT, -65538) if is_root else (typ.TRUSTED_LIST, -65539)
    said = {1: "Operator", 2: "list", 4: 1, private: content, **claims}
    data = cwt.seal_many(said, typ=name, issued_at=1, signers=(*ROOT_KEYS, *UNION_KEYS, *DE_KEYS))
    only_our_errors(open_root, data)
    only_our_errors(open_union_list, data, WORLD.trust().root)
    only_our_errors(open_national_list, data, WORLD.member().pointer)


@given(
    entry=st.dictionaries(st.integers(1, 7), values, max_size=7), place=st.sampled_from([None, (6, 0), (6, 0, 3, 0)])
)
def test_an_authority_that_lists_nonsense_harms_nobody_else(
    entry: dict[int, Any], place: tuple[int, ...] | None
) -> None:
    raw: Any = cbor.decode(cbor.encode(wire.ENTITY.write(WORLD.entity(FR_BODY))))
    inner = raw
    for step in place or ():
        inner = inner[step]
    inner.update(entry)
    snapshot = only_our_errors(WORLD.with_raw_entity(FR_BODY, raw).trust)
    kid, status_kid = BODY_KEY.public_key.key_id, BODY_STATUS_KEY.public_key.key_id
    assert len(snapshot.candidates(kid, BODY, ISSUANCE)) == 1
    signers = [(each.entity_id, each.verification_key) for each in snapshot.status_signers(status_kid)]
    assert (BODY, BODY_STATUS_KEY.public_key) in signers
    only_our_errors(snapshot.entity, FR_BODY)
    for key_id in (kid, status_kid, b"", WORLD.signer.public_key.key_id):
        only_our_errors(snapshot.candidates, key_id, FR_BODY, ISSUANCE)
        only_our_errors(snapshot.candidates, key_id, FR_BODY, STATUS)
