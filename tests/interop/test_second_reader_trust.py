"""Two readers of trust bundles: root, union list and national lists that are right or nearly so, signed anew."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

import pytest

from certmark import cbor
from certmark.cose.signer import KeySigner
from certmark.errors import TrustError
from certmark.trust import TrustSnapshot
from certmark.verify import StatusSnapshot, Verifier
from examples import independent_verify as second
from tests import keys
from tests.interop.asking import DICTIONARY
from tests.world import DE_KEYS, FR_BODY, FR_BODY_KEY, FR_KEYS, FR_STATUS_URI, ROOT_KEYS, UNION_KEYS, WORLD, seconds

TOKENS: Final = (
    WORLD.cose,
    replace(WORLD, signer=FR_BODY_KEY, entity_id=FR_BODY, status_uri=FR_STATUS_URI).cose,
)
"""One certificate of each of two Member States."""
NOON: Final = int(WORLD.now.timestamp())
BUNDLE: Final[Any] = cbor.decode(WORLD.bundle)
EMBEDDING: Final[Any] = cbor.decode(WORLD.with_member(embedded=True).bundle)
LIST: Final = -65539
ROOT: Final = -65538
UNUSABLE: Final = ("unusable",)

Change = Callable[[dict[Any, Any]], object]


def key_id(signer: KeySigner) -> object:
    return signer.public_key.to_cose_key()[2]


def signed_anew(
    data: bytes,
    signers: tuple[KeySigner, ...],
    change: Change | None = None,
    *,
    header: dict[int, Any] | None = None,
    others: tuple[object, ...] = (),
) -> bytes:
    """Change the claims or the header of a root or list and sign it again."""
    message: Any = cbor.decode(data[2:])
    protected, unprotected, payload, _ = message
    claims: Any = cbor.decode(payload)
    if change is not None:
        change(claims)
    said = second.encode(claims)
    body = protected if header is None else second.encode(header)
    signatures = list(others)
    for signer in signers:
        stated = second.encode({1: -9, 4: key_id(signer)})
        signatures.append([stated, {}, signer.sign(second.encode(["Signature", body, stated, b"", said]))])
    return data[:2] + second.encode([body, unprotected, said, signatures])


Evidence = tuple[bytes, bytes]
"""Bundle and anchor."""


def bundle(changes: dict[int, Any], *, before: Any = BUNDLE) -> Evidence:
    return second.encode({**before, **changes}), WORLD.anchor


def root(change: Change | None = None, signers: tuple[KeySigner, ...] = ROOT_KEYS, **others: Any) -> Evidence:
    changed = signed_anew(WORLD.root.signed, signers, change, **others)
    return second.encode({**BUNDLE, 3: [changed]}), sha256(changed).digest()


def next_root(
    change: Change | None = None, signers: tuple[KeySigner, ...] = ROOT_KEYS, *, number: int = 2, pinned: int = 0
) -> Evidence:
    """Let a second root follow the one of the world."""

    def changed(claims: dict[Any, Any]) -> None:
        claims[ROOT][1] = number
        if change is not None:
            change(claims)

    roots = [WORLD.root.signed, signed_anew(WORLD.root.signed, signers, changed)]
    return second.encode({**BUNDLE, 3: roots}), sha256(roots[pinned]).digest()


def union(change: Change | None = None, signers: tuple[KeySigner, ...] = UNION_KEYS, **others: Any) -> Evidence:
    return bundle({4: signed_anew(BUNDLE[4], signers, change, **others)})


def national(change: Change | None = None, signers: tuple[KeySigner, ...] = DE_KEYS, **others: Any) -> Evidence:
    return bundle({5: {**BUNDLE[5], "DE": signed_anew(BUNDLE[5]["DE"], signers, change, **others)}})


def embedded(change: Change | None = None) -> Evidence:
    return bundle({4: signed_anew(EMBEDDING[4], UNION_KEYS, change)}, before=EMBEDDING)


def put(*path: Any, value: object) -> Change:
    """Put a value at the end of a path."""

    def change(claims: dict[Any, Any]) -> None:
        place: Any = claims
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def twice(*path: Any) -> Change:
    """Repeat the first element of the array at the end of a path."""

    def change(claims: dict[Any, Any]) -> None:
        place: Any = claims
        for key in path:
            place = place[key]
        place.append(copy.deepcopy(place[0]))

    return change


def share_a_key(claims: dict[Any, Any]) -> None:
    """List the key of the body as one of the authority, too."""
    body, authority = claims[LIST][6]
    authority[6][0][3][0][1] = copy.deepcopy(body[6][0][3][0][1])


def library_answers(evidence: Evidence) -> tuple[str, ...]:
    data, anchor = evidence
    try:
        trust = TrustSnapshot.open(data, anchor=anchor)
    except TrustError:
        return UNUSABLE
    verifier = Verifier(trust, StatusSnapshot.open(WORLD.status_tokens, trust))
    reports = [verifier.report(token, at=WORLD.now) for token in TOKENS]
    return tuple(str(report.sub_indication or report.indication) for report in reports)


def second_answers(evidence: Evidence) -> tuple[str, ...]:
    data, anchor = evidence
    try:
        snapshot = second.open_bundle(data, anchor)
    except second.UnusableBundleError:
        return UNUSABLE
    policy = second.POLICIES["standard"]
    inputs = second.Inputs(snapshot, WORLD.status_tokens, NOON, policy, {}, DICTIONARY)
    reports = [second.verify(token, inputs) for token in TOKENS]
    return tuple(report.sub_indication or report.indication for report in reports)


LIST_TYP: Final = "application/vnd.certmark.trusted-list+cwt"
NEWER_TYP: Final = "application/vnd.certmark.trusted-list.v2+cwt"
SERVICE: Final = (LIST, 6, 0, 6, 0)
"""The issuing service of the body."""
KEY: Final = (*SERVICE, 3, 0)
SCOPE: Final = (*SERVICE, 4, 0)
STRANGER: Final = second.encode({1: -9, 4: b"12345678"})
OF_FIRST_KEY: Final = second.encode({1: -9, 4: key_id(UNION_KEYS[0])})
OF_ANOTHER_ALGORITHM: Final = second.encode({1: -51, 4: key_id(UNION_KEYS[0])})
OF_UNKNOWN_ALGORITHM: Final = second.encode({1: -65_000, 4: b"12345678"})
WRONG: Final = bytes(64)


STRANGERS: Final = tuple(keys.signer(number=number) for number in (4, 5))
STRANGE_KEYS: Final[Any] = cbor.decode(cbor.encode([each.public_key.to_cose_key() for each in STRANGERS]))
NEW_ROOT_KEYS: Final = put(ROOT, 2, value={1: 2, 2: STRANGE_KEYS})

EVIDENCE: Final[dict[str, Evidence]] = {
    # the bundle
    "in-order": bundle({}),
    "another-anchor": (WORLD.bundle, bytes(32)),
    "bytes-behind": (WORLD.bundle + b"\x00", WORLD.anchor),
    "empty": (b"", WORLD.anchor),
    "another-magic": bundle({1: "certmark"}),
    "another-version": bundle({2: 2}),
    "unknown-member": bundle({6: 1}),
    "no-roots": bundle({3: []}),
    "older-root-first": bundle({3: [b"", *BUNDLE[3]]}),
    "older-root-last": bundle({3: [*BUNDLE[3], b""]}),
    "too-many-roots": bundle({3: [b""] * 64 + BUNDLE[3]}),
    "list-without-pointer": bundle({5: {**BUNDLE[5], "ZZ": b""}}),
    "list-of-no-territory": bundle({5: {**BUNDLE[5], "zz": b""}}),
    "list-of-a-number": bundle({5: {**BUNDLE[5], 1: b""}}),
    "list-of-text": bundle({5: {**BUNDLE[5], "DE": "x"}}),
    "list-empty": bundle({5: {**BUNDLE[5], "DE": b""}}),
    "lists-swapped": bundle({5: {**BUNDLE[5], "DE": BUNDLE[5]["FR"], "FR": BUNDLE[5]["DE"]}}),
    "one-list": bundle({5: {"DE": BUNDLE[5]["DE"]}}),
    "no-lists": bundle({5: {}}),
    "national-list-as-union-list": bundle({4: BUNDLE[5]["DE"]}),
    # the root
    "root-signed-by-one": root(signers=ROOT_KEYS[:1]),
    "root-signed-by-one-twice": root(signers=(ROOT_KEYS[0], ROOT_KEYS[0])),
    "root-expired": root(put(4, value=0)),
    "root-names-a-key-twice": root(twice(ROOT, 2, 2)),
    "root-asks-for-too-many": root(put(ROOT, 3, 1, value=4)),
    "root-asks-for-none": root(put(ROOT, 3, 1, value=0)),
    "root-number-0": root(put(ROOT, 1, value=0)),
    "root-with-wrong-key-id": root(put(ROOT, 2, 2, 0, 2, value=b"12345678")),
    "root-typ-newer": root(header={15: {6: 1}, 16: "application/vnd.certmark.root.v2+cwt"}),
    "next-root": next_root(),
    "next-root-pinned": next_root(pinned=1),
    "next-root-of-new-keys": next_root(NEW_ROOT_KEYS, (*ROOT_KEYS, *STRANGERS)),
    "next-root-by-old-keys-only": next_root(NEW_ROOT_KEYS),
    "next-root-by-new-keys-only": next_root(NEW_ROOT_KEYS, STRANGERS),
    "next-root-skips-one": next_root(number=3),
    "next-root-of-the-same-number": next_root(number=1),
    "next-root-of-another-id": next_root(put(2, value="another-root")),
    "next-root-of-another-union-role": next_root(put(ROOT, 3, value={1: 2, 2: STRANGE_KEYS})),
    # the union list
    "union-signed-by-one": union(signers=UNION_KEYS[:1]),
    "union-signed-by-none": union(signers=()),
    "union-of-another-territory": union(put(LIST, 2, value="DE")),
    "union-names-a-territory-twice": union(twice(LIST, 5)),
    "union-points-at-itself": union(put(LIST, 5, 2, 1, value="EU")),
    "union-without-pointers": union(put(LIST, 5, value=[])),
    "union-expired": union(put(4, value=0)),
    "union-closed": union(put(LIST, 3, value=None)),
    "union-states-previous": union(put(LIST, 4, value=bytes(32))),
    "union-typ-newer": union(header={15: {6: 1}, 16: NEWER_TYP}),
    "union-without-iat": union(header={16: LIST_TYP}),
    "union-with-kid-in-the-body": union(header={4: b"12345678", 15: {6: 1}, 16: LIST_TYP}),
    "union-with-iat-in-the-payload": union(put(6, value=1)),
    "pointer-asks-for-too-many": union(put(LIST, 5, 0, 4, value=5)),
    "pointer-names-a-key-twice": union(twice(LIST, 5, 0, 5)),
    "pointer-with-unknown-member": union(put(LIST, 5, 0, 9, value=1)),
    "pointer-to-this-number": union(put(LIST, 5, 0, 6, value=5)),
    "pointer-to-a-later-number": union(put(LIST, 5, 0, 6, value=6)),
    "another-signature-of-a-stranger": union(others=([STRANGER, {}, WRONG],)),
    "another-signature-wrong": union(others=([OF_FIRST_KEY, {}, WRONG],)),
    "another-signature-short": union(others=([OF_FIRST_KEY, {}, b""],)),
    "another-signature-of-another-algorithm": union(others=([OF_ANOTHER_ALGORITHM, {}, bytes(96)],)),
    "another-signature-of-unknown-algorithm": union(others=([OF_UNKNOWN_ALGORITHM, {}, WRONG],)),
    "another-signature-unprotected": union(others=([STRANGER, {4: b"x"}, WRONG],)),
    "another-signature-malformed": union(others=([STRANGER, {}],)),
    "32-signatures": union(others=([STRANGER, {}, WRONG],) * 29),
    "33-signatures": union(others=([STRANGER, {}, WRONG],) * 30),
    # a national list
    "national-signed-by-a-neighbour": national(signers=FR_KEYS),
    "national-of-another-territory": national(put(LIST, 2, value="FR")),
    "national-typ-newer": national(header={15: {6: 1}, 16: NEWER_TYP}),
    "national-expired": national(put(4, value=NOON)),
    "national-stale": national(put(LIST, 3, value=0)),
    "national-closed": national(put(LIST, 3, value=None)),
    "entity-twice": national(twice(LIST, 6)),
    "entity-of-another-territory": national(put(LIST, 6, 1, 1, value="FR-NCCA")),
    "one-key-under-two-entities": national(share_a_key),
    "authority-of-another-territory": national(put(LIST, 7, 1, value="FR-NCCA")),
    "entities-missing": national(put(LIST, 6, value=[])),
    "entity-without-name": national(put(LIST, 6, 0, 2, value="")),
    "authority-not-listed": national(put(LIST, 7, 1, value="DE-0")),
    "history-not-in-order": national(put(*SERVICE, 2, value=[{1: 1, 2: 100}, {1: 3, 2: 50}])),
    "history-of-one-instant": national(put(*SERVICE, 2, value=[{1: 3, 2: 100}, {1: 1, 2: 100}])),
    "history-recorded-later": national(
        put(*SERVICE, 2, value=[{1: 1, 2: 100}, {1: 2, 2: seconds("2026-03-02"), 4: seconds("2026-05-01")}])
    ),
    "history-empty": national(put(*SERVICE, 2, value=[])),
    "scopes-of-a-status-service": national(put(LIST, 6, 0, 6, 1, 4, value=[{1: "EUCC", 2: 3, 7: 0}])),
    "no-scopes": national(lambda claims: claims[LIST][6][0][6][0].pop(4)),
    "key-without-window": national(put(*KEY, 3, value=0)),
    "key-that-ends-before-it-signs": national(put(*KEY, 4, value=seconds("2026-06-15"))),
    "key-twice": national(twice(*SERVICE, 3)),
    "key-compromised": national(put(*KEY, 6, value={1: 3, 2: NOON})),
    "key-superseded-later": national(put(*KEY, 6, value={1: 1, 2: NOON})),
    "key-revoked-for-no-reason": national(put(*KEY, 6, value={1: 5, 2: NOON})),
    "scope-of-another-level": national(put(*SCOPE, 2, value=2)),
    "scope-for-any-domain": national(lambda claims: claims[LIST][6][0][6][0][4][0].pop(5)),
    "scope-for-any-ava-van": national(lambda claims: claims[LIST][6][0][6][0][4][0].pop(4)),
    "scope-of-another-mode": national(put(*SCOPE, 6, value=1)),
    "scope-ended": national(put(*SCOPE, 8, value=0)),
    "host-in-capitals": national(put(LIST, 6, 0, 5, value=["A"])),
    "name-not-normalised": national(put(LIST, 6, 0, 2, value="e\u0301")),
    "name-with-an-invisible-character": national(put(LIST, 6, 0, 2, value="a\u200b")),
    # an embedded list
    "embedded": embedded(),
    "embedded-beside-a-file": bundle({5: BUNDLE[5]}, before=EMBEDDING),
    "embedded-and-signed-elsewhere": embedded(put(LIST, 5, 0, 4, value=1)),
    "embedded-with-unknown-member": embedded(put(LIST, 5, 0, 8, 99, value=1)),
    "embedded-stale": embedded(put(LIST, 5, 0, 8, 3, value=0)),
    "embedded-entity-twice": embedded(twice(LIST, 5, 0, 8, 6)),
    "embedded-entity-of-another-territory": embedded(put(LIST, 5, 0, 8, 6, 0, 1, value="FR-0")),
    # entries that are read when a key of theirs is asked for
    "another-entity-malformed": national(put(LIST, 6, 1, 2, value="")),
    "key-malformed": national(put(*KEY, 1, 2, value=b"12345678")),
    "embedded-entity-malformed": embedded(put(LIST, 5, 0, 8, 6, 1, 2, value="")),
    "embedded-of-another-territory": embedded(put(LIST, 5, 0, 8, 2, value="FR")),
}


def test_both_member_states_are_in_order() -> None:
    assert library_answers(EVIDENCE["in-order"]) == ("PASSED", "PASSED")


@pytest.mark.parametrize("evidence", EVIDENCE.values(), ids=EVIDENCE)
def test_trust(evidence: Evidence) -> None:
    assert second_answers(evidence) == library_answers(evidence)
