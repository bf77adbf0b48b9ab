"""Verification: every input gets a report, and nothing but the signed bytes passes."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certmark.claims import claims_set
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.errors import DecodeError, TrustError
from certmark.text import problem_in
from certmark.transport import base10, base45, from_text, to_bare
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.trust.documents import open_national_list, open_union_list
from certmark.verify import POLICIES, Indication, Product, Report, Verifier, peek
from tests.nonsense import attempt, damaged, values
from tests.raw_cbor import deterministic
from tests.scenes import IAT
from tests.world import BODY, BODY_KEY, NOW, WORLD

DIGITS = "0123456789"
URL, _, _ = WORLD.text.partition("#")
BARE = to_bare(WORLD.cose)


def as_link(body: bytes) -> str:
    return f"{URL}#{base10.encode(body)}"


def judged(token: str | bytes) -> Report:
    """Verify under every policy, and give the standard report: one line of text for every reason."""
    reports = [WORLD.report(token, policy=policy, expect=Product(model="SE1-A")) for policy in POLICIES]
    for report in reports:
        assert isinstance(report, Report)
        assert report.time == NOW
        said = [report.summary, report.may_promote_basis, *report.notices, *(check.reason for check in report.checks)]
        assert all(problem_in(sentence) is None for sentence in said)
        assert report.passed or report.may_promote != "yes"
    return reports[0]


# --- any input ---

texts = st.one_of(
    st.text(),
    st.text(DIGITS, min_size=1).map(lambda digits: f"{URL}#{digits}"),
    st.binary(min_size=1).map(as_link),
    st.binary().map(lambda body: as_link(b"\xd2" + body)),
    st.binary().map(lambda body: as_link(b"\x01" + body)),
    st.binary().map(lambda body: as_link(b"\x11" + body)),
    st.binary().map(lambda behind: to_bare(WORLD.cose + b"\xd2\x84" + behind)),
    st.text(base45.ALPHABET).map(lambda characters: f"CM1:{characters}"),
    st.binary().map(lambda body: "CM1:" + base45.encode(b"\xd2\x84" + body)),
    st.tuples(st.integers(0, len(WORLD.text)), st.text())
    .map(lambda cut: WORLD.text[: cut[0]] + cut[1])
    .filter(lambda text: text.rstrip("\r\n") != WORLD.text),
)
datagrams = st.one_of(
    st.binary(),
    st.binary().map(lambda rest: b"\xd2\x84" + rest),
    st.lists(values | st.binary(), min_size=4, max_size=4).map(lambda members: b"\xd2" + deterministic(members)),
    damaged(WORLD.cose),
).filter(lambda data: data != WORLD.cose)


@given(texts)
def test_any_text_gets_a_report_and_does_not_pass(text: str) -> None:
    assert not judged(text).passed


@given(datagrams)
def test_any_bytes_get_a_report_and_do_not_pass(data: bytes) -> None:
    assert not judged(data).passed


@given(st.one_of(texts, datagrams))
def test_any_input_is_peeked_at_or_refused_with_our_errors(token: str | bytes) -> None:
    _, said = attempt(DecodeError, peek, token)
    assert said is None or problem_in(said) is None


SAID: dict[Any, Any] = claims_set(WORLD.certificate(), issuer=BODY, status=WORLD.status_reference)
CERTIFICATE_KEYS = st.integers(1, 29)


def sealed(claims: dict[Any, Any]) -> bytes:
    """Sign any claims with the key of the body."""
    return cwt.seal(claims, typ=typ.CERTIFICATE, issued_at=IAT, signer=BODY_KEY)


@given(claims=st.dictionaries(st.sampled_from([*SAID, 3, 99]) | st.text(max_size=3), values, min_size=1, max_size=3))
def test_an_issuer_that_signs_nonsense_breaks_nothing(claims: dict[Any, Any]) -> None:
    judged(sealed({**SAID, **claims}))


@given(fields=st.dictionaries(CERTIFICATE_KEYS, values, min_size=1, max_size=3))
def test_an_issuer_that_certifies_nonsense_breaks_nothing(fields: dict[int, Any]) -> None:
    judged(sealed({**SAID, -65537: {**SAID[-65537], **fields}}))


@given(
    nbf=st.integers(0, 253_402_300_799),
    exp=st.integers(0, 253_402_300_799),
    issued_at=st.integers(0, 253_402_300_799),
    now=st.integers(0, 253_402_300_799),
)
def test_any_times_get_a_report(nbf: int, exp: int, issued_at: int, now: int) -> None:
    certificate = {key: value for key, value in SAID[-65537].items() if key not in {14, 15}}
    claims = {**SAID, 4: exp, 5: nbf, -65537: certificate}
    token = cwt.seal(claims, typ=typ.CERTIFICATE, issued_at=issued_at, signer=BODY_KEY)
    assert isinstance(WORLD.at(now).report(token), Report)


# --- one bit ---


def flips(data: bytes, start: int = 0) -> list[bytes]:
    """Give every byte string that differs in one bit from ``start`` on."""
    return [
        data[:position] + bytes([data[position] ^ 1 << bit]) + data[position + 1 :]
        for position, bit in product(range(start, len(data)), range(8))
    ]


def test_no_flipped_bit_of_a_token_passes() -> None:
    verifier = WORLD.verifier()
    assert verifier.report(WORLD.cose, at=NOW).passed
    assert not [flipped for flipped in flips(WORLD.cose) if verifier.report(flipped, at=NOW).passed]


@pytest.mark.parametrize("text", [WORLD.text, BARE], ids=["link", "bare-code"])
def test_a_flipped_bit_of_a_text_passes_only_if_the_same_token_comes_out(text: str) -> None:
    """Compression is not signed: the bits behind the end of a DEFLATE stream, for one, mean nothing."""
    verifier = WORLD.verifier()
    start = text.index("#") + 1 if "#" in text else 0
    changed = [flipped.decode("latin-1") for flipped in flips(text.encode("ascii"), start)]
    passed = [each for each in changed if verifier.report(each, at=NOW).passed]
    assert {from_text(each).cose for each in passed} <= {WORLD.cose}
    assert len(passed) <= 7


def test_a_changed_link_passes_as_what_it_is_a_link_to_elsewhere() -> None:
    """Path and host are not signed either: the host is shown and compared, never trusted."""
    report = WORLD.report(WORLD.text.replace("certs.body.example", "certs.body.exampl3"))
    assert report.passed
    assert report.link_host == "certs.body.exampl3"
    assert [check.id for check in report.checks if check.outcome == "WARNING"] == ["link_host"]


def test_no_flipped_bit_of_a_status_list_is_believed() -> None:
    (token, *_) = WORLD.status_tokens
    world = WORLD.without_statuses()
    for flipped in flips(token):
        status = world.status(flipped)
        assert len(status.rejected) == 1
        report = Verifier(world.trust(), status, schemes=world.schemes).report(WORLD.cose, at=NOW)
        assert report.sub_indication == "TRY_LATER"


def signed_parts(bundle: TrustBundle) -> tuple[Any, ...]:
    """Give what is signed in the lists that a certificate of the body rests on."""
    snapshot = TrustSnapshot.open(bundle, anchor=WORLD.anchor)
    union = open_union_list(bundle.union, snapshot.root)
    pointer = next(pointer for pointer in union.content.pointers if pointer.territory == "DE")
    national = open_national_list(bundle.national["DE"], pointer)
    return (
        bundle.roots,
        union.content,
        union.head._replace(digest=b""),
        national.content,
        national.head._replace(digest=b""),
    )


@given(position=st.integers(0, len(WORLD.bundle) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_of_a_bundle_changes_nothing_or_is_noticed(position: int, bit: int) -> None:
    """Some bits do not matter: signatures beyond the threshold, and lists of other states. No other bit is free."""
    flipped = WORLD.bundle[:position] + bytes([WORLD.bundle[position] ^ 1 << bit]) + WORLD.bundle[position + 1 :]
    try:
        snapshot = TrustSnapshot.open(flipped, anchor=WORLD.anchor)
    except TrustError:
        return
    report = Verifier(snapshot, WORLD.status(), schemes=WORLD.schemes).report(WORLD.cose, at=NOW)
    if report.indication is Indication.PASSED:
        assert report == WORLD.report()
        assert signed_parts(TrustBundle.from_bytes(flipped)) == signed_parts(WORLD.trust_bundle)


# --- approvals ---


@given(st.binary())
def test_nothing_behind_a_token_passes_for_an_approval(behind: bytes) -> None:
    upon_approval = WORLD.upon_approval()
    assert not upon_approval.report(WORLD.cose + behind).passed
    assert not upon_approval.report(WORLD.cose + b"\xd2\x84" + behind).passed


@given(damaged(WORLD.approved().cose))
def test_no_damage_to_an_approved_token_passes(token: bytes) -> None:
    assert WORLD.approved().report(token).passed is (token == WORLD.approved().cose)
