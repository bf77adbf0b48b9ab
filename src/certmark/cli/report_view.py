"""A report as a person reads it: the verdict first, then what it is about, then why.

In another language come the sentence, the advice and the notices. What the checks say stays English: it is for those
who look into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table

from certmark.cli.screen import grid, section, styled
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, instant_at
from certmark.model.facts import ava_van_of
from certmark.verify import Indication, Outcome, ProductMatch
from certmark.verify.remarks import promotion_question
from certmark.wording import advise, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from certmark.claims import CertificateClaims
    from certmark.verify import IssuerReport, ListUse, Report
    from certmark.wording import Advice

VERDICT_STYLES: Final = {
    Indication.PASSED: "bold white on green",
    Indication.FAILED: "bold white on red",
    Indication.INDETERMINATE: "bold black on yellow",
}
_OUTCOME_STYLES: Final = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "bold red",
    Outcome.WARNING: "yellow",
    Outcome.SKIPPED: "dim",
}
PROMOTION_STYLES: Final = {"yes": "bold green", "no": "bold red", "unknown": "bold yellow"}
_MATCHES: Final = {
    ProductMatch.MATCHED: "the certificate is about this product",
    ProductMatch.DIFFERS: "the certificate is about another product",
    ProductMatch.NOT_IDENTIFIED: "the certificate does not say",
    ProductMatch.NOT_ASKED: "not compared: give --gtin, --model or --product-version",
}
_SHOWN: Final = 5
_DAYS_SHOWN_FROM: Final = 2 * SECONDS_PER_DAY
_HOUR: Final = 3600


def view(report: Report, lang: str | None = None) -> Iterator[RenderableType]:
    """Give what to print, from top to bottom, with words of a language if one is given."""
    told = None if lang is None else advise(report, lang)
    yield _verdict(report) if told is None else _told(report, told)
    if report.trust_label and (told is None or report.trust_label != "DEMO"):  # what is told begins with a demo
        yield section(_label(report.trust_label))
    yield _promotion(report)
    if report.claims is not None and report.issuer is not None:
        yield section(_certificate(report, report.claims, report.issuer))
    elif report.untrusted_id is not None:
        yield section(_unproven(report))
    yield section(_lists(report.lists))
    yield section(_checks(report))
    yield section(_notices(report, report.notices if told is None else told.notices))


def _verdict(report: Report) -> RenderableType:
    line = styled(f" {report.indication} ", VERDICT_STYLES[report.indication])
    if report.decisive is None:
        status = report.certificate_status.replace("_", " ")
        return line.append_text(styled(f"  {report.untrusted_id}: {status}", "bold"))
    line.append_text(styled(f"  {report.sub_indication}", "bold"))
    return line.append("\n").append_text(styled(report.decisive.reason))


def _told(report: Report, told: Advice) -> RenderableType:
    line = styled(f" {report.indication} ", VERDICT_STYLES[report.indication])
    line.append_text(styled(f"  {words(told.language).indication[report.indication]}", "bold"))
    if report.sub_indication is not None:
        line.append_text(styled(f"  {report.sub_indication}", "dim"))
    return Group(
        line, styled(told.sentence, "bold"), section(styled(told.advice, PROMOTION_STYLES[report.may_promote]))
    )


def _label(label: str) -> RenderableType:
    meaning = "nothing here is real" if label == "DEMO" else "this is what the trust anchor calls itself"
    return styled(f" {label} ", "bold black on yellow").append_text(styled(f"  {meaning}", "bold yellow"))


def _promotion(report: Report) -> RenderableType:
    rows = grid()
    answer = styled(report.may_promote, PROMOTION_STYLES[report.may_promote])
    answer.append_text(styled(f"  {report.may_promote_basis}", "dim"))
    question = promotion_question(None if report.claims is None else report.claims.document_type)
    rows.add_row(styled(question, "bold"), answer)
    return section(rows)


def _certificate(report: Report, claims: CertificateClaims, issuer: IssuerReport) -> RenderableType:
    rows = grid()
    for name, value in _facts(report, claims, issuer):
        rows.add_row(styled(name, "bold"), styled(value))
    return rows


def _facts(report: Report, claims: CertificateClaims, issuer: IssuerReport) -> Iterator[tuple[str, str]]:
    brand = f" ({claims.brand})" if claims.brand else ""
    yield "Product", f"{claims.subject_name}{brand}"
    for name, values in (("Models", claims.models), ("GTINs", claims.gtins), ("Versions", claims.versions)):
        if values:
            yield name, _few(values)
    if claims.version and not claims.versions:
        yield "Version", claims.version
    if claims.scope:
        yield "Covered", f"{claims.extent}: {claims.scope}"
    yield "Product at hand", _MATCHES[report.product_match]
    yield "Level", _level(claims)
    kind = "extract for a label" if claims.content == "label" else "full"
    yield "Certificate", f"{claims.id}, {claims.document_type.replace('_', ' ')} under {claims.scheme}, {kind}"
    yield "Holder", claims.holder_name or "not stated"
    then, today = issuer.status_at_issuance or "not listed", issuer.status_now or "not listed"
    yield "Issued by", f"{issuer.entity_id} {issuer.name}; authorisation at issue: {then}, today: {today}"
    yield "Authority", f"{issuer.ncca} ({issuer.territory})"
    if report.seal is not None:
        ends = f"valid {day_at(report.seal.not_before)} to {day_at(report.seal.not_after)}"
        yield "Seal", f"{report.seal.subject}; issued by {report.seal.issuer}; {ends}"
    if (approval := report.approval) is not None:
        yield "Approved by", f"{approval.entity_id} {approval.name}, on {day_at(approval.approved_at)}"
    yield "Valid", f"{claims.issued} to {claims.valid_until}, both days included"
    yield "Status", report.certificate_status.replace("_", " ")
    if report.link_host:
        yield "Link", f"{report.link_host}, not opened; nobody vouches for it"


def _level(claims: CertificateClaims) -> str:
    ava_van = ava_van_of(claims)
    return claims.assurance_level if ava_van is None else f"{claims.assurance_level}, AVA_VAN.{ava_van}"


def _unproven(report: Report) -> RenderableType:
    rows = grid()
    rows.add_row(styled("Certificate", "bold"), styled(report.untrusted_id or ""))
    rows.add_row(styled("Issuer", "bold"), styled(report.untrusted_issuer or ""))
    if report.link_host:
        rows.add_row(styled("Link", "bold"), styled(f"{report.link_host}, not opened; nobody vouches for it"))
    return Group(styled("What the code says, unproven", "bold yellow"), rows)


def _lists(lists: tuple[ListUse, ...]) -> RenderableType:
    rows = Table.grid(padding=(0, 2))
    for use in lists:
        number = "" if use.sequence_number is None else f"no. {use.sequence_number}"
        due = "" if use.next_update is None else f"next {day_at(use.next_update)}"
        rows.add_row(*map(styled, (use.kind.replace("_", " "), use.name, number, _age(use.age), due)))
    return Group(styled("Lists used", "bold"), rows)


def _checks(report: Report) -> RenderableType:
    rows = Table.grid(padding=(0, 2))
    made = [check for check in report.checks if check.outcome is not Outcome.SKIPPED]
    for check in made:
        reason = styled(check.reason)
        if check.outcome is not Outcome.PASSED:
            reason.append_text(styled(f"  [{check.source}]", "dim"))
        rows.add_row(styled(check.outcome, _OUTCOME_STYLES[check.outcome]), styled(check.id.replace("_", " ")), reason)
    # what does not apply to this certificate is no news; what was not reached is
    if report.decisive is not None and len(made) < len(report.checks):
        rows.add_row(styled("SKIPPED", "dim"), styled(f"{len(report.checks) - len(made)} more", "dim"))
    return Group(styled("Checks", "bold"), rows)


def _notices(report: Report, notices: tuple[str, ...]) -> RenderableType:
    text = styled(f"Verified {instant_at(report.at)} under the policy {report.policy}.", "dim")
    for notice in notices:
        text.append("\n").append_text(styled(notice, "dim"))
    return text


def _few(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(values[:_SHOWN]) + more


def _age(seconds: int) -> str:
    if seconds < 0:
        return "from the future"
    if seconds < _HOUR:
        return "under an hour old"
    if seconds < _DAYS_SHOWN_FROM:
        hours = seconds // _HOUR
        return "1 hour old" if hours == 1 else f"{hours} hours old"
    return f"{seconds // SECONDS_PER_DAY} days old"
