"""``certmark status``: a list is published on the one before it, looked at loudly, and verified for whom it counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certmark.cose.signer import KeySigner
from certmark.status import token
from certmark.status.bitarray import Status
from tests.unit.cli.conftest import AT, Command, Ended, write_world
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    FR_BODY,
    FR_BODY_STATUS_KEY,
    INDEX,
    NCCA,
    NCCA_STATUS_KEY,
    NCCA_STATUS_URI,
    STATUS,
    STATUS_URI,
    STRANGER_KEY,
    WORLD,
    Statuses,
    World,
    seconds,
)

Publish = Callable[..., Ended]


@pytest.fixture
def publish(certmark: Command, tmp_path: Path) -> Publish:
    """Publish states, written as JSON, at the time of the test world."""
    (tmp_path / "status.pem").write_bytes(BODY_STATUS_KEY.to_pem())

    def run(states: Any, *options: object, out: str = "out.cose", at: str = AT) -> Ended:
        path = tmp_path / "states.json"
        path.write_text(json.dumps(states), encoding="utf-8")
        keys = ("--uri", STATUS_URI, "--key", tmp_path / "status.pem")
        return certmark("status", "publish", path, *keys, "--out", tmp_path / out, "--at", at, *options)

    return run


def statuses(path: Path) -> dict[int, int]:
    found = token.parse(path.read_bytes())[1].statuses
    return {index: found.at(index) for index in range(found.size) if found.at(index)}


# --- publish ---


def test_states_are_published_and_what_was_done_is_told(publish: Publish, tmp_path: Path) -> None:
    ended = publish({"3": "withdrawn", "5": "suspended", "7": "in_force"}, "--first")
    assert (ended.code, ended.err) == (0, "")
    assert f"list     {STATUS_URI}, 1024 entries\nstates   1 withdrawn, 1 suspended\nfile " in ended.out
    assert statuses(tmp_path / "out.cose") == {3: Status.INVALID, 5: Status.SUSPENDED}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("out.cose", "out.cose.lock"),
        *("states.json", "status.pem"),
    ]


def test_states_may_be_a_table(certmark: Command, publish: Publish, tmp_path: Path) -> None:
    publish({"3": "withdrawn"}, "--first", out="json.cose")
    (tmp_path / "states.CSV").write_bytes(b"\xef\xbb\xbfindex,status\r\n3,withdrawn\r\n4,in_force\r\n")
    options = ("--uri", STATUS_URI, "--key", tmp_path / "status.pem", "--first", "--at", AT)
    assert certmark("status", "publish", tmp_path / "states.CSV", *options, "--out", tmp_path / "csv.cose").code == 0
    assert statuses(tmp_path / "csv.cose") == statuses(tmp_path / "json.cose")


def test_the_next_token_takes_the_place_of_the_one_before(publish: Publish, tmp_path: Path) -> None:
    publish({"3": "withdrawn"}, "--first", "--ttl", "12h")
    first = token.parse((tmp_path / "out.cose").read_bytes())[1]
    assert (first.ttl, first.expires) == (43_200, first.issued_at + 7 * 43_200)
    ended = publish(
        {"3": "withdrawn", "9": "suspended"}, "--previous", tmp_path / "out.cose", at="2026-06-02T12:00:00Z"
    )
    assert ended.code == 0
    assert statuses(tmp_path / "out.cose") == {3: Status.INVALID, 9: Status.SUSPENDED}


def test_every_option_is_in_the_token(publish: Publish, tmp_path: Path) -> None:
    aggregation = "https://status.body.example/all"
    options = ("--ttl", "90m", "--expires", "2026-07-01", "--size", "40", "--aggregation", aggregation)
    assert publish({}, "--first", *options).code == 0
    signed = (tmp_path / "out.cose").read_bytes()
    said = token.parse(signed)[1]
    assert (said.ttl, said.statuses.size) == (5400, 40)
    assert said.expires == 1_782_864_000
    assert aggregation.encode() in signed


@pytest.mark.parametrize(
    ("states", "at", "rule"),
    [
        pytest.param({}, "2026-06-02T12:00:00Z", "withdrawal_is_final", id="withdrawal-lifted"),
        pytest.param({"3": "withdrawn"}, AT, "later", id="the-same-second"),
    ],
)
def test_what_takes_back_what_was_said_is_refused_and_the_old_token_stays(
    publish: Publish, tmp_path: Path, states: dict[str, str], at: str, rule: str
) -> None:
    publish({"3": "withdrawn"}, "--first")
    before = (tmp_path / "out.cose").read_bytes()
    ended = publish(states, "--previous", tmp_path / "out.cose", at=at)
    assert ended.code == 65
    assert ended.complaint.endswith(f"({rule})")
    assert (tmp_path / "out.cose").read_bytes() == before


def test_a_token_is_written_over_none_but_the_one_before_it(publish: Publish, tmp_path: Path) -> None:
    publish({"3": "withdrawn"}, "--first")
    publish({}, "--first", out="other.cose")
    published = (tmp_path / "out.cose").read_bytes()
    ended = publish({}, "--previous", tmp_path / "other.cose", at="2026-06-02T12:00:00Z")
    assert (ended.code, (tmp_path / "out.cose").read_bytes()) == (64, published)
    assert "exists already" in ended.complaint
    (tmp_path / "copy.cose").write_bytes(published)
    ended = publish({"3": "withdrawn"}, "--previous", tmp_path / "copy.cose", at="2026-06-02T12:00:00Z")
    assert ended.code == 0


def test_a_first_token_is_written_over_no_other(publish: Publish, tmp_path: Path) -> None:
    (tmp_path / "out.cose").write_bytes(b"something")
    ended = publish({}, "--first")
    assert (ended.code, (tmp_path / "out.cose").read_bytes()) == (64, b"something")
    assert "exists already" in ended.complaint


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        pytest.param((), 64, "--previous, or --first", id="neither-previous-nor-first"),
        pytest.param(("--first", "--previous", "x.cose"), 64, "--previous, or --first", id="both"),
        pytest.param(("--previous", "missing.cose"), 66, "no such file", id="previous-missing"),
        pytest.param(("--first", "--ttl", "0h"), 64, "is no span of time", id="ttl-zero"),
        pytest.param(("--first", "--ttl", "1w"), 64, "is no span of time", id="ttl-in-weeks"),
        pytest.param(
            ("--first", "--ttl", "9999d", "--at", "9900-01-01T00:00:00Z"),
            64,
            "after the year 9999",
            id="ttl-beyond-time",
        ),
        pytest.param(("--first", "--expires", "tomorrow"), 64, "no instant", id="expires-in-words"),
        pytest.param(("--first", "--expires", "2026-01-01"), 64, "is over already", id="expires-before-now"),
        pytest.param(("--first", "--expires", "9999d", "--at", "9990-01-01T00:00:00Z"), 64, "9999d' is", id="no-end"),
        pytest.param(("--first", "--out", "."), 64, "is a folder", id="out-is-a-folder"),
        pytest.param(("--first", "--uri", "http://s.example/1"), 64, "an https link", id="uri-without-tls"),
        pytest.param(("--first", "--aggregation", "all"), 64, "an https link", id="aggregation-is-no-uri"),
        pytest.param(("--first", "--size", "0"), 65, "without entries", id="size-zero"),
        pytest.param(("--first", "--size", "-4"), 65, "without entries", id="size-negative"),
        pytest.param(("--first", "--size", "99999999"), 65, "begin another list", id="size-too-large"),
        pytest.param(("--first", "--key", "missing.pem"), 66, "no such file", id="key-missing"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_anything_is_written(
    publish: Publish, tmp_path: Path, options: tuple[object, ...], code: int, says: str
) -> None:
    ended = publish({"3": "withdrawn"} if "--size" not in options else {}, *options)
    assert (ended.code, (tmp_path / "out.cose").exists()) == (code, False)
    assert says in ended.complaint


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("s.json", b"[]", "must be an object", id="json-array"),
        pytest.param("s.json", b'{"3": "withdrawn"', "is not JSON", id="json-cut-off"),
        pytest.param("s.json", b'{"3": "withdrawn", "3": "in_force"}', "stands twice", id="json-index-twice"),
        pytest.param("s.json", b'{"3": "revoked"}', "write in_force, withdrawn, suspended", id="json-other-word"),
        pytest.param("s.json", b'{"3": 1}', "index '3': the status is 1", id="json-number"),
        pytest.param("s.json", b'{"3": null}', "the status is None", id="json-null"),
        pytest.param("s.json", b'{"3": ["withdrawn"]}', "value of type list", id="json-array-inside"),
        pytest.param("s.json", b'{"-3": "withdrawn"}', "is no index", id="json-index-negative"),
        pytest.param("s.json", b'{"03": "withdrawn"}', "is no index", id="json-index-with-zero"),
        pytest.param("s.json", '{"\u0663": "withdrawn"}'.encode(), "is no index", id="json-arabic-digit"),
        pytest.param("s.json", b'{"9999999999": "withdrawn"}', "begin another list", id="json-index-too-large"),
        pytest.param("s.json", b'{"\xff": "withdrawn"}', "not UTF-8", id="json-not-utf-8"),
        pytest.param("s.csv", b"", "first line must be", id="csv-empty"),
        pytest.param("s.csv", b"3,withdrawn\n", "first line must be", id="csv-without-header"),
        pytest.param("s.csv", b"status,index\nwithdrawn,3\n", "first line must be", id="csv-columns-swapped"),
        pytest.param("s.csv", b"index,status\n3\n", "line 2 has 1 columns", id="csv-one-column"),
        pytest.param("s.csv", b"index,status\n\n", "line 2 has 0 columns", id="csv-empty-line"),
        pytest.param("s.csv", b"index,status\n3,withdrawn,x\n", "line 2 has 3 columns", id="csv-three-columns"),
        pytest.param("s.csv", b"index,status\n3,withdrawn\n3,withdrawn\n", "line 3: index 3 stands", id="csv-twice"),
        pytest.param("s.csv", b"index,status\n3, withdrawn\n", "the status is ' withdrawn'", id="csv-blank"),
        pytest.param("s.csv", b'index,status\n3,"withdrawn\n', "line 2 is not CSV", id="csv-quote-open"),
        pytest.param("s.csv", b"index,status\n\xff,withdrawn\n", "not UTF-8 at byte 13", id="csv-not-utf-8"),
    ],
)
def test_a_file_of_states_that_is_wrong_is_refused_by_its_line(
    certmark: Command, publish: Publish, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    options = ("--uri", STATUS_URI, "--key", tmp_path / "status.pem", "--first", "--at", AT)
    ended = certmark("status", "publish", tmp_path / name, *options, "--out", tmp_path / "out.cose")
    assert (ended.code, (tmp_path / "out.cose").exists()) == (65, False)
    assert ended.complaint.startswith(f"{tmp_path / name}: ")
    assert says in ended.complaint
    del publish  # it wrote the key


# --- aggregate ---


def test_lists_are_named_in_one_file(certmark: Command, files: Path, tmp_path: Path) -> None:
    tokens = [files / "status-1.cose", files / "status-0.cose"]
    assert certmark("status", "aggregate", *tokens, "--out", tmp_path / "all.json").code == 0
    named = json.loads((tmp_path / "all.json").read_text())["status_lists"]
    assert named == sorted(named)
    assert STATUS_URI in named
    assert len(named) == 2


def test_what_is_no_list_is_not_named(certmark: Command, files: Path, tmp_path: Path) -> None:
    ended = certmark("status", "aggregate", files / "token.cose", "--out", tmp_path / "all.json")
    assert (ended.code, (tmp_path / "all.json").exists()) == (65, False)
    assert "not a status list token" in ended.complaint


@pytest.mark.parametrize("there", ["status-0.cose", "states.json"])
def test_only_a_file_that_names_lists_is_replaced(certmark: Command, files: Path, tmp_path: Path, there: str) -> None:
    """As ``aggregate --out *.cose`` would do: the shell makes the first list the file that is written."""
    (tmp_path / "states.json").write_text('{"17": "withdrawn"}')
    out = tmp_path / "out"
    out.write_bytes(((tmp_path if there == "states.json" else files) / there).read_bytes())
    before = out.read_bytes()
    ended = certmark("status", "aggregate", files / "status-1.cose", "--out", out)
    assert (ended.code, out.read_bytes()) == (64, before)
    assert "choose another name" in ended.complaint


def test_a_file_that_names_lists_is_written_anew(certmark: Command, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    one, two = files / "status-1.cose", files / "status-0.cose"
    for named in ((one,), (one, two)):
        assert certmark("status", "aggregate", *named, "--out", out).code == 0
        assert len(json.loads(out.read_text())["status_lists"]) == len(named)


# --- show ---


def test_a_look_says_first_and_last_that_it_proves_nothing(certmark: Command, files: Path) -> None:
    ended = certmark("status", "show", files / "status-0.cose", "--index", INDEX)
    lines = ended.out.splitlines()
    assert ended.code == 0
    assert (
        lines[0]
        == lines[-1]
        == " UNVERIFIED  anyone can write this. Nothing was checked; use 'certmark status verify'."
    )
    said = " ".join(ended.out.split())
    assert f"uri {STATUS_URI} " in said
    assert "entries 1024 withdrawn 0 suspended 0 status in_force" in said


@pytest.mark.parametrize(
    ("index", "says"),
    [
        (3, "withdrawn"),
        (5, "suspended"),
        (6, "in_force"),
        (1023, "in_force"),
        (1024, "nothing: the list has no such index"),
    ],
)
def test_an_index_is_looked_up(certmark: Command, publish: Publish, tmp_path: Path, index: int, says: str) -> None:
    publish({"3": "withdrawn", "5": "suspended"}, "--first")
    found = certmark("status", "show", tmp_path / "out.cose", "--index", index, "--json").report
    assert found["untrusted_status"] == says
    assert (found["verified"], found["untrusted_withdrawn"], found["untrusted_suspended"]) == (False, 1, 1)


def test_a_number_without_meaning_is_shown_as_such(certmark: Command, tmp_path: Path) -> None:
    signed = WORLD.with_statuses(named=((INDEX, 3),)).status_tokens[0]
    (tmp_path / "odd.cose").write_bytes(signed)
    found = certmark("status", "show", tmp_path / "odd.cose", "--index", INDEX, "--json").report
    assert found["untrusted_status"] == "nothing that counts (3)"


def test_a_token_without_times_is_shown(certmark: Command, tmp_path: Path) -> None:
    signed = WORLD.with_statuses(ttl=None, expires=None).status_tokens[0]
    (tmp_path / "bare.cose").write_bytes(signed)
    found = certmark("status", "show", tmp_path / "bare.cose", "--json").report
    assert (found["untrusted_next_update"], found["untrusted_expires"], found["untrusted_status"]) == (None,) * 3


def test_what_is_no_status_list_is_not_shown(certmark: Command, files: Path) -> None:
    ended = certmark("status", "show", files / "token.cose")
    assert ended.code == 65
    assert "not a status list token" in ended.complaint


# --- verify ---

Verify = Callable[..., Ended]


def signed_by(signer: KeySigner, uri: str = STATUS_URI) -> bytes:
    return Statuses(uri=uri, signer=signer).signed


@pytest.fixture
def verify(certmark: Command, tmp_path: Path) -> Verify:
    def run(world: World, *options: object, signed: bytes | None = None, at: str = AT) -> Ended:
        folder = write_world(tmp_path, world)
        (folder / "list.cose").write_bytes(world.status_tokens[0] if signed is None else signed)
        trust = ("--trust", folder / "trust.bundle", "--anchor", folder / "root.cose")
        return certmark("status", "verify", folder / "list.cose", *trust, "--at", at, *options)

    return run


def test_a_list_of_a_body_counts_for_its_certificates(verify: Verify) -> None:
    ended = verify(WORLD.with_status(Status.SUSPENDED), "--index", INDEX)
    assert (ended.code, ended.err) == (0, "")
    assert f"counts   for certificates of {BODY}, said by the same\n" in ended.out
    assert f"states   0 withdrawn, 1 suspended, of 1024 entries\nindex {INDEX}: suspended\nfresh    yes\n" in ended.out


def test_a_list_of_an_authority_counts_for_the_body_that_names_it(verify: Verify) -> None:
    world = WORLD.with_ncca_list(Status.INVALID)
    ended = verify(world, signed=world.status_tokens[-1])
    assert ended.code == 0
    assert f"list     {NCCA_STATUS_URI}, " in ended.out
    assert f"counts   for certificates of {BODY}, said by {NCCA}\n" in ended.out


def test_a_malformed_entry_beside_it_takes_nothing_away(verify: Verify) -> None:
    assert verify(WORLD.with_entity(FR_BODY, name="")).code == 0


@pytest.mark.parametrize(
    ("signed", "says"),
    [
        pytest.param(b"", "not a status list token", id="nothing"),
        pytest.param(WORLD.cose, "not a status list token", id="a-certificate"),
        pytest.param(signed_by(STRANGER_KEY), "no listed status service", id="stranger"),
        pytest.param(signed_by(BODY_KEY), "no listed status service", id="an-issuing-key"),
        pytest.param(signed_by(FR_BODY_STATUS_KEY), "no list declares", id="another-body"),
        pytest.param(signed_by(NCCA_STATUS_KEY), "no list declares", id="an-undeclared-authority"),
        pytest.param(signed_by(BODY_STATUS_KEY, f"{STATUS_URI}/2"), "no list declares", id="an-undeclared-uri"),
    ],
)
def test_a_list_that_does_not_count_is_refused(verify: Verify, signed: bytes, says: str) -> None:
    ended = verify(WORLD, signed=signed)
    assert (ended.code, ended.out) == (1, "")
    assert "does not count: " in ended.complaint
    assert says in ended.complaint


@pytest.mark.parametrize(
    ("at", "code", "says"),
    [
        pytest.param("2026-06-01T06:00:00Z", 0, "fresh    yes", id="at-its-iat"),
        pytest.param("2026-06-03T06:00:00Z", 0, "the next is due", id="due"),
        pytest.param("2026-07-03T06:00:00Z", 2, "is stale", id="beyond-the-grace"),
        pytest.param("2026-08-01T00:00:00Z", 2, "is expired", id="at-its-end"),
        pytest.param("2026-06-01T05:55:00Z", 0, "fresh    yes", id="within-the-skew"),
        pytest.param("2026-06-01T05:54:59Z", 2, "in the future", id="signed-in-the-future"),
    ],
)
def test_how_fresh_a_list_is_decides_between_counting_and_try_later(
    verify: Verify, at: str, code: int, says: str
) -> None:
    ended = verify(WORLD, at=at)
    assert ended.code == code
    assert says in ended.out + ended.err


@pytest.mark.parametrize(("at", "code"), [("2026-06-01T11:59:59Z", 0), ("2026-06-01T12:00:00Z", 2)])
def test_a_list_is_expired_from_the_end_of_its_key_on(verify: Verify, at: str, code: int) -> None:
    end = seconds("2026-06-01 12:00:00")
    ended = verify(WORLD.with_key(service_type=STATUS, sign_until=end, verify_until=end), at=at)
    assert (ended.code, "is expired" in ended.err) == (code, code == 2)
