"""What the register keeps. Rows of certificates, editions, events and publications are never changed, only added.

::

    status_lists 1──n indices 1──1 certificates 1──n editions 1──n documents
                                        │
                                        n
    publications                      events     every decision, in one hash chain

How a certificate stands is nowhere stored: it is what its events say at a time (``lifecycle.standing``).
"""

from __future__ import annotations

from typing import Final

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
    UniqueConstraint,
)

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
    Column("uri", Text, primary_key=True),
    Column("authority_uri", Text, unique=True),
    Column("entity", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("next_index", Integer, nullable=False),
    Column("position", Integer, nullable=False, unique=True),
)
"""Lists in the order in which they are filled; ``next_index`` only grows."""

INDICES: Final = Table(
    "indices",
    METADATA,
    Column("list_uri", Text, ForeignKey(STATUS_LISTS.c.uri), primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("certificate_id", Text, nullable=False, index=True),
    Column("request_key", Text, index=True),
    Column("request_digest", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
)
"""Indices that were ever given out: *open* while a token is being signed, then *issued* or *burnt* for good."""

CERTIFICATES: Final = Table(
    "certificates",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_key", Text, unique=True),
    Column("request_digest", LargeBinary, nullable=False),
    Column("entity", Text, nullable=False),
    Column("list_uri", Text),
    Column("idx", Integer),
    Column("scheme", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("issued", Text, nullable=False),
    Column("valid_until", Text, nullable=False, index=True),
    Column("replaces", Text, ForeignKey("certificates.id"), unique=True),
    ForeignKeyConstraint(["list_uri", "idx"], ["indices.list_uri", "indices.idx"]),
    UniqueConstraint("list_uri", "idx"),
)
"""One row for each id; kept for good, so that neither id nor index is ever given out again."""

KEYS: Final = Table(
    "keys",
    METADATA,
    Column("thumbprint", LargeBinary, primary_key=True),
    Column("cose_key", LargeBinary, nullable=False),
)
"""Public keys that signed something here."""

EDITIONS: Final = Table(
    "editions",
    METADATA,
    Column("certificate_id", Text, ForeignKey(CERTIFICATES.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("signed_at", BigInteger, nullable=False),
    Column("key_thumbprint", LargeBinary, ForeignKey(KEYS.c.thumbprint), nullable=False),
    Column("holder", Text, index=True),
    Column("document", Text, nullable=False),
    Column("cose", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)
"""Signed tokens of a certificate: the first one, its labels, and one for each maintenance. Removed by a purge."""

DOCUMENTS: Final = Table(
    "documents",
    METADATA,
    Column("certificate_id", Text, primary_key=True),
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("sha256", Text, index=True),
    ForeignKeyConstraint(["certificate_id", "edition"], ["editions.certificate_id", "editions.number"]),
)
"""The evidence of an edition, found by its digest."""

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("certificate_id", Text),
    Column("authority", Text),
    Column("article", Text),
    Column("detail", Text),
    Column("actor", Text),
    Column("reason", Text),
    Column("private_digest", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_events_certificate_id_seq", "certificate_id", "seq"),
    Index("ix_events_kind_seq", "kind", "seq"),
)
"""The log. A purge blanks actor and reason, whose digest stays, so that the chain can still be recomputed."""

PUBLICATIONS: Final = Table(
    "publications",
    METADATA,
    Column("uri", Text, primary_key=True),
    Column("issued_at", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, ForeignKey(EVENTS.c.seq), nullable=False, unique=True),
    Column("key_thumbprint", LargeBinary, ForeignKey(KEYS.c.thumbprint), nullable=False),
    Column("token", LargeBinary, nullable=False),
)
"""Every status list token that was published."""
