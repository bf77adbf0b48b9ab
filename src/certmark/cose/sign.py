"""COSE_Sign (RFC 9052 §4.1): one payload, several signers, each with its own algorithm and key.

::

    COSE_Sign = #6.98([protected: bstr, unprotected: map, payload: bstr, [+ COSE_Signature]])
    COSE_Signature = [protected: bstr, unprotected: map, signature: bstr]
    Sig_structure = ["Signature", body_protected: bstr, sign_protected: bstr, external_aad: h'', payload: bstr]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark import cbor
from certmark.cose.framing import array_at, bytes_at
from certmark.cose.headers import Headers, any_typ, read_body_header, read_signer_header, signer_header
from certmark.cose.labels import SIGN_TAG
from certmark.cose.signer import checked_signature
from certmark.errors import CborError, CoseError, SignerError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certmark.cose.headers import TypCheck
    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import Signer

TAG = cbor.head(6, SIGN_TAG)
_MESSAGE_HEAD = TAG + cbor.head(4, 4)
_SIGNATURE_HEAD = cbor.head(4, 3)
_SIG_STRUCTURE = cbor.head(4, 5) + cbor.encode("Signature")
_EMPTY_MAP = cbor.encode({})
_NO_AAD = cbor.encode(b"")


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

    def signed_by(self, keys: Iterable[VerificationKey], *, enough: int | None = None) -> frozenset[VerificationKey]:
        """Give the keys that signed, each once, however often and under whatever key id it signed.

        Thresholds count this set: distinct keys, not signatures and not key ids. Signatures by other keys, and wrong
        ones, are passed over: they can neither help nor harm.

        Args:
            keys: the keys that count.
            enough: how many suffice: keys beyond them are not tried.
        """
        signed: set[VerificationKey] = set()
        for key in keys:
            if len(signed) == enough:
                break
            key_id, algorithm = key.key_id, key.algorithm
            for headers, signature in self.signatures:
                # the key's own algorithm, by its own number: ES256 and ES384 have no place in a COSE_Sign of certmark-1
                if headers.key_id == key_id and headers.alg == algorithm:
                    covered = sig_structure(self.headers.raw, headers.raw, self.payload)
                    if key.verifies(signature, covered, algorithm=algorithm):
                        signed.add(key)
                        break
        return frozenset(signed)


def sig_structure(body_protected: bytes, sign_protected: bytes, payload: bytes) -> bytes:
    """Build the bytes that one signature of a COSE_Sign covers, without external data."""
    return b"".join((_SIG_STRUCTURE, _string(body_protected), _string(sign_protected), _NO_AAD, _string(payload)))


def to_bytes(body_protected: bytes, payload: bytes, signatures: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Write the tagged message.

    Args:
        body_protected: encoded header of the body (``headers.body_header``).
        payload: bytes that are signed and carried.
        signatures: encoded signer header and signature of each signer.
    """
    parts = [_MESSAGE_HEAD, _string(body_protected), _EMPTY_MAP, _string(payload), cbor.head(4, len(signatures))]
    for header, value in signatures:
        parts += _SIGNATURE_HEAD, _string(header), _EMPTY_MAP, _string(value)
    return b"".join(parts)


def from_bytes(
    message: bytes, *, limits: Limits = DEFAULT_LIMITS, check_typ: TypCheck = any_typ, least: int = 1
) -> Sign:
    """Parse a tagged COSE_Sign in the form of certmark-1. Parsing is not trusting: nothing is verified here.

    Args:
        message: the whole message, tag included.
        limits: bounds the number of signatures.
        check_typ: refuses other artefacts, before the rest of the header is judged.
        least: fewest signatures; 0 also takes what is still to be signed, which is no COSE_Sign yet.

    Raises:
        CoseError: not such a message.
        CborError: not deterministic CBOR.
    """
    if not message.startswith(TAG):
        raise CoseError("not a COSE_Sign message: tag 98 is missing")
    if not message.startswith(_MESSAGE_HEAD):
        raise CoseError("a COSE_Sign message is an array of four members")
    protected, at = _header_at(message, len(_MESSAGE_HEAD), limits=limits)
    headers = read_body_header(protected, _unprotected_at(message, at), check_typ=check_typ)
    payload, at = bytes_at(message, at + len(_EMPTY_MAP))
    count, at = array_at(message, at)
    if not least <= count <= limits.signatures:
        raise CoseError(f"a COSE_Sign message carries {least} to {limits.signatures} signatures, not {count}")
    signatures = []
    for _ in range(count):
        signature, at = _signature_at(message, at, limits=limits)
        signatures.append(signature)
    if at != len(message):
        raise CborError("bytes follow the message")
    return Sign(headers, payload, tuple(signatures))


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


def _signature_at(message: bytes, at: int, *, limits: Limits) -> tuple[Signature, int]:
    if not message.startswith(_SIGNATURE_HEAD, at):
        raise CoseError("a signature of a COSE_Sign message is an array of header, empty map and bytes")
    protected, at = _header_at(message, at + len(_SIGNATURE_HEAD), limits=limits)
    headers = read_signer_header(protected, _unprotected_at(message, at))
    value, at = bytes_at(message, at + len(_EMPTY_MAP))
    return Signature(headers, value), at


def _header_at(message: bytes, at: int, *, limits: Limits) -> tuple[bytes, int]:
    header, end = bytes_at(message, at)
    if len(header) > limits.header:
        raise CoseError(f"a header has {len(header)} bytes, more than {limits.header}")
    return header, end


def _unprotected_at(message: bytes, at: int) -> dict[int | str, cbor.Value] | None:
    """Give the one unprotected header that is allowed, or None for whatever else stands there."""
    return {} if message.startswith(_EMPTY_MAP, at) else None


def _string(value: bytes) -> bytes:
    return cbor.head(2, len(value)) + value
