"""What stands beside a certificate: documents, maintenance reports, presumption of conformity."""

from __future__ import annotations

from certmark.model.fields import Celex, Day, FrozenModel, HttpsUri, OneTo64, Sha256, Text200
from certmark.model.vocabulary import AttachmentType


class Attachment(FrozenModel):
    """A document that belongs to the certificate (Regulation (EU) 2024/482, Annexes V and VII)."""

    type: AttachmentType
    """What the document is."""

    reference: Text200
    """Title or reference by which the body files it."""

    sha256: Sha256 | None = None
    """SHA-256 of the file, in hexadecimal."""

    url: HttpsUri | None = None
    """Where the file is published."""


class Maintenance(FrozenModel):
    """A maintenance report, which adds a version to the certificate (Regulation (EU) 2024/482, Annex IV.3)."""

    report: Text200
    """Reference of the maintenance report."""

    date: Day
    """Day of the report."""

    version: Text200
    """Version that it adds, as an exact string."""


class CraPresumption(FrozenModel):
    """Presumption of conformity with the Cyber Resilience Act (Regulation (EU) 2024/2847, Article 27(8) and (9))."""

    act: Celex
    """CELEX number of the delegated act that names the scheme."""

    requirements: OneTo64[Text200]
    """Requirements of Annex I that the certificate covers."""
