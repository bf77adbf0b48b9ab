"""``certmark csr``: the request for a seal certificate, from a key file."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from certmark.cose.keys import VerificationKey
from tests import keys
from tests.unit.cli.conftest import Command

SUBJECT = "CN=Seal 1,O=Example Body,C=DE"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "seal.pem"
    path.write_bytes(keys.signer().to_pem())
    return path


def test_a_request_is_written_for_the_key(certmark: Command, key: Path, tmp_path: Path) -> None:
    out = tmp_path / "seal.csr"
    told = ("--organisation-identifier", "VATDE-123456789")
    ended = certmark("csr", "--key", key, "--subject", SUBJECT, *told, "--out", out)
    assert (ended.code, ended.err) == (0, "")
    request = x509.load_pem_x509_csr(out.read_bytes())
    assert request.is_signature_valid
    assert VerificationKey.of(request.public_key()) == keys.signer().public_key
    assert "VATDE-123456789" in [each.value for each in request.subject]
    assert keys.signer().public_key.key_id.hex() in ended.out


def test_nothing_is_overwritten(certmark: Command, key: Path) -> None:
    before = key.read_bytes()
    ended = certmark("csr", "--key", key, "--subject", SUBJECT, "--out", key)
    assert ended.code == 64
    assert "exists already" in ended.complaint
    assert key.read_bytes() == before


def test_a_subject_that_is_none_is_a_mistake_of_the_call(certmark: Command, key: Path, tmp_path: Path) -> None:
    ended = certmark("csr", "--key", key, "--subject", "Example Body", "--out", tmp_path / "seal.csr")
    assert ended.code == 64
    assert "RFC 4514" in ended.complaint
    assert not (tmp_path / "seal.csr").exists()
