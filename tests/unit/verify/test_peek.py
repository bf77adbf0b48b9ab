"""A peek says what a token states, whoever made it, and says by its names that nothing is verified."""

from __future__ import annotations

import pytest

from certmark.errors import DecodeError, UnsupportedFormatError
from certmark.limits import Limits
from certmark.verify import Peeked, peek
from tests import keys
from tests.scenes import IAT, flipped, in_form_2
from tests.world import BODY_KEY, CERTIFICATE, LINK_HOST, STRANGER_KEY, WORLD


@pytest.mark.parametrize("token", [WORLD.cose, WORLD.text], ids=["bytes", "link"])
def test_a_peek_says_what_the_token_states(token: str | bytes) -> None:
    peeked = peek(token)
    assert peeked.untrusted_id == CERTIFICATE["id"]
    assert peeked.untrusted_issuer == "DE-3087"
    assert peeked.untrusted_claims.subject_name == CERTIFICATE["subject"]["name"]
    assert peeked.untrusted_algorithm == -9
    assert peeked.untrusted_key_id == BODY_KEY.public_key.key_id
    assert peeked.untrusted_issued_at == IAT
    assert peeked.link_host == (LINK_HOST if token is WORLD.text else None)
    assert peeked.signature == WORLD.cose[-64:]


def test_a_forged_token_peeks_like_a_right_one() -> None:
    assert peek(flipped(WORLD.cose)).untrusted_id == peek(WORLD.cose).untrusted_id
    assert peek(WORLD.signed_by(STRANGER_KEY).cose).untrusted_issuer == "DE-3087"


def test_a_peek_of_a_sealed_token_gives_the_digest_of_the_certificate() -> None:
    world = WORLD.with_seal_certificate(keys.seal_certificate(BODY_KEY.private_key))
    assert peek(world.cose).untrusted_key_id == world.service().keys[0].x5t


def test_what_is_not_proven_is_called_untrusted() -> None:
    named = set(Peeked.__dataclass_fields__) - {"link_host", "signature"}
    assert all(name.startswith("untrusted_") for name in named)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(b"", id="nothing"),
        pytest.param("", id="empty-text"),
        pytest.param("https://certs.body.example/", id="web-link"),
        pytest.param(WORLD.cose[:-1], id="cut-off"),
        pytest.param(WORLD.root.signed, id="a-root"),
        pytest.param(WORLD.status_tokens[0], id="a-status-list-token"),
        pytest.param(WORLD.token(sub=None), id="without-sub"),
    ],
)
def test_there_is_nothing_to_see_in_other_input(token: str | bytes) -> None:
    with pytest.raises(DecodeError):
        peek(token)


def test_a_token_of_a_newer_certmark_is_not_looked_into() -> None:
    with pytest.raises(UnsupportedFormatError):
        peek(in_form_2(WORLD.cose))


def test_lower_limits_are_obeyed() -> None:
    with pytest.raises(DecodeError, match="more than 10"):
        peek(WORLD.cose, limits=Limits(token=10))
