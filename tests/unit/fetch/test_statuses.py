"""Status lists in the store: asked for where the trusted lists declare them, and never replaced by older ones."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certmark.cose.algorithms import ALL_KEY_ALGORITHMS
from certmark.cose.signer import KeySigner
from certmark.cwt.numericdate import to_seconds
from certmark.errors import StoreError
from certmark.fetch import StatusOutcome, StatusResult, Timeouts, TrustStore
from certmark.fetch.answer import Server as Asking
from certmark.fetch.folder import Folder
from certmark.fetch.memory import MOST_URLS
from certmark.fetch.statuses import StatusLists
from certmark.limits import Limits
from certmark.status.bitarray import Status
from certmark.trust.entities import KeyRevocation, RevocationReason, StatusListDeclaration, TrustedEntity
from certmark.verify import Verifier
from tests.tls_server import Script, Server, answer, serving
from tests.world import (
    BODY,
    BODY_STATUS_KEY,
    FR_BODY,
    FR_BODY_STATUS_KEY,
    INDEX,
    NCCA_STATUS_KEY,
    NOW,
    STATUS,
    STRANGER_KEY,
    WORLD,
    Statuses,
    World,
    service_key,
    status_service,
)

UPDATED, UNCHANGED, REFUSED, UNREACHABLE = StatusResult
AT = to_seconds(NOW)


class Scene:
    """A world whose status lists are on a server, and a store that holds its trusted lists."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.german, self.authority, self.french = (server.url + name for name in ("de", "ncca", "fr"))
        self.world: World = (
            WORLD.with_service(BODY, STATUS, status_lists=(StatusListDeclaration(self.german, self.authority),))
            .with_service(FR_BODY, STATUS, status_lists=(StatusListDeclaration(self.french),))
            .with_entity(BODY)
        )
        self.folder = folder / "store"
        self.store = TrustStore(
            self.folder,
            anchor=self.world.anchor,
            limits=Limits(status_token=10_000),
            authorities=folder / "tls" / "authority.pem",
        )
        self.store.import_bundle(self.world.bundle)
        self.publish(self.german)
        self.publish(self.authority, signer=NCCA_STATUS_KEY)
        self.publish(self.french, signer=FR_BODY_STATUS_KEY)

    def publish(self, uri: str, **changes: object) -> bytes:
        """Publish a status list that is in order but for some changes."""
        said = {"uri": uri, "signer": BODY_STATUS_KEY, "issued_at": AT - 3600, **changes}
        token = Statuses(**said).signed  # type: ignore[arg-type]
        self.server.on(uri.removeprefix(self.server.url), answer("200 OK", token, ETag=f'"{said["issued_at"]}"'))
        return token

    def refresh(self, *, hours: int = 0, entities: tuple[str, ...] | None = None) -> dict[str, StatusOutcome]:
        outcomes = self.store.refresh_statuses(entities, at=NOW + timedelta(hours=hours))
        return {uri.removeprefix(self.server.url): outcome for uri, outcome in outcomes.items()}

    def known(self, uri: str, entity_id: str = BODY) -> int | None:
        """Give when the list was signed that the store holds."""
        token = self.store.statuses(self.store.open().snapshot).find(entity_id, uri)
        return None if token is None else token.issued_at

    def status(self) -> str:
        """Give the status of a certificate of the German body, by what the store holds."""
        trust = self.store.open().snapshot
        token = World(members=self.world.members, status_uri=self.german).cose
        return Verifier(trust, self.store.statuses(trust)).report(token, at=NOW).certificate_status.value


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "tls"
    place.mkdir()
    with serving(place) as server:
        yield Scene(server, tmp_path)


def results(outcomes: dict[str, StatusOutcome]) -> dict[str, StatusResult]:
    return {name: outcome.result for name, outcome in outcomes.items()}


def test_every_declared_list_is_fetched_and_a_verifier_finds_it(scene: Scene) -> None:
    assert results(scene.refresh()) == {"de": UPDATED, "fr": UPDATED, "ncca": UPDATED}
    world = WORLD.with_service(BODY, STATUS, status_lists=(StatusListDeclaration(scene.german, scene.authority),))
    trust = scene.store.open().snapshot
    token = World(members=world.members, status_uri=scene.german).cose
    report = Verifier(trust, scene.store.statuses(trust)).report(token, at=NOW)
    assert report.indication == "PASSED"
    assert {use.name for use in report.lists if use.kind == "status_list"} == {scene.german, scene.authority}


def test_only_the_lists_of_the_named_entities_and_their_authorities_are_asked_for(scene: Scene) -> None:
    assert results(scene.refresh(entities=(FR_BODY,))) == {"fr": UPDATED}
    assert results(scene.refresh(entities=(BODY,))) == {"de": UPDATED, "ncca": UPDATED}
    assert scene.refresh(entities=("DE-9999",)) == {}


def test_no_territory_crowds_out_the_lists_of_another(scene: Scene) -> None:
    flood = tuple(
        TrustedEntity(
            f"FR-{body}",
            "One of many",
            (
                status_service(
                    KeySigner.generate(),
                    *(StatusListDeclaration(f"https://a.example/{body}/{number}") for number in range(60)),
                ),
            ),
        )
        for body in range(100, 110)
    )
    entities = (*flood, *scene.world.member("FR").entities)
    trust = scene.world.with_member("FR", entities=entities).trust()
    assert trust.problems == {}
    folder, server = Folder(scene.folder, Limits()), Asking(Timeouts(), None)
    declared = StatusLists(folder, server, trust, ALL_KEY_ALGORITHMS).declared_by(None)
    assert len(declared) == MOST_URLS < 10 * 60
    assert {scene.german, scene.authority} <= set(declared)


def test_lists_that_nobody_declares_any_more_do_not_crowd_out_those_that_are_declared(scene: Scene) -> None:
    scene.refresh()
    for number in range(MOST_URLS):
        (scene.folder / "statuses" / f"{number:032x}.cose").write_bytes(b"of a year that is over")
    assert scene.known(scene.german) == scene.known(scene.french, FR_BODY) == AT - 3600


def test_a_list_that_did_not_change_is_not_sent_again(scene: Scene) -> None:
    scene.refresh(entities=(FR_BODY,))
    scene.server.on("fr", answer("304 Not Modified"))
    assert results(scene.refresh(entities=(FR_BODY,), hours=1)) == {"fr": UNCHANGED}
    assert b"If-None-Match" in scene.server.requests[-1]
    scene.publish(scene.french, signer=FR_BODY_STATUS_KEY)
    assert results(scene.refresh(entities=(FR_BODY,), hours=2)) == {"fr": UNCHANGED}


def test_a_list_that_is_lost_while_its_server_is_asked_is_not_called_newest_and_comes_again(scene: Scene) -> None:
    scene.refresh(entities=(FR_BODY,))

    def lose_and_say_unchanged(connection: socket.socket, _: bytes) -> None:
        next((scene.folder / "statuses").iterdir()).unlink()
        connection.sendall(answer("304 Not Modified"))

    scene.server.on("fr", lose_and_say_unchanged)
    outcome = scene.refresh(entities=(FR_BODY,), hours=1)["fr"]
    assert (outcome.result, "was lost while" in (outcome.reason or "")) == (UNREACHABLE, True)
    scene.publish(scene.french, signer=FR_BODY_STATUS_KEY)
    assert results(scene.refresh(entities=(FR_BODY,), hours=2)) == {"fr": UPDATED}
    assert b"If-None-Match" not in scene.server.requests[-1]


def test_a_newer_list_takes_the_place_of_an_older_one_and_an_older_one_of_none(scene: Scene) -> None:
    for issued_at, result in ((AT - 3600, UPDATED), (AT - 60, UPDATED), (AT - 3600, REFUSED), (AT, UPDATED)):
        scene.publish(scene.german, issued_at=issued_at, named=((7, Status.INVALID),))
        hours = {AT - 3600: 0, AT - 60: 1, AT: 30}[issued_at] + 2 * (result is REFUSED)
        assert scene.refresh(hours=hours)["de"].result is result
    assert scene.known(scene.german) == AT


@pytest.mark.parametrize("damage", ["gone", "damaged"])
def test_an_older_list_is_refused_though_the_newer_one_was_lost(damage: str, scene: Scene, tmp_path: Path) -> None:
    scene.publish(scene.german, issued_at=AT - 60)
    scene.refresh()
    for path in (tmp_path / "store" / "statuses").iterdir():
        path.unlink() if damage == "gone" else path.write_bytes(b"damaged")
    scene.publish(scene.german, issued_at=AT - 61)
    assert scene.refresh(hours=1)["de"].result is REFUSED
    assert scene.known(scene.german) is None
    scene.publish(scene.german, issued_at=AT - 60)
    assert scene.refresh(hours=9)["de"].result is UPDATED


def test_an_older_list_is_refused_though_a_kill_left_the_newer_one_unremembered(scene: Scene, tmp_path: Path) -> None:
    scene.publish(scene.german, issued_at=AT - 3600)
    scene.refresh()
    memory = (tmp_path / "store" / "memory").read_bytes()
    scene.publish(scene.german, issued_at=AT - 60)
    scene.refresh(hours=1)
    (tmp_path / "store" / "memory").write_bytes(memory)
    scene.publish(scene.german, issued_at=AT - 61)
    assert scene.refresh(hours=2)["de"].result is REFUSED
    assert scene.known(scene.german) == AT - 60


def refreshed(scene: Scene, *states: tuple[int, Status], first: int = 0) -> list[StatusResult]:
    """Publish lists of the German body one after the other, each so many seconds later, and refresh after each."""
    found = []
    for number, (later, status) in enumerate(states, start=first):
        scene.publish(scene.german, issued_at=AT - 3600 + later, named=((INDEX, status),))
        found.append(scene.refresh(hours=9 * number, entities=(BODY,))["de"].result)
    return found


V, I, S = Status.VALID, Status.INVALID, Status.SUSPENDED  # noqa: E741 as the draft abbreviates them


@pytest.mark.parametrize(
    ("states", "result", "status"),
    [
        pytest.param([(0, S), (0, V)], REFUSED, "suspended", id="the-better-comes-second"),
        pytest.param([(0, V), (0, S)], REFUSED, "in_force", id="the-worse-comes-second"),
        pytest.param([(0, V), (0, I)], REFUSED, "withdrawn", id="a-withdrawal-comes-second"),
        pytest.param([(0, I), (0, V)], REFUSED, "withdrawn", id="a-withdrawal-comes-first"),
        pytest.param([(0, S), (0, V), (1, V)], UPDATED, "in_force", id="a-later-one-lifts-the-suspension"),
    ],
)
def test_of_two_lists_of_one_instant_the_second_is_refused_and_what_it_withdraws_is_remembered(
    states: list[tuple[int, Status]], result: StatusResult, status: str, scene: Scene
) -> None:
    assert refreshed(scene, *states)[-1] is result
    assert scene.status() == status


@pytest.mark.parametrize(
    ("later", "token_lost", "kept"),
    [
        pytest.param(0, False, True, id="two-of-one-instant"),
        pytest.param(-1, False, False, id="an-older-one"),
        pytest.param(0, True, False, id="the-known-one-was-lost"),
    ],
)
def test_two_lists_of_one_instant_are_kept_as_evidence(later: int, token_lost: bool, kept: bool, scene: Scene) -> None:
    known = scene.publish(scene.german, named=((INDEX, S),))
    scene.refresh(entities=(BODY,))
    if token_lost:
        for path in (scene.folder / "statuses").iterdir():
            path.unlink()
    found = scene.publish(scene.german, issued_at=AT - 3600 + later, named=((INDEX, V),))
    outcome = scene.refresh(hours=9, entities=(BODY,))["de"]
    assert outcome.result is REFUSED
    assert (outcome.evidence is not None) == kept
    if outcome.evidence is not None:
        files = {path.name: path.read_bytes() for path in outcome.evidence.iterdir()}
        assert files == {"known.cose": known, "found.cose": found, "reason.txt": f"{outcome.reason}\n".encode()}


@pytest.mark.parametrize(
    "states",
    [
        pytest.param([(0, I), (1, V)], id="valid-again"),
        pytest.param([(0, I), (1, V), (2, V), (3, V)], id="valid-again-and-again"),
        pytest.param([(0, I), (1, S)], id="suspended-instead"),
        pytest.param([(1, V), (0, I), (2, V)], id="withdrawn-by-a-list-that-is-refused-as-older"),
    ],
)
@pytest.mark.parametrize("harm", ["none", "lists gone", "memory gone"])
def test_what_a_list_withdrew_once_no_later_list_takes_back(
    states: list[tuple[int, Status]], harm: str, scene: Scene
) -> None:
    for number, state in enumerate(states):
        refreshed(scene, state, first=number)
        if harm == "lists gone":
            for path in (scene.folder / "statuses").iterdir():
                path.unlink()
        elif harm == "memory gone":
            (scene.folder / "memory").write_bytes(b"")
    assert scene.status() == "withdrawn"


def test_a_withdrawal_is_remembered_though_a_kill_left_the_list_without_the_floor(scene: Scene) -> None:
    refreshed(scene, (0, V))
    floor = (scene.folder / "status-floor").read_bytes()
    refreshed(scene, (1, I), first=1)
    (scene.folder / "status-floor").write_bytes(floor)
    assert refreshed(scene, (2, V), first=2) == [UPDATED]
    assert scene.status() == "withdrawn"


def test_an_older_list_that_was_put_back_into_the_folder_is_not_heard(scene: Scene) -> None:
    refreshed(scene, (0, V))
    (place,) = (path for path in (scene.folder / "statuses").iterdir() if scene.german.encode() in path.read_bytes())
    before = place.read_bytes()
    refreshed(scene, (1, S), first=1)
    place.write_bytes(before)
    assert scene.known(scene.german) is None
    assert scene.status() == "unknown"
    assert refreshed(scene, (1, S), first=2) == [UPDATED]
    assert scene.status() == "suspended"


@pytest.mark.parametrize("data", [b"", b"damaged", bytes(100)], ids=["empty", "text", "zeros"])
def test_a_damaged_floor_is_reported_and_begins_anew_with_the_lists_that_are_held(data: bytes, scene: Scene) -> None:
    refreshed(scene, (0, S))
    assert scene.store.open().problem is None
    (scene.folder / "status-floor").write_bytes(data)
    assert "status floor" in (scene.store.open().problem or "")
    assert refreshed(scene, (0, V), first=1) == [REFUSED]
    assert scene.store.open().problem is None
    assert scene.status() == "suspended"


def test_a_damaged_floor_begins_anew_with_all_lists_that_are_held_though_few_are_asked_for(scene: Scene) -> None:
    older = scene.publish(scene.german, issued_at=AT - 7200)
    refreshed(scene, (0, S))
    (scene.folder / "status-floor").write_bytes(b"damaged")
    scene.refresh(hours=1, entities=(FR_BODY,))
    opened = scene.store.open()
    assert opened.problem is None
    assert scene.store.statuses(opened.snapshot, tokens=[older]).find(BODY, scene.german) is None


def test_what_a_stolen_key_said_ends_with_the_key_and_binds_no_later_list(scene: Scene) -> None:
    refreshed(scene, (60, I))
    assert scene.status() == "withdrawn"
    next_key = KeySigner.generate()
    stolen = service_key(BODY_STATUS_KEY)._replace(revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, AT - 3600))
    world = scene.world.with_union(sequence_number=10).with_member(sequence_number=6)
    scene.store.import_bundle(world.with_service(BODY, STATUS, keys=(stolen, service_key(next_key))).bundle)
    scene.publish(scene.german, issued_at=AT - 3600, signer=next_key)
    assert scene.refresh(hours=9, entities=(BODY,))["de"].result is UPDATED
    assert scene.status() == "in_force"


def test_the_list_of_another_body_at_the_place_of_ones_own_changes_nothing_of_the_other(scene: Scene) -> None:
    refreshed(scene, (0, V))
    french = Statuses(uri=scene.french, signer=FR_BODY_STATUS_KEY, issued_at=AT - 60, named=((INDEX, I),)).signed
    scene.refresh(hours=9, entities=(FR_BODY,))
    scene.server.on("de", answer("200 OK", french))
    assert scene.refresh(hours=18, entities=(BODY,))["de"].result is REFUSED
    assert scene.known(scene.french, FR_BODY) == AT - 3600


def test_a_list_that_is_dated_ahead_outranks_none(scene: Scene) -> None:
    scene.publish(scene.german, issued_at=AT + 301)
    assert scene.refresh()["de"].result is UPDATED
    scene.publish(scene.german, issued_at=AT - 10)
    assert scene.refresh()["de"].result is UPDATED
    assert scene.known(scene.german) == AT - 10


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param(b"<html>", "not a status list token", id="html"),
        pytest.param({"signer": STRANGER_KEY}, "no listed status service", id="a-stranger"),
        pytest.param({"signer": FR_BODY_STATUS_KEY}, "not signed by who keeps that list", id="another-body"),
        pytest.param({"uri": "https://elsewhere.example/"}, "is none of", id="another-list"),
        pytest.param({"issued_at": 0}, "not in order", id="before-the-key-could-sign"),
    ],
)
def test_what_is_no_list_of_this_uri_is_refused(said: bytes | dict[str, object], reason: str, scene: Scene) -> None:
    scene.refresh()
    if isinstance(said, bytes):
        scene.server.on("de", answer("200 OK", said))
    else:
        token = Statuses(**{"uri": scene.german, "signer": BODY_STATUS_KEY, "issued_at": AT, **said}).signed  # type: ignore[arg-type]
        scene.server.on("de", answer("200 OK", token))
    outcomes = scene.refresh(hours=1)
    assert results(outcomes) == {"de": REFUSED, "fr": UNCHANGED, "ncca": UNCHANGED}
    assert reason in (outcomes["de"].reason or "")
    assert scene.known(scene.german) == AT - 3600


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param(answer("500 Error"), "status 500", id="error"),
        pytest.param(answer("200 OK", bytes(10_001)), "more than 10000 bytes", id="too-large"),
    ],
)
def test_a_server_that_fails_leaves_its_list_and_waits_while_others_go_on(
    script: Script | bytes, reason: str, scene: Scene
) -> None:
    scene.refresh()
    scene.server.on("de", script)
    outcome = scene.refresh(hours=1)["de"]
    assert (outcome.result, reason in (outcome.reason or "")) == (UNREACHABLE, True)
    asked = len(scene.server.requests)
    early = scene.refresh(hours=1)
    assert "too early" in (early["de"].reason or "")
    assert early["de"].next_try == outcome.next_try
    assert len(scene.server.requests) == asked + 2
    assert scene.known(scene.german) == AT - 3600


def test_a_uri_that_is_none_of_a_server_is_unreachable_and_harms_no_other(scene: Scene) -> None:
    world = scene.world.with_union(sequence_number=10).with_member(sequence_number=6)
    both = (StatusListDeclaration(scene.german, scene.authority), StatusListDeclaration("https://user@plain.example/"))
    scene.store.import_bundle(world.with_service(BODY, STATUS, status_lists=both).bundle)
    outcomes = scene.store.refresh_statuses((BODY,), at=NOW)
    assert {outcome.result for uri, outcome in outcomes.items() if "user" not in uri} == {UPDATED}
    plain = outcomes["https://user@plain.example/"]
    assert (plain.result, "names a user" in (plain.reason or "")) == (UNREACHABLE, True)
    assert plain.next_try > NOW


def test_a_malformed_entry_touches_no_other(scene: Scene) -> None:
    world = scene.world.with_union(sequence_number=10).with_member("FR", sequence_number=6)
    entry = {1: "FR-9999", 2: 5}
    entities = (*world.member("FR").entities, entry)
    scene.store.import_bundle(world.with_member("FR", entities=entities).bundle)
    assert results(scene.refresh()) == {"de": UPDATED, "fr": UPDATED, "ncca": UPDATED}


def test_without_trusted_lists_nobody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no lists yet"):
        TrustStore(tmp_path / "store", anchor=bytes(32)).refresh_statuses(at=NOW)


def test_leftovers_of_killed_processes_are_removed(scene: Scene, tmp_path: Path) -> None:
    scene.refresh()
    statuses = tmp_path / "store" / "statuses"
    (statuses / ".x.cose.0a1b2c3d.tmp").write_bytes(b"")
    scene.refresh(hours=1)
    assert len(list(statuses.iterdir())) == 3
