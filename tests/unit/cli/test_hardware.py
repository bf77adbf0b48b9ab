"""Keys on PKCS#11 tokens in every command that signs, seal certificates, and how it is told when a token fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from certmark import cbor
from certmark.cli.trust.documents import read_signed
from certmark.cose.algorithms import Algorithm
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import KeySigner
from certmark.hsm import Pkcs11Signer
from certmark.status import token as status_token
from certmark.verify import peek
from tests import keys
from tests.softhsm import ALGORITHMS, PIN, SoftHsm, SoftToken
from tests.unit.cli.conftest import AT, Command, Ended, write_world
from tests.unit.cli.register.office import ID, ISSUED_AT, SECOND, Office
from tests.unit.cli.trust.desk import NAMES, START, Desk, begun, fill
from tests.unit.register.test_rows import line_of
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    INDEX,
    LINK,
    NCCA,
    NCCA_APPROVAL_KEY,
    STATUS_URI,
    WORLD,
)

STATUS = ("--status-uri", STATUS_URI, "--status-index", str(INDEX))
SIGNED_AT = ("--at", "2026-05-04T08:00:00Z")

NEXT: Any = {"replaces": [ID], "issued": "2026-03-03", "valid_until": "2031-03-02"}
"""What a certificate after a review says."""

Issue = Callable[..., Ended]


@pytest.fixture
def token(hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """A token whose PIN stands in the environment."""
    monkeypatch.setenv("CERTMARK_PKCS11_PIN", PIN)
    return hsm.token()


@pytest.fixture
def issue(certmark: Command, files: Path, tmp_path: Path) -> Issue:
    def run(key: object, *options: object) -> Ended:
        common = ("--issuer", BODY, "--bare", *STATUS, *SIGNED_AT, "--out", tmp_path / "out")
        return certmark("issue", files / "certificate.json", "--key", key, *common, *options)

    return run


def public_key(path: Path) -> VerificationKey:
    return VerificationKey.from_cose_key(cbor.decode(path.read_bytes()))  # type: ignore[arg-type]


# --- what signs ---


def test_a_certificate_is_issued_and_verifies(
    issue: Issue, token: SoftToken, certmark: Command, evidence: tuple[object, ...], tmp_path: Path
) -> None:
    ended = issue(token.put(BODY_KEY, "seal"))
    assert (ended.code, ended.err) == (0, "")
    assert certmark("verify", tmp_path / "out" / "certificate.png", *evidence, "--json").code == 0


def test_a_status_list_is_published(token: SoftToken, certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "states.json").write_text('{"3": "withdrawn"}', encoding="utf-8")
    common = ("--uri", STATUS_URI, "--key", token.put(BODY_STATUS_KEY, "status"), *SIGNED_AT)
    ended = certmark("status", "publish", tmp_path / "states.json", *common, "--first", "--out", tmp_path / "s.cose")
    assert (ended.code, ended.err) == (0, "")
    trust = write_world(tmp_path)
    shown = certmark(
        *("status", "verify", tmp_path / "s.cose", "--trust", trust / "trust.bundle"),
        *("--anchor", trust / "root.cose", "--at", "2026-05-04T09:00:00Z"),
    )
    assert shown.code == 0
    assert status_token.parse((tmp_path / "s.cose").read_bytes())[1].statuses.at(3) == 1


def test_a_register_is_kept_by_keys_on_a_token(token: SoftToken, certmark: Command, tmp_path: Path) -> None:
    office = Office(certmark, tmp_path)
    office.init()
    signing = ("--key", token.put(BODY_KEY, "seal"), "--issuer", BODY, "--out", office["out"], "--link", LINK)
    office("issue", office.document(1), *signing, "--actor", "anna", at=ISSUED_AT)
    review = ("--scope", "identical", "--reason", "file 8")
    office("replace", ID, office.document(2, **NEXT), *signing, *review, at="2026-03-06T10:00:00Z")
    publishing = ("--key", token.put(BODY_STATUS_KEY, "status"), "--out", office["list.cose"])
    office("publish", *publishing, at="2026-03-10T00:00:00Z")
    assert [(held[0], held[1]) for held in office.held()] == [(ID, "withdrawn"), (SECOND, "in_force")]
    assert office("audit").code == 0


def test_a_batch_stops_with_the_token_and_resumes_with_it(
    token: SoftToken, certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(certmark, tmp_path)
    office.init()
    office["rows.jsonl"].write_bytes(b"\n".join(line_of(number) for number in range(1, 61)))
    signing = ("--key", token.put(BODY_KEY, "seal"), "--issuer", BODY, "--out", office["out"], "--link", LINK)
    real = Pkcs11Signer.sign
    signed: list[bytes] = []

    def pulled(signer: Pkcs11Signer, to_be_signed: bytes) -> bytes:
        if len(signed) == 54:  # in the second chunk
            token.pull()
        signed.append(to_be_signed)
        return real(signer, to_be_signed)

    monkeypatch.setattr(Pkcs11Signer, "sign", pulled)
    stopped = office("issue-batch", office["rows.jsonl"], *signing, at=ISSUED_AT, code=65)
    assert f"{office['rows.jsonl']}: stopped at line 55: no token fits token='body'" in stopped.complaint
    assert "the same batch goes on from here" in stopped.complaint
    assert len(office.held()) == 54
    token.put_back()
    ended = office("issue-batch", office["rows.jsonl"], *signing, at=ISSUED_AT)
    assert ended.out.startswith("rows     60: 6 issued, 54 issued before, 0 refused\n")
    assert len({held[0] for held in office.held()}) == 60
    assert len(list(office["out"].glob("*.cose"))) == 60
    assert office("audit").code == 0


def test_a_root_ceremony_takes_keys_from_files_and_from_tokens(
    hsm: SoftHsm, token: SoftToken, certmark: Command, tmp_path: Path
) -> None:
    """Two of three holders: one brings a PEM file, one a token; the lists below are signed by tokens of their own."""
    (tmp_path / "desk").mkdir()
    desk = begun("desk", Desk(certmark, tmp_path / "desk"), fill)
    other = hsm.token("other")
    held = {
        "root2": token.put(NAMES["root2"], "root2"),
        "union1": other.put(NAMES["union1"], "union1"),
        "union2": desk["union2.pem"],
        "ncca": other.put(NAMES["ncca"], "ncca"),
        "root1": desk["root1.pem"],
    }
    for name, holders, above in (
        ("root", ("root1", "root2"), None),
        ("union", ("union1", "union2"), "root-1.cose"),
        ("de", ("ncca",), "union-1.cose"),
    ):
        draft, copies = desk[f"{name}.draft"], []
        desk.trust("draft", desk[f"{name}.json"], "--first", "--out", draft, "--at", "2026-05-20T08:00:00Z")
        for holder in holders:
            copies.append(desk[f"{name}.{holder}"])
            desk.trust("sign", draft, "--key", held[holder], "--out", copies[-1])
        higher = () if above is None else ("--above", desk[above])
        desk.trust("merge", *copies, "--out", desk[f"{name}-1.cose"], *higher)
    assert len(read_signed(desk["root-1.cose"]).message.signatures) == 2
    desk.bundle()
    assert desk.verify(at="2026-06-01T12:00:00Z") == "PASSED"


def test_a_token_key_that_is_in_no_role_does_not_sign(token: SoftToken, certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    desk = begun("desk", Desk(certmark, tmp_path / "desk"), fill)
    desk.trust("draft", desk["root.json"], "--first", "--out", desk["root.draft"], "--at", START)
    key = token.put(NAMES["stranger"], "stranger")
    refused = desk.trust("sign", desk["root.draft"], "--key", key, "--out", desk["x"], code=65)
    assert refused.complaint.startswith(f"{key}: the key {NAMES['stranger'].public_key.key_id.hex()} is in no role")
    assert not desk["x"].exists()


def test_an_authority_approves_and_the_body_issues_upon_it(
    hsm: SoftHsm, token: SoftToken, certmark: Command, tmp_path: Path
) -> None:
    world = write_world(tmp_path, WORLD.upon_approval())
    (tmp_path / "ncca.pub.cbor").write_bytes(cbor.encode(NCCA_APPROVAL_KEY.public_key.to_cose_key()))
    document, approval, status = world / "certificate.json", tmp_path / "approval", ("--issuer", BODY, *STATUS)
    assert certmark("draft", document, *status, "--out", tmp_path / "draft").code == 0
    approving = ("--key", hsm.token("ncca").put(NCCA_APPROVAL_KEY, "approval"), "--authority", NCCA, "--out", approval)
    assert certmark("approve", tmp_path / "draft", *approving, "--at", "2026-05-01T08:00:00Z").code == 0
    upon = ("--approval", approval, "--authority-key", tmp_path / "ncca.pub.cbor")
    signing = ("--key", token.put(BODY_KEY, "seal"), "--bare", *SIGNED_AT, "--out", tmp_path / "out")
    assert certmark("issue", document, *status, *signing, *upon).code == 0
    evidence = ("--trust", world / "trust.bundle", "--anchor", world / "root.cose", "--status", world / "status-0.cose")
    ended = certmark("verify", tmp_path / "out" / "certificate.cose", *evidence, "--at", AT, "--json")
    assert (ended.code, ended.report["approval"]["entity_id"]) == (0, NCCA)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda each: each.name)
def test_a_certification_request_is_signed(
    algorithm: Algorithm, token: SoftToken, certmark: Command, tmp_path: Path
) -> None:
    key = token.generate(algorithm=algorithm).public_key
    asking = ("--subject", "CN=Seal 1,O=Example Body,C=DE", "--out", tmp_path / "seal.csr")
    ended = certmark("csr", "--key", token.uri("object=seal"), *asking)
    assert (ended.code, ended.err) == (0, "")
    request = x509.load_pem_x509_csr((tmp_path / "seal.csr").read_bytes())
    assert request.is_signature_valid
    assert VerificationKey.of(request.public_key()) == key


# --- keygen, pubkey ---


@pytest.mark.parametrize("algorithm", ["ESP256", "ESP384", "Ed25519"])
def test_a_key_is_made_on_the_token_and_used(
    algorithm: str, token: SoftToken, certmark: Command, issue: Issue, tmp_path: Path
) -> None:
    uri = token.uri("object=new")
    ended = certmark("keygen", "--key", uri, "--alg", algorithm, "--out", tmp_path / "new.pub.cbor")
    assert (ended.code, ended.err) == (0, "")
    key = public_key(tmp_path / "new.pub.cbor")
    assert key.key_id.hex() in ended.out
    assert f"(COSE_Key, {algorithm})" in ended.out
    assert issue(uri).code == 0
    assert peek((tmp_path / "out" / "certificate.cose").read_bytes()).untrusted_key_id == key.key_id
    again = certmark("pubkey", "--key", uri, "--out", tmp_path / "again.pub.cbor")
    assert (again.code, public_key(tmp_path / "again.pub.cbor")) == (0, key)


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--alg", "ML-DSA-44"), 65, "no ML-DSA-44 keys on tokens: take ESP256, ESP384 or Ed25519"),
        (("--key", "{token}"), 64, "--key: the new key needs a name: add object=LABEL"),
        (("--key", "key.pem"), 64, "--key: give a pkcs11: URI"),
        (("--key", "pkcs11:object"), 64, "--key: the value of object is empty"),
        (("--out", "{folder}/taken"), 64, "taken: exists already"),
        (("--out", "{folder}/missing/k"), 64, "cannot be written"),
    ],
)
def test_a_key_that_cannot_be_made_leaves_nothing(
    more: tuple[str, str], code: int, said: str, token: SoftToken, certmark: Command, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_bytes(b"mine")
    options = {"--key": token.uri("object=new"), "--out": str(tmp_path / "new.pub.cbor")}
    options |= {more[0]: more[1].format(token=token.uri(), folder=tmp_path)}
    ended = certmark("keygen", *[part for pair in options.items() for part in pair])
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.complaint
    assert token.labels == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["softhsm", "taken"]


def test_a_second_key_of_a_label_is_refused(token: SoftToken, certmark: Command, tmp_path: Path) -> None:
    for number, code in ((1, 0), (2, 65)):
        ended = certmark("keygen", "--key", token.uri("object=new"), "--out", tmp_path / f"{number}.cbor")
        assert ended.code == code
    assert "is on the token already" in ended.complaint
    assert token.labels == ["new", "new"]


def test_a_public_key_is_written_from_a_file_too(certmark: Command, files: Path, tmp_path: Path) -> None:
    assert certmark("pubkey", "--key", files / "key.pem", "--out", tmp_path / "k").code == 0
    assert public_key(tmp_path / "k") == BODY_KEY.public_key
    refused = certmark("pubkey", "--key", files / "key.pem", "--out", tmp_path / "k")
    assert (refused.code, "exists already" in refused.complaint) == (64, True)


# --- seal certificates ---


@pytest.fixture
def sealed(certmark: Command, tmp_path: Path) -> Callable[[], str]:
    """Verify what was issued where the list names the body's key by its certificate."""
    world = WORLD.with_seal_certificate(keys.seal_certificate(BODY_KEY.private_key))
    folder = tmp_path / "sealed"
    folder.mkdir()
    write_world(folder, world)

    def verify() -> str:
        ended = certmark(
            *("verify", tmp_path / "out" / "certificate.cose", "--trust", folder / "trust.bundle", "--json"),
            *("--anchor", folder / "root.cose", "--status", folder / "status-0.cose", "--at", "2026-06-01T12:00:00Z"),
        )
        return str(ended.report["sub_indication"] or ended.report["indication"])

    return verify


def _pem(der: bytes) -> bytes:
    from base64 import encodebytes

    return b"-----BEGIN CERTIFICATE-----\n" + encodebytes(der) + b"-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("form", ["der", "pem", "chain"])
@pytest.mark.parametrize("where", ["file", "token"])
def test_a_token_names_the_seal_certificate(
    form: str,
    where: str,
    token: SoftToken,
    issue: Issue,
    sealed: Callable[[], str],
    files: Path,
    tmp_path: Path,
) -> None:
    der = keys.seal_certificate(BODY_KEY.private_key)
    issuer = keys.seal_certificate(keys.private_key(Algorithm.ESP256, 7))
    content = {"der": der, "pem": _pem(der), "chain": _pem(der) + _pem(issuer)}[form]
    (tmp_path / "seal.crt").write_bytes(content)
    key = files / "key.pem" if where == "file" else token.put(BODY_KEY, "seal")
    assert issue(key, "--certificate", tmp_path / "seal.crt").code == 0
    assert sealed() == "PASSED"
    told = peek((tmp_path / "out" / "certificate.cose").read_bytes())
    assert told.untrusted_key_id is not None
    assert len(told.untrusted_key_id) == 32


def test_a_register_names_the_seal_certificate(token: SoftToken, certmark: Command, tmp_path: Path) -> None:
    office = Office(certmark, tmp_path)
    office.init()
    (tmp_path / "seal.der").write_bytes(keys.seal_certificate(BODY_KEY.private_key))
    signing = ("--key", token.put(BODY_KEY, "seal"), "--issuer", BODY, "--out", office["out"], "--link", LINK)
    seal = ("--certificate", tmp_path / "seal.der")
    office("issue", office.document(1), *signing, *seal, at=ISSUED_AT)
    review = ("--scope", "identical", "--reason", "file 8")
    office("replace", ID, office.document(2, **NEXT), *signing, *seal, *review, at="2026-03-06T10:00:00Z")
    for number in (1, 2):
        told = peek((tmp_path / "out" / f"certificate-{number}.cose").read_bytes())
        assert len(told.untrusted_key_id or b"") == 32


@pytest.mark.parametrize("where", ["file", "token"])
@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 66, "no such file: give the path of an X.509 certificate"),
        (b"nothing", 65, "not an X.509 certificate in DER"),
        (b"-----BEGIN CERTIFICATE-----\n", 65, "no X.509 certificates in this PEM"),
        (keys.seal_certificate(keys.private_key(Algorithm.ESP256, 7)), 65, "for another key"),
        (keys.seal_certificate(keys.FOREIGN_KEYS["RSA"]), 65, "does not use"),
    ],
    ids=["missing", "text", "broken PEM", "another key", "RSA"],
)
def test_a_certificate_that_does_not_fit(
    where: str,
    content: bytes | None,
    code: int,
    said: str,
    token: SoftToken,
    issue: Issue,
    files: Path,
    tmp_path: Path,
) -> None:
    if content is not None:
        (tmp_path / "seal.crt").write_bytes(content)
    key = files / "key.pem" if where == "file" else token.put(BODY_KEY, "seal")
    ended = issue(key, "--certificate", tmp_path / "seal.crt")
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.complaint
    assert not (tmp_path / "out").exists()


def test_a_certificate_that_is_not_for_sealing_is_used_with_a_warning(
    issue: Issue, files: Path, tmp_path: Path
) -> None:
    from tests import seals

    der = seals.certificate(BODY_KEY.private_key, extensions=(seals.usage("key_encipherment"),))
    (tmp_path / "seal.der").write_bytes(der)
    ended = issue(files / "key.pem", "--certificate", tmp_path / "seal.der")
    assert ended.code == 0
    assert ended.complaint.startswith(f"warning: {tmp_path / 'seal.der'}: not for sealing: its key usage has neither")


# --- PINs ---


def test_a_pin_comes_from_the_file_that_the_uri_names(
    token: SoftToken, issue: Issue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTMARK_PKCS11_PIN", "wrong, and not looked at")
    token.put(BODY_KEY, "seal")
    (tmp_path / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    assert issue(token.uri("object=seal", pin_source=f"file:{tmp_path / 'pin'}")).code == 0
    gone = issue(token.uri("object=seal", pin_source=f"file:{tmp_path / 'gone'}"))
    assert gone.code == 0  # this process is logged in; see below for another one


def run(hsm: SoftHsm, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    given = {name: value for name, value in {**hsm.environment, **environment}.items() if value}
    words = [sys.executable, "-m", "certmark", *map(str, arguments)]
    return subprocess.run(
        words, env=given, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("pin", "source", "code", "said"),
    [
        (PIN, "", 0, ""),
        ("", "", 65, "no PIN for token 'body': set CERTMARK_PKCS11_PIN, or name a file with pin-source=file:PATH"),
        ("0000", "", 65, "wrong PIN for token 'body'"),
        (PIN, "gone", 65, "gone: the PIN cannot be read"),
        ("0000", "pin", 0, ""),
    ],
)
def test_where_a_pin_comes_from(
    pin: str, source: str, code: int, said: str, hsm: SoftHsm, token: SoftToken, tmp_path: Path
) -> None:
    token.put(BODY_KEY, "seal")
    (tmp_path / "pin").write_text(PIN, encoding="utf-8")
    query = {"pin_source": f"file:{tmp_path / source}"} if source else {}
    key = token.uri("object=seal", **query)
    done = run(hsm, "pubkey", "--key", key, "--out", tmp_path / "k", CERTMARK_PKCS11_PIN=pin)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == (1 if code else 0)
    assert PIN not in done.stdout + done.stderr


def test_a_wrong_pin_is_told_to_the_next_who_tries(hsm: SoftHsm, token: SoftToken, tmp_path: Path) -> None:
    token.put(BODY_KEY, "seal")
    asking = ("pubkey", "--key", token.uri("object=seal"), "--out", tmp_path / "k")
    assert run(hsm, *asking, CERTMARK_PKCS11_PIN="0000").returncode == 65
    second = run(hsm, *asking)
    assert second.returncode == 0
    assert second.stderr.startswith("certmark: warning: a wrong PIN was given to token 'body' since its last login")


def test_on_a_terminal_the_pin_is_typed_and_not_shown(hsm: SoftHsm, token: SoftToken, tmp_path: Path) -> None:
    token.put(BODY_KEY, "seal")
    main, other = os.openpty()
    environment = {name: value for name, value in hsm.environment.items() if name != "CERTMARK_PKCS11_PIN"}
    words = ("-m", "certmark", "pubkey", "--key", token.uri("object=seal"), "--out", str(tmp_path / "k"))
    started = subprocess.Popen(
        [sys.executable, *words], stdin=other, stdout=other, stderr=other, start_new_session=True, env=environment
    )
    os.close(other)
    seen = b""
    while b"PIN of token 'body'" not in seen:
        seen += os.read(main, 1000)
    os.write(main, f"{PIN}\n".encode())
    assert started.wait(timeout=60) == 0
    seen += os.read(main, 1000)
    os.close(main)
    assert PIN.encode() not in seen
    assert public_key(tmp_path / "k") == BODY_KEY.public_key


# --- what is missing or fails ---


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        ("pkcs11:object=seal;colour=red", 64, "--key: certmark does not choose by 'colour'"),
        ("pkcs11:object=seal?pin-value=0000", 64, "--key: pin-value is refused"),
        ("PKCS11:object=seal?pin-value=0000", 64, "--key: pin-value is refused"),
        ("pkcs11:token=other;object=seal", 66, "--key: no token fits token='other'"),
        ("{token};object=other", 66, "--key: token 'body' has no private key object='other'; it has: 'seal'"),
        ("{token}", 66, "--key: the pkcs11: URI names no key"),
        ("{token};object=seal?module-path=/nonexistent.so", 66, "--key: /nonexistent.so: no such PKCS#11 module"),
        ("{token};object=seal?module-name=nonexistent", 66, "--key: no PKCS#11 module 'nonexistent'"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_before_anything_is_written(
    key: str, code: int, said: str, token: SoftToken, issue: Issue, tmp_path: Path
) -> None:
    token.put(BODY_KEY, "seal")
    ended = issue(key.format(token=token.uri()))
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.complaint
    assert "0000" not in ended.err
    assert not (tmp_path / "out").exists()


def test_no_module_is_named(token: SoftToken, issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_PKCS11_MODULE")
    ended = issue(token.uri("object=seal"))
    assert ended.code == 66
    assert "--key: no PKCS#11 module is named: add ?module-path=FILE" in ended.complaint


def test_a_missing_extra_is_told(certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("certmark.hsm.signer", "certmark.hsm.keypair"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    monkeypatch.delattr("certmark.hsm.signer", raising=False)
    for command in ("pubkey", "keygen"):
        ended = certmark(command, "--key", "pkcs11:object=x", "--out", tmp_path / "k")
        assert (ended.code, ended.out) == (69, "")
        assert ended.complaint == "signing with a PKCS#11 token needs the 'hsm' extra: pip install 'certmark[hsm]'"


def test_a_token_that_goes_while_it_signs_is_named(
    token: SoftToken, issue: Issue, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = token.put(BODY_KEY, "seal")
    real = Pkcs11Signer.sign

    def pulled(signer: Pkcs11Signer, to_be_signed: bytes) -> bytes:
        token.pull()
        return real(signer, to_be_signed)

    monkeypatch.setattr(Pkcs11Signer, "sign", pulled)
    ended = issue(key)
    assert (ended.code, ended.out) == (65, "")
    assert ended.complaint.startswith(f"{files / 'certificate.json'}: no token fits token='body'")
    assert not (tmp_path / "out").exists()
    token.put_back()
    monkeypatch.undo()


def test_every_algorithm_of_tokens_is_offered() -> None:
    from certmark.cli.keygen import KeyAlgorithm

    assert {algorithm.name for algorithm in ALGORITHMS} <= {algorithm.value for algorithm in KeyAlgorithm}
    assert KeySigner.generate(Algorithm.ESP256).certificate is None
