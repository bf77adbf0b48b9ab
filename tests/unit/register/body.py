"""The certification body of ``tests.world`` with a register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from certmark.cose.keys import VerificationKey
from certmark.errors import LinkError
from certmark.issue import Issuer
from certmark.model import CybersecurityCertificate
from certmark.register import Act, CertificateRecord, Register
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    CERTIFICATE,
    NCCA_STATUS_URI,
    SIGNED_AT,
    STATUS_URI,
    WORLD,
    instant,
)

ISSUER = WORLD.issuer()
ID = "EUCC-3087-2026-03-0001"


def act(at: str | datetime = SIGNED_AT, *, actor: str = "anna", reason: str | None = "decided on file 7") -> Act:
    return Act(actor, instant(at) if isinstance(at, str) else at, reason)


def numbered(number: int, **changes: Any) -> CybersecurityCertificate:
    """Give certificate ``number`` of the body."""
    return WORLD.certificate(id=f"EUCC-3087-2026-03-{number:04}", **changes)


def opened(url: str, *, size: int = 1024) -> Register:
    register = Register.create(url, act=act("2026-01-01"))
    register.open_list(STATUS_URI, entity=BODY, size=size, authority_uri=NCCA_STATUS_URI, act=act("2026-01-01"))
    return register


def issued(register: Register, number: int = 1, *, key: str | None = None, **changes: Any) -> CertificateRecord:
    return register.issue(numbered(number, **changes), issuer=ISSUER, act=act(), key=key)


@dataclass(frozen=True)
class Hook:
    """A signer that does something else first, as long as a hardware module takes or worse."""

    before: Any
    public_key: VerificationKey = BODY_KEY.public_key
    certificate: bytes | None = None

    def sign(self, to_be_signed: bytes) -> bytes:
        self.before()
        return BODY_KEY.sign(to_be_signed)


def issuer_that(before: Any) -> Issuer:
    return replace(ISSUER, signer=Hook(before))


REPORT = {"report": "Maintenance report 1", "date": "2026-03-10", "version": "2.0.2"}


def maintained(**changes: Any) -> Any:
    versions = [*CERTIFICATE["subject"]["versions"], "2.0.2"]
    product = {**CERTIFICATE["subject"], "versions": versions}
    return numbered(1, **{"maintenance": [REPORT], "subject": product, **changes})


def live(register: Register) -> None:
    """Let some things happen."""
    for number in (1, 2, 3):
        issued(register, number)
    with pytest.raises(LinkError):
        register.issue(numbered(4), issuer=replace(ISSUER, link="https://x.example/{name}"), act=act())
    register.maintain(ID, maintained(), issuer=ISSUER, act=act("2026-03-12"))
    register.suspend(ID, act=act("2026-03-13"))
    register.withdraw("EUCC-3087-2026-03-0002", act=act("2026-03-13"))
    register.publish(STATUS_URI, signer=BODY_STATUS_KEY, act=act("2026-03-15"), ttl=None, expires=None)
