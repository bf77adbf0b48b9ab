"""What the model refuses, field by field, and what it completes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from certmark.errors import ModelError
from certmark.model import (
    AssuranceLevel,
    CybersecurityCertificate,
    DocumentType,
    Extent,
    Holder,
    Package,
    StatementOfConformity,
    Subject,
    SubjectType,
    document_from,
)
from tests.samples import changed, full_certificate, full_statement, without

SMALLEST = {
    "id": "A",
    "scheme": "EUCC",
    "assurance_level": "high",
    "subject": {"type": "ict_product", "name": "Chip"},
    "issued": "2026-03-02",
    "valid_until": "2026-03-02",
}


def test_a_full_certificate_says_what_its_json_says() -> None:
    certificate = document_from(full_certificate())
    assert isinstance(certificate, CybersecurityCertificate)
    assert certificate.subject.name == "Beispiel-Gateway Größe M"
    assert certificate.issued == date(2026, 3, 2)
    assert certificate.packages[0].components == ("ALC_DVS.2", "AVA_VAN.5")


def test_what_has_a_default_may_be_left_out() -> None:
    certificate = document_from(SMALLEST)
    assert certificate.document_type is DocumentType.CERTIFICATE
    assert certificate.extent is Extent.WHOLE
    assert certificate.packages == ()


def test_empty_lists_and_nulls_are_the_same_as_nothing() -> None:
    assert document_from({**SMALLEST, "standards": [], "holder": None}) == document_from(SMALLEST)


def test_words_and_days_may_come_as_python_values() -> None:
    values = {"assurance_level": AssuranceLevel.HIGH, "issued": date(2026, 3, 2), "standards": ("CC:2022",)}
    assert document_from({**SMALLEST, **values}) == document_from({**SMALLEST, "standards": ["CC:2022"]})


def test_parts_may_come_as_models() -> None:
    subject = Subject(type=SubjectType.ICT_PRODUCT, name="Chip")
    assert document_from({**SMALLEST, "subject": subject}) == document_from(SMALLEST)


def test_documents_are_values() -> None:
    one, other = document_from(full_certificate()), document_from(full_certificate())
    assert one == other
    assert hash(one) == hash(other)
    with pytest.raises(ValidationError):
        one.id = "B"


def test_construction_in_python_raises_what_pydantic_raises() -> None:
    with pytest.raises(ValidationError):
        Holder(name="")


def test_gtins_are_kept_with_fourteen_digits() -> None:
    assert document_from(full_certificate()).subject.gtins == ("04006381333931", "00000096385074")


def test_digests_are_kept_in_lower_case() -> None:
    mapping = changed(full_certificate(), ("documents", 0, "sha256"), "AB" * 32)
    assert document_from(mapping).documents[0].sha256 == "ab" * 32


def test_ava_van_is_taken_from_the_components() -> None:
    assert Package(components=("ALC_DVS.2", "AVA_VAN.3")).ava_van == 3


def test_ava_van_is_never_taken_from_the_eal() -> None:
    assert Package(eal=5).ava_van is None


WRONG_CERTIFICATES: dict[str, tuple[tuple[Any, ...], object, str, str]] = {
    "id: with a space": (("id",), "A B", "id", "is not a certificate id"),
    "id: 65 chars": (("id",), "A" * 65, "id", "is not a certificate id"),
    "id: ends in a newline": (("id",), "A\n", "id", "is not a certificate id"),
    "id: a number": (("id",), 7, "id", "must be text"),
    "aliases: the own id": (("aliases",), ["EUCC-0000-2026-01-0001"], "aliases", "own id"),
    "replaces: the own id": (("replaces",), ["EUCC-0000-2026-01-0001"], "replaces", "own id"),
    "base_certificates: the own id": (
        ("base_certificates",),
        ["EUCC-0000-2026-01-0001"],
        "base_certificates",
        "own id",
    ),
    "scheme: lower case": (("scheme",), "eucc", "scheme", "is not a scheme id"),
    "scheme: 33 chars": (("scheme",), "E" * 33, "scheme", "is not a scheme id"),
    "legal_basis: no CELEX": (("legal_basis",), "2024/482", "legal_basis", "is not a CELEX number"),
    "assurance_level: unknown": (("assurance_level",), "very high", "assurance_level", "must be one of"),
    "document_type: unknown": (("document_type",), "licence", "document_type", "must be one of"),
    "document_type: null": (("document_type",), None, "document_type", "must be one of"),
    "content: unknown": (("content",), "short", "content", "must be one of"),
    "subject: a list": (("subject",), [], "subject", "must be an object"),
    "subject.type: unknown": (("subject", "type"), "car", "subject.type", "must be one of"),
    "subject.name: empty": (("subject", "name"), "", "subject.name", "is empty"),
    "subject.name: 1201 chars": (("subject", "name"), "x" * 1201, "subject.name", "1200 are allowed"),
    "subject.name: bidirectional mark": (("subject", "name"), "a\u202eb", "subject.name", "U+202E"),
    "subject.name: not NFC": (("subject", "name"), "e\u0301", "subject.name", "normalisation form C"),
    "subject.name: half a pair": (("subject", "name"), "\ud800", "subject.name", "U+D800"),
    "subject.category: 201 chars": (("subject", "category"), "x" * 201, "subject.category", "200 are allowed"),
    "subject.version: 501 chars": (("subject", "version"), "x" * 501, "subject.version", "500 are allowed"),
    "subject.target_of_evaluation: 1001 chars": (
        ("subject", "target_of_evaluation"),
        "x" * 1001,
        "subject.target_of_evaluation",
        "1000 are allowed",
    ),
    "subject.versions: a text": (("subject", "versions"), "2.1", "subject.versions", "must be a list"),
    "subject.versions: 257": (
        ("subject", "versions"),
        [f"{n}" for n in range(257)],
        "subject.versions",
        "more than 256",
    ),
    "subject.versions: twice the same": (
        ("subject", "versions"),
        ["1", "2", "1"],
        "subject.versions",
        "same entry at 0 and 2",
    ),
    "subject.brand: 101 chars": (("subject", "brand"), "x" * 101, "subject.brand", "100 are allowed"),
    "subject.models: 201 chars": (("subject", "models", 1), "x" * 201, "subject.models[1]", "200 are allowed"),
    "subject.gtins: wrong check digit": (
        ("subject", "gtins", 0),
        "4006381333932",
        "subject.gtins[0]",
        "wrong check digit: 1 would be right",
    ),
    "subject.gtins: nine digits": (("subject", "gtins", 0), "123456789", "subject.gtins[0]", "is not a GTIN"),
    "subject.gtins: a number": (("subject", "gtins", 0), 4006381333931, "subject.gtins[0]", "must be text"),
    "subject.gtins: twice, once with zeros": (
        ("subject", "gtins"),
        ["4006381333931", "04006381333931"],
        "subject.gtins",
        "same entry",
    ),
    "subject.cpes: a URI binding": (("subject", "cpes", 0), "cpe:/a:b:c", "subject.cpes[0]", "is not a CPE 2.3"),
    "subject.cpes: 401 chars": (
        ("subject", "cpes", 0),
        f"cpe:2.3:a:{'b' * 373}:c:1:*:*:*:*:*:*:*",
        "subject.cpes[0]",
        "400 are allowed",
    ),
    "subject.purls: no package URL": (
        ("subject", "purls", 0),
        "https://a.example",
        "subject.purls[0]",
        "is not a package URL",
    ),
    "coverage: part without scope": (("coverage",), {"extent": "part"}, "coverage.scope", "say which part"),
    "coverage.scope: 1001 chars": (("coverage", "scope"), "x" * 1001, "coverage.scope", "1000 are allowed"),
    "packages: nine": (("packages",), [{"name": f"{n}"} for n in range(9)], "packages", "more than 8"),
    "packages: one name twice": (("packages",), [{"eal": 1}, {"eal": 2}], "packages", "one package twice"),
    "packages: global not first": (("packages",), [{"name": "a"}, {}], "packages", "move it to the front"),
    "packages.name: 101 chars": (("packages", 1, "name"), "x" * 101, "packages[1].name", "100 are allowed"),
    "packages.eal: 0": (("packages", 0, "eal"), 0, "packages[0].eal", "must be at least 1"),
    "packages.eal: 8": (("packages", 0, "eal"), 8, "packages[0].eal", "must be at most 7"),
    "packages.eal: a text": (("packages", 0, "eal"), "4", "packages[0].eal", "must be a whole number"),
    "packages.eal: true": (("packages", 0, "eal"), True, "packages[0].eal", "must be a whole number"),
    "packages.eal: a fraction": (("packages", 0, "eal"), 4.0, "packages[0].eal", "must be a whole number"),
    "packages.eal: huge": (("packages", 0, "eal"), 10**30, "packages[0].eal", "must be at most 7"),
    "packages.components: with a plus": (
        ("packages", 0, "components", 0),
        "EAL4+",
        "packages[0].components[0]",
        "is not an assurance component",
    ),
    "packages.components: AVA_VAN of another level": (
        ("packages", 0, "ava_van"),
        4,
        "packages[0].ava_van",
        "the components hold AVA_VAN.5",
    ),
    "packages.components: AVA_VAN beyond its levels": (
        ("packages", 0),
        {"components": ["AVA_VAN.6"]},
        "packages[0].ava_van",
        "AVA_VAN ends at 5",
    ),
    "packages.components: two AVA_VAN levels": (
        ("packages", 0),
        {"components": ["AVA_VAN.3", "AVA_VAN.5"]},
        "packages[0].ava_van",
        "the components hold AVA_VAN.5",
    ),
    "packages.components: twice the same": (
        ("packages", 0, "components"),
        ["ALC_FLR.1", "ALC_FLR.1"],
        "packages[0].components",
        "same entry",
    ),
    "packages.ava_van: 6": (("packages", 0, "ava_van"), 6, "packages[0].ava_van", "must be at most 5"),
    "packages.augmented: a number": (
        ("packages", 0, "augmented"),
        1,
        "packages[0].augmented",
        "must be true or false",
    ),
    "standards: 17": (("standards",), [f"S{n}" for n in range(17)], "standards", "more than 16"),
    "standards: 101 chars": (("standards", 0), "x" * 101, "standards[0]", "100 are allowed"),
    "protection_profiles: a set": (("protection_profiles",), {"PP"}, "protection_profiles", "must be a list"),
    "technical_domain: unknown": (("technical_domain",), "cars", "technical_domain", "must be one of"),
    "holder.name: missing": (("holder",), {}, "holder.name", "is missing: add it"),
    "holder.name: white space at the end": (("holder", "name"), "A ", "holder.name", "white space"),
    "holder.address: 501 chars": (("holder", "address"), "x" * 501, "holder.address", "500 are allowed"),
    "certification_body: unknown field": (
        ("certification_body", "web"),
        "x",
        "certification_body.web",
        "remove it or correct its name",
    ),
    "ncca.country: a name": (("ncca", "country"), "Germany", "ncca.country", "is not a two-letter country code"),
    "issued: before 1970": (("issued",), "1969-12-31", "issued", "first day that a token can carry"),
    "issued: no day of the calendar": (("issued",), "2026-02-30", "issued", "write it as YYYY-MM-DD"),
    "issued: without hyphens": (("issued",), "20260302", "issued", "write it as YYYY-MM-DD"),
    "issued: other digits": (("issued",), "\uff12\uff10\uff12\uff16-03-02", "issued", "write it as YYYY-MM-DD"),
    "issued: seconds": (("issued",), 1772409600, "issued", "write it as YYYY-MM-DD"),
    "issued: a time": (("issued",), datetime(2026, 3, 2, tzinfo=UTC), "issued", "write it as YYYY-MM-DD"),
    "valid_until: before issue": (("valid_until",), "2026-03-01", "valid_until", "before the day of issue"),
    "valid_until: the last day of the calendar": (
        ("valid_until",),
        "9999-12-31",
        "valid_until",
        "is after 9999-12-30",
    ),
    "documents.sha256: 63 digits": (("documents", 0, "sha256"), "a" * 63, "documents[0].sha256", "is not a SHA-256"),
    "documents.type: unknown": (("documents", 0, "type"), "photo", "documents[0].type", "must be one of"),
    "documents.url: http": (("documents", 1, "url"), "http://a.example", "documents[1].url", "is not an https link"),
    "supplementary_information_url: with a space": (
        ("supplementary_information_url",),
        "https://a.example/a b",
        "supplementary_information_url",
        "is not an https link",
    ),
    "certificate_page_url: 409 chars": (
        ("certificate_page_url",),
        "https://" + "a" * 401,
        "certificate_page_url",
        "is not an https link",
    ),
    "issuance_mode: unknown": (("issuance_mode",), "gift", "issuance_mode", "must be one of"),
    "maintenance: before issue": (
        ("maintenance", 0, "date"),
        "2026-03-01",
        "maintenance",
        "dated before the day of issue",
    ),
    "patch_management: a word": (("patch_management",), "yes", "patch_management", "must be true or false"),
    "cra_presumption.requirements: empty": (
        ("cra_presumption", "requirements"),
        [],
        "cra_presumption.requirements",
        "is empty: name at least one",
    ),
    "unknown field": (("colour",), "red", "colour", "remove it or correct its name"),
    "unknown field with control characters": (("a\nb",), "red", r"'a\nb'", "remove it or correct its name"),
    "field with a number as its name": ((7,), "red", "[7]", "is not a field here"),
}


@pytest.mark.parametrize(
    ("path", "value", "field", "problem"), WRONG_CERTIFICATES.values(), ids=list(WRONG_CERTIFICATES)
)
def test_wrong_certificates_are_refused(path: tuple[Any, ...], value: object, field: str, problem: str) -> None:
    with pytest.raises(ModelError) as refused:
        document_from(changed(full_certificate(), path, value))
    assert refused.value.field == field
    assert problem in str(refused.value)


@pytest.mark.parametrize("field", ["id", "scheme", "assurance_level", "subject", "issued", "valid_until"])
def test_required_fields_are_asked_for(field: str) -> None:
    with pytest.raises(ModelError, match=f"^{field} is missing: add it$"):
        document_from(without(full_certificate(), (field,)))


def test_further_errors_are_counted() -> None:
    with pytest.raises(ModelError, match=r"^id is missing: add it \(and 5 more\)$"):
        document_from({})


def test_a_statement_is_issued_by_its_holder_at_level_basic() -> None:
    statement = document_from(full_statement())
    assert isinstance(statement, StatementOfConformity)
    assert statement.assurance_level is AssuranceLevel.BASIC
    assert statement.as_signed() is statement


NOT_IN_STATEMENTS = [
    *("packages", "technical_domain", "itsef", "certification_body", "ncca", "issuance_mode"),
    *("validity_approval", "methodology_approval", "maintenance", "patch_management"),
]


@pytest.mark.parametrize("field", NOT_IN_STATEMENTS)
def test_a_statement_has_nothing_of_a_third_party(field: str) -> None:
    with pytest.raises(ModelError) as refused:
        document_from(full_statement(**{field: full_certificate()[field]}))
    assert refused.value.field == field
    assert not document_from(full_statement()).states(field)


@pytest.mark.parametrize("level", ["substantial", "high"])
def test_a_statement_above_basic_is_refused(level: str) -> None:
    with pytest.raises(ModelError, match=r"^assurance_level must be 'basic'"):
        document_from(full_statement(assurance_level=level))


def test_a_statement_tells_rules_that_it_has_no_evaluation() -> None:
    statement = document_from(full_statement())
    assert isinstance(statement, StatementOfConformity)
    assert statement.packages == ()
    evaluation = (statement.technical_domain, statement.issuance_mode)
    assert evaluation == (None, None)
    approvals = (statement.validity_approval, statement.methodology_approval)
    assert approvals == (None, None)


def test_a_statement_needs_its_manufacturer() -> None:
    with pytest.raises(ModelError, match=r"^holder is missing"):
        document_from(without(full_statement(), ("holder",)))
