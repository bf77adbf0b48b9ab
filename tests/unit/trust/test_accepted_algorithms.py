"""What has ended counts for nothing towards a threshold: of roots, union lists, national lists and status lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from certmark.cose.algorithms import ALL_KEY_ALGORITHMS, Algorithm
from certmark.errors import ListSignatureError, TrustError
from certmark.status import StatusSnapshot
from certmark.trust import TrustSnapshot
from certmark.verify import STANDARD, Sunset
from tests import keys
from tests.world import NOW, WORLD, World, instant

OLD, NEW = Algorithm.ESP256, Algorithm.ML_DSA_65
AFTER: Final = ALL_KEY_ALGORITHMS - {OLD}
OLD_KEYS: Final = tuple(keys.signer(OLD, number) for number in (71, 72))
NEW_KEYS: Final = tuple(keys.signer(NEW, number) for number in (73, 74))


def signed_with(*, root: int = 4, union: int = 4, national: int = 4, threshold: int = 2) -> World:
    """A Europe whose roles have two keys of each kind; so many of them sign, the old ones first."""
    both = (*OLD_KEYS, *NEW_KEYS)
    world = WORLD.with_root(
        keys=both, threshold=threshold, union_keys=both, union_threshold=threshold, signers=both[:root]
    )
    world = world.with_union(signers=both[:union])
    return world.with_member(keys=both, threshold=threshold, signers=both[:national])


def opened(world: World, accepted: frozenset[int] = AFTER) -> TrustSnapshot:
    return TrustSnapshot.open(world.bundle, anchor=world.anchor, algorithms=accepted)


def test_lists_with_signatures_of_both_kinds_outlive_the_old_one() -> None:
    assert "DE" in opened(signed_with()).national
    assert "DE" in opened(signed_with(), ALL_KEY_ALGORITHMS - {NEW}).national


def test_nothing_ends_where_nothing_is_said() -> None:
    world = signed_with(root=2, union=2, national=2)
    assert "DE" in TrustSnapshot.open(world.bundle, anchor=world.anchor).national


def test_the_pinned_root_is_believed_for_its_digest() -> None:
    assert "DE" in opened(signed_with(root=2)).national


def test_a_union_list_without_enough_signatures_that_count_is_no_union_list() -> None:
    with pytest.raises(ListSignatureError, match="by 1 of the keys that count, and needs 2; 2 more have an algorithm"):
        opened(signed_with(union=3))


def test_a_national_list_without_enough_of_them_leaves_its_territory_unknown() -> None:
    with pytest.raises(TrustError, match=r"DE: .*by 1 of the keys that count, and needs 2; 2 more"):
        opened(signed_with(national=3))


@pytest.mark.parametrize(("signed", "leads"), [(4, True), (3, False)], ids=["both-kinds", "one-new-signature"])
def test_a_successor_of_the_pinned_root_needs_enough_of_them(signed: int, leads: bool) -> None:
    world = signed_with()
    both = (*OLD_KEYS, *NEW_KEYS)
    second = replace(world.root, sequence_number=2, signers=both[:signed])
    bundle = replace(world.trust_bundle, roots=(world.root.signed, second.signed))
    if leads:
        assert TrustSnapshot.open(bundle, anchor=world.anchor, algorithms=AFTER).root.head.sequence_number == 2
        return
    with pytest.raises(TrustError, match="2 more have an algorithm"):
        TrustSnapshot.open(bundle, anchor=world.anchor, algorithms=AFTER)
    assert TrustSnapshot.open(bundle, anchor=world.anchor).root.head.sequence_number == 2


def test_a_status_list_of_an_ended_algorithm_does_not_count() -> None:
    trust = WORLD.trust()
    for accepted, heard in ((ALL_KEY_ALGORITHMS, True), (AFTER, False)):
        snapshot = StatusSnapshot.open(WORLD.status_tokens, trust, algorithms=accepted)
        assert bool(snapshot.lists) is heard
        assert all("not accepted any more" in each.reason for each in snapshot.rejected)
        assert bool(snapshot.rejected) is not heard


def test_a_policy_says_what_is_accepted_at_a_time() -> None:
    end = instant("2035-01-01")
    policy = replace(STANDARD, sunsets=(Sunset(OLD, end), Sunset(OLD, instant("2040-01-01")), Sunset(-19, NOW)))
    assert policy.accepted_at(end - timedelta(seconds=1)) == ALL_KEY_ALGORITHMS - {-19}
    assert policy.accepted_at(end) == ALL_KEY_ALGORITHMS - {OLD, -19}
    assert STANDARD.accepted_at(end) == ALL_KEY_ALGORITHMS
