"""The status list token: a status list in CWT (Token Status List, draft 21, §5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.cose.profile import STATUS_TOKEN
from certmark.cwt import token, typ
from certmark.cwt.registered import LONGEST_URI, Claim, string_claim, time_claim
from certmark.errors import DecodeError, StatusError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status.bitarray import StatusList

if TYPE_CHECKING:
    from certmark.cose.sign1 import Sign1
    from certmark.cose.signer import Signer


class StatusListToken(NamedTuple):
    """What a status list token says.

    Attributes:
        uri: where the list is published (sub); names it.
        issued_at: in seconds.
        expires: hard end in seconds, or None.
        ttl: for how many seconds it may be used before a fresh one should be fetched, or None.
        statuses: the list.
    """

    uri: str
    issued_at: int
    expires: int | None
    ttl: int | None
    statuses: StatusList


def seal(status_token: StatusListToken, *, signer: Signer, aggregation_uri: str | None = None) -> bytes:
    """Sign a status list token as COSE_Sign1.

    Args:
        status_token: what it says.
        signer: signs.
        aggregation_uri: where all lists of its publisher are named, for those who fetch them ahead.

    Raises:
        SignerError: the signature does not verify.
    """
    status_list = status_token.statuses.to_map()
    if aggregation_uri is not None:
        status_list["aggregation_uri"] = aggregation_uri
    claims: dict[int, object] = {Claim.SUB: status_token.uri, Claim.STATUS_LIST: status_list}
    if status_token.expires is not None:
        claims[Claim.EXP] = status_token.expires
    if status_token.ttl is not None:
        claims[Claim.TTL] = status_token.ttl
    return token.seal(
        claims, typ=typ.STATUS_LIST, issued_at=status_token.issued_at, signer=signer, profile=STATUS_TOKEN
    )


def parse(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Sign1, StatusListToken]:
    """Parse a status list token, its own or a third party's. Nothing is verified.

    Args:
        data: the tagged COSE_Sign1.
        limits: bounds its size and that of the inflated list.

    Returns:
        The message, whose signature is still to be checked, and what it says.

    Raises:
        StatusError: not a status list token.
    """
    message = split(data, limits=limits)
    return message, read(message.payload, limits=limits)


def split(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Sign1:
    """Parse a token but leave its payload encoded, for ``read`` once its signature was verified.

    Raises:
        StatusError: not a status list token.
    """
    if len(data) > limits.status_token:
        raise StatusError(f"the status list token has {len(data)} bytes, more than {limits.status_token}")
    try:
        return token.split(data, typ=typ.STATUS_LIST, profile=STATUS_TOKEN, limits=limits)
    except DecodeError as error:
        raise StatusError(f"not a status list token: {error}") from error


def read(payload: bytes, *, limits: Limits = DEFAULT_LIMITS) -> StatusListToken:
    """Read what a token says.

    Raises:
        StatusError: not the claims of a status list token.
    """
    try:
        claims = token.read_claims(payload, profile=STATUS_TOKEN, limits=limits)
        return StatusListToken(
            uri=string_claim(claims, Claim.SUB, most=LONGEST_URI),
            issued_at=time_claim(claims, Claim.IAT),
            expires=time_claim(claims, Claim.EXP) if Claim.EXP in claims else None,
            ttl=time_claim(claims, Claim.TTL) if Claim.TTL in claims else None,
            statuses=StatusList.from_map(claims.get(Claim.STATUS_LIST), limits=limits),
        )
    except DecodeError as error:
        raise StatusError(f"not a status list token: {error}") from error
