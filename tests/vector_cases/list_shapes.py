"""Bundles with one member changed, for every rule of trust.cddl, and what a client answers."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from examples import independent_verify as second
from tests import keys
from tests.interop.asking import HEADER
from tests.interop.test_second_reader_trust import (
    BUNDLE,
    KEY,
    LIST,
    LIST_TYP,
    NEWER_TYP,
    ROOT,
    SCOPE,
    SERVICE,
    STRANGER,
    WRONG,
    Evidence,
    bundle,
    embedded,
    national,
    put,
    root,
    union,
)
from tests.vector_cases.case import CRYPTO, GOOD, NO_AUTHORITY, NOT_FOUND, NOT_LISTED, REVOKED
from tests.world import BODY_KEY, STRANGER_KEY, UNION_KEYS, WORLD, seconds

TRUST, SIGNATURES, ANCHOR = "trust", "trust_signature", "trust_anchor"
"""Codes of what is wrong with a bundle that cannot be used."""
UNION_TAG: Final = b"\xd8\x62"
NOON: Final = int(WORLD.now.timestamp())

CHAIN, COUNTING, PARTIAL, SEQUENCE, KEYS, AUTHORITY, FRESH, FILE = (
    f"trust.md#{section}"
    for section in (
        "the-chain",
        "counting",
        "partial-failure",
        "sequence",
        "keys",
        "authority",
        "freshness",
        "the-bundle",
    )
)


def cddl(name: str) -> str:
    return f"trust.cddl#{name}"


SEAL: Final = keys.seal_certificate(BODY_KEY.private_key)
OTHERS_SEAL: Final = keys.seal_certificate(STRANGER_KEY.private_key)


def _certificates() -> tuple[tuple[str, str, str, Evidence, str], ...]:
    """Give vectors whose key is listed with certificates."""

    def listed(x5chain: object, of: bytes | None = SEAL) -> Evidence:
        members = {7: x5chain} if of is None else {5: sha256(of).digest(), 7: x5chain}

        def change(claims: dict[Any, Any]) -> None:
            place: Any = claims
            for step in KEY:
                place = place[step]
            place.update(members)

        return national(change)

    chain, decides = cddl("service-key"), "nothing in a certificate decides"
    in_lists = "trust.md#seal-certificates"
    return (
        ("key-x5chain", chain, "a key may be listed with its certificate", listed([SEAL]), GOOD),
        ("key-x5chain-of-four", chain, "up to four certificates", listed([SEAL] * 4), GOOD),
        ("key-x5chain-of-8192-bytes", chain, "up to 8192 bytes", listed([SEAL, bytes(8_192)]), GOOD),
        ("key-x5chain-for-another-key", in_lists, decides, listed([OTHERS_SEAL], OTHERS_SEAL), GOOD),
        ("key-x5chain-of-no-certificates", in_lists, decides, listed([b"x", b"y"], b"x"), GOOD),
        ("key-x5chain-in-the-wrong-order", in_lists, "x5t first", listed([OTHERS_SEAL, SEAL]), NOT_FOUND),
        ("key-x5chain-without-x5t", in_lists, "x5t first", listed([SEAL], None), NOT_FOUND),
        ("key-x5chain-of-five", chain, "up to four certificates", listed([SEAL] * 5), NOT_FOUND),
        ("key-x5chain-of-8193-bytes", chain, "up to 8192 bytes", listed([SEAL, bytes(8_193)]), NOT_FOUND),
        ("key-x5chain-empty", chain, "one certificate at least", listed([]), NOT_FOUND),
        ("key-x5chain-of-no-bytes", chain, "one byte at least", listed([SEAL, b""]), NOT_FOUND),
        ("key-x5chain-of-text", chain, "certificates are bytes", listed(["seal"]), NOT_FOUND),
        ("key-x5chain-alone", chain, "an array also of one", listed(SEAL), NOT_FOUND),
    )


def drop(*path: Any) -> Callable[[dict[Any, Any]], object]:
    """Leave out what stands at the end of a path."""

    def change(claims: dict[Any, Any]) -> None:
        place: Any = claims
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


FIRST_KEY: Final = (ROOT, 2, 2, 0)
POINTER: Final = (LIST, 5, 0)
ENTITY: Final = (LIST, 6, 0)
STATUS_LIST: Final = (LIST, 6, 0, 6, 1, 5)
PAPER: Final = (*SCOPE, 9)


def bundles() -> tuple[tuple[str, str, str, Evidence, str], ...]:
    """Give evidence of one changed thing each."""
    return (
        (
            "bundle-not-deterministic",
            FILE,
            "deterministic CBOR",
            (b"\xa5\x02\x01" + WORLD.bundle[1:], WORLD.anchor),
            TRUST,
        ),
        ("bundle-of-text-roots", cddl("trust-bundle"), "roots are byte strings", bundle({3: ["x"]}), TRUST),
        # root.cddl
        (
            "root-as-sign1",
            "cose.cddl#root-token",
            "COSE_Sign, tag 98",
            _root_bytes(b"\xd2" + WORLD.root.signed[2:]),
            TRUST,
        ),
        (
            "root-of-a-list-typ",
            "cose.cddl#root-typ",
            "typ is that of a root",
            root(header={15: {6: 1}, 16: LIST_TYP}),
            TRUST,
        ),
        ("root-without-iss", cddl("root-claims"), "iss is there", root(drop(1)), TRUST),
        ("root-without-exp", cddl("root-claims"), "exp is there", root(drop(4)), TRUST),
        ("root-with-nbf", cddl("root-claims"), "no other claims", root(put(5, value=1)), TRUST),
        ("root-exp-of-text", cddl("numeric-date"), "whole seconds", root(put(4, value="2028")), TRUST),
        ("root-without-union-role", cddl("root-map"), "both roles are there", root(drop(ROOT, 3)), TRUST),
        ("root-with-unknown-member", cddl("root-map"), "no other members", root(put(ROOT, 5, value=1)), TRUST),
        ("root-label-of-101", cddl("text-100"), "at most 100 characters", root(put(ROOT, 4, value="x" * 101)), TRUST),
        ("root-without-label", cddl("root-map"), "the label may be left out", root(drop(ROOT, 4)), GOOD),
        ("role-without-keys", cddl("role"), "1 to 32 keys", root(put(ROOT, 3, 2, value=[])), TRUST),
        ("role-with-unknown-member", cddl("role"), "no other members", root(put(ROOT, 2, 3, value=1)), TRUST),
        ("threshold-33", cddl("threshold"), "at most 32", root(put(ROOT, 3, 1, value=33)), TRUST),
        ("key-without-alg", cddl("cose-key"), "the algorithm is always stated", root(drop(*FIRST_KEY, 3)), TRUST),
        ("key-id-of-7-bytes", cddl("key-id"), "8 bytes", root(put(*FIRST_KEY, 2, value=bytes(7))), TRUST),
        ("key-without-kid", cddl("cose-key"), "the key id is always stated", root(drop(*FIRST_KEY, 2)), TRUST),
        ("key-of-alg-es256", cddl("ec2-key"), "ESP256 or ESP384", root(put(*FIRST_KEY, 3, value=-7)), TRUST),
        ("key-of-another-curve", cddl("ec2-key"), "P-256 with ESP256", root(put(*FIRST_KEY, -1, value=2)), TRUST),
        (
            "key-not-on-the-curve",
            cddl("ec2-key"),
            "a point of the curve",
            root(put(*FIRST_KEY, -3, value=bytes(32))),
            TRUST,
        ),
        (
            "key-of-33-bytes",
            cddl("ec2-key"),
            "coordinates of the curve's width",
            root(put(*FIRST_KEY, -2, value=bytes(33))),
            TRUST,
        ),
        ("key-with-compressed-point", cddl("ec2-key"), "y is bytes", root(put(*FIRST_KEY, -3, value=True)), TRUST),
        (
            "key-with-private-part",
            cddl("ec2-key"),
            "no other members",
            root(put(*FIRST_KEY, -4, value=bytes(32))),
            TRUST,
        ),
        ("key-with-key-ops", cddl("ec2-key"), "no other members", root(put(*FIRST_KEY, 4, value=[2])), TRUST),
        ("okp-key-of-another-curve", cddl("okp-key"), "Ed25519", root(put(*FIRST_KEY, value=_okp(-1, 7))), TRUST),
        ("okp-key-of-31-bytes", cddl("okp-key"), "32 bytes", root(put(*FIRST_KEY, value=_okp(-2, bytes(31)))), TRUST),
        (
            "akp-key-of-31-bytes",
            cddl("akp-key"),
            "a key of ML-DSA-44",
            root(put(*FIRST_KEY, value={1: 7, 2: bytes(8), 3: -48, -1: bytes(31)})),
            TRUST,
        ),
        # cose.cddl
        (
            "union-body-with-typ-of-a-root",
            "cose.cddl#trusted-list-typ",
            "typ is that of a list",
            union(header={15: {6: 1}, 16: "application/vnd.certmark.root+cwt"}),
            TRUST,
        ),
        (
            "union-with-alg-in-the-body",
            "cose.cddl#body-header",
            "nothing else in the body's header",
            union(header={1: -9, 15: {6: 1}, 16: LIST_TYP}),
            TRUST,
        ),
        (
            "union-as-sign1",
            "cose.cddl#trusted-list-token",
            "COSE_Sign, tag 98",
            bundle({4: b"\xd2" + BUNDLE[4][2:]}),
            TRUST,
        ),
        (
            "union-body-unprotected",
            "cose.cddl#COSE_Sign",
            "the unprotected header is empty",
            bundle({4: _reassembled(1, {4: bytes(8)})}),
            TRUST,
        ),
        (
            "union-payload-detached",
            "cose.cddl#COSE_Sign",
            "the payload is bytes",
            bundle({4: _reassembled(2, None)}),
            TRUST,
        ),
        (
            "union-signatures-no-array",
            "cose.cddl#COSE_Sign",
            "an array of signatures",
            bundle({4: _reassembled(3, b"")}),
            TRUST,
        ),
        (
            "signer-with-typ",
            "cose.cddl#signer-header",
            "alg and kid alone",
            union(others=([second.encode({1: -9, 4: bytes(8), 16: LIST_TYP}), {}, WRONG],)),
            TRUST,
        ),
        (
            "signer-without-kid",
            "cose.cddl#signer-header",
            "alg and kid",
            union(others=([second.encode({1: -9}), {}, WRONG],)),
            TRUST,
        ),
        (
            "signer-with-x5t",
            "cose.cddl#signer-header",
            "alg and kid",
            union(others=([second.encode({1: -9, 34: [-16, bytes(32)]}), {}, WRONG],)),
            TRUST,
        ),
        (
            "signature-of-text",
            "cose.cddl#COSE_Signature",
            "a signature is bytes",
            union(others=([STRANGER, {}, "x"],)),
            TRUST,
        ),
        (
            "signed-as-sign1",
            "README.md#headers-and-signatures",
            'the context is "Signature"',
            bundle({4: _signed_as_sign1()}),
            SIGNATURES,
        ),
        # trust.cddl: union list
        (
            "union-of-another-territory-signed-by-one",
            CHAIN,
            "signatures are checked before the payload is decoded",
            union(put(LIST, 2, value="DE"), signers=UNION_KEYS[:1]),
            SIGNATURES,
        ),
        (
            "union-of-no-cbor",
            CHAIN,
            "signatures are checked before the payload is decoded",
            bundle({4: _reassembled(2, b"\xff")}),
            SIGNATURES,
        ),
        (
            "union-typ-newer-signed-by-one",
            CHAIN,
            "type is checked first",
            union(header={15: {6: 1}, 16: NEWER_TYP}, signers=UNION_KEYS[:1]),
            TRUST,
        ),
        ("union-without-next-update", cddl("list-head"), "next_update is there", union(drop(LIST, 3)), TRUST),
        (
            "union-previous-of-31-bytes",
            cddl("list-head"),
            "prev_digest is 32 bytes",
            union(put(LIST, 4, value=bytes(31))),
            TRUST,
        ),
        ("union-number-0", cddl("sequence-number"), "from 1", union(put(LIST, 1, value=0)), TRUST),
        (
            "union-number-of-33-bits",
            cddl("sequence-number"),
            "at most 4294967295",
            union(put(LIST, 1, value=1 << 32)),
            TRUST,
        ),
        (
            "union-with-entities",
            cddl("union-list-map"),
            "pointers and no entities",
            union(put(LIST, 6, value=[])),
            TRUST,
        ),
        ("union-without-sub", cddl("trusted-list-claims"), "sub is there", union(drop(2)), TRUST),
        ("union-with-root-claim", cddl("trusted-list-claims"), "no other claims", union(put(ROOT, value={})), TRUST),
        ("pointer-without-operator", cddl("pointer"), "the operator is named", union(drop(*POINTER, 2)), TRUST),
        (
            "pointer-of-territory-in-lower-case",
            cddl("territory"),
            "two capitals",
            union(put(*POINTER, 1, value="de")),
            TRUST,
        ),
        ("pointer-without-keys", cddl("signed-elsewhere"), "1 to 32 keys", union(put(*POINTER, 5, value=[])), TRUST),
        (
            "pointer-without-threshold",
            cddl("signed-elsewhere"),
            "the threshold is there",
            union(drop(*POINTER, 4)),
            TRUST,
        ),
        (
            "pointer-location-http",
            cddl("https-uri"),
            "https",
            union(put(*POINTER, 7, value=["http://x.example/"])),
            TRUST,
        ),
        (
            "pointer-with-location",
            cddl("signed-elsewhere"),
            "locations may be named",
            union(put(*POINTER, 7, value=["https://x.example/de"])),
            GOOD,
        ),
        ("permitted-no-scheme", cddl("permitted"), "1 to 64 schemes", union(put(*POINTER, 3, 1, value=[])), TRUST),
        (
            "permitted-scheme-in-lower-case",
            cddl("scheme-id"),
            "begins with a capital or digit",
            union(put(*POINTER, 3, 1, value=["eucc"])),
            TRUST,
        ),
        ("permitted-level-4", cddl("assurance-level"), "1 to 3", union(put(*POINTER, 3, 2, value=4)), TRUST),
        (
            "permitted-level-2",
            AUTHORITY,
            "the pointer permits the level",
            union(put(*POINTER, 3, 2, value=2)),
            NO_AUTHORITY,
        ),
        (
            "permitted-another-scheme",
            AUTHORITY,
            "the pointer permits the scheme",
            union(put(*POINTER, 3, 1, value=["XX-HOME"])),
            NO_AUTHORITY,
        ),
        # trust.cddl: national list
        (
            "national-with-pointers",
            cddl("national-list-map"),
            "entities and no pointers",
            national(put(LIST, 5, value=[])),
            NOT_FOUND,
        ),
        (
            "national-without-entities",
            cddl("national-list-map"),
            "entities are there",
            national(drop(LIST, 6)),
            NOT_FOUND,
        ),
        ("ncca-without-name", cddl("ncca"), "name is there", national(drop(LIST, 7, 2)), NOT_FOUND),
        ("ncca-website-http", cddl("ncca"), "https", national(put(LIST, 7, 3, value="http://x.example/")), NOT_FOUND),
        ("national-of-a-newer-sequence", SEQUENCE, "one more with each version", national(put(LIST, 1, value=6)), GOOD),
        (
            "entity-id-in-lower-case",
            cddl("entity-id"),
            "the territory is two capitals",
            national(put(*ENTITY, 1, value="de-3087")),
            NOT_FOUND,
        ),
        (
            "entity-without-id",
            PARTIAL,
            "an id of the list's territory is required at opening",
            national(drop(*ENTITY, 1)),
            NOT_FOUND,
        ),
        (
            "entity-with-unknown-member",
            cddl("entity"),
            "no other members",
            national(put(*ENTITY, 9, value=1)),
            NOT_FOUND,
        ),
        (
            "entity-of-17-services",
            cddl("entity"),
            "1 to 16 services",
            national(lambda claims: claims[LIST][6][0][6].extend([{1: 2}] * 15)),
            NOT_FOUND,
        ),
        (
            "entity-address-of-501",
            cddl("text-500"),
            "at most 500 characters",
            national(put(*ENTITY, 3, value="x" * 501)),
            NOT_FOUND,
        ),
        (
            "entity-name-of-201",
            cddl("text-200"),
            "at most 200 characters",
            national(put(*ENTITY, 2, value="x" * 201)),
            NOT_FOUND,
        ),
        ("service-type-3", cddl("service"), "types 1 and 2", national(put(*SERVICE, 1, value=3)), NOT_FOUND),
        (
            "service-with-unknown-member",
            cddl("service"),
            "no other members",
            national(put(*SERVICE, 9, value=1)),
            NOT_FOUND,
        ),
        (
            "history-of-status-4",
            cddl("status-entry"),
            "statuses 1 to 3",
            national(put(*SERVICE, 2, 0, 1, value=4)),
            NOT_FOUND,
        ),
        (
            "history-with-reason-and-record",
            cddl("status-entry"),
            "reason and recorded_at may be stated",
            national(put(*SERVICE, 2, 0, value={1: 1, 2: 0, 3: "x", 4: 1})),
            GOOD,
        ),
        (
            "history-with-unknown-member",
            cddl("status-entry"),
            "no other members",
            national(put(*SERVICE, 2, 0, 5, value=1)),
            NOT_FOUND,
        ),
        (
            "key-without-verify-until",
            cddl("service-key"),
            "all three times are there",
            national(drop(*KEY, 4)),
            NOT_FOUND,
        ),
        (
            "key-with-unknown-member",
            cddl("service-key"),
            "no other members",
            national(put(*KEY, 7, value=1)),
            NOT_FOUND,
        ),
        (
            "key-without-key-id",
            PARTIAL,
            "a key id in bytes is required at opening",
            national(drop(*KEY, 1, 2)),
            NOT_FOUND,
        ),
        (
            "key-id-of-text",
            PARTIAL,
            "a key id in bytes is required at opening",
            national(put(*KEY, 1, 2, value="12345678")),
            NOT_FOUND,
        ),
        (
            "key-x5t-of-31-bytes",
            cddl("service-key"),
            "x5t is 32 bytes",
            national(put(*KEY, 5, value=bytes(31))),
            NOT_FOUND,
        ),
        (
            "key-x5t-of-text",
            PARTIAL,
            "a key id in bytes is required at opening",
            national(put(*KEY, 5, value="x")),
            NOT_FOUND,
        ),
        *_certificates(),
        (
            "key-not-valid",
            PARTIAL,
            "a COSE_Key that is no valid key is as if it were not listed",
            national(put(*KEY, 1, -2, value=bytes(32))),
            NOT_LISTED,
        ),
        (
            "key-cessation-at-iat",
            KEYS,
            "cessation: from effective on signatures do not count",
            national(put(*KEY, 6, value={1: 2, 2: HEADER[15][6]})),
            NO_AUTHORITY,
        ),
        (
            "key-administrative-before-iat",
            KEYS,
            "administrative: from effective on signatures do not count",
            national(put(*KEY, 6, value={1: 4, 2: 0})),
            NO_AUTHORITY,
        ),
        (
            "key-superseded-a-second-later",
            KEYS,
            "superseded: before effective signatures count",
            national(put(*KEY, 6, value={1: 1, 2: HEADER[15][6] + 1})),
            GOOD,
        ),
        (
            "key-compromised-since-tomorrow",
            KEYS,
            "key_compromise: whatever its iat",
            national(put(*KEY, 6, value={1: 3, 2: NOON, 3: NOON})),
            REVOKED,
        ),
        (
            "revocation-with-unknown-member",
            cddl("key-revocation"),
            "no other members",
            national(put(*KEY, 6, value={1: 1, 2: NOON, 5: 1})),
            NOT_FOUND,
        ),
        (
            "key-at-its-end",
            KEYS,
            "verify_until is the end of what the key signed",
            national(_window(seconds("2026-04-01"), NOON)),
            CRYPTO,
        ),
        (
            "key-a-second-before-its-end",
            KEYS,
            "verify_until is the end of what the key signed",
            national(_window(seconds("2026-04-01"), NOON + 1)),
            GOOD,
        ),
        ("scope-without-day", cddl("scope"), "from is there", national(drop(*SCOPE, 7)), NOT_FOUND),
        ("scope-document-type-2", cddl("scope"), "key 3 is 1", national(put(*SCOPE, 3, value=2)), NOT_FOUND),
        (
            "scope-for-statements",
            AUTHORITY,
            "a scope has the document type",
            national(put(*SCOPE, 3, value=1)),
            NO_AUTHORITY,
        ),
        ("scope-ava-van-6", cddl("scope"), "AVA_VAN 1 to 5", national(put(*SCOPE, 4, value=6)), NOT_FOUND),
        ("scope-domain-3", cddl("technical-domain"), "1 or 2", national(put(*SCOPE, 5, value=[3])), NOT_FOUND),
        ("scope-mode-5", cddl("issuance-mode"), "1 to 4", national(put(*SCOPE, 6, value=5)), NOT_FOUND),
        ("scope-day-of-text", cddl("day"), "days since 1970", national(put(*SCOPE, 7, value="2025-03-01")), NOT_FOUND),
        ("scope-with-unknown-member", cddl("scope"), "no other members", national(put(*SCOPE, 11, value=1)), NOT_FOUND),
        ("accreditation-without-day", cddl("accreditation"), "from is there", national(drop(*PAPER, 2)), NOT_FOUND),
        (
            "accreditation-with-unknown-member",
            cddl("accreditation"),
            "no other members",
            national(put(*PAPER, 5, value=1)),
            NOT_FOUND,
        ),
        (
            "accreditation-ended",
            AUTHORITY,
            "accreditation covers both days",
            national(put(*PAPER, 3, value=HEADER[15][6] // 86_400)),
            NO_AUTHORITY,
        ),
        (
            "status-list-uri-http",
            cddl("status-list"),
            "https",
            national(put(*STATUS_LIST, 0, 1, value="http://x.example/")),
            NOT_FOUND,
        ),
        (
            "status-list-with-unknown-member",
            cddl("status-list"),
            "no other members",
            national(put(*STATUS_LIST, 0, 3, value=1)),
            NOT_FOUND,
        ),
        ("embedded-with-keys", cddl("embedded"), "one of the two", embedded(put(*POINTER, 5, value=[])), TRUST),
        ("embedded-without-entities", cddl("embedded"), "the list as in a file", embedded(drop(*POINTER, 8, 6)), TRUST),
        (
            "embedded-entity-malformed",
            PARTIAL,
            "an entry that breaks a rule touches no other",
            embedded(put(*POINTER, 8, 6, 1, 2, value="")),
            GOOD,
        ),
    )


def _okp(label: int, value: object) -> dict[int, object]:
    key: Any = cbor.decode(cbor.encode(keys.signer(Algorithm.Ed25519, 1).public_key.to_cose_key()))
    return {**key, label: value}


def _root_bytes(data: bytes) -> Evidence:
    from hashlib import sha256

    return second.encode({**BUNDLE, 3: [data]}), sha256(data).digest()


def _reassembled(place: int, value: object) -> bytes:
    """Put something in place of a part of the union list, and leave its signatures."""
    parts = second.decode(BUNDLE[4][2:])
    parts[place] = value
    return UNION_TAG + second.encode(parts)


def _signed_as_sign1() -> bytes:
    """Sign the union list by the Sig_structure of COSE_Sign1."""
    protected, unprotected, payload, _ = second.decode(BUNDLE[4][2:])
    signed = second.encode(["Signature1", protected, b"", payload])
    signers = [[second.encode({1: -9, 4: signer.public_key.key_id}), {}, signer.sign(signed)] for signer in UNION_KEYS]
    return UNION_TAG + second.encode([protected, unprotected, payload, signers])


def _window(sign_until: int, verify_until: int) -> Callable[[dict[Any, Any]], object]:
    def change(claims: dict[Any, Any]) -> None:
        put(*KEY, 3, value=sign_until)(claims)
        put(*KEY, 4, value=verify_until)(claims)

    return change
