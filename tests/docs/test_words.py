"""The page about words: its blocks print what it says, and its table of terms has those that are used."""

from __future__ import annotations

import pytest

from certmark.status.bitarray import Status
from certmark.wording import LANGUAGES, words
from tests.conftest import ROOT
from tests.docs.test_code_blocks import blocks
from tests.world import WORLD

PAGE = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")


def test_the_blocks_print_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    names = {"report": WORLD.with_status(Status.SUSPENDED).report()}
    for code, printed in zip(blocks("python", PAGE), blocks("text", PAGE), strict=True):
        exec(code, names)  # noqa: S102 the page is ours
        assert capsys.readouterr().out == printed


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_table_says_of_every_term_whether_it_was_confirmed(language: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {language} |")).lower()
    said = words(language)
    headings = ("scheme", "statement_of_conformity", "assurance_level", "ava_van", "certification_body")
    terms = [said.label[name] for name in (*headings, "basic", "substantial", "high")]
    terms += [said.status[name] for name in ("suspended", "withdrawn", "expired")]
    assert [term for term in terms if term.lower() not in row] == []
