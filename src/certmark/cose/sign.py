"""COSE_Sign (RFC 9052 §4.1): one payload, several signers, each with its own algorithm and key.

::

    COSE_Sign = #6.98([protected: bstr, unprotected: map, payload: bstr, [+ COSE_Signature]])
    COSE_Signature = [protected: bstr, unprotected: map, signature: bstr]
    Sig_structure = ["Signature", body_protected: bstr, sign_protected: bstr, external_aad: h'', payload: bstr]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor
from certmark.cose.headers import Headers, any_typ, read_body_header, read_signer_header, signer_header
from certmark.cose.labels import SIGN_TAG
from certmark.cose.signer import checked_signature
from certmark.errors import CoseError, SignerError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certmark.cose.headers import TypCheck
    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import Signer

TAG = cbor.head(6, SIGN_TAG)
_MEMBERS = 4
_SIGNATURE_MEMBERS = 3


class Signature(NamedTuple):
    """One signature of a COSE_Sign, parsed, not verified.

    Attributes:
        headers: algorithm and key id of this signer.
        signature: bytes, as received.
    """

    headers: Headers
    signature: bytes


class Sign(NamedTuple):
    """A COSE_Sign that was parsed, not verified.

    Attributes:
        headers: what the header of the body says.
        payload: bytes, as received.
        signatures: in the order of the message.
    """

    headers: Headers
    payload: bytes
    signatures: tuple[Signature, ...]

    def signed_by(self, keys: Iterable[VerificationKey]) -> frozenset[VerificationKey]:
        """Give the keys that signed, each once, however often and under whatever key id it signed.

        Thresholds count this set: distinct keys, not signatures and not key ids. Signatures by other keys, and wrong
        ones, are passed over: they can neither help nor harm.
        """
        return frozenset(key for key in keys if any(self._is_by(key, signature) for signature in self.signatures))

    def _is_by(self, key: VerificationKey, signature: Signature) -> bool:
        headers = signature.headers
        # the key's own algorithm, by its own number: ES256 and ES384 have no place in a COSE_Sign of certmark-1
        if headers.key_id != key.key_id or headers.alg != key.algorithm:
            return False
        covered = sig_structure(self.headers.raw, headers.raw, self.payload)
        return key.verifies(signature.signature, covered, algorithm=key.algorithm)


def sig_structure(body_protected: bytes, sign_protected: bytes, payload: bytes) -> bytes:
    """Build the bytes that one signature of a COSE_Sign covers, without external data."""
    return cbor.encode(["Signature", body_protected, sign_protected, b"", payload])


def to_bytes(body_protected: bytes, payload: bytes, signatures: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Write the tagged message.

    Args:
        body_protected: encoded header of the body (``headers.body_header``).
        payload: bytes that are signed and carried.
        signatures: encoded signer header and signature of each signer.
    """
    return TAG + cbor.encode([body_protected, {}, payload, [[header, {}, value] for header, value in signatures]])


def from_bytes(message: bytes, *, limits: Limits = DEFAULT_LIMITS, check_typ: TypCheck = any_typ) -> Sign:
    """Parse a tagged COSE_Sign in the form of certmark-1. Parsing is not trusting: nothing is verified here.

    Args:
        message: the whole message, tag included.
        limits: bounds the number of signatures.
        check_typ: refuses other artefacts, before the rest of the header is judged.

    Raises:
        CoseError: not such a message.
        CborError: not deterministic CBOR.
    """
    if not message.startswith(TAG):
        raise CoseError("not a COSE_Sign message: tag 98 is missing")
    members = cbor.decode(message[len(TAG) :])
    if type(members) is not list or len(members) != _MEMBERS:
        raise CoseError("a COSE_Sign message is an array of four members")
    protected, unprotected, payload, signatures = members
    if type(payload) is not bytes or type(signatures) is not list:
        raise CoseError("a COSE_Sign message carries its payload and an array of signatures")
    if not 1 <= len(signatures) <= limits.signatures:
        raise CoseError(f"a COSE_Sign message carries 1 to {limits.signatures} signatures, not {len(signatures)}")
    headers = read_body_header(protected, unprotected, check_typ=check_typ)
    return Sign(headers, payload, tuple(_read_signature(signature) for signature in signatures))


def sign(body_protected: bytes, payload: bytes, *, signers: Sequence[Signer]) -> bytes:
    """Sign a payload with each signer and write the tagged message.

    Raises:
        SignerError: a signature does not verify, or there are no signers or too many.
    """
    if not 1 <= len(signers) <= DEFAULT_LIMITS.signatures:
        raise SignerError(f"{len(signers)} signers: a COSE_Sign message takes 1 to {DEFAULT_LIMITS.signatures}")
    signatures = []
    for signer in signers:
        header = signer_header(signer)
        signatures.append((header, checked_signature(signer, sig_structure(body_protected, header, payload))))
    return to_bytes(body_protected, payload, signatures)


def _read_signature(members: object) -> Signature:
    if type(members) is not list or len(members) != _SIGNATURE_MEMBERS or type(members[2]) is not bytes:
        raise CoseError("a signature of a COSE_Sign message is an array of header, empty map and bytes")
    return Signature(read_signer_header(members[0], members[1]), members[2])
