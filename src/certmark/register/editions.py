"""Signed tokens of a certificate: how they are made, and how they are kept with their evidence."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import insert

from certmark.cwt.numericdate import to_seconds
from certmark.errors import IssueError
from certmark.model import dump_document
from certmark.register import events, records
from certmark.register.keys import keep_key
from certmark.register.tables import DOCUMENTS, EDITIONS
from certmark.verify import peek

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from certmark.claims import StatusReference
    from certmark.issue import IssuedCertificate, Issuer
    from certmark.model import AnyDocument
    from certmark.register.events import Act, Kind


def sign(document: AnyDocument, issuer: Issuer, *, act: Act, status: StatusReference | None) -> IssuedCertificate:
    """Sign a token and read it back from its text.

    Raises:
        IssueError: it cannot be issued, or the text does not say what was asked for.
    """
    issued = issuer.issue(document, at=act.at, status=status)
    said = peek(issued.text).untrusted_claims
    if (said.id, said.status) != (document.id, status):
        raise IssueError(f"the token made for {document.id} does not read back: nothing is kept of it")
    return issued


def keep_edition(
    connection: Connection,
    issued: IssuedCertificate,
    issuer: Issuer,
    *,
    act: Act,
    kind: Kind,
    status: StatusReference | None,
    article: str | None = None,
) -> None:
    """Keep a signed token with its evidence, and say so in the log."""
    document, text = issued.document, dump_document(issued.document)
    number = records.next_edition(connection, document.id)
    thumbprint = keep_key(connection, issuer.signer.public_key)
    connection.execute(
        insert(EDITIONS),
        {
            "certificate_id": document.id,
            "number": number,
            "content": document.content.value,
            "signed_at": to_seconds(act.at),
            "key_thumbprint": thumbprint,
            "holder": None if document.holder is None else document.holder.name,
            "document": text,
            "cose": issued.cose,
            "text": issued.text,
        },
    )
    evidence = [
        {
            "certificate_id": document.id,
            "edition": number,
            "position": position,
            "type": attachment.type.value,
            "reference": attachment.reference,
            "sha256": attachment.sha256,
        }
        for position, attachment in enumerate(document.documents)
    ]
    if evidence:
        connection.execute(insert(DOCUMENTS), evidence)
    detail: dict[str, object] = {
        "edition": number,
        "sha256": sha256(issued.cose).hexdigest(),
        "text_sha256": sha256(issued.text.encode()).hexdigest(),
        "document_sha256": sha256(text.encode()).hexdigest(),
        "key": thumbprint.hex(),
    }
    if status is not None:
        detail |= {"list": status.uri, "index": status.idx}
    events.append(connection, kind, act=act, certificate_id=document.id, article=article, detail=detail)
