"""``certmark verify --record``: what was checked and what came of it, as a file to keep."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import read_bounded
from certmark.cli.token_input import Unreadable
from certmark.cli.writing import write_new

if TYPE_CHECKING:
    from certmark.cli.token_input import Token
    from certmark.verify import Product, Report, Verifier

_SUFFIXES = (".json", ".pdf")


def require_record_name(path: str) -> None:
    """Refuse a name that does not say in which form the record is wanted.

    Raises:
        CommandError: it ends in neither .json nor .pdf.
    """
    if Path(path).suffix.lower() not in _SUFFIXES:
        raise CommandError(ExitCode.USAGE, f"--record {path!r}: give a name that ends in .json or .pdf")


def keep_record(
    path: str, report: Report, token: Token, *, verifier: Verifier, expect: Product | None, language: str | None
) -> None:
    """Write the record of a check; one that stands there already may only be the same.

    Raises:
        CommandError: another file stands there, or it cannot be written.
        MissingExtraError: it is a PDF, and the extra is not installed.
    """
    from certmark.record import CheckRecord, record_pdf

    given = None if isinstance(token, Unreadable) else token
    record = CheckRecord.of(report, token=given, verifier=verifier, expect=expect, language=language)
    data = record_pdf(record) if Path(path).suffix.lower() == ".pdf" else record.to_json()
    try:
        write_new(Path(path), data)
    except CommandError:
        if not os.path.isfile(path):  # noqa: PTH113 a name that no file can have is an answer to it, and no error
            raise
        if read_bounded(path, what="a record", at_most=len(data)) != data:
            problem = f"{path}: is another record: choose another name, or move it away first"
            raise CommandError(ExitCode.USAGE, problem) from None
