"""Two versions of a root or list, or two bundles, compared as a whole: how they are linked, and what differs."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import PublishingError, TrustError
from certmark.trust.lists import NationalMap, RootMap, UnionMap
from certmark.trust.publish.differences.entities import changed_entities
from certmark.trust.publish.differences.values import (
    Change,
    Consequence,
    Difference,
    Whom,
    change_of,
    changed_fields,
    paired,
)
from certmark.trust.publish.drafts import read_version, rules_broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.trust.append_only import BrokenRule
    from certmark.trust.bundle import TrustBundle
    from certmark.trust.lists import Pointer
    from certmark.trust.publish.drafts import Version


class LinkRule(StrEnum):
    """What a newer version must not do, beside the rules of append-only."""

    ANOTHER_LIST = "another-list"
    """It has another id, or is for another territory."""
    OLDER = "older"
    """Its sequence number is lower."""
    SAME_NUMBER = "same-number"
    """It has the same sequence number and says something else."""
    WRONG_PREVIOUS = "wrong-previous"
    """It has the next number and is linked to another version than the older one."""
    LIST_MISSING = "list-missing"
    """The newer bundle lacks a list that the older one has and its union list still points at."""


class BrokenLink(NamedTuple):
    """A rule of linking that a newer version breaks.

    Attributes:
        rule: which.
        place: where, for people.
        problem: what is wrong there, for people.
    """

    rule: LinkRule
    place: str
    problem: str


class Comparison(NamedTuple):
    """What a comparison found.

    Attributes:
        broken: rules that the newer version breaks.
        differences: everything that differs, in the order of the older version.
    """

    broken: tuple[BrokenLink | BrokenRule, ...]
    differences: tuple[Difference, ...]


def compare(old: Version, new: Version) -> Comparison:
    """Compare two versions of a root or list, or a version with a draft. Signatures are not verified.

    Raises:
        PublishingError: they are of different kinds.
    """
    broken: tuple[BrokenLink | BrokenRule, ...] = (*_links(old, new), *rules_broken(old, new.content))
    return Comparison(broken, tuple(_versions(old, new)))


def compare_bundles(old: TrustBundle, new: TrustBundle) -> Comparison:
    """Compare two bundles: their newest roots, union lists, and national lists territory by territory.

    Raises:
        TrustError: a root or union list in them cannot be read.
    """
    broken: list[BrokenLink | BrokenRule] = []
    found: list[Difference] = []
    whom = Whom("EU")
    before, after = (tuple(sha256(root).digest() for root in bundle.roots) for bundle in (old, new))
    if before != after:
        found.append(Difference(whom, "roots", Change.CHANGED, before, after))
    unions = read_version(old.union), read_version(new.union)
    for pair in ((read_version(old.roots[-1]), read_version(new.roots[-1])), unions):
        _add(compare(*pair), broken, found)
    content = unions[1].content
    pointers = content.pointers if isinstance(content, UnionMap) else ()
    asked = {pointer.territory for pointer in pointers if pointer.embedded is None}
    for territory in sorted(old.national.keys() | new.national.keys()):
        datas = old.national.get(territory), new.national.get(territory)
        if datas[1] is None and territory in asked:
            problem = "the newer bundle lacks its list, so that all its certificates would be unknown"
            broken.append(BrokenLink(LinkRule.LIST_MISSING, territory, problem))
        _add(_national_files(territory, *datas), broken, found)
    return Comparison(tuple(broken), tuple(found))


def _add(found: Comparison, broken: list[BrokenLink | BrokenRule], differences: list[Difference]) -> None:
    broken += found.broken
    differences += found.differences


def _national_files(territory: str, old: bytes | None, new: bytes | None) -> Comparison:
    if old == new:
        return Comparison((), ())
    before, after = _readable(old), _readable(new)
    if before is not None and after is not None:
        return compare(before, after)
    follows = Consequence.UNKNOWN if after is None else None
    difference = Difference(Whom(territory), "list", change_of(old, new), before, after, follows)
    entities = () if after is None else changed_entities(territory, (), _entries(after))
    return Comparison((), (difference, *entities))


def _readable(data: bytes | None) -> Version | None:
    try:
        version = None if data is None else read_version(data)
    except TrustError:
        return None
    return version if version is not None and isinstance(version.content, NationalMap) else None


def _entries(version: Version) -> tuple[dict[int, object], ...]:
    return version.content.entities if isinstance(version.content, NationalMap) else ()


def _links(old: Version, new: Version) -> Iterator[BrokenLink]:
    before, after = old.head, new.head
    if (before.list_id, before.territory) != (after.list_id, after.territory):
        said = f"it is {after.list_id} of {after.territory}, and the older one {before.list_id} of {before.territory}"
        yield BrokenLink(LinkRule.ANOTHER_LIST, new.name, said)
    elif after.sequence_number < before.sequence_number:
        yield BrokenLink(LinkRule.OLDER, new.name, f"no. {before.sequence_number} was published already")
    elif after.sequence_number == before.sequence_number:
        if (new.message.headers.raw, new.message.payload) != (old.message.headers.raw, old.message.payload):
            yield BrokenLink(LinkRule.SAME_NUMBER, new.name, "another version has this number already")
    elif after.sequence_number == before.sequence_number + 1 and _previous(new) not in {None, before.digest}:
        yield BrokenLink(LinkRule.WRONG_PREVIOUS, new.name, "prev_digest is not the digest of the older file")


def _previous(version: Version) -> bytes | None:
    return None if isinstance(version.content, RootMap) else version.content.prev_digest


def _versions(old: Version, new: Version) -> Iterator[Difference]:
    whom = Whom(new.head.territory)
    # number and next update stand in the content too
    content_says = frozenset({"territory", "sequence_number", "next_update", "digest"})
    yield from changed_fields(whom, old.head, new.head, besides=content_says)
    signed, signs = (tuple(each.headers.key_id for each in version.message.signatures) for version in (old, new))
    if signed != signs:
        yield Difference(whom, "signatures", Change.CHANGED, signed, signs)
    match old.content, new.content:
        case RootMap() as before, RootMap() as after:
            yield from _root(before, after)
        case UnionMap() as before, UnionMap() as after:
            yield from _union(before, after)
        case NationalMap() as before, NationalMap() as after:
            yield from _national(before, after)
        case _:
            raise PublishingError(f"{old.name} and {new.name} are no two versions of one list: give two of one kind")


def _root(before: RootMap, after: RootMap) -> Iterator[Difference]:
    yield from changed_fields(Whom("EU"), before, after, besides=frozenset({"root", "union"}))
    for name, old, new in (("root", before.root, after.root), ("union", before.union, after.union)):
        if old != new:
            yield Difference(Whom("EU", part=name), "role", Change.CHANGED, old, new, Consequence.OTHER_SIGNERS)


def _union(before: UnionMap, after: UnionMap) -> Iterator[Difference]:
    yield from _list(Whom("EU"), before, after, besides="pointers")
    pairs, reordered = paired(before.pointers, after.pointers, lambda pointer: pointer.territory)
    for old, new in pairs:
        if new is None:
            territory = "" if old is None else old.territory
            yield Difference(Whom(territory), "pointer", Change.REMOVED, old, None, Consequence.UNKNOWN)
        elif old is None:
            yield Difference(Whom(new.territory), "pointer", Change.ADDED, None, new)
            if new.embedded is not None:
                yield from changed_entities(new.territory, (), new.embedded.entities)
        else:
            yield from _pointer(old, new)
    if reordered:
        yield Difference(Whom("EU"), "pointers", Change.REORDERED)


def _pointer(old: Pointer, new: Pointer) -> Iterator[Difference]:
    whom = Whom(new.territory)
    yield from changed_fields(whom, old, new, besides=frozenset({"threshold", "keys", "embedded"}))
    signed, signs = (pointer.signers for pointer in (old, new))
    if signed != signs:
        where = whom._replace(part="national list")
        yield Difference(where, "role", Change.CHANGED, signed, signs, Consequence.OTHER_SIGNERS)
    before, after = old.embedded, new.embedded
    if before is not None and after is not None:
        yield from _national(before, after)
    elif before is not after:
        yield Difference(whom, "embedded", change_of(before, after), before, after)


def _national(before: NationalMap, after: NationalMap) -> Iterator[Difference]:
    yield from _list(Whom(after.territory), before, after, besides="entities")
    yield from changed_entities(after.territory, before.entities, after.entities)


def _list(
    whom: Whom, before: UnionMap | NationalMap, after: UnionMap | NationalMap, *, besides: str
) -> Iterator[Difference]:
    for each in changed_fields(whom, before, after, besides=frozenset({besides})):
        closed = each.what == "next_update" and each.after is None
        yield each._replace(consequence=Consequence.FINAL) if closed else each
