"""docs/spec/token-text.md says what the library does, number by number."""

from __future__ import annotations

import re

import pytest

from certmark.errors import TextError
from certmark.transport import base10, base45, token_bytes_that_fit
from certmark.transport.base10 import DIGITS_OF_BYTES
from certmark.transport.dictionary import DICTIONARY_1_SHA256
from certmark.transport.envelope import from_text, to_bare, to_link, unpack
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "spec" / "token-text.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^([^\n]+):\n\n```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
BLOCKS = dict(BLOCK.findall(PAGE))
COMPRESSED = "A compressed body (another compressor may write other bytes; all of them inflate to the same)"


def pairs(title: str) -> list[tuple[str, str]]:
    return [(left, right) for left, _, right in (line.partition(" -> ") for line in BLOCKS[title].splitlines())]


def named(title: str) -> dict[str, str]:
    return dict(line.split(" = ", 1) for line in BLOCKS[title].splitlines())


def test_every_example_is_tested() -> None:
    assert list(BLOCKS) == [
        "The file `dictionary-1.bin` in the Python package, 4096 bytes",
        "Body to digits",
        "Refused digits",
        "Body to Base45 and back",
        "Refused after `CM1:`",
        "An uncompressed body in both forms",
        COMPRESSED,
    ]


def test_the_dictionary_is_named_by_its_digest() -> None:
    assert BLOCKS["The file `dictionary-1.bin` in the Python package, 4096 bytes"] == f"sha256 = {DICTIONARY_1_SHA256}"


def test_the_table_of_digits_is_complete() -> None:
    rows = re.findall(r"^\| (\d+)(?:–(\d+))? \| ((?:\d+ ?)+) \|$", PAGE, re.MULTILINE)
    stated = {int(first) + offset: int(digits) for first, _, row in rows for offset, digits in enumerate(row.split())}
    assert stated == {size: DIGITS_OF_BYTES[size] for size in range(1, 72)}


def test_the_table_of_capacities_is_right() -> None:
    rows = {
        name: [int(number) for number in row.split(" | ")]
        for name, row in re.findall(r"^\| (version|link|bare) \| ((?:\d+ \| )+\d+) \|$", PAGE, re.MULTILINE)
    }
    assert len(rows["version"]) > 5
    for name, url in (("link", "https://verify.example/c/"), ("bare", None)):
        assert rows[name] == [token_bytes_that_fit(version, "M", url=url) for version in rows["version"]]


@pytest.mark.parametrize(("body", "digits"), pairs("Body to digits"))
def test_digits(body: str, digits: str) -> None:
    assert base10.encode(bytes.fromhex(body)) == digits
    assert base10.decode(digits) == bytes.fromhex(body)


@pytest.mark.parametrize("digits", BLOCKS["Refused digits"].splitlines())
def test_refused_digits(digits: str) -> None:
    with pytest.raises(TextError):
        base10.decode(digits)


@pytest.mark.parametrize(("body", "text"), pairs("Body to Base45 and back"))
def test_base45(body: str, text: str) -> None:
    assert base45.encode(bytes.fromhex(body)) == text
    assert base45.decode(text) == bytes.fromhex(body)


@pytest.mark.parametrize("text", BLOCKS["Refused after `CM1:`"].splitlines())
def test_refused_base45(text: str) -> None:
    with pytest.raises(TextError):
        from_text(f"CM1:{text}")


def test_an_uncompressed_body() -> None:
    example = named("An uncompressed body in both forms")
    cose = bytes.fromhex(example["cose"])
    assert to_link(cose, "https://verify.example/c/{index}", id="A", index=42) == example["link"]
    assert to_bare(cose) == example["bare"]
    assert from_text(example["link"]).cose == from_text(example["bare"]).cose == cose


def test_a_compressed_body() -> None:
    example = named(COMPRESSED)
    cose, body = bytes.fromhex(example["cose"]), bytes.fromhex(example["body"])
    assert body[0] == 0x01
    assert unpack(body) == cose
    assert example["link"] == f"https://verify.example/c/42#{base10.encode(body)}"
    assert example["bare"] == f"CM1:{base45.encode(body)}"
    assert from_text(example["link"]).cose == from_text(example["bare"]).cose == cose
