"""Hypothesis strategies for documents: any certificate, statement or label that the model allows.

``documents()`` is what most tests want. Sizes are small, with a few values at their bound.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from certmark.model import CybersecurityCertificate, StatementOfConformity
from certmark.model.syntax import (
    CELEX,
    CERTIFICATE_ID,
    COUNTRY,
    ENTITY_ID,
    HTTPS_URI,
    LAST_DAY,
    LAST_VALID_DAY,
    SCHEME_ID,
    Syntax,
)
from certmark.model.vocabulary import (
    AssuranceLevel,
    AttachmentType,
    Extent,
    IssuanceMode,
    SubjectType,
    TechnicalDomain,
)
from certmark.text import problem_in

if TYPE_CHECKING:
    from certmark.model import AnyDocument

EPOCH = date(1970, 1, 1)

_CHARACTERS = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_COMPONENTS = tuple(
    f"{name}.{level}" for name in ("ADV_IMP", "ALC_DVS", "ALC_FLR", "ATE_DPT", "AXX_YYY_EXT") for level in range(1, 4)
)

_CPES = ("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", r"cpe:2.3:h:b\:c:d:-:?1*:*:de-DE:*:*:*:*")
_PURLS = ("pkg:npm/%40a/b@1.0", "pkg:oci/x?arch=amd64&tag=1/2#p/q")


@cache
def texts(limit: int) -> st.SearchStrategy[str]:
    """Texts that a person may be shown, of at most ``limit`` characters."""
    free = st.text(_CHARACTERS, min_size=1, max_size=min(limit, 20))
    plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=min(limit, 20))
    usable = st.one_of(plain, free).map(lambda text: unicodedata.normalize("NFC", text).strip())
    fitting = usable.filter(lambda text: problem_in(text) is None and len(text) <= limit)
    return st.one_of(fitting, st.sampled_from(["x" * limit, "ä" * limit]))


@cache
def written(syntax: Syntax) -> st.SearchStrategy[str]:
    """Identifiers of one syntax."""
    return st.from_regex(syntax.pattern, fullmatch=True)


@cache
def gtins() -> st.SearchStrategy[str]:
    """GTINs of 8, 12, 13 and 14 digits with their check digit."""
    bodies = st.sampled_from([7, 11, 12, 13]).flatmap(lambda size: st.text("0123456789", min_size=size, max_size=size))
    return bodies.map(_with_check_digit)


def _with_check_digit(body: str) -> str:
    weighted = zip(reversed(body), (3, 1) * 7, strict=False)
    return body + str(-sum(int(digit) * weight for digit, weight in weighted) % 10)


def entity_ids() -> st.SearchStrategy[str]:
    """Ids of trusted entities, as in the claim iss."""
    return written(ENTITY_ID)


@cache
def https_uris() -> st.SearchStrategy[str]:
    """Links."""
    return st.one_of(st.just("https://example.com/a?b#c"), written(HTTPS_URI))


@cache
def packages(name: str = "global") -> st.SearchStrategy[dict[str, Any]]:
    """Assurance packages whose AVA_VAN component, if there is one, agrees with their level."""
    others = st.lists(st.sampled_from(_COMPONENTS), unique=True, max_size=3)
    levels = st.one_of(st.none(), st.integers(1, 5))
    return st.builds(
        _package,
        name=st.just(name),
        eal=st.one_of(st.none(), st.integers(1, 7)),
        others=others,
        ava_van=levels,
        as_component=st.booleans(),
        augmented=st.booleans(),
    )


def _package(*, others: list[str], ava_van: int | None, as_component: bool, **fields: Any) -> dict[str, Any]:
    components = [*others, f"AVA_VAN.{ava_van}"] if ava_van and as_component else others
    return {**fields, "components": components, "ava_van": ava_van}


def _some(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(entries, unique_by=_identity, min_size=1, max_size=3)


def _identity(entry: Any) -> str:
    # equal maps may have their keys in another order
    return repr(sorted(entry.items()) if isinstance(entry, dict) else entry)


@cache
def _subjects() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.sampled_from(SubjectType), "name": texts(1200)},
        optional={
            "category": texts(200),
            "version": texts(500),
            "target_of_evaluation": texts(1000),
            "versions": _some(texts(200)),
            "brand": texts(100),
            "models": _some(texts(200)),
            "gtins": st.lists(gtins(), unique_by=int, min_size=1, max_size=3),
            "cpes": _some(
                st.sampled_from(["cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", r"cpe:2.3:h:b\:c:-:?1*:*:*:de-DE:*:*:*:*"])
            ),
            "purls": _some(st.sampled_from(["pkg:npm/%40a/b@1.0", "pkg:oci/x?arch=amd64&tag=1/2#p/q"])),
        },
    )


@cache
def _coverages() -> st.SearchStrategy[dict[str, Any]]:
    parts = st.fixed_dictionaries({"extent": st.just(Extent.PART), "scope": texts(1000)})
    return st.one_of(parts, st.fixed_dictionaries({}, optional={"scope": texts(1000)}))


@cache
def _attachments() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.sampled_from(AttachmentType), "reference": texts(200)},
        optional={"sha256": st.binary(min_size=32, max_size=32).map(bytes.hex), "url": https_uris()},
    )


@cache
def _shared_optional() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "aliases": _some(written(CERTIFICATE_ID)),
            "legal_basis": written(CELEX),
            "coverage": _coverages(),
            "standards": _some(texts(100)),
            "protection_profiles": _some(texts(200)),
            "documents": _some(_attachments()),
            "supplementary_information_url": https_uris(),
            "certificate_page_url": https_uris(),
            "support_until": st.dates(EPOCH, LAST_DAY),
            "replaces": _some(written(CERTIFICATE_ID)),
            "base_certificates": _some(written(CERTIFICATE_ID)),
            "cra_presumption": st.fixed_dictionaries({"act": written(CELEX), "requirements": _some(texts(200))}),
        },
    )


@st.composite
def _shared_fields(draw: st.DrawFn) -> dict[str, Any]:
    own_id = draw(written(CERTIFICATE_ID))
    issued = draw(st.dates(EPOCH, LAST_VALID_DAY))
    optional = draw(_shared_optional())
    for links in ("aliases", "replaces", "base_certificates"):
        optional[links] = [other for other in optional.get(links, ()) if other != own_id]
    return {
        "id": own_id,
        "scheme": draw(written(SCHEME_ID)),
        "subject": draw(_subjects()),
        "issued": issued,
        "valid_until": draw(st.dates(issued, LAST_VALID_DAY)),
        **optional,
    }


@cache
def _holders() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"name": texts(200)}, optional={"address": texts(500), "contact": texts(200)})


@cache
def _certificate_optional() -> st.SearchStrategy[dict[str, Any]]:
    body = {"address": texts(500), "contact": texts(200), "accreditation_reference": texts(200)}
    return st.fixed_dictionaries(
        {},
        optional={
            "holder": _holders(),
            "packages": st.one_of(
                packages().map(lambda package: [package]),
                packages("Boot loader").map(lambda package: [package]),
                st.tuples(packages(), packages("Boot loader")),
            ),
            "technical_domain": st.sampled_from(TechnicalDomain),
            "itsef": texts(200),
            "certification_body": st.fixed_dictionaries({"name": texts(200)}, optional=body),
            "ncca": st.fixed_dictionaries({"name": texts(200), "country": written(COUNTRY)}),
            "issuance_mode": st.sampled_from(IssuanceMode),
            "validity_approval": texts(200),
            "methodology_approval": texts(200),
            "patch_management": st.booleans(),
        },
    )


@st.composite
def certificates(draw: st.DrawFn) -> CybersecurityCertificate:
    """Certificates with any of their optional fields."""
    shared = draw(_shared_fields())
    days = draw(st.lists(st.dates(shared["issued"], LAST_DAY), unique=True, max_size=2))
    maintenance = [{"report": "M", "date": day, "version": draw(texts(200))} for day in days]
    level = draw(st.sampled_from(AssuranceLevel))
    own = {"assurance_level": level, "maintenance": maintenance, **draw(_certificate_optional())}
    return CybersecurityCertificate.model_validate({**shared, **own})


@st.composite
def statements(draw: st.DrawFn) -> StatementOfConformity:
    """Statements of conformity with any of their optional fields."""
    shared = draw(_shared_fields())
    holder = draw(_holders())
    return StatementOfConformity.model_validate({**shared, "holder": holder})


def full_documents() -> st.SearchStrategy[AnyDocument]:
    """Certificates and statements that are no labels."""
    return st.one_of(certificates(), statements())


def labels() -> st.SearchStrategy[AnyDocument]:
    """Label extracts of certificates and statements."""
    return full_documents().map(lambda document: document.for_label())


def documents() -> st.SearchStrategy[AnyDocument]:
    """Whatever a token may carry: certificates, statements, and labels of both."""
    return st.one_of(full_documents(), labels())
