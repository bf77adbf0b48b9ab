"""The verifier: any token gets a report, callers' mistakes are errors, and one verifier serves many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone

import pytest

from certmark.errors import CertmarkError, VerificationError
from certmark.limits import Limits
from certmark.status.bitarray import Status
from certmark.status.snapshot import NO_STATUS
from certmark.transport import to_bare, to_link
from certmark.verify import STANDARD, Product, Verifier
from tests.scenes import flipped
from tests.world import CERTIFICATE, INDEX, LINK, NOW, WORLD


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(WORLD.cose, id="bytes"),
        pytest.param(WORLD.text, id="link"),
        pytest.param(WORLD.text + "\n", id="link-with-line-end"),
        pytest.param(to_bare(WORLD.cose), id="bare-code"),
        pytest.param(to_bare(WORLD.cose) + "\r\n", id="bare-code-with-line-end"),
        pytest.param(to_link(WORLD.cose, LINK.replace("{id}", "{index}"), id="x", index=INDEX), id="short-link"),
    ],
)
def test_a_token_may_come_in_every_form(token: str | bytes) -> None:
    report = WORLD.report(token)
    assert report.passed
    assert report.untrusted_id == CERTIFICATE["id"]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11, minutes=-30))])
def test_the_time_may_be_in_any_zone(zone: timezone) -> None:
    report = WORLD.verifier().report(WORLD.cose, at=NOW.astimezone(zone))
    assert report == WORLD.report()


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2026, 6, 1, 12), id="naive"),  # noqa: DTZ001 that is the mistake
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), id="before-1970"),
    ],
)
@pytest.mark.parametrize("token", [WORLD.cose, b"", ""], ids=["right", "no-bytes", "no-text"])
def test_a_time_without_place_is_the_mistake_of_the_caller(at: datetime, token: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"time zone|1970"):
        WORLD.verifier().report(token, at=at)
    with pytest.raises(ValueError, match=r"time zone|1970"):
        WORLD.verifier().verify(token, at=at)


def test_verify_gives_the_certificate() -> None:
    verified = WORLD.verifier().verify(WORLD.text, at=NOW, expect=Product(model="SE1-A"))
    assert verified.claims.id == CERTIFICATE["id"]
    assert verified.issuer.entity_id == "DE-3087"
    assert verified.report.passed
    assert verified.report.product_match == "matched"


@pytest.mark.parametrize(
    ("verifier", "token", "expect", "code"),
    [
        pytest.param(WORLD.verifier(), b"", None, "FAILED FORMAT_FAILURE", id="malformed"),
        pytest.param(WORLD.verifier(), flipped(WORLD.cose), None, "FAILED SIG_CRYPTO_FAILURE", id="forged"),
        pytest.param(WORLD.verifier(), WORLD.cose, Product(model="X"), "FAILED WRONG_PRODUCT", id="another-product"),
        pytest.param(
            WORLD.with_status(Status.INVALID).verifier(),
            WORLD.cose,
            None,
            "FAILED CERTIFICATE_WITHDRAWN",
            id="withdrawn",
        ),
        pytest.param(Verifier(WORLD.trust()), WORLD.cose, None, "INDETERMINATE TRY_LATER", id="without-status-lists"),
    ],
)
def test_verify_raises_with_the_report_on_anything_but_passed(
    verifier: Verifier, token: bytes, expect: Product | None, code: str
) -> None:
    with pytest.raises(VerificationError) as caught:
        verifier.verify(token, at=NOW, expect=expect)
    assert isinstance(caught.value, CertmarkError)
    assert caught.value.code == "verification"
    assert caught.value.report == verifier.report(token, at=NOW, expect=expect)
    assert str(caught.value) == caught.value.report.summary
    assert str(caught.value).startswith(f"{code}: ")


def test_a_verifier_knows_eucc_when_it_is_told_of_no_scheme() -> None:
    assert Verifier(WORLD.trust(), WORLD.status()).report(WORLD.cose, at=NOW).passed
    statement = WORLD.with_statement()
    assert Verifier(WORLD.trust(), WORLD.status()).report(statement.cose, at=NOW).sub_indication == "UNKNOWN_SCHEME"


def test_a_verifier_has_no_status_and_the_standard_policy_by_default() -> None:
    verifier = Verifier(WORLD.trust())
    assert verifier.status is NO_STATUS
    assert verifier.policy is STANDARD


def test_a_verifier_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        WORLD.verifier().policy = STANDARD  # type: ignore[misc]


@pytest.mark.parametrize(
    ("limits", "token"),
    [
        pytest.param(Limits(token=100), WORLD.cose, id="bytes"),
        pytest.param(Limits(token=100), WORLD.text, id="compressed-text"),
        pytest.param(Limits(text=100), WORLD.text, id="text"),
    ],
)
def test_lower_limits_are_obeyed(limits: Limits, token: str | bytes) -> None:
    verifier = Verifier(WORLD.trust(), WORLD.status(), limits=limits)
    report = verifier.report(token, at=NOW)
    assert report.sub_indication == "FORMAT_FAILURE"
    assert "100" in report.summary


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        pytest.param("CM2:X", "Made by a newer certmark (CM2:): update to read it.", id="newer"),
        pytest.param(b"\xd2\x84", "The message is cut off.", id="cut-off"),
    ],
)
def test_what_is_no_token_gets_a_sentence_that_says_why(token: str | bytes, reason: str) -> None:
    decisive = WORLD.verifier().report(token, at=NOW).decisive
    assert decisive == ("format", "FAILED", reason, "certmark-1, verification")


def test_what_could_not_be_read_gets_a_report_with_its_reason() -> None:
    report = WORLD.verifier().unreadable("The picture holds no code.", at=NOW)
    assert (report.indication, report.sub_indication) == ("FAILED", "FORMAT_FAILURE")
    assert report.summary == "FAILED FORMAT_FAILURE: The picture holds no code."
    assert report.decisive == ("format", "FAILED", "The picture holds no code.", "certmark-1, verification")
    assert {check.outcome for check in report.checks[1:]} == {"SKIPPED"}
    assert (report.claims, report.untrusted_id, report.link_host) == (None, None, None)
    assert report.may_promote == "no"
    with pytest.raises(ValueError, match="time zone"):
        WORLD.verifier().unreadable("The picture holds no code.", at=datetime(2026, 6, 1))  # noqa: DTZ001 the mistake


def test_threads_share_one_verifier() -> None:
    world = WORLD.with_ncca_list()
    verifier = world.verifier()
    tokens: list[str | bytes] = [WORLD.cose, WORLD.text, flipped(WORLD.cose), b"", WORLD.token(iss="DE-9999")] * 20
    alone = [verifier.report(token, at=NOW) for token in tokens]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda token: verifier.report(token, at=NOW), tokens))
    assert together == alone


def test_a_new_snapshot_is_swapped_in_as_a_value() -> None:
    before, after = WORLD.verifier(), WORLD.with_status(Status.INVALID).verifier()
    assert before.report(WORLD.cose, at=NOW).passed
    assert not after.report(WORLD.cose, at=NOW).passed
    assert before.report(WORLD.cose, at=NOW).passed
