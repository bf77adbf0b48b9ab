"""``certmark issue``: four files or one clear line."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certmark.cose.algorithms import Algorithm
from certmark.transport import from_text
from tests import keys
from tests.unit.cli.conftest import AT, Command
from tests.world import (
    BODY,
    BODY_KEY,
    CERTIFICATE,
    INDEX,
    LINK,
    MAKER,
    MAKER_KEY,
    STATEMENT,
    STATUS_URI,
    WORLD,
    service_key,
)

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples" / "certificates").glob("*.json"))
STATUS = ("--status-uri", STATUS_URI, "--status-index", str(INDEX))
SIGNED_AT = ("--at", "2026-05-04T08:00:00Z")


@pytest.fixture
def options(files: Path, tmp_path: Path) -> tuple[object, ...]:
    """Everything but the document, the form and the status."""
    return ("--key", files / "key.pem", "--issuer", BODY, *SIGNED_AT, "--out", tmp_path / "out")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("form", [("--link", LINK), ("--bare",)], ids=["link", "bare"])
@pytest.mark.parametrize("label", [(), ("--label",)], ids=["full", "label"])
def test_what_is_issued_verifies_from_every_file(
    form: tuple[str, ...],
    label: tuple[str, ...],
    certmark: Command,
    files: Path,
    options: tuple[object, ...],
    evidence: tuple[object, ...],
    tmp_path: Path,
) -> None:
    ended = certmark("issue", files / "certificate.json", *options, *form, *STATUS, *label)
    assert (ended.code, ended.err) == (0, "")
    assert _names(tmp_path / "out") == {f"certificate.{suffix}" for suffix in ("cose", "txt", "svg", "png")}
    reports = [
        certmark("verify", tmp_path / "out" / f"certificate.{suffix}", *evidence, "--json")
        for suffix in ("cose", "txt", "png")
    ]
    assert [report.code for report in reports] == [0, 0, 0]
    content = reports[0].report["certificate"].get("content", "full")
    assert content == ("label" if label else "full")


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_issued_and_verified_from_its_picture(
    document: Path, certmark: Command, options: tuple[object, ...], evidence: tuple[object, ...], tmp_path: Path
) -> None:
    assert certmark("issue", document, *options, "--link", "https://h.example/{index}", *STATUS).code == 0
    ended = certmark("verify", tmp_path / "out" / f"{document.stem}.png", *evidence, "--json")
    assert ended.code == 0
    assert ended.report["certificate"]["id"] == json.loads(document.read_text(encoding="utf-8"))["id"]


def test_there_are_five_examples() -> None:
    assert len(EXAMPLES) == 5


def test_sizes_are_told(certmark: Command, files: Path, options: tuple[object, ...], tmp_path: Path) -> None:
    ended = certmark("issue", files / "certificate.json", *options, "--link", LINK, *STATUS)
    cose = (tmp_path / "out" / "certificate.cose").read_bytes()
    text = (tmp_path / "out" / "certificate.txt").read_text(encoding="ascii").rstrip("\n")
    assert from_text(text).cose == cose
    assert f"{len(cose)} bytes of COSE, {len(text)} characters" in ended.out
    assert "QR version" in ended.out


def test_files_are_replaced_and_no_others_stay(
    certmark: Command, files: Path, options: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "certificate.txt").write_text("old", encoding="ascii")
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="ascii")
    assert certmark("issue", files / "certificate.json", *options, "--bare", *STATUS).code == 0
    assert (tmp_path / "out" / "certificate.txt").read_text(encoding="ascii").startswith("CM1:")
    assert len(_names(tmp_path / "out")) == 5


def test_without_a_time_it_is_signed_now(
    certmark: Command, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from certmark.verify import peek
    from tests.world import NOW

    monkeypatch.setattr("certmark.cli.clock.now", lambda: NOW)
    options = ("--key", files / "key.pem", "--issuer", BODY, "--out", tmp_path, "--bare", *STATUS)
    assert certmark("issue", files / "certificate.json", *options).code == 0
    assert peek((tmp_path / "certificate.cose").read_bytes()).untrusted_issued_at == NOW.timestamp()


def test_a_scheme_of_its_own_without_status(certmark: Command, tmp_path: Path, evidence: tuple[object, ...]) -> None:
    (tmp_path / "lock.json").write_text(json.dumps(STATEMENT), encoding="utf-8")
    (tmp_path / "maker.pem").write_bytes(MAKER_KEY.to_pem())
    scheme = ("--scheme", ROOT / "examples" / "schemes" / "xx-home.json")
    options = ("--key", tmp_path / "maker.pem", "--issuer", MAKER, *SIGNED_AT, "--out", tmp_path, *scheme)
    assert certmark("issue", tmp_path / "lock.json", *options, "--bare", "--no-status").code == 0
    ended = certmark("verify", tmp_path / "lock.png", *evidence, *scheme, "--json")
    assert (ended.code, ended.report["may_promote"]) == (0, "unknown")


# --- keys ---


def _encrypted(password: bytes) -> bytes:
    return BODY_KEY.private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )


@pytest.mark.parametrize(
    ("password", "code"), [("péch", 0), ("wrong", 65), (None, 65)], ids=["right", "wrong", "missing"]
)
def test_an_encrypted_key_takes_its_password_from_the_environment(
    password: str | None,
    code: int,
    certmark: Command,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "key.pem").write_bytes(_encrypted("péch".encode()))
    monkeypatch.delenv("CERTMARK_KEY_PASSWORD", raising=False)
    if password is not None:
        monkeypatch.setenv("CERTMARK_KEY_PASSWORD", password)
    options = ("--key", tmp_path / "key.pem", "--issuer", BODY, "--out", tmp_path, "--bare", *STATUS, *SIGNED_AT)
    ended = certmark("issue", files / "certificate.json", *options)
    assert ended.code == code
    if code:
        assert "the private key is encrypted" in ended.complaint


def test_a_password_in_the_environment_does_not_harm_an_open_key(
    certmark: Command, files: Path, options: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTMARK_KEY_PASSWORD", "of another key")
    assert certmark("issue", files / "certificate.json", *options, "--bare", *STATUS).code == 0


def _pem(key: Any) -> bytes:
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem


BAD_KEYS = {
    "rsa": (_pem(rsa.generate_private_key(65537, 2048)), "does not sign with RSAPrivateKey"),
    "p521": (_pem(ec.generate_private_key(ec.SECP521R1())), "take P-256"),
    "public": (
        BODY_KEY.public_key.public_key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        "not a private key in PEM",
    ),
    "empty": (b"", "not a private key in PEM"),
    "binary": (b"\x00\xff" * 50, "not a private key in PEM"),
    "cut": (BODY_KEY.to_pem()[:90], "not a private key in PEM"),
    "large": (b"-" * 200_000, "more than 100000 bytes"),
}


@pytest.mark.parametrize(("pem", "said"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_a_key_that_cannot_sign(pem: bytes, said: str, certmark: Command, files: Path, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem)
    options = ("--key", tmp_path / "key.pem", "--issuer", BODY, "--out", tmp_path / "out", "--bare", *STATUS)
    ended = certmark("issue", files / "certificate.json", *options, *SIGNED_AT)
    assert (ended.code, ended.out) == (65, "")
    assert said in ended.complaint
    assert ended.complaint.startswith(f"{tmp_path / 'key.pem'}: ")
    assert not (tmp_path / "out").exists()


# --- documents ---

BAD_DOCUMENTS = {
    "empty": ("", "not JSON"),
    "no-json": ("{", "not JSON"),
    "an-array": ("[]", "not a JSON object"),
    "unknown-field": ({**CERTIFICATE, "colour": "red"}, "colour is not a field here"),
    "missing-field": ({**CERTIFICATE, "issued": None}, "issued"),
    "no-such-day": ({**CERTIFICATE, "issued": "2026-02-30"}, "'2026-02-30' is not a date of the calendar"),
    "date-and-time": ({**CERTIFICATE, "issued": "2026-03-02T00:00:00Z"}, "is not a date of the calendar"),
    "control": ({**CERTIFICATE, "itsef": "Lab\u001b[31m"}, "control or formatting character U+001B"),
    "bidi": ({**CERTIFICATE, "itsef": "Lab\u202egnp"}, "U+202E"),
    "newline": ({**CERTIFICATE, "itsef": "Lab\nLab"}, "U+000A"),
    "plus": ({**CERTIFICATE, "packages": [{"name": "EAL4+", "ava_van": 5}]}, "list the components"),
    "level-and-ava-van": ({**CERTIFICATE, "assurance_level": "substantial"}, "Article 4"),
    "too-long-valid": ({**CERTIFICATE, "valid_until": "2040-01-01"}, "Article"),
    "other-scheme": ({**CERTIFICATE, "scheme": "EUXX"}, "scheme 'EUXX' is not known"),
    "signed-before-issue": ({**CERTIFICATE, "issued": "2026-05-05"}, "after the time of signing"),
    "over": ({**CERTIFICATE, "issued": "2025-04-01", "valid_until": "2026-05-03"}, "before the time of signing"),
    "huge": ("[" * 2_000_000, "more than 1000000 bytes"),
    "deep": ("[" * 900_000, "nested too deeply"),
}


@pytest.mark.parametrize(("content", "said"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
def test_a_document_that_cannot_be_issued(
    content: str | dict[str, Any],
    said: str,
    certmark: Command,
    options: tuple[object, ...],
    tmp_path: Path,
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    ended = certmark("issue", tmp_path / "bad.json", *options, "--bare", *STATUS)
    assert (ended.code, ended.out) == (65, "")
    assert said in ended.complaint
    assert ended.complaint.startswith(f"{tmp_path / 'bad.json'}: ")
    assert not (tmp_path / "out").exists()


def test_a_token_that_does_not_fit_says_by_how_much(
    certmark: Command, options: tuple[object, ...], tmp_path: Path
) -> None:
    from base64 import b64encode
    from hashlib import sha512

    documents = [
        {
            "type": "other",
            "reference": b64encode(sha512(bytes([n])).digest() + sha512(bytes([n, 1])).digest()).decode(),
            "sha256": sha512(bytes([n, 2])).hexdigest()[:64],
        }
        for n in range(16)
    ]
    (tmp_path / "huge.json").write_text(json.dumps({**CERTIFICATE, "documents": documents}), encoding="utf-8")
    ended = certmark("issue", tmp_path / "huge.json", *options, "--bare", *STATUS)
    assert ended.code == 65
    assert "too long for QR version 40" in ended.complaint
    assert not (tmp_path / "out").exists()


def test_a_dense_code_is_issued_with_a_warning(certmark: Command, options: tuple[object, ...], tmp_path: Path) -> None:
    from hashlib import sha256

    documents = [
        {"type": "other", "reference": f"Document {n}", "sha256": sha256(bytes([n])).hexdigest()} for n in range(16)
    ]
    (tmp_path / "long.json").write_text(json.dumps({**CERTIFICATE, "documents": documents}), encoding="utf-8")
    ended = certmark("issue", tmp_path / "long.json", *options, "--bare", *STATUS)
    assert ended.code == 0
    assert ended.complaint.startswith("warning: QR version")


@pytest.mark.parametrize("document", ["certificate.txt", "certificate.cose"])
def test_a_token_never_takes_the_place_of_its_document(
    document: str, certmark: Command, files: Path, options: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    stated = copy(files / "certificate.json", tmp_path / "out" / document)
    ended = certmark("issue", tmp_path / "out" / ".." / "out" / document, *options, "--bare", *STATUS)
    assert (ended.code, ended.out) == (64, "")
    assert "is what the token is made of: choose another place" in ended.complaint
    assert Path(stated).read_bytes() == (files / "certificate.json").read_bytes()
    assert _names(tmp_path / "out") == {document}


@pytest.mark.parametrize("option", ["--key", "--certificate", "--approval", "--authority-key", "--scheme"])
def test_a_token_never_takes_the_place_of_what_it_is_made_with(
    option: str, certmark: Command, files: Path, options: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    kept = tmp_path / "out" / "certificate.cose"
    kept.write_bytes(b"kept")
    more = ("--authority-key", files / "key.pem") if option == "--approval" else ()
    ended = certmark("issue", files / "certificate.json", *options, "--bare", *STATUS, *more, option, kept)
    assert ended.code == 64
    assert "is what the token is made of: choose another place" in ended.complaint
    assert kept.read_bytes() == b"kept"


# --- options ---


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (STATUS, "either --link TEMPLATE or --bare"),
        (("--link", LINK, "--bare", *STATUS), "either --link TEMPLATE or --bare"),
        (("--bare",), "--status-uri URI and --status-index N, or --no-status"),
        (("--bare", "--status-uri", STATUS_URI), "--status-uri URI and --status-index N"),
        (("--bare", "--status-index", "7"), "--status-uri URI and --status-index N"),
        (("--bare", "--no-status", *STATUS), "contradicts"),
        (("--bare", "--no-status", "--status-index", "0"), "contradicts"),
        (("--bare", "--status-uri", "http://h.example", "--status-index", "7"), "is not an https link"),
        *(
            (("--bare", "--status-uri", STATUS_URI, f"--status-index={n}"), "is no index")
            for n in ("-1", "x", "1.5", "4294967296", "9" * 5000, "٣")
        ),
        (("--link", "http://h.example/", *STATUS), "--link 'http://h.example/': "),
        (("--link", "https://h.example/{name}", *STATUS), "only {id} and {index}"),
        (("--link", "https://h.example/#x", *STATUS), "'#'"),
        (("--bare", *STATUS, "--issuer", "3087"), "--issuer '3087' is not an entity id"),
        (("--bare", *STATUS, "--issuer", "de-3087"), "is not an entity id"),
        (("--bare", *STATUS, "--key", "pkcs11:token=seal;object=key?pin-value=1"), "--key: pin-value is refused"),
        (("--bare", *STATUS, "--at", "now"), "RFC 3339"),
    ],
)
def test_options_that_do_not_go_together(
    more: tuple[str, ...], said: str, certmark: Command, files: Path, options: tuple[object, ...], tmp_path: Path
) -> None:
    ended = certmark("issue", files / "certificate.json", *options, *more)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.complaint
    assert not (tmp_path / "out").exists()


def test_eucc_needs_a_status(certmark: Command, files: Path, options: tuple[object, ...]) -> None:
    ended = certmark("issue", files / "certificate.json", *options, "--bare", "--no-status")
    assert ended.code == 65
    assert "EUCC requires a status" in ended.complaint


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.json", "--key", "key.pem"), "nowhere.json: no such file: give the path of a certificate"),
        (("certificate.json", "--key", "nowhere.pem"), "nowhere.pem: no such file: give the path of a private key"),
        ((".", "--key", "key.pem"), "cannot be read"),
    ],
    ids=["document", "key", "folder"],
)
def test_missing_files(
    arguments: tuple[str, ...], said: str, certmark: Command, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    ended = certmark("issue", *arguments, "--issuer", BODY, "--out", "out", "--bare", *STATUS)
    assert ended.code == 66
    assert said in ended.complaint


@pytest.mark.parametrize("out", ["a-file", "a-file/below", "taken"], ids=["file", "below-file", "name-taken"])
def test_a_folder_that_cannot_be_written(out: str, certmark: Command, files: Path, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_bytes(b"mine")
    (tmp_path / "taken" / "certificate.svg").mkdir(parents=True)
    options = ("--key", files / "key.pem", "--issuer", BODY, *SIGNED_AT, "--bare", *STATUS)
    ended = certmark("issue", files / "certificate.json", *options, "--out", tmp_path / out)
    assert (ended.code, ended.out) == (64, "")
    assert str(tmp_path / out) in ended.complaint
    assert (tmp_path / "a-file").read_bytes() == b"mine"
    assert _names(tmp_path / "taken") == {"certificate.svg"}


# --- signatures that no QR code holds ---


@pytest.mark.parametrize("algorithm", [Algorithm.ML_DSA_44, Algorithm.ML_DSA_65], ids=["ML-DSA-44", "ML-DSA-65"])
def test_a_full_token_with_a_post_quantum_signature_is_a_file_and_no_picture(
    algorithm: Algorithm, certmark: Command, files: Path, tmp_path: Path
) -> None:
    signer = keys.signer(algorithm)
    world = WORLD.with_service(keys=(service_key(signer),))
    (tmp_path / "pq.pem").write_bytes(signer.to_pem())
    (tmp_path / "trust.bundle").write_bytes(world.bundle)
    options = ("--key", tmp_path / "pq.pem", "--issuer", BODY, *SIGNED_AT, "--out", tmp_path / "out", "--link", LINK)
    ended = certmark("issue", files / "certificate.json", *options, *STATUS)
    assert (ended.code, ended.err) == (0, "")
    assert "symbol   none: a post-quantum signature fits no QR code" in ended.out
    assert ended.out.rstrip().endswith(".cose .txt")
    assert _names(tmp_path / "out") == {"certificate.cose", "certificate.txt"}
    (tmp_path / "status.cose").write_bytes(world.status_tokens[0])
    trust = ("--trust", tmp_path / "trust.bundle", "--anchor", world.anchor.hex())
    for suffix in ("cose", "txt"):
        token = tmp_path / "out" / f"certificate.{suffix}"
        assert certmark("verify", token, *trust, "--status", tmp_path / "status.cose", "--at", AT).code == 0


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_token_without_picture_never_stands_beside_that_of_another(
    suffix: str, certmark: Command, files: Path, tmp_path: Path
) -> None:
    (tmp_path / "pq.pem").write_bytes(keys.signer(Algorithm.ML_DSA_44).to_pem())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"certificate.{suffix}").write_bytes(b"earlier")
    options = ("--key", tmp_path / "pq.pem", "--issuer", BODY, *SIGNED_AT, "--out", tmp_path / "out", "--bare")
    ended = certmark("issue", files / "certificate.json", *options, *STATUS)
    assert ended.code == 64
    assert "is the code of an earlier token" in ended.complaint
    assert _names(tmp_path / "out") == {f"certificate.{suffix}"}
