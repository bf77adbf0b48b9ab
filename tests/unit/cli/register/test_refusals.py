"""``certmark register``: what the register, the law or the command line refuses is one line, and changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import shake_256
from typing import Any

import pytest

from certmark.cli.register.options import VARIABLE
from certmark.errors import MissingExtraError
from tests.unit.cli.conftest import Command
from tests.unit.cli.register.office import ID, ISSUED_AT, LISTS, SECOND, THIRD, Office
from tests.unit.register.body import REPORT
from tests.world import BODY, LINK, NCCA_STATUS_URI, STATUS_URI

WHY = ("--reason", "decided on file 7")
FURTHER = ("--until", "2026-06-01", "--reference", "NCCA 5")
LATER = "2026-03-12T10:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "at", "says"),
    [
        pytest.param(("suspend", THIRD), LATER, "which is final: it cannot be suspended (Article 14)", id="final"),
        pytest.param(("suspend", SECOND), LATER, "is suspended: it cannot be suspended (Article 30(1))", id="again"),
        pytest.param(("suspend", ID, "--until", "2026-12-01"), LATER, "may last 42 days", id="too-long"),
        pytest.param(("suspend", ID, "--until", "2026-03-01"), LATER, "(Article 30(1))", id="over"),
        pytest.param(("suspend", ID, "--decided", "2026-03-13"), LATER, "still to come (Article 30(1))", id="future"),
        pytest.param(("suspend", ID, "--decided", "2026-02-01"), LATER, "was issued on 2026-03-02", id="past"),
        pytest.param(("suspend", ID), "2032-01-01T00:00:00Z", "expired on", id="expired"),
        pytest.param(("suspend", ID, "--reference", "N 5", "--until", "2027-03-13"), LATER, "one year", id="beyond"),
        pytest.param(("suspend", SECOND), "2026-04-17T00:00:00Z", "has no day left: give the authority's", id="row"),
        pytest.param(("extend", ID, *FURTHER), LATER, "is in force: it cannot be suspended for longer", id="no-end"),
        pytest.param(("extend", SECOND, *FURTHER[:3], " "), LATER, "(Article 30(6))", id="extend-by-nobody"),
        pytest.param(("extend", SECOND, *FURTHER, "--until", "2026-03-20"), LATER, "is no extension", id="shorter"),
        pytest.param(("extend", SECOND, *FURTHER, "--until", "2027-03-06"), LATER, "one year in all", id="a-year"),
        pytest.param(("confirm", THIRD), LATER, "it cannot be confirmed (Article 14)", id="confirm-withdrawn"),
        pytest.param(("purge", ID), LATER, "are kept until five years after the end", id="purge-in-force"),
        pytest.param(("purge", THIRD), "2031-03-05T00:00:00Z", "from 2031-03-06 on", id="purge-too-early"),
        pytest.param(("close-list", "https://x.example/1"), LATER, "has no status list", id="close-unknown"),
        pytest.param(("suspend", ID), "2026-01-02T00:00:00Z", "after this decision (Article 30(1))", id="before"),
        pytest.param(("reinstate", ID), LATER, "is in force: it cannot be reinstated (Article 30)", id="in-force"),
        pytest.param(("reinstate", SECOND), "2026-06-01T00:00:00Z", "(Article 30)", id="by-itself"),
        pytest.param(("reinstate", THIRD), LATER, "(Article 14)", id="un-withdraw"),
        pytest.param(("withdraw", THIRD), LATER, "it cannot be withdrawn (Article 14)", id="twice"),
        pytest.param(("withdraw", ID), "2032-01-01T00:00:00Z", "(Article 12)", id="withdraw-expired"),
        pytest.param(("withdraw", "EUCC-3087-2026-03-0009"), LATER, "has no certificate", id="unknown"),
        pytest.param(("withdraw", "\x1b[2J"), LATER, "has no certificate <U+001B>[2J", id="control"),
        pytest.param(("withdraw", "\udcff"), LATER, "no text like '\\udcff', which is not Unicode", id="surrogate"),
    ],
)
def test_a_decision_that_the_law_refuses_names_the_article(
    arguments: tuple[str, ...], at: str, says: str, used: Office
) -> None:
    assert says in used.refuses(*arguments, *WHY, code=65, at=at)


@pytest.mark.parametrize(
    "arguments", [("show", "\udcff"), ("list", "--holder", "\udcff"), ("list", "--scheme", "\udcff")]
)
def test_what_is_not_unicode_is_not_in_the_register(arguments: tuple[str, ...], used: Office) -> None:
    assert "which is not Unicode" in used.refuses(*arguments, code=65)


@pytest.mark.parametrize("command", ["suspend", "reinstate", "withdraw", "confirm", "purge"])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "missing option '--reason'"),
        (("--reason", ""), "the reason is empty: rewrite it"),
        (("--reason", "a\u202eb"), "the reason has the control or formatting character U+202E"),
        (("--reason", "x" * 2001), "the reason is too long"),
        ((*WHY, "--actor", ""), "the actor is empty"),
        ((*WHY, "--actor", " anna"), "the actor begins or ends with white space"),
        ((*WHY, "--at", "yesterday"), "is no instant of RFC 3339"),
        ((*WHY, "--loud"), "no such option"),
    ],
    ids=["none", "empty", "bidi", "long", "nobody", "spaces", "when", "option"],
)
def test_a_decision_that_nobody_could_read_later_is_a_wrong_command(
    command: str, options: tuple[str, ...], says: str, used: Office
) -> None:
    assert says in used.refuses(command, SECOND, *options, code=64)


def test_without_a_login_name_somebody_must_be_named(used: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError(os.getuid())

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "give --actor NAME" in used.refuses("withdraw", ID, *WHY, code=64)


@pytest.mark.parametrize(
    ("changes", "options", "code", "says"),
    [
        pytest.param({}, (), 65, "is issued already: no id is given out twice", id="id"),
        pytest.param({}, ("--idempotency-key", "x"), 65, "issued already", id="id-with-new-key"),
        pytest.param({"number": 4}, ("--idempotency-key", ""), 64, "the idempotency key is empty", id="no-key"),
        pytest.param({"number": 4}, ("--idempotency-key", "k\x1b"), 64, "has the control", id="control-key"),
        pytest.param({"number": 4}, ("--idempotency-key", "\udcff"), 64, "has the control", id="surrogate-key"),
        pytest.param({"number": 4}, ("--idempotency-key", "k" * 2001), 64, "key is too long", id="long-key"),
        pytest.param({"number": 4}, ("--bare",), 64, "give either --link TEMPLATE or --bare", id="both-forms"),
        pytest.param({"number": 4}, ("--link", "http://x.example"), 64, "--link 'http://x.example'", id="link"),
        pytest.param({"number": 4}, ("--issuer", "3087"), 64, "--issuer '3087'", id="issuer"),
        pytest.param({"number": 4}, ("--issuer", "DE-1"), 65, "no status list of DE-1 has room", id="no-list"),
        pytest.param({"number": 4}, ("--no-status",), 65, "certificate.json: EUCC requires", id="no-status"),
        pytest.param({"number": 4}, ("--key", "missing.pem"), 66, "missing.pem: no such file", id="key"),
        pytest.param({"number": 4, "legal_basis": "32019R0881"}, (), 65, "breaks EUCC", id="breach"),
        pytest.param({"number": 4}, ("--at", "2026-03-01T00:00:00Z"), 65, "certificate-4.json: ", id="too-early"),
        pytest.param({"number": 4}, ("--scheme", "missing.json"), 66, "missing.json", id="scheme"),
        pytest.param({"number": 4}, ("--out", "key.pem"), 64, "is a file: give a folder", id="folder"),
        pytest.param({"number": 4}, ("--actor", "a\nb"), 64, "the actor has the control", id="actor"),
    ],
)
def test_what_cannot_be_issued_is_not_in_the_register(
    changes: dict[str, Any], options: tuple[str, ...], code: int, says: str, used: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(used.folder)
    document = used.document(**{"number": 1, **changes})
    says = says.replace("certificate.json", document.name)
    at = () if "--at" in options else ("--at", ISSUED_AT)
    assert says in used.refuses("issue", document, *used.signing(), *at, *options, code=code)
    used("audit")


def test_a_certificate_that_its_own_token_would_replace_is_not_in_the_register(used: Office) -> None:
    document = used.document(4).rename(used["certificate-4.txt"])
    before = document.read_bytes()
    said = used.refuses("issue", document, *used.signing(out="."), "--at", ISSUED_AT, code=64)
    assert said == f"{document}: is what the token is made of: choose another place"
    assert document.read_bytes() == before
    used("audit")


@pytest.mark.parametrize("command", ["issue", "replace", "maintain"])
def test_a_key_that_a_token_would_replace_stays(command: str, used: Office) -> None:
    document = used.document(4)
    key = used["key.pem"].rename(used["certificate-4.txt"])
    before = key.read_bytes()
    first = {"issue": (), "replace": (ID,), "maintain": (ID,)}[command]
    more = {"issue": (), "replace": ("--scope", "identical"), "maintain": ()}[command]
    how = ("--key", key, "--issuer", BODY, "--out", used.folder, "--bare", "--reason", "why", "--at", ISSUED_AT)
    said = used.refuses(command, *first, document, *how, *more, code=64)
    assert said == f"{key}: is what the token is made of: choose another place"
    assert key.read_bytes() == before


def test_a_certificate_that_fits_no_code_is_not_in_the_register(used: Office) -> None:
    noise = [shake_256(bytes([number])).hexdigest(100) for number in range(16)]
    texts = [{"type": "other", "reference": each, "sha256": each[:64]} for each in noise]
    document = used.document(4, documents=texts)
    said = used.refuses("issue", document, *used.signing(), "--at", ISSUED_AT, code=65)
    assert said.startswith(f"{document}: ")
    assert "QR" in said
    used("audit")


def test_a_key_that_was_used_for_other_content_is_refused(office: Office) -> None:
    office.issue(1, "--idempotency-key", "order-17")
    helps = "no id is given out twice", "take a new key"
    for number, changes, what_helps in ((1, {"valid_until": "2027-03-01"}, helps[0]), (2, {}, helps[1])):
        document = office.document(number, **changes)
        arguments = (document, *office.signing(), "--idempotency-key", "order-17", "--at", ISSUED_AT)
        assert f"with other content: {what_helps}" in office.refuses("issue", *arguments, code=65)


def test_a_full_list_gives_nothing_out(empty: Office) -> None:
    empty.init("--size", "1")
    empty.issue(1)
    assert "no status list of DE-3087 has room" in empty.issue(2, code=65).complaint


@pytest.mark.parametrize(
    ("changes", "options", "code", "says"),
    [
        ({}, (ID, "--scope", "identical"), 65, f"does not name {ID} among those it replaces (Article 13(2)(c))"),
        ({"replaces": [THIRD]}, (THIRD, "--scope", "different"), 65, "withdrawn, which is final"),
        ({"replaces": [ID], "assurance_level": "high"}, (ID, "--scope", "identical"), 65, "EUCC"),
        ({"replaces": [ID]}, (ID, "--scope", "identical"), 65, "does not extend the validity"),
        ({"replaces": [ID]}, (ID, "--scope", "other"), 64, "invalid value for '--scope'"),
        ({"replaces": [ID]}, (ID,), 64, "missing option '--scope'. Choose from: identical, different: see"),
    ],
    ids=["unnamed", "withdrawn", "level", "validity", "scope", "no-scope"],
)
def test_what_cannot_be_replaced_stays_as_it_is(
    changes: dict[str, Any], options: tuple[str, ...], code: int, says: str, used: Office
) -> None:
    document = used.document(4, **changes)
    identity, *scope = options
    assert says in used.refuses("replace", identity, document, *used.signing(), *WHY, *scope, code=code, at=LATER)
    used("audit")


@pytest.mark.parametrize(
    ("changes", "identity", "options", "code", "says"),
    [
        ({}, ID, (), 65, "no maintenance report was added"),
        ({"holder": {"name": "Another Ltd"}, "maintenance": [REPORT]}, ID, (), 65, "is a new certificate (Annex IV.3)"),
        ({"maintenance": [REPORT]}, THIRD, (), 65, "it cannot be maintained (Article 14)"),
        ({"maintenance": [REPORT]}, ID, ("--issuer", "DE-1"), 65, "was issued by DE-3087, not by DE-1"),
        ({"maintenance": [REPORT]}, ID, ("--bare",), 64, "give either --link TEMPLATE or --bare"),
        ({"maintenance": [REPORT]}, ID, ("--link", "http://x.example"), 64, "--link 'http://x.example'"),
        ({"maintenance": [REPORT]}, ID, ("--reason", ""), 64, "the reason is empty"),
        ({"maintenance": [REPORT]}, ID, ("--key", "missing.pem"), 66, "missing.pem: no such file"),
        ({"maintenance": [REPORT]}, "nothing", (), 65, "has no certificate nothing"),
    ],
    ids=["no-report", "holder", "withdrawn", "issuer", "forms", "link", "reason", "key", "unknown"],
)
def test_what_is_no_maintenance_signs_nothing(
    changes: dict[str, Any], identity: str, options: tuple[str, ...], code: int, says: str, used: Office
) -> None:
    document = used.document(1, **changes)
    arguments = (identity, document, *used.signing(), *WHY, *options)
    assert says in used.refuses("maintain", *arguments, code=code, at=LATER)
    used("audit")


@pytest.mark.parametrize(
    ("identity", "options", "code", "says"),
    [
        (SECOND, (), 65, "is suspended: it cannot be labelled (Article 9(2)(d))"),
        (THIRD, (), 65, "(Article 14)"),
        ("nothing", (), 65, "has no certificate nothing"),
        (ID, ("--bare",), 64, "give either --link TEMPLATE or --bare"),
        (ID, ("--link", "https://x.example/{name}"), 64, "--link 'https://x.example/{name}'"),
        (ID, ("--out", "key.pem"), 64, "is a file: give a folder"),
    ],
)
def test_what_must_not_be_promoted_gets_no_label(
    identity: str, options: tuple[str, ...], code: int, says: str, used: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(used.folder)
    assert says in used.refuses("label", identity, *used.signing(), *options, code=code, at=LATER)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("http://x.example/1", "--entity", BODY), 64, "URI 'http://x.example/1' is not an https link"),
        (("https://x.example/1", "--entity", "3087"), 64, "--entity '3087'"),
        (("https://x.example/1", "--entity", BODY, "--ncca-uri", "ftp://x"), 64, "--ncca-uri 'ftp://x'"),
        (("https://x.example/1", "--entity", BODY, "--ncca-uri", "https://x.example/1"), 64, "signs one of its own"),
        (("https://x.example/1", "--entity", BODY, "--size", "0"), 64, "--size"),
        ((STATUS_URI, "--entity", BODY), 65, "with this uri is open already"),
        (("https://x.example/1", "--entity", BODY, "--ncca-uri", NCCA_STATUS_URI), 65, "is open already"),
    ],
)
def test_a_list_of_no_use_is_not_opened(arguments: tuple[str, ...], code: int, says: str, used: Office) -> None:
    assert says in used.refuses("open-list", *arguments, code=code)
    used("audit")


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("https://x.example/1",), 65, "has no status list https://x.example/1"),
        (("--ttl", "forever"), 64, "--ttl 'forever' is no span of time: write it as 30m, 12h or 14d"),
        (("--ttl", "0d"), 64, "is no span of time"),
        (("--ttl", "-1d"), 64, "is no span of time"),
        (("--ttl", "٣d"), 64, "is no span of time"),
        (("--expires", "soon"), 64, "--expires 'soon' is no instant"),
        (("--expires", "2026-03-12"), 64, "is over already"),
        (("--expires", LATER), 64, "is over already"),
        (("--at", "9999-12-30T00:00:00Z", "--expires", "9d"), 64, "is after the year 9999"),
        (("--at", "2026-03-10T00:00:00Z"), 65, "verifiers want the next one to be later"),
        (("--at", "2026-03-09T00:00:00Z"), 65, "verifiers want the next one to be later"),
        (("--key", "missing.pem"), 66, "no such file"),
        (("--out", "."), 64, "is a folder"),
        (("--out", "key.pem/list"), 64, "is a file"),
        (("--out", "x" * 300), 64, "cannot be written (file name too long)"),
        (("--out", "status.pem"), 64, "status.pem: is the private key: choose another place"),
    ],
)
def test_a_list_that_cannot_be_published_leaves_the_old_one(
    options: tuple[str, ...], code: int, says: str, used: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(used.folder)
    before = used["list.cose"].read_bytes()
    at = () if "--at" in options else ("--at", LATER)
    arguments = ("--key", used["status.pem"], "--out", used["list.cose"], *at, *options)
    assert says in used.refuses("publish", *arguments, code=code)
    assert used["list.cose"].read_bytes() == before
    used("audit")


@pytest.mark.parametrize("name", ["register.db", "register.db-wal", "link.db", "./register.db.batch"])
@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("export", "--out"),
        ("audit", "--export-head"),
        ("publish", "--out"),
        ("draft", "--out"),
        ("issue-batch", "--results"),
    ],
    ids=lambda value: value.strip("-"),
)
def test_no_output_replaces_the_register(
    command: str, option: str, name: str, used: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(used.folder)
    used["link.db"].symlink_to("register.db")
    for beside in ("register.db-wal", "register.db.batch"):
        used[beside].touch()
    used["rows.jsonl"].write_bytes(b"")
    before = used["register.db"].read_bytes()
    arguments: dict[str, tuple[object, ...]] = {
        "publish": ("--key", "status.pem"),
        "draft": (used.document(4), "--issuer", BODY),
        "issue-batch": ("rows.jsonl", *used.signing()),
    }
    said = used(command, *arguments.get(command, ()), option, name, code=64).complaint
    assert said == f"{name.removeprefix('./')}: is the register itself: choose another place"
    assert used["register.db"].read_bytes() == before


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (None, 66, "no such file"),
        (b"", 65, "not the head of a register"),
        (b"\xff", 65, "not the head of a register"),
        (b"[]", 65, "not the head of a register"),
        (b'{"seq": "1", "digest": "00"}', 65, "not the head of a register"),
        (b'{"seq": true, "digest": "' + b"0" * 64 + b'"}', 65, "not the head of a register"),
        (b"[" * 401, 65, "more than 400 bytes"),
        (b"[" * 400, 65, "not the head of a register"),
    ],
    ids=["missing", "empty", "binary", "list", "text", "true", "large", "deep"],
)
def test_a_file_that_is_no_head_proves_nothing(content: bytes | None, code: int, says: str, office: Office) -> None:
    if content is not None:
        office["head.json"].write_bytes(content)
    assert says in office.refuses("audit", "--head", office["head.json"], code=code)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--entity", "3087"), "--entity '3087'"),
        (("--status-uri", "http://x.example/1"), "--status-uri 'http://x.example/1'"),
        (("--ncca-uri", "ftp://x"), "--ncca-uri 'ftp://x'"),
        (("--ncca-uri", STATUS_URI), "each signs one of its own"),
        (("--size", "0"), "--size"),
        (("--size", "16000001"), "--size"),
        (("--size", "many"), "--size"),
        (("--actor", ""), "the actor is empty"),
        (("--at", "now"), "is no instant"),
    ],
)
def test_a_register_that_would_be_of_no_use_is_not_begun(options: tuple[str, ...], says: str, empty: Office) -> None:
    assert says in empty.refuses("init", *LISTS, *options, code=64)
    assert not empty["register.db"].exists()


def test_a_register_is_made_once(used: Office) -> None:
    assert "the database is not empty" in used.refuses("init", *LISTS, code=65)
    others = ("--entity", BODY, "--status-uri", NCCA_STATUS_URI)
    assert "the database is not empty" in used.refuses("init", *others, code=65)


COMMANDS: dict[str, tuple[str, ...]] = {
    "list": (),
    "show": (ID,),
    "suspend": (ID, *WHY),
    "extend": (ID, *WHY, "--until", "2026-06-01", "--reference", "NCCA 5"),
    "confirm": (ID, *WHY),
    "purge": (ID, *WHY),
    "maintain": (ID, "certificate-1.json", *WHY, "--key", "key.pem", "--issuer", BODY, "--out", "o", "--bare"),
    "label": (ID, "--key", "key.pem", "--issuer", BODY, "--out", "o", "--bare"),
    "open-list": ("https://status.body.example/eucc/2", "--entity", BODY),
    "close-list": (STATUS_URI, *WHY),
    "issue-batch": ("rows.jsonl", "--key", "key.pem", "--issuer", BODY, "--out", "o", "--bare"),
    "reinstate": (ID, *WHY),
    "withdraw": (ID, *WHY),
    "audit": (),
    "export": (),
    "publish": ("--key", "status.pem", "--out", "x.cose"),
    "draft": ("certificate-1.json", "--issuer", BODY, "--out", "x.draft"),
    "discard": (ID, *WHY),
    "issue": ("certificate-1.json", "--key", "key.pem", "--issuer", BODY, "--out", "o", "--link", LINK),
    "replace": (ID, "certificate-1.json", *WHY, "--key", "key.pem", "--issuer", BODY, "--out", "o", "--bare",
                "--scope", "different"),
    "init": LISTS,
}  # fmt: skip


@pytest.fixture
def in_folder(empty: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(empty.folder)
    empty.document()
    empty["rows.jsonl"].write_bytes(b"")
    empty["text.db"].write_bytes(b"no database at all\n" * 100)
    empty["empty.db"].write_bytes(b"")
    return empty


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("location", "code", "says"),
    [
        (None, 64, "missing option '--register'"),
        ("", 64, "is no name of a file"),
        ("what?.db", 64, "choose one without '?'"),
        ("a%41.db", 64, "choose one without '?' and '%'"),
        ("text.db", 65, "text.db: the register cannot be"),
        (".", 65, ".: the register cannot be"),
        ("mysql://anna:secret@h/d", 65, "certmark keeps no register at mysql"),
        ("postgresql+psycopg://anna:secret@127.0.0.1:1/d", 65, "the register cannot be"),
        ("postgresql+psycopg://anna:se@cret@h:x/d", 65, "not the url of a database"),
    ],
    ids=["none", "empty", "query", "percent", "text", "folder", "mysql", "unreachable", "port"],
)
def test_what_is_no_register_is_one_line_without_a_password(
    command: str, location: str | None, code: int, says: str, in_folder: Office
) -> None:
    where = () if location is None else ("--register", location)
    ended = in_folder.run("register", command, *COMMANDS[command], *where)
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.complaint
    assert "cret" not in ended.err


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "init"])
def test_a_name_that_was_mistyped_makes_no_register(command: str, in_folder: Office) -> None:
    for location in ("missing.db", "sqlite:///missing.db"):
        ended = in_folder.run("register", command, *COMMANDS[command], "--register", location)
        assert (ended.code, ended.out) == (66, "")
        assert ended.complaint == "missing.db: no such file: make the register with 'certmark register init'"
        assert not in_folder["missing.db"].exists()
    ended = in_folder.run("register", command, *COMMANDS[command], "--register", "empty.db")
    assert (ended.code, ended.out) == (65, "")
    assert "empty.db: the database holds no register" in ended.complaint


WITHOUT = """
import json, sys
module, commands = json.loads(sys.argv[1])
sys.modules[module] = None
from certmark.cli import main
sys.exit({main(["register", *command, "--register", "register.db"]) for command in commands} != {69})
"""


@pytest.mark.parametrize("module", ["sqlalchemy", "alembic"])
def test_without_the_extra_its_name_is_told(module: str, in_folder: Office) -> None:
    commands = json.dumps([module, [[name, *options] for name, options in COMMANDS.items()]])
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, commands], cwd=in_folder.folder, capture_output=True, text=True, check=False
    )
    line = "certmark: the register needs the 'register' extra: pip install 'certmark[register]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", line * len(COMMANDS))


@pytest.mark.parametrize("command", ["list", "init"])
def test_without_the_driver_of_postgresql_its_extra_is_told(
    command: str, in_folder: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> None:
        raise MissingExtraError("postgres", "a register in PostgreSQL")

    monkeypatch.setattr("certmark.register.database.connect", missing)
    in_folder["register.db"].write_bytes(b"")
    ended = in_folder.run("register", command, *COMMANDS[command], "--register", "register.db")
    assert (ended.code, ended.out) == (69, "")
    assert "certmark[postgres]" in ended.complaint


def test_a_register_whose_making_was_killed_has_no_list_to_publish(in_folder: Office) -> None:
    from certmark.register import Register
    from tests.unit.register.body import act

    Register.create(f"sqlite:///{in_folder['half.db']}", act=act("2026-01-01")).close()
    how = ("--key", in_folder["status.pem"], "--out", in_folder["x"])
    ended = in_folder.run("register", "publish", *how, "--register", in_folder["half.db"])
    assert (ended.code, ended.out) == (64, "")
    assert ended.complaint.endswith("no status list yet: run 'certmark register init' again")


def test_of_several_lists_one_must_be_named(office: Office, certmark: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from certmark.register import Register
    from tests.unit.register.body import act

    monkeypatch.setenv(VARIABLE, str(office["register.db"]))
    with Register.open(f"sqlite:///{office['register.db']}") as register:
        register.open_list("https://status.body.example/eucc/2", entity=BODY, size=8, act=act("2026-01-02"))
    ended = certmark("register", "publish", "--key", office["status.pem"], "--out", office["x"])
    assert (ended.code, ended.out) == (64, "")
    assert ended.complaint == f"which list: give one of {STATUS_URI}, https://status.body.example/eucc/2"
    assert not office["x"].exists()


def test_a_group_without_a_command_shows_help(certmark: Command) -> None:
    assert certmark("register", "upgrade").code == 64
    assert "no such command" in certmark("register", "upgrade").complaint
