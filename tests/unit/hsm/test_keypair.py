"""Keys made on the token: for signing alone, never to leave it, undone where something goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pkcs11.constants import Attribute, ObjectClass
from pkcs11.exceptions import AttributeSensitive, DeviceRemoved

from certmark.cose.algorithms import Algorithm
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import checked_signature
from certmark.errors import SignerError
from certmark.hsm import (
    HsmCurveError,
    HsmError,
    HsmKeyExistsError,
    HsmKeyUseError,
    HsmMechanismError,
    HsmPinError,
    HsmUriError,
    generate,
    keypair,
)
from certmark.hsm.keys import KINDS, TokenKey
from tests.softhsm import ALGORITHMS, SoftHsm, SoftToken, right_pin


def never(_: object) -> None:
    pytest.fail("there is nothing to keep")


def private_key(session: Any) -> Any:
    (key,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
    return key


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda each: each.name)
def test_a_new_key_signs_and_stays(algorithm: Algorithm, token: SoftToken) -> None:
    kept: list[VerificationKey] = []
    signer = generate(token.uri("object=seal"), algorithm, pin=right_pin, module=token.module, keep=kept.append)
    assert checked_signature(signer, b"data")
    assert kept == [signer.public_key]
    assert signer.public_key.algorithm is algorithm
    with token.session() as session:
        key = private_key(session)
        said = {name: key[name] for name in (Attribute.SENSITIVE, Attribute.EXTRACTABLE, Attribute.PRIVATE)}
        assert said == {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True}
        uses = (Attribute.SIGN, Attribute.DECRYPT, Attribute.DERIVE, Attribute.UNWRAP)
        assert [key[name] for name in uses] == [True, False, False, False]
        assert len(key[Attribute.ID]) == 8
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]
    assert token.labels == ["seal", "seal"]


def test_an_id_of_choice(token: SoftToken) -> None:
    uri = token.uri("object=seal;id=%0a%0b")
    generate(uri, Algorithm.ESP256, pin=right_pin, module=token.module, keep=lambda _: None)
    assert checked_signature(token.open("id=%0a%0b"), b"data")


@pytest.mark.parametrize("half", [ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY])
@pytest.mark.parametrize("key", ["object=seal", "object=other;id=%01"])
def test_a_label_or_id_that_is_taken_is_refused(half: ObjectClass, key: str, token: SoftToken) -> None:
    token.make(bytes.fromhex("06082a8648ce3d030107"))
    token.remove(half)
    with pytest.raises(HsmKeyExistsError, match="is on the token already") as refused:
        generate(token.uri(key), Algorithm.ESP256, pin=right_pin, module=token.module, keep=never)
    assert refused.value.code == "hsm_key_exists"
    assert token.labels == ["seal"]


def test_a_new_key_needs_a_name(token: SoftToken) -> None:
    with pytest.raises(HsmUriError, match="add object=LABEL"):
        generate(token.uri("id=%01"), Algorithm.ESP256, pin=right_pin, module=token.module, keep=never)


@pytest.mark.parametrize("algorithm", [Algorithm.ML_DSA_44, Algorithm.ML_DSA_65, Algorithm.ES256])
def test_an_algorithm_that_is_not_done_on_tokens(algorithm: Algorithm, token: SoftToken) -> None:
    with pytest.raises(HsmCurveError, match="take ESP256, ESP384 or Ed25519"):
        generate(token.uri("object=seal"), algorithm, pin=right_pin, module=token.module, keep=never)


def test_a_wrong_pin_makes_nothing(token: SoftToken) -> None:
    with pytest.raises(HsmPinError):
        generate(token.uri("object=seal"), Algorithm.ESP256, pin=lambda _: "0", module=token.module, keep=never)
    assert token.labels == []


@pytest.mark.parametrize("mechanism", ["CKM_EC_KEY_PAIR_GEN", "CKM_ECDSA"])
def test_a_token_without_the_mechanism(mechanism: str, hsm: SoftHsm, token: SoftToken) -> None:
    hsm.without(mechanism)
    with pytest.raises(HsmMechanismError, match=f"no mechanism {mechanism}, which the key seal needs"):
        token.generate()
    assert token.labels == []


def test_a_token_that_refuses_is_named(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense = [replace(kind, parameters=(b"\x06\x01\x00",)) for kind in KINDS]
    monkeypatch.setattr(keypair, "KINDS", nonsense)
    with pytest.raises(HsmError, match="token 'body' makes no such key"):
        token.generate()
    assert token.labels == []


def test_what_goes_wrong_afterwards_undoes_the_pair(token: SoftToken) -> None:
    def fail(_: VerificationKey) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        generate(token.uri("object=seal"), Algorithm.ESP256, pin=right_pin, module=token.module, keep=fail)
    assert token.labels == []
    assert checked_signature(token.generate(), b"data")


def losing_its_first_session(monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = TokenKey.sign, []

    def sign(key: TokenKey, data: bytes, *, pin: str | None) -> bytes:
        tries.append(data)
        if len(tries) == 1:
            raise DeviceRemoved
        return real(key, data, pin=pin)

    monkeypatch.setattr(TokenKey, "sign", sign)


def test_a_session_that_is_lost_before_the_first_signature_loses_no_key(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    token.generate("another")  # whose sessions come first
    losing_its_first_session(monkeypatch)
    kept: list[VerificationKey] = []
    signer = generate(token.uri("object=seal"), Algorithm.ESP256, pin=right_pin, module=token.module, keep=kept.append)
    assert kept == [signer.public_key]
    assert checked_signature(signer, b"data")


def test_what_goes_wrong_after_a_lost_session_undoes_the_pair_too(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: VerificationKey) -> None:
        raise OSError("disk full")

    losing_its_first_session(monkeypatch)
    with pytest.raises(OSError, match="disk full"):
        generate(token.uri("object=seal"), Algorithm.ESP256, pin=right_pin, module=token.module, keep=fail)
    assert token.labels == []


def test_a_key_that_does_not_sign_rightly_is_not_handed_out(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenKey, "sign", lambda *_, **__: bytes(64))
    with pytest.raises(SignerError, match="does not verify"):
        token.generate()
    assert token.labels == []


def test_a_token_that_would_give_the_key_away_is_found_out(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    real = keypair._make

    def careless(session: Any, uri: Any, kind: Any) -> Any:
        public, private = real(session, uri, kind)
        label = private[Attribute.LABEL]
        private.destroy()
        parameters = session.create_domain_parameters(
            kind.key_type, {Attribute.EC_PARAMS: kind.parameters[0]}, local=True
        )
        other, extractable = parameters.generate_keypair(
            store=True, label=label, id=b"\x01", private_template={Attribute.EXTRACTABLE: True}
        )
        public.destroy()
        return other, extractable

    monkeypatch.setattr(keypair, "_make", careless)
    with pytest.raises(
        HsmKeyUseError, match=r"does not keep the new key 'seal' as it should \(CKA_NEVER_EXTRACTABLE\)"
    ):
        token.generate()
    assert token.labels == []
