"""Drafts: the next version by itself, signed by holders who never meet, and nothing rewritten."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.errors import AppendOnlyError, DecodeError, PublishingError, SignerError, TrustError
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.trust.append_only import BrokenRule
from certmark.trust.documents import open_root, open_union_list
from certmark.trust.lists import NationalMap, Role, RootMap, UnionMap
from certmark.trust.publish.documents_json import ListDocument
from certmark.trust.publish.drafts import (
    add_signature,
    deciding_roles,
    draft,
    draft_digest,
    merge,
    read_version,
    standings,
)
from tests import keys
from tests.world import BODY, DE_KEYS, FR_KEYS, ROOT_KEYS, STRANGER_KEY, UNION_KEYS, WORLD, World, seconds

if TYPE_CHECKING:
    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import KeySigner
    from certmark.trust.lists import Content
    from certmark.trust.publish.drafts import Version

NOW, NEXT, END = seconds("2026-06-01"), seconds("2026-09-01"), seconds("2026-12-01")
LATER_KEYS = tuple(keys.signer(Algorithm.ML_DSA_65, number) for number in (1, 2))
NEW_KEYS = tuple(keys.signer(number=number) for number in (14, 15, 16))


def public(*signers: KeySigner) -> tuple[VerificationKey, ...]:
    return tuple(signer.public_key for signer in signers)


def document(content: Content, list_id: str | None = None) -> ListDocument:
    territory = content.territory if isinstance(content, NationalMap) else ""
    default = f"{territory}-list" if territory else "example-root" if isinstance(content, RootMap) else "example-union"
    return ListDocument("Example operator", list_id or default, content)


def national(world: World = WORLD, **changes: Any) -> NationalMap:
    return world.member().content._replace(sequence_number=1, next_update=0)._replace(**changes)


def union(world: World = WORLD, **changes: Any) -> UnionMap:
    return UnionMap(1, "EU", 0, tuple(member.pointer for member in world.members))._replace(**changes)


def root(*signers: KeySigner, threshold: int = 2) -> RootMap:
    return RootMap(1, Role(threshold, public(*(signers or ROOT_KEYS))), Role(2, public(*UNION_KEYS)), "TEST")


def drafted(content: Content, previous: bytes | None = None, **times: Any) -> bytes:
    said = {"issued_at": NOW, "next_update": None if isinstance(content, RootMap) else NEXT, "expires": END, **times}
    return draft(document(content), previous=previous, **said)


def signed(data: bytes, *signers: KeySigner) -> bytes:
    """Let each holder sign a copy of the draft, and put the copies together."""
    return merge([add_signature(data, signer) for signer in signers])


FIRST = signed(drafted(national()), DE_KEYS[0])
FIRST_UNION = signed(drafted(union()), *UNION_KEYS[:2])
FIRST_ROOT = signed(drafted(root()), *ROOT_KEYS[:2])
OTHER_ROOT = draft(document(root(), "other-root"), previous=None, issued_at=NOW, next_update=None, expires=END)
AFTER = {"issued_at": NOW + 1}


# --- the next version ---


def test_the_first_version_has_number_1_and_no_predecessor() -> None:
    version = read_version(FIRST)
    assert (version.head.sequence_number, version.head.issued_at) == (1, NOW)
    assert (version.head.next_update, version.head.expires) == (NEXT, END)
    assert isinstance(version.content, NationalMap)
    assert version.content.prev_digest is None
    assert version.name == "national list of DE no. 1"


@pytest.mark.parametrize(
    ("content", "previous", "name"),
    [
        pytest.param(national(), FIRST, "national list of DE no. 2", id="national"),
        pytest.param(union(), FIRST_UNION, "union list no. 2", id="union"),
        pytest.param(root(), FIRST_ROOT, "root no. 2", id="root"),
    ],
)
def test_each_version_has_the_next_number_and_the_digest_of_the_one_before(
    content: Content, previous: bytes, name: str
) -> None:
    version = read_version(drafted(content, previous, **AFTER))
    assert version.name == name
    assert getattr(version.content, "prev_digest", sha256(previous).digest()) == sha256(previous).digest()


def test_a_document_states_no_number_of_its_own() -> None:
    version = read_version(drafted(national(sequence_number=70, prev_digest=bytes(32)), FIRST, **AFTER))
    assert version.head.sequence_number == 2
    assert cast("NationalMap", version.content).prev_digest == sha256(FIRST).digest()


def test_an_embedded_list_is_numbered_with_the_list_that_embeds_it() -> None:
    world = WORLD.with_member(embedded=True)
    first = signed(drafted(union(world)), UNION_KEYS[0])
    second = signed(drafted(union(world), first, **AFTER), UNION_KEYS[0])
    third = drafted(union(world.with_member(next_update=None)), second, issued_at=NOW + 2)
    found = [
        next(each.embedded for each in cast("UnionMap", read_version(data).content).pointers if each.embedded)
        for data in (first, second, third)
    ]
    assert [(each.sequence_number, each.next_update) for each in found] == [(1, NEXT), (2, NEXT), (3, None)]


def test_a_list_that_is_embedded_again_is_no_older_than_when_it_was_before() -> None:
    """A verifier that slept while the list was signed by others holds it to the last embedded one."""
    world = WORLD.with_member(embedded=True)
    versions: list[bytes] = []
    for number, content in enumerate((union(world), union(world), union(), union(world))):
        before = versions[-1] if versions else None
        versions.append(signed(drafted(content, before, issued_at=NOW + number), *UNION_KEYS[:2]))
    slept, awake = (TrustBundle((WORLD.root.signed,), versions[at]) for at in (1, 3))
    known = TrustSnapshot.open(slept, anchor=WORLD.anchor)
    assert known.national["DE"].head.sequence_number == 2
    found = TrustSnapshot.open(awake, anchor=WORLD.anchor, previous=known)
    assert found.national["DE"].head.sequence_number == 4


def test_a_closed_list_has_no_next_update_and_stays_closed() -> None:
    closed = signed(drafted(national(next_update=None), FIRST, **AFTER), DE_KEYS[0])
    assert read_version(closed).head.next_update is None
    assert read_version(drafted(national(next_update=None), closed, issued_at=NOW + 2)).head.sequence_number == 3
    with pytest.raises(AppendOnlyError, match="list-reopened"):
        drafted(national(), closed, issued_at=NOW + 2)


def test_what_is_drafted_and_signed_is_what_verifiers_use() -> None:
    members = {
        member.territory: signed(
            draft(
                document(member.content),
                previous=None,
                issued_at=NOW,
                next_update=NEXT,
                expires=END,
            ),
            *member.keys,
        )
        for member in WORLD.members
    }
    snapshot = TrustSnapshot.open(TrustBundle((FIRST_ROOT,), FIRST_UNION, members), anchor=sha256(FIRST_ROOT).digest())
    assert snapshot.problems == {}
    assert snapshot.entity(BODY) == WORLD.entity()


# --- what is refused ---


@pytest.mark.parametrize(
    ("content", "previous", "times", "says"),
    [
        pytest.param(national(), FIRST_UNION, {}, "union list no. 1 of example-union", id="after-the-union-list"),
        pytest.param(union(), FIRST_ROOT, {}, "root no. 1 of example-root", id="union-list-after-a-root"),
        pytest.param(national(), FIRST, {"issued_at": NOW}, "same time or later", id="issued-at-the-same-time"),
        pytest.param(national(), FIRST, {"issued_at": NOW - 1}, "same time or later", id="issued-earlier"),
        pytest.param(national(), None, {"next_update": NOW}, "out of order", id="due-at-once"),
        pytest.param(national(), None, {"next_update": END + 1}, "out of order", id="due-after-its-end"),
        pytest.param(national(), None, {"expires": NOW}, "out of order", id="expired-at-once"),
        pytest.param(root(), None, {"expires": NOW}, "out of order", id="expired-root"),
        pytest.param(national(next_update=None), None, {"expires": NOW}, "out of order", id="expired-closed-list"),
    ],
)
def test_a_draft_that_does_not_follow_is_refused(
    content: Content, previous: bytes | None, times: dict[str, int], says: str
) -> None:
    with pytest.raises(PublishingError, match=says):
        drafted(content, previous, **{**AFTER, **times})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param(document(national(), "another-list"), "of DE-list, another list", id="another-id"),
        pytest.param(document(national(territory="FR"), "DE-list"), "the list of DE, not FR", id="another-territory"),
    ],
)
def test_a_draft_of_another_list_is_refused(changed: ListDocument, says: str) -> None:
    with pytest.raises(PublishingError, match=says):
        draft(changed, previous=FIRST, issued_at=NOW + 1, next_update=NEXT, expires=END)


def test_the_type_of_a_stranger_is_shown_escaped_and_cut() -> None:
    stranger = cwt.seal_many({1: "o"}, typ="\u202e" * 300, issued_at=1, signers=ROOT_KEYS)
    with pytest.raises(TrustError, match="not a root or list, but") as caught:
        read_version(stranger)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 150


def test_the_version_before_must_be_one() -> None:
    signed_by_many = cwt.seal_many({1: "o"}, typ=typ.CERTIFICATE, issued_at=1, signers=ROOT_KEYS)
    for wrong in (b"", WORLD.bundle, WORLD.cose, signed_by_many):
        with pytest.raises(TrustError, match="not a root or list"):
            drafted(national(), wrong, **AFTER)


@pytest.mark.parametrize(
    ("content", "previous", "rules"),
    [
        pytest.param(national(entities=national().entities[1:]), FIRST, ["entity-removed"], id="entity-removed"),
        pytest.param(national(WORLD.with_key(sign_from=0)), FIRST, ["key-changed"], id="key-changed"),
        pytest.param(
            national(WORLD.with_key(sign_from=0).with_scopes(max_ava_van=1)),
            FIRST,
            ["key-changed", "scope-changed", "scope-changed"],
            id="several",
        ),
        pytest.param(union(replace(WORLD, members=WORLD.members[1:])), FIRST_UNION, ["pointer-removed"], id="pointer"),
    ],
)
def test_what_rewrites_the_version_before_is_refused_with_every_rule(
    content: Content, previous: bytes, rules: list[str]
) -> None:
    with pytest.raises(AppendOnlyError, match=rules[0]) as caught:
        drafted(content, previous, **AFTER)
    assert [each.rule for each in caught.value.broken if isinstance(each, BrokenRule)] == rules
    assert ("and 2 more" in str(caught.value)) is (len(rules) > 2)


@pytest.mark.parametrize(
    "previous",
    [
        pytest.param(drafted(national()), id="draft"),
        pytest.param(drafted(root()), id="draft-of-a-root"),
        pytest.param(add_signature(drafted(root()), ROOT_KEYS[0]), id="root-with-one-signature-of-two"),
        pytest.param(signed(drafted(root()), *NEW_KEYS), id="root-signed-by-strangers"),
    ],
)
def test_the_version_before_must_have_been_published(previous: bytes) -> None:
    """Its digest is that of the file that verifiers have; a draft has another one, and its successor none to follow."""
    with pytest.raises(PublishingError, match="lacks signatures, so it was never published"):
        drafted(national() if b"DE-list" in previous else root(), previous, **AFTER)


DE, ENTITIES = union().pointers[0], national().entities
EMBEDDING = union(WORLD.with_member(embedded=True))


def naming(*entities: dict[int, object]) -> UnionMap:
    """Embed a list with these entities."""
    pointers = [
        each._replace(embedded=each.embedded._replace(entities=entities)) if each.embedded else each
        for each in EMBEDDING.pointers
    ]
    return EMBEDDING._replace(pointers=tuple(pointers))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(root(threshold=4), "threshold from 1", id="threshold-that-nobody-reaches"),
        pytest.param(national(WORLD.with_entity(name="")), r"entities\[0\] of DE.name", id="entity-without-name"),
        pytest.param(national(entities=ENTITIES[:1] * 2), f"names {BODY} twice", id="entity-twice"),
        pytest.param(
            national(entities=({**ENTITIES[0], 1: "FR-1"},)), "of another territory: FR-1", id="entity-of-another-state"
        ),
        pytest.param(
            national(entities=(*ENTITIES, {**ENTITIES[0], 1: "DE-9"})), "names one key under", id="key-of-two-entities"
        ),
        pytest.param(
            national(entities=tuple({**ENTITIES[0], 1: f"DE-{number}"} for number in range(1500))),
            "more than 500000",
            id="too-large",
        ),
        pytest.param(union(pointers=(DE, DE)), "names a territory twice", id="territory-twice"),
        pytest.param(union(pointers=(DE._replace(territory="EU"),)), "which is its own", id="pointer-at-the-union"),
        pytest.param(union(territory="DE"), "key", id="union-list-of-a-state"),
        pytest.param(naming(*ENTITIES[:1] * 2), f"names {BODY} twice", id="embedded-entity-twice"),
        pytest.param(naming({**ENTITIES[0], 1: "FR-1"}), "of another territory", id="embedded-entity-of-another-state"),
    ],
)
def test_what_no_reader_would_take_is_not_drafted(content: Content, says: str) -> None:
    with pytest.raises(TrustError, match=says):
        drafted(content)


# --- signing ---


def test_no_reader_takes_a_draft() -> None:
    for opened in (open_root, lambda data: open_union_list(data, WORLD.trust().root)):
        with pytest.raises(TrustError, match="carries 1 to 32 signatures, not 0"):
            opened(drafted(root()) if opened is open_root else drafted(union()))


def test_holders_sign_apart_in_any_order() -> None:
    data = drafted(root(), FIRST_ROOT, **AFTER)
    copies = [add_signature(data, signer) for signer in ROOT_KEYS]
    together = {merge(order) for order in permutations(copies)}
    one_after_another = data
    for signer in ROOT_KEYS:
        one_after_another = add_signature(one_after_another, signer)
    assert together == {one_after_another}
    assert open_root(one_after_another).head.sequence_number == 2


def test_a_holder_who_signs_again_changes_nothing() -> None:
    once = add_signature(drafted(root()), ROOT_KEYS[0])
    assert add_signature(once, ROOT_KEYS[0]) == once
    assert merge([once, once]) == once


def test_a_signature_that_was_damaged_can_be_made_anew() -> None:
    once = add_signature(drafted(root()), ROOT_KEYS[0])
    damaged = once[:-1] + bytes([once[-1] ^ 1])
    assert read_version(add_signature(damaged, ROOT_KEYS[0])).message.signed_by(public(ROOT_KEYS[0]))


def test_all_holders_see_the_same_digest() -> None:
    data = drafted(root())
    digests = {draft_digest(read_version(each)) for each in (data, signed(data, *ROOT_KEYS))}
    assert digests == {sha256(data).digest()}


def test_signatures_of_different_drafts_are_not_mixed() -> None:
    one, other = drafted(root()), drafted(root(), expires=END + 1)
    with pytest.raises(PublishingError, match="different drafts") as caught:
        merge([add_signature(one, ROOT_KEYS[0]), add_signature(other, ROOT_KEYS[1])])
    for each in (one, other):
        assert sha256(each).hexdigest() in str(caught.value)


def test_there_must_be_something_to_merge() -> None:
    with pytest.raises(PublishingError, match="nothing to merge"):
        merge([])


def test_no_more_signatures_than_readers_take() -> None:
    data = drafted(root())
    full = signed(data, *(keys.signer(number=number) for number in range(100, 132)))
    with pytest.raises(PublishingError, match="bears 32 signatures"):
        add_signature(full, ROOT_KEYS[0])
    with pytest.raises(PublishingError, match="33 signatures"):
        merge([full, add_signature(data, ROOT_KEYS[0])])


def test_a_signer_that_answers_wrongly_is_found() -> None:
    class Wrong:
        public_key = ROOT_KEYS[0].public_key
        certificate = None

        def sign(self, to_be_signed: bytes) -> bytes:
            return bytes(len(to_be_signed) and 64)

    with pytest.raises(SignerError):
        add_signature(drafted(root()), Wrong())


def test_a_certificate_is_not_signed_as_a_list() -> None:
    for wrong in (WORLD.cose, WORLD.status_tokens[0], b""):
        with pytest.raises((TrustError, DecodeError)):
            add_signature(wrong, ROOT_KEYS[0])


# --- who must sign ---


def standing(data: bytes, above: bytes | None) -> dict[str, tuple[int, int, int]]:
    version = read_version(data)
    roles = deciding_roles(version, None if above is None else read_version(above))
    return {each.role: (len(each.signed), each.threshold, each.needed) for each in standings(version, roles)}


def test_a_root_is_signed_by_the_role_of_its_predecessor_and_by_its_own() -> None:
    data = drafted(root(*NEW_KEYS), FIRST_ROOT, **AFTER)
    by_the_old = signed(data, *ROOT_KEYS[:2])
    assert standing(by_the_old, FIRST_ROOT) == {"root no. 1": (2, 2, 0), "root no. 2": (0, 2, 2)}
    by_both = merge([by_the_old, signed(data, *NEW_KEYS)])
    assert standing(by_both, FIRST_ROOT) == {"root no. 1": (2, 2, 0), "root no. 2": (3, 2, 0)}
    bundle = replace(WORLD.trust_bundle, roots=(FIRST_ROOT, by_both))
    assert TrustSnapshot.open(bundle, anchor=sha256(FIRST_ROOT).digest()).root.head.sequence_number == 2
    with pytest.raises(TrustError):
        TrustSnapshot.open(replace(bundle, roots=(FIRST_ROOT, by_the_old)), anchor=sha256(FIRST_ROOT).digest())


def test_the_first_root_is_signed_by_its_own_role() -> None:
    assert standing(signed(drafted(root()), *ROOT_KEYS), None) == {"root no. 1": (3, 2, 0)}


def test_who_signs_a_later_root_cannot_be_known_from_itself() -> None:
    """Its own role is not enough: the role of the root before it must sign as well."""
    assert standing(signed(drafted(root(*NEW_KEYS), FIRST_ROOT, **AFTER), *NEW_KEYS), None) == {}


@pytest.mark.parametrize(
    ("data", "above", "expected"),
    [
        pytest.param(FIRST_UNION, FIRST_ROOT, {"union role of root no. 1": (2, 2, 0)}, id="union-list"),
        pytest.param(FIRST, FIRST_UNION, {"union list no. 1, DE": (1, 1, 0)}, id="national-list"),
        pytest.param(drafted(national()), FIRST_UNION, {"union list no. 1, DE": (0, 1, 1)}, id="draft"),
        pytest.param(
            signed(drafted(national()), STRANGER_KEY, *FR_KEYS),
            FIRST_UNION,
            {"union list no. 1, DE": (0, 1, 1)},
            id="strangers-do-not-count",
        ),
        pytest.param(FIRST, None, {}, id="nobody-knows"),
        pytest.param(FIRST_UNION, None, {}, id="nobody-knows-of-the-union-list"),
    ],
)
def test_who_has_signed_and_who_is_missing(
    data: bytes, above: bytes | None, expected: dict[str, tuple[int, int, int]]
) -> None:
    assert standing(data, above) == expected


@pytest.mark.parametrize(
    ("data", "above", "says"),
    [
        pytest.param(FIRST, FIRST_ROOT, "is said by the union list", id="national-list-below-a-root"),
        pytest.param(FIRST_UNION, FIRST, "is said by the root", id="union-list-below-a-national-list"),
        pytest.param(FIRST_ROOT, FIRST_UNION, "is said by the root before it", id="root-below-the-union-list"),
        pytest.param(FIRST_ROOT, FIRST_ROOT, "is not the root before root no. 1", id="root-below-itself"),
        pytest.param(
            drafted(root(), signed(drafted(root(), FIRST_ROOT, **AFTER), *ROOT_KEYS), issued_at=NOW + 2),
            FIRST_ROOT,
            "root no. 1 of example-root is not the root before root no. 3",
            id="root-below-its-last-but-one",
        ),
        pytest.param(
            drafted(root(), FIRST_ROOT, **AFTER), OTHER_ROOT, "of other-root is not the root before", id="another-root"
        ),
        pytest.param(
            drafted(national(territory="IT", entities=(), ncca=None)), FIRST_UNION, "names nobody", id="no-pointer"
        ),
        pytest.param(FIRST, drafted(union(WORLD.with_member(embedded=True))), "names nobody", id="embedded"),
    ],
)
def test_only_the_right_document_says_who_signs(data: bytes, above: bytes, says: str) -> None:
    with pytest.raises(PublishingError, match=says):
        standing(data, above)


def test_keys_of_two_kinds_sign_one_root_and_one_union_list() -> None:
    both = (*ROOT_KEYS[:2], *LATER_KEYS)
    first = signed(drafted(root(*both, threshold=3)), *both)
    content = root(*both, threshold=3)._replace(union=Role(3, public(*both)))
    second = signed(drafted(content, first, **AFTER), *both)
    newest = open_root(second)
    listed = signed(drafted(union()), *both[1:])
    assert open_union_list(listed, newest).head.sequence_number == 1
    with pytest.raises(TrustError, match="signed by 2"):
        open_union_list(signed(drafted(union()), *ROOT_KEYS[:2]), newest)


def test_a_version_is_not_verified_by_reading_it() -> None:
    version: Version = read_version(WORLD.member("FR").signed)
    assert version.head.territory == "FR"
    assert version.message.signed_by(public(*DE_KEYS)) == frozenset()
