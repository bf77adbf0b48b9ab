"""Certificates about invented products."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from certmark.model import CybersecurityCertificate, document_from

GTIN: Final = "9521234567899"
"""Begins with 952, which GS1 keeps for examples."""
MODEL: Final = "FR-100"
FORGED_MODEL: Final = "FR-900"
VERSION: Final = "2.1.0"
_FIVE_YEARS: Final = timedelta(days=5 * 365)
_DOCUMENTS: Final = {
    "certificate": "Certificate",
    "certification_report": "Certification report",
    "security_target": "Security target, public version",
}


def router(number: int, *, issued: date, valid_until: date | None = None) -> CybersecurityCertificate:
    """Make the certificate of a router at level substantial.

    Args:
        number: running number in its id.
        issued: day of issue.
        valid_until: last day; five years after the issue when left out.
    """
    return _certificate(
        {
            **_about(number, body="9001", issued=issued, valid_until=valid_until or issued + _FIVE_YEARS),
            "assurance_level": "substantial",
            "subject": {
                "type": "ict_product",
                "name": f"Fictitious Home Router {MODEL}",
                "category": "Network and network-related devices",
                "version": f"Hardware A, firmware {VERSION}",
                "versions": [VERSION],
                "brand": "Fictitious Devices",
                "models": [MODEL],
                "gtins": [GTIN],
            },
            "packages": [{"name": "global", "eal": 2, "components": ["ALC_FLR.2", "AVA_VAN.2"], "augmented": True}],
        }
    )


def smart_card(number: int, *, issued: date) -> CybersecurityCertificate:
    """Make the certificate of a smart card at level high; see ``router``."""
    return _certificate(
        {
            **_about(number, body="9002", issued=issued, valid_until=issued + _FIVE_YEARS),
            "assurance_level": "high",
            "subject": {
                "type": "ict_product",
                "name": "Fictitious Smart Card S5",
                "category": "Smartcards and similar devices",
                "version": "5.0",
            },
            "packages": [{"name": "global", "eal": 4, "components": ["ALC_DVS.2", "AVA_VAN.5"], "augmented": True}],
            "technical_domain": "smart_cards_and_similar_devices",
        }
    )


def _about(number: int, *, body: str, issued: date, valid_until: date) -> dict[str, Any]:
    certificate_id = f"EUCC-{body}-{issued:%Y-%m}-{number:04d}"
    return {
        "id": certificate_id,
        "scheme": "EUCC",
        "legal_basis": "32024R0482",
        "standards": ["CC:2022", "CEM:2022"],
        "holder": {
            "name": "Fictitious Devices Ltd",
            "address": "2 Invented Street, Nowhere",
            "contact": "psirt@fictitious-devices.example",
        },
        "itsef": "Fictitious Laboratory",
        "issued": issued,
        "valid_until": valid_until,
        "documents": [
            {
                "type": kind,
                "reference": f"{title} {certificate_id}",
                "sha256": sha256(f"{title} {certificate_id}".encode()).hexdigest(),
            }
            for kind, title in _DOCUMENTS.items()
        ],
        "supplementary_information_url": "https://fictitious-devices.example/security",
    }


def _certificate(fields: dict[str, Any]) -> CybersecurityCertificate:
    document = document_from(fields)
    assert isinstance(document, CybersecurityCertificate)  # noqa: S101 no document_type stands above
    return document
