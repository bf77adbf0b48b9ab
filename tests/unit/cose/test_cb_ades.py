"""CB-AdES B-B: what the header of a token meets, requirement by requirement, and what it does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from certmark import cbor
from certmark.cose.cb_ades import Outcome, Requirement, baseline_b
from certmark.errors import CborError, CoseError
from tests import keys
from tests.world import BODY_KEY, WORLD

MET, NOT_MET, NOT_CHECKED = Outcome.MET, Outcome.NOT_MET, Outcome.NOT_CHECKED
SEALED: Final = WORLD.with_seal_certificate(keys.seal_certificate(BODY_KEY.private_key)).cose
X5T: Final = [-16, bytes(32)]
HEADER: Final[dict[Any, Any]] = {1: -9, 15: {6: 1}, 16: "a/b", 34: X5T}
PAGE: Final = (Path(__file__).parents[3] / "docs" / "cb-ades.md").read_text(encoding="utf-8")


def message(
    header: Any = None, *, unprotected: Any = None, payload: bytes | None = b"x", tag: bytes = b"\xd2", end: bytes = b""
) -> bytes:
    encoded = b"\xf6" if payload is None else cbor.encode(payload)
    maps = cbor.encode(cbor.encode(HEADER if header is None else header)) + cbor.encode(unprotected or {})
    return tag + b"\x84" + maps + encoded + cbor.encode(bytes(64)) + end


def judged(token: bytes) -> dict[str, Requirement]:
    found = baseline_b(token)
    by_id = {each.id: each for each in found}
    assert len(by_id) == len(found)
    return by_id


def not_met(token: bytes) -> set[str]:
    return {name for name, each in judged(token).items() if each.outcome is NOT_MET}


def test_a_token_that_names_its_seal_certificate_meets_everything_that_a_header_can_tell() -> None:
    found = judged(SEALED)
    assert not_met(SEALED) == set()
    unchecked = {name for name, each in found.items() if each.outcome is NOT_CHECKED}
    assert unchecked == {"alg_recommended", "certificate_of_key", "signature"}
    assert found["x5t"].found == "SHA-256, 32 bytes"


def test_a_token_that_names_a_bare_key_lacks_the_certificate_alone() -> None:
    assert not_met(WORLD.cose) == {"signing_certificate"}
    assert judged(WORLD.cose)["signing_certificate"].found == "kid alone"


@pytest.mark.parametrize("tag", [b"\xd2", b""], ids=["tagged", "untagged"])
def test_a_message_may_be_tagged_or_not(tag: bytes) -> None:
    assert not_met(message(tag=tag)) == set()


def header(without: tuple[int, ...] = (), **_: Any) -> dict[Any, Any]:
    return {label: value for label, value in HEADER.items() if label not in without}


def with_(label: Any, value: Any) -> dict[Any, Any]:
    return {**HEADER, label: value}


CASES: Final[dict[str, tuple[bytes, str, Outcome, str]]] = {
    "uHeaders-alone": (message(unprotected={268: []}), "unprotected", MET, "uHeaders"),
    "kid-unprotected": (message(unprotected={4: b"1"}), "unprotected", NOT_MET, "labels 4"),
    "more-than-uHeaders": (message(unprotected={268: [], "x": 1}), "unprotected", NOT_MET, "labels 'x'"),
    "no-alg": (message(header((1,))), "alg", NOT_MET, "absent"),
    "alg-unprotected": (message(header((1,)), unprotected={1: -9}), "alg", NOT_MET, "absent"),
    "alg-of-bytes": (message(with_(1, b"x")), "alg", NOT_MET, "absent"),
    "alg-of-an-array": (message(with_(1, [1])), "alg_registered", NOT_CHECKED, "absent"),
    "alg-by-name": (message(with_(1, "ES256K")), "alg", MET, "'ES256K'"),
    "alg-of-the-field": (message(with_(1, -7)), "alg_registered", MET, "ES256 (-7)"),
    "alg-unknown": (message(with_(1, -65000)), "alg_registered", NOT_CHECKED, "-65000"),
    "no-claims": (message(header((15,))), "iat", NOT_MET, "absent"),
    "claims-without-iat": (message(with_(15, {1: "x"})), "iat", NOT_MET, "absent"),
    "claims-of-text": (message(with_(15, "x")), "iat", NOT_MET, "absent"),
    "iat-of-text": (message(with_(15, {6: "now"})), "iat", NOT_MET, "absent"),
    "claims-unprotected": (message(header((15,)), unprotected={15: {6: 1}}), "iat", NOT_MET, "absent"),
    "more-claims": (message(with_(15, {6: 1, 2: "x"})), "iat", MET, "iat 1"),
    "x5t-unprotected": (message(header((34,)), unprotected={34: X5T}), "signing_certificate", NOT_MET, "none"),
    "x5chain": (message({**header((34,)), 33: b"x"}), "signing_certificate", MET, "x5chain"),
    "x5ts": (message({**header((34,)), 261: [X5T, X5T]}), "signing_certificate", MET, "x5ts"),
    "x5ts-without-x5t": (message({**header((34,)), 261: [X5T, X5T]}), "x5t", NOT_CHECKED, "no x5t"),
    "truncated-digest": (message(with_(34, [-16, bytes(8)])), "x5t", NOT_MET, "SHA-256, 8 bytes"),
    "x5t-of-another-hash": (message(with_(34, [-43, bytes(48)])), "x5t", NOT_CHECKED, "hash algorithm -43"),
    "x5t-of-a-hash-by-name": (message(with_(34, ["MD5", bytes(16)])), "x5t", NOT_CHECKED, "hash algorithm 'MD5'"),
    "x5t-of-bytes": (message(with_(34, bytes(32))), "x5t", NOT_MET, "no pair"),
    "x5t-of-three": (message(with_(34, [*X5T, 1])), "x5t", NOT_MET, "no pair"),
    "sigD-beside-the-payload": (message({**HEADER, 267: {}, 2: [267]}), "sig_d", NOT_MET, "payload attached, sigD"),
    "sigD-and-detached": (message({**HEADER, 267: {}, 2: [267]}, payload=None), "sig_d", MET, "payload detached, sigD"),
    "detached-without-sigD": (message(payload=None), "sig_d", MET, "payload detached, no sigD"),
    "content-type": (message(with_(3, "a/b")), "content_type", MET, "present"),
    "content-type-perhaps-implied": (message(with_(3, "a/b")), "content_type_implied", NOT_CHECKED, "present"),
    "content-type-absent": (message(header((16,))), "content_type_implied", MET, "absent"),
    "content-type-by-typ": (message(), "content_type_implied", MET, "absent; typ says what the whole is"),
    "content-type-and-sigD": (
        message({**HEADER, 3: "a/b", 267: {}, 2: [267]}, payload=None),
        "content_type",
        NOT_MET,
        "present",
    ),
    "sigD-without-crit": (message(with_(267, {}), payload=None), "crit", NOT_MET, "absent"),
    "crit-without-sigD-in-it": (message({**HEADER, 267: {}, 2: [16]}, payload=None), "crit", NOT_MET, "[16]"),
    "crit-of-what-is-there": (message(with_(2, [16])), "crit", MET, "[16]"),
    "crit-of-what-is-not-there": (message(with_(2, [99])), "crit", NOT_MET, "[99]"),
    "crit-empty": (message(with_(2, [])), "crit", NOT_MET, "[]"),
    "crit-of-bytes": (message(with_(2, b"x")), "crit", NOT_MET, "b'x'"),
    "crit-of-an-array": (message(with_(2, [[1]])), "crit", NOT_MET, "[[1]]"),
}


@pytest.mark.parametrize(("token", "name", "outcome", "found"), CASES.values(), ids=CASES)
def test_a_requirement_is_judged_by_what_the_header_has(token: bytes, name: str, outcome: Outcome, found: str) -> None:
    requirement = judged(token)[name]
    assert (requirement.outcome, requirement.found[: len(found)]) == (outcome, found)


FRACTION: Final = bytes.fromhex("47a10fa106f93e00")
"""A protected header whose iat is 1.5."""

REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "cut off"),
    "text": (b"CM1:", "no array"),
    "a-root": (WORLD.root.signed, "no array"),
    "three-members": (b"\x83" + bytes(3), "four members"),
    "header-of-text": (b"\x84\x61x", "no whole byte string"),
    "header-of-a-number": (message(5), "must be maps"),
    "header-unprotected-of-a-number": (message(unprotected=5), "must be maps"),
    "header-too-large": (message(with_("x", bytes(16_384))), "more than 16384"),
    "iat-with-a-fraction": (message().replace(cbor.encode(cbor.encode(HEADER)), FRACTION), "float"),
    "payload-of-a-number": (message(payload=None).replace(b"\xf6", b"\x07"), "no whole byte string"),
    "more-bytes": (message(end=b"\0"), "bytes follow"),
    "cut": (message()[:-1], "no whole byte string"),
}


@pytest.mark.parametrize(("token", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_message_has_no_requirements(token: bytes, problem: str) -> None:
    with pytest.raises((CoseError, CborError), match=problem):
        baseline_b(token)


def test_the_page_lists_each_requirement() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (\w+) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert rows == [(each.id, each.clause, each.level, each.text) for each in baseline_b(SEALED)]
