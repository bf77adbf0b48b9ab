"""Tokens of third parties: what they may do, and what is refused with the code of the layer that refuses it."""

from __future__ import annotations

import zlib
from typing import Any

import cbor2
import pytest

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from certmark.cwt import typ
from certmark.errors import CertmarkError, StatusError
from certmark.status import StatusSnapshot, token
from certmark.status.bitarray import Status
from certmark.verify import Verifier
from tests import keys
from tests.raw_cbor import mapping, tagged
from tests.third_party import ALG, CLAIMS, ES256, ISSUED, KID, PAYLOAD, TYP, TYP_279, pair, status_token
from tests.world import (
    BODY,
    BODY_KEY,
    FR_BODY_STATUS_KEY,
    INDEX,
    NCCA_STATUS_KEY,
    NOW,
    STATUS,
    STATUS_URI,
    STRANGER_KEY,
    WORLD,
    Statuses,
    service_key,
)

P384 = keys.signer(Algorithm.ESP384, 78)
ES384 = (pair(1, -35), pair(4, P384.public_key.key_id), TYP)
WITH_P384 = WORLD.with_service(BODY, STATUS, keys=(service_key(P384),))


def claims(changes: dict[Any, Any]) -> bytes:
    """Sign the usual claims with changes, None taking one out."""
    changed = {**CLAIMS, **changes}
    return status_token(payload=tuple(pair(key, value) for key, value in changed.items() if value is not None))


def listed(value: dict[str, Any]) -> bytes:
    return claims({65533: value})


def list_of(bits: int) -> dict[str, Any]:
    """Say *suspended* in entries of four or eight bits, and *invalid* in those of one."""
    number = 1 if bits == 1 else 2
    packed = bytearray(64)
    packed[INDEX * bits // 8] = number << INDEX * bits % 8
    return {"bits": bits, "lst": zlib.compress(bytes(packed))}


LONG_HEAD = b"\x1b" + ISSUED.to_bytes(8, "big")
WITHOUT_IAT = tuple(each for each in PAYLOAD if each[0] != b"\x06")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(status_token(protected=(ES256, KID, TYP)), "suspended", id="ES256"),
        pytest.param(status_token(protected=(ALG, TYP), unprotected=(KID,)), "suspended", id="kid-unprotected"),
        pytest.param(status_token(protected=(TYP, KID, ALG)), "suspended", id="header-unsorted"),
        pytest.param(status_token(payload=PAYLOAD[::-1]), "suspended", id="claims-unsorted"),
        pytest.param(status_token(protected=(ALG, KID, TYP_279)), "suspended", id="typ-279"),
        pytest.param(status_token(payload=(*WITHOUT_IAT, (b"\x06", LONG_HEAD))), "suspended", id="long-head"),
        pytest.param(claims({4: None}), "suspended", id="without-exp"),
        pytest.param(claims({65534: None}), "suspended", id="without-ttl"),
        pytest.param(claims({4: None, 65534: None}), "suspended", id="without-exp-and-ttl"),
        pytest.param(listed(list_of(1)), "withdrawn", id="one-bit"),
        pytest.param(listed(list_of(2)), "suspended", id="two-bits"),
        pytest.param(listed(list_of(4)), "suspended", id="four-bits"),
        pytest.param(listed(list_of(8)), "suspended", id="eight-bits"),
        pytest.param(
            listed({**list_of(2), "aggregation_uri": "https://status.example/all"}), "suspended", id="aggregation-uri"
        ),
        pytest.param(claims({1: "https://issuer.example", 7: b"id", "x": [1]}), "suspended", id="more-claims"),
        pytest.param(status_token(protected=(ALG, KID, TYP, pair(33, b"chain"))), "suspended", id="more-header"),
    ],
)
def test_a_third_party_is_heard(data: bytes, status: str) -> None:
    report = Verifier(WORLD.trust(), StatusSnapshot.open([data], WORLD.trust())).report(WORLD.cose, at=NOW)
    assert report.certificate_status == status


def test_a_third_party_is_heard_with_es384() -> None:
    snapshot = StatusSnapshot.open([status_token(protected=ES384, signer=P384)], WITH_P384.trust())
    report = Verifier(WITH_P384.trust(), snapshot).report(WITH_P384.cose, at=NOW)
    assert report.certificate_status == "suspended"


def signed_by(signer: Any, uri: str = STATUS_URI) -> bytes:
    return Statuses(uri=uri, signer=signer, named=((INDEX, Status.VALID),)).signed


GOOD = status_token()
LST = zlib.compress(bytes(64))

HOSTILE = [
    pytest.param(b"", "cose", id="nothing"),
    pytest.param(b"eyJhbGciOiJFUzI1NiJ9.e30.AA", "cose", id="a-JWT"),
    pytest.param(GOOD[:-1], "cbor", id="cut-off"),
    pytest.param(GOOD + b"\x00", "cbor", id="longer"),
    pytest.param(GOOD[1:], "cose", id="untagged"),
    pytest.param(tagged(61, GOOD), "cose", id="tag-61"),
    pytest.param(b"\xd1" + GOOD[1:], "cose", id="a-MAC"),
    pytest.param(WORLD.cose, "cwt", id="a-certificate"),
    pytest.param(WORLD.member().signed, "cose", id="a-trusted-list"),
    pytest.param(b"\xd2\x84\x9f\xff" + GOOD[3:], "cbor", id="header-an-array"),
    pytest.param(bytes(1_000_001), "status", id="larger-than-any-token"),
    pytest.param(status_token(protected=b""), "cbor", id="header-empty"),
    pytest.param(status_token(protected=(KID, TYP)), "cose", id="without-alg"),
    pytest.param(status_token(protected=(KID, TYP), unprotected=(ALG,)), "cose", id="alg-unprotected"),
    pytest.param(status_token(protected=(pair(1, 0), KID, TYP)), "signature", id="alg-none"),
    pytest.param(status_token(protected=(pair(1, -8), KID, TYP)), "signature", id="alg-EdDSA"),
    pytest.param(status_token(protected=(pair(1, -35), KID, TYP)), "signature", id="alg-of-another-curve"),
    pytest.param(status_token(protected=(ALG, KID)), "cwt", id="without-typ"),
    pytest.param(status_token(protected=(ALG, KID), unprotected=(TYP,)), "cwt", id="typ-unprotected"),
    pytest.param(status_token(protected=(ALG, KID, pair(16, typ.CERTIFICATE))), "cwt", id="typ-of-a-certificate"),
    pytest.param(status_token(protected=(ALG, KID, pair(16, 278))), "cwt", id="typ-278"),
    pytest.param(status_token(protected=(pair(2, [99]), ALG, KID, TYP)), "cose", id="critical-parameters"),
    pytest.param(status_token(unprotected=(KID,)), "cose", id="kid-in-both"),
    pytest.param(status_token(protected=(ALG, KID, TYP, KID)), "cbor", id="kid-twice"),
    pytest.param(status_token(protected=(ALG, TYP)), "status", id="without-kid"),
    pytest.param(GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "signature", id="signature-changed"),
    pytest.param(status_token(signer=STRANGER_KEY), "signature", id="forged-under-a-listed-kid"),
    pytest.param(signed_by(STRANGER_KEY), "signer", id="signed-by-a-stranger"),
    pytest.param(signed_by(BODY_KEY), "signer", id="signed-by-an-issuing-key"),
    pytest.param(signed_by(FR_BODY_STATUS_KEY), "unheard", id="signed-by-another-body"),
    pytest.param(signed_by(NCCA_STATUS_KEY), "unheard", id="signed-by-an-authority-that-is-not-declared"),
    pytest.param(claims({2: f"{STATUS_URI}/"}), "unheard", id="another-sub"),
    pytest.param(status_token(payload=b"\xff"), "cbor", id="payload-no-CBOR"),
    pytest.param(status_token(payload=(*PAYLOAD, PAYLOAD[0])), "cbor", id="claim-twice"),
    pytest.param(status_token(payload=b"\xbf" + mapping(*PAYLOAD)[1:] + b"\xff"), "cbor", id="indefinite-length"),
    pytest.param(status_token(payload=mapping(*PAYLOAD) + b"\x00"), "cbor", id="bytes-behind-the-claims"),
    pytest.param(status_token(payload=(*WITHOUT_IAT, (b"\x06", cbor2.dumps(1.5)))), "cbor", id="iat-a-float"),
    pytest.param(status_token(payload=cbor.encode([1])), "cwt", id="claims-in-an-array"),
    pytest.param(claims({2: None}), "cwt", id="without-sub"),
    pytest.param(claims({6: None}), "cwt", id="without-iat"),
    pytest.param(claims({6: -1}), "cwt", id="iat-before-1970"),
    pytest.param(claims({6: 0}), "order", id="signed-before-the-key"),
    pytest.param(claims({4: "never"}), "cwt", id="exp-text"),
    pytest.param(claims({65534: -1}), "cwt", id="ttl-negative"),
    pytest.param(claims({65533: None}), "status", id="without-list"),
    pytest.param(listed({"bits": 3, "lst": LST}), "status", id="three-bits"),
    pytest.param(listed({"bits": 2, "lst": LST[:-1]}), "deflate", id="list-cut-off"),
    pytest.param(listed({"bits": 2, "lst": LST + b"\x00"}), "deflate", id="bytes-behind-the-list"),
    pytest.param(listed({"bits": 2, "lst": zlib.compress(bytes(4_000_001), 9)}), "deflate", id="bomb"),
    pytest.param(listed({"bits": 2, "lst": zlib.compress(bytes(400_000_000), 9)}), "deflate", id="great-bomb"),
    pytest.param(listed({"bits": 2, "lst": zlib.compress(b"")}), "silent", id="list-without-entries"),
    pytest.param(listed({"bits": 2, "lst": zlib.compress(b"\xff" * 64)}), "silent", id="status-without-meaning"),
]

SAYS = {
    "signature": "the signature of the status list token is wrong",
    "signer": "no listed status service has the key",
    "order": "was not in order",
}
"""What the snapshot says of a token that can be parsed."""


@pytest.mark.parametrize(("data", "code"), HOSTILE)
def test_a_hostile_token_is_refused_with_the_code_of_the_layer_and_makes_nothing_valid(data: bytes, code: str) -> None:
    snapshot = StatusSnapshot.open([data], WORLD.trust())
    report = Verifier(WORLD.trust(), snapshot).report(WORLD.cose, at=NOW)
    assert (report.certificate_status, report.sub_indication) == ("unknown", "TRY_LATER")
    if code in ("unheard", "silent"):
        assert snapshot.rejected == ()
    elif code in SAYS:
        assert SAYS[code] in snapshot.rejected[0].reason
    else:
        assert len(snapshot.rejected) == 1
        assert code_of(data) == code


def code_of(data: bytes) -> str:
    """Give the code of the innermost of our errors with which a token is refused."""
    try:
        parsed, _ = token.parse(data)
    except StatusError as error:
        cause: BaseException = error
        while isinstance(cause.__cause__, CertmarkError):
            cause = cause.__cause__
        return cause.code  # type: ignore[attr-defined, no-any-return]
    assert parsed.headers.key_id is None
    return StatusError.code


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 25
    assert len({each.id for each in HOSTILE}) == len(HOSTILE)


def test_a_list_that_says_so_is_believed_though_all_these_stand_beside_it() -> None:
    good = Statuses(uri=STATUS_URI, signer=WORLD.status_lists[0].signer, named=((INDEX, Status.INVALID),))
    tokens = [each.values[0] for each in HOSTILE if each.id != "great-bomb"]
    snapshot = StatusSnapshot.open([*tokens, good.signed], WORLD.trust())  # type: ignore[list-item]
    assert Verifier(WORLD.trust(), snapshot).report(WORLD.cose, at=NOW).certificate_status == "withdrawn"
