"""A look inside a token without trusting it: for inspection and for finding out which lists are needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.verify.signature import open_token

if TYPE_CHECKING:
    from certmark.claims import CertificateClaims
    from certmark.cwt.approval import Approval


@dataclass(frozen=True, slots=True)
class Peeked:
    """What a token states. Nothing of it is verified: anyone can write it.

    Attributes:
        untrusted_id: certificate id.
        untrusted_issuer: entity id of the issuer.
        untrusted_claims: everything that it states.
        untrusted_algorithm: COSE algorithm number.
        untrusted_key_id: key id (8 bytes) or digest of the seal certificate (32 bytes).
        untrusted_issued_at: claimed signing time, in seconds.
        link_host: host of the link, or None.
        signature: bytes of the signature.
        untrusted_approval: the approval that stands behind the certificate, or None.
    """

    untrusted_id: str
    untrusted_issuer: str
    untrusted_claims: CertificateClaims
    untrusted_algorithm: int | None
    untrusted_key_id: bytes | None
    untrusted_issued_at: int
    link_host: str | None
    signature: bytes
    untrusted_approval: Approval | None


def peek(token: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> Peeked:
    """Parse a token without verifying anything.

    Args:
        token: text (a link or a bare code), or the bytes of the tagged COSE message and of its approval.
        limits: bounds on sizes.

    Raises:
        DecodeError: not a certificate token.
    """
    opened = open_token(token, limits=limits)
    headers = opened.message.headers
    return Peeked(
        untrusted_id=opened.claims.id,
        untrusted_issuer=opened.claims.iss,
        untrusted_claims=opened.claims,
        untrusted_algorithm=headers.alg,
        untrusted_key_id=headers.key_id,
        untrusted_issued_at=opened.issued_at,
        link_host=opened.link_host,
        signature=opened.message.signature,
        untrusted_approval=opened.approval,
    )
