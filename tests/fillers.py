"""What real certificates are completed with where the reference data says nothing, and what it leaves out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

FILLERS: Final[dict[str, Any]] = {
    "subject.version": "Filler: version not in the extract",
    "holder.address": "Filler: address of the holder not in the extract",
    "holder.contact": "Filler: contact not in the extract",
    "supplementary_information_url": "https://filler.example/supplementary-information",
    "standards": ("CC:2022", "CEM:2022"),
    # one certificate names no package: the lowest AVA_VAN level, and the assurance level that belongs to it
    "ava_van": 1,
    # where only the year or month of issue is known
    "month": 1,
    "day": 15,
    # where the extract does not say how long: the longest that EUCC allows without approval
    "years": 5,
    # in place of the digest of a document, of which only the address is known: the digest of that address
    "documents.sha256": "of the address",
    "certification_body.address": "Filler: address of the body not in the extract",
    "certification_body.contact": "Filler: contact of the body not in the extract",
    "certification_body.accreditation_reference": "Filler: accreditation not in the extract",
}
"""What stands in EUCC certificates where the extract of the register says nothing."""

CC_FILLERS: Final[dict[str, Any]] = {
    # the certificates were not issued under EUCC: they are taken as if they had been
    "scheme": "EUCC",
    "legal_basis": "32024R0482",
    # the source has no ids: country, year and line of the file
    "id": "CC-{country}-{year}-{line:04d}",
    "subject.version": "Filler: version as in the name",
    "holder.address": "Filler: address of the holder not in the source",
    "holder.contact": "Filler: contact not in the source",
    "supplementary_information_url": "https://filler.example/supplementary-information",
    "standards": ("CC:2022", "CEM:2022"),
    "years": 5,
    # for rows without evaluation assurance level and components; they then state no package either
    "assurance_level": "substantial",
    "documents.reference": "{id} certification report",
    "documents.sha256": "of the reference",
    "certification_body.name": "Filler: certification body in {country}",
    "certification_body.address": "Filler: address of the body not in the source",
    "ncca.name": "Filler: authority in {country}",
}
"""What stands in Common Criteria certificates where the source says nothing."""

PUBLISHED: Final[dict[str, dict[str, Any]]] = {
    # The certificate says five years and 3 December 2030, the register 2 December 2030: the certificate counts.
    "EUCC-3087-2025-0000000001-00000": {"valid_until": date(2030, 12, 3)},
    "EUCC-3090-2025-0000000001-00001": {"issued": date(2025, 3, 31), "version": "A07"},
    "EUCC-3090-2025-0000000001-00002": {"issued": date(2025, 3, 31)},
    "EUCC-3090-2025-0000000004-00002": {"issued": date(2025, 10, 16), "version": "S3NSEN6_20250630"},
}
"""What the certificates themselves say beyond the extract."""

BODIES: Final = {
    "3087": ("BSI", "DE", "BSI", "ncca"),
    "3090": ("ANSSI, Centre de certification national", "FR", "ANSSI", "ncca"),
    "3110": ("TrustCB B.V.", "NL", "Rijksinspectie Digitale Infrastructuur (RDI)", "prior_approval"),
}
"""Certification body, country, authority and ground of issuance at level high, by the number in certificate ids."""
