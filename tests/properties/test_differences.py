"""No difference between two versions is passed over, and each has words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certmark import cbor
from certmark.cli.screen import visible
from certmark.cli.trust.diff_words import says, whom
from certmark.cose import sign
from certmark.errors import TrustError
from certmark.trust import wire
from certmark.trust.documents import unsigned
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
from certmark.trust.publish.differences import compare
from certmark.trust.publish.drafts import Version, read_version
from tests import keys

if TYPE_CHECKING:
    from collections.abc import Callable

# Few values of each kind, so that two draws often agree in most of their fields and differ in one or two.
KEYS = [keys.signer(number=number).public_key for number in (1, 2, 3)]
TIMES = st.sampled_from([0, 86_400, 100_001, 900_000])
DAYS = st.sampled_from([0, 1, 20_000])
TEXTS = st.sampled_from(["a", "b", "\u0627"])
DIGESTS = st.sampled_from([bytes(32), b"1" * 32])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def few(values: st.SearchStrategy[Any], *, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, min_size=least, max_size=2).map(tuple)


ACCREDITATIONS = st.builds(Accreditation, TEXTS, DAYS, maybe(DAYS), maybe(TEXTS))
SCOPES = st.builds(
    Scope,
    st.sampled_from(["EUCC", "X"]),
    st.integers(1, 3),
    DAYS,
    maybe(DAYS),
    st.booleans(),
    maybe(st.integers(1, 5)),
    few(st.integers(1, 2)),
    maybe(st.integers(1, 4)),
    maybe(ACCREDITATIONS),
    maybe(ACCREDITATIONS),
)
REVOCATIONS = st.builds(KeyRevocation, st.sampled_from(RevocationReason), TIMES, maybe(TIMES), maybe(TIMES))
COSE_KEYS = st.sampled_from([key.to_cose_key() for key in KEYS]) | st.sampled_from([{1: 1}, {1: True}, {2: b"x"}])
SERVICE_KEYS = st.builds(
    ServiceKey,
    COSE_KEYS,
    st.sampled_from([0, 1]),
    st.sampled_from([2, 3]),
    st.sampled_from([3, 4]),
    maybe(DIGESTS),
    maybe(REVOCATIONS),
)
ENTRIES = st.builds(StatusEntry, st.sampled_from(ServiceStatus), TIMES, maybe(TEXTS), maybe(TIMES))
URIS = st.sampled_from(["https://a.example/1", "https://b.example/2"])
SERVICES = st.builds(
    Service,
    st.sampled_from(ServiceType),
    few(ENTRIES, least=1),
    few(SERVICE_KEYS, least=1),
    few(SCOPES),
    few(st.builds(StatusListDeclaration, URIS, maybe(URIS))),
)
ENTITIES = st.builds(
    TrustedEntity,
    st.sampled_from(["DE-1", "DE-2"]),
    TEXTS,
    few(SERVICES, least=1),
    maybe(TEXTS),
    maybe(TEXTS),
    few(st.sampled_from(["a.example", "b.example"])),
)
ODD_ENTRIES = st.dictionaries(st.integers(1, 7), st.sampled_from(["DE-1", "x", 1, True, b"", None]), max_size=3)
NATIONAL = st.builds(
    NationalMap,
    st.integers(1, 3),
    st.sampled_from(["DE", "FR"]),
    maybe(TIMES),
    few(ENTITIES.map(wire.ENTITY.write) | ODD_ENTRIES),
    maybe(DIGESTS),
    maybe(st.builds(Ncca, st.just("DE-N"), TEXTS, maybe(URIS))),
)
ROLES = st.permutations(KEYS).flatmap(
    lambda order: st.integers(1, 3).flatmap(
        lambda size: st.builds(Role, st.integers(1, size), st.just(tuple(order[:size])))
    )
)
ROOTS = st.builds(RootMap, st.integers(1, 3), ROLES, ROLES, maybe(TEXTS))
PERMITTED = st.builds(Permitted, few(st.sampled_from(["EUCC", "X"]), least=1), st.integers(1, 3))


@st.composite
def pointers(draw: st.DrawFn) -> Pointer:
    territory, operator = draw(st.sampled_from(["DE", "FR"])), draw(TEXTS)
    if draw(st.booleans()):
        embedded = draw(NATIONAL)._replace(territory=territory)
        return Pointer(territory, operator, draw(PERMITTED), embedded=embedded)
    role = draw(ROLES)
    number, where = draw(maybe(st.integers(1, 3))), draw(few(URIS))
    return Pointer(territory, operator, draw(PERMITTED), role.threshold, role.keys, number, where)


UNIONS = st.builds(UnionMap, st.integers(1, 3), st.just("EU"), maybe(TIMES), few(pointers()), maybe(DIGESTS))


@st.composite
def versions(draw: st.DrawFn, contents: st.SearchStrategy[Any]) -> Version:
    """Drafts, and versions with a signature that nobody looks at."""
    content, operator, list_id = draw(contents), draw(TEXTS), draw(TEXTS)
    header, payload = _unchecked(content, operator, list_id, draw(TIMES), draw(TIMES))
    signed = draw(few(st.sampled_from([b"\x00" * 8, b"\x01" * 8])))
    signatures = [(cbor.encode({1: -9, 4: key_id}), bytes(64)) for key_id in signed]
    return read_version(sign.to_bytes(header, payload, signatures))


def _unchecked(content: Any, operator: str, list_id: str, issued_at: int, expires: int) -> tuple[bytes, bytes]:
    """Write a version, also one with entries that nobody can read."""
    try:
        return unsigned(content, operator=operator, list_id=list_id, issued_at=issued_at, expires=expires)
    except TrustError:
        if isinstance(content, RootMap):
            raise
        from certmark.cose.headers import body_header
        from certmark.cwt import typ
        from certmark.cwt.registered import Claim

        kind = wire.UNION if isinstance(content, UnionMap) else wire.NATIONAL
        claims = {Claim.ISS: operator, Claim.SUB: list_id, Claim.EXP: expires, Claim.TRUSTED_LIST: kind.write(content)}
        return body_header(typ=typ.TRUSTED_LIST, issued_at=issued_at), cbor.encode(claims)


def pairs(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Version, Version]]:
    return st.tuples(versions(contents), versions(contents))


def fields(version: Version) -> tuple[bytes, bytes, tuple[bytes | None, ...]]:
    message = version.message
    return message.headers.raw, message.payload, tuple(each.headers.key_id for each in message.signatures)


@given(st.one_of(pairs(ROOTS), pairs(UNIONS), pairs(NATIONAL)))
def test_two_versions_differ_exactly_if_a_difference_is_told(both: tuple[Version, Version]) -> None:
    found = compare(*both).differences
    assert bool(found) is (fields(both[0]) != fields(both[1]))
    for each in found:
        assert says(each).strip()
        assert whom(each.whom).strip()
        assert visible(says(each)).isprintable()


# --- one field at a time, so that none is passed over ---

SCOPE = Scope("EUCC", 2, 0)
LISTED = ServiceKey(KEYS[0].to_cose_key(), 0, 1, 2)
STATUS_NOW = (StatusEntry(ServiceStatus.GRANTED, 0),)


def _entity(*services: Service) -> TrustedEntity:
    return TrustedEntity("DE-1", "a", services)


def _service(**changes: Any) -> TrustedEntity:
    key = ServiceKey(KEYS[0].to_cose_key(), 0, 1, 2)
    return _entity(Service(ServiceType.CERTIFICATE_ISSUANCE, STATUS_NOW, (key,))._replace(**changes))


def _listing(entity: TrustedEntity) -> NationalMap:
    return NationalMap(1, "DE", 0, (wire.ENTITY.write(entity),))  # type: ignore[arg-type]


SCOPE = Scope("EUCC", 2, 0)
LISTED = ServiceKey(KEYS[0].to_cose_key(), 0, 1, 2)
MAKING: dict[type, tuple[st.SearchStrategy[Any], Callable[[Any], Any]]] = {
    Accreditation: (ACCREDITATIONS, lambda each: _listing(_service(scopes=(SCOPE._replace(accreditation=each),)))),
    Scope: (SCOPES, lambda each: _listing(_service(scopes=(each,)))),
    KeyRevocation: (REVOCATIONS, lambda each: _listing(_service(keys=(LISTED._replace(revocation=each),)))),
    ServiceKey: (SERVICE_KEYS, lambda each: _listing(_service(keys=(each,)))),
    StatusEntry: (ENTRIES, lambda each: _listing(_service(history=(each,)))),
    Service: (SERVICES, lambda each: _listing(_entity(each))),
    TrustedEntity: (ENTITIES, _listing),
    NationalMap: (NATIONAL, lambda each: each),
    Pointer: (pointers(), lambda each: UnionMap(1, "EU", 0, (each,))),
    UnionMap: (UNIONS, lambda each: each),
    Role: (ROLES, lambda each: RootMap(1, each, each)),
    RootMap: (ROOTS, lambda each: each),
}
FIELDS = [(kind, name) for kind in MAKING for name in kind._fields]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=[f"{kind.__name__}-{name}" for kind, name in FIELDS])
@settings(max_examples=25)
@given(data=st.data())
def test_a_single_field_is_enough(kind: type, name: str, data: st.DataObject) -> None:
    values, content_of = MAKING[kind]
    one, other = data.draw(values), data.draw(values)
    changed = one._replace(**{name: getattr(other, name)})
    try:
        old, new = (
            read_version(sign.to_bytes(*_unchecked(content_of(each), "a", "a", 1, 2), ())) for each in (one, changed)
        )
    except TrustError:
        return  # no list at all, such as a threshold beyond the keys
    assert bool(compare(old, new).differences) is (fields(old) != fields(new))
