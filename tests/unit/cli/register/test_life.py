"""``certmark register``: the life of certificates through commands, and what verifiers make of the files."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from certmark.cli.register import decisions, issuing, reading
from certmark.cli.register.options import VARIABLE
from certmark.model import dump_document
from certmark.register import Authority, Review
from certmark.status import token
from certmark.verify import CertificateStatus
from tests.unit.cli.conftest import Command, write_world
from tests.unit.cli.register.office import ID, ISSUED_AT, LISTS, SECOND, Office
from tests.unit.register.body import maintained, numbered
from tests.world import BODY, LINK, NCCA_STATUS_URI, STATUS_URI, WORLD

WHY = ("--reason", "decided on file 7", "--actor", "bert")
TERMS = ("--ttl", "2d", "--expires", "14d")


def status_at(office: Office, at: str, *lists: str) -> str:
    """Give the status that verifiers report of certificate 1 with lists that were written."""
    evidence = ("--trust", office["trust.bundle"], "--anchor", office["root.cose"])
    files = [part for name in lists for part in ("--status", office[name])]
    ended = office.run("verify", office["out/certificate-1.cose"], *evidence, *files, "--json", "--at", at)
    return str(ended.report["certificate_status"])


def test_a_certificate_lives_as_its_commands_say_and_verifiers_hear_of_it(office: Office) -> None:
    write_world(office.folder, WORLD.with_ncca_list())
    office.issue(1)
    heard = []
    for at, decide in (
        ("2026-05-21", None),
        ("2026-05-22", ("suspend", ID)),
        ("2026-05-24", ("reinstate", ID)),
        ("2026-05-25", ("withdraw", ID, "--by", "ncca")),
    ):
        if decide is not None:
            office(*decide, *WHY, at=f"{at}T09:00:00Z")
        for number, (uri, key) in enumerate(((STATUS_URI, "status"), (NCCA_STATUS_URI, "ncca"))):
            office.publish(f"{at}T10:00:00Z", uri, *TERMS, key=key, out=f"{number}.cose")
        heard.append(status_at(office, f"{at}T12:00:00Z", "0.cose", "1.cose"))
        if decide == ("suspend", ID):
            for number, (uri, key) in enumerate(((STATUS_URI, "status"), (NCCA_STATUS_URI, "ncca"))):
                office.publish("2026-05-23T10:00:00Z", uri, *TERMS, key=key, out=f"{number}.cose")
            heard.append(status_at(office, "2026-05-23T12:00:00Z", "0.cose", "1.cose"))
    assert heard == ["in_force", "in_force", "suspended", "in_force", "withdrawn"]
    shown = office("show", ID, "--json").report
    assert [each["kind"] for each in shown["history"]] == ["reserved", "issued", "suspended", "reinstated", "withdrawn"]
    assert (shown["status"], shown["withdrawn_by"]) == ("withdrawn", "ncca")
    assert {each["actor"] for each in shown["history"]} == {"anna", "bert"}
    assert office("audit").out.startswith(" SOUND ")


def test_what_is_issued_is_told_and_verifies_from_every_file(office: Office, evidence: tuple[object, ...]) -> None:
    ended = office.issue(1)
    assert f"issued   {ID}, index 0 of {STATUS_URI}" in ended.out
    assert f"files    {office['out/certificate-1']}.cose .txt .svg .png" in ended.out
    for suffix in ("cose", "txt", "png"):
        report = office.run("verify", office[f"out/certificate-1.{suffix}"], *evidence, "--json").report
        assert (report["indication"], report["certificate"]["id"]) == ("PASSED", ID)


def test_indices_are_given_out_once_each(office: Office) -> None:
    found = [office.issue(number, "--json").report["index"] for number in (1, 2, 3)]
    assert found == [0, 1, 2]


def test_a_retry_with_its_key_gives_what_is_there(office: Office) -> None:
    first = office.issue(1, "--idempotency-key", "order-17", "--json")
    before = office["out/certificate-1.cose"].read_bytes()
    office["out/certificate-1.cose"].unlink()
    assert office.issue(1, "--idempotency-key", "order-17", "--json") == first
    assert office["out/certificate-1.cose"].read_bytes() == before


def test_files_that_were_lost_are_written_again(office: Office) -> None:
    office.issue(1)
    office("show", ID, "--out", office["again"])
    written = {path.suffix: path.read_bytes() for path in office["again"].iterdir()}
    assert written == {path.suffix: path.read_bytes() for path in office["out"].iterdir()}
    assert {path.stem for path in office["again"].iterdir()} == {ID}


def test_both_tokens_of_a_certificate_are_written_again_under_the_names_they_had(office: Office) -> None:
    office.issue(1)
    office("label", ID, *office.signing(), "--actor", "anna", at="2026-03-05T00:00:00Z")
    office("show", ID, "--out", office["again"])
    lost = {path.name.replace("certificate-1", ID): path.read_bytes() for path in office["out"].iterdir()}
    assert {path.name: path.read_bytes() for path in office["again"].iterdir()} == lost
    assert f"{ID}+label.png" in lost


def test_a_retry_after_a_label_gives_the_whole_token(office: Office) -> None:
    office.issue(1, "--idempotency-key", "order-17")
    before = office["out/certificate-1.cose"].read_bytes()
    office("label", ID, *office.signing(), "--actor", "anna", at="2026-03-05T00:00:00Z")
    office["out/certificate-1.cose"].unlink()
    office.issue(1, "--idempotency-key", "order-17")
    assert office["out/certificate-1.cose"].read_bytes() == before


def test_a_certificate_that_cannot_be_written_is_issued_and_says_so(office: Office) -> None:
    office["out"].mkdir()
    office["out/certificate-1.cose"].mkdir()
    ended = office.issue(1, code=64)
    assert f"{ID} is issued: 'certmark register show {ID} --out DIR' writes it" in ended.complaint
    office("show", ID, "--out", office["again"])


def test_a_replaced_certificate_is_withdrawn_and_both_name_each_other(office: Office) -> None:
    office.issue(1)
    changes = {"replaces": [ID], "issued": "2026-03-03", "valid_until": "2031-03-02"}
    document = office.document(2, **changes)
    arguments = (ID, document, "--scope", "identical", *office.signing(), *WHY, "--idempotency-key", "review-3")
    ended = office("replace", *arguments, at="2026-03-03T10:00:00Z")
    assert f"replaces {ID}, which is withdrawn" in ended.out
    again = office("replace", *arguments, "--json", at="2026-03-04T10:00:00Z").report
    assert (again["id"], again["replaces"]) == (SECOND, ID)
    old = office("show", ID, "--json", at="2026-03-04T10:00:00Z").report
    assert (old["status"], old["replaced_by"]) == ("withdrawn", SECOND)
    assert f"replaced by  {SECOND}" in office("show", ID).out


def test_certificates_are_listed_by_status_holder_and_scheme(office: Office) -> None:
    assert office("list").out == "no certificates\n"
    for number in (1, 2):
        office.issue(number)
    office("withdraw", ID, *WHY, at="2026-03-09T00:00:00Z")
    at = "2026-04-01T00:00:00Z"
    listed = office("list", at=at).out.splitlines()
    assert [line.split()[:2] for line in listed[1:]] == [[ID, "withdrawn"], [SECOND, "in"]]
    for options, expected in (
        (("--status", "withdrawn"), [ID]),
        (("--status", "in_force", "--scheme", "EUCC"), [SECOND]),
        (("--status", "expired"), []),
        (("--holder", "nobody"), []),
        (("--scheme", "EUCS"), []),
    ):
        assert [row["id"] for row in office("list", *options, "--json", at=at).report] == expected


def test_a_suspension_says_its_days(office: Office) -> None:
    office.issue(1)
    told = office("suspend", ID, *WHY, "--decided", "2026-03-05", "--until", "2026-03-20", at="2026-03-06T00:00:00Z")
    assert told.out == (
        f"{ID}: suspended from 2026-03-06 to 2026-03-20; verifiers learn it from the next {STATUS_URI}\n"
    )
    assert "from 2026-03-06 to 2026-03-20, both included" in office("show", ID, at="2026-03-07T00:00:00Z").out
    shown = office("show", ID, "--json", at="2026-03-07T00:00:00Z").report
    assert shown["suspension"] == {"first_day": "2026-03-06", "last_day": "2026-03-20"}


def test_the_only_list_need_not_be_named_and_its_terms_are_in_the_token(office: Office) -> None:
    office.issue(1)
    office("withdraw", ID, *WHY, at="2026-03-09T00:00:00Z")
    told = office.publish("2026-03-10T00:00:00Z", "--ttl", "90m", "--expires", "2026-04-01").out
    assert "states   1 of the certificates" in told
    _, content = token.parse(office["list.cose"].read_bytes())
    assert (content.uri, content.ttl, content.expires) == (STATUS_URI, 5400, 1775001600)
    office.publish("2026-03-11T00:00:00Z", "--ttl", "1h", "--expires", "2h")
    _, content = token.parse(office["list.cose"].read_bytes())
    assert (content.expires or 0) - content.issued_at == 7200
    office.publish("2026-03-12T00:00:00Z")
    _, content = token.parse(office["list.cose"].read_bytes())
    assert (content.ttl, content.expires) == (None, None)


def test_what_happens_between_issue_and_purge_has_a_command_each(office: Office) -> None:
    office.issue(1)
    told = [
        office("confirm", ID, *WHY, at="2026-03-03T00:00:00Z").out,
        office("suspend", ID, *WHY, at="2026-03-04T00:00:00Z").out,
        office("extend", ID, *WHY, "--until", "2026-06-01", "--reference", "NCCA 5", at="2026-03-05T00:00:00Z").out,
        office("reinstate", ID, *WHY, at="2026-03-06T00:00:00Z").out,
        office("suspend", ID, *WHY, "--other-cause", "finding 9", at="2026-03-07T00:00:00Z").out,
        office("withdraw", ID, *WHY, at="2026-03-08T00:00:00Z").out,
        office("purge", ID, *WHY, at="2031-03-09T00:00:00Z").out,
    ]
    assert [line.removeprefix(f"{ID}: ").partition(";")[0].strip() for line in told] == [
        "confirmed as it is",
        "suspended from 2026-03-05 to 2026-04-15",
        "suspended from 2026-03-05 to 2026-06-01",
        "in force again",
        "suspended from 2026-03-08 to 2026-04-18",
        "withdrawn for good by the body",
        "tokens, documents and names are removed",
    ]
    assert "purged" in office("list").out
    office("audit")


def test_a_maintained_certificate_and_its_label_are_further_tokens(
    office: Office, evidence: tuple[object, ...]
) -> None:
    office.issue(1)
    office["new.json"].write_text(dump_document(maintained()), encoding="utf-8")
    arguments = (ID, office["new.json"], *office.signing(), *WHY)
    assert f"signed   {ID}, index 0" in office("maintain", *arguments, at="2026-03-12T00:00:00Z").out
    label = office("label", ID, *office.signing(), "--json", at="2026-03-13T00:00:00Z").report
    assert [each["content"] for each in label["tokens"]] == ["full", "full", "label"]
    for stem in ("new", f"{ID}+label"):
        report = office.run(
            "verify", office[f"out/{stem}.png"], *evidence, "--product-version", "2.0.2", "--json"
        ).report
        assert (report["indication"], report["certificate"]["id"]) == ("PASSED", ID)


def test_a_closed_list_is_followed_by_the_next(office: Office) -> None:
    new = "https://status.body.example/eucc/2"
    told = office("open-list", new, "--entity", BODY, "--ncca-uri", "https://status.ncca.example/2", "--size", "8").out
    assert (
        told == f"list     {new} with 8 entries, for {BODY}\n         https://status.ncca.example/2 of the authority\n"
    )
    assert office.issue(1, "--json").report["index"] == 0
    assert (
        office("close-list", STATUS_URI, *WHY).out == f"list     {STATUS_URI} is closed; 8 indices are left in others\n"
    )
    report = office.issue(2, "--json").report
    assert (report["status_list"], report["index"]) == (new, 0)
    office("audit")


def test_an_exported_head_proves_the_log_later(office: Office) -> None:
    office.issue(1)
    office("audit", "--export-head", office["head.json"])
    kept = json.loads(office["head.json"].read_text())
    office.issue(2)
    report = office("audit", "--head", office["head.json"], "--export-head", office["head.json"], "--json").report
    assert (report["sound"], report["findings"]) == (True, [])
    assert report["head"] == json.loads(office["head.json"].read_text()) != kept


def tamper(office: Office, statement: str) -> None:
    """Write as an administrator can who drops the triggers."""
    with sqlite3.connect(office["register.db"]) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "about"),
    [
        ("UPDATE events SET reason = 'another' WHERE kind = 'suspended'", "chain"),
        ("DELETE FROM events WHERE kind = 'suspended'", "chain"),
        ("UPDATE editions SET text = 'CM1:X'", "token"),
        ("DELETE FROM editions", "token"),
        ("UPDATE indices SET state = 'burnt'", "index"),
        ("DELETE FROM publications", "publication"),
    ],
)
def test_a_register_that_was_changed_is_not_sound_and_its_head_is_not_written(
    statement: str, about: str, office: Office
) -> None:
    office.issue(1)
    office("suspend", ID, *WHY, at="2026-03-05T00:00:00Z")
    office.publish("2026-03-10T00:00:00Z")
    tamper(office, statement)
    ended = office("audit", "--export-head", office["head.json"], code=1)
    assert ended.out.startswith(" NOT SOUND ")
    assert f"\n{about}  " in ended.out
    assert not office["head.json"].exists()
    report = office("audit", "--json", code=1).report
    assert (report["sound"], about in {finding["about"] for finding in report["findings"]}) == (False, True)


def test_a_log_that_was_cut_is_found_by_the_head_alone(office: Office) -> None:
    office.issue(1)
    office("suspend", ID, *WHY, at="2026-03-05T00:00:00Z")
    office("audit", "--export-head", office["head.json"])
    tamper(office, "DELETE FROM events WHERE kind = 'suspended'")
    office("audit")
    ended = office("audit", "--head", office["head.json"], code=1)
    assert "beyond the end of the log" in " ".join(ended.out.split())


def test_the_export_is_the_same_on_paper_and_in_pipes(office: Office) -> None:
    office.issue(1)
    for form in ("json", "csv"):
        piped = office("export", "--format", form, at=ISSUED_AT).out
        office("export", "--format", form, "--out", office[f"out.{form}"], at=ISSUED_AT)
        assert office[f"out.{form}"].read_bytes().decode() == piped
    assert json.loads(office["out.json"].read_text())[0]["status"] == "in_force"
    (row,) = csv.DictReader(io.StringIO(office["out.csv"].read_bytes().decode()))
    assert (row["id"], row["status"]) == (ID, "in_force")


def test_a_terminal_is_shown_an_export_escaped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.issue(1)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("certmark.register.export.to_json", lambda *_, **__: "[\n\x9b2J\u202e\n]\n")
    assert office("export").out == "[\n<U+009B>2J<U+202E>\n]\n"


def test_what_the_database_says_reaches_no_terminal_as_it_stands(office: Office) -> None:
    office.issue(1)
    tamper(office, "UPDATE events SET reason = '[red]' || char(27) || '[2J' || char(8238)")
    shown = office("show", ID).out
    assert "[red]<U+001B>[2J<U+202E>" in " ".join(shown.split())
    assert all(line.isprintable() for line in shown.splitlines())
    assert office("show", ID, "--json").out.isascii()


def test_an_id_never_leads_out_of_the_folder(office: Office) -> None:
    office.issue(1)
    for table, column in (("certificates", "id"), ("editions", "certificate_id"), ("events", "certificate_id")):
        tamper(office, f"UPDATE {table} SET {column} = 'A/../../x' WHERE {column} = '{ID}'")  # noqa: S608 ours
    office("show", "A/../../x", "--out", office["deep/er"])
    assert sorted(path.suffix for path in office["deep/er"].iterdir()) == [".cose", ".png", ".svg", ".txt"]


def test_files_of_two_ids_never_have_one_name(office: Office) -> None:
    ids = ("A/B", "A-B", "A.B", "a.B", "A.b")
    for each in ids:
        document = office["document.json"]
        document.write_text(dump_document(numbered(1).model_copy(update={"id": each})), encoding="utf-8")
        office("issue", document, *office.signing(), at=ISSUED_AT)
        office("show", each, "--out", office["shown"])
    assert {path.stem for path in office["shown"].glob("*.cose")} == {"A~B", "A-B", "A.B", "a.B+4", "A.b+1"}


def test_the_register_is_named_by_the_environment_too(
    office: Office, certmark: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.issue(1)
    for name in (str(office["register.db"]), f"sqlite:///{office['register.db']}"):
        monkeypatch.setenv(VARIABLE, name)
        assert [row["id"] for row in certmark("register", "list", "--json").report] == [ID]


def test_the_login_name_stands_for_who_does_not_say_otherwise(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "carla")
    office("issue", office.document(), *office.signing(), at=ISSUED_AT)
    assert {each["actor"] for each in office("show", ID, "--json").report["history"]} == {"carla"}


def test_an_interrupted_beginning_is_taken_up(empty: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("certmark.register.Register.open_list", killed)
        empty("init", *LISTS, code=130)
    empty.init()
    assert empty.issue(1, "--json").report["index"] == 0


def test_words_of_the_command_line_are_those_of_the_register() -> None:
    assert [each.value for each in decisions.By] == [each.value for each in Authority]
    assert [f"{each.value}_scope" for each in issuing.Scope] == [each.value for each in Review]
    assert {each.value for each in reading.Status} < {each.value for each in CertificateStatus}


# --- processes ---


def start(office: Office, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "certmark", "register", *map(str, arguments)]
    place = ("--register", str(office["register.db"]))
    return subprocess.Popen([*command, *place], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ends(running: list[subprocess.Popen[str]]) -> list[Any]:
    said = [process.communicate(timeout=120) for process in running]
    assert all(err.count("\n") <= 1 and "internal" not in err for _, err in said), said
    return sorted(process.returncode for process in running)


def signing(office: Office) -> tuple[object, ...]:
    return ("--key", office["key.pem"], "--issuer", BODY, "--link", LINK, "--at", ISSUED_AT)


def test_two_processes_that_issue_at_once_get_an_index_each(office: Office) -> None:
    running = [
        start(office, "issue", office.document(number), *signing(office), "--out", office["out"]) for number in (1, 2)
    ]
    assert ends(running) == [0, 0]
    assert sorted(row["index"] for row in office("list", "--json").report) == [0, 1]
    office("audit")


def test_of_two_processes_that_issue_the_same_one_does(office: Office) -> None:
    document = office.document(1)
    running = [start(office, "issue", document, *signing(office), "--out", office[f"{n}"]) for n in (1, 2)]
    assert ends(running) == [0, 65]
    assert [row["id"] for row in office("list", "--json").report] == [ID]
    office("audit")


def test_of_two_processes_that_withdraw_one_does(office: Office) -> None:
    office.issue(1)
    assert ends([start(office, "withdraw", ID, *WHY, "--at", "2026-03-05T00:00:00Z") for _ in "ab"]) == [0, 65]
    office("audit")


def test_of_two_processes_that_make_a_register_one_does(empty: Office) -> None:
    assert ends([start(empty, "init", *LISTS, "--at", "2026-01-01T00:00:00Z") for _ in "ab"]) == [0, 65]
    empty.issue(1)


def test_a_publication_that_is_killed_leaves_the_old_file(office: Office) -> None:
    office.publish("2026-03-10T00:00:00Z")
    before = office["list.cose"].read_bytes()
    program = "import os, sys; from pathlib import Path; Path.replace = lambda *_: os._exit(9)\n"
    program += "from certmark.cli import main; main(sys.argv[1:])"
    where = ("--key", office["status.pem"], "--out", office["list.cose"], "--register", office["register.db"])
    command = [sys.executable, "-c", program, "register", "publish", *map(str, where), "--at", "2026-03-11T00:00:00Z"]
    assert subprocess.run(command, timeout=60, check=False).returncode == 9
    assert office["list.cose"].read_bytes() == before
    office.publish("2026-03-12T00:00:00Z")
    assert office["list.cose"].read_bytes() != before
    assert not list(Path(office.folder).glob(".*.tmp"))
    office("audit")


def test_help_loads_no_database() -> None:
    code = "import sys; from certmark.cli import main; main(['register', '-h']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()).isdisjoint({"sqlalchemy", "alembic", "rich", "cryptography"})
