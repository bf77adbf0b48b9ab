"""The status list token: strict in what it says, liberal in how third parties encode it."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from certmark import cbor
from certmark.claims import StatusReference, claims_set, decode_claims, encode_claims
from certmark.cose import sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.profile import STATUS_TOKEN
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.cwt.numericdate import LAST_SECOND
from certmark.errors import StatusError
from certmark.limits import Limits
from certmark.status import token
from tests import keys
from tests.raw_cbor import head, mapping, tagged
from tests.third_party import (
    ALG,
    CLAIMS,
    ES256,
    ISSUED,
    KID,
    PAYLOAD,
    SAID,
    TYP,
    TYP_279,
    pair,
    status_token,
)
from tests.world import BODY, BODY_STATUS_KEY, WORLD

TOKEN = token.seal(SAID, signer=BODY_STATUS_KEY)
LIST = SAID.statuses.to_map()


def sealed(changes: dict[Any, Any], *, name: str = typ.STATUS_LIST) -> bytes:
    """Sign a token with other claims (None: left out)."""
    claims = {claim: value for claim, value in {**CLAIMS, **changes}.items() if value is not None}
    issued_at = claims.pop(6, None)
    if issued_at is None:
        parts = sign1.from_bytes(TOKEN, profile=STATUS_TOKEN)
        return sign1.sign1(parts.headers.raw, cbor.encode(claims), signer=BODY_STATUS_KEY)
    return cwt.seal(claims, typ=name, issued_at=issued_at, signer=BODY_STATUS_KEY, profile=STATUS_TOKEN)


def test_a_token_is_read_back_as_it_was_written() -> None:
    message, said = token.parse(TOKEN)
    assert said == SAID
    assert message.headers.key_id == BODY_STATUS_KEY.public_key.key_id
    assert message.is_signed_by(BODY_STATUS_KEY.public_key)


def test_iat_stands_among_the_claims_as_the_draft_says() -> None:
    parsed = cwt.parse(TOKEN, typ=typ.STATUS_LIST, profile=STATUS_TOKEN)
    assert parsed.untrusted_claims == CLAIMS
    assert parsed.message.headers.issued_at is None


@pytest.mark.parametrize(
    ("expires", "ttl"), [(None, None), (None, 60), (3000, None)], ids=["neither", "ttl-alone", "exp-alone"]
)
def test_exp_and_ttl_may_be_left_out(expires: int | None, ttl: int | None) -> None:
    said = SAID._replace(expires=expires, ttl=ttl)
    assert token.parse(token.seal(said, signer=BODY_STATUS_KEY))[1] == said


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_token_may_be_signed_with_every_algorithm(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm)
    message, said = token.parse(token.seal(SAID, signer=signer))
    assert said == SAID
    assert message.is_signed_by(signer.public_key)


def test_the_longest_uri_that_a_certificate_may_name_can_be_that_of_a_list() -> None:
    said = SAID._replace(uri="https://" + "x" * 400)
    certificate = encode_claims(claims_set(WORLD.certificate(), issuer=BODY, status=StatusReference(0, said.uri)))
    assert decode_claims(certificate).status == (0, said.uri)
    assert token.parse(token.seal(said, signer=BODY_STATUS_KEY))[1] == said


def test_what_is_made_by_hand_is_what_certmark_makes() -> None:
    assert status_token() == TOKEN


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(status_token(protected=(ES256, KID, TYP)), id="ES256"),
        pytest.param(status_token(protected=(TYP, KID, ALG)), id="header-in-another-order"),
        pytest.param(status_token(payload=tuple(reversed(PAYLOAD))), id="claims-in-another-order"),
        pytest.param(status_token(protected=(ALG, TYP), unprotected=(KID,)), id="kid-unprotected"),
        pytest.param(status_token(protected=(ALG, KID, TYP_279)), id="typ-279"),
        pytest.param(status_token(protected=(ALG, KID, TYP, pair(33, b"chain"))), id="more-header"),
        pytest.param(status_token(payload=(*PAYLOAD, pair(1, "Issuer"))), id="with-iss"),
        pytest.param(status_token(payload=(*PAYLOAD, pair("x", None))), id="with-a-text-claim"),
        pytest.param(
            status_token(payload=((cbor.encode(6), head(0, ISSUED, size=8)), *(p for p in PAYLOAD if p[0] != b"\x06"))),
            id="long-heads",
        ),
        pytest.param(
            status_token(
                protected=(ES256, TYP_279),
                unprotected=(KID,),
                payload=tuple(reversed(PAYLOAD)),
            ),
            id="all-at-once",
        ),
    ],
)
def test_third_parties_may_encode_as_they_do(data: bytes) -> None:
    message, said = token.parse(data)
    assert said == SAID
    assert message.headers.key_id == BODY_STATUS_KEY.public_key.key_id
    assert message.is_signed_by(BODY_STATUS_KEY.public_key)


def test_es384_counts_for_a_key_on_p384() -> None:
    signer = keys.signer(Algorithm.ESP384)
    message, _ = token.parse(status_token(protected=(pair(1, -35), KID, TYP), signer=signer))
    assert message.is_signed_by(signer.public_key)
    assert not message.is_signed_by(BODY_STATUS_KEY.public_key)


@pytest.mark.parametrize("alg", [0, -8, -37, -65535, 5], ids=["reserved", "EdDSA", "PS256", "RS1", "HMAC"])
def test_another_algorithm_never_verifies(alg: int) -> None:
    message, _ = token.parse(status_token(protected=(pair(1, alg), KID, TYP)))
    assert not message.is_signed_by(BODY_STATUS_KEY.public_key)


def test_a_token_without_key_id_can_be_parsed() -> None:
    message, _ = token.parse(status_token(protected=(ALG, TYP)))
    assert message.headers.key_id is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"eyJhbGciOiJFUzI1NiJ9.e30.AA", id="a-token-in-JWT"),
        pytest.param(WORLD.cose, id="a-certificate"),
        pytest.param(WORLD.root.signed, id="a-root"),
        pytest.param(WORLD.member().signed, id="a-trusted-list"),
        pytest.param(TOKEN[:-1], id="cut-off"),
        pytest.param(TOKEN + b"\x00", id="longer"),
        pytest.param(TOKEN[1:], id="without-tag"),
        pytest.param(tagged(61, TOKEN), id="tag-61"),
        pytest.param(b"\xd1" + TOKEN[1:], id="a-MAC"),
        pytest.param(status_token(protected=b""), id="empty-header"),
        pytest.param(status_token(protected=b"\xa0"), id="header-without-members"),
        pytest.param(status_token(protected=(KID, TYP)), id="without-alg"),
        pytest.param(status_token(protected=(pair(1, "ES256"), KID, TYP)), id="alg-text"),
        pytest.param(status_token(protected=(KID, TYP), unprotected=(ALG,)), id="alg-unprotected"),
        pytest.param(status_token(protected=(ALG, KID), unprotected=(TYP,)), id="typ-unprotected"),
        pytest.param(status_token(protected=(ALG, KID)), id="without-typ"),
        pytest.param(status_token(protected=(ALG, KID, pair(16, 278))), id="typ-278"),
        pytest.param(status_token(protected=(ALG, KID, pair(16, True))), id="typ-true"),
        pytest.param(status_token(protected=(ALG, KID, pair(16, typ.CERTIFICATE))), id="typ-certificate"),
        pytest.param(status_token(protected=(ALG, KID, pair(16, "statuslist+jwt"))), id="typ-of-JWT"),
        pytest.param(status_token(protected=(pair(2, [4]), ALG, KID, TYP)), id="critical-parameters"),
        pytest.param(status_token(unprotected=(pair(2, [4]),)), id="critical-parameters-unprotected"),
        pytest.param(status_token(unprotected=(KID,)), id="kid-in-both"),
        pytest.param(status_token(protected=(ALG, KID, TYP, KID)), id="kid-twice"),
        pytest.param(status_token(protected=(ALG, pair(4, "kid"), TYP)), id="kid-text"),
        pytest.param(status_token(payload=(*PAYLOAD, PAYLOAD[0])), id="claim-twice"),
        pytest.param(status_token(payload=b"\xbf" + mapping(*PAYLOAD)[1:] + b"\xff"), id="indefinite-length"),
        pytest.param(status_token(payload=mapping(*PAYLOAD) + b"\x00"), id="bytes-behind-the-claims"),
        pytest.param(status_token(payload=(*PAYLOAD, (cbor.encode(9), cbor2.dumps(1.5)))), id="a-float"),
        pytest.param(status_token(payload=(*PAYLOAD, (cbor.encode(9), cbor2.dumps(1 << 70)))), id="a-bignum"),
        pytest.param(status_token(payload=cbor.encode([1])), id="claims-in-an-array"),
        pytest.param(status_token(payload=b""), id="no-payload"),
    ],
)
def test_other_messages_are_no_status_list_tokens(data: bytes) -> None:
    with pytest.raises(StatusError, match=r"^not a status list token: ") as caught:
        token.parse(data)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({2: None}, id="without-sub"),
        pytest.param({2: 7}, id="sub-number"),
        pytest.param({2: ""}, id="sub-empty"),
        pytest.param({2: "https://x/\u202e"}, id="sub-with-bidirectional-mark"),
        pytest.param({2: "x" * 409}, id="sub-too-long"),
        pytest.param({6: None}, id="without-iat"),
        pytest.param({6: -1}, id="iat-before-1970"),
        pytest.param({6: LAST_SECOND + 1}, id="iat-after-9999"),
        pytest.param({6: "now"}, id="iat-text"),
        pytest.param({4: "never"}, id="exp-text"),
        pytest.param({4: True}, id="exp-true"),
        pytest.param({65534: -1}, id="ttl-negative"),
        pytest.param({65534: "60"}, id="ttl-text"),
        pytest.param({65533: None}, id="without-list"),
        pytest.param({65533: [2, b""]}, id="list-in-an-array"),
        pytest.param({65533: {"bits": 3, "lst": LIST["lst"]}}, id="three-bits"),
        pytest.param({65533: {"bits": 2, "lst": b"\x00"}}, id="list-damaged"),
    ],
)
def test_claims_that_are_missing_or_wrong_are_refused(changes: dict[Any, Any]) -> None:
    with pytest.raises(StatusError) as caught:
        token.parse(sealed(changes))
    assert str(caught.value).isprintable()


def test_a_token_of_another_version_is_refused() -> None:
    with pytest.raises(StatusError, match="not a status list token"):
        token.parse(sealed({}, name="application/statuslist.v2+cwt"))


@pytest.mark.parametrize(("spare", "is_right"), [(0, True), (-1, False)])
def test_a_token_is_bounded_in_size(spare: int, is_right: bool) -> None:
    limits = Limits(status_token=len(TOKEN) + spare)
    if is_right:
        assert token.parse(TOKEN, limits=limits)[1] == SAID
    else:
        with pytest.raises(StatusError, match=f"{len(TOKEN)} bytes, more than {len(TOKEN) - 1}"):
            token.parse(TOKEN, limits=limits)


def test_the_inflated_list_is_bounded_in_size() -> None:
    with pytest.raises(StatusError, match="more than 3 bytes"):
        token.parse(TOKEN, limits=Limits(status_list=3))


def test_the_header_of_a_token_is_bounded_in_size() -> None:
    with pytest.raises(StatusError, match=r"more than 20$"):
        token.split(TOKEN, limits=Limits(header=20))


def test_the_nesting_of_a_token_is_bounded() -> None:
    nested = status_token(payload=(*PAYLOAD, pair("x", [[[0]]])))
    assert token.parse(nested, limits=Limits(depth=4))[1] == SAID
    with pytest.raises(StatusError, match="nested at most 3 deep"):
        token.parse(nested, limits=Limits(depth=3))
