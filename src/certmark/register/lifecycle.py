"""How a certificate stands, and which decisions the law allows then: pure functions of events, days and times.

Articles without a name are those of Regulation (EU) 2024/482 (EUCC).
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.cwt.numericdate import SECONDS_PER_DAY, from_days
from certmark.register.errors import LifecycleError, reading_row
from certmark.register.events import Authority, Event, Kind
from certmark.verify.outcome import CertificateStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUSPENSION_DAYS: Final = 42
SUSPENSION_YEARS: Final = 1
RETENTION_YEARS: Final = 5
RETENTION_ARTICLES: Final = "Articles 40(2) and 41(2)"


class Transition(NamedTuple):
    """When a decision may be taken.

    Attributes:
        states: in which of the four states (Article 42(1)(b)).
        article: on what it rests.
        participle: how to say that it was done.
    """

    states: tuple[CertificateStatus, ...]
    article: str
    participle: str


_IN_FORCE, _SUSPENDED = CertificateStatus.IN_FORCE, CertificateStatus.SUSPENDED

TRANSITIONS: Final[Mapping[Kind, Transition]] = {
    Kind.LABELLED: Transition((_IN_FORCE,), "Article 9(2)(d)", "labelled"),
    Kind.MAINTAINED: Transition((_IN_FORCE,), "Annex IV.3", "maintained"),
    Kind.CONFIRMED: Transition((_IN_FORCE, _SUSPENDED), "Article 13(2)(a)", "confirmed"),
    Kind.SUSPENDED: Transition((_IN_FORCE,), "Article 30(1)", "suspended"),
    Kind.SUSPENSION_EXTENDED: Transition((_SUSPENDED,), "Article 30(6)", "suspended for longer"),
    Kind.REINSTATED: Transition((_SUSPENDED,), "Article 30", "reinstated"),
    Kind.WITHDRAWN: Transition((_IN_FORCE, _SUSPENDED), "Article 14", "withdrawn"),
    Kind.REPLACED: Transition((_IN_FORCE, _SUSPENDED), "Article 13(2)(c) and (d)", "replaced"),
}
"""Every decision about a certificate that was issued."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension, whole days in UTC.

    Attributes:
        first_day: the day after the decision.
        last_day: included; on the next day the certificate is in force again, unless it was withdrawn.
        days_before: of the suspensions that this one continues.
    """

    first_day: date
    last_day: date
    days_before: int = 0

    @property
    def days(self) -> int:
        """Days in all, those of the suspensions that it continues among them."""
        return self.days_before + (self.last_day - self.first_day).days + 1

    def to_detail(self) -> dict[str, object]:
        """Write it for the log."""
        days: dict[str, object] = {"first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}
        return days | ({"days_before": self.days_before} if self.days_before else {})

    @classmethod
    def from_detail(cls, detail: Mapping[str, Any]) -> Suspension:
        """Read what ``to_detail`` wrote."""
        first, last = (date.fromisoformat(detail[name]) for name in ("first_day", "last_day"))
        return cls(first, last, int(detail.get("days_before", 0)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a certificate stands as its events say.

    Attributes:
        valid_until: last day of validity.
        suspension: the last suspension that was not lifted, over or not.
        earlier: the one before it, as far as it had begun when it was lifted.
        withdrawn_at: when it was withdrawn, in seconds, or None.
        withdrawn_by: who withdrew it.
    """

    valid_until: date
    suspension: Suspension | None = None
    earlier: Suspension | None = None
    withdrawn_at: int | None = None
    withdrawn_by: Authority | None = None

    def status(self, at: int) -> CertificateStatus:
        """Give the status at a time not before the last event."""
        today = day_of(at)
        if self.withdrawn_at is not None:
            return CertificateStatus.WITHDRAWN
        if today > self.valid_until:
            return CertificateStatus.EXPIRED
        if self.suspension is not None and self.suspension.first_day <= today <= self.suspension.last_day:
            return CertificateStatus.SUSPENDED
        return CertificateStatus.IN_FORCE

    def is_suspended_or_will_be(self, at: int) -> bool:
        """Tell whether a suspension was decided that is not over."""
        return self.suspension is not None and day_of(at) <= self.suspension.last_day


def standing(events: Iterable[Event], *, valid_until: date) -> Standing:
    """Replay the events of a certificate."""
    now = Standing(valid_until)
    for event in events:
        match event.kind:
            case Kind.SUSPENDED | Kind.SUSPENSION_EXTENDED:
                with reading_row(f"event {event.seq}"):
                    days = Suspension.from_detail(event.detail)
                is_another = event.kind is Kind.SUSPENDED and now.suspension is not None
                now = replace(now, suspension=days, earlier=now.suspension if is_another else now.earlier)
            case Kind.REINSTATED:
                now = replace(now, suspension=None, earlier=_as_far_as(day_of(event.at), now))
            case Kind.WITHDRAWN:
                now = replace(now, withdrawn_at=event.at, withdrawn_by=event.authority)
    return now


def refuse_unless_allowed(kind: Kind, certificate_id: str, now: Standing, *, at: int) -> None:
    """Refuse a decision that is not allowed in the state of the certificate.

    Raises:
        LifecycleError: naming the article.
    """
    allowed = TRANSITIONS[kind]
    status = now.status(at)
    if status is CertificateStatus.IN_FORCE and now.is_suspended_or_will_be(at):
        status = CertificateStatus.SUSPENDED  # decided today, from tomorrow on
    if status in allowed.states:
        return
    if status is CertificateStatus.WITHDRAWN:
        raise LifecycleError(
            f"{certificate_id} is withdrawn, which is final: it cannot be {allowed.participle}", article="Article 14"
        )
    if status is CertificateStatus.EXPIRED:
        raise LifecycleError(
            f"{certificate_id} expired on {now.valid_until}: it cannot be {allowed.participle}", article="Article 12"
        )
    found = status.value.replace("_", " ")
    raise LifecycleError(f"{certificate_id} is {found}: it cannot be {allowed.participle}", article=allowed.article)


def new_suspension(
    *, decided: date, last_day: date | None, at: int, earlier: Suspension | None = None, is_authorised: bool = False
) -> Suspension:
    """Work out the days of a suspension.

    Args:
        decided: day of the decision.
        last_day: last day of the suspension, included; the longest time allowed to the body when left out.
        at: now, in seconds.
        earlier: the suspension before, unless this one has another cause.
        is_authorised: whether the authority decided about the time beyond 42 days.

    Raises:
        LifecycleError: more than 42 days without the authority, more than one year, none, or decided in the future.
    """
    if decided > day_of(at):
        raise LifecycleError(f"the decision of {decided} is still to come", article="Article 30(1)")
    first = decided + timedelta(days=1)
    before = 0
    if earlier is not None:
        if decided < earlier.last_day:
            raise LifecycleError(
                f"it was suspended to {earlier.last_day}, after the decision of {decided}", article="Article 30(1)"
            )
        if (first - earlier.last_day).days <= SUSPENSION_DAYS:
            before = earlier.days
    longest = _days_after(first, SUSPENSION_DAYS - before - 1)
    last = longest if last_day is None else last_day
    if last > longest or longest < first:
        if not is_authorised:
            raise LifecycleError(_too_long(first, last_day, before=before, longest=longest), article="Article 30(1)")
        if last_day is None:
            raise LifecycleError("say to which day the authority has it suspended", article="Article 30(6)")
        _refuse_beyond_a_year(first, before, last)
    if last < max(first, day_of(at)):
        raise LifecycleError(f"a suspension to {last} would be over before it is recorded", article="Article 30(1)")
    return Suspension(first, last, before)


def extended(suspension: Suspension, *, last_day: date) -> Suspension:
    """Work out the days of an extended suspension.

    Raises:
        LifecycleError: more than one year in all, or no extension.
    """
    _refuse_beyond_a_year(suspension.first_day, suspension.days_before, last_day)
    if last_day <= suspension.last_day:
        raise LifecycleError(
            f"to {last_day} is no extension of a suspension to {suspension.last_day}", article="Article 30(6)"
        )
    return replace(suspension, last_day=last_day)


def _as_far_as(lifted: date, now: Standing) -> Suspension | None:
    """Cut a suspension off on the day on which it is lifted, which counts; one that had not begun never was."""
    if now.suspension is None or lifted < now.suspension.first_day:
        return now.earlier
    return replace(now.suspension, last_day=min(lifted, now.suspension.last_day))


def _too_long(first: date, last: date | None, *, before: int, longest: date) -> str:
    if not before:
        return (
            f"a suspension from {first} may last {SUSPENSION_DAYS} days, to {longest}, and not to {last}: "
            "ask the authority to extend it"
        )
    left = f"may last to {longest}" if longest >= first else "has no day left"
    return (
        f"a suspension from {first} continues one of {before} days, since {SUSPENSION_DAYS} days have not passed, and "
        f"{left}: give the authority's reference, or say which other cause it has"
    )


def _refuse_beyond_a_year(first: date, before: int, last: date) -> None:
    # a year ends on the date of the day before it begins (Regulation (EEC, Euratom) No 1182/71, Article 3(2)(c));
    # that may lie beyond the calendar, which no last day does
    day_before = first - timedelta(days=before + 1)
    if day_before.year + SUSPENSION_YEARS > MAXYEAR:
        return
    longest = years_after(day_before, SUSPENSION_YEARS)
    if last > longest:
        continued = f", which continues one of {before} days," if before else ""
        raise LifecycleError(
            f"a suspension from {first}{continued} may last one year in all, to {longest}, and not to {last}",
            article="Article 30(6)",
        )


def _days_after(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def retained_until(now: Standing) -> date:
    """Give the first day on which the records of a certificate may be purged, by its own end.

    Raises:
        LifecycleError: no calendar has that day.
    """
    end = now.valid_until if now.withdrawn_at is None else day_of(now.withdrawn_at)
    if end.year + RETENTION_YEARS >= MAXYEAR:
        raise LifecycleError(f"records of what ends on {end} are kept for good", article=RETENTION_ARTICLES)
    return years_after(end, RETENTION_YEARS) + timedelta(days=1)


def years_after(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes 28 February where there is none."""
    year = day.year + years
    leapless = day.month == 2 and day.day == 29 and not isleap(year)
    return day.replace(year=year, day=28 if leapless else day.day)


def day_of(at: int) -> date:
    """Give the day, in UTC, of a time in seconds."""
    return from_days(at // SECONDS_PER_DAY)
