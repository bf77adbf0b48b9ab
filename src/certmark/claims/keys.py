"""The key table of docs/spec/certificate.cddl as data: what stands under which integer key of a certificate token.

Checking, writing and reading all walk these tables; there is no second list of the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from certmark import cbor
from certmark.claims.containers import UNORDERED, list_of, map_of
from certmark.claims.kinds import (
    DAY,
    DIGEST,
    FLAG,
    GTIN,
    MARK,
    Field,
    Kind,
    is_map,
    number,
    ruled,
    text,
    word,
    written,
)
from certmark.errors import ClaimsError
from certmark.model.assurance import MAX_AVA_VAN, MAX_EAL, ava_van_problem, packages_problem
from certmark.model.identifiers import cpe_problem, purl_problem
from certmark.model.syntax import CELEX, CERTIFICATE_ID, COMPONENT, ENTITY_ID, HTTPS_URI, SCHEME_ID
from certmark.model.vocabulary import (
    AssuranceLevel,
    AttachmentType,
    Content,
    DocumentType,
    Extent,
    IssuanceMode,
    SubjectType,
    TechnicalDomain,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ISS: Final = 1
SUB: Final = 2
EXP: Final = 4
NBF: Final = 5
STATUS: Final = 65535
CERTIFICATE: Final = -65537
"""Claims of a certificate token (RFC 8392; Token Status List; private use)."""

MAX_TIME: Final = 253_402_300_799
"""Latest time that a claim may name, 9999-12-31T23:59:59Z, in seconds since 1970."""

MAX_INDEX: Final = 4_294_967_295
"""Largest index in a status list."""

LINK: Final = written("https-uri", HTTPS_URI)
INDEX: Final = number("index", 0, MAX_INDEX)

_ID = written("certificate-id", CERTIFICATE_ID)
_CELEX = written("celex", CELEX)
_TIME = number("numeric-date", 0, MAX_TIME)

SUBJECT_FIELDS: Final = (
    Field(1, "type", word("subject-type", tuple(SubjectType)), required=True),
    Field(2, "name", text(1200), required=True),
    Field(3, "category", text(200)),
    Field(4, "version", text(500)),
    Field(5, "target_of_evaluation", text(1000)),
    Field(6, "versions", list_of(text(200), 256)),
    Field(7, "brand", text(100)),
    Field(8, "models", list_of(text(200), 256)),
    Field(9, "gtins", list_of(GTIN, 256)),
    Field(10, "cpes", list_of(ruled(400, cpe_problem), 64)),
    Field(11, "purls", list_of(ruled(400, purl_problem), 64)),
)

PACKAGE_FIELDS: Final = (
    Field(1, "name", text(100), required=True),
    Field(2, "eal", number("1..7", 1, MAX_EAL)),
    Field(3, "components", list_of(written("component", COMPONENT, vocabulary=512), 64)),
    Field(4, "ava_van", number("1..5", 1, MAX_AVA_VAN)),
    Field(5, "augmented", MARK),
)

HOLDER_FIELDS: Final = (
    Field(1, "name", text(200), required=True),
    Field(2, "address", text(500)),
    Field(3, "contact", text(200)),
)

DOCUMENT_FIELDS: Final = (
    Field(1, "type", word("1 / 2 / 3 / 4", tuple(AttachmentType)), required=True),
    Field(2, "reference", text(200), required=True),
    Field(3, "sha256", DIGEST),
    Field(4, "url", LINK),
)

MAINTENANCE_FIELDS: Final = (
    Field(1, "report", text(200), required=True),
    Field(2, "date", DAY, required=True),
    Field(3, "version", text(200), required=True),
)

CRA_PRESUMPTION_FIELDS: Final = (
    Field(1, "act", _CELEX, required=True),
    Field(2, "requirements", list_of(text(200), 64), required=True),
)


def _package_agrees(package: Mapping[int, Any]) -> str | None:
    found = ava_van_problem(package.get(4), package.get(3, ()))
    return found and f".ava_van {found}"


def _packages_agree(packages: Sequence[Mapping[int, Any]]) -> str | None:
    if len(packages) == 1:
        return None
    found = packages_problem([package[1] for package in packages])
    return found and f" {found}"


_NOT_STATUS = ' is not {"status_list": {"idx", "uri"}}'
_STATUS_NAMES = len(cbor.encode({"status_list": {"idx": 0, "uri": ""}})) - 2


def _status_size(value: object) -> int:
    reference = value.get("status_list") if is_map(value) and len(value) == 1 else None
    if not is_map(reference) or len(reference) != 2:
        raise ClaimsError(_NOT_STATUS)
    size = _STATUS_NAMES
    for name, kind in (("idx", INDEX), ("uri", LINK)):
        try:
            size += kind.size(reference.get(name))
        except ClaimsError as error:
            raise ClaimsError(f".status_list.{name}{error}") from None
    return size if next(iter(reference)) == "idx" else size + UNORDERED


_PACKAGE = map_of("package", PACKAGE_FIELDS, agree=_package_agrees)
_IDS = list_of(_ID, 16)

CERTIFICATE_FIELDS: Final = (
    Field(1, "scheme", written("scheme-id", SCHEME_ID), required=True),
    Field(2, "document_type", word("1", (DocumentType.STATEMENT_OF_CONFORMITY,))),
    Field(3, "content", word("1", (Content.LABEL,))),
    Field(4, "assurance_level", word("assurance-level", tuple(AssuranceLevel)), required=True),
    Field(5, "subject", map_of("subject", SUBJECT_FIELDS), required=True),
    Field(6, "coverage.extent", word("1", (Extent.PART,))),
    Field(7, "coverage.scope", text(1000)),
    Field(8, "packages", list_of(_PACKAGE, 8, agree=_packages_agree), certificates_only=True),
    Field(9, "standards", list_of(text(100), 16)),
    Field(10, "protection_profiles", list_of(text(200), 16)),
    Field(11, "technical_domain", word("technical-domain", tuple(TechnicalDomain)), certificates_only=True),
    Field(12, "holder", map_of("holder", HOLDER_FIELDS)),
    Field(13, "itsef", text(200), certificates_only=True),
    Field(14, "issued", DAY),
    Field(15, "valid_until", DAY),
    Field(16, "supplementary_information_url", LINK),
    Field(17, "support_until", DAY),
    Field(18, "documents", list_of(map_of("document", DOCUMENT_FIELDS), 16)),
    Field(19, "legal_basis", _CELEX),
    Field(20, "certificate_page_url", LINK),
    Field(21, "replaces", _IDS),
    Field(22, "base_certificates", _IDS),
    Field(23, "aliases", _IDS),
    Field(24, "issuance_mode", word("issuance-mode", tuple(IssuanceMode)), certificates_only=True),
    Field(25, "validity_approval", text(200), certificates_only=True),
    Field(26, "methodology_approval", text(200), certificates_only=True),
    Field(27, "maintenance", list_of(map_of("maintenance", MAINTENANCE_FIELDS), 64), certificates_only=True),
    Field(28, "patch_management", FLAG, certificates_only=True),
    Field(29, "cra_presumption", map_of("cra-presumption", CRA_PRESUMPTION_FIELDS)),
)

CLAIMS_FIELDS: Final = (
    Field(ISS, "iss", written("entity-id", ENTITY_ID), required=True),
    Field(SUB, "sub", _ID, required=True),
    Field(EXP, "exp", _TIME, required=True),
    Field(NBF, "nbf", _TIME, required=True),
    Field(STATUS, "status", Kind("status-claim", _status_size)),
    Field(CERTIFICATE, "certificate", map_of("certificate-map", CERTIFICATE_FIELDS), required=True),
)

KEY_OF: Final[Mapping[str, int]] = {field.path: field.key for field in CERTIFICATE_FIELDS}
"""Key of each field of the certificate map, by its path in the JSON document."""
