"""The seal certificate in the list is reported: whose it is, until when, who is behind it; and it decides nothing."""

from datetime import UTC, datetime
from typing import Final

import pytest

from certmark.cli.report_view import view
from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.verify import Outcome, Report, SealReport
from certmark.verify.report_json import report_to_json
from tests import keys, seals
from tests.unit.verify.test_verdict_table import SEAL_PATHS
from tests.world import BODY_KEY, STRANGER_KEY, WORLD, service_key

KEY: Final = BODY_KEY.private_key
PATH: Final = seals.path(KEY)
SEALED: Final = WORLD.with_seal_path(*PATH).report()
IN_ORDER: Final = SealReport(
    subject="CN=Siegel 1,organizationIdentifier=NTRDE-HRB 12345,O=Bundesprüfstelle für Muster,C=DE",
    organisation_identifier="NTRDE-HRB 12345",
    issuer="CN=Seal CA,O=Trust Services,C=DE",
    serial_number="7",
    not_before=int(seals.FROM.timestamp()),
    not_after=int(seals.UNTIL.timestamp()),
    states_qualified=False,
    is_for_this_key=True,
    was_valid=True,
    path=("CN=Seal CA,O=Trust Services,C=DE", "CN=Root CA,O=Trust Services,C=DE"),
    path_links=True,
)


def outcome_of(report: Report) -> tuple[Outcome, str]:
    check = next(each for each in report.checks if each.id == "seal_certificate")
    return check.outcome, check.reason


def test_a_seal_in_order_is_shown_with_the_path_behind_it() -> None:
    assert SEALED.seal == IN_ORDER
    assert outcome_of(SEALED) == (
        Outcome.PASSED,
        f"Sealed with the certificate of {IN_ORDER.subject}, issued by {IN_ORDER.issuer}, valid until 2030-01-01.",
    )


EARLY: Final = {"not_before": int(datetime(2029, 1, 1, tzinfo=UTC).timestamp()), "was_valid": False}
FOUND: Final[dict[str, tuple[SealReport | None, Outcome, tuple[str, ...]]]] = {
    "seal-with-its-path": (IN_ORDER, Outcome.PASSED, ("issued by CN=Seal CA",)),
    "seal-alone": (IN_ORDER._replace(path=(), path_links=None), Outcome.PASSED, ("valid until 2030-01-01.",)),
    "seal-for-another-key": (IN_ORDER._replace(is_for_this_key=False), Outcome.WARNING, ("is for another key",)),
    "seal-for-a-key-of-no-use": (
        IN_ORDER._replace(is_for_this_key=False, path=(), path_links=None),
        Outcome.WARNING,
        ("is for another key",),
    ),
    "seal-of-a-later-time": (
        IN_ORDER._replace(**EARLY),  # type: ignore[arg-type]
        Outcome.WARNING,
        ("it was valid from 2029-01-01 to 2030-01-01, not on 2026-03-02",),
    ),
    "seal-for-issuing": (
        IN_ORDER._replace(path=(), path_links=None),
        Outcome.WARNING,
        ("it is for issuing certificates. This voids nothing: the list decides.",),
    ),
    "seal-with-a-broken-path": (
        IN_ORDER._replace(path=IN_ORDER.path[1:], path_links=False),
        Outcome.WARNING,
        ("certificate 1 was not issued by certificate 2",),
    ),
    "seal-that-cannot-be-read": (None, Outcome.WARNING, ("cannot be read: not an X.509 certificate in DER.",)),
    "seal-with-an-issuer-that-cannot-be-read": (None, Outcome.WARNING, ("cannot be read",)),
}


def test_every_path_of_the_verdict_table_is_looked_at() -> None:
    assert FOUND.keys() == SEAL_PATHS.keys()


@pytest.mark.parametrize("name", SEAL_PATHS)
def test_what_is_wrong_with_a_seal_is_a_warning_at_most(name: str) -> None:
    seal, outcome, says = FOUND[name]
    report = WORLD.with_seal_path(*SEAL_PATHS[name]).report()
    found, reason = outcome_of(report)
    assert report.passed
    assert report.may_promote == "yes"
    assert (report.seal, found) == (seal, outcome)
    assert all(each in reason for each in says)


def test_several_things_that_are_wrong_are_all_said() -> None:
    path = (seals.certificate(STRANGER_KEY.private_key, extensions=seals.FOR_ISSUING, ends=seals.FROM), PATH[2])
    _, reason = outcome_of(WORLD.with_seal_path(*path).report())
    parts = ("is for another key", "is for issuing", "it was valid", "certificate 1 was not issued")
    assert [part in reason for part in parts] == [True] * 4


def test_a_key_without_certificates_in_the_list_has_no_seal_to_show() -> None:
    report = WORLD.report()
    assert report.seal is None
    assert outcome_of(report) == (Outcome.SKIPPED, "The trusted list holds no seal certificate of this key.")


def test_no_seal_is_shown_before_the_signature_is_right() -> None:
    forged = WORLD.with_seal_path(*PATH).report(WORLD.cose[:-1] + bytes([WORLD.cose[-1] ^ 1]))
    assert forged.seal is None
    assert outcome_of(forged)[0] is Outcome.SKIPPED


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_token_that_names_its_seal_certificate_is_verified_and_the_seal_is_shown(algorithm: Algorithm) -> None:
    private_key = keys.private_key(algorithm, 77)
    path = seals.path(private_key)
    signer = KeySigner.of(private_key, certificate=path[0])
    world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer).with_seal_path(*path)
    report = world.report()
    assert report.passed
    assert report.issuer is not None
    assert report.issuer.key_id == signer.public_key.key_id.hex()
    assert report.seal == IN_ORDER


def test_a_seal_in_json_has_its_instants_as_text() -> None:
    found = report_to_json(SEALED)["seal"]
    assert (found["not_before"], found["not_after"]) == ("2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z")
    assert found["path"] == list(IN_ORDER.path)
    assert {name: found[name] for name in ("subject", "serial_number", "was_valid", "path_links")} == {
        "subject": IN_ORDER.subject,
        "serial_number": "7",
        "was_valid": True,
        "path_links": True,
    }
    assert report_to_json(WORLD.report())["seal"] is None


def beginning(instant: bytes) -> bytes:
    """Give a seal certificate that begins at a GeneralizedTime, which no library writes for such years."""
    der, usual = bytearray(PATH[0]), b"\x17\x0d250101000000Z"
    at = der.index(usual)
    der[at - 1] += 2  # validity, then the two sequences around it
    for length in (slice(2, 4), slice(6, 8)):
        der[length] = (int.from_bytes(der[length], "big") + 2).to_bytes(2, "big")
    return bytes(der).replace(usual, b"\x18\x0f" + instant)


@pytest.mark.parametrize(
    ("instant", "said"),
    [(b"00010101000000Z", "0001-01-01T00:00:00Z"), (b"99991231235959Z", "9999-12-31T23:59:59Z")],
)
def test_years_far_away_are_written_as_all_others(instant: bytes, said: str) -> None:
    found = report_to_json(WORLD.with_seal_path(beginning(instant)).report())["seal"]
    assert found["not_before"] == said


def test_a_number_that_is_not_positive_stops_no_report_where_warnings_are_errors() -> None:
    report = WORLD.with_seal_path(PATH[0].replace(b"\x02\x01\x07", b"\x02\x01\x87", 1)).report()
    assert report.passed
    assert outcome_of(report)[0] is Outcome.WARNING


def test_a_person_sees_whose_seal_it_is() -> None:
    from rich.console import Console

    console = Console(width=400)
    with console.capture() as captured:
        console.print(*view(SEALED))
    line = next(each for each in captured.get().splitlines() if each.startswith("Seal "))
    assert f"{IN_ORDER.subject}; issued by {IN_ORDER.issuer}; valid 2025-01-01 to 2030-01-01" in line
