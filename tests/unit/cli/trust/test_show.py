"""``certmark trust show``: what a root, list, draft or bundle says, and whether anybody vouches for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from certmark.trust import TrustBundle
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry
from certmark.trust.publish.documents_json import load_list
from certmark.trust.publish.drafts import draft, draft_digest, read_version
from tests.unit.cli.conftest import AT
from tests.world import BODY, BODY_KEY, DE_KEYS, GRANTED, NOW, WORLD, World, seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command, Ended

WARNING = " UNVERIFIED  anyone can write this. No signature was checked; give a bundle and --anchor to verify."
TODAY = seconds("2026-06-01 12:00:00")
HOSTILE = "DE-\x1b[2J\u202e"


@pytest.fixture
def shown(certmark: Command, tmp_path: Path) -> Any:
    def show(data: bytes, *options: object) -> Ended:
        (tmp_path / "file").write_bytes(data)
        return certmark("trust", "show", tmp_path / "file", "--at", AT, *options)

    return show


def words_of(ended: Ended) -> str:
    assert (ended.code, ended.err) == (0, "")
    assert max(map(len, ended.out.splitlines())) <= 100
    return " ".join(ended.out.split())


def national(world: World = WORLD) -> bytes:
    return world.member().signed


def key(**changes: Any) -> bytes:
    return national(WORLD.with_key(**changes))


SAID: dict[str, tuple[bytes, str]] = {
    "root": (
        WORLD.root.signed,
        "root no. 1 Kept by Keepers of the example root, as example-root Issued 5 January 2026",
    ),
    "root-role": (WORLD.root.signed, "Next root 2 of 3 keys: "),
    "union": (WORLD.trust_bundle.union, "DE Example authority of DE, may grant EUCC up to high, 1 of 2 keys: "),
    "national": (national(), "national list of DE no. 5 Kept by Example authority of DE, as DE-list"),
    "who-signed": (national(), f"Signed by {DE_KEYS[0].public_key.key_id.hex()} ESP256 (-9), "),
    "authority": (national(), "Authority: DE-NCCA Example authority of DE https://ncca.example/"),
    "entity": (national(), "DE-3087 Example Certification Body Example Street 1, 10000 Example City; certification@"),
    "status": (national(), "certificate issuance granted history granted from 1 March 2025"),
    "scope": (national(), "scope 1 EUCC high AVA_VAN.5, from 1 March 2025; smart cards and similar devices; issued:"),
    "status-list": (national(), "status list https://status.body.example/eucc/1"),
    "key": (
        national(),
        (
            f"key {BODY_KEY.public_key.key_id.hex()} in use; signs from 1 January 2026 until 1 January 2027, verified "
            "until 1 January 2033"
        ),
    ),
    "key-not-yet": (key(sign_from=TODAY + 1), "not yet in use; signs from 1 June 2026 12:00:01"),
    "key-at-its-beginning": (key(sign_from=TODAY), "in use; signs from 1 June 2026 12:00:00"),
    "key-at-its-end": (key(sign_until=TODAY), "signs no more: what it signed still counts; signs"),
    "key-over": (key(sign_until=TODAY, verify_until=TODAY), "over: what it signed counts no more; signs"),
    "key-retired": (
        key(revocation=KeyRevocation(RevocationReason.CESSATION, TODAY)),
        "ended: what it signed before still counts; signs",
    ),
    "key-to-be-retired": (key(revocation=KeyRevocation(RevocationReason.CESSATION, TODAY + 1)), "in use; signs"),
    "key-compromised": (
        key(revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, TODAY + 1)),
        "compromised: nothing that it signed counts; signs",
    ),
    "key-not-usable": (key(cose_key={1: 2, 2: "x"}), "without id not usable: verifiers pass it over; signs"),
    "seal-certificate": (key(x5t=bytes(32)), f"seal certificate {'00' * 5}"),
    "suspended": (
        national(WORLD.with_service(history=(*GRANTED, StatusEntry(ServiceStatus.SUSPENDED, TODAY, "audit")))),
        (
            "certificate issuance suspended history granted from 1 March 2025 history suspended from 1 June 2026 "
            "12:00:00 (reason: audit)"
        ),
    ),
    "not-listed-yet": (
        national(WORLD.with_service(history=(StatusEntry(ServiceStatus.GRANTED, TODAY + 1),))),
        "certificate issuance not listed yet",
    ),
    "closed": (national(WORLD.with_member(next_update=None)), "Next update none: the list is closed"),
    "current": (national(), "State current"),
    "due": (national(WORLD.with_member(next_update=TODAY)), "State a newer one is due"),
    "expired": (national(WORLD.with_member(expires=TODAY)), "State expired"),
    "future": (national(WORLD.with_member(issued_at=TODAY + 1)), "State issued in the future"),
    "embedded": (WORLD.with_member(embedded=True).trust_bundle.union, "DE-3087 Example Certification Body"),
    "unreadable": (national(WORLD.with_raw_entity(BODY, {1: BODY})), "DE-3087: no verifier can read this entry"),
    "expired-with-the-root": (WORLD.with_root(expires=TODAY).bundle, "State expired with the root"),
    "bundle": (WORLD.bundle, "union list no. 9"),
    "damaged-list": (WORLD.with_member(supplied=b"x").bundle, " DE UNKNOWN not a root or list"),
}


@pytest.mark.parametrize(("data", "said"), SAID.values(), ids=SAID.keys())
def test_what_a_person_reads(data: bytes, said: str, shown: Any) -> None:
    found = shown(data)
    assert said in words_of(found), found.out
    assert found.out.splitlines()[0] == found.out.splitlines()[-1] == WARNING


def test_a_draft_says_that_nobody_signed_it(shown: Any) -> None:
    text = json.dumps({"type": "national_list", "operator": "a", "list_id": "b", "territory": "DE", "entities": []})
    data = draft(load_list(text), previous=None, issued_at=1, next_update=2, expires=3)
    assert "Signed by nobody: this is a draft" in words_of(shown(data))
    found = shown(data, "--json").report
    assert (found["draft"], found["signatures"]) == (True, [])
    assert found["draft_digest"] == draft_digest(read_version(data)).hex()


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    (tmp_path / "root").write_bytes(WORLD.root.signed)
    return tmp_path / "root"


def test_a_verified_bundle_says_so_and_names_its_floor(shown: Any, anchor: Path) -> None:
    said = words_of(shown(WORLD.bundle, "--anchor", anchor))
    assert said.startswith("VERIFIED against the given anchor.")
    assert "Label TEST Floor root no. 1, union list no. 9, DE no. 5, FR no. 5, XX no. 5" in said
    assert "UNVERIFIED" not in said


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (WORLD.with_member(supplied=b"x"), " DE UNKNOWN not a national list"),
        (WORLD.with_member(missing=True), " DE UNKNOWN the bundle holds no national list of DE"),
        (WORLD.with_member(signers=(BODY_KEY,)), " DE UNKNOWN the national list of DE is signed by 0 of the keys"),
    ],
    ids=["damaged", "missing", "forged"],
)
def test_a_list_that_nobody_vouches_for_is_not_shown_as_verified(
    world: World, said: str, shown: Any, anchor: Path
) -> None:
    found = shown(world.bundle, "--anchor", anchor)
    assert said in words_of(found)
    assert BODY not in found.out
    report = shown(world.bundle, "--anchor", anchor, "--json").report
    assert report["national"].keys() == {"FR", "XX"}
    assert report["problems"].keys() == {"DE"}


def test_a_list_and_a_root_that_verification_passes_over_are_left_out(shown: Any, anchor: Path) -> None:
    other = WORLD.with_root(list_id="stranger").root.signed
    stray = replace(WORLD.trust_bundle, roots=(other, WORLD.root.signed))
    stray = replace(stray, national={**stray.national, "IT": WORLD.member().signed})
    report = shown(stray.to_bytes(), "--anchor", anchor, "--json").report
    assert [root["list_id"] for root in report["roots"]] == ["example-root"]
    assert "IT" not in report["national"]
    assert len(shown(stray.to_bytes(), "--json").report["roots"]) == 2


@pytest.mark.parametrize(
    ("data", "kind"),
    [(WORLD.root.signed, "root"), (WORLD.trust_bundle.union, "union_list"), (national(), "national_list")],
    ids=["root", "union", "national"],
)
def test_json_has_what_the_keeper_wrote(data: bytes, kind: str, shown: Any) -> None:
    found = shown(data, "--json").report
    version = read_version(data)
    assert (found["kind"], found["verified"], found["draft"], found["unreadable_entries"]) == (kind, False, False, 0)
    assert found["warning"].startswith("UNVERIFIED: ")
    assert load_list(json.dumps(found["content"])).operator == found["operator"] == version.head.operator
    assert (found["digest"], found["sequence_number"]) == (version.head.digest.hex(), version.head.sequence_number)
    assert len(found["signatures"]) == len(version.message.signatures)


def test_json_of_a_bundle(shown: Any, anchor: Path) -> None:
    plain, verified = shown(WORLD.bundle, "--json").report, shown(WORLD.bundle, "--anchor", anchor, "--json").report
    assert (plain["verified"], plain["floor"], plain["trust_label"], plain["problems"]) == (False, None, None, {})
    assert verified["floor"] == {"root": 1, "union": 9, "national": {"DE": 5, "FR": 5, "XX": 5}}
    assert (verified["verified"], verified["warning"], verified["trust_label"]) == (True, None, "TEST")
    assert all(verified["national"][code]["verified"] for code in ("DE", "FR", "XX"))
    assert not any(each["verified"] for each in (*plain["roots"], plain["union"], *plain["national"].values()))


def test_json_counts_entries_that_cannot_be_read(shown: Any) -> None:
    odd = WORLD.with_raw_entity(BODY, {1: BODY})
    assert shown(national(odd), "--json").report["unreadable_entries"] == 1
    embedded = odd.with_member(embedded=True).trust_bundle.union
    assert shown(embedded, "--json").report["unreadable_entries"] == 1
    damaged = WORLD.with_member(supplied=b"x").bundle
    assert "not a root or list" in shown(damaged, "--json").report["problems"]["DE"]


def test_json_counts_keys_that_verifiers_pass_over(shown: Any, anchor: Path) -> None:
    """A list that is believed stays among those that are, whatever key of a later algorithm stands in it."""
    known, later = WORLD.service().keys[0], {**WORLD.service().keys[0].cose_key, 3: -47}
    world = WORLD.with_service(keys=(known, known._replace(cose_key=later)))
    found = shown(world.bundle, "--anchor", anchor, "--json").report
    assert (found["problems"], found["national"]["DE"]["unusable_keys"]) == ({}, 1)
    assert found["national"]["DE"]["content"] == shown(national(), "--json").report["content"]
    embedded = world.with_member(embedded=True).trust_bundle.union
    assert shown(embedded, "--json").report["unusable_keys"] == 1
    alone = shown(national(WORLD.with_service(keys=(known._replace(cose_key=later),))), "--json").report
    assert (alone["unusable_keys"], alone["unreadable_entries"]) == (1, 0)
    assert [each["service_type"] for each in alone["content"]["entities"][0]["services"]] == ["status_issuance"]


def test_a_root_without_label(shown: Any, tmp_path: Path) -> None:
    world = WORLD.with_root(label=None)
    (tmp_path / "root").write_bytes(world.root.signed)
    assert "Label" not in shown(world.root.signed).out
    assert "Label" not in shown(world.bundle, "--anchor", tmp_path / "root").out


def test_text_from_outside_stays_harmless(shown: Any) -> None:
    found = shown(national(WORLD.with_member(entities=({1: HOSTILE},))))
    assert "DE-<U+001B>[2J<U+202E>: no verifier can read this entry" in found.out
    assert all(line.isprintable() for line in found.out.splitlines())


def test_the_digest_of_the_version_before_is_shown(shown: Any) -> None:
    assert f"Follows {'07' * 32}" in words_of(shown(national(WORLD.with_member(prev_digest=b"\x07" * 32))))
    assert "Follows nothing" in words_of(shown(national()))


@pytest.mark.parametrize(
    ("data", "options", "code", "said"),
    [
        (b"", (), 65, "not a trust bundle"),
        (b"\xd8\x62", (), 65, "not a root or list"),
        (WORLD.cose, (), 65, "not a trust bundle"),
        (WORLD.status_tokens[0], (), 65, "not a trust bundle"),
        (TrustBundle((b"x",), b"x").to_bytes(), (), 65, "not a root or list"),
        (WORLD.bundle, ("--anchor", "0" * 64), 65, "no root in the bundle is the pinned one"),
        (WORLD.root.signed, ("--anchor", "0" * 64), 64, "--anchor verifies a bundle"),
        (WORLD.root.signed, ("--at", "today"), 64, "no instant"),
    ],
    ids=["empty", "tag", "token", "status-list", "hollow-bundle", "other-anchor", "anchor-of-a-list", "at"],
)
def test_what_cannot_be_shown(data: bytes, options: tuple[str, ...], code: int, said: str, shown: Any) -> None:
    found = shown(data, *options)
    assert (found.code, found.out) == (code, "")
    assert said in found.complaint


def test_the_clock_is_asked_when_no_time_is_given(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WORLD.with_root(expires=int(NOW.timestamp())).root.signed)
    assert "expired" in certmark("trust", "show", tmp_path / "file").out
    assert certmark("trust", "show", tmp_path / "gone").code == 66
