"""Examples that stand in RFCs, as vectors/rfc quotes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.cwt.registered import Claim, string_claim, time_claim
from certmark.errors import CoseError, TextError
from certmark.transport import base45
from tests.conformance import lenient
from tests.conftest import ROOT


def vector(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / f"tests/vectors/rfc/{name}.json").read_bytes())
    return content


CWT = vector("rfc8392-a3")
BASE45 = vector("rfc9285-4")

CLAIMS = {int(key): value for key, value in CWT["claims"].items()} | {7: bytes.fromhex(CWT["cti"])}
KEY = VerificationKey.of(
    ec.EllipticCurvePublicNumbers(int(CWT["key"]["x"], 16), int(CWT["key"]["y"], 16), ec.SECP256R1()).public_key()
)

each_example = pytest.mark.parametrize("example", BASE45["examples"], ids=lambda example: example["base45"])


def signed_cwt() -> lenient.SignedMessage:
    return lenient.read_sign1(bytes.fromhex(CWT["signed_cwt"]))


def test_the_claims_set_is_the_deterministic_encoding_that_certmark_writes() -> None:
    published = bytes.fromhex(CWT["claims_set"])
    assert cbor.encode(CLAIMS) == published
    assert cbor.decode(published) == CLAIMS


def test_registered_claims_have_the_published_numbers() -> None:
    claims = cbor.decode(bytes.fromhex(CWT["claims_set"]))
    assert isinstance(claims, dict)
    assert string_claim(claims, Claim.ISS, most=200) == "coap://as.example.com"
    assert string_claim(claims, Claim.SUB, most=200) == "erikw"
    assert [time_claim(claims, claim) for claim in (Claim.EXP, Claim.NBF, Claim.IAT)] == [
        1444064944,
        1443944944,
        1443944944,
    ]


def test_the_signed_cwt_carries_claims_set_and_kid() -> None:
    signed = signed_cwt()
    assert signed.payload == bytes.fromhex(CWT["claims_set"])
    assert signed.headers == {1: -7, 4: bytes.fromhex(CWT["key"]["kid"])}


def test_the_signature_of_the_signed_cwt_is_right() -> None:
    assert signed_cwt().is_signed_by(KEY.public_key)


def test_with_another_claim_the_signature_of_the_signed_cwt_is_wrong() -> None:
    changed = cbor.encode({**CLAIMS, 2: "erikv"})
    assert not signed_cwt()._replace(payload=changed).is_signed_by(KEY.public_key)


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        pytest.param(CERTMARK_1, "the unprotected header must be an empty map", id="certmark-1"),
        pytest.param(STATUS_TOKEN, "must state the type of the artefact", id="status-token"),
    ],
)
def test_the_signed_cwt_is_no_artefact_of_certmark(profile: Any, reason: str) -> None:
    with pytest.raises(CoseError, match=reason):
        sign1.from_bytes(bytes.fromhex(CWT["signed_cwt"]), profile=profile)


@each_example
def test_base45_writes_what_is_published(example: dict[str, str]) -> None:
    assert base45.encode(bytes.fromhex(example["bytes"])) == example["base45"]


@each_example
def test_base45_reads_what_is_published(example: dict[str, str]) -> None:
    assert base45.decode(example["base45"]) == bytes.fromhex(example["bytes"])


@pytest.mark.parametrize("text", BASE45["refused"])
def test_base45_refuses_what_must_be_refused(text: str) -> None:
    with pytest.raises(TextError):
        base45.decode(text)
