"""``certmark trust`` with X.509 certificates: shown for review, doubted aloud, never enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import seals
from tests.unit.cli.trust.desk import NAMES, START
from tests.world import BODY

if TYPE_CHECKING:
    from tests.unit.cli.trust.desk import Desk

BODY_KEY, NEXT_KEY = NAMES["body"].private_key, NAMES["next"].private_key
NAME = "Example Body"
SUBJECT = seals.name("Siegel 1", organisation="Example Body", identifier="NTRDE-HRB 1")


@pytest.fixture
def sealed(desk: Desk) -> Desk:
    """A desk with the seal certificates of two keys beside them."""
    desk["body.crt"].write_bytes(seals.pem(*seals.path(BODY_KEY, subject=SUBJECT)))
    desk["next.crt"].write_bytes(seals.certificate(NEXT_KEY, subject=SUBJECT))
    return desk


def keys_of(desk: Desk) -> list[dict[str, object]]:
    entity = next(each for each in desk.content("de")["entities"] if each["entity_id"] == BODY)
    keys: list[dict[str, object]] = entity["services"][0]["keys"]
    return keys


def test_a_listed_key_gets_its_certificate_and_the_keeper_sees_it(sealed: Desk) -> None:
    ended = sealed.trust("add-certificate", sealed["de.json"], BODY, sealed["body.crt"])
    (key,) = keys_of(sealed)
    assert len(key["x5chain"]) == 3  # type: ignore[arg-type]
    for line in (
        "certificate  CN=Siegel 1,organizationIdentifier=NTRDE-HRB 1,O=Example Body,C=DE",
        "identifier   NTRDE-HRB 1",
        "issued by    CN=Seal CA,O=Trust Services,C=DE, as no. 7",
        "key usage    digitalSignature, nonRepudiation",
        "valid        1 January 2025 to 1 January 2030",
        "qualified    it does not say so",
        f"SHA-256      {key['x5t']}",
        "behind it    CN=Seal CA,O=Trust Services,C=DE",
        "behind it    CN=Root CA,O=Trust Services,C=DE",
    ):
        assert line in ended.out.splitlines()


def test_a_new_key_is_listed_by_its_certificate(sealed: Desk) -> None:
    ended = sealed.trust("add-key", sealed["de.json"], BODY, "--key", sealed["next.crt"], "--at", START)
    _, key = keys_of(sealed)
    assert key["cose_key"]["key_id"] == NAMES["next"].public_key.key_id.hex()  # type: ignore[index]
    assert str(key["x5t"]) in ended.out


def test_a_body_is_listed_by_certificates(sealed: Desk) -> None:
    sealed["stranger.crt"].write_bytes(seals.certificate(NAMES["stranger"].private_key, subject=SUBJECT))
    ended = sealed.trust(
        *("add-body", sealed["de.json"], "DE-5", "--name", NAME, "--key", sealed["next.crt"], "--at", START),
        *("--status-key", sealed["stranger.crt"], "--status-uri", "https://a.example/5"),
    )
    assert ended.out.count("certificate  CN=Siegel 1") == 2
    assert ended.err == ""


def test_what_is_odd_is_said_and_does_not_stop_anything(sealed: Desk) -> None:
    foreign = seals.name("Siegel", organisation="Somebody", identifier="VATFR-1")
    sealed["odd.crt"].write_bytes(seals.certificate(BODY_KEY, subject=foreign, extensions=(), ends=seals.FROM))
    ended = sealed.trust("add-certificate", sealed["de.json"], BODY, sealed["odd.crt"])
    assert [line.removeprefix("certmark: warning: ")[:30] for line in ended.err.splitlines()] == [
        "the key may sign from 2026-03-"[:30],
        "the certificate is for Somebod",
        "the organizationIdentifier VAT",
        "the certificate does not say w",
    ]
    assert "key usage    not stated" in ended.out
    assert keys_of(sealed)[0]["x5t"]


def test_a_certificate_without_identifier_that_says_it_is_qualified(sealed: Desk) -> None:
    from cryptography import x509

    statements = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), seals.QUALIFIED_SEAL)
    nobody = seals.name("Siegel", organisation="Example Body")
    sealed["q.crt"].write_bytes(
        seals.certificate(BODY_KEY, subject=nobody, extensions=(*seals.FOR_SEALING, statements))
    )
    ended = sealed.trust("add-certificate", sealed["de.json"], BODY, sealed["q.crt"])
    assert "identifier   none" in ended.out
    assert "qualified    it says so; nothing here has checked it" in ended.out


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        pytest.param("none.crt", 66, "no such file", id="missing"),
        pytest.param("body.pub.cbor", 65, "not an X.509 certificate", id="a-key"),
        pytest.param("next.crt", 65, "for none of the listed keys", id="of-another-key"),
        pytest.param("ca.crt", 65, "for none of the listed keys", id="of-an-issuer"),
        pytest.param("issuing.crt", 65, "it is for issuing certificates", id="for-issuing"),
        pytest.param("rsa.crt", 65, "does not use", id="for-a-key-of-no-use"),
        pytest.param("huge.crt", 65, "more than", id="huge"),
    ],
)
def test_what_cannot_be_listed_changes_nothing(sealed: Desk, file: str, code: int, says: str) -> None:
    from tests import keys

    sealed["ca.crt"].write_bytes(seals.issuers()[0])
    sealed["issuing.crt"].write_bytes(seals.certificate(BODY_KEY, extensions=seals.FOR_ISSUING))
    sealed["rsa.crt"].write_bytes(seals.certificate(keys.FOREIGN_KEYS["RSA"]))
    sealed["huge.crt"].write_bytes(b"\x30" + bytes(100_001))
    before = sealed["de.json"].read_bytes()
    ended = sealed.trust("add-certificate", sealed["de.json"], BODY, sealed[file], code=code)
    assert says in ended.complaint
    assert sealed["de.json"].read_bytes() == before


def test_a_key_is_not_listed_with_a_certificate_for_issuing(sealed: Desk) -> None:
    sealed["ca.crt"].write_bytes(seals.issuers()[0])
    ended = sealed.trust("add-key", sealed["de.json"], BODY, "--key", sealed["ca.crt"], code=65)
    assert "it is for issuing certificates" in ended.complaint


def test_a_certificate_is_signed_published_and_shown(sealed: Desk) -> None:
    sealed.trust("add-certificate", sealed["de.json"], BODY, sealed["body.crt"])
    draft = sealed["de-seal.draft"]
    sealed.trust("draft", sealed["de.json"], "--first", "--out", draft, "--at", START)
    shown = " ".join(sealed.trust("show", draft).out.split())
    assert (
        "CN=Siegel 1,organizationIdentifier=NTRDE-HRB 1,O=Example Body,C=DE, 1 January 2025 to 1 January 2030" in shown
    )
    assert "issued by CN=Seal CA" in shown


def test_the_differences_of_two_versions_name_the_seal(sealed: Desk) -> None:
    first, second = sealed["a.draft"], sealed["b.draft"]
    sealed.trust("draft", sealed["de.json"], "--first", "--out", first, "--at", START)
    sealed.trust("add-certificate", sealed["de.json"], BODY, sealed["body.crt"])
    sealed.trust("draft", sealed["de.json"], "--first", "--out", second, "--at", START)
    said = " ".join(sealed.trust("diff", first, second, code=1).out.split())
    assert "seal certificate changed from nothing to" in said
    assert "certificates changed from nothing to CN=Siegel 1" in said
