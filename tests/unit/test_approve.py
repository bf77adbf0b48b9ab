"""What an authority does: it approves exactly these claims, and refuses what no verifier would accept."""

from __future__ import annotations

from datetime import datetime

import pytest

from certmark import cbor
from certmark.approve import approve
from certmark.cose.signer import Signer
from certmark.cwt.approval import parse_approval
from certmark.errors import ClaimsError, DecodeError, IssueError, SignerError
from tests.unit.test_issue import Liar
from tests.world import APPROVED_AT, BODY, NCCA, NCCA_APPROVAL_KEY, WORLD, instant, payload_of

PAYLOAD = WORLD.issuer().payload(WORLD.certificate(), status=WORLD.status_reference)


def approved(
    payload: bytes = PAYLOAD,
    *,
    authority: str = NCCA,
    at: datetime = APPROVED_AT,
    signer: Signer = NCCA_APPROVAL_KEY,
) -> bytes:
    return approve(payload, signer=signer, authority=authority, at=at)


def test_the_payload_is_what_the_body_signs() -> None:
    assert payload_of(WORLD.issue().cose) == PAYLOAD


def test_the_approval_is_of_the_payload() -> None:
    found = parse_approval(approved(), PAYLOAD)
    assert found.message.is_signed_by(NCCA_APPROVAL_KEY.public_key)
    assert (found.authority, found.issued_at) == (NCCA, int(APPROVED_AT.timestamp()))


def test_it_may_be_given_before_the_day_of_issue() -> None:
    assert parse_approval(approved(at=instant("2020-01-01")), PAYLOAD)


@pytest.mark.parametrize(
    ("authority", "reason"),
    [
        ("NCCA", "no entity id"),
        ("DE-", "no entity id"),
        (BODY, "cannot approve what DE-3087 issues"),
        ("FR-ANSSI", "cannot approve what DE-3087 issues"),
    ],
)
def test_who_cannot_approve_does_not(authority: str, reason: str) -> None:
    with pytest.raises(IssueError, match=reason):
        approved(authority=authority)


def test_what_has_ended_is_not_approved() -> None:
    assert approved(at=instant("2031-03-01 23:59:59"))
    with pytest.raises(IssueError, match="ended on 2031-03-01"):
        approved(at=instant("2031-03-02"))


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xa0", PAYLOAD[:-1], PAYLOAD + b"\x00", WORLD.cose, cbor.encode([1]), cbor.encode({1: "DE-3087"})],
)
def test_what_no_verifier_would_read_is_not_approved(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        approved(payload)


def test_claims_that_contradict_each_other_are_not_approved() -> None:
    with pytest.raises(ClaimsError):
        approved(payload_of(WORLD.token(exp=0)))


def test_a_signer_that_answers_wrongly_is_found() -> None:
    with pytest.raises(SignerError):
        approved(signer=Liar(lambda _: bytes(64)))


def test_a_time_without_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        approved(at=datetime(2026, 2, 20))  # noqa: DTZ001
