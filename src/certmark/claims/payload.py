"""Claims into the payload of a token and back: nothing is written that a verifier would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certmark import cbor
from certmark.claims.checked import CertificateClaims, claims_size
from certmark.errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Mapping


def encode_claims(claims: Mapping[Any, Any]) -> bytes:
    """Check the claims set of a certificate token as verifiers do, and write it deterministically.

    Args:
        claims: as ``claims_set`` makes it.

    Raises:
        ClaimsError: a claim is missing, unknown, of the wrong type or size, or contradicts another; or the keys of a
            map are not in bytewise order.
    """
    size = claims_size(claims)
    CertificateClaims.agreeing(claims)
    payload = cbor.encode_in_order(claims)
    if len(payload) != size:
        raise ClaimsError("the keys of a map are not in bytewise order")
    return payload


def decode_claims(payload: bytes) -> CertificateClaims:
    """Read the claims set of a certificate token as verifiers do; the inverse of ``encode_claims``.

    Raises:
        DecodeError: not such a claims set.
    """
    claims: Any = cbor.decode(payload, size_of=claims_size)
    return CertificateClaims.agreeing(claims)
