"""Header parameters: the raw protected bytes and what they say, side by side.

Signatures are checked over ``raw``; nothing is ever re-encoded. Three shapes exist (specification, cose.cddl): the
header of a COSE_Sign1 says everything, in a COSE_Sign the body says what and when, and each signer says with which key.
Where the payload is another's, the header of a COSE_Sign1 also says who signs.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from certmark import cbor
from certmark.cose.keys import VerificationKey
from certmark.cose.labels import DIGEST_SIZE, KEY_ID_SIZE, SHA_256, Header
from certmark.errors import CoseError, SignerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certmark.cose.profile import Profile
    from certmark.cose.signer import Signer

_ISS, _IAT = 1, 6
_LAST_SECOND = 253402300799

_SIGN1_BY_KID = frozenset({Header.ALG, Header.KID, Header.CWT_CLAIMS, Header.TYP})
_SIGN1_BY_X5T = frozenset({Header.ALG, Header.X5T, Header.CWT_CLAIMS, Header.TYP})
_BODY = frozenset({Header.CWT_CLAIMS, Header.TYP})
_SIGNER = frozenset({Header.ALG, Header.KID})


# A negative alg of one or two bytes, a kid, an iat of four bytes (after 2 January 1970), before it an iss of up to 23
# chars where the header says who signs (elsewhere two empty groups), and a typ of 24 chars or more. Nearly every header
# is made of these; another one that is right is read the long way round and gives the same.
_RAW_ALG = rb"\x01(\x38[\x18-\xff]|[\x20-\x37])"
_RAW_KID = rb"\x04\x48(.{8})"
_RAW_IAT = rb"\x0f\xa1()()\x06\x1a(?!\0\0)(.{4})"
_RAW_ISS_AND_IAT = rb"\x0f\xa2\x01([\x60-\x77])([!-~]*)\x06\x1a(?!\0\0)(.{4})"
_RAW_TYP = rb"\x10\x78([\x18-\xff])([ -~]*)"
_USUAL_SIGN1 = re.compile(b"\xa4" + _RAW_ALG + _RAW_KID + _RAW_IAT + _RAW_TYP, re.DOTALL).fullmatch
_USUAL_NAMED = re.compile(b"\xa4" + _RAW_ALG + _RAW_KID + _RAW_ISS_AND_IAT + _RAW_TYP, re.DOTALL).fullmatch
_USUAL_BODY = re.compile(b"\xa2" + _RAW_IAT + _RAW_TYP, re.DOTALL).fullmatch
_USUAL_SIGNER = re.compile(b"\xa2" + _RAW_ALG + _RAW_KID, re.DOTALL).fullmatch

TypCheck: TypeAlias = "Callable[[object], None]"
"""Raises when a typ is not the expected one."""


def any_typ(_found: object) -> None:
    """Accept every typ: for readers of COSE that do not care for the artefact."""


class Headers(NamedTuple):
    """The header parameters of one message or of one signer.

    Attributes:
        raw: the protected header as received, in bytes.
        alg: algorithm number, or None in the body of a COSE_Sign.
        key_id: ``kid`` (8 bytes in certmark-1) or the digest of ``x5t`` (32 bytes), or None where none is stated.
        issued_at: iat of the CWT Claims header in seconds, or None where the profile keeps it elsewhere.
        typ: media type or CoAP content format, or None for a signer of a COSE_Sign.
        issuer: iss of the CWT Claims header, or None where the payload says who signs.
    """

    raw: bytes
    alg: int | None
    key_id: bytes | None
    issued_at: int | None
    typ: str | int | None
    issuer: str | None = None


def sign1_header(signer: Signer, *, typ: str, issued_at: int | None, issuer: str | None = None) -> bytes:
    """Encode the protected header of a COSE_Sign1.

    Args:
        signer: names the algorithm and the key.
        typ: media type of the artefact.
        issued_at: claimed signing time in seconds, or None where the payload carries it.
        issuer: who signs, or None where the payload says so; needs ``issued_at``.
    """
    said: dict[int, object] = {Header.ALG: int(signer.public_key.algorithm)}
    if signer.certificate is None:
        said[Header.KID] = signer.public_key.key_id
    if issuer is not None:
        said[Header.CWT_CLAIMS] = {_ISS: issuer, _IAT: issued_at}
    elif issued_at is not None:
        said[Header.CWT_CLAIMS] = {_IAT: issued_at}
    said[Header.TYP] = typ
    if signer.certificate is not None:
        said[Header.X5T] = _x5t(signer.certificate, signer.public_key)
    return cbor.encode_in_order(said)


def body_header(*, typ: str, issued_at: int) -> bytes:
    """Encode the protected header of the body of a COSE_Sign; see ``sign1_header``."""
    return cbor.encode({Header.CWT_CLAIMS: {_IAT: issued_at}, Header.TYP: typ})


def signer_header(signer: Signer) -> bytes:
    """Encode the protected header of one signer of a COSE_Sign."""
    return cbor.encode({Header.ALG: int(signer.public_key.algorithm), Header.KID: signer.public_key.key_id})


def _x5t(certificate: bytes, key: VerificationKey) -> list[object]:
    if VerificationKey.from_certificate(certificate) != key:
        raise SignerError("the signer's X.509 certificate is for another key than its public key")
    return [SHA_256, sha256(certificate).digest()]


def read_sign1_header(
    protected: object, unprotected: object, *, profile: Profile, check_typ: TypCheck = any_typ, named: bool = False
) -> Headers:
    """Read the headers of a COSE_Sign1.

    Args:
        protected: as decoded from the message: must be bytes.
        unprotected: as decoded from the message: must be a map.
        profile: what is accepted.
        check_typ: refuses other artefacts, and does so before the rest of the header is judged: a later version of an
            artefact may have another header.
        named: whether the CWT Claims say who signs; for a deterministic profile only.

    Raises:
        CoseError: a parameter is missing, in the wrong place, of the wrong type, or unknown.
    """
    if not profile.deterministic:
        return _read_liberally(protected, unprotected, check_typ)
    if type(protected) is bytes and unprotected == {}:
        usual = (_USUAL_NAMED if named else _USUAL_SIGN1)(protected)
        if usual is not None:
            alg, key_id, size, iss, iat, length, name = usual.groups()
            if length[0] == len(name) and (not named or size[0] == 0x60 + len(iss)):
                typ = name.decode("ascii")
                check_typ(typ)
                issuer = iss.decode("ascii") if named else None
                return Headers(protected, _negative(alg), key_id, int.from_bytes(iat, "big"), typ, issuer)
    parameters = _strict(protected, unprotected, check_typ)
    if parameters.keys() != _SIGN1_BY_KID and parameters.keys() != _SIGN1_BY_X5T:
        raise CoseError("the protected header must hold exactly alg, kid or x5t, CWT Claims and typ")
    claims = parameters[Header.CWT_CLAIMS]
    issuer, issued_at = _issuer_and_iat(claims) if named else (None, _issued_at(claims))
    return Headers(protected, _alg(parameters), _key_id(parameters), issued_at, _typ(parameters), issuer)  # type: ignore[arg-type]


def read_body_header(protected: object, unprotected: object, *, check_typ: TypCheck = any_typ) -> Headers:
    """Read the headers of the body of a COSE_Sign; see ``read_sign1_header``."""
    if type(protected) is bytes and unprotected == {}:
        usual = _USUAL_BODY(protected)
        if usual is not None and usual[4][0] == len(usual[5]):
            typ = usual[5].decode("ascii")
            check_typ(typ)
            return Headers(protected, None, None, int.from_bytes(usual[3], "big"), typ)
    parameters = _strict(protected, unprotected, check_typ)
    if parameters.keys() != _BODY:
        raise CoseError("the protected header of the body must hold exactly CWT Claims and typ")
    return Headers(protected, None, None, _issued_at(parameters[Header.CWT_CLAIMS]), _typ(parameters))  # type: ignore[arg-type]


def read_signer_header(protected: object, unprotected: object) -> Headers:
    """Read the headers of one signer of a COSE_Sign; see ``read_sign1_header``."""
    if type(protected) is bytes and unprotected == {}:
        usual = _USUAL_SIGNER(protected)
        if usual is not None:
            return Headers(protected, _negative(usual[1]), usual[2], None, None)
    parameters = _strict(protected, unprotected, any_typ)
    if parameters.keys() != _SIGNER:
        raise CoseError("the protected header of a signer must hold exactly alg and kid")
    return Headers(protected, _alg(parameters), _key_id(parameters), None, None)  # type: ignore[arg-type]


def _strict(protected: object, unprotected: object, check_typ: TypCheck) -> dict[int | str, cbor.Value]:
    if type(protected) is not bytes:
        raise CoseError("the protected header must be a byte string")
    parameters = cbor.decode(protected)
    if type(parameters) is not dict:
        raise CoseError("the protected header must hold a map")
    check_typ(parameters.get(Header.TYP))
    if unprotected != {}:
        raise CoseError("the unprotected header must be an empty map: everything stands in the protected one")
    return parameters


def _read_liberally(protected: object, unprotected: object, check_typ: TypCheck) -> Headers:
    """Read what third parties write: more parameters, and the key id in either map (but in one of them)."""
    if type(protected) is not bytes or type(unprotected) is not dict:
        raise CoseError("the headers must be a byte string and a map")
    parameters = cbor.decode_lenient(protected)
    if type(parameters) is not dict:
        raise CoseError("the protected header must hold a map")
    check_typ(parameters.get(Header.TYP))
    if Header.CRIT in parameters or Header.CRIT in unprotected:
        raise CoseError("the header asks for critical parameters that certmark does not know")
    if parameters.keys() & unprotected.keys():
        raise CoseError("a header parameter stands in both the protected and the unprotected header")
    key_id = _key_id({**unprotected, **parameters}, any_size=True)
    return Headers(protected, _alg(parameters), key_id, None, _typ(parameters))


def _negative(encoded: bytes) -> int:
    """Give the negative integer of an encoding of one or two bytes."""
    return ~encoded[1] if len(encoded) == 2 else 0x1F - encoded[0]


def _alg(parameters: Mapping[int | str, cbor.Value]) -> int:
    alg = parameters.get(Header.ALG)
    if type(alg) is not int:
        raise CoseError("the protected header must state the algorithm (alg) as an integer")
    return alg


def _key_id(parameters: Mapping[int | str, cbor.Value], *, any_size: bool = False) -> bytes | None:
    if Header.KID in parameters:
        kid = parameters[Header.KID]
        if type(kid) is not bytes or not (any_size or len(kid) == KEY_ID_SIZE):
            raise CoseError(f"kid must be {KEY_ID_SIZE} bytes")
        return kid
    if Header.X5T not in parameters:
        return None
    match parameters[Header.X5T]:
        case [algorithm, bytes(digest)] if algorithm == SHA_256 and len(digest) == DIGEST_SIZE:
            return digest
    raise CoseError("x5t must be the SHA-256 of the seal certificate: [-16, 32 bytes]")


def _issued_at(claims: object) -> int:
    match claims:
        case {6: iat, **others} if type(iat) is int and 0 <= iat <= _LAST_SECOND and not others:
            return iat
    raise CoseError("the CWT Claims header must hold exactly iat, in whole seconds since 1970")


def _issuer_and_iat(claims: object) -> tuple[str, int]:
    match claims:
        case {1: str(issuer), **others}:
            return issuer, _issued_at(others)
    raise CoseError("the CWT Claims header must hold exactly iss and iat")


def _typ(parameters: Mapping[int | str, cbor.Value]) -> str | int:
    typ = parameters.get(Header.TYP)
    if type(typ) is not str and type(typ) is not int:
        raise CoseError("the protected header must state the type of the artefact (typ)")
    return typ
