"""The first tables, and the triggers that keep the log append-only."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None

_NEVER: Final = ("certificates", "publications", "keys", "indices", "status_lists")
_UNTOUCHED: Final = ("certificates", "publications", "keys", "editions", "documents")
_BLANKED: Final = ("actor", "reason")
_EVENT: Final = ("seq", "at", "kind", "certificate_id", "authority", "article", "detail", "private_digest", "digest")


def upgrade() -> None:
    """Make tables and triggers."""
    _tables()
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION certmark_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the register is append-only: % of %', TG_OP, TG_TABLE_NAME; END $$"
        )
        for table in (*_NEVER, "editions", "documents", "events"):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION certmark_refuse()"
            )
    for table in _UNTOUCHED:
        _refuse(table, "UPDATE")
    for table in (*_NEVER, "events"):
        _refuse(table, "DELETE")
    # what a purge may do, and only for a certificate whose purge the log already states
    purged = "NOT EXISTS (SELECT 1 FROM events WHERE kind = 'purged' AND certificate_id = {}.certificate_id)"
    for table in ("editions", "documents"):
        _refuse(table, "DELETE", when=purged.format("OLD"))
    kept = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _EVENT)
    filled = " OR ".join(f"NEW.{column} IS NOT NULL" for column in _BLANKED)
    _refuse("events", "UPDATE", when=f"{kept} OR {filled} OR {purged.format('OLD')}")
    _refuse(
        "indices",
        "UPDATE",
        when="OLD.state NOT IN ('open', 'drafted') OR NEW.list_uri <> OLD.list_uri OR NEW.idx <> OLD.idx",
    )
    _refuse("status_lists", "UPDATE", when="NEW.next_index < OLD.next_index OR NEW.uri <> OLD.uri")


def _refuse(table: str, change: str, *, when: str = "") -> None:
    name = f"{table}_no_{change.lower()}"
    if op.get_context().dialect.name == "postgresql":
        # a condition of PostgreSQL's WHEN may hold no subquery, so that it stands in a function
        function = "certmark_refuse()"
        if when:
            function = f"certmark_{name}()"
            result = "OLD" if change == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
                "RAISE EXCEPTION 'the register is append-only: % of %', TG_OP, TG_TABLE_NAME; "
                f"END IF; RETURN {result}; END $$"
            )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}")
        return
    condition = f"WHEN {when} ".replace("IS DISTINCT FROM", "IS NOT") if when else ""
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW {condition}"
        f"BEGIN SELECT RAISE(ABORT, 'the register is append-only: {change} of {table}'); END"
    )


def _tables() -> None:
    op.create_table(
        "status_lists",
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("authority_uri", sa.Text),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("next_index", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("uri", name="pk_status_lists"),
        sa.UniqueConstraint("authority_uri", name="uq_status_lists_authority_uri"),
        sa.UniqueConstraint("position", name="uq_status_lists_position"),
    )
    op.create_table(
        "indices",
        sa.Column("list_uri", sa.Text, nullable=False),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("certificate_id", sa.Text, nullable=False),
        sa.Column("request_key", sa.Text),
        sa.Column("request_digest", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("list_uri", "idx", name="pk_indices"),
        sa.ForeignKeyConstraint(["list_uri"], ["status_lists.uri"], name="fk_indices_list_uri"),
    )
    op.create_index("ix_indices_certificate_id", "indices", ["certificate_id"])
    op.create_index("ix_indices_request_key", "indices", ["request_key"])
    op.create_table(
        "certificates",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("request_key", sa.Text),
        sa.Column("request_digest", sa.LargeBinary, nullable=False),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("list_uri", sa.Text),
        sa.Column("idx", sa.Integer),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("issued", sa.Text, nullable=False),
        sa.Column("valid_until", sa.Text, nullable=False),
        sa.Column("replaces", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.ForeignKeyConstraint(["replaces"], ["certificates.id"], name="fk_certificates_replaces"),
        sa.ForeignKeyConstraint(
            ["list_uri", "idx"], ["indices.list_uri", "indices.idx"], name="fk_certificates_list_uri_idx"
        ),
        sa.UniqueConstraint("request_key", name="uq_certificates_request_key"),
        sa.UniqueConstraint("list_uri", "idx", name="uq_certificates_list_uri_idx"),
        sa.UniqueConstraint("replaces", name="uq_certificates_replaces"),
    )
    op.create_index("ix_certificates_valid_until", "certificates", ["valid_until"])
    op.create_table(
        "keys",
        sa.Column("thumbprint", sa.LargeBinary, nullable=False),
        sa.Column("cose_key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("thumbprint", name="pk_keys"),
    )
    op.create_table(
        "editions",
        sa.Column("certificate_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("signed_at", sa.BigInteger, nullable=False),
        sa.Column("key_thumbprint", sa.LargeBinary, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("cose", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "number", name="pk_editions"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name="fk_editions_certificate_id"),
        sa.ForeignKeyConstraint(["key_thumbprint"], ["keys.thumbprint"], name="fk_editions_key_thumbprint"),
    )
    op.create_index("ix_editions_holder", "editions", ["holder"])
    op.create_table(
        "documents",
        sa.Column("certificate_id", sa.Text, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.PrimaryKeyConstraint("certificate_id", "edition", "position", name="pk_documents"),
        sa.ForeignKeyConstraint(
            ["certificate_id", "edition"],
            ["editions.certificate_id", "editions.number"],
            name="fk_documents_certificate_id_edition",
        ),
    )
    op.create_index("ix_documents_sha256", "documents", ["sha256"])
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("certificate_id", sa.Text),
        sa.Column("authority", sa.Text),
        sa.Column("article", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("private_digest", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
    )
    op.create_index("ix_events_certificate_id_seq", "events", ["certificate_id", "seq"])
    op.create_index("ix_events_kind_seq", "events", ["kind", "seq"])
    op.create_table(
        "publications",
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("key_thumbprint", sa.LargeBinary, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("uri", "issued_at", name="pk_publications"),
        sa.ForeignKeyConstraint(["seq"], ["events.seq"], name="fk_publications_seq"),
        sa.ForeignKeyConstraint(["key_thumbprint"], ["keys.thumbprint"], name="fk_publications_key_thumbprint"),
        sa.UniqueConstraint("seq", name="uq_publications_seq"),
    )
