"""``certmark verify``: every exit code, and a report for whatever is given as a token."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from certmark.cli.screen import visible
from certmark.cose.algorithms import Algorithm
from certmark.status.bitarray import Status
from certmark.transport import to_bare
from tests import keys, seals
from tests.unit.cli.conftest import AT, Command, Ended, write_world
from tests.unit.scan.drawn import beside, picture, saved
from tests.world import BODY_KEY, STRANGER_KEY, WORLD, World, seconds, service_key

Evidence = tuple[object, ...]


def verify_in(folder: Path, world: World, certmark: Command, *options: object) -> Ended:
    """Verify a world's token with its files."""
    write_world(folder, world)
    return certmark(
        *("verify", folder / "token.cose", "--trust", folder / "trust.bundle", "--anchor", folder / "root.cose"),
        *("--status", folder / "status-0.cose", "--at", AT, *options),
    )


# --- verdicts ---


def test_a_good_token_passes(certmark: Command, files: Path, evidence: Evidence) -> None:
    ended = certmark("verify", files / "token.txt", *evidence)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(" PASSED   EUCC-3087-2026-03-0001: in force\n")


@pytest.mark.parametrize(
    ("world", "options", "code", "sub_indication"),
    [
        (WORLD.with_status(Status.INVALID), (), 1, "CERTIFICATE_WITHDRAWN"),
        (WORLD.signed_by(STRANGER_KEY), (), 1, "ISSUER_NOT_LISTED"),
        (WORLD.with_status(Status.SUSPENDED), ("--policy", "strict"), 1, "POLICY_NOT_MET"),
        (WORLD.with_lists(expires=1_780_000_000), (), 2, "TRY_LATER"),
        (WORLD, ("--gtin", "5901234123457"), 1, "WRONG_PRODUCT"),
        (WORLD, ("--model", "SE9"), 1, "WRONG_PRODUCT"),
        (WORLD, ("--product-version", "9"), 1, "WRONG_PRODUCT"),
    ],
    ids=["withdrawn", "not-listed", "suspended-strict", "lists-expired", "gtin", "model", "version"],
)
def test_the_indication_decides_the_exit_code(
    world: World,
    options: tuple[str, ...],
    code: int,
    sub_indication: str,
    certmark: Command,
    tmp_path: Path,
) -> None:
    ended = verify_in(tmp_path, world, certmark, *options, "--json")
    assert (ended.code, ended.err) == (code, "")
    assert ended.report["sub_indication"] == sub_indication


def test_a_suspended_certificate_passes_and_may_not_be_promoted(certmark: Command, tmp_path: Path) -> None:
    ended = verify_in(tmp_path, WORLD.with_status(Status.SUSPENDED), certmark, "--json")
    assert (ended.code, ended.report["may_promote"]) == (0, "no")


def test_without_status_lists_the_result_is_open(certmark: Command, files: Path, evidence: Evidence) -> None:
    without = [option for option in evidence if option not in ("--status", files / "status-0.cose")]
    ended = certmark("verify", files / "token.txt", *without, "--json")
    assert (ended.code, ended.report["sub_indication"]) == (2, "TRY_LATER")


def test_the_lenient_policy_accepts_that(certmark: Command, files: Path, evidence: Evidence) -> None:
    without = [option for option in evidence if option not in ("--status", files / "status-0.cose")]
    ended = certmark("verify", files / "token.txt", *without, "--policy", "lenient_offline", "--json")
    assert (ended.code, ended.report["may_promote"]) == (0, "unknown")


def test_the_named_product_is_compared(certmark: Command, files: Path, evidence: Evidence) -> None:
    product = ("--gtin", "4006381333931", "--model", "se1-a", "--product-version", "2.0.1 G")
    ended = certmark("verify", files / "token.txt", *evidence, *product, "--json")
    assert (ended.code, ended.report["product_match"]) == (0, "matched")


def test_an_unknown_scheme_is_open_until_its_file_is_given(certmark: Command, tmp_path: Path) -> None:
    world = WORLD.with_statement()
    scheme = Path(__file__).parents[3] / "examples" / "schemes" / "xx-home.json"
    assert verify_in(tmp_path, world, certmark).code == 2
    ended = verify_in(tmp_path, world, certmark, "--scheme", scheme)
    assert ended.code == 0
    assert "May be mentioned, not as a certificate  unknown" in ended.out


def test_the_time_of_verification_is_an_option(certmark: Command, files: Path, evidence: Evidence) -> None:
    ended = certmark("verify", files / "token.txt", *evidence[:-1], "2026-01-01T01:00:00+01:00", "--json")
    assert (ended.code, ended.report["at"]) == (2, "2026-01-01T00:00:00Z")
    assert ended.report["sub_indication"] == "CLOCK_ERROR"


def test_without_the_option_the_clock_is_read(
    certmark: Command, files: Path, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certmark.cli.clock.now", lambda: WORLD.now)
    ended = certmark("verify", files / "token.txt", *evidence[:-2], "--json")
    assert (ended.code, ended.report["at"]) == (0, AT)


def test_the_anchor_may_be_a_digest(certmark: Command, files: Path) -> None:
    digest = sha256(WORLD.root.signed).hexdigest()
    for written in (digest, digest.upper()):
        options = ("--trust", files / "trust.bundle", "--anchor", written, "--status", files / "status-0.cose")
        assert certmark("verify", files / "token.txt", *options, "--at", AT).code == 0


def test_several_status_lists_may_follow_one_option_as_a_shell_expands_them(certmark: Command, files: Path) -> None:
    options = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose", "--at", AT)
    status = ("--status", files / "status-1.cose", files / "status-0.cose")
    assert certmark("verify", files / "token.txt", *options, *status).code == 0


# --- where tokens come from ---


@pytest.mark.parametrize(
    "text",
    [WORLD.text, f"{WORLD.text}\n", f"{WORLD.text}\r\n", to_bare(WORLD.cose), f"{to_bare(WORLD.cose)}\n"],
    ids=["link", "newline", "crlf", "bare", "bare-newline"],
)
@pytest.mark.parametrize("way", ["argument", "stdin", "file"])
def test_a_text_may_come_in_three_ways(
    text: str,
    way: str,
    certmark: Command,
    evidence: Evidence,
    tmp_path: Path,
    type_in: Callable[[bytes], None],
) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    type_in(text.encode())
    argument = {"argument": text, "stdin": "-", "file": tmp_path / "a.txt"}[way]
    assert certmark("verify", argument, *evidence).code == 0


def test_a_byte_order_mark_before_a_text_does_not_matter(certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "label.txt").write_text(f"{WORLD.text}\r\n", encoding="utf-8-sig", newline="")
    assert certmark("verify", tmp_path / "label.txt", *evidence).code == 0


def test_several_codes_on_a_picture_are_told(certmark: Command, evidence: Evidence, tmp_path: Path) -> None:
    code, other = picture(WORLD.text), picture(to_bare(WORLD.issue(WORLD.certificate().for_label()).cose))
    for name, images in {"one": [code], "twice": [code, code], "two": [code, other]}.items():
        (tmp_path / f"{name}.png").write_bytes(saved(beside(*images), "PNG"))
    for name in ("one", "twice"):
        ended = certmark("verify", tmp_path / f"{name}.png", *evidence)
        assert (ended.code, ended.err) == (0, "")
    ended = certmark("verify", tmp_path / "two.png", *evidence)
    assert ended.complaint.startswith("warning: 2 different certificate codes are on the picture")


def test_cose_may_come_from_a_file_or_standard_input(
    certmark: Command, files: Path, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    assert certmark("verify", files / "token.cose", *evidence).code == 0
    type_in(WORLD.cose)
    assert certmark("verify", "-", *evidence).code == 0


@pytest.mark.parametrize("name", ["at 6.27.00\u202fPM", "\u3000", "soft\u00adhyphen"])
def test_a_file_is_read_whatever_its_name(
    name: str, certmark: Command, evidence: Evidence, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(WORLD.text.encode())
    assert certmark("verify", name, *evidence).code == 0
    assert certmark("verify", name, *evidence, "--jsonl").code == 0


@pytest.mark.parametrize("text", ["no\u202ffile", "no\nfile", "no\0file", "no\udcfcfile"])
def test_what_no_file_is_called_is_a_text(text: str, certmark: Command, evidence: Evidence) -> None:
    assert certmark("verify", text, *evidence, "--json").report["sub_indication"] == "FORMAT_FAILURE"


def _changed(text: str) -> str:
    return text[:-40] + ("1" if text[-40] == "0" else "0") + text[-39:]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty text"),
        ("HC1:6BF+70790T9WJWG", "COVID"),
        ("shc:/5676290952432060", "SMART Health Card"),
        ("https://shop.example/router", "plain web link"),
        ("http://shop.example/#123", "without encryption"),
        (WORLD.text[:-30], ""),
        (_changed(WORLD.text), ""),
        (WORLD.text.upper(), "changed"),
        (to_bare(WORLD.cose).lower(), "changed"),
        (to_bare(WORLD.cose)[:-9], ""),
        (f" {WORLD.text}", "white space"),
        (f"{WORLD.text}\n\n", "white space"),
        ("x" * 300, "neither a certmark link"),
        ("https://h.example/#" + "1" * 30_000, "30019 characters"),
    ],
    ids=[
        *("empty", "dcc", "shc", "web-link", "http", "truncated", "damaged", "upper-cased", "lower-cased"),
        *("bare-truncated", "space-before", "two-newlines", "no-path-so-long", "too-long"),
    ],
)
def test_whatever_is_given_as_text_gets_a_report(
    text: str, said: str, certmark: Command, evidence: Evidence, tmp_path: Path, type_in: Callable[[bytes], None]
) -> None:
    (tmp_path / "any.txt").write_bytes(text.encode())
    for argument in (text, "-", tmp_path / "any.txt"):
        type_in(text.encode())
        ended = certmark("verify", argument, *evidence, "--json")
        assert (ended.code, ended.err) == (1, "")
        assert ended.report["sub_indication"] == "FORMAT_FAILURE"
        assert said.lower() in ended.report["checks"][0]["reason"].lower()
        type_in(text.encode())
        assert certmark("verify", argument, *evidence).out.startswith(" FAILED   FORMAT_FAILURE\n")


def test_a_newer_format_is_open(certmark: Command, evidence: Evidence) -> None:
    ended = certmark("verify", "CM2:ABC", *evidence, "--json")
    assert (ended.code, ended.report["sub_indication"]) == (2, "UNSUPPORTED_FORMAT")


@pytest.mark.parametrize("suffix", [".txt", ".cose", ".png", ".jpg", ".jpeg", ".pdf", ".unknown", ""])
@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff\xfe\x80 binary", b"\xd2\x84", bytes(10_000_000), b"\xff\xd8\xff", b"%PDF-1.7"],
    ids=["empty", "binary", "cose-stub", "10-MB-of-zeros", "jpeg-stub", "pdf-stub"],
)
def test_whatever_stands_in_a_token_file_gets_a_report(
    suffix: str, data: bytes, certmark: Command, evidence: Evidence, tmp_path: Path
) -> None:
    path = tmp_path / f"token{suffix}"
    path.write_bytes(data)
    ended = certmark("verify", path, *evidence, "--json")
    assert (ended.code, ended.err) == (1, "")
    assert ended.report["sub_indication"] == "FORMAT_FAILURE"


@pytest.mark.parametrize("suffix", [".txt", ".pdf"])
def test_no_more_than_a_bound_is_read(
    suffix: str, certmark: Command, evidence: Evidence, tmp_path: Path, type_in: Callable[[bytes], None]
) -> None:
    path = tmp_path / f"token{suffix}"
    path.write_bytes(b"A" * 32_000_001)
    type_in(path.read_bytes())
    for argument in (path, "-"):
        ended = certmark("verify", argument, *evidence, "--json")
        assert (ended.code, ended.err) == (1, "")
        assert "More than 32000000 bytes" in ended.report["checks"][0]["reason"]


def test_another_artefact_is_no_certificate_token(certmark: Command, files: Path, evidence: Evidence) -> None:
    ended = certmark("verify", files / "status-0.cose", *evidence, "--json")
    assert (ended.code, ended.report["sub_indication"]) == (1, "FORMAT_FAILURE")


# --- one token per line ---


def test_lines_give_lines_in_order_and_the_worst_exit_code(
    certmark: Command, evidence: Evidence, tmp_path: Path, type_in: Callable[[bytes], None]
) -> None:
    tokens = [WORLD.text, "HC1:X", "", "CM2:NEWER", "x" * 50_000, WORLD.text]
    data = "\n".join(tokens).encode()
    expected = ["PASSED", "FAILED", "FAILED", "INDETERMINATE", "FAILED", "PASSED"]
    (tmp_path / "many.txt").write_bytes(data)
    for source in ("-", tmp_path / "many.txt"):
        type_in(data)
        ended = certmark("verify", source, *evidence, "--jsonl")
        assert [json.loads(line)["indication"] for line in ended.out.splitlines()] == expected
        assert ended.code == 1


@pytest.mark.parametrize(
    ("lines", "code", "count"),
    [
        (b"", 0, 0),
        (b"\n", 1, 1),
        (WORLD.text.encode(), 0, 1),
        (f"{WORLD.text}\r\n{WORLD.text}\r\n".encode(), 0, 2),
        (f"{WORLD.text}\nCM2:X\n".encode(), 2, 2),
        (f"CM2:X\n{WORLD.text[:-1]}\n".encode(), 1, 2),
        (b"x" * 60_000, 1, 1),
        (b"x" * 20_001 + b"\n", 1, 1),
        (b"\xff\xfe\n", 1, 1),
    ],
    ids=["nothing", "empty-line", "one", "crlf", "open", "failed-outweighs-open", "endless", "long", "binary"],
)
def test_every_line_gets_its_report(
    lines: bytes, code: int, count: int, certmark: Command, evidence: Evidence, type_in: Callable[[bytes], None]
) -> None:
    type_in(lines)
    ended = certmark("verify", "-", *evidence, "--jsonl")
    assert (ended.code, ended.out.count("\n")) == (code, count)


def test_a_text_is_one_line(certmark: Command, evidence: Evidence) -> None:
    ended = certmark("verify", WORLD.text, *evidence, "--jsonl")
    assert (ended.code, ended.out.count("\n")) == (0, 1)


def test_lines_from_a_missing_file(certmark: Command, evidence: Evidence) -> None:
    ended = certmark("verify", "nowhere.txt", *evidence, "--jsonl")
    assert ended.code == 66
    assert "nowhere.txt: no such file" in ended.complaint


# --- what is no token gets an error ---


@pytest.mark.parametrize(
    ("option", "value", "code", "said"),
    [
        ("--trust", "nowhere", 66, "no such file: give the path of the trust bundle"),
        ("--trust", ".", 66, "no lists yet"),
        ("--trust", "root.cose", 65, "root.cose: not a trust bundle"),
        ("--trust", "empty", 65, "not a trust bundle"),
        ("--trust", "large", 65, "more than 8000000 bytes"),
        ("--anchor", "nowhere", 66, "no such file: give the path of the root"),
        ("--anchor", "ab" * 31, 66, "64 hexadecimal digits"),
        ("--anchor", "ab" * 32, 65, "is the pinned one"),
        ("--anchor", "token.txt", 65, "is the pinned one"),
        ("--status", "nowhere", 66, "no such file: give the path of a status list"),
        ("--scheme", "nowhere", 66, "no such file: give the path of a scheme file"),
        ("--scheme", "token.txt", 65, "token.txt: "),
        ("--at", "2026-06-01", 64, "RFC 3339"),
        ("--at", "2026-06-31T00:00:00Z", 64, "RFC 3339"),
        ("--at", "2026-06-01T12:00:00+01:60", 64, "RFC 3339"),
        ("--at", "2026-06-01T00:00:00", 64, "time zone"),
        ("--at", "1969-06-01T00:00:00Z", 64, "RFC 3339"),
        ("--at", "0001-01-01T00:00:00+23:00", 64, "RFC 3339"),
        ("--policy", "generous", 64, "'generous' is not one of 'standard', 'lenient_offline', 'strict'"),
        ("--gtin", "4006381333930", 64, "wrong check digit"),
        ("--gtin", "one", 64, "is not a GTIN"),
        ("--nonsense", "x", 64, "no such option"),
        ("--json", "--jsonl", 64, "leave one out"),
    ],
)
def test_a_wrong_option_gives_one_clear_line(
    option: str,
    value: str,
    code: int,
    said: str,
    certmark: Command,
    files: Path,
    evidence: Evidence,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(files)
    ended = certmark("verify", "token.txt", *evidence, option, value)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.complaint


def test_a_status_list_by_an_unlisted_signer_is_named(
    certmark: Command, files: Path, evidence: Evidence, tmp_path: Path
) -> None:
    forged = WORLD.with_statuses(signer=STRANGER_KEY).status_tokens[0]
    (tmp_path / "forged.cose").write_bytes(forged)
    ended = certmark("verify", files / "token.txt", *evidence, "--status", tmp_path / "forged.cose")
    assert ended.code == 0  # the right list is among those that were given
    assert ended.complaint.startswith(f"{tmp_path / 'forged.cose'}: does not count: no listed status service")


@pytest.mark.parametrize("name", ["root.cose", "token.cose", "empty"])
def test_what_is_no_status_list_does_not_count_and_stops_no_report(
    name: str, certmark: Command, files: Path, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    ended = certmark("verify", "token.txt", *evidence, "--status", name)
    assert ended.code == 0  # the right list is among those that were given
    assert ended.complaint.startswith(f"{name}: does not count: not a status list token")


def test_two_schemes_of_one_name_are_refused(certmark: Command, files: Path, evidence: Evidence) -> None:
    scheme = Path(__file__).parents[3] / "examples" / "schemes" / "xx-home.json"
    ended = certmark("verify", files / "token.txt", *evidence, "--scheme", scheme, "--scheme", scheme)
    assert ended.code == 65
    assert "XX-HOME was given twice" in ended.complaint


@pytest.mark.parametrize("token", ["nowhere.txt", "nowhere", "12345", "."])
def test_a_token_file_that_is_missing_or_unreadable(token: str, certmark: Command, evidence: Evidence) -> None:
    ended = certmark("verify", token, *evidence)
    assert (ended.code, ended.out) == (66, "")
    assert "give the path of the token, or its text" in ended.complaint


def test_an_argument_too_many_is_told(certmark: Command, files: Path) -> None:
    options = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose")
    ended = certmark("verify", files / "token.txt", "more", *options)
    assert ended.code == 64
    assert "unexpected argument 'more'" in ended.complaint


# --- what a person sees ---

SUBJECT = {"type": "ict_product", "name": "Thing", "category": "Things", "version": "as certified"}
HOSTILE = "[bold red]SAFE[/] [link=https://evil.example]x[/link] :smile: %s {0}"


def test_text_from_outside_is_shown_as_it_stands(certmark: Command, tmp_path: Path) -> None:
    subject = {**SUBJECT, "name": HOSTILE, "brand": "[/]"}
    ended = verify_in(tmp_path, WORLD.with_certificate(subject=subject), certmark)
    assert ended.code == 0
    assert HOSTILE in " ".join(ended.out.split())
    assert "\x1b" not in ended.out


@pytest.mark.parametrize(
    "hidden", ["\x1b[31m", "\u202e", "\u200b", "\x07", "\n", "\r", "\x9b", "\udc80", "\u2028", "\ue000"]
)
def test_nothing_that_a_terminal_acts_on_gets_through(hidden: str) -> None:
    shown = visible(f"a{hidden}b")
    assert shown.isprintable()
    assert f"<U+{ord(hidden[0]):04X}>" in shown


def test_letters_of_any_language_stay() -> None:
    assert visible("Zürich Ελλάδα България שלום") == "Zürich Ελλάδα България שלום"


def test_control_characters_of_a_file_name_do_not_reach_the_terminal(certmark: Command, evidence: Evidence) -> None:
    ended = certmark("verify", "no.txt", *evidence, "--scheme", "a\x1b[2Jb\nc")
    assert ended.code == 66
    assert ended.complaint.startswith("a<U+001B>[2Jb<U+000A>c: no such file")


def test_lines_in_pipes_are_plain_and_of_fixed_width(
    certmark: Command, files: Path, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    ended = certmark("verify", files / "token.txt", *evidence)
    lines = ended.out.splitlines()
    assert "\x1b" not in ended.out
    assert 80 < max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)


def test_everything_that_matters_is_shown(certmark: Command, tmp_path: Path) -> None:
    coverage = {"extent": "part", "scope": "the chip, not the phone around it"}
    subject = {**SUBJECT, "gtins": ["96385074"]}
    world = WORLD.with_certificate(coverage=coverage, subject={**subject, "models": [f"M{n}" for n in range(7)]})
    ended = verify_in(tmp_path, world.with_root(label="DEMO"), certmark)
    shown = " ".join(ended.out.split())
    for said in [
        *("DEMO", "nothing here is real", "May be promoted as certified yes", "the chip, not the phone"),
        *("Thing", "M0, M1, M2, M3, M4 and 2 more", "00000096385074", "as certified", "high, AVA_VAN.5"),
        *("EUCC-3087-2026-03-0001", "Example Chips Ltd", "DE-3087", "Example authority of DE"),
        *("2026-03-02 to 2031-03-01", "in force", "union list EU no. 9", "17 days old", "6 hours old"),
        *("signature", "WARNING coverage", "A copied code cannot be told", "under the policy standard"),
    ]:
        assert said in shown


def test_a_root_without_label_gets_no_banner(certmark: Command, tmp_path: Path) -> None:
    for label, shown in (("TEST", True), (None, False)):
        ended = verify_in(tmp_path, WORLD.with_root(label=label), certmark)
        assert (" TEST   this is what the trust anchor calls itself" in ended.out) == shown


def test_an_unproven_id_is_called_so(certmark: Command, tmp_path: Path) -> None:
    ended = verify_in(tmp_path, WORLD.signed_by(STRANGER_KEY), certmark)
    assert "What the code says, unproven" in ended.out
    assert "Product " not in ended.out


@pytest.mark.parametrize(
    ("issued_at", "age"),
    [
        ("2026-06-01 11:30:00", "under an hour old"),
        ("2026-06-01 11:00:00", "1 hour old"),
        ("2026-05-30 13:00:00", "47 hours old"),
        ("2026-05-30 12:00:00", "2 days old"),
        ("2026-06-01 12:01:00", "from the future"),
    ],
)
def test_the_age_of_lists_is_shown(issued_at: str, age: str, certmark: Command, tmp_path: Path) -> None:
    world = WORLD.with_statuses(issued_at=seconds(issued_at), ttl=None)
    ended = verify_in(tmp_path, world, certmark)
    assert age in ended.out


def test_colours_on_a_terminal(
    certmark: Command, files: Path, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.delenv("NO_COLOR", raising=False)
    ended = certmark("verify", files / "token.txt", *evidence)
    assert re.match("\x1b\\[[0-9;]+m PASSED \x1b\\[0m", ended.out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in certmark("verify", files / "token.txt", *evidence).out


def test_json_is_ascii(certmark: Command, tmp_path: Path) -> None:
    subject = {**SUBJECT, "name": "Zürich"}
    ended = verify_in(tmp_path, WORLD.with_certificate(subject=subject), certmark, "--json")
    assert ended.out.isascii()
    assert ended.report["certificate"]["subject"]["name"] == "Zürich"


# --- the end of an algorithm ---


def test_an_algorithm_that_has_ended_ends_tokens_and_lists(
    certmark: Command, files: Path, evidence: tuple[object, ...]
) -> None:
    verify = ("verify", files / "token.cose", *evidence)
    assert certmark(*verify, "--sunset", "ESP256=2026-06-01T12:00:01Z").code == 0
    assert certmark(*verify, "--sunset", "ML-DSA-44=2020-01-01", "--sunset", "Ed25519=2020-01-01").code == 0
    ended = certmark(*verify, "--sunset", "ESP256=2026-06-01T12:00:00Z")
    assert ended.code == 65
    assert "have an algorithm that is not accepted any more" in ended.complaint


def test_a_token_of_an_ended_algorithm_is_refused_where_the_lists_are_not(certmark: Command, tmp_path: Path) -> None:
    signer = keys.signer(Algorithm.Ed25519)
    world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer)
    (tmp_path / "token.cose").write_bytes(world.cose)
    (tmp_path / "trust.bundle").write_bytes(world.bundle)
    given = ("--trust", tmp_path / "trust.bundle", "--anchor", world.anchor.hex(), "--at", AT)
    ended = certmark("verify", tmp_path / "token.cose", *given, "--json", "--sunset", "Ed25519=2026-01-01")
    assert (ended.code, ended.report["sub_indication"]) == (2, "CRYPTO_CONSTRAINTS_FAILURE")


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("ESP256", "--sunset 'ESP256': write ALG=TIME"),
        ("ES256=2030-01-01", "--sunset 'ES256=2030-01-01': write ALG=TIME"),
        ("=2030-01-01", "--sunset '=2030-01-01': write ALG=TIME"),
        ("ESP256=soon", "--sunset 'soon' is no instant"),
        ("-9=2030-01-01", "--sunset '-9=2030-01-01': write ALG=TIME"),
    ],
)
def test_an_end_names_an_algorithm_and_a_time(
    option: str, says: str, certmark: Command, files: Path, evidence: tuple[object, ...]
) -> None:
    ended = certmark("verify", files / "token.cose", *evidence, "--sunset", option)
    assert ended.code == 64
    assert says in ended.complaint


def test_warnings_of_libraries_are_not_for_people(tmp_path: Path) -> None:
    """A seal certificate whose number is negative makes one, when it is read."""
    der = seals.certificate(BODY_KEY.private_key).replace(b"\x02\x01\x07", b"\x02\x01\x87", 1)
    write_world(tmp_path, WORLD.with_seal_path(der))
    command = [sys.executable, "-m", "certmark", "verify", "token.txt", "--trust", "trust.bundle"]
    command += ["--anchor", "root.cose", "--status", "status-0.cose", "--at", AT]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
