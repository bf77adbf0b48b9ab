"""``certmark trust``: from keys to a bundle that verifiers use, and on through the years, each holder on their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from certmark.status.bitarray import Status
from certmark.trust.publish.drafts import read_version
from tests.unit.cli.trust.desk import NAMES, START
from tests.world import BODY, BODY_KEY, INDEX, STATUS_URI, Statuses

if TYPE_CHECKING:
    from tests.unit.cli.trust.desk import Desk


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


def test_a_status_that_is_put_before_another_one_is_told_with_that_one(desk: Desk) -> None:
    """What is withdrawn as of January, and was reinstated in April, is granted today."""
    json, at = desk["de.json"], "2026-05-20T08:00:00Z"
    desk.trust("suspend", json, BODY, "--from", "2026-04-01", "--at", at)
    desk.trust("reinstate", json, BODY, "--from", "2026-05-01", "--at", at)
    said = desk.trust("withdraw", json, BODY, "--from", "2026-04-15", "--at", at).out
    assert said.endswith("is withdrawn from 2026-04-15 and granted from 2026-05-01, as the list says already\n")
    assert desk.trust("withdraw", json, BODY, "--at", at).out.endswith("is withdrawn from 2026-05-20\n")


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
