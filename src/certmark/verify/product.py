"""Is the certificate about this product? Exact comparison of what a shop knows with what the certificate says.

Versions as certified are free text ("Versions 2.0.1 G and 2.0.1 H") and never parsed: an expected version matches that
text as a whole or one of the versions that the certificate lists for machines.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from certmark.errors import ModelError
from certmark.model.identifiers import gtin14, gtin_problem
from certmark.verify.outcome import ProductMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.claims import CertificateClaims


@dataclass(frozen=True, slots=True)
class Product:
    """What is known of the product at hand; what is left out is not compared.

    Attributes:
        gtin: GTIN-8, -12, -13 or -14 with its check digit; kept as GTIN-14.
        model: model name or number, compared without regard to case and repeated spaces.
        version: version, compared likewise.

    Raises:
        ModelError: a GTIN that is none.
    """

    gtin: str | None = None
    model: str | None = None
    version: str | None = None

    def __post_init__(self) -> None:
        """Bring the GTIN to 14 digits."""
        if self.gtin is not None:
            if problem := gtin_problem(self.gtin):
                raise ModelError(f"gtin {problem}", field="gtin")
            object.__setattr__(self, "gtin", gtin14(self.gtin))


NOT_ASKED: Final = "No product was given to compare with."


def compare(expected: Product | None, claims: CertificateClaims) -> tuple[ProductMatch, str]:
    """Compare an expected product with a certificate.

    Args:
        expected: what is known of the product, or None when nothing was asked.
        claims: the certificate.

    Returns:
        The match and a sentence for people. One difference outweighs every match; what the certificate says nothing
        about outweighs a match of something else.
    """
    if expected is None or expected == Product():
        return ProductMatch.NOT_ASKED, NOT_ASKED
    missing, matched = [], []
    for name, value, known, is_closed in _comparisons(expected, claims):
        if _folded(value) in map(_folded, known):
            matched.append(name)
        elif known and is_closed:
            stated = ", ".join(known[:5]) + (" ..." if len(known) > 5 else "")
            return ProductMatch.DIFFERS, f"The {name} {value!r} is not the certificate's: {stated}."
        else:
            missing.append(name)
    if missing:
        return ProductMatch.NOT_IDENTIFIED, f"The certificate has no {' and no '.join(missing)} to compare with."
    return ProductMatch.MATCHED, f"The certificate names this {' and '.join(matched)}."


def _comparisons(expected: Product, claims: CertificateClaims) -> list[tuple[str, str, Sequence[str], bool]]:
    """List name, expected value, what the certificate states, and whether that is a closed list."""
    as_certified = () if claims.version is None or claims.version in claims.versions else (claims.version,)
    versions = (*claims.versions, *as_certified)
    rows: list[tuple[str, str | None, Sequence[str], bool]] = [
        ("GTIN", expected.gtin, claims.gtins, True),
        ("model", expected.model, claims.models, True),
        ("version", expected.version, versions, bool(claims.versions)),
    ]
    return [(name, value, known, closed) for name, value, known, closed in rows if value is not None]


def _folded(value: str) -> str:
    # certificates hold composed text; what a shop has typed on another system may be decomposed, and so may be what
    # folding gives: of a small Greek letter with two marks, but not of the capital, of which only one is composed
    return " ".join(_composed(_composed(value).casefold()).split())


def _composed(value: str) -> str:
    return unicodedata.normalize("NFC", value)
