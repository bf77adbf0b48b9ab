"""``certmark verify --lang``: sentence, advice and notices in a language, and nothing of it unless it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from certmark.status.bitarray import Status
from certmark.wording import LANGUAGES, advise, words
from tests.unit.cli.conftest import Command, write_world
from tests.world import WORLD

Evidence = tuple[object, ...]
SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs" / "schema" / "report.schema.json").read_text(encoding="utf-8")
)


def flat(out: str) -> str:
    """What was printed as one line: where it was wrapped does not matter."""
    return " ".join(out.replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_read_sentence_advice_and_notices_of_their_language(
    language: str, certmark: Command, files: Path, evidence: Evidence
) -> None:
    ended = certmark("verify", files / "token.txt", *evidence, "--lang", language)
    told = advise(WORLD.report(WORLD.text), language)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f" PASSED   {words(language).indication['PASSED']}\n")
    for said in (told.sentence, told.advice, *told.notices):
        assert flat(said) in flat(ended.out)


def test_what_the_checks_say_stays_english(certmark: Command, files: Path, evidence: Evidence) -> None:
    ended = certmark("verify", files / "token.txt", *evidence, "--lang", "pl")
    assert "The signature is right: the code says what the issuer signed." in flat(ended.out)
    assert not any(notice in flat(ended.out) for notice in WORLD.report(WORLD.text).notices)


def test_a_refusal_keeps_its_name(certmark: Command, evidence: Evidence) -> None:
    ended = certmark("verify", "CM1:X", *evidence, "--lang", "fr")
    assert ended.code == 1
    assert ended.out.startswith(" FAILED   échoué  FORMAT_FAILURE\n")


def test_the_language_of_the_computer_changes_nothing(
    certmark: Command, files: Path, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = certmark("verify", files / "token.txt", *evidence)
    for variable in ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(variable, "de_DE.UTF-8")
    assert certmark("verify", files / "token.txt", *evidence) == without


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_has_the_words_in_a_member_of_their_own(
    language: str, certmark: Command, tmp_path: Path, evidence: Evidence
) -> None:
    world = WORLD.with_status(Status.SUSPENDED)
    folder = write_world(tmp_path, world)
    options = [tmp_path / option.name if isinstance(option, Path) else option for option in evidence]
    ended = certmark("verify", folder / "token.txt", *options, "--json", "--lang", language)
    told = advise(world.report(world.text), language)
    jsonschema.Draft202012Validator(SCHEMA).validate(ended.report)
    assert ended.report["words"] == {**told._asdict(), "notices": list(told.notices)}
    assert list(ended.report["words"]) == SCHEMA["properties"]["words"]["required"]


def test_json_without_the_option_has_no_words(certmark: Command, files: Path, evidence: Evidence) -> None:
    with_words = certmark("verify", files / "token.txt", *evidence, "--json", "--lang", "de").report
    without = certmark("verify", files / "token.txt", *evidence, "--json").report
    assert with_words.pop("words")
    assert with_words == without


def test_each_line_of_many_has_its_words(
    certmark: Command, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    type_in(f"{WORLD.text}\nnothing\n".encode())
    ended = certmark("verify", "-", *evidence, "--jsonl", "--lang", "it")
    first, second = map(json.loads, ended.out.splitlines())
    assert first["words"]["sentence"] == "Il certificato EUCC-3087-2026-03-0001 è in vigore."
    assert second["words"]["language"] == "it"
    assert second["words"]["advice"].startswith("Non pubblicizzare il prodotto come certificato.")


@pytest.mark.parametrize("language", ["", "nl", "de_DE", "DE", "english"])
def test_another_language_is_refused_before_anything_is_read(
    language: str, certmark: Command, evidence: Evidence
) -> None:
    missing = ["no-such-file" if isinstance(option, Path) else option for option in evidence]
    ended = certmark("verify", "CM1:X", *missing, "--lang", language)
    assert (ended.code, ended.out) == (64, "")
    assert ended.complaint == f"--lang: there are no words in {language!r}: choose one of de, en, es, fr, it, pl"


def test_the_help_names_every_language(certmark: Command) -> None:
    assert "de, en, es, fr, it or pl" in flat(certmark("verify", "--help").out)
