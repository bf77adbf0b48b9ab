"""The words of one language: data files beside this module, read on first use.

Sentences have placeholders of fixed types, the same in every language: ``{date}`` (a day in words), ``{month}`` (month
and year in words), ``{ago}`` (a number of whole days, as "41 days ago"), and texts such as ``{id}``. Which languages
there are, where their terms come from and how to add one: docs/words.md.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from certmark.errors import CertmarkError
from certmark.wording.dates import Dates

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("de", "en", "es", "fr", "it", "pl")
"""Languages that there are words in (ISO 639-1)."""

KINDS: Final = ("certificate", "statement_of_conformity", "problem", "product", "promotion", "action", "notice")
"""Kinds of sentences."""

Value: TypeAlias = str | int | dt.date


class LanguageError(CertmarkError):
    """A language that there are no words in."""

    code: ClassVar[str] = "language"


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What is said to people in one language; ``words`` gives it.

    Attributes:
        language: ISO 639-1 code.
        name: the language's name for itself.
        label: what stands on labels: headings such as ``assurance_level``, the levels under their names in the model,
            and the sentences ``issued`` (with ``{month}``), ``valid_until`` (with ``{date}``), ``part`` and ``demo``.
        indication: a word for each indication.
        status: a word for each status of a certificate.
        sentences: what ``advise`` says, by kind and key.
        dates: how dates and ages are written.
    """

    language: str
    name: str
    label: Mapping[str, str]
    indication: Mapping[str, str]
    status: Mapping[str, str]
    sentences: Mapping[str, Mapping[str, str]]
    dates: Dates

    def date(self, day: dt.date) -> str:
        """Write a day as people of the language do, as in ``2 March 2026``."""
        return self.dates.of_day(day)

    def month(self, day: dt.date) -> str:
        """Write the month and year of a day, as in ``March 2026``."""
        return self.dates.of_month(day)

    def ago(self, days: int) -> str:
        """Say how many whole days ago something was, as in ``41 days ago``."""
        return self.dates.of_age(days)

    def say(self, kind: str, key: str, **values: Value) -> str:
        """Give a sentence.

        Args:
            kind: a kind of ``sentences``, such as ``action``.
            key: a key of it.
            values: what its placeholders stand for: ``ago`` in days, ``date`` as a day, everything else as text.
        """
        return self.sentences[kind][key].format(**{name: self._written(value) for name, value in values.items()})

    def _written(self, value: Value) -> str:
        if isinstance(value, dt.date):
            return self.date(value)
        return self.ago(value) if isinstance(value, int) else value


def words(language: str) -> Words:
    """Give the words of a language.

    Args:
        language: one of ``LANGUAGES``; there is no default and no guess.

    Raises:
        LanguageError: there are no words in this language.
    """
    if language not in LANGUAGES:
        raise LanguageError(f"there are no words in {language!r}: choose one of {', '.join(LANGUAGES)}")
    return _read(language)


@cache
def _read(language: str) -> Words:
    data = json.loads(get_data(__name__, f"{language}.json") or b"")
    return Words(
        language=data["language"],
        name=data["name"],
        label=MappingProxyType(data["label"]),
        indication=MappingProxyType(data["indication"]),
        status=MappingProxyType(data["status"]),
        sentences=MappingProxyType({kind: MappingProxyType(data[kind]) for kind in KINDS}),
        dates=Dates.from_json(data),
    )
