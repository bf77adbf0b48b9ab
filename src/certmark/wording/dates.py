"""Days, months and ages as people of a language write them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Dates:
    """How one language writes them.

    Attributes:
        date: a day, with ``{day}``, ``{month}`` and ``{year}``.
        first_day: the number of the first day of a month.
        month: a month, with ``{month}`` and ``{year}``.
        months: names of the months alone.
        months_in_dates: names of the months after the number of a day.
        plural: name of the rule that chooses among the forms of ``ago``.
        ago: an age in days, with ``{count}``: by form, and ``today`` for less than one.
    """

    date: str
    first_day: str
    month: str
    months: tuple[str, ...]
    months_in_dates: tuple[str, ...]
    plural: str
    ago: Mapping[str, str]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read them out of a file of words."""
        return cls(
            date=data["date"],
            first_day=data["first_day"],
            month=data["month"],
            months=tuple(data["months"]),
            months_in_dates=tuple(data["months_in_dates"]),
            plural=data["plural"],
            ago=MappingProxyType(data["ago"]),
        )

    def of_day(self, day: dt.date) -> str:
        """Write a day."""
        number = self.first_day if day.day == 1 else str(day.day)
        return self.date.format(day=number, month=self.months_in_dates[day.month - 1], year=day.year)

    def of_month(self, day: dt.date) -> str:
        """Write the month of a day, and its year."""
        return self.month.format(month=self.months[day.month - 1], year=day.year)

    def of_age(self, days: int) -> str:
        """Write how many whole days ago something was."""
        form = "today" if days < 1 else PLURALS[self.plural](days)
        return self.ago[form].format(count=days)


def _one_other(count: int) -> str:
    return "one" if count == 1 else "other"


def _one_few_many(count: int) -> str:
    if count == 1:
        return "one"
    return "few" if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else "many"


PLURALS: Final[Mapping[str, Callable[[int], str]]] = MappingProxyType(
    {"one_other": _one_other, "one_few_many": _one_few_many}
)
"""Rules by name: which form goes with a number from 1. The forms have the names of Unicode CLDR."""
