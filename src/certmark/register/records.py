"""What the register gives out: frozen values, and how they are read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from certmark.cwt.numericdate import is_time, to_seconds
from certmark.model import Content, load_document
from certmark.register import events
from certmark.register.errors import RegisterError, reading_row
from certmark.register.lifecycle import standing
from certmark.register.tables import CERTIFICATES, EDITIONS, EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from certmark.model import AnyDocument
    from certmark.register.events import Event
    from certmark.register.lifecycle import Standing
    from certmark.verify.outcome import CertificateStatus


@dataclass(frozen=True, slots=True)
class Edition:
    """A signed token of a certificate.

    Attributes:
        number: from 1.
        content: ``full`` or ``label``.
        signed_at: iat, in seconds.
        key_thumbprint: which key signed, 32 bytes.
        document: what the token says.
        cose: the exact token.
        text: the exact link or bare code.
    """

    number: int
    content: str
    signed_at: int
    key_thumbprint: bytes
    document: AnyDocument
    cose: bytes
    text: str


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate in the register.

    Attributes:
        id: its id.
        entity: who issued it.
        scheme: its scheme.
        level: its assurance level.
        issued: day of issue.
        valid_until: last day of validity.
        list_uri: its status list, or None where the scheme does without.
        index: its number there.
        replaces: id of the certificate that it replaced, or None.
        replaced_by: id of the certificate that replaced it, or None.
        editions: its tokens, the newest last; none after a purge.
        standing: how it stands.
    """

    id: str
    entity: str
    scheme: str
    level: str
    issued: date
    valid_until: date
    list_uri: str | None
    index: int | None
    replaces: str | None
    replaced_by: str | None
    editions: tuple[Edition, ...]
    standing: Standing

    def status(self, at: datetime) -> CertificateStatus:
        """Give the status (Article 42(1)(b)) at a time not before the last decision.

        Args:
            at: aware.
        """
        return self.standing.status(to_seconds(at))

    @property
    def newest(self) -> Edition:
        """The token that was signed last.

        Raises:
            RegisterError: it was purged.
        """
        if not self.editions:
            raise RegisterError(f"the records of {self.id} were purged")
        return self.editions[-1]

    @property
    def whole(self) -> Edition:
        """The newest token that says everything; where only labels were signed, the newest of them.

        Raises:
            RegisterError: it was purged.
        """
        return self.newest_of(Content.FULL) or self.newest

    def newest_of(self, content: Content) -> Edition | None:
        """Give the newest token that carries so much."""
        return next((edition for edition in reversed(self.editions) if edition.content == content), None)


def certificate(connection: Connection, certificate_id: str) -> CertificateRecord:
    """Read a certificate.

    Raises:
        RegisterError: the register has no such certificate.
    """
    for record in _read(connection, CERTIFICATES.c.id == certificate_id):
        return record
    raise RegisterError(f"the register has no certificate {certificate_id}")


def by_request(connection: Connection, key: str) -> Row[Any] | None:
    """Find the certificate that was issued under an idempotency key."""
    return connection.execute(select(CERTIFICATES).where(CERTIFICATES.c.request_key == key)).first()


def certificates(
    connection: Connection, *, holder: str | None = None, scheme: str | None = None
) -> Iterator[CertificateRecord]:
    """Read certificates in the order of their ids."""
    asked: list[ColumnElement[bool]] = []
    if scheme is not None:
        asked.append(CERTIFICATES.c.scheme == scheme)
    if holder is not None:
        asked.append(CERTIFICATES.c.id.in_(select(EDITIONS.c.certificate_id).where(EDITIONS.c.holder == holder)))
    return _read(connection, *asked)


def next_edition(connection: Connection, certificate_id: str) -> int:
    """Give the number of the next token of a certificate."""
    last = select(func.max(EDITIONS.c.number)).where(EDITIONS.c.certificate_id == certificate_id)
    return (connection.execute(last).scalar_one() or 0) + 1


def _read(connection: Connection, *asked: ColumnElement[bool]) -> Iterator[CertificateRecord]:
    """Read certificates with three queries, however many they are."""
    successor = CERTIFICATES.alias()
    chosen = (
        select(CERTIFICATES, successor.c.id.label("replaced_by"))
        .outerjoin(successor, successor.c.replaces == CERTIFICATES.c.id)
        .where(*asked)
        .order_by(CERTIFICATES.c.id)
    )
    ids = select(CERTIFICATES.c.id).where(*asked)
    editions: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(EDITIONS).where(EDITIONS.c.certificate_id.in_(ids)).order_by(EDITIONS.c.number)
    ):
        editions[row.certificate_id].append(row)
    said: dict[str, list[Event]] = defaultdict(list)
    for row in connection.execute(select(EVENTS).where(EVENTS.c.certificate_id.in_(ids)).order_by(EVENTS.c.seq)):
        said[row.certificate_id].append(events.read(row))
    for row in connection.execute(chosen):
        yield _record(row, editions[row.id], said[row.id])


def _record(row: Row[Any], editions: Iterable[Row[Any]], said: Iterable[Event]) -> CertificateRecord:
    with reading_row(f"certificate {row.id}"):
        valid_until = date.fromisoformat(row.valid_until)
        return CertificateRecord(
            id=row.id,
            entity=row.entity,
            scheme=row.scheme,
            level=row.level,
            issued=date.fromisoformat(row.issued),
            valid_until=valid_until,
            list_uri=row.list_uri,
            index=row.idx,
            replaces=row.replaces,
            replaced_by=row.replaced_by,
            editions=tuple(map(_edition, editions)),
            standing=standing(said, valid_until=valid_until),
        )


def _edition(row: Row[Any]) -> Edition:
    if not is_time(row.signed_at):
        raise ValueError
    return Edition(
        number=row.number,
        content=row.content,
        signed_at=row.signed_at,
        key_thumbprint=row.key_thumbprint,
        document=load_document(row.document),
        cose=row.cose,
        text=row.text,
    )
