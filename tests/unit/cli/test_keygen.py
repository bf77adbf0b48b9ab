"""``certmark keygen``: a private key that only its owner can read, and its public half."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from certmark import cbor
from certmark.cli import keygen
from certmark.cose.algorithms import SIGNING_ALGORITHMS, TRAITS
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import KeySigner
from tests.unit.cli.conftest import Command

NAMES = [TRAITS[algorithm].name for algorithm in SIGNING_ALGORITHMS]


def test_every_signing_algorithm_is_offered() -> None:
    assert [algorithm.value for algorithm in keygen.KeyAlgorithm] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_halves_fit_and_the_key_id_is_told(name: str, certmark: Command, tmp_path: Path) -> None:
    ended = certmark("keygen", "--alg", name, "--out", tmp_path / "k.pem")
    assert (ended.code, ended.err) == (0, "")
    signer = KeySigner.from_pem((tmp_path / "k.pem").read_bytes())
    public = VerificationKey.from_cose_key(cbor.decode((tmp_path / "k.pub.cbor").read_bytes()))  # type: ignore[arg-type]
    assert public == signer.public_key
    assert TRAITS[public.algorithm].name == name
    assert public.key_id.hex() in ended.out


def test_the_default_makes_the_smallest_codes(certmark: Command, tmp_path: Path) -> None:
    assert certmark("keygen", "--out", tmp_path / "k.pem").code == 0
    assert "ESP256" in repr(KeySigner.from_pem((tmp_path / "k.pem").read_bytes()))


def test_the_private_key_is_for_its_owner_only_whatever_the_umask(certmark: Command, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert certmark("keygen", "--out", tmp_path / "k.pem").code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k.pem").stat().st_mode) == 0o600


def test_two_keys_differ(certmark: Command, tmp_path: Path) -> None:
    for name in ("a.pem", "b.pem"):
        certmark("keygen", "--out", tmp_path / name)
    assert (tmp_path / "a.pub.cbor").read_bytes() != (tmp_path / "b.pub.cbor").read_bytes()


@pytest.mark.parametrize("taken", ["k.pem", "k.pub.cbor"])
def test_nothing_is_overwritten_and_nothing_is_left(taken: str, certmark: Command, tmp_path: Path) -> None:
    (tmp_path / taken).write_bytes(b"mine")
    ended = certmark("keygen", "--out", tmp_path / "k.pem")
    assert (ended.code, ended.out) == (64, "")
    assert ended.complaint.startswith(f"{tmp_path / taken}: exists already")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {taken: b"mine"}


def test_a_link_is_not_followed(certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "k.pem").symlink_to(tmp_path / "elsewhere.pem")
    assert certmark("keygen", "--out", tmp_path / "k.pem").code == 64
    assert not (tmp_path / "elsewhere.pem").exists()


@pytest.mark.parametrize("out", ["missing/k.pem", ".", "a-file/k.pem", "n" * 300])
def test_a_place_that_cannot_be_written(out: str, certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_bytes(b"")
    ended = certmark("keygen", "--out", f"{tmp_path}/{out}")
    assert (ended.code, ended.out) == (64, "")
    assert ended.complaint.endswith(("choose another place", "or move it away first"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "missing option '--out'"),
        (("--out",), "--out"),
        (("--alg", "RSA", "--out", "k.pem"), "'RSA' is not one of 'ESP256'"),
        (("--alg", "esp256", "--out", "k.pem"), "is not one of"),
        (("--out", "k.pem", "extra"), "extra"),
    ],
    ids=["no-out", "no-value", "rsa", "lower-case", "extra"],
)
def test_a_wrong_option_gives_one_clear_line(
    arguments: tuple[str, ...], said: str, certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = certmark("keygen", *arguments)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.complaint
    assert ended.complaint.endswith("--help'")
    assert list(tmp_path.iterdir()) == []


def test_the_public_key_is_named_after_the_private_one() -> None:
    assert keygen.public_path(Path("a/k.pem")) == Path("a/k.pub.cbor")
    assert keygen.public_path(Path("a/k.key")) == Path("a/k.key.pub.cbor")
