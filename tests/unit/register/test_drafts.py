"""Drafts: what an authority approves is what is issued, under that index and no other, however long it takes."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import update

from certmark.approve import approve
from certmark.claims import StatusReference, decode_claims
from certmark.errors import IssueError, SchemeViolationError, SignerError
from certmark.issue import Approver, Issuer
from certmark.register import Draft, Kind, Register, Review, read_jsonl
from certmark.register.errors import RegisterConflictError, RegisterError, StatusListFullError
from certmark.register.tables import INDICES
from certmark.verify import Verifier
from tests.unit.register.body import ID, ISSUER, Hook, act, issued, issuer_that, numbered, opened
from tests.unit.register.test_audit import findings_after
from tests.unit.register.test_issuing import interrupt, kinds
from tests.unit.register.test_rows import line_of
from tests.world import BODY, MAKER_KEY, NCCA, NCCA_APPROVAL_KEY, STATUS_URI, WORLD, instant

DRAFTED_AT, APPROVED_AT = "2026-02-01", instant("2026-02-20")
SCHEMES = ISSUER.schemes


def drafted(register: Register, number: int = 1, *, at: str = DRAFTED_AT, **changes: Any) -> Draft:
    return register.draft(numbered(number, **changes), issuer=BODY, act=act(at), schemes=SCHEMES)


def approved(draft: Draft, *, issuer: Issuer = ISSUER) -> Issuer:
    """Let the authority approve a draft, and give the issuer what it gave."""
    approval = approve(draft.payload, signer=NCCA_APPROVAL_KEY, authority=NCCA, at=APPROVED_AT)
    return replace(issuer, approver=Approver((NCCA_APPROVAL_KEY.public_key,), lambda _: approval))


def issue_drafted(register: Register, issuer: Issuer, number: int = 1, **changes: Any) -> Any:
    return register.issue(numbered(number, **changes), issuer=issuer, act=act(), drafted=True)


def states(register: Register) -> list[str]:
    with register.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT state FROM indices ORDER BY idx").scalars())


# --- from draft to certificate ---


def test_what_was_approved_is_issued_under_the_index_of_the_draft(register: Register) -> None:
    draft = drafted(register)
    assert issued(register, 2).index == 1
    assert decode_claims(draft.payload).status == StatusReference(draft.index, draft.list_uri) == (0, STATUS_URI)
    record = issue_drafted(register, approved(draft))
    assert (record.id, record.list_uri, record.index) == (ID, STATUS_URI, 0)
    assert kinds(register) == [Kind.DRAFTED, Kind.ISSUED]
    world = WORLD.upon_approval()
    verifier = Verifier(world.trust(), world.status(), schemes=SCHEMES)
    report = verifier.report(record.newest.text, at=WORLD.now)
    assert report.passed
    assert report.approval is not None
    assert report.approval.entity_id == NCCA
    assert register.audit().is_sound


def test_a_draft_may_be_made_before_the_day_of_issue_and_is_no_certificate(register: Register) -> None:
    draft = drafted(register, at="2025-12-01")
    assert draft.index == 0
    assert register.certificates() == ()
    assert kinds(register) == [Kind.DRAFTED]
    assert register.audit().is_sound


def test_asked_again_it_is_the_same_draft(register: Register) -> None:
    draft, head = drafted(register), register.head()
    assert drafted(register, at="2026-02-09") == draft
    assert register.head() == head
    assert register.lists()[0].room == 1023


def test_a_draft_waits_while_its_list_is_closed_and_others_are_filled(register: Register) -> None:
    draft = drafted(register)
    register.close_list(STATUS_URI, act=act("2026-02-03"))
    register.open_list("https://status.body.example/eucc/2", entity=BODY, size=8, act=act("2026-02-03"))
    assert issued(register, 2).list_uri == "https://status.body.example/eucc/2"
    assert drafted(register) == draft
    assert issue_drafted(register, approved(draft)).list_uri == STATUS_URI
    assert register.audit().is_sound


def test_a_replacement_may_be_drafted(register: Register) -> None:
    issued(register)
    draft = drafted(register, 2, replaces=[ID])
    record = register.replace(
        ID,
        numbered(2, replaces=[ID]),
        issuer=approved(draft),
        act=act("2026-03-09"),
        outcome=Review.DIFFERENT_SCOPE,
        drafted=True,
    )
    assert (record.index, record.replaces) == (draft.index, ID)
    assert register.certificate(ID).standing.withdrawn_at is not None
    assert register.audit().is_sound


def test_a_retry_under_the_same_key_gives_what_was_issued(register: Register) -> None:
    issuer = approved(drafted(register))
    how: dict[str, Any] = {"issuer": issuer, "key": "order-17", "drafted": True}
    first = register.issue(numbered(1), act=act(), **how)
    assert register.issue(numbered(1), act=act("2026-03-09"), **how) == first


def test_a_purge_removes_who_drafted_with_the_rest(register: Register) -> None:
    issue_drafted(register, approved(drafted(register)))
    register.purge(ID, act=act("2036-03-03"))
    assert [(event.kind, event.actor) for event in register.history(ID)[:2]] == [
        (Kind.DRAFTED, None),
        (Kind.ISSUED, None),
    ]
    assert register.audit().is_sound


# --- what waits ---


def test_the_drafts_that_wait_are_known_with_their_indices_the_oldest_first(register: Register) -> None:
    assert register.drafts() == ()
    second, first, third = (drafted(register, number) for number in (2, 1, 3))
    issued(register, 4)
    issue_drafted(register, approved(third), 3)
    waiting = register.drafts()
    assert [(each.id, each.list_uri, each.index) for each in waiting] == [
        (draft.id, draft.list_uri, draft.index) for draft in (second, first)
    ]
    assert [each.digest for each in waiting] == [sha256(draft.payload).digest() for draft in (second, first)]
    assert {(each.drafted_at, each.actor) for each in waiting} == {(int(instant(DRAFTED_AT).timestamp()), "anna")}


def test_what_is_drafted_anew_waits_since_then(register: Register) -> None:
    drafted(register)
    register.discard(ID, act=act("2026-02-05"))
    assert register.drafts() == ()
    drafted(register, 2, at="2026-02-06")
    drafted(register, at="2026-02-07")
    assert [(each.id, each.index) for each in register.drafts()] == [(numbered(2).id, 1), (ID, 2)]


# --- what does not settle a draft ---


@pytest.mark.parametrize(
    ("issuer", "error"),
    [
        pytest.param(issuer_that(interrupt), KeyboardInterrupt, id="interrupt"),
        pytest.param(replace(ISSUER, signer=Hook(lambda: None, MAKER_KEY.public_key)), SignerError, id="lying-signer"),
        pytest.param(replace(ISSUER, link="https://x.example/{name}"), IssueError, id="link"),
    ],
)
def test_a_try_that_fails_leaves_the_draft_as_it_is(
    register: Register, issuer: Issuer, error: type[BaseException]
) -> None:
    draft = drafted(register)
    head = register.head()
    with pytest.raises(error):
        issue_drafted(register, approved(draft, issuer=issuer))
    assert register.head() == head
    assert issue_drafted(register, approved(draft)).index == draft.index
    assert register.audit().is_sound


def test_an_approval_of_something_else_is_refused_and_the_draft_stays(register: Register) -> None:
    first, second = drafted(register), drafted(register, 2)
    with pytest.raises(IssueError, match="is not of this certificate"):
        issue_drafted(register, approved(second))
    assert states(register) == ["drafted", "drafted"]
    assert issue_drafted(register, approved(first)).index == first.index


@pytest.mark.parametrize("key", [None, "order-17"])
@pytest.mark.parametrize("has_approver", [False, True])
def test_what_is_drafted_is_not_issued_under_another_index(
    register: Register, key: str | None, *, has_approver: bool
) -> None:
    draft = drafted(register)
    issuer = approved(draft) if has_approver else ISSUER
    head = register.head()
    with pytest.raises(RegisterConflictError, match=f"{ID} is drafted: issue it with its approval, or discard"):
        register.issue(numbered(1), issuer=issuer, act=act(), key=key)
    assert register.head() == head


def test_a_batch_leaves_what_is_drafted_and_issues_the_rest(register: Register) -> None:
    drafted(register)
    rows = read_jsonl(io.BytesIO(line_of(1) + b"\n" + line_of(2)))
    first, second = register.issue_batch(rows, issuer=ISSUER, act=act())
    assert "is drafted" in str(first.error)
    assert (second.outcome, second.index) == ("issued", 1)
    assert states(register) == ["drafted", "issued"]


def test_what_was_drafted_is_not_issued_without_approver(register: Register) -> None:
    drafted(register)
    with pytest.raises(RegisterError, match="give the issuer an approver"):
        issue_drafted(register, ISSUER)
    assert states(register) == ["drafted"]


# --- content ---


@pytest.mark.parametrize(
    "changes", [{"support_until": "2031-01-01"}, {"valid_until": "2031-02-28"}], ids=["support", "validity"]
)
def test_other_content_than_the_draft_is_refused(register: Register, changes: dict[str, Any]) -> None:
    draft = drafted(register)
    for ask in (
        lambda: drafted(register, **changes),
        lambda: issue_drafted(register, approved(draft), **changes),
    ):
        with pytest.raises(RegisterConflictError, match="was drafted with other content"):
            ask()
    assert states(register) == ["drafted"]


def test_another_body_cannot_take_up_a_draft(register: Register) -> None:
    draft = drafted(register)
    with pytest.raises(RegisterConflictError, match="was drafted with other content"):
        issue_drafted(register, replace(approved(draft), issuer="DE-3088"))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        pytest.param({"document": numbered(1, assurance_level="basic")}, SchemeViolationError, id="scheme"),
        pytest.param({"schemes": ()}, IssueError, id="unknown-scheme"),
        pytest.param({"issuer": "3087"}, (IssueError, StatusListFullError), id="no-entity"),
        pytest.param({"issuer": "FR-3090"}, StatusListFullError, id="no-list"),
    ],
)
def test_what_cannot_be_issued_is_not_drafted(register: Register, asked: dict[str, Any], error: Any) -> None:
    head = register.head()
    how: dict[str, Any] = {"document": numbered(1), "issuer": BODY, "act": act(), "schemes": SCHEMES, **asked}
    with pytest.raises(error):
        register.draft(how.pop("document"), **how)
    assert (register.head(), register.lists()[0].room) == (head, 1024)


def test_what_is_issued_is_not_drafted(register: Register) -> None:
    issued(register)
    with pytest.raises(RegisterConflictError, match="is issued already: no id is given out twice"):
        drafted(register)


# --- discarding ---


def test_a_discarded_draft_is_never_issued(register: Register) -> None:
    draft = drafted(register)
    register.discard(ID, act=act("2026-02-10"))
    assert kinds(register) == [Kind.DRAFTED, Kind.BURNT]
    assert (register.history(ID)[-1].reason, states(register)) == ("decided on file 7", ["burnt"])
    with pytest.raises(RegisterConflictError, match=f"no draft of {ID} waits here: it was issued, discarded"):
        issue_drafted(register, approved(draft))
    again = drafted(register)
    assert again.index == 1
    with pytest.raises(IssueError, match="is not of this certificate"):
        issue_drafted(register, approved(draft))
    assert issue_drafted(register, approved(again)).index == 1
    assert register.audit().is_sound


@pytest.mark.parametrize(
    ("reason", "number", "says"),
    [(None, 1, "needs a reason"), ("why", 2, "no draft of .* waits here"), ("why", 3, "no draft of .* waits here")],
    ids=["no-reason", "never-drafted", "issued"],
)
def test_what_is_not_discarded(register: Register, reason: str | None, number: int, says: str) -> None:
    drafted(register)
    issued(register, 3)
    with pytest.raises(RegisterError, match=says):
        register.discard(numbered(number).id, act=act(reason=reason))
    assert states(register) == ["drafted", "issued"]


# --- at once ---


def test_a_draft_takes_over_from_a_try_that_is_still_being_signed(register: Register) -> None:
    with pytest.raises(RegisterConflictError, match="took over"):
        register.issue(numbered(1), issuer=issuer_that(lambda: drafted(register)), act=act())
    assert kinds(register) == [Kind.RESERVED, Kind.BURNT, Kind.DRAFTED]
    assert register.audit().is_sound


def test_a_draft_that_is_discarded_while_it_is_signed_is_not_issued(register: Register) -> None:
    def discard() -> None:
        register.discard(ID, act=act())

    draft = drafted(register)
    with pytest.raises(RegisterConflictError, match="its draft was discarded"):
        issue_drafted(register, approved(draft, issuer=issuer_that(discard)))
    assert register.certificates() == ()
    assert states(register) == ["burnt"]
    assert register.audit().is_sound


def test_a_draft_issued_by_many_threads_is_issued_once(register: Register) -> None:
    issuer = approved(drafted(register))

    def ask(_: int) -> str:
        try:
            return str(issue_drafted(register, issuer).newest.text)
        except RegisterConflictError as error:
            return str(error)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(16)))
    text = register.certificate(ID).newest.text
    assert answers.count(text) == 1
    assert answers.count(f"{ID} is issued already: no id is given out twice") == 15
    assert register.audit().is_sound


def test_a_kill_while_signing_leaves_the_draft(url: str) -> None:
    seen: list[Any] = []

    def look() -> None:
        # what is on the disk while the signer works is what a kill would leave
        with Register.open(url) as other:
            seen.append((states(other), other.audit().is_sound, other.certificates()))
        raise KeyboardInterrupt

    with opened(url) as register:
        draft = drafted(register)
        with pytest.raises(KeyboardInterrupt):
            issue_drafted(register, approved(draft, issuer=issuer_that(look)))
        assert seen == [(["drafted"], True, ())]
        assert issue_drafted(register, approved(draft)).index == draft.index


def test_a_key_that_is_being_used_for_another_certificate_issues_no_draft(register: Register) -> None:
    draft = drafted(register)

    def issue_under_the_same_key() -> None:
        with pytest.raises(RegisterConflictError, match="take a new key"):
            register.issue(numbered(1), issuer=approved(draft), act=act(), key="k", drafted=True)

    register.issue(numbered(2), issuer=issuer_that(issue_under_the_same_key), act=act(), key="k")
    assert states(register) == ["drafted", "issued"]
    assert register.issue(numbered(1), issuer=approved(draft), act=act(), key="l", drafted=True).index == draft.index


# --- the audit ---


def test_the_audit_knows_drafts(register: Register) -> None:
    drafted(register)
    for statement in (
        "UPDATE indices SET state = 'open'",
        "UPDATE indices SET state = 'burnt'",
        "UPDATE indices SET certificate_id = 'EUCC-1'",
        "DELETE FROM indices",
    ):
        assert {finding.about for finding in findings_after(register, statement)} == {"index"}


def test_the_audit_finds_a_certificate_that_is_not_what_was_drafted(register: Register) -> None:
    draft = drafted(register)
    # somebody lets the register forget what was drafted, and the authority approve something else
    changed = numbered(1, support_until="2031-01-01")
    payload = ISSUER.payload(changed, status=StatusReference(draft.index, draft.list_uri))
    with register.database.engine.begin() as connection:
        other = Draft(ID, draft.list_uri, draft.index, payload)
        connection.execute(update(INDICES).values(request_digest=sha256(payload).digest()))
    register.issue(changed, issuer=approved(other), act=act(), drafted=True)
    assert [(finding.about, finding.says) for finding in register.audit().findings] == [
        ("index", "is for something else than in the log"),
        ("token", "it says something else than its draft"),
    ]
