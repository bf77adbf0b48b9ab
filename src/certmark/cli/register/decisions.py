"""``certmark register suspend``, ``withdraw`` and their like: what is decided about one certificate."""

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
    reference: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Of the authority's decision, for more than 42 days.")
    ] = None,
    other_cause: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why it does not continue the suspension before.")
    ] = None,
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Suspend from the next day, for 42 days at most.

    The day after the decision is the first one (Article 30(1)). A suspension within 42 days after an earlier one
    continues it, and their days count together.
    """
    act = act_of(actor, at_or_now(at), reason)
    decided_on, last_day = _day("--decided", decided), _day("--until", until)
    with open_register(register) as book:
        record = book.suspend(
            certificate_id,
            act=act,
            decided=decided_on,
            last_day=last_day,
            reference=reference,
            other_cause=other_cause,
        )
    return _tell(record, _days(record))


def extend(
    certificate_id: CertificateId,
    *,
    register: Location,
    reason: Reason,
    until: Annotated[str, typer.Option(metavar="DAY", help="Last day, within one year in all.")],
    reference: Annotated[str, typer.Option(metavar="TEXT", help="Of the authority's decision.")],
    actor: Actor = None,
    at: Now = None,
) -> int:
    """Extend a suspension, as the authority decided.

    For one year in all at most (Article 30(6)).
    """
    act = act_of(actor, at_or_now(at), reason)
    last_day = from_days(day_of("--until", until))
    with open_register(register) as book:
        record = book.extend_suspension(certificate_id, act=act, last_day=last_day, reference=reference)
    return _tell(record, _days(record))


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


def confirm(
    certificate_id: CertificateId, *, register: Location, reason: Reason, actor: Actor = None, at: Now = None
) -> int:
    """State that a review left a certificate as it is.

    Article 13(2)(a); nothing changes for verifiers.
    """
    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        record = book.confirm(certificate_id, act=act)
    say(f"{visible(record.id)}: confirmed as it is")
    return ExitCode.PASSED


def purge(
    certificate_id: CertificateId, *, register: Location, reason: Reason, actor: Actor = None, at: Now = None
) -> int:
    """Remove tokens and names, five years after the end.

    Of a certificate and what replaced it (Articles 40(2) and 41(2)); id, index, days and digests stay.
    """
    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        record = book.purge(certificate_id, act=act)
    say(f"{visible(record.id)}: tokens, documents and names are removed; id, index and digests stay")
    return ExitCode.PASSED


def _days(record: CertificateRecord) -> str:
    days = record.standing.suspension
    return f"suspended from {days.first_day} to {days.last_day}" if days else "suspended"


def _day(option: str, text: str | None) -> date | None:
    return None if text is None else from_days(day_of(option, text))


def _tell(record: CertificateRecord, done: str) -> int:
    stated = "" if record.list_uri is None else f"; verifiers learn it from the next {visible(record.list_uri)}"
    say(f"{visible(record.id)}: {done}{stated}")
    return ExitCode.PASSED
