"""A certificate of the register as JSON; names stay as they are, members may be added."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from certmark.cwt.numericdate import from_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certmark.register import CertificateRecord, Event, WaitingDraft


def certificate(record: CertificateRecord) -> dict[str, Any]:
    """Give a certificate with its tokens."""
    return {
        "id": record.id,
        "entity": record.entity,
        "scheme": record.scheme,
        "level": record.level,
        "issued": record.issued.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "status_list": record.list_uri,
        "index": record.index,
        "replaces": record.replaces,
        "replaced_by": record.replaced_by,
        "tokens": [
            {
                "number": edition.number,
                "content": edition.content,
                "signed_at": _time(edition.signed_at),
                "key": edition.key_thumbprint.hex(),
                "text": edition.text,
            }
            for edition in record.editions
        ],
    }


def draft(waiting: WaitingDraft) -> dict[str, Any]:
    """Give a draft that waits."""
    return {
        "id": waiting.id,
        "status_list": waiting.list_uri,
        "index": waiting.index,
        "sha256": waiting.digest.hex(),
        "drafted_at": _time(waiting.drafted_at),
        "actor": waiting.actor,
    }


def standing(record: CertificateRecord, *, at: datetime) -> dict[str, Any]:
    """Give how a certificate stands at a time."""
    days, ended = record.standing.suspension, record.standing.withdrawn_at
    by = record.standing.withdrawn_by
    return {
        "status": record.status(at).value,
        "suspension": days and {"first_day": days.first_day.isoformat(), "last_day": days.last_day.isoformat()},
        "withdrawn_at": None if ended is None else _time(ended),
        "withdrawn_by": None if by is None else by.value,
    }


def history(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Give what was decided, in order."""
    return [
        {
            "seq": event.seq,
            "at": _time(event.at),
            "kind": event.kind.value,
            "authority": None if event.authority is None else event.authority.value,
            "article": event.article,
            "actor": event.actor,
            "reason": event.reason,
            "detail": dict(event.detail),
        }
        for event in events
    ]


def _time(seconds: int) -> str:
    return from_seconds(seconds).isoformat()
