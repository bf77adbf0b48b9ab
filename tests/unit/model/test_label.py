"""A label keeps what a shelf needs, and nothing else."""

from __future__ import annotations

from certmark.model import Content, Package, document_from
from tests.samples import full_certificate, full_statement

KEPT = {
    *("document_type", "content", "id", "scheme", "assurance_level", "subject", "coverage", "standards"),
    *("protection_profiles", "holder", "issued", "valid_until", "supplementary_information_url", "support_until"),
}
KEPT_OF_CERTIFICATES = {"packages", "technical_domain", "issuance_mode", "validity_approval", "methodology_approval"}


def test_a_certificate_label_keeps_these_fields_as_they_are() -> None:
    certificate = document_from(full_certificate())
    whole, label = certificate.model_dump(), certificate.for_label().model_dump()
    assert set(label) == KEPT | KEPT_OF_CERTIFICATES
    shortened = {"content", "subject", "holder", "packages"}
    assert {name: label[name] for name in set(label) - shortened} == {
        name: whole[name] for name in set(label) - shortened
    }
    assert label["content"] is Content.LABEL


def test_a_label_names_the_holder_and_no_more_of_it() -> None:
    assert document_from(full_certificate()).for_label().model_dump()["holder"] == {"name": "Beispiel Netze GmbH"}


def test_a_label_keeps_what_a_till_can_compare() -> None:
    subject = document_from(full_certificate()).for_label().model_dump()["subject"]
    assert set(subject) == {"type", "name", "category", "version", "versions", "brand", "models", "gtins"}


def test_a_label_keeps_the_global_package() -> None:
    certificate = document_from(full_certificate())
    assert certificate.for_label().packages == certificate.packages[:1]


def test_a_label_keeps_an_only_package_whatever_its_name() -> None:
    certificate = document_from(full_certificate(packages=[{"name": "Boot loader", "eal": 2}]))
    assert certificate.for_label().packages == (Package(name="Boot loader", eal=2),)


def test_a_label_has_no_package_when_none_is_the_global_one() -> None:
    certificate = document_from(full_certificate(packages=[{"name": "a"}, {"name": "b"}]))
    assert certificate.for_label().packages == ()


def test_a_certificate_without_holder_has_a_label() -> None:
    assert document_from(full_certificate(holder=None)).for_label().holder is None


def test_a_statement_label_keeps_these_fields() -> None:
    label = document_from(full_statement()).for_label()
    assert set(label.model_dump()) <= KEPT
    assert label.model_dump()["holder"] == {"name": "Beispiel Heim GmbH"}
