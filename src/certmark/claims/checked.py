"""The claims of a certificate token once they are checked: what verification works on, without pydantic."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.claims.agreement import certificate_problem, days_of, period_problem
from certmark.claims.codec import StatusReference
from certmark.claims.containers import decode_map, map_of
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
    SUBJECT_FIELDS,
)
from certmark.claims.kinds import EPOCH
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
_SCHEME: Final = KEY_OF["scheme"]
_LEGAL_BASIS: Final = KEY_OF["legal_basis"]
_DOCUMENT_TYPE: Final = KEY_OF["document_type"]
_CONTENT: Final = KEY_OF["content"]
_LEVEL: Final = KEY_OF["assurance_level"]
_SUBJECT: Final = KEY_OF["subject"]
_TYPE: Final = next(field.key for field in SUBJECT_FIELDS if field.path == "type")
_EXTENT: Final = KEY_OF["coverage.extent"]
_PACKAGES: Final = KEY_OF["packages"]
_STANDARDS: Final = KEY_OF["standards"]
_PROTECTION_PROFILES: Final = KEY_OF["protection_profiles"]
_DOMAIN: Final = KEY_OF["technical_domain"]
_LEVELS: Final = dict(enumerate(AssuranceLevel, start=1))
_SUBJECT_TYPES: Final = dict(enumerate(SubjectType, start=1))
_DOMAINS: Final = dict(enumerate(TechnicalDomain, start=1))
_NAME, _EAL, _COMPONENTS, _AVA_VAN, _AUGMENTED = (field.key for field in PACKAGE_FIELDS)
_LAST_VALID: Final = LAST_VALID_DAY.toordinal() - EPOCH

_size = map_of("certificate-claims", CLAIMS_FIELDS).size


def claims_size(claims: object) -> int:
    """Check each claim of a certificate token against the key table (certificate.cddl), and measure them all.

    Args:
        claims: decoded CBOR: the claims 1, 2, 4, 5, 65535 (optional) and −65537.

    Returns:
        The bytes of their deterministic encoding; more than any input has if map keys are out of order.

    Raises:
        ClaimsError: a claim is missing, unknown, or of the wrong type or size.
    """
    try:
        return _size(claims)
    except ClaimsError as error:
        problem = str(error)
    raise ClaimsError(problem[1:] if problem[0] == "." else f"the claims set{problem}")


class PackageClaims(NamedTuple):
    """An assurance package of a token; satisfies ``PackageFacts``."""

    name: str
    eal: int | None
    components: tuple[str, ...]
    ava_van: int | None
    augmented: bool


def _package(package: Mapping[int, Any]) -> PackageClaims:
    get = package.get
    return PackageClaims(get(_NAME, ""), get(_EAL), tuple(get(_COMPONENTS, ())), get(_AVA_VAN), _AUGMENTED in package)


class _Facts(NamedTuple):
    """What every verification asks of a token."""

    claims: Mapping[Any, Any]
    certificate: Mapping[int, Any]
    iss: str
    id: str
    nbf: int
    exp: int
    status: StatusReference | None
    issued: date
    valid_until: date
    scheme: str
    legal_basis: str | None
    document_type: DocumentType
    content: Content
    assurance_level: AssuranceLevel
    subject_type: SubjectType
    extent: Extent
    packages: tuple[PackageClaims, ...]
    standards: tuple[str, ...]
    protection_profiles: tuple[str, ...]
    technical_domain: TechnicalDomain | None


class CertificateClaims(_Facts):
    """The checked claims of a certificate token; satisfies ``CertificateFacts``.

    Only ``check`` and ``agreeing`` make one. What verification seldom asks for is read from the maps on demand.

    Attributes:
        claims: the claims set as decoded, which must not be changed.
        certificate: the certificate map in it.
        iss: entity id of the issuer.
        id: unique identifier: the claim sub.
        nbf: not before, in seconds since 1970.
        exp: expiry, in seconds since 1970: the first second in which the token is no longer valid.
        status: where the status stands, or None when the token has none.
        issued: day of issue.
        valid_until: last day of validity, included.
        scheme: scheme id.
        legal_basis: CELEX number of the act that the document refers to, or None.
        document_type: certificate or statement of conformity.
        content: full, or the extract for a label.
        assurance_level: assurance level.
        subject_type: what is certified.
        extent: the whole subject or a part.
        packages: assurance packages, the one named ``global`` first.
        standards: standards of the evaluation.
        protection_profiles: protection profiles.
        technical_domain: technical domain, or None.
    """

    __slots__ = ()

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
    scope = Stated[str | None]("coverage.scope")
    """What exactly is covered, in words."""
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

    @classmethod
    def check(cls, claims: Mapping[Any, Any]) -> CertificateClaims:
        """Check the whole claims set of a certificate token against the specification (certificate.cddl).

        Args:
            claims: the claims 1, 2, 4, 5, 65535 (optional) and −65537.

        Raises:
            ClaimsError: a claim is missing, unknown, of the wrong type or size, or contradicts another.
        """
        claims_size(claims)
        return cls.agreeing(claims)

    @classmethod
    def agreeing(cls, claims: Mapping[Any, Any]) -> CertificateClaims:
        """Check that claims which ``claims_size`` has checked one by one agree with each other, too.

        Raises:
            ClaimsError: a claim contradicts another.
        """
        certificate: Mapping[int, Any] = claims[CERTIFICATE]
        nbf, exp, own_id = claims[NBF], claims[EXP], claims[SUB]
        issued, valid_until = days_of(nbf, exp)
        if _ISSUED in certificate:
            issued = _other_than(issued, certificate, key=_ISSUED)
        if _VALID_UNTIL in certificate:
            valid_until = _other_than(valid_until, certificate, key=_VALID_UNTIL)
        problem = period_problem(nbf=nbf, exp=exp, issued=issued, valid_until=valid_until) or certificate_problem(
            certificate, own_id=own_id, issued=issued
        )
        if problem is not None:
            raise ClaimsError(problem)
        get = certificate.get
        return cls(
            claims,
            certificate,
            claims[ISS],
            own_id,
            nbf,
            exp,
            StatusReference.from_claim(claims[STATUS]) if STATUS in claims else None,
            date.fromordinal(EPOCH + issued),
            date.fromordinal(EPOCH + valid_until),
            certificate[_SCHEME],
            get(_LEGAL_BASIS),
            DocumentType.STATEMENT_OF_CONFORMITY if _DOCUMENT_TYPE in certificate else DocumentType.CERTIFICATE,
            Content.LABEL if _CONTENT in certificate else Content.FULL,
            _LEVELS[certificate[_LEVEL]],
            _SUBJECT_TYPES[certificate[_SUBJECT][_TYPE]],
            Extent.PART if _EXTENT in certificate else Extent.WHOLE,
            tuple([_package(package) for package in get(_PACKAGES, ())]),
            tuple(get(_STANDARDS, ())),
            tuple(get(_PROTECTION_PROFILES, ())),
            _DOMAINS[certificate[_DOMAIN]] if _DOMAIN in certificate else None,
        )

    def states(self, field: str) -> bool:
        """Tell whether a field of the model is present, by its dotted JSON path (``holder.address``)."""
        return is_stated(self.certificate, field)

    def to_mapping(self) -> dict[str, Any]:
        """Give the document in the shape of its JSON, with dates and words as Python has them."""
        return {
            **decode_map(CERTIFICATE_FIELDS, self.certificate),
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
