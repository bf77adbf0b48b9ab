"""Root, union list and national list as signed bytes: write and sign, verify and read.

What a list says is decoded only after its signatures were verified: its keys stand elsewhere. A root is verified with
keys of its own, so it is decoded before; who opens it has compared its digest with the pinned one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark import cbor
from certmark.cose import sign
from certmark.cose.algorithms import ALL_KEY_ALGORITHMS
from certmark.cose.headers import body_header
from certmark.cwt import token, typ
from certmark.cwt.registered import LONGEST_NAME, Claim, only_claims, string_claim, time_claim
from certmark.errors import AnchorError, CwtError, DecodeError, ListSignatureError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import wire
from certmark.trust.lists import (
    UNION_TERRITORY,
    Content,
    ListHead,
    NationalList,
    NationalMap,
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
    from certmark.trust.shape import Kind

_REGISTERED = frozenset({Claim.ISS, Claim.SUB, Claim.EXP})
_SHAPES: Final[dict[type[Content], tuple[str, Claim, Kind]]] = {
    RootMap: (typ.ROOT, Claim.ROOT, wire.ROOT),
    UnionMap: (typ.TRUSTED_LIST, Claim.TRUSTED_LIST, wire.UNION),
    NationalMap: (typ.TRUSTED_LIST, Claim.TRUSTED_LIST, wire.NATIONAL),
}
"""Type of the artefact, private claim, and what stands in it."""


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


def sign_list(
    content: Content, *, operator: str, list_id: str, issued_at: int, expires: int, signers: Sequence[Signer]
) -> bytes:
    """Sign a root or list (COSE_Sign).

    Args:
        content: what it says.
        operator: scheme operator that keeps it (iss).
        list_id: its id, the same in every version (sub).
        issued_at: claimed signing time, in seconds.
        expires: hard end, in seconds.
        signers: key holders; at least as many as its threshold asks for, of a root its own root role's.

    Raises:
        TrustError: content that no reader would accept.
    """
    header, payload = unsigned(content, operator=operator, list_id=list_id, issued_at=issued_at, expires=expires)
    return sign.sign(header, payload, signers=signers)


def unsigned(content: Content, *, operator: str, list_id: str, issued_at: int, expires: int) -> tuple[bytes, bytes]:
    """Give the protected header and the payload that the signers of a root or list sign; see ``sign_list``."""
    artefact, claim, kind = _SHAPES[type(content)]
    claims = {Claim.ISS: operator, Claim.SUB: list_id, Claim.EXP: expires, claim: kind.write(content)}
    _content(claims, kind, claim=claim)
    if isinstance(content, UnionMap):
        national = [pointer.embedded for pointer in content.pointers if pointer.embedded]
    else:
        national = [content] if isinstance(content, NationalMap) else []
    for each in national:
        for index, entity in enumerate(each.entities):
            wire.ENTITY.read(entity, f"entities[{index}] of {each.territory}")
    return body_header(typ=artefact, issued_at=issued_at), cbor.encode(claims)


def peek_list(data: bytes, *, least: int = 1, limits: Limits = DEFAULT_LIMITS) -> tuple[Sign, ListHead, Content]:
    """Read a root or list without verifying anything, for those who keep, show or compare lists.

    Args:
        data: the whole file.
        least: fewest signatures that it must bear; 0 also takes drafts.
        limits: bounds on sizes.

    Returns:
        The message, and what it says of itself and of others: nothing of it is proven.

    Raises:
        TrustError: not a root or list.
    """
    _require_size(data, what="root or list", limits=limits)
    try:
        message = sign.from_bytes(data, least=least, limits=limits)
    except DecodeError as error:
        raise TrustError(f"not a root or list: {error}") from error
    claims = _claims(message, what="root or list", limits=limits)
    if message.headers.typ == typ.TRUSTED_LIST:
        said = claims.get(Claim.TRUSTED_LIST)
        union = isinstance(said, dict) and said.get(2) == UNION_TERRITORY
        _, claim, kind = _SHAPES[UnionMap if union else NationalMap]
    elif message.headers.typ == typ.ROOT:
        _, claim, kind = _SHAPES[RootMap]
    else:
        raise TrustError(f"not a root or list, but {ascii(message.headers.typ)[:100]}")
    content: Content = _content(claims, kind, claim=claim)
    return message, _head(message, claims, content, data=data), content


def open_root(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Root:
    """Parse a root and verify it against its own root role.

    That a root is the right one is for the caller to know: see ``TrustSnapshot.open``.

    Raises:
        TrustError: not a root, or too few valid signatures.
    """
    return _read_root(_split(data, what="root", artefact=typ.ROOT, limits=limits), data, limits=limits)


def open_successor(
    data: bytes, before: Root, *, limits: Limits = DEFAULT_LIMITS, algorithms: frozenset[int] = ALL_KEY_ALGORITHMS
) -> Root:
    """Verify the root that follows another, by the root role of that one and then by its own.

    Raises:
        AnchorError: not the next version of the same root.
        TrustError: not a root, or too few valid signatures.
    """
    message = _split(data, what="root", artefact=typ.ROOT, limits=limits)
    expected = before.head.sequence_number + 1
    _require_threshold(message, before.roles.root, algorithms, what=f"what should be root no. {expected}")
    root = _read_root(message, data, limits=limits, algorithms=algorithms)
    number, list_id = root.head.sequence_number, root.head.list_id
    if number != expected or list_id != before.head.list_id:
        raise AnchorError(
            f"root no. {expected} of {before.head.list_id} must follow, and not no. {number} of {list_id}: "
            "the bundle does not lead from the pinned root to its newest one"
        )
    return root


def open_union_list(
    data: bytes, root: Root, *, limits: Limits = DEFAULT_LIMITS, algorithms: frozenset[int] = ALL_KEY_ALGORITHMS
) -> UnionList:
    """Verify a union list against the union role of a root, and read it. It ends with the root at the latest.

    Raises:
        TrustError: not a union list, or too few valid signatures.
    """
    message = _split(data, what="union list", artefact=typ.TRUSTED_LIST, limits=limits)
    _require_threshold(message, root.roles.union, algorithms, what="the union list")
    claims = _claims(message, what="union list", limits=limits)
    content: UnionMap = _content(claims, wire.UNION, claim=Claim.TRUSTED_LIST)
    if content.territory != UNION_TERRITORY:
        raise TrustError(f"the union list is for territory {content.territory} and not {UNION_TERRITORY}")
    require_territories(content)
    head = _head(message, claims, content, data=data)
    return UnionList(head._replace(expires=min(head.expires, root.head.expires)), content)


def require_territories(content: UnionMap) -> None:
    """Require of a union list that it points once at each territory, and not at its own (TrustError)."""
    territories = [pointer.territory for pointer in content.pointers]
    if len(territories) != len(set(territories)):
        raise TrustError("the union list names a territory twice")
    if UNION_TERRITORY in territories:
        raise TrustError(f"the union list points at territory {UNION_TERRITORY}, which is its own")


def open_national_list(data: bytes, pointer: Pointer, *, limits: Limits = DEFAULT_LIMITS) -> NationalList:
    """Verify a national list against the pointer of the union list, and read it.

    Raises:
        TrustError: not this territory's list, an outdated one, or too few valid signatures.
    """
    return read_national_list(verify_national_list(data, pointer, limits=limits), limits=limits)


def verify_national_list(
    data: bytes, pointer: Pointer, *, limits: Limits = DEFAULT_LIMITS, algorithms: frozenset[int] = ALL_KEY_ALGORITHMS
) -> SignedList:
    """Verify a national list against the pointer of the union list, and leave it encoded.

    Raises:
        TrustError: not a trusted list, or too few valid signatures.
    """
    message = _split(data, what="national list", artefact=typ.TRUSTED_LIST, limits=limits)
    _require_threshold(message, pointer.signers, algorithms, what=f"the national list of {pointer.territory}")
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


def _read_root(message: Sign, data: bytes, *, limits: Limits, algorithms: frozenset[int] = ALL_KEY_ALGORITHMS) -> Root:
    claims = _claims(message, what="root", limits=limits)
    content: RootMap = _content(claims, wire.ROOT, claim=Claim.ROOT)
    _require_threshold(message, content.root, algorithms, what="the root")
    return Root(_head(message, claims, content, data=data), content)


def _split(data: bytes, *, what: str, artefact: str, limits: Limits) -> Sign:
    _require_size(data, what=what, limits=limits)
    try:
        return token.split_many(data, typ=artefact, limits=limits)
    except DecodeError as error:
        raise TrustError(f"not a {what}: {error}") from error


def _require_size(data: bytes, *, what: str, limits: Limits) -> None:
    if len(data) > limits.trust_list:
        raise TrustError(f"the {what} has {len(data)} bytes, more than {limits.trust_list}")


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
            string_claim(claims, name, most=LONGEST_NAME)
        time_claim(claims, Claim.EXP)
    except CwtError as error:
        raise TrustError(str(error)) from error
    return kind.read(claims.get(claim), claim.name.lower())


def _head(message: Sign, claims: Mapping[Any, Any], content: Content, *, data: bytes) -> ListHead:
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


def _require_threshold(message: Sign, role: Role, algorithms: frozenset[int], *, what: str) -> None:
    """Count distinct keys that signed (TUF §4.1), whatever else stands among the signatures."""
    counting = tuple(key for key in role.keys if key.algorithm in algorithms)
    signed = len(message.signed_by(counting, enough=role.threshold))
    if signed < role.threshold:
        over = len(role.keys) - len(counting)
        ended = f"; {over} more have an algorithm that is not accepted any more" if over else ""
        raise ListSignatureError(
            f"{what} is signed by {signed} of the keys that count, and needs {role.threshold}{ended}"
        )
