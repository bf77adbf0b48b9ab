"""``certmark draft`` and ``certmark approve``: what a body asks of its authority, and what it gets.

The draft is the claims set of the token, the very bytes that both of them sign. ``certmark issue --approval`` then
takes the approval.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import read_schemes
from certmark.cli.issue import CertificateJson, IssuerId, StatusIndex, StatusUri, WithoutStatus, status_reference
from certmark.cli.keys import SigningKey, read_signer
from certmark.cli.options import SchemeFiles, require
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import say, visible
from certmark.cli.writing import write_new
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import ENTITY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.claims import CertificateClaims


def draft(
    document: CertificateJson,
    *,
    issuer: IssuerId,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The draft; must not exist yet.")],
    status_uri: StatusUri = None,
    status_index: StatusIndex = None,
    no_status: WithoutStatus = False,
    label: Annotated[bool, typer.Option("--label", help="Of the extract for a label, without digests.")] = False,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
) -> int:
    """Write what an authority is to approve, before the body signs it."""
    require(ENTITY_ID, "--issuer", issuer)
    status = status_reference(status_uri, status_index, no_status=no_status)
    data = read_file(document, what="a certificate", at_most=DEFAULT_LIMITS.document)

    from certmark.claims import decode_claims
    from certmark.issue import payload_of
    from certmark.model import load_document

    with blaming(document):
        certificate = load_document(data)
        certificate = certificate.for_label() if label else certificate
        payload = payload_of(certificate, issuer=issuer, status=status, schemes=read_schemes(scheme))
    write_new(out, payload)
    for line in said_of(decode_claims(payload)):
        say(line)
    say(f"draft    {visible(str(out))}")
    return 0


def approve(
    payload: Annotated[str, typer.Argument(metavar="DRAFT", help="What 'certmark draft' wrote.", show_default=False)],
    *,
    key: SigningKey,
    authority: Annotated[str, typer.Option(metavar="ID", help="Your id in the trusted list, as NL-RDI.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The approval; must not exist yet.")],
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of the approval.  [default: now]")] = None,
) -> int:
    """Approve exactly one certificate of a body, as its authority."""
    require(ENTITY_ID, "--authority", authority)
    approved_at = at_or_now(at)
    data = read_file(payload, what="a draft", at_most=DEFAULT_LIMITS.token)
    signer = read_signer(key)

    from certmark.approve import approve as approved
    from certmark.claims import decode_claims

    with blaming(payload):
        approval = approved(data, signer=signer, authority=authority, at=approved_at)
        claims = decode_claims(data)
    write_new(out, approval)
    for line in said_of(claims):
        say(line)
    say(f"approval {visible(str(out))}, by {authority}")
    return 0


def said_of(claims: CertificateClaims) -> Iterator[str]:
    """Say what is approved: whoever signs should read it."""
    yield f"of       {visible(claims.id)}, to be issued by {visible(claims.iss)}"
    yield f"product  {visible(claims.subject_name)}"
    yield f"level    {claims.assurance_level} under {visible(claims.scheme)}, as {claims.content}"
    yield f"valid    {claims.issued} to {claims.valid_until}"
    if claims.status is not None:
        yield f"status   index {claims.status.idx} of {visible(claims.status.uri)}"
