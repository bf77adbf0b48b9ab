"""Between a certificate and the claims of its token: integer keys, days as numbers, words as numbers."""

from certmark.claims.checked import CertificateClaims, PackageClaims, claims_size
from certmark.claims.codec import StatusReference, claims_set, to_claims, validity_seconds
from certmark.claims.payload import decode_claims, encode_claims

__all__ = [
    "CertificateClaims",
    "PackageClaims",
    "StatusReference",
    "claims_set",
    "claims_size",
    "decode_claims",
    "encode_claims",
    "to_claims",
    "validity_seconds",
]
