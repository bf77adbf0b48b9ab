"""How tests ask both readers the same: the library, and ``examples/independent_verify.py``."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any, Final

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.signer import KeySigner
from certmark.transport import to_bare
from certmark.verify import STANDARD, Policy, Product, Report
from examples import independent_verify as second
from tests.world import BODY_KEY, WORLD, World

DICTIONARY: Final = second.DICTIONARY.read_bytes()

Answer = tuple[str, str, str, str]
"""Indication, sub-indication (or none), certificate status, may it be promoted."""

IN_ORDER: Final[Answer] = ("PASSED", "none", "in_force", "yes")

BARE: Final = to_bare(WORLD.cose)
MESSAGE: Final[Any] = cbor.decode(WORLD.cose[1:])
"""Protected header, unprotected header, payload and signature of the token in order."""
HEADER: Final[Any] = cbor.decode(MESSAGE[0])
CLAIMS: Final[Any] = cbor.decode(MESSAGE[2])


def answer_of(report: Report) -> Answer:
    sub_indication = str(report.sub_indication or "none")
    return str(report.indication), sub_indication, str(report.certificate_status), str(report.may_promote)


@cache
def snapshot_of(bundle: bytes, anchor: bytes) -> second.Snapshot:
    return second.open_bundle(bundle, anchor)


def second_answer(
    token: str | bytes,
    *,
    world: World = WORLD,
    policy: Policy = STANDARD,
    expect: Product | None = None,
    supplied: tuple[bytes, ...] | None = None,
) -> Answer:
    given = {name: getattr(expect, name, None) for name in ("gtin", "model", "version")}
    report = second.verify(
        token,
        second.Inputs(
            snapshot=snapshot_of(world.bundle, world.anchor),
            status=world.status_tokens if supplied is None else supplied,
            at=int(world.now.timestamp()),
            policy=second.POLICIES[policy.name],
            product={name: value for name, value in given.items() if value is not None},
            dictionary=DICTIONARY,
        ),
    )
    return report.indication, report.sub_indication or "none", report.status, report.may_promote


def assert_agreed(token: str | bytes, *, world: World = WORLD) -> Answer:
    """Ask both readers, with the standard policy."""
    answer = answer_of(world.report(token))
    assert second_answer(token, world=world) == answer
    return answer


def sealed(header: dict[int, Any], payload: bytes = MESSAGE[2], signer: KeySigner = BODY_KEY) -> bytes:
    """Sign any header and payload."""
    protected = second.encode(header)
    signature = signer.sign(sign1.sig_structure(protected, payload))
    return b"\xd2" + second.encode([protected, {}, payload, signature])


def deflated(data: bytes, *, window: int = -15) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, window, zdict=DICTIONARY)
    return stream.compress(data) + stream.flush()


def bare_of(body: bytes) -> str:
    """Write any body as a bare code."""
    text = "CM1:"
    for start in range(0, len(body), 2):
        pair = body[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, place = divmod(number, 45)
            text += second.BASE45[place]
    return text
