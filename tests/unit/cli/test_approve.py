"""``certmark draft``, ``approve`` and ``issue --approval``: from the body to its authority and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from tests import keys
from tests.unit.cli.conftest import AT, Command, write_world
from tests.world import BODY, BODY_KEY, INDEX, LINK, NCCA, NCCA_APPROVAL_KEY, STATUS_URI, WORLD

STATUS = ("--status-uri", STATUS_URI, "--status-index", INDEX)
APPROVED_AT = ("--at", "2026-05-01T08:00:00Z")
TOO_EARLY = ("--at", "2026-04-30T08:00:00Z")
AS_AUTHORITY = ("--key", "ncca.pem", "--authority", NCCA)
SIGNED_AT = ("--at", "2026-05-04T08:00:00Z")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the body, its authority and a verifier have."""
    write_world(tmp_path, WORLD.upon_approval())
    (tmp_path / "ncca.pem").write_bytes(NCCA_APPROVAL_KEY.to_pem())
    for name, key in (("ncca", NCCA_APPROVAL_KEY), ("body", BODY_KEY)):
        (tmp_path / f"{name}.pub.cbor").write_bytes(cbor.encode(key.public_key.to_cose_key()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drafted(certmark: Command, *options: object, out: str = "draft") -> None:
    ended = certmark("draft", "certificate.json", "--issuer", BODY, *STATUS, *options, "--out", out)
    assert (ended.code, ended.err) == (0, "")


def approved(
    certmark: Command, draft: str = "draft", *, out: str = "approval", at: tuple[str, ...] = APPROVED_AT
) -> None:
    ended = certmark("approve", draft, "--key", "ncca.pem", "--authority", NCCA, *at, "--out", out)
    assert (ended.code, ended.err) == (0, "")


ISSUE = ("issue", "certificate.json", "--key", "key.pem", "--issuer", BODY, "--link", LINK, *SIGNED_AT, "--out", "out")
APPROVAL = ("--approval", "approval", "--authority-key", "ncca.pub.cbor")
EVIDENCE = ("--trust", "trust.bundle", "--anchor", "root.cose", "--status", "status-0.cose", "--at", AT)


@pytest.mark.parametrize("label", [(), ("--label",)], ids=["whole", "label"])
@pytest.mark.usefixtures("house")
def test_from_draft_to_verdict(label: tuple[str, ...], certmark: Command) -> None:
    drafted(certmark, *label)
    approved(certmark)
    issued = certmark(*ISSUE, *STATUS, *label, *APPROVAL)
    assert (issued.code, issued.err) == (0, "")
    assert "approval 143 bytes of these" in issued.out
    for suffix in ("cose", "txt", "png"):
        ended = certmark("verify", f"out/certificate.{suffix}", *EVIDENCE, "--json")
        assert ended.code == 0
        assert ended.report["approval"]["entity_id"] == NCCA
        assert ended.report["approval"]["approved_at"] == "2026-05-01T08:00:00Z"


@pytest.mark.usefixtures("house")
def test_without_its_approval_the_certificate_is_refused(certmark: Command) -> None:
    issued = certmark(*ISSUE, *STATUS)
    assert (issued.err, "approval" in issued.out) == ("", False)
    ended = certmark("verify", "out/certificate.txt", *EVIDENCE)
    assert ended.code == 1
    assert "upon prior approval by the authority of DE only" in " ".join(ended.out.split())


@pytest.mark.usefixtures("house")
def test_a_certificate_that_speaks_of_an_approval_is_not_issued_without_one_in_silence(
    certmark: Command, house: Path
) -> None:
    said = json.loads((house / "certificate.json").read_bytes())
    (house / "certificate.json").write_text(json.dumps({**said, "issuance_mode": "prior_approval"}))
    issued = certmark(*ISSUE, *STATUS)
    assert issued.code == 0
    assert issued.complaint.startswith("warning: certificate.json: says 'prior_approval', and no --approval is given")
    drafted(certmark)
    approved(certmark)
    assert certmark(*ISSUE, *STATUS, *APPROVAL).err == ""


@pytest.mark.usefixtures("house")
def test_an_approval_that_fits_no_code_makes_a_file_of_the_token(certmark: Command, house: Path) -> None:
    signer = keys.signer(Algorithm.ML_DSA_44)
    (house / "ncca.pem").write_bytes(signer.to_pem())
    (house / "ncca.pub.cbor").write_bytes(cbor.encode(signer.public_key.to_cose_key()))
    drafted(certmark)
    approved(certmark)
    ended = certmark(*ISSUE, *STATUS, *APPROVAL)
    assert (ended.code, ended.err) == (0, "")
    assert "symbol   none: a post-quantum signature fits no QR code" in ended.out
    assert {path.name for path in (house / "out").iterdir()} == {"certificate.cose", "certificate.txt"}


@pytest.mark.usefixtures("house")
def test_both_are_shown_what_they_sign(certmark: Command) -> None:
    drafts = certmark("draft", "certificate.json", "--issuer", BODY, *STATUS, "--label", "--out", "draft").out
    given = certmark(
        "approve", "draft", "--key", "ncca.pem", "--authority", NCCA, *APPROVED_AT, "--out", "approval"
    ).out
    for said in (drafts, given):
        assert "of       EUCC-3087-2026-03-0001, to be issued by DE-3087" in said
        assert "product  Example Secure Element SE1" in said
        assert "level    high under EUCC, as label" in said
        assert "valid    2026-03-02 to 2031-03-01" in said
        assert f"status   index {INDEX} of {STATUS_URI}" in said
    assert "draft    draft" in drafts
    assert "approval approval, by DE-NCCA" in given


@pytest.mark.usefixtures("house")
def test_a_draft_without_status_says_so(certmark: Command) -> None:
    ended = certmark("draft", "certificate.json", "--issuer", BODY, "--no-status", "--out", "draft")
    assert "requires a status" in ended.complaint
    assert ended.code == 65


def test_a_person_reads_who_approved(certmark: Command, house: Path) -> None:
    world = WORLD.approved()
    (house / "token.cose").write_bytes(world.cose)
    said = " ".join(certmark("verify", "token.cose", *EVIDENCE).out.split())
    assert "Approved by DE-NCCA Example authority of DE, on 2026-02-20" in said
    assert "PASSED approved DE-NCCA approved exactly this certificate on 2026-02-20." in said


def test_a_look_inside_shows_the_approval_unproven(certmark: Command, house: Path) -> None:
    world = WORLD.approved()
    (house / "token.cose").write_bytes(world.cose)
    for token in ("token.cose", world.text):
        found = certmark("inspect", token, "--json").report
        assert found["untrusted_approval"] == {
            "authority": NCCA,
            "approved_at": "2026-02-20T15:00:00Z",
            "algorithm": "ESP256 (-9)",
            "key_id": NCCA_APPROVAL_KEY.public_key.key_id.hex(),
        }
        assert found["cose_bytes"] == len(world.cose)
    assert "approval.authority" in certmark("inspect", "token.cose").out
    assert certmark("inspect", WORLD.text, "--json").report["untrusted_approval"] is None


def test_the_requirements_of_cb_ades_are_those_of_the_certificate_in_front(certmark: Command, house: Path) -> None:
    (house / "token.cose").write_bytes(WORLD.approved().cose)
    (house / "alone.cose").write_bytes(WORLD.cose)
    approved, alone = (certmark("inspect", name, "--cb-ades", "--json") for name in ("token.cose", "alone.cose"))
    assert approved == alone


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(("--status-index", INDEX + 1), "is not of this certificate", id="another-index"),
        pytest.param(("--status-index", INDEX, "--label"), "is not of this certificate", id="another-form"),
        pytest.param(
            ("--status-index", INDEX, "--at", "2026-04-30T08:00:00Z"), "after the time of signing", id="earlier"
        ),
    ],
)
def test_an_approval_of_something_else_is_refused_and_nothing_is_written(
    options: tuple[object, ...], reason: str, certmark: Command, house: Path
) -> None:
    drafted(certmark)
    approved(certmark)
    ended = certmark(*ISSUE, "--status-uri", STATUS_URI, *options, *APPROVAL)
    assert ended.code == 65
    assert reason in ended.complaint
    assert not (house / "out").exists()


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("given", "code", "reason"),
    [
        (("--approval", "approval"), 64, "give --approval and --authority-key"),
        (("--authority-key", "ncca.pub.cbor"), 64, "give --approval and --authority-key"),
        (("--approval", "missing", "--authority-key", "ncca.pub.cbor"), 66, "missing: no such file"),
        (("--approval", "approval", "--authority-key", "missing"), 66, "missing: no such file"),
        (("--approval", "approval", "--authority-key", "body.pub.cbor"), 65, "not by the given key"),
        (("--approval", "draft", "--authority-key", "ncca.pub.cbor"), 65, "draft: not a COSE_Sign1 message"),
        (("--approval", "token.cose", "--authority-key", "ncca.pub.cbor"), 65, "token.cose: the payload is detached"),
    ],
)
def test_what_is_no_approval_by_the_authority_is_refused(
    given: tuple[str, ...], code: int, reason: str, certmark: Command
) -> None:
    drafted(certmark)
    approved(certmark)
    ended = certmark(*ISSUE, *STATUS, *given)
    assert ended.code == code
    assert reason in ended.complaint


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("missing", "--authority", NCCA), 66, "missing: no such file"),
        (("certificate.json", "--authority", NCCA), 65, "certificate.json: "),
        (("token.cose", "--authority", NCCA), 65, "token.cose: "),
        (("draft", "--authority", "NCCA"), 64, "--authority 'NCCA'"),
        (("draft", "--authority", BODY), 65, "cannot approve what DE-3087 issues"),
        (("draft", "--authority", "FR-ANSSI"), 65, "cannot approve what DE-3087 issues"),
        (("draft", "--authority", NCCA, "--at", "2032-01-01T00:00:00Z"), 65, "ended on 2031-03-01"),
    ],
)
def test_what_cannot_be_approved_is_not(
    arguments: tuple[str, ...], code: int, reason: str, certmark: Command, house: Path
) -> None:
    drafted(certmark)
    ended = certmark("approve", *arguments, "--key", "ncca.pem", "--out", "approval")
    assert ended.code == code
    assert reason in ended.complaint
    assert not (house / "approval").exists()


@pytest.mark.usefixtures("house")
def test_neither_draft_nor_approval_replaces_a_file(certmark: Command) -> None:
    drafted(certmark)
    again = certmark("draft", "certificate.json", "--issuer", BODY, *STATUS, "--out", "draft")
    assert "exists already" in again.complaint
    approved(certmark)
    again = certmark("approve", "draft", *AS_AUTHORITY, *APPROVED_AT, "--out", "approval")
    assert "exists already" in again.complaint


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (("--issuer", "3087", *STATUS), 64, "--issuer '3087'"),
        (("--issuer", BODY), 64, "give --status-uri"),
        (("--issuer", BODY, *STATUS, "--scheme", "missing"), 66, "missing"),
    ],
)
def test_what_cannot_be_drafted_is_not(
    options: tuple[object, ...], code: int, reason: str, certmark: Command, house: Path
) -> None:
    ended = certmark("draft", "certificate.json", *options, "--out", "draft")
    assert ended.code == code
    assert reason in ended.complaint
    assert not (house / "draft").exists()
