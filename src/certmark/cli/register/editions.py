"""``certmark register maintain`` and ``label``: further tokens of a certificate, under its id and index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.issue import Approval, AuthorityKey, approver_of
from certmark.cli.keys import SealCertificate, SigningKey
from certmark.cli.options import SchemeFiles
from certmark.cli.register.issuing import (
    Bare,
    Document,
    Folder,
    IssuerId,
    Link,
    asked,
    issuer_of,
    opened_to_sign,
)
from certmark.cli.register.options import Actor, AsJson, CertificateId, Location, Now, OptionalReason, Reason, act_of
from certmark.cli.register.tokens import hand_out, stem_of_label


def maintain(  # noqa: PLR0913 one for each option
    certificate_id: CertificateId,
    document: Document,
    *,
    register: Location,
    reason: Reason,
    key: SigningKey,
    issuer: IssuerId,
    out: Folder,
    certificate: SealCertificate = None,
    link: Link = None,
    bare: Bare = False,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    approval: Approval = None,
    authority_key: AuthorityKey = None,
    actor: Actor = None,
    at: Now = None,
    as_json: AsJson = False,
) -> int:
    """Sign a certificate again with what its maintenance added.

    Reports, versions and documents may be added (Annex IV.3); anything else is a new certificate.
    """
    act = act_of(actor, at_or_now(at), reason)
    approver = approver_of(approval, authority_key)
    issuing = issuer_of(key, issuer, certificate=certificate, link=link, bare=bare, scheme=scheme, approver=approver)
    needed = (key, certificate, approval, authority_key, *scheme)
    with asked(document, register=register, out=out, link=link, needed=needed) as (book, stated):
        record = book.maintain(certificate_id, stated, issuer=issuing, act=act)
    return hand_out(record, record.whole, out, stem=Path(document).stem, as_json=as_json, done="signed")


def label(  # noqa: PLR0913 one for each option
    certificate_id: CertificateId,
    *,
    register: Location,
    key: SigningKey,
    issuer: IssuerId,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for ID+label.cose, .txt, .svg and .png.")],
    certificate: SealCertificate = None,
    link: Link = None,
    bare: Bare = False,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    approval: Approval = None,
    authority_key: AuthorityKey = None,
    actor: Actor = None,
    reason: OptionalReason = None,
    at: Now = None,
    as_json: AsJson = False,
) -> int:
    """Sign the short token of a certificate, for a label."""
    act = act_of(actor, at_or_now(at), reason)
    approver = approver_of(approval, authority_key)
    issuing = issuer_of(key, issuer, certificate=certificate, link=link, bare=bare, scheme=scheme, approver=approver)
    with opened_to_sign(register, out=out, link=link) as book:
        record = book.label(certificate_id, issuer=issuing, act=act)
    return hand_out(record, record.newest, out, stem=stem_of_label(certificate_id), as_json=as_json, done="signed")
