"""The judges of hostile input: what is valid is taken, and what must not happen would be noticed."""

from __future__ import annotations

from typing import Any

import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.errors import KeyFormatError, TrustError
from tests.fuzz import artefacts
from tests.fuzz.targets import TARGETS, Breach, Forgery, Target, said
from tests.fuzz.vectors import learn, vectors
from tests.raw_cbor import mapping
from tests.world import STRANGER_KEY

TAKEN = {
    "text": {"PASSED"},
    "token": {"PASSED"},
    "bundle": {"opened"},
    "root": {"opened"},
    "union": {"opened"},
    "national": {"opened"},
    "status": {"counts"},
    "certificate": {"PASSED", "ISSUER_NOT_AUTHORISED", "scheme_violation"},
    "scheme": {"judges", "judges nothing"},
    "list": {"drafted"},
    "version": {"read"},
    "floor": {"held to"},
    "picture": {"PASSED"},
}
SEEDS = [pytest.param(name, seed, id=name) for name, target in TARGETS.items() for seed in target.seeds]

CHANGED = {
    "text": (b"6", b"7"),
    "token": (b"Example Secure", b"Exampel Secure"),
    "bundle": (b"Example authority of DE", b"Example authority of FR"),
    "union": (b"Example union operator", b"Exampel union operator"),
    "national": (b"Example authority of", b"Exampel authority of"),
    "status": (b"https://status.body", b"https://status.bodi"),
}
"""What a forger would change in the first seed of a target."""


def forged(name: str) -> bytes:
    before, after = CHANGED[name]
    if name == "text":
        return artefacts.TEXTS[1].split(b"#")[0] + b"#" + _digits(forged("token"))
    seed = TARGETS[name].seeds[0]
    assert seed.count(before) >= 1
    return seed.replace(before, after)


def _digits(cose: bytes) -> bytes:
    from certmark.transport import base10, pack

    return base10.encode(pack(cose)).encode()


@pytest.mark.parametrize(("name", "seed"), SEEDS)
def test_what_is_valid_is_taken(name: str, seed: bytes) -> None:
    assert TARGETS[name].judge(seed) in TAKEN[name]


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test vectors say, for one test."""
    monkeypatch.setattr(artefacts, "LISTS", set(artefacts.LISTS))
    monkeypatch.setattr(artefacts, "SIGNED_TOKENS", dict(artefacts.SIGNED_TOKENS))
    monkeypatch.setattr(artefacts, "SIGNED_STATUS_TOKENS", dict(artefacts.SIGNED_STATUS_TOKENS))
    learn()


@pytest.mark.usefixtures("learnt")
def test_every_vector_is_judged_without_a_breach() -> None:
    outcomes = {(name, TARGETS[name].judge(value)) for name, value in set(vectors())}
    assert {"text", "token", "status", "root", "union", "national", "bundle"} == {name for name, _ in outcomes}
    assert {("token", "PASSED"), ("bundle", "opened"), ("status", "rejected")} <= outcomes


@pytest.mark.parametrize("name", CHANGED)
def test_a_forgery_is_refused(name: str) -> None:
    assert TARGETS[name].judge(forged(name)) not in TAKEN[name]


@pytest.mark.parametrize("name", CHANGED)
def test_a_forgery_that_were_believed_would_be_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VerificationKey, "verifies", lambda *_given, **_named: True)
    with pytest.raises(Forgery):
        TARGETS[name].judge(forged(name))
    assert TARGETS[name].judge(forged(name), by_insider=True) == "believed"


def test_a_root_that_is_not_pinned_is_another_root() -> None:
    changed = artefacts.ROOTS[0].replace(b"Keepers", b"Keeperz")
    assert TARGETS["root"].judge(changed) == "trust_signature"


def test_an_ecdsa_signature_has_a_twin_and_both_count() -> None:
    for token in artefacts.TOKENS:
        message = sign1.from_bytes(token, profile=CERTMARK_1)
        other = artefacts.twin(message.headers, message.signature)
        assert (other == message.signature) is (message.headers.alg == -19)
        assert artefacts.twin(message.headers, other) == message.signature
        assert TARGETS["token"].judge(sign1.to_bytes(message.headers.raw, message.payload, other)) == "PASSED"


def test_a_status_token_of_a_stranger_does_not_count() -> None:
    message = sign1.from_bytes(artefacts.STATUS_TOKENS[0], profile=STATUS_TOKEN)
    raw, payload = message.headers.raw, message.payload
    signature = STRANGER_KEY.sign(sign1.sig_structure(raw, payload))
    assert TARGETS["status"].judge(sign1.to_bytes(raw, payload, signature)) == "rejected"


def test_an_error_that_says_what_may_not_be_shown_is_noticed() -> None:
    with pytest.raises(Breach):
        said(TrustError("a list of \u202e"))


STRANGE = "\u3164"
"""A letter that is shown as nothing, and that Python's repr takes for printable."""


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(mapping((b"\x10", cbor.encode(STRANGE))), id="type-of-the-artefact"),
        pytest.param(mapping((cbor.encode(STRANGE), b"\0"), (cbor.encode(STRANGE), b"\0")), id="key-that-stands-twice"),
    ],
)
def test_a_report_shows_nothing_of_a_header_as_it_is(header: bytes) -> None:
    message = sign1.to_bytes(header, b"", bytes(64))
    assert TARGETS["token"].judge(message) == "FORMAT_FAILURE"


def test_an_error_shows_nothing_of_a_listed_key_as_it_is() -> None:
    with pytest.raises(KeyFormatError) as raised:
        VerificationKey.from_cose_key({1: 2, 3: "\x1b[31m"})
    assert said(raised.value) == "key"


def test_another_exception_than_ours_comes_out() -> None:
    def read(_data: bytes) -> Any:
        raise KeyError("x")

    target = Target(read, (TrustError,), lambda _data, _result: "", ())
    with pytest.raises(KeyError):
        target.judge(b"")
