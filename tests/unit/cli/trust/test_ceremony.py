"""``certmark trust``: from keys to a bundle that verifiers use, and on through the years, each holder on their own."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from certmark.status.bitarray import Status
from certmark.trust.publish.drafts import read_version
from tests import keys
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DE_KEYS,
    INDEX,
    ROOT_KEYS,
    STATUS_URI,
    STRANGER_KEY,
    UNION_KEYS,
    WORLD,
    Statuses,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.cose.signer import KeySigner
    from tests.unit.cli.conftest import Command, Ended

NAMES: dict[str, KeySigner] = {
    **{f"root{number}": key for number, key in enumerate(ROOT_KEYS, 1)},
    **{f"union{number}": key for number, key in enumerate(UNION_KEYS, 1)},
    "ncca": DE_KEYS[0],
    "body": BODY_KEY,
    "status": BODY_STATUS_KEY,
    "next": keys.signer(number=34),
    "stranger": STRANGER_KEY,
    "later1": keys.signer(Algorithm.ML_DSA_65, 1),
    "later2": keys.signer(Algorithm.ML_DSA_65, 2),
}
STATUS_AT = ("--status-uri", "https://a.example/1")
START = "2026-03-01T08:00:00Z"


@cache
def key_files() -> dict[str, tuple[bytes, bytes]]:
    return {name: (key.to_pem(), cbor.encode(key.public_key.to_cose_key())) for name, key in NAMES.items()}


class Desk:
    """A folder with everybody's keys, and commands in it."""

    def __init__(self, certmark: Command, folder: Path) -> None:
        self.run, self.folder = certmark, folder
        for name, (private, public) in key_files().items():
            (folder / f"{name}.pem").write_bytes(private)
            (folder / f"{name}.pub.cbor").write_bytes(public)

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def pub(self, *names: str, option: str = "--key") -> list[object]:
        return [part for name in names for part in (option, self[f"{name}.pub.cbor"])]

    def trust(self, *arguments: object, code: int = 0) -> Ended:
        ended = self.run("trust", *arguments)
        assert ended.code == code, ended
        return ended

    def publish(
        self, name: str, holders: tuple[str, ...], *, version: int = 1, above: str | None, at: str = START
    ) -> Path:
        """Draft a version of NAME.json, let each holder sign a copy, and put the copies together."""
        before = ("--first",) if version == 1 else ("--previous", self[f"{name}-{version - 1}.cose"])
        draft = self[f"{name}-{version}.draft"]
        self.trust("draft", self[f"{name}.json"], *before, "--out", draft, "--at", at)
        copies = []
        for holder in holders:
            copies.append(self[f"{name}-{version}.{holder}"])
            self.trust("sign", draft, "--key", self[f"{holder}.pem"], "--out", copies[-1])
        signed = self[f"{name}-{version}.cose"]
        higher = () if above is None else ("--above", self[above])
        self.trust("merge", *copies, "--out", signed, *higher)
        return signed

    def bundle(self, *, root: int = 1, union: int = 1, national: int = 1) -> Ended:
        roots = [part for number in range(1, root + 1) for part in ("--root", self[f"root-{number}.cose"])]
        lists = ("--union", self[f"union-{union}.cose"], "--national", self[f"de-{national}.cose"])
        return self.trust("bundle", *roots, *lists, "--anchor", self["root-1.cose"], "--out", self["trust.bundle"])

    def verify(self, *, at: str, further: str = "status.cose") -> str:
        """Give the sub-indication of the certificate of the test world."""
        self["token.cose"].write_bytes(WORLD.cose)
        self["status.cose"].write_bytes(WORLD.status_tokens[0])
        ended = self.run(
            *("verify", self["token.cose"], "--trust", self["trust.bundle"], "--anchor", self["root-1.cose"]),
            *("--status", self["status.cose"], "--status", self[further], "--json", "--at", at),
        )
        return str(ended.report["sub_indication"] or ended.report["indication"])

    def content(self, name: str) -> Any:
        return json.loads(self[f"{name}.json"].read_text())


MADE: dict[str, dict[str, bytes]] = {}
"""Files that many tests begin with, made by the first of them."""


def begun(name: str, desk: Desk, make: Callable[[Desk], None]) -> Desk:
    """Make files with commands, or write those that were made before."""
    if name not in MADE:
        make(desk)
        MADE[name] = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
    for file, data in MADE[name].items():
        desk[file].write_bytes(data)
    return desk


@pytest.fixture
def desk(certmark: Command, tmp_path: Path) -> Desk:
    return begun("desk", Desk(certmark, tmp_path), fill)


@pytest.fixture
def published(desk: Desk) -> Desk:
    return begun("published", desk, publish)


def fill(desk: Desk) -> None:
    desk.trust(
        *("new-root", desk["root.json"], "--operator", "Keepers", "--id", "example-root", "--label", "TEST"),
        *desk.pub("root1", "root2", "root3", option="--root-key"),
        *desk.pub("union1", "union2", "union3", option="--union-key"),
    )
    desk.trust("new-union", desk["union.json"], "--operator", "Union", "--id", "example-union")
    desk.trust("point", desk["union.json"], "DE", "--operator", "Authority", *desk.pub("ncca"), "--min-sequence", 1)
    desk.trust(
        *("new", desk["de.json"], "--territory", "DE", "--operator", "Authority", "--id", "de-list"),
    )
    desk.trust(
        *("add-body", desk["de.json"], BODY, "--name", "Example Body", *desk.pub("body"), "--at", START),
        *("--status-key", desk["status.pub.cbor"], "--status-uri", STATUS_URI, "--link-host", "certs.body.example"),
    )
    desk.trust(
        *("add-scope", desk["de.json"], BODY, "--level", "high", "--max-ava-van", 5, "--domain", "smart-cards"),
        *("--accreditation", "ACC-1", "--accredited-until", "2030-01-01", "--authorisation", "AUT-1", "--at", START),
    )


def publish(desk: Desk) -> None:
    desk.publish("root", ("root1", "root3"), above=None)
    desk.publish("union", ("union2", "union3"), above="root-1.cose")
    desk.publish("de", ("ncca",), above="union-1.cose")
    desk.bundle()


# --- the whole way ---


def test_from_keys_to_a_bundle_that_verifiers_use(published: Desk) -> None:
    assert published.verify(at="2026-06-01T12:00:00Z") == "TRY_LATER"  # due after 60 days, and the grace is over
    assert published.verify(at="2026-05-01T12:00:00Z") == "CLOCK_ERROR"  # the status list is of June
    published.publish("de", ("ncca",), version=2, above="union-1.cose", at="2026-05-20T08:00:00Z")
    said = published.bundle(national=2).out
    assert "root no. 1, union list no. 1" in said
    assert "DE  no. 2, 1 entities" in said
    assert published.verify(at="2026-06-01T12:00:00Z") == "PASSED"


def test_a_body_is_suspended_and_reinstated(published: Desk) -> None:
    early, late = "2026-03-02T00:00:00Z", "2026-05-20T08:00:00Z"
    published.trust("suspend", published["de.json"], BODY, "--from", early, "--reason", "audit", "--at", late)
    entry = published.content("de")["entities"][0]["services"][0]["history"][1]
    assert entry == {"status": "suspended", "starting_time": early, "reason": "audit", "recorded_at": late}
    published.publish("de", ("ncca",), version=2, above="union-1.cose", at=late)
    published.bundle(national=2)
    assert published.verify(at="2026-06-01T12:00:00Z") == "ISSUER_NOT_AUTHORISED"
    published.trust("reinstate", published["de.json"], BODY, "--from", "2026-06-01")
    history = published.content("de")["entities"][0]["services"][0]["history"]
    assert [each["status"] for each in history] == ["granted", "suspended", "granted"]


def test_a_key_is_rolled_over_and_the_old_one_compromised(published: Desk) -> None:
    at = "2026-05-20T08:00:00Z"
    published.trust("add-key", published["de.json"], BODY, *published.pub("next"), "--at", at)
    listed = published.content("de")["entities"][0]["services"][0]["keys"][1]
    assert (listed["sign_from"], listed["sign_until"]) == ("2026-06-19T08:00:00Z", "2027-06-19T08:00:00Z")
    assert listed["verify_until"] > "2032-06-19"
    key_id = BODY_KEY.public_key.key_id.hex()
    published.trust("end-key", published["de.json"], BODY, key_id, "--why", "key-compromise", "--since", "2026-03-01")
    published.publish("de", ("ncca",), version=2, above="union-1.cose", at=at)
    published.bundle(national=2)
    assert published.verify(at="2026-06-01T12:00:00Z") == "REVOKED"


def test_the_keys_of_the_root_are_replaced_with_a_lost_holder(published: Desk) -> None:
    """Two of three old holders and two of three new ones sign; one of the old ones is lost."""
    published.trust(
        *("set-role", published["root.json"], "root", *published.pub("root1", "root2", "next"), "--threshold", 2)
    )
    published.publish("root", ("root1", "root2"), version=2, above="root-1.cose", at="2026-05-19T00:00:00Z")
    published.publish("de", ("ncca",), version=2, above="union-1.cose", at="2026-05-20T08:00:00Z")
    assert "root no. 2" in published.bundle(root=2, national=2).out
    assert published.verify(at="2026-06-01T12:00:00Z") == "PASSED"


def test_post_quantum_keys_join_those_of_the_root_and_the_union_list(published: Desk) -> None:
    names = ("union1", "union2", "later1", "later2")
    published.trust("set-role", published["root.json"], "union", *published.pub(*names), "--threshold", 3)
    published.publish("root", ("root1", "root2"), version=2, above="root-1.cose", at="2026-05-19T00:00:00Z")
    published.publish("union", names[1:], version=2, above="root-2.cose", at="2026-05-19T00:00:00Z")
    assert "union list no. 2" in published.bundle(root=2, union=2).out


def test_a_list_is_closed_and_a_scope_ends(published: Desk) -> None:
    published.trust("end-scope", published["de.json"], BODY, 1, "--until", "2026-08-01")
    published.trust("close", published["de.json"])
    data = published.publish("de", ("ncca",), version=2, above="union-1.cose", at="2026-07-01T00:00:00Z").read_bytes()
    assert read_version(data).head.next_update is None
    published.trust("close", published["union.json"])
    assert published.content("union")["closed"] is True


def test_a_national_list_is_embedded(published: Desk) -> None:
    published.trust("embed", published["union.json"], published["de.json"])
    published.publish("union", ("union1", "union2"), version=2, above="root-1.cose", at="2026-05-20T08:00:00Z")
    published.bundle(union=2)
    assert published.verify(at="2026-06-01T12:00:00Z") == "PASSED"


def test_a_signed_list_is_written_as_json_again(published: Desk) -> None:
    published.trust("export", published["de-1.cose"], "--out", published["again.json"])
    assert published["again.json"].read_bytes() == published["de.json"].read_bytes()


def test_a_status_list_of_the_authority_is_declared(desk: Desk) -> None:
    desk.trust("add-status-list", desk["de.json"], BODY, STATUS_URI, "--ncca-uri", "https://ncca.example/1")
    declared = desk.content("de")["entities"][0]["services"][1]["status_lists"]
    assert declared == [{"uri": STATUS_URI, "ncca_uri": "https://ncca.example/1"}]


def test_what_is_left_out_of_a_pointer_stays_as_it_is(desk: Desk) -> None:
    """New keys must not widen by default what a territory may grant."""
    union, pub = desk["union.json"], desk.pub
    narrow = ("--scheme", "NATIONAL", "--max-level", "substantial", "--location", "https://fr.example/list")
    keys_of_fr = pub("root1", "root2")
    desk.trust(
        "point", union, "FR", "--operator", "France", *keys_of_fr, "--threshold", 2, "--min-sequence", 7, *narrow
    )
    first = desk.content("union")["pointers"][1]
    assert first["permitted"] == {"schemes": ["NATIONAL"], "max_level": "substantial"}
    said = desk.trust("point", union, "FR", *pub("next", "stranger")).out
    assert "2 of 2 keys sign the list of FR: NATIONAL up to substantial" in said
    second = desk.content("union")["pointers"][1]
    assert [key["key_id"] for key in second["keys"]] == [
        NAMES[name].public_key.key_id.hex() for name in ("next", "stranger")
    ]
    assert {**second, "keys": first["keys"]} == first
    national = {**desk.content("de"), "territory": "FR", "entities": []}
    desk["fr.json"].write_text(json.dumps(national))
    desk.trust("embed", union, desk["fr.json"])
    assert desk.content("union")["pointers"][1]["permitted"] == first["permitted"]
    refused = desk.trust("point", union, "FR", "--threshold", 1, code=64)
    assert "give --operator and --key" in refused.complaint
    desk.trust("point", union, "FR", *pub("next"), "--max-level", "high")
    third = desk.content("union")["pointers"][1]
    assert (third["permitted"], third["threshold"]) == ({"schemes": ["NATIONAL"], "max_level": "high"}, 1)
    assert "embedded" not in third


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


def test_the_authority_withdraws_certificates_of_a_body(published: Desk) -> None:
    """Its own status list counts beside that of the body, once it is named and listed, and its list declared."""
    at, uri = "2026-05-20T08:00:00Z", "https://ncca.example/status"
    de = published["de.json"]
    published.trust("set-authority", de, "DE-NCCA", "--name", "Authority", "--website", "https://ncca.example/")
    published.trust(
        *("add-body", de, "DE-NCCA", "--name", "Authority", "--status-key", published["next.pub.cbor"]),
        *("--status-uri", uri, "--at", at),
    )
    published.trust("add-status-list", de, BODY, STATUS_URI, "--ncca-uri", uri)
    published.publish("de", ("ncca",), version=2, above="union-1.cose", at=at)
    published.bundle(national=2)
    assert published.verify(at="2026-06-01T12:00:00Z") == "TRY_LATER"  # declared, and not supplied
    published["ncca.cose"].write_bytes(Statuses(uri=uri, signer=NAMES["next"], named=((INDEX, Status.INVALID),)).signed)
    assert published.verify(at="2026-06-01T12:00:00Z", further="ncca.cose") == "CERTIFICATE_WITHDRAWN"


def test_a_body_gets_the_service_that_it_did_not_have(desk: Desk) -> None:
    pub = desk.pub("next")
    desk.trust("add-body", desk["de.json"], "DE-1", "--name", "Second", *pub, "--at", START)
    keys_and_list = (*desk.pub("stranger"), "--status-uri", "https://status.second.example/1")
    desk.trust("add-service", desk["de.json"], "DE-1", "--service", "status", *keys_and_list, "--at", START)
    services = desk.content("de")["entities"][1]["services"]
    assert [each["service_type"] for each in services] == ["certificate_issuance", "status_issuance"]
    assert services[1]["status_lists"] == [{"uri": "https://status.second.example/1"}]


def test_a_service_is_withdrawn(desk: Desk) -> None:
    desk.trust("withdraw", desk["de.json"], BODY, "--service", "status", "--from", "2026-06-01")
    assert desk.content("de")["entities"][0]["services"][1]["history"][-1]["status"] == "withdrawn"


# --- what is refused ---


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


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("draft", "de.json", "--out", "x"), 64, "--previous, or --first", id="draft-of-what"),
        pytest.param(
            ("draft", "de.json", "--first", "--previous", "de-1.cose", "--out", "x"), 64, "--previous", id="both"
        ),
        pytest.param(("draft", "none.json", "--first", "--out", "x"), 66, "no such file", id="draft-missing"),
        pytest.param(("draft", "de-1.cose", "--first", "--out", "x"), 65, "not UTF-8", id="draft-of-cbor"),
        pytest.param(
            ("draft", "de.json", "--first", "--out", "x", "--expires", "tomorrow"), 64, "no instant", id="no-time"
        ),
        pytest.param(
            ("draft", "de.json", "--first", "--out", "x", "--expires", "2020-01-01"),
            65,
            "out of order",
            id="in-the-past",
        ),
        pytest.param(("sign", "de.json", "--key", "ncca.pem", "--out", "x"), 65, "not a root or list", id="sign-json"),
        pytest.param(("sign", "de-1.draft", "--key", "de.json", "--out", "x"), 65, "not a private key", id="no-key"),
        pytest.param(("merge", "de-1.ncca", "union-1.cose", "--out", "x"), 65, "different drafts", id="two-drafts"),
        pytest.param(("merge", "de-1.ncca", "--out", "x", "--above", "root-1.cose"), 65, "the union list", id="above"),
        pytest.param(("export", "trust.bundle", "--out", "x"), 65, "not a root or list", id="export-bundle"),
        pytest.param(("export", "de-1.cose", "--out", "de.json"), 64, "exists already", id="export-over-the-source"),
        pytest.param(
            ("sign", "de-1.draft", "--key", "ncca.pem", "--out", "ncca.pem"), 64, "exists already", id="over-a-key"
        ),
        pytest.param(
            ("merge", "de-1.ncca", "--above", "union-1.cose", "--out", "union-1.cose"),
            64,
            "exists already",
            id="over-another-list",
        ),
        pytest.param(
            ("draft", "de.json", "--first", "--out", "de-1.cose"), 64, "exists already", id="over-what-counts"
        ),
        pytest.param(("draft", "de.json", "--first", "--out", "de.json"), 64, "exists already", id="over-its-source"),
        pytest.param(
            ("draft", "de.json", "--previous", "de-1.draft", "--out", "x"), 65, "never published", id="after-a-draft"
        ),
        pytest.param(("point", "union.json", "FR", "--operator", "x"), 64, "give --operator and --key", id="no-keys"),
        pytest.param(
            ("point", "union.json", "FR", "--key", "ncca.pub.cbor"), 64, "give --operator and --key", id="no-operator"
        ),
        pytest.param(("point", "union.json", "DE", "--threshold", "0"), 65, "threshold", id="threshold-0"),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--from", "2026-06-01", "--until", "2028-06-02"),
            64,
            "two years at most",
            id="key-that-signs-for-long",
        ),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--verify-until", "2030-01-01"),
            65,
            "valid for up to five years",
            id="key-that-certificates-outlive",
        ),
        pytest.param(("add-body", "de.json", "DE-1", "--name", "x"), 64, "listed with a key", id="body-without-key"),
        pytest.param(
            ("add-service", "de.json", BODY, "--service", "status", "--key", "next.pub.cbor"),
            64,
            "--status-uri",
            id="status-service-without-list",
        ),
        pytest.param(
            (*("add-service", "de.json", BODY, "--service", "certificates", "--key", "next.pub.cbor"), *STATUS_AT),
            64,
            "--status-uri",
            id="certificates-with-status-list",
        ),
        pytest.param(
            (*("add-service", "de.json", BODY, "--service", "status", "--key", "next.pub.cbor"), *STATUS_AT),
            65,
            "has a service status_issuance already",
            id="service-twice",
        ),
        pytest.param(("set-authority", "de.json", "NCCA", "--name", "x"), 65, "ncca.entity_id", id="authority-no-id"),
        pytest.param(
            ("add-body", "de.json", "FR-1", "--name", "x", "--key", "next.pub.cbor"),
            65,
            "another territory: FR-1",
            id="body-of-france",
        ),
        pytest.param(("suspend", "union.json", BODY), 65, "changes a national list", id="suspend-in-the-union-list"),
        pytest.param(("suspend", "de.json", "DE-1"), 65, f"it names {BODY}", id="suspend-nobody"),
        pytest.param(("reinstate", "de.json", BODY), 65, "is granted then already", id="reinstate-what-is-granted"),
        pytest.param(("suspend", "de.json", BODY, "--from", START), 65, "never rewritten", id="same-instant"),
        pytest.param(("suspend", "de.json", BODY, "--from", "soon"), 64, "--from 'soon'", id="suspend-soon"),
        pytest.param(("end-key", "de.json", BODY, "0" * 16, "--why", "superseded"), 65, "it has", id="end-no-key"),
        pytest.param(("end-key", "de.json", BODY, "xyz", "--why", "superseded"), 64, "no key id", id="no-key-id"),
        pytest.param(
            ("end-key", "de.json", BODY, "0" * 16, "--why", "superseded", "--since", "2026-01-01"),
            64,
            "leave it out",
            id="superseded-since",
        ),
        pytest.param(("end-scope", "de.json", BODY, "2", "--until", "2026-08-01"), 65, "it has 1", id="no-scope"),
        pytest.param(("end-scope", "de.json", BODY, "1", "--until", "August"), 64, "no day", id="no-day"),
        pytest.param(("end-scope", "de.json", BODY, "1", "--until", "2026-02-30"), 64, "--until", id="no-such-day"),
        pytest.param(("add-key", "de.json", BODY, "--key", "body.pub.cbor"), 65, "listed already", id="key-twice"),
        pytest.param(("add-key", "de.json", BODY, "--key", "de.json"), 65, "de.json", id="key-no-key"),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--until", "2020-01-01"),
            65,
            "must sign before it ends",
            id="key-window",
        ),
        pytest.param(("add-body", "de.json", BODY, "--name", "x", "--key", "next.pub.cbor"), 65, "already", id="twice"),
        pytest.param(
            ("add-body", "de.json", "FRANCE", "--name", "x", "--key", "next.pub.cbor"), 65, "entity_id", id="no-id"
        ),
        pytest.param(
            (
                "add-body",
                "de.json",
                "DE-1",
                "--name",
                "x",
                "--key",
                "next.pub.cbor",
                "--status-uri",
                "https://a.example",
            ),
            64,
            "needs both its key and its uri",
            id="status-without-key",
        ),
        pytest.param(
            ("add-scope", "de.json", BODY, "--level", "high", "--max-ava-van", "9"), 65, "from 1 to 5", id="ava-van-9"
        ),
        pytest.param(("add-scope", "de.json", BODY, "--level", "extreme"), 64, "extreme", id="level"),
        pytest.param(
            ("add-scope", "de.json", BODY, "--level", "high", "--until", "2020-01-01"),
            65,
            "would end before it begins",
            id="scope-that-has-ended",
        ),
        pytest.param(
            ("add-scope", "de.json", BODY, "--level", "high", "--authorised-until", "2030-01-01"),
            64,
            "--authorised-until is the end of what?",
            id="end-of-no-authorisation",
        ),
        pytest.param(
            ("draft", "root.json", "--first", "--next-update", "2027-01-01", "--out", "x"),
            64,
            "leave --next-update out",
            id="root-with-next-update",
        ),
        pytest.param(
            ("add-body", "de.json", "DE-2", "--name", "x", "--key", "body.pub.cbor"),
            65,
            "names one key under",
            id="key-of-two-bodies",
        ),
        pytest.param(
            ("set-authority", "de.json", "FR-NCCA", "--name", "x"), 65, "of another territory", id="foreign-authority"
        ),
        pytest.param(
            ("point", "union.json", "EU", "--operator", "x", "--key", "ncca.pub.cbor"), 65, "its own", id="point-at-eu"
        ),
        pytest.param(
            ("point", "union.json", "Germany", "--operator", "x", "--key", "ncca.pub.cbor"), 65, "territory", id="land"
        ),
        pytest.param(
            ("point", "union.json", "FR", "--operator", "x", "--key", "ncca.pub.cbor", "--threshold", "2"),
            65,
            "threshold",
            id="threshold",
        ),
        pytest.param(("embed", "union.json", "root.json"), 65, "only a national list", id="embed-root"),
        pytest.param(
            ("set-role", "root.json", "root", "--key", "next.pub.cbor", "--threshold", "2"), 65, "threshold", id="role"
        ),
        pytest.param(
            ("set-role", "de.json", "root", "--key", "next.pub.cbor", "--threshold", "1"), 65, "root", id="no-root"
        ),
        pytest.param(("close", "root.json"), 65, "changes a national list", id="close-root"),
        pytest.param(("new-union", "de.json", "--operator", "x", "--id", "y"), 64, "exists already", id="new-exists"),
        pytest.param(
            ("new", "x.json", "--territory", "D", "--operator", "x", "--id", "y"), 65, "territory", id="new-d"
        ),
        pytest.param(
            ("bundle", "--root", "root-1.cose", "--union", "union-1.cose", "--anchor", "0" * 64, "--out", "x"),
            65,
            "pinned",
            id="another-anchor",
        ),
        pytest.param(
            ("bundle", "--root", "root-1.cose", "--union", "union-1.cose", "--anchor", "root-1.cose", "--out", "x"),
            65,
            "(DE: the bundle holds no national list of DE)",
            id="empty-bundle",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    published: Desk, arguments: tuple[str, ...], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.folder)
    before = {path.name: path.read_bytes() for path in published.folder.iterdir() if path.suffix != ".lock"}
    ended = published.trust(*arguments, code=code)
    assert says in ended.complaint
    after = {path.name: path.read_bytes() for path in published.folder.iterdir() if path.suffix != ".lock"}
    assert after == before


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
    hardware = published.trust(*signing[:3], "pkcs11:token=x", *signing[4:], code=64)
    assert "PKCS#11" in hardware.complaint


def test_a_second_list_of_a_territory_is_a_mistake(published: Desk) -> None:
    lists = ("--national", published["de-1.cose"]) * 2
    ended = published.trust(
        *("bundle", "--root", published["root-1.cose"], "--union", published["union-1.cose"], *lists),
        *("--anchor", published["root-1.cose"], "--out", published["x"]),
        code=65,
    )
    assert "a second list of DE" in ended.complaint


def test_two_processes_that_change_one_file_lose_nothing(desk: Desk) -> None:
    commands = [
        [sys.executable, "-m", "certmark", "trust", "add-scope", str(desk["de.json"]), BODY, "--level", level]
        for level in ("basic", "substantial") * 2
    ]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    assert [process.wait(60) for process in running] == [0] * 4
    scopes = desk.content("de")["entities"][0]["services"][0]["scopes"]
    assert sorted(scope["level"] for scope in scopes) == ["basic", "basic", "high", "substantial", "substantial"]


KILLED_AT = """
import os, sys
from pathlib import Path
{name} = lambda *_: os._exit(9)
from certmark.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("moment", ["os.fsync", "Path.replace"])
@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        pytest.param(("suspend", "de.json", BODY), "de.json", id="edit"),
        pytest.param(("sign", "de-1.draft", "--key", "ncca.pem", "--out", "de-1.draft"), "de-1.draft", id="sign"),
    ],
)
def test_a_command_that_is_killed_leaves_the_file_as_it_was(
    published: Desk, moment: str, arguments: tuple[str, ...], file: str
) -> None:
    before = published[file].read_bytes()
    command = [sys.executable, "-c", KILLED_AT.format(name=moment), "trust", *arguments]
    assert subprocess.run(command, cwd=published.folder, timeout=60, check=False).returncode == 9
    assert published[file].read_bytes() == before
    subprocess.run([sys.executable, "-m", "certmark", *command[3:]], cwd=published.folder, timeout=60, check=True)
    assert published[file].read_bytes() != before
    assert [path.name for path in published.folder.iterdir() if path.suffix == ".tmp" and file == "de.json"] == []
