"""Drafts: what an authority is to approve before the body signs it, under the index that the certificate will have.

::

    draft      drafted   an index is taken, and the log keeps the digest of the claims that stand on it
    issue      issued    the same claims are signed under that index, or nothing is
    discard    burnt     by a decision of the body, with its reason

Nothing else settles a draft: neither time, nor a signer that fails, nor a later call for the same certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from certmark.issue import payload_of
from certmark.register import events, indices
from certmark.register.errors import RegisterConflictError, RegisterError
from certmark.register.events import Kind
from certmark.register.tables import CERTIFICATES, EVENTS, INDICES

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from certmark.claims import StatusReference
    from certmark.model import AnyDocument
    from certmark.model.scheme import Scheme
    from certmark.register.database import Database
    from certmark.register.events import Act
    from certmark.register.issuing import Request


@dataclass(frozen=True, slots=True)
class Draft:
    """What an authority is to approve.

    Attributes:
        id: of the certificate.
        list_uri: its status list.
        index: its number there, which no other certificate gets.
        payload: its claims set, encoded: what both sign (``certmark.approve.approve``).
    """

    id: str
    list_uri: str
    index: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that is neither issued nor discarded.

    Attributes:
        id: of the certificate.
        list_uri: its status list.
        index: its number there, which no other certificate gets.
        digest: SHA-256 of the claims set that was drafted, 32 bytes; the register does not keep the claims themselves.
        drafted_at: when, in seconds since 1970.
        actor: who drafted it.
    """

    id: str
    list_uri: str
    index: int
    digest: bytes
    drafted_at: int
    actor: str | None


def draft(
    database: Database, document: AnyDocument, *, issuer: str, act: Act, schemes: tuple[Scheme, ...] | None
) -> Draft:
    """Take an index for a certificate and give what is to be approved; the same again for the same certificate.

    Raises:
        RegisterConflictError: the certificate is issued already, or drafted with other content.
        StatusListFullError: no status list of the entity has room.
        SchemeViolationError: the certificate breaks rules of its scheme; no index is taken.
        IssueError: the issuer's id or the scheme do not allow to issue; no index is taken.
    """
    with database.writing() as connection:
        if connection.execute(select(CERTIFICATES.c.id).where(CERTIFICATES.c.id == document.id)).first() is not None:
            raise RegisterConflictError(f"{document.id} is issued already: no id is given out twice")
        before = _draft_of(connection, document.id)
        status = indices.following(connection, issuer) if before is None else indices.status_of(before)
        payload = payload_of(document, issuer=issuer, status=status, schemes=schemes)
        if before is None:
            for left in indices.unsettled(connection, document.id):
                indices.burn(
                    connection, indices.status_of(left), document.id, act=act, why="a draft of the same took over"
                )
            indices.give_out(
                connection, status, document.id, kind=Kind.DRAFTED, digest=sha256(payload).digest(), act=act
            )
        else:
            _refuse_other_content(before, payload)
        return Draft(document.id, status.uri, status.idx, payload)


def take_up(connection: Connection, request: Request) -> StatusReference:
    """Give the index of a draft to who issues what was drafted.

    Raises:
        RegisterError: the issuer has no approval for it.
        RegisterConflictError: there is no such draft, it says something else, or the key is being used for another.
    """
    if request.issuer.approver is None:
        raise RegisterError(f"{request.document.id} is drafted to be approved: give the issuer an approver")
    drafted = _known_draft_of(connection, request.document.id)
    under_its_key = indices.unsettled(connection, request.document.id, key=request.key)
    if any(row.certificate_id != request.document.id for row in under_its_key):
        raise RegisterConflictError(f"the key {request.key!r} was used to ask for other content: take a new key")
    status = indices.status_of(drafted)
    _refuse_other_content(drafted, request.issuer.payload(request.document, status=status))
    return status


def discard(connection: Connection, certificate_id: str, *, act: Act) -> None:
    """Give up a draft; its index is burnt.

    Raises:
        RegisterError: no reason is given.
        RegisterConflictError: there is no such draft.
    """
    if act.reason is None:
        raise RegisterError(f"to discard the draft of {certificate_id} needs a reason")
    status = indices.status_of(_known_draft_of(connection, certificate_id))
    indices.burn(connection, status, certificate_id, act=act, why="the draft was discarded")


def waiting(connection: Connection) -> tuple[WaitingDraft, ...]:
    """Give the drafts that wait for their approval, the oldest first.

    Raises:
        RegisterStorageError: the log holds what certmark never wrote.
    """
    of_it = (EVENTS.c.certificate_id == INDICES.c.certificate_id) & (EVENTS.c.kind == Kind.DRAFTED.value)
    taken = (INDICES.c.list_uri, INDICES.c.idx, INDICES.c.request_digest)
    chosen = select(EVENTS, *taken).join(INDICES, of_it).where(INDICES.c.state == indices.DRAFTED)
    # what was discarded and drafted again stands in the log for each time, and waits for the last
    last = {row.certificate_id: row for row in connection.execute(chosen.order_by(EVENTS.c.seq))}
    return tuple(map(_waiting, sorted(last.values(), key=lambda row: row.seq)))


def _waiting(row: Row[Any]) -> WaitingDraft:
    drafted = events.read(row)
    return WaitingDraft(row.certificate_id, row.list_uri, row.idx, row.request_digest, drafted.at, drafted.actor)


def _draft_of(connection: Connection, certificate_id: str) -> Row[Any] | None:
    found = indices.unsettled(connection, certificate_id)
    return next((row for row in found if row.state == indices.DRAFTED), None)


def _known_draft_of(connection: Connection, certificate_id: str) -> Row[Any]:
    found = _draft_of(connection, certificate_id)
    if found is None:
        raise RegisterConflictError(
            f"no draft of {certificate_id} waits here: it was issued, discarded or never made; make one, and have that "
            "one approved"
        )
    return found


def _refuse_other_content(drafted: Row[Any], payload: bytes) -> None:
    if sha256(payload).digest() != drafted.request_digest:
        raise RegisterConflictError(
            f"{drafted.certificate_id} was drafted with other content: take the document that was drafted, or discard "
            "the draft"
        )
