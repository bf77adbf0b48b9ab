"""Examples of the COSE working group: refused for their form, agreed with on their signatures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from certmark.cose.algorithms import Algorithm
from tests.conformance import lenient
from tests.conformance.verdicts import Verdict, judge

if TYPE_CHECKING:
    from pathlib import Path

# No file has a typ, and each has its kid (and sign-pass-01 its alg) in the unprotected header.
VERDICTS = {
    #                                        certmark-1     status-token  beyond      signature
    "RFC8152/Appendix_C_2_1": Verdict("unprotected", "typ", "", "right"),
    "ecdsa-examples/ecdsa-01": Verdict("body", None, "", "right"),
    "ecdsa-examples/ecdsa-02": Verdict("no header", None, "", "right"),
    "ecdsa-examples/ecdsa-03": Verdict("no header", None, "alg key", "right"),  # ES512, P-521
    "ecdsa-examples/ecdsa-04": Verdict("no header", None, "alg", "right"),  # ES512, P-256
    "ecdsa-examples/ecdsa-sig-01": Verdict("unprotected", "typ", "", "right"),
    "ecdsa-examples/ecdsa-sig-02": Verdict("unprotected", "typ", "", "right"),
    "ecdsa-examples/ecdsa-sig-03": Verdict("unprotected", "typ", "alg key", "right"),  # ES512, P-521
    "ecdsa-examples/ecdsa-sig-04": Verdict("unprotected", "typ", "alg", "right"),  # ES512, P-256
    "sign1-tests/sign-fail-01": Verdict("tag", "tag", "", "unreadable"),  # tag 998
    "sign1-tests/sign-fail-02": Verdict("unprotected", "typ", "", "wrong"),  # payload changed
    "sign1-tests/sign-fail-03": Verdict("unprotected", "typ", "alg", "wrong"),  # alg changed to -999
    "sign1-tests/sign-fail-04": Verdict("unprotected", "alg", "alg", "wrong"),  # alg changed to "unknown"
    "sign1-tests/sign-fail-06": Verdict("unprotected", "typ", "", "wrong"),  # parameter added
    "sign1-tests/sign-fail-07": Verdict("unprotected", "typ", "", "wrong"),  # parameter removed
    "sign1-tests/sign-pass-01": Verdict("unprotected", "alg", "", "right"),  # alg unprotected
    "sign1-tests/sign-pass-02": Verdict("unprotected", "typ", "external", "right"),
    "sign1-tests/sign-pass-03": Verdict("tag", "tag", "", "right"),  # untagged
}

each_file = pytest.mark.parametrize("name", VERDICTS)


class Example(NamedTuple):
    message: bytes
    to_be_signed: bytes
    key: object
    external: bytes
    must_fail: bool


def example(shared: Path, name: str) -> Example:
    content: dict[str, Any] = json.loads((shared / f"vectors/cose-wg/{name}.json").read_bytes())
    given, intermediates = content["input"], content["intermediates"]
    if "sign" in given:
        (signer,), (intermediates,) = given["sign"]["signers"], intermediates["signers"]
    else:
        signer = given["sign0"]
    return Example(
        message=bytes.fromhex(content["output"]["cbor"]),
        to_be_signed=bytes.fromhex(intermediates["ToBeSign_hex"]),
        key=lenient.public_key_of_jwk(signer["key"]),
        external=bytes.fromhex(signer.get("external", "")),
        must_fail=content.get("fail", False),
    )


def test_every_file_has_its_row(shared: Path) -> None:
    folder = shared / "vectors/cose-wg"
    assert {path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.json")} == VERDICTS.keys()
    assert len(VERDICTS) == 18


@each_file
def test_the_form_is_refused_and_the_signature_agreed(name: str, shared: Path) -> None:
    given = example(shared, name)
    assert judge(given.message, given.key, given.external) == VERDICTS[name]


@each_file
def test_the_file_expects_what_the_table_says(name: str, shared: Path) -> None:
    assert example(shared, name).must_fail == (VERDICTS[name].signature != "right")


@pytest.mark.parametrize("name", [name for name, verdict in VERDICTS.items() if verdict.signature == "right"])
def test_the_sig_structure_is_the_published_one(name: str, shared: Path) -> None:
    given = example(shared, name)
    (signed,) = lenient.read(given.message)
    assert signed.to_be_signed(given.external) == given.to_be_signed


@pytest.mark.parametrize("name", [name for name, verdict in VERDICTS.items() if verdict.signature == "wrong"])
def test_without_the_change_the_signature_would_be_right(name: str, shared: Path) -> None:
    given = example(shared, name)
    (signed,) = lenient.read(given.message)
    assert signed.to_be_signed() != given.to_be_signed
    assert lenient.verifies(given.key, signed.signature, given.to_be_signed, alg=Algorithm.ES256)


def test_external_data_is_part_of_what_is_signed(shared: Path) -> None:
    given = example(shared, "sign1-tests/sign-pass-02")
    assert not lenient.read_sign1(given.message).is_signed_by(given.key)
