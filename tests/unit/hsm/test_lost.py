"""A token that is pulled: nothing is signed meanwhile, and the same signer goes on once it is back."""

from __future__ import annotations

import shutil

import pytest
from pkcs11.constants import ObjectClass
from pkcs11.exceptions import DeviceRemoved, GeneralError, PKCS11Error

from certmark.cose.signer import checked_signature
from certmark.hsm import HsmKeyMissingError, HsmTokenLostError, HsmTokenMissingError, Pkcs11Signer
from certmark.hsm.keys import TokenKey
from certmark.hsm.module import Module
from tests.softhsm import Asked, SoftHsm, SoftToken


def test_a_pulled_token_is_missed_and_found_again(token: SoftToken) -> None:
    token.generate().close()
    asked = Asked()
    signer = token.open("object=seal", pin=asked)
    assert checked_signature(signer, b"before")
    token.pull()
    for _ in range(3):
        with pytest.raises(HsmTokenLostError, match="no token fits") as lost:
            signer.sign(b"meanwhile")
    assert lost.value.code == "hsm_token_lost"
    assert asked.times == 1
    token.put_back()
    assert checked_signature(signer, b"after")
    assert checked_signature(signer, b"after")
    assert asked.times == 2


def test_a_token_that_was_out_for_a_moment_is_not_missed(token: SoftToken) -> None:
    signer = token.generate()
    token.pull()
    token.put_back()
    assert checked_signature(signer, b"data")


def test_all_signers_of_the_module_go_on(hsm: SoftHsm, token: SoftToken) -> None:
    """To find a token again ends the sessions of the others too, and gives their numbers out anew."""
    other = hsm.token("other")
    signers = [token.generate("one"), token.generate("two"), other.generate("three")]
    for pulled in (token, other):
        pulled.pull()
        staying = [signer for signer in signers if ("body" in repr(signer)) is (pulled is other)]
        leaving = [signer for signer in signers if signer not in staying]
        for signer in leaving:
            with pytest.raises(HsmTokenLostError):
                signer.sign(b"data")
        for signer in staying:
            assert checked_signature(signer, b"data")
        pulled.put_back()
        for signer in signers:
            assert checked_signature(signer, b"data")


def test_a_token_that_is_put_in_later_is_found(hsm: SoftHsm, token: SoftToken) -> None:
    token.generate().close()
    token.pull()
    Module.load(hsm.module).restart()
    with pytest.raises(HsmTokenMissingError):
        token.open("object=seal")
    token.put_back()
    assert checked_signature(token.open("object=seal"), b"data")


def test_another_key_of_the_same_name_does_not_take_its_place(token: SoftToken) -> None:
    signer = token.generate()
    token.remove(ObjectClass.PRIVATE_KEY)
    token.remove(ObjectClass.PUBLIC_KEY)
    other = token.generate()
    for _ in range(2):
        with pytest.raises(HsmKeyMissingError, match=f"opened with the key id {signer.public_key.key_id.hex()}"):
            signer.sign(b"data")
    assert checked_signature(other, b"data")


def test_a_key_that_was_removed(token: SoftToken) -> None:
    signer = token.generate()
    token.remove(ObjectClass.PRIVATE_KEY)
    with pytest.raises(HsmKeyMissingError, match="it has: none"):
        signer.sign(b"data")


def test_a_token_that_was_wiped(hsm: SoftHsm, token: SoftToken) -> None:
    signer = token.generate()
    shutil.rmtree(token.folder)
    hsm.token("body")
    with pytest.raises(HsmTokenLostError, match="sees: 'body'"):
        signer.sign(b"data")


def test_a_login_that_is_over_is_made_again(token: SoftToken) -> None:
    """As after a token that was out while nobody signed: the module says nothing until keys are looked for."""
    asked = Asked()
    signer = token.generate()
    (login,) = Module.load(token.module)._logins.values()  # noqa: SLF001 what other code in the process may do
    login.close()
    opened = token.open("object=seal", pin=asked)
    assert asked.times == 1
    assert checked_signature(opened, b"data")
    assert checked_signature(signer, b"data")
    with pytest.raises(HsmKeyMissingError, match="it has: 'seal'"):
        token.open("object=other", pin=asked)
    assert asked.times == 1


# --- once, and not more often ---


class Failing:
    """Lets signatures fail, so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> None:
        self.tries = 0
        real = TokenKey.sign

        def sign(key: TokenKey, data: bytes, *, pin: str | None) -> bytes:
            self.tries += 1
            if self.tries <= times:
                raise error
            return real(key, data, pin=pin)

        monkeypatch.setattr(TokenKey, "sign", sign)


@pytest.mark.parametrize("error", [DeviceRemoved(), GeneralError(), PKCS11Error("a code of the vendor's own")])
def test_a_lost_session_is_opened_again_once(
    error: Exception, token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = token.generate()
    failing = Failing(monkeypatch, error, times=1)
    assert checked_signature(signer, b"data")
    assert failing.tries == 2


def test_what_fails_twice_is_told(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = token.generate()
    failing = Failing(monkeypatch, DeviceRemoved(), times=4)
    for tries in (2, 3):
        with pytest.raises(HsmTokenLostError, match=r"does not answer \(DeviceRemoved\): put it back"):
            signer.sign(b"data")
        assert failing.tries == tries
    failing.tries = 4
    assert checked_signature(signer, b"data")


def test_a_module_that_does_not_start_again(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = token.generate()
    token.pull()
    monkeypatch.setenv("SOFTHSM2_CONF", "/nonexistent/softhsm2.conf")
    with pytest.raises(HsmTokenLostError, match="does not start again"):
        signer.sign(b"data")
    monkeypatch.undo()
    token.put_back()


def test_a_session_that_cannot_be_opened(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    token.generate()

    def fail(*_: object) -> object:
        raise GeneralError

    monkeypatch.setattr(TokenKey, "find", fail)
    with pytest.raises(HsmTokenLostError, match=r"token='body' .* does not answer \(GeneralError\)"):
        token.open("object=seal")


def test_a_removed_token_does_not_stop_a_logout(token: SoftToken) -> None:
    signer: Pkcs11Signer = token.generate()
    token.pull()
    signer.close()
    token.put_back()
    assert checked_signature(signer, b"data")
