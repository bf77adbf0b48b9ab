"""What an authority decides about bodies: each command changes the JSON of a national list."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now, day_of, moment_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.trust.certificates import KeyOrCertificate
from certmark.cli.trust.documents import ListJson
from certmark.cli.trust.services import (
    Entity,
    From,
    Kind,
    Now,
    OfService,
    Reason,
    change_list,
    change_service,
    entry_after,
    listed_key,
    with_review,
)
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.trust.entities import Service, StatusEntry
    from certmark.trust.lists import NationalMap


class Level(StrEnum):
    """Assurance levels."""

    BASIC = "basic"
    SUBSTANTIAL = "substantial"
    HIGH = "high"


class Mode(StrEnum):
    """Issuance modes, in the order of their numbers."""

    NCCA = "ncca"
    PRIOR_APPROVAL = "prior-approval"
    GENERAL_DELEGATION = "general-delegation"
    CONFORMITY_ASSESSMENT_BODY = "conformity-assessment-body"


class Domain(StrEnum):
    """Technical domains."""

    SMART_CARDS = "smart-cards"
    SECURITY_BOXES = "security-boxes"


def add_body(  # noqa: PLR0913 one for each option
    document: ListJson,
    entity: Entity,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="Legal name.")],
    key: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Its key for certificates, or the certificate of it; perhaps none."),
    ] = None,
    status_key: Annotated[str | None, typer.Option(metavar="KEY.pub.cbor", help="Its key for status lists.")] = None,
    status_uri: Annotated[str | None, typer.Option(metavar="URI", help="Its first status list.")] = None,
    approval_key: Annotated[
        str | None, typer.Option(metavar="KEY.pub.cbor", help="Its key for approvals of single certificates.")
    ] = None,
    address: Annotated[str | None, typer.Option(metavar="TEXT", help="Postal address.")] = None,
    contact: Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")] = None,
    link_host: Annotated[list[str], typer.Option(metavar="HOST", help="Host of its links; repeat it.")] = [],  # noqa: B006
    begins: From = None,
    at: Now = None,
) -> int:
    """List a body with its first keys.

    Its scopes follow with add-scope. The authority is listed in the same way if it has status lists, or approves
    certificates: then with --approval-key.
    """
    from certmark.trust.entities import TrustedEntity
    from certmark.trust.publish.changes import add_entity

    if (status_key is None) is not (status_uri is None):
        raise CommandError(
            ExitCode.USAGE, "a status list needs both its key and its uri: give --status-key and --status-uri"
        )
    if key is None and status_key is None and approval_key is None:
        raise CommandError(ExitCode.USAGE, "a body is listed with a key: give --key, or --status-key and --status-uri")
    entry = _entry("granted", begins, now=to_seconds(at_or_now(at)))
    services = [] if key is None else [_service(Kind.CERTIFICATES, entry, key)]
    if status_key is not None:
        services.append(_service(Kind.STATUS, entry, status_key, status_uri=status_uri))
    if approval_key is not None:
        services.append(_service(Kind.APPROVALS, entry, approval_key))
    body = TrustedEntity(entity, name, tuple(services), address, contact, tuple(link_host))
    done = f"{entity} is listed from {day_at(entry.starting_time)}"
    said = with_review(entity, *(each.keys[0] for each in services), done=done)
    return change_list(document, lambda national: add_entity(national, body), done=said)


def add_service(
    document: ListJson,
    entity: Entity,
    *,
    service: Annotated[Kind, typer.Option(help="Which one it did not have.")],
    key: KeyOrCertificate,
    status_uri: Annotated[str | None, typer.Option(metavar="URI", help="Its first status list.")] = None,
    begins: From = None,
    at: Now = None,
) -> int:
    """List a service that a listed body did not have."""
    from certmark.trust.publish.changes import add_service as with_service

    if (service is Kind.STATUS) is (status_uri is None):
        raise CommandError(ExitCode.USAGE, "--status-uri goes with --service status, which needs it")
    entry = _entry("granted", begins, now=to_seconds(at_or_now(at)))
    added = _service(service, entry, key, status_uri=status_uri)
    done = f"{entity} has a service for {service} from {day_at(entry.starting_time)}"
    said = with_review(entity, *added.keys, done=done)
    return change_list(document, lambda national: with_service(national, entity, added), done=said)


def set_authority(
    document: ListJson,
    entity: Entity,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="Its name.")],
    website: Annotated[str | None, typer.Option(metavar="URI", help="Its website.")] = None,
) -> int:
    """Name the authority of the territory.

    Its status lists count beside those of the bodies if it is listed itself, under the same id: see add-body.
    """
    from certmark.trust.entities import Ncca

    authority = Ncca(entity, name, website)
    return change_list(document, lambda national: national._replace(ncca=authority), done=f"the authority is {entity}")


def change_status(word: str, *, does: str) -> Callable[..., int]:
    """Make the command that gives a service another status.

    Args:
        word: the status.
        does: what the command says of itself.
    """

    def command(
        document: ListJson,
        entity: Entity,
        *,
        service: OfService = Kind.CERTIFICATES,
        begins: From = None,
        reason: Reason = None,
        at: Now = None,
    ) -> int:
        from certmark.trust.publish.changes import with_status

        entry = _entry(word, begins, now=to_seconds(at_or_now(at)), reason=reason)

        def done(national: NationalMap) -> str:
            after = entry_after(national, entity, service, entry=entry)
            return f"{entity} ({service}) is {word} from {day_at(entry.starting_time)}{after}"

        return change_service(document, entity, service, change=lambda each: with_status(each, entry), done=done)

    command.__doc__ = does
    return command


suspend = change_status(
    "suspended",
    does="Suspend a service.\n\nIt may not issue meanwhile; what it has issued stays valid.",
)
withdraw = change_status(
    "withdrawn",
    does="Withdraw a service.\n\n"
    "It may issue no more; what it has issued stays valid (Regulation (EU) 2024/482, Article 31).",
)
reinstate = change_status("granted", does="Let a service issue again.")


def add_scope(  # noqa: PLR0913 one for each option
    document: ListJson,
    entity: Entity,
    *,
    level: Annotated[Level, typer.Option(help="This level, not those below.")],
    service: OfService = Kind.CERTIFICATES,
    scheme: Annotated[str, typer.Option(metavar="ID", help="Scheme.")] = "EUCC",
    statements: Annotated[bool, typer.Option("--statements", help="About statements of conformity.")] = False,
    max_ava_van: Annotated[int | None, typer.Option(metavar="N", help="Highest AVA_VAN.  [default: no bound]")] = None,
    domain: Annotated[
        list[Domain],
        typer.Option(metavar="NAME", help="smart-cards or security-boxes, needed from AVA_VAN.4 on; repeat it."),
    ] = [],  # noqa: B006
    mode: Annotated[
        Mode | None, typer.Option(help="On what ground it issues; prior-approval: each certificate needs an approval.")
    ] = None,
    begins: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day.  [default: today]")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="First day that is not covered any more.")] = None,
    accreditation: Annotated[str | None, typer.Option(metavar="REF", help="Reference of the accreditation.")] = None,
    accredited_until: Annotated[str | None, typer.Option(metavar="DAY", help="Its first day out.")] = None,
    authorisation: Annotated[str | None, typer.Option(metavar="REF", help="Reference of the authorisation.")] = None,
    authorised_until: Annotated[str | None, typer.Option(metavar="DAY", help="Its first day out.")] = None,
    at: Now = None,
) -> int:
    """Let a body certify under a scheme, at one level.

    Or let an authority approve such certificates, with --service approvals.
    """
    from certmark.trust.entities import Accreditation, Scope
    from certmark.trust.publish.changes import with_scope

    first = to_seconds(at_or_now(at)) // SECONDS_PER_DAY if begins is None else day_of("--from", begins)

    def behind(reference: str | None, option: str, end: str | None) -> Accreditation | None:
        if reference is None:
            if end is not None:
                raise CommandError(ExitCode.USAGE, f"{option} is the end of what? Give its reference as well")
            return None
        return Accreditation(reference, first, None if end is None else day_of(option, end))

    scope = Scope(
        scheme,
        list(Level).index(level) + 1,
        first,
        None if until is None else day_of("--until", until),
        statements,
        max_ava_van,
        tuple(sorted({list(Domain).index(each) + 1 for each in domain})),
        None if mode is None else list(Mode).index(mode) + 1,
        accreditation=behind(accreditation, "--accredited-until", accredited_until),
        authorisation=behind(authorisation, "--authorised-until", authorised_until),
    )
    may = "approve" if service is Kind.APPROVALS else "certify"
    done = f"{entity} may {may} under {scheme} at level {level} from {day_at(first * SECONDS_PER_DAY)}"
    return change_service(document, entity, service, change=lambda each: with_scope(each, scope), done=done)


def end_scope(
    document: ListJson,
    entity: Entity,
    number: Annotated[int, typer.Argument(metavar="N", help="Which scope, from 1.", show_default=False)],
    *,
    until: Annotated[str, typer.Option(metavar="DAY", help="First day that is not covered any more.")],
    service: OfService = Kind.CERTIFICATES,
) -> int:
    """End a scope of a body, or bring its end forward."""
    from certmark.trust.publish.changes import with_scope_ended

    end = day_of("--until", until)
    done = f"scope {number} of {entity} ends before {until}"
    return change_service(document, entity, service, change=lambda each: with_scope_ended(each, number, end), done=done)


def add_status_list(
    document: ListJson,
    entity: Entity,
    uri: Annotated[str, typer.Argument(metavar="URI", help="Where it is published.", show_default=False)],
    *,
    ncca_uri: Annotated[
        str | None, typer.Option(metavar="URI", help="The authority's list over the same indices.")
    ] = None,
) -> int:
    """Declare a status list of a body.

    Or the authority's list over the indices of one that is declared already.
    """
    from certmark.trust.entities import StatusListDeclaration
    from certmark.trust.publish.changes import with_status_list

    declared = StatusListDeclaration(uri, ncca_uri)
    done = f"{entity} declares {uri}"
    return change_service(
        document, entity, Kind.STATUS, change=lambda each: with_status_list(each, declared), done=done
    )


def _service(kind: Kind, entry: StatusEntry, key: str, *, status_uri: str | None = None) -> Service:
    from certmark.trust.entities import Service, StatusListDeclaration

    declared = () if status_uri is None else (StatusListDeclaration(status_uri),)
    return Service(kind.service_type, (entry,), (listed_key(key, entry.starting_time),), status_lists=declared)


def _entry(word: str, begins: str | None, *, now: int, reason: str | None = None) -> StatusEntry:
    from certmark.trust.entities import ServiceStatus, StatusEntry

    start = now if begins is None else moment_of("--from", begins)
    return StatusEntry(ServiceStatus[word.upper()], start, reason, now if start < now else None)
