"""The checks after the signature that decide, in the order of the verdict table (specification, verification.md).

Each takes the case and gives what is wrong or worth a warning, or None; its name is the id of the check in reports, and
what is to be said when nothing is wrong stands above it. Every verification runs them, so they say nothing unasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, instant_at
from certmark.model.rules import Severity
from certmark.model.vocabulary import number_of
from certmark.status.bitarray import Status
from certmark.trust.authority import is_compromised, issuance_problem, scope_problem
from certmark.trust.entities import ServiceStatus
from certmark.verify.approval import approved
from certmark.verify.currency import Freshness, age_in_words, list_freshness
from certmark.verify.judgement import check
from certmark.verify.outcome import Finding, ProductMatch, SubIndication, failed, passed, sentence, skipped, warned
from certmark.verify.product import NOT_ASKED, compare
from certmark.verify.sources import CSA, EUCC, SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certmark.verify.case import Case

_AUTHORISATION = f"{CSA}, Articles 56, 58 and 60; {EUCC}, Articles 21 to 23 and 31"
_STATUS_REQUIRED = f"{EUCC}, Articles 30 and 42(1)(b)"
_WITHDRAWAL = f"{EUCC}, Articles 14 and 20; {CSA}, Article 58(8)(e)"
_VALIDITY = f"{EUCC}, Article 12"
_IDENTICAL = f"{EUCC}, Article 9(2)(e)"
_NEXT_UPDATE = "ETSI TS 119 602, NextUpdate"
_STATUS_LISTS = "Token Status List, draft 21, §8.3"

NOT_VALID_WHILE_SUSPENDED: Final = "The certificate is suspended, and not valid while it is."
"""What makes ``policy_met`` fail under every policy, since the scheme says so."""

_NO_PRODUCT = skipped(NOT_ASKED, _IDENTICAL)
_WITHDRAWAL_FINAL = passed("The status list states the withdrawal, which is final.", _STATUS_LISTS)


@check("The key is not known to be compromised.", SPECIFICATION)
def key_not_compromised(case: Case) -> Finding | None:
    """A compromised key can sign any date, so none of its signatures counts."""
    if is_compromised(case.signer.key):
        reason = "The key that signed was compromised: its signatures prove nothing, whatever date they bear."
        return failed(SubIndication.REVOKED, reason, SPECIFICATION)
    return None


@check("Signatures by this key still count.", SPECIFICATION)
def key_in_use(case: Case) -> Finding | None:
    """Signatures of a key count until the end that its list sets."""
    end = case.signer.key.verify_until
    if case.at >= end:
        reason = f"Signatures by this key count until {day_at(end)} only."
        return failed(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, reason, SPECIFICATION)
    return None


@check(
    lambda case: f"The issuer was entitled to issue this when it was issued{as_far_as_known(case, case.issued_at)}.",
    _AUTHORISATION,
)
def issuer_authorised(case: Case) -> Finding | None:
    """Key, service and scope must have been in order when the certificate was issued and signed."""
    signer, attested = case.signer, case.attested
    problem = issuance_problem(signer.key, signer.service, case.issued_at)
    if problem is None and attested.signed < attested.issued:
        problem = f"signed on {day_at(case.issued_at)}, before its date of issue {case.claims.issued.isoformat()}"
    if problem is None:
        problem = scope_problem(signer.service, signer.national_list.pointer.permitted, attested)
    if problem is not None:
        reason = f"{signer.entity.entity_id} was not entitled to issue this: {problem}."
        return failed(SubIndication.ISSUER_NOT_AUTHORISED, reason, _AUTHORISATION)
    return None


def as_far_as_known(case: Case, instant: int) -> str:
    """Say when the issuer's list was signed, if it speaks of a later time, in seconds: nobody may have told it yet."""
    known_until = case.signer.national_list.head.issued_at
    return f", as far as the list of {day_at(known_until)} knows" if instant > known_until else ""


@check("Signed before the time of verification, and so were the lists.", SPECIFICATION)
def clock(case: Case) -> Finding | None:
    """A signature from the future, a list's too, means that one of the two clocks is wrong."""
    latest = case.at + case.policy.skew
    if case.issued_at > latest:
        return _from_the_future("The certificate", case.issued_at, case)
    if case.lists_issued_at > latest:
        return _from_the_future("The newest of the trusted lists", case.lists_issued_at, case)
    for token in case.status.tokens:
        if token.issued_at > latest:
            return _from_the_future(f"The status list {token.uri}", token.issued_at, case)
    return None


def _from_the_future(what: str, issued_at: int, case: Case) -> Finding:
    signed, now = instant_at(issued_at), instant_at(case.at)
    reason = f"{what} was signed at {signed}, after the time of verification {now}: check the clock."
    return failed(SubIndication.CLOCK_ERROR, reason, SPECIFICATION)


@check(
    lambda case: f"The certificate keeps the rules of {case.claims.scheme}.",
    lambda case: (case.scheme and case.scheme.legal_basis) or case.claims.scheme,
)
def scheme_rules(case: Case) -> Finding | None:
    """The certificate must keep the rules of its scheme that held on its day of issue."""
    scheme, name = case.scheme, case.claims.scheme
    if scheme is None:
        reason = f"The scheme {name} is not known here: give the verifier its definition."
        return failed(SubIndication.UNKNOWN_SCHEME, reason, SPECIFICATION)
    violations = scheme.violations(case.claims)
    for violation in violations:
        if violation.severity is Severity.STRUCTURAL:
            return failed(SubIndication.SCHEME_VIOLATION, sentence(violation.message), violation.article)
    if scheme.requires_status and case.claims.status is None:
        reason = f"{name} requires that the certificate refers to a status list."
        return failed(SubIndication.SCHEME_VIOLATION, reason, _STATUS_REQUIRED)
    if violations:
        return warned(sentence(violations[0].message), violations[0].article)
    return None


@check("No withdrawal is known.", _WITHDRAWAL)
def not_withdrawn(case: Case) -> Finding | None:
    """A withdrawal is final: it counts even when the list that states it is old."""
    if case.status.value is Status.INVALID:
        return failed(SubIndication.CERTIFICATE_WITHDRAWN, "The certificate has been withdrawn.", _WITHDRAWAL)
    return None


def _until(exp: int) -> str:
    # a token may end before its certificate, at any second
    return instant_at(exp) if exp % SECONDS_PER_DAY else f"{day_at(exp - 1)}, that day included"


@check(lambda case: f"Valid until {_until(case.claims.exp)}.", _VALIDITY)
def validity(case: Case) -> Finding | None:
    """The time of verification must lie in the period of validity; the last day is included."""
    nbf, exp = case.claims.nbf, case.claims.exp
    if case.at >= exp:
        end = instant_at(exp) if exp % SECONDS_PER_DAY else f"the end of {day_at(exp - 1)}"
        reason = f"The certificate expired at {end}."
        return failed(SubIndication.CERTIFICATE_EXPIRED, reason, _VALIDITY)
    if case.at < nbf:
        reason = f"The certificate is not valid before {instant_at(nbf) if nbf % SECONDS_PER_DAY else day_at(nbf)}."
        return failed(SubIndication.CERTIFICATE_NOT_YET_VALID, reason, _VALIDITY)
    return None


@check(lambda case: compare(case.expected, case.claims)[1], _IDENTICAL)
def product(case: Case) -> Finding | None:
    """The certificate must be about the product at hand, when one was named."""
    if case.expected is None:
        return _NO_PRODUCT
    match, reason = compare(case.expected, case.claims)
    if match is ProductMatch.DIFFERS:
        return failed(SubIndication.WRONG_PRODUCT, reason, _IDENTICAL)
    if match is ProductMatch.NOT_IDENTIFIED:
        return failed(SubIndication.PRODUCT_NOT_IDENTIFIED, reason, _IDENTICAL)
    return _NO_PRODUCT if match is ProductMatch.NOT_ASKED else None


@check("The policy's demands are met.", lambda case: case.policy.source)
def policy_met(case: Case) -> Finding | None:
    """What the relying party demands beyond the law."""
    problem = _unmet_demand(case)
    return None if problem is None else failed(SubIndication.POLICY_NOT_MET, problem, case.policy.source)


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
            return NOT_VALID_WHILE_SUSPENDED
        if not policy.accept_suspended:
            return "The certificate is suspended, which the policy does not accept."
    if policy.require_issuer_granted_now:
        entry = case.signer.service.status_at(case.at)
        if entry is None or entry.status is not ServiceStatus.GRANTED:
            return "The issuer is not authorised today, which the policy asks for."
    return None


@check("The trusted lists are current.", _NEXT_UPDATE)
def trusted_lists_current(case: Case) -> Finding | None:
    """Old lists may hide what has happened since."""
    freshness = case.lists_freshness
    if freshness is Freshness.FRESH:
        return None
    heads = (case.union.head, case.signer.national_list.head)
    older = max(heads, key=lambda head: list_freshness(head, at=case.at, grace=case.policy.grace))
    age = age_in_words(case.at - older.issued_at)
    name = f"The trusted list of {older.territory} (no. {older.sequence_number}, {age})"
    if freshness is Freshness.DUE:
        return warned(f"{name} should have been refreshed: get the newest bundle.", _NEXT_UPDATE)
    reason = f"{name} is {freshness.name.lower()}: get the newest bundle and try again."
    if case.policy.accept_stale:
        return warned(reason, _NEXT_UPDATE)
    return failed(SubIndication.TRY_LATER, reason, _NEXT_UPDATE)


@check(lambda case: case.status.reason(case.at), _STATUS_LISTS)
def status_known(case: Case) -> Finding | None:
    """The status must be known from lists that are current."""
    status, at = case.status, case.at
    if case.claims.status is None:
        return warned(status.reason(at), _STATUS_LISTS)
    if status.value is Status.INVALID:
        return _WITHDRAWAL_FINAL
    if status.value is not None and status.complete and status.freshness <= Freshness.DUE:
        return None if status.freshness is Freshness.FRESH else warned(status.reason(at), _STATUS_LISTS)
    problem = f"The status list is {status.freshness.name.lower()}."
    if status.value is None:
        problem = "The status is unknown."
    elif not status.complete:
        problem = "Not everyone who may withdraw the certificate has been heard."
    reason = f"{problem} {status.reason(at)} Get the newest status lists and try again."
    if case.policy.accept_stale:
        return warned(reason, _STATUS_LISTS)
    return failed(SubIndication.TRY_LATER, reason, _STATUS_LISTS)


DECIDING: Final = (
    key_not_compromised,
    key_in_use,
    issuer_authorised,
    approved,
    clock,
    scheme_rules,
    not_withdrawn,
    validity,
    product,
    policy_met,
    trusted_lists_current,
    status_known,
)
"""The checks after the signature, in the order of the verdict table: the first that fails decides."""

_JUDGES = tuple(each.judge for each in DECIDING)


def judged(case: Case) -> list[Finding | None]:
    """Give what each deciding check finds, in their order; None where nothing is wrong."""
    return [judge(case) for judge in _JUDGES]


def first_failure(found: Iterable[Finding | None]) -> SubIndication | None:
    """Give what the first failure among findings means, or None when nothing failed."""
    for finding in found:
        if finding is not None and finding.sub_indication is not None:
            return finding.sub_indication
    return None
