"""docs/stock-cose.md verifies a token without certmark: its code runs where certmark is not installed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from certmark.transport.dictionary import dictionary_1
from certmark.transport.envelope import to_bare, to_link
from tests import keys
from tests.conftest import ROOT
from tests.docs.test_code_blocks import blocks
from tests.interop import peers
from tests.world import LINK, NCCA_APPROVAL_KEY, STRANGER_KEY, WORLD

if TYPE_CHECKING:
    from pathlib import Path

PAGE: Final = (ROOT / "docs" / "stock-cose.md").read_text(encoding="utf-8")
READING, CRYPTOGRAPHY, PYTHON_CWT, PYCOSE, APPROVAL = blocks("python", PAGE)
*PRINTED, APPROVED = blocks("text", PAGE)
LIBRARIES: Final = {"cryptography": CRYPTOGRAPHY, "python-cwt": PYTHON_CWT, "pycose": PYCOSE}
CLASSICAL: Final = (Algorithm.ESP256, Algorithm.ESP384, Algorithm.Ed25519)


def message_of(algorithm: Algorithm) -> bytes:
    return WORLD.signed_by(keys.signer(algorithm, 61)).cose


def lay_out(folder: Path, algorithm: Algorithm, text: str) -> None:
    (folder / "label.txt").write_text(f"{text}\n", encoding="ascii")
    (folder / "issuer.pub.cbor").write_bytes(cbor.encode(keys.signer(algorithm, 61).public_key.to_cose_key()))
    (folder / "dictionary-1.bin").write_bytes(dictionary_1())


def lay_out_approved(folder: Path, text: str) -> None:
    lay_out(folder, Algorithm.ESP256, to_bare(message_of(Algorithm.ESP256)))
    (folder / "approved.txt").write_text(f"{text}\n", encoding="ascii")
    (folder / "authority.pub.cbor").write_bytes(cbor.encode(NCCA_APPROVAL_KEY.public_key.to_cose_key()))


def run(folder: Path, *code: str, python: str | Path | None = None) -> tuple[bool, str]:
    """Run blocks one after the other: whether they ended well, and what they print."""
    command = [str(python or peers.interpreter()), "-I", "-c", "\n".join(code)]
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("algorithm", CLASSICAL, ids=lambda algorithm: algorithm.name)
def test_each_library_prints_what_the_page_says(tmp_path: Path, algorithm: Algorithm) -> None:
    lay_out(tmp_path, algorithm, to_link(message_of(algorithm), LINK, id="1", index=None))
    assert run(tmp_path, READING, *LIBRARIES.values()) == (True, "".join(PRINTED))


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_cryptography_and_the_newest_cbor2_verify_every_algorithm(tmp_path: Path, algorithm: Algorithm) -> None:
    lay_out(tmp_path, algorithm, to_bare(message_of(algorithm)))
    assert run(tmp_path, READING, CRYPTOGRAPHY, python=sys.executable) == (True, PRINTED[0])


@pytest.mark.parametrize(("exp", "is_over"), [(4_000_000_000, False), (1_000_086_400, True)], ids=["valid", "expired"])
def test_python_cwt_can_look_at_the_clock(tmp_path: Path, exp: int, is_over: bool) -> None:
    assert "`cwt.decode(message, key)` works too" in PAGE
    message = WORLD.signed_by(keys.signer(number=61)).token(nbf=1_000_000_000, exp=exp)
    lay_out(tmp_path, Algorithm.ESP256, to_bare(message))
    decode = "import cwt\nprint(cwt.decode(message, cwt.COSEKey.new(key))[2])"
    assert run(tmp_path, READING, decode) == ((False, "") if is_over else (True, "EUCC-3087-2026-03-0001\n"))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("change", ["signature", "payload", "header", "key", "artefact", "unprotected"])
def test_each_library_refuses(tmp_path: Path, library: str, change: str) -> None:
    message = bytearray(message_of(Algorithm.ESP256))
    match change:
        case "signature":
            message[-1] ^= 1
        case "payload":
            message[len(message) // 2] ^= 1
        case "header":
            message[message.index(b"\x0f\xa1\x06\x1a") + 4] ^= 1
        case "artefact":
            message[:] = WORLD.with_statuses(signer=keys.signer(number=61)).status_tokens[0]
        case "unprotected":
            protected, _, payload, signature = cbor.decode(bytes(message[1:]))  # type: ignore[misc, str-unpack]
            message[1:] = cbor.encode([protected, {99: 1}, payload, signature])
    lay_out(tmp_path, Algorithm.ESP256, to_bare(bytes(message)))
    if change == "key":
        stranger = {**keys.signer(number=62).public_key.to_cose_key(), 2: keys.signer(number=61).public_key.key_id}
        (tmp_path / "issuer.pub.cbor").write_bytes(cbor.encode(stranger))
    assert run(tmp_path, READING, LIBRARIES[library]) == (False, "")


@pytest.mark.parametrize("text", ["https://verify.example/c/1", "CM1:", "CM1:R", "CM1:R8", "https://x.example/#123"])
def test_other_texts_are_refused(tmp_path: Path, text: str) -> None:
    lay_out(tmp_path, Algorithm.ESP256, text)
    assert run(tmp_path, READING, CRYPTOGRAPHY, python=sys.executable) == (False, "")


def test_a_body_that_was_cut_or_inflates_too_far_is_refused(tmp_path: Path) -> None:
    text = to_bare(message_of(Algorithm.ESP256))
    for damaged in (text[:-3], text[:-30], text + "000"):
        lay_out(tmp_path, Algorithm.ESP256, damaged)
        assert run(tmp_path, READING, python=sys.executable)[0] is False


@pytest.mark.parametrize("python", [None, sys.executable], ids=["cbor2-of-the-peers", "newest-cbor2"])
def test_an_approval_is_verified_as_the_page_says(tmp_path: Path, python: str | None) -> None:
    lay_out_approved(tmp_path, WORLD.approved().text)
    assert run(tmp_path, READING, CRYPTOGRAPHY, APPROVAL, python=python) == (True, PRINTED[0] + APPROVED)


@pytest.mark.parametrize(
    "text",
    [
        WORLD.text,
        WORLD.approved(approved_by=STRANGER_KEY).text,
        to_bare(WORLD.cose + WORLD.cose),
        to_bare(WORLD.with_certificate(id="X").cose + WORLD.approved().cose[len(WORLD.cose) :]),
    ],
    ids=["none", "by-a-stranger", "certificate-twice", "of-another-certificate"],
)
def test_what_is_no_approval_is_refused(tmp_path: Path, text: str) -> None:
    lay_out_approved(tmp_path, text)
    assert run(tmp_path, READING, CRYPTOGRAPHY, APPROVAL, python=sys.executable) == (False, PRINTED[0])
