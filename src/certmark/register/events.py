"""The log: what was decided, by whom, when and why; each entry's digest covers the one before.

::

    private = SHA-256(cbor([actor, reason]))
    digest  = SHA-256(cbor([digest before, seq, at, kind, certificate id, authority, article, detail, private]))

What names or describes people stands behind a digest of its own, so that a purge can remove it and leave the chain
whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from certmark import cbor
from certmark.cwt.numericdate import from_seconds, is_time, to_seconds
from certmark.register.errors import UNREADABLE, RegisterError, reading_row
from certmark.register.tables import EVENTS
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

GENESIS: Final = bytes(32)
"""What stands before the first entry."""

_MOST_TEXT: Final = 2_000


class Kind(StrEnum):
    """What an entry says."""

    CREATED = "created"
    LIST_OPENED = "list_opened"
    LIST_CLOSED = "list_closed"
    RESERVED = "reserved"
    DRAFTED = "drafted"
    BURNT = "burnt"
    ISSUED = "issued"
    LABELLED = "labelled"
    MAINTAINED = "maintained"
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"
    SUSPENSION_EXTENDED = "suspension_extended"
    REINSTATED = "reinstated"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    PUBLISHED = "published"
    PURGED = "purged"


class Authority(StrEnum):
    """Who decided: the certification body, or the national cybersecurity certification authority."""

    BODY = "body"
    NCCA = "ncca"


def refuse_unreadable(name: str, value: str) -> None:
    """Refuse a text that nobody could read in the log.

    Raises:
        RegisterError: unfit to be shown, or too long.
    """
    problem = "is too long" if len(value) > _MOST_TEXT else problem_in(value)
    if problem:
        raise RegisterError(f"the {name} {problem}: rewrite it")


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, and why.

    Attributes:
        actor: a person or system, as the body names them.
        at: time, aware.
        reason: in words; decisions about certificates need one.
    """

    actor: str
    at: datetime
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse texts that nobody could read later, and a time without zone."""
        refuse_unreadable("actor", self.actor)
        if self.reason is not None:
            refuse_unreadable("reason", self.reason)
        to_seconds(self.at)


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the log.

    Attributes:
        seq: place in the log, from 1.
        at: when, in seconds since 1970.
        kind: what it says.
        certificate_id: about which certificate, if about one.
        authority: who decided, where that matters.
        article: the provision that the decision rests on.
        actor: who did it; None after a purge.
        reason: why, in words.
        detail: what else belongs to it, by name.
        digest: SHA-256 over it and the entry before.
    """

    seq: int
    at: int
    kind: Kind
    certificate_id: str | None = None
    authority: Authority | None = None
    article: str | None = None
    actor: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    digest: bytes = b""

    @property
    def time(self) -> datetime:
        """When, in UTC."""
        return from_seconds(self.at)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log at some time: kept elsewhere, it proves later that nothing before it was changed.

    Attributes:
        seq: number of the last entry.
        digest: its digest, 32 bytes.
    """

    seq: int
    digest: bytes

    def to_json(self) -> str:
        """Write it as one line of JSON."""
        return json.dumps({"seq": self.seq, "digest": self.digest.hex()})

    @classmethod
    def from_json(cls, text: str) -> Head:
        """Read what ``to_json`` wrote.

        Raises:
            RegisterError: it is something else.
        """
        try:
            members = json.loads(text)
            head = cls(members["seq"], bytes.fromhex(members["digest"]))
        except UNREADABLE as error:
            raise RegisterError("not the head of a register: expected seq and digest") from error
        if type(head.seq) is not int or head.seq < 1 or len(head.digest) != len(GENESIS):
            raise RegisterError("not the head of a register: expected seq and digest")
        return head


def append(
    connection: Connection,
    kind: Kind,
    *,
    act: Act,
    certificate_id: str | None = None,
    authority: Authority | None = None,
    article: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> Head:
    """Add an entry, in the transaction of what it is about, and give the end of the log."""
    before = head(connection)
    private = {"actor": act.actor, "reason": act.reason}
    public = {
        "seq": before.seq + 1,
        "at": to_seconds(act.at),
        "kind": kind.value,
        "certificate_id": certificate_id,
        "authority": None if authority is None else authority.value,
        "article": article,
        "detail": _written(detail),
        "private_digest": private_digest(**private),
    }
    after = Head(before.seq + 1, digest(before.digest, public))
    connection.execute(insert(EVENTS), {**public, **private, "digest": after.digest})
    return after


def head(connection: Connection) -> Head:
    """Give the last entry's number and digest."""
    row = connection.execute(select(EVENTS.c.seq, EVENTS.c.digest).order_by(EVENTS.c.seq.desc()).limit(1)).first()
    return Head(0, GENESIS) if row is None else Head(row.seq, row.digest)


def private_digest(*, actor: str | None, reason: str | None) -> bytes:
    """Hash what a purge may remove."""
    return sha256(cbor.encode([actor, reason])).digest()


def digest(before: bytes, public: Mapping[str, Any]) -> bytes:
    """Hash an entry together with the one before."""
    names = ("seq", "at", "kind", "certificate_id", "authority", "article", "detail", "private_digest")
    return sha256(cbor.encode([before, *(public[name] for name in names)])).digest()


def rows(connection: Connection) -> Iterator[Row[Any]]:
    """Stream the log from its beginning."""
    return iter(connection.execute(select(EVENTS).order_by(EVENTS.c.seq).execution_options(yield_per=1000)))


def history(connection: Connection, certificate_id: str) -> tuple[Event, ...]:
    """Give all that was said about a certificate, in order."""
    chosen = select(EVENTS).where(EVENTS.c.certificate_id == certificate_id).order_by(EVENTS.c.seq)
    return tuple(map(read, connection.execute(chosen)))


def read(row: Row[Any]) -> Event:
    """Make the value of a row.

    Raises:
        RegisterStorageError: certmark never wrote it.
    """
    with reading_row(f"event {row.seq}"):
        detail = {} if row.detail is None else json.loads(row.detail)
        if not is_time(row.at) or not isinstance(detail, dict):
            raise TypeError
        return Event(
            seq=row.seq,
            at=row.at,
            kind=Kind(row.kind),
            certificate_id=row.certificate_id,
            authority=None if row.authority is None else Authority(row.authority),
            article=row.article,
            actor=row.actor,
            reason=row.reason,
            detail=detail,
            digest=row.digest,
        )


def _written(detail: Mapping[str, object] | None) -> str | None:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True) if detail else None
