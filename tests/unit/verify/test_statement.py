"""The EU statement of conformity, end to end: a maker states it under the fictitious scheme, a shop verifies it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certmark.errors import IssueError
from certmark.model.scheme import eucc
from certmark.model.vocabulary import DocumentType
from certmark.trust.lists import Permitted
from certmark.verify import STRICT, Outcome
from tests.world import BODY, HOME_SCHEME, LINK, MAKER, MAKER_KEY, WORLD, World

STATING = replace(WORLD.with_statement(), link=LINK)


def test_a_statement_is_issued_and_verified() -> None:
    issued = STATING.issue()
    verified = STATING.verifier().verify(issued.text, at=STATING.now)
    assert verified.claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY
    assert verified.document == issued.document == STATING.document
    assert verified.issuer.name == "Example Home Ltd"
    assert verified.issuer.territory == "XX"
    assert verified.issuer.accreditation is None
    assert HOME_SCHEME.notice in verified.report.notices


def test_without_status_it_passes_with_a_warning() -> None:
    report = STATING.report()
    warnings = [check.id for check in report.checks if check.outcome is Outcome.WARNING]
    assert warnings == ["status_known"]
    assert (report.certificate_status, report.may_promote) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("world", "answer"),
    [
        pytest.param(STATING, None, id="right"),
        pytest.param(
            STATING.with_scopes(MAKER, statements=False), "ISSUER_NOT_AUTHORISED", id="scope-for-certificates"
        ),
        pytest.param(STATING.with_scopes(MAKER, level=2), "ISSUER_NOT_AUTHORISED", id="scope-for-another-level"),
        pytest.param(STATING.with_scopes(MAKER, scheme="EUCC"), "ISSUER_NOT_AUTHORISED", id="scope-for-another-scheme"),
        pytest.param(
            STATING.with_member("XX", permitted=Permitted(("EUCC",), 3)), "ISSUER_NOT_AUTHORISED", id="not-permitted"
        ),
        pytest.param(STATING.signed_by(MAKER_KEY, entity_id=BODY), "ISSUER_NOT_LISTED", id="in-the-name-of-a-body"),
        pytest.param(replace(STATING, schemes=(eucc(),)), "UNKNOWN_SCHEME", id="scheme-not-known"),
        pytest.param(STATING.with_statement(valid_until="2028-03-03"), "SCHEME_VIOLATION", id="valid-too-long"),
        pytest.param(STATING.with_statement(valid_until="2026-05-31"), "CERTIFICATE_EXPIRED", id="expired"),
    ],
)
def test_a_statement_is_judged_as_certificates_are(world: World, answer: str | None) -> None:
    assert world.report().sub_indication == answer


def test_strict_asks_for_a_status() -> None:
    assert STATING.report(policy=STRICT).sub_indication == "POLICY_NOT_MET"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"valid_until": "2028-03-03"}, "section 6", id="valid-too-long"),
        pytest.param({"support_until": None}, "section 5", id="without-end-of-support"),
        pytest.param({"scheme": "EUCC"}, "Article 6", id="under-EUCC"),
    ],
)
def test_a_statement_that_breaks_its_scheme_is_not_issued(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(IssueError, match=says):
        STATING.issue(STATING.statement(**changes))


def test_no_body_issues_a_statement_with_the_scope_of_certificates() -> None:
    world = WORLD.with_member("DE", permitted=Permitted(("XX-HOME",), 3)).with_scopes(scheme="XX-HOME", level=1)
    stated = replace(world, document=STATING.document, has_status=False)
    assert stated.report().sub_indication == "ISSUER_NOT_AUTHORISED"
    assert stated.with_scopes(statements=True).report().passed
