"""One full certificate and one full statement, fictitious, in the shape of their JSON; tests change one thing each."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_CERTIFICATE: dict[str, Any] = {
    "document_type": "certificate",
    "content": "full",
    "id": "EUCC-0000-2026-01-0001",
    "aliases": ["EUCC-0000-2026-0000000001-00000"],
    "scheme": "EUCC",
    "legal_basis": "32024R0482",
    "assurance_level": "high",
    "subject": {
        "type": "ict_product",
        "name": "Beispiel-Gateway Größe M",
        "category": "Network and network-related devices",
        "version": "Firmware 2.1, hardware B (see security target)",
        "target_of_evaluation": "Gateway security module 2.1",
        "versions": ["2.1", "2.1.1"],
        "brand": "Beispiel",
        "models": ["GW-M", "GW-M/EU"],
        "gtins": ["4006381333931", "96385074"],
        "cpes": ["cpe:2.3:o:beispiel:gateway_firmware:2.1:*:*:*:*:*:*:*"],
        "purls": ["pkg:generic/beispiel/gateway-firmware@2.1"],
    },
    "coverage": {"extent": "part", "scope": "The security module; not the radio."},
    "standards": ["CC:2022", "CEM:2022"],
    "protection_profiles": ["BSI-CC-PP-0000-2026"],
    "holder": {
        "name": "Beispiel Netze GmbH",
        "address": "Musterweg 1, 12345 Musterstadt",
        "contact": "psirt@beispiel.example",
    },
    "issued": "2026-03-02",
    "valid_until": "2031-03-01",
    "documents": [
        {"type": "certification_report", "reference": "Report 2026-01", "sha256": "0f" * 32},
        {"type": "security_target", "reference": "ST 2.1", "url": "https://beispiel.example/st.pdf"},
    ],
    "supplementary_information_url": "https://beispiel.example/security",
    "certificate_page_url": "https://body.example/certificates/1",
    "support_until": "2033-12-31",
    "replaces": ["EUCC-0000-2025-12-0007"],
    "base_certificates": ["EUCC-0000-2025-03-0001"],
    "cra_presumption": {"act": "32027R0001", "requirements": ["Annex I, Part I, (2)(a)"]},
    "packages": [
        {
            "name": "global",
            "eal": 4,
            "components": ["ALC_DVS.2", "AVA_VAN.5"],
            "ava_van": 5,
            "augmented": True,
        },
        {"name": "Boot loader", "eal": 2, "augmented": False},
    ],
    "technical_domain": "hardware_devices_with_security_boxes",
    "itsef": "Prüflabor Beispiel",
    "certification_body": {
        "name": "Zertifizierungsstelle Beispiel",
        "address": "Amtsplatz 2, 12345 Musterstadt",
        "contact": "certification@body.example",
        "accreditation_reference": "D-ZE-00000-01",
    },
    "ncca": {"name": "Behörde Beispiel", "country": "DE"},
    "issuance_mode": "prior_approval",
    "validity_approval": "2026-77",
    "methodology_approval": "2026-78",
    "maintenance": [{"report": "M-1", "date": "2026-09-01", "version": "2.1.1"}],
    "patch_management": False,
}

_STATEMENT: dict[str, Any] = {
    "document_type": "statement_of_conformity",
    "id": "XX-HOME-1",
    "scheme": "XX-HOME",
    "assurance_level": "basic",
    "subject": {"type": "ict_product", "name": "Thermostat", "gtins": ["4006381333931"]},
    "standards": ["XX 1000:2026"],
    "holder": {"name": "Beispiel Heim GmbH", "address": "Musterweg 3", "contact": "security@heim.example"},
    "issued": "2026-03-02",
    "valid_until": "2028-03-01",
    "documents": [{"type": "other", "reference": "Technical documentation"}],
}


def full_certificate(**changes: Any) -> dict[str, Any]:
    """Give a certificate that has every field, with some top fields changed."""
    return {**deepcopy(_CERTIFICATE), **changes}


def full_statement(**changes: Any) -> dict[str, Any]:
    """Give a statement of conformity, with some top fields changed."""
    return {**deepcopy(_STATEMENT), **changes}


def changed(mapping: dict[Any, Any], path: tuple[Any, ...], value: object) -> dict[Any, Any]:
    """Give a copy with the value at one path replaced or added."""
    copy = deepcopy(mapping)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def without(mapping: dict[Any, Any], path: tuple[Any, ...]) -> dict[Any, Any]:
    """Give a copy without the value at one path."""
    copy = deepcopy(mapping)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copy
