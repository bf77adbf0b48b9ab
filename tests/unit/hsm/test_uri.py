"""``pkcs11:`` URIs: what is understood is taken, everything else is refused, and no message repeats a secret."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certmark.hsm import HsmUriError, Pkcs11Uri


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pkcs11:", {}),
        ("pkcs11:object=seal", {"object": "seal"}),
        ("PKCS11:object=seal", {"object": "seal"}),
        ("pkcs11:token=Body%20One;object=seal%3B2026", {"token": "Body One", "object": "seal;2026"}),
        ("pkcs11:token=Stelle%20%C3%9C", {"token": "Stelle Ü"}),
        ("pkcs11:id=%01%fF%00", {"id": b"\x01\xff\x00"}),
        ("pkcs11:id=ab", {"id": b"ab"}),
        ("pkcs11:object=a+b", {"object": "a+b"}),
        ("pkcs11:object=a&b", {"object": "a&b"}),
        ("pkcs11:type=private;object=x", {"object": "x"}),
        (
            "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=0a;token=t;slot-id=17",
            {"model": "SoftHSM v2", "manufacturer": "SoftHSM project", "serial": "0a", "token": "t", "slot_id": 17},
        ),
        ("pkcs11:object=x?module-path=/usr/lib/a.so", {"object": "x", "module_path": "/usr/lib/a.so"}),
        ("pkcs11:object=x?module-path=C:%5Chsm%5Ca.dll", {"object": "x", "module_path": "C:\\hsm\\a.dll"}),
        ("pkcs11:?module-name=softhsm2", {"module_name": "softhsm2"}),
        ("pkcs11:?pin-source=file:/run/pin&module-name=a", {"pin_file": "/run/pin", "module_name": "a"}),
        ("pkcs11:?pin-source=file:///run/pin", {"pin_file": "/run/pin"}),
        ("pkcs11:?pin-source=file%3A/run/my%20pin", {"pin_file": "/run/my pin"}),
    ],
)
def test_what_a_uri_says(text: str, said: dict[str, object]) -> None:
    assert Pkcs11Uri.parse(text) == Pkcs11Uri(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a pkcs11: URI"),
        ("object=seal", "not a pkcs11: URI"),
        ("pkcs12:object=seal", "not a pkcs11: URI"),
        ("pkcs11:object=" + "a" * 2048, "at most 2048"),
        ("pkcs11:object=x?", "nothing follows"),
        ("pkcs11:object=", "value of object is empty"),
        ("pkcs11:object", "value of object is empty"),
        ("pkcs11:object=x;", "does not choose by ''"),
        ("pkcs11:;object=x", "does not choose by ''"),
        ("pkcs11:object=x;object=y", "object stands twice"),
        ("pkcs11:object=x?module-name=a&module-name=b", "module-name stands twice"),
        ("pkcs11:label=x", "does not choose by 'label'"),
        ("pkcs11:Object=x", "does not choose by 'Object'"),
        ("pkcs11:library-manufacturer=x", "does not choose by 'library-manufacturer'"),
        ("pkcs11:x-vendor=y", "does not choose by 'x-vendor'"),
        ("pkcs11:module-path=/a.so", "does not choose by 'module-path'"),
        ("pkcs11:object=x?pin-source=file://host/pin", "names another host"),
        ("pkcs11:?object=x", "does not choose by 'object'"),
        ("pkcs11:?x-vendor=y", "does not choose by 'x-vendor'"),
        ("pkcs11:object=x y", "written as %XX"),
        ("pkcs11:object=Ü", "written as %XX"),
        ("pkcs11:object=x%", "written as %XX"),
        ("pkcs11:object=x%4", "written as %XX"),
        ("pkcs11:object=x%zz", "written as %XX"),
        ("pkcs11:object=a/b", "written as %XX"),
        ("pkcs11:object=x\n", "written as %XX"),
        ("pkcs11:object=%FF", "object is not UTF-8"),
        ("pkcs11:token=a%00b", "cannot be seen"),
        ("pkcs11:token=%E2%80%AE", "cannot be seen"),
        ("pkcs11:type=public;object=x", "type=public is no key that signs"),
        ("pkcs11:type=%FF;object=x", "is no key that signs"),
        ("pkcs11:slot-id=1x", "no whole number"),
        ("pkcs11:slot-id=-1", "no whole number"),
        ("pkcs11:slot-id=99999999999999999999", "no whole number"),
        ("pkcs11:?module-path=lib.so", "module-path is no absolute path"),
        ("pkcs11:?module-path=../lib.so", "module-path is no absolute path"),
        ("pkcs11:?module-name=../evil", "no plain name"),
        ("pkcs11:?module-name=.hidden", "no plain name"),
        ("pkcs11:?module-name=a&module-path=/a.so", "give one of them"),
        ("pkcs11:?pin-source=/run/pin", "pin-source must be file:PATH"),
        ("pkcs11:?pin-source=|/bin/pin", "runs no programs"),
        ("pkcs11:?pin-source=https://h.example/pin", "asks no servers"),
        ("pkcs11:?pin-source=file:pin", "pin-source is no absolute path"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(HsmUriError) as refused:
        Pkcs11Uri.parse(text)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:object=x?pin-value=s3cret",
        "pkcs11:object=x?module-name=a&pin-value=s3cret",
        "pkcs11:pin-value=s3cret",
        "pkcs11:object=x?PIN-VALUE=s3cret",
        "pkcs11:object=x?pin=s3cret",
        "pkcs11:object=x?pin-source=s3cret",
        "pkcs11:object=s3cret s3cret",
        "object=x?pin-value=s3cret",
    ],
)
def test_a_pin_in_a_uri_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(HsmUriError) as refused:
        Pkcs11Uri.parse(text)
    assert "s3cret" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_gives_a_uri_or_our_error(text: str) -> None:
    for attempt in (text, f"pkcs11:{text}", f"pkcs11:object=x?{text}"):
        with suppress(HsmUriError):
            Pkcs11Uri.parse(attempt)


def test_words_say_what_is_meant() -> None:
    uri = Pkcs11Uri.parse("pkcs11:token=t;serial=0a;slot-id=3;object=seal;id=%01")
    assert uri.token_words == "token='t' serial='0a' slot-id=3"
    assert uri.key_words == "object='seal' id=01"
    assert (Pkcs11Uri().token_words, Pkcs11Uri().key_words) == ("", "")
