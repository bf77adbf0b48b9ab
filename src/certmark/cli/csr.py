"""``certmark csr``: the request with which a body asks for its seal certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import SigningKey, read_signer
from certmark.cli.screen import say, visible
from certmark.cli.writing import write_new


def csr(
    *,
    key: SigningKey,
    subject: Annotated[
        str, typer.Option(metavar="NAME", help="As in RFC 4514, the narrowest first: 'CN=Seal 1,O=Example Body,C=DE'.")
    ],
    organisation_identifier: Annotated[
        str | None, typer.Option(metavar="ID", help="organizationIdentifier (ETSI EN 319 412-1), as 'VATDE-123456789'.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The request, in PEM (PKCS#10); never overwritten.")],
) -> int:
    """Write a certification request for a key.

    A trust service provider makes a seal certificate of it. Give that one to 'certmark trust add-certificate'.
    """
    signer = read_signer(key)
    from certmark.cose.csr import certification_request
    from certmark.errors import KeyFormatError

    try:
        request = certification_request(signer, subject, organisation_identifier=organisation_identifier)
    except KeyFormatError as error:
        raise CommandError(ExitCode.USAGE, str(error)) from error
    write_new(out, request)
    say(f"request      {visible(str(out))}  (PKCS#10, for {visible(subject)})")
    say(f"key id       {signer.public_key.key_id.hex()}")
    return 0
