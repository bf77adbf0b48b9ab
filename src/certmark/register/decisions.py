"""Decisions about certificates that were issued: each is one transaction that looks, refuses or writes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from certmark.claims import StatusReference
from certmark.cwt.numericdate import to_seconds
from certmark.model import CybersecurityCertificate
from certmark.register import editions, events, issuing, lifecycle, records
from certmark.register.errors import LifecycleError, RegisterConflictError
from certmark.register.events import Act, Authority, Kind
from certmark.register.lifecycle import TRANSITIONS, refuse_unless_allowed
from certmark.register.tables import DOCUMENTS, EDITIONS, EVENTS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from certmark.issue import Issuer
    from certmark.model import AnyDocument
    from certmark.register.database import Database
    from certmark.register.issuing import Request
    from certmark.register.records import CertificateRecord

_SCOPE = (
    *("scheme", "assurance_level", "subject", "coverage", "packages", "technical_domain"),
    *("standards", "protection_profiles", "itsef"),
)
_MAINTAINED = ("maintenance", "documents")


class Review(StrEnum):
    """What a review ends with, when the certificate is replaced (Article 13(2))."""

    IDENTICAL_SCOPE = "identical_scope"
    DIFFERENT_SCOPE = "different_scope"


_REVIEW_ARTICLE = {Review.IDENTICAL_SCOPE: "Article 13(2)(c)", Review.DIFFERENT_SCOPE: "Article 13(2)(d)"}


def reinstate(connection: Connection, certificate_id: str, *, act: Act) -> None:
    """Lift a suspension at once."""
    decide(connection, certificate_id, Kind.REINSTATED, act=act)
    write(connection, certificate_id, Kind.REINSTATED, act=act)


def withdraw(
    connection: Connection, certificate_id: str, *, act: Act, authority: Authority, article: str | None = None
) -> None:
    """Withdraw for good."""
    decide(connection, certificate_id, Kind.WITHDRAWN, act=act)
    rests_on = "Article 14" if authority is Authority.BODY else "Regulation (EU) 2019/881, Article 58(8)(e)"
    write(connection, certificate_id, Kind.WITHDRAWN, act=act, authority=authority, article=article or rests_on)


def confirm(connection: Connection, certificate_id: str, *, act: Act) -> None:
    """State that a review left the certificate as it is."""
    decide(connection, certificate_id, Kind.CONFIRMED, act=act)
    write(connection, certificate_id, Kind.CONFIRMED, act=act)


def replace(database: Database, certificate_id: str, request: Request, *, outcome: Review) -> CertificateRecord:
    """Withdraw a certificate and issue another one for it, in one step."""
    article = _REVIEW_ARTICLE[outcome]
    document = request.document
    if certificate_id not in document.replaces:
        raise LifecycleError(f"{document.id} does not name {certificate_id} among those it replaces", article=article)

    def end(connection: Connection) -> None:
        now = decide(connection, certificate_id, Kind.REPLACED, act=request.act)
        if outcome is Review.IDENTICAL_SCOPE:
            _refuse_other_scope(now.whole.document, document)
        detail = {"replaced_by": document.id, "outcome": outcome.value}
        events.append(
            connection, Kind.REPLACED, act=request.act, certificate_id=certificate_id, article=article, detail=detail
        )
        withdraw(connection, certificate_id, act=request.act, authority=Authority.BODY, article=article)

    with database.reading() as connection:
        retried = request.key is not None and records.by_request(connection, request.key) is not None
        if not retried:
            end_now = records.certificate(connection, certificate_id).standing
            refuse_unless_allowed(Kind.REPLACED, certificate_id, end_now, at=to_seconds(request.act.at))
    return issuing.issue(database, request, also=end)


def sign_again(
    database: Database, document: AnyDocument | None, certificate_id: str, *, issuer: Issuer, act: Act
) -> CertificateRecord:
    """Sign another token of the same id and index: a maintained certificate, or the label of the newest one.

    Args:
        database: the register.
        document: the certificate with what the maintenance added, or None for a label.
        certificate_id: which certificate.
        issuer: signs.
        act: who asks, and when.
    """
    kind = Kind.LABELLED if document is None else Kind.MAINTAINED
    with database.reading() as connection:
        before = decide(connection, certificate_id, kind, act=act, issuer=issuer)
    current = before.whole.document
    if document is None:
        said = current.for_label()
    else:
        _refuse_more_than_maintenance(current, document)
        said = document
    status = None
    if before.list_uri is not None and before.index is not None:
        status = StatusReference(before.index, before.list_uri)
    issued = editions.sign(said, issuer, act=act, status=status)
    with database.writing() as connection:
        if decide(connection, certificate_id, kind, act=act).editions != before.editions:
            raise RegisterConflictError(
                f"another token of {certificate_id} was made meanwhile: look at it and ask again"
            )
        editions.keep_edition(
            connection, issued, issuer, act=act, kind=kind, status=status, article=TRANSITIONS[kind].article
        )
        return records.certificate(connection, certificate_id)


def purge(connection: Connection, certificate_id: str, *, act: Act) -> None:
    """Remove what is no longer to be kept: tokens, documents, and the words of people."""
    if act.reason is None:
        raise LifecycleError(f"to purge {certificate_id} needs a reason", article=lifecycle.RETENTION_ARTICLES)
    at = to_seconds(act.at)
    ends: dict[str, date] = {}
    following: str | None = certificate_id
    while following is not None and following not in ends:  # a database that was changed may hold a ring
        record = records.certificate(connection, following)
        ends[following] = lifecycle.retained_until(record.standing)
        following = record.replaced_by
    because = max(ends, key=ends.__getitem__)
    until = ends[because]
    if lifecycle.day_of(at) < until:
        raise LifecycleError(
            f"the records of {certificate_id} are kept until five years after the end of {because}: from {until} on",
            article=lifecycle.RETENTION_ARTICLES,
        )
    events.append(connection, Kind.PURGED, act=act, certificate_id=certificate_id, article=lifecycle.RETENTION_ARTICLES)
    connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.certificate_id == certificate_id))
    connection.execute(delete(EDITIONS).where(EDITIONS.c.certificate_id == certificate_id))
    said = (EVENTS.c.certificate_id == certificate_id) & (EVENTS.c.kind != Kind.PURGED)
    connection.execute(update(EVENTS).where(said).values(actor=None, reason=None))


def decide(
    connection: Connection, certificate_id: str, kind: Kind, *, act: Act, issuer: Issuer | None = None
) -> CertificateRecord:
    """Refuse a decision that is not allowed, and give the certificate."""
    at = to_seconds(act.at)
    record = records.certificate(connection, certificate_id)
    article = TRANSITIONS[kind].article
    if act.reason is None and kind is not Kind.LABELLED:
        raise LifecycleError(f"a decision about {certificate_id} needs a reason", article=article)
    if issuer is not None and issuer.issuer != record.entity:
        raise RegisterConflictError(f"{certificate_id} was issued by {record.entity}, not by {issuer.issuer}")
    last = events.history(connection, certificate_id)[-1]
    if at < last.at:
        raise LifecycleError(
            f"{certificate_id}: {last.kind.value.replace('_', ' ')} at {last.time.isoformat()}, after this decision",
            article=article,
        )
    refuse_unless_allowed(kind, certificate_id, record.standing, at=at)
    return record


def write(
    connection: Connection,
    certificate_id: str,
    kind: Kind,
    *,
    act: Act,
    authority: Authority = Authority.BODY,
    article: str | None = None,
    detail: dict[str, object] | None = None,
) -> None:
    """Log a decision that was not refused."""
    events.append(
        connection,
        kind,
        act=act,
        certificate_id=certificate_id,
        authority=authority,
        article=article or TRANSITIONS[kind].article,
        detail=detail,
    )


def _refuse_other_scope(old: AnyDocument, new: AnyDocument) -> None:
    for name in _SCOPE:
        if getattr(old, name, None) != getattr(new, name, None):
            raise LifecycleError(f"{new.id} has another {name} than {old.id}", article="Article 13(2)(c)")
    if new.valid_until <= old.valid_until:
        raise LifecycleError(f"{new.id} does not extend the validity of {old.id}", article="Article 13(2)(c)")


def _refuse_more_than_maintenance(old: AnyDocument, new: AnyDocument) -> None:
    """Refuse all but additions to maintenance reports, covered versions and documents."""
    article = TRANSITIONS[Kind.MAINTAINED].article
    if not isinstance(old, CybersecurityCertificate) or not isinstance(new, CybersecurityCertificate):
        raise LifecycleError(f"{old.id} is no certificate: only those are maintained", article=article)
    if len(new.maintenance) <= len(old.maintenance):
        raise LifecycleError(f"no maintenance report was added to {old.id}", article=article)
    grown = (
        ("maintenance", old.maintenance, new.maintenance),
        ("documents", old.documents, new.documents),
        ("subject.versions", old.subject.versions, new.subject.versions),
    )
    for name, before, after in grown:
        if after[: len(before)] != before:
            raise LifecycleError(f"maintenance of {old.id} only adds to {name}", article=article)
    subject = new.subject.model_copy(update={"versions": old.subject.versions})
    as_before = {name: getattr(old, name) for name in _MAINTAINED}
    if new.as_signed().model_copy(update={**as_before, "subject": subject}) != old:
        raise LifecycleError(
            f"maintenance of {old.id} adds reports, versions and documents: anything else is a new certificate",
            article=article,
        )
