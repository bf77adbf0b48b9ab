"""Issuing: check, then reserve an index, sign, keep. The signer is waited for outside of any transaction.

::

    check               what its scheme refuses takes no index
    reserve   open      one transaction: what the index is for is in the log before anything is signed
    sign                no transaction; however long a hardware module takes, nobody waits
    keep      issued    one transaction: certificate, token, evidence and log, all or nothing
       else   burnt     the signer failed, or a later call for the same certificate took over

A kill between two steps leaves an index that is open for good, and the log says for which certificate. What was drafted
has its index already, and keeps it when the signer fails.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select

from certmark import cbor
from certmark.model import dump_document
from certmark.register import drafts, events, indices, records
from certmark.register.editions import keep_edition, sign
from certmark.register.errors import RegisterConflictError, RegisterStorageError
from certmark.register.events import Act, Kind
from certmark.register.tables import CERTIFICATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Row

    from certmark.claims import StatusReference
    from certmark.issue import IssuedCertificate, Issuer
    from certmark.model import AnyDocument
    from certmark.register.database import Database
    from certmark.register.records import CertificateRecord


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        document: what to certify.
        issuer: signs, and names the entity.
        act: who asks, and when.
        key: idempotency key, or None; the certificate's id keeps retries apart as well.
        has_status: whether an index is allocated.
        replaces: id of the certificate that this one replaces, or None.
        is_drafted: whether it is issued under the index of its draft.
        digest: SHA-256 of all that decides what is signed, but for the time, which differs in a retry.
    """

    document: AnyDocument
    issuer: Issuer
    act: Act
    key: str | None = None
    has_status: bool = True
    replaces: str | None = None
    is_drafted: bool = False
    digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a key that nobody could read in a message."""
        if self.key is not None:
            events.refuse_unreadable("idempotency key", self.key)
        said = [dump_document(self.document), self.issuer.issuer, self.issuer.link, self.has_status, self.replaces]
        object.__setattr__(self, "digest", sha256(cbor.encode(said)).digest())


def issue(
    database: Database, request: Request, *, also: Callable[[Connection], None] | None = None
) -> CertificateRecord:
    """Issue a certificate, once however often it is asked for under one key.

    The index of a draft is never burnt here: nothing but what was drafted is ever signed under it.

    Args:
        database: the register.
        request: what is asked for.
        also: is done in the transaction that keeps the certificate; may refuse.

    Raises:
        RegisterConflictError: the id or key stands for something else, or a later call for it took over.
        StatusListFullError: no status list of the entity has room.
        SchemeViolationError: the certificate breaks rules of its scheme; no index is taken.
        IssueError: the certificate cannot be issued as it is or at this time; no index is taken.
        SignerError: the signer's answer does not verify; the index is burnt.
    """
    with database.writing() as connection:
        if (done := _done(connection, request)) is not None:
            return done
        request.issuer.check(request.document, at=request.act.at)
        reserved = drafts.take_up(connection, request) if request.is_drafted else reserve(connection, request)
    try:
        issued = sign(request.document, request.issuer, act=request.act, status=reserved)
        with database.writing() as connection:
            if (reserved is None or request.is_drafted) and (done := _done(connection, request)) is not None:
                return done
            keep(connection, request, issued, reserved=reserved, also=also)
            return records.certificate(connection, request.document.id)
    except BaseException as error:
        if not request.is_drafted:
            burn_all(database, [(request, reserved)], why=error)
        raise


def keep(
    connection: Connection,
    request: Request,
    issued: IssuedCertificate,
    *,
    reserved: StatusReference | None,
    also: Callable[[Connection], None] | None = None,
) -> None:
    """Keep a certificate that was signed for an index that was reserved, or for none.

    Raises:
        RegisterConflictError: a later call took over, or the draft was discarded; then nothing was written.
    """
    if reserved is None:
        overtaken = bool(indices.unsettled(connection, request.document.id, key=request.key))
    else:
        overtaken = not indices.settle(connection, reserved, Kind.ISSUED)
    if overtaken:
        what = "its draft was discarded" if request.is_drafted else f"a later call for {request.document.id} took over"
        raise RegisterConflictError(f"{what}: ask the register what it has")
    if also is not None:
        also(connection)
    _keep_certificate(connection, request, reserved)
    keep_edition(connection, issued, request.issuer, act=request.act, kind=Kind.ISSUED, status=reserved)


def burn_all(
    database: Database, failed: Iterable[tuple[Request, StatusReference | None]], *, why: BaseException
) -> None:
    """Burn what was reserved for requests that failed, and say why.

    Where the disk is full this fails as well: then the indices stay open, which the log explains too.
    """
    reserved = [(request, index) for request, index in failed if index is not None]
    if reserved:
        with suppress(RegisterStorageError), database.writing() as connection:
            for request, index in reserved:
                indices.burn(connection, index, request.document.id, act=request.act, why=told(why))


def _done(connection: Connection, request: Request) -> CertificateRecord | None:
    row = answer(request, known(connection, [request]))
    return None if row is None else records.certificate(connection, row.id)


def known(connection: Connection, requests: Sequence[Request]) -> Sequence[Row[Any]]:
    """Read the certificates that have an id or key of some requests."""
    ids = [request.document.id for request in requests]
    keys = [request.key for request in requests if request.key is not None]
    either = or_(CERTIFICATES.c.id.in_(ids), CERTIFICATES.c.request_key.in_(keys))
    return connection.execute(select(CERTIFICATES).where(either)).all()


def answer(request: Request, issued: Iterable[Row[Any]]) -> Row[Any] | None:
    """Find what an earlier call for the same has issued.

    Raises:
        RegisterConflictError: what is there contradicts the request.
    """
    certificate_id, key = request.document.id, request.key
    found = [row for row in issued if row.id == certificate_id or (key is not None and row.request_key == key)]
    if not found:
        return None
    if key is not None and [row.request_key for row in found] == [key]:
        if found[0].request_digest == request.digest:
            return found[0]
        what_helps = "no id is given out twice" if found[0].id == certificate_id else "take a new key"
        raise RegisterConflictError(f"the key {key!r} was used to issue {found[0].id} with other content: {what_helps}")
    if key is not None and any(row.request_key == key for row in found):
        raise RegisterConflictError(f"the key {key!r} was used to issue another certificate: take a new key")
    raise RegisterConflictError(f"{certificate_id} is issued already: no id is given out twice")


def reserve(connection: Connection, request: Request) -> StatusReference | None:
    """Give out the next index, unless there is to be no status, and say in the log what it is for.

    Raises:
        RegisterConflictError: the key is being used for another certificate, or this one waits for its approval.
        StatusListFullError: no status list of the entity has room.
    """
    certificate_id, key = request.document.id, request.key
    for row in indices.unsettled(connection, certificate_id, key=key):
        if row.state == indices.DRAFTED:
            raise RegisterConflictError(
                f"{certificate_id} is drafted: issue it with its approval, or discard the draft first"
            )
        if row.certificate_id != certificate_id:
            raise RegisterConflictError(f"the key {key!r} was used to ask for other content: take a new key")
        why = "a later call for the same took over"
        indices.burn(connection, indices.status_of(row), row.certificate_id, act=request.act, why=why)
    if not request.has_status:
        return None
    reserved = indices.following(connection, request.issuer.issuer)
    indices.give_out(
        connection,
        reserved,
        certificate_id,
        kind=Kind.RESERVED,
        digest=request.digest,
        act=request.act,
        key=key,
    )
    return reserved


def _keep_certificate(connection: Connection, request: Request, reserved: StatusReference | None) -> None:
    document = request.document
    connection.execute(
        insert(CERTIFICATES),
        {
            "id": document.id,
            "request_key": request.key,
            "request_digest": request.digest,
            "entity": request.issuer.issuer,
            "list_uri": None if reserved is None else reserved.uri,
            "idx": None if reserved is None else reserved.idx,
            "scheme": document.scheme,
            "level": document.assurance_level.value,
            "issued": document.issued.isoformat(),
            "valid_until": document.valid_until.isoformat(),
            "replaces": request.replaces,
        },
    )


def told(error: BaseException) -> str:
    """Write a failure into the log, in ASCII."""
    return f"{type(error).__name__}: {ascii(str(error))[1:-1][:300]}"
