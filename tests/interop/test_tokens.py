"""What keys on PKCS#11 tokens sign verifies outside of certmark: with python-cwt, pycose and ``cryptography`` alone."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import body_header
from certmark.cose.keys import VerificationKey
from certmark.cose.sign import sign
from certmark.cose.signer import Signer
from certmark.cwt import typ
from tests.interop.peers import PYCOSE_RFC9864, PYTHON_CWT, Peer
from tests.softhsm import ALGORITHMS, SoftHsm, SoftToken
from tests.world import BODY_KEY, WORLD, World

algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda each: each.name)
peers = pytest.mark.parametrize("peer", [PYTHON_CWT, PYCOSE_RFC9864], ids=lambda peer: peer.name)


@pytest.fixture
def token(hsm: SoftHsm) -> SoftToken:
    return hsm.token()


def world_of(signer: Any) -> World:
    """The world in which the body signs with this signer."""
    return WORLD.with_key(cose_key=signer.public_key.to_cose_key()).signed_by(signer)


def verify(key: VerificationKey, signature: bytes, data: bytes) -> None:
    """Verify with ``cryptography`` alone."""
    public: Any = key.public_key
    if isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, data)
        return
    half = len(signature) // 2
    der = utils.encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
    public.verify(der, data, ec.ECDSA(SHA256() if half == 32 else SHA384()))


@algorithms
@peers
def test_a_token_verifies_with_the_peer_and_a_changed_one_does_not(
    peer: Peer, algorithm: Algorithm, token: SoftToken
) -> None:
    signer = token.generate(algorithm=algorithm)
    world = world_of(signer)
    message = world.cose
    assert world.report(message).passed
    cose_key = signer.public_key.to_cose_key()
    payload = cbor2.loads(message).value[2]
    assert peer.payloads([message, message[:-1] + bytes([message[-1] ^ 1])], cose_key) == [payload, None]


@algorithms
def test_a_token_verifies_with_cryptography_alone(algorithm: Algorithm, token: SoftToken) -> None:
    signer = token.generate(algorithm=algorithm)
    protected, _, payload, signature = cbor2.loads(world_of(signer).cose).value
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    verify(signer.public_key, signature, signed)
    with pytest.raises(InvalidSignature):
        verify(signer.public_key, signature, signed + b"\0")


@peers
def test_a_message_of_many_signers_verifies_with_the_peer(peer: Peer, hsm: SoftHsm) -> None:
    """A root's form: one payload, signed by a key in memory and by keys on two tokens."""
    one, two = hsm.token("one"), hsm.token("two")
    signers: list[Signer] = [BODY_KEY, one.generate(), two.generate()]
    message = sign(body_header(typ=typ.ROOT, issued_at=1_800_000_000), b"\xa0", signers=signers)
    for signer in signers:
        assert peer.payloads([message], signer.public_key.to_cose_key()) == [b"\xa0"]
    stranger = one.generate("stranger").public_key.to_cose_key()
    assert peer.payloads([message], stranger) == [None]
