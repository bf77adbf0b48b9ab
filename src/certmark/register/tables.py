"""What the register keeps. Rows of certificates, editions, events and publications are never changed, only added.

::

    status_lists 1──n indices 1──1 certificates 1──n editions 1──n documents
                                        │
                                        n
    publications                      events     every decision, in one hash chain

How a certificate stands is nowhere stored: it is what its events say at a time (``lifecycle.standing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from certmark.register.errors import RegisterStorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect


class _Strict(TypeDecorator[Any]):
    """A column that gives values of its type and no others: SQLite lets any value stand in any column."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], object]:  # noqa: ARG002
        expected = self.impl_instance.python_type

        def read(value: object) -> object:
            if value is not None and type(value) is not expected:
                raise RegisterStorageError(
                    "a value in the database is of another type than its column: audit the register"
                )
            return value

        return read


class _Whole(_Strict):
    impl = Integer
    cache_ok = True


class _Long(_Strict):
    impl = BigInteger
    cache_ok = True


class _Words(_Strict):
    impl = Text
    cache_ok = True


class _Octets(_Strict):
    impl = LargeBinary
    cache_ok = True


METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

STATUS_LISTS: Final = Table(
    "status_lists",
    METADATA,
    Column("uri", _Words, primary_key=True),
    Column("authority_uri", _Words, unique=True),
    Column("entity", _Words, nullable=False),
    Column("size", _Whole, nullable=False),
    Column("next_index", _Whole, nullable=False),
    Column("position", _Whole, nullable=False, unique=True),
)
"""Lists in the order in which they are filled; ``next_index`` only grows."""

INDICES: Final = Table(
    "indices",
    METADATA,
    Column("list_uri", _Words, ForeignKey(STATUS_LISTS.c.uri), primary_key=True),
    Column("idx", _Whole, primary_key=True, autoincrement=False),
    Column("certificate_id", _Words, nullable=False, index=True),
    Column("request_key", _Words, index=True),
    Column("request_digest", _Octets, nullable=False),
    Column("state", _Words, nullable=False),
)
"""Indices that were ever given out: *open* while a token is signed, or *drafted*; then *issued* or *burnt* for good.

The digest is that of the request, or of what was drafted.
"""

CERTIFICATES: Final = Table(
    "certificates",
    METADATA,
    Column("id", _Words, primary_key=True),
    Column("request_key", _Words, unique=True),
    Column("request_digest", _Octets, nullable=False),
    Column("entity", _Words, nullable=False),
    Column("list_uri", _Words),
    Column("idx", _Whole),
    Column("scheme", _Words, nullable=False),
    Column("level", _Words, nullable=False),
    Column("issued", _Words, nullable=False),
    Column("valid_until", _Words, nullable=False, index=True),
    Column("replaces", _Words, ForeignKey("certificates.id"), unique=True),
    ForeignKeyConstraint(["list_uri", "idx"], ["indices.list_uri", "indices.idx"]),
    UniqueConstraint("list_uri", "idx"),
)
"""One row for each id; kept for good, so that neither id nor index is ever given out again."""

KEYS: Final = Table(
    "keys",
    METADATA,
    Column("thumbprint", _Octets, primary_key=True),
    Column("cose_key", _Octets, nullable=False),
)
"""Public keys that signed something here."""

EDITIONS: Final = Table(
    "editions",
    METADATA,
    Column("certificate_id", _Words, ForeignKey(CERTIFICATES.c.id), primary_key=True),
    Column("number", _Whole, primary_key=True, autoincrement=False),
    Column("content", _Words, nullable=False),
    Column("signed_at", _Long, nullable=False),
    Column("key_thumbprint", _Octets, ForeignKey(KEYS.c.thumbprint), nullable=False),
    Column("holder", _Words, index=True),
    Column("document", _Words, nullable=False),
    Column("cose", _Octets, nullable=False),
    Column("text", _Words, nullable=False),
)
"""Signed tokens of a certificate: the first one, its labels, and one for each maintenance. Removed by a purge."""

DOCUMENTS: Final = Table(
    "documents",
    METADATA,
    Column("certificate_id", _Words, primary_key=True),
    Column("edition", _Whole, primary_key=True, autoincrement=False),
    Column("position", _Whole, primary_key=True, autoincrement=False),
    Column("type", _Words, nullable=False),
    Column("reference", _Words, nullable=False),
    Column("sha256", _Words, index=True),
    ForeignKeyConstraint(["certificate_id", "edition"], ["editions.certificate_id", "editions.number"]),
)
"""The evidence of an edition, found by its digest."""

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("seq", _Whole, primary_key=True, autoincrement=False),
    Column("at", _Long, nullable=False),
    Column("kind", _Words, nullable=False),
    Column("certificate_id", _Words),
    Column("authority", _Words),
    Column("article", _Words),
    Column("detail", _Words),
    Column("actor", _Words),
    Column("reason", _Words),
    Column("private_digest", _Octets, nullable=False),
    Column("digest", _Octets, nullable=False),
    Index("ix_events_certificate_id_seq", "certificate_id", "seq"),
    Index("ix_events_kind_seq", "kind", "seq"),
)
"""The log. A purge blanks actor and reason, whose digest stays, so that the chain can still be recomputed."""

PUBLICATIONS: Final = Table(
    "publications",
    METADATA,
    Column("uri", _Words, primary_key=True),
    Column("issued_at", _Long, primary_key=True, autoincrement=False),
    Column("seq", _Whole, ForeignKey(EVENTS.c.seq), nullable=False, unique=True),
    Column("key_thumbprint", _Octets, ForeignKey(KEYS.c.thumbprint), nullable=False),
    Column("token", _Octets, nullable=False),
)
"""Every status list token that was published."""
