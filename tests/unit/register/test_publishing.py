"""Publishing: what a list states is what the log says at that time, and verifiers give the right verdict with it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from certmark import files
from certmark.register import Authority, Publication, Register, RegisterError
from certmark.status import StatusSnapshot, token
from certmark.status.bitarray import Status
from certmark.verify import CertificateStatus, TrustSnapshot, Verifier
from tests.unit.register.body import ID, act, issued, opened
from tests.world import BODY_STATUS_KEY, NCCA_STATUS_KEY, NCCA_STATUS_URI, STATUS_URI, WORLD, instant

TERMS: dict[str, Any] = {"ttl": timedelta(days=2), "expires": instant("2026-08-01")}
TRUST = WORLD.trust()
TRUST_WITH_AUTHORITY = WORLD.with_ncca_list().trust()


def publish(register: Register, at: str, uri: str = STATUS_URI, **changes: Any) -> Publication:
    signer = BODY_STATUS_KEY if uri == STATUS_URI else NCCA_STATUS_KEY
    return register.publish(uri, **{"signer": signer, "act": act(at, reason=None), **TERMS, **changes})


def verdict(text: str, at: str, *tokens: bytes, trust: TrustSnapshot = TRUST) -> CertificateStatus:
    verifier = Verifier(trust, StatusSnapshot.open(tokens, trust))
    return verifier.report(text, at=instant(at)).certificate_status


def test_verifiers_hear_of_each_decision_with_the_list_published_then(register: Register) -> None:
    text = issued(register).newest.text
    heard = []
    for day, decide in (
        ("2026-05-21", lambda: None),
        ("2026-05-22", lambda: register.suspend(ID, act=act("2026-05-22 10:00:00"))),
        ("2026-05-23", lambda: register.reinstate(ID, act=act("2026-05-23 10:00:00"))),
        ("2026-05-24", lambda: register.withdraw(ID, act=act("2026-05-24 10:00:00"))),
    ):
        before = publish(register, f"{day} 09:00:00").token
        decide()
        after = publish(register, f"{day} 11:00:00").token
        heard += [verdict(text, f"{day} 12:00:00", each) for each in (before, after)]
    assert heard == [
        *("in_force", "in_force"), *("in_force", "in_force"), *("suspended", "in_force"), *("in_force", "withdrawn"),
    ]  # fmt: skip


def test_a_withdrawal_by_the_authority_is_heard_from_its_list_alone(register: Register) -> None:
    text = issued(register).newest.text
    own = publish(register, "2026-05-21").token
    register.withdraw(ID, act=act("2026-05-22"), authority=Authority.NCCA)
    authority = publish(register, "2026-05-23", NCCA_STATUS_URI).token
    at, trust = "2026-05-23 12:00:00", TRUST_WITH_AUTHORITY
    assert verdict(text, at, own, trust=trust) == "unknown"
    assert verdict(text, at, own, authority, trust=trust) == "withdrawn"


def test_equal_state_and_time_give_equal_payload_bytes(url: str, tmp_path: Path) -> None:
    def payload(where: str) -> bytes:
        with opened(where) as register:
            issued(register)
            register.suspend(ID, act=act("2026-03-10"))
            return token.parse(publish(register, "2026-03-20").token)[0].payload

    assert payload(url) == payload(f"sqlite:///{tmp_path / 'another.db'}")


def test_every_token_is_kept(register: Register) -> None:
    issued(register)
    made = tuple(publish(register, f"2026-05-{day}") for day in (21, 22, 23))
    assert register.publications(STATUS_URI) == made
    assert register.publications(NCCA_STATUS_URI) == ()
    assert len({sha256(each.token).digest() for each in made}) == 3
    assert register.audit().is_sound


@pytest.mark.parametrize("at", ["2026-05-21", "2026-05-20 23:59:59"])
def test_what_is_published_is_later_each_time(register: Register, at: str) -> None:
    publish(register, "2026-05-21")
    with pytest.raises(RegisterError, match=r"was published at 2026-05-21T00:00:00\+00:00"):
        publish(register, at)
    assert len(register.publications(STATUS_URI)) == 1


class SlowStatusKey:
    """Signs, and lets something be decided before it has signed so many times."""

    public_key = BODY_STATUS_KEY.public_key
    certificate = None

    def __init__(self, register: Register, *, decisions: int) -> None:
        self.register, self.left = register, decisions

    def sign(self, to_be_signed: bytes) -> bytes:
        if self.left:
            self.left -= 1
            record = issued(self.register, 100 + self.left)
            self.register.withdraw(record.id, act=act("2026-05-20"))
        return BODY_STATUS_KEY.sign(to_be_signed)


def test_what_is_decided_while_a_list_is_signed_is_in_it(register: Register) -> None:
    issued(register)
    published = publish(register, "2026-05-21", signer=SlowStatusKey(register, decisions=2))
    said = token.parse(published.token)[1].statuses
    assert [said.at(index) for index in range(4)] == [Status.VALID, Status.INVALID, Status.INVALID, Status.VALID]
    assert register.audit().is_sound


def test_a_list_that_changes_faster_than_it_is_signed_is_not_published(register: Register) -> None:
    with pytest.raises(RegisterError, match="decisions keep coming in while"):
        publish(register, "2026-05-21", signer=SlowStatusKey(register, decisions=50))
    assert register.publications(STATUS_URI) == ()


def test_a_published_list_is_written_whole_or_not_at_all(register: Register, tmp_path: Path) -> None:
    published = publish(register, "2026-05-21")
    files.write({tmp_path / "eucc" / "1": published.token})
    assert (tmp_path / "eucc" / "1").read_bytes() == published.token
