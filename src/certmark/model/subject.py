"""What is certified, and how much of it."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from certmark.model.fields import (
    Cpe,
    FrozenModel,
    Gtin,
    Purl,
    Text100,
    Text200,
    Text500,
    Text1000,
    Text1200,
    UpTo64,
    UpTo256,
    raise_problem,
)
from certmark.model.vocabulary import Extent, SubjectType


class Subject(FrozenModel):
    """What the document is about (Regulation (EU) 2024/482, Annex VII(b))."""

    type: SubjectType
    """Product, service, process, managed security service, product series or protection profile."""

    name: Text1200
    """Name as certified."""

    category: Text200 | None = None
    """Type of product, in words."""

    version: Text500 | None = None
    """Version as certified: free text for people, never parsed."""

    target_of_evaluation: Text1000 | None = None
    """Target of evaluation, where its name or version differs."""

    versions: UpTo256[Text200] = ()
    """Certified versions as exact strings that a machine may compare."""

    brand: Text100 | None = None
    """Brand under which the subject is sold."""

    models: UpTo256[Text200] = ()
    """Model names or manufacturer part numbers, as on the goods."""

    gtins: UpTo256[Gtin] = ()
    """Article numbers: GTIN-8, -12, -13 or -14 with check digit; kept with 14 digits."""

    cpes: UpTo64[Cpe] = ()
    """CPE 2.3 names, as vulnerability databases use them."""

    purls: UpTo64[Purl] = ()
    """Package URLs of software."""


class Coverage(FrozenModel):
    """How much of the subject is certified (Regulation (EU) 2024/482, Article 10(2))."""

    extent: Extent = Extent.WHOLE
    """The whole subject or a part."""

    scope: Text1000 | None = Field(default=None, validate_default=True)
    """What exactly is covered; required when only a part is."""

    @field_validator("scope")
    @classmethod
    def _part_needs_scope(cls, scope: str | None, info: ValidationInfo) -> str | None:
        if scope is None and info.data.get("extent") is Extent.PART:
            raise_problem("is missing: say which part is covered")
        return scope
