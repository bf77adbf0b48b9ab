"""Who holds a certificate and who stands behind it."""

from __future__ import annotations

from certmark.model.fields import Country, FrozenModel, Text200, Text500


class Holder(FrozenModel):
    """The holder: manufacturer or provider (Regulation (EU) 2024/482, Annex VII(b)(4))."""

    name: Text200
    """Legal name."""

    address: Text500 | None = None
    """Postal address."""

    contact: Text200 | None = None
    """How to reach the holder: a role such as psirt@example.com, not a person."""


class CertificationBody(FrozenModel):
    """The certification body (Annex VII(c)(1)). Trusted lists carry it, tokens do not."""

    name: Text200
    """Legal name."""

    address: Text500 | None = None
    """Postal address."""

    contact: Text200 | None = None
    """How to reach the body: a role, not a person."""

    accreditation_reference: Text200 | None = None
    """Reference number of the accreditation (Article 11(3)(b)(2))."""


class Ncca(FrozenModel):
    """The responsible national cybersecurity certification authority (Annex VII(c)(3)). Tokens do not carry it."""

    name: Text200
    """Name of the authority."""

    country: Country
    """Its Member State, two letters."""
