"""Recomputing the register from its log: what does not agree is a finding, and nothing is repaired."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from certmark.cose.framing import end_of_first
from certmark.cose.profile import CERTMARK_1
from certmark.cose.sign1 import from_bytes
from certmark.cwt.numericdate import from_seconds
from certmark.errors import CertmarkError
from certmark.register import events
from certmark.register.errors import UNREADABLE
from certmark.register.events import GENESIS, Head, Kind
from certmark.register.keys import kept_keys
from certmark.register.said import Said
from certmark.register.statuses import statuses
from certmark.register.tables import CERTIFICATES, DOCUMENTS, EDITIONS, EVENTS, INDICES, PUBLICATIONS, STATUS_LISTS
from certmark.status import token
from certmark.status.bitarray import StatusList
from certmark.verify import peek

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Row

    from certmark.cose.keys import VerificationKey


_AS_OPENED: Final = ("uri", "authority_uri", "entity", "size")


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
    said = Said()
    findings = [*_readable("chain", _chain(connection, said, counted, known=known))]
    try:
        keys = kept_keys(connection)
    except CertmarkError as error:
        keys = {}
        findings.append(Finding("token", "keys", str(error)))
    findings += _readable("index", _indices(connection, said, counted))
    findings += _readable("index", _certificates(connection, said))
    findings += _readable("token", _tokens(connection, said, counted, keys=keys))
    findings += _readable("publication", _publications(connection, said, counted, keys=keys))
    return AuditReport(said.head, dict(counted), tuple(findings))


def _readable(about: str, found: Iterator[Finding]) -> Iterator[Finding]:
    """Give what is found up to a row that cannot be compared with anything, which is a finding as well."""
    try:
        yield from found
    except UNREADABLE as error:
        yield Finding(about, "rows", f"they cannot be read to their end: {error}")


def _chain(connection: Connection, said: Said, counted: Counter[str], *, known: Head | None) -> Iterator[Finding]:
    last = Head(0, GENESIS)
    purges = select(EVENTS.c.certificate_id, EVENTS.c.seq).where(EVENTS.c.kind == Kind.PURGED).order_by(EVENTS.c.seq)
    purged = {row.certificate_id: row.seq for row in connection.execute(purges)}
    for row in events.rows(connection):
        counted["events"] += 1
        what = f"event {row.seq}"
        if row.seq != last.seq + 1:
            yield Finding("chain", what, f"follows event {last.seq}: events are missing")
        is_blank = row.actor is None and row.reason is None
        may_be_blank = row.kind != Kind.PURGED and row.seq < purged.get(row.certificate_id, 0)
        if is_blank and not may_be_blank:
            yield Finding("chain", what, "its actor is gone, and no purge is logged")
        elif not is_blank and events.private_digest(actor=row.actor, reason=row.reason) != row.private_digest:
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


def _indices(connection: Connection, said: Said, counted: Counter[str]) -> Iterator[Finding]:
    stated = dict(said.index_state)
    for row in connection.execute(select(INDICES)):
        counted["indices"] += 1
        if stated.pop((row.list_uri, row.idx), None) != (row.state, row.certificate_id):
            yield Finding(
                "index", f"{row.list_uri} {row.idx}", f"is {row.state} for {row.certificate_id}; not in the log"
            )
        elif said.asked.get((row.list_uri, row.idx)) != row.request_digest.hex():
            yield Finding("index", f"{row.list_uri} {row.idx}", "is for something else than in the log")
    yield from (
        Finding("index", f"{uri} {index}", f"is {state} for {of} in the log only")
        for (uri, index), (state, of) in stated.items()
    )
    given: dict[str, set[int]] = defaultdict(set)
    for uri, index in said.index_state:
        given[uri].add(index)
    opened = dict(said.opened)
    for row in connection.execute(select(STATUS_LISTS)):
        if opened.pop(row.uri, None) != {name: getattr(row, name) for name in _AS_OPENED}:
            yield Finding("index", row.uri, "is not the list that was opened")
        used = said.closed.get(row.uri, row.next_index)
        last = row.size if row.uri in said.closed else used
        # not as a range up to what the row says, which may be more than fits into memory
        if (
            len(given[row.uri]) != used
            or given[row.uri] != set(range(len(given[row.uri])))
            or not row.next_index == last <= row.size
        ):
            yield Finding("index", row.uri, f"the log does not explain every index below {row.next_index}")
    yield from (Finding("index", uri, "was opened, and is missing") for uri in opened)


def _certificates(connection: Connection, said: Said) -> Iterator[Finding]:
    in_use = dict.fromkeys(key for key, (state, _) in said.index_state.items() if state == "issued")
    without_row = {of for of, _ in said.editions}
    for row in connection.execute(select(CERTIFICATES)):
        if row.list_uri is not None and said.index_state.get((row.list_uri, row.idx)) != ("issued", row.id):
            yield Finding("index", f"{row.list_uri} {row.idx}", f"{row.id} has it, and the log does not say so")
        elif row.id not in without_row:
            yield Finding("token", row.id, "the log does not know it")
        without_row.discard(row.id)
        in_use.pop((row.list_uri, row.idx), None)
    yield from (Finding("token", of, "is issued, and the register has no such certificate") for of in without_row)
    yield from (Finding("index", f"{uri} {index}", "is issued, and no certificate has it") for uri, index in in_use)


def _tokens(
    connection: Connection, said: Said, counted: Counter[str], *, keys: Mapping[bytes, VerificationKey]
) -> Iterator[Finding]:
    stated = {key: detail for key, detail in said.editions.items() if key[0] not in said.purged}
    evidence: dict[tuple[str, int], list[tuple[str, str, str | None]]] = defaultdict(list)
    for row in connection.execute(select(DOCUMENTS).order_by(DOCUMENTS.c.position)):
        evidence[row.certificate_id, row.edition].append((row.type, row.reference, row.sha256))
    chosen = select(EDITIONS, CERTIFICATES).join(CERTIFICATES, CERTIFICATES.c.id == EDITIONS.c.certificate_id)
    for row in connection.execute(chosen.execution_options(yield_per=500)):
        counted["tokens"] += 1
        detail = stated.pop((row.certificate_id, row.number), None)
        what = f"{row.certificate_id} edition {row.number}"
        if detail is None:
            yield Finding("token", what, "the log does not know it")
        elif problem := _token_problem(row, detail, keys, said=said):
            yield Finding("token", what, problem)
        elif evidence.pop((row.certificate_id, row.number), []) != _attached(row.document):
            yield Finding("token", what, "its evidence is not that of its document")
    yield from (Finding("token", f"{of} edition {number}", "is missing") for of, number in stated)


def _attached(document: str) -> list[tuple[str, str, str | None]]:
    return [(each["type"], each["reference"], each.get("sha256")) for each in json.loads(document).get("documents", ())]


def _token_problem(
    row: Row[Any], detail: Mapping[str, Any], keys: Mapping[bytes, VerificationKey], *, said: Said
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
    days = (claims.issued.isoformat(), claims.valid_until.isoformat())
    stands = (claims.iss, claims.scheme, claims.assurance_level, *days, claims.content, claims.holder_name)
    if stands != (row.entity, row.scheme, row.level, row.issued, row.valid_until, row.content, row.holder):
        return "it says another issuer, scheme, level, day, content or holder than the register"
    if said.replaced.get(row.certificate_id) != row.replaces:
        return "it replaces another certificate in the register than in the log"
    draft = said.drafts.get((row.list_uri, row.idx))
    if draft is not None and row.number == 1 and sha256(message.payload).hexdigest() != draft:
        return "it says something else than its draft"
    return None


def _publications(
    connection: Connection, said: Said, counted: Counter[str], *, keys: Mapping[bytes, VerificationKey]
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
