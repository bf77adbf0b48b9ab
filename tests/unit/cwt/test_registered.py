"""Registered claims: there, of their type, and fit to be shown."""

from __future__ import annotations

from typing import Any

import pytest

from certmark.cwt.registered import Claim, only_claims, string_claim, time_claim
from certmark.errors import CwtError

LAST_SECOND = 253402300799


@pytest.mark.parametrize("value", ["DE-3087", "x", "Größe", "x" * 200], ids=["id", "one char", "umlauts", "longest"])
@pytest.mark.parametrize("claim", [Claim.ISS, Claim.SUB], ids=lambda claim: claim.name)
def test_a_text_that_may_be_shown(claim: Claim, value: str) -> None:
    assert string_claim({claim: value}, claim, most=200) == value


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({}, id="missing"),
        pytest.param({"iss": "DE-3087"}, id="text key"),
        pytest.param({2: "DE-3087"}, id="under another key"),
        pytest.param({1: None}, id="null"),
        pytest.param({1: 3087}, id="number"),
        pytest.param({1: True}, id="true"),
        pytest.param({1: b"DE-3087"}, id="bytes"),
        pytest.param({1: ["DE-3087"]}, id="list"),
        pytest.param({1: {1: "DE-3087"}}, id="map"),
        pytest.param({1: ""}, id="empty"),
        pytest.param({1: "x" * 201}, id="too long"),
        pytest.param({1: " DE-3087"}, id="leading space"),
        pytest.param({1: "DE-3087\n"}, id="line feed at the end"),
        pytest.param({1: "DE\x00-3087"}, id="null char"),
        pytest.param({1: "DE-\u202e7803"}, id="bidirectional override"),
        pytest.param({1: "DE-\u200b3087"}, id="zero-width space"),
        pytest.param({1: "e\u0301"}, id="not composed"),
        pytest.param({1: "\x1b[31mDE"}, id="terminal escape"),
    ],
)
def test_another_value_is_no_text_claim(claims: dict[Any, Any]) -> None:
    with pytest.raises(CwtError, match=r"^claim iss "):
        string_claim(claims, Claim.ISS, most=200)


@pytest.mark.parametrize("value", [0, 1, LAST_SECOND])
@pytest.mark.parametrize("claim", [Claim.EXP, Claim.NBF, Claim.IAT, Claim.TTL], ids=lambda claim: claim.name)
def test_whole_seconds(claim: Claim, value: int) -> None:
    assert time_claim({claim: value}, claim) == value


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({}, id="missing"),
        pytest.param({"exp": 1}, id="text key"),
        pytest.param({5: 1}, id="under another key"),
        pytest.param({4: None}, id="null"),
        pytest.param({4: -1}, id="negative"),
        pytest.param({4: LAST_SECOND + 1}, id="after 9999"),
        pytest.param({4: (1 << 64) - 1}, id="2^64-1"),
        pytest.param({4: True}, id="true"),
        pytest.param({4: 1.0}, id="float"),
        pytest.param({4: float("nan")}, id="not a number"),
        pytest.param({4: "1"}, id="text"),
        pytest.param({4: b"\x01"}, id="bytes"),
        pytest.param({4: [1]}, id="list"),
    ],
)
def test_another_value_is_no_time_claim(claims: dict[Any, Any]) -> None:
    with pytest.raises(CwtError, match=r"^claim exp "):
        time_claim(claims, Claim.EXP)


ALLOWED = frozenset({1, 2, 4, -65538})


@pytest.mark.parametrize("claims", [{}, {1: 0}, {1: 0, 2: 0, 4: 0, -65538: 0}], ids=["none", "one", "all"])
def test_allowed_claims(claims: dict[Any, Any]) -> None:
    only_claims(claims, ALLOWED)


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        pytest.param({6: 0}, "claim 6 ", id="iat"),
        pytest.param({1: 0, 2: 0, 3: 0}, "claim 3 ", id="aud beside allowed ones"),
        pytest.param({-65537: {}}, "claim -65537 ", id="map of another artefact"),
        pytest.param({"iss": ""}, "claim 'iss' ", id="text key"),
        pytest.param({"1": ""}, "claim '1' ", id="text key that looks like a number"),
        pytest.param({"": ""}, "claim '' ", id="empty text key"),
    ],
)
def test_another_claim_is_refused_by_name(claims: dict[Any, Any], named: str) -> None:
    with pytest.raises(CwtError) as caught:
        only_claims(claims, ALLOWED)
    assert str(caught.value).startswith(named)


def test_the_name_of_a_refused_claim_is_harmless_and_short() -> None:
    with pytest.raises(CwtError) as caught:
        only_claims({"\x1b[31m\u202e\n" + "x" * 4000: 0}, ALLOWED)
    message = str(caught.value)
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 120


def test_claim_keys_are_those_of_the_registry() -> None:
    """RFC 8392, section 4; Token Status List; the private ones of certmark."""
    assert {claim.name: int(claim) for claim in Claim} == {
        "ISS": 1,
        "SUB": 2,
        "EXP": 4,
        "NBF": 5,
        "IAT": 6,
        "STATUS_LIST": 65533,
        "TTL": 65534,
        "STATUS": 65535,
        "CERTIFICATE": -65537,
        "ROOT": -65538,
        "TRUSTED_LIST": -65539,
    }
