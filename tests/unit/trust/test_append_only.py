"""Append-only: what a newer version of a list may do, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from certmark.errors import AppendOnlyError
from certmark.trust import TrustFloor, TrustSnapshot
from certmark.trust.append_only import (
    ONLY_FOR_PUBLISHERS,
    AppendOnlyRule,
    BrokenRule,
    national_rules_broken,
    union_rules_broken,
)
from certmark.trust.entities import (
    Accreditation,
    KeyRevocation,
    RevocationReason,
    Service,
    ServiceStatus,
    StatusEntry,
    StatusListDeclaration,
    TrustedEntity,
)
from certmark.trust.lists import UnionMap
from tests import keys
from tests.world import (
    BODY,
    EUCC_HIGH,
    EUCC_SUBSTANTIAL,
    GRANTED,
    ISSUANCE,
    NCCA_STATUS_URI,
    STATUS,
    STATUS_URI,
    WORLD,
    World,
    days,
    issuance,
    seconds,
    service_key,
    status_service,
)

SAID = Path(__file__).with_name("broken_rules.txt")
SINCE = WORLD.member().issued_at
"""2026-05-20: when the older version was signed."""
BEFORE, AFTER = seconds("2026-05-19"), seconds("2026-05-20")
NEW_KEY = keys.signer(number=34)
SUSPENDED = StatusEntry(ServiceStatus.SUSPENDED, AFTER, "audit")
RETIRED = KeyRevocation(RevocationReason.SUPERSEDED, AFTER)
COMPROMISED = KeyRevocation(RevocationReason.KEY_COMPROMISE, BEFORE)
DECLARED = StatusListDeclaration(STATUS_URI)
WITH_AUTHORITY = StatusListDeclaration(STATUS_URI, NCCA_STATUS_URI)
TWO_AUTHORITIES = (WITH_AUTHORITY, DECLARED._replace(ncca_uri="https://status.ncca.example/2"))
OTHERS = tuple(keys.signer(number=number) for number in (26, 27))
NEWCOMER = TrustedEntity("DE-4000", "Newcomer", (issuance(NEW_KEY, EUCC_SUBSTANTIAL),))


def broken(old: World, new: World) -> list[str]:
    return [each.rule for each in national_rules_broken(old.member().content, new.member().content, since=SINCE)]


def service(**changes: Any) -> World:
    return WORLD.with_service(**changes)


def key(**changes: Any) -> World:
    return WORLD.with_key(**changes)


def services(*changed: Service) -> World:
    return WORLD.with_entity(services=changed)


def added_key(**changes: Any) -> World:
    return service(keys=(*WORLD.service().keys, service_key(NEW_KEY, **changes)))


def scopes(**changes: Any) -> World:
    """Change the first scope only."""
    return service(scopes=(EUCC_HIGH._replace(**changes), EUCC_SUBSTANTIAL))


def authorised(**changes: Any) -> World:
    assert EUCC_HIGH.authorisation is not None
    return scopes(authorisation=EUCC_HIGH.authorisation._replace(**changes))


def with_true_for_one() -> World:
    """Write the type of the first service as true, which equals 1 in Python and is no number in a list."""
    first, *others = WORLD.member().content.entities
    services: Any = first[6]
    entry = {**first, 6: [{**services[0], 1: True}, *services[1:]]}
    return WORLD.with_member(entities=(entry, *others))


def added_entity(**changes: Any) -> World:
    return WORLD.with_member(entities=(*WORLD.member().entities, NEWCOMER._replace(**changes)))


ISSUING, STATUS_ISSUING = WORLD.service(), WORLD.service(service_type=STATUS)
ENDS = days("2026-05-20")

SEAL = (b"seal", b"issuer")
SEALED = key(x5t=sha256(SEAL[0]).digest(), x5chain=SEAL)

ALLOWED: dict[str, tuple[World, World]] = {
    "the-same-again": (WORLD, WORLD),
    "another-name-and-hosts": (WORLD, WORLD.with_entity(name="Renamed Body", link_hosts=())),
    "a-new-entity-from-now-on": (
        WORLD,
        added_entity(services=(issuance(NEW_KEY)._replace(history=(StatusEntry(ServiceStatus.GRANTED, AFTER),)),)),
    ),
    "a-new-entity-recorded-later": (
        WORLD,
        added_entity(services=(issuance(NEW_KEY)._replace(history=(GRANTED[0]._replace(recorded_at=AFTER),)),)),
    ),
    "a-new-service-from-now-on": (
        WORLD,
        services(ISSUING, STATUS_ISSUING, issuance(NEW_KEY)._replace(history=(SUSPENDED,))),
    ),
    "suspended-from-now-on": (WORLD, service(history=(*GRANTED, SUSPENDED))),
    "suspended-in-the-past-and-marked": (
        WORLD,
        service(history=(*GRANTED, SUSPENDED._replace(starting_time=BEFORE, recorded_at=AFTER))),
    ),
    "put-before-everything-and-marked": (
        WORLD,
        service(history=(StatusEntry(ServiceStatus.GRANTED, 0, recorded_at=AFTER), *GRANTED)),
    ),
    "a-new-key": (WORLD, added_key(sign_from=AFTER)),
    "a-key-signs-no-longer": (WORLD, key(sign_until=AFTER)),
    "a-key-gets-its-seal-certificate": (WORLD, key(x5t=bytes(32))),
    "a-key-gets-its-seal-certificate-and-its-path": (WORLD, SEALED),
    "a-seal-certificate-gets-its-path": (key(x5t=sha256(SEAL[0]).digest()), SEALED),
    "a-key-is-retired": (WORLD, key(revocation=RETIRED)),
    "a-key-is-retired-in-the-past-and-marked": (
        WORLD,
        key(revocation=RETIRED._replace(effective=BEFORE, recorded_at=AFTER)),
    ),
    "a-key-is-compromised": (WORLD, key(revocation=COMPROMISED)),
    "a-retired-key-is-compromised": (key(revocation=RETIRED), key(revocation=COMPROMISED)),
    "a-new-scope": (
        WORLD,
        service(scopes=(EUCC_HIGH, EUCC_SUBSTANTIAL, EUCC_HIGH._replace(from_day=ENDS))),
    ),
    "a-scope-ends": (WORLD, scopes(until_day=ENDS)),
    "a-scope-ends-earlier": (scopes(until_day=ENDS + 9), scopes(until_day=ENDS)),
    "an-authorisation-ends-earlier": (WORLD, authorised(until_day=ENDS)),
    "an-authority's-status-list-is-declared": (
        WORLD,
        WORLD.with_service(service_type=STATUS, status_lists=(WITH_AUTHORITY,)),
    ),
    "a-status-list-stays-declared-with-two-authorities": (
        WORLD.with_service(service_type=STATUS, status_lists=TWO_AUTHORITIES),
        WORLD.with_service(service_type=STATUS, status_lists=TWO_AUTHORITIES).with_entity(name="Renamed Body"),
    ),
    "the-list-is-closed": (WORLD, WORLD.with_member(next_update=None)),
    "a-malformed-entry-is-mended": (WORLD.with_entity(name="\u202e"), WORLD),
    "a-malformed-entry-stays-so": (WORLD.with_entity(name="\u202e"), WORLD.with_entity(name="\u202d")),
    "a-malformed-entry-is-added": (WORLD, added_entity(name="\u202e")),
    "an-entry-without-id-is-added": (WORLD, WORLD.with_member(entities=(*WORLD.member().entities, {}))),
}


@pytest.mark.parametrize(("old", "new"), ALLOWED.values(), ids=ALLOWED.keys())
def test_what_a_newer_version_may_do(old: World, new: World) -> None:
    assert broken(old, new) == []


REFUSED: dict[str, tuple[World, World, AppendOnlyRule]] = {
    "entity-removed": (
        WORLD,
        WORLD.with_member(entities=WORLD.member().entities[1:]),
        AppendOnlyRule.ENTITY_REMOVED,
    ),
    "entity-made-unreadable": (WORLD, WORLD.with_entity(name="\u202e"), AppendOnlyRule.ENTITY_REMOVED),
    "entity-made-unreadable-by-true-for-1": (WORLD, with_true_for_one(), AppendOnlyRule.ENTITY_REMOVED),
    "service-removed": (WORLD, services(ISSUING), AppendOnlyRule.SERVICE_REMOVED),
    "history-entry-removed": (
        service(history=(*GRANTED, SUSPENDED)),
        service(history=GRANTED),
        AppendOnlyRule.HISTORY_REWRITTEN,
    ),
    "history-entry-changed": (
        service(history=(*GRANTED, SUSPENDED)),
        service(history=(*GRANTED, SUSPENDED._replace(reason="none"))),
        AppendOnlyRule.HISTORY_REWRITTEN,
    ),
    "history-put-into-the-past": (
        WORLD,
        service(history=(*GRANTED, SUSPENDED._replace(starting_time=BEFORE))),
        AppendOnlyRule.HISTORY_REWRITTEN,
    ),
    "history-recorded-before-the-last-version": (
        WORLD,
        service(history=(*GRANTED, SUSPENDED._replace(starting_time=BEFORE, recorded_at=BEFORE))),
        AppendOnlyRule.HISTORY_REWRITTEN,
    ),
    "key-removed": (added_key(), WORLD, AppendOnlyRule.KEY_REMOVED),
    "key-replaced": (WORLD, service(keys=(service_key(NEW_KEY, sign_from=AFTER),)), AppendOnlyRule.KEY_REMOVED),
    "key-signs-from-earlier": (WORLD, key(sign_from=0), AppendOnlyRule.KEY_CHANGED),
    "key-signs-for-longer": (WORLD, key(sign_until=seconds("2028-01-01")), AppendOnlyRule.KEY_CHANGED),
    "key-ended-in-the-past": (WORLD, key(sign_until=BEFORE), AppendOnlyRule.KEY_CHANGED),
    "key-verifies-for-longer": (WORLD, key(verify_until=seconds("2040-01-01")), AppendOnlyRule.KEY_CHANGED),
    "key-verifies-no-longer": (WORLD, key(verify_until=seconds("2027-01-01")), AppendOnlyRule.KEY_CHANGED),
    "another-seal-certificate": (key(x5t=bytes(32)), key(x5t=b"1" * 32), AppendOnlyRule.KEY_CHANGED),
    "no-seal-certificate-any-more": (key(x5t=bytes(32)), WORLD, AppendOnlyRule.KEY_CHANGED),
    "no-path-any-more": (SEALED, key(x5t=sha256(SEAL[0]).digest()), AppendOnlyRule.KEY_CHANGED),
    "another-path": (SEALED, SEALED.with_key(x5chain=SEAL[:1]), AppendOnlyRule.KEY_CHANGED),
    "compromise-lifted": (key(revocation=COMPROMISED), WORLD, AppendOnlyRule.REVOCATION_CHANGED),
    "compromise-made-harmless": (
        key(revocation=COMPROMISED),
        key(revocation=RETIRED),
        AppendOnlyRule.REVOCATION_CHANGED,
    ),
    "compromise-dated-anew": (
        key(revocation=COMPROMISED),
        key(revocation=COMPROMISED._replace(compromised_since=AFTER)),
        AppendOnlyRule.REVOCATION_CHANGED,
    ),
    "retirement-lifted": (key(revocation=RETIRED), WORLD, AppendOnlyRule.REVOCATION_CHANGED),
    "retirement-put-off": (
        key(revocation=RETIRED),
        key(revocation=RETIRED._replace(effective=AFTER + 1)),
        AppendOnlyRule.REVOCATION_CHANGED,
    ),
    "scope-removed": (WORLD, service(scopes=(EUCC_HIGH,)), AppendOnlyRule.SCOPE_REMOVED),
    "scope-widened": (WORLD, scopes(technical_domains=(1, 2)), AppendOnlyRule.SCOPE_CHANGED),
    "scope-prolonged": (scopes(until_day=ENDS), scopes(until_day=ENDS + 1), AppendOnlyRule.SCOPE_CHANGED),
    "scope-without-end-again": (scopes(until_day=ENDS), WORLD, AppendOnlyRule.SCOPE_CHANGED),
    "scope-ended-in-the-past": (WORLD, scopes(until_day=ENDS - 1), AppendOnlyRule.SCOPE_CHANGED),
    "authorisation-prolonged": (WORLD, authorised(until_day=None), AppendOnlyRule.SCOPE_CHANGED),
    "authorisation-replaced": (WORLD, authorised(reference="another"), AppendOnlyRule.SCOPE_CHANGED),
    "authorisation-removed": (WORLD, scopes(authorisation=None), AppendOnlyRule.SCOPE_CHANGED),
    "authorisation-added": (
        scopes(authorisation=None),
        scopes(authorisation=Accreditation("new", ENDS)),
        AppendOnlyRule.SCOPE_CHANGED,
    ),
    "status-list-removed": (
        WORLD,
        WORLD.with_service(service_type=STATUS, status_lists=()),
        AppendOnlyRule.STATUS_LIST_REMOVED,
    ),
    "authority's-status-list-removed": (
        WORLD.with_service(service_type=STATUS, status_lists=(WITH_AUTHORITY,)),
        WORLD.with_service(service_type=STATUS, status_lists=(DECLARED,)),
        AppendOnlyRule.STATUS_LIST_REMOVED,
    ),
    "one-of-two-authorities'-status-lists-removed": (
        WORLD.with_service(service_type=STATUS, status_lists=TWO_AUTHORITIES),
        WORLD.with_service(service_type=STATUS, status_lists=TWO_AUTHORITIES[1:]),
        AppendOnlyRule.STATUS_LIST_REMOVED,
    ),
    "list-reopened": (WORLD.with_member(next_update=None), WORLD, AppendOnlyRule.LIST_REOPENED),
    "new-entity-in-the-past": (WORLD, added_entity(), AppendOnlyRule.BACKDATED),
    "new-service-in-the-past": (
        WORLD,
        services(ISSUING, STATUS_ISSUING, status_service(NEW_KEY)),
        AppendOnlyRule.BACKDATED,
    ),
    "new-key-in-the-past": (WORLD, added_key(sign_from=BEFORE), AppendOnlyRule.BACKDATED),
    "key-retired-in-the-past": (WORLD, key(revocation=RETIRED._replace(effective=BEFORE)), AppendOnlyRule.BACKDATED),
    "new-scope-in-the-past": (
        WORLD,
        service(scopes=(EUCC_HIGH, EUCC_SUBSTANTIAL, EUCC_SUBSTANTIAL._replace(from_day=ENDS - 1))),
        AppendOnlyRule.BACKDATED,
    ),
}


@pytest.mark.parametrize(("old", "new", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_newer_version_must_not_do(old: World, new: World, rule: AppendOnlyRule) -> None:
    assert broken(old, new) == [rule]


def said() -> str:
    """Give what is said of each version that is refused, the union lists' below."""
    nationals = (
        f"{name}: {each}"
        for name, (old, new, _) in REFUSED.items()
        for each in national_rules_broken(old.member().content, new.member().content, since=SINCE)
    )
    unions = (
        f"{name}: {each}"
        for name, (old, new, _) in UNIONS.items()
        for each in union_rules_broken(old, new, since=SINCE)
    )
    return "".join(f"{line}\n" for line in (*nationals, *unions))


def test_a_broken_rule_is_told_with_its_place_in_the_words_that_were_agreed() -> None:
    """After a deliberate change ``python -m tests.unit.trust.test_append_only`` writes the text anew: read it."""
    assert said() == SAID.read_text(encoding="utf-8")


def test_services_are_told_apart_by_type_and_place() -> None:
    old = services(ISSUING, STATUS_ISSUING, issuance(NEW_KEY))
    assert broken(old, services(STATUS_ISSUING, ISSUING, issuance(NEW_KEY))) == []
    swapped = broken(old, services(issuance(NEW_KEY), ISSUING, STATUS_ISSUING))
    assert AppendOnlyRule.KEY_REMOVED in swapped


def test_the_message_names_entity_service_and_key() -> None:
    old, new = WORLD.member().content, key(sign_from=0).member().content
    (only,) = national_rules_broken(old, new, since=SINCE)
    key_id = WORLD.signer.public_key.key_id.hex()
    assert str(only) == (
        f"{BODY}, certificate_issuance, key {key_id}: its times or its seal certificate were changed: "
        "retire it, and list another one (key-changed)"
    )


def test_a_key_whose_id_is_no_id_is_named_all_the_same() -> None:
    cose_key = {**WORLD.service().keys[0].cose_key, 2: "x"}
    old = key(cose_key=cose_key)
    first, *_ = national_rules_broken(old.member().content, WORLD.member().content, since=SINCE)
    assert "a key without id: the key is no longer listed" in str(first)


def test_only_what_is_new_is_left_to_the_publisher() -> None:
    assert {AppendOnlyRule.BACKDATED} == ONLY_FOR_PUBLISHERS


# --- what a verifier does that has both versions ---

NEXT = WORLD.with_union(sequence_number=10).with_member(sequence_number=6)


def opened(world: World, previous: TrustSnapshot | TrustFloor | None = None) -> TrustSnapshot:
    return TrustSnapshot.open(
        world.bundle, anchor=world.anchor, previous=WORLD.trust() if previous is None else previous
    )


def test_a_national_list_that_rewrites_its_past_leaves_its_own_territory_unknown_and_no_other() -> None:
    world = NEXT.with_member(entities=WORLD.member().entities[1:])
    snapshot = opened(world)
    assert sorted(snapshot.national) == ["FR", "XX"]
    problem = snapshot.problems["DE"]
    assert problem.startswith(f"the national list of DE no. 6 rewrites no. 5: {BODY}: is no longer listed")
    for member in (WORLD.member(), world.member()):
        assert sha256(member.signed).hexdigest() in problem


@pytest.mark.parametrize("name", [name for name, (_, _, rule) in REFUSED.items() if rule != "backdated"])
def test_a_verifier_refuses_what_contradicts_the_older_version(name: str) -> None:
    old, new, rule = REFUSED[name]
    snapshot = opened(
        new.with_union(sequence_number=10).with_member(sequence_number=6),
        TrustSnapshot.open(old.bundle, anchor=old.anchor),
    )
    assert f"({rule})" in snapshot.problems["DE"]


@pytest.mark.parametrize("name", [name for name, (_, _, rule) in REFUSED.items() if rule == "backdated"])
def test_a_verifier_leaves_it_to_the_publisher_when_something_new_begins(name: str) -> None:
    assert opened(REFUSED[name][1].with_union(sequence_number=10).with_member(sequence_number=6)).problems == {}


def test_the_floor_alone_sees_no_rewriting() -> None:
    world = NEXT.with_member(entities=WORLD.member().entities[1:])
    assert opened(world, WORLD.trust().floor).problems == {}


def test_a_refused_list_stays_refused_and_the_one_before_it_is_what_the_next_is_held_to() -> None:
    refused = opened(NEXT.with_key(sign_from=0))
    assert refused.floor.national["DE"].sequence_number == 5
    third = WORLD.with_union(sequence_number=11).with_member(sequence_number=7)
    assert "(key-changed)" in opened(third.with_key(sign_from=0), refused).problems["DE"]
    assert opened(third, refused).problems == {}


def test_a_list_that_is_missing_for_a_while_is_held_to_the_last_one_that_was_there() -> None:
    missing = opened(NEXT.with_member(missing=True))
    third = WORLD.with_union(sequence_number=11).with_member(sequence_number=7)
    assert "(key-changed)" in opened(third.with_key(sign_from=0), missing).problems["DE"]


def test_new_signers_may_tell_another_past() -> None:
    """Who recovers from a stolen key must be able to remove what the thief listed."""
    world = NEXT.with_member(keys=(keys.signer(number=26),), entities=WORLD.member().entities[1:])
    assert opened(world).problems == {}
    recovered = WORLD.with_root(sequence_number=2, union_keys=OTHERS).with_union(sequence_number=10, signers=OTHERS)
    bundle = replace(
        replace(recovered, members=WORLD.members[1:]).trust_bundle, roots=(WORLD.root.signed, recovered.root.signed)
    )
    assert "DE" not in TrustSnapshot.open(bundle, anchor=WORLD.anchor, previous=WORLD.trust()).national


def test_a_union_list_that_rewrites_its_past_is_not_used() -> None:
    world = replace(WORLD.with_union(sequence_number=10), members=WORLD.members[1:])
    with pytest.raises(AppendOnlyError, match="pointer-removed") as caught:
        opened(world)
    error = caught.value
    assert [each.rule for each in error.broken if isinstance(each, BrokenRule)] == ["pointer-removed"]
    assert error.known == sha256(WORLD.trust_bundle.union).digest()
    assert error.found == sha256(world.trust_bundle.union).digest()


def test_the_message_counts_what_it_does_not_name() -> None:
    world = replace(WORLD.with_union(sequence_number=10), members=WORLD.members[2:])
    with pytest.raises(AppendOnlyError, match=r"DE: is no longer pointed at.* and 1 more: keep both"):
        opened(world)


# --- the union list ---


def union(world: World, **changes: Any) -> UnionMap:
    pointers = tuple(member.pointer for member in world.members)
    return UnionMap(1, "EU", seconds("2026-07-01"), pointers)._replace(**changes)


def with_min_sequence(number: int | None, **changes: Any) -> UnionMap:
    return union(WORLD.with_member(min_sequence=number, **changes))


EMBEDDED = WORLD.with_member(embedded=True)
UNIONS: dict[str, tuple[UnionMap, UnionMap, list[AppendOnlyRule]]] = {
    "the-same-again": (union(WORLD), union(WORLD), []),
    "a-new-territory": (union(replace(WORLD, members=WORLD.members[:2])), union(WORLD), []),
    "a-higher-min-sequence": (with_min_sequence(3), with_min_sequence(4), []),
    "other-signers-begin-anew": (with_min_sequence(3), with_min_sequence(1, keys=OTHERS), []),
    "a-list-is-embedded": (union(WORLD), union(EMBEDDED), []),
    "a-list-is-embedded-no-longer": (union(EMBEDDED), union(WORLD), []),
    "closed": (union(WORLD), union(WORLD, next_update=None), []),
    "reopened": (union(WORLD, next_update=None), union(WORLD), [AppendOnlyRule.LIST_REOPENED]),
    "pointer-removed": (
        union(WORLD),
        union(replace(WORLD, members=WORLD.members[1:])),
        [AppendOnlyRule.POINTER_REMOVED],
    ),
    "a-lower-min-sequence": (with_min_sequence(3), with_min_sequence(2), [AppendOnlyRule.MIN_SEQUENCE_LOWERED]),
    "no-min-sequence": (with_min_sequence(3), with_min_sequence(None), [AppendOnlyRule.MIN_SEQUENCE_LOWERED]),
    "one-of-two-signers-of-one-kept": (
        with_min_sequence(3),
        with_min_sequence(2, keys=(WORLD.member().keys[0], *OTHERS)),
        [AppendOnlyRule.MIN_SEQUENCE_LOWERED],
    ),
    "an-embedded-list-is-rewritten": (
        union(EMBEDDED),
        union(EMBEDDED.with_key(sign_from=0)),
        [AppendOnlyRule.KEY_CHANGED],
    ),
}


@pytest.mark.parametrize(("old", "new", "rules"), UNIONS.values(), ids=UNIONS.keys())
def test_a_union_list_is_compared_with_its_predecessor(
    old: UnionMap, new: UnionMap, rules: list[AppendOnlyRule]
) -> None:
    assert [each.rule for each in union_rules_broken(old, new, since=SINCE)] == rules


def test_both_kinds_of_service_are_compared() -> None:
    for kind in (ISSUANCE, STATUS):
        changed = WORLD.with_key(service_type=kind, sign_from=0)
        assert broken(WORLD, changed) == [AppendOnlyRule.KEY_CHANGED]


if __name__ == "__main__":
    SAID.write_text(said(), encoding="utf-8")
