"""Valid artefacts of every kind: what hostile input is made from, and what nothing else may pass for.

The world here has keys of three algorithms, a list that stands on its own, one inside the union list, one with two
signers, and a status list of the authority beside that of the body. Everything is the same in every run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from certmark.cose import sign, sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import Headers
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.model.json_text import document_from, dump_document
from certmark.transport import to_bare, to_link
from certmark.trust import TrustBundle
from tests import keys
from tests.conftest import ROOT as REPOSITORY
from tests.samples import full_certificate
from tests.world import (
    BODY,
    FR_BODY,
    FR_BODY_KEY,
    FR_STATUS_URI,
    WORLD,
    World,
    service_key,
)

if TYPE_CHECKING:
    from certmark.cose.profile import Profile
    from certmark.trust.entities import Service

OTHER_KEYS: Final = (keys.signer(Algorithm.ESP384, 61), keys.signer(Algorithm.Ed25519, 61))
"""Keys of the body beside the one that WORLD uses. None of ML-DSA, whose signatures differ from run to run."""


def _world() -> World:
    world = WORLD.with_ncca_list().with_member("XX", embedded=True)
    listed: Service = world.service(BODY)
    return world.with_service(BODY, keys=(*listed.keys, *(service_key(key) for key in OTHER_KEYS)))


EUROPE: Final = _world()
FRENCH: Final = replace(EUROPE, signer=FR_BODY_KEY, entity_id=FR_BODY, status_uri=FR_STATUS_URI)

_DOCUMENT: Final = EUROPE.certificate()
TOKENS: Final[tuple[bytes, ...]] = (
    EUROPE.cose,
    EUROPE.issue(_DOCUMENT.for_label()).cose,
    EUROPE.with_statement().cose,
    FRENCH.cose,
    *(EUROPE.signed_by(key).cose for key in OTHER_KEYS),
)
TEXTS: Final[tuple[bytes, ...]] = tuple(
    text.encode("ascii")
    for token in TOKENS
    for text in (to_bare(token), to_link(token, "https://certs.body.example/c/{index}?a=b%20c", id="x", index=7))
)
ROOTS: Final = (EUROPE.root.signed,)
CHAIN: Final = (*ROOTS, replace(EUROPE.root, sequence_number=2).signed)
UNIONS: Final = (EUROPE.trust_bundle.union,)
NATIONALS: Final = tuple(EUROPE.trust_bundle.national.values())
BUNDLES: Final = (EUROPE.bundle, TrustBundle(CHAIN, UNIONS[0], EUROPE.trust_bundle.national).to_bytes())
STATUS_TOKENS: Final = EUROPE.status_tokens
DOCUMENTS: Final = tuple(
    dump_document(document).encode()
    for document in (_DOCUMENT, _DOCUMENT.for_label(), EUROPE.statement(), document_from(full_certificate()))
)
SCHEMES: Final = tuple(
    path.read_bytes()
    for folder in ("examples/schemes", "src/certmark/model/schemes")
    for path in sorted(Path(REPOSITORY, folder).glob("*.json"))
)

Signed = dict[tuple[bytes, bytes], frozenset[bytes]]
"""Signatures that are right, by protected header and payload."""

_ORDER: Final = {
    64: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    96: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
_ECDSA: Final = {-7: 64, -9: 64, -35: 96, -51: 96}


def twin(headers: Headers, signature: bytes) -> bytes:
    """Give the second signature that anyone can make of an ECDSA signature, (r, n − s); of others the same."""
    size = _ECDSA.get(headers.alg or 0)
    if size is None or len(signature) != size:
        return signature
    half = size // 2
    return signature[:half] + (_ORDER[size] - int.from_bytes(signature[half:], "big")).to_bytes(half, "big")


def signed_by(message: bytes, profile: Profile) -> Signed:
    """Give what a COSE_Sign1 says with its signature and the twin of that."""
    read = sign1.from_bytes(message, profile=profile)
    return {(read.headers.raw, read.payload): frozenset({read.signature, twin(read.headers, read.signature)})}


SIGNED_TOKENS: Final[Signed] = {}
SIGNED_STATUS_TOKENS: Final[Signed] = {}
for _token in TOKENS:
    SIGNED_TOKENS.update(signed_by(_token, CERTMARK_1))
for _token in STATUS_TOKENS:
    SIGNED_STATUS_TOKENS.update(signed_by(_token, STATUS_TOKEN))


def is_signed(signed: Signed, message: sign1.Sign1) -> bool:
    """Tell whether a message says, byte for byte, what one of the valid ones says, with a signature that is right."""
    return message.signature in signed.get((message.headers.raw, message.payload), ())


def content(message: bytes) -> tuple[bytes, bytes]:
    """Give what the signatures of a root or list cover: header and payload, as received."""
    parsed = sign.from_bytes(message)
    return parsed.headers.raw, parsed.payload


LISTS: Final = {content(message) for message in (*CHAIN, *UNIONS, *NATIONALS)}
"""What the valid roots and lists say, apart from their signatures."""
