"""Two readers of status list tokens and trusted lists, in order or nearly so."""

from __future__ import annotations

import zlib
from typing import Any, Final

import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.verify import POLICIES, STRICT, Verifier
from examples import independent_verify as second
from tests.interop.asking import (
    answer_of,
    second_answer,
)
from tests.world import BODY_STATUS_KEY, DAY, STATUS_URI, WORLD, seconds

# --- status list tokens ---

SIGNED: Final[Any] = cbor.decode(WORLD.status_tokens[0][1:])
STATUS_HEADER: Final[Any] = cbor.decode(SIGNED[0])
STATUS_CLAIMS: Final[dict[Any, Any]] = {
    2: STATUS_URI,
    4: seconds("2026-08-01"),
    6: seconds("2026-06-01 06:00:00"),
    65533: {"bits": 2, "lst": zlib.compress(bytes(256))},
    65534: 172_800,
}


def status_token(
    *,
    header: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
    claims: dict[Any, Any] | None = None,
    without: int | None = None,
) -> bytes:
    said = {**STATUS_CLAIMS, **(claims or {})}
    protected = second.encode(STATUS_HEADER if header is None else header)
    payload = second.encode({claim: value for claim, value in said.items() if claim != without})
    signature = BODY_STATUS_KEY.sign(sign1.sig_structure(protected, payload))
    return b"\xd2" + second.encode([protected, unprotected or {}, payload, signature])


def listed(bits: int, entries: bytes) -> dict[Any, Any]:
    return {65533: {"bits": bits, "lst": zlib.compress(entries)}}


NO_KID: Final = {1: -9, 16: "application/statuslist+cwt"}
KID: Final = {4: STATUS_HEADER[4]}
STATUS_TOKENS: Final = {
    "in-order": status_token(),
    "content-format": status_token(header={**STATUS_HEADER, 16: 279}),
    "another-typ": status_token(header={**STATUS_HEADER, 16: "application/statuslist+jwt"}),
    "ES256": status_token(header={**STATUS_HEADER, 1: -7}),
    "ES384": status_token(header={**STATUS_HEADER, 1: -35}),
    "algorithm-of-another-key": status_token(header={**STATUS_HEADER, 1: -51}),
    "algorithm-unprotected": status_token(header={**KID, 16: 279}, unprotected={1: -9}),
    "kid-unprotected": status_token(header=NO_KID, unprotected=KID),
    "kid-in-both": status_token(unprotected=KID),
    "no-kid": status_token(header=NO_KID),
    "typ-in-both": status_token(unprotected={16: 279}),
    "other-parameters": status_token(header={**STATUS_HEADER, 99: None}, unprotected={98: [True]}),
    "critical": status_token(header={**STATUS_HEADER, 2: [99], 99: 1}),
    "iat-in-the-header-too": status_token(header={**STATUS_HEADER, 15: {6: 1}}),
    "tag-61": b"\xd8\x3d" + status_token(),
    "no-tag": status_token()[1:],
    "long-head": b"\xd2\x98\x04" + status_token()[2:],
    "indefinite": b"\xd2\x9f" + status_token()[2:] + b"\xff",
    "bytes-behind": status_token() + b"\x00",
    "other-claims": status_token(claims={1: "x", 5: 1, 99: [None], "name": True}),
    **{f"without-claim-{claim}": status_token(without=claim) for claim in STATUS_CLAIMS},
    "without-end": status_token(claims={4: STATUS_CLAIMS[4]}, without=4),
    **{f"iat-{iat!r}": status_token(claims={6: iat}) for iat in (-1, 0, None, "1", 253_402_300_800)},
    **{f"ttl-{ttl!r}": status_token(claims={65534: ttl}) for ttl in (0, -1, None, True, 1 << 40)},
    **{f"exp-{exp!r}": status_token(claims={4: exp}) for exp in (0, None, "1", 1 << 40)},
    "another-uri": status_token(claims={2: STATUS_URI + "0"}),
    "from-the-future": status_token(claims={6: seconds("2026-07-01")}),
    **{f"{bits}-bits": status_token(claims=listed(bits, bytes(64))) for bits in (0, 1, 2, 3, 4, 8)},
    **{f"1-bit-{value}": status_token(claims=listed(1, bytes([value << 7]))) for value in (0, 1)},
    **{f"4-bits-{value}": status_token(claims=listed(4, bytes([0, 0, 0, value << 4]))) for value in (0, 1, 2, 3, 15)},
    **{f"8-bits-{value}": status_token(claims=listed(8, bytes([0] * 7 + [value]))) for value in (0, 1, 2, 3, 255)},
    "bits-true": status_token(claims={65533: {"bits": True, "lst": zlib.compress(bytes(9))}}),
    "index-out-of-range": status_token(claims=listed(2, b"\x00")),
    "last-index": status_token(claims=listed(2, bytes(2))),
    "list-cut": status_token(claims={65533: {"bits": 2, "lst": zlib.compress(bytes(64))[:-1]}}),
    "list-and-more": status_token(claims={65533: {"bits": 2, "lst": zlib.compress(bytes(64)) + b"\x00"}}),
    "list-without-zlib-header": status_token(claims={65533: {"bits": 2, "lst": zlib.compress(bytes(64), wbits=-15)}}),
    "list-of-text": status_token(claims={65533: {"bits": 2, "lst": "x"}}),
    "aggregation": status_token(claims={65533: {**STATUS_CLAIMS[65533], "aggregation_uri": "https://x.example/"}}),
    "rubbish": b"\x00",
    "nothing": b"",
    "a-certificate": WORLD.cose,
}


@pytest.mark.parametrize("supplied", STATUS_TOKENS.values(), ids=STATUS_TOKENS)
def test_status_list_tokens(supplied: bytes) -> None:
    for policy in POLICIES:
        heard = Verifier(WORLD.trust(), WORLD.status(supplied), policy)
        expected = answer_of(heard.report(WORLD.cose, at=WORLD.now))
        assert second_answer(WORLD.cose, policy=policy, supplied=(supplied,)) == expected


@pytest.mark.parametrize("after", [-1, 0, 1], ids=["older", "of-the-same-instant", "newer"])
@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param(b"\x55", "CERTIFICATE_WITHDRAWN CERTIFICATE_WITHDRAWN CERTIFICATE_WITHDRAWN", id="withdrawn"),
        pytest.param(b"\xaa", "none POLICY_NOT_MET POLICY_NOT_MET", id="suspended"),
        pytest.param(b"\xff", "none TRY_LATER TRY_LATER", id="without-meaning"),
    ],
)
@pytest.mark.parametrize("ends", [{}, {4: STATUS_CLAIMS[6] + DAY}], ids=["ends-with-the-other", "ends-tomorrow"])
def test_of_several_status_list_tokens_the_newest_counts_and_withdrawals_stay(
    after: int, entries: bytes, expected: str, ends: dict[int, int]
) -> None:
    other = status_token(claims={**ends, 6: STATUS_CLAIMS[6] + after, **listed(2, entries * 64)})
    for tokens in ((other, status_token()), (status_token(), other)):
        answer = answer_of(Verifier(WORLD.trust(), WORLD.status(*tokens), STRICT).report(WORLD.cose, at=WORLD.now))
        assert second_answer(WORLD.cose, policy=STRICT, supplied=tokens) == answer
        if entries != b"\xff" or after:
            assert str(answer[1]) == expected.split()[after + 1]
