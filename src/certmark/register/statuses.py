"""Status lists as a function of the log and the time; nobody has to act when a suspension begins or ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, insert, or_, select, update

from certmark.cwt.numericdate import from_seconds, to_seconds
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import ENTITY_ID, HTTPS_URI
from certmark.register import events
from certmark.register.errors import RegisterConflictError, RegisterError, reading_row
from certmark.register.events import Authority, Event, Kind
from certmark.register.keys import keep_key
from certmark.register.lifecycle import standing
from certmark.register.tables import CERTIFICATES, EVENTS, PUBLICATIONS, STATUS_LISTS
from certmark.status import publish as publishing
from certmark.status.bitarray import BITS, Status
from certmark.text import shown
from certmark.verify.outcome import CertificateStatus

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Row

    from certmark.cose.signer import Signer
    from certmark.register.database import Database
    from certmark.register.events import Act

_DECISIONS = (Kind.SUSPENDED, Kind.SUSPENSION_EXTENDED, Kind.REINSTATED, Kind.WITHDRAWN)
_NUMBER = {CertificateStatus.WITHDRAWN: Status.INVALID, CertificateStatus.SUSPENDED: Status.SUSPENDED}
_TRIES = 5
_LARGEST_LIST = DEFAULT_LIMITS.status_list * 8 // BITS


@dataclass(frozen=True, slots=True)
class ListRecord:
    """A status list of the register.

    Attributes:
        uri: the body's list, as tokens name it.
        authority_uri: the authority's list over the same indices, or None.
        entity: whose certificates it is for.
        size: how many entries it has.
        room: how many of them were never given out.
    """

    uri: str
    authority_uri: str | None
    entity: str
    size: int
    room: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A status list token that was published.

    Attributes:
        uri: which list.
        issued_at: its iat, in seconds.
        seq: its entry in the log; it says what all entries before say at that time.
        token: the signed token.
    """

    uri: str
    issued_at: int
    seq: int
    token: bytes


def list_of(connection: Connection, uri: str) -> Row[Any]:
    """Give the row of a list by either of its uris.

    Raises:
        RegisterError: the register has no such list.
    """
    either = or_(STATUS_LISTS.c.uri == uri, STATUS_LISTS.c.authority_uri == uri)
    row = connection.execute(select(STATUS_LISTS).where(either)).first()
    if row is None:
        raise RegisterError(f"the register has no status list {uri}: open it first")
    return row


def statuses(connection: Connection, uri: str, *, at: int, before: int | None = None) -> dict[int, Status]:
    """Give what a list states at a time: status by index, where it is not valid.

    The body's list states every decision. The authority's list states those of the authority, so that a withdrawal by
    the authority reaches verifiers whatever the body publishes.

    Args:
        connection: reads the register.
        uri: the body's list or the authority's.
        at: time, in seconds; decisions after it do not count.
        before: leave out entries of the log from this number on.
    """
    found = list_of(connection, uri)
    asked: list[ColumnElement[bool]] = [
        CERTIFICATES.c.list_uri == found.uri,
        EVENTS.c.kind.in_(_DECISIONS),
        EVENTS.c.at <= at,
    ]
    if uri != found.uri:
        asked += [EVENTS.c.authority == Authority.NCCA, EVENTS.c.kind == Kind.WITHDRAWN]
    if before is not None:
        asked.append(EVENTS.c.seq < before)
    chosen = (
        select(EVENTS, CERTIFICATES.c.idx, CERTIFICATES.c.valid_until)
        .join(CERTIFICATES, CERTIFICATES.c.id == EVENTS.c.certificate_id)
        .where(*asked)
        .order_by(EVENTS.c.seq)
    )
    said: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for row in connection.execute(chosen):
        said[row.idx, row.valid_until].append(events.read(row))
    stated = {}
    for (index, day), of_one in said.items():
        with reading_row(f"the certificate at index {index} of {found.uri}"):
            stated[index] = standing(of_one, valid_until=date.fromisoformat(day)).status(at)
    return {index: _NUMBER[status] for index, status in sorted(stated.items()) if status in _NUMBER}


def publish(
    database: Database, uri: str, *, signer: Signer, act: Act, ttl: timedelta | None, expires: datetime | None
) -> Publication:
    """Sign a list as it is now, outside of any transaction, and keep it if nothing changed meanwhile.

    Raises:
        RegisterError: a token of a later time is published already, or decisions keep coming in.
        StatusError: verifiers would refuse it, or it takes back what the token before it says.
        SignerError: the signature does not verify.
    """
    at = to_seconds(act.at)
    with database.reading() as connection:
        size, head = list_of(connection, uri).size, events.head(connection)
        stated, previous = _to_publish(connection, uri, at)
    for _ in range(_TRIES):
        signed = publishing.publish(
            stated,
            uri=uri,
            issued_at=act.at,
            ttl=ttl,
            expires=expires,
            signer=signer,
            size=size,
            previous=previous,
        )
        with database.writing() as connection:
            # others wait meanwhile, so that it is computed anew only where something was logged
            newest = events.head(connection)
            now = (stated, previous) if newest == head else _to_publish(connection, uri, at)
            if now == (stated, previous):
                return _keep(connection, uri, signed, signer=signer, act=act)
        (stated, previous), head = now, newest
    raise RegisterError(f"decisions keep coming in while {uri} is signed: try again")


def _to_publish(connection: Connection, uri: str, at: int) -> tuple[dict[int, Status], bytes | None]:
    """Give what the next token of a list states, and the token before it."""
    newest = select(PUBLICATIONS).where(PUBLICATIONS.c.uri == uri).order_by(PUBLICATIONS.c.issued_at.desc()).limit(1)
    last = connection.execute(newest).first()
    if last is not None and at <= last.issued_at:
        with reading_row(f"the last publication of {uri}"):
            published = from_seconds(last.issued_at).isoformat()
        raise RegisterError(f"{uri} was published at {published}: verifiers want the next one to be later")
    return statuses(connection, uri, at=at), None if last is None else last.token


def _keep(connection: Connection, uri: str, signed: bytes, *, signer: Signer, act: Act) -> Publication:
    thumbprint = keep_key(connection, signer.public_key)
    detail = {"uri": uri, "sha256": sha256(signed).hexdigest(), "key": thumbprint.hex()}
    seq = events.append(connection, Kind.PUBLISHED, act=act, detail=detail).seq
    at = to_seconds(act.at)
    connection.execute(
        insert(PUBLICATIONS).values(uri=uri, issued_at=at, seq=seq, key_thumbprint=thumbprint, token=signed)
    )
    return Publication(uri, at, seq, signed)


def publications(connection: Connection, uri: str) -> tuple[Publication, ...]:
    """Give every token that was published of a list, the newest last."""
    chosen = select(PUBLICATIONS).where(PUBLICATIONS.c.uri == uri).order_by(PUBLICATIONS.c.issued_at)
    return tuple(Publication(row.uri, row.issued_at, row.seq, row.token) for row in connection.execute(chosen))


def lists(connection: Connection) -> tuple[ListRecord, ...]:
    """Give all lists in the order in which they are filled."""
    chosen = select(STATUS_LISTS).order_by(STATUS_LISTS.c.position)
    return tuple(
        ListRecord(row.uri, row.authority_uri, row.entity, row.size, row.size - row.next_index)
        for row in connection.execute(chosen)
    )


def open_list(connection: Connection, uri: str, *, entity: str, size: int, act: Act, authority_uri: str | None) -> None:
    """Add a list that will be filled once those before it are full, and say so in the log.

    Args:
        connection: writes the register.
        uri: the body's list, as the trusted list declares it.
        entity: whose certificates it is for.
        size: number of entries: 2²⁰ are 256 KiB before compression, and nearly nothing after it.
        act: who opens it, and when.
        authority_uri: the list of the authority over the same indices, as declared.

    Raises:
        RegisterConflictError: one of the uris is in use.
        RegisterError: an entity, a uri or a size that verifiers would refuse.
    """
    uris = [each for each in (uri, authority_uri) if each is not None]
    for what, syntax, value in (("entity", ENTITY_ID, entity), *(("uri", HTTPS_URI, each) for each in uris)):
        if problem := syntax.problem(value):
            raise RegisterError(f"the {what} {shown(value)} of a status list {problem}")
    if type(size) is not int or not 0 < size <= _LARGEST_LIST:  # what is no whole number, no audit reads again
        raise RegisterError(f"a status list of {size} entries: verifiers read up to 16 million")
    open_already = lists(connection)
    taken = {each for row in open_already for each in (row.uri, row.authority_uri)}
    if taken & set(uris) or uri == authority_uri:
        raise RegisterConflictError("a status list with this uri is open already")
    row = {"uri": uri, "authority_uri": authority_uri, "entity": entity, "size": size}
    connection.execute(insert(STATUS_LISTS).values(**row, next_index=0, position=len(open_already)))
    events.append(connection, Kind.LIST_OPENED, act=act, detail=row)


def close(connection: Connection, uri: str, *, act: Act) -> None:
    """Leave out the rest of a list, and say so in the log.

    Raises:
        RegisterError: the register has no such list.
    """
    found = list_of(connection, uri)
    if found.next_index < found.size:
        of_it = STATUS_LISTS.c.uri == found.uri
        connection.execute(update(STATUS_LISTS).where(of_it).values(next_index=found.size))
        detail = {"uri": found.uri, "from": found.next_index}
        events.append(connection, Kind.LIST_CLOSED, act=act, detail=detail)
