"""Drafts, signatures and bundles: what is told and refused, and which files are never replaced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from certmark.cli.keys import read_signer
from certmark.cli.trust import ceremony
from certmark.trust.publish.drafts import read_version
from tests.unit.cli.trust.desk import NAMES, START
from tests.world import BODY, STRANGER_KEY

if TYPE_CHECKING:
    from certmark.cose.signer import Signer
    from tests.unit.cli.trust.desk import Desk


def test_what_it_is_made_from_may_be_replaced(published: Desk) -> None:
    draft, part = published["de-2.draft"], published["de-2.ncca"]
    again = ("draft", published["de.json"], "--previous", published["de-1.cose"], "--out", draft, "--at")
    published.trust(*again, "2026-05-20T08:00:00Z")
    published.trust(*again, "2026-05-21T08:00:00Z")  # nobody has signed the draft that it replaces
    part.write_bytes(draft.read_bytes())
    published.trust("sign", part, "--key", published["ncca.pem"], "--out", part)
    published.trust("merge", draft, part, "--out", draft)
    assert draft.read_bytes() == part.read_bytes()
    refused = published.trust(*again, "2026-05-22T08:00:00Z", code=64)
    assert "exists already" in refused.complaint
    published.trust(*again[:-2], published["new/folder/de-2.draft"], "--at", "2026-05-22T08:00:00Z")


def test_two_holders_who_sign_one_file_at_once_lose_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one signs while the first still types a password."""
    draft = desk["root-1.draft"]
    desk.trust("draft", desk["root.json"], "--first", "--out", draft, "--at", START)

    def slow(path: str) -> Signer:
        monkeypatch.undo()
        desk.trust("sign", draft, "--key", desk["root2.pem"], "--out", draft)
        return read_signer(path)

    monkeypatch.setattr(ceremony, "read_signer", slow)
    said = desk.trust("sign", draft, "--key", desk["root1.pem"], "--out", draft).out
    assert "2 signatures" in said
    desk.trust("merge", draft, "--out", desk["root-1.cose"])


def test_what_others_put_there_meanwhile_is_not_replaced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, drafting = desk["root-1.draft"], ("draft", desk["root.json"], "--first", "--out", desk["root-1.draft"])
    desk.trust(*drafting, "--at", START)

    def slow(path: str) -> Signer:
        monkeypatch.undo()
        desk.trust(*drafting, "--at", "2026-03-02T08:00:00Z")
        return read_signer(path)

    monkeypatch.setattr(ceremony, "read_signer", slow)
    refused = desk.trust("sign", draft, "--key", desk["root1.pem"], "--out", draft, code=65)
    assert "different drafts" in refused.complaint
    assert read_version(draft.read_bytes()).message.signatures == ()


def test_an_outgoing_holder_signs_and_a_merge_says_that_nobody_looked(published: Desk) -> None:
    """Without the root before it, nobody knows who signs a later root: its own role is only one of two."""
    at = "2026-05-19T00:00:00Z"
    published.trust("set-role", published["root.json"], "root", *published.pub("next", "stranger"), "--threshold", 2)
    published.publish("root", ("next", "stranger"), version=2, above=None, at=at)
    ended = published.trust("merge", published["root-2.next"], published["root-2.stranger"], "--out", published["m"])
    assert "nobody looked who must sign" in ended.complaint
    copies = [published["root-2.next"], published["root-2.stranger"]]
    refused = published.trust("merge", *copies, "--out", published["n"], "--above", published["root-1.cose"], code=65)
    assert "2 more must sign for root no. 1" in refused.complaint
    for holder in ("root1", "root2"):
        copies.append(published[f"root-2.{holder}"])
        published.trust(*("sign", published["root-2.draft"], "--key", published[f"{holder}.pem"], "--out", copies[-1]))
    published.trust("merge", *copies, "--out", published["n"], "--above", published["root-1.cose"])


@pytest.mark.parametrize(
    ("next_update", "ends"), [("2026-03-15", "2026-04-14"), ("2026-09-01", "2026-10-01")], ids=["sooner", "later"]
)
def test_a_list_ends_thirty_days_after_it_is_due_whenever_that_is(desk: Desk, next_update: str, ends: str) -> None:
    ended = desk.trust(
        *("draft", desk["de.json"], "--first", "--out", desk["de-1.draft"], "--at", START),
        *("--next-update", next_update),
    )
    assert f"next due {next_update}, ends {ends}" in ended.out


def test_a_closed_list_that_ends_soon_says_so(desk: Desk) -> None:
    draft = ("draft", desk["de.json"], "--first", "--at", START, "--out")
    assert desk.trust(*draft, desk["open.draft"]).err == ""
    desk.trust("close", desk["de.json"])
    told = desk.trust(*draft, desk["soon.draft"]).complaint
    assert "the list is closed, and from 2026-05-30 on nothing is verified under it" in told
    assert desk.trust(*draft, desk["late.draft"], "--expires", "2032-03-02").err == ""


def test_what_was_published_is_never_removed(published: Desk) -> None:
    content = published.content("de")
    published["de.json"].write_text(json.dumps({**content, "entities": []}))
    ended = published.trust(
        *("draft", published["de.json"], "--previous", published["de-1.cose"], "--out", published["de-2.draft"]),
        *("--at", "2026-05-20T08:00:00Z"),
        code=65,
    )
    assert f"would rewrite national list of DE no. 1: {BODY}: is no longer listed (entity-removed)" in ended.complaint
    assert not published["de-2.draft"].exists()


def test_too_few_signatures_are_told_and_not_written(published: Desk) -> None:
    lonely = published["root-1.root1"]
    ended = published.trust("merge", lonely, "--out", published["root.cose"], code=65)
    assert "root no. 1: 1 of 2 signed" in ended.out
    assert "1 more must sign for root no. 1" in ended.complaint
    assert not published["root.cose"].exists()
    published.trust("merge", lonely, "--out", published["root.cose"], "--partial")
    assert len(read_version(published["root.cose"].read_bytes()).message.signatures) == 1


def test_who_must_sign_may_be_unknown(published: Desk) -> None:
    ended = published.trust("merge", published["de-1.ncca"], "--out", published["x.cose"])
    assert "nobody looked who must sign" in ended.complaint


def test_a_key_that_does_not_count_does_not_sign(published: Desk) -> None:
    ended = published.trust(
        *("sign", published["de-1.draft"], "--key", published["stranger.pem"], "--out", published["x"]),
        *("--above", published["union-1.cose"]),
        code=65,
    )
    assert f"the key {STRANGER_KEY.public_key.key_id.hex()} is in no role that signs" in ended.complaint
    assert not published["x"].exists()


def test_a_bundle_says_what_verifiers_will_not_know(published: Desk) -> None:
    published.trust("point", published["union.json"], "FR", "--operator", "x", *published.pub("next"))
    published.publish("union", ("union1", "union2"), version=2, above="root-1.cose", at="2026-05-20T08:00:00Z")
    ended = published.bundle(union=2)
    assert ended.complaint == "FR: unknown to verifiers: the bundle holds no national list of FR"


def test_a_list_that_nobody_points_at_is_told(published: Desk) -> None:
    content = {**published.content("de"), "territory": "FR", "entities": []}
    published["fr.json"].write_text(json.dumps(content))
    published.trust("draft", published["fr.json"], "--first", "--out", published["fr.draft"], "--at", START)
    published.trust("sign", published["fr.draft"], "--key", published["ncca.pem"], "--out", published["fr.cose"])
    ended = published.trust(
        *("bundle", "--root", published["root-1.cose"], "--union", published["union-1.cose"]),
        *("--national", published["de-1.cose"], "--national", published["fr.cose"]),
        *("--anchor", published["root-1.cose"], "--out", published["trust.bundle"]),
    )
    assert "FR: the union list does not point at it" in ended.complaint


def test_keys_in_pem_and_encrypted_ones_are_taken(published: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives import serialization as s

    private: Any = NAMES["next"].private_key
    public = private.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    published["next.pub.pem"].write_bytes(public)
    published.trust("add-key", published["de.json"], BODY, "--key", published["next.pub.pem"])
    encrypted = private.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"secret"))
    published["locked.pem"].write_bytes(encrypted)
    signing = ("sign", published["de-1.draft"], "--key", published["locked.pem"], "--out", published["x"])
    assert "set CERTMARK_KEY_PASSWORD" in published.trust(*signing, code=65).complaint
    monkeypatch.setenv("CERTMARK_KEY_PASSWORD", "secret")
    published.trust(*signing)


def test_a_second_list_of_a_territory_is_a_mistake(published: Desk) -> None:
    lists = ("--national", published["de-1.cose"]) * 2
    ended = published.trust(
        *("bundle", "--root", published["root-1.cose"], "--union", published["union-1.cose"], *lists),
        *("--anchor", published["root-1.cose"], "--out", published["x"]),
        code=65,
    )
    assert "a second list of DE" in ended.complaint


def test_a_list_behind_a_link_is_changed_and_the_link_stays(desk: Desk) -> None:
    desk["link.json"].symlink_to("de.json")
    desk.trust("suspend", desk["link.json"], BODY)
    assert desk["link.json"].is_symlink()
    assert desk.content("de")["entities"][0]["services"][0]["history"][-1]["status"] == "suspended"
