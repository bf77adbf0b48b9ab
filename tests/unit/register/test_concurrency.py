"""Processes that issue and decide at once, and are killed: no index twice, every gap explained, nothing half done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from benchmarks.stress_register import stress
from certmark.register import Kind, Register
from tests.unit.register.body import ID, ISSUER, act, issued, numbered


def test_killed_processes_leave_a_sound_register(url: str) -> None:
    outcome = stress(url, processes=2, seconds=1, least_kills=3)
    assert outcome.report.findings == ()
    assert outcome.says_otherwise == []
    assert outcome.kills >= 3
    assert outcome.certificates > 0
    assert outcome.report.counted["tokens"] == outcome.certificates == outcome.states["issued"]


def test_threads_share_a_register(register: Register) -> None:
    with ThreadPoolExecutor(8) as threads:
        records = list(threads.map(lambda number: issued(register, number), range(1, 41)))
    assert sorted(record.index or 0 for record in records) == list(range(40))
    assert register.audit().is_sound


def test_one_key_asked_for_by_many_threads_issues_once(register: Register) -> None:
    def ask(_: int) -> str:
        try:
            return register.issue(numbered(1), issuer=ISSUER, act=act(), key="order-17").newest.text
        except Exception as error:  # noqa: BLE001 which one it is, is asserted
            return type(error).__name__

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(ask, range(24)))
    text = register.certificate(ID).newest.text
    assert {text} <= answers <= {text, "RegisterConflictError"}
    assert [event.kind for event in register.history(ID)].count(Kind.ISSUED) == 1
    assert register.audit().is_sound
