"""The preset dictionary is the published file, and the script builds it."""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from certmark.errors import CertmarkError
from certmark.transport import dictionary
from certmark.transport.dictionary import DICTIONARY_1_FILE, DICTIONARY_1_SHA256, dictionary_1
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = ROOT / "scripts" / "build_dictionary.py"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder of an installation whose files can be damaged."""
    monkeypatch.setattr(dictionary, "__file__", str(tmp_path / "dictionary.py"))
    dictionary_1.cache_clear()
    yield tmp_path / DICTIONARY_1_FILE
    dictionary_1.cache_clear()


def test_it_has_4_kib_and_the_published_digest() -> None:
    assert len(dictionary_1()) == 4096
    assert hashlib.sha256(dictionary_1()).hexdigest() == DICTIONARY_1_SHA256


def test_it_is_read_once() -> None:
    assert dictionary_1() is dictionary_1()


def test_a_missing_file_is_told(elsewhere: Path) -> None:
    assert not elsewhere.exists()
    with pytest.raises(CertmarkError, match="missing: install certmark anew"):
        dictionary_1()


@pytest.mark.parametrize("content", [b"", bytes(4096), dictionary_1() + b"\n", dictionary_1()[:-1] + b"\0"])
def test_any_other_file_is_refused(elsewhere: Path, content: bytes) -> None:
    elsewhere.write_bytes(content)
    with pytest.raises(CertmarkError, match="not the published dictionary"):
        dictionary_1()


def test_the_script_builds_the_same_bytes() -> None:
    result = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, ""), result.stderr


def test_it_names_no_vendor_laboratory_body_or_host(shared: Path) -> None:
    with (shared / "data" / "common-criteria.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row[column] for row in rows for column in ("vendor", "laboratory")} - {""}
    first_words = {name.lower().split(maxsplit=1)[0].strip(",") for name in names}
    assert len(first_words) > 150
    text = dictionary_1().decode("latin-1").lower()
    named = {word for word in first_words if re.search(rf"\b{re.escape(word)}\b", text)}
    assert named <= {"cloud", "de", "in", "information", "the"}  # words of a language, too, and .de
    assert not any(name in text for name in ("enisa", "europa", "bsi", "anssi", "trustcb", "verify", "example"))
