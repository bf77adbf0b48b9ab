"""A reader of COSE that takes what others wrote: it shows that certmark agrees with them on the cryptography.

certmark's own readers refuse most public test messages because of their form: no typ, kid in the unprotected
header, no tag or one too many, external data. That leniency lives here, so that the library needs no switch for it.
Sig_structure and signature check are still certmark's own, wherever certmark has them.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from certmark.cose import sign, sign1
from certmark.cose.algorithms import TRAITS, algorithm_of
from certmark.cose.keys import VerificationKey

ALG: Final = 1
KID: Final = 4

_SIGN1_TAG, _CWT_TAG, _SIGN_TAG = 18, 61, 98
_PSS: Final[Mapping[Any, HashAlgorithm]] = {-37: SHA256(), -38: SHA384(), -39: SHA512()}
_ECDSA: Final[Mapping[Any, HashAlgorithm]] = {-7: SHA256(), -35: SHA384(), -36: SHA512()}
_CURVES: Final = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}


class UnreadableError(Exception):
    """Not even this reader can make sense of the bytes."""


class SignedMessage(NamedTuple):
    """A COSE_Sign1, or one signature of a COSE_Sign with the body that it signs.

    Attributes:
        tags: the tags around the message, outermost first.
        body: the protected header of the body of a COSE_Sign; None in a COSE_Sign1.
        protected: the protected header of the signer as the signature covers it.
        headers: parameters of the signer; the protected ones win.
        payload: what is signed.
        signature: as carried.
    """

    tags: tuple[int, ...]
    body: bytes | None
    protected: bytes
    headers: dict[Any, Any]
    payload: bytes
    signature: bytes

    def to_be_signed(self, external: bytes = b"") -> bytes:
        if external:  # certmark has no external data at all
            context = ["Signature1"] if self.body is None else ["Signature", self.body]
            return cbor2.dumps([*context, self.protected, external, self.payload])
        if self.body is None:
            return sign1.sig_structure(self.protected, self.payload)
        return sign.sig_structure(self.body, self.protected, self.payload)

    def is_signed_by(self, key: object, external: bytes = b"") -> bool:
        return verifies(key, self.signature, self.to_be_signed(external), alg=self.headers.get(ALG))


def decode(data: bytes) -> Any:
    """Decode CBOR of any form; a tagged date (tag 0) becomes the text that it is."""
    try:
        return cbor2.loads(data, semantic_decoders={0: lambda value, _immutable: value})
    except cbor2.CBORDecodeError as error:
        raise UnreadableError(str(error)) from error


def read_sign1(message: bytes) -> SignedMessage:
    """Read a COSE_Sign1, tagged or not, with or without the tag of CWT around it."""
    (signed,) = read(message)
    return signed


def read(message: bytes) -> tuple[SignedMessage, ...]:
    """Read a COSE_Sign1 (one signature) or a COSE_Sign (any number)."""
    tags, members = _untagged(decode(message))
    match members:
        case [bytes(protected), Mapping() as unprotected, bytes(payload), bytes(signature)] if _SIGN_TAG not in tags:
            covered, headers = _headers(protected, unprotected)
            return (SignedMessage(tags, None, covered, headers, payload, signature),)
        case [bytes(body), Mapping(), bytes(payload), [*signatures]] if _SIGN1_TAG not in tags:
            covered_body, _ = _headers(body, {})
            return tuple(
                SignedMessage(tags, covered_body, *_headers(protected, unprotected), payload, signature)
                for protected, unprotected, signature in signatures
            )
    raise UnreadableError("neither COSE_Sign1 nor COSE_Sign")


def verifies(key: object, signature: bytes, data: bytes, *, alg: object) -> bool:
    """Check a signature: by certmark, or here for what certmark does not have.

    That is RSASSA-PSS, ES512, and ES256 on a larger curve than P-256.
    """
    if isinstance(alg, int) and certmark_can_verify(key, alg):
        return VerificationKey.of(key).verifies(signature, data, algorithm=alg)
    try:
        if isinstance(key, rsa.RSAPublicKey) and alg in _PSS:
            digest = _PSS[alg]
            key.verify(signature, data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and alg in _ECDSA:
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_ECDSA[alg]))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def certmark_can_verify(key: object, alg: int) -> bool:
    """Tell whether key and algorithm are ones that certmark brings together."""
    return alg in TRAITS and TRAITS[alg].key_algorithm is algorithm_of(key)


def public_key_of_jwk(jwk: Mapping[str, str]) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """Take the public key of a JSON Web Key (RFC 7517), whatever else it holds."""
    if jwk["kty"] == "RSA":
        return rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
    return ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), _CURVES[jwk["crv"]]).public_key()


def _number(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _untagged(item: Any) -> tuple[tuple[int, ...], Any]:
    tags: tuple[int, ...] = ()
    while isinstance(item, cbor2.CBORTag):
        tags, item = (*tags, item.tag), item.value
    if tags not in {(), (_SIGN1_TAG,), (_SIGN_TAG,), (_CWT_TAG,), (_CWT_TAG, _SIGN1_TAG)}:
        raise UnreadableError(f"tags {tags} around the message")
    return tags, item


def _headers(protected: bytes, unprotected: Mapping[Any, Any]) -> tuple[bytes, dict[Any, Any]]:
    """Give the protected header as it is signed (RFC 9052 §4.4: without parameters, no bytes) and all parameters."""
    parameters = decode(protected) if protected else {}
    return protected if parameters else b"", {**unprotected, **parameters}
