"""Vectors of trust.md and trust.cddl: bundles, roots, union lists and national lists that are right or nearly so."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from examples import independent_verify as second
from tests import keys
from tests.interop.asking import HEADER, sealed
from tests.interop.test_second_reader_trust import (
    BUNDLE,
    EVIDENCE,
    LIST,
    Evidence,
    national,
)
from tests.vector_cases import randomised
from tests.vector_cases.case import (
    CRYPTO,
    FORGED,
    GOOD,
    LATER,
    NO_AUTHORITY,
    NOT_FOUND,
    NOT_LISTED,
    REVOKED,
    Case,
)
from tests.vector_cases.list_shapes import (
    ANCHOR,
    AUTHORITY,
    CHAIN,
    COUNTING,
    FILE,
    FRESH,
    KEYS,
    PARTIAL,
    SEQUENCE,
    SIGNATURES,
    TRUST,
    bundles,
    cddl,
)
from tests.world import (
    BODY_KEY,
    FR_BODY,
    FR_BODY_KEY,
    FR_STATUS_URI,
    WORLD,
    service_key,
)

FRENCH: Final = replace(WORLD, signer=FR_BODY_KEY, entity_id=FR_BODY, status_uri=FR_STATUS_URI).cose
"""A certificate of another Member State."""

NAMED: Final = (
    # the bundle
    ("in-order", FILE, "everything in order", GOOD),
    ("another-anchor", CHAIN, "one root in the bundle has the pinned digest", ANCHOR),
    ("bytes-behind", FILE, "one CBOR map", TRUST),
    ("empty", FILE, "one CBOR map", TRUST),
    ("another-magic", cddl("trust-bundle"), "magic", TRUST),
    ("another-version", cddl("trust-bundle"), "version 1", TRUST),
    ("unknown-member", cddl("trust-bundle"), "no other members", TRUST),
    ("no-roots", cddl("trust-bundle"), "1 to 64 roots", TRUST),
    ("too-many-roots", cddl("trust-bundle"), "1 to 64 roots", TRUST),
    ("older-root-first", CHAIN, "roots before the pinned one are passed over", GOOD),
    ("older-root-last", CHAIN, "what follows the pinned root is a root", TRUST),
    ("list-without-pointer", PARTIAL, "a list without pointer touches no other", GOOD),
    ("list-of-no-territory", cddl("trust-bundle"), "national lists by territory", TRUST),
    ("list-of-a-number", cddl("trust-bundle"), "national lists by territory", TRUST),
    ("list-of-text", cddl("trust-bundle"), "lists are byte strings", TRUST),
    ("list-empty", PARTIAL, "a list that fails leaves its own territory unknown", NOT_FOUND),
    ("lists-swapped", CHAIN, "a national list is of the pointer's territory and keys", NOT_FOUND),
    ("one-list", PARTIAL, "missing lists touch no other", GOOD),
    ("no-lists", PARTIAL, "no usable national list at all", TRUST),
    ("national-list-as-union-list", CHAIN, "the union list is signed by the union role", SIGNATURES),
    # the root
    ("root-signed-by-one", CHAIN, "the root is signed by the threshold of its own root role", SIGNATURES),
    ("root-signed-by-one-twice", COUNTING, "a threshold counts distinct keys", SIGNATURES),
    ("root-expired", CHAIN, "the exp of the root ends the union list, too", LATER),
    ("root-names-a-key-twice", COUNTING, "a role names no key twice", TRUST),
    ("root-asks-for-too-many", COUNTING, "no more keys are asked for than the role names", TRUST),
    ("root-asks-for-none", cddl("threshold"), "from 1", TRUST),
    ("root-number-0", cddl("sequence-number"), "from 1", TRUST),
    ("root-with-wrong-key-id", cddl("cose-key"), "the key id is that of the thumbprint", TRUST),
    ("root-typ-newer", "README.md#artefacts", "made by a newer certmark", TRUST),
    ("next-root", CHAIN, "a root signed by its predecessor's role and its own follows the pinned one", GOOD),
    ("next-root-pinned", CHAIN, "any root may be the pinned one", GOOD),
    ("next-root-of-new-keys", CHAIN, "each root is signed by both roles", GOOD),
    ("next-root-by-old-keys-only", CHAIN, "each root is signed by both roles", SIGNATURES),
    ("next-root-by-new-keys-only", CHAIN, "each root is signed by both roles", SIGNATURES),
    ("next-root-skips-one", CHAIN, "the next sequence number, without gaps", ANCHOR),
    ("next-root-of-the-same-number", CHAIN, "the next sequence number, without gaps", ANCHOR),
    ("next-root-of-another-id", CHAIN, "each root has the same id", ANCHOR),
    ("next-root-of-another-union-role", CHAIN, "the newest root says which keys sign the union list", SIGNATURES),
    # the union list
    ("union-signed-by-one", CHAIN, "the union list is signed by the threshold of the union role", SIGNATURES),
    ("union-signed-by-none", "cose.cddl#COSE_Sign", "at least one signature", TRUST),
    ("union-of-another-territory", CHAIN, "the territory of the union list is EU", TRUST),
    ("union-names-a-territory-twice", CHAIN, "one pointer for each territory", TRUST),
    ("union-points-at-itself", CHAIN, "no pointer to the union", TRUST),
    ("union-without-pointers", PARTIAL, "no usable national list at all", TRUST),
    ("union-closed", FRESH, "a closed list, with null, is always fresh", GOOD),
    ("union-states-previous", SEQUENCE, "prev_digest is 32 bytes", GOOD),
    ("union-typ-newer", "README.md#artefacts", "made by a newer certmark", TRUST),
    ("union-without-iat", "cose.cddl#body-header", "CWT Claims are there", TRUST),
    ("union-with-kid-in-the-body", "cose.cddl#body-header", "nothing else in the body's header", TRUST),
    ("union-with-iat-in-the-payload", "README.md#headers-and-signatures", "iat among the claims", TRUST),
    ("pointer-asks-for-too-many", COUNTING, "no more keys are asked for than the pointer names", TRUST),
    ("pointer-names-a-key-twice", COUNTING, "a pointer names no key twice", TRUST),
    ("pointer-with-unknown-member", cddl("pointer"), "no other members", TRUST),
    ("pointer-to-this-number", CHAIN, "of no lower sequence number than min_sequence", GOOD),
    ("pointer-to-a-later-number", CHAIN, "of no lower sequence number than min_sequence", NOT_FOUND),
    ("another-signature-of-a-stranger", COUNTING, "signatures by unknown keys do no harm", GOOD),
    ("another-signature-wrong", COUNTING, "wrong signatures do no harm", GOOD),
    ("another-signature-short", COUNTING, "a signature of the wrong length counts for nothing", GOOD),
    ("another-signature-of-another-algorithm", COUNTING, "a signature counts if it states the key's algorithm", GOOD),
    ("another-signature-of-unknown-algorithm", COUNTING, "an alg that is not in the table counts for nothing", GOOD),
    ("another-signature-unprotected", "cose.cddl#COSE_Signature", "the unprotected header is empty", TRUST),
    ("another-signature-malformed", "cose.cddl#COSE_Signature", "an array of three", TRUST),
    # a national list
    ("national-signed-by-a-neighbour", CHAIN, "signed by the threshold of its pointer", NOT_FOUND),
    ("national-of-another-territory", CHAIN, "of the pointer's territory", NOT_FOUND),
    ("national-typ-newer", "README.md#artefacts", "made by a newer certmark", NOT_FOUND),
    ("national-closed", FRESH, "a closed list, with null, is always fresh", GOOD),
    ("national-stale", FRESH, "due until the grace after next_update, then stale", LATER),
    ("national-expired", FRESH, "from exp on it is expired", LATER),
    ("entity-twice", CHAIN, "each entity once", NOT_FOUND),
    ("entity-of-another-territory", CHAIN, "entities of its own territory", NOT_FOUND),
    ("authority-of-another-territory", CHAIN, "the authority is of the list's territory", NOT_FOUND),
    ("one-key-under-two-entities", CHAIN, "no key under two entities", NOT_FOUND),
    ("entity-without-name", PARTIAL, "an entry that breaks a rule makes that entity unknown", NOT_FOUND),
    ("history-not-in-order", cddl("service"), "history, oldest first", NOT_FOUND),
    ("history-recorded-later", "trust.md#retroactive-entries", "counts for the time that it names", NO_AUTHORITY),
    ("history-empty", cddl("service"), "1 to 64 entries of history", NOT_FOUND),
    ("no-scopes", AUTHORITY, "one scope covers the certificate", NO_AUTHORITY),
    ("key-without-window", KEYS, "sign_until is after sign_from", NOT_FOUND),
    ("key-that-ends-before-it-signs", KEYS, "verify_until is not before sign_until", NOT_FOUND),
    ("key-twice", KEYS, "an entity lists each of its keys once", NOT_FOUND),
    ("key-compromised", KEYS, "key_compromise: no signature counts", REVOKED),
    ("key-superseded-later", KEYS, "superseded: before effective signatures count", GOOD),
    ("key-revoked-for-no-reason", cddl("key-revocation"), "reasons 1 to 4", NOT_FOUND),
    ("scope-of-another-level", AUTHORITY, "a scope is for its own level and not for those below", NO_AUTHORITY),
    ("scope-for-any-domain", AUTHORITY, "from AVA_VAN.4 on the scope names the technical domain", NO_AUTHORITY),
    ("scope-for-any-ava-van", AUTHORITY, "without max_ava_van every level", GOOD),
    ("scope-of-another-mode", cddl("issuance-mode"), "the mode is not compared", GOOD),
    ("scope-ended", AUTHORITY, "until is the first day that is not covered any more", NO_AUTHORITY),
    ("host-in-capitals", cddl("host"), "hosts are in lower case", NOT_FOUND),
    ("name-not-normalised", "README.md#encoding", "text in normalisation form C", NOT_FOUND),
    ("name-with-an-invisible-character", "README.md#encoding", "no invisible characters", NOT_FOUND),
    # an embedded list
    ("embedded", CHAIN, "an embedded list is vouched for by the union list's signatures", GOOD),
    ("embedded-beside-a-file", CHAIN, "the embedded list counts", GOOD),
    ("embedded-and-signed-elsewhere", cddl("signed-elsewhere"), "one of the two", TRUST),
    ("embedded-with-unknown-member", PARTIAL, "an embedded list is part of the union list", TRUST),
    ("embedded-stale", FRESH, "an embedded list has a next_update of its own", LATER),
    ("embedded-entity-twice", CHAIN, "each entity once", NOT_FOUND),
    ("embedded-entity-of-another-territory", CHAIN, "entities of its own territory", NOT_FOUND),
    ("embedded-of-another-territory", CHAIN, "of the pointer's territory", TRUST),
    ("another-entity-malformed", PARTIAL, "an entry that breaks a rule touches no other", GOOD),
    ("key-malformed", PARTIAL, "a COSE_Key whose key id is not that of its thumbprint is as if not listed", NOT_LISTED),
)
"""Evidence of the two readers' tests, by name, with the answer for the certificate of ``DE``."""


def case_of(name: str, spec: str, rule: str, evidence: Evidence, answer: str) -> Case:
    """Give the vector of a bundle, for the certificate of DE."""
    data, anchor = evidence
    is_code = answer in {TRUST, SIGNATURES, ANCHOR}
    is_heard = answer in {GOOD, NO_AUTHORITY, REVOKED, LATER, CRYPTO}
    return Case(
        name=f"trust/{name}",
        spec=spec,
        rule=rule,
        bundle=data,
        anchor=anchor,
        answer=None if is_code else answer,
        error=answer if is_code else None,
        status=WORLD.status_tokens[:1] if is_heard else (),
    )


LIMITS: Final = "README.md#limits"


def limits() -> list[Case]:
    """Give vectors at and beyond the limits of roots, lists and bundles."""
    entity: dict[int, object] = {1: "DE-x", 99: bytes(490_000)}
    heavy: dict[int, object] = {1: "DE-x", 99: bytes(500_000)}
    others: list[dict[int, object]] = [{1: f"DE-x{number}"} for number in range(4_998)]

    def more(*entries: dict[int, object]) -> Evidence:
        return national(lambda claims: claims[LIST][6].extend(entries))

    full = second.encode({**BUNDLE, 5: {**BUNDLE[5], "ZZ": bytes(8_000_000 - len(WORLD.bundle) - 8)}})
    beyond = second.encode({**BUNDLE, 5: {**BUNDLE[5], "ZZ": bytes(8_000_001 - len(WORLD.bundle) - 8)}})
    assert (len(full), len(beyond)) == (8_000_000, 8_000_001)
    return [
        case_of("bundle-of-8000000", LIMITS, "bundle", (full, WORLD.anchor), GOOD),
        case_of("bundle-of-8000001", LIMITS, "bundle", (beyond, WORLD.anchor), TRUST),
        case_of("list-of-490000", LIMITS, "root or list", more(entity), GOOD),
        case_of("list-beyond-500000", LIMITS, "root or list", more(heavy), NOT_FOUND),
        case_of("5000-entities", LIMITS, "elements of an array in a root or list", more(*others), GOOD),
        case_of(
            "5001-entities",
            LIMITS,
            "elements of an array in a root or list",
            more(*others, {1: "DE-y"}),
            NOT_FOUND,
        ),
        case_of("32-signatures", LIMITS, "signatures of a root or list", EVIDENCE["32-signatures"], GOOD),
        case_of("33-signatures", LIMITS, "signatures of a root or list", EVIDENCE["33-signatures"], TRUST),
        *_candidates(),
    ]


def _candidates() -> list[Case]:
    """Give vectors whose seal certificate is listed with eight keys, and with nine, the right one last."""
    rule = "keys tried for one key id and issuer"
    made_ = []
    for number, answer in ((8, GOOD), (9, FORGED)):
        digest = bytes([number]) * 32
        others = tuple(service_key(keys.signer(number=each), x5t=digest) for each in range(200, 199 + number))
        world = WORLD.with_service(keys=(*others, service_key(BODY_KEY, x5t=digest)))
        token = sealed({**{label: value for label, value in HEADER.items() if label != 4}, 34: [-16, digest]})
        case = Case(name=f"trust/{number}-candidates", spec=LIMITS, rule=rule, token=token, answer=answer)
        made_.append(case.in_world(world, heard=answer == GOOD))
    return made_


def algorithms() -> list[Case]:
    """Give vectors whose root and lists are signed with each algorithm."""
    made_ = []
    for algorithm in keys.ALGORITHMS:
        first, other = randomised.signer(algorithm, 61), keys.signer(number=62)
        world = WORLD.with_root(keys=(first, other), union_keys=(first, other), signers=(first, other))
        world = world.with_union(signers=(first, other)).with_member(keys=(first,))
        case = Case(
            name=f"trust/signed-with-{algorithm.name.lower().replace('_', '-')}",
            spec="cose.cddl#algorithm",
            rule="root and lists may be signed with every algorithm",
            answer=GOOD,
        )
        made_.append(case.in_world(world))
    return made_


def neighbours() -> list[Case]:
    """Give vectors of the certificate of FR beside a list of DE that fails."""
    made_ = []
    for name in ("list-empty", "national-signed-by-a-neighbour", "entity-twice", "national-typ-newer"):
        case = case_of(f"{name}.fr", PARTIAL, "a list that fails touches no other", EVIDENCE[name], GOOD)
        made_.append(replace(case, token=FRENCH, status=(WORLD.status_tokens[1],)))
    return made_


def cases() -> list[Case]:
    """Give the vectors."""
    named = [case_of(name, spec, rule, EVIDENCE[name], answer) for name, spec, rule, answer in NAMED]
    return [*named, *(case_of(*row) for row in bundles()), *limits(), *algorithms(), *neighbours()]
