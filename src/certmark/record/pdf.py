"""A record of a check as one page to file, with the JSON of the record attached to it; needs the ``label`` extra."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from certmark.label.typeface import Weight, missing_in
from certmark.label.typeset import FAMILY, STYLES, typeset
from certmark.model.vocabulary import DocumentType
from certmark.verify.remarks import promotion_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.record.facts import CheckRecord

ATTACHED: Final = "check-record.json"
"""Name of the attachment."""

_MARGIN: Final = 18.0
_WIDTH: Final = 210.0 - 2 * _MARGIN
_HEADING: Final = 34.0
_ASCII: Final = frozenset(map(chr, range(0x20, 0x7F)))
_LONGEST: Final = 180
_LONGEST_NAME: Final = 60
_LONGEST_VALUES: Final = (_LONGEST, 90, 45)
"""Characters of a value: fewer where letters are so wide that the page would be too short."""
_DIGEST: Final = "SHA-256 of "
_BOTTOM: Final = 297.0 - 8
_LONGEST_ADVICE: Final = 600
_COLOURS: Final = {"PASSED": (20, 110, 50), "FAILED": (170, 20, 30), "INDETERMINATE": (150, 95, 0)}
_STATED: Final = (("gtin", "GTIN"), ("model", "model"), ("version", "version"))


def record_pdf(record: CheckRecord) -> bytes:
    """Write a record as one page of A4; the same record always as the same bytes.

    What is too long for the page is shortened there and whole in the attachment.

    Args:
        record: what was checked.

    Raises:
        MissingExtraError: the ``label`` extra is not installed.
    """
    facts = record.facts
    at = datetime.fromisoformat(facts["checked_at"])
    characters = {each for each in (*_characters(facts), *_ASCII, "…") if not missing_in(each)}
    written = b""
    for longest in _LONGEST_VALUES:
        with typeset("Record of a check", language="en", at=at, characters=characters) as pages:
            pages.set_margin(_MARGIN)
            pages.set_top_margin(14)
            pages.c_margin = 0
            pages.embed_file(
                bytes=record.to_json(), basename=ATTACHED, modification_date=at, mime_type="application/json"
            )
            pages.add_page()
            _Page(pages, longest).draw(facts)
            written = bytes(pages.output())
            if pages.get_y() <= _BOTTOM:
                break
    return written


class _Page:
    """Writes from the top to the bottom of a page."""

    def __init__(self, pages: Any, longest: int) -> None:  # noqa: ANN401 fpdf2 is not there for everyone
        self._pages = pages
        self._longest = longest

    def draw(self, facts: Any) -> None:  # noqa: ANN401 JSON
        result = facts["result"]
        self._text("Record of a check of a cybersecurity certificate", size=15, bold=True)
        self._text(facts["nature"], size=8, colour=(90, 90, 90))
        if result["trust_label"]:
            self._text(f"{result['trust_label']}: the trust anchor calls itself so.", size=9, bold=True)
        self._gap(2)
        self._text(_verdict(facts), size=13, bold=True, colour=_COLOURS[result["indication"]])
        if result["reason"]:
            self._text(result["reason"], size=9)
        self._text(f"{promotion_question(_document_type(facts))}: {result['may_promote']}", size=11, bold=True)
        self._text(result["may_promote_basis"], size=9)
        words = facts["words"]
        for name in ("sentence", "advice") if words else ():
            self._text(words[name], size=9, at_most=_LONGEST_ADVICE)
        for heading, rows in _sections(facts):
            self._gap(2)
            self._text(heading, size=9.5, bold=True)
            for name, value in rows:
                self._row(name, value if name.startswith(_DIGEST) else _short(value, at_most=self._longest))
        self._gap(2)
        self._text("Signed lists that it rests on", size=9.5, bold=True)
        for each in facts["lists"][:5]:
            self._row(each["kind"].replace("_", " "), _list(each))
        self._gap(2)
        self._text("For a person to check and sign", size=9.5, bold=True)
        for each in facts["for_a_person_to_check"]:
            self._box(each)
        self._gap(7)
        self._signature()
        self._gap(6)
        for notice in (words or facts)["notices"]:
            self._text(notice, size=7.5, colour=(90, 90, 90))

    def _text(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        colour: tuple[int, int, int] = (0, 0, 0),
        at_most: int = _LONGEST,
    ) -> None:
        self._begin(size, bold=bold, colour=colour)
        short = _short(text, at_most=at_most)
        self._pages.multi_cell(_WIDTH, size * 0.46, short, align="L", new_x="LMARGIN", new_y="NEXT")

    def _row(self, name: str, value: str) -> None:
        pages = self._pages
        self._begin(8.5, colour=(90, 90, 90))
        pages.cell(_HEADING, 4, name)
        self._begin(8.5)
        pages.multi_cell(_WIDTH - _HEADING, 4, value, align="L", new_x="LMARGIN", new_y="NEXT")

    def _box(self, text: str) -> None:
        pages = self._pages
        pages.rect(_MARGIN + 0.5, pages.get_y() + 0.9, 3, 3)
        pages.set_x(_MARGIN + 6)
        self._begin(9)
        pages.cell(_WIDTH - 6, 5, text, new_x="LMARGIN", new_y="NEXT")

    def _signature(self) -> None:
        pages, third = self._pages, _WIDTH / 3
        self._begin(7.5, colour=(90, 90, 90))
        for place, name in enumerate(("date", "name", "signature")):
            x, y = _MARGIN + place * third, pages.get_y()
            pages.line(x, y, x + third - 6, y)
            pages.text(x, y + 3, name)

    def _begin(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = (0, 0, 0)) -> None:
        self._pages.set_font(FAMILY, STYLES[Weight.BOLD if bold else Weight.REGULAR], size)
        self._pages.set_text_color(*colour)

    def _gap(self, height: float) -> None:
        self._pages.ln(height)


def _document_type(facts: Any) -> str | None:  # noqa: ANN401 JSON
    certificate = facts["certificate"]
    return None if certificate is None else certificate["document_type"]


def _is_statement(facts: Any) -> bool:  # noqa: ANN401 JSON
    return _document_type(facts) == DocumentType.STATEMENT_OF_CONFORMITY


def _verdict(facts: Any) -> str:  # noqa: ANN401 JSON
    result, document = facts["result"], "EU statement of conformity" if _is_statement(facts) else "certificate"
    status = result["certificate_status"].replace("_", " ")
    why = f" {result['sub_indication']}" if result["sub_indication"] else ""
    return f"{result['indication']}{why}: {document} {status if status != 'unknown' else 'of unknown status'}"


def _sections(facts: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:  # noqa: ANN401 JSON
    yield "What was checked", list(_token(facts))
    if facts["certificate"] is not None:
        heading = "What the statement says" if _is_statement(facts) else "What the certificate says"
        yield heading, list(_certificate(facts["certificate"], facts["issuer"]))
    found = [each for each in facts["checks"] if each["outcome"] in ("FAILED", "WARNING")]
    if found:
        rows = [(each["outcome"], f"{each['reason']} [{each['source']}]") for each in found[:4]]
        yield "Checks that found something", rows


def _token(facts: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 JSON
    by, token, asked = facts["checked_by"], facts["token"], facts["product_asked_for"]
    yield "Checked", f"{facts['checked_at']} by certmark {by['version']}, policy {by['policy']['name']}"
    yield f"{_DIGEST}the token", token["cose_sha256"] or "no token was found"
    if token["given_sha256"] and token["given_sha256"] != token["cose_sha256"]:
        yield f"{_DIGEST}its text", token["given_sha256"]
    if facts["certificate"] is None and token["untrusted_id"]:
        yield "Says of itself", f"{token['untrusted_id']} of {token['untrusted_issuer']}, unproven"
    yield (
        "Product asked for",
        "none" if asked is None else ", ".join(f"{shown} {asked[name]}" for name, shown in _STATED if name in asked),
    )
    yield "Product matches", facts["result"]["product_match"].replace("_", " ")


def _certificate(certificate: Any, issuer: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 JSON
    level = certificate["assurance_level"]
    if certificate["ava_van"] is not None:
        level += f", AVA_VAN.{certificate['ava_van']}"
    yield "Id", f"{certificate['id']} under {certificate['scheme']}, level {level}"
    yield "Product", certificate["product"] + (f" ({certificate['brand']})" if certificate["brand"] else "")
    for name, key in (("Models", "models"), ("Versions", "versions"), ("GTINs", "gtins")):
        if certificate[key]:
            yield name, ", ".join(certificate[key])
    if certificate["version"] and not certificate["versions"]:
        yield "Version", certificate["version"]
    if certificate["extent"] == "part":
        yield "Only a part", certificate["scope"] or ""
    yield "Holder", certificate["holder"] or "not stated"
    yield "Issued by", f"{issuer['entity_id']} {issuer['name']}"
    yield "Valid", f"{certificate['issued']} to {certificate['valid_until']}, both days included"


def _list(each: Any) -> str:  # noqa: ANN401 JSON
    number = "" if each["sequence_number"] is None else f"no. {each['sequence_number']}, "
    name = "" if each["name"] in ("root", "EU") else f"{_short(each['name'], at_most=_LONGEST_NAME)}, "
    return f"{name}{number}issued {each['issued_at']}, SHA-256 {each['sha256']}"


def _short(text: str, *, at_most: int = _LONGEST) -> str:
    short = text if len(text) <= at_most else f"{text[: at_most - 1]}…"
    return "".join("?" if missing_in(each) else each for each in short)


def _characters(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_characters, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_characters, value)) if value else set()
    return set(str(value))
