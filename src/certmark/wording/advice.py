"""What a report means for the person in front of the shelf: a sentence, an advice, and what must be said with them.

The sentence says what is the case. The advice begins with what may be promoted, as the report's ``may_promote`` has it,
and goes on with what to do next. Under a root that is labelled DEMO both say first that nothing is real, since either
may be shown alone. A part never reads as a certified product, an EU statement of conformity never as a certificate, and
nothing as a promise of security.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.cwt.numericdate import SECONDS_PER_DAY, from_seconds
from certmark.model.vocabulary import DocumentType, Extent, SubjectType
from certmark.verify import CertificateStatus, Outcome, ProductMatch, SubIndication
from certmark.verify.checks import NOT_VALID_WHILE_SUSPENDED
from certmark.wording.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certmark.claims import CertificateClaims
    from certmark.verify import ListUse, Report
    from certmark.wording.words import Words


class Advice(NamedTuple):
    """A report in the words of one language.

    Attributes:
        language: ISO 639-1 code.
        sentence: what is the case.
        advice: what to do, and first of all whether the product may be advertised as certified.
        notices: sentences that must be shown with them.
    """

    language: str
    sentence: str
    advice: str
    notices: tuple[str, ...]


def advise(report: Report, language: str) -> Advice:
    """Say what a report means and what to do.

    Args:
        report: what ``Verifier.report`` gave.
        language: one of ``LANGUAGES``.

    Raises:
        LanguageError: there are no words in this language.
    """
    said = words(language)
    warned = [f"{said.label['demo']}."] if report.trust_label == "DEMO" else []
    return Advice(
        language,
        " ".join((*warned, *_case(report, said))),
        " ".join((*warned, _promotion(report, said), *_actions(report, said))),
        tuple(_notices(report, said)),
    )


_STATUS_PROBLEMS: Final = frozenset(
    {
        SubIndication.CERTIFICATE_WITHDRAWN,
        SubIndication.CERTIFICATE_EXPIRED,
        SubIndication.CERTIFICATE_NOT_YET_VALID,
    }
)
"""What the status says already."""

_ENDED: Final = frozenset({CertificateStatus.SUSPENDED, CertificateStatus.WITHDRAWN, CertificateStatus.EXPIRED})

_NEXT_STEPS: Final[Mapping[SubIndication, str]] = MappingProxyType(
    {
        SubIndication.FORMAT_FAILURE: "scan_again",
        SubIndication.UNSUPPORTED_FORMAT: "update",
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE: "ask_for_current_code",
        SubIndication.ISSUER_NOT_LISTED: "report_the_code",
        SubIndication.SIG_CRYPTO_FAILURE: "report_the_code",
        SubIndication.REVOKED: "report_the_code",
        SubIndication.ISSUER_NOT_AUTHORISED: "report_the_code",
        SubIndication.CLOCK_ERROR: "check_the_clock",
        SubIndication.UNKNOWN_SCHEME: "update",
        SubIndication.SCHEME_VIOLATION: "report_the_code",
        SubIndication.CERTIFICATE_EXPIRED: "ask_for_current_code",
        SubIndication.WRONG_PRODUCT: "check_the_product",
        SubIndication.PRODUCT_NOT_IDENTIFIED: "ask_what_is_covered",
        SubIndication.POLICY_NOT_MET: "ask_about_the_policy",
    }
)


def _case(report: Report, said: Words) -> Iterator[str]:
    claims, problem = report.claims, report.sub_indication
    if problem is not None and problem not in _STATUS_PROBLEMS and not _is_void_while_suspended(report):
        issuer = report.issuer.name if report.issuer else ""
        yield said.say("problem", problem, issuer=issuer, scheme=claims.scheme if claims else "")
    if claims is not None and (problem is None or report.certificate_status not in _UNREMARKABLE):
        yield _status(report, claims, said)
    if problem is None and report.product_match is ProductMatch.MATCHED:
        yield said.say("product", "matched")


def _is_void_while_suspended(report: Report) -> bool:
    """Tell whether the scheme, and not what is demanded beyond it, is why nothing else is wrong but the suspension."""
    decisive = report.decisive
    return decisive is not None and decisive.reason == NOT_VALID_WHILE_SUSPENDED


_UNREMARKABLE: Final = frozenset({CertificateStatus.IN_FORCE, CertificateStatus.UNKNOWN})
"""Statuses that explain no problem."""


def _status(report: Report, claims: CertificateClaims, said: Words) -> str:
    status = report.certificate_status
    key = "part" if status is CertificateStatus.IN_FORCE and claims.extent is Extent.PART else str(status)
    # the last second of the last day, or the first second of the first
    instant = claims.exp - 1 if status is CertificateStatus.EXPIRED else claims.nbf
    return said.say(claims.document_type, key, id=claims.id, date=from_seconds(instant).date())


def _promotion(report: Report, said: Words) -> str:
    claims, status = report.claims, report.certificate_status
    if report.may_promote == "unknown" or claims is None:
        return said.say("promotion", report.may_promote)
    if report.may_promote == "yes":
        if claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY:
            return said.say("promotion", "statement_of_conformity")
        return said.say("promotion", "part" if claims.extent is Extent.PART else "yes")
    if status is CertificateStatus.NOT_YET_VALID and _only_the_day_forbids(report, claims):
        return said.say("promotion", "not_before", date=from_seconds(claims.nbf).date())
    return said.say("promotion", "stop" if status in _ENDED else "no")


def _only_the_day_forbids(report: Report, claims: CertificateClaims) -> bool:
    """Tell whether nothing else that is known forbids to promote the product as certified."""
    failed = [check.id for check in report.checks if check.outcome is Outcome.FAILED]
    if claims.document_type is not DocumentType.CERTIFICATE or claims.subject_type is SubjectType.PROTECTION_PROFILE:
        return False
    return failed == ["validity"] and _outcome(report, "not_suspended") is not Outcome.WARNING


def _actions(report: Report, said: Words) -> Iterator[str]:
    problem = report.sub_indication
    if problem is not None and problem in _NEXT_STEPS and not _is_void_while_suspended(report):
        yield said.say("action", _of_document(_NEXT_STEPS[problem], report.claims))
    elif problem is SubIndication.NO_SIGNING_CERTIFICATE_FOUND:
        yield said.say("action", "refresh_trusted_lists", ago=_days_since_update(_trusted_lists(report), report.at))
    elif problem in {None, SubIndication.TRY_LATER} and report.claims is not None:
        yield from _refreshing(report, report.claims, said)
    if report.may_promote == "yes" and report.product_match is ProductMatch.NOT_ASKED:
        yield said.say("action", _of_document("compare", report.claims))


_OF_STATEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ask_what_is_covered": "ask_what_the_statement_covers",
        "compare": "compare_with_statement",
        "part": "part_of_statement",
    }
)
"""What is said of an EU statement of conformity where a certificate would be named."""


def _of_document(key: str, claims: CertificateClaims | None) -> str:
    if claims is not None and claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY:
        return _OF_STATEMENTS.get(key, key)
    return key


def _refreshing(report: Report, claims: CertificateClaims, said: Words) -> Iterator[str]:
    """Say what to refresh when something that was needed is old or missing."""
    if _outcome(report, "trusted_lists_current") is not Outcome.PASSED:
        yield said.say("action", "refresh_trusted_lists", ago=_days_since_update(_trusted_lists(report), report.at))
    if _outcome(report, "status_known") is not Outcome.PASSED:
        status_lists = [use for use in report.lists if use.kind == "status_list"]
        if claims.status is None:
            yield said.say("action", "ask_for_status")
        elif any(_is_due(use, report.at) for use in status_lists):
            yield said.say("action", "refresh_status_lists", ago=_days_since_update(status_lists, report.at))
        else:
            yield said.say("action", "get_status_lists")


def _outcome(report: Report, check_id: str) -> Outcome:
    return next(check.outcome for check in report.checks if check.id == check_id)


def _trusted_lists(report: Report) -> list[ListUse]:
    return [use for use in report.lists if use.kind != "status_list"]


def _is_due(use: ListUse, at: int) -> bool:
    ends = [end for end in (use.next_update, use.expires) if end is not None]
    return at >= min(ends, default=at)


def _days_since_update(uses: list[ListUse], at: int) -> int:
    """Give the age in days of the oldest list, of those that are due if any is."""
    due = [use for use in uses if _is_due(use, at)]
    return max(use.age for use in due or uses) // SECONDS_PER_DAY


def _notices(report: Report, said: Words) -> Iterator[str]:
    claims = report.claims
    if report.trust_label and report.trust_label != "DEMO":
        yield said.say("notice", "trust_label", label=report.trust_label)
    if report.scheme_notice is not None:
        yield report.scheme_notice  # in the words of its author
    if claims is not None:
        if claims.extent is Extent.PART:
            yield said.say("notice", _of_document("part", claims), scope=claims.scope or "")
        if claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY:
            yield said.say("notice", "statement_of_conformity")
        if _outcome(report, "issuer_today") is Outcome.WARNING:
            yield said.say("notice", "issuer_today")
        if _outcome(report, "link_host") is Outcome.WARNING:
            yield said.say("notice", "link_host", host=report.link_host or "")
    yield said.say("notice", "copy")
    yield said.say("notice", "level")
