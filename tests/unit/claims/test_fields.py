"""What verification reads at once from a token is what its document says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from certmark.claims import CertificateClaims, StatusReference, claims_set
from certmark.model import CybersecurityCertificate, document_from
from certmark.model.vocabulary import Content, DocumentType, Extent
from tests.samples import full_certificate, full_statement
from tests.world import CERTIFICATE

if TYPE_CHECKING:
    from certmark.model import AnyDocument

CERTIFIED = document_from(full_certificate())
assert isinstance(CERTIFIED, CybersecurityCertificate)
SPARSE = {
    key: value for key, value in CERTIFICATE.items() if key not in {"technical_domain", "standards", "legal_basis"}
}
DOCUMENTS: dict[str, AnyDocument] = {
    "full": CERTIFIED,
    "label": CERTIFIED.for_label(),
    "statement": document_from(full_statement()),
    "whole-product": document_from(CERTIFICATE),
    "two-packages": document_from(
        {**CERTIFICATE, "packages": [*CERTIFICATE["packages"], {"name": "TSF", "components": ["ADV_IMP.1"]}]}
    ),
    "sparse": document_from(
        {**SPARSE, "packages": [{"name": "global", "ava_van": 2}], "assurance_level": "substantial"}
    ),
}
SAME = (
    *("id", "scheme", "legal_basis", "document_type", "content", "assurance_level", "issued", "valid_until"),
    *("standards", "protection_profiles", "technical_domain"),
)


def checked(document: AnyDocument) -> CertificateClaims:
    claims: dict[Any, Any] = claims_set(document, issuer="DE-3087", status=StatusReference(7, "https://a.example/1"))
    return CertificateClaims.check(claims)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_each_field_is_that_of_the_document(document: AnyDocument) -> None:
    claims = checked(document)
    for name in SAME:
        assert getattr(claims, name) == (getattr(document, name, None) or _absent(name)), name
    assert claims.subject_type is document.subject.type
    assert claims.extent is document.coverage.extent
    stated = [(each.name, each.eal, each.components, each.ava_van, each.augmented) for each in document.packages]
    found = [(each.name, each.eal, each.components, each.ava_van, each.augmented) for each in claims.packages]
    assert found == stated
    assert claims.claims[2] == document.id


def _absent(name: str) -> object:
    return () if name in {"standards", "protection_profiles"} else None


def test_the_documents_differ_in_what_is_read() -> None:
    found = [checked(document) for document in DOCUMENTS.values()]
    assert {each.content for each in found} == set(Content)
    assert {each.document_type for each in found} == set(DocumentType)
    assert {each.extent for each in found} == set(Extent)
    assert {each.technical_domain is None for each in found} == {True, False}
