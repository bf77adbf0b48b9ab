"""Every sentence that reports say, as a text that a change must update on purpose.

After a deliberate change ``python -m tests.unit.verify.test_sentences`` writes ``sentences.txt`` anew: read it as the
people will who get a report.
"""

from __future__ import annotations

from pathlib import Path

from certmark.verify import POLICIES
from certmark.verify.conclude import IDS
from tests.scenes import Scene
from tests.unit.verify.test_approval import APPROVALS
from tests.unit.verify.test_verdict_table import TABLE

SENTENCES = Path(__file__).with_name("sentences.txt")


def said() -> str:
    """Give what the reports on every row of the two tables say, check by check, each sentence once."""
    sentences: dict[str, set[str]] = {check_id: set() for check_id in (*IDS, "may_promote", "notices")}
    for row in (*TABLE, *APPROVALS):
        scene = row.knob(Scene())
        for policy in POLICIES:
            report = scene.report(policy)
            for check in report.checks:
                sentences[check.id].add(f"{check.outcome:8} {check.reason}  [{check.source}]")
            sentences["may_promote"].add(f"{report.may_promote:8} {report.may_promote_basis}")
            sentences["notices"].update(report.notices)
    parts = [[check_id, *(f"  {each}" for each in sorted(found)), ""] for check_id, found in sentences.items()]
    return "\n".join(line for part in parts for line in part)


def test_reports_say_what_was_agreed() -> None:
    assert said() == SENTENCES.read_text(encoding="utf-8")


def test_every_reason_is_a_sentence() -> None:
    for row in (*TABLE, *APPROVALS):
        for check in row.knob(Scene()).report().checks:
            first = check.reason.split()[0]
            assert first[0].isupper() or "." in first
            assert check.reason.endswith(".")
            assert "  " not in check.reason


if __name__ == "__main__":
    SENTENCES.write_text(said(), encoding="utf-8")
