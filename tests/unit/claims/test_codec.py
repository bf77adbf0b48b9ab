"""What a document looks like as claims, number by number."""

from __future__ import annotations

from datetime import date

import pytest

from certmark.claims import StatusReference, claims_set, to_claims, validity_seconds
from certmark.errors import ClaimsError
from certmark.model import document_from
from tests.samples import full_certificate, full_statement

DAY = 86_400
ISSUED = 20_514
"""2026-03-02 in days since 1970-01-01."""
VALID_UNTIL = 22_339
"""2031-03-01 in days since 1970-01-01."""

CERTIFICATE = document_from(full_certificate())


def test_a_full_certificate_has_every_key_but_those_with_a_default() -> None:
    assert to_claims(CERTIFICATE) == {
        1: "EUCC",
        4: 3,
        5: {
            1: 1,
            2: "Beispiel-Gateway Größe M",
            3: "Network and network-related devices",
            4: "Firmware 2.1, hardware B (see security target)",
            5: "Gateway security module 2.1",
            6: ["2.1", "2.1.1"],
            7: "Beispiel",
            8: ["GW-M", "GW-M/EU"],
            9: [4006381333931, 96385074],
            10: ["cpe:2.3:o:beispiel:gateway_firmware:2.1:*:*:*:*:*:*:*"],
            11: ["pkg:generic/beispiel/gateway-firmware@2.1"],
        },
        6: 1,
        7: "The security module; not the radio.",
        8: [{1: "global", 2: 4, 3: ["ALC_DVS.2", "AVA_VAN.5"], 4: 5, 5: True}, {1: "Boot loader", 2: 2}],
        9: ["CC:2022", "CEM:2022"],
        10: ["BSI-CC-PP-0000-2026"],
        11: 2,
        12: {1: "Beispiel Netze GmbH", 2: "Musterweg 1, 12345 Musterstadt", 3: "psirt@beispiel.example"},
        13: "Prüflabor Beispiel",
        16: "https://beispiel.example/security",
        17: 23_375,
        18: [{1: 2, 2: "Report 2026-01", 3: b"\x0f" * 32}, {1: 3, 2: "ST 2.1", 4: "https://beispiel.example/st.pdf"}],
        19: "32024R0482",
        20: "https://body.example/certificates/1",
        21: ["EUCC-0000-2025-12-0007"],
        22: ["EUCC-0000-2025-03-0001"],
        23: ["EUCC-0000-2026-0000000001-00000"],
        24: 2,
        25: "2026-77",
        26: "2026-78",
        27: [{1: "M-1", 2: 20_697, 3: "2.1.1"}],
        28: False,
        29: {1: "32027R0001", 2: ["Annex I, Part I, (2)(a)"]},
    }


def test_a_statement_says_its_type() -> None:
    assert to_claims(document_from(full_statement())) == {
        1: "XX-HOME",
        2: 1,
        4: 1,
        5: {1: 1, 2: "Thermostat", 9: [4006381333931]},
        9: ["XX 1000:2026"],
        12: {1: "Beispiel Heim GmbH", 2: "Musterweg 3", 3: "security@heim.example"},
        18: [{1: 4, 2: "Technical documentation"}],
    }


def test_a_label_says_so() -> None:
    assert to_claims(CERTIFICATE.for_label())[3] == 1


def test_the_claims_set_has_id_issuer_times_and_status() -> None:
    claims = claims_set(CERTIFICATE, issuer="DE-3087", status=StatusReference(7, "https://example.com/1"))
    assert claims == {
        1: "DE-3087",
        2: "EUCC-0000-2026-01-0001",
        4: (VALID_UNTIL + 1) * DAY,
        5: ISSUED * DAY,
        65535: {"status_list": {"idx": 7, "uri": "https://example.com/1"}},
        -65537: to_claims(CERTIFICATE),
    }


def test_a_claims_set_may_do_without_status() -> None:
    assert 65535 not in claims_set(CERTIFICATE, issuer="DE-3087")


def test_the_last_day_of_validity_is_included() -> None:
    assert validity_seconds(date(1970, 1, 1), date(1970, 1, 1)) == (0, DAY)


@pytest.mark.parametrize(
    ("nbf", "exp", "dates"),
    [
        pytest.param(None, None, {}, id="the whole validity"),
        pytest.param(ISSUED * DAY + 1, None, {}, id="from later on the day of issue"),
        pytest.param((ISSUED + 1) * DAY, None, {14: ISSUED}, id="from the next day"),
        pytest.param(None, (VALID_UNTIL + 1) * DAY - 1, {15: VALID_UNTIL}, id="until shortly before the end"),
        pytest.param(ISSUED * DAY, ISSUED * DAY + 1, {15: VALID_UNTIL}, id="for one second"),
    ],
)
def test_days_are_written_where_the_times_say_something_else(
    nbf: int | None, exp: int | None, dates: dict[int, int]
) -> None:
    certificate = to_claims(CERTIFICATE, nbf=nbf, exp=exp)
    assert {key: certificate[key] for key in (14, 15) if key in certificate} == dates
    assert list(certificate) == sorted(certificate)
    claims = claims_set(CERTIFICATE, issuer="DE-3087", nbf=nbf, exp=exp)
    assert claims[5] == (ISSUED * DAY if nbf is None else nbf)
    assert claims[4] == ((VALID_UNTIL + 1) * DAY if exp is None else exp)
    assert claims[-65537] == certificate


@pytest.mark.parametrize(
    ("nbf", "exp", "problem"),
    [
        pytest.param(ISSUED * DAY - 1, None, "nbf is before the day of issue", id="begins before the document"),
        pytest.param(None, (VALID_UNTIL + 1) * DAY + 1, "exp is after the last day of validity", id="outlives it"),
        pytest.param(ISSUED * DAY + 9, ISSUED * DAY + 9, "exp is not after nbf", id="no time at all"),
    ],
)
def test_a_token_stays_within_the_validity_of_its_document(nbf: int | None, exp: int | None, problem: str) -> None:
    with pytest.raises(ClaimsError, match=f"^{problem}: choose a time within the validity of the document$"):
        claims_set(CERTIFICATE, issuer="DE-3087", nbf=nbf, exp=exp)
