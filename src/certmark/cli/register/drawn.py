"""An issuer that draws what it signs."""

from __future__ import annotations

from datetime import datetime

from certmark.claims import StatusReference
from certmark.issue import IssuedCertificate, Issuer
from certmark.model import AnyDocument


class DrawnIssuer(Issuer):
    """Issues only what fits a QR code: anything larger is refused before the register keeps it."""

    def issue(self, document: AnyDocument, *, at: datetime, status: StatusReference | None = None) -> IssuedCertificate:
        """Issue, see ``Issuer``.

        Raises:
            CapacityError: the text does not fit a QR code.
        """
        issued = super().issue(document, at=at, status=status)
        issued.symbol()
        return issued
