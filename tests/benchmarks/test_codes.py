"""The codes that certmark is compared with are what they are called, and carry the same content."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING

import cbor2
import pytest
from qrcode import QRCode, constants, util

from benchmarks import codes
from benchmarks.samples import ISSUER, SIGNER, STATUS, is_seen, samples, vendor_of
from certmark.claims import validity_seconds
from certmark.cose.algorithms import Algorithm
from certmark.model import CybersecurityCertificate, load_document
from certmark.transport import base45, from_text
from certmark.verify import peek
from tests.conftest import ROOT
from tests.keys import signer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXAMPLES = sorted((ROOT / "examples" / "certificates").glob("*.json"))
OURS = [codes.label_link, codes.bare]
PEERS = {
    "HCERT-style": (codes.hcert_style, codes.read_hcert_style),
    "SMART-Health-Card-style": (codes.health_card_style, codes.read_health_card_style),
}
FORMS = [*OURS, codes.link_base64, codes.link_without_dictionary, codes.hcert_style, codes.health_card_style]


def example(path: Path = EXAMPLES[0]) -> CybersecurityCertificate:
    certificate = load_document(path.read_bytes())
    assert isinstance(certificate, CybersecurityCertificate)
    return certificate


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("label", [True, False], ids=["label", "full"])
def test_a_code_of_another_form_carries_what_certmark_signs(name: str, path: Path, label: bool) -> None:
    write, read = PEERS[name]
    certificate = example(path).for_label() if label else example(path).as_signed()
    first, last = validity_seconds(certificate.issued, certificate.valid_until)
    claims = read(write(certificate).text)
    content = claims.pop("certificate")
    days = {"issued": certificate.issued.isoformat(), "valid_until": certificate.valid_until.isoformat()}
    assert CybersecurityCertificate.model_validate(content | days) == certificate
    assert claims == {"iss": ISSUER, "nbf": first, "exp": last, "iat": first, "status": STATUS.to_claim()}


@pytest.mark.parametrize("form", OURS)
def test_our_codes_are_tokens_of_the_same_certificate(form: Callable[[CybersecurityCertificate], codes.Code]) -> None:
    cose = from_text(form(example()).text).cose
    assert (peek(cose).untrusted_id, peek(cose).untrusted_issuer) == (example().id, ISSUER)


def test_an_hcert_style_code_is_built_as_the_covid_certificate_is() -> None:
    text = codes.hcert_style(example()).text
    message = cbor2.loads(zlib.decompress(base45.decode(text.removeprefix("HC1:"))))
    protected, unprotected, payload, signature = message.value
    assert text.startswith("HC1:")
    assert message.tag == 18
    assert cbor2.loads(protected) == {1: -7, 4: SIGNER.public_key.key_id}
    assert (unprotected, len(signature)) == ({}, 64)
    assert set(cbor2.loads(payload)) == {1, 4, 5, 6, 65535, -260}
    assert list(cbor2.loads(payload)[-260]) == [1]


def test_a_health_card_style_code_is_built_as_a_smart_health_card_is() -> None:
    text = codes.health_card_style(example()).text
    digits = text.removeprefix("shc:/")
    jws = "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))
    header, payload, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in jws.split("."))
    assert text.startswith("shc:/")
    thumbprint = json.loads(header)["kid"]
    assert json.loads(header) == {"alg": "ES256", "zip": "DEF", "kid": thumbprint}
    assert len(thumbprint) == 43
    assert len(signature) == 64
    minified = zlib.decompress(payload, -15)
    assert minified == json.dumps(json.loads(minified), ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("name", PEERS)
def test_a_changed_code_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write, read = PEERS[name]
    text = write(example()).text
    monkeypatch.setattr(codes, "SIGNER", signer(Algorithm.ESP256, 62))
    with pytest.raises(ValueError, match="the signature does not verify"):
        read(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("label", [True, False], ids=["label", "full"])
def test_a_version_is_the_smallest_that_qrcode_finds(
    form: Callable[[CybersecurityCertificate], codes.Code], label: bool
) -> None:
    modes = {"byte": util.MODE_8BIT_BYTE, "numeric": util.MODE_NUMBER, "alphanumeric": util.MODE_ALPHA_NUM}
    code = form(example().for_label() if label else example())
    found = QRCode(error_correction=constants.ERROR_CORRECT_M)
    for segment in code.segments:
        found.add_data(util.QRData(segment.text.encode(), mode=modes[segment.mode]))
    assert code.version == found.best_fit(start=1)
    assert code.modules == 17 + 4 * code.version


def test_a_vendor_is_in_one_half_only(shared: Path) -> None:
    found = samples(shared)
    assert (len(found.seen), len(found.unseen), len(found.eucc)) == (141, 81, 12)
    seen, unseen = ({vendor_of(certificate) for certificate in half} for half in (found.seen, found.unseen))
    assert not seen & unseen
    assert all(map(is_seen, seen))
    assert not any(map(is_seen, unseen))


def test_figures_repeat() -> None:
    assert [form(example()) for form in FORMS] == [form(example()) for form in FORMS]
