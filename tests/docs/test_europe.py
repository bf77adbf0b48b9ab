"""The code of docs/europe.md runs and prints what stands there, and its table says what the data say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from certmark.trust.publish.europe import europe

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "europe.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_code_prints_what_the_page_says() -> None:
    done = subprocess.run([sys.executable, "-c", block("python")], capture_output=True, text=True, check=True)
    assert done.stdout == block("text")


def test_the_page_names_what_is_confirmed() -> None:
    (authorities,) = re.findall(r"^\| the authority \(NCCA\) of (.*?) \|", PAGE, re.MULTILINE)
    assert re.findall("[A-Z]{2}", authorities) == [state.code for state in europe().states if state.ncca]
    known, unknown = (
        re.findall("[0-9]{4}", row) for row in re.findall("^.*the bodies with the numbers.*$", PAGE, re.MULTILINE)
    )
    assert known == [body.number for body in europe().bodies if body.name]
    assert unknown == [body.number for body in europe().bodies if not body.name]
