"""An issuer that draws what it signs."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from certmark.claims import StatusReference
from certmark.issue import IssuedCertificate, Issuer
from certmark.model import AnyDocument
from certmark.register.batch import CHUNK
from certmark.transport import Symbol, encode_symbol


@lru_cache(CHUNK)  # a batch signs so many before the first of them is handed out
def symbol_of(text: str) -> Symbol:
    """Draw the symbol of a token, once for who signs and for who writes it.

    Raises:
        CapacityError: the text does not fit a QR code.
    """
    return encode_symbol(text)


class DrawnIssuer(Issuer):
    """Issues only what fits a QR code: anything larger is refused before the register keeps it."""

    def issue(self, document: AnyDocument, *, at: datetime, status: StatusReference | None = None) -> IssuedCertificate:
        """Issue, see ``Issuer``.

        Raises:
            CapacityError: the text does not fit a QR code.
        """
        issued = super().issue(document, at=at, status=status)
        symbol_of(issued.text)
        return issued
