"""``certmark trust diff``: what a reviewer reads before signing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry, StatusListDeclaration
from certmark.trust.lists import Permitted
from tests import keys
from tests.world import (
    BODY,
    BODY_KEY,
    EUCC_HIGH,
    EUCC_SUBSTANTIAL,
    GRANTED,
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
    from pathlib import Path

    from tests.unit.cli.conftest import Command, Ended

MARCH = seconds("2027-03-03")
KEY_ID = BODY_KEY.public_key.key_id.hex()
NEW_KEY = keys.signer(number=34)
NEW_ID = NEW_KEY.public_key.key_id.hex()
HOSTILE = "DE-\x1b[2J\u202e"
NEXT = WORLD.with_member(sequence_number=6)
"""The next version of the German list."""


def diff(certmark: Command, folder: Path, old: bytes, new: bytes) -> Ended:
    (folder / "old").write_bytes(old)
    (folder / "new").write_bytes(new)
    return certmark("trust", "diff", folder / "old", folder / "new")


def words_of(ended: Ended) -> str:
    assert ended.err == ""
    assert ended.out.startswith(" UNVERIFIED  Signatures were not verified")
    assert max(map(len, ended.out.splitlines())) <= 100
    return " ".join(ended.out.split())


def status(word: str, **changes: Any) -> World:
    entry = StatusEntry(ServiceStatus[word], MARCH, "audit")._replace(**changes)
    return NEXT.with_service(history=(*GRANTED, entry))


def revoked(reason: str, **changes: Any) -> World:
    return NEXT.with_key(revocation=KeyRevocation(RevocationReason[reason], MARCH)._replace(**changes))


def scope(**changes: Any) -> World:
    return NEXT.with_service(scopes=(EUCC_HIGH._replace(**changes), EUCC_SUBSTANTIAL))


NATIONAL: dict[str, tuple[World, str]] = {
    "suspended": (
        status("SUSPENDED"),
        (
            "certificate issuance suspended from 3 March 2027 (reason: audit): certificates that it issued earlier "
            "stay valid, it may not issue new ones"
        ),
    ),
    "status-service-suspended": (
        NEXT.with_service(service_type=STATUS, history=(*GRANTED, StatusEntry(ServiceStatus.SUSPENDED, MARCH))),
        "status issuance suspended from 3 March 2027: status lists that it signs from then on do not count",
    ),
    "recorded-later": (
        status("WITHDRAWN", reason=None, recorded_at=MARCH + 3661),
        "withdrawn from 3 March 2027, recorded on 3 March 2027 01:01:01: certificates",
    ),
    "granted": (status("GRANTED"), "granted from 3 March 2027 (reason: audit): it may issue certificates from then on"),
    "new-key": (
        NEXT.with_service(keys=(*WORLD.service().keys, service_key(NEW_KEY, sign_from=seconds("2026-07-01")))),
        (
            f"new key {NEW_ID} for certificates: signs from 1 July 2026 until 1 January 2027, verified until "
            "1 January 2033"
        ),
    ),
    "compromised": (
        revoked("KEY_COMPROMISE", compromised_since=MARCH - 86_400),
        (
            f"key {KEY_ID} compromised from 3 March 2027, perhaps since 2 March 2027: every certificate signed with it "
            "is refused from now on, whenever it was signed"
        ),
    ),
    "superseded": (
        revoked("SUPERSEDED", recorded_at=MARCH),
        (
            f"key {KEY_ID} ended, superseded from 3 March 2027, recorded on 3 March 2027: certificates signed from "
            "then on are refused, those signed before are not"
        ),
    ),
    "signs-for-less": (
        NEXT.with_key(sign_until=seconds("2026-12-01")),
        f"key {KEY_ID}: signs until changed from 1 January 2027 to 1 December 2026",
    ),
    "scope-ends": (
        scope(until_day=days("2027-03-03")),
        "scope 1 EUCC high AVA_VAN.5 ends on 3 March 2027 (was: no end): certificates that it issued earlier",
    ),
    "accreditation-ends": (
        scope(accreditation=None),
        (
            "scope 1: accreditation changed from D-ZE-00001-01 by Example accreditation body from 1 January 2025 until "
            "1 January 2030 to nothing"
        ),
    ),
    "new-scope": (
        NEXT.with_service(scopes=(EUCC_HIGH, EUCC_SUBSTANTIAL, EUCC_SUBSTANTIAL._replace(issuance_mode=1))),
        "new scope 3 EUCC substantial AVA_VAN.2, from 1 March 2025; issued: by the authority",
    ),
    "authority-s-list": (
        NEXT.with_service(service_type=STATUS, status_lists=(StatusListDeclaration(STATUS_URI, NCCA_STATUS_URI),)),
        f"status list changed from {STATUS_URI} to {STATUS_URI}, that of the authority: {NCCA_STATUS_URI}",
    ),
    "renamed": (NEXT.with_entity(name="Renamed"), "name changed from Example Certification Body to Renamed"),
    "number": (NEXT, "list of DE - number changed from 5 to 6"),
    "closed": (
        NEXT.with_member(next_update=None),
        "the list is closed (next update was 1 July 2026): this is final",
    ),
    "authority": (
        NEXT.with_member(ncca=None),
        "authority changed from DE-NCCA Example authority of DE https://ncca.example/ to nothing",
    ),
    "another-order": (
        NEXT.with_member(entities=WORLD.member().entities[::-1]),
        "entities stand in another order",
    ),
}


@pytest.mark.parametrize(("new", "said"), NATIONAL.values(), ids=NATIONAL.keys())
def test_a_change_in_words(new: World, said: str, certmark: Command, tmp_path: Path) -> None:
    ended = diff(certmark, tmp_path, WORLD.member().signed, new.member().signed)
    assert said in words_of(ended)


BACK = WORLD.with_service(history=(*GRANTED, StatusEntry(ServiceStatus.SUSPENDED, MARCH)))
REWRITTEN: dict[str, tuple[World, World, str, str]] = {
    "entity": (
        WORLD,
        NEXT.with_member(entities=WORLD.member().entities[1:]),
        "entity-removed",
        "no longer listed: what rests on it can no longer be verified",
    ),
    "unreadable": (
        WORLD,
        NEXT.with_raw_entity(BODY, {1: BODY}),
        "entity-removed",
        "its entry cannot be read by any verifier: what rests on it",
    ),
    "history": (BACK, NEXT, "history-rewritten", "the entry 'suspended from 3 March 2027' is missing"),
    "history-changed": (BACK, status("WITHDRAWN"), "history-rewritten", "(was: suspended from 3 March 2027)"),
    "key": (
        WORLD,
        NEXT.with_service(keys=(service_key(NEW_KEY),)),
        "key-removed",
        f"key {KEY_ID} for certificates no longer listed",
    ),
    "compromise": (
        WORLD.with_key(revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, MARCH)),
        NEXT,
        "revocation-changed",
        f"key {KEY_ID}: its end is lifted (was: compromised from 3 March 2027)",
    ),
    "scope": (
        WORLD,
        NEXT.with_service(scopes=(EUCC_HIGH,)),
        "scope-removed",
        "scope 2 removed: EUCC substantial AVA_VAN.2",
    ),
    "scope-without-end": (
        WORLD.with_service(scopes=(EUCC_HIGH._replace(until_day=days("2027-03-03")), EUCC_SUBSTANTIAL)),
        NEXT,
        "scope-changed",
        "scope 1 EUCC high AVA_VAN.5 has no end any more (was: 3 March 2027)",
    ),
    "service": (
        WORLD,
        NEXT.with_entity(services=(WORLD.service(),)),
        "service-removed",
        "status issuance no longer listed",
    ),
    "older": (NEXT, WORLD, "older", "no. 6 was published already"),
}


@pytest.mark.parametrize(("old", "new", "rule", "said"), REWRITTEN.values(), ids=REWRITTEN.keys())
def test_what_breaks_a_rule_comes_first_and_with_its_name(
    old: World, new: World, rule: str, said: str, certmark: Command, tmp_path: Path
) -> None:
    ended = diff(certmark, tmp_path, old.member().signed, new.member().signed)
    assert ended.code == 1
    assert ended.out.splitlines()[2].startswith(f" {rule} ")
    assert said in words_of(ended)


def test_what_is_removed_comes_before_what_is_new(certmark: Command, tmp_path: Path) -> None:
    new = NEXT.with_service(keys=(service_key(NEW_KEY),))
    said = words_of(diff(certmark, tmp_path, WORLD.member().signed, new.member().signed))
    assert said.index(" REMOVED ") < said.index(f"key {KEY_ID} for certificates no longer") < said.index("new key")


def test_nothing_differs(certmark: Command, tmp_path: Path) -> None:
    ended = diff(certmark, tmp_path, WORLD.bundle, WORLD.bundle)
    assert (ended.code, "Nothing differs." in words_of(ended)) == (0, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"keys": (*ROOT_KEYS[:2], NEW_KEY)},
            (
                f"root keys: 1 of 3 replaced, threshold stays 2; out: {ROOT_KEYS[2].public_key.key_id.hex()} ESP256; "
                f"in: {NEW_ID} ESP256"
            ),
        ),
        ({"keys": ROOT_KEYS[:2]}, "root keys: 1 of 3 removed, threshold stays 2"),
        ({"keys": (*ROOT_KEYS, NEW_KEY)}, "root keys: 1 added to 3, threshold stays 2"),
        ({"threshold": 3}, "root keys: the same keys, threshold changes from 2 to 3"),
        ({"union_threshold": 1}, "union keys: the same keys, threshold changes from 2 to 1"),
        ({"label": "OTHER"}, "label changed from TEST to OTHER"),
        ({"issued_at": MARCH}, "issued changed from 5 January 2026 to 3 March 2027"),
    ],
)
def test_a_root_in_words(changes: dict[str, Any], said: str, certmark: Command, tmp_path: Path) -> None:
    new = WORLD.with_root(sequence_number=2, **changes)
    ended = diff(certmark, tmp_path, WORLD.root.signed, new.root.signed)
    assert (ended.code, said in words_of(ended)) == (0, True)


WITHOUT = replace(WORLD, members=WORLD.members[:2])
UNIONS: dict[str, tuple[World, World, int, str]] = {
    "pointer-removed": (WORLD, WITHOUT, 1, "pointer removed: XX Example authority of XX, may grant XX-HOME"),
    "pointer-added": (WITHOUT, WORLD, 0, "new pointer XX Example authority of XX, may grant XX-HOME up to substantial"),
    "permitted": (
        WORLD,
        WORLD.with_member(permitted=Permitted(("EUCC",), 2)),
        0,
        "may grant changed from EUCC up to high to EUCC up to substantial",
    ),
    "min-sequence": (
        WORLD,
        WORLD.with_member(min_sequence=4),
        0,
        "lowest number that is accepted changed from nothing to 4",
    ),
    "keys": (WORLD, WORLD.with_member(keys=(NEW_KEY,)), 0, "national list keys: 1 of 2 replaced, 1 of 2 removed"),
    "embedded": (
        WORLD,
        WORLD.with_member(embedded=True),
        0,
        "its list is embedded, with 2 entities: the union list vouches for it",
    ),
    "embedded-no-longer": (WORLD.with_member(embedded=True), WORLD, 0, "its list is no longer embedded"),
    "embedded-from-the-start": (
        replace(WORLD, members=WORLD.members[1:]),
        WORLD.with_member(embedded=True),
        0,
        (
            "DE-3087 Example Certification Body - newly listed (Example Street 1, 10000 Example City; "
            "certification@body.example; certs.body.example)"
        ),
    ),
}


@pytest.mark.parametrize(("old", "new", "code", "said"), UNIONS.values(), ids=UNIONS.keys())
def test_a_union_list_in_words(old: World, new: World, code: int, said: str, certmark: Command, tmp_path: Path) -> None:
    lists = [each.with_union(sequence_number=number).trust_bundle.union for number, each in ((9, old), (10, new))]
    ended = diff(certmark, tmp_path, *lists)
    assert (ended.code, said in words_of(ended)) == (code, True), ended.out


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (WORLD, NEXT, 0, "list of DE - number changed from 5 to 6"),
        (WORLD, WORLD.with_member("FR", missing=True), 1, "list of FR - its list is no longer in the bundle"),
        (WORLD.with_member("FR", missing=True), WORLD, 0, "its list is new in the bundle: no. 5"),
        (WORLD, WORLD.with_member("FR", supplied=b"x"), 0, "its list cannot be read"),
        (WORLD, WORLD.with_root(sequence_number=2), 0, "chain of roots changed from"),
    ],
    ids=["changed", "missing", "new", "damaged", "root"],
)
def test_bundles_in_words(old: World, new: World, code: int, said: str, certmark: Command, tmp_path: Path) -> None:
    ended = diff(certmark, tmp_path, old.bundle, new.bundle)
    assert (ended.code, said in words_of(ended)) == (code, True), ended.out


def test_text_from_outside_stays_harmless(certmark: Command, tmp_path: Path) -> None:
    new = NEXT.with_member(entities=(*WORLD.member().entities, {1: HOSTILE}))
    ended = diff(certmark, tmp_path, WORLD.member().signed, new.member().signed)
    assert "DE-<U+001B>[2J<U+202E>" in ended.out
    assert all(line.isprintable() for line in ended.out.splitlines())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (WORLD.bundle, WORLD.member().signed, "a bundle is compared with a bundle"),
        (WORLD.member().signed, WORLD.bundle, "a bundle is compared with a bundle"),
        (WORLD.root.signed, WORLD.member().signed, "no two versions of one list"),
        (WORLD.member().signed, b"", "not a trust bundle"),
        (WORLD.member().signed, b"\xd8\x62", "not a root or list"),
        (WORLD.member().signed, WORLD.cose, "not a trust bundle"),
    ],
    ids=["bundle-list", "list-bundle", "root-list", "empty", "tag", "token"],
)
def test_what_cannot_be_compared(old: bytes, new: bytes, said: str, certmark: Command, tmp_path: Path) -> None:
    ended = diff(certmark, tmp_path, old, new)
    assert (ended.code, ended.out) == (65, "")
    assert said in ended.complaint


def test_a_missing_file(certmark: Command, tmp_path: Path) -> None:
    assert certmark("trust", "diff", tmp_path / "a", tmp_path / "b").code == 66
