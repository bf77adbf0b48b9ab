"""Real certificates as certmark documents, read in place from the reference data beside the repository.

``eucc_certificates`` gives the EUCC certificates of the ENISA site, ``common_criteria`` the Common Criteria ones. The
sources are extracts: what the model or EUCC asks for and a source does not say is filled in. Every filler stands in
``tests.fillers`` and nowhere else.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from certmark.errors import ModelError
from certmark.model import CybersecurityCertificate, ava_van_of_eal, document_from
from tests.fillers import BODIES, CC_FILLERS, FILLERS, PUBLISHED

if TYPE_CHECKING:
    from pathlib import Path

_EAL = re.compile(r"EAL ?([1-7])")
_COMPONENT = re.compile(r"[A-Z]{3}_[A-Z]{3}(?:_EXT)?\.[1-9]")
_OWN_ID = re.compile(r"EUCC-[0-9]{4}-20[0-9]{2}(?:-[0-9]+)+")


class Row(NamedTuple):
    """One Common Criteria certificate.

    Attributes:
        certificate: the document, or None when the model refuses it.
        reason: why the model refuses it, or None.
    """

    certificate: CybersecurityCertificate | None
    reason: str | None


def eucc_certificates(shared: Path) -> list[CybersecurityCertificate]:
    """Give the EUCC certificates of the ENISA site with all of Annex VII, the one with a complete record first.

    Raises:
        ModelError: the model refuses one of them.
    """
    register = json.loads((shared / "data" / "eucc-registry.json").read_bytes())
    (complete,) = register["complete_records"]
    extracts = register["certificates"]
    mappings = [_completed(_from_extract(extracts[0]), complete), *map(_from_extract, extracts[1:])]
    return [_certificate(mapping) for mapping in mappings]


def common_criteria(shared: Path) -> list[Row]:
    """Give the Common Criteria certificates with all of Annex VII, in the order of the source."""
    with (shared / "data" / "common-criteria.csv").open(encoding="utf-8", newline="") as file:
        return [_row(record, line) for line, record in enumerate(csv.DictReader(file), start=1)]


def _row(record: dict[str, str], line: int) -> Row:
    try:
        return Row(_certificate(_from_common_criteria(record, line)), None)
    except ModelError as error:
        return Row(None, str(error))


def _certificate(mapping: dict[str, Any]) -> CybersecurityCertificate:
    document = document_from(mapping)
    assert isinstance(document, CybersecurityCertificate)
    return document


# --- EUCC ------------------------------------------------------------------------------------------------------------


def _from_extract(extract: dict[str, Any]) -> dict[str, Any]:
    known = PUBLISHED.get(extract["certificate_id"], {})
    reports = [url.strip() for url in extract["report_urls"]]
    targets = [url.strip() for url in extract["security_target_urls"]]
    own_ids = {name for url in reports for name in _OWN_ID.findall(_file_name(url))}
    packages = _packages(extract["package"]) or [{"name": "global", "ava_van": FILLERS["ava_van"]}]
    issued = known.get("issued") or _issued(extract["certificate_id"], own_ids)
    body, country, authority, ground = BODIES[extract["certificate_id"].split("-")[1]]
    level = _level(packages[0]["ava_van"])
    mapping: dict[str, Any] = {
        "id": extract["certificate_id"],
        "aliases": sorted(own_ids),
        "scheme": "EUCC",
        "legal_basis": "32024R0482",
        "assurance_level": level,
        "subject": {
            "type": "ict_product",
            "name": extract["product_name"],
            "category": extract["product_type"],
            "version": known.get("version", FILLERS["subject.version"]),
        },
        "packages": packages,
        "standards": FILLERS["standards"],
        "holder": {
            "name": extract["holder"],
            "address": FILLERS["holder.address"],
            "contact": FILLERS["holder.contact"],
        },
        "itsef": extract["itsef"],
        "certification_body": {"name": body}
        | {part: FILLERS[f"certification_body.{part}"] for part in ("address", "contact", "accreditation_reference")},
        "ncca": {"name": authority, "country": country},
        "issued": issued,
        "valid_until": known.get("valid_until") or _years_later(issued, FILLERS["years"]),
        "documents": [
            *(_document(url, "certification_report" if "report" in url.lower() else "certificate") for url in reports),
            *(_document(url, "security_target") for url in targets),
        ],
        "supplementary_information_url": FILLERS["supplementary_information_url"],
        "certificate_page_url": extract["enisa_url"],
    }
    if level == "high":
        mapping["issuance_mode"] = ground
    if extract["product_type"] in {"Smartcard Controller", "Smartcards and similar devices"}:
        mapping["technical_domain"] = "smart_cards_and_similar_devices"
    return mapping


def _completed(mapping: dict[str, Any], complete: dict[str, str]) -> dict[str, Any]:
    own_id = complete["certificate_id"].removeprefix("CERTIFICATE ")
    day, month, year = map(int, complete["issuance_date_full"].strip("'").split("/"))
    main, _, sub_tsf = complete["package"].partition("sub-TSF assurance level")
    eal = _EAL.search(sub_tsf)
    assert eal is not None
    known = PUBLISHED[mapping["id"]]
    return mapping | {
        "id": own_id,
        "aliases": [mapping["id"]],
        "assurance_level": complete["assurance_level"].lower(),
        "subject": mapping["subject"]
        | {
            "name": complete["product_name"],
            "category": complete["product_type"],
            "version": complete["product_version"],
        },
        "packages": [
            _package("global", main),
            # the register gives this one AVA_VAN 6, which does not exist: it is left out
            {"name": "sub-TSF", "eal": int(eal[1]), "components": _COMPONENT.findall(sub_tsf), "augmented": True},
        ],
        "standards": [complete["cc_version"]],
        "holder": {
            "name": complete["holder_name"],
            "address": complete["holder_address"],
            "contact": complete["holder_contact"],
        },
        "itsef": complete["itsef"],
        "certification_body": mapping["certification_body"]
        | {
            "name": complete["certification_body"],
            "address": complete["certification_body_address"],
            "contact": complete["certification_body_contact"],
        },
        "ncca": mapping["ncca"] | {"name": complete["responsible_ncca"]},
        "issued": date(year, month, day),
        "valid_until": known["valid_until"],
        "supplementary_information_url": complete["holder_website"],
    }


def _packages(text: str) -> list[dict[str, Any]]:
    """Read a package text; a second evaluation assurance level begins a second package."""
    starts = [match.start() for match in _EAL.finditer(text)]
    ends = [*starts[1:], len(text)]
    names = ["global", *(f"package {number}" for number in range(2, 9))]
    packages = [_package(name, text[start:end]) for name, start, end in zip(names, starts, ends, strict=False)]
    if "(COMP)" in text:
        packages.append({"name": "COMP"})
    return packages


def _package(name: str, text: str) -> dict[str, Any]:
    eal = _EAL.search(text)
    assert eal is not None
    package: dict[str, Any] = {"name": name, "eal": int(eal[1]), "components": _COMPONENT.findall(text)}
    if package["components"]:
        package["augmented"] = True
    if not any(component.startswith("AVA_VAN.") for component in package["components"]):
        package["ava_van"] = ava_van_of_eal(package["eal"])
    else:
        package["ava_van"] = next(int(each[-1]) for each in package["components"] if each.startswith("AVA_VAN."))
    return package


def _level(ava_van: int) -> str:
    return "high" if ava_van >= 3 else "substantial"


def _issued(certificate_id: str, own_ids: set[str]) -> date:
    """Read year and, where it is there, month of issue from the ids: EUCC-body-year-month-number."""
    year = int(certificate_id.split("-")[2])
    months = [int(parts[3]) for parts in (own_id.split("-") for own_id in own_ids) if len(parts) > 4]
    return date(year, months[0] if months else FILLERS["month"], FILLERS["day"])


def _years_later(issued: date, years: int) -> date:
    assert (issued.month, issued.day) != (2, 29)
    return issued.replace(year=issued.year + years)


def _file_name(url: str) -> str:
    return unquote(parse_qs(urlsplit(url).query)["filename"][0])


def _document(url: str, kind: str) -> dict[str, Any]:
    reference = _file_name(url).removesuffix(".pdf")
    return {"type": kind, "reference": reference, "sha256": hashlib.sha256(url.encode()).hexdigest()}


# --- Common Criteria -------------------------------------------------------------------------------------------------


def _from_common_criteria(record: dict[str, str], line: int) -> dict[str, Any]:
    issued = date.fromisoformat(record["issued"])
    words: dict[str, Any] = {"country": record["scheme_country"], "year": issued.year, "line": line}
    words["id"] = CC_FILLERS["id"].format(**words)
    reference = CC_FILLERS["documents.reference"].format(**words)
    package = _cc_package(record["assurance"])
    ava_van = package.get("ava_van")
    mapping: dict[str, Any] = {
        "id": words["id"],
        "scheme": CC_FILLERS["scheme"],
        "legal_basis": CC_FILLERS["legal_basis"],
        "assurance_level": CC_FILLERS["assurance_level"] if ava_van is None else _level(ava_van),
        "subject": {
            "type": "ict_product",
            "name": record["product_name"],
            "category": record["product_category"],
            "version": CC_FILLERS["subject.version"],
        },
        "packages": [package] if package else [],
        "standards": CC_FILLERS["standards"],
        "holder": {
            "name": record["vendor"],
            "address": CC_FILLERS["holder.address"],
            "contact": CC_FILLERS["holder.contact"],
        },
        "certification_body": {
            "name": CC_FILLERS["certification_body.name"].format(**words),
            "address": CC_FILLERS["certification_body.address"],
        },
        "ncca": {"name": CC_FILLERS["ncca.name"].format(**words), "country": record["scheme_country"]},
        "issued": issued,
        "valid_until": _years_later(issued, CC_FILLERS["years"]),
        "documents": [
            {
                "type": "certification_report",
                "reference": reference,
                "sha256": hashlib.sha256(reference.encode()).hexdigest(),
            }
        ],
        "supplementary_information_url": CC_FILLERS["supplementary_information_url"],
    }
    if record["laboratory"]:
        mapping["itsef"] = record["laboratory"]
    # chips, smart cards and TPMs are one technical domain; no other category is wholly within one
    if record["product_category"].startswith(("ICs, Smart Cards", "Trusted Computing")):
        mapping["technical_domain"] = "smart_cards_and_similar_devices"
    return mapping


def _cc_package(assurance: str) -> dict[str, Any]:
    """Read an assurance text: "EAL4+,ALC_DVS.2", "Basic,ADV_FSP.1" (no EAL), or "None"."""
    base, *components = assurance.split(",")
    eal = _EAL.match(base)
    package: dict[str, Any] = {"name": "global"}
    if eal:
        package["eal"] = int(eal[1])
    listed = [component for component in components if "_" in component]
    if listed:
        package["components"] = listed
        package["augmented"] = True
    if base.endswith("+"):
        package["augmented"] = True
    levels = [int(component[-1]) for component in listed if component.startswith("AVA_VAN.")]
    if levels or eal:
        package["ava_van"] = levels[0] if levels else ava_van_of_eal(package["eal"])
    return package if len(package) > 1 else {}
