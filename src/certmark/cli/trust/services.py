"""What the commands about bodies share: their options, and the change of one service."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from certmark.cli.clock import moment_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import read_key_or_certificates
from certmark.cli.trust.certificates import reviewed, sealed_key
from certmark.cli.trust.documents import edit
from certmark.cwt.numericdate import LAST_SECOND, SECONDS_PER_DAY, day_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.trust.entities import Service, ServiceKey, ServiceType, StatusEntry
    from certmark.trust.lists import NationalMap

_SIGNS_FOR: Final = 365 * SECONDS_PER_DAY
_VERIFIED_FOR: Final = 6 * 366 * SECONDS_PER_DAY
"""Longer than a certificate of five years lives that was signed at the last moment."""


class Kind(StrEnum):
    """Services, in the words of the command line."""

    CERTIFICATES = "certificates"
    STATUS = "status"
    APPROVALS = "approvals"

    @property
    def service_type(self) -> ServiceType:
        """The service type that it means."""
        from certmark.trust.entities import ServiceType

        return {
            Kind.CERTIFICATES: ServiceType.CERTIFICATE_ISSUANCE,
            Kind.STATUS: ServiceType.STATUS_ISSUANCE,
            Kind.APPROVALS: ServiceType.CERTIFICATE_APPROVAL,
        }[self]


Entity = Annotated[str, typer.Argument(metavar="ID", help="Entity id, as DE-3087.", show_default=False)]
OfService = Annotated[Kind, typer.Option("--service", help="Which service.")]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="From when on.  [default: now]")]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")]
Now = Annotated[str | None, typer.Option("--at", metavar="RFC3339", help="Present time.  [default: now]")]


def change_list(
    document: Path, change: Callable[[NationalMap], NationalMap], *, done: str | Callable[[NationalMap], str]
) -> int:
    """Change the JSON of a national list; see ``edit``."""
    from certmark.trust.lists import NationalMap

    return edit(document, NationalMap, change, done=done)


def change_service(
    document: Path,
    entity: str,
    service: Kind,
    *,
    change: Callable[[Service], Service],
    done: str | Callable[[NationalMap], str],
) -> int:
    """Change a service in the JSON of a national list; see ``edit``."""
    from certmark.trust.publish import changes

    def changed(national: NationalMap) -> NationalMap:
        return changes.change_service(national, entity, service_type=service.service_type, change=change)

    return change_list(document, changed, done=done)


def entry_after(national: NationalMap, entity: str, service: Kind, *, entry: StatusEntry) -> str:
    """Say what ends a status that was put before another one; nothing if it is the last."""
    from certmark.trust.publish.changes import entity_of

    of_kind = [each for each in entity_of(national, entity).services if each.service_type is service.service_type]
    history = of_kind[-1].history
    for after in history[history.index(entry) + 1 :]:
        return f" and {after.status.name.lower()} from {day_at(after.starting_time)}, as the list says already"
    return ""


def listed_key(path: str, first: int, *, until: str | None = None, verify_until: str | None = None) -> ServiceKey:
    """List a public key from an instant on, in seconds, by default for a year and verified for six more.

    Args:
        path: of the key, or of its certificate and those behind it.
        first: first second in which it may sign.
        until: when it may sign no more, or None for a year later.
        verify_until: when its signatures count no more, or None for six years after that.
    """
    from certmark.trust.entities import ServiceKey

    last = first + _SIGNS_FOR if until is None else moment_of("--until", until)
    end = last + _VERIFIED_FOR if verify_until is None else moment_of("--verify-until", verify_until)
    if end > LAST_SECOND:
        raise CommandError(ExitCode.USAGE, "the key would count beyond the year 9999: let it end earlier")
    key, certificates = read_key_or_certificates(path)
    return sealed_key(ServiceKey(key.to_cose_key(), first, last, end), certificates)


def with_review(entity: str, *keys: ServiceKey, done: str) -> str | Callable[[NationalMap], str]:
    """Show the certificates of keys that were listed, if they have any, before saying what was done."""
    listed = {key.verification_key() for key in keys if key.x5chain}
    return reviewed(entity, {key.thumbprint for key in listed if key is not None}, done) if listed else done
