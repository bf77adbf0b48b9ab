"""144 files of 20 issuers of EU Digital COVID Certificates, through every layer that certmark shares with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from certmark.cose.algorithms import algorithm_name
from certmark.cwt import token, typ
from certmark.errors import DecodeError, TextError
from certmark.transport import from_text
from tests.conformance import dcc, lenient

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.dcc import DccFile

FILES = 144

# What a file has of each flag: how many are compared.
COMPARED = {
    "EXPECTEDPICTUREDECODE": 12,
    "EXPECTEDUNPREFIX": 103,
    "EXPECTEDB45DECODE": 101,
    "EXPECTEDCOMPRESSION": 87,
    "EXPECTEDVERIFY": 118,
    "EXPECTEDDECODE": 111,
    "EXPECTEDENCODE": 36,
    "EXPECTEDVALIDJSON": 94,
    "EXPECTEDEXPIRATIONCHECK": 57,
}

NOT_COMPARED = {
    ("EXPECTEDPICTUREDECODE", "the file has no picture"): 70,
    ("EXPECTEDSCHEMAVALIDATION", "the JSON schema of the DCC is no layer of certmark"): 93,
    ("EXPECTEDVALIDOBJECT", "the JSON schema of the DCC is no layer of certmark"): 53,
    ("EXPECTEDKEYUSAGE", "X.509 key usages of the DCC are no layer of certmark"): 36,
    ("EXPTECTEDEXPIRED", "not among the flags that the README of the data defines"): 7,
    ("EXPECTEDRESULTS", "not among the flags that the README of the data defines"): 3,
}

# Where we disagree with a file, and why.
AT_EXP = "the clock stands exactly at exp; from then on a CWT must not be accepted (RFC 8392 section 3.1.4)"
EXCEPTIONS = {
    "ES-1501": ("EXPECTEDEXPIRATIONCHECK", AT_EXP),
    "ES-1502": ("EXPECTEDEXPIRATIONCHECK", AT_EXP),
    "ES-1503": ("EXPECTEDEXPIRATIONCHECK", AT_EXP),
}

# Files whose text does not lead to a right signature, and the stage that refuses.
STOPS = {
    "common-H1": "prefix",  # HL0:
    "common-H2": "prefix",  # HC2:
    "common-H3": "prefix",  # none
    "common-B1": "base45",
    "common-Z1": "zlib",
    "common-Z2": "zlib",
    "common-CBO2": "cose",
    "common-CO22": "kid",
    "common-CO23": "kid",
    "common-CO5": "signature",
}

# Who checked the right signatures; certmark itself has neither PS256 nor ES256 with P-384.
SIGNATURES = {
    ("ES256 (-7)", "certmark"): 116,
    ("ES256 (-7)", "lenient reader"): 3,
    ("-37", "lenient reader"): 15,
}

FOREIGN_PREFIXES = {"common-H1", "common-H2", "common-H3"}


@pytest.fixture(scope="module")
def files(shared: Path) -> tuple[DccFile, ...]:
    return dcc.read_files(shared / "vectors/dcc")


@pytest.fixture(scope="module")
def outcomes(files: tuple[DccFile, ...]) -> dict[tuple[str, str], bool]:
    """Result by file and flag, wherever the file has both the flag and what it is about."""
    found = {(file.name, flag): dcc.outcome(flag, file) for file in files for flag in dcc.CHECKS if flag in file.flags}
    return {key: passed for key, passed in found.items() if passed is not None}


@pytest.fixture(scope="module")
def expected(files: tuple[DccFile, ...]) -> dict[tuple[str, str], bool]:
    return {(file.name, flag): passes for file in files for flag, passes in file.flags.items()}


def test_every_file_is_tried(files: tuple[DccFile, ...], shared: Path) -> None:
    assert len(files) == len(list((shared / "vectors/dcc").iterdir())) == FILES


def test_every_flag_is_compared_or_named_with_the_reason_why_not(
    outcomes: dict[tuple[str, str], bool], expected: dict[tuple[str, str], bool]
) -> None:
    assert Counter(flag for _, flag in outcomes) == COMPARED
    left = Counter(flag for _, flag in expected.keys() - outcomes.keys())
    assert left == {flag: count for (flag, _), count in NOT_COMPARED.items()}


@pytest.mark.parametrize("flag", dcc.CHECKS)
def test_the_outcome_is_the_expected_one_but_for_the_listed_exceptions(
    flag: str, outcomes: dict[tuple[str, str], bool], expected: dict[tuple[str, str], bool]
) -> None:
    differing = {name for (name, of), passed in outcomes.items() if of == flag and passed != expected[name, of]}
    assert differing == {name for name, (of, _) in EXCEPTIONS.items() if of == flag}


def test_the_text_of_every_file_leads_to_a_right_signature_or_stops_where_it_must(files: tuple[DccFile, ...]) -> None:
    assert {file.name: stage for file in files if (stage := stop_of(file))} == STOPS
    assert all(file.is_meant_to_fail for file in files if file.name in STOPS)


def test_who_checked_the_signatures(files: tuple[DccFile, ...]) -> None:
    checked = Counter[tuple[str, str]]()
    for file in files:
        if file.name not in STOPS:
            alg = dcc.walk(file).headers[lenient.ALG]
            by = "certmark" if lenient.certmark_can_verify(file.public_key, alg) else "lenient reader"
            checked[algorithm_name(alg), by] += 1
    assert checked == SIGNATURES
    assert checked.total() + len(STOPS) == FILES


def test_one_changed_bit_in_a_payload_makes_every_signature_wrong(files: tuple[DccFile, ...]) -> None:
    for file in files:
        if file.name not in STOPS:
            signed = dcc.walk(file)
            changed = signed._replace(payload=signed.payload[:-1] + bytes([signed.payload[-1] ^ 1]))
            assert not changed.is_signed_by(file.public_key), file.name


def test_the_door_of_certmark_refuses_every_text_by_name(files: tuple[DccFile, ...]) -> None:
    reasons = {file.name: refusal_of(file.text("PREFIX")) for file in files}
    unnamed = {name for name, reason in reasons.items() if "an EU Digital COVID Certificate (HC1:)" not in reason}
    assert unnamed == FOREIGN_PREFIXES
    assert all("neither a certmark link" in reasons[name] for name in unnamed)


def test_no_message_passes_for_a_token_of_certmark(files: tuple[DccFile, ...]) -> None:
    for file in files:
        if "COSE" in file:
            for artefact in (typ.CERTIFICATE, typ.STATUS_LIST):
                with pytest.raises(DecodeError):
                    token.parse(file.data("COSE"), typ=artefact)


def test_the_counts_are_reported(
    outcomes: dict[tuple[str, str], bool],
    expected: dict[tuple[str, str], bool],
    capsys: pytest.CaptureFixture[str],
) -> None:
    agreed = sum(passed == expected[key] for key, passed in outcomes.items())
    with capsys.disabled():
        print(  # noqa: T201 the counts are what these tests are for
            f"\nDCC: {FILES} files tried, {len(outcomes)} flags compared, {agreed} agreed, "
            f"{len(EXCEPTIONS)} exceptions; {sum(NOT_COMPARED.values())} flags not compared"
        )
    assert (len(outcomes), agreed) == (719, 716)


def stop_of(file: DccFile) -> str | None:
    try:
        dcc.walk(file)
    except dcc.StoppedError as stop:
        return str(stop)
    return None


def refusal_of(text: str) -> str:
    with pytest.raises(TextError) as caught:
        from_text(text)
    return str(caught.value)
