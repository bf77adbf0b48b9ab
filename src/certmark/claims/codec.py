"""Documents into the claims of a token; ``CertificateClaims`` is the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.claims.agreement import DAY_SECONDS, days_of, period_problem
from certmark.claims.containers import map_encoder
from certmark.claims.keys import CERTIFICATE, CERTIFICATE_FIELDS, EXP, ISS, KEY_OF, NBF, STATUS, SUB
from certmark.claims.kinds import EPOCH
from certmark.errors import ClaimsError
from certmark.model.vocabulary import DocumentType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from certmark.model.json_text import AnyDocument

_DATES: Final = frozenset({KEY_OF["issued"], KEY_OF["valid_until"]})
_FIELDS: Final = tuple(field for field in CERTIFICATE_FIELDS if field.key not in _DATES)
_certificate_map: Final = map_encoder(_FIELDS)
_statement_map: Final = map_encoder([field for field in _FIELDS if not field.certificates_only])


class StatusReference(NamedTuple):
    """Where the status of a token stands (Token Status List, "Referenced Token").

    Attributes:
        idx: number of the entry, as the draft names it.
        uri: the status list.
    """

    idx: int
    uri: str

    def to_claim(self) -> dict[str, object]:
        """Write the claim status."""
        return {"status_list": {"idx": self.idx, "uri": self.uri}}

    @classmethod
    def from_claim(cls, claim: Mapping[str, Any]) -> StatusReference:
        """Read a claim status that was checked."""
        reference = claim["status_list"]
        return cls(reference["idx"], reference["uri"])


def validity_seconds(issued: date, valid_until: date) -> tuple[int, int]:
    """Give the claims nbf and exp that say the same as two days.

    Args:
        issued: day of issue.
        valid_until: last day of validity, included.

    Returns:
        00:00:00Z of the day of issue and 00:00:00Z of the day after the last one, in seconds since 1970.
    """
    first = issued.toordinal() - EPOCH
    last = valid_until.toordinal() - EPOCH
    return first * DAY_SECONDS, (last + 1) * DAY_SECONDS


def to_claims(document: AnyDocument, *, nbf: int | None = None, exp: int | None = None) -> dict[int, object]:
    """Write a document as the certificate map of a token (claim −65537).

    The id is not in it, since the token has it as sub; neither are the certification body and the authority, which
    trusted lists know. ``issued`` and ``valid_until`` get keys only where nbf and exp say something else. The keys of
    every map stand in bytewise order.

    Args:
        document: certificate or statement of conformity.
        nbf: start of a token that begins later than the document, in seconds since 1970.
        exp: end of a token that ends sooner than the document, in seconds since 1970.

    Raises:
        ClaimsError: the token would begin before the document, or outlive it.
    """
    is_statement = document.document_type is DocumentType.STATEMENT_OF_CONFORMITY
    certificate = _statement_map(document) if is_statement else _certificate_map(document)
    first, last = validity_seconds(document.issued, document.valid_until)
    nbf = first if nbf is None else nbf
    exp = last if exp is None else exp
    issued, valid_until = days_of(first, last)
    problem = period_problem(nbf=nbf, exp=exp, issued=issued, valid_until=valid_until)
    if problem is not None:
        raise ClaimsError(f"{problem}: choose a time within the validity of the document")
    first_said, last_said = days_of(nbf, exp)
    said_otherwise: dict[int, object] = {}
    if issued != first_said:
        said_otherwise[KEY_OF["issued"]] = issued
    if valid_until != last_said:
        said_otherwise[KEY_OF["valid_until"]] = valid_until
    return dict(sorted((certificate | said_otherwise).items())) if said_otherwise else certificate


def claims_set(
    document: AnyDocument,
    *,
    issuer: str,
    status: StatusReference | None = None,
    nbf: int | None = None,
    exp: int | None = None,
) -> dict[int, object]:
    """Write a document as the whole claims set of a token, the keys of every map in bytewise order.

    Args:
        document: certificate or statement of conformity.
        issuer: entity id of the issuer, territory first (``DE-3087``).
        status: where the status stands; None for a token without.
        nbf: start of a token that begins later than the document, in seconds since 1970.
        exp: end of a token that ends sooner than the document, in seconds since 1970.

    Raises:
        ClaimsError: the token would begin before the document, or outlive it.
    """
    first, last = validity_seconds(document.issued, document.valid_until)
    claims: dict[int, object] = {
        ISS: issuer,
        SUB: document.id,
        EXP: last if exp is None else exp,
        NBF: first if nbf is None else nbf,
    }
    if status is not None:
        claims[STATUS] = status.to_claim()
    claims[CERTIFICATE] = to_claims(document, nbf=nbf, exp=exp)
    return claims
