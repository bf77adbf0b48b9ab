"""Certification requests: any signer can ask, and what reads PKCS#10 reads them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from certmark.cose.algorithms import Algorithm
from certmark.cose.csr import certification_request
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import KeySigner
from certmark.errors import KeyFormatError, SignerError
from tests import keys
from tests.needs import program

SUBJECT = "CN=Siegel 1,O=Prüfstelle\\, Muster,C=DE"
IDENTIFIER = "NTRDE-HRB 12345"


def asked(
    signer: KeySigner, subject: str = SUBJECT, identifier: str | None = IDENTIFIER
) -> x509.CertificateSigningRequest:
    return x509.load_pem_x509_csr(certification_request(signer, subject, organisation_identifier=identifier))


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_request_is_signed_by_the_key_that_it_is_for(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm)
    request = asked(signer)
    assert request.is_signature_valid
    assert VerificationKey.of(request.public_key()) == signer.public_key


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_changed_request_is_not_valid(algorithm: Algorithm) -> None:
    der = asked(keys.signer(algorithm)).public_bytes(Encoding.DER)
    changed = der.replace(b"Siegel 1", b"Siegel 2")
    assert changed != der
    request = x509.load_der_x509_csr(changed)
    try:
        assert not request.is_signature_valid
    except InvalidSignature:
        return


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("C=DEU,CN=x", ">= 2 and <= 2, but it was 3"),
        (f"CN={'x' * 65}", "<= 64, but it was 65"),
        ("CN", ": write"),
    ],
)
def test_what_is_wrong_with_a_subject_is_told(subject: str, says: str) -> None:
    with pytest.raises(KeyFormatError, match=rf"not written as in RFC 4514.*{says}"):
        asked(keys.signer(), subject)


def test_the_subject_is_the_one_that_was_asked_for() -> None:
    name = asked(keys.signer()).subject
    assert [(each.oid.dotted_string, each.value) for each in name] == [
        ("2.5.4.6", "DE"),
        ("2.5.4.10", "Prüfstelle, Muster"),
        ("2.5.4.97", IDENTIFIER),
        ("2.5.4.3", "Siegel 1"),
    ]


def test_the_identifier_may_stand_in_the_subject_or_be_left_out() -> None:
    stated = asked(keys.signer(), "CN=Seal,organizationIdentifier=VATDE-1,C=DE", None).subject
    assert [each.value for each in stated] == ["DE", "VATDE-1", "Seal"]
    assert [each.value for each in asked(keys.signer(), "CN=Seal", None).subject] == ["Seal"]


REFUSED = {
    "empty": ("", None, "the subject is empty"),
    "no name": ("Example Body", None, "not written as in RFC 4514"),
    "unknown attribute": ("XY=1", None, "not written as in RFC 4514"),
    "country of three letters": ("CN=Seal,C=DEU", None, "not written as in RFC 4514"),
    "newline": ("CN=Seal\nO=x", None, "control or formatting"),
    "override": ("CN=Seal\u202e", None, "control or formatting"),
    "newline, escaped": (r"CN=Seal\0AO=x", None, "names something that has the control or formatting"),
    "override, escaped": (r"CN=Seal\E2\80\AE", None, "names something that has the control or formatting"),
    "not composed, escaped": (r"CN=Pru\CC\88fstelle", None, "normalisation form C"),
    "white space, escaped": (r"CN=\20Seal,C=DE", None, "names something that begins or ends with white space"),
    "a value in DER": ("CN=#04024142,C=DE", None, "control or formatting"),
    "identifier empty": ("CN=Seal", "", "the organizationIdentifier is empty"),
    "identifier with a bell": ("CN=Seal", "VATDE-\a1", "the organizationIdentifier has the control"),
    "identifier twice": ("CN=Seal,organizationIdentifier=VATDE-1", "VATDE-2", "given twice"),
}


@pytest.mark.parametrize(("subject", "identifier", "problem"), REFUSED.values(), ids=REFUSED)
def test_a_subject_that_is_none_is_refused(subject: str, identifier: str | None, problem: str) -> None:
    with pytest.raises(KeyFormatError, match=problem):
        certification_request(keys.signer(), subject, organisation_identifier=identifier)


@dataclass(frozen=True)
class Der:
    """A key store that answers with DER, as most do."""

    public_key: VerificationKey = keys.signer().public_key
    certificate: bytes | None = None

    def sign(self, to_be_signed: bytes) -> bytes:
        raw = keys.signer().sign(to_be_signed)
        return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


@dataclass(frozen=True)
class OtherKey(Der):
    """A key store that signs with another key than it says."""

    def sign(self, to_be_signed: bytes) -> bytes:
        return keys.signer(number=2).sign(to_be_signed)


@pytest.mark.parametrize("store", [Der(), OtherKey()], ids=["DER", "another-key"])
def test_a_signer_that_answers_wrongly_asks_for_nothing(store: Der) -> None:
    with pytest.raises(SignerError):
        certification_request(store, SUBJECT)


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS[:3], ids=keys.ALGORITHM_IDS[:3])
def test_openssl_verifies_a_request(algorithm: Algorithm, tmp_path: Path) -> None:
    signer = keys.signer(algorithm)
    (tmp_path / "seal.csr").write_bytes(certification_request(signer, SUBJECT, organisation_identifier=IDENTIFIER))
    command = [program("openssl"), "req", "-verify", "-noout", "-subject", "-in", str(tmp_path / "seal.csr")]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "verify OK" in ended.stdout + ended.stderr
    assert f"organizationIdentifier = {IDENTIFIER}" in ended.stdout


def test_the_first_curve_is_asked_about_with_sha_256() -> None:
    request = asked(KeySigner.of(ec.derive_private_key(5, ec.SECP256R1())))
    assert request.signature_algorithm_oid == x509.oid.SignatureAlgorithmOID.ECDSA_WITH_SHA256
