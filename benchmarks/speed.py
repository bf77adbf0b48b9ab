"""Verifying and issuing one certificate, in units of one raw operation of ``cryptography``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.ratios import Figures, ratio
from certmark.cose import sign1
from certmark.cose.profile import CERTMARK_1
from tests import world as w

if TYPE_CHECKING:
    from collections.abc import Callable


def verification(rounds: int) -> Figures:
    """Measure a label link to its report, reading the indication only and reading everything."""
    world = w.WORLD
    verifier, text, now = world.verifier(), world.issue(world.certificate().for_label()).text, world.now
    raw = raw_verify(world.cose)
    if not verifier.report(text, at=now).passed:
        raise SystemExit("the token that is measured does not pass")

    def everything() -> None:
        report = verifier.report(text, at=now)
        for value in (*report, *report.checks, report.summary):
            _ = value

    return {
        "verify_ratio": ratio(lambda: verifier.report(text, at=now).indication, raw, rounds=rounds),
        "verify_full_ratio": ratio(everything, raw, rounds=rounds),
    }


def issuance(rounds: int) -> Figures:
    """Measure a model to its text, less the verification of the signature, which is not part of the bar."""
    world = w.WORLD
    issuer, label = world.issuer(), world.certificate().for_label()
    covered, signer = sign1.from_bytes(world.cose, profile=CERTMARK_1).to_be_signed(), w.BODY_KEY

    def sign() -> object:
        return signer.sign(covered)

    def issue() -> object:
        return issuer.issue(label, at=world.signed_at, status=world.status_reference)

    checked = ratio(raw_verify(world.cose), sign, rounds=rounds)
    return {"issue_ratio": ratio(issue, sign, rounds=rounds).minus(checked)}


def raw_verify(cose: bytes) -> Callable[[], object]:
    """Give one verification by ``cryptography`` of a DER signature, with everything prepared."""
    message = sign1.from_bytes(cose, profile=CERTMARK_1)
    r, s = message.signature[:32], message.signature[32:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    covered, ecdsa = message.to_be_signed(), ec.ECDSA(SHA256())
    key: Any = w.BODY_KEY.public_key.public_key
    return lambda: key.verify(der, covered, ecdsa)
