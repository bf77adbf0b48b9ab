"""How many rows came to what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from certmark.verify import Indication


@dataclass(slots=True)
class Tally:
    """Counts of rows; those of batches are added up.

    Attributes:
        indications: by verdict.
        promotions: by whether the product may be promoted.
        faulty: rows that nothing could be asked about.
        objects: rows that were JSON objects.
    """

    indications: Counter[str] = field(default_factory=Counter)
    promotions: Counter[str] = field(default_factory=Counter)
    faulty: int = 0
    objects: int = 0

    def count(self, indication: str, may_promote: str, *, faulty: bool) -> None:
        """Count a row."""
        self.indications[str(indication)] += 1
        self.promotions[may_promote] += 1
        self.faulty += faulty

    def add(self, other: Tally) -> None:
        """Add the counts of a batch."""
        self.indications += other.indications
        self.promotions += other.promotions
        self.faulty += other.faulty
        self.objects += other.objects

    @property
    def rows(self) -> int:
        """All rows."""
        return self.indications.total()

    @property
    def summary(self) -> str:
        """The counts in one line."""
        verdicts = ", ".join(f"{self.indications[str(each)]} {each}" for each in Indication)
        promotions = ", ".join(f"{self.promotions[each]} {each}" for each in ("yes", "no", "unknown"))
        faulty = f"; {self.faulty} with a row_problem" if self.faulty else ""
        noun = "row" if self.rows == 1 else "rows"
        return f"{self.rows} {noun}: {verdicts}; may be promoted: {promotions}{faulty}"
