"""Words of six languages: the same keys and placeholders in each, dates and numbers as its people write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from certmark import wording
from certmark.model import AssuranceLevel
from certmark.text import problem_in
from certmark.verify import CertificateStatus, Indication
from certmark.wording import LANGUAGES, LanguageError, words
from certmark.wording.dates import PLURALS

FILES = Path(wording.__file__).parent
DATA: Mapping[str, Any] = {
    language: json.loads((FILES / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
}
LONGEST_ON_LABELS = 48
LONGEST_SENTENCE = 160
PLACEHOLDERS = frozenset({"ago", "date", "host", "id", "issuer", "label", "month", "scheme", "scope"})


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a data file with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from leaves(item, f"{path}[{position}]")
    else:
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}".lstrip("."))


def placeholders(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


TEXTS = {language: dict(leaves(DATA[language])) for language in LANGUAGES}
ENGLISH = TEXTS["en"]
SAID = {"certificate", "statement_of_conformity", "problem", "product", "promotion", "action", "notice"}
PROMISES = (
    *("revok", "secure", "sicher ", "sûr ", "seguro", "sicuro", "bezpieczny"),
    # a copy is signed like the original
    *("genuine", "echt, ", "authent", "auténtic", "autentic", "autentyczn"),
)


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert sorted(path.stem for path in FILES.glob("*.json")) == list(LANGUAGES)
    assert all(DATA[language]["language"] == language for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    forms_of_numbers = ("ago.",)

    def without_forms(paths: Mapping[str, str]) -> list[str]:
        return [path for path in paths if not path.startswith(forms_of_numbers)]

    assert without_forms(TEXTS[language]) == without_forms(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    for path, text in TEXTS[language].items():
        if path in ENGLISH:
            assert placeholders(text) == placeholders(ENGLISH[path]), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_known_placeholders_an_end_and_a_bounded_length(language: str) -> None:
    for path, text in TEXTS[language].items():
        if path.split(".")[0] in SAID:
            assert set(placeholders(text)) <= PLACEHOLDERS, path
            assert len(text) <= LONGEST_SENTENCE, path
            # Polish dates end in the full stop of "r."
            ends = (".", ": {scope}", "{date}") if language == "pl" else (".", ": {scope}")
            assert text.endswith(ends), path
            assert not (language == "pl" and text.endswith("{date}.")), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_may_be_shown_as_it_is(language: str) -> None:
    for path, text in TEXTS[language].items():
        assert problem_in(text) is None, path
        assert "  " not in text, path
        assert "'" not in text, f"{path}: typographic apostrophes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_called_revoked_secure_or_genuine(language: str) -> None:
    for path, text in TEXTS[language].items():
        assert not any(promise in text.lower() for promise in PROMISES), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_have_a_word_for_everything_and_their_words_are_short(language: str) -> None:
    label = words(language).label
    assert set(AssuranceLevel) <= set(label)
    assert all(len(text) <= LONGEST_ON_LABELS for text in label.values())
    assert placeholders(label["issued"]) == ["month"]
    assert placeholders(label["valid_until"]) == ["date"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_and_indication_has_a_word(language: str) -> None:
    assert list(words(language).status) == list(CertificateStatus)
    assert list(words(language).indication) == list(Indication)


@pytest.mark.parametrize(
    ("language", "second", "first", "month"),
    [
        ("de", "2. März 2026", "1. März 2026", "März 2026"),
        ("en", "2 March 2026", "1 March 2026", "March 2026"),
        ("es", "2 de marzo de 2026", "1 de marzo de 2026", "marzo de 2026"),
        ("fr", "2 mars 2026", "1er mars 2026", "mars 2026"),
        ("it", "2 marzo 2026", "1º marzo 2026", "marzo 2026"),
        ("pl", "2 marca 2026 r.", "1 marca 2026 r.", "marzec 2026 r."),
    ],
)
def test_dates_are_written_as_people_do(language: str, second: str, first: str, month: str) -> None:
    said = words(language)
    assert said.date(date(2026, 3, 2)) == second
    assert said.date(date(2026, 3, 1)) == first
    assert said.month(date(2026, 3, 2)) == month


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_months_are_written_alike(language: str) -> None:
    assert len({words(language).date(date(2026, month, 12)) for month in range(1, 13)}) == 12
    assert len({words(language).month(date(2026, month, 12)) for month in range(1, 13)}) == 12


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 0, "less than a day ago"),
        ("en", 1, "1 day ago"),
        ("en", 41, "41 days ago"),
        ("de", 1, "vor 1 Tag"),
        ("de", 41, "vor 41 Tagen"),
        ("fr", 0, "il y a moins d’un jour"),
        ("fr", 1, "il y a 1 jour"),
        ("fr", 2, "il y a 2 jours"),
        ("es", 1, "hace 1 día"),
        ("es", 21, "hace 21 días"),
        ("it", 1, "1 giorno fa"),
        ("it", 41, "41 giorni fa"),
        ("pl", 1, "1 dzień temu"),
        ("pl", 2, "2 dni temu"),
        ("pl", 21, "21 dni temu"),
    ],
)
def test_ages_agree_with_their_number(language: str, days: int, said: str) -> None:
    assert words(language).ago(days) == said


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("one", [1]),
        ("few", [2, 3, 4, 22, 34, 102, 1003]),
        ("many", [5, 10, 11, 12, 13, 14, 20, 21, 25, 112, 113, 1012]),
    ],
)
def test_polish_has_three_forms(form: str, numbers: list[int]) -> None:
    assert {PLURALS["one_few_many"](number) for number in numbers} == {form}
    assert set(DATA["pl"]["ago"]) == {"today", "one", "few", "many"}


@pytest.mark.parametrize("language", ["", "EN", "en-GB", "nl", "../en", "en.json", "de\n"])
def test_another_language_is_refused_with_a_list(language: str) -> None:
    with pytest.raises(LanguageError, match="choose one of de, en, es, fr, it, pl"):
        words(language)


def test_words_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        words("en").label["part"] = "certified"  # type: ignore[index]
