"""Suspending a certificate, and for longer; lifting it is with the other decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.cwt.numericdate import to_seconds
from certmark.register import events, lifecycle
from certmark.register.decisions import decide, write
from certmark.register.errors import LifecycleError
from certmark.register.events import Act, Authority, Kind

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection


def suspend(
    connection: Connection,
    certificate_id: str,
    *,
    act: Act,
    decided: date | None,
    last_day: date | None,
    reference: str | None,
    other_cause: str | None,
) -> None:
    """Suspend from the day after the decision."""
    now = decide(connection, certificate_id, Kind.SUSPENDED, act=act)
    at = to_seconds(act.at)
    on = lifecycle.day_of(at) if decided is None else decided
    if on < now.issued:
        raise LifecycleError(
            f"{certificate_id} was issued on {now.issued}, after the decision", article="Article 30(1)"
        )
    earlier = now.standing.suspension or now.standing.earlier
    detail: dict[str, object] = {"decided": on.isoformat()}
    if other_cause is not None:
        _refuse_the_same_cause(connection, certificate_id, other_cause)
        detail["other_cause"] = other_cause
    if reference is not None:
        _refuse_no_reference(reference)
        detail["reference"] = reference
    days = lifecycle.new_suspension(
        decided=on,
        last_day=last_day,
        at=at,
        earlier=earlier if other_cause is None else None,
        is_authorised=reference is not None,
    )
    write(
        connection,
        certificate_id,
        Kind.SUSPENDED,
        act=act,
        detail=detail | days.to_detail(),
        authority=Authority.BODY if reference is None else Authority.NCCA,
        article=None if reference is None else "Article 30(6)",
    )


def extend_suspension(connection: Connection, certificate_id: str, *, act: Act, last_day: date, reference: str) -> None:
    """Prolong a suspension as the authority decided."""
    now = decide(connection, certificate_id, Kind.SUSPENSION_EXTENDED, act=act)
    _refuse_no_reference(reference)
    suspension = now.standing.suspension
    if suspension is None:  # pragma: no cover - the table of transitions says that there is one
        raise AssertionError
    days = lifecycle.extended(suspension, last_day=last_day)
    detail = days.to_detail() | {"reference": reference}
    write(connection, certificate_id, Kind.SUSPENSION_EXTENDED, act=act, detail=detail, authority=Authority.NCCA)


def _refuse_the_same_cause(connection: Connection, certificate_id: str, cause: str) -> None:
    events.refuse_unreadable("other cause", cause)
    for event in events.history(connection, certificate_id):
        if event.kind is Kind.SUSPENDED and cause in {event.reason, event.detail.get("other_cause")}:
            raise LifecycleError(
                f"{certificate_id} was suspended on {event.time.date()} for the same cause", article="Article 30(1)"
            )


def _refuse_no_reference(reference: str) -> None:
    if not reference.strip():
        raise LifecycleError("only the authority extends a suspension: give its reference", article="Article 30(6)")
    events.refuse_unreadable("reference", reference)
