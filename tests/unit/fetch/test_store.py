"""The store without a network: import, load, fall back; nothing goes back and nothing is made worse."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from certmark import files
from certmark.cose.algorithms import ALL_KEY_ALGORITHMS, Algorithm
from certmark.errors import StoreError
from certmark.fetch import Refused, TrustStore, Unchanged, Updated
from certmark.fetch.memory import Memory
from certmark.limits import Limits
from certmark.trust.entities import KeyRevocation, RevocationReason
from tests import keys
from tests.unit.fetch.conftest import ANCHOR, bundle, files_in, held, world
from tests.world import DE_KEYS, UNION_KEYS, WORLD, World, seconds

Change = Callable[[bytes], bytes]


def german(store: TrustStore) -> int | None:
    """Give the number of the German list that counts, or None."""
    national = store.open().snapshot.national
    return national["DE"].head.sequence_number if "DE" in national else None


# --- what it does ---


def test_nothing_is_made_until_something_is_written(store: TrustStore, folder: Path) -> None:
    with pytest.raises(StoreError, match="no lists yet: import a bundle or refresh"):
        store.open()
    assert not folder.exists()


def test_a_bundle_is_imported_and_opened_again(store: TrustStore, folder: Path) -> None:
    outcome = store.import_bundle(bundle(5))
    assert isinstance(outcome, Updated)
    assert outcome.snapshot.union.head.sequence_number == 5
    for opened in (store.open(), TrustStore(folder, anchor=ANCHOR.hex()).open()):
        assert opened.problem is None
        assert opened.snapshot.floor == world(5).trust().floor
    assert sorted(files_in(folder)) == ["current.bundle", "memory"]
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_newer_lists_take_the_place_of_older_ones_and_those_are_kept(store: TrustStore, folder: Path) -> None:
    for number in (5, 6, 9):
        assert isinstance(store.import_bundle(bundle(number)), Updated)
        assert held(store) == number
    files = files_in(folder)
    assert (files["current.bundle"], files["previous.bundle"]) == (bundle(9), bundle(6))


def test_the_same_again_is_unchanged_and_nothing_is_written(store: TrustStore, folder: Path) -> None:
    store.import_bundle(bundle(5))
    before = {path: path.stat().st_ino for path in folder.iterdir()}
    outcome = store.import_bundle(bundle(5))
    assert isinstance(outcome, Unchanged)
    assert outcome.snapshot.union.head.sequence_number == 5
    assert {path: path.stat().st_ino for path in folder.iterdir()} == before


def test_what_does_not_count_any_more_is_used_no_more_and_stays(store: TrustStore, folder: Path) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    files = files_in(folder)
    later = TrustStore(folder, anchor=ANCHOR, algorithms=ALL_KEY_ALGORITHMS - {Algorithm.ESP256})
    with pytest.raises(StoreError, match=r"nor those before them .*not accepted any more"):
        later.open()
    refused = later.import_bundle(bundle(7))
    assert isinstance(refused, Refused)
    assert "not accepted any more" in refused.reason
    assert files_in(folder) == files
    assert held(store) == 6
    snapshot = store.open().snapshot
    tokens = WORLD.status_tokens
    assert later.statuses(snapshot, tokens=tokens).lists == {}
    assert store.statuses(snapshot, tokens=tokens).lists


def test_a_bundle_with_lists_that_nobody_points_at_is_unchanged(store: TrustStore, folder: Path) -> None:
    store.import_bundle(bundle(5))
    parts = world(5).trust_bundle
    more = replace(parts, national={**parts.national, "ZZ": b"-"})
    assert isinstance(store.import_bundle(more.to_bytes()), Unchanged)
    assert files_in(folder)["current.bundle"] == bundle(5)


# --- what it refuses ---


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "trust", id="nothing"),
        pytest.param(b"<html>", "trust", id="html"),
        pytest.param(bundle(6)[:-1], "trust", id="cut-off"),
        pytest.param(WORLD.with_root(label="OTHER").bundle, "trust_anchor", id="another-root"),
        pytest.param(world(6).with_union(supplied=b"").bundle, "trust", id="no-union-list"),
        pytest.param(world(6).with_union(signers=UNION_KEYS[:1]).bundle, "trust_signature", id="one-signature"),
        pytest.param(bundle(4), "trust_rollback", id="older"),
        pytest.param(world(5).with_union(expires=seconds("2026-10-01")).bundle, "trust_equivocation", id="another-5"),
        pytest.param(replace(world(6), members=WORLD.members[:2]).bundle, "trust_append_only", id="state-removed"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(data: bytes, code: str, store: TrustStore, folder: Path) -> None:
    store.import_bundle(bundle(5))
    before = files_in(folder)
    outcome = store.import_bundle(data)
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    kept = {name: content for name, content in files_in(folder).items() if not name.startswith("evidence/")}
    assert kept == before
    assert held(store) == 5


def test_a_bundle_over_the_limit_is_refused(folder: Path) -> None:
    store = TrustStore(folder, anchor=ANCHOR, limits=Limits(bundle=100))
    outcome = store.import_bundle(bundle(5))
    assert isinstance(outcome, Refused)
    assert "more than 100" in outcome.reason


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        pytest.param(bundle(4), True, id="rollback"),
        pytest.param(world(5).with_union(expires=seconds("2026-10-01")).bundle, True, id="equivocation"),
        pytest.param(replace(world(6), members=WORLD.members[:2]).bundle, True, id="rewritten"),
        pytest.param(b"<html>", False, id="no-bundle"),
        pytest.param(WORLD.with_root(label="OTHER").bundle, False, id="another-root"),
    ],
)
def test_contradictions_are_kept_as_evidence_and_noise_is_not(
    found: bytes, kept: bool, store: TrustStore, folder: Path
) -> None:
    store.import_bundle(bundle(5))
    outcome = store.import_bundle(found)
    assert isinstance(outcome, Refused)
    assert (outcome.evidence is not None) == kept == (folder / "evidence").exists()
    if outcome.evidence is not None:
        assert (outcome.evidence / "known.bundle").read_bytes() == bundle(5)
        assert (outcome.evidence / "found.bundle").read_bytes() == found
        assert (outcome.evidence / "reason.txt").read_text() == f"{outcome.reason}\n"


def test_evidence_is_bounded_and_the_first_stays(store: TrustStore) -> None:
    store.import_bundle(bundle(50))
    outcomes = [store.import_bundle(bundle(number)) for number in range(1, 10)]
    places = [outcome.evidence for outcome in outcomes if isinstance(outcome, Refused)]
    assert [place is not None for place in places] == [True] * 4 + [False] * 5
    assert store.import_bundle(bundle(1)) == outcomes[0]
    # another kind has room of its own
    equivocation = store.import_bundle(world(50).with_union(expires=seconds("2026-10-01")).bundle)
    assert isinstance(equivocation, Refused)
    assert equivocation.evidence is not None


# --- one national list ---


@pytest.mark.parametrize(
    "national",
    [
        pytest.param({"missing": True}, id="missing"),
        pytest.param({"supplied": b"no list"}, id="broken"),
        pytest.param({"sequence_number": 4}, id="older"),
        pytest.param({"signers": (keys.signer(number=99),)}, id="forged"),
    ],
)
def test_a_known_list_stays_where_a_bundle_shows_nothing_newer(
    national: dict[str, Any], store: TrustStore, folder: Path
) -> None:
    store.import_bundle(bundle(5))
    outcome = store.import_bundle(world(6).with_member(**national).bundle)
    assert isinstance(outcome, Updated)
    assert outcome.snapshot.problems == {}
    assert (held(store), german(store)) == (6, 5)
    assert not (folder / "evidence").exists()


COMPROMISED = KeyRevocation(RevocationReason.KEY_COMPROMISE, seconds("2026-04-01"))


@pytest.mark.parametrize(
    "contradiction",
    [
        pytest.param(world(7, german=6).with_member(expires=seconds("2026-10-01")), id="two-lists-of-one-number"),
        pytest.param(world(7).with_key(revocation=None), id="compromise-lifted"),
    ],
)
def test_a_list_that_contradicts_itself_leaves_its_state_unknown_at_every_load_until_it_is_mended(
    contradiction: World, store: TrustStore
) -> None:
    store.import_bundle(world(6).with_key(revocation=COMPROMISED).bundle)
    outcome = store.import_bundle(contradiction.bundle)
    assert isinstance(outcome, Updated)
    assert outcome.snapshot.problems.keys() == {"DE"}
    assert outcome.evidence is not None
    assert (outcome.evidence / "found.bundle").read_bytes() == contradiction.bundle
    assert german(store) is None
    assert store.open().snapshot.problems == outcome.snapshot.problems
    # the next ones are compared with the last list that was accepted, however many were refused since
    again = world(8).with_key(revocation=None)
    assert isinstance(store.import_bundle(again.bundle), Updated)
    assert german(store) is None
    assert isinstance(store.import_bundle(world(9).with_key(revocation=COMPROMISED).bundle), Updated)
    assert german(store) == 9


def test_a_refused_list_does_not_lower_the_floor_of_its_state(store: TrustStore) -> None:
    store.import_bundle(world(6, german=8).with_key(revocation=COMPROMISED).bundle)
    store.import_bundle(world(7, german=9).bundle)
    assert german(store) is None
    store.import_bundle(world(8, german=7).with_key(revocation=COMPROMISED).bundle)
    assert german(store) is None
    store.import_bundle(world(9, german=8).with_key(revocation=COMPROMISED).bundle)
    assert german(store) == 8


def test_stolen_keys_that_used_up_all_numbers_are_recovered_from(store: TrustStore) -> None:
    last = (1 << 32) - 1
    store.import_bundle(bundle(5, german=last))
    assert german(store) == last
    new_keys = tuple(keys.signer(number=number) for number in (26, 27))
    assert not set(new_keys) & set(DE_KEYS)
    assert isinstance(store.import_bundle(world(6, german=3).with_member(keys=new_keys).bundle), Updated)
    assert german(store) == 3
    # and what the thief signed does not come back
    thief = world(5, german=last).member().signed
    store.import_bundle(world(7).with_member(keys=new_keys, supplied=thief).bundle)
    assert (held(store), german(store)) == (7, 3)


def test_the_floor_of_a_state_holds_though_its_last_list_cannot_be_compared_with_any_more(store: TrustStore) -> None:
    """The union list asked for a second signature, which the list that was accepted last does not have."""
    one, both = DE_KEYS[:1], DE_KEYS
    store.import_bundle(world(6, german=8).with_member(signers=one).with_key(revocation=COMPROMISED).bundle)
    store.import_bundle(world(7, german=9).with_member(signers=one).bundle)
    for number in (8, 9):
        store.import_bundle(world(number).with_member(threshold=2, missing=True).bundle)
    older = world(10, german=7).with_member(threshold=2, signers=both)
    assert isinstance(store.import_bundle(older.bundle), Updated)
    assert german(store) is None
    store.import_bundle(world(11, german=8).with_member(threshold=2, signers=both).bundle)
    assert german(store) is None  # another one of the number that was known
    store.import_bundle(world(12, german=9).with_member(threshold=2, signers=both).bundle)
    assert german(store) == 9


# --- loading: the folder is not trusted ---


DAMAGE: dict[str, Change] = {
    "empty": lambda _: b"",
    "cut-off": lambda data: data[: len(data) // 2],
    "one-bit": lambda data: data[:700] + bytes([data[700] ^ 1]) + data[701:],
    "too-large": lambda data: data + bytes(Limits().bundle),
    "older": lambda _: bundle(3),
    "another-root": lambda _: WORLD.with_root(label="OTHER").bundle,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_lists_fall_back_to_those_before_and_say_so(damage: Change, store: TrustStore, folder: Path) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    current = folder / "current.bundle"
    current.write_bytes(damage(current.read_bytes()))
    opened = store.open()
    assert opened.snapshot.union.head.sequence_number == 5
    assert opened.problem is not None
    assert opened.problem.startswith("the newest lists of the store cannot be used (")
    assert opened.problem.endswith("): those before them are used")
    # the floor is where it was: an older bundle is refused, the lost one is taken again
    assert isinstance(store.import_bundle(bundle(5)), Refused)
    assert isinstance(store.import_bundle(bundle(6)), Updated)
    assert (store.open().problem, held(store)) == (None, 6)


def test_lost_lists_fall_back_too(store: TrustStore, folder: Path) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    (folder / "current.bundle").unlink()
    assert store.open().problem == "the newest lists of the store are gone: those before them are used"
    assert held(store) == 5


@pytest.mark.parametrize("damage", [*DAMAGE.values()][:3], ids=[*DAMAGE][:3])
def test_without_lists_before_them_damaged_ones_are_an_error_that_says_what_to_do(
    damage: Change, store: TrustStore, folder: Path
) -> None:
    store.import_bundle(bundle(5))
    current = folder / "current.bundle"
    current.write_bytes(damage(current.read_bytes()))
    with pytest.raises(StoreError, match=r"cannot be used \(.*\): import a bundle or refresh$"):
        store.open()
    assert isinstance(store.import_bundle(bundle(4)), Refused)
    assert isinstance(store.import_bundle(bundle(5)), Updated)
    assert held(store) == 5


@pytest.mark.parametrize("previous", [b"", WORLD.with_root(label="OTHER").bundle], ids=["damaged", "another-root"])
def test_the_newest_lists_need_none_before_them(previous: bytes, store: TrustStore, folder: Path) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    (folder / "previous.bundle").write_bytes(previous)
    assert (store.open().problem, held(store)) == (None, 6)
    assert isinstance(store.import_bundle(bundle(5)), Refused)
    assert isinstance(store.import_bundle(bundle(7)), Updated)


def test_a_memory_without_floor_is_no_reason_not_to_fall_back(store: TrustStore, folder: Path) -> None:
    folder.mkdir()
    (folder / "previous.bundle").write_bytes(bundle(5))
    (folder / "memory").write_bytes(Memory(current=bytes(32), previous=sha256(bundle(5)).digest()).to_bytes())
    assert held(store) == 5


def test_only_what_the_store_itself_accepted_is_fallen_back_to(store: TrustStore, folder: Path) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    (folder / "current.bundle").unlink()
    (folder / "previous.bundle").write_bytes(bundle(4))
    with pytest.raises(StoreError, match="gone: import a bundle or refresh"):
        store.open()


def test_what_former_signers_of_the_union_list_signed_is_not_fallen_back_to(store: TrustStore, folder: Path) -> None:
    thief = WORLD.with_union(sequence_number=1000)
    store.import_bundle(thief.bundle)
    new_keys = tuple(keys.signer(number=number) for number in (14, 15, 16))
    recovered = WORLD.with_root(sequence_number=2, union_keys=new_keys).with_union(signers=new_keys)
    roots = (WORLD.root.signed, recovered.root.signed)
    assert isinstance(store.import_bundle(replace(recovered.trust_bundle, roots=roots).to_bytes()), Updated)
    (folder / "current.bundle").write_bytes(b"")
    with pytest.raises(StoreError, match="those who signed the union list before were replaced"):
        store.open()


def test_what_former_signers_of_a_national_list_signed_is_not_fallen_back_to(store: TrustStore, folder: Path) -> None:
    store.import_bundle(bundle(5, german=1000))
    new_keys = tuple(keys.signer(number=number) for number in (26, 27))
    store.import_bundle(world(6, german=3).with_member(keys=new_keys).bundle)
    (folder / "current.bundle").write_bytes(b"")
    opened = store.open()
    assert opened.problem is not None
    assert opened.snapshot.problems.keys() == {"DE"}


def test_damaged_memory_is_told_and_begins_anew_with_the_lists_at_hand(store: TrustStore, folder: Path) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    (folder / "memory").write_bytes(b"damaged")
    opened = store.open()
    assert opened.problem is not None
    assert "memory of a store" in opened.problem
    assert opened.snapshot.union.head.sequence_number == 6
    assert isinstance(store.import_bundle(bundle(5)), Refused)
    assert isinstance(store.import_bundle(bundle(6)), Updated)
    assert store.open().problem is None


def test_the_anchor_is_the_applications_and_never_the_folders(store: TrustStore, folder: Path) -> None:
    store.import_bundle(bundle(5))
    with pytest.raises(StoreError, match="cannot be used"):
        TrustStore(folder, anchor=bytes(32)).open()
    assert held(store) == 5


@pytest.mark.parametrize("name", ["current.bundle", "memory", "previous.bundle"])
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_an_error_and_nothing_waits(kind: str, name: str, store: TrustStore, folder: Path) -> None:
    folder.mkdir()
    (folder / name).mkdir() if kind == "folder" else os.mkfifo(folder / name)
    for use in (store.open, lambda: store.import_bundle(bundle(5))):
        with pytest.raises(StoreError, match=f"{name}: cannot be used"):
            use()


def states_between(folder: Path, store: TrustStore, data: bytes) -> list[dict[str, bytes]]:
    """Import a bundle and give what a kill between any two renames would have left."""
    states = [files_in(folder)]
    renamed = Path.replace

    def noting(path: Path, target: Path) -> Path:
        result = renamed(path, target)
        states.append({name: content for name, content in files_in(folder).items() if not name.endswith(".tmp")})
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", noting)
        store.import_bundle(data)
    return states


def test_a_kill_between_any_two_renames_leaves_a_store_that_opens_and_holds_to_what_it_knew(
    store: TrustStore, folder: Path, tmp_path: Path
) -> None:
    store.import_bundle(world(6).with_key(revocation=COMPROMISED).bundle)
    rewritten = world(7).with_key(revocation=None)
    states = states_between(folder, store, rewritten.bundle)
    seen = []
    for number, state in enumerate(states):
        place = tmp_path / str(number)
        place.mkdir()
        for name, content in state.items():
            if not name.startswith("evidence/"):
                (place / name).write_bytes(content)
        found = TrustStore(place, anchor=ANCHOR)
        assert found.open().problem is None
        seen.append((held(found), german(found)))
        assert isinstance(found.import_bundle(world(5).bundle), Refused)
        assert isinstance(found.import_bundle(world(8).with_key(revocation=None).bundle), Updated)
        assert german(found) is None
    # three files of evidence, then the lists before, the new ones, and the memory
    assert seen == [*[(6, 6)] * 5, (7, None), (7, None)]


def test_threads_import_at_once_and_the_newest_stays(store: TrustStore, folder: Path) -> None:
    threads = [Thread(target=store.import_bundle, args=(bundle(number),)) for number in (5, 9, 6, 8, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(store) == 9
    assert not [name for name in files_in(folder) if name.endswith(".tmp")]


@pytest.mark.parametrize("before", ["memory", "current.bundle", "previous.bundle"])
def test_who_reads_without_a_lock_sees_one_moment_though_others_write(
    before: str, store: TrustStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (5, 6):
        store.import_bundle(bundle(number))
    read, coming = files.read, [8, 7]

    def interrupted(path: Path, *, at_most: int) -> bytes:
        if path.name == before and len(coming) == 2:
            while coming:
                store.import_bundle(bundle(coming.pop()))
        return read(path, at_most=at_most)

    monkeypatch.setattr(files, "read", interrupted)
    opened = store.open()
    assert (opened.problem, opened.snapshot.union.head.sequence_number) == (None, 8)


def test_leftovers_of_killed_processes_are_removed_by_the_next_that_writes(store: TrustStore, folder: Path) -> None:
    store.import_bundle(bundle(5))
    (folder / ".current.bundle.0a1b2c3d.tmp").write_bytes(bytes(1000))
    store.import_bundle(bundle(6))
    assert sorted(files_in(folder)) == ["current.bundle", "memory", "previous.bundle"]


# --- the disk ---


def test_a_full_disk_leaves_the_store_as_it_was(
    store: TrustStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_bundle(bundle(5))
    before = files_in(folder)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="no space left on device"):
        store.import_bundle(bundle(6))
    assert files_in(folder) == before
    assert held(store) == 5


def test_a_full_disk_does_not_hide_why_a_bundle_is_refused(store: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.import_bundle(bundle(5))
    monkeypatch.setattr(os, "fsync", lambda _: os.close(-1))
    outcome = store.import_bundle(bundle(4))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.evidence) == ("trust_rollback", None)
