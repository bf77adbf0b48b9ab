"""``certmark register suspend``, ``reinstate`` and ``withdraw``: what is decided about one certificate."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now, day_of
from certmark.cli.exits import ExitCode
from certmark.cli.register.options import Actor, CertificateId, Location, Now, Reason, act_of
from certmark.cli.register.options import opened as open_register
from certmark.cli.screen import say, visible
from certmark.cwt.numericdate import from_days

if TYPE_CHECKING:
    from certmark.register import CertificateRecord


class By(StrEnum):
    """Who decided."""

    BODY = "body"
    NCCA = "ncca"


def suspend(
    certificate_id: CertificateId,
    *,
    register: Location,
    reason: Reason,
    decided: Annotated[str | None, typer.Option(metavar="DAY", help="Day of the decision.  [default: today]")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Last day.  [default: the 42nd]")] = None,
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Suspend from the next day, for 42 days at most.

    The day after the decision is the first one (Article 30(1)).
    """
    act = act_of(actor, at_or_now(at), reason)
    decided_on, last_day = _day("--decided", decided), _day("--until", until)
    with open_register(register) as book:
        record = book.suspend(certificate_id, act=act, decided=decided_on, last_day=last_day)
    days = record.standing.suspension
    return _tell(record, f"suspended from {days.first_day} to {days.last_day}" if days else "suspended")


def reinstate(
    certificate_id: CertificateId, *, register: Location, reason: Reason, actor: Actor = None, at: Now = None
) -> int:
    """Lift a suspension at once."""
    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        record = book.reinstate(certificate_id, act=act)
    return _tell(record, "in force again")


def withdraw(
    certificate_id: CertificateId,
    *,
    register: Location,
    reason: Reason,
    by: Annotated[By, typer.Option(help="The body (Article 14), or the authority.")] = By.BODY,
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Withdraw for good."""
    from certmark.register import Authority

    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        record = book.withdraw(certificate_id, act=act, authority=Authority(by))
    return _tell(record, f"withdrawn for good by the {'body' if by is By.BODY else 'authority'}")


def _day(option: str, text: str | None) -> date | None:
    return None if text is None else from_days(day_of(option, text))


def _tell(record: CertificateRecord, done: str) -> int:
    stated = "" if record.list_uri is None else f"; verifiers learn it from the next {visible(record.list_uri)}"
    say(f"{visible(record.id)}: {done}{stated}")
    return ExitCode.PASSED
