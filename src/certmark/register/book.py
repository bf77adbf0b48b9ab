"""The register of a certification body, as its own systems use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from certmark.cwt.numericdate import to_seconds
from certmark.register import audit, batch, decisions, drafts, events, issuing, records, schema, statuses, suspending
from certmark.register.database import Database, connected
from certmark.register.events import Act, Authority, Event, Head, Kind
from certmark.register.issuing import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime, timedelta

    from certmark.cose.signer import Signer
    from certmark.issue import Issuer
    from certmark.model import AnyDocument
    from certmark.model.scheme import Scheme
    from certmark.register.audit import AuditReport
    from certmark.register.batch import RowResult
    from certmark.register.decisions import Review
    from certmark.register.drafts import Draft, WaitingDraft
    from certmark.register.records import CertificateRecord
    from certmark.register.rows import Row
    from certmark.register.statuses import ListRecord, Publication
    from certmark.status.bitarray import Status


@dataclass(frozen=True, slots=True)
class Register:
    """Certificates, their status lists and every decision about them; may be shared between threads.

    Make one with ``create`` or ``open``; close it, or use it in a ``with`` statement.

    Attributes:
        database: where it is kept.
    """

    database: Database

    @classmethod
    def create(cls, url: str, *, act: Act) -> Self:
        """Make a register in an empty database: all of it, with the first entry of its log, or nothing.

        Args:
            url: ``sqlite:///FILE`` or ``postgresql+psycopg://…``.
            act: who makes it, and when.

        Raises:
            RegisterSchemaError: the database is not empty.
            RegisterStorageError: it cannot be written.
        """
        with connected(url) as database, schema.created(database) as connection:
            events.append(connection, Kind.CREATED, act=act)
        return cls(database)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a register of this version.

        Raises:
            RegisterSchemaError: the database holds none, or an older or newer one.
            RegisterStorageError: it cannot be read.
        """
        with connected(url) as database:
            schema.check(database)
        return cls(database)

    @classmethod
    def upgrade(cls, url: str) -> Self:
        """Bring the tables of an older register forward, and open it.

        Raises:
            RegisterSchemaError: the database holds none, or a newer one.
            RegisterStorageError: it cannot be written.
        """
        with connected(url) as database:
            schema.upgrade(database)
        return cls(database)

    def close(self) -> None:
        """Close its connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- issuing ---

    def open_list(self, uri: str, *, entity: str, size: int, act: Act, authority_uri: str | None = None) -> None:
        """Add a status list that will be filled once those before it are full; see ``statuses.open_list``."""
        with self.database.writing() as connection:
            statuses.open_list(connection, uri, entity=entity, size=size, act=act, authority_uri=authority_uri)

    def close_list(self, uri: str, *, act: Act) -> None:
        """Give out no further index of a list, as after a restored backup; what stands on it stays.

        Raises:
            RegisterError: the register has no such list.
        """
        with self.database.writing() as connection:
            statuses.close(connection, uri, act=act)

    def lists(self) -> tuple[ListRecord, ...]:
        """Give the status lists in the order in which they are filled, with the room that is left."""
        with self.database.reading() as connection:
            return statuses.lists(connection)

    def draft(
        self, document: AnyDocument, *, issuer: str, act: Act, schemes: tuple[Scheme, ...] | None = None
    ) -> Draft:
        """Take an index for a certificate that an authority approves first, and give what it approves.

        See ``drafts.draft``; asked again, it gives the same.
        """
        return drafts.draft(self.database, document, issuer=issuer, act=act, schemes=schemes)

    def drafts(self) -> tuple[WaitingDraft, ...]:
        """Give the drafts that wait for their approval, the oldest first."""
        with self.database.reading() as connection:
            return drafts.waiting(connection)

    def discard(self, certificate_id: str, *, act: Act) -> None:
        """Give up a draft, for a reason; its index is burnt."""
        with self.database.writing() as connection:
            drafts.discard(connection, certificate_id, act=act)

    def issue(
        self,
        document: AnyDocument,
        *,
        issuer: Issuer,
        act: Act,
        key: str | None = None,
        has_status: bool = True,
        drafted: bool = False,
    ) -> CertificateRecord:
        """Allocate an index, sign, check and keep; see ``issuing.issue``.

        Args:
            document: the whole certificate or statement.
            issuer: signs; no transaction is open while it does.
            act: who issues, and when.
            key: the same for every retry of one request: a retry gives the certificate that is there already.
            has_status: False for schemes that do without a status.
            drafted: sign what was drafted, under the index of the draft.
        """
        return issuing.issue(self.database, Request(document, issuer, act, key, has_status, is_drafted=drafted))

    def issue_batch(
        self, rows: Iterable[Row], *, issuer: Issuer, act: Act, has_status: bool = True
    ) -> Iterator[RowResult]:
        """Issue many, as the results are asked for; rows come from ``read_jsonl`` or ``read_csv``.

        See ``batch.issue_batch``; one batch at a time.
        """
        return batch.issue_batch(self.database, rows, issuer=issuer, act=act, has_status=has_status)

    def label(self, certificate_id: str, *, issuer: Issuer, act: Act) -> CertificateRecord:
        """Sign the label of the newest edition, under the same id and index."""
        return decisions.sign_again(self.database, None, certificate_id, issuer=issuer, act=act)

    # --- decisions ---

    def suspend(
        self,
        certificate_id: str,
        *,
        act: Act,
        decided: date | None = None,
        last_day: date | None = None,
        reference: str | None = None,
        other_cause: str | None = None,
    ) -> CertificateRecord:
        """Suspend from the day after the decision, for 42 days unless a last day is given (Article 30(1)).

        A suspension within 42 days after an earlier one continues it: their days count together.

        Args:
            certificate_id: which certificate.
            act: who decides, and when.
            decided: day of the decision; that of the act when left out.
            last_day: last day of the suspension, included.
            reference: of the authority's decision, for more than 42 days and up to one year in all (Article 30(6)).
            other_cause: why it is another suspension than the one before, which begins anew.
        """
        how = {"decided": decided, "last_day": last_day, "reference": reference, "other_cause": other_cause}
        return self._decided(suspending.suspend, certificate_id, act=act, **how)

    def extend_suspension(self, certificate_id: str, *, act: Act, last_day: date, reference: str) -> CertificateRecord:
        """Prolong a suspension by a decision of the authority, up to one year in all (Article 30(6))."""
        return self._decided(
            suspending.extend_suspension, certificate_id, act=act, last_day=last_day, reference=reference
        )

    def reinstate(self, certificate_id: str, *, act: Act) -> CertificateRecord:
        """Lift a suspension at once."""
        return self._decided(decisions.reinstate, certificate_id, act=act)

    def withdraw(self, certificate_id: str, *, act: Act, authority: Authority = Authority.BODY) -> CertificateRecord:
        """Withdraw for good, by the body (Article 14) or by the authority (Regulation (EU) 2019/881, Article 58(8))."""
        return self._decided(decisions.withdraw, certificate_id, act=act, authority=authority)

    def confirm(self, certificate_id: str, *, act: Act) -> CertificateRecord:
        """State that a review left the certificate as it is (Article 13(2)(a))."""
        return self._decided(decisions.confirm, certificate_id, act=act)

    def replace(
        self,
        certificate_id: str,
        document: AnyDocument,
        *,
        issuer: Issuer,
        act: Act,
        outcome: Review,
        key: str | None = None,
        drafted: bool = False,
    ) -> CertificateRecord:
        """Withdraw and issue anew after a review, both or neither (Article 13(2)(c) and (d)).

        Args:
            certificate_id: the certificate that ends.
            document: the new one, which names it in ``replaces``.
            issuer: signs.
            act: who decides, and when.
            outcome: identical or different scope; an identical one is compared.
            key: see ``issue``.
            drafted: see ``issue``.
        """
        request = Request(document, issuer, act, key, replaces=certificate_id, is_drafted=drafted)
        return decisions.replace(self.database, certificate_id, request, outcome=outcome)

    def maintain(self, certificate_id: str, document: AnyDocument, *, issuer: Issuer, act: Act) -> CertificateRecord:
        """Sign the certificate again with the reports, versions and documents that a maintenance added (Annex IV.3)."""
        return decisions.sign_again(self.database, document, certificate_id, issuer=issuer, act=act)

    def purge(self, certificate_id: str, *, act: Act) -> CertificateRecord:
        """Remove tokens, documents and names, five years after the end at the earliest (Articles 40(2) and 41(2))."""
        return self._decided(decisions.purge, certificate_id, act=act)

    def _decided(self, decide: Callable[..., None], certificate_id: str, **how: object) -> CertificateRecord:
        with self.database.writing() as connection:
            decide(connection, certificate_id, **how)
            return records.certificate(connection, certificate_id)

    # --- reading ---

    def certificate(self, certificate_id: str) -> CertificateRecord:
        """Give a certificate with its tokens and how it stands."""
        with self.database.reading() as connection:
            return records.certificate(connection, certificate_id)

    def certificates(self, *, holder: str | None = None, scheme: str | None = None) -> tuple[CertificateRecord, ...]:
        """Give all certificates in the order of their ids, or those of a holder or scheme."""
        with self.database.reading() as connection:
            return tuple(records.certificates(connection, holder=holder, scheme=scheme))

    def history(self, certificate_id: str) -> tuple[Event, ...]:
        """Give all that was decided about a certificate, in order."""
        with self.database.reading() as connection:
            return events.history(connection, certificate_id)

    # --- status lists ---

    def statuses(self, uri: str, *, at: datetime) -> Mapping[int, Status]:
        """Give what a list states at a time, by index; indices that are not named are valid."""
        with self.database.reading() as connection:
            return statuses.statuses(connection, uri, at=to_seconds(at))

    def publish(
        self, uri: str, *, signer: Signer, act: Act, ttl: timedelta | None, expires: datetime | None
    ) -> Publication:
        """Sign a list as it is at ``act.at``, and keep the token; writing it to a web server is up to the caller."""
        return statuses.publish(self.database, uri, signer=signer, act=act, ttl=ttl, expires=expires)

    def publications(self, uri: str) -> tuple[Publication, ...]:
        """Give every token that was published of a list, the newest last."""
        with self.database.reading() as connection:
            return statuses.publications(connection, uri)

    # --- proof ---

    def head(self) -> Head:
        """Give the end of the log, to be kept where the register's keepers cannot change it."""
        with self.database.reading() as connection:
            return events.head(connection)

    def audit(self, *, known: Head | None = None) -> AuditReport:
        """Recompute everything that can be; see ``audit.audit``."""
        with self.database.reading() as connection:
            return audit.audit(connection, known=known)
