"""Claims into COSE and out of it: the one layer that certificates, roots, lists and status tokens share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor
from certmark.cose import sign, sign1
from certmark.cose.framing import refuse_compound_keys
from certmark.cose.headers import body_header, sign1_header
from certmark.cose.profile import CERTMARK_1
from certmark.cwt.registered import Claim
from certmark.cwt.typ import check_typ
from certmark.errors import CwtError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certmark.cose.profile import Profile
    from certmark.cose.signer import Signer


class Parsed(NamedTuple):
    """A token that was parsed, not verified.

    Attributes:
        message: the COSE message, whose signature is still to be checked.
        untrusted_claims: the claims set as it stands in the payload.
    """

    message: sign1.Sign1
    untrusted_claims: dict[int | str, cbor.Value]


def seal(
    claims: Mapping[int, object], *, typ: str, issued_at: int, signer: Signer, profile: Profile = CERTMARK_1
) -> bytes:
    """Sign a claims set as COSE_Sign1.

    Args:
        claims: claims by key, without iat.
        typ: type of the artefact.
        issued_at: claimed signing time, in seconds since 1970.
        signer: signs.
        profile: decides whether iat stands in the header or among the claims.

    Returns:
        The tagged message.

    Raises:
        SignerError: the signature does not verify.
    """
    if profile.iat_in_header:
        header, payload = sign1_header(signer, typ=typ, issued_at=issued_at), claims
    else:
        header, payload = sign1_header(signer, typ=typ, issued_at=None), {**claims, Claim.IAT: issued_at}
    return sign1.sign1(header, cbor.encode(payload), signer=signer)


def parse(
    message: bytes, *, typ: str, profile: Profile = CERTMARK_1, size_of: Callable[[cbor.Value], int] | None = None
) -> Parsed:
    """Parse a COSE_Sign1 that holds a claims set: type first, then payload. Nothing is verified.

    Args:
        message: the tagged message.
        typ: type that it must state.
        profile: what is accepted.
        size_of: for a deterministic profile, as ``cbor.decode`` takes it.

    Raises:
        DecodeError: not such a token.
    """
    parsed = sign1.from_bytes(message, profile=profile, check_typ=partial(check_typ, typ))
    payload = parsed.payload
    claims = cbor.decode(payload, size_of=size_of) if profile.deterministic else cbor.decode_lenient(payload)
    return Parsed(parsed, _claims(claims, iat_in_header=profile.iat_in_header))


def seal_many(claims: Mapping[int, object], *, typ: str, issued_at: int, signers: Sequence[Signer]) -> bytes:
    """Sign a claims set as COSE_Sign with every signer; see ``seal``."""
    return sign.sign(body_header(typ=typ, issued_at=issued_at), cbor.encode(claims), signers=signers)


def split(message: bytes, *, typ: str, profile: Profile, limits: Limits = DEFAULT_LIMITS) -> sign1.Sign1:
    """Parse a COSE_Sign1 but leave its payload encoded, for ``read_claims`` once its signature was verified."""
    return sign1.from_bytes(message, profile=profile, check_typ=partial(check_typ, typ), limits=limits)


def split_many(message: bytes, *, typ: str, limits: Limits = DEFAULT_LIMITS) -> sign.Sign:
    """Parse a COSE_Sign but leave its payload encoded; see ``split``."""
    return sign.from_bytes(message, limits=limits, check_typ=partial(check_typ, typ))


def read_claims(
    payload: bytes, *, profile: Profile = CERTMARK_1, limits: Limits = DEFAULT_LIMITS
) -> dict[int | str, cbor.Value]:
    """Decode the claims set of a payload.

    Raises:
        DecodeError: not a claims set in the form of the profile.
    """
    if len(payload) > limits.header:
        refuse_compound_keys(payload, depth=limits.depth)
    decode = cbor.decode if profile.deterministic else cbor.decode_lenient
    return _claims(decode(payload, depth=limits.depth), iat_in_header=profile.iat_in_header)


def _claims(value: cbor.Value, *, iat_in_header: bool) -> dict[int | str, cbor.Value]:
    if type(value) is not dict:
        raise CwtError("the payload must be a map of claims")
    if iat_in_header and Claim.IAT in value:
        raise CwtError("iat stands in the CWT Claims header and not among the claims")
    return value
