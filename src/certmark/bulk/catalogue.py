"""Rows of a catalogue and what comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from certmark.bulk.workers import cores, in_order
from certmark.errors import ModelError
from certmark.model.vocabulary import Extent
from certmark.verify import CertificateStatus, Indication, Product, ProductMatch, Report, SubIndication, Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from certmark.claims import CertificateClaims

Promotion: TypeAlias = Literal["yes", "no", "unknown"]


class Row(NamedTuple):
    """A row of a catalogue.

    Attributes:
        token: text of the code.
        gtin: article number, or None: not compared. Of digits that are no GTIN the row says so and stays.
        model: model, or None.
        version: version, or None.
        line: where it stands.
        problem: why nothing can be asked about it, as a sentence, or None.
    """

    token: str
    gtin: str | None = None
    model: str | None = None
    version: str | None = None
    line: int = 0
    problem: str | None = None


class Checked(NamedTuple):
    """What came of a row; the names are those of a ``Report``.

    Attributes:
        line: of the row.
        indication: the verdict.
        sub_indication: why it is not PASSED, or None.
        certificate_status: status of the certificate.
        may_promote: whether the product may be promoted as certified.
        may_promote_basis: the ground of that.
        reason: what decided the verdict, as a sentence; empty when it is PASSED.
        row_problem: what is wrong with the row itself, or None. With one nothing was asked about its token, and the
            verdict is none on the product.
        certificate_id: id of the certificate, None unless the signature was right.
        product_match: whether it is about the product of the row.
        covered: what is certified if it is not the whole product, else None.
        issued: first day of validity, None unless the signature was right.
        valid_until: last day, likewise.
        trust_label: what the trust anchor calls itself (``DEMO``), or None.
        at: time of verification, in seconds.
    """

    line: int
    indication: Indication
    sub_indication: SubIndication | None
    certificate_status: CertificateStatus
    may_promote: Promotion
    may_promote_basis: str
    reason: str
    row_problem: str | None
    certificate_id: str | None
    product_match: ProductMatch
    covered: str | None
    issued: date | None
    valid_until: date | None
    trust_label: str | None
    at: int


def check_catalogue(
    rows: Iterable[Row], open_verifier: Callable[[], Verifier], *, at: datetime, jobs: int | None = None
) -> Iterator[Checked]:
    """Verify a catalogue: one result for each row, in the order of the rows, in constant memory.

    Bad rows get results like all others. With more than one job, the program that calls this must be importable
    (``if __name__ == "__main__":``), since worker processes import it.

    Args:
        rows: may be endless.
        open_verifier: gives the verifier of each process, as ``FromBundle``; picklable.
        at: time of verification.
        jobs: processes, 1 to 256 (61 on Windows); one for each processor when left out. Short catalogues are verified
            by this process alone.

    Raises:
        WorkerError: a worker was killed; the results that came before it are complete.
        CertmarkError: what ``open_verifier`` raises.
    """
    for batch in in_order(_check, rows, open_verifier, clock=lambda: at, jobs=cores() if jobs is None else jobs):
        yield from batch


def _check(verifier: Verifier, at: datetime, rows: list[Row]) -> list[Checked]:
    return [short(report_on(verifier, row, at=at), row) for row in map(judged, rows)]


def judged(row: Row) -> Row:
    """Give a row, with a problem if its product is none that could be compared."""
    try:
        _product(row)
    except ModelError as error:
        return row._replace(problem=row.problem or f"The row cannot be compared: {error}.")
    return row


def report_on(verifier: Verifier, row: Row, *, at: datetime) -> Report:
    """Report on a row that was judged; one that cannot be asked about is a FORMAT_FAILURE like a token that is none."""
    if row.problem is not None:
        return verifier.unreadable(row.problem, at=at)
    return verifier.report(row.token, at=at, expect=_product(row))


def _product(row: Row) -> Product | None:
    if row.gtin is None and row.model is None and row.version is None:
        return None
    return Product(row.gtin, row.model, row.version)


def short(report: Report, row: Row) -> Checked:
    """Give what a catalogue keeps of the report on a row."""
    claims, decisive = report.claims, None if report.passed else report.decisive
    return Checked(
        line=row.line,
        indication=report.indication,
        sub_indication=report.sub_indication,
        certificate_status=report.certificate_status,
        may_promote=report.may_promote,
        may_promote_basis=report.may_promote_basis,
        reason="" if decisive is None else decisive.reason,
        row_problem=row.problem,
        certificate_id=None if claims is None else claims.id,
        product_match=report.product_match,
        covered=_covered(claims),
        issued=None if claims is None else claims.issued,
        valid_until=None if claims is None else claims.valid_until,
        trust_label=report.trust_label,
        at=report.at,
    )


def _covered(claims: CertificateClaims | None) -> str | None:
    if claims is None or claims.extent is not Extent.PART:
        return None
    return f"only a part: {claims.scope}"
