"""Issuing: one certificate on one index, whatever fails between two steps and however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from certmark.errors import CapacityError, IssueError, LinkError, SchemeViolationError, SignerError
from certmark.limits import Limits
from certmark.register import Kind, Register
from certmark.register.errors import RegisterConflictError, RegisterError, StatusListFullError
from certmark.verify import Verifier, peek
from tests.keys import signer
from tests.unit.register.body import ID, ISSUER, Hook, act, issued, issuer_that, numbered, opened
from tests.world import (
    BODY,
    LINK,
    MAKER_KEY,
    NCCA,
    NCCA_STATUS_URI,
    SIGNED_AT,
    STATUS_URI,
    WORLD,
    instant,
    service_key,
)

EUCC_ALONE = replace(ISSUER, schemes=None)


def interrupt() -> None:
    raise KeyboardInterrupt


def kinds(register: Register, certificate_id: str = ID) -> list[Kind]:
    return [event.kind for event in register.history(certificate_id)]


def indices(register: Register, *certificate_ids: str) -> list[int | None]:
    return [register.certificate(each).index for each in certificate_ids]


# --- what is kept ---


def test_what_is_issued_verifies_and_is_kept_as_it_left_the_house(register: Register) -> None:
    record = issued(register)
    edition = record.newest
    assert (record.id, record.entity, record.list_uri, record.index) == (ID, BODY, STATUS_URI, 0)
    assert peek(edition.text).signature == peek(edition.cose).signature
    assert edition.document == numbered(1).as_signed()
    assert edition.signed_at == int(SIGNED_AT.timestamp())
    assert edition.key_thumbprint == ISSUER.signer.public_key.thumbprint
    assert register.certificate(ID) == record
    report = WORLD.verifier().report(edition.text, at=WORLD.now)
    assert report.passed


def test_the_log_says_who_issued_what_when_and_with_which_key(register: Register) -> None:
    issued(register)
    reserved, done = register.history(ID)
    assert (reserved.kind, done.kind) == (Kind.RESERVED, Kind.ISSUED)
    assert (done.actor, done.time, done.reason) == ("anna", SIGNED_AT, "decided on file 7")
    assert done.detail["key"] == ISSUER.signer.public_key.thumbprint.hex()
    assert (done.detail["list"], done.detail["index"]) == (STATUS_URI, 0)


def test_certificates_are_found_by_holder_and_scheme(register: Register) -> None:
    issued(register)
    issued(register, 2, holder={"name": "Another Ltd", "address": "Street 3", "contact": "psirt@another.example"})
    assert [each.id for each in register.certificates()] == [ID, "EUCC-3087-2026-03-0002"]
    assert [each.id for each in register.certificates(holder="Example Chips Ltd")] == [ID]
    assert register.certificates(scheme="XX-HOME") == ()


def test_indices_are_given_out_in_order(register: Register) -> None:
    assert [issued(register, number).index for number in range(1, 6)] == [0, 1, 2, 3, 4]
    assert register.lists()[0].room == 1024 - 5


def test_what_the_authority_approves_is_kept_with_the_approval(register: Register) -> None:
    world = WORLD.approved()
    record = register.issue(numbered(1), issuer=world.issuer(), act=act())
    verifier = Verifier(world.trust(), world.status())
    for token in (record.newest.cose, record.newest.text):
        approval = verifier.report(token, at=instant("2026-06-01")).approval
        assert approval is not None
        assert approval.entity_id == NCCA
    assert register.audit().is_sound


def test_a_statement_may_do_without_status(register: Register) -> None:
    maker = replace(ISSUER, issuer="XX-0001", signer=MAKER_KEY, link=LINK)
    for _ in range(2):
        record = register.issue(WORLD.statement(), issuer=maker, act=act(), key="once", has_status=False)
        assert (record.list_uri, record.index, record.level) == (None, None, "basic")
    assert kinds(register, record.id) == [Kind.ISSUED]
    assert register.audit().is_sound


def test_a_label_has_the_same_id_and_index(register: Register) -> None:
    record = issued(register)
    labelled = register.label(ID, issuer=ISSUER, act=act(reason=None))
    assert [edition.content for edition in labelled.editions] == ["full", "label"]
    assert labelled.index == record.index
    assert peek(labelled.newest.text).untrusted_claims.status == (0, STATUS_URI)
    assert len(labelled.newest.cose) < len(record.newest.cose)
    assert WORLD.verifier().report(labelled.newest.text, at=WORLD.now).passed


def test_every_token_verifies_after_the_body_has_changed_its_key(register: Register) -> None:
    issued(register)
    new_key = signer(number=77)
    second = register.issue(numbered(2), issuer=replace(ISSUER, signer=new_key), act=act())
    assert register.audit().is_sound
    assert second.newest.key_thumbprint == new_key.public_key.thumbprint
    assert WORLD.with_service(keys=(service_key(new_key),)).report(second.newest.text).passed


# --- the index of a failed try ---


@pytest.mark.parametrize(
    ("fail", "error"),
    [
        pytest.param({"issuer": issuer_that(interrupt)}, KeyboardInterrupt, id="interrupt"),
        pytest.param({"issuer": replace(ISSUER, link="https://x.example/{name}")}, LinkError, id="link"),
        pytest.param({"issuer": replace(ISSUER, limits=Limits(token=64))}, CapacityError, id="token-too-large"),
    ],
)
def test_the_index_of_a_failed_try_is_burnt_and_explained(
    register: Register, fail: dict[str, Any], error: type[BaseException]
) -> None:
    asked: dict[str, Any] = {"document": numbered(1), "issuer": ISSUER, "act": act(), **fail}
    with pytest.raises(error):
        register.issue(asked.pop("document"), **asked)
    assert kinds(register) == [Kind.RESERVED, Kind.BURNT]
    assert register.certificates() == ()
    assert issued(register).index == 1
    assert register.audit().is_sound


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        pytest.param({"document": numbered(1, assurance_level="basic")}, SchemeViolationError, id="scheme"),
        pytest.param({"document": WORLD.statement(id=ID), "issuer": EUCC_ALONE}, IssueError, id="unknown-scheme"),
        pytest.param({"act": act("2026-03-01")}, IssueError, id="before-the-day-of-issue"),
        pytest.param({"act": act("2031-03-02")}, IssueError, id="after-the-last-day"),
    ],
)
def test_what_cannot_be_issued_takes_no_index(
    register: Register, refused: dict[str, Any], error: type[IssueError]
) -> None:
    asked: dict[str, Any] = {"document": numbered(1), "issuer": ISSUER, "act": act(), **refused}
    before = register.head()
    with pytest.raises(error):
        register.issue(asked.pop("document"), **asked)
    assert register.head() == before
    assert issued(register).index == 0


def test_a_retry_after_the_last_day_gives_what_was_issued(register: Register) -> None:
    first = issued(register, key="order-17")
    assert register.issue(numbered(1), issuer=ISSUER, act=act("2031-03-02"), key="order-17") == first


def test_a_signer_that_lies_leaves_nothing_but_a_burnt_index(register: Register) -> None:
    liar = Hook(lambda: None, MAKER_KEY.public_key)
    with pytest.raises(SignerError):
        register.issue(numbered(1), issuer=replace(ISSUER, signer=liar), act=act())
    assert kinds(register) == [Kind.RESERVED, Kind.BURNT]
    assert "SignerError" in register.history(ID)[-1].detail["why"]


@pytest.mark.parametrize("key", [None, "order-17"])
def test_a_kill_while_signing_leaves_an_open_index_that_the_next_try_burns(url: str, key: str | None) -> None:
    seen: list[Any] = []

    def look() -> None:
        # what is on the disk while the signer works is what a kill would leave
        with Register.open(url) as other:
            seen.append((other.certificates(), kinds(other), other.audit().is_sound))
            seen.append(other.issue(numbered(1), issuer=ISSUER, act=act(), key=key).index)
        raise KeyboardInterrupt

    with opened(url) as register:
        with pytest.raises(KeyboardInterrupt):
            register.issue(numbered(1), issuer=issuer_that(look), act=act(), key=key)
        assert seen == [((), [Kind.RESERVED], True), 1]
        assert kinds(register) == [Kind.RESERVED, Kind.BURNT, Kind.RESERVED, Kind.ISSUED]
        assert register.audit().is_sound


def test_who_was_overtaken_while_signing_gives_nothing_out(register: Register) -> None:
    def overtake() -> None:
        issued(register)

    with pytest.raises(RegisterConflictError, match="a later call for EUCC-3087-2026-03-0001 took over"):
        register.issue(numbered(1), issuer=issuer_that(overtake), act=act())
    assert indices(register, ID) == [1]
    assert register.audit().is_sound


def test_nobody_waits_for_a_slow_signer(register: Register) -> None:
    def meanwhile() -> None:
        issued(register, 2)
        register.suspend("EUCC-3087-2026-03-0002", act=act())

    register.issue(numbered(1), issuer=issuer_that(meanwhile), act=act())
    assert indices(register, ID, "EUCC-3087-2026-03-0002") == [0, 1]


def test_a_token_that_does_not_read_back_is_not_kept(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    other = issued(register, 2).newest.text
    monkeypatch.setattr("certmark.issue.to_link", lambda *_, **__: other)
    with pytest.raises(IssueError, match="does not read back: nothing is kept of it"):
        issued(register)
    assert kinds(register) == [Kind.RESERVED, Kind.BURNT]


# --- asking twice ---


def test_a_retry_under_the_same_key_gives_what_is_there(register: Register) -> None:
    first = issued(register, key="order-17")
    again = register.issue(numbered(1), issuer=ISSUER, act=act("2026-03-09"), key="order-17")
    assert again == first
    assert register.lists()[0].room == 1023


@pytest.mark.parametrize(
    ("number", "key", "changes", "says"),
    [
        pytest.param(1, "k", {"support_until": "2031-01-01"}, "other content: no id is given out twice", id="content"),
        pytest.param(2, "k", {}, "with other content: take a new key", id="other-certificate"),
        pytest.param(1, None, {}, "is issued already: no id is given out twice", id="no-key"),
        pytest.param(1, "l", {}, "is issued already: no id is given out twice", id="another-key"),
    ],
)
def test_what_contradicts_an_earlier_request_is_refused(
    register: Register, number: int, key: str | None, changes: dict[str, Any], says: str
) -> None:
    issued(register, key="k")
    with pytest.raises(RegisterConflictError, match=says):
        issued(register, number, key=key, **changes)
    assert register.lists()[0].room == 1023


def test_a_key_of_one_certificate_and_the_id_of_another_contradict_each_other(register: Register) -> None:
    issued(register, 1, key="k")
    issued(register, 2, key="l")
    with pytest.raises(RegisterConflictError, match="was used to issue another certificate"):
        issued(register, 2, key="k")


def test_a_key_that_is_being_used_for_other_content_is_refused(register: Register) -> None:
    refusals = []

    def ask_for_other_content() -> None:
        with pytest.raises(RegisterConflictError, match="ask for other content") as caught:
            issued(register, 2, key="k")
        refusals.append(caught.value)

    register.issue(numbered(1), issuer=issuer_that(ask_for_other_content), act=act(), key="k")
    assert len(refusals) == 1
    assert indices(register, ID) == [0]


def test_a_draft_overtakes_who_issues_without_status(register: Register) -> None:
    maker = replace(ISSUER, issuer="XX-0001")
    register.open_list("https://status.maker.example/1", entity="XX-0001", size=8, act=act())

    def take_over() -> None:
        register.draft(WORLD.statement(), issuer="XX-0001", act=act(), schemes=maker.schemes)

    slow = replace(maker, signer=Hook(take_over))
    with pytest.raises(RegisterConflictError, match="a later call for"):
        register.issue(WORLD.statement(), issuer=slow, act=act(), has_status=False)
    assert (len(register.certificates()), len(register.drafts())) == (0, 1)


# --- lists ---


def test_the_next_list_is_used_when_one_is_full(url: str) -> None:
    with opened(url, size=2) as register:
        register.open_list("https://status.body.example/eucc/2", entity=BODY, size=8, act=act())
        records = [issued(register, number) for number in range(1, 4)]
        assert [(each.list_uri, each.index) for each in records] == [
            (STATUS_URI, 0),
            (STATUS_URI, 1),
            ("https://status.body.example/eucc/2", 0),
        ]
        assert [each.room for each in register.lists()] == [0, 7]
        assert register.audit().is_sound


@pytest.mark.parametrize(("size", "entity"), [(1, BODY), (1024, "FR-3090")])
def test_without_room_nothing_is_issued(url: str, size: int, entity: str) -> None:
    with opened(url, size=size) as register:
        issued(register)
        with pytest.raises(StatusListFullError, match="has room: declare one in the trusted list, then open it here"):
            register.issue(numbered(2), issuer=replace(ISSUER, issuer=entity if size > 1 else BODY), act=act())
        assert [each.id for each in register.certificates()] == [ID]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"uri": STATUS_URI}, RegisterConflictError, id="the-same"),
        pytest.param({"uri": NCCA_STATUS_URI}, RegisterConflictError, id="that-of-the-authority"),
        pytest.param({"authority_uri": NCCA_STATUS_URI}, RegisterConflictError, id="authority-twice"),
        pytest.param({"authority_uri": "https://new.example/"}, RegisterConflictError, id="both-one"),
        pytest.param({"uri": "http://new.example/"}, RegisterError, id="no-https"),
        pytest.param({"authority_uri": "https://a b"}, RegisterError, id="no-uri-of-the-authority"),
        pytest.param({"entity": "3087"}, RegisterError, id="no-entity"),
        pytest.param({"size": 0}, RegisterError, id="no-entries"),
        pytest.param({"size": 16_000_001}, RegisterError, id="too-many-entries"),
        pytest.param({"size": 1.5}, RegisterError, id="half-an-entry"),
        pytest.param({"size": 8.0}, RegisterError, id="no-whole-number"),
        pytest.param({"size": True}, RegisterError, id="no-number"),
    ],
)
def test_a_list_that_cannot_be_is_not_opened(
    register: Register, change: dict[str, Any], error: type[RegisterError]
) -> None:
    asked: dict[str, Any] = {"uri": "https://new.example/", "entity": BODY, "size": 8, "act": act(), **change}
    with pytest.raises(error):
        register.open_list(asked.pop("uri"), **asked)
    assert len(register.lists()) == 1


def test_what_is_not_there_is_said(register: Register) -> None:
    asked: list[Callable[[], object]] = [
        lambda: register.certificate("EUCC-1"),
        lambda: register.withdraw("EUCC-1", act=act()),
        lambda: register.statuses("https://unknown.example/", at=SIGNED_AT),
    ]
    for ask in asked:
        with pytest.raises(RegisterError, match="the register has no"):
            ask()
    assert register.history("EUCC-1") == ()
