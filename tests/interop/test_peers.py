"""Tokens and status lists between certmark and the COSE libraries that others would use: python-cwt and pycose.

What they know of certmark's algorithms is the table ``KNOWN``. pycose knows none by its number; told the numbers
(``peer_program.teach_pycose``), it knows those that it can compute.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any, Final

import cbor2
import pytest

from benchmarks.peers import peers as measured_peers
from certmark import cbor
from certmark.cose.algorithms import Algorithm
from certmark.status.bitarray import Status
from certmark.verify import SubIndication, Verifier
from tests import keys
from tests.interop.asking import CLAIMS, HEADER, MESSAGE, sealed
from tests.interop.peers import PYCOSE, PYCOSE_RFC9864, PYTHON_CWT, Peer, Signing, interpreter
from tests.world import (
    BODY,
    DE_KEYS,
    INDEX,
    ROOT_KEYS,
    STATUS,
    STATUS_URI,
    STRANGER_KEY,
    UNION_KEYS,
    WORLD,
    World,
    seconds,
)

CLASSICAL: Final = (Algorithm.ESP256, Algorithm.ESP384, Algorithm.Ed25519)
KNOWN: Final[dict[Peer, tuple[Algorithm, ...]]] = {PYTHON_CWT: CLASSICAL, PYCOSE: (), PYCOSE_RFC9864: CLASSICAL}
SHARED: Final = [(peer, algorithm) for peer, known in KNOWN.items() for algorithm in known]
SHARED_IDS: Final = [f"{peer.name}-{algorithm.name}" for peer, algorithm in SHARED]
NOT_KNOWN: Final = [
    (peer, algorithm) for peer, known in KNOWN.items() for algorithm in keys.ALGORITHMS if algorithm not in known
]

NUMBER: Final = 61
"""Of the test keys that sign here."""

shared = pytest.mark.parametrize(("peer", "algorithm"), SHARED, ids=SHARED_IDS)
peers = pytest.mark.parametrize("peer", [PYTHON_CWT, PYCOSE_RFC9864], ids=lambda peer: peer.name)


def public_key(algorithm: Algorithm, number: int = NUMBER) -> dict[int, Any]:
    return keys.signer(algorithm, number).public_key.to_cose_key()


def private_key(algorithm: Algorithm, number: int = NUMBER) -> dict[int, Any]:
    """The COSE_Key of ``keys.private_key``, with its secret."""
    public = public_key(algorithm, number)
    return {**public, -4: (bytes([number]) * 32).rjust(len(public[-2]), b"\x00")}


@cache
def world_of(algorithm: Algorithm) -> World:
    """The world in which the body signs with this algorithm."""
    return WORLD.with_key(cose_key=public_key(algorithm)).signed_by(keys.signer(algorithm, NUMBER))


def flipped(message: bytes, *, step: int) -> list[bytes]:
    """The message with one bit changed in every so many bytes."""
    changed = []
    for place in range(0, len(message), step):
        other = bytearray(message)
        other[place] ^= 1 << place % 8
        changed.append(bytes(other))
    return changed


# --- what certmark signs ---


@shared
def test_a_token_of_certmark_verifies_with_the_peer(peer: Peer, algorithm: Algorithm) -> None:
    message = world_of(algorithm).cose
    assert peer.payloads([message], public_key(algorithm)) == [cbor.decode(message[1:])[2]]  # type: ignore[index]


@shared
def test_a_changed_token_of_certmark_is_refused_by_both(peer: Peer, algorithm: Algorithm) -> None:
    world = world_of(algorithm)
    assert world.report().passed
    changed = [*flipped(world.cose, step=3), world.cose[:-1]]
    assert set(peer.payloads(changed, public_key(algorithm))) == {None}
    assert not any(world.report(message).passed for message in changed)


@shared
def test_another_key_is_refused_by_both(peer: Peer, algorithm: Algorithm) -> None:
    other = public_key(algorithm, NUMBER + 1) | {2: public_key(algorithm)[2]}  # the key id is no proof of the key
    world = world_of(algorithm)
    assert peer.payloads([world.cose], other) == [None]
    forged = world.signed_by(keys.signer(algorithm, NUMBER + 1)).cose
    assert world.report(forged).sub_indication == SubIndication.ISSUER_NOT_LISTED


@pytest.mark.parametrize(
    ("peer", "algorithm"), NOT_KNOWN, ids=[f"{peer.name}-{algorithm.name}" for peer, algorithm in NOT_KNOWN]
)
def test_an_algorithm_that_the_peer_does_not_know_is_refused(peer: Peer, algorithm: Algorithm) -> None:
    refusal = peer.refusal(world_of(algorithm).cose, public_key(algorithm))
    assert refusal is not None
    assert str(int(algorithm)) in refusal or "kty(1): 7" in refusal


@peers
@pytest.mark.parametrize("document", ["root", "union list", "national list"])
def test_every_signature_of_a_root_and_of_lists_verifies_with_the_peer(peer: Peer, document: str) -> None:
    message, signers = {
        "root": (WORLD.root.signed, ROOT_KEYS),
        "union list": (WORLD.trust_bundle.union, UNION_KEYS),
        "national list": (WORLD.trust_bundle.national["DE"], DE_KEYS),
    }[document]
    tried = [*signers, STRANGER_KEY]
    payloads = peer.payloads([message] * len(tried), *(signer.public_key.to_cose_key() for signer in tried))
    assert payloads == [cbor.decode(message[2:])[2]] * len(signers) + [None]  # type: ignore[index]


# --- what the peer signs ---


def signed_by_the_peer(peer: Peer, algorithm: Algorithm) -> bytes:
    """This world's certificate in profile certmark-1."""
    key = private_key(algorithm)
    (message,) = peer.sign(Signing(MESSAGE[2], key, {**HEADER, 1: int(algorithm), 4: key[2]}))
    return message


@shared
def test_a_token_that_the_peer_signs_passes(peer: Peer, algorithm: Algorithm) -> None:
    assert world_of(algorithm).report(signed_by_the_peer(peer, algorithm)).passed


@shared
def test_where_signing_is_deterministic_the_tokens_are_the_same_bytes(peer: Peer, algorithm: Algorithm) -> None:
    deterministic = peer is PYCOSE_RFC9864 or algorithm is Algorithm.Ed25519
    assert (signed_by_the_peer(peer, algorithm) == world_of(algorithm).cose) is deterministic


@shared
def test_a_changed_token_of_the_peer_does_not_pass(peer: Peer, algorithm: Algorithm) -> None:
    changed = flipped(signed_by_the_peer(peer, algorithm), step=7)
    assert not any(world_of(algorithm).report(message).passed for message in changed)


# --- what a right signature does not say ---

LENIENT: Final = {
    "another-typ": sealed({**HEADER, 16: "application/cwt"}),
    "no-typ": sealed({label: value for label, value in HEADER.items() if label != 16}),
    "another-parameter": sealed({**HEADER, 99: 1}),
    "critical-and-unknown": sealed({**HEADER, 2: [99], 99: 1}),
    "iat-in-the-payload": sealed(HEADER, cbor.encode({**CLAIMS, 6: 1})),
    "keys-not-in-order": sealed(HEADER, cbor2.dumps(dict(reversed(CLAIMS.items())))),
    "a-key-twice": sealed(HEADER, b"\xa7" + MESSAGE[2][1:] + cbor.encode(1) + cbor.encode("DE-9999")),
    "bytes-behind": WORLD.cose + b"\x00",
    "unprotected-parameter": b"\xd2" + cbor.encode([MESSAGE[0], {99: 1}, *MESSAGE[2:]]),
}


def test_forms_that_python_cwt_takes_and_certmark_refuses() -> None:
    payloads = PYTHON_CWT.payloads(LENIENT.values(), WORLD.signer.public_key.to_cose_key())
    assert None not in payloads
    for message in LENIENT.values():
        assert WORLD.report(message).sub_indication == SubIndication.FORMAT_FAILURE


# --- status lists of third parties ---


def status_payload(status: int, *, bits: int = 2, uri: str = STATUS_URI) -> bytes:
    """The claims in the order of the draft's own example, which is not the deterministic one."""
    entries = bytearray(128)
    entries[INDEX * bits // 8] |= status << INDEX * bits % 8
    claims = {
        2: uri,
        6: seconds("2026-06-01 06:00:00"),
        4: seconds("2026-08-01"),
        65534: 43_200,
        65533: {"bits": bits, "lst": zlib.compress(bytes(entries), 9)},
    }
    return cbor2.dumps(claims)


def third_party(
    payload: bytes, *, algorithm: Algorithm = Algorithm.ESP256, number: int | None = None, alg: int = -7
) -> Signing:
    """ES256 or ES384 in the protected header, the key id in the unprotected one."""
    key = private_key(algorithm, NUMBER if number is None else number) | {3: alg}
    return Signing(payload, key, {1: alg, 16: "application/statuslist+cwt"}, {4: key[2]})


@cache
def status_world(algorithm: Algorithm) -> World:
    """The world in which the body's status service lists this key."""
    return WORLD.with_key(BODY, STATUS, cose_key=public_key(algorithm))


def status_of(world: World, token: bytes) -> str:
    report = Verifier(world.trust(), world.status(token), schemes=world.schemes).report(world.cose, at=world.now)
    assert report.passed is (report.certificate_status in {"in_force", "suspended"})
    return str(report.certificate_status)


SAID: Final = {Status.VALID: "in_force", Status.INVALID: "withdrawn", Status.SUSPENDED: "suspended"}
ENTRIES: Final = [(bits, status) for bits in (1, 2, 4, 8) for status in SAID if status < 1 << bits]


@peers
@pytest.mark.parametrize(
    ("algorithm", "alg"), [(Algorithm.ESP256, -7), (Algorithm.ESP384, -35)], ids=["ES256", "ES384"]
)
def test_status_lists_of_the_peer_are_heard(peer: Peer, algorithm: Algorithm, alg: int) -> None:
    payloads = (status_payload(status, bits=bits) for bits, status in ENTRIES)
    tokens = peer.sign(*(third_party(payload, algorithm=algorithm, alg=alg) for payload in payloads))
    heard = [status_of(status_world(algorithm), token) for token in tokens]
    assert heard == [SAID[status] for _, status in ENTRIES]


@peers
def test_status_lists_of_the_peer_that_do_not_count(peer: Peer) -> None:
    valid, world = status_payload(Status.VALID), status_world(Algorithm.ESP256)
    right = third_party(valid)
    (token,) = peer.sign(right)
    assert status_of(world, token) == "in_force"
    refused = {
        "another-key": third_party(valid, number=NUMBER + 1),
        "the-key-that-issues-certificates": third_party(valid, number=31),
        "another-uri": third_party(status_payload(Status.VALID, uri=f"{STATUS_URI}0")),
        "another-typ": right._replace(protected={**right.protected, 16: "application/cwt"}),
        "no-key-id": right._replace(unprotected={}),
        "critical": right._replace(protected={**right.protected, 2: [99], 99: 1}),
    }
    told = dict(zip(refused, map(status_of, [world] * len(refused), peer.sign(*refused.values())), strict=True))
    assert told == dict.fromkeys(refused, "unknown")
    for changed in (*flipped(token, step=5), b"\xd8\x3d" + token, token + b"\x00"):
        assert status_of(world, changed) == "unknown"


# --- the benchmark that stands beside ---


def test_the_benchmark_measures_both_peers() -> None:
    interpreter()
    figures = measured_peers(2)
    names = [f"peer_{library}_{what}_ratio" for library in ("python_cwt", "pycose") for what in ("verify", "claims")]
    assert list(figures) == names
    assert min(figure.value for figure in figures.values()) > 0
