"""PINs: where they come from, what is said of a wrong one, and that none is tried twice by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pkcs11.constants import Attribute, TokenFlag
from pkcs11.exceptions import PinExpired, PinLenRange, PinLocked
from pkcs11.types import PROTECTED_AUTH

from certmark.cose.signer import checked_signature
from certmark.hsm import (
    HsmPinError,
    HsmPinLockedError,
    HsmPinMissingError,
    PinRequest,
    from_environment,
    from_file,
    from_terminal,
)
from certmark.hsm.keys import KINDS
from certmark.hsm.module import Module
from certmark.hsm.uri import Pkcs11Uri
from tests.softhsm import PIN, Asked, SoftToken

LOW, FINAL, LOCKED = TokenFlag.USER_PIN_COUNT_LOW, TokenFlag.USER_PIN_FINAL_TRY, TokenFlag.USER_PIN_LOCKED
REQUEST = PinRequest("body", "0a")
LAST = PinRequest("body", "0a", was_wrong=True, last_try=True)


# --- sources ---


def test_the_environment_gives_the_pin_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = from_environment("MY_PIN")
    monkeypatch.setenv("MY_PIN", "one")
    assert ask(REQUEST) == "one"
    monkeypatch.setenv("MY_PIN", "two")
    assert ask(REQUEST) == "two"


@pytest.mark.parametrize("value", [None, ""])
def test_an_environment_without_pin_says_what_to_set(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_PIN", raising=False)
    if value is not None:
        monkeypatch.setenv("MY_PIN", value)
    with pytest.raises(HsmPinMissingError, match="token 'body': set MY_PIN"):
        from_environment("MY_PIN")(REQUEST)


@pytest.mark.parametrize(
    ("content", "pin"),
    [(b"1234", "1234"), (b"1234\n", "1234"), (b"1234\r\n", "1234"), (b" 12 34 ", " 12 34 "), ("Ü".encode(), "Ü")],
)
def test_a_file_gives_its_one_line(content: bytes, pin: str, tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(content)
    assert from_file(str(tmp_path / "pin"))(REQUEST) == pin


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read"),
        (b"", "no PIN of one line"),
        (b"\n", "no PIN of one line"),
        (b"1234\n\n", "no PIN of one line"),
        (b"12\n34", "no PIN of one line"),
        (b"12\x0034", "no PIN of one line"),
        (b"1" * 256, "no PIN of one line"),
        (b"1" * 255 + b"\xff", "not UTF-8"),
    ],
    ids=["missing", "empty", "line end", "two line ends", "two lines", "nul", "long", "not UTF-8"],
)
def test_a_file_that_holds_no_pin(content: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "pin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(HsmPinMissingError) as refused:
        from_file(str(path))(REQUEST)
    assert str(refused.value).startswith(f"{path}: ")
    assert why in str(refused.value)
    assert "34" not in str(refused.value).removeprefix(str(path))


def test_a_folder_is_no_pin(tmp_path: Path) -> None:
    with pytest.raises(HsmPinMissingError, match="cannot be read"):
        from_file(str(tmp_path))(REQUEST)


@pytest.mark.parametrize("source", ["environment", "file"])
def test_nobody_but_a_person_takes_the_last_try(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PIN", PIN)
    (tmp_path / "pin").write_text(PIN, encoding="utf-8")
    ask = from_environment("MY_PIN") if source == "environment" else from_file(str(tmp_path / "pin"))
    assert ask(PinRequest("body", "0a", was_wrong=True)) == PIN
    with pytest.raises(HsmPinMissingError, match=r"not tried: the last try of token 'body'.*by hand"):
        ask(LAST)


@pytest.mark.parametrize(
    ("request_", "warning"),
    [
        (REQUEST, ""),
        (PinRequest("body", "0a", was_wrong=True), "Warning: a wrong PIN was given to token 'body' since"),
        (LAST, "Warning: the last try of token 'body': one more wrong PIN locks it.\n"),
    ],
)
def test_a_person_is_warned_before_typing(request_: PinRequest, warning: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []

    def typed(prompt: str) -> str:
        prompts.append(prompt)
        return PIN

    monkeypatch.setattr("certmark.hsm.pin.getpass", typed)
    assert from_terminal()(request_) == PIN
    assert prompts[0].startswith(warning)
    assert prompts[0].endswith("PIN of token 'body' (0a): ")
    assert ("Warning" in prompts[0]) is bool(warning)


def test_nothing_typed_is_no_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("certmark.hsm.pin.getpass", closed)
    with pytest.raises(HsmPinMissingError, match="no PIN was typed for token 'body'"):
        from_terminal()(REQUEST)


def test_a_token_with_keys_of_its_own_asks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certmark.hsm.pin.getpass", lambda _: pytest.fail("nothing is to be typed here"))
    assert from_terminal()(PinRequest("body", "0a", has_pad=True)) is None


# --- on a token ---


def test_a_wrong_pin_says_so_and_the_next_source_is_told(token: SoftToken) -> None:
    token.generate().close()
    asked = Asked("0000")
    with pytest.raises(HsmPinError, match="wrong PIN for token 'body'") as refused:
        token.open("object=seal", pin=asked)
    assert (asked.times, refused.value.code) == (1, "hsm_pin")
    assert "0000" not in str(refused.value)
    again = Asked()
    checked_signature(token.open("object=seal", pin=again), b"data")
    assert again.last == PinRequest("body", token.serial, was_wrong=True)
    third = Asked()
    token.open("object=seal", pin=third).close()
    assert third.times == 0  # this process is logged in
    token.open("object=seal", pin=third)
    assert third.last == PinRequest("body", token.serial)


def test_a_pin_that_was_refused_is_not_tried_again_by_the_same_signer(token: SoftToken) -> None:
    asked = Asked()
    token.generate().close()
    signer = token.open("object=seal", pin=asked)
    signer.close()
    asked.pin = "0000"
    with pytest.raises(HsmPinError, match=r"^wrong PIN"):
        signer.sign(b"data")
    asked.pin = PIN
    for _ in range(3):
        with pytest.raises(HsmPinError, match=r"^not tried again: wrong PIN"):
            signer.sign(b"data")
    assert asked.times == 2
    checked_signature(token.open("object=seal"), b"data")


def test_a_pin_that_cannot_be_had_is_asked_for_again(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    token.generate().close()
    monkeypatch.setenv("MY_PIN", PIN)
    signer = token.open("object=seal", pin=from_environment("MY_PIN"))
    signer.close()
    monkeypatch.delenv("MY_PIN")
    with pytest.raises(HsmPinMissingError):
        signer.sign(b"data")
    monkeypatch.setenv("MY_PIN", PIN)
    checked_signature(signer, b"data")


class Secret(str):
    """A PIN that can be watched: text itself cannot."""

    __slots__ = ("__weakref__",)


def test_nobody_holds_the_pin_after_the_login(token: SoftToken) -> None:
    token.generate().close()
    given: list[weakref.ref[Secret]] = []

    def give(_: PinRequest, /) -> str:
        pin = Secret(PIN)
        given.append(weakref.ref(pin))
        return pin

    signer = token.open("object=seal", pin=give)
    assert [each() for each in given] == [None]
    signer.close()
    checked_signature(signer, b"data")
    assert [each() for each in given] == [None, None]


# --- what SoftHSM does not do: it never locks, and has no keys of its own ---


class Flagged:
    """A token of SoftHSM with other flags, which refuses to be opened in another way."""

    def __init__(self, real: Any, *flags: TokenFlag, refusal: Exception | None = None, after: TokenFlag = LOW) -> None:
        self.real = real
        self.flags = real.flags
        for flag in flags:
            self.flags ^= flag
        self.refusal = refusal
        self.after = after
        self.pins: list[object] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def slot(self) -> Any:
        return self

    @property
    def slot_id(self) -> int:
        return int(self.real.slot.slot_id)

    def get_token(self) -> Any:
        return Flagged(self.real, self.after)

    def open(self, **options: Any) -> Any:
        self.pins.append(options.get("user_pin"))
        if self.refusal is not None:
            raise self.refusal
        return self.real.open(**{**options, "user_pin": PIN if options.get("user_pin") else None})


@pytest.fixture
def flagged(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> Any:
    token.generate().close()
    loaded = Module.load(token.module)
    real = loaded.token(Pkcs11Uri.parse(token.uri()))

    def set_up(*flags: TokenFlag, **options: Any) -> Flagged:
        stand_in = Flagged(real, *flags, **options)

        def tokens(_: Module) -> Iterator[Any]:
            yield stand_in

        monkeypatch.setattr(Module, "_tokens", tokens)
        return stand_in

    return set_up


def test_a_locked_pin_is_not_even_asked_for(flagged: Any, token: SoftToken) -> None:
    flagged(LOCKED)
    asked = Asked()
    with pytest.raises(HsmPinLockedError, match="locked: its security officer") as refused:
        token.open("object=seal", pin=asked)
    assert (asked.times, refused.value.code) == (0, "hsm_pin_locked")


def test_a_token_without_user_pin(flagged: Any, token: SoftToken) -> None:
    flagged(TokenFlag.USER_PIN_INITIALIZED)
    with pytest.raises(HsmPinMissingError, match="has no user PIN yet"):
        token.open("object=seal")


@pytest.mark.parametrize(
    ("refusal", "after", "kind", "why"),
    [
        (PinLocked(), LOW, HsmPinLockedError, "is locked"),
        (PinLenRange(), LOW, HsmPinError, "few tries may be left"),
        (PinLenRange(), FINAL, HsmPinError, "one more wrong PIN locks it"),
        (PinLenRange(), LOCKED, HsmPinLockedError, "wrong PIN. the PIN of token 'body' is locked"),
        (PinExpired(), LOW, HsmPinError, "has expired"),
    ],
)
def test_a_refused_pin_says_how_the_token_stands(
    refusal: Exception, after: TokenFlag, kind: type, why: str, flagged: Any, token: SoftToken
) -> None:
    stand_in = flagged(refusal=refusal, after=after)
    with pytest.raises(HsmPinError) as refused:
        token.open("object=seal")
    assert type(refused.value) is kind
    assert why in str(refused.value)
    assert stand_in.pins == [PIN]


def test_the_last_try_is_told_before_it_is_taken(flagged: Any, token: SoftToken) -> None:
    stand_in = flagged(LOW, FINAL)
    asked = Asked()
    token.open("object=seal", pin=asked)
    assert asked.last == PinRequest("body", token.serial, was_wrong=True, last_try=True)
    assert stand_in.pins == [PIN, None]


def test_the_last_try_is_told_before_each_signature_too(token: SoftToken) -> None:
    token.make(KINDS[0].parameters[0], private={Attribute.ALWAYS_AUTHENTICATE: True})
    asked = Asked()
    signer = token.open("object=seal", pin=asked)
    real = Module.load(token.module).token(Pkcs11Uri.parse(token.uri()))
    session = SimpleNamespace(token=Flagged(real, after=FINAL))
    signer._seat = signer._seat._replace(session=session)  # type: ignore[arg-type]  # noqa: SLF001
    assert checked_signature(signer, b"data")
    assert asked.last == PinRequest("body", token.serial, last_try=True, for_signature=True)


def test_a_pin_pad_gets_no_pin_from_here(flagged: Any, token: SoftToken) -> None:
    stand_in = flagged(TokenFlag.PROTECTED_AUTHENTICATION_PATH)
    asked = Asked(None)
    checked_signature(token.open("object=seal", pin=asked), b"data")
    assert asked.last is not None
    assert asked.last.has_pad
    assert stand_in.pins == [PROTECTED_AUTH, None]


def test_a_token_that_needs_no_login_is_not_logged_in_to(flagged: Any, token: SoftToken) -> None:
    flagged(TokenFlag.LOGIN_REQUIRED)
    asked = Asked()
    with pytest.raises(Exception, match="has no private key"):  # SoftHSM shows none without login
        token.open("object=seal", pin=asked)
    assert asked.times == 0


def test_a_login_of_other_code_in_this_process_counts(token: SoftToken) -> None:
    token.generate().close()
    loaded = Module.load(token.module)
    other = loaded.token(Pkcs11Uri.parse(token.uri())).open(user_pin=PIN)
    checked_signature(token.open("object=seal"), b"data")
    other.close()


def test_a_prompt_writes_nothing_but_itself() -> None:
    """On a terminal, as a person meets it: the prompt is seen, the PIN is not."""
    program = (
        "from certmark.hsm import PinRequest, from_terminal\n"
        "print(len(from_terminal()(PinRequest('body', '0a', was_wrong=True))))"
    )
    main, other = os.openpty()
    started = subprocess.Popen(
        [sys.executable, "-c", program], stdin=other, stdout=other, stderr=other, start_new_session=True
    )
    os.close(other)
    seen = b""
    while b"PIN of token" not in seen:
        seen += os.read(main, 1000)
    os.write(main, b"87654321\n")
    assert started.wait(timeout=30) == 0
    seen += os.read(main, 1000)
    os.close(main)
    assert b"few tries may be left" in seen
    assert seen.rstrip().endswith(b"8")
    assert b"87654321" not in seen
