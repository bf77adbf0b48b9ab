"""A signer on a token: one key, signatures in COSE format, and a name for everything that can be wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from pkcs11.attributes import ATTRIBUTE_TYPES
from pkcs11.constants import Attribute, CertificateType, ObjectClass
from pkcs11.exceptions import FunctionRejected
from pkcs11.mechanisms import KeyType, Mechanism

from certmark.cose.algorithms import Algorithm
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import KeySigner, checked_signature
from certmark.errors import KeyFormatError, SignerError
from certmark.hsm import (
    HsmAmbiguousError,
    HsmCurveError,
    HsmError,
    HsmForkError,
    HsmKeyMissingError,
    HsmKeyUseError,
    HsmMechanismError,
    HsmModuleError,
    HsmTokenMissingError,
    Pkcs11Signer,
)
from certmark.hsm import module as modules
from certmark.hsm.keys import KINDS, TokenKey
from certmark.hsm.uri import Pkcs11Uri
from tests import keys
from tests.softhsm import ALGORITHMS, PIN, Asked, SoftHsm, SoftToken, right_pin

P256, P384, ED25519 = (kind.parameters[0] for kind in KINDS)
P521 = bytes.fromhex("06052b81040023")
SECP256K1 = bytes.fromhex("06052b8104000a")

by_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda each: each.name)


def verify_outside(key: Any, signature: bytes, data: bytes) -> None:
    """Verify with ``cryptography`` alone."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, data)
        return
    half = len(signature) // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(SHA256() if half == 32 else SHA384()))


# --- signing ---


@by_algorithm
def test_signatures_are_those_of_cose_and_verify_outside(algorithm: Algorithm, token: SoftToken) -> None:
    token.generate(algorithm=algorithm)
    signer = token.open("object=seal")
    assert signer.public_key.algorithm is algorithm
    for length in (0, 1, 31, 32, 33, 1000, 100_000):
        data = os.urandom(length)
        signature = signer.sign(data)
        assert len(signature) == {Algorithm.ESP384: 96}.get(algorithm, 64)
        verify_outside(signer.public_key.public_key, signature, data)


def test_numbers_that_begin_with_zeros_keep_their_width(token: SoftToken) -> None:
    signer = token.generate()
    signatures = [checked_signature(signer, bytes([number & 255, number >> 8])) for number in range(1200)]
    assert any(signature[0] == 0 or signature[32] == 0 for signature in signatures)
    assert {len(signature) for signature in signatures} == {64}


@pytest.mark.parametrize("key", ["object=seal", "id=%{id}", "object=seal;id=%{id}", "object=seal;type=private"])
def test_a_key_is_found_by_label_or_by_id(key: str, token: SoftToken) -> None:
    token.make(P256, id=b"\x5e")
    assert checked_signature(token.open(key.replace("{id}", "5e")), b"data")


def test_the_first_open_of_two_signers_asks_for_the_pin(token: SoftToken) -> None:
    token.generate("one").close()
    token.generate("two", Algorithm.Ed25519).close()
    first, second = Asked(), Asked()
    one, two = token.open("object=one", pin=first), token.open("object=two", pin=second)
    assert (first.times, second.times) == (1, 0)
    assert checked_signature(one, b"data")
    assert checked_signature(two, b"data")


def test_after_close_the_next_signature_logs_in_again(token: SoftToken) -> None:
    token.generate("one").close()
    token.generate("two").close()
    asked = Asked()
    one, two = token.open("object=one", pin=asked), token.open("object=two", pin=asked)
    one.close()
    one.close()
    assert checked_signature(two, b"data")
    assert checked_signature(one, b"data")
    assert asked.times == 2


def test_opening_signs_nothing(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    token.generate()
    monkeypatch.setattr(TokenKey, "sign", lambda *_, **__: pytest.fail("nobody asked for a signature"))
    token.open("object=seal")


def test_a_signer_names_its_key_and_no_secret(token: SoftToken) -> None:
    signer = token.generate()
    said = repr(signer)
    assert signer.public_key.key_id.hex() in said
    assert "ESP256" in said
    assert "token='body'" in said
    assert PIN not in said


def test_threads_may_share_signers_of_one_module(hsm: SoftHsm) -> None:
    tokens = [hsm.token("one"), hsm.token("two")]
    signers = [token.generate(algorithm=algorithm) for token in tokens for algorithm in ALGORITHMS[:1]]
    signers.append(tokens[0].generate("third", Algorithm.Ed25519))

    def work(number: int) -> bytes:
        if number == 150:
            signers[0].close()
        return checked_signature(signers[number % 3], number.to_bytes(4, "big"))

    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(work, range(300)))) == 300


def test_a_token_key_that_asks_each_time_is_asked_for_each_time(token: SoftToken) -> None:
    token.make(P256, private={Attribute.ALWAYS_AUTHENTICATE: True})
    asked = Asked()
    signer = token.open("object=seal", pin=asked)
    assert checked_signature(signer, b"one")
    assert checked_signature(signer, b"two")
    assert asked.times == 3
    assert asked.last is not None
    assert asked.last.for_signature


@pytest.mark.parametrize(("pin", "why"), [("0000", "wrong PIN"), (None, "cannot be entered on the token")])
def test_a_wrong_pin_for_one_signature(pin: str | None, why: str, token: SoftToken) -> None:
    token.make(P256, private={Attribute.ALWAYS_AUTHENTICATE: True})
    asked = Asked()
    signer = token.open("object=seal", pin=asked)
    asked.pin = pin
    with pytest.raises(HsmError, match=why):
        signer.sign(b"data")
    assert asked.times == 2


def test_a_refusal_that_no_new_session_changes_is_told_at_once(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = token.generate()
    tries = []

    def refuse(*_: object, **__: object) -> bytes:
        tries.append(1)
        raise FunctionRejected

    monkeypatch.setattr(TokenKey, "sign", refuse)
    with pytest.raises(HsmError, match=r"token 'body' refuses to sign \(FunctionRejected\)"):
        signer.sign(b"data")
    assert tries == [1]


# --- the seal certificate ---


def test_a_signer_carries_the_seal_certificate_of_its_key(token: SoftToken) -> None:
    der = keys.seal_certificate(keys.private_key(Algorithm.ESP256))
    token.create(
        {
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.KEY_TYPE: KeyType.EC,
            Attribute.EC_PARAMS: P256,
            Attribute.VALUE: bytes([1]) * 32,
            Attribute.SIGN: True,
            Attribute.LABEL: "seal",
            Attribute.ID: b"\x01",
        }
    )
    token.create(certificate(der))
    signer = token.open("object=seal", certificate=der)
    assert signer.certificate == der
    assert signer.public_key == keys.signer().public_key
    assert checked_signature(signer, b"data")
    with pytest.raises(KeyFormatError, match="for another key than the one on the token"):
        token.open("object=seal", certificate=keys.seal_certificate(keys.private_key(Algorithm.ESP256, 2)))


def certificate(der: bytes, id: bytes = b"\x01") -> dict[Attribute, Any]:  # noqa: A002 as PKCS#11 names it
    return {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
        Attribute.SUBJECT: b"0\0",
        Attribute.ID: id,
        Attribute.VALUE: der,
    }


def test_a_certificate_gives_the_public_key_where_no_object_does(token: SoftToken) -> None:
    token.make(P256)
    token.remove(ObjectClass.PUBLIC_KEY)
    with pytest.raises(HsmKeyMissingError, match="neither a public key nor a certificate"):
        token.open("object=seal")
    token.create(certificate(b"0\0"))
    with pytest.raises(HsmKeyMissingError, match="neither a public key nor a certificate"):
        token.open("object=seal")
    token.create(certificate(keys.seal_certificate(keys.private_key(Algorithm.ESP256))))
    assert token.open("object=seal").public_key == keys.signer().public_key


def test_a_certificate_of_another_key_is_found_out_by_the_self_check(token: SoftToken) -> None:
    token.make(P256)
    token.remove(ObjectClass.PUBLIC_KEY)
    token.create(certificate(keys.seal_certificate(keys.private_key(Algorithm.ESP256))))
    with pytest.raises(SignerError, match="does not verify with its public key"):
        checked_signature(token.open("object=seal"), b"data")


def test_a_certificate_for_a_key_that_is_not_done_on_tokens(token: SoftToken) -> None:
    token.make(P256)
    token.remove(ObjectClass.PUBLIC_KEY)
    token.create(certificate(keys.seal_certificate(keys.private_key(Algorithm.ML_DSA_44))))
    with pytest.raises(HsmCurveError, match="for ML-DSA-44, which certmark does not do on tokens"):
        token.open("object=seal")


# --- what cannot be chosen or used ---


@pytest.mark.parametrize(
    ("curve", "key_type", "mechanism", "why"),
    [
        (P521, KeyType.EC, Mechanism.EC_KEY_PAIR_GEN, "on another curve"),
        (SECP256K1, KeyType.EC, Mechanism.EC_KEY_PAIR_GEN, "on another curve"),
        (bytes.fromhex("06032b6571"), KeyType.EC_EDWARDS, Mechanism.EC_EDWARDS_KEY_PAIR_GEN, "on another curve"),
    ],
    ids=["P-521", "secp256k1", "Ed448"],
)
def test_a_key_on_another_curve(
    curve: bytes, key_type: KeyType, mechanism: Mechanism, why: str, token: SoftToken
) -> None:
    token.make(curve, key_type=key_type, mechanism=mechanism)
    with pytest.raises(HsmCurveError, match=why) as refused:
        token.open("object=seal")
    assert refused.value.code == "hsm_curve"


def test_an_rsa_key(token: SoftToken) -> None:
    with token.session() as session:
        session.generate_keypair(KeyType.RSA, 2048, store=True, label="seal", id=b"\x01")
    with pytest.raises(HsmCurveError, match="of another type"):
        token.open("object=seal")


def test_a_key_of_a_type_of_the_makers_own(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such numbers are no members of the enumeration that the binding reads them into."""
    token.make(P256)
    real = ATTRIBUTE_TYPES[Attribute.KEY_TYPE]

    def unpack(_: bytes) -> KeyType:
        return KeyType(0x8000_0007)

    monkeypatch.setitem(ATTRIBUTE_TYPES, Attribute.KEY_TYPE, (real[0], unpack))
    with pytest.raises(HsmCurveError, match="of another type"):
        token.open("object=seal")


def test_a_key_that_may_not_sign(token: SoftToken) -> None:
    token.make(P256, private={Attribute.SIGN: False, Attribute.DERIVE: True})
    with pytest.raises(HsmKeyUseError, match=r"object='seal' may not sign \(CKA_SIGN\)") as refused:
        token.open("object=seal")
    assert refused.value.code == "hsm_key_use"


def test_a_missing_key_is_named_with_those_that_are_there(token: SoftToken) -> None:
    with pytest.raises(HsmKeyMissingError, match="no private key object='other'; it has: none"):
        token.open("object=other")
    token.make(P256, label="seal", id=b"\x0a")
    with pytest.raises(HsmKeyMissingError, match=r"object='other'; it has: 'seal' \(id 0a\)") as refused:
        token.open("object=other")
    assert refused.value.code == "hsm_key_missing"


def test_a_uri_without_key(token: SoftToken) -> None:
    with pytest.raises(HsmKeyMissingError, match="names no key"):
        token.open("")


def test_two_keys_of_one_label_are_told_apart_by_id(token: SoftToken) -> None:
    token.make(P256, id=b"\x0a")
    token.make(P256, id=b"\x0b")
    with pytest.raises(HsmAmbiguousError, match=r"2 private keys fit object='seal': .*\(id 0a\)") as refused:
        token.open("object=seal")
    assert refused.value.code == "hsm_ambiguous"
    assert token.open("object=seal;id=%0a").public_key != token.open("object=seal;id=%0b").public_key


def test_two_public_keys_of_one_private_key(token: SoftToken) -> None:
    token.make(P256)
    token.create(public_object(keys.signer(number=2).public_key))
    with pytest.raises(HsmAmbiguousError, match="2 different public keys"):
        token.open("object=seal")


def public_object(key: VerificationKey, **changes: Any) -> dict[Attribute, Any]:
    said = key.to_cose_key()
    point = b"\x04" + said[-2] + said[-3]  # type: ignore[operator]
    return {
        Attribute.CLASS: ObjectClass.PUBLIC_KEY,
        Attribute.KEY_TYPE: KeyType.EC,
        Attribute.EC_PARAMS: P256,
        Attribute.EC_POINT: changes.get("point", b"\x04" + bytes([len(point)]) + point),
        Attribute.VERIFY: True,
        Attribute.ID: b"\x01",
        Attribute.LABEL: "seal",
    }


@pytest.mark.parametrize(
    ("point", "why"),
    [
        (b"\x04\x41\x04" + bytes(64), "no point of its curve"),
        (b"\x04\x40\x04" + bytes(63), "no point of its curve"),
        (b"\x04\x21\x02" + bytes(32), "no point of its curve"),
        (b"\x04", "no point of its curve"),
        (b"", "no point of its curve"),
    ],
    ids=["off the curve", "short", "compressed", "one byte", "empty"],
)
def test_a_public_key_that_is_no_point(point: bytes, why: str, token: SoftToken) -> None:
    token.make(P256)
    token.remove(ObjectClass.PUBLIC_KEY)
    token.create(public_object(keys.signer().public_key, point=point))
    with pytest.raises(HsmCurveError, match=why):
        token.open("object=seal")


@pytest.mark.parametrize("number", [1, 164], ids=["usual", "begins like a wrapping"])
def test_a_point_without_its_wrapping_is_understood(number: int, token: SoftToken) -> None:
    public_key = keys.signer(number=number).public_key
    said: Any = public_key.to_cose_key()
    point = b"\x04" + said[-2] + said[-3]
    assert (number == 164) == (point[1] == len(point) - 2)
    token.make(P256)
    token.remove(ObjectClass.PUBLIC_KEY)
    token.create(public_object(public_key, point=point))
    assert token.open("object=seal").public_key == public_key


def test_a_token_without_the_mechanism(hsm: SoftHsm, token: SoftToken) -> None:
    token.generate().close()
    hsm.without("CKM_ECDSA")
    with pytest.raises(HsmMechanismError, match="token 'body' has no mechanism CKM_ECDSA") as refused:
        token.open("object=seal")
    assert refused.value.code == "hsm_mechanism"


# --- tokens ---


def test_a_missing_token_is_named_with_those_that_are_there(hsm: SoftHsm, token: SoftToken) -> None:
    token.generate()
    with pytest.raises(HsmTokenMissingError, match=r"no token fits token='other'; .* sees: 'body' \(serial") as refused:
        Pkcs11Signer.open("pkcs11:token=other;object=seal", pin=right_pin, module=hsm.module)
    assert refused.value.code == "hsm_token_missing"


@pytest.mark.parametrize("part", ["token", "serial", "manufacturer", "model", "slot-id"])
def test_a_token_is_chosen_by_all_that_the_uri_says(part: str, hsm: SoftHsm, token: SoftToken) -> None:
    token.generate()
    slot = modules.Module.load(hsm.module).token(Pkcs11Uri.parse(token.uri())).slot.slot_id
    right = {
        "token": "body",
        "serial": token.serial,
        "manufacturer": "SoftHSM%20project",
        "model": "SoftHSM%20v2",
        "slot-id": str(slot),
    }
    for said in ({part: right[part]}, right):
        path = ";".join(f"{name}={value}" for name, value in said.items())
        opened = Pkcs11Signer.open(f"pkcs11:{path};object=seal", pin=right_pin, module=hsm.module)
        assert checked_signature(opened, b"data")
    wrong = {**right, part: "7"}
    path = ";".join(f"{name}={value}" for name, value in wrong.items())
    with pytest.raises(HsmTokenMissingError):
        Pkcs11Signer.open(f"pkcs11:{path};object=seal", pin=right_pin, module=hsm.module)


def test_two_tokens_of_one_label_are_told_apart_by_serial(hsm: SoftHsm) -> None:
    one, two = hsm.token("same"), hsm.token("same")
    assert one.generate().public_key != two.generate().public_key
    with pytest.raises(HsmAmbiguousError, match=rf"2 tokens fit token='same': .*{one.serial}") as refused:
        Pkcs11Signer.open("pkcs11:token=same;object=seal", pin=right_pin, module=hsm.module)
    assert "add serial=" in str(refused.value)
    with pytest.raises(HsmAmbiguousError, match="2 tokens fit any"):
        Pkcs11Signer.open("pkcs11:object=seal", pin=right_pin, module=hsm.module)


# --- modules ---


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "no such PKCS#11 module"), (b"not a library", "not a PKCS#11 module that starts")],
    ids=["missing", "text"],
)
def test_a_module_that_is_none(content: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "module.so"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(HsmModuleError) as refused:
        Pkcs11Signer.open(f"pkcs11:object=x?module-path={path}", pin=right_pin)
    assert str(refused.value).startswith(f"{path}")
    assert why in str(refused.value)
    assert refused.value.code == "hsm_module"


def test_a_module_that_depends_on_the_folder_is_not_loaded(
    token: SoftToken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token.generate()
    (tmp_path / "near.so").symlink_to(token.module)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HsmModuleError, match="give its absolute path"):
        Pkcs11Signer.open("pkcs11:object=seal", pin=right_pin, module="near.so")


def test_no_module_is_named() -> None:
    with pytest.raises(HsmModuleError, match=r"add \?module-path=FILE to the URI, or set CERTMARK_PKCS11_MODULE"):
        Pkcs11Signer.open("pkcs11:object=x", pin=right_pin)


def test_a_module_is_found_by_name_in_the_usual_folders(
    token: SoftToken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token.generate()
    (tmp_path / "libnamed-hsm.so").symlink_to(token.module)
    monkeypatch.setattr(modules, "_FOLDERS", (str(tmp_path / "none"), str(tmp_path)))
    uri = token.uri("object=seal", module_name="named-hsm")
    assert checked_signature(Pkcs11Signer.open(uri, pin=right_pin), b"data")
    with pytest.raises(HsmModuleError, match="no PKCS#11 module 'other' in the usual folders"):
        Pkcs11Signer.open("pkcs11:object=x?module-name=other", pin=right_pin)


def test_two_names_of_a_module_are_one_module(token: SoftToken, tmp_path: Path) -> None:
    (tmp_path / "linked.so").symlink_to(token.module)
    assert modules.Module.load(str(tmp_path / "linked.so")) is modules.Module.load(token.module)


# --- processes ---

FORKED = """
import os, sys, warnings
warnings.simplefilter("error")
from certmark.hsm import HsmForkError, Pkcs11Signer, from_environment
uri = sys.argv[1]
def opened():
    return Pkcs11Signer.open(uri, pin=from_environment(), module=os.environ["CERTMARK_PKCS11_MODULE"])
signer = opened()
signer.sign(b"parent")
child = os.fork()
if child == 0:
    for attempt in (lambda: signer.sign(b"child"), signer.close, opened):
        try:
            attempt()
        except HsmForkError as error:
            print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(len(signer.sign(b"parent")))
"""


def test_a_child_that_inherits_a_module_by_fork_is_refused(hsm: SoftHsm, token: SoftToken) -> None:
    token.generate()
    program = [sys.executable, "-c", FORKED, token.uri("object=seal")]
    done = subprocess.run(program, env=hsm.environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    *refused, last = done.stdout.splitlines()
    assert last == "64"
    assert len(refused) == 3
    assert all("before this process was forked" in line for line in refused)
    assert HsmForkError.code == "hsm_fork"


def test_a_signer_in_memory_and_one_on_a_token_are_used_alike(token: SoftToken) -> None:
    for signer in (token.generate(), KeySigner.generate()):
        assert signer.certificate is None
        assert signer.public_key.verifies(signer.sign(b"data"), b"data", algorithm=Algorithm.ESP256)
