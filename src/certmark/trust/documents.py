"""Root, union list and national list as signed bytes: write and sign, parse and verify."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from certmark.cwt import token, typ
from certmark.cwt.registered import Claim, only_claims, string_claim, time_claim
from certmark.errors import CwtError, DecodeError, ListSignatureError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import wire
from certmark.trust.lists import (
    UNION_TERRITORY,
    ListHead,
    NationalList,
    Pointer,
    Role,
    Root,
    UnionList,
    UnionMap,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certmark.cose.sign import Sign
    from certmark.cose.signer import Signer
    from certmark.cwt.token import Parsed
    from certmark.trust.lists import NationalMap, RootMap
    from certmark.trust.shape import Kind

_REGISTERED = frozenset({Claim.ISS, Claim.SUB, Claim.EXP})


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
    parsed = _parse(data, what="root", artefact=typ.ROOT, limits=limits)
    content: RootMap = _content(parsed.untrusted_claims, wire.ROOT, claim=Claim.ROOT)
    _require_threshold(parsed.message, content.root, what="the root")
    head = _head(parsed, data, sequence_number=content.sequence_number, territory=UNION_TERRITORY, next_update=None)
    return Root(head, content)


def open_union_list(data: bytes, root: Root, *, limits: Limits = DEFAULT_LIMITS) -> UnionList:
    """Parse a union list and verify it against the union role of a root.

    Raises:
        TrustError: not a union list, or too few valid signatures.
    """
    parsed = _parse(data, what="union list", artefact=typ.TRUSTED_LIST, limits=limits)
    content: UnionMap = _content(parsed.untrusted_claims, wire.UNION, claim=Claim.TRUSTED_LIST)
    if content.territory != UNION_TERRITORY:
        raise TrustError(f"the union list is for territory {content.territory} and not {UNION_TERRITORY}")
    territories = [pointer.territory for pointer in content.pointers]
    if len(territories) != len(set(territories)):
        raise TrustError("the union list names a territory twice")
    _require_threshold(parsed.message, root.roles.union, what="the union list")
    return UnionList(_list_head(parsed, data, content), content)


def open_national_list(data: bytes, pointer: Pointer, *, limits: Limits = DEFAULT_LIMITS) -> NationalList:
    """Parse a national list and verify it against the pointer of the union list.

    Raises:
        TrustError: not this territory's list, an outdated one, or too few valid signatures.
    """
    what = f"the national list of {pointer.territory}"
    parsed = _parse(data, what="national list", artefact=typ.TRUSTED_LIST, limits=limits)
    content: NationalMap = _content(parsed.untrusted_claims, wire.NATIONAL, claim=Claim.TRUSTED_LIST)
    if content.territory != pointer.territory:
        raise TrustError(f"{what} is for territory {content.territory}")
    if content.sequence_number < (pointer.min_sequence or 0):
        asked = f"the union list asks for {pointer.min_sequence} at least"
        raise TrustError(f"{what} has sequence number {content.sequence_number}, and {asked}: get the newest one")
    _require_threshold(parsed.message, Role(pointer.threshold or 0, pointer.keys), what=what)
    return NationalList(_list_head(parsed, data, content), content, pointer)


def open_embedded_list(pointer: Pointer, content: NationalMap, union: UnionList) -> NationalList:
    """Take a national list that the union list embeds and vouches for: it lives and ends with the union list."""
    head = union.head._replace(
        territory=pointer.territory,
        operator=pointer.operator,
        sequence_number=content.sequence_number,
        next_update=content.next_update,
    )
    return NationalList(head, content, pointer)


def _registered(operator: str, list_id: str, expires: int) -> dict[int, object]:
    return {Claim.ISS: operator, Claim.SUB: list_id, Claim.EXP: expires}


def _parse(data: bytes, *, what: str, artefact: str, limits: Limits) -> Parsed[Sign]:
    if len(data) > limits.trust_list:
        raise TrustError(f"the {what} has {len(data)} bytes, more than {limits.trust_list}")
    try:
        return token.parse_many(data, typ=artefact, limits=limits)
    except DecodeError as error:
        raise TrustError(f"not a {what}: {error}") from error


def _content(claims: Mapping[Any, object], kind: Kind, *, claim: Claim) -> Any:  # noqa: ANN401 what the kind reads
    try:
        only_claims(claims, _REGISTERED | {claim})
        for name in (Claim.ISS, Claim.SUB):
            string_claim(claims, name)
        time_claim(claims, Claim.EXP)
    except CwtError as error:
        raise TrustError(str(error)) from error
    return kind.read(claims.get(claim), claim.name.lower())


def _list_head(parsed: Parsed[Sign], data: bytes, content: UnionMap | NationalMap) -> ListHead:
    return _head(
        parsed,
        data,
        sequence_number=content.sequence_number,
        territory=content.territory,
        next_update=content.next_update,
    )


def _head(
    parsed: Parsed[Sign], data: bytes, *, sequence_number: int, territory: str, next_update: int | None
) -> ListHead:
    claims = parsed.untrusted_claims
    return ListHead(
        territory=territory,
        operator=string_claim(claims, Claim.ISS),
        list_id=string_claim(claims, Claim.SUB),
        sequence_number=sequence_number,
        issued_at=parsed.message.headers.issued_at or 0,
        next_update=next_update,
        expires=time_claim(claims, Claim.EXP),
        digest=sha256(data).digest(),
    )


def _require_threshold(message: Sign, role: Role, *, what: str) -> None:
    """Count distinct keys that signed (TUF §4.1), whatever else stands among the signatures."""
    signed = len(message.signed_by(role.keys))
    if signed < role.threshold:
        raise ListSignatureError(f"{what} is signed by {signed} of the keys that count, and needs {role.threshold}")
