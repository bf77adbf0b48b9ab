"""CONFORMANCE.md says how much of what others wrote was tried: these are the numbers that the tests assert."""

from __future__ import annotations

import re
from typing import Final

from tests.conformance import test_cose_wg, test_dcc, test_gluecose, test_status_list, test_wycheproof
from tests.conftest import ROOT

PAGE: Final = (ROOT / "CONFORMANCE.md").read_text(encoding="utf-8")
ROWS: Final = {
    cells[0]: cells[1:]
    for line in PAGE.partition("## Vectors of others")[2].splitlines()
    if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
}


def row(begins: str) -> list[str]:
    (found,) = (cells for name, cells in ROWS.items() if name.startswith(begins))
    return found


def test_the_files_of_the_cose_working_group() -> None:
    count = len(test_cose_wg.VERDICTS)
    assert row("COSE working group") == [f"{count} files", f"{count}", "none"]


def test_the_files_of_gluecose() -> None:
    files = len(test_gluecose.VERDICTS)
    assert row("gluecose") == [f"{files} files, {3 * files} flipped bits", f"{4 * files}", "none"]


def test_the_tests_of_wycheproof() -> None:
    for name, begins in (("ecdsa", "Wycheproof: ECDSA"), ("ed25519", "Wycheproof: Ed25519")):
        count = test_wycheproof.SUITES[name].results.total()
        assert row(begins) == [f"{count} tests", f"{count}", "none"]


def test_the_files_of_the_status_list_draft() -> None:
    named = {*test_status_list.LISTS, *(f"{name}_diag" for name in test_status_list.ANNOTATED)}
    assert row("Token Status List")[:2] == [f"{len(named) + 2} files", f"{len(named) + 2}"]


def test_the_results_of_the_covid_certificates() -> None:
    tried, agreed, exceptions = row("EU Digital COVID")
    assert tried.endswith(f"in {test_dcc.FILES} files")
    assert int(tried.split()[0]) - int(agreed) == len(test_dcc.EXCEPTIONS)
    assert set(re.findall("[A-Z]{2}-[0-9]{4}", exceptions)) == set(test_dcc.EXCEPTIONS)
