"""The verified certificate: made by the verifier alone, and whole with what the trusted list knows."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from certmark.model import CertificationBody, CybersecurityCertificate, Ncca, StatementOfConformity
from certmark.verify import VerifiedCertificate
from tests.scenes import flipped
from tests.world import CERTIFICATE, NOW, WORLD, World

BODY = CertificationBody(
    name="Example Certification Body",
    address="Example Street 1, 10000 Example City",
    contact="certification@body.example",
    accreditation_reference="D-ZE-00001-01",
)
AUTHORITY = Ncca(name="Example authority of DE", country="DE")


def verified(world: World = WORLD) -> VerifiedCertificate:
    return world.verifier().verify(world.cose, at=world.now)


def test_the_document_is_the_issued_one_with_body_and_authority_from_the_list() -> None:
    issued = WORLD.issue().document
    assert issued == WORLD.certificate()
    expected = issued.model_copy(update={"certification_body": BODY, "ncca": AUTHORITY})
    assert verified().document == expected


def test_what_a_holder_writes_about_the_body_never_comes_back() -> None:
    boast = {"certification_body": {"name": "Another body"}, "ncca": {"name": "Another authority", "country": "FR"}}
    document = verified(WORLD.with_certificate(**boast)).document
    assert isinstance(document, CybersecurityCertificate)
    assert document.certification_body == BODY
    assert document.ncca == AUTHORITY


def test_a_label_comes_back_as_a_label() -> None:
    label = WORLD.certificate().for_label()
    document = verified(replace(WORLD, document=label)).document
    assert document == label.model_copy(update={"certification_body": BODY, "ncca": AUTHORITY})
    assert document.content == "label"


def test_a_statement_comes_back_as_it_was_stated() -> None:
    world = WORLD.with_statement()
    document = verified(world).document
    assert document == world.document
    assert isinstance(document, StatementOfConformity)


def test_every_field_of_the_json_comes_back() -> None:
    fields = verified().document.model_dump(mode="json")
    given = {**CERTIFICATE, "subject": {**CERTIFICATE["subject"], "gtins": ["04006381333931", "00000096385074"]}}
    assert {name: fields[name] for name in given} == given


@pytest.mark.parametrize("change", ["report", "claims", "issuer"])
def test_nobody_makes_one_from_parts_that_do_not_belong_together(change: str) -> None:
    right = WORLD.report()
    other = WORLD.with_certificate(id="EUCC-3087-2026-03-0002").report()
    parts: dict[str, Any] = {"claims": right.claims, "issuer": right.issuer, "report": right}
    assert VerifiedCertificate(**parts).claims is right.claims
    with pytest.raises(TypeError, match="comes out of Verifier"):
        VerifiedCertificate(**{**parts, change: other if change == "report" else getattr(other, change)})


def test_nobody_makes_one_from_a_report_that_is_not_passed() -> None:
    failed = WORLD.report(flipped(WORLD.cose))
    parts: Any = {"claims": failed.claims, "issuer": failed.issuer, "report": failed}
    with pytest.raises(TypeError, match="comes out of Verifier"):
        VerifiedCertificate(**parts)


def test_it_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        verified().report = WORLD.report()  # type: ignore[misc]
    assert verified().report.at == int(NOW.timestamp())
