"""``certmark inspect``: shows everything, proves nothing, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from certmark.model import document_from
from certmark.transport import to_bare
from tests import keys
from tests.unit.cli.conftest import Command
from tests.world import BODY_KEY, INDEX, LINK_HOST, STATUS_URI, STRANGER_KEY, WORLD


@pytest.mark.parametrize(
    ("token", "form", "host"),
    [("token.txt", "link", LINK_HOST), (to_bare(WORLD.cose), "bare", None), ("token.cose", "cose", None)],
    ids=["link", "bare", "cose"],
)
def test_everything_that_a_token_states(
    token: str, form: str, host: str | None, certmark: Command, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    ended = certmark("inspect", token, "--json")
    found = ended.report
    assert (ended.code, ended.err, found["verified"]) == (0, "", False)
    assert (found["form"], found["link_host"], found["cose_bytes"]) == (form, host, len(WORLD.cose))
    assert document_from(found["untrusted_certificate"]) == WORLD.certificate()
    assert found["untrusted_status_list"] == {"index": INDEX, "uri": STATUS_URI}
    assert found["untrusted_key_id"] == BODY_KEY.public_key.key_id.hex()
    assert found["untrusted_issued_at"] == "2026-03-02T09:30:00Z"
    assert "UNVERIFIED" in found["warning"]


def test_a_person_is_warned_first_and_last(certmark: Command, files: Path) -> None:
    lines = certmark("inspect", files / "token.txt").out.splitlines()
    assert lines[0].startswith(" UNVERIFIED  anyone can write this")
    assert lines[-1] == lines[0]
    assert any("certificate.subject.name" in line and "Example Secure Element SE1" in line for line in lines)
    assert any(line.startswith("link_url") for line in lines)
    assert any("certificate.packages[0].augmented" in line and line.endswith("yes") for line in lines)


def test_what_a_token_does_not_state_is_left_out(certmark: Command, files: Path) -> None:
    assert "link_url" not in certmark("inspect", files / "token.cose").out


def test_a_forged_token_looks_just_as_good(certmark: Command) -> None:
    forged = WORLD.signed_by(STRANGER_KEY)
    assert certmark("inspect", forged.text).code == 0


def test_a_token_without_status_and_with_a_seal_certificate(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "statement.cose").write_bytes(WORLD.with_statement().cose)
    found = certmark("inspect", tmp_path / "statement.cose", "--json").report
    assert found["untrusted_status_list"] is None
    world = WORLD.with_seal_certificate(keys.seal_certificate(BODY_KEY.private_key))
    assert len(certmark("inspect", world.text, "--json").report["untrusted_key_id"]) == 64


@pytest.mark.parametrize(
    ("token", "code", "said"),
    [
        ("", 1, "empty text"),
        ("HC1:ABC", 1, "COVID"),
        ("https://shop.example/", 1, "plain web link"),
        ("CM1:lower", 1, ""),
        ("CM2:ABC", 2, "newer certmark"),
    ],
)
def test_what_is_no_token(token: str, code: int, said: str, certmark: Command) -> None:
    ended = certmark("inspect", token)
    assert (ended.code, ended.err) == (code, "")
    assert ended.out.startswith(" UNVERIFIED ")
    assert said in " ".join(ended.out.split())
    found = json.loads(certmark("inspect", token, "--json").out)
    assert said in found["problem"]["reason"]
    assert found["verified"] is False


def test_a_picture_without_a_code(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    ended = certmark("inspect", tmp_path / "empty.png")
    assert ended.code == 1
    assert "No QR code was found" in ended.out


def test_a_missing_file(certmark: Command) -> None:
    assert certmark("inspect", "nowhere.txt").code == 66


# --- CB-AdES ---


def test_the_requirements_of_cb_ades_are_listed(certmark: Command, files: Path) -> None:
    ended = certmark("inspect", files / "token.txt", "--cb-ades", "--json")
    found = ended.report
    assert (ended.code, found["verified"], found["not_met"]) == (0, False, ["signing_certificate"])
    assert {"id", "clause", "level", "text", "outcome", "found"} == set(found["requirements"][0])
    assert {each["outcome"] for each in found["requirements"]} == {"met", "not_met", "not_checked"}


def test_a_token_by_seal_certificate_lacks_nothing_of_cb_ades(certmark: Command, tmp_path: Path) -> None:
    world = WORLD.with_seal_certificate(keys.seal_certificate(BODY_KEY.private_key))
    (tmp_path / "sealed.cose").write_bytes(world.cose)
    ended = certmark("inspect", tmp_path / "sealed.cose", "--cb-ades")
    lines = ended.out.splitlines()
    assert lines[0].startswith(" UNVERIFIED ")
    assert lines[-1] == lines[0]
    assert "Not met: none." in lines
    assert any(line.startswith("met          5.2.2 shall") for line in lines)


def test_what_is_no_message_is_not_asked_about_cb_ades(certmark: Command, files: Path) -> None:
    ended = certmark("inspect", files / "trust.bundle", "--cb-ades", "--json")
    assert ended.code == 1
    assert ended.report["problem"]["code"]


def test_an_approval_that_follows_is_not_taken_for_the_token(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "approved.cose").write_bytes(WORLD.approved().cose)
    found = certmark("inspect", tmp_path / "approved.cose", "--cb-ades", "--json").report
    assert found["not_met"] == ["signing_certificate"]
