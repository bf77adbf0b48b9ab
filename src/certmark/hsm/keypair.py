"""New keys, made on the token and never to leave it."""

from __future__ import annotations

import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.exceptions import AttributeTypeInvalid, PKCS11Error

from certmark.cose.algorithms import TRAITS
from certmark.cose.signer import checked_signature
from certmark.hsm.errors import HsmCurveError, HsmError, HsmKeyExistsError, HsmKeyUseError, HsmUriError
from certmark.hsm.keys import KINDS, objects, require
from certmark.hsm.login import said
from certmark.hsm.module import Module, find
from certmark.hsm.signer import Pkcs11Signer
from certmark.hsm.uri import Pkcs11Uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pkcs11.types import Object, Session, Token

    from certmark.cose.algorithms import Algorithm
    from certmark.cose.keys import VerificationKey
    from certmark.hsm.keys import Kind
    from certmark.hsm.pin import PinSource

_ID_BYTES: Final = 8
_PROOF: Final = b"certmark: the first signature of a new key"


def generate(
    uri: str | Pkcs11Uri,
    algorithm: Algorithm,
    *,
    pin: PinSource,
    module: str | None = None,
    keep: Callable[[VerificationKey], object],
) -> Pkcs11Signer:
    """Make a key pair on a token: sensitive, not extractable, for signing alone.

    The new key signs once, to show that it can, before its public half is handed out.

    Args:
        uri: names the token, and the new key with ``object``; ``id`` is random where it is left out.
        algorithm: ESP256, ESP384 or Ed25519.
        pin: as for ``Pkcs11Signer.open``.
        module: as for ``Pkcs11Signer.open``.
        keep: is given the public key; what it raises undoes the pair on the token.

    Returns:
        A signer with the new key.

    Raises:
        HsmKeyExistsError: the token has a key of this label or id.
        HsmCurveError: certmark does not do this algorithm on tokens.
        HsmError: one of its other kinds.
    """
    asked = Pkcs11Uri.parse(uri) if isinstance(uri, str) else uri
    if asked.object is None:
        raise HsmUriError("the new key needs a name: add object=LABEL to the pkcs11: URI")
    kind = next((kind for kind in KINDS if kind.algorithm is algorithm), None)
    if kind is None:
        raise HsmCurveError(
            f"certmark makes no {TRAITS[algorithm].name} keys on tokens: take ESP256, ESP384 or Ed25519"
        )
    loaded = Module.load(find(asked, otherwise=module))
    with loaded.lock:
        token = loaded.token(asked)
        try:
            loaded.log_in(token, pin)
            with _writing(loaded, token) as session:
                _refuse_taken(session, asked)
                for mechanism in (kind.generation, kind.signature):
                    require(token, mechanism, asked.object)
                pair = _make(session, asked, kind)
                with _undone_on_failure(loaded, asked, pair):
                    _refuse_weak(pair[1], asked.object)
                    signer = Pkcs11Signer(asked, loaded, pin=pin)
                    checked_signature(signer, _PROOF)
                    keep(signer.public_key)
                    return signer
        except PKCS11Error as error:
            raise HsmError(f"token {token.label!r} makes no such key ({said(error)})") from error


def _refuse_taken(session: Session, uri: Pkcs11Uri) -> None:
    for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
        if objects(session, kind, label=uri.object, id=None):
            raise HsmKeyExistsError(f"a key with object={uri.object!r} is on the token already: choose another label")
        if uri.id is not None and objects(session, kind, label=None, id=uri.id):
            raise HsmKeyExistsError(f"a key with id={uri.id.hex()} is on the token already: choose another id")


def _make(session: Session, uri: Pkcs11Uri, kind: Kind) -> tuple[Object, Object]:
    parameters = session.create_domain_parameters(kind.key_type, {Attribute.EC_PARAMS: kind.parameters[0]}, local=True)
    public, private = parameters.generate_keypair(
        store=True,
        label=uri.object,
        id=uri.id or secrets.token_bytes(_ID_BYTES),
        mechanism=kind.generation,
        capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
        private_template={Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    )
    return public, private


@contextmanager
def _writing(loaded: Module, token: Token) -> Iterator[Session]:
    session, generation = token.open(rw=True), loaded.generation
    try:
        yield session
    finally:
        if generation == loaded.generation:  # else it is void, and its number may be that of another session
            with suppress(PKCS11Error):
                session.close()


@contextmanager
def _undone_on_failure(loaded: Module, uri: Pkcs11Uri, pair: tuple[Object, Object]) -> Iterator[None]:
    id_, generation = pair[1][Attribute.ID], loaded.generation
    try:
        yield
    except BaseException:
        # nobody has used it yet
        with suppress(PKCS11Error, HsmError):
            if generation == loaded.generation:
                _destroy(*pair)
            else:  # the signer has started the module anew, and the handles are void
                with _writing(loaded, loaded.token(uri)) as session:
                    for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                        _destroy(*objects(session, kind, label=uri.object, id=id_))
        raise


def _destroy(*halves: Object) -> None:
    for half in halves:
        with suppress(PKCS11Error):
            half.destroy()


def _refuse_weak(private: Object, label: str) -> None:
    """See that the token has done as it was told: not every one has."""
    kept = {Attribute.ALWAYS_SENSITIVE: True, Attribute.NEVER_EXTRACTABLE: True, Attribute.LOCAL: True}
    for attribute, wanted in kept.items():
        with suppress(AttributeTypeInvalid):
            if private[attribute] is wanted:
                continue
        raise HsmKeyUseError(f"the token does not keep the new key {label!r} as it should (CKA_{attribute.name})")
