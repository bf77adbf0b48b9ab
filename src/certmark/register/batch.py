"""Issuing many certificates, a chunk of rows at a time: a transaction reserves, another keeps, none is open between.

The idempotency key of a row is ``batch:`` and the id of its certificate. So the same rows, given again after a kill,
issue what is missing and nothing twice, also from a file in which bad rows were corrected.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from certmark.errors import CertmarkError, IssueError, SignerError
from certmark.register import indices, issuing
from certmark.register.editions import sign
from certmark.register.errors import (
    BatchStoppedError,
    RegisterConflictError,
    RegisterStorageError,
    StatusListFullError,
)
from certmark.register.issuing import Request
from certmark.text import shown
from certmark.transport.link import fill_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from certmark.claims import StatusReference
    from certmark.issue import IssuedCertificate, Issuer
    from certmark.register.database import Database
    from certmark.register.events import Act
    from certmark.register.rows import Row

CHUNK: Final = 50
"""Rows in one step: others wait while its two transactions last, some tens of milliseconds each."""


class Outcome(StrEnum):
    """What came of a row."""

    ISSUED = "issued"
    ALREADY_ISSUED = "already_issued"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What came of a row.

    Attributes:
        line: where the row begins.
        outcome: what came of it.
        id: of the certificate; None where the row could not be read.
        index: its number in its status list, or None.
        error: why it was refused, or None.
    """

    line: int
    outcome: Outcome
    id: str | None = None
    index: int | None = None
    error: CertmarkError | None = None


class _How(NamedTuple):
    issuer: Issuer
    act: Act
    has_status: bool


_Asked: TypeAlias = "dict[int, Request]"
_Results: TypeAlias = "dict[int, RowResult]"
_Reserved: TypeAlias = "dict[int, StatusReference | None]"


def issue_batch(
    database: Database, rows: Iterable[Row], *, issuer: Issuer, act: Act, has_status: bool
) -> Iterator[RowResult]:
    """Issue a certificate for each row that can be, and say in their order what came of each.

    Args:
        database: the register.
        rows: documents, with the lines on which they begin, no two on one line.
        issuer: signs.
        act: who issues, and when.
        has_status: whether indices are allocated.

    Raises:
        BatchStoppedError: the signer or the database failed, or no status list has room.
        RegisterConflictError: another batch is at work.
        LinkError: the link template can carry no token.
    """
    if issuer.link is not None:
        fill_template(issuer.link, certificate_id="id", index=0 if has_status else None)
    how, pending = _How(issuer, act, has_status), iter(rows)
    with database.alone(), closing(_Ids()) as ids:
        while chunk := list(islice(pending, CHUNK)):
            results: _Results = {}
            stopped = _issue(database, _asked(chunk, how, ids, results=results), results)
            yield from (results[line] for line in sorted(results) if stopped is None or line < stopped.line)
            if stopped is not None:
                raise stopped


def _asked(chunk: list[Row], how: _How, ids: _Ids, *, results: _Results) -> _Asked:
    """Make a request of each row, unless its document cannot be read or its id stood on a line before."""
    asked: _Asked = {}
    for line, document in chunk:
        if line in asked or line in results:
            raise ValueError(f"two rows on line {line}: results are told apart by their lines")
        if isinstance(document, CertmarkError):
            results[line] = RowResult(line, Outcome.REFUSED, error=document)
        elif (first := ids.first_line(document.id, line)) != line:
            twice = RegisterConflictError(f"{document.id} stands on line {first} already: remove one of the two")
            results[line] = RowResult(line, Outcome.REFUSED, document.id, error=twice)
        else:
            asked[line] = Request(document, how.issuer, how.act, f"batch:{document.id}", how.has_status)
    return asked


def _issue(database: Database, asked: _Asked, results: _Results) -> BatchStoppedError | None:
    """Issue what is asked for, and say why it cannot go on if it cannot."""
    if not asked:
        return None
    first = min(asked)
    try:
        with database.reading() as connection:
            _answer(connection, asked, results)
        if not asked:
            return None
        first = min(asked)
        with database.writing() as connection:
            _answer(connection, asked, results)
            reserved, stopped = _reserve(connection, asked, results)
        try:
            return _sign_and_keep(database, asked, reserved, results=results) or stopped
        except BaseException as error:
            issuing.burn_all(database, [(asked[line], index) for line, index in reserved.items()], why=error)
            raise
    except RegisterStorageError as error:
        return _stopped(first, error)


def _answer(connection: Connection, asked: _Asked, results: _Results) -> None:
    """Take out what was issued before, and what contradicts it."""
    known = issuing.known(connection, list(asked.values()))
    for line, request in tuple(asked.items()):
        try:
            row = issuing.answer(request, known)
        except RegisterConflictError as error:
            results[line] = _refused(line, request, error)
        else:
            if row is None:
                continue
            results[line] = RowResult(line, Outcome.ALREADY_ISSUED, row.id, row.idx)
        del asked[line]


def _reserve(connection: Connection, asked: _Asked, results: _Results) -> tuple[_Reserved, BatchStoppedError | None]:
    """Check each document and give out indices, as long as there are any."""
    reserved: _Reserved = {}
    for line, request in tuple(asked.items()):
        try:
            request.issuer.check(request.document, at=request.act.at)
            reserved[line] = issuing.reserve(connection, request)
        except StatusListFullError as error:
            return reserved, _stopped(line, error)
        except (IssueError, RegisterConflictError) as error:
            results[line] = _refused(line, request, error)
            del asked[line]
    return reserved, None


def _sign_and_keep(
    database: Database, asked: _Asked, reserved: _Reserved, *, results: _Results
) -> BatchStoppedError | None:
    """Sign until the signer fails, then keep what was signed in one transaction and burn the rest."""
    signed: dict[int, IssuedCertificate] = {}
    failed: dict[int, CertmarkError] = {}
    stopped = None
    for line, index in reserved.items():
        request = asked[line]
        try:
            signed[line] = sign(request.document, request.issuer, act=request.act, status=index)
        except SignerError as error:
            stopped = _stopped(line, error)
            break
        except IssueError as error:
            failed[line] = error
        except Exception as error:  # noqa: BLE001 a signer raises what its key store raises
            stopped = _stopped(line, error, what=f"the signer failed with {type(error).__name__}: {shown(str(error))}")
            break
    found: _Results = {}
    with database.writing() as connection:
        for line, index in reserved.items():
            request = asked[line]
            if line in signed:
                found[line] = _kept(connection, line, request, issued=signed[line], index=index)
                continue
            why = failed.get(line, stopped)
            if index is not None and why is not None:
                indices.burn(connection, index, request.document.id, act=request.act, why=issuing.told(why))
            if line in failed:
                found[line] = _refused(line, request, failed[line])
    results |= found
    return stopped


def _kept(
    connection: Connection, line: int, request: Request, *, issued: IssuedCertificate, index: StatusReference | None
) -> RowResult:
    try:
        if index is None and issuing.answer(request, issuing.known(connection, [request])) is not None:
            return RowResult(line, Outcome.ALREADY_ISSUED, request.document.id)
        issuing.keep(connection, request, issued, reserved=index)
    except RegisterConflictError as error:
        return _refused(line, request, error)
    return RowResult(line, Outcome.ISSUED, request.document.id, None if index is None else index.idx)


def _refused(line: int, request: Request, error: CertmarkError) -> RowResult:
    return RowResult(line, Outcome.REFUSED, request.document.id, error=error)


def _stopped(line: int, because: Exception, *, what: str | None = None) -> BatchStoppedError:
    stopped = BatchStoppedError(
        f"stopped at line {line}: {what or because}; what was issued stays, the same batch goes on from here", line=line
    )
    stopped.__cause__ = because
    return stopped


class _Ids:
    """The line on which each id stood first: on the disk when they are many, so that memory stays as it is."""

    def __init__(self) -> None:
        self._lines = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a file of its own, nameless
        self._lines.execute("CREATE TABLE lines (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._lines.execute("BEGIN")

    def first_line(self, certificate_id: str, line: int) -> int:
        """Note where an id stands, and give the first line on which it stood.

        Raises:
            BatchStoppedError: the disk is full.
        """
        try:
            self._lines.execute("INSERT OR IGNORE INTO lines VALUES (?, ?)", (certificate_id, line))
            found = self._lines.execute("SELECT line FROM lines WHERE id = ?", (certificate_id,)).fetchone()
        except sqlite3.Error as error:
            raise _stopped(line, error) from error
        return int(found[0])

    def close(self) -> None:
        """Forget them."""
        self._lines.close()
