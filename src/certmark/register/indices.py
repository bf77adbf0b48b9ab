"""Indices of status lists: each is given out once, for one certificate, and settled once.

::

    RESERVED ──> open     a token is being signed, or was when its process died
    DRAFTED  ──> drafted  an authority reads what is to be signed; lasts until it is settled, however long that takes

    open, drafted ──> issued | burnt    for good
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, or_, select, update

from certmark.claims import StatusReference
from certmark.register import events
from certmark.register.errors import StatusListFullError
from certmark.register.events import Kind
from certmark.register.tables import INDICES, STATUS_LISTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from certmark.register.events import Act

OPEN: Final = "open"
DRAFTED: Final = "drafted"
STATE_AFTER: Final = {Kind.RESERVED: OPEN, Kind.DRAFTED: DRAFTED, Kind.ISSUED: "issued", Kind.BURNT: "burnt"}
"""The state of an index by the last that the log says of it."""

_UNSETTLED: Final = INDICES.c.state.in_((OPEN, DRAFTED))


def following(connection: Connection, entity: str) -> StatusReference:
    """Take the next index of an entity, which nobody else gets from now on.

    Raises:
        StatusListFullError: no status list of the entity has room.
    """
    room = (STATUS_LISTS.c.entity == entity) & (STATUS_LISTS.c.next_index < STATUS_LISTS.c.size)
    chosen = connection.execute(select(STATUS_LISTS).where(room).order_by(STATUS_LISTS.c.position).limit(1)).first()
    if chosen is None:
        raise StatusListFullError(
            f"no status list of {entity} has room: declare one in the trusted list, then open it here"
        )
    of_it = STATUS_LISTS.c.uri == chosen.uri
    connection.execute(update(STATUS_LISTS).where(of_it).values(next_index=chosen.next_index + 1))
    return StatusReference(chosen.next_index, chosen.uri)


def give_out(
    connection: Connection,
    taken: StatusReference,
    certificate_id: str,
    *,
    kind: Kind,
    digest: bytes,
    act: Act,
    key: str | None = None,
) -> None:
    """Keep what an index that was taken is for, and say so in the log.

    Args:
        connection: writes.
        taken: from ``following``.
        certificate_id: for which certificate.
        kind: ``RESERVED`` or ``DRAFTED``.
        digest: SHA-256 of the request, or of the draft.
        act: who asks, and when.
        key: idempotency key of the request, or None.
    """
    connection.execute(
        insert(INDICES),
        {
            "list_uri": taken.uri,
            "idx": taken.idx,
            "certificate_id": certificate_id,
            "request_key": key,
            "request_digest": digest,
            "state": STATE_AFTER[kind],
        },
    )
    about = "request" if kind is Kind.RESERVED else "draft"
    detail = {"list": taken.uri, "index": taken.idx, about: digest.hex()}
    events.append(connection, kind, act=act, certificate_id=certificate_id, detail=detail)


def unsettled(connection: Connection, certificate_id: str, *, key: str | None = None) -> Sequence[Row[Any]]:
    """Give the indices of a certificate, or of an idempotency key, that are neither issued nor burnt."""
    same = INDICES.c.certificate_id == certificate_id
    if key is not None:
        same = or_(same, INDICES.c.request_key == key)
    return connection.execute(select(INDICES).where(_UNSETTLED, same)).all()


def status_of(row: Row[Any]) -> StatusReference:
    """Give what tokens say of an index."""
    return StatusReference(row.idx, row.list_uri)


def burn(connection: Connection, taken: StatusReference, certificate_id: str, *, act: Act, why: str) -> None:
    """Burn an index, unless it is settled already."""
    if settle(connection, taken, Kind.BURNT):
        detail = {"list": taken.uri, "index": taken.idx, "why": why}
        events.append(connection, Kind.BURNT, act=act, certificate_id=certificate_id, detail=detail)


def settle(connection: Connection, taken: StatusReference, kind: Kind) -> bool:
    """Note that an index is issued or burnt; False: it was already."""
    this = (INDICES.c.list_uri == taken.uri) & (INDICES.c.idx == taken.idx)
    settled = update(INDICES).where(this, _UNSETTLED).values(state=STATE_AFTER[kind])
    return connection.execute(settled).rowcount == 1
