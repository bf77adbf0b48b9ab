"""Sign1 vectors of gluecose: all positive, so each has its negatives made from it here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.conformance import lenient
from tests.conformance.verdicts import Verdict, judge

if TYPE_CHECKING:
    from pathlib import Path

# No file has a typ, and each has its kid in the unprotected header.
VERDICTS = {
    #                       certmark-1     status-token  beyond      signature
    "sign1-sign-0000": Verdict("unprotected", "typ", "external", "right"),
    "sign1-sign-0001": Verdict("unprotected", "typ", "", "right"),
    "sign1-sign-0002": Verdict("unprotected", "typ", "", "right"),  # ES384
    "sign1-sign-0003": Verdict("unprotected", "typ", "alg key", "right"),  # ES512, P-521
    "sign1-sign-0004": Verdict("unprotected", "typ", "alg key", "right"),  # PS256
    "sign1-sign-0005": Verdict("unprotected", "typ", "alg key", "right"),  # PS384
    "sign1-sign-0006": Verdict("unprotected", "typ", "alg key", "right"),  # PS512
}

each_file = pytest.mark.parametrize("name", VERDICTS)


class Vector(NamedTuple):
    message: bytes
    to_be_signed: bytes
    payload: bytes
    key: object
    external: bytes


def vector(shared: Path, name: str) -> Vector:
    content: dict[str, Any] = json.loads((shared / f"vectors/gluecose/{name}.json").read_bytes())
    case = content["sign1::sign"]
    assert not case["detached"]
    return Vector(
        message=bytes.fromhex(case["expectedOutput"]["cborHex"]),
        to_be_signed=bytes.fromhex(case["tbsHex"]["cborHex"]),
        payload=bytes.fromhex(case["payload"]),
        key=lenient.public_key_of_jwk(content["key"]),
        external=bytes.fromhex(case.get("external", "")),
    )


def test_every_file_has_its_row(shared: Path) -> None:
    assert {path.stem for path in (shared / "vectors/gluecose").glob("*.json")} == VERDICTS.keys()
    assert len(VERDICTS) == 7


@each_file
def test_the_form_is_refused_and_the_signature_agreed(name: str, shared: Path) -> None:
    given = vector(shared, name)
    assert judge(given.message, given.key, given.external) == VERDICTS[name]


@each_file
def test_payload_and_sig_structure_are_the_published_ones(name: str, shared: Path) -> None:
    given = vector(shared, name)
    signed = lenient.read_sign1(given.message)
    assert signed.payload == given.payload
    assert signed.to_be_signed(given.external) == given.to_be_signed


@each_file
@pytest.mark.parametrize("part", ["protected", "payload", "signature"])
def test_one_changed_bit_makes_the_signature_wrong(name: str, part: str, shared: Path) -> None:
    given = vector(shared, name)
    signed = lenient.read_sign1(given.message)
    changed = {
        "protected": signed._replace(protected=flipped(signed.protected)),
        "payload": signed._replace(payload=flipped(signed.payload)),
        "signature": signed._replace(signature=flipped(signed.signature)),
    }
    assert not changed[part].is_signed_by(given.key, given.external)


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])
