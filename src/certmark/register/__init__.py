"""The register of a certification body: issuance, lifecycle and status lists, in SQLite or PostgreSQL.

Needs the ``register`` extra; PostgreSQL needs ``postgres`` as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.lazy import Extra, lazily

if TYPE_CHECKING:
    from certmark.register.audit import AuditReport, Finding
    from certmark.register.batch import Outcome, RowResult
    from certmark.register.book import Register
    from certmark.register.columns import read_csv
    from certmark.register.decisions import Review
    from certmark.register.drafts import Draft, WaitingDraft
    from certmark.register.errors import (
        BatchStoppedError,
        LifecycleError,
        RegisterConflictError,
        RegisterError,
        RegisterSchemaError,
        RegisterStorageError,
        StatusListFullError,
    )
    from certmark.register.events import Act, Authority, Event, Head, Kind
    from certmark.register.lifecycle import Standing, Suspension
    from certmark.register.records import CertificateRecord, Edition
    from certmark.register.rows import Row, read_jsonl
    from certmark.register.statuses import ListRecord, Publication

__all__ = [
    "Act",
    "AuditReport",
    "Authority",
    "BatchStoppedError",
    "CertificateRecord",
    "Draft",
    "Edition",
    "Event",
    "Finding",
    "Head",
    "Kind",
    "LifecycleError",
    "ListRecord",
    "Outcome",
    "Publication",
    "Register",
    "RegisterConflictError",
    "RegisterError",
    "RegisterSchemaError",
    "RegisterStorageError",
    "Review",
    "Row",
    "RowResult",
    "Standing",
    "StatusListFullError",
    "Suspension",
    "WaitingDraft",
    "read_csv",
    "read_jsonl",
]

_MODULE_OF = {
    "Act": "events",
    "AuditReport": "audit",
    "Authority": "events",
    "BatchStoppedError": "errors",
    "CertificateRecord": "records",
    "Draft": "drafts",
    "Edition": "records",
    "Event": "events",
    "Finding": "audit",
    "Head": "events",
    "Kind": "events",
    "LifecycleError": "errors",
    "ListRecord": "statuses",
    "Outcome": "batch",
    "Publication": "statuses",
    "Register": "book",
    "RegisterConflictError": "errors",
    "RegisterError": "errors",
    "RegisterSchemaError": "errors",
    "RegisterStorageError": "errors",
    "Review": "decisions",
    "Row": "rows",
    "RowResult": "batch",
    "Standing": "lifecycle",
    "StatusListFullError": "errors",
    "Suspension": "lifecycle",
    "WaitingDraft": "drafts",
    "read_csv": "columns",
    "read_jsonl": "rows",
}

_EXTRA = Extra("register", "the register", frozenset({"alembic", "sqlalchemy"}))

__getattr__, __dir__ = lazily(__name__, _MODULE_OF, __all__, extra=_EXTRA)
