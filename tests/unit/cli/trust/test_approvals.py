"""``certmark trust``: an authority that approves single certificates, and a body that needs its approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.trust.desk import NAMES, START, Desk
from tests.world import BODY, NCCA

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Ended

LATER = "2026-05-20T08:00:00Z"
APPROVALS = ("--service", "approvals")
KEY_ID = NAMES["next"].public_key.key_id.hex()


@pytest.fixture
def approving(desk: Desk) -> Desk:
    """A list whose authority approves, and whose body issues upon approval from now on."""
    desk.trust(
        *("add-body", desk["de.json"], NCCA, "--name", "Example authority", "--at", START),
        *desk.pub("next", option="--approval-key"),
    )
    desk.trust("add-scope", desk["de.json"], NCCA, "--service", "approvals", "--level", "high", "--at", START)
    desk.trust("add-scope", desk["de.json"], BODY, "--level", "substantial", "--mode", "prior-approval", "--at", START)
    return desk


def words_of(ended: Ended) -> str:
    return " ".join(ended.out.split())


def test_the_list_says_who_approves_and_who_needs_it(approving: Desk) -> None:
    body, authority = approving.content("de")["entities"]
    assert [scope.get("issuance_mode") for scope in body["services"][0]["scopes"]] == [None, "prior_approval"]
    (service,) = authority["services"]
    assert service["service_type"] == "certificate_approval"
    assert service["scopes"] == [{"scheme": "EUCC", "level": "high", "from_day": "2026-03-01"}]
    key = service["keys"][0]
    assert key["verify_until"] > "2032"


def test_a_person_is_shown_the_service(approving: Desk) -> None:
    approving.publish("root", ("root1", "root3"), above=None)
    approving.publish("union", ("union2", "union3"), above="root-1.cose")
    signed = approving.publish("de", ("ncca",), above="union-1.cose")
    said = words_of(approving.trust("show", signed))
    assert "certificate approval" in said
    assert "issued: prior approval" in said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("suspend", NCCA, *APPROVALS), "certificates that it approved earlier stay valid"),
        (
            ("end-key", NCCA, KEY_ID, *APPROVALS, "--why", "key-compromise"),
            "every certificate approved with",
        ),
        (
            ("end-key", NCCA, KEY_ID, *APPROVALS, "--why", "superseded"),
            "approved from then on are refused",
        ),
        (("add-key", NCCA, *APPROVALS, "--key", "stranger.pub.cbor"), "for approvals: signs from"),
        (("end-scope", NCCA, "1", *APPROVALS, "--until", "2026-08-01"), "ends on 1 August 2026"),
    ],
)
def test_what_changes_about_it_is_told(
    command: tuple[str, ...], said: str, approving: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(approving.folder)
    approving.publish("root", ("root1", "root3"), above=None)
    approving.publish("union", ("union2", "union3"), above="root-1.cose")
    before = approving.publish("de", ("ncca",), above="union-1.cose")
    timed = () if command[0] == "end-scope" else ("--at", LATER)
    approving.trust(command[0], "de.json", *command[1:], *timed)
    after = approving.publish("de", ("ncca",), version=2, above="union-1.cose", at=LATER)
    assert said in words_of(approving.run("trust", "diff", before, after))


def test_a_service_that_is_granted_again_may_approve_again(approving: Desk) -> None:
    approving.trust("suspend", approving["de.json"], NCCA, "--service", "approvals", "--at", LATER)
    approving.trust("reinstate", approving["de.json"], NCCA, "--service", "approvals", "--from", "2026-06-01")
    (service,) = approving.content("de")["entities"][1]["services"]
    assert [each["status"] for each in service["history"]] == ["granted", "suspended", "granted"]


def test_an_authority_with_status_lists_gets_the_service_later(desk: Desk) -> None:
    desk.trust(
        *("add-body", desk["de.json"], NCCA, "--name", "Example authority", "--at", START),
        *("--status-key", desk["next.pub.cbor"], "--status-uri", "https://status.ncca.example/1"),
    )
    desk.trust("add-service", desk["de.json"], NCCA, "--service", "approvals", *desk.pub("stranger"), "--at", START)
    services = desk.content("de")["entities"][1]["services"]
    assert [each["service_type"] for each in services] == ["status_issuance", "certificate_approval"]


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("add-service", NCCA, "--service", "approvals", "--key", "next.pub.cbor"), 65, "has a service"),
        (
            (
                "add-service",
                BODY,
                "--service",
                "approvals",
                "--key",
                "stranger.pub.cbor",
                "--status-uri",
                "https://a.example",
            ),
            64,
            "--status-uri goes with",
        ),
        (("add-scope", BODY, "--service", "approvals", "--level", "high"), 65, "no service certificate_approval"),
        (("add-scope", BODY, "--level", "high", "--mode", "none"), 64, "none"),
        (
            (
                *("add-key", NCCA, "--service", "approvals", "--key", "stranger.pub.cbor"),
                *("--from", "2026-06-01", "--until", "2027-06-01", "--verify-until", "2030-01-01"),
            ),
            65,
            "valid for up to five years",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    command: tuple[str, ...], code: int, said: str, approving: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(approving.folder)
    before = approving["de.json"].read_bytes()
    assert said in approving.trust(command[0], "de.json", *command[1:], code=code).complaint
    assert approving["de.json"].read_bytes() == before
