"""Recomputing the register from its log: what does not agree is a finding, and nothing is repaired."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from certmark.cose.framing import end_of_first
from certmark.cose.profile import CERTMARK_1
from certmark.cose.sign1 import from_bytes
from certmark.cwt.numericdate import from_seconds
from certmark.errors import CertmarkError
from certmark.register import events
from certmark.register.errors import UNREADABLE
from certmark.register.events import GENESIS, Head, Kind
from certmark.register.indices import STATE_AFTER
from certmark.register.keys import kept_keys
from certmark.register.statuses import statuses
from certmark.register.tables import CERTIFICATES, EDITIONS, EVENTS, INDICES, PUBLICATIONS, STATUS_LISTS
from certmark.status import token
from certmark.status.bitarray import StatusList
from certmark.verify import peek

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Row

    from certmark.cose.keys import VerificationKey


class Finding(NamedTuple):
    """Something that does not agree.

    Attributes:
        about: ``chain``, ``index``, ``token`` or ``publication``.
        what: which one.
        says: what is wrong with it.
    """

    about: str
    what: str
    says: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        head: the end of the log that was recomputed.
        counted: how many events, indices, tokens and publications were looked at.
        findings: everything that does not agree; empty in a sound register.
    """

    head: Head
    counted: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything agrees."""
        return not self.findings


def audit(connection: Connection, *, known: Head | None = None) -> AuditReport:
    """Recompute the chain, and hold indices, tokens and published lists against it.

    Args:
        connection: reads one moment of the register.
        known: a head that was kept elsewhere: the log must still contain it.
    """
    counted: Counter[str] = Counter()
    said = _Said()
    findings = [*_readable("chain", _chain(connection, said, counted, known=known))]
    try:
        keys = kept_keys(connection)
    except CertmarkError as error:
        keys = {}
        findings.append(Finding("token", "keys", str(error)))
    findings += _readable("index", _indices(connection, said, counted))
    findings += _readable("token", _tokens(connection, said, counted, keys=keys))
    findings += _readable("publication", _publications(connection, said, counted, keys=keys))
    return AuditReport(said.head, dict(counted), tuple(findings))


def _readable(about: str, found: Iterator[Finding]) -> Iterator[Finding]:
    """Give what is found up to a row that cannot be compared with anything, which is a finding as well."""
    try:
        yield from found
    except UNREADABLE as error:
        yield Finding(about, "rows", f"they cannot be read to their end: {error}")


class _Said:
    """What the log says, gathered while its chain is recomputed."""

    def __init__(self) -> None:
        self.head = Head(0, GENESIS)
        self.index_state: dict[tuple[str, int], tuple[str, str | None]] = {}
        self.drafts: dict[tuple[str, int], str] = {}
        self.editions: dict[tuple[str, int], Mapping[str, Any]] = {}
        self.publications: dict[tuple[str, int], tuple[int, Mapping[str, Any]]] = {}
        self.purged: set[str] = set()
        self.closed: dict[str, int] = {}

    def hear(self, event: events.Event) -> None:
        detail = event.detail
        match event.kind:
            case Kind.ISSUED if "index" not in detail:
                pass  # its scheme does without a status
            case Kind.RESERVED | Kind.DRAFTED | Kind.BURNT | Kind.ISSUED:
                index = (detail["list"], detail["index"])
                self.index_state[index] = (STATE_AFTER[event.kind], event.certificate_id)
                if event.kind is Kind.DRAFTED:
                    self.drafts[index] = detail["draft"]
            case Kind.LIST_CLOSED:
                self.closed[detail["uri"]] = detail["from"]
            case Kind.PUBLISHED:
                self.publications[detail["uri"], event.at] = (event.seq, detail)
            case Kind.PURGED if event.certificate_id is not None:
                self.purged.add(event.certificate_id)
        if event.kind in {Kind.ISSUED, Kind.LABELLED, Kind.MAINTAINED} and event.certificate_id is not None:
            self.editions[event.certificate_id, detail["edition"]] = detail


def _chain(connection: Connection, said: _Said, counted: Counter[str], *, known: Head | None) -> Iterator[Finding]:
    last = Head(0, GENESIS)
    purged = set(connection.execute(select(EVENTS.c.certificate_id).where(EVENTS.c.kind == Kind.PURGED)).scalars())
    for row in events.rows(connection):
        counted["events"] += 1
        what = f"event {row.seq}"
        if row.seq != last.seq + 1:
            yield Finding("chain", what, f"follows event {last.seq}: events are missing")
        if row.actor is None:
            if row.certificate_id not in purged:
                yield Finding("chain", what, "its actor is gone, and no purge is logged")
        elif events.private_digest(actor=row.actor, reason=row.reason) != row.private_digest:
            yield Finding("chain", what, "its actor or reason was changed")
        if events.digest(last.digest, row._asdict()) != row.digest:
            yield Finding("chain", what, "it was changed, or one before it")
        if known is not None and known.seq == row.seq and known.digest != row.digest:
            yield Finding("chain", what, "it is not the one that the known head names")
        last = Head(row.seq, row.digest)
        try:
            said.hear(events.read(row))
        except UNREADABLE:
            yield Finding("chain", what, "it cannot be read")
    said.head = last
    if known is not None and known.seq > last.seq:
        yield Finding("chain", f"event {known.seq}", "the known head is beyond the end of the log: events are missing")


def _indices(connection: Connection, said: _Said, counted: Counter[str]) -> Iterator[Finding]:
    stated = dict(said.index_state)
    for row in connection.execute(select(INDICES)):
        counted["indices"] += 1
        if stated.pop((row.list_uri, row.idx), None) != (row.state, row.certificate_id):
            yield Finding(
                "index", f"{row.list_uri} {row.idx}", f"is {row.state} for {row.certificate_id}; not in the log"
            )
    yield from (
        Finding("index", f"{uri} {index}", f"is {state} for {of} in the log only")
        for (uri, index), (state, of) in stated.items()
    )
    given: dict[str, set[int]] = defaultdict(set)
    for uri, index in said.index_state:
        given[uri].add(index)
    for row in connection.execute(select(STATUS_LISTS)):
        used = said.closed.get(row.uri, row.next_index)
        last = row.size if row.uri in said.closed else used
        # not as a range up to what the row says, which may be more than fits into memory
        if (
            len(given[row.uri]) != used
            or given[row.uri] != set(range(len(given[row.uri])))
            or not row.next_index == last <= row.size
        ):
            yield Finding("index", row.uri, f"the log does not explain every index below {row.next_index}")
    in_use = dict.fromkeys(key for key, (state, _) in said.index_state.items() if state == "issued")
    for row in connection.execute(select(CERTIFICATES).where(CERTIFICATES.c.list_uri.is_not(None))):
        if said.index_state.get((row.list_uri, row.idx)) != ("issued", row.id):
            yield Finding("index", f"{row.list_uri} {row.idx}", f"{row.id} has it, and the log does not say so")
        in_use.pop((row.list_uri, row.idx), None)
    yield from (Finding("index", f"{uri} {index}", "is issued, and no certificate has it") for uri, index in in_use)


def _tokens(
    connection: Connection, said: _Said, counted: Counter[str], *, keys: Mapping[bytes, VerificationKey]
) -> Iterator[Finding]:
    stated = {key: detail for key, detail in said.editions.items() if key[0] not in said.purged}
    chosen = select(EDITIONS, CERTIFICATES.c.list_uri, CERTIFICATES.c.idx).join(
        CERTIFICATES, CERTIFICATES.c.id == EDITIONS.c.certificate_id
    )
    for row in connection.execute(chosen.execution_options(yield_per=500)):
        counted["tokens"] += 1
        detail = stated.pop((row.certificate_id, row.number), None)
        what = f"{row.certificate_id} edition {row.number}"
        if detail is None:
            yield Finding("token", what, "the log does not know it")
        elif problem := _token_problem(row, detail, keys, draft=said.drafts.get((row.list_uri, row.idx))):
            yield Finding("token", what, problem)
    yield from (Finding("token", f"{of} edition {number}", "is missing") for of, number in stated)


def _token_problem(
    row: Row[Any], detail: Mapping[str, Any], keys: Mapping[bytes, VerificationKey], *, draft: str | None
) -> str | None:
    found = {"sha256": row.cose, "text_sha256": row.text.encode(), "document_sha256": row.document.encode()}
    for name, data in found.items():
        if sha256(data).hexdigest() != detail[name]:
            return f"its {name.removesuffix('_sha256').replace('sha256', 'token')} is not the one in the log"
    key = keys.get(row.key_thumbprint)
    if key is None or row.key_thumbprint.hex() != detail["key"]:
        return "its key is not the one in the log"
    try:
        token = row.cose[: end_of_first(row.cose)]  # an approval may follow, which is no signature of the body
        message = from_bytes(token, profile=CERTMARK_1)
        is_signed = message.is_signed_by(key)
        seen = peek(row.text)
    except CertmarkError as error:
        return f"it cannot be read: {error}"
    claims = seen.untrusted_claims
    status = None if row.idx is None else (row.idx, row.list_uri)
    if not is_signed or peek(row.cose).signature != seen.signature:
        return "its signature does not verify"
    if (claims.id, claims.status, seen.untrusted_issued_at) != (row.certificate_id, status, row.signed_at):
        return "it says another id, index or time than the register"
    if draft is not None and row.number == 1 and sha256(message.payload).hexdigest() != draft:
        return "it says something else than its draft"
    return None


def _publications(
    connection: Connection, said: _Said, counted: Counter[str], *, keys: Mapping[bytes, VerificationKey]
) -> Iterator[Finding]:
    stated = dict(said.publications)
    for row in connection.execute(select(PUBLICATIONS)).all():
        counted["publications"] += 1
        what = f"{row.uri} of {from_seconds(row.issued_at).isoformat()}"
        seq, detail = stated.pop((row.uri, row.issued_at), (0, {}))
        if seq != row.seq or sha256(row.token).hexdigest() != detail.get("sha256"):
            yield Finding("publication", what, "it is not the one in the log")
            continue
        try:
            message, content = token.parse(row.token)
            right = StatusList.of(
                statuses(connection, row.uri, at=row.issued_at, before=row.seq), size=content.statuses.size
            )
        except CertmarkError as error:
            yield Finding("publication", what, f"it cannot be recomputed: {error}")
            continue
        key = keys.get(row.key_thumbprint)
        if key is None or not message.is_signed_by(key):
            yield Finding("publication", what, "its signature does not verify")
        if (content.uri, content.issued_at, content.statuses) != (row.uri, row.issued_at, right):
            yield Finding("publication", what, "it states something else than the register")
    yield from (Finding("publication", f"{uri} at {at}", "is missing") for uri, at in stated)
