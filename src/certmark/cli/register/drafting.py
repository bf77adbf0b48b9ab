"""``certmark register draft``, ``drafts``, ``discard``: what an authority is to approve, under its index to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certmark.cli.approve import said_of
from certmark.cli.clock import at_or_now
from certmark.cli.evidence import read_schemes
from certmark.cli.exits import ExitCode
from certmark.cli.options import SchemeFiles, require
from certmark.cli.register.issuing import Document, IssuerId, asked
from certmark.cli.register.options import Actor, AsJson, CertificateId, Location, Now, OptionalReason, Reason, act_of
from certmark.cli.register.options import opened as open_register
from certmark.cli.screen import say, show, styled, table, visible
from certmark.cli.writing import refuse_to_replace, write_files
from certmark.cwt.numericdate import from_seconds
from certmark.model.syntax import ENTITY_ID


def draft(
    document: Document,
    *,
    register: Location,
    issuer: IssuerId,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The draft; replaced as a whole.")],
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    actor: Actor = None,
    reason: OptionalReason = None,
    at: Now = None,
) -> int:
    """Take an index, and write what the authority is to approve.

    Asked again, it writes the same. The index waits until it is issued with its approval, or discarded.
    """
    act = act_of(actor, at_or_now(at), reason)
    require(ENTITY_ID, "--issuer", issuer)
    refuse_to_replace(out, document, what="the certificate")
    with asked(document, register=register, out=out.parent, link=None, writes=out) as (book, stated):
        drafted = book.draft(stated, issuer=issuer, act=act, schemes=read_schemes(scheme))
    from certmark.claims import decode_claims

    write_files(out.parent, {out.name: drafted.payload})
    for line in said_of(decode_claims(drafted.payload)):
        say(line)
    say(f"draft    {visible(str(out))}")
    return ExitCode.PASSED


def list_drafts(*, register: Location, as_json: AsJson = False) -> int:
    """List the drafts that wait for their approval."""
    with open_register(register) as book:
        waiting = book.drafts()
    if as_json:
        from certmark.cli.register import record_json
        from certmark.cli.verify import json_text

        say(json_text([record_json.draft(each) for each in waiting], indent=2))
    elif waiting:
        drafts = table("id", "drafted", "by", "index", "status list", whole=("id", "drafted"))
        for each in waiting:
            day = f"{from_seconds(each.drafted_at):%Y-%m-%d %H:%M}"
            drafts.add_row(*map(styled, (each.id, day, each.actor or "", str(each.index), each.list_uri)))
        show(drafts)
    else:
        say("no drafts")
    return ExitCode.PASSED


def discard(
    certificate_id: CertificateId, *, register: Location, reason: Reason, actor: Actor = None, at: Now = None
) -> int:
    """Give up a draft; its index is never used."""
    act = act_of(actor, at_or_now(at), reason)
    with open_register(register) as book:
        book.discard(certificate_id, act=act)
    say(f"{visible(certificate_id)}: the draft is discarded, and no approval of it is of use")
    return ExitCode.PASSED
