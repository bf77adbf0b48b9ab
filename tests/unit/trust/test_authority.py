"""Who may sign what and when: half-open intervals, judged at the instants of issuance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from certmark.trust.authority import (
    Attested,
    covering_scope,
    is_compromised,
    issuance_problem,
    needs_approval,
    scope_problem,
)
from certmark.trust.entities import (
    Accreditation,
    KeyRevocation,
    RevocationReason,
    Scope,
    ServiceKey,
    ServiceStatus,
    StatusEntry,
)
from certmark.trust.lists import Permitted
from tests.world import BODY_KEY, days, issuance, seconds, service_key

if TYPE_CHECKING:
    from certmark.trust.entities import Service

START, END = seconds("2026-01-01"), seconds("2027-01-01")
SERVICE = issuance(BODY_KEY)
KEY = service_key(BODY_KEY)
SIGNED = seconds("2026-03-02 09:30:00")


def history(*entries: tuple[ServiceStatus, int]) -> Service:
    return SERVICE._replace(history=tuple(StatusEntry(*entry) for entry in entries))


def revoked(reason: RevocationReason, effective: int) -> ServiceKey:
    return KEY._replace(revocation=KeyRevocation(reason, effective))


G, S, W = ServiceStatus.GRANTED, ServiceStatus.SUSPENDED, ServiceStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("instant", "says"),
    [
        pytest.param(START - 1, "may sign from 2026-01-01 until 2027-01-01, not on 2025-12-31", id="second-before"),
        pytest.param(START, None, id="first-second"),
        pytest.param(END - 1, None, id="last-second"),
        pytest.param(END, "not on 2027-01-01", id="first-second-after"),
    ],
)
def test_a_key_signs_in_its_window(instant: int, says: str | None) -> None:
    problem = issuance_problem(KEY, SERVICE, instant)
    assert problem is None if says is None else says in str(problem)


@pytest.mark.parametrize(
    ("service", "instant", "says"),
    [
        pytest.param(history((G, 2000)), 1999, "not listed yet", id="second-before-the-first-entry"),
        pytest.param(history((G, 2000)), 2000, None, id="first-second-of-the-first-entry"),
        pytest.param(history((G, 2000), (S, 3000)), 2999, None, id="last-second-granted"),
        pytest.param(history((G, 2000), (S, 3000)), 3000, "was suspended from 1970-01-01", id="first-second-suspended"),
        pytest.param(history((G, 2000), (S, 3000), (G, 4000)), 3999, "was suspended", id="last-second-suspended"),
        pytest.param(history((G, 2000), (S, 3000), (G, 4000)), 4000, None, id="first-second-granted-again"),
        pytest.param(history((G, 2000), (W, 3000)), 2999, None, id="last-second-before-withdrawal"),
        pytest.param(history((G, 2000), (W, 3000)), 3000, "was withdrawn", id="first-second-withdrawn"),
        pytest.param(history((G, 2000), (W, 3000)), END, "was withdrawn", id="long-after-withdrawal"),
        pytest.param(history((S, 2000)), 5000, "was suspended", id="never-granted"),
    ],
)
def test_the_status_of_a_service_holds_until_the_next_entry(service: Service, instant: int, says: str | None) -> None:
    key = KEY._replace(sign_from=0, sign_until=END + 1)
    problem = issuance_problem(key, service, instant)
    assert problem is None if says is None else says in str(problem)


def test_a_service_that_is_not_listed_yet_has_no_status() -> None:
    assert history((G, 2000)).status_at(1999) is None


RETIRED = [RevocationReason.SUPERSEDED, RevocationReason.CESSATION, RevocationReason.ADMINISTRATIVE]


@pytest.mark.parametrize("reason", RETIRED)
@pytest.mark.parametrize(
    ("effective", "is_right"), [(SIGNED - 1, False), (SIGNED, False), (SIGNED + 1, True), (END, True)]
)
def test_a_retired_key_keeps_what_it_signed_before(reason: RevocationReason, effective: int, is_right: bool) -> None:
    key = revoked(reason, effective)
    problem = issuance_problem(key, SERVICE, SIGNED)
    assert not is_compromised(key)
    assert (problem is None) is is_right
    assert is_right or f"retired on 2026-03-02 ({reason.name.lower()})" in str(problem)


@pytest.mark.parametrize("effective", [0, SIGNED + 1, END], ids=["before", "after", "long-after"])
def test_a_compromised_key_keeps_nothing(effective: int) -> None:
    assert is_compromised(revoked(RevocationReason.KEY_COMPROMISE, effective))


def test_a_key_without_revocation_is_not_compromised() -> None:
    assert not is_compromised(KEY)


# --- scopes ---

PERMITTED = Permitted(("EUCC",), 3)
SCOPE = Scope("EUCC", 3, days("2026-01-01"), days("2027-01-01"), max_ava_van=5, technical_domains=(1,))
ATTESTED = Attested(
    scheme="EUCC",
    level=3,
    statement=False,
    ava_van=5,
    technical_domain=1,
    issued=days("2026-03-02"),
    signed=days("2026-03-03"),
)


def problem_of(*scopes: Scope, permitted: Permitted = PERMITTED, **attested: Any) -> str | None:
    return scope_problem(issuance(BODY_KEY, *scopes), permitted, ATTESTED._replace(**attested))


@pytest.mark.parametrize(
    ("scope", "attested"),
    [
        pytest.param({}, {}, id="everything"),
        pytest.param({}, {"ava_van": 4}, id="lower-AVA_VAN"),
        pytest.param({"max_ava_van": None}, {}, id="no-bound-on-AVA_VAN"),
        pytest.param({"technical_domains": (2, 1)}, {}, id="one-of-two-domains"),
        pytest.param({}, {"technical_domain": None}, id="no-domain-stated"),
        pytest.param({"technical_domains": ()}, {"ava_van": 3}, id="no-domain-needed-below-AVA_VAN-4"),
        pytest.param({}, {"ava_van": 3, "technical_domain": 2}, id="another-domain-below-AVA_VAN-4"),
        pytest.param({}, {"ava_van": None}, id="no-AVA_VAN-stated"),
        pytest.param({"statements": True}, {"statement": True}, id="statements"),
        pytest.param({"until_day": None}, {"signed": days("2050-01-01")}, id="open-end"),
        pytest.param({}, {"issued": days("2026-01-01")}, id="first-day"),
        pytest.param({}, {"signed": days("2026-12-31")}, id="last-day"),
    ],
)
def test_a_scope_covers(scope: dict[str, Any], attested: dict[str, Any]) -> None:
    assert problem_of(SCOPE._replace(**scope), **attested) is None


@pytest.mark.parametrize(
    ("scope", "attested", "says"),
    [
        pytest.param({"scheme": "XX-HOME"}, {}, "no scope for EUCC", id="another-scheme"),
        pytest.param({"level": 2}, {}, "no scope for EUCC at this assurance level", id="lower-level"),
        pytest.param({}, {"level": 2}, "no scope for EUCC", id="higher-level-does-not-cover-a-lower-one"),
        pytest.param({}, {"statement": True}, "no scope", id="certificates-and-no-statements"),
        pytest.param({"statements": True}, {}, "no scope", id="statements-and-no-certificates"),
        pytest.param({"max_ava_van": 4}, {}, "AVA_VAN.5 in this technical domain is beyond", id="AVA_VAN-beyond"),
        pytest.param({"technical_domains": (2,)}, {}, "technical domain", id="another-domain"),
        pytest.param({"technical_domains": ()}, {"ava_van": 4}, "technical domain", id="no-domain-from-AVA_VAN-4"),
        pytest.param({}, {"issued": days("2025-12-31")}, "issue on 2025-12-31", id="issued-the-day-before"),
        pytest.param({}, {"issued": days("2027-01-01")}, "no scope covers both", id="issued-the-day-after"),
        pytest.param({}, {"signed": days("2027-01-01")}, "signing on 2027-01-01", id="signed-the-day-after"),
        pytest.param({}, {"signed": days("2025-12-31")}, "no scope covers both", id="signed-the-day-before"),
    ],
)
def test_a_scope_does_not_cover(scope: dict[str, Any], attested: dict[str, Any], says: str) -> None:
    assert says in str(problem_of(SCOPE._replace(**scope), **attested))


def test_a_service_without_scopes_covers_nothing() -> None:
    assert "no scope" in str(problem_of())


@pytest.mark.parametrize("behind", ["accreditation", "authorisation"])
@pytest.mark.parametrize(
    ("first", "end", "is_right"),
    [
        pytest.param("2026-03-02", None, True, id="begins-on-the-day-of-issue"),
        pytest.param("2026-03-03", None, False, id="begins-the-day-after-issue"),
        pytest.param("2025-01-01", "2026-03-04", True, id="ends-the-day-after-signing"),
        pytest.param("2025-01-01", "2026-03-03", False, id="ends-on-the-day-of-signing"),
    ],
)
def test_what_stands_behind_a_scope_covers_issue_and_signing(
    behind: str, first: str, end: str | None, is_right: bool
) -> None:
    reference: Any = Accreditation("D-ZE-1", days(first), None if end is None else days(end))
    problem = problem_of(SCOPE._replace(**{behind: reference}))
    assert (problem is None) is is_right


def test_one_scope_must_cover_issue_and_signing_together() -> None:
    early = SCOPE._replace(until_day=days("2026-03-03"))
    late = SCOPE._replace(from_day=days("2026-03-03"))
    assert "no scope covers both" in str(problem_of(early, late))
    assert problem_of(early, late, signed=days("2026-03-02")) is None


def test_the_scope_that_is_wide_enough_must_be_the_one_in_force() -> None:
    ended, narrow = SCOPE._replace(until_day=days("2026-03-01")), SCOPE._replace(max_ava_van=3)
    assert "beyond the scope" in str(problem_of(ended, narrow))


def test_one_of_several_scopes_is_enough() -> None:
    assert problem_of(SCOPE._replace(level=2), SCOPE._replace(max_ava_van=3), SCOPE) is None


def test_the_first_scope_that_covers_is_the_one() -> None:
    first = SCOPE._replace(issuance_mode=1)
    assert covering_scope(issuance(BODY_KEY, SCOPE._replace(level=2), first, SCOPE), ATTESTED) is first


@pytest.mark.parametrize(
    ("permitted", "is_right"),
    [
        pytest.param(Permitted(("EUCC",), 3), True, id="permitted"),
        pytest.param(Permitted(("XX-HOME", "EUCC"), 3), True, id="one-of-two-schemes"),
        pytest.param(Permitted(("XX-HOME",), 3), False, id="another-scheme"),
        pytest.param(Permitted(("EUCC",), 2), False, id="lower-level"),
    ],
)
def test_no_territory_grants_more_than_the_union_list_permits(permitted: Permitted, is_right: bool) -> None:
    problem = problem_of(SCOPE, permitted=permitted)
    assert problem is None if is_right else "does not permit this territory" in str(problem)


UPON_APPROVAL = SCOPE._replace(issuance_mode=2)
WITHOUT = SCOPE._replace(issuance_mode=3)


@pytest.mark.parametrize(
    ("scopes", "is_needed"),
    [
        pytest.param((UPON_APPROVAL,), True, id="the-scope-says-so"),
        pytest.param((UPON_APPROVAL, UPON_APPROVAL._replace(until_day=None)), True, id="every-scope-says-so"),
        pytest.param((UPON_APPROVAL, WITHOUT._replace(max_ava_van=4)), True, id="another-scope-is-too-narrow"),
        pytest.param((WITHOUT._replace(until_day=days("2026-03-03")), UPON_APPROVAL), True, id="another-scope-ended"),
        pytest.param((UPON_APPROVAL._replace(statements=True), UPON_APPROVAL), True, id="whatever-else-there-is"),
        pytest.param((UPON_APPROVAL, WITHOUT), False, id="another-scope-says-otherwise"),
        pytest.param((UPON_APPROVAL, SCOPE), False, id="another-scope-says-nothing"),
        pytest.param((WITHOUT, UPON_APPROVAL), False, id="the-first-scope-says-otherwise"),
        pytest.param((UPON_APPROVAL._replace(level=2), SCOPE), False, id="at-another-level"),
        pytest.param((UPON_APPROVAL._replace(level=2),), False, id="no-scope-covers-it"),
        pytest.param((SCOPE,), False, id="no-mode"),
        pytest.param((SCOPE._replace(issuance_mode=1),), False, id="by-the-authority-itself"),
        pytest.param((SCOPE._replace(issuance_mode=4),), False, id="as-any-body"),
        pytest.param((), False, id="no-scopes"),
    ],
)
def test_approval_is_needed_where_every_scope_that_covers_the_certificate_says_so(
    scopes: tuple[Scope, ...], is_needed: bool
) -> None:
    assert needs_approval(issuance(BODY_KEY, *scopes), ATTESTED) is is_needed


def test_approval_may_be_needed_at_any_level() -> None:
    substantial = UPON_APPROVAL._replace(level=2)
    assert needs_approval(issuance(BODY_KEY, substantial), ATTESTED._replace(level=2))
