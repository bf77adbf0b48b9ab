"""Batches: each row is issued once, whatever is wrong with others and wherever a batch is killed or stopped."""

from __future__ import annotations

import io
import json
import random
import re
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certmark.errors import LinkError, SignerError
from certmark.issue import Issuer
from certmark.register import (
    BatchStoppedError,
    Kind,
    Outcome,
    Register,
    RegisterConflictError,
    Row,
    RowResult,
    StatusListFullError,
    read_jsonl,
)
from certmark.register.batch import CHUNK
from certmark.register.errors import RegisterStorageError
from tests.unit.register.body import ISSUER, Hook, act, issued, issuer_that, numbered, opened
from tests.unit.register.test_rows import line_of
from tests.world import BODY, BODY_KEY, LINK, MAKER_KEY, STATUS_URI, WORLD

ISSUED, BEFORE, REFUSED = Outcome


def rows(*numbers: int) -> list[Row]:
    return [Row(line, numbered(number)) for line, number in enumerate(numbers, 1)]


def run(register: Register, batch: Any, **how: Any) -> list[RowResult]:
    return list(register.issue_batch(batch, **{"issuer": ISSUER, "act": act(), **how}))


def outcomes(results: list[RowResult]) -> list[tuple[int, Outcome, int | None]]:
    return [(each.line, each.outcome, each.index) for each in results]


def events_of(register: Register, kind: Kind) -> int:
    return sum(event.kind is kind for each in register.certificates() for event in register.history(each.id))


# --- rows ---


def test_each_row_is_issued_on_an_index_of_its_own_and_verifies(register: Register) -> None:
    results = run(register, rows(*range(1, CHUNK + 11)))
    assert outcomes(results) == [(number, ISSUED, number - 1) for number in range(1, CHUNK + 11)]
    for each in results[:: CHUNK // 2]:
        assert WORLD.verifier().report(register.certificate(each.id or "").newest.text, at=WORLD.now).passed
    assert register.audit().is_sound


def test_the_same_rows_again_issue_nothing(register: Register) -> None:
    first = run(register, rows(1, 2, 3))
    head = register.head()
    again = run(register, rows(1, 2, 3, 4), act=act("2026-03-09"))
    assert outcomes(again) == [*((each.line, BEFORE, each.index) for each in first), (4, ISSUED, 3)]
    assert register.head().seq == head.seq + 2


def test_rows_may_be_corrected_and_moved(register: Register) -> None:
    bad = numbered(2, legal_basis="32019R0881")
    assert [each.outcome for each in run(register, [Row(1, numbered(1)), Row(2, bad)])] == [ISSUED, REFUSED]
    assert [each.outcome for each in run(register, rows(2, 1))] == [ISSUED, BEFORE]


def test_a_row_may_be_corrected_after_a_kill_while_it_was_signed(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr("certmark.register.issuing.burn_all", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            run(register, rows(1, 2), issuer=failing_after(1, KeyboardInterrupt()))
    corrected = [Row(1, numbered(1, support_until="2031-01-01")), *rows(1, 2)[1:]]
    assert outcomes(run(register, corrected)) == [(1, ISSUED, 2), (2, ISSUED, 3)]
    assert register.audit().is_sound


REFUSALS: dict[str, tuple[Any, str, str, bool]] = {
    # what is on the line, the code of the error, what it says, whether it takes an index
    "json": (b"{", "model", "is not JSON", False),
    "utf-8": (b"\xff", "model", "is not UTF-8", False),
    "long": (b" " * 1_000_001, "model", "longer than 1000000 bytes", False),
    "scheme": (line_of(9, assurance_level="basic"), "scheme_violation", "breaks EUCC", False),
    "unknown-scheme": (line_of(9, scheme="XX"), "issue", "is not known", False),
    "day": (line_of(9, issued="2026-03-03"), "issue", "after the time of signing", False),
    "over": (line_of(9, issued="2026-01-01", valid_until="2026-03-01"), "issue", "before the time of signing", False),
    "twice": (line_of(1), "register_conflict", "stands on line 1 already", False),
    "twice-otherwise": (line_of(1, support_until="2031-01-01"), "register_conflict", "on line 1 already", False),
    "issued-otherwise": (line_of(7, support_until="2031-01-01"), "register_conflict", "with other content", False),
    "issued-alone": (line_of(8), "register_conflict", "is issued already", False),
}


@pytest.mark.parametrize("bad", REFUSALS)
def test_a_bad_row_is_told_by_its_line_and_stops_no_other(register: Register, bad: str) -> None:
    data, code, says, takes_index = REFUSALS[bad]
    run(register, rows(7))
    issued(register, 8)
    lines = b"\n".join((line_of(1), data, line_of(2)))
    first, refused, third = run(register, read_jsonl(io.BytesIO(lines)))
    assert [(each.line, each.outcome) for each in (first, third)] == [(1, ISSUED), (3, ISSUED)]
    assert (refused.line, refused.outcome, refused.index) == (2, REFUSED, None)
    assert refused.error is not None
    assert (refused.error.code, says in str(refused.error)) == (code, True)
    assert third.index == (4 if takes_index else 3)
    assert register.audit().is_sound


def test_what_fits_no_token_is_refused_and_its_index_is_burnt(register: Register) -> None:
    large = numbered(9, coverage={"extent": "part", "scope": "x" * 900})
    size = len(issued(register, 8).newest.cose)
    tight = replace(ISSUER, limits=replace(ISSUER.limits, token=size + 100))
    found = run(register, [Row(1, numbered(1)), Row(2, large), Row(3, numbered(2))], issuer=tight)
    assert [(each.outcome, each.index) for each in found] == [(ISSUED, 1), (REFUSED, None), (ISSUED, 3)]
    assert [event.kind for event in register.history(large.id)] == [Kind.RESERVED, Kind.BURNT]


def test_only_bad_rows_leave_the_register_as_it_was(register: Register) -> None:
    head = register.head()
    assert [each.outcome for each in run(register, read_jsonl(io.BytesIO(b"{\n[\n")))] == [REFUSED] * 2
    assert register.head() == head


def test_statements_may_do_without_status(register: Register) -> None:
    maker = replace(ISSUER, issuer="XX-0001", signer=MAKER_KEY, link=LINK)
    for outcome in (ISSUED, BEFORE):
        (result,) = run(register, [Row(1, WORLD.statement())], issuer=maker, has_status=False)
        assert (result.outcome, result.index) == (outcome, None)
    assert register.audit().is_sound


def test_a_template_that_carries_no_token_is_no_fault_of_a_row(register: Register) -> None:
    head = register.head()
    for template, has_status in (("https://x.example/{name}", True), ("https://x.example/{index}", False)):
        with pytest.raises(LinkError):
            run(register, rows(1), issuer=replace(ISSUER, link=template), has_status=has_status)
    assert register.head() == head


def test_results_are_told_apart_by_their_lines(register: Register) -> None:
    with pytest.raises(ValueError, match="two rows on line 1"):
        run(register, [Row(1, numbered(1)), Row(1, numbered(2))])


def test_no_more_rows_are_read_than_are_worked_on(register: Register) -> None:
    read = []

    def endless() -> Iterator[Row]:
        for number in range(1, 10_000):
            read.append(number)
            yield Row(number, numbered(number))

    batch = register.issue_batch(endless(), issuer=ISSUER, act=act())
    assert next(batch).line == 1
    assert len(read) == CHUNK


# --- what is no row's fault ---


def failing_after(signatures: int, error: BaseException) -> Any:
    """Sign some times and then no more, as a module does whose session was closed."""
    left = iter(range(signatures))

    def fail() -> None:
        if next(left, None) is None:
            raise error

    return issuer_that(fail)


def until_it_stops(register: Register, batch: list[Row], issuer: Issuer) -> tuple[list[RowResult], BatchStoppedError]:
    results: list[RowResult] = []
    try:
        results.extend(register.issue_batch(batch, issuer=issuer, act=act()))
    except BatchStoppedError as error:
        return results, error
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "says"),
    [
        pytest.param(SignerError("the module is gone"), "the module is gone", id="signer-error"),
        pytest.param(
            OSError(5, "I/O\x1b error"), r"the signer failed with OSError: '.*I/O\\x1b error'", id="any-other"
        ),
    ],
)
def test_a_signer_that_fails_stops_the_batch_and_a_rerun_goes_on(
    register: Register, error: Exception, says: str
) -> None:
    results, stopped = until_it_stops(register, rows(*range(1, 7)), failing_after(3, error))
    assert re.search(f"stopped at line 4: {says}; what was issued stays", str(stopped))
    assert (stopped.line, stopped.__cause__) == (4, error)
    assert [each.index for each in results] == [0, 1, 2]
    assert [event.kind for event in register.history(numbered(5).id)] == [Kind.RESERVED, Kind.BURNT]
    again = run(register, rows(*range(1, 7)))
    assert outcomes(again) == [
        (1, BEFORE, 0),
        (2, BEFORE, 1),
        (3, BEFORE, 2),
        (4, ISSUED, 6),
        (5, ISSUED, 7),
        (6, ISSUED, 8),
    ]
    assert register.audit().is_sound


def test_a_row_that_is_refused_after_the_signer_failed_is_left_to_the_rerun(register: Register) -> None:
    batch = [Row(1, numbered(1)), Row(2, numbered(2)), Row(3, numbered(3, assurance_level="basic"))]
    results, _ = until_it_stops(register, batch, failing_after(1, SignerError("gone")))
    assert outcomes(results) == [(1, ISSUED, 0)]


def test_an_interrupt_while_signing_burns_what_was_reserved(register: Register) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(register, rows(1, 2), issuer=failing_after(1, KeyboardInterrupt()))
    assert register.certificates() == ()
    assert [event.kind for event in register.history(numbered(1).id)] == [Kind.RESERVED, Kind.BURNT]
    assert outcomes(run(register, rows(1, 2))) == [(1, ISSUED, 2), (2, ISSUED, 3)]


def test_a_signer_that_lies_stops_the_batch(register: Register) -> None:
    liar = replace(ISSUER, signer=Hook(lambda: None, MAKER_KEY.public_key))
    with pytest.raises(BatchStoppedError, match="does not verify with its public key"):
        run(register, rows(1), issuer=liar)
    assert register.certificates() == ()


def test_a_list_that_is_full_is_filled_first_and_then_stops_the_batch(url: str) -> None:
    with opened(url, size=3) as register:
        with pytest.raises(BatchStoppedError, match="stopped at line 4: no status list of DE-3087 has room") as caught:
            run(register, rows(*range(1, 6)))
        assert isinstance(caught.value.__cause__, StatusListFullError)
        assert len(register.certificates()) == 3
        register.open_list("https://status.body.example/eucc/2", entity=BODY, size=8, act=act())
        assert [each.index for each in run(register, rows(*range(1, 6)))] == [0, 1, 2, 0, 1]
        assert register.audit().is_sound


@pytest.mark.parametrize(("name", "line"), [("known", 1), ("reserve", 2), ("keep", 2)])
def test_a_database_that_fails_stops_the_batch(
    register: Register, name: str, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(register, rows(1))

    def gone(*_: object, **__: object) -> None:
        raise RegisterStorageError("the register cannot be written: gone")

    with monkeypatch.context() as broken:
        broken.setattr(f"certmark.register.issuing.{name}", gone)
        with pytest.raises(BatchStoppedError, match=f"stopped at line {line}: the register cannot be written: gone"):
            run(register, rows(1, 2, 3))
    assert [each.outcome for each in run(register, rows(1, 2, 3))] == [BEFORE, ISSUED, ISSUED]
    assert register.audit().is_sound


def test_ids_that_cannot_be_remembered_stop_the_batch(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = __import__("sqlite3").connect

    def small(name: str, **how: Any) -> Any:
        made = connect(name, **how)
        if name == "":
            made.execute("PRAGMA max_page_count = 2")
        return made

    monkeypatch.setattr("certmark.register.batch.sqlite3.connect", small)
    many = [Row(number, numbered(number).model_copy(update={"id": f"{number:064}"})) for number in range(1, 200)]
    with pytest.raises(BatchStoppedError, match="full"):
        run(register, many)


# --- at once ---


def test_who_overtakes_a_row_while_it_is_signed_has_it(register: Register) -> None:
    done: list[object] = []

    def overtake() -> None:
        if not done:
            done.append(issued(register, 2))

    first, second, third = run(register, rows(1, 2, 3), issuer=issuer_that(overtake))
    assert (first.outcome, second.outcome, third.outcome) == (ISSUED, REFUSED, ISSUED)
    assert "took over" in str(second.error)
    assert register.audit().is_sound


def test_who_overtakes_a_row_without_status_has_it(register: Register) -> None:
    maker = replace(ISSUER, issuer="XX-0001", link=LINK)
    how: dict[str, Any] = {"act": act(), "has_status": False}
    key = f"batch:{WORLD.statement().id}"
    slow = replace(
        maker, signer=Hook(lambda: register.issue(WORLD.statement(), issuer=maker, key=key, **how), BODY_KEY.public_key)
    )
    (result,) = run(register, [Row(1, WORLD.statement())], issuer=slow, **how)
    assert result.outcome == BEFORE


def test_one_batch_is_at_work_at_a_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certmark.register.database.LOCK_WAIT", 1)
    with opened(url) as register, Register.open(url) as other:
        batch = register.issue_batch(rows(1, 2), issuer=ISSUER, act=act())
        next(batch)
        with pytest.raises(RegisterConflictError, match="another batch is at work"):
            run(other, rows(1, 2))
        register.suspend(numbered(1).id, act=act("2026-03-03"))
        batch.close()  # type: ignore[attr-defined]
        assert [each.outcome for each in run(other, rows(1, 2))] == [BEFORE, BEFORE]


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'register.db'}") as register:
        (tmp_path / "register.db.batch").mkdir()
        with pytest.raises(RegisterStorageError, match="cannot be locked: unable to open"):
            run(register, rows(1))


# --- processes ---


class Office:
    """A folder with a register, keys and rows, and processes that issue them."""

    def __init__(self, url: str, folder: Path, *, in_all: int = CHUNK + 10) -> None:
        self.url, self.folder, self.in_all = url, folder, in_all
        opened(url).close()
        (folder / "key.pem").write_bytes(BODY_KEY.to_pem())
        (folder / "rows.jsonl").write_bytes(b"".join(line_of(number) + b"\n" for number in range(1, self.in_all + 1)))

    def start(self, out: str = "out", *, largest_file: int | None = None) -> subprocess.Popen[str]:
        where = ("--register", self.url, "--key", "key.pem", "--issuer", BODY, "--out", out)
        how = ("--link", LINK, "--actor", "anna", "--at", "2026-03-02T10:00:00Z")

        def bounded() -> None:
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        return subprocess.Popen(
            [sys.executable, "-m", "certmark", "register", "issue-batch", "rows.jsonl", *where, *how],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=bounded,  # noqa: PLW1509 no thread is at work here
        )

    def finishes(self, process: subprocess.Popen[str]) -> str:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
        return out

    def results(self, out: str = "out") -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / out / "results.jsonl").read_text().splitlines()]

    def assert_whole(self, *outs: str) -> None:
        """Nothing was issued twice or is missing, and what is in the folders is what is in the register."""
        with Register.open(self.url) as register:
            records = register.certificates()
            assert {record.id for record in records} == {numbered(number).id for number in range(1, self.in_all + 1)}
            assert register.audit().findings == ()
            for record in records:
                kinds = Counter(event.kind for event in register.history(record.id))
                assert kinds[Kind.ISSUED] == 1
            assert {record.list_uri for record in records} == {STATUS_URI}
        by_id = {record.id: record for record in records}
        for out in outs:
            folder = self.folder / out
            assert [(each["line"], each["index"]) for each in self.results(out)] == [
                (number, by_id[numbered(number).id].index) for number in range(1, self.in_all + 1)
            ]
            found = {path.name for path in folder.iterdir()} - {"results.jsonl", "results.jsonl.lock"}
            assert found == {f"{each}.{suffix}" for each in by_id for suffix in ("cose", "txt", "svg", "png")}
            assert all((folder / f"{each}.cose").read_bytes() == by_id[each].newest.cose for each in by_id)


def test_killed_batches_are_finished_by_running_them_again(url: str, tmp_path: Path) -> None:
    office, choose, kills = Office(url, tmp_path), random.Random(5), 0
    for _ in range(4):
        process = office.start()
        try:
            process.communicate(timeout=choose.uniform(0.8, 3))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        assert not (tmp_path / "out" / "results.jsonl").exists() or process.returncode == 0
    assert kills
    out = office.finishes(office.start())
    assert f"rows     {office.in_all}: " in out
    office.assert_whole("out")


def test_two_batches_of_one_file_at_once_issue_nothing_twice(url: str, tmp_path: Path) -> None:
    office = Office(url, tmp_path, in_all=20)
    processes = [office.start(out) for out in ("one", "two")]
    for process in processes:
        office.finishes(process)
    office.assert_whole("one", "two")
    counted = Counter(each["outcome"] for out in ("one", "two") for each in office.results(out))
    assert counted == {"issued": 20, "already_issued": 20}


def test_a_disk_that_is_full_stops_the_batch_and_a_rerun_goes_on(tmp_path: Path) -> None:
    office = Office(f"sqlite:///{tmp_path / 'register.db'}", tmp_path)
    with Register.open(office.url) as register:
        run(register, rows(1, 2, 3))
    process = office.start(largest_file=300_000)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err.count("\n")) == (65, "", 1)
    assert "rows.jsonl: stopped at line " in err
    assert "what was issued stays" in err
    assert not (tmp_path / "out" / "results.jsonl").exists()
    with Register.open(office.url) as register:
        assert register.audit().is_sound
        assert 3 <= len(register.certificates()) < office.in_all
    office.finishes(office.start())
    office.assert_whole("out")
