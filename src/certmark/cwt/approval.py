"""Approvals: an authority's own signature over the claims set of a certificate token.

An approval is a COSE_Sign1 without its payload and follows the token that carries those claims. It is no CWT: the
claims are those of the body, and the authority names itself in the header.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.cose import sign1
from certmark.cose.headers import sign1_header
from certmark.cose.profile import CERTMARK_1
from certmark.cose.signer import checked_signature
from certmark.cwt import typ
from certmark.cwt.typ import check_typ
from certmark.errors import CwtError

if TYPE_CHECKING:
    from certmark.cose.signer import Signer

_ENTITY_ID: Final = re.compile("[A-Z]{2}-[A-Za-z0-9._-]{1,40}")


class Approval(NamedTuple):
    """An approval that was parsed, not verified.

    Attributes:
        message: the COSE message, with the claims set of the certificate token as its payload.
        authority: entity id of who signed, as stated.
        issued_at: iat, in seconds.
    """

    message: sign1.Sign1
    authority: str
    issued_at: int


def may_approve(authority: str, issuer: str) -> bool:
    """Tell whether an entity can approve what another one issues: only another one of the same territory."""
    return authority[:2] == issuer[:2] and authority != issuer


def seal_approval(payload: bytes, *, authority: str, issued_at: int, signer: Signer) -> bytes:
    """Sign the claims set of a certificate token as its approval.

    Args:
        payload: the encoded claims set.
        authority: entity id of who approves.
        issued_at: claimed signing time, in seconds since 1970.
        signer: signs.

    Returns:
        The tagged message, without the payload.

    Raises:
        SignerError: the signature does not verify.
    """
    header = sign1_header(signer, typ=typ.APPROVAL, issued_at=issued_at, issuer=authority)
    return sign1.to_bytes(header, None, checked_signature(signer, sign1.sig_structure(header, payload)))


def parse_approval(message: bytes, payload: bytes) -> Approval:
    """Parse an approval of a claims set. Nothing is verified.

    Args:
        message: the tagged message, and nothing behind it.
        payload: the encoded claims set that it is said to approve.

    Raises:
        DecodeError: not an approval.
    """
    parsed = sign1.from_bytes(message, profile=CERTMARK_1, check_typ=partial(check_typ, typ.APPROVAL), detached=payload)
    authority, issued_at = parsed.headers.issuer, parsed.headers.issued_at
    if authority is None or issued_at is None or not _ENTITY_ID.fullmatch(authority):
        raise CwtError("an approval must name the entity id of the authority (iss), as NL-RDI")
    return Approval(parsed, authority, issued_at)
