"""``certmark demo``: the whole story, and its files afterwards."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from certmark.cli import main
from certmark.cli.demo import story
from certmark.cli.demo.files import COMMANDS
from certmark.model import load_document
from certmark.trust import TrustBundle
from tests.unit.cli.conftest import Command

REFUSED = {
    f"refused-{reason.lower()}.txt": reason
    for reason in (
        *("SIG_CRYPTO_FAILURE", "ISSUER_NOT_LISTED", "ISSUER_NOT_AUTHORISED"),
        *("CERTIFICATE_EXPIRED", "CERTIFICATE_WITHDRAWN"),
    )
}
TOKENS = [f"{stem}.{suffix}" for stem in ("label", "full") for suffix in ("cose", "txt", "svg", "png")]
STATUS = [f"status/{territory}-900{number}.cose" for territory in ("at", "fi", "pt") for number in (1, 2)]
KEPT = {*TOKENS, *STATUS, *REFUSED, "root.cose", "trust.bundle", "suspended.txt", "certificate.json", "README.txt"}
EVIDENCE = ("--trust", "trust.bundle", "--anchor", "root.cose")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert main(["demo", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def there(told: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(told)
    return told


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_its_files_and_no_others_are_kept(told: Path) -> None:
    assert _files(told) == KEPT


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("token", [name for name in TOKENS if not name.endswith(".svg")])
@pytest.mark.parametrize("status", [STATUS[:1], STATUS], ids=["its-own-list", "all-lists"])
def test_what_it_issued_passes(token: str, status: list[str], certmark: Command) -> None:
    ended = certmark("verify", token, *EVIDENCE, *(part for each in status for part in ("--status", each)), "--json")
    assert (ended.code, ended.report["may_promote"], ended.report["trust_label"]) == (0, "yes", "DEMO")


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_what_must_be_refused_is(name: str, reason: str, certmark: Command) -> None:
    ended = certmark("verify", name, *EVIDENCE, "--status", STATUS[0], "--json")
    assert (ended.code, ended.report["sub_indication"]) == (1, reason)


@pytest.mark.usefixtures("there")
def test_suspended_passes_and_may_not_be_promoted(certmark: Command) -> None:
    ended = certmark("verify", "suspended.txt", *EVIDENCE, "--status", STATUS[0], "--json")
    assert (ended.code, ended.report["certificate_status"], ended.report["may_promote"]) == (0, "suspended", "no")


@pytest.mark.usefixtures("there")
def test_the_forgery_is_well_formed(certmark: Command) -> None:
    found = certmark("inspect", "refused-sig_crypto_failure.txt", "--json").report
    assert found["untrusted_certificate"]["subject"]["models"] == ["FR-900"]


def test_its_commands_can_be_typed(certmark: Command, there: Path) -> None:
    codes = [certmark(*shlex.split(command)[1:]).code for command in COMMANDS]
    assert codes == [0, 0, 1, 1, 0, 0]
    readme = (there / "README.txt").read_text(encoding="utf-8")
    assert all(f"\n  {command}\n" in readme for command in COMMANDS)


def test_its_certificate_can_be_issued_by_anyone_and_is_then_refused(
    certmark: Command, there: Path, tmp_path: Path
) -> None:
    assert load_document((there / "certificate.json").read_bytes()).scheme == "EUCC"
    certmark("keygen", "--out", tmp_path / "k.pem")
    status = ("--status-uri", "https://h.example/s", "--status-index", "1")
    options = ("--key", tmp_path / "k.pem", "--issuer", "AT-9001", "--bare", *status, "--out", tmp_path)
    assert certmark("issue", "certificate.json", *options).code == 0
    ended = certmark("verify", tmp_path / "certificate.txt", *EVIDENCE, "--json")
    assert (ended.code, ended.report["sub_indication"]) == (1, "ISSUER_NOT_LISTED")


def test_its_bundle_holds_three_member_states(told: Path) -> None:
    assert set(TrustBundle.from_bytes((told / "trust.bundle").read_bytes()).national) == {"AT", "FI", "PT"}


@pytest.mark.usefixtures("there")
def test_every_name_in_it_is_called_fictitious(certmark: Command) -> None:
    report = certmark("verify", "full.txt", *EVIDENCE, "--status", STATUS[0], "--json").report
    certificate = report["certificate"]
    names = [certificate["subject"]["name"], certificate["holder"]["name"], certificate["itsef"]]
    assert all(name.startswith("Fictitious ") for name in [*names, report["issuer"]["name"], report["issuer"]["ncca"]])


# --- the telling ---


def test_the_story(certmark: Command, tmp_path: Path) -> None:
    ended = certmark("demo", "--out", tmp_path / "new")
    assert (ended.code, ended.err) == (0, "")
    told = " ".join(ended.out.split())
    for part in ("1 Trust", "2 Issue", "3 Verify", "4 Try it", "QR version", "█▀▄", str(tmp_path / "new")):
        assert part in told
    assert told.count(" PASSED ") == 3
    assert told.count(" FAILED ") == 5
    assert max(map(len, ended.out.splitlines()[:60])) <= 100
    assert all(f"\n{command}\n" in ended.out for command in COMMANDS)
    assert "UNEXPECTED" not in told


def test_the_symbol_on_the_terminal_is_the_label(certmark: Command, tmp_path: Path) -> None:
    import zxingcpp
    from PIL import Image

    out = certmark("demo", "--out", tmp_path).out
    rows = re.findall("^█[█▀▄ ]{60,}█$", out, re.MULTILINE)
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)), 0)
    for y, row in enumerate(rows):
        for x, block in enumerate(row):
            picture.putpixel((x, 2 * y), 255 * (block in "█▀"))
            picture.putpixel((x, 2 * y + 1), 255 * (block in "█▄"))
    grown = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    (code,) = zxingcpp.read_barcodes(grown)
    assert code.text == (tmp_path / "label.txt").read_text(encoding="ascii").rstrip("\n")


def test_a_narrow_or_poor_terminal_gets_a_hint(
    certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "_BORDER", 40)
    assert "see label.png" in certmark("demo", "--out", tmp_path).out
    monkeypatch.setattr(story, "_BORDER", 4)
    monkeypatch.setattr(type(sys.stdout), "encoding", "ascii", raising=False)
    assert "see label.png" in certmark("demo", "--out", tmp_path).out


def test_it_can_be_told_again_with_new_keys(certmark: Command, tmp_path: Path) -> None:
    certmark("demo", "--out", tmp_path)
    first = (tmp_path / "root.cose").read_bytes()
    (tmp_path / "mine.txt").write_text("mine", encoding="ascii")
    assert certmark("demo", "--out", tmp_path).code == 0
    assert (tmp_path / "root.cose").read_bytes() != first
    assert _files(tmp_path) == KEPT | {"mine.txt"}


def test_without_a_folder_it_makes_one_here(certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert certmark("demo").code == 0
    assert _files(tmp_path / "certmark-demo") == KEPT


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("a-file", "is a file: give a folder"),
        ("a-file/below", "cannot be written"),
        ("taken", "is a file: give a folder"),
    ],
    ids=["file", "below-file", "file-in-the-way"],
)
def test_a_folder_that_cannot_be_used(out: str, said: str, certmark: Command, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_bytes(b"mine")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "status").write_bytes(b"mine")
    ended = certmark("demo", "--out", tmp_path / out)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.complaint
    assert (tmp_path / "a-file").read_bytes() == b"mine"
    assert _files(tmp_path / "taken") == {"status"}


def test_a_verdict_that_is_not_as_it_should_be_is_told(
    certmark: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from certmark.cli.demo import europe

    monkeypatch.setattr(europe, "SUSPENDED_INDEX", 834)
    ended = certmark("demo", "--out", tmp_path)
    assert ended.code == 70
    assert "UNEXPECTED" in ended.out
