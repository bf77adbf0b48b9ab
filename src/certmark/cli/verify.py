"""``certmark verify``: a token in, a verdict out, without network."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import Evidence
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.options import SchemeFiles, TokenArgument, expanded, words_of
from certmark.cli.record import keep_record, require_record_name
from certmark.cli.screen import say, show
from certmark.cli.token_input import Unreadable, read_token
from certmark.errors import ModelError

if TYPE_CHECKING:
    from datetime import datetime

    from certmark.cli.token_input import Token
    from certmark.verify import Product, Report, Verifier


class PolicyName(StrEnum):
    """Policies by name."""

    STANDARD = "standard"
    LENIENT_OFFLINE = "lenient_offline"
    STRICT = "strict"


def verify(  # noqa: PLR0913 one for each option
    context: typer.Context,
    token: TokenArgument,
    *,
    trust: Annotated[str, typer.Option(metavar="BUNDLE", help="Trust bundle, or the folder of a store of lists.")],
    anchor: Annotated[str, typer.Option(metavar="ROOT", help="Root that you trust: its file, or SHA-256 of the file.")],
    status: Annotated[list[str], typer.Option(metavar="FILE", help="Status lists: one or more files.")] = [],  # noqa: B006 typer copies it
    state: Annotated[str | None, typer.Option(metavar="FILE", help="Remembers lists, so that none goes back.")] = None,
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of verification.  [default: now]")] = None,
    policy: Annotated[PolicyName, typer.Option(help="What is demanded.")] = PolicyName.STANDARD,
    sunset: Annotated[
        list[str],
        typer.Option(metavar="ALG=TIME", help="End of an algorithm (ESP256=2035-01-01)."),
    ] = [],  # noqa: B006
    gtin: Annotated[str | None, typer.Option(metavar="N", help="Article number of the product at hand.")] = None,
    model: Annotated[str | None, typer.Option(metavar="M", help="Its model.")] = None,
    product_version: Annotated[str | None, typer.Option(metavar="V", help="Its version.")] = None,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    lang: Annotated[
        str | None, typer.Option(metavar="LANG", help="Say it in words of this language: de, en, es, fr, it or pl.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="One token a line in, one report a line out.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A catalogue as CSV in, with verdicts out.")] = False,
    jobs: Annotated[int | None, typer.Option(metavar="N", help="Processes, for --jsonl and --csv.")] = None,
    record: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep a record of the check: a .json or .pdf file.")
    ] = None,
) -> int:
    """Verify a token offline. Exit code: 0 PASSED, 1 FAILED, 2 INDETERMINATE."""
    if as_json and as_jsonl:
        raise CommandError(ExitCode.USAGE, "--json is for one token and --jsonl for many: leave one out")
    if lang is not None:
        words_of(lang)
    if as_csv and (as_json or as_jsonl):
        raise CommandError(ExitCode.USAGE, "--csv is a form of its own: leave --json and --jsonl out")
    if jobs is not None and not (as_jsonl or as_csv):
        raise CommandError(ExitCode.USAGE, "--jobs is for many tokens: give --jsonl or --csv, or leave it out")
    if record is not None:
        if as_jsonl or as_csv:
            raise CommandError(ExitCode.USAGE, "--record is for one token: leave --jsonl and --csv out")
        require_record_name(record)
    now = at_or_now(at)  # a wrong option is told before files are read
    expected = _product(gtin, model, product_version)
    evidence = Evidence(trust, anchor, expanded(status, context), scheme, policy.value, state, sunset)
    if as_jsonl or as_csv:
        from certmark.cli.catalogue import Catalogue

        catalogue = Catalogue(token, evidence, at, expected, jobs, lang)
        return catalogue.verify_csv(now) if as_csv else catalogue.verify_lines(now)
    verifier = evidence.verifier(at=now)
    given = read_token(token)
    report = report_on(verifier, given, at=at_or_now(at), expected=expected)
    if record is not None:
        keep_record(record, report, given, verifier=verifier, expect=expected, language=lang)
    if as_json:
        say(_json(report, lang, indent=2))
    else:
        from certmark.cli.report_view import view

        show(*view(report, lang))
    return exit_code(report)


def report_on(verifier: Verifier, token: Token, *, at: datetime, expected: Product | None = None) -> Report:
    """Report on a token, or on what was given as one and cannot be read."""
    if isinstance(token, Unreadable):
        return verifier.unreadable(token.reason, at=at)
    return verifier.report(token, at=at, expect=expected)


def exit_code(report: Report) -> ExitCode:
    """Give the exit code of a report: its indication."""
    return ExitCode[report.indication]


def _product(gtin: str | None, model: str | None, version: str | None) -> Product | None:
    if gtin is None and model is None and version is None:
        return None
    from certmark.verify import Product

    try:
        return Product(gtin=gtin, model=model, version=version)
    except ModelError as error:
        raise CommandError(ExitCode.USAGE, f"--gtin {gtin!r}: {error}") from error


def _json(report: Report, lang: str | None, *, indent: int | None) -> str:
    from certmark.verify.report_json import report_to_json

    found = report_to_json(report)
    if lang is not None:
        from certmark.wording import advise

        found["words"] = advise(report, lang)._asdict()
    return json_text(found, indent=indent)


def json_text(value: object, *, indent: int | None) -> str:
    """Write JSON in ASCII, so that a terminal meets no control and no bidirectional character."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")
