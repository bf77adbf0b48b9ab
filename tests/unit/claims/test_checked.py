"""What a claims set must be: each refusal by the field that is wrong, and what can be read once it is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from certmark.claims import CertificateClaims, StatusReference, claims_set
from certmark.claims.keys import CERTIFICATE as CERT
from certmark.errors import ClaimsError
from certmark.model import document_from
from certmark.model.vocabulary import DocumentType, Extent, SubjectType
from tests.samples import changed, full_certificate, full_statement, without

DAY = 86_400
ISSUED = 20_514
VALID_UNTIL = 22_339
STATUS = StatusReference(7, "https://example.com/1")
FULL = claims_set(document_from(full_certificate()), issuer="DE-3087", status=STATUS)
STATEMENT = claims_set(document_from(full_statement()), issuer="XX-1")
SUBJECT = (CERT, 5)
PACKAGE = (CERT, 8, 0)
STATUS_LIST = (65535, "status_list")


def one_to(last: int, value: str) -> str:
    return f"is {value}: it must be from 1 to {last}"


REFUSED: dict[str, tuple[tuple[Any, ...], object, str]] = {
    # registered claims
    "iss: lower case": ((1,), "de-3087", "iss is not an entity id"),
    "iss: with a colon": ((1,), "DE:3087", "iss is not an entity id"),
    "iss: bytes": ((1,), b"DE-3087", "iss is not text"),
    "sub: empty": ((2,), "", "sub is not a certificate id"),
    "sub: 65 chars": ((2,), "A" * 65, "sub is not a certificate id"),
    "sub: newline at the end": ((2,), "A\n", "sub is not a certificate id"),
    "exp: null": ((4,), None, "exp is None: it must be a whole number"),
    "exp: true": ((4,), True, "exp is True"),
    "exp: after the year 9999": ((4,), 253_402_300_800, "exp is 253402300800"),
    "exp: at the start": ((4,), 0, "valid_until is before issued"),
    "nbf: negative": ((5,), -1, "nbf is -1"),
    "nbf: a text": ((5,), "now", "nbf is 'now'"),
    "nbf: after exp": ((5,), (VALID_UNTIL + 1) * DAY, "valid_until is before issued"),
    "iat in the payload": ((6,), 1, "the claims set has the unknown key 6"),
    "a text as a key": (("iss",), "DE-3087", "the claims set has the unknown key 'iss'"),
    "status: a number": ((65535,), 7, 'status is not {"status_list": {"idx", "uri"}}'),
    "status: one more member": ((65535, "ttl"), 7, 'status is not {"status_list": {"idx", "uri"}}'),
    "status: other name": ((65535,), {"list": {"idx": 7, "uri": "https://a"}}, "status is not"),
    "status: list of two": ((65535,), {"status_list": [7, "https://a"]}, "status is not"),
    "status: one more member inside": ((*STATUS_LIST, "bits"), 2, "status is not"),
    "status: index 2^32": ((*STATUS_LIST, "idx"), 2**32, "status.status_list.idx is 4294967296"),
    "status: index true": ((*STATUS_LIST, "idx"), True, "status.status_list.idx is True"),
    "status: uri http": ((*STATUS_LIST, "uri"), "http://a.example", "status.status_list.uri is not an https link"),
    "certificate: a list": ((CERT,), [], "certificate is not a map"),
    "certificate: unknown key": ((CERT, 30), 1, "certificate has the unknown key 30"),
    "certificate: true as a key": ((CERT,), {True: "EUCC"}, "certificate has the unknown key True"),
    # defaults are left out
    "document_type: the default": ((CERT, 2), 0, "certificate.document_type is 0: it must be 1"),
    "content: the default": ((CERT, 3), 0, "certificate.content is 0: it must be 1"),
    "content: true": ((CERT, 3), True, "certificate.content is True: it must be 1"),
    "coverage.extent: the default": ((CERT, 6), 0, "certificate.coverage.extent is 0: it must be 1"),
    "augmented: the default": ((*PACKAGE, 5), False, "certificate.packages[0].augmented is not true: leave it out"),
    "augmented: 1": ((*PACKAGE, 5), 1, "certificate.packages[0].augmented is not true"),
    "issued: the default": ((CERT, 14), ISSUED, "issued repeats what nbf says"),
    "valid_until: the default": ((CERT, 15), VALID_UNTIL, "valid_until repeats what exp says"),
    # days
    "issued: after nbf": ((CERT, 14), ISSUED + 1, "nbf is before the day of issue"),
    "issued: a text": ((CERT, 14), "2026-03-02", "certificate.issued is '2026-03-02'"),
    "valid_until: before exp": ((CERT, 15), VALID_UNTIL - 1, "exp is after the last day of validity"),
    "valid_until: before issue": ((CERT, 15), ISSUED - 1, "valid_until is before issued"),
    "valid_until: the last day of the calendar": ((CERT, 15), 2_932_896, "valid_until is after 9999-12-30"),
    "support_until: beyond the calendar": ((CERT, 17), 2_932_897, "certificate.support_until is 2932897"),
    "support_until: before 1970": ((CERT, 17), -1, "certificate.support_until is -1"),
    # words, numbers, texts
    "scheme: lower case": ((CERT, 1), "eucc", "certificate.scheme is not a scheme id"),
    "assurance_level: 0": ((CERT, 4), 0, f"certificate.assurance_level {one_to(3, '0')}"),
    "assurance_level: 4": ((CERT, 4), 4, f"certificate.assurance_level {one_to(3, '4')}"),
    "assurance_level: true": ((CERT, 4), True, f"certificate.assurance_level {one_to(3, 'True')}"),
    "assurance_level: the word": ((CERT, 4), "high", f"certificate.assurance_level {one_to(3, repr('high'))}"),
    "subject: a text": ((CERT, 5), "Chip", "certificate.subject is not a map"),
    "subject: unknown key": ((*SUBJECT, 12), "x", "certificate.subject has the unknown key 12"),
    "subject.type: 7": ((*SUBJECT, 1), 7, f"certificate.subject.type {one_to(6, '7')}"),
    "subject.name: empty": ((*SUBJECT, 2), "", "certificate.subject.name is empty"),
    "subject.name: 1201 chars": ((*SUBJECT, 2), "x" * 1201, "certificate.subject.name has 1201 characters"),
    "subject.name: 1201 other chars": ((*SUBJECT, 2), "ä" * 1201, "certificate.subject.name has 1201 characters"),
    "subject.name: a number": ((*SUBJECT, 2), 1, "certificate.subject.name is not text"),
    "subject.name: bidirectional mark": ((*SUBJECT, 2), "a\u202eb", "certificate.subject.name has the control or"),
    "subject.name: newline": ((*SUBJECT, 2), "a\nb", "certificate.subject.name has the control or"),
    "subject.name: space at the end": ((*SUBJECT, 2), "a ", "certificate.subject.name begins or ends with"),
    "subject.name: not NFC": ((*SUBJECT, 2), "e\u0301", "certificate.subject.name is not in Unicode"),
    "subject.brand: 101 chars": ((*SUBJECT, 7), "x" * 101, "certificate.subject.brand has 101 characters"),
    # lists
    "versions: a text": ((*SUBJECT, 6), "2.1", "certificate.subject.versions is not a list"),
    "versions: empty": ((*SUBJECT, 6), [], "certificate.subject.versions has 0 entries: 1 to 256"),
    "versions: 257": ((*SUBJECT, 6), [f"{n}" for n in range(257)], "certificate.subject.versions has 257 entries"),
    "versions: twice the same": ((*SUBJECT, 6), ["1", "2", "1"], "certificate.subject.versions has the same entry"),
    "versions: a number in it": ((*SUBJECT, 6, 1), 2, "certificate.subject.versions[1] is not text"),
    "gtins: a text": ((*SUBJECT, 9, 0), "4006381333931", "certificate.subject.gtins[0] is not a GTIN"),
    "gtins: true": ((*SUBJECT, 9, 0), True, "certificate.subject.gtins[0] is not a GTIN"),
    "gtins: negative": ((*SUBJECT, 9, 0), -8, "certificate.subject.gtins[0] is not a GTIN"),
    "gtins: fifteen digits": ((*SUBJECT, 9, 0), 10**14, "certificate.subject.gtins[0] is not a GTIN"),
    "gtins: check digit": ((*SUBJECT, 9, 1), 96385075, "certificate.subject.gtins[1] has a wrong check digit"),
    "cpes: no CPE": ((*SUBJECT, 10, 0), "cpe:/a:b", "certificate.subject.cpes[0] is not a CPE 2.3 name"),
    "cpes: bytes": ((*SUBJECT, 10, 0), b"cpe", "certificate.subject.cpes[0] is not text"),
    "purls: no package URL": ((*SUBJECT, 11, 0), "pkg:a", "certificate.subject.purls[0] is not a package URL"),
    "aliases: the own id": ((CERT, 23), ["EUCC-0000-2026-01-0001"], "aliases names the document's own id"),
    "replaces: the own id": ((CERT, 21), ["EUCC-0000-2026-01-0001"], "replaces names the document's own id"),
    "base_certificates: the own id": ((CERT, 22), ["EUCC-0000-2026-01-0001"], "base_certificates names the"),
    # packages
    "packages: nine": ((CERT, 8), [{1: f"{n}"} for n in range(9)], "certificate.packages has 9 entries"),
    "packages: one name twice": ((CERT, 8), [{1: "a"}, {1: "a", 2: 1}], "certificate.packages name one package twice"),
    "packages: the same twice": ((CERT, 8), [{1: "a"}, {1: "a"}], "certificate.packages has the same entry twice"),
    "packages: global not first": ((CERT, 8), [{1: "a"}, {1: "global"}], "certificate.packages do not begin with"),
    "packages: no name": ((CERT, 8), [{2: 1}], "certificate.packages[0].name is missing"),
    "eal: 8": ((*PACKAGE, 2), 8, "certificate.packages[0].eal is 8: it must be a whole number from 1 to 7"),
    "components: with a plus": ((*PACKAGE, 3, 0), "EAL4+", "certificate.packages[0].components[0] is not an assurance"),
    "components: a number": ((*PACKAGE, 3, 0), 4, "certificate.packages[0].components[0] is not text"),
    "ava_van: 6": ((*PACKAGE, 4), 6, "certificate.packages[0].ava_van is 6"),
    "ava_van: not that of the components": ((*PACKAGE, 4), 4, "certificate.packages[0].ava_van is 4, but the"),
    "ava_van: left to the components": ((CERT, 8), [{1: "a", 3: ["AVA_VAN.5"]}], "packages[0].ava_van is missing, but"),
    "ava_van: beyond its levels": ((CERT, 8), [{1: "a", 3: ["AVA_VAN.6"]}], "ava_van cannot be told from AVA_VAN.6"),
    # the rest
    "coverage.scope: 1001 chars": ((CERT, 7), "x" * 1001, "certificate.coverage.scope has 1001 characters"),
    "technical_domain: 3": ((CERT, 11), 3, f"certificate.technical_domain {one_to(2, '3')}"),
    "holder: without a name": ((CERT, 12), {2: "Musterweg 1"}, "certificate.holder.name is missing"),
    "supplementary_information_url: http": ((CERT, 16), "http://a", "certificate.supplementary_information_url is not"),
    "documents: sha256 of 31 bytes": ((CERT, 18, 0, 3), b"a" * 31, "certificate.documents[0].sha256 is not a SHA-256"),
    "documents: sha256 as text": ((CERT, 18, 0, 3), "a" * 32, "certificate.documents[0].sha256 is not a SHA-256"),
    "documents: type 5": ((CERT, 18, 0, 1), 5, f"certificate.documents[0].type {one_to(4, '5')}"),
    "documents: the same twice": ((CERT, 18), [{1: 1, 2: "a"}, {1: 1, 2: "a"}], "certificate.documents has the same"),
    "legal_basis: no CELEX": ((CERT, 19), "2024/482", "certificate.legal_basis is not a CELEX number"),
    "maintenance: before issue": (
        (CERT, 27, 0, 2),
        ISSUED - 1,
        "maintenance has a report from before",
    ),
    "maintenance: no version": ((CERT, 27), [{1: "a", 2: ISSUED}], "certificate.maintenance[0].version is missing"),
    "patch_management: 1": ((CERT, 28), 1, "certificate.patch_management is not true or false"),
    "cra_presumption: no requirement": ((CERT, 29, 2), [], "certificate.cra_presumption.requirements has 0 entries"),
}


@pytest.mark.parametrize(("path", "value", "problem"), REFUSED.values(), ids=list(REFUSED))
def test_wrong_claims_are_refused(path: tuple[Any, ...], value: object, problem: str) -> None:
    with pytest.raises(ClaimsError) as refused:
        CertificateClaims.check(changed(FULL, path, value))
    assert problem in str(refused.value)


@pytest.mark.parametrize("claims", [None, 7, [], "DE-3087"], ids=repr)
def test_what_is_not_a_map_is_refused(claims: Any) -> None:
    with pytest.raises(ClaimsError, match=r"^the claims set is not a map$"):
        CertificateClaims.check(claims)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param((1,), "iss", id="iss"),
        pytest.param((2,), "sub", id="sub"),
        pytest.param((4,), "exp", id="exp"),
        pytest.param((5,), "nbf", id="nbf"),
        pytest.param((CERT,), "certificate", id="certificate"),
        pytest.param((CERT, 1), "certificate.scheme", id="scheme"),
        pytest.param((CERT, 4), "certificate.assurance_level", id="assurance_level"),
        pytest.param((CERT, 5), "certificate.subject", id="subject"),
        pytest.param((*SUBJECT, 1), "certificate.subject.type", id="subject.type"),
        pytest.param((*SUBJECT, 2), "certificate.subject.name", id="subject.name"),
        pytest.param((CERT, 29, 1), "certificate.cra_presumption.act", id="cra_presumption.act"),
    ],
)
def test_required_claims_are_missed(path: tuple[Any, ...], name: str) -> None:
    with pytest.raises(ClaimsError, match=f"^{name} is missing$"):
        CertificateClaims.check(without(FULL, path))


def test_an_only_package_may_have_any_name() -> None:
    claims = CertificateClaims.check(changed(FULL, (CERT, 8), [{1: "Boot loader"}]))
    assert claims.packages == (("Boot loader", None, (), None, False),)


def test_packages_may_be_several_when_the_global_one_stands_first() -> None:
    packages = [{1: "global", 4: 3}, {1: "a", 4: 5}]
    assert [each.ava_van for each in CertificateClaims.check(changed(FULL, (CERT, 8), packages)).packages] == [3, 5]


def test_a_part_needs_its_scope() -> None:
    with pytest.raises(ClaimsError, match=r"^coverage\.scope is missing, although only a part is covered$"):
        CertificateClaims.check(without(FULL, (CERT, 7)))


def test_a_token_that_begins_as_it_ends_is_refused() -> None:
    claims = changed(changed(FULL, (4,), ISSUED * DAY + 5), (5,), ISSUED * DAY + 5)
    with pytest.raises(ClaimsError, match=r"^exp is not after nbf$"):
        CertificateClaims.check(changed(claims, (CERT, 15), VALID_UNTIL))


@pytest.mark.parametrize("key", [8, 11, 13, 24, 25, 26, 27, 28])
def test_a_statement_has_nothing_of_a_third_party(key: int) -> None:
    with pytest.raises(ClaimsError, match=r"has no place in a statement of conformity$"):
        CertificateClaims.check(changed(STATEMENT, (CERT, key), FULL[CERT][key]))  # type: ignore[index]


@pytest.mark.parametrize("level", [2, 3])
def test_a_statement_above_basic_is_refused(level: int) -> None:
    with pytest.raises(ClaimsError, match=r"^assurance_level of a statement of conformity is not basic$"):
        CertificateClaims.check(changed(STATEMENT, (CERT, 4), level))


def test_a_statement_needs_its_manufacturer() -> None:
    with pytest.raises(ClaimsError, match=r"^holder is missing in a statement of conformity$"):
        CertificateClaims.check(without(STATEMENT, (CERT, 12)))


def test_a_statement_may_replace_another() -> None:
    claims = CertificateClaims.check(changed(STATEMENT, (CERT, 21), ["XX-HOME-0"]))
    assert claims.document_type is DocumentType.STATEMENT_OF_CONFORMITY
    assert claims.packages == ()


def frozen(value: Any) -> Any:
    """Give the same value of read-only maps and tuples, as decoders may hand out."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value


def test_maps_and_lists_may_be_of_any_kind() -> None:
    assert CertificateClaims.check(frozen(FULL)).to_document() == CertificateClaims.check(FULL).to_document()


def test_checked_claims_can_be_read() -> None:
    claims = CertificateClaims.check(FULL)
    assert (claims.iss, claims.id) == ("DE-3087", "EUCC-0000-2026-01-0001")
    assert (claims.nbf, claims.exp) == (ISSUED * DAY, (VALID_UNTIL + 1) * DAY)
    assert (claims.issued, claims.valid_until) == (date(2026, 3, 2), date(2031, 3, 1))
    assert claims.status == STATUS
    assert claims.subject_type is SubjectType.ICT_PRODUCT
    assert claims.subject_name == "Beispiel-Gateway Größe M"
    assert claims.category == "Network and network-related devices"
    assert claims.version == "Firmware 2.1, hardware B (see security target)"
    assert claims.versions == ("2.1", "2.1.1")
    assert claims.brand == "Beispiel"
    assert claims.models == ("GW-M", "GW-M/EU")
    assert claims.gtins == ("04006381333931", "00000096385074")
    assert claims.holder_name == "Beispiel Netze GmbH"
    assert claims.support_until == date(2033, 12, 31)
    assert claims.supplementary_information_url == "https://beispiel.example/security"
    assert claims.certificate_page_url == "https://body.example/certificates/1"
    assert claims.extent is Extent.PART
    assert repr(claims) == "CertificateClaims(id='EUCC-0000-2026-01-0001', iss='DE-3087')"


def test_what_is_left_out_reads_as_nothing() -> None:
    claims = CertificateClaims.check(without(STATEMENT, (*SUBJECT, 9)))
    assert claims.status is None
    assert (claims.brand, claims.gtins, claims.models) == (None, (), ())
    assert not claims.states("subject.gtins")


@pytest.mark.parametrize(
    ("field", "stated"),
    [
        *((path, True) for path in ("id", "coverage.extent", "scheme", "packages", "holder", "holder.address")),
        *((path, False) for path in ("ncca", "certification_body", "colour", "", "packages.eal", "holder.web")),
    ],
)
def test_fields_are_stated_by_their_path(field: str, *, stated: bool) -> None:
    assert CertificateClaims.check(FULL).states(field) is stated
    assert document_from(full_certificate()).as_signed().states(field) is stated


def test_what_the_map_leaves_out_is_not_stated() -> None:
    claims = CertificateClaims.check(STATEMENT)
    assert claims.states("holder.contact")
    for path in ("packages", "coverage.scope", "subject.brand", "cra_presumption.act"):
        assert not claims.states(path)


def test_checked_claims_cannot_be_set() -> None:
    claims = CertificateClaims.check(FULL)
    for name in ("id", "scheme", "packages", "other"):
        with pytest.raises(AttributeError):
            setattr(claims, name, "EUCC")


def test_a_field_that_is_read_on_demand_describes_itself_on_the_class() -> None:
    assert type(CertificateClaims.subject_name).__name__ == "Stated"


def test_packages_come_in_the_order_of_the_token() -> None:
    claims = CertificateClaims.check(FULL)
    assert [package.name for package in claims.packages] == ["global", "Boot loader"]


def test_maps_that_change_after_the_check_make_no_document() -> None:
    mapping = changed(FULL, (1,), "DE-3087")
    claims = CertificateClaims.check(mapping)
    mapping[CERT][1] = "not a scheme"
    with pytest.raises(ClaimsError, match=r"^the claims do not make a document: scheme 'not a scheme' is not"):
        claims.to_document()
