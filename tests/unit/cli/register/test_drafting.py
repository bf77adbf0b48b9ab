"""``certmark register draft``, ``approve`` and ``issue --approval``: from the body to its authority and back."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from certmark import cbor
from certmark.verify import Verifier
from tests.unit.cli.conftest import Command, Ended
from tests.unit.cli.register.office import ID, ISSUED_AT, SECOND, Office
from tests.unit.register.body import REPORT
from tests.world import BODY, BODY_KEY, NCCA, NCCA_APPROVAL_KEY, STATUS_URI, WORLD

DRAFTED_AT, APPROVED_AT = "2026-02-01T08:00:00Z", "2026-02-20T08:00:00Z"


@pytest.fixture
def house(office: Office) -> Office:
    """An office whose authority approves."""
    office["ncca-approval.pem"].write_bytes(NCCA_APPROVAL_KEY.to_pem())
    for name, key in (("authority", NCCA_APPROVAL_KEY), ("body", BODY_KEY)):
        office[f"{name}.pub"].write_bytes(cbor.encode(key.public_key.to_cose_key()))
    return office


def draft(office: Office, number: int = 1, *, code: int = 0, at: str = DRAFTED_AT, **changes: Any) -> Ended:
    document = office.document(number, **changes)
    how = ("--issuer", BODY, "--out", office[f"draft-{number}"], "--actor", "anna")
    return office("draft", document, *how, at=at, code=code)


def approve(office: Office, draft: str = "draft-1", *, authority: str = NCCA) -> None:
    how = ("--key", office["ncca-approval.pem"], "--authority", authority, "--at", APPROVED_AT)
    ended = office.run("approve", office[draft], *how, "--out", office["approval"])
    assert ended.code == 0, ended


def approval(office: Office, *, key: str = "authority.pub") -> tuple[object, ...]:
    return ("--approval", office["approval"], "--authority-key", office[key])


def approver(text: str) -> str | None:
    world = WORLD.upon_approval()
    report = Verifier(world.trust(), world.status()).report(text, at=WORLD.now)
    return report.approval and report.approval.entity_id


def test_from_draft_to_certificate(house: Office) -> None:
    said = draft(house).out
    assert f"of       {ID}, to be issued by {BODY}" in said
    assert f"status   index 0 of {STATUS_URI}" in said
    approve(house)
    house.issue(2)
    ended = house.issue(1, *approval(house), "--json")
    assert (ended.report["id"], ended.report["index"]) == (ID, 0)
    assert approver(ended.report["tokens"][0]["text"]) == NCCA
    shown = house("show", ID).out
    assert "drafted  anna" in shown
    house("audit")


def test_asked_again_it_writes_the_same(house: Office) -> None:
    said, written = draft(house).out, house["draft-1"].read_bytes()
    house["draft-1"].unlink()
    assert draft(house, at="2026-02-09T08:00:00Z").out == said
    assert house["draft-1"].read_bytes() == written


def test_a_replacement_may_need_an_approval_too(house: Office) -> None:
    house.issue(1)
    draft(house, 2, replaces=[ID])
    approve(house, "draft-2")
    how = ("--scope", "different", "--reason", "review 3", *house.signing(), *approval(house), "--json")
    ended = house("replace", ID, house["certificate-2.json"], *how, at="2026-03-09T00:00:00Z")
    assert (ended.report["id"], ended.report["index"], ended.report["replaces"]) == (SECOND, 1, ID)
    assert approver(ended.report["tokens"][0]["text"]) == NCCA


@pytest.mark.parametrize("command", ["label", "maintain"])
def test_further_tokens_have_approvals_of_their_own(house: Office, certmark: Command, command: str) -> None:
    house.issue(1)
    changes: dict[str, Any] = {}
    if command == "maintain":
        changes = {"maintenance": [REPORT]}
    document = house.document(1, **changes)
    status = ("--status-uri", STATUS_URI, "--status-index", "0", *(("--label",) if command == "label" else ()))
    ended = certmark("draft", document, "--issuer", BODY, *status, "--out", house["draft-1"])
    assert ended.code == 0, ended
    approve(house)
    what = (ID,) if command == "label" else (ID, document, "--reason", "report 1")
    ended = house(command, *what, *house.signing(), *approval(house), "--json", at="2026-03-12T00:00:00Z")
    assert approver(ended.report["tokens"][-1]["text"]) == NCCA
    house("audit")


def test_drafts_that_wait_are_listed(house: Office) -> None:
    assert house("drafts").out == "no drafts\n"
    draft(house)
    heading, row = house("drafts").out.splitlines()
    assert heading.split() == ["id", "drafted", "by", "index", "status", "list"]
    assert row.split() == [ID, "2026-02-01", "08:00", "anna", "0", STATUS_URI]
    (listed,) = house("drafts", "--json").report
    digest = sha256(house["draft-1"].read_bytes()).hexdigest()
    assert (listed.pop("sha256"), listed.pop("drafted_at")) == (digest, "2026-02-01T08:00:00+00:00")
    assert listed == {"id": ID, "status_list": STATUS_URI, "index": 0, "actor": "anna"}


def test_a_discarded_draft_is_of_no_use(house: Office) -> None:
    draft(house)
    approve(house)
    said = house("discard", ID, "--reason", "the order was cancelled", at="2026-02-25T00:00:00Z").out
    assert said == f"{ID}: the draft is discarded, and no approval of it is of use\n"
    said = refused(house, *approval(house), code=65)
    assert f"no draft of {ID} waits here" in said
    house.issue(1)
    assert house("list", "--json").report[0]["index"] == 1


def refused(office: Office, *options: object, code: int, **changes: Any) -> str:
    document = office.document(1, **changes)
    return office.refuses("issue", document, *office.signing(), *options, code=code, at=ISSUED_AT)


def test_what_is_drafted_is_issued_with_its_approval_alone(house: Office) -> None:
    draft(house)
    draft(house, 2)
    approve(house)
    changed: dict[str, Any] = {"support_until": "2031-01-01"}
    assert f"{ID} is drafted: issue it with its approval, or discard" in refused(house, code=65)
    assert "was drafted with other content" in refused(house, *approval(house), code=65, **changed)
    assert "not by the given key" in refused(house, *approval(house, key="body.pub"), code=65)
    assert "give --approval and --authority-key" in refused(house, *approval(house)[:2], code=64)
    given = house["approval"]
    given.unlink()
    approve(house, "draft-2")
    assert "is not of this certificate" in refused(house, *approval(house), code=65)
    assert draft(house, code=65, **changed).complaint.endswith("discard the draft")
    given.unlink()
    approve(house)
    assert house.issue(1, *approval(house), "--json").report["index"] == 0
    house("audit")


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--issuer", "3087"), 64, "--issuer"),
        (("--issuer", "FR-3090"), 65, "no status list of FR-3090 has room"),
        (("--out", "."), 64, "is a folder"),
        (("--at", "yesterday"), 64, "--at"),
        (("--out", "certificate-1.json"), 64, "is the certificate: choose another place"),
        (("--out", "certificate-1.json/draft"), 64, "is a file: give a folder"),
        (("--out", "x" * 300), 64, "cannot be written (file name too long)"),
    ],
)
def test_what_is_no_draft(
    house: Office, options: tuple[str, ...], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house.folder)
    how = ("--issuer", BODY, "--out", house["draft-1"])
    said = house.refuses("draft", house.document(1), *how, *options, code=code)
    assert says in said
