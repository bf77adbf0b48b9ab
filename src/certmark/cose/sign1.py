"""COSE_Sign1 (RFC 9052 §4.2): one signer, one payload.

::

    COSE_Sign1 = #6.18([protected: bstr, unprotected: map, payload: bstr, signature: bstr])
    Sig_structure = ["Signature1", protected: bstr, external_aad: h'', payload: bstr]

A detached payload (§2) is written as nil: who verifies has it from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor
from certmark.cose.framing import SIGN1, array_at, bytes_at, item_at
from certmark.cose.headers import Headers, any_typ, read_sign1_header
from certmark.cose.labels import SIGN1_TAG
from certmark.cose.signer import checked_signature
from certmark.errors import CborError, CoseError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from certmark.cose.headers import TypCheck
    from certmark.cose.keys import VerificationKey
    from certmark.cose.profile import Profile
    from certmark.cose.signer import Signer

TAG = cbor.head(6, SIGN1_TAG)
_MEMBERS = 4
_CONTEXT = cbor.head(4, 4) + cbor.encode("Signature1")
_NO_AAD = cbor.encode(b"")
_EMPTY_MAP = cbor.encode({})
_NIL = cbor.encode(None)


class Sign1(NamedTuple):
    """A COSE_Sign1 that was parsed, not verified.

    Attributes:
        headers: what the headers say.
        payload: bytes, as received.
        signature: bytes, as received.
    """

    headers: Headers
    payload: bytes
    signature: bytes

    def to_be_signed(self) -> bytes:
        """Give the Sig_structure over the received bytes."""
        return sig_structure(self.headers.raw, self.payload)

    def is_signed_by(self, key: VerificationKey) -> bool:
        """Tell whether the signature is this key's, made with the algorithm of the protected header."""
        alg = self.headers.alg
        return alg is not None and key.verifies(self.signature, self.to_be_signed(), algorithm=alg)


def sig_structure(protected: bytes, payload: bytes) -> bytes:
    """Build the bytes that a COSE_Sign1 signature covers, without external data."""
    return b"".join((_CONTEXT, _string(protected), _NO_AAD, _string(payload)))


def to_bytes(protected: bytes, payload: bytes | None, signature: bytes) -> bytes:
    """Write the tagged message with an empty unprotected header; without its payload where that is None."""
    carried = _NIL if payload is None else _string(payload)
    return b"".join((SIGN1, _string(protected), _EMPTY_MAP, carried, _string(signature)))


def from_bytes(
    message: bytes,
    *,
    profile: Profile,
    check_typ: TypCheck = any_typ,
    limits: Limits = DEFAULT_LIMITS,
    detached: bytes | None = None,
) -> Sign1:
    """Parse a tagged COSE_Sign1. Parsing is not trusting: nothing is verified here.

    Args:
        message: the whole message, tag included.
        profile: what is accepted.
        check_typ: refuses other artefacts, before the rest of the header is judged.
        limits: bounds the headers.
        detached: the payload, from elsewhere; the message must leave it out, and say in its header who signs.

    Raises:
        CoseError: not such a message, or headers that the profile does not accept.
        CborError: not the CBOR that the profile asks for.
    """
    strict, at = profile.deterministic, len(SIGN1)
    if not message.startswith(SIGN1):
        at = _end_of_head(message, shortest=strict)
    protected, at = bytes_at(message, at, shortest=strict)
    if len(protected) > limits.header:
        raise CoseError(f"a header has {len(protected)} bytes, more than {limits.header}")
    if message[at : at + 1] == _EMPTY_MAP:
        unprotected: cbor.Value = {}
        at += 1
    else:
        encoded, at = item_at(message, at, most=limits.header)
        unprotected = cbor.decode(encoded) if strict else cbor.decode_lenient(encoded)
    if detached is None:
        payload, at = bytes_at(message, at, shortest=strict)
    elif message[at : at + 1] == _NIL:
        payload, at = detached, at + 1
    else:
        raise CoseError("the payload is detached: nil must stand in its place")
    signature, at = bytes_at(message, at, shortest=strict)
    if at != len(message):
        raise CborError("bytes follow the message")
    named = detached is not None
    headers = read_sign1_header(protected, unprotected, profile=profile, check_typ=check_typ, named=named)
    return Sign1(headers, payload, signature)


def _end_of_head(message: bytes, *, shortest: bool) -> int:
    """Give where the head of a message ends that is not written as usual."""
    if not message.startswith(TAG):
        raise CoseError("not a COSE_Sign1 message: tag 18 is missing")
    count, at = array_at(message, len(TAG), shortest=shortest)
    if count != _MEMBERS:
        raise CoseError("a COSE_Sign1 message is an array of four members")
    return at


def sign1(protected: bytes, payload: bytes, *, signer: Signer) -> bytes:
    """Sign a payload and write the tagged message.

    Args:
        protected: encoded protected header (``headers.sign1_header``).
        payload: bytes that are signed and carried.
        signer: signs; its answer is verified before the message is written.

    Raises:
        SignerError: the signature does not verify.
    """
    signature = checked_signature(signer, sig_structure(protected, payload))
    return to_bytes(protected, payload, signature)


def _string(value: bytes) -> bytes:
    return cbor.head(2, len(value)) + value
