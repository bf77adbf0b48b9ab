"""The programs of examples/ run, and end as they say."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from certmark.bulk import FromStore
from certmark.fetch import TrustStore
from certmark.status.bitarray import Status
from tests.conftest import ROOT
from tests.world import WORLD, World

BODY_EMBEDDING = """\
power fails after case 2027/1 (EUCC-7001-2027-03-0001) was issued: 1 certificate
next run: 3 cases closed, 3 certificates, 0 cases wait
indices: 0 1 2

Zertifizierungssystem: EUCC
Vertrauenswürdigkeitsstufe: mittel
AVA_VAN-Stufe: 2
Zertifikat: EUCC-7001-2027-03-0001
Zertifizierungsstelle: Imaginary Body
Ausgestellt März 2027
Gültig bis 1. März 2032

Le certificat EUCC-7001-2027-03-0002 est suspendu. (1er avril 2027 - 12 mai 2027) \
Cessez de présenter le produit comme certifié.

2027-03-31: published, 0 suspended or withdrawn
2027-04-01: published, 1 suspended or withdrawn
on the web: certificates.json status.cose
audit: sound
"""
BODY_YEAR = ROOT / "examples" / "body_year.py"


def test_five_years_give_the_answers_that_are_expected() -> None:
    program = [sys.executable, str(ROOT / "examples" / "five_years.py")]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    dated = [line for line in done.stdout.splitlines() if line.startswith("20")]
    assert len(dated) == 20
    for answer in "+-!?x":
        assert any(f"{name}{answer}" in line for line in dated for name in "AULBswfnl")
    assert "EXPECTED" not in done.stdout


def test_a_year_of_a_body_gives_the_answers_that_are_expected() -> None:
    done = subprocess.run([sys.executable, str(BODY_YEAR)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    answers = [line.split()[1:] for line in done.stdout.splitlines() if " A+ " in line]
    assert len(answers) == 12
    seen = {answer for line in answers for answer in line}
    assert " ".join(sorted(seen)) == "A+ C+ C- E+ Es L+ Ls N+ O+ O- R+ Rs W+ W- X+ X- Xs"
    refused = [line for line in done.stdout.splitlines() if "refused: " in line]
    assert [line[line.rindex("(Article") :] for line in refused] == ["(Article 30(6))", "(Article 14)"]
    certificates, audit = done.stdout.splitlines()[-2:]
    assert certificates == "300 certificates, withdrawn: 4 by the body's list, 1 by the authority's"
    assert audit.startswith("audit: sound, ")
    assert audit.endswith(" 300 indices, 300 tokens, 104 publications")


def test_a_body_keeps_its_own_system_and_the_register_in_step() -> None:
    program = [sys.executable, "-W", "error", str(ROOT / "examples" / "body_embedding.py")]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(program, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == BODY_EMBEDDING


def test_the_products_of_the_year_are_invented_where_there_is_no_reference_data(tmp_path: Path) -> None:
    alone = tmp_path / "certmark" / "examples" / BODY_YEAR.name
    alone.parent.mkdir(parents=True)
    shutil.copy(BODY_YEAR, alone)
    year = runpy.run_path(str(alone))
    names = list(islice(year["product_names"](), 300))
    assert len({*names}) == 300
    at = datetime(2027, 1, 4, tzinfo=UTC)
    for name in names:
        assert name.startswith("Imaginary ")
        WORLD.issuer().check(year["certificate"]("EUCC-7001-2027-01-0001", name, at.date()), at=at)


def _nightly(folder: Path, world: World, catalogue: str, *, night: str) -> tuple[int, list[str]]:
    """Run a night of a shop that has the lists of a world."""
    store = TrustStore(folder / "store", anchor=world.anchor)
    if not (folder / "store").exists():
        store.import_bundle(world.bundle)
    (folder / "catalogue.csv").write_text(catalogue, encoding="utf-8")
    module = runpy.run_path(str(ROOT / "examples" / "nightly_catalogue.py"))
    trust = store.open().snapshot
    status = store.statuses(trust, tokens=world.status_tokens)
    contents = store.contents()
    opening = FromStore(directory=folder / "store", anchor=world.anchor, contents=contents, status=status)
    at = datetime.fromisoformat(f"{night}T03:00:00Z")
    changes = module["night"](folder / "catalogue.csv", opening, folder / "kept", at=at)
    return sum(change.must_come_down for change in changes), [str(change) for change in changes]


def test_a_shop_sees_each_night_what_changed_and_keeps_records_of_it(tmp_path: Path) -> None:
    other = WORLD.with_certificate(id="EUCC-3087-2026-03-0002")
    second = replace(other, index=8)
    catalogue = f"sku,token,gtin\nA/1,{WORLD.text},4006381333931\nB,{second.text},\nC,HC1:X,\n=D,{WORLD.text},1\n"
    stopped, changes = _nightly(tmp_path, WORLD, catalogue, night="2026-06-02")
    assert (stopped, len(changes)) == (0, 4)
    assert changes[0].startswith("A/1: new -> yes, in_force: ")
    kept = tmp_path / "kept"
    assert sorted(path.name for path in (kept / "2026-06-02").iterdir()) == [
        *("%3DD.json", "A%2F1.json", "B.json", "C.json", "changes.csv"),
    ]
    assert _nightly(tmp_path, WORLD, catalogue, night="2026-06-03") == (0, [])
    assert not (kept / "2026-06-03").exists()

    suspended = WORLD.with_statuses(named=((WORLD.index, Status.SUSPENDED),))
    stopped, changes = _nightly(tmp_path, suspended, catalogue, night="2026-06-04")
    assert (stopped, len(changes)) == (1, 1)
    assert changes[0].startswith("A/1: yes, in_force -> no, suspended: Regulation (EU) 2024/482, Article 9(2)(d)")
    record = json.loads((kept / "2026-06-04" / "A%2F1.json").read_text(encoding="ascii"))
    assert (record["result"]["may_promote"], record["product_asked_for"]) == ("no", {"gtin": "04006381333931"})
    assert record["lists"][-1]["kind"] == "status_list"

    shorter = "\n".join(line for line in catalogue.splitlines() if not line.startswith("B,"))
    assert _nightly(tmp_path, suspended, shorter, night="2026-06-05") == (0, [])
    assert "B" not in (kept / "verdicts.json").read_text(encoding="utf-8")


def test_a_second_row_of_one_sku_is_known_again_though_rows_come_before_it(tmp_path: Path) -> None:
    rows = f"A,HC1:X\nA,{WORLD.text}\n"
    assert _nightly(tmp_path, WORLD, f"sku,token\n{rows}", night="2026-06-02")[0] == 0
    suspended = WORLD.with_statuses(named=((WORLD.index, Status.SUSPENDED),))
    stopped, changes = _nightly(tmp_path, suspended, f"sku,token\nnew,HC1:X\n{rows}", night="2026-06-03")
    assert (stopped, len(changes)) == (1, 2)


def test_a_typing_error_of_the_shop_takes_no_product_down(tmp_path: Path) -> None:
    right, wrong = (f"sku,token,gtin\nA,{WORLD.text},{gtin}\n" for gtin in ("4006381333931", "4006381333930"))
    assert _nightly(tmp_path, WORLD, right, night="2026-06-02")[0] == 0
    stopped, (change,) = _nightly(tmp_path, WORLD, wrong, night="2026-06-03")
    assert stopped == 0
    assert "wrong check digit" in change
    suspended = WORLD.with_statuses(named=((WORLD.index, Status.SUSPENDED),))
    assert _nightly(tmp_path, suspended, right, night="2026-06-04")[0] == 1


def test_a_carriage_return_in_an_sku_begins_no_row_of_the_changes() -> None:
    module = runpy.run_path(str(ROOT / "examples" / "nightly_catalogue.py"))
    assert b'"A\r=1+1"' in module["table"]([["A\r=1+1"]])


def test_the_program_of_the_night_says_what_must_come_down(tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "store", anchor=WORLD.anchor)
    store.import_bundle(WORLD.bundle)
    (tmp_path / "catalogue.csv").write_text(f"sku,token\nA,{WORLD.text}\n", encoding="utf-8")
    program = [sys.executable, str(ROOT / "examples" / "nightly_catalogue.py"), "catalogue.csv", "--store", "store"]
    program += ["--anchor", WORLD.anchor.hex(), "--keep", "kept", "--at", "2026-06-01T12:00:00Z"]
    for changes in (1, 0):
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1] == f"{changes} changes"
