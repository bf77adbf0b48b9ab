"""Approvals as messages; what they mean is judged by ``verify`` (tests/unit/verify/test_approval.py)."""

from __future__ import annotations

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.cwt import typ
from certmark.cwt.approval import parse_approval, seal_approval
from certmark.cwt.token import seal
from certmark.errors import CoseError, CwtError, DecodeError
from tests import keys

SIGNER = keys.signer()
PAYLOAD = b"any bytes"
APPROVAL = seal_approval(PAYLOAD, authority="NL-RDI", issued_at=7, signer=SIGNER)


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_what_is_sealed_is_parsed(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm)
    found = parse_approval(seal_approval(PAYLOAD, authority="NL-RDI", issued_at=7, signer=signer), PAYLOAD)
    assert (found.authority, found.issued_at, found.message.headers.typ) == ("NL-RDI", 7, typ.APPROVAL)
    assert found.message.is_signed_by(signer.public_key)


def test_it_does_not_hold_what_it_signs() -> None:
    assert PAYLOAD not in APPROVAL
    assert len(APPROVAL) == len(seal_approval(PAYLOAD * 100, authority="NL-RDI", issued_at=7, signer=SIGNER))


@pytest.mark.parametrize("other", [b"", b"any byte", b"any bytes ", b"Any bytes"])
def test_of_other_bytes_it_is_not_signed(other: bytes) -> None:
    assert not parse_approval(APPROVAL, other).message.is_signed_by(SIGNER.public_key)


@pytest.mark.parametrize("authority", ["RDI", "nl-RDI", "NL-", "NL-R:DI", "NL-RDI\n", f"NL-{'x' * 41}"])
def test_an_authority_without_entity_id_is_none(authority: str) -> None:
    approval = seal_approval(PAYLOAD, authority=authority, issued_at=7, signer=SIGNER)
    with pytest.raises(CwtError, match="entity id of the authority"):
        parse_approval(approval, PAYLOAD)


def test_a_certificate_token_is_no_approval() -> None:
    token = seal({1: "NL-1"}, typ=typ.CERTIFICATE, issued_at=7, signer=SIGNER)
    with pytest.raises(CoseError, match="detached"):
        parse_approval(token, PAYLOAD)


@pytest.mark.parametrize("message", [b"", b"\x00", APPROVAL[1:]])
def test_what_has_no_tag_is_none(message: bytes) -> None:
    with pytest.raises(CoseError, match="tag 18 is missing"):
        parse_approval(message, PAYLOAD)


@pytest.mark.parametrize("end", range(len(APPROVAL)))
def test_a_part_of_it_is_none(end: int) -> None:
    with pytest.raises(DecodeError):
        parse_approval(APPROVAL[:end], PAYLOAD)
