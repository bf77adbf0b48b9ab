"""Keys of a service: the next one, and the end of one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from certmark.cli.clock import at_or_now, moment_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import read_certificates
from certmark.cli.reading import blaming
from certmark.cli.trust.certificates import KeyOrCertificate, reviewed
from certmark.cli.trust.documents import ListJson
from certmark.cli.trust.services import Entity, From, Kind, Now, OfService, change_service, listed_key, with_review
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, to_seconds

_PUBLISHED_BEFORE: Final = 30 * SECONDS_PER_DAY
_LONGEST_TO_SIGN: Final = 731 * SECONDS_PER_DAY
_KEY_ID_DIGITS: Final = 16


class End(StrEnum):
    """Why a key ends before its time."""

    SUPERSEDED = "superseded"
    CESSATION = "cessation"
    KEY_COMPROMISE = "key-compromise"
    ADMINISTRATIVE = "administrative"


def add_key(
    document: ListJson,
    entity: Entity,
    *,
    key: KeyOrCertificate,
    service: OfService = Kind.CERTIFICATES,
    begins: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="It may sign from then on.  [default: in 30 days]")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="It may sign until then.  [default: for 365 days]")
    ] = None,
    verify_until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What it signed counts until then.  [default: six years later]"),
    ] = None,
    at: Now = None,
) -> int:
    """List the next key of a service.

    Do so before it signs, so that verifiers know it in time.
    """
    from certmark.trust.publish.changes import with_key

    now = to_seconds(at_or_now(at))
    first = now + _PUBLISHED_BEFORE if begins is None else moment_of("--from", begins)
    listed = listed_key(key, first, until=until, verify_until=verify_until)
    if listed.sign_until - listed.sign_from > _LONGEST_TO_SIGN:
        raise CommandError(
            ExitCode.USAGE, "a key signs for two years at most: let it end earlier, and list another one after it"
        )
    done = f"{entity} may sign with the key from {day_at(listed.sign_from)} until {day_at(listed.sign_until)}"
    said = with_review(entity, listed, done=done)
    return change_service(document, entity, service, change=lambda each: with_key(each, listed), done=said)


def add_certificate(
    document: ListJson,
    entity: Entity,
    certificate: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="X.509 certificate of a listed key, in PEM or DER; in PEM perhaps with those behind it.",
            show_default=False,
        ),
    ],
    *,
    service: OfService = Kind.CERTIFICATES,
) -> int:
    """Give a listed key its seal certificate.

    It is shown for review. Tokens may then name it instead of the key id. The list stays the authority: nothing in a
    certificate decides whether a signature counts.
    """
    from certmark.trust.publish.seals import with_certificates

    path = read_certificates(certificate)
    with blaming(certificate):
        thumbprint = path[0].verification_key().thumbprint
    done = f"{entity} seals with {path[0].x5t.hex()[:16]}..."
    return change_service(
        document,
        entity,
        service,
        change=lambda each: with_certificates(each, path),
        done=reviewed(entity, {thumbprint}, done),
    )


def end_key(
    document: ListJson,
    entity: Entity,
    key_id: Annotated[str, typer.Argument(metavar="KEY-ID", help="16 hexadecimal digits.", show_default=False)],
    *,
    why: Annotated[End, typer.Option(help="A compromise voids every signature, whatever its date.")],
    service: OfService = Kind.CERTIFICATES,
    begins: From = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Compromised since when, as far as is known; for people.")
    ] = None,
    at: Now = None,
) -> int:
    """End a key, or record that it was compromised."""
    from certmark.trust.entities import KeyRevocation, RevocationReason
    from certmark.trust.publish.changes import with_key_ended

    if len(key_id) != _KEY_ID_DIGITS or set(key_id) - set("0123456789abcdef"):
        raise CommandError(
            ExitCode.USAGE, f"{key_id!r} is no key id: write its 16 hexadecimal digits, as 'certmark trust show'"
        )
    if since is not None and why is not End.KEY_COMPROMISE:
        raise CommandError(ExitCode.USAGE, "--since is for --why key-compromise only: leave it out")
    now = to_seconds(at_or_now(at))
    effective = now if begins is None else moment_of("--from", begins)
    revocation = KeyRevocation(
        RevocationReason[why.name],
        effective,
        None if since is None else moment_of("--since", since),
        now if effective < now else None,
    )
    done = f"key {key_id} of {entity} ends on {day_at(effective)} ({why})"
    return change_service(
        document,
        entity,
        service,
        change=lambda each: with_key_ended(each, bytes.fromhex(key_id), revocation),
        done=done,
    )
