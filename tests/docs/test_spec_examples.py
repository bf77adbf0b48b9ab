"""The worked examples of the specification say what the library does.

Compressed bytes are decoded and not compared: another zlib may compress the same token to other bytes.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import CERTMARK_1
from certmark.cwt.approval import parse_approval
from certmark.status import StatusSnapshot
from certmark.transport import from_text, unpack
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.verify import Verifier
from tests.world import WORLD

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "examples.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^([^\n`#]*(?:`[^`\n]*`[^\n`]*)*):\n\n```(?:hex|text)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
BLOCKS = [block for _, block in BLOCK.findall(PAGE)]
(KEY, HEADER, PAYLOAD, COVERED, MESSAGE, BODY, LINK, BARE, STATUS, ROOT, ANCHOR, UNION, NATIONAL, VERDICT) = BLOCKS[:14]
(AUTHORITY_KEY, APPROVAL_HEADER, APPROVAL_COVERED, APPROVAL, APPROVED_BODY, APPROVED_BARE) = BLOCKS[14:]


def data(block: str) -> bytes:
    return bytes.fromhex(block.replace("\n", ""))


def test_the_key_is_the_one_that_signed() -> None:
    members = cbor.decode(data(KEY))
    assert isinstance(members, dict)
    key = VerificationKey.from_cose_key(members)  # type: ignore[arg-type]
    assert sign1.from_bytes(data(MESSAGE), profile=CERTMARK_1).is_signed_by(key)


def test_the_message_is_made_of_the_parts_that_are_shown() -> None:
    message = sign1.from_bytes(data(MESSAGE), profile=CERTMARK_1)
    assert message.headers.raw == data(HEADER)
    assert message.payload == data(PAYLOAD)
    assert message.to_be_signed() == data(COVERED)


def test_issuing_again_gives_the_same_message() -> None:
    assert WORLD.issue(WORLD.certificate().for_label()).cose == data(MESSAGE)


@pytest.mark.parametrize("text", [LINK, BARE], ids=["link", "bare"])
def test_each_text_carries_the_message(text: str) -> None:
    assert from_text(text).cose == data(MESSAGE)


def test_the_body_inflates_to_the_message() -> None:
    assert unpack(data(BODY)) == data(MESSAGE)


def test_the_verdict_is_reached_with_what_is_shown() -> None:
    assert sha256(data(ROOT)).digest() == data(ANCHOR)
    bundle = TrustBundle((data(ROOT),), data(UNION), {"DE": data(NATIONAL)})
    trust = TrustSnapshot.open(bundle, anchor=data(ANCHOR))
    report = Verifier(trust, StatusSnapshot.open([data(STATUS)], trust)).report(LINK, at=WORLD.now)
    assert report.summary == VERDICT
    assert report.passed


def test_the_approval_is_made_of_the_parts_that_are_shown() -> None:
    approval = parse_approval(data(APPROVAL), data(PAYLOAD)).message
    assert approval.headers.raw == data(APPROVAL_HEADER)
    assert approval.to_be_signed() == data(APPROVAL_COVERED)
    assert approval.is_signed_by(VerificationKey.from_cose_key(cbor.decode(data(AUTHORITY_KEY))))  # type: ignore[arg-type]
    assert unpack(data(APPROVED_BODY)) == from_text(APPROVED_BARE).cose == data(MESSAGE) + data(APPROVAL)


def test_where_the_list_names_that_key_the_approval_counts() -> None:
    report = WORLD.approved().report(APPROVED_BARE)
    assert report.passed
    assert report.approval is not None
