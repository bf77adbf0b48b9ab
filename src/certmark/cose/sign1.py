"""COSE_Sign1 (RFC 9052 §4.2): one signer, one payload.

::

    COSE_Sign1 = #6.18([protected: bstr, unprotected: map, payload: bstr, signature: bstr])
    Sig_structure = ["Signature1", protected: bstr, external_aad: h'', payload: bstr]

A detached payload (§2) is written as nil: who verifies has it from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor
from certmark.cose.framing import array_at, bytes_at, item_at
from certmark.cose.headers import Headers, any_typ, read_named_header, read_sign1_header
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
_MESSAGE_HEAD = TAG + cbor.head(4, _MEMBERS)
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


def to_bytes(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """Write the tagged message with an empty unprotected header."""
    return b"".join((_MESSAGE_HEAD, _string(protected), cbor.head(5, 0), _string(payload), _string(signature)))


def to_bytes_detached(protected: bytes, signature: bytes) -> bytes:
    """Write the tagged message with an empty unprotected header and without its payload."""
    return b"".join((_MESSAGE_HEAD, _string(protected), _EMPTY_MAP, _NIL, _string(signature)))


def from_bytes(
    message: bytes, *, profile: Profile, check_typ: TypCheck = any_typ, limits: Limits = DEFAULT_LIMITS
) -> Sign1:
    """Parse a tagged COSE_Sign1. Parsing is not trusting: nothing is verified here.

    Args:
        message: the whole message, tag included.
        profile: what is accepted.
        check_typ: refuses other artefacts, before the rest of the header is judged.
        limits: bounds the headers.

    Raises:
        CoseError: not such a message, or headers that the profile does not accept.
        CborError: not the CBOR that the profile asks for.
    """
    if not message.startswith(TAG):
        raise CoseError("not a COSE_Sign1 message: tag 18 is missing")
    strict = profile.deterministic
    count, at = array_at(message, len(TAG), shortest=strict)
    if count != _MEMBERS:
        raise CoseError("a COSE_Sign1 message is an array of four members")
    protected, at = bytes_at(message, at, shortest=strict)
    if len(protected) > limits.header:
        raise CoseError(f"a header has {len(protected)} bytes, more than {limits.header}")
    if message[at : at + 1] == _EMPTY_MAP:
        unprotected: cbor.Value = {}
        at += 1
    else:
        encoded, at = item_at(message, at, most=limits.header)
        unprotected = cbor.decode(encoded) if strict else cbor.decode_lenient(encoded)
    payload, at = bytes_at(message, at, shortest=strict)
    signature, at = bytes_at(message, at, shortest=strict)
    if at != len(message):
        raise CborError("bytes follow the message")
    return Sign1(read_sign1_header(protected, unprotected, profile=profile, check_typ=check_typ), payload, signature)


def from_bytes_detached(message: bytes, payload: bytes, *, check_typ: TypCheck = any_typ) -> Sign1:
    """Parse a tagged COSE_Sign1 in the strict form that leaves its payload out, and says in its header who signs.

    Args:
        message: the whole message, tag included.
        payload: what it signs, from elsewhere.
        check_typ: as for ``from_bytes``.

    Raises:
        CoseError: not such a message, or other headers.
        CborError: not deterministic CBOR.
    """
    if not message.startswith(_MESSAGE_HEAD):
        raise CoseError("not a COSE_Sign1 message: tag 18 and an array of four members are missing")
    protected, at = bytes_at(message, len(_MESSAGE_HEAD))
    if message[at : at + 1] == _EMPTY_MAP:
        unprotected: cbor.Value = {}
        at += 1
    else:
        encoded, at = item_at(message, at, most=len(message))
        unprotected = cbor.decode(encoded)
    if message[at : at + 1] != _NIL:
        raise CoseError("the payload is detached: nil must stand in its place")
    signature, at = bytes_at(message, at + 1)
    if at != len(message):
        raise CborError("bytes follow the message")
    return Sign1(read_named_header(protected, unprotected, check_typ=check_typ), payload, signature)


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
