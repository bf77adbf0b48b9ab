"""The programs of examples/ run, and end as they say."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tests.conftest import ROOT
from tests.world import WORLD

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
