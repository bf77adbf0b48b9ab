"""No label without a verified certificate that may be promoted."""

from __future__ import annotations

import pytest

from certmark.label import LabelError, Particulars
from certmark.model.vocabulary import AssuranceLevel
from certmark.status.bitarray import Status
from certmark.verify import Report
from tests.world import BODY, HOME_SCHEME, STRANGER_KEY, WORLD, World

PROFILE = WORLD.with_certificate(
    subject={"type": "protection_profile", "name": "Card profile", "category": "Smart cards", "version": "1"}
)


def report_of(world: World) -> Report:
    return world.report()


def test_they_come_from_the_token_and_the_trusted_list() -> None:
    assert Particulars.of(report_of(WORLD)) == Particulars(
        id=WORLD.certificate().id,
        scheme="EUCC",
        level=AssuranceLevel.HIGH,
        ava_van=5,
        body="Example Certification Body",
        accreditation="D-ZE-00001-01",
        issued=WORLD.certificate().issued,
        valid_until=WORLD.certificate().valid_until,
        statement=False,
        part=False,
        notice=None,
        root="TEST",
    )


def test_the_notice_of_a_scheme_is_kept() -> None:
    assert Particulars.of(report_of(WORLD.with_statement())).notice == HOME_SCHEME.notice


@pytest.mark.parametrize(
    ("world", "reason"),
    [
        (WORLD.signed_by(STRANGER_KEY), "FAILED ISSUER_NOT_LISTED"),
        (WORLD.with_status(Status.INVALID), "FAILED CERTIFICATE_WITHDRAWN: The certificate has been withdrawn"),
        (WORLD.with_status(Status.SUSPENDED), "is suspended: .*promotion ceases immediately on suspension"),
        (WORLD.at("2036-01-01"), "FAILED|INDETERMINATE"),
        (WORLD.without_statuses(), "INDETERMINATE TRY_LATER"),
        (PROFILE, "is of a protection profile, and labels are for products"),
        (WORLD.with_scopes(accreditation=None), f"the trusted list names no accreditation of {BODY}"),
    ],
    ids=["stranger", "withdrawn", "suspended", "expired", "status unknown", "profile", "no accreditation"],
)
def test_others_get_none(world: World, reason: str) -> None:
    with pytest.raises(LabelError, match=reason):
        Particulars.of(report_of(world))


def test_a_status_that_nobody_asked_for_may_be_missing() -> None:
    assert Particulars.of(report_of(WORLD.without_statuses()), status_was_asked=False).body


@pytest.mark.parametrize(
    "world",
    [
        WORLD.signed_by(STRANGER_KEY),
        WORLD.with_status(Status.INVALID),
        WORLD.without_statuses().at("2026-12-01"),
        PROFILE.without_statuses(),
    ],
    ids=["stranger", "withdrawn", "old trusted lists", "profile"],
)
def test_but_nothing_else_may(world: World) -> None:
    with pytest.raises(LabelError):
        Particulars.of(report_of(world), status_was_asked=False)
