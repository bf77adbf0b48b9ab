"""Keys on a token: the one private key that a URI means, and its public half."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256, sha384
from typing import TYPE_CHECKING, Any, Final

from pkcs11.constants import Attribute, ObjectClass
from pkcs11.exceptions import AttributeSensitive, AttributeTypeInvalid, FunctionFailed
from pkcs11.mechanisms import KeyType, Mechanism

from certmark.cose.algorithms import TRAITS, Algorithm
from certmark.cose.keys import VerificationKey
from certmark.errors import KeyFormatError
from certmark.hsm.errors import (
    HsmAmbiguousError,
    HsmCurveError,
    HsmKeyMissingError,
    HsmKeyUseError,
    HsmMechanismError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pkcs11.types import Object, Session, Token

    from certmark.hsm.uri import Pkcs11Uri

_UNKNOWN: Final = (AttributeTypeInvalid, AttributeSensitive, FunctionFailed, ValueError)
"""How tokens answer when asked for what an object does not have; and pkcs11, for values of the maker's own."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How tokens handle keys of an algorithm.

    Attributes:
        algorithm: the algorithm.
        key_type: CKA_KEY_TYPE.
        parameters: values of CKA_EC_PARAMS that name the curve, the usual one first.
        generation: mechanism that makes such keys.
        signature: mechanism that signs what ``prepare`` gives; both answer in COSE format.
        prepare: makes what goes to the token of what is to be signed: hashes are computed here, since SoftHSM and
            others have no mechanism that hashes and signs.
    """

    algorithm: Algorithm
    key_type: KeyType
    parameters: tuple[bytes, ...]
    generation: Mechanism
    signature: Mechanism
    prepare: Callable[[bytes], bytes]


KINDS: Final = (
    Kind(
        Algorithm.ESP256,
        KeyType.EC,
        (bytes.fromhex("06082a8648ce3d030107"),),
        Mechanism.EC_KEY_PAIR_GEN,
        Mechanism.ECDSA,
        lambda data: sha256(data).digest(),
    ),
    Kind(
        Algorithm.ESP384,
        KeyType.EC,
        (bytes.fromhex("06052b81040022"),),
        Mechanism.EC_KEY_PAIR_GEN,
        Mechanism.ECDSA,
        lambda data: sha384(data).digest(),
    ),
    Kind(
        Algorithm.Ed25519,
        KeyType.EC_EDWARDS,
        (bytes.fromhex("06032b6570"), b"\x13\x0cedwards25519"),
        Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        Mechanism.EDDSA,
        lambda data: data,
    ),
)
"""What certmark does on tokens."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A private key of an open session; all of it is void when the session is.

    Attributes:
        private: handle of the private key.
        kind: how it signs.
        public_key: the key that verifies.
        asks_each_time: whether each signature needs the PIN (CKA_ALWAYS_AUTHENTICATE).
    """

    private: Any  # pkcs11 makes its class at run time, with what the key is able to do
    kind: Kind
    public_key: VerificationKey
    asks_each_time: bool

    @classmethod
    def find(cls, session: Session, uri: Pkcs11Uri) -> TokenKey:
        """Find the one private key that a URI means, and see that it can be used.

        Raises:
            HsmKeyMissingError: there is none, or its public half is not on the token.
            HsmAmbiguousError: there are several.
            HsmCurveError: certmark does not sign with keys of this kind.
            HsmKeyUseError: it may not sign.
            HsmMechanismError: the token cannot sign with it.
        """
        private = _the_one(session, uri)
        words = uri.key_words
        if _attribute(private, Attribute.SIGN) is not True:
            raise HsmKeyUseError(f"the key {words} may not sign (CKA_SIGN): take a key that was made for signing")
        public_key = _public_key(session, private, words)
        kind = next((kind for kind in KINDS if kind.algorithm is public_key.algorithm), None)
        if kind is None:
            name = TRAITS[public_key.algorithm].name
            raise HsmCurveError(f"the key {words} is for {name}, which certmark does not do on tokens")
        require(session.token, kind.signature, words)
        return cls(private, kind, public_key, _attribute(private, Attribute.ALWAYS_AUTHENTICATE) is True)

    def sign(self, to_be_signed: bytes, *, pin: str | None) -> bytes:
        """Sign; the answer is in COSE format.

        Args:
            to_be_signed: the whole Sig_structure.
            pin: for keys that ask each time.

        Raises:
            PKCS11Error: whatever the token says.
        """
        prepared = self.kind.prepare(to_be_signed)
        signature: bytes = self.private.sign(prepared, mechanism=self.kind.signature, pin=pin)
        return signature


def require(token: Token, mechanism: Mechanism, words: str) -> None:
    """See that a token has a mechanism.

    Raises:
        HsmMechanismError: it has not.
    """
    if mechanism not in token.slot.get_mechanisms():
        raise HsmMechanismError(
            f"token {token.label!r} has no mechanism CKM_{mechanism.name}, which the key {words} needs"
        )


def has_private_keys(session: Session) -> bool:
    """Tell whether any private key is seen: without a login, none is."""
    return bool(objects(session, ObjectClass.PRIVATE_KEY, label=None, id=None))


def objects(session: Session, kind: ObjectClass, *, label: str | None, id: bytes | None) -> list[Object]:  # noqa: A002 as PKCS#11 names it
    """Give the objects of a class with this label and id."""
    asked: dict[Attribute, Any] = {Attribute.CLASS: kind}
    if label is not None:
        asked[Attribute.LABEL] = label
    if id is not None:
        asked[Attribute.ID] = id
    return list(session.get_objects(asked))


def _the_one(session: Session, uri: Pkcs11Uri) -> Object:
    if not uri.key_words:
        raise HsmKeyMissingError("the pkcs11: URI names no key: add object=LABEL or id=%XX")
    found = objects(session, ObjectClass.PRIVATE_KEY, label=uri.object, id=uri.id)
    if len(found) > 1:
        ids = ", ".join(_words(key) for key in found[:5])
        raise HsmAmbiguousError(f"{len(found)} private keys fit {uri.key_words}: {ids}: give object= and id=")
    if not found:
        others = objects(session, ObjectClass.PRIVATE_KEY, label=None, id=None)
        has = ", ".join(_words(key) for key in others[:5]) or "none"
        raise HsmKeyMissingError(f"token {session.token.label!r} has no private key {uri.key_words}; it has: {has}")
    return found[0]


def _words(key: Object) -> str:
    return f"{_attribute(key, Attribute.LABEL)!r} (id {(_attribute(key, Attribute.ID) or b'').hex() or 'empty'})"


def _attribute(key: Object, attribute: Attribute) -> Any:  # noqa: ANN401 its type depends on the attribute
    with suppress(*_UNKNOWN):
        return key[attribute]
    return None


def _public_key(session: Session, private: Object, words: str) -> VerificationKey:
    """Take the public half from the public object, else from the private one, else from a certificate.

    Which one is the right one is not proved here: each signature is, before it leaves the house.
    """
    if _attribute(private, Attribute.KEY_TYPE) not in {kind.key_type for kind in KINDS}:
        raise HsmCurveError(f"the key {words} is of another type: certmark signs with P-256, P-384 and Ed25519")
    id_ = _attribute(private, Attribute.ID) or None
    # an id that is not empty ties the objects of a key together; labels do so by custom
    label = None if id_ is not None else _attribute(private, Attribute.LABEL)
    beside = objects(session, ObjectClass.PUBLIC_KEY, label=label, id=id_)
    found = {key for each in (*beside, private) for key in _of_point(each, private, words)}
    if not found:
        certificates = objects(session, ObjectClass.CERTIFICATE, label=label, id=id_)
        found = {key for each in certificates for key in _of_certificate(each)}
    if len(found) > 1:
        raise HsmAmbiguousError(f"{len(found)} different public keys belong to the key {words}: remove what is wrong")
    if not found:
        raise HsmKeyMissingError(
            f"the token has neither a public key nor a certificate with the id of the key {words}: put one there"
        )
    return found.pop()


def _of_point(holder: Object, private: Object, words: str) -> Iterator[VerificationKey]:
    point = _attribute(holder, Attribute.EC_POINT)
    if point is None:
        return
    parameters = _attribute(holder, Attribute.EC_PARAMS) or _attribute(private, Attribute.EC_PARAMS)
    kind = next((kind for kind in KINDS if parameters in kind.parameters), None)
    if kind is None:
        raise HsmCurveError(f"the key {words} is on another curve: certmark signs with P-256, P-384 and Ed25519")
    for bare in _readings(point):
        with suppress(KeyFormatError):
            yield VerificationKey.from_point(kind.algorithm, bare)
            return
    raise HsmCurveError(f"the public half of the key {words} is no point of its curve")


def _readings(point: bytes) -> Iterator[bytes]:
    """Give a point as it stands, and out of the OCTET STRING in which the standard wants it and some tokens do not.

    Only the curve tells which one it is: every 256th point of P-256 begins as such a string of its length would.
    """
    yield point
    if len(point) > 2 and point[0] == 0x04 and point[1] == len(point) - 2:
        yield point[2:]


def _of_certificate(certificate: Object) -> Iterator[VerificationKey]:
    with suppress(KeyFormatError):
        yield VerificationKey.from_certificate(_attribute(certificate, Attribute.VALUE) or b"")
