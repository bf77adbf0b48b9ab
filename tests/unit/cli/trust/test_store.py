"""``certmark trust import`` and ``refresh``, and ``certmark verify --trust`` with the folder that they fill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certmark.status import StatusSnapshot
from certmark.status.bitarray import Status
from tests.tls_server import Server, answer, serving
from tests.unit.cli.conftest import AT, Command, Ended
from tests.world import INDEX, NOW, STATUS_URI, WORLD, seconds


def bundle(number: int) -> bytes:
    return WORLD.with_union(sequence_number=number).with_member(sequence_number=number).bundle


class Till:
    """A device with a store."""

    def __init__(self, certmark: Command, files: Path, folder: Path) -> None:
        self.run, self.files, self.folder = certmark, files, folder
        self.store = ("--store", folder / "lists", "--anchor", files / "root.cose")

    def take(self, data: bytes) -> Ended:
        path = self.folder / "medium"
        path.write_bytes(data)
        return self.run("trust", "import", path, *self.store)

    def refresh(self, url: str, *options: object) -> Ended:
        authorities = ("--authorities", self.folder / "authority.pem")
        return self.run("trust", "refresh", url, *self.store, *authorities, "--at", AT, *options)

    def verify(self, *options: object) -> Ended:
        trust = ("--trust", self.folder / "lists", "--anchor", self.files / "root.cose", "--at", AT)
        return self.run("verify", self.files / "token.txt", *trust, *options)


@pytest.fixture
def till(certmark: Command, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return Till(certmark, files, tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as running:
        yield running


def test_a_bundle_is_imported_once_and_then_unchanged(till: Till) -> None:
    assert till.take(bundle(5)) == (0, "updated: the union list is no. 5\n", "")
    assert till.take(bundle(5)) == (0, "unchanged: the union list is no. 5\n", "")


def test_an_older_bundle_is_refused_and_the_evidence_is_named(till: Till) -> None:
    till.take(bundle(5))
    ended = till.take(bundle(4))
    assert (ended.code, ended.out) == (65, "")
    assert "medium: the union list is no. 4, and no. 5 was known before" in ended.complaint
    assert "both are kept in " in ended.complaint


def test_what_is_no_bundle_is_refused(till: Till) -> None:
    assert till.take(b"no bundle").code == 65
    assert till.run("trust", "import", till.folder / "missing", *till.store).code == 66


def test_a_state_that_is_unknown_is_named(till: Till) -> None:
    ended = till.take(WORLD.with_member(missing=True).bundle)
    assert ended.code == 0
    assert ended.complaint == "DE is unknown: the bundle holds no national list of DE"


def test_lists_are_refreshed(till: Till, server: Server) -> None:
    url = server.on("bundle", answer("200 OK", bundle(6)))
    assert till.refresh(url) == (0, "updated: the union list is no. 6\n", "")
    assert till.refresh(url) == (0, "unchanged: the union list is no. 6\n", "")


def test_status_lists_that_cannot_be_reached_are_named(till: Till, server: Server) -> None:
    ended = till.refresh(server.on("bundle", answer("200 OK", bundle(6))), "--status")
    assert ended.code == 66
    assert f"certmark: {STATUS_URI}: unreachable: " in ended.err


def test_a_server_that_cannot_be_reached_says_when_to_come_again(till: Till, server: Server) -> None:
    ended = till.refresh(server.on("bundle", answer("500 Error")))
    assert ended.code == 66
    assert "status 500: nothing is asked before 2026-06-01T12:0" in ended.complaint


def test_status_lists_are_asked_for_though_the_bundle_is_refused(till: Till, server: Server) -> None:
    till.take(bundle(6))
    ended = till.refresh(server.on("bundle", answer("200 OK", bundle(5))), "--status")
    assert ended.code == 65
    assert "the union list is no. 5, and no. 6 was known before" in ended.err
    assert f"certmark: {STATUS_URI}: unreachable: " in ended.err


def test_without_lists_no_status_lists_are_asked_for_and_the_server_is_still_to_blame(
    till: Till, server: Server
) -> None:
    ended = till.refresh(server.on("bundle", answer("500 Error")), "--status")
    assert ended.code == 66
    assert "lists: no lists yet" in ended.err


def test_a_store_that_cannot_be_written_is_not_blamed_on_the_bundle(till: Till, server: Server) -> None:
    (till.folder / "lists").write_bytes(b"a file")
    assert till.take(bundle(5)).code == 64
    assert till.refresh(server.on("bundle", answer("200 OK", bundle(5)))).code == 64


@pytest.mark.parametrize("url", ["http://localhost/", "trust.bundle"])
def test_an_address_that_is_not_https_is_a_mistake_of_use(url: str, till: Till, server: Server) -> None:
    assert server.requests == []
    ended = till.refresh(url)
    assert ended.code == 64
    assert "is no https address" in ended.complaint


def test_a_store_stands_in_the_place_of_a_bundle(till: Till) -> None:
    till.take(WORLD.bundle)
    without_status = till.verify()
    assert without_status.code == 2
    assert till.verify("--status", till.files / "status-0.cose").code == 0


def test_the_status_lists_of_the_store_count(till: Till) -> None:
    till.take(WORLD.bundle)
    statuses = till.folder / "lists" / "statuses"
    statuses.mkdir()
    (statuses / "0.cose").write_bytes(WORLD.status_lists[0].signed)
    assert till.verify().code == 0


@pytest.mark.parametrize("options", [(), ("--jsonl",)], ids=["one", "many"])
def test_an_algorithm_that_has_ended_ends_what_the_store_holds(options: tuple[str, ...], till: Till) -> None:
    till.take(WORLD.bundle)
    status = ("--status", till.files / "status-0.cose")
    assert till.verify(*options, *status, "--sunset", "ESP256=2026-06-01T12:00:01Z").code == 0
    ended = till.verify(*options, *status, "--sunset", "ESP256=2026-06-01T12:00:00Z")
    assert ended.code == 66
    assert "have an algorithm that is not accepted any more" in ended.complaint


@pytest.fixture
def later(till: Till) -> Path:
    """Give a later list that takes a withdrawal back, beside a store that remembers it."""
    till.take(WORLD.bundle)
    withdrawn = WORLD.with_status(Status.INVALID).status_lists[0].signed
    floor = StatusSnapshot.open([withdrawn], WORLD.trust()).floor(at=NOW)
    (till.folder / "lists" / "status-floor").write_bytes(floor.to_bytes())
    path = till.files / "later.cose"
    path.write_bytes(WORLD.with_statuses(issued_at=seconds("2026-06-01 06:00:01")).status_lists[0].signed)
    return path


def test_lists_beside_a_store_take_nothing_back_of_what_it_remembers(till: Till, later: Path) -> None:
    assert till.verify("--status", later).code == 1
    ended = till.verify("--status", till.files / "status-0.cose")
    assert (ended.code, "there are two status lists" in ended.complaint) == (1, True)


def test_a_list_is_verified_against_what_the_store_remembers(till: Till, later: Path) -> None:
    trust = ("--trust", till.folder / "lists", "--anchor", till.files / "root.cose", "--at", AT, "--index", INDEX)
    ended = till.run("status", "verify", later, *trust)
    assert (ended.code, f"index {INDEX}: withdrawn before\n" in ended.out) == (0, True)
    ended = till.run("status", "verify", till.files / "status-0.cose", *trust)
    assert (ended.code, "there are two status lists" in ended.complaint) == (1, True)


def test_a_store_that_fell_back_says_so_and_verifies(till: Till) -> None:
    for number in (9, 10):
        till.take(WORLD.with_union(sequence_number=number).bundle)
    (till.folder / "lists" / "current.bundle").write_bytes(b"damaged")
    ended = till.verify("--status", till.files / "status-0.cose")
    assert ended.code == 0
    assert "lists: the newest lists of the store cannot be used" in ended.complaint


@pytest.mark.parametrize(("options", "code"), [((), 66), (("--state", "floor"), 64)], ids=["empty", "with-a-state"])
def test_a_folder_that_is_no_store_and_a_second_memory_are_told(
    options: tuple[str, ...], code: int, till: Till
) -> None:
    (till.folder / "lists").mkdir()
    ended = till.verify(*options)
    assert ended.code == code
    assert ended.complaint
