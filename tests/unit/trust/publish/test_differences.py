"""Two versions compared: every change is named, with whom it is about and what follows."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from certmark.cose.keys import VerificationKey
from certmark.errors import PublishingError, TrustError
from certmark.trust import TrustBundle
from certmark.trust.entities import (
    KeyRevocation,
    Ncca,
    RevocationReason,
    Service,
    ServiceStatus,
    StatusEntry,
    StatusListDeclaration,
    TrustedEntity,
)
from certmark.trust.lists import NationalMap, Permitted
from certmark.trust.publish.differences import (
    Change,
    Comparison,
    Consequence,
    LinkRule,
    Whom,
    compare,
    compare_bundles,
)
from certmark.trust.publish.drafts import Version, read_version
from tests import keys
from tests.world import (
    BODY,
    EUCC_HIGH,
    EUCC_SUBSTANTIAL,
    GRANTED,
    ISSUANCE,
    NCCA_STATUS_URI,
    ROOT_KEYS,
    STATUS,
    STATUS_URI,
    WORLD,
    World,
    days,
    seconds,
    service_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SAID = Path(__file__).with_name("differences.txt")
AFTER = seconds("2026-05-21")
NEW_KEY = keys.signer(number=34)
COMPROMISED = KeyRevocation(RevocationReason.KEY_COMPROMISE, AFTER)
RETIRED = KeyRevocation(RevocationReason.SUPERSEDED, AFTER)
SUSPENDED = StatusEntry(ServiceStatus.SUSPENDED, AFTER, "audit")
WITHDRAWN = StatusEntry(ServiceStatus.WITHDRAWN, AFTER)
LISTED = Whom("DE", BODY, "Example Certification Body", ISSUANCE)


def national(old: World, new: World = WORLD) -> Comparison:
    """Compare two German lists."""
    return compare(read_version(old.member().signed), read_version(new.member().signed))


def told(found: Comparison) -> list[tuple[str, Change, Consequence | None]]:
    return [(each.what, each.change, each.consequence) for each in found.differences]


def service(**changes: Any) -> World:
    return WORLD.with_service(**changes)


def key(**changes: Any) -> World:
    return WORLD.with_key(**changes)


def first_scope(**changes: Any) -> World:
    return service(scopes=(EUCC_HIGH._replace(**changes), EUCC_SUBSTANTIAL))


NEXT_KEY = service_key(NEW_KEY)
TWO_KEYS = service(keys=(*WORLD.service().keys, NEXT_KEY))
ENTITIES = WORLD.member().entities
ISSUING, STATUS_ISSUING = WORLD.service(), WORLD.service(service_type=STATUS)
DECLARED, WITH_AUTHORITY = StatusListDeclaration(STATUS_URI), StatusListDeclaration(STATUS_URI, NCCA_STATUS_URI)
UNREADABLE: dict[int, object] = {1: BODY, 2: "x"}
CHANGES: dict[str, tuple[World, World, list[tuple[str, Change, Consequence | None]]]] = {
    "suspended": (
        WORLD,
        service(history=(*GRANTED, SUSPENDED)),
        [("status", Change.ADDED, Consequence.MAY_NOT_ISSUE)],
    ),
    "withdrawn": (
        WORLD,
        service(history=(*GRANTED, WITHDRAWN)),
        [("status", Change.ADDED, Consequence.MAY_NOT_ISSUE)],
    ),
    "granted-again": (
        service(history=(*GRANTED, SUSPENDED)),
        service(history=(*GRANTED, SUSPENDED, StatusEntry(ServiceStatus.GRANTED, AFTER + 1))),
        [("status", Change.ADDED, Consequence.MAY_ISSUE)],
    ),
    "history-entry-removed": (
        service(history=(*GRANTED, SUSPENDED)),
        WORLD,
        [("status", Change.REMOVED, None)],
    ),
    "history-entry-rewritten": (
        service(history=(*GRANTED, SUSPENDED)),
        service(history=(*GRANTED, WITHDRAWN)),
        [("status", Change.CHANGED, Consequence.MAY_NOT_ISSUE)],
    ),
    "new-key": (WORLD, TWO_KEYS, [("key", Change.ADDED, None)]),
    "key-removed": (TWO_KEYS, WORLD, [("key", Change.REMOVED, Consequence.UNKNOWN)]),
    "keys-in-another-order": (
        TWO_KEYS,
        service(keys=(NEXT_KEY, *WORLD.service().keys)),
        [("keys", Change.REORDERED, None)],
    ),
    "key-compromised": (WORLD, key(revocation=COMPROMISED), [("revocation", Change.ADDED, Consequence.VOID)]),
    "key-retired": (WORLD, key(revocation=RETIRED), [("revocation", Change.ADDED, Consequence.VOID_FROM_THEN_ON)]),
    "retirement-becomes-compromise": (
        key(revocation=RETIRED),
        key(revocation=COMPROMISED),
        [("revocation", Change.CHANGED, Consequence.VOID)],
    ),
    "compromise-lifted": (key(revocation=COMPROMISED), WORLD, [("revocation", Change.REMOVED, None)]),
    "key-signs-for-less": (WORLD, key(sign_until=AFTER), [("sign_until", Change.CHANGED, None)]),
    "key-new-and-compromised": (
        WORLD,
        service(keys=(*WORLD.service().keys, NEXT_KEY._replace(revocation=COMPROMISED))),
        [("key", Change.ADDED, None), ("revocation", Change.ADDED, Consequence.VOID)],
    ),
    "key-without-id": (
        WORLD,
        service(keys=(*WORLD.service().keys, NEXT_KEY._replace(cose_key={1: 2, 2: b"", 3: -9}))),
        [("key", Change.ADDED, None)],
    ),
    "scope-added": (
        service(scopes=(EUCC_HIGH,)),
        WORLD,
        [("scope", Change.ADDED, None)],
    ),
    "scope-removed": (WORLD, service(scopes=(EUCC_HIGH,)), [("scope", Change.REMOVED, Consequence.UNKNOWN)]),
    "scope-ended": (
        WORLD,
        first_scope(until_day=days("2027-01-01")),
        [("scope_end", Change.CHANGED, Consequence.MAY_NOT_ISSUE)],
    ),
    "scope-without-end-again": (
        first_scope(until_day=days("2027-01-01")),
        WORLD,
        [("scope_end", Change.CHANGED, None)],
    ),
    "scope-widened": (WORLD, first_scope(technical_domains=(1, 2)), [("scope", Change.CHANGED, None)]),
    "accreditation-gone": (WORLD, first_scope(accreditation=None), [("accreditation", Change.CHANGED, None)]),
    "authority-keeps-a-list": (
        WORLD,
        WORLD.with_service(service_type=STATUS, status_lists=(WITH_AUTHORITY,)),
        [("status_list", Change.CHANGED, None)],
    ),
    "status-list-removed": (
        WORLD,
        WORLD.with_service(service_type=STATUS, status_lists=()),
        [("status_list", Change.REMOVED, Consequence.UNKNOWN)],
    ),
    "status-lists-in-another-order": (
        WORLD.with_service(service_type=STATUS, status_lists=(DECLARED, StatusListDeclaration(NCCA_STATUS_URI))),
        WORLD.with_service(service_type=STATUS, status_lists=(StatusListDeclaration(NCCA_STATUS_URI), DECLARED)),
        [("status_lists", Change.REORDERED, None)],
    ),
    "service-removed": (
        WORLD,
        WORLD.with_entity(services=(ISSUING,)),
        [("service", Change.REMOVED, Consequence.UNKNOWN)],
    ),
    "service-added": (
        WORLD.with_entity(services=(ISSUING,)),
        WORLD,
        [
            ("service", Change.ADDED, None),
            ("status", Change.ADDED, Consequence.MAY_ISSUE),
            ("key", Change.ADDED, None),
            ("status_list", Change.ADDED, None),
        ],
    ),
    "services-in-another-order": (
        WORLD,
        WORLD.with_entity(services=(STATUS_ISSUING, ISSUING)),
        [("services", Change.REORDERED, None)],
    ),
    "renamed": (WORLD, WORLD.with_entity(name="Renamed"), [("name", Change.CHANGED, None)]),
    "entity-removed": (
        WORLD,
        WORLD.with_member(entities=ENTITIES[1:]),
        [("entity", Change.REMOVED, Consequence.UNKNOWN)],
    ),
    "entities-in-another-order": (
        WORLD,
        WORLD.with_member(entities=ENTITIES[::-1]),
        [("entities", Change.REORDERED, None)],
    ),
    "entry-made-unreadable": (
        WORLD,
        WORLD.with_raw_entity(BODY, UNREADABLE),
        [("entry", Change.CHANGED, Consequence.UNKNOWN)],
    ),
    "unreadable-entry-changed": (
        WORLD.with_raw_entity(BODY, {**UNREADABLE, 3: 1}),
        WORLD.with_raw_entity(BODY, {**UNREADABLE, 3: True}),
        [("entry", Change.CHANGED, Consequence.UNKNOWN)],
    ),
    "unreadable-entry-added": (
        WORLD,
        WORLD.with_member(entities=(*ENTITIES, {2: "nobody"})),
        [("entry", Change.ADDED, Consequence.UNKNOWN)],
    ),
    "unreadable-entry-removed": (
        WORLD.with_member(entities=(*ENTITIES, {1: 7})),
        WORLD,
        [("entity", Change.REMOVED, Consequence.UNKNOWN)],
    ),
    "one-of-two-of-one-id-changed": (
        WORLD.with_member(entities=(*ENTITIES, {1: BODY})),
        WORLD.with_member(entities=(*ENTITIES, {1: BODY, 2: 0})),
        [("entry", Change.CHANGED, Consequence.UNKNOWN)],
    ),
    "closed": (WORLD, WORLD.with_member(next_update=None), [("next_update", Change.CHANGED, Consequence.FINAL)]),
    "due-later": (WORLD, WORLD.with_member(next_update=AFTER), [("next_update", Change.CHANGED, None)]),
    "another-authority": (
        WORLD,
        WORLD.with_member(ncca=Ncca("DE-NCCA", "Other")),
        [("ncca", Change.CHANGED, None)],
    ),
    "ends-earlier": (WORLD, WORLD.with_member(expires=AFTER), [("expires", Change.CHANGED, None)]),
    "another-signer": (
        WORLD,
        WORLD.with_member(signers=WORLD.member().keys[:1]),
        [("signatures", Change.CHANGED, None)],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_every_change_of_a_national_list_is_told(
    old: World, new: World, expected: list[tuple[str, Change, Consequence | None]]
) -> None:
    assert told(national(old, new)) == expected


def test_nothing_is_told_of_equal_lists() -> None:
    assert national(WORLD, WORLD) == Comparison((), ())


def test_whom_a_change_is_about() -> None:
    (only,) = national(WORLD, service(history=(*GRANTED, SUSPENDED))).differences
    assert (only.whom, only.before, only.after) == (LISTED, None, SUSPENDED)
    (only,) = national(WORLD, key(sign_until=AFTER)).differences
    assert only.whom == LISTED._replace(part=WORLD.signer.public_key.key_id.hex())
    (only,) = national(WORLD, WORLD.with_raw_entity(BODY, UNREADABLE)).differences
    assert only.whom == Whom("DE", BODY, "Example Certification Body")


def test_a_new_entity_is_told_with_all_that_it_has() -> None:
    without = WORLD.with_member(entities=ENTITIES[1:])
    found = [each.what for each in national(without, WORLD).differences]
    assert found == [
        *("entity", "service", "status", "key", "scope", "scope"),
        *("service", "status", "key", "status_list"),
    ]


# --- how versions are linked ---

LINKS: dict[str, tuple[World, World, list[str]]] = {
    "next": (WORLD, WORLD.with_member(sequence_number=6), []),
    "one-was-left-out": (WORLD, WORLD.with_member(sequence_number=9, prev_digest=bytes(32)), []),
    "older": (WORLD, WORLD.with_member(sequence_number=4), [LinkRule.OLDER]),
    "same-number": (WORLD, WORLD.with_entity(name="Renamed"), [LinkRule.SAME_NUMBER]),
    "another-previous": (
        WORLD,
        WORLD.with_member(sequence_number=6, prev_digest=bytes(32)),
        [LinkRule.WRONG_PREVIOUS],
    ),
    "of-another-territory": (
        WORLD,
        WORLD.with_member(sequence_number=6, list_territory="FR"),
        [LinkRule.ANOTHER_LIST],
    ),
}


@pytest.mark.parametrize(("old", "new", "rules"), LINKS.values(), ids=LINKS.keys())
def test_versions_must_follow_each_other(old: World, new: World, rules: list[str]) -> None:
    assert [each.rule for each in national(old, new).broken if each.rule in set(LinkRule)] == rules


def test_a_right_link_is_no_broken_rule() -> None:
    digest = read_version(WORLD.member().signed).head.digest
    assert national(WORLD, WORLD.with_member(sequence_number=6, prev_digest=digest)).broken == ()


def test_more_signatures_on_the_same_version_break_nothing() -> None:
    assert national(WORLD.with_member(signers=WORLD.member().keys[:1]), WORLD).broken == ()


def test_append_only_rules_are_asked() -> None:
    found = national(WORLD, WORLD.with_member(sequence_number=6, entities=ENTITIES[1:]))
    assert [each.rule for each in found.broken] == ["entity-removed"]


@pytest.mark.parametrize("other", [WORLD.root.signed, WORLD.trust_bundle.union], ids=["root", "union"])
def test_two_kinds_are_not_compared(other: bytes) -> None:
    with pytest.raises(PublishingError, match="no two versions of one list"):
        compare(read_version(WORLD.member().signed), read_version(other))


# --- root and union list ---

OTHER_KEYS = (*ROOT_KEYS[:2], keys.signer(number=4))


ROOTS: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "another-holder": ({"keys": OTHER_KEYS}, "role", "root"),
    "threshold": ({"threshold": 3}, "role", "root"),
    "keys-in-another-order": ({"keys": ROOT_KEYS[::-1]}, "role", "root"),
    "union-threshold": ({"union_threshold": 1}, "role", "union"),
    "label": ({"label": None}, "label", None),
    "number": ({"sequence_number": 2}, "sequence_number", None),
    "ends-earlier": ({"expires": AFTER}, "expires", None),
    "another-id": ({"list_id": "another"}, "list_id", None),
}


def roots(changes: dict[str, Any]) -> Comparison:
    signers = ROOT_KEYS[:2]
    old, new = WORLD.with_root(signers=signers), WORLD.with_root(signers=signers, **changes)
    return compare(read_version(old.root.signed), read_version(new.root.signed))


@pytest.mark.parametrize(("changes", "what", "part"), ROOTS.values(), ids=ROOTS.keys())
def test_every_change_of_a_root_is_told(changes: dict[str, Any], what: str, part: str | None) -> None:
    assert [(each.what, each.whom) for each in roots(changes).differences] == [(what, Whom("EU", part=part))]


def unions(old: World, new: World) -> Comparison:
    return compare(*(read_version(each.trust_bundle.union) for each in (old, new)))


EMBEDDED = WORLD.with_member(embedded=True)
WITHOUT_DE = replace(WORLD, members=WORLD.members[1:])
UNIONS: dict[str, tuple[World, World, list[tuple[str, Change]]]] = {
    "permitted": (
        WORLD,
        WORLD.with_member(permitted=Permitted(("EUCC",), 2)),
        [("permitted", Change.CHANGED)],
    ),
    "min-sequence": (WORLD, WORLD.with_member(min_sequence=3), [("min_sequence", Change.CHANGED)]),
    "threshold": (WORLD, WORLD.with_member(threshold=2), [("role", Change.CHANGED)]),
    "keys": (WORLD, WORLD.with_member(keys=(NEW_KEY,)), [("role", Change.CHANGED)]),
    "embedded": (WORLD, EMBEDDED, [("role", Change.CHANGED), ("embedded", Change.ADDED)]),
    "embedded-no-longer": (EMBEDDED, WORLD, [("role", Change.CHANGED), ("embedded", Change.REMOVED)]),
    "embedded-list-changed": (
        EMBEDDED,
        EMBEDDED.with_service(history=(*GRANTED, SUSPENDED)),
        [("status", Change.ADDED)],
    ),
    "pointer-removed": (WORLD, WITHOUT_DE, [("pointer", Change.REMOVED)]),
    "pointer-added": (WITHOUT_DE, WORLD, [("pointer", Change.ADDED)]),
    "pointers-in-another-order": (
        WORLD,
        replace(WORLD, members=WORLD.members[::-1]),
        [("pointers", Change.REORDERED)],
    ),
    "closed": (WORLD, WORLD.with_union(next_update=None), [("next_update", Change.CHANGED)]),
    "number": (WORLD, WORLD.with_union(sequence_number=10), [("sequence_number", Change.CHANGED)]),
}


@pytest.mark.parametrize(("old", "new", "expected"), UNIONS.values(), ids=UNIONS.keys())
def test_every_change_of_a_union_list_is_told(old: World, new: World, expected: list[tuple[str, Change]]) -> None:
    assert [(each.what, each.change) for each in unions(old, new).differences] == expected


def test_entities_that_come_with_a_pointer_are_told() -> None:
    first, *others = unions(WITHOUT_DE, EMBEDDED).differences
    assert (first.what, first.whom) == ("pointer", Whom("DE"))
    assert [each.whom.entity_id for each in others if each.what == "entity"] == [BODY, "DE-NCCA"]


# --- bundles ---


def bundles(old: World | TrustBundle, new: World | TrustBundle) -> Comparison:
    return compare_bundles(*(each if isinstance(each, TrustBundle) else each.trust_bundle for each in (old, new)))


def with_national(**changes: bytes | None) -> TrustBundle:
    national = {**WORLD.trust_bundle.national, **changes}
    return replace(WORLD.trust_bundle, national={name: data for name, data in national.items() if data is not None})


BUNDLES: dict[str, tuple[TrustBundle, TrustBundle, list[str], list[tuple[str, Change]]]] = {
    "the-same": (WORLD.trust_bundle, WORLD.trust_bundle, [], []),
    "a-list-changes": (
        WORLD.trust_bundle,
        WORLD.with_member(sequence_number=6).trust_bundle,
        [],
        [("sequence_number", Change.CHANGED)],
    ),
    "a-list-is-missing": (
        WORLD.trust_bundle,
        with_national(FR=None),
        [LinkRule.LIST_MISSING],
        [("list", Change.REMOVED)],
    ),
    "a-list-was-never-there": (
        with_national(FR=None),
        with_national(FR=None),
        [],
        [],
    ),
    "a-list-is-damaged": (WORLD.trust_bundle, with_national(FR=b"x"), [], [("list", Change.CHANGED)]),
    "a-union-list-in-its-place": (
        WORLD.trust_bundle,
        with_national(FR=WORLD.trust_bundle.union),
        [],
        [("list", Change.CHANGED)],
    ),
    "two-damaged-lists": (with_national(FR=b"x"), with_national(FR=b"y"), [], [("list", Change.CHANGED)]),
    "nobody-points-at-it": (with_national(IT=b"x"), WORLD.trust_bundle, [], [("list", Change.REMOVED)]),
    "another-root": (
        WORLD.trust_bundle,
        WORLD.with_root(sequence_number=2).trust_bundle,
        [],
        [("roots", Change.CHANGED), ("sequence_number", Change.CHANGED)],
    ),
}


@pytest.mark.parametrize(("old", "new", "rules", "expected"), BUNDLES.values(), ids=BUNDLES.keys())
def test_bundles_are_compared_territory_by_territory(
    old: TrustBundle, new: TrustBundle, rules: list[str], expected: list[tuple[str, Change]]
) -> None:
    found = bundles(old, new)
    assert [each.rule for each in found.broken] == rules
    assert [(each.what, each.change) for each in found.differences] == expected


def test_a_list_that_comes_into_the_bundle_is_told_with_its_entities() -> None:
    first, *others = bundles(with_national(FR=None), WORLD).differences
    assert (first.what, first.change, first.whom) == ("list", Change.ADDED, Whom("FR"))
    assert others[0].whom.entity_id == "FR-3090"


@pytest.mark.parametrize(
    "damaged",
    [replace(WORLD.trust_bundle, union=b"x"), replace(WORLD.trust_bundle, roots=(b"x",))],
    ids=["union", "root"],
)
def test_a_bundle_without_readable_root_or_union_list_is_refused(damaged: TrustBundle) -> None:
    with pytest.raises(TrustError):
        bundles(WORLD, damaged)


def test_a_bundle_with_a_national_list_for_a_union_list_points_nowhere() -> None:
    odd = replace(WORLD.trust_bundle, union=WORLD.member().signed)
    found = bundles(odd, replace(odd, national={}))
    assert found.broken == ()
    assert [each.change for each in found.differences] == [Change.REMOVED] * len(WORLD.trust_bundle.national)


# --- everything that is found, in full ---


def everything(found: Comparison) -> Iterator[str]:
    """Write all that a comparison found; of entities and lists their names, of long bytes where they begin."""
    for broken in found.broken:
        yield f"BROKEN {broken.rule} | {broken.place} | {broken.problem}"
    for each in found.differences:
        about = " / ".join(written(part) for part in each.whom if part is not None)
        follows = "" if each.consequence is None else f" => {each.consequence}"
        yield f"{each.what} {each.change} | {about} | {written(each.before)} -> {written(each.after)}{follows}"


def written(value: Any) -> str:
    match value:
        case Version():
            return value.name
        case TrustedEntity():
            return value.entity_id
        case Service():
            return written(value.service_type)
        case NationalMap():
            return f"no. {value.sequence_number} with {len(value.entities)}"
        case VerificationKey():
            return value.key_id.hex()
        case bytes():
            return value[:8].hex()
        case IntEnum():
            return value.name.lower()
        case dict():
            return f"{{{', '.join(f'{name}: {written(each)}' for name, each in value.items())}}}"
        case tuple():
            names = getattr(value, "_fields", None)
            parts = (
                [f"{name}={written(each)}" for name, each in zip(names, value, strict=True) if each] if names else None
            )
            return f"({', '.join(map(written, value) if parts is None else parts)})"
    return str(value)


def said() -> str:
    """Give what is found in each pair of versions: national lists, their links, union lists, roots, bundles."""
    found = {
        **{name: national(old, new) for name, (old, new, _) in (CHANGES | LINKS).items()},
        "entity-added": national(WORLD.with_member(entities=ENTITIES[1:])),
        **{f"union-{name}": unions(old, new) for name, (old, new, _) in UNIONS.items()},
        "union-pointer-added-with-its-list": unions(WITHOUT_DE, EMBEDDED),
        **{f"root-{name}": roots(changes) for name, (changes, _, _) in ROOTS.items()},
        **{f"bundle-{name}": bundles(old, new) for name, (old, new, _, _) in BUNDLES.items()},
        "bundle-a-list-is-new": bundles(with_national(FR=None), WORLD),
    }
    return "".join(f"{name}: {line}\n" for name, each in found.items() for line in everything(each))


def test_what_is_found_is_what_was_agreed_in_every_value() -> None:
    """After a deliberate change ``python -m tests.unit.trust.publish.test_differences`` writes it anew: read it."""
    assert said() == SAID.read_text(encoding="utf-8")


if __name__ == "__main__":
    SAID.write_text(said(), encoding="utf-8")
