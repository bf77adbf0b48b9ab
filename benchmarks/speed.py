"""Verifying and issuing one certificate, in units of one raw operation of ``cryptography``."""

from __future__ import annotations

import zlib
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.ratios import Figure, Figures, ratio
from certmark import cbor
from certmark.cose import sign1
from certmark.cose.profile import CERTMARK_1
from certmark.transport import base10
from certmark.transport.dictionary import dictionary_1
from certmark.verify import Report
from tests import world as w

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.cose.signer import KeySigner


def verification(rounds: int) -> Figures:
    """Measure a label link to its report, reading the indication only and reading everything."""
    world = w.WORLD
    issued = world.issue(world.certificate().for_label())
    verifier, text, now = world.verifier(), issued.text, world.now
    raw = raw_verify(issued.cose)
    if not verifier.report(text, at=now).passed:
        raise SystemExit("the token that is measured does not pass")

    def everything() -> None:
        report = verifier.report(text, at=now)
        for name in Report.FIELDS:
            getattr(report, name)
        _ = report.summary

    return {
        "verify_ratio": ratio(lambda: verifier.report(text, at=now).indication, raw, rounds=rounds),
        "verify_full_ratio": ratio(everything, raw, rounds=rounds),
        "approval_ratio": approval(rounds),
        "verify_floor_ratio": ratio(least_verification(text, issued.cose), raw, rounds=rounds),
    }


def approval(rounds: int) -> Figure:
    """Measure what it adds to a label that the authority approved it: a second signature, and what is asked of it."""
    world = w.WORLD.approved()
    label = world.certificate().for_label()
    verifier, now, plain = world.verifier(), world.now, w.WORLD.verifier()
    without, approved = w.WORLD.issue(label), world.issue(label)
    raw = raw_verify(without.cose)
    if not verifier.report(approved.text, at=now).passed:
        raise SystemExit("the approved token that is measured does not pass")
    both = ratio(lambda: verifier.report(approved.text, at=now).indication, raw, rounds=rounds)
    return both.minus(ratio(lambda: plain.report(without.text, at=now).indication, raw, rounds=rounds))


def least_verification(text: str, cose: bytes) -> Callable[[], object]:
    """Give the least that this Python can do for a token, as a yardstick for the whole that moves with the interpreter.

    Everything is inlined and knows the one token: digits to bytes, inflate, cut the message at known places, decode
    strictly, verify. No claim is judged, no list or status asked, no report made.
    """
    message = sign1.from_bytes(cose, profile=CERTMARK_1)
    header, payload_at = message.headers.raw, cose.index(message.payload)
    payload_end, digits_at = payload_at + len(message.payload), text.index("#") + 1
    last_block = len(base10.decode(text[digits_at:])) % base10.BLOCK_BYTES or base10.BLOCK_BYTES
    before, ecdsa, dictionary = sign1.sig_structure(header, b"")[:-1], ec.ECDSA(SHA256()), dictionary_1()
    head = cbor.head(2, len(message.payload))
    key: Any = w.BODY_KEY.public_key.public_key

    def verify() -> None:
        digits = text[digits_at:].encode("ascii")
        size = base10.BLOCK_DIGITS
        blocks = [int(digits[at : at + size]) for at in range(0, len(digits), size)]
        last = blocks.pop()
        body = b"".join([block.to_bytes(base10.BLOCK_BYTES, "big") for block in blocks])
        received = zlib.decompressobj(-15, dictionary).decompress((body + last.to_bytes(last_block, "big"))[1:])
        payload = received[payload_at:payload_end]
        cbor.decode(payload)
        r, s = received[-64:-32], received[-32:]
        der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.verify(der, before + head + payload, ecdsa)

    verify()
    return verify


def issuance(rounds: int) -> Figures:
    """Measure a model to its text, without the verification of the signature, which is not part of the bar."""
    world = w.WORLD
    signer: Any = _Believed(w.BODY_KEY)
    issuer, label = replace(world.issuer(), signer=signer), world.certificate().for_label()
    covered = sign1.from_bytes(world.cose, profile=CERTMARK_1).to_be_signed()

    def issue() -> object:
        return issuer.issue(label, at=world.signed_at, status=world.status_reference)

    return {"issue_ratio": ratio(issue, lambda: w.BODY_KEY.sign(covered), rounds=rounds)}


class _Believed:
    """A signer whose signatures count as verified."""

    def __init__(self, signer: KeySigner) -> None:
        key = signer.public_key
        self.sign, self.certificate = signer.sign, None
        self.public_key = SimpleNamespace(algorithm=key.algorithm, key_id=key.key_id, verifies=lambda *_, **__: True)


def raw_verify(cose: bytes) -> Callable[[], object]:
    """Give one verification by ``cryptography`` of a DER signature, with everything prepared."""
    message = sign1.from_bytes(cose, profile=CERTMARK_1)
    r, s = message.signature[:32], message.signature[32:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    covered, ecdsa = message.to_be_signed(), ec.ECDSA(SHA256())
    key: Any = w.BODY_KEY.public_key.public_key
    return lambda: key.verify(der, covered, ecdsa)
