"""The audit finds whatever somebody with the password of the database has changed, whether triggers stood or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certmark import cbor
from certmark.register import Finding, Head, Register, RegisterError
from certmark.register.audit import audit
from tests.unit.register.body import ID, ISSUER, act, issued
from tests.world import MAKER_KEY, STRANGER_KEY, WORLD


def findings_after(register: Register, *statements: str, known: Head | None = None) -> tuple[Finding, ...]:
    """Audit what somebody who may drop the triggers has changed; then nothing was changed."""
    with register.database.engine.connect() as connection:
        run = connection.exec_driver_sql
        if register.database.is_sqlite:
            run("PRAGMA defer_foreign_keys = ON")
            for name in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
                run(f"DROP TRIGGER {name}")
        else:
            run("SET LOCAL session_replication_role = replica")
        for statement in statements:
            assert run(statement).rowcount > 0
        found = audit(connection, known=known).findings
        connection.rollback()
        return found


def test_a_sound_register_is_sound_and_says_what_was_looked_at(lived: Register) -> None:
    report = lived.audit()
    assert report.is_sound
    assert report.head == lived.head()
    assert dict(report.counted) == {"events": 14, "indices": 4, "tokens": 4, "publications": 1}


@pytest.mark.parametrize(
    ("statement", "about"),
    [
        ("UPDATE events SET at = at + 1 WHERE seq = 5", "chain"),
        ("UPDATE events SET reason = 'another' WHERE seq = 5", "chain"),
        ("UPDATE events SET actor = 'bert' WHERE seq = 5", "chain"),
        ("UPDATE events SET actor = NULL, reason = NULL WHERE seq = 5", "chain"),
        ("UPDATE events SET article = 'Article 99' WHERE kind = 'suspended'", "chain"),
        ("UPDATE events SET authority = 'ncca' WHERE kind = 'withdrawn'", "chain"),
        ("UPDATE events SET certificate_id = 'EUCC-3087-2026-03-0003' WHERE kind = 'withdrawn'", "chain"),
        ("UPDATE events SET detail = '{}' WHERE kind = 'issued'", "chain"),
        ("UPDATE events SET detail = 'no JSON' WHERE kind = 'published'", "chain"),
        ("UPDATE events SET kind = 'nonsense' WHERE seq = 5", "chain"),
        ("UPDATE events SET digest = private_digest WHERE seq = 5", "chain"),
        ("DELETE FROM events WHERE seq = 5", "chain"),
        ("UPDATE indices SET state = 'burnt' WHERE idx = 0", "index"),
        ("UPDATE indices SET certificate_id = 'EUCC-1' WHERE idx = 3", "index"),
        ("DELETE FROM indices WHERE idx = 3", "index"),
        ("INSERT INTO indices SELECT list_uri, 9, 'X', NULL, request_digest, 'open' FROM indices LIMIT 1", "index"),
        ("UPDATE status_lists SET next_index = 9", "index"),
        ("UPDATE status_lists SET next_index = 3", "index"),
        ("UPDATE certificates SET idx = 3 WHERE idx = 0", "index"),
        ("UPDATE editions SET text = text || '0' WHERE number = 2", "token"),
        ("UPDATE editions SET cose = key_thumbprint WHERE number = 2", "token"),
        ("UPDATE editions SET document = '{}' WHERE number = 2", "token"),
        ("UPDATE editions SET signed_at = signed_at + 1 WHERE number = 2", "token"),
        ("DELETE FROM editions WHERE number = 2", "token"),
        ("UPDATE keys SET cose_key = thumbprint", "token"),
        ("DELETE FROM keys", "token"),
        ("UPDATE publications SET token = key_thumbprint", "publication"),
        ("UPDATE publications SET issued_at = issued_at + 1", "publication"),
        ("DELETE FROM publications", "publication"),
        ("UPDATE certificates SET valid_until = '2026-03-14' WHERE idx = 0", "publication"),
        ("UPDATE certificates SET valid_until = '2040-01-01' WHERE idx = 2", "token"),
        ("UPDATE certificates SET issued = '2026-03-01' WHERE idx = 2", "token"),
        ("UPDATE certificates SET level = 'basic' WHERE idx = 2", "token"),
        ("UPDATE certificates SET scheme = 'EUCS' WHERE idx = 2", "token"),
        ("UPDATE certificates SET entity = 'FR-3090' WHERE idx = 2", "token"),
        ("UPDATE certificates SET replaces = 'EUCC-3087-2026-03-0002' WHERE idx = 2", "token"),
        ("UPDATE editions SET content = 'label' WHERE number = 2", "token"),
        ("UPDATE editions SET holder = 'Somebody else' WHERE number = 2", "token"),
        ("UPDATE documents SET sha256 = NULL WHERE edition = 2", "token"),
        ("DELETE FROM documents WHERE edition = 2", "token"),
        ("UPDATE status_lists SET entity = 'FR-3090'", "index"),
        ("UPDATE status_lists SET size = 2048", "index"),
        ("UPDATE status_lists SET authority_uri = NULL", "index"),
        ("UPDATE indices SET request_digest = request_digest || request_digest WHERE idx = 3", "index"),
    ],
)  # fmt: skip
def test_what_was_changed_is_found(lived: Register, statement: str, about: str) -> None:
    assert about in {finding.about for finding in findings_after(lived, statement)}
    assert lived.audit().is_sound


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE events SET reason = 'another' WHERE kind = 'suspended'", "its actor or reason was changed"),
        ("UPDATE events SET actor = NULL, reason = NULL WHERE kind = 'purged'", "its actor is gone"),
    ],
)
def test_what_a_purge_does_not_blank_is_found_after_a_purge(register: Register, statement: str, says: str) -> None:
    issued(register)
    register.suspend(ID, act=act("2026-03-13"))
    register.purge(ID, act=act("2036-03-03"))
    assert register.audit().is_sound
    (finding,) = findings_after(register, statement)
    assert says in finding.says


INVENTED = (
    "INSERT INTO certificates (id, request_digest, entity, scheme, level, issued, valid_until) "
    "SELECT 'EUCC-3087-2026-03-0099', request_digest, entity, scheme, level, issued, valid_until FROM certificates "
    "WHERE idx = 0"
)


def test_a_certificate_that_nobody_issued_is_found_though_it_claims_neither_index_nor_token(lived: Register) -> None:
    assert findings_after(lived, INVENTED) == (Finding("token", "EUCC-3087-2026-03-0099", "the log does not know it"),)


def test_a_certificate_without_status_that_was_removed_is_found_after_its_purge(register: Register) -> None:
    statement = WORLD.statement()
    maker = replace(ISSUER, issuer="XX-0001", signer=MAKER_KEY)
    register.issue(statement, issuer=maker, act=act(), has_status=False)
    register.purge(statement.id, act=act("2040-01-01"))
    assert register.audit().is_sound
    assert findings_after(register, "DELETE FROM certificates") == (
        Finding("token", statement.id, "is issued, and the register has no such certificate"),
    )


def test_a_key_that_was_exchanged_for_another_is_found(lived: Register) -> None:
    cose_key = cbor.encode(STRANGER_KEY.public_key.to_cose_key()).hex()
    literal = f"x'{cose_key}'" if lived.database.is_sqlite else f"'\\x{cose_key}'::bytea"
    findings = findings_after(lived, f"UPDATE keys SET cose_key = {literal}")  # noqa: S608 that is the attack
    assert any("is another one" in finding.says for finding in findings)


# --- heads that are kept elsewhere ---


def test_a_head_that_was_kept_is_in_every_later_state(register: Register) -> None:
    issued(register)
    kept = register.head().to_json()
    issued(register, 4)
    assert register.audit(known=Head.from_json(kept)).is_sound


def test_a_log_that_was_rewritten_from_its_beginning_is_found_by_the_kept_head(lived: Register) -> None:
    other = replace(lived.head(), digest=bytes(32))
    assert [finding.says for finding in lived.audit(known=other).findings] == [
        "it is not the one that the known head names"
    ]


def test_a_log_that_was_cut_off_is_found_by_the_kept_head(lived: Register) -> None:
    cut = ("DELETE FROM publications", "DELETE FROM events WHERE kind = 'published'")
    assert findings_after(lived, *cut) == ()
    assert [finding.says for finding in findings_after(lived, *cut, known=lived.head())] == [
        "the known head is beyond the end of the log: events are missing"
    ]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{}",
        '{"seq": 1}',
        '{"seq": "1", "digest": "00"}',
        '{"seq": 1, "digest": "z"}',
        '{"seq": 1, "digest": "00"}',
        f'{{"seq": 0, "digest": "{"00" * 32}"}}',
        f'{{"seq": -1, "digest": "{"00" * 32}"}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_head_is_refused(said: str) -> None:
    with pytest.raises(RegisterError, match="not the head of a register"):
        Head.from_json(said)
