"""The real certificates that density is measured on, issued so that every run gives the same bytes.

They come from the reference data beside the repository. The key is a test key and its signatures are deterministic.
Body, laboratory and hosts are ones that the dictionary has never seen.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.approve import approve
from certmark.claims import StatusReference
from certmark.issue import Approver, Issuer
from certmark.model.scheme import eucc
from tests import keys
from tests import world as w
from tests.real_data import common_criteria, eucc_certificates

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from certmark.model import CybersecurityCertificate

SIGNER: Final = keys.signer(number=61)
ISSUER: Final = "QX-4711"
AUTHORITY_SIGNER: Final = keys.signer(number=62)
AUTHORITY: Final = "QX-K7A"
INDEX: Final = 12_345
URL: Final = f"https://k7.example/c/{INDEX}"
STATUS: Final = StatusReference(INDEX, "https://status.k7.example/2")


class Samples(NamedTuple):
    """Certificates that may be issued under EUCC, with all of Annex VII.

    Attributes:
        seen: Common Criteria certificates of the vendors whose certificates the dictionary's words were chosen by.
        unseen: those of the other vendors.
        eucc: the certificates of the EUCC register; no word was chosen by them.
    """

    seen: tuple[CybersecurityCertificate, ...]
    unseen: tuple[CybersecurityCertificate, ...]
    eucc: tuple[CybersecurityCertificate, ...]

    @property
    def common_criteria(self) -> tuple[CybersecurityCertificate, ...]:
        """Both halves."""
        return self.seen + self.unseen


def samples(shared: Path) -> Samples:
    """Read the certificates and divide the Common Criteria ones by vendor."""
    rows = [row.certificate for row in common_criteria(shared) if row.certificate is not None]
    issuable = [certificate for certificate in rows if not eucc().violations(certificate)]
    return Samples(
        tuple(certificate for certificate in issuable if is_seen(vendor_of(certificate))),
        tuple(certificate for certificate in issuable if not is_seen(vendor_of(certificate))),
        tuple(eucc_certificates(shared)),
    )


def vendor_of(certificate: CybersecurityCertificate) -> str:
    """Name a vendor by the first word, so that its subsidiaries are in the same half."""
    if certificate.holder is None:
        raise ValueError(f"{certificate.id} names no holder")
    return certificate.holder.name.split(maxsplit=1)[0].strip(",").lower()


def is_seen(vendor: str) -> bool:
    """Tell in which half a vendor is: decided by a hash, so that nobody chooses."""
    return sha256(vendor.encode()).digest()[0] % 2 == 0


def signed_at(certificate: CybersecurityCertificate) -> datetime:
    """Give the first instant at which a certificate may be signed."""
    return w.instant(certificate.issued.isoformat())


def approved_token(certificate: CybersecurityCertificate) -> bytes:
    """Issue a certificate as it stands, or its label, upon the approval of an authority, and give the COSE bytes."""
    at = signed_at(certificate)

    def give(payload: bytes) -> bytes:
        return approve(payload, signer=AUTHORITY_SIGNER, authority=AUTHORITY, at=at - timedelta(days=1))

    approver = Approver((AUTHORITY_SIGNER.public_key,), give)
    return Issuer(SIGNER, ISSUER, approver=approver).issue(certificate, at=at, status=STATUS).cose


def token(certificate: CybersecurityCertificate) -> bytes:
    """Issue a certificate as it stands, or its label, and give the COSE bytes."""
    return Issuer(SIGNER, ISSUER).issue(certificate, at=signed_at(certificate), status=STATUS).cose
