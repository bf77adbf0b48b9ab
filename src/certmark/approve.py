"""What an authority does before a body issues: approve exactly these claims, with a signature of its own.

The body sends the claims set of the certificate (``Issuer.payload``), the authority reads what it says and signs those
bytes. Time of signing and key of the body are not part of it, so the approval can be given first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.claims import decode_claims
from certmark.cwt.approval import may_approve, seal_approval
from certmark.cwt.numericdate import to_seconds
from certmark.errors import IssueError
from certmark.model.syntax import ENTITY_ID

if TYPE_CHECKING:
    from datetime import datetime

    from certmark.cose.signer import Signer


def approve(payload: bytes, *, signer: Signer, authority: str, at: datetime) -> bytes:
    """Approve a certificate that a body is about to issue (Regulation (EU) 2019/881, Article 56(6)(a)).

    Args:
        payload: the claims set of the token, as ``Issuer.payload`` gives it. The whole token and its label have
            different ones, and each needs its approval.
        signer: signs, with a key that the national list names for approvals.
        authority: id of the authority in that list (``NL-RDI``).
        at: time of the approval, aware.

    Returns:
        The approval, which follows the token that the body signs.

    Raises:
        DecodeError: not the claims set of a certificate token.
        IssueError: the authority cannot approve what this body issues, or the certificate has ended.
        SignerError: the signer's answer does not verify.
        ValueError: ``at`` has no time zone.
    """
    claims, approved_at = decode_claims(payload), to_seconds(at)
    if not ENTITY_ID.matches(authority):
        raise IssueError(f"the authority {authority!r} is no entity id: write territory and name, as NL-RDI")
    if not may_approve(authority, claims.iss):
        raise IssueError(f"{authority} cannot approve what {claims.iss} issues: another entity of its territory must")
    if approved_at >= claims.exp:
        raise IssueError(f"{claims.id} ended on {claims.valid_until}, before the time of the approval")
    return seal_approval(payload, authority=authority, issued_at=approved_at, signer=signer)
