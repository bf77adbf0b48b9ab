"""Real certificates fit the model, and those that EUCC could have issued meet its rules."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from certmark.model import CybersecurityCertificate, TechnicalDomain, global_package, load_document
from certmark.model.scheme import eucc
from tests.conftest import ROOT
from tests.fillers import FILLERS
from tests.real_data import common_criteria, eucc_certificates

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = sorted((ROOT / "examples" / "certificates").glob("*.json"))


def broken_rules(certificate: CybersecurityCertificate) -> tuple[str, ...]:
    return tuple(violation.rule for violation in eucc().violations(certificate))


def test_the_complete_record_of_the_register_carries_all_of_annex_vii(shared: Path) -> None:
    certificate = eucc_certificates(shared)[0]
    assert certificate.id == "EUCC-3087-2025-12-0001"
    assert certificate.aliases == ("EUCC-3087-2025-0000000001-00000",)
    assert certificate.subject.name.startswith("Infineon Security Controller IFX_CCI_00000Fh, ")
    assert certificate.subject.name.endswith("IFX_CCI_00002Ch in the design step G12")
    assert certificate.subject.version == "See table 1 of Security Target for TOE version."
    assert certificate.holder is not None
    assert certificate.holder.address == "Am Campeon 1-15 85579 Neubiberg"
    assert certificate.itsef == "TÜV Informationstechnik GmbH"
    assert certificate.ncca is not None
    assert certificate.ncca.country == "DE"
    assert certificate.technical_domain is TechnicalDomain.SMART_CARDS
    assert (certificate.issued, certificate.valid_until) == (date(2025, 12, 19), date(2030, 12, 3))


def test_the_complete_record_has_a_global_package_and_a_sub_tsf(shared: Path) -> None:
    main, sub_tsf = eucc_certificates(shared)[0].packages
    assert (main.name, main.eal, main.ava_van, main.augmented) == ("global", 5, 5, True)
    assert len(main.components) == 10
    assert main.components[-1] == "AVA_VAN.5"
    assert (sub_tsf.name, sub_tsf.eal, sub_tsf.components) == ("sub-TSF", 6, ("ALC_FLR.3",))
    assert sub_tsf.ava_van is None


def test_nothing_but_digests_and_accreditation_is_filled_in_for_the_complete_record(shared: Path) -> None:
    text = eucc_certificates(shared)[0].model_dump_json()
    fillers = {name for name, filler in FILLERS.items() if isinstance(filler, str) and filler in text}
    assert fillers == {"certification_body.accreditation_reference"}


def test_all_eucc_certificates_meet_the_rules_of_eucc(shared: Path) -> None:
    certificates = eucc_certificates(shared)
    assert len(certificates) == 12
    assert len({certificate.id for certificate in certificates}) == 12
    assert {certificate.id: broken_rules(certificate) for certificate in certificates} == {
        certificate.id: () for certificate in certificates
    }


def test_their_labels_meet_the_rules_too(shared: Path) -> None:
    labels = [certificate.for_label() for certificate in eucc_certificates(shared)]
    assert {broken_rules(label) for label in labels} == {()}


def test_the_levels_of_the_eucc_certificates(shared: Path) -> None:
    levels = Counter[tuple[str, int | None]]()
    for certificate in eucc_certificates(shared):
        package = global_package(certificate)
        assert package is not None
        levels[certificate.assurance_level, package.ava_van] += 1
    assert levels == {("high", 5): 10, ("substantial", 2): 1, ("substantial", 1): 1}


def test_common_criteria_certificates_fit_the_model(shared: Path) -> None:
    rows = common_criteria(shared)
    refused = Counter(row.reason for row in rows if row.reason is not None)
    loaded = [row.certificate for row in rows if row.certificate is not None]
    report("Common Criteria certificates that the model takes", len(loaded), len(rows), refused)
    assert len(rows) == 611
    assert len(loaded) == 607
    assert all(row.certificate is None for row in rows if row.reason is not None)
    assert refused == {
        "packages[0].components has the same entry at 0 and 2: remove one of them": 2,
        "packages[0].components has the same entry at 8 and 12: remove one of them": 1,
        "subject.name has the control or formatting character U+0002 at position 113": 1,
    }


def test_common_criteria_certificates_that_meet_the_rules_of_eucc(shared: Path) -> None:
    loaded = [row.certificate for row in common_criteria(shared) if row.certificate is not None]
    outcomes = Counter(broken_rules(certificate) for certificate in loaded)
    passed = outcomes.pop(())
    why = Counter({" + ".join(rules): count for rules, count in outcomes.items()})
    report("Common Criteria certificates that meet the rules of EUCC", passed, len(loaded), why)
    assert passed == 222
    assert outcomes == {
        # issued before 27 February 2025
        ("application-date",): 133,
        # evaluated against a protection profile alone: the source names no package, so no AVA_VAN level
        ("ava-van-for-level", "certificate-content"): 102,
        ("ava-van-for-level", "application-date", "certificate-content"): 102,
        # AVA_VAN.4 or 5 in a category that is no technical domain
        ("ava-van-grounds",): 30,
        ("ava-van-grounds", "application-date"): 17,
        # "EAL5+" without a word on what was augmented
        ("augmented-components",): 1,
    }


def test_labels_of_common_criteria_certificates_meet_the_rules_where_the_full_ones_do(shared: Path) -> None:
    loaded = [row.certificate for row in common_criteria(shared) if row.certificate is not None]
    passing = [certificate for certificate in loaded if not broken_rules(certificate)]
    assert {broken_rules(certificate.for_label()) for certificate in passing} == {()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_certificate_of_the_register_that_meets_the_rules(path: Path, shared: Path) -> None:
    example = load_document(path.read_bytes())
    assert isinstance(example, CybersecurityCertificate)
    (registered,) = [each for each in eucc_certificates(shared) if example.id in (each.id, *each.aliases)]
    assert {example.id, *example.aliases} == {registered.id, *registered.aliases}
    assert example.subject.name == registered.subject.name
    assert example.assurance_level is registered.assurance_level
    assert example.packages == registered.packages
    assert example.certificate_page_url == registered.certificate_page_url
    assert example.holder is not None
    assert registered.holder is not None
    assert example.holder.name == registered.holder.name
    assert broken_rules(example) == ()
    assert broken_rules(example.for_label()) == ()


def test_there_are_five_examples() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_article_numbers_of_examples_are_for_demonstration(path: Path) -> None:
    example = load_document(path.read_bytes())
    assert all(gtin.startswith("0952") for gtin in example.subject.gtins)


def report(what: str, passed: int, total: int, why: Counter[str]) -> None:
    """Show counts and reasons with ``pytest -s`` or ``-rA``."""
    lines = [f"{what}: {passed} of {total}", *(f"  {count:4} {reason}" for reason, count in why.most_common())]
    print("", *lines, sep="\n")  # noqa: T201 the counts are what these tests are for
