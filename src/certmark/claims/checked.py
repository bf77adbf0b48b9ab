"""The claims of a certificate token once they are checked: what verification works on, without pydantic."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.claims.agreement import certificate_problem, days_of, period_problem
from certmark.claims.codec import StatusReference
from certmark.claims.keys import (
    CERTIFICATE,
    CERTIFICATE_FIELDS,
    CLAIMS_FIELDS,
    EXP,
    ISS,
    KEY_OF,
    NBF,
    PACKAGE_FIELDS,
    STATUS,
    SUB,
)
from certmark.claims.kinds import EPOCH, decode_map, map_of
from certmark.claims.stated import Stated, is_stated
from certmark.errors import ClaimsError, ModelError
from certmark.model.syntax import LAST_VALID_DAY
from certmark.model.vocabulary import (
    AssuranceLevel,
    Content,
    DocumentType,
    Extent,
    IssuanceMode,
    SubjectType,
    TechnicalDomain,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certmark.model.json_text import AnyDocument

_ISSUED: Final = KEY_OF["issued"]
_VALID_UNTIL: Final = KEY_OF["valid_until"]
_PACKAGES: Final = KEY_OF["packages"]
_NAME, _EAL, _COMPONENTS, _AVA_VAN, _AUGMENTED = (field.key for field in PACKAGE_FIELDS)
_LAST_VALID: Final = LAST_VALID_DAY.toordinal() - EPOCH

_claims_problem = map_of("certificate-claims", CLAIMS_FIELDS).problem


class PackageClaims(NamedTuple):
    """An assurance package of a token; satisfies ``PackageFacts``."""

    name: str
    eal: int | None
    components: tuple[str, ...]
    ava_van: int | None
    augmented: bool


def _package(package: Mapping[int, Any]) -> PackageClaims:
    return PackageClaims(
        name=package[_NAME],
        eal=package.get(_EAL),
        components=tuple(package.get(_COMPONENTS, ())),
        ava_van=package.get(_AVA_VAN),
        augmented=_AUGMENTED in package,
    )


class CertificateClaims:
    """The checked claims of a certificate token; satisfies ``CertificateFacts``.

    Only ``check`` makes one. It keeps the maps that it was given, which must not be changed afterwards, and reads each
    field when it is asked for.
    """

    __slots__ = ("_certificate", "_claims", "_issued", "_packages", "_valid_until")

    scheme = Stated[str]("scheme")
    """Scheme id."""
    legal_basis = Stated[str | None]("legal_basis")
    """CELEX number of the act that the document refers to."""
    document_type = Stated[DocumentType]("document_type", DocumentType.CERTIFICATE)
    """Certificate or statement of conformity."""
    content = Stated[Content]("content", Content.FULL)
    """Full, or the extract for a label."""
    assurance_level = Stated[AssuranceLevel]("assurance_level")
    """Assurance level."""
    subject_type = Stated[SubjectType]("subject.type")
    """What is certified."""
    subject_name = Stated[str]("subject.name")
    """Name as certified."""
    category = Stated[str | None]("subject.category")
    """Type of product, in words."""
    version = Stated[str | None]("subject.version")
    """Version as certified: free text for people."""
    versions = Stated[tuple[str, ...]]("subject.versions", ())
    """Certified versions, as exact strings."""
    brand = Stated[str | None]("subject.brand")
    """Brand."""
    models = Stated[tuple[str, ...]]("subject.models", ())
    """Model names or part numbers, as exact strings."""
    gtins = Stated[tuple[str, ...]]("subject.gtins", ())
    """GTINs of fourteen digits."""
    extent = Stated[Extent]("coverage.extent", Extent.WHOLE)
    """The whole subject or a part."""
    scope = Stated[str | None]("coverage.scope")
    """What exactly is covered, in words."""
    standards = Stated[tuple[str, ...]]("standards", ())
    """Standards of the evaluation."""
    protection_profiles = Stated[tuple[str, ...]]("protection_profiles", ())
    """Protection profiles."""
    technical_domain = Stated[TechnicalDomain | None]("technical_domain")
    """Technical domain."""
    issuance_mode = Stated[IssuanceMode | None]("issuance_mode")
    """Ground of issuance."""
    validity_approval = Stated[str | None]("validity_approval")
    """Reference of the approval of a longer validity."""
    methodology_approval = Stated[str | None]("methodology_approval")
    """Reference of the approval of an exceptional methodology."""
    holder_name = Stated[str | None]("holder.name")
    """Name of the holder."""
    support_until = Stated[date | None]("support_until")
    """Last day of security support."""
    supplementary_information_url = Stated[str | None]("supplementary_information_url")
    """Page with the information of Regulation (EU) 2019/881, Article 55."""
    certificate_page_url = Stated[str | None]("certificate_page_url")
    """Page about the certificate."""

    def __init__(self, claims: Mapping[Any, Any], *, issued: int, valid_until: int) -> None:
        self._claims = claims
        self._certificate: Mapping[int, Any] = claims[CERTIFICATE]
        self._issued = issued
        self._valid_until = valid_until
        self._packages: tuple[PackageClaims, ...] | None = None

    @classmethod
    def check(cls, claims: Mapping[Any, Any]) -> CertificateClaims:
        """Check the whole claims set of a certificate token against the specification (certificate.cddl).

        Args:
            claims: decoded CBOR: the claims 1, 2, 4, 5, 65535 (optional) and −65537.

        Raises:
            ClaimsError: a claim is missing, unknown, of the wrong type or size, or contradicts another.
        """
        problem = _claims_problem(claims)
        if problem is not None:
            raise ClaimsError(problem[1:] if problem[0] == "." else f"the claims set{problem}")
        certificate, nbf, exp = claims[CERTIFICATE], claims[NBF], claims[EXP]
        issued, valid_until = days_of(nbf, exp)
        if _ISSUED in certificate:
            issued = _other_than(issued, certificate, key=_ISSUED)
        if _VALID_UNTIL in certificate:
            valid_until = _other_than(valid_until, certificate, key=_VALID_UNTIL)
        problem = period_problem(nbf=nbf, exp=exp, issued=issued, valid_until=valid_until) or certificate_problem(
            certificate, own_id=claims[SUB], issued=issued
        )
        if problem is not None:
            raise ClaimsError(problem)
        return cls(claims, issued=issued, valid_until=valid_until)

    @property
    def id(self) -> str:
        """Unique identifier: the claim sub."""
        id_: str = self._claims[SUB]
        return id_

    @property
    def iss(self) -> str:
        """Entity id of the issuer."""
        iss: str = self._claims[ISS]
        return iss

    @property
    def nbf(self) -> int:
        """Not before, in seconds since 1970."""
        nbf: int = self._claims[NBF]
        return nbf

    @property
    def exp(self) -> int:
        """Expiry, in seconds since 1970: the first second in which the token is no longer valid."""
        exp: int = self._claims[EXP]
        return exp

    @property
    def status(self) -> StatusReference | None:
        """Where the status stands, or None when the token has none."""
        if STATUS not in self._claims:
            return None
        return StatusReference.from_claim(self._claims[STATUS])

    @property
    def issued(self) -> date:
        """Day of issue."""
        return date.fromordinal(EPOCH + self._issued)

    @property
    def valid_until(self) -> date:
        """Last day of validity, included."""
        return date.fromordinal(EPOCH + self._valid_until)

    @property
    def packages(self) -> tuple[PackageClaims, ...]:
        """Assurance packages, the one named ``global`` first."""
        if self._packages is None:
            self._packages = tuple(map(_package, self._certificate.get(_PACKAGES, ())))
        return self._packages

    def states(self, field: str) -> bool:
        """Tell whether a field of the model is present, by its dotted JSON path (``holder.address``)."""
        return is_stated(self._certificate, field)

    def to_mapping(self) -> dict[str, Any]:
        """Give the document in the shape of its JSON, with dates and words as Python has them."""
        return {
            **decode_map(CERTIFICATE_FIELDS, self._certificate),
            "document_type": self.document_type,
            "id": self.id,
            "issued": self.issued,
            "valid_until": self.valid_until,
        }

    def to_document(self) -> AnyDocument:
        """Build the certificate or statement of conformity, as its issuer signed it.

        Raises:
            ClaimsError: the maps were changed after ``check``.
        """
        from certmark.model.json_text import document_from  # noqa: PLC0415 pydantic is loaded when it is needed

        try:
            return document_from(self.to_mapping())
        except ModelError as error:
            raise ClaimsError(f"the claims do not make a document: {error}") from error

    def __repr__(self) -> str:
        return f"CertificateClaims(id={self.id!r}, iss={self.iss!r})"


def _other_than(said: int, certificate: Mapping[int, Any], *, key: int) -> int:
    stated: int = certificate[key]
    name = "issued" if key == _ISSUED else "valid_until"
    if stated == said:
        raise ClaimsError(f"{name} repeats what {'nbf' if key == _ISSUED else 'exp'} says")
    if key == _VALID_UNTIL and stated > _LAST_VALID:
        raise ClaimsError(f"valid_until is after {LAST_VALID_DAY}")
    return stated
