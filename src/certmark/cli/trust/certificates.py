"""Seal certificates of listed keys: read from files, and shown for review before the list is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.screen import complain, say, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from certmark.cose.certificates import SignerCertificate
    from certmark.trust.entities import ServiceKey
    from certmark.trust.lists import NationalMap

KeyOrCertificate = Annotated[
    str,
    typer.Option(
        "--key",
        metavar="FILE",
        help="Public key, as COSE_Key or in PEM; or its X.509 certificate, perhaps with those behind it.",
    ),
]


def reviewed(entity_id: str, thumbprints: set[bytes], done: str) -> Callable[[NationalMap], str]:
    """Show the certificates of keys, as the changed list has them, before saying what was done.

    Args:
        entity_id: whose keys.
        thumbprints: of the keys.
        done: what was done.
    """

    def said(national: NationalMap) -> str:
        from certmark.cose.certificates import SignerCertificate
        from certmark.trust.publish.changes import entity_of
        from certmark.trust.publish.seals import doubts

        entity = entity_of(national, entity_id)
        for service in entity.services:
            for key in service.keys:
                listed = key.verification_key()
                if key.x5chain and listed is not None and listed.thumbprint in thumbprints:
                    path = [SignerCertificate.from_der(der) for der in key.x5chain]
                    _show(path)
                    for doubt in doubts(key, path, entity):
                        complain(f"warning: {doubt}")
        return done

    return said


def _show(path: Sequence[SignerCertificate]) -> None:
    from certmark.cli.trust import words

    seal, *behind = path
    say(f"certificate  {visible(seal.subject)}")
    say(f"identifier   {visible(seal.organisation_identifier or 'none')}")
    say(f"issued by    {visible(seal.issuer)}, as no. {seal.serial_number:x}")
    say(f"key usage    {', '.join(seal.key_usage or ()) or 'not stated'}")
    say(f"valid        {words.instant(seal.not_before)} to {words.instant(seal.not_after)}")
    says = "it says so; nothing here has checked it" if seal.states_qualified_seal else "it does not say so"
    say(f"qualified    {says}")
    say(f"SHA-256      {seal.x5t.hex()}")
    for each in behind:
        say(f"behind it    {visible(each.subject)}")


def sealed_key(key: ServiceKey, path: Sequence[SignerCertificate]) -> ServiceKey:
    """Give a key that is to be listed its certificates, if it has any.

    Raises:
        CommandError: they cannot be listed with it (65).
    """
    from certmark.errors import PublishingError
    from certmark.trust.publish.seals import sealed

    try:
        return sealed(key, path) if path else key
    except PublishingError as error:
        raise CommandError(ExitCode.BAD_INPUT, str(error)) from error
