"""The floor: nothing goes back, nothing has two versions of one number, and one bad list harms no other."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from certmark import cbor
from certmark.errors import EquivocationError, RollbackError, TrustError
from certmark.limits import Limits
from certmark.trust import TrustFloor, TrustSnapshot
from certmark.trust.floor import Seen
from certmark.verify import Verifier
from tests import keys
from tests.samples import changed
from tests.world import DE_KEYS, UNION_KEYS, WORLD, Root, World

BEFORE = WORLD.with_root(sequence_number=3).with_union(sequence_number=9).with_member(sequence_number=5)
FLOOR = BEFORE.trust().floor
NEW_KEYS = tuple(keys.signer(number=number) for number in (14, 15, 16))


def opened(world: World, *, previous: TrustFloor = FLOOR, roots: tuple[Root, ...] = ()) -> TrustSnapshot:
    """Open a world on a floor, its root pinned or the first one of those given."""
    chain = (*roots, world.root)
    bundle = replace(world.trust_bundle, roots=tuple(root.signed for root in chain))
    return TrustSnapshot.open(bundle, anchor=sha256(chain[0].signed).digest(), previous=previous)


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


# --- what it says ---


def test_the_floor_names_the_version_of_everything_that_was_accepted() -> None:
    assert FLOOR.root == Seen(3, digest(BEFORE.root.signed))
    assert FLOOR.union.sequence_number == 9
    assert FLOOR.union.digest == digest(BEFORE.trust_bundle.union)
    assert FLOOR.union.key_ids == tuple(sorted(key.public_key.key_id for key in UNION_KEYS))
    assert {territory: seen.sequence_number for territory, seen in FLOOR.national.items()} == {
        "DE": 5,
        "FR": 5,
        "XX": 5,
    }
    assert FLOOR.national["DE"].digest == digest(BEFORE.member().signed)
    assert FLOOR.national["DE"].key_ids == tuple(sorted(key.public_key.key_id for key in DE_KEYS))


def test_the_floor_is_read_back_from_a_few_hundred_bytes() -> None:
    data = FLOOR.to_bytes()
    assert TrustFloor.from_bytes(data) == FLOOR
    assert TrustFloor.from_bytes(data).to_bytes() == data
    assert len(data) < 400


RAW: Any = cbor.decode(FLOOR.to_bytes())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xa0", id="empty-map"),
        pytest.param(b"\x80", id="array"),
        pytest.param(WORLD.bundle, id="a-bundle"),
        pytest.param(WORLD.root.signed, id="a-root"),
        pytest.param(FLOOR.to_bytes() + b"\x00", id="bytes-behind"),
        pytest.param(FLOOR.to_bytes()[:-1], id="cut-off"),
        pytest.param(cbor.encode(changed(RAW, (1,), "certmark-trust-bundle")), id="another-magic"),
        pytest.param(cbor.encode(changed(RAW, (2,), 2)), id="another-version"),
        pytest.param(cbor.encode(changed(RAW, (6,), 0)), id="unknown-member"),
        pytest.param(cbor.encode({key: RAW[key] for key in (1, 2, 3, 4)}), id="without-national-lists"),
        pytest.param(cbor.encode(changed(RAW, (3, 1), 0)), id="number-0"),
        pytest.param(cbor.encode(changed(RAW, (3, 1), 1 << 32)), id="number-too-large"),
        pytest.param(cbor.encode(changed(RAW, (4, 2), bytes(31))), id="digest-of-31-bytes"),
        pytest.param(cbor.encode(changed(RAW, (3, 3), RAW[4][3])), id="root-with-signers"),
        pytest.param(cbor.encode(changed(RAW, (4, 3), [])), id="no-keys"),
        pytest.param(cbor.encode(changed(RAW, (4, 3), [bytes(7)])), id="key-id-of-7-bytes"),
        pytest.param(cbor.encode(changed(RAW, (4, 3), [bytes(8)] * 33)), id="33-keys"),
        pytest.param(cbor.encode(changed(RAW, (5,), [])), id="national-lists-in-an-array"),
        pytest.param(cbor.encode(changed(RAW, (5, "de"), RAW[5]["DE"])), id="no-territory"),
        pytest.param(bytes.fromhex("a1810100"), id="an-array-as-map-key"),
    ],
)
def test_anything_else_is_no_floor(data: bytes) -> None:
    with pytest.raises(TrustError, match="trust floor"):
        TrustFloor.from_bytes(data)


def test_a_floor_is_bounded_in_size() -> None:
    with pytest.raises(TrustError, match="more than 100"):
        TrustFloor.from_bytes(FLOOR.to_bytes(), limits=Limits(trust_list=100))


# --- what goes forward ---

AHEAD = BEFORE.with_union(sequence_number=10).with_member(sequence_number=6)


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(BEFORE, id="the-same-again"),
        pytest.param(AHEAD, id="one-step"),
        pytest.param(BEFORE.with_union(sequence_number=1000).with_member(sequence_number=4000), id="many-steps"),
        pytest.param(AHEAD.with_union(prev_digest=FLOOR.union.digest), id="union-list-linked-to-the-known-one"),
        pytest.param(AHEAD.with_member(prev_digest=FLOOR.national["DE"].digest), id="list-linked-to-the-known-one"),
        pytest.param(
            AHEAD.with_member(sequence_number=7, prev_digest=bytes(32)), id="list-linked-to-one-that-was-not-seen"
        ),
    ],
)
def test_what_is_not_older_is_accepted(world: World) -> None:
    snapshot = opened(world)
    assert snapshot.problems == {}
    assert snapshot.floor.union.sequence_number == world.union.sequence_number
    assert snapshot.floor.national["DE"].sequence_number == world.member().sequence_number


def test_a_floor_changes_nothing_in_what_is_verified() -> None:
    verified = opened(BEFORE)
    assert verified.floor == FLOOR
    assert verified.entity("DE-3087") == BEFORE.trust().entity("DE-3087")


def test_the_next_root_goes_forward_from_the_pinned_one_or_the_known_one() -> None:
    following = BEFORE.with_root(sequence_number=4)
    assert opened(following, roots=(BEFORE.root,)).floor.root.sequence_number == 4
    first, second = Root(sequence_number=1), Root(sequence_number=2)
    assert opened(following, roots=(first, second, BEFORE.root)).floor.root.sequence_number == 4


def test_a_newer_anchor_stands_above_the_floor() -> None:
    assert opened(BEFORE.with_root(sequence_number=7)).floor.root.sequence_number == 7


# --- what goes back ---


@pytest.mark.parametrize(
    ("world", "roots", "what"),
    [
        pytest.param(BEFORE.with_root(sequence_number=2), (), "the root is no. 2", id="root"),
        pytest.param(
            BEFORE.with_root(sequence_number=2), (Root(sequence_number=1),), "the root is no. 2", id="end-of-the-chain"
        ),
        pytest.param(BEFORE.with_union(sequence_number=8), (), "the union list is no. 8", id="union-list"),
        pytest.param(BEFORE.with_union(sequence_number=1), (), "the union list is no. 1", id="first-union-list"),
    ],
)
def test_an_older_root_or_union_list_is_a_rollback(world: World, roots: tuple[Root, ...], what: str) -> None:
    with pytest.raises(RollbackError, match=what):
        opened(world, roots=roots)


@pytest.mark.parametrize(
    ("world", "roots"),
    [
        pytest.param(BEFORE.with_root(label="OTHER"), (), id="root"),
        pytest.param(
            BEFORE.with_root(sequence_number=4), (replace(BEFORE.root, label="OTHER"),), id="root-within-the-chain"
        ),
        pytest.param(BEFORE.with_union(next_update=None), (), id="union-list"),
        pytest.param(AHEAD.with_union(prev_digest=bytes(32)), (), id="successor-of-another-union-list"),
    ],
)
def test_two_versions_of_one_number_are_an_equivocation_with_both_as_evidence(
    world: World, roots: tuple[Root, ...]
) -> None:
    with pytest.raises(EquivocationError, match="two versions") as caught:
        opened(world, roots=roots)
    error = caught.value
    assert error.known in (FLOOR.root.digest, FLOOR.union.digest)
    assert error.found != error.known
    assert error.known.hex() in str(error)
    assert error.found.hex() in str(error)


@pytest.mark.parametrize(
    ("world", "says"),
    [
        pytest.param(BEFORE.with_member(sequence_number=4), "no. 4, and no. 5 was known", id="older"),
        pytest.param(BEFORE.with_member(next_update=None), "two versions no. 5", id="another-of-the-same-number"),
        pytest.param(AHEAD.with_member(prev_digest=bytes(32)), "two versions no. 5", id="successor-of-another"),
        pytest.param(BEFORE.with_member(missing=True), "no. 5 was known before", id="vanished"),
        pytest.param(BEFORE.with_member(supplied=b""), "no. 5 was known before", id="damaged"),
        pytest.param(BEFORE.with_member(min_sequence=6), "asks for 6", id="older-than-asked-for"),
    ],
)
def test_a_national_list_that_goes_back_leaves_its_own_territory_unknown_and_no_other(world: World, says: str) -> None:
    world = world.with_union(sequence_number=10)
    snapshot = opened(world)
    assert sorted(snapshot.national) == ["FR", "XX"]
    assert says in snapshot.problems["DE"]
    assert snapshot.problems["DE"].isprintable()
    assert snapshot.entity("DE-3087") is None
    assert snapshot.floor.national["DE"] == FLOOR.national["DE"]
    report = Verifier(snapshot).report(WORLD.cose, at=WORLD.now)
    assert report.sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"


def test_both_versions_of_a_national_list_are_named_as_evidence() -> None:
    world = BEFORE.with_member(next_update=None).with_union(sequence_number=10)
    problem = opened(world).problems["DE"]
    assert FLOOR.national["DE"].digest.hex() in problem
    assert digest(world.member().signed).hex() in problem


def test_lists_that_all_go_back_leave_nothing_to_verify_with() -> None:
    world = BEFORE.with_union(sequence_number=10)
    for territory in ("DE", "FR", "XX"):
        world = world.with_member(territory, sequence_number=4)
    with pytest.raises(TrustError, match="no usable national list"):
        opened(world)


def test_a_territory_that_the_union_list_no_longer_names_is_remembered() -> None:
    without = replace(BEFORE.with_union(sequence_number=10), members=BEFORE.members[1:])
    floor = opened(without).floor
    assert floor.national["DE"] == FLOOR.national["DE"]
    returned = BEFORE.with_union(sequence_number=11).with_member(sequence_number=4)
    assert "DE" in opened(returned, previous=floor).problems


def test_a_failed_open_leaves_the_last_good_state_untouched() -> None:
    good, before = opened(BEFORE), FLOOR.to_bytes()
    with pytest.raises(RollbackError):
        opened(BEFORE.with_union(sequence_number=8))
    assert FLOOR.to_bytes() == before
    assert good.floor == FLOOR
    assert opened(BEFORE).problems == {}


# --- embedded lists ---

EMBEDDING = BEFORE.with_member(embedded=True)
EMBEDDED_FLOOR = EMBEDDING.trust().floor


def test_an_embedded_list_may_stay_as_it_is_while_the_union_list_goes_forward() -> None:
    snapshot = opened(EMBEDDING.with_union(sequence_number=10), previous=EMBEDDED_FLOOR)
    assert snapshot.problems == {}
    assert snapshot.floor.national["DE"] == EMBEDDED_FLOOR.national["DE"]


@pytest.mark.parametrize(
    ("world", "says"),
    [
        pytest.param(EMBEDDING.with_member(sequence_number=4), "no. 4, and no. 5 was known", id="older"),
        pytest.param(EMBEDDING.with_member(next_update=None), "two versions no. 5", id="changed-under-its-number"),
    ],
)
def test_an_embedded_list_does_not_go_back_either(world: World, says: str) -> None:
    snapshot = opened(world.with_union(sequence_number=10), previous=EMBEDDED_FLOOR)
    assert says in snapshot.problems["DE"]


# --- fast forward, and the way back ---

TOP = (1 << 32) - 1
FORWARDED = BEFORE.with_union(sequence_number=TOP).with_member(sequence_number=TOP).trust().floor
"""A thief of enough keys has used up all numbers."""


def with_new_union_keys(*union_keys: Any, threshold: int = 2) -> World:
    world = BEFORE.with_root(sequence_number=4, union_keys=union_keys, union_threshold=threshold)
    return world.with_union(signers=union_keys, sequence_number=10)


def test_new_union_keys_in_the_next_root_begin_anew() -> None:
    snapshot = opened(with_new_union_keys(UNION_KEYS[0], *NEW_KEYS[:2]), previous=FORWARDED, roots=(BEFORE.root,))
    assert snapshot.floor.union.sequence_number == 10
    assert "no. 5, and no. 4294967295 was known" in snapshot.problems["DE"]


def test_new_keys_of_a_pointer_begin_anew() -> None:
    world = BEFORE.with_union(sequence_number=10).with_member(keys=NEW_KEYS[:2], sequence_number=6)
    floor = replace(FORWARDED, union=FLOOR.union)
    snapshot = opened(world, previous=floor)
    assert snapshot.problems == {}
    assert snapshot.floor.national["DE"].sequence_number == 6


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(with_new_union_keys(*UNION_KEYS), id="the-same-keys"),
        pytest.param(with_new_union_keys(*UNION_KEYS[:2], NEW_KEYS[0]), id="two-of-three-kept"),
        pytest.param(with_new_union_keys(UNION_KEYS[0], *NEW_KEYS, threshold=1), id="one-kept-which-is-enough"),
    ],
)
def test_a_rotation_that_old_signers_survive_opens_no_way_back_for_old_lists(world: World) -> None:
    with pytest.raises(RollbackError):
        opened(world, previous=FORWARDED, roots=(BEFORE.root,))


def test_an_old_list_fails_the_signers_that_replaced_its_own() -> None:
    old = BEFORE.with_union(sequence_number=8)
    world = with_new_union_keys(UNION_KEYS[0], *NEW_KEYS[:2])
    bundle = replace(old.trust_bundle, roots=(BEFORE.root.signed, world.root.signed))
    with pytest.raises(TrustError, match="union list is signed by 1"):
        TrustSnapshot.open(bundle, anchor=digest(BEFORE.root.signed), previous=FLOOR)


def test_new_root_keys_are_no_way_back_for_the_root() -> None:
    with pytest.raises(RollbackError):
        opened(replace(BEFORE, root=replace(BEFORE.root, sequence_number=2, keys=NEW_KEYS)))
