"""The page about the register: its program runs and prints what the page says."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from certmark.errors import ModelError
from certmark.model import dump_document
from certmark.register import read_csv
from certmark.register.lifecycle import TRANSITIONS
from tests.docs.test_code_blocks import blocks
from tests.world import SIGNED_AT, WORLD

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "register.md").read_text(encoding="utf-8")


def test_the_program_prints_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "certificate.json").write_text(dump_document(WORLD.certificate()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks("python", PAGE))],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == (blocks("text", PAGE)[0], "")


def test_the_row_of_csv_is_one_that_is_issued() -> None:
    (row,) = read_csv(io.BytesIO(blocks("csv", PAGE)[0].encode()))
    assert not isinstance(row.said, ModelError)
    WORLD.issuer().check(row.said, at=SIGNED_AT)


def test_the_diagram_names_the_article_of_each_decision() -> None:
    diagram = blocks("mermaid", PAGE)[0]
    for kind, transition in TRANSITIONS.items():
        if kind not in {"labelled", "reinstated"}:
            article = transition.article.split(" and ")[0].replace("Article", "Art")
            assert article in diagram, kind
