"""The checks after the signature, in the order of the verdict table (specification, verification.md).

Each takes the case and gives a finding; its name is the id of the check in reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.cwt.numericdate import SECONDS_PER_DAY, from_days, from_seconds, to_days
from certmark.model.rules import Severity
from certmark.model.vocabulary import Extent, number_of
from certmark.status.bitarray import Status
from certmark.trust.authority import is_compromised, issuance_problem, scope_problem
from certmark.trust.entities import ServiceStatus
from certmark.verify.currency import Freshness, age_in_words, list_freshness
from certmark.verify.product import compare
from certmark.verify.report import Outcome, ProductMatch, SubIndication

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.verify.case import Case

_EUCC = "Regulation (EU) 2024/482"
_CSA = "Regulation (EU) 2019/881"
SPECIFICATION = "certmark-1, verification"
"""The source of a check that only certmark's own specification asks for."""


class Finding(NamedTuple):
    """What one check found.

    Attributes:
        outcome: its outcome.
        reason: one sentence for people.
        source: article or standard that asks for it.
        sub_indication: what it means when the check failed.
    """

    outcome: Outcome
    reason: str
    source: str
    sub_indication: SubIndication | None = None


def passed(reason: str, source: str) -> Finding:
    """Make the finding of a passed check."""
    return Finding(Outcome.PASSED, reason, source)


def _warned(reason: str, source: str) -> Finding:
    return Finding(Outcome.WARNING, reason, source)


def failed(sub_indication: SubIndication, reason: str, source: str) -> Finding:
    """Make the finding of a failed check."""
    return Finding(Outcome.FAILED, reason, source, sub_indication)


def key_not_compromised(case: Case) -> Finding:
    """A compromised key can sign any date, so none of its signatures counts."""
    if is_compromised(case.signer.key):
        reason = "The key that signed was compromised: its signatures prove nothing, whatever date they bear."
        return failed(SubIndication.REVOKED, reason, SPECIFICATION)
    return passed("The key is not known to be compromised.", SPECIFICATION)


def key_in_use(case: Case) -> Finding:
    """Signatures of a key count until the end that its list sets."""
    end = case.signer.key.verify_until
    if case.at >= end:
        reason = f"Signatures by this key count until {_day(end)} only."
        return failed(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, reason, SPECIFICATION)
    return passed("Signatures by this key still count.", SPECIFICATION)


def issuer_authorised(case: Case) -> Finding:
    """Key, service and scope must have been in order when the certificate was issued and signed."""
    signer = case.signer
    source = f"{_CSA}, Articles 56, 58 and 60; {_EUCC}, Articles 21 to 23 and 31"
    problem = issuance_problem(signer.key, signer.service, case.issued_at)
    if problem is None and case.issued_at // SECONDS_PER_DAY < to_days(case.claims.issued):
        problem = f"signed on {_day(case.issued_at)}, before its date of issue {case.claims.issued.isoformat()}"
    if problem is None:
        problem = scope_problem(signer.service, signer.national_list.pointer.permitted, case.attested())
    if problem is not None:
        reason = f"{signer.entity.entity_id} was not entitled to issue this: {problem}."
        return failed(SubIndication.ISSUER_NOT_AUTHORISED, reason, source)
    return passed("The issuer was entitled to issue this when it was issued.", source)


def clock(case: Case) -> Finding:
    """A signature from the future means that one of the two clocks is wrong."""
    if case.issued_at > case.at + case.policy.skew:
        signed, now = _instant(case.issued_at), _instant(case.at)
        reason = f"Signed at {signed}, after the time of verification {now}: check the clock."
        return failed(SubIndication.CLOCK_ERROR, reason, SPECIFICATION)
    return passed("Signed before the time of verification.", SPECIFICATION)


def scheme_rules(case: Case) -> Finding:
    """The certificate must keep the rules of its scheme that held on its day of issue."""
    scheme, name = case.scheme, case.claims.scheme
    if scheme is None:
        reason = f"The scheme {name} is not known here: give the verifier its definition."
        return failed(SubIndication.UNKNOWN_SCHEME, reason, SPECIFICATION)
    violations = scheme.violations(case.claims)
    structural = [violation for violation in violations if violation.severity is Severity.STRUCTURAL]
    if structural:
        first = structural[0]
        return failed(SubIndication.SCHEME_VIOLATION, first.message, first.article)
    if scheme.requires_status and case.claims.status is None:
        reason = f"{name} requires that the certificate refers to a status list."
        return failed(SubIndication.SCHEME_VIOLATION, reason, f"{_EUCC}, Articles 30 and 42(1)(b)")
    if violations:
        return _warned(violations[0].message, violations[0].article)
    return passed(f"The certificate keeps the rules of {name}.", scheme.legal_basis or name)


def not_withdrawn(case: Case) -> Finding:
    """A withdrawal is final: it counts even when the list that states it is old."""
    source = f"{_EUCC}, Articles 14 and 20; {_CSA}, Article 58(8)(e)"
    if case.status.value is Status.INVALID:
        reason = "The certificate has been withdrawn."
        return failed(SubIndication.CERTIFICATE_WITHDRAWN, reason, source)
    return passed("No withdrawal is known.", source)


def validity(case: Case) -> Finding:
    """The time of verification must lie in the period of validity; the last day is included."""
    claims, source = case.claims, f"{_EUCC}, Article 12"
    if case.at >= claims.exp:
        reason = f"The certificate expired at the end of {_day(claims.exp - 1)}."
        return failed(SubIndication.CERTIFICATE_EXPIRED, reason, source)
    if case.at < claims.nbf:
        reason = f"The certificate is not valid before {_day(claims.nbf)}."
        return failed(SubIndication.CERTIFICATE_NOT_YET_VALID, reason, source)
    return passed(f"Valid until {_day(claims.exp - 1)}, that day included.", source)


def product(case: Case) -> Finding:
    """The certificate must be about the product at hand, when one was named."""
    source = f"{_EUCC}, Article 9(2)(e)"
    match, reason = compare(case.expected, case.claims)
    if match is ProductMatch.DIFFERS:
        return failed(SubIndication.WRONG_PRODUCT, reason, source)
    if match is ProductMatch.NOT_IDENTIFIED:
        return failed(SubIndication.PRODUCT_NOT_IDENTIFIED, reason, source)
    if match is ProductMatch.NOT_ASKED:
        return Finding(Outcome.SKIPPED, reason, source)
    return passed(reason, source)


def policy_met(case: Case) -> Finding:
    """What the relying party demands beyond the law."""
    problem = _unmet_demand(case)
    if problem is not None:
        return failed(SubIndication.POLICY_NOT_MET, problem, f"policy {case.policy.name}")
    return passed("The policy's demands are met.", f"policy {case.policy.name}")


def _unmet_demand(case: Case) -> str | None:
    claims, policy = case.claims, case.policy
    level = claims.assurance_level
    if policy.minimum_level is not None and number_of(level) < number_of(policy.minimum_level):
        return f"The assurance level is {level}; the policy asks for {policy.minimum_level} at least."
    if policy.schemes is not None and claims.scheme not in policy.schemes:
        return f"The policy does not accept the scheme {claims.scheme}."
    if policy.link_hosts is not None and case.link_host not in policy.link_hosts:
        return f"The policy does not accept the host of the link ({case.link_host or 'there is no link'})."
    if policy.require_status and claims.status is None:
        return "The certificate refers to no status list, which the policy asks for."
    if case.status.value is Status.SUSPENDED:
        if case.scheme is not None and not case.scheme.statuses.suspended.valid:
            return "The certificate is suspended, and not valid while it is."
        if not policy.accept_suspended:
            return "The certificate is suspended, which the policy does not accept."
    entry = case.signer.service.status_at(case.at)
    if policy.require_issuer_granted_now and (entry is None or entry.status is not ServiceStatus.GRANTED):
        return "The issuer is not authorised today, which the policy asks for."
    return None


def trusted_lists_current(case: Case) -> Finding:
    """Old lists may hide what has happened since."""
    source = "ETSI TS 119 602, NextUpdate"
    freshness = case.lists_freshness
    if freshness is Freshness.FRESH:
        return passed("The trusted lists are current.", source)
    heads = (case.union.head, case.signer.national_list.head)
    older = max(heads, key=lambda head: list_freshness(head, at=case.at, grace=case.policy.grace))
    age = age_in_words(case.at - older.issued_at)
    name = f"The trusted list of {older.territory} (no. {older.sequence_number}, {age})"
    if freshness is Freshness.DUE:
        return _warned(f"{name} should have been refreshed: get the newest bundle.", source)
    reason = f"{name} is {freshness.name.lower()}: get the newest bundle and try again."
    if case.policy.accept_stale:
        return _warned(reason, source)
    return failed(SubIndication.TRY_LATER, reason, source)


def status_known(case: Case) -> Finding:
    """The status must be known from lists that are current."""
    source = "Token Status List, draft 21, §8.3"
    status = case.status
    if case.claims.status is None:
        return _warned(status.reason, source)
    if status.value is Status.INVALID:
        return passed("The status list states the withdrawal, which is final.", source)
    if status.value is not None and status.complete and status.freshness <= Freshness.DUE:
        finding = passed if status.freshness is Freshness.FRESH else _warned
        return finding(status.reason, source)
    problem = f"The status list is {status.freshness.name.lower()}."
    if status.value is None:
        problem = "The status is unknown."
    elif not status.complete:
        problem = "Not everyone who may withdraw the certificate has been heard."
    reason = f"{problem} {status.reason} Get the newest status lists and try again."
    if case.policy.accept_stale:
        return _warned(reason, source)
    return failed(SubIndication.TRY_LATER, reason, source)


def not_suspended(case: Case) -> Finding:
    """Suspended is said aloud, even where it leaves the certificate valid."""
    source = f"{_EUCC}, Articles 9(2)(d) and 30"
    if case.status.value is Status.SUSPENDED:
        return _warned("The certificate is suspended: stop promoting the product as certified.", source)
    return passed("No suspension is known.", source)


def coverage(case: Case) -> Finding:
    """A certified part does not make a certified product."""
    source = f"{_EUCC}, Articles 9(2)(c) and 10(2)"
    if case.claims.extent is Extent.PART:
        return _warned(f"Only a part of the product is certified: {case.claims.scope}", source)
    return passed("The whole product is covered.", source)


def issuer_today(case: Case) -> Finding:
    """Losing authority later voids nothing, but is worth knowing."""
    entry = case.signer.service.status_at(case.at)
    source = f"{_EUCC}, Article 31(2)"
    if entry is None or entry.status is not ServiceStatus.GRANTED:
        what = entry.status.name.lower() if entry else "not listed"
        return _warned(f"The issuer's service is {what} today; this voids nothing by itself.", source)
    return passed("The issuer is authorised today.", source)


def link_host(case: Case) -> Finding:
    """The host of a link proves nothing; a known one is a good sign, an unknown one a bad one."""
    hosts = case.signer.entity.link_hosts
    if case.link_host is None or not hosts:
        no_hosts = "The issuer has not named the hosts of its links."
        reason = "The code is no link." if case.link_host is None else no_hosts
        return Finding(Outcome.SKIPPED, reason, SPECIFICATION)
    if case.link_host not in hosts:
        reason = f"The link leads to {case.link_host}, which is none of the issuer's hosts: do not follow it."
        return _warned(reason, SPECIFICATION)
    return passed(f"{case.link_host} is a host of the issuer.", SPECIFICATION)


AFTER_SIGNATURE: tuple[Callable[[Case], Finding], ...] = (
    key_not_compromised,
    key_in_use,
    issuer_authorised,
    clock,
    scheme_rules,
    not_withdrawn,
    validity,
    product,
    policy_met,
    trusted_lists_current,
    status_known,
    not_suspended,
    coverage,
    issuer_today,
    link_host,
)
"""Every check after the signature, in the order of the verdict table; the last four never decide."""

BEFORE_SIGNATURE = ("format", "algorithm", "issuer_listed", "signature")
"""Ids of the checks up to the signature; when one of them fails, nothing that follows can be judged."""

IDS = (
    *BEFORE_SIGNATURE,
    *(check.__name__ for check in AFTER_SIGNATURE),
)


def _day(instant: int) -> str:
    return from_days(instant // SECONDS_PER_DAY).isoformat()


def _instant(seconds: int) -> str:
    return f"{from_seconds(seconds):%Y-%m-%d %H:%M:%SZ}"
