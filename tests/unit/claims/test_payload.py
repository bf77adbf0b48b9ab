"""What is signed is what a verifier takes, and nothing else is written."""

from __future__ import annotations

from typing import Any

import pytest

from certmark import cbor
from certmark.claims import StatusReference, claims_set, encode_claims, validity_seconds
from certmark.errors import ClaimsError
from certmark.model import document_from
from tests.samples import full_certificate, full_statement

STATUS = StatusReference(7, "https://example.com/1")
DOCUMENTS = {
    "certificate": document_from(full_certificate()),
    "label": document_from(full_certificate()).for_label(),
    "statement": document_from(full_statement()),
}


def claims_of(name: str, **times: int) -> dict[Any, Any]:
    return claims_set(DOCUMENTS[name], issuer="DE-3087", status=STATUS, **times)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("later", [0, 86_400], ids=["from the day of issue", "from the next day"])
def test_the_payload_is_the_deterministic_encoding_of_the_claims(name: str, later: int) -> None:
    document = DOCUMENTS[name]
    claims = claims_of(name, nbf=validity_seconds(document.issued, document.valid_until)[0] + later)
    assert encode_claims(claims) == cbor.encode(claims)


def test_claims_out_of_order_are_refused() -> None:
    claims = claims_of("certificate")
    with pytest.raises(ClaimsError, match="order"):
        encode_claims(dict(reversed(claims.items())))
    with pytest.raises(ClaimsError, match="order"):
        encode_claims({**claims, -65537: dict(reversed(claims[-65537].items()))})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({1: "de-3087"}, "iss", id="claim of the wrong syntax"),
        pytest.param({2: "\ud800"}, "sub", id="text that UTF-8 cannot carry"),
        pytest.param({4: 1.0}, "exp", id="claim of the wrong type"),
        pytest.param({4: 0}, "before issued", id="claim that contradicts another"),
        pytest.param({6: 0}, "unknown key 6", id="claim of another place"),
    ],
)
def test_claims_that_no_verifier_takes_are_refused(changes: dict[int, Any], said: str) -> None:
    with pytest.raises(ClaimsError, match=said):
        encode_claims(claims_of("label") | changes)
