"""``certmark trust new``: a list begins with what is known, and with nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.mark.parametrize("territory", ["BE", "DE", "FR", "NL"])
def test_a_confirmed_authority_is_filled_in(territory: str, certmark: Command, tmp_path: Path) -> None:
    ended = certmark("trust", "new", tmp_path / "list.json", "--territory", territory, "--id", "x")
    assert ended.code == 0
    written = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))
    assert written["ncca"] == {"entity_id": f"{territory}-NCCA", "name": written["operator"]}
    assert written["entities"] == []
    assert f"authority: {written['operator']}" in ended.out


def test_a_territory_is_enough_where_the_authority_is_confirmed(
    certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert certmark("trust", "new", "--territory", "DE").code == 0
    written = json.loads((tmp_path / "de.json").read_text(encoding="utf-8"))
    assert (written["territory"], written["list_id"]) == ("DE", "de-list")


@pytest.mark.parametrize("option", ["--operator", "--id"])
def test_an_empty_name_is_refused_and_not_replaced_by_the_known_one(
    option: str, certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert certmark("trust", "new", "--territory", "DE", option, "").code == 65
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_exists_is_not_written_over(
    certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "de.json").write_text("begun", encoding="utf-8")
    assert certmark("trust", "new", "--territory", "DE").code != 0
    assert (tmp_path / "de.json").read_text(encoding="utf-8") == "begun"


@pytest.mark.parametrize(
    ("territory", "bodies"),
    [("DE", ["DE-3087"]), ("FR", ["FR-3090"]), ("ES", ["ES-3095"]), ("NL", ["NL-3110"]), ("BE", []), ("XX", [])],
)
def test_known_bodies_are_named_but_not_listed_without_keys(
    territory: str, bodies: list[str], certmark: Command, tmp_path: Path
) -> None:
    out = tmp_path / "list.json"
    ended = certmark("trust", "new", out, "--territory", territory, "--id", "x", "--operator", "Keeper")
    commands = [line.partition(": ")[2] for line in ended.out.splitlines() if line.startswith("known body")]
    assert [command.split(" --name ")[0] for command in commands] == [
        f"certmark trust add-body {out} {body}" for body in bodies
    ]
    written = json.loads(out.read_text(encoding="utf-8"))
    assert (written["operator"], written["entities"]) == ("Keeper", [])
    assert "ncca" not in written


@pytest.mark.parametrize("territory", ["PT", "GR", "NO", "XX"])
def test_who_keeps_the_list_must_be_named_where_it_is_not_confirmed(
    territory: str, certmark: Command, tmp_path: Path
) -> None:
    ended = certmark("trust", "new", tmp_path / "list.json", "--territory", territory, "--id", "x")
    assert ended.code == 64
    assert f"the authority of {territory} is not confirmed here" in ended.complaint
    assert not (tmp_path / "list.json").exists()


@pytest.mark.parametrize("territory", ["EL", "UK", "EU", "d", "\x1b[2J"])
def test_an_unknown_territory_is_answered_with_those_known(territory: str, certmark: Command, tmp_path: Path) -> None:
    ended = certmark("trust", "new", tmp_path / "list.json", "--territory", territory, "--id", "x")
    assert ended.code == 65
    assert "known are AT, BE, BG" in ended.complaint
    assert ended.complaint.isprintable()
    assert list(tmp_path.iterdir()) == []
