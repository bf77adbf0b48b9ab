"""From a document to a signed version, with key holders who never meet.

A *draft* is the COSE_Sign of the next version with an empty array of signatures: header and payload are fixed, so that
everybody signs the same bytes. Each holder adds a signature on a machine of their own, and ``merge`` puts the
signatures together. No reader takes a draft, or a version with too few signatures.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from certmark.cose import sign
from certmark.cose.headers import signer_header
from certmark.cose.signer import checked_signature
from certmark.errors import AppendOnlyError, PublishingError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust.append_only import in_short, national_rules_broken, union_rules_broken
from certmark.trust.documents import peek_list, unsigned
from certmark.trust.lists import NationalMap, Role, RootMap, UnionMap
from certmark.trust.publish.usable import require_usable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certmark.cose.keys import VerificationKey
    from certmark.cose.sign import Sign
    from certmark.cose.signer import Signer
    from certmark.trust.append_only import BrokenRule
    from certmark.trust.lists import Content, ListHead
    from certmark.trust.publish.documents_json import ListDocument


class Version(NamedTuple):
    """A version of a root or list, or its draft, of which nothing was verified.

    Attributes:
        data: the whole file.
        message: the COSE_Sign in it; a draft has no signatures.
        head: what it says of itself.
        content: what it says of others.
    """

    data: bytes
    message: Sign
    head: ListHead
    content: Content

    @property
    def name(self) -> str:
        """What it is, for people: ``national list of DE no. 7``."""
        kinds = {RootMap: "root", UnionMap: "union list", NationalMap: f"national list of {self.head.territory}"}
        return f"{kinds[type(self.content)]} no. {self.head.sequence_number}"


class Standing(NamedTuple):
    """How far the signing of a version has come, for one of the roles that it needs.

    Attributes:
        role: which role, for people.
        threshold: how many keys must sign.
        signed: keys of the role that did.
        missing: keys of the role that did not.
    """

    role: str
    threshold: int
    signed: tuple[VerificationKey, ...]
    missing: tuple[VerificationKey, ...]

    @property
    def needed(self) -> int:
        """How many signatures are still needed."""
        return max(0, self.threshold - len(self.signed))


def read_version(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Version:
    """Read a version or a draft without verifying anything.

    Raises:
        TrustError: not a root, list, or draft of one.
    """
    return Version(data, *peek_list(data, least=0, limits=limits))


def draft(
    document: ListDocument, *, previous: bytes | None, issued_at: int, next_update: int | None, expires: int
) -> bytes:
    """Make the next version of a root or list, to be signed.

    Args:
        document: what it shall say.
        previous: the version before it as it was published, with its signatures; None for the first one.
        issued_at: signing time that it claims, in seconds; later than that of the version before.
        next_update: soft end, in seconds; None for roots, which have none. A closed list has none either.
        expires: hard end, in seconds.

    Returns:
        The draft.

    Raises:
        AppendOnlyError: it removes or rewrites what the version before says, or dates something new before that.
        PublishingError: the version before is none yet, or it does not follow it, or its times are out of order.
        TrustError: content that no reader would accept.
    """
    before = None if previous is None else read_version(previous)
    if before is not None:
        _require_published(before)
        _require_follows(document, before, issued_at=issued_at)
    soft_end = next_update if isinstance(document.content, RootMap) or not _is_closed(document.content) else None
    _require_order(issued_at, soft_end, expires)
    content = _numbered(document.content, before, next_update=soft_end)
    header, payload = unsigned(
        content, operator=document.operator, list_id=document.list_id, issued_at=issued_at, expires=expires
    )
    if before is not None:
        _require_append_only(rules_broken(before, content), before)
    data = sign.to_bytes(header, payload, ())
    require_usable(read_version(data).content)
    return data


def rules_broken(before: Version, content: Content) -> tuple[BrokenRule, ...]:
    """Give every append-only rule that a newer content breaks; a root has none."""
    since = before.head.issued_at
    match before.content, content:
        case UnionMap() as old, UnionMap() as new:
            return union_rules_broken(old, new, since=since)
        case NationalMap() as old, NationalMap() as new:
            return national_rules_broken(old, new, since=since)
    return ()


def add_signature(data: bytes, signer: Signer) -> bytes:
    """Sign a draft or a partly signed version; what a key has signed already is left as it is.

    Raises:
        PublishingError: it bears as many signatures as a reader accepts.
        SignerError: the signer's answer is wrong.
    """
    version = read_version(data)
    message, key = version.message, signer.public_key
    if message.signed_by([key]):
        return data
    if len(message.signatures) >= DEFAULT_LIMITS.signatures:
        raise PublishingError(f"{version.name} bears {len(message.signatures)} signatures, and no reader takes more")
    header = signer_header(signer)
    signature = checked_signature(signer, sign.sig_structure(message.headers.raw, header, message.payload))
    return _with_signatures(message, {*_signatures(message), (header, signature)})


def merge(parts: Sequence[bytes]) -> bytes:
    """Put the signatures of several holders together; their order does not matter.

    Args:
        parts: the same draft, signed by one or more holders each.

    Raises:
        PublishingError: no parts, different drafts, or more signatures than a reader accepts.
    """
    versions = [read_version(part) for part in parts]
    if not versions:
        raise PublishingError("nothing to merge: give the files that the key holders signed")
    digests = {draft_digest(version): version for version in versions}
    if len(digests) > 1:
        named = " and ".join(f"{version.name} ({digest.hex()})" for digest, version in list(digests.items())[:2])
        raise PublishingError(f"these are signatures of different drafts, {named}: all must sign the same one")
    signatures = {each for version in versions for each in _signatures(version.message)}
    if len(signatures) > DEFAULT_LIMITS.signatures:
        raise PublishingError(
            f"{len(signatures)} signatures, and no reader takes more than {DEFAULT_LIMITS.signatures}"
        )
    return _with_signatures(versions[0].message, signatures)


def draft_digest(version: Version) -> bytes:
    """Give the SHA-256 of a version without its signatures, by which holders agree that they sign the same."""
    return sha256(_with_signatures(version.message, set())).digest()


def deciding_roles(version: Version, above: Version | None) -> dict[str, Role]:
    """Give the roles that must sign a version.

    Args:
        version: a root, a list, or a draft.
        above: for a root the root before it; for the union list the root; for a national list the union list; None
            when it is not at hand, or for a first root.

    Returns:
        Roles by name; none if some of them cannot be known without ``above``.

    Raises:
        PublishingError: ``above`` is something else, or does not name those who sign the version.
    """
    if above is None:
        first = isinstance(version.content, RootMap) and version.content.sequence_number == 1
        return {version.name: version.content.root} if first and isinstance(version.content, RootMap) else {}
    match version.content, above.content:
        case RootMap() as root, RootMap() as old:
            if above.head.list_id != version.head.list_id or old.sequence_number + 1 != root.sequence_number:
                raise PublishingError(f"{above.name} of {above.head.list_id} is not the root before {version.name}")
            return {above.name: old.root, version.name: root.root}
        case UnionMap(), RootMap() as root:
            return {f"union role of {above.name}": root.union}
        case NationalMap() as national, UnionMap() as union:
            for pointer in union.pointers:
                if pointer.territory == national.territory and pointer.threshold is not None:
                    return {f"{above.name}, {pointer.territory}": pointer.signers}
            raise PublishingError(f"{above.name} names nobody who signs the {version.name}: let it point there first")
    wanted = {RootMap: "the root before it", UnionMap: "the root", NationalMap: "the union list"}
    raise PublishingError(f"who signs {version.name} is said by {wanted[type(version.content)]}, not by {above.name}")


def standings(version: Version, roles: Mapping[str, Role]) -> tuple[Standing, ...]:
    """Say for each role who has signed; only right signatures count."""
    found = []
    for name, role in roles.items():
        signed = version.message.signed_by(role.keys)
        found.append(
            Standing(
                name,
                role.threshold,
                tuple(key for key in role.keys if key in signed),
                tuple(key for key in role.keys if key not in signed),
            )
        )
    return tuple(found)


def _require_published(before: Version) -> None:
    """Refuse a draft as the version before: what is drafted states the digest of that version with its signatures."""
    own = {before.name: before.content.root} if isinstance(before.content, RootMap) else {}
    if not before.message.signatures or any(each.needed for each in standings(before, own)):
        raise PublishingError(f"this {before.name} lacks signatures, so it was never published: give the one that was")


def _require_follows(document: ListDocument, before: Version, *, issued_at: int) -> None:
    head, content = before.head, before.content
    if type(document.content) is not type(content) or document.list_id != head.list_id:
        raise PublishingError(
            f"the version before is {before.name} of {head.list_id}, another list: give the right one"
        )
    if isinstance(document.content, NationalMap) and document.content.territory != head.territory:
        raise PublishingError(f"the version before is the list of {head.territory}, not {document.content.territory}")
    if issued_at <= head.issued_at:
        raise PublishingError(f"{before.name} was issued at the same time or later: a version is later than the last")


def _require_order(issued_at: int, next_update: int | None, expires: int) -> None:
    if not issued_at < (next_update or expires) <= expires:
        raise PublishingError("the times are out of order: issued, then next update, then expires")


def _require_append_only(broken: tuple[BrokenRule, ...], before: Version) -> None:
    if broken:
        raise AppendOnlyError(f"this would rewrite {before.name}: {in_short(broken)}", broken=broken)


def _is_closed(content: UnionMap | NationalMap) -> bool:
    return content.next_update is None


def _numbered(content: Content, before: Version | None, *, next_update: int | None) -> Content:
    """Give a content the number and the link of the next version, and with it the lists that it embeds."""
    number = 1 if before is None else before.head.sequence_number + 1
    if isinstance(content, RootMap):
        return content._replace(sequence_number=number)
    link = None if before is None else before.head.digest
    numbered = content._replace(sequence_number=number, next_update=next_update, prev_digest=link)
    if isinstance(numbered, NationalMap):
        return numbered
    old = before.content.pointers if before is not None and isinstance(before.content, UnionMap) else ()
    known = {pointer.territory: pointer.embedded for pointer in old}
    pointers = []
    for pointer in numbered.pointers:
        embedded, last = pointer.embedded, known.get(pointer.territory)
        if embedded is not None:
            embedded = embedded._replace(
                # not below what was embedded before a list of its own stood there: the signers are the same again
                sequence_number=number if last is None else last.sequence_number + 1,
                next_update=None if _is_closed(embedded) else next_update,
            )
        pointers.append(pointer._replace(embedded=embedded))
    return numbered._replace(pointers=tuple(pointers))


def _signatures(message: Sign) -> list[tuple[bytes, bytes]]:
    return [(each.headers.raw, each.signature) for each in message.signatures]


def _with_signatures(message: Sign, signatures: set[tuple[bytes, bytes]]) -> bytes:
    return sign.to_bytes(message.headers.raw, message.payload, sorted(signatures))
