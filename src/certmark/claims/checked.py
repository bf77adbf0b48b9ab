"""The claims of a certificate token once they are checked: what verification works on, without pydantic."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Self, TypeVar, overload

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
    from collections.abc import Callable, Mapping

    from certmark.model.json_text import AnyDocument

T = TypeVar("T")

_ISSUED: Final = KEY_OF["issued"]
_VALID_UNTIL: Final = KEY_OF["valid_until"]
_PACKAGES: Final = KEY_OF["packages"]
_NAME, _EAL, _COMPONENTS, _AVA_VAN, _AUGMENTED = (field.key for field in PACKAGE_FIELDS)
_LAST_VALID: Final = LAST_VALID_DAY.toordinal() - EPOCH

_claims_problem = map_of("certificate-claims", CLAIMS_FIELDS).problem


class _Place(NamedTuple):
    keys: tuple[int, ...]
    decode: Callable[[Any], Any]


def _places() -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for field in CERTIFICATE_FIELDS:
        places[field.path] = _Place((field.key,), field.kind.decode)
        for inner in field.kind.fields:
            places[f"{field.path}.{inner.path}"] = _Place((field.key, inner.key), inner.kind.decode)
    return places


_PLACES: Final = _places()
_ALWAYS_STATED: Final = frozenset(
    {"id", "document_type", "content", "coverage", "coverage.extent", "issued", "valid_until"}
)


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


class _Stated(Generic[T]):
    """A field of the certificate map, read when it is asked for."""

    __slots__ = ("_decode", "_default", "_key", "_outer")

    def __init__(self, path: str, default: Any = None) -> None:  # noqa: ANN401 the type is that of the field
        place = _PLACES[path]
        self._outer = place.keys[0] if len(place.keys) > 1 else None
        self._key = place.keys[-1]
        self._decode = place.decode
        self._default = default

    @overload
    def __get__(self, claims: None, owner: type) -> Self: ...
    @overload
    def __get__(self, claims: CertificateClaims, owner: type) -> T: ...

    def __get__(self, claims: CertificateClaims | None, owner: type) -> T | Self:
        if claims is None:
            return self
        fields = claims._certificate  # noqa: SLF001 the class that this descriptor belongs to
        if self._outer is not None:
            fields = fields.get(self._outer, {})
        found: T = self._decode(fields[self._key]) if self._key in fields else self._default
        return found


class CertificateClaims:
    """The checked claims of a certificate token; satisfies ``CertificateFacts``.

    Only ``check`` makes one. It keeps the maps that it was given, which must not be changed afterwards, and reads each
    field when it is asked for.
    """

    __slots__ = ("_certificate", "_claims", "_issued", "_packages", "_valid_until")

    scheme = _Stated[str]("scheme")
    """Scheme id."""
    legal_basis = _Stated[str | None]("legal_basis")
    """CELEX number of the act that the document refers to."""
    document_type = _Stated[DocumentType]("document_type", DocumentType.CERTIFICATE)
    """Certificate or statement of conformity."""
    content = _Stated[Content]("content", Content.FULL)
    """Full, or the extract for a label."""
    assurance_level = _Stated[AssuranceLevel]("assurance_level")
    """Assurance level."""
    subject_type = _Stated[SubjectType]("subject.type")
    """What is certified."""
    subject_name = _Stated[str]("subject.name")
    """Name as certified."""
    category = _Stated[str | None]("subject.category")
    """Type of product, in words."""
    version = _Stated[str | None]("subject.version")
    """Version as certified: free text for people."""
    versions = _Stated[tuple[str, ...]]("subject.versions", ())
    """Certified versions, as exact strings."""
    brand = _Stated[str | None]("subject.brand")
    """Brand."""
    models = _Stated[tuple[str, ...]]("subject.models", ())
    """Model names or part numbers, as exact strings."""
    gtins = _Stated[tuple[str, ...]]("subject.gtins", ())
    """GTINs of fourteen digits."""
    extent = _Stated[Extent]("coverage.extent", Extent.WHOLE)
    """The whole subject or a part."""
    scope = _Stated[str | None]("coverage.scope")
    """What exactly is covered, in words."""
    standards = _Stated[tuple[str, ...]]("standards", ())
    """Standards of the evaluation."""
    protection_profiles = _Stated[tuple[str, ...]]("protection_profiles", ())
    """Protection profiles."""
    technical_domain = _Stated[TechnicalDomain | None]("technical_domain")
    """Technical domain."""
    issuance_mode = _Stated[IssuanceMode | None]("issuance_mode")
    """Ground of issuance."""
    validity_approval = _Stated[str | None]("validity_approval")
    """Reference of the approval of a longer validity."""
    methodology_approval = _Stated[str | None]("methodology_approval")
    """Reference of the approval of an exceptional methodology."""
    holder_name = _Stated[str | None]("holder.name")
    """Name of the holder."""
    support_until = _Stated[date | None]("support_until")
    """Last day of security support."""
    supplementary_information_url = _Stated[str | None]("supplementary_information_url")
    """Page with the information of Regulation (EU) 2019/881, Article 55."""
    certificate_page_url = _Stated[str | None]("certificate_page_url")
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
        if field in _ALWAYS_STATED:
            return True
        place = _PLACES.get(field)
        value: Any = self._certificate
        for key in place.keys if place else ():
            value = value.get(key)
            if value is None:
                return False
        return place is not None

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
