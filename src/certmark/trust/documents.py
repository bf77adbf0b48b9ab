"""Root, union list and national list as signed bytes: write and sign, verify and read.

What a list says is decoded only after its signatures were verified: its keys stand elsewhere. A root is verified with
keys of its own, so it is decoded before; who opens it has compared its digest with the pinned one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from certmark.cwt import token, typ
from certmark.cwt.registered import Claim, only_claims, string_claim, time_claim
from certmark.errors import AnchorError, CwtError, DecodeError, ListSignatureError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import wire
from certmark.trust.lists import (
    UNION_TERRITORY,
    ListHead,
    NationalList,
    Pointer,
    Role,
    Root,
    RootMap,
    UnionList,
    UnionMap,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certmark.cose.sign import Sign
    from certmark.cose.signer import Signer
    from certmark.trust.lists import NationalMap
    from certmark.trust.shape import Kind

_REGISTERED = frozenset({Claim.ISS, Claim.SUB, Claim.EXP})


class SignedList(NamedTuple):
    """A national list whose signatures are right and that was not read yet.

    Attributes:
        data: the list's bytes.
        message: the COSE_Sign in them.
        pointer: what the union list says of it.
    """

    data: bytes
    message: Sign
    pointer: Pointer

    def mentions(self, key_id: bytes) -> bool:
        """Tell whether a key id may be listed; when not, the list need not be read to know that."""
        return key_id in self.message.payload


def sign_root(
    root: RootMap, *, operator: str, list_id: str, issued_at: int, expires: int, signers: Sequence[Signer]
) -> bytes:
    """Sign a root (COSE_Sign).

    Args:
        root: what it decides.
        operator: scheme operator that keeps it (iss).
        list_id: its id, the same in every version (sub).
        issued_at: claimed signing time, in seconds.
        expires: hard end, in seconds.
        signers: key holders; at least the threshold of its own root role.

    Raises:
        TrustError: content that no reader would accept.
    """
    claims = _registered(operator, list_id, expires) | {Claim.ROOT: wire.ROOT.write(root)}
    _content(claims, wire.ROOT, claim=Claim.ROOT)
    return token.seal_many(claims, typ=typ.ROOT, issued_at=issued_at, signers=signers)


def sign_list(
    content: UnionMap | NationalMap,
    *,
    operator: str,
    list_id: str,
    issued_at: int,
    expires: int,
    signers: Sequence[Signer],
) -> bytes:
    """Sign a union or national list (COSE_Sign); see ``sign_root``."""
    if isinstance(content, UnionMap):
        kind, national = wire.UNION, [pointer.embedded for pointer in content.pointers if pointer.embedded]
    else:
        kind, national = wire.NATIONAL, [content]
    claims = _registered(operator, list_id, expires) | {Claim.TRUSTED_LIST: kind.write(content)}
    _content(claims, kind, claim=Claim.TRUSTED_LIST)
    for each in national:
        for index, entity in enumerate(each.entities):
            wire.ENTITY.read(entity, f"entities[{index}] of {each.territory}")
    return token.seal_many(claims, typ=typ.TRUSTED_LIST, issued_at=issued_at, signers=signers)


def open_root(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Root:
    """Parse a root and verify it against its own root role.

    That a root is the right one is for the caller to know: see ``TrustSnapshot.open``.

    Raises:
        TrustError: not a root, or too few valid signatures.
    """
    return _read_root(_split(data, what="root", artefact=typ.ROOT, limits=limits), data, limits=limits)


def open_successor(data: bytes, before: Root, *, limits: Limits = DEFAULT_LIMITS) -> Root:
    """Verify the root that follows another, by the root role of that one and then by its own.

    Raises:
        AnchorError: not the next version of the same root.
        TrustError: not a root, or too few valid signatures.
    """
    message = _split(data, what="root", artefact=typ.ROOT, limits=limits)
    expected = before.head.sequence_number + 1
    _require_threshold(message, before.roles.root, what=f"what should be root no. {expected}")
    root = _read_root(message, data, limits=limits)
    number, list_id = root.head.sequence_number, root.head.list_id
    if number != expected or list_id != before.head.list_id:
        raise AnchorError(
            f"root no. {expected} of {before.head.list_id} must follow, and not no. {number} of {list_id}: "
            "the bundle does not lead from the pinned root to its newest one"
        )
    return root


def open_union_list(data: bytes, root: Root, *, limits: Limits = DEFAULT_LIMITS) -> UnionList:
    """Verify a union list against the union role of a root, and read it. It ends with the root at the latest.

    Raises:
        TrustError: not a union list, or too few valid signatures.
    """
    message = _split(data, what="union list", artefact=typ.TRUSTED_LIST, limits=limits)
    _require_threshold(message, root.roles.union, what="the union list")
    claims = _claims(message, what="union list", limits=limits)
    content: UnionMap = _content(claims, wire.UNION, claim=Claim.TRUSTED_LIST)
    if content.territory != UNION_TERRITORY:
        raise TrustError(f"the union list is for territory {content.territory} and not {UNION_TERRITORY}")
    territories = [pointer.territory for pointer in content.pointers]
    if len(territories) != len(set(territories)):
        raise TrustError("the union list names a territory twice")
    if UNION_TERRITORY in territories:
        raise TrustError(f"the union list points at territory {UNION_TERRITORY}, which is its own")
    head = _head(message, claims, content, data=data)
    return UnionList(head._replace(expires=min(head.expires, root.head.expires)), content)


def open_national_list(data: bytes, pointer: Pointer, *, limits: Limits = DEFAULT_LIMITS) -> NationalList:
    """Verify a national list against the pointer of the union list, and read it.

    Raises:
        TrustError: not this territory's list, an outdated one, or too few valid signatures.
    """
    return read_national_list(verify_national_list(data, pointer, limits=limits), limits=limits)


def verify_national_list(data: bytes, pointer: Pointer, *, limits: Limits = DEFAULT_LIMITS) -> SignedList:
    """Verify a national list against the pointer of the union list, and leave it encoded.

    Raises:
        TrustError: not a trusted list, or too few valid signatures.
    """
    message = _split(data, what="national list", artefact=typ.TRUSTED_LIST, limits=limits)
    role = Role(pointer.threshold or 0, pointer.keys)
    _require_threshold(message, role, what=f"the national list of {pointer.territory}")
    return SignedList(data, message, pointer)


def read_national_list(signed: SignedList, *, limits: Limits = DEFAULT_LIMITS) -> NationalList:
    """Read a national list whose signatures are right.

    Raises:
        TrustError: not this territory's list, a malformed or an outdated one.
    """
    data, message, pointer = signed
    what = f"the national list of {pointer.territory}"
    claims = _claims(message, what="national list", limits=limits)
    content: NationalMap = _content(claims, wire.NATIONAL, claim=Claim.TRUSTED_LIST)
    if content.territory != pointer.territory:
        raise TrustError(f"{what} is for territory {content.territory}")
    if content.sequence_number < (pointer.min_sequence or 0):
        asked = f"the union list asks for {pointer.min_sequence} at least"
        raise TrustError(f"{what} has sequence number {content.sequence_number}, and {asked}: get the newest one")
    return NationalList(_head(message, claims, content, data=data), content, pointer)


def open_embedded_list(pointer: Pointer, content: NationalMap, union: UnionList) -> NationalList:
    """Take a national list that the union list embeds and vouches for: it lives and ends with the union list."""
    head = union.head._replace(
        territory=pointer.territory,
        operator=pointer.operator,
        sequence_number=content.sequence_number,
        next_update=content.next_update,
    )
    return NationalList(head, content, pointer)


def _read_root(message: Sign, data: bytes, *, limits: Limits) -> Root:
    claims = _claims(message, what="root", limits=limits)
    content: RootMap = _content(claims, wire.ROOT, claim=Claim.ROOT)
    _require_threshold(message, content.root, what="the root")
    return Root(_head(message, claims, content, data=data), content)


def _registered(operator: str, list_id: str, expires: int) -> dict[int, object]:
    return {Claim.ISS: operator, Claim.SUB: list_id, Claim.EXP: expires}


def _split(data: bytes, *, what: str, artefact: str, limits: Limits) -> Sign:
    if len(data) > limits.trust_list:
        raise TrustError(f"the {what} has {len(data)} bytes, more than {limits.trust_list}")
    try:
        return token.split_many(data, typ=artefact, limits=limits)
    except DecodeError as error:
        raise TrustError(f"not a {what}: {error}") from error


def _claims(message: Sign, *, what: str, limits: Limits) -> Mapping[Any, Any]:
    try:
        return token.read_claims(message.payload, limits=limits)
    except DecodeError as error:
        raise TrustError(f"not a {what}: {error}") from error


def _content(claims: Mapping[Any, object], kind: Kind, *, claim: Claim) -> Any:  # noqa: ANN401 what the kind reads
    """Require the registered claims and the private one, and no others; read the latter."""
    try:
        only_claims(claims, _REGISTERED | {claim})
        for name in (Claim.ISS, Claim.SUB):
            string_claim(claims, name)
        time_claim(claims, Claim.EXP)
    except CwtError as error:
        raise TrustError(str(error)) from error
    return kind.read(claims.get(claim), claim.name.lower())


def _head(
    message: Sign, claims: Mapping[Any, Any], content: RootMap | UnionMap | NationalMap, *, data: bytes
) -> ListHead:
    return ListHead(
        territory=UNION_TERRITORY if isinstance(content, RootMap) else content.territory,
        operator=claims[Claim.ISS],
        list_id=claims[Claim.SUB],
        sequence_number=content.sequence_number,
        issued_at=message.headers.issued_at or 0,
        next_update=None if isinstance(content, RootMap) else content.next_update,
        expires=claims[Claim.EXP],
        digest=sha256(data).digest(),
    )


def _require_threshold(message: Sign, role: Role, *, what: str) -> None:
    """Count distinct keys that signed (TUF §4.1), whatever else stands among the signatures."""
    signed = len(message.signed_by(role.keys, enough=role.threshold))
    if signed < role.threshold:
        raise ListSignatureError(f"{what} is signed by {signed} of the keys that count, and needs {role.threshold}")
