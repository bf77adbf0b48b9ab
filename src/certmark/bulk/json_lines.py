"""A catalogue of one line per row: a token, or a JSON object with the token and what is known of the product."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from certmark.bulk.catalogue import Row, judged, report_on
from certmark.bulk.lines import LONGEST, TOO_LONG
from certmark.bulk.tally import Tally
from certmark.errors import CertmarkError
from certmark.lines import BYTE_ORDER_MARK, text_of
from certmark.strict_json import parse
from certmark.verify.report_json import report_to_json
from certmark.wording import advise

if TYPE_CHECKING:
    from datetime import datetime

    from certmark.lines import Line
    from certmark.verify import Verifier

_PRODUCT: Final = ("gtin", "model", "version")


class RowError(CertmarkError):
    """A line that is no row."""

    code = "row"


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Verifies lines; picklable, as worker processes want it.

    Attributes:
        gtin: compared where a line has none of its own, or None; likewise the next two.
        language: of the member ``words`` that is then added to every answer, or None.
    """

    gtin: str | None = None
    model: str | None = None
    version: str | None = None
    language: str | None = None

    def __call__(self, verifier: Verifier, at: datetime, rows: list[Line]) -> tuple[str, Tally]:
        """Give a line of JSON for each line, and count them.

        The answer to a token is its report; to an object its report with three members more: ``line``, ``row_problem``
        (what is wrong with the row itself, or null), and ``row``: what the object holds beside the token, or null where
        it cannot be read.
        """
        tally, answers = Tally(), []
        for line in rows:
            is_object = line.data is not None and line.data.lstrip(BYTE_ORDER_MARK + b" \t").startswith(b"{")
            row, kept = self._row(line) if is_object else (self._token(line), "null")
            row = judged(row)
            report = report_on(verifier, row, at=at)
            tally.count(report.indication, report.may_promote, faulty=row.problem is not None)
            tally.objects += is_object
            answer = report_to_json(report)
            if self.language is not None:
                answer["words"] = advise(report, self.language)._asdict()
            # spliced, since what may be nested as deeply as can be written cannot be written a level deeper
            row_in = f', "line": {line.number}, "row_problem": {_json(row.problem)}, "row": {kept}' if is_object else ""
            answers.append(f"{_json(answer)[:-1]}{row_in}}}\n")
        return "".join(answers), tally

    def _token(self, line: Line) -> Row:
        if line.data is None:
            return Row("", line=line.number, problem=TOO_LONG)
        return Row(text_of(line.data), self.gtin, self.model, self.version, line.number)

    def _row(self, line: Line) -> tuple[Row, str]:
        try:
            members, kept = _members(line.data or b"")
        except RowError as error:
            said = str(error)
            return Row("", line=line.number, problem=f"{said[:1].upper()}{said[1:]}."), "null"
        gtin, model, version = (members.get(name) for name in _PRODUCT)
        product = (gtin or self.gtin, model or self.model, version or self.version)
        return Row(members["token"], *product, line.number), kept


def _members(data: bytes) -> tuple[dict[str, Any], str]:
    """Give the members of a row, and those beside the token in JSON."""
    parsed = parse(data.removeprefix(BYTE_ORDER_MARK).strip(), what="row", limit=LONGEST, error=RowError)
    if not isinstance(parsed, dict):
        raise RowError("the row is no JSON object")
    for name in _PRODUCT:
        if not isinstance(parsed.get(name, ""), str | None):
            raise RowError(f"the member {name!r} of the row is no text: put it in quotes")
    if not isinstance(parsed.get("token"), str):
        raise RowError("the row has no token: give it as a text in its member 'token'")
    try:
        kept = _json({name: value for name, value in parsed.items() if name != "token"})
    except (RecursionError, ValueError):
        raise RowError("the row holds a number that JSON has no name for, or is nested too deeply") from None
    return parsed, kept


def _json(value: object) -> str:
    """Write JSON in ASCII and one line, so that a terminal meets no control and no bidirectional character."""
    return json.dumps(value, allow_nan=False).replace("\x7f", "\\u007f")
