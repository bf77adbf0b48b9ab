"""Is the certificate about this product? Exact comparison, all that is given, and free text as a whole only."""

from __future__ import annotations

from typing import Any

import pytest

from certmark.claims import CertificateClaims, claims_set
from certmark.errors import ModelError
from certmark.verify import Product, ProductMatch
from certmark.verify.product import compare
from tests.scenes import subject
from tests.world import BODY, WORLD

MATCHED, DIFFERS, UNCLEAR = ProductMatch.MATCHED, ProductMatch.DIFFERS, ProductMatch.NOT_IDENTIFIED


def claims(**changes: Any) -> CertificateClaims:
    """Give the claims of a certificate for another subject (None: left out)."""
    document = WORLD.certificate(subject=subject(**changes))
    return CertificateClaims.check(claims_set(document, issuer=BODY))


FULL = claims()
"""GTINs 4006381333931 and 96385074, models SE1-A and SE1-B, versions 2.0.1 G and 2.0.1 H."""
BARE = claims(gtins=None, models=None, versions=None, version=None)
FREE_TEXT = claims(versions=None)
"""Version as certified alone: "Versions 2.0.1 G and 2.0.1 H"."""


@pytest.mark.parametrize(
    ("said", "product", "match"),
    [
        pytest.param(FULL, {"gtin": "4006381333931"}, MATCHED, id="GTIN-13"),
        pytest.param(FULL, {"gtin": "04006381333931"}, MATCHED, id="GTIN-13-as-GTIN-14"),
        pytest.param(FULL, {"gtin": "96385074"}, MATCHED, id="GTIN-8"),
        pytest.param(FULL, {"gtin": "0000096385074"}, MATCHED, id="GTIN-8-as-GTIN-13"),
        pytest.param(FULL, {"gtin": "000096385074"}, MATCHED, id="GTIN-8-as-GTIN-12"),
        pytest.param(claims(gtins=["012345678905"]), {"gtin": "0012345678905"}, MATCHED, id="GTIN-12-as-GTIN-13"),
        pytest.param(FULL, {"gtin": "14006381333938"}, DIFFERS, id="packaging-of-the-same-article"),
        pytest.param(FULL, {"gtin": "4006381333948"}, DIFFERS, id="another-GTIN"),
        pytest.param(BARE, {"gtin": "4006381333931"}, UNCLEAR, id="no-GTIN"),
        pytest.param(FULL, {"model": "SE1-A"}, MATCHED, id="model"),
        pytest.param(FULL, {"model": "se1-b"}, MATCHED, id="model-in-lower-case"),
        pytest.param(claims(models=["SE1 Größe M"]), {"model": " SE1  GRÖSSE\tM "}, MATCHED, id="model-folded"),
        pytest.param(
            claims(models=["SE1 Größe M"]), {"model": "SE1 Gro\u0308ße M"}, MATCHED, id="model-with-a-decomposed-umlaut"
        ),
        pytest.param(
            claims(models=["SE1 Größe M"]), {"model": "SE1 GRO\u0308SSE M"}, MATCHED, id="decomposed-and-folded"
        ),
        pytest.param(
            claims(models=["\u0390-5"]), {"model": "\u0399\u0308\u0301-5"}, MATCHED, id="capital-with-two-marks"
        ),
        pytest.param(claims(models=["\u0390-5"]), {"model": "\u03aa-5"}, DIFFERS, id="capital-that-lacks-a-mark"),
        pytest.param(claims(models=["SE1 Größe M"]), {"model": "SE1 Grosse M"}, DIFFERS, id="without-its-umlaut"),
        pytest.param(FULL, {"model": "SE1"}, DIFFERS, id="part-of-a-model"),
        pytest.param(FULL, {"model": "SE1-A "}, MATCHED, id="model-with-a-space"),
        pytest.param(FULL, {"model": "SE1 A"}, DIFFERS, id="model-without-its-hyphen"),
        pytest.param(FULL, {"model": ""}, DIFFERS, id="empty-model"),
        pytest.param(BARE, {"model": "SE1-A"}, UNCLEAR, id="no-model"),
        pytest.param(FULL, {"version": "2.0.1 G"}, MATCHED, id="version"),
        pytest.param(FULL, {"version": "2.0.1 g"}, MATCHED, id="version-in-lower-case"),
        pytest.param(FULL, {"version": "Versions 2.0.1 G and 2.0.1 H"}, MATCHED, id="version-as-certified"),
        pytest.param(FULL, {"version": "2.0.1"}, DIFFERS, id="part-of-a-version"),
        pytest.param(FULL, {"version": "2.0.1 I"}, DIFFERS, id="another-version"),
        pytest.param(FREE_TEXT, {"version": "versions 2.0.1 g and 2.0.1 h"}, MATCHED, id="free-text-as-a-whole"),
        pytest.param(FREE_TEXT, {"version": "2.0.1 G"}, UNCLEAR, id="free-text-is-not-parsed"),
        pytest.param(FREE_TEXT, {"version": "9.9"}, UNCLEAR, id="free-text-is-no-closed-list"),
        pytest.param(BARE, {"version": "2.0.1 G"}, UNCLEAR, id="no-version"),
        pytest.param(FULL, {"gtin": "96385074", "model": "SE1-A", "version": "2.0.1 H"}, MATCHED, id="all-match"),
        pytest.param(FULL, {"gtin": "96385074", "model": "SE2"}, DIFFERS, id="one-differs"),
        pytest.param(claims(models=None), {"gtin": "96385074", "model": "SE1-A"}, UNCLEAR, id="one-is-missing"),
        pytest.param(claims(gtins=None), {"gtin": "96385074", "model": "SE2"}, DIFFERS, id="missing-and-differs"),
        pytest.param(claims(models=None), {"model": "SE2", "version": "9"}, DIFFERS, id="missing-and-another-differs"),
        pytest.param(BARE, {"gtin": "96385074", "model": "SE1-A", "version": "1"}, UNCLEAR, id="all-missing"),
    ],
)
def test_match(said: CertificateClaims, product: dict[str, str], match: ProductMatch) -> None:
    found, reason = compare(Product(**product), said)
    assert found is match
    assert reason.endswith(".")


@pytest.mark.parametrize("expected", [None, Product()], ids=["nothing", "empty-product"])
def test_nothing_is_compared_when_nothing_is_given(expected: Product | None) -> None:
    assert compare(expected, FULL)[0] is ProductMatch.NOT_ASKED


@pytest.mark.parametrize(
    ("said", "product", "reason"),
    [
        (FULL, {"gtin": "96385074", "model": "SE1-A"}, "The certificate names this GTIN and model."),
        (BARE, {"gtin": "96385074", "model": "X"}, "The certificate has no GTIN and no model to compare with."),
        (FULL, {"model": "SE2"}, "The model 'SE2' is not the certificate's: SE1-A, SE1-B."),
        (
            claims(version=None),
            {"version": "3"},
            "The version '3' is not the certificate's: 2.0.1 G, 2.0.1 H.",
        ),
        (
            claims(version="2", versions=["2", "2.1"]),
            {"version": "3"},
            "The version '3' is not the certificate's: 2, 2.1.",
        ),
        (
            claims(models=[f"M{number}" for number in range(5)]),
            {"model": "N"},
            "The model 'N' is not the certificate's: M0, M1, M2, M3, M4.",
        ),
        (
            claims(models=[f"M{number}" for number in range(7)]),
            {"model": "N"},
            "The model 'N' is not the certificate's: M0, M1, M2, M3, M4 ....",
        ),
    ],
    ids=["matched", "missing", "differs", "version-differs", "version-named-twice", "five", "many"],
)
def test_the_reason_names_what_was_compared(said: CertificateClaims, product: dict[str, str], reason: str) -> None:
    assert compare(Product(**product), said)[1] == reason


@pytest.mark.parametrize(
    "gtin",
    [
        pytest.param("", id="empty"),
        pytest.param("4006381333932", id="wrong-check-digit"),
        pytest.param("400638133393", id="a-digit-short"),
        pytest.param("123456789", id="nine-digits"),
        pytest.param("140063813339380", id="fifteen-digits"),
        pytest.param("4006381 333931", id="with-space"),
        pytest.param("٤٠٠٦٣٨١٣٣٣٩٣١", id="other-digits"),
        pytest.param("SE1-A", id="letters"),
        pytest.param("9638507\n", id="line-end"),
    ],
)
def test_a_gtin_that_is_none_is_refused(gtin: str) -> None:
    with pytest.raises(ModelError) as caught:
        Product(gtin=gtin)
    assert caught.value.field == "gtin"


def test_a_gtin_is_kept_with_14_digits() -> None:
    assert Product(gtin="96385074") == Product(gtin="00000096385074")
