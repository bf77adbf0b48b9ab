"""From the pinned root to the newest one: each step is signed by the root roles of both sides, and none is left out."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from certmark.errors import AnchorError, CertmarkError, ListSignatureError, TrustError
from certmark.limits import Limits
from certmark.trust import TrustSnapshot
from tests import keys
from tests.world import ROOT_KEYS, STRANGER_KEY, UNION_KEYS, WORLD, Root, World, seconds

if TYPE_CHECKING:
    from certmark.cose.signer import KeySigner

A, B, C = ROOT_KEYS
D, E, F = (keys.signer(number=number) for number in (4, 5, 6))
NEW_UNION_KEYS = tuple(keys.signer(number=number) for number in (14, 15, 16))

FIRST = Root(label="1")
SECOND = Root(label="2", sequence_number=2, keys=(A, B, D), signers=(A, B))
"""One key holder was lost and replaced."""
THIRD = Root(label="3", sequence_number=3, keys=(B, D, E), signers=(B, D))
FOURTH = Root(label="4", sequence_number=4, keys=(D, E, F), signers=(D, E), union_keys=NEW_UNION_KEYS)
CHAIN = (FIRST, SECOND, THIRD, FOURTH)


def digest(root: Root) -> bytes:
    return sha256(root.signed).digest()


def opened(*roots: Root, anchor: Root = FIRST, limits: Limits | None = None) -> TrustSnapshot:
    """Open a bundle with these roots, whose union list is signed as the last one asks."""
    world: World = WORLD.with_union(signers=roots[-1].union_keys[: roots[-1].union_threshold])
    bundle = replace(world.trust_bundle, roots=tuple(root.signed for root in roots))
    return TrustSnapshot.open(bundle, anchor=digest(anchor), limits=limits or Limits())


@pytest.mark.parametrize("pinned", CHAIN, ids=["1", "2", "3", "4"])
def test_any_root_of_the_chain_may_be_pinned_and_the_newest_counts(pinned: Root) -> None:
    snapshot = opened(*CHAIN, anchor=pinned)
    assert snapshot.root.roles.label == "4"
    assert snapshot.root.head.digest == digest(FOURTH)


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_the_pinned_root_leads_as_far_as_the_bundle_goes(length: int) -> None:
    assert opened(*CHAIN[:length]).root.head.sequence_number == length


def test_roots_before_the_pinned_one_are_not_looked_at() -> None:
    broken = replace(FIRST, signers=(STRANGER_KEY,))
    assert opened(broken, SECOND, THIRD, anchor=SECOND).root.roles.label == "3"


def test_the_union_list_is_signed_as_the_newest_root_says() -> None:
    bundle = replace(WORLD.trust_bundle, roots=tuple(root.signed for root in CHAIN))
    with pytest.raises(ListSignatureError, match="union list is signed by 0"):
        TrustSnapshot.open(bundle, anchor=digest(FIRST))


def test_roots_that_have_ended_are_followed_and_the_newest_decides_when_all_ends() -> None:
    ended = [replace(root, expires=seconds("2026-01-06")) for root in CHAIN[:3]]
    assert opened(*ended, FOURTH, anchor=ended[0]).union.head.expires == WORLD.union.expires
    last = replace(FOURTH, expires=seconds("2026-06-02"))
    assert opened(*CHAIN[:3], last).union.head.expires == last.expires


def step(*signers: KeySigner, sequence_number: int = 2, keys: tuple[KeySigner, ...] = (A, B, D)) -> Root:
    return Root(sequence_number=sequence_number, keys=keys, signers=signers)


@pytest.mark.parametrize(
    ("roots", "error"),
    [
        pytest.param((FIRST, replace(SECOND, sequence_number=3)), AnchorError, id="a-version-is-skipped"),
        pytest.param((FIRST, SECOND, FOURTH), ListSignatureError, id="a-root-is-left-out"),
        pytest.param((FIRST, replace(SECOND, sequence_number=1)), AnchorError, id="the-same-version-again"),
        pytest.param((FIRST, FIRST), AnchorError, id="the-same-root-again"),
        pytest.param((FIRST, SECOND, FIRST), AnchorError, id="back-to-the-pinned-one"),
        pytest.param((FIRST, THIRD, SECOND), ListSignatureError, id="out-of-order"),
        pytest.param((FIRST, replace(SECOND, list_id="another-root")), AnchorError, id="a-root-of-another-id"),
        pytest.param((FIRST, step(A, B, keys=(D, E, F))), ListSignatureError, id="signed-by-the-old-keys-only"),
        pytest.param((FIRST, step(D, E, keys=(D, E, F))), ListSignatureError, id="signed-by-the-new-keys-only"),
        pytest.param((FIRST, step(A, D, E, keys=(D, E, F))), ListSignatureError, id="one-old-signature-too-few"),
        pytest.param((FIRST, step(A, B, D, keys=(D, E, F))), ListSignatureError, id="one-new-signature-too-few"),
        pytest.param((FIRST, step(A, A, D, E, keys=(D, E, F))), ListSignatureError, id="one-old-key-twice"),
        pytest.param((FIRST, step(STRANGER_KEY, keys=(STRANGER_KEY,))), TrustError, id="a-root-of-a-stranger"),
    ],
)
def test_a_broken_chain_is_not_followed(roots: tuple[Root, ...], error: type[CertmarkError]) -> None:
    with pytest.raises(error):
        opened(*roots)


def test_bytes_that_are_no_root_end_the_chain_with_an_error() -> None:
    bundle = replace(WORLD.trust_bundle, roots=(FIRST.signed, b""))
    with pytest.raises(TrustError, match="not a root"):
        TrustSnapshot.open(bundle, anchor=digest(FIRST))


def test_old_and_new_keys_together_make_the_next_root() -> None:
    assert opened(FIRST, step(A, B, D, E, keys=(D, E, F))).root.head.sequence_number == 2


def test_a_signature_may_count_for_both_sides() -> None:
    assert opened(FIRST, step(A, B)).root.head.sequence_number == 2


@pytest.mark.parametrize("limit", [3, 2])
def test_no_more_steps_are_made_than_the_limit(limit: int) -> None:
    limits = Limits(root_steps=limit)
    if limit == len(CHAIN) - 1:
        assert opened(*CHAIN, limits=limits).root.roles.label == "4"
    else:
        with pytest.raises(AnchorError, match="pin a newer one"):
            opened(*CHAIN, limits=limits)


def test_a_newer_root_that_a_mirror_adds_is_not_believed() -> None:
    forged = Root(sequence_number=2, keys=(STRANGER_KEY,), threshold=1, union_keys=UNION_KEYS)
    with pytest.raises(ListSignatureError, match="what should be root no"):
        opened(FIRST, forged)
