"""The status floor: no list goes back between runs, no withdrawal is taken back, and nobody's memory grows for ever."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

import pytest

from certmark import cbor
from certmark.cose.signer import KeySigner
from certmark.errors import StatusError
from certmark.limits import Limits
from certmark.status import StatusFloor, StatusSnapshot
from certmark.status.bitarray import Bits, Status, StatusList
from certmark.status.floor import Known, digest_of, grown
from certmark.status.token import StatusListToken, seal
from certmark.trust.entities import KeyRevocation, RevocationReason
from certmark.verify import Verifier
from tests.third_party import ISSUED
from tests.world import (
    BODY,
    BODY_STATUS_KEY,
    DAY,
    FR_BODY,
    FR_BODY_STATUS_KEY,
    FR_STATUS_URI,
    INDEX,
    NCCA,
    NCCA_STATUS_URI,
    NOW,
    STATUS,
    STATUS_URI,
    WORLD,
    World,
    service_key,
)

V, I, S = Status.VALID, Status.INVALID, Status.SUSPENDED  # noqa: E741 as the draft abbreviates them
KEY_ID = BODY_STATUS_KEY.public_key.key_id
EMPTY = StatusFloor()


def signed(
    status: Status = V,
    *,
    at: int = 0,
    uri: str = STATUS_URI,
    signer: KeySigner = BODY_STATUS_KEY,
    size: int = 1024,
    expires: int | None = ISSUED + 60 * DAY,
) -> bytes:
    """Sign a list that gives the certificate a status, so many seconds after the usual time."""
    statuses = StatusList.of({INDEX: status}, size=size)
    return seal(StatusListToken(uri, ISSUED + at, expires, 2 * DAY, statuses), signer=signer)


def opened(*tokens: bytes, previous: StatusFloor | None = None, world: World = WORLD) -> StatusSnapshot:
    return StatusSnapshot.open(tokens, world.trust(), previous=previous)


def remembered(*tokens: bytes, previous: StatusFloor | None = None, world: World = WORLD) -> StatusFloor:
    """Give the floor after a run, read back as an application does it."""
    floor = opened(*tokens, previous=previous, world=world).floor(at=NOW)
    assert StatusFloor.from_bytes(floor.to_bytes()) == floor
    return floor


def status_of(snapshot: StatusSnapshot, world: World = WORLD) -> tuple[str, str | None]:
    report = Verifier(world.trust(), snapshot).report(world.cose, at=NOW)
    return report.certificate_status.value, report.sub_indication and report.sub_indication.value


IN_FORCE = ("in_force", None)
SUSPENDED = ("suspended", None)
UNKNOWN = ("unknown", "TRY_LATER")
WITHDRAWN = ("withdrawn", "CERTIFICATE_WITHDRAWN")


def test_the_floor_holds_time_digest_key_and_withdrawals_of_each_list() -> None:
    french = signed(S, uri=FR_STATUS_URI, signer=FR_BODY_STATUS_KEY, at=7)
    floor = remembered(signed(I), french)
    assert floor.lists == {
        (BODY, STATUS_URI): Known(
            ISSUED,
            digest_of(StatusList.of({INDEX: I}, size=1024)),
            KEY_ID,
            Bits(bytes(INDEX // 8) + bytes([1 << INDEX % 8])),
        ),
        (FR_BODY, FR_STATUS_URI): Known(
            ISSUED + 7, digest_of(StatusList.of({INDEX: S}, size=1024)), FR_BODY_STATUS_KEY.public_key.key_id, Bits()
        ),
    }


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([signed(V)], [signed(V)], IN_FORCE, id="the-same-again"),
        pytest.param([signed(V)], [signed(S, at=1)], SUSPENDED, id="newer"),
        pytest.param([signed(S)], [signed(V, at=1)], IN_FORCE, id="suspension-lifted"),
        pytest.param([signed(S, at=1)], [signed(V)], UNKNOWN, id="yesterdays-list-alone"),
        pytest.param([signed(V, at=1)], [signed(V)], UNKNOWN, id="an-older-list-that-says-the-same"),
        pytest.param([signed(V, at=1)], [signed(S)], UNKNOWN, id="an-older-suspension-says-nothing"),
        pytest.param([signed(V, at=1)], [signed(I)], WITHDRAWN, id="an-older-withdrawal-is-final"),
        pytest.param([signed(V, at=1)], [signed(V), signed(V, at=2)], IN_FORCE, id="older-beside-newer"),
        pytest.param([signed(V)], [signed(S)], UNKNOWN, id="two-of-one-instant"),
        pytest.param([signed(S)], [signed(V)], UNKNOWN, id="two-of-one-instant-the-other-way-round"),
        pytest.param([signed(V)], [signed(V, expires=None)], IN_FORCE, id="the-same-states-signed-again"),
        pytest.param([signed(V)], [signed(V, size=512)], UNKNOWN, id="one-instant-another-size"),
        pytest.param([signed(I)], [signed(V, at=1)], WITHDRAWN, id="withdraw-then-say-valid-again"),
        pytest.param([signed(I)], [signed(S, at=1)], WITHDRAWN, id="withdraw-then-suspend"),
        pytest.param([signed(I)], [signed(V)], WITHDRAWN, id="withdrawn-and-valid-of-one-instant"),
        pytest.param([signed(I)], [signed(V, at=-1)], WITHDRAWN, id="withdrawn-and-an-older-list"),
        pytest.param([signed(I)], [], WITHDRAWN, id="withdrawn-and-the-list-withheld"),
        pytest.param([signed(I)], [b"\xff"], WITHDRAWN, id="withdrawn-and-the-list-damaged"),
        pytest.param([signed(I), signed(V, at=1)], [signed(V, at=2)], WITHDRAWN, id="withdrawn-by-an-older-one-then"),
        pytest.param([signed(S)], [], UNKNOWN, id="a-suspension-is-not-remembered"),
        pytest.param([], [signed(V)], IN_FORCE, id="nothing-known"),
    ],
)
def test_no_list_goes_back_between_runs_and_no_withdrawal_is_taken_back(
    before: list[bytes], now: list[bytes], expected: tuple[str, str | None]
) -> None:
    floor = remembered(*before)
    for order in (now, now[::-1]):
        assert status_of(opened(*order, previous=floor)) == expected


def test_a_withdrawal_outlives_any_number_of_runs() -> None:
    floor = remembered(signed(I))
    for at in (1, 2, 3):
        floor = remembered(signed(V, at=at), previous=floor)
    assert floor.lists[BODY, STATUS_URI].issued_at == ISSUED + 3
    assert status_of(opened(signed(V, at=4), previous=floor)) == WITHDRAWN


def test_a_list_that_is_not_given_stays_known() -> None:
    floor = remembered(signed(I))
    assert remembered(previous=floor) == floor


def test_a_list_that_goes_back_does_not_lower_the_floor() -> None:
    floor = remembered(signed(V, at=5))
    assert remembered(signed(S), previous=floor) == floor


def test_a_withdrawal_in_a_list_that_goes_back_is_remembered_and_the_time_stays() -> None:
    floor = remembered(signed(I), previous=remembered(signed(V, at=5)))
    assert floor.lists[BODY, STATUS_URI].issued_at == ISSUED + 5
    assert status_of(opened(signed(V, at=6), previous=floor)) == WITHDRAWN


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (signed(V, at=-1), "goes back: one that was signed at 2026-06-01T06:00:00+00:00 was known before"),
        (signed(S), f"here are two status lists {STATUS_URI} of 2026-06-01T06:00:00+00:00: keep both as evidence"),
    ],
    ids=["older", "two-of-one-instant"],
)
def test_what_does_not_follow_is_rejected_by_its_place_and_named_in_the_report(token: bytes, says: str) -> None:
    snapshot = opened(b"", token, previous=remembered(signed(V)))
    assert [each.position for each in snapshot.rejected] == [0, 1]
    assert says in snapshot.rejected[1].reason
    report = Verifier(WORLD.trust(), snapshot).report(WORLD.cose, at=NOW)
    (reason,) = [check.reason for check in report.checks if check.id == "status_known"]
    assert says in reason


def test_the_memory_of_a_body_binds_the_authority_in_nothing_and_the_other_way_round() -> None:
    world = WORLD.with_ncca_list(V)
    body, _, authority = world.status_tokens
    floor = remembered(body, authority, world=world)
    assert {(BODY, STATUS_URI), (NCCA, NCCA_STATUS_URI)} == set(floor.lists)
    withdrawn = world.with_statuses(NCCA_STATUS_URI, named=((INDEX, I),), issued_at=ISSUED + 1).status_tokens[2]
    floor = remembered(body, withdrawn, previous=floor, world=world)
    assert status_of(opened(body, previous=floor, world=world), world) == WITHDRAWN


@pytest.mark.parametrize(("ahead", "is_remembered"), [(300, True), (301, False)])
def test_a_list_that_is_dated_ahead_locks_nobody_out(ahead: int, is_remembered: bool) -> None:
    ahead_of_now = int((NOW + timedelta(seconds=ahead)).timestamp()) - ISSUED
    floor = remembered(signed(I, at=ahead_of_now))
    assert (floor != EMPTY) is is_remembered


COMPROMISED = KeyRevocation(RevocationReason.KEY_COMPROMISE, ISSUED + 1)


def test_what_a_stolen_key_said_ends_with_the_key() -> None:
    floor = remembered(signed(I, at=90))
    next_key = KeySigner.generate()
    world = WORLD.with_service(
        BODY,
        STATUS,
        keys=(
            service_key(BODY_STATUS_KEY)._replace(revocation=COMPROMISED),
            service_key(next_key),
        ),
    )
    newer = signed(V, at=1, signer=next_key)
    snapshot = opened(newer, previous=floor, world=world)
    assert snapshot.rejected == ()
    assert status_of(snapshot, world) == IN_FORCE
    assert remembered(newer, previous=floor, world=world).lists[BODY, STATUS_URI].withdrawn == Bits()


def test_a_key_that_was_retired_later_is_still_believed() -> None:
    floor = remembered(signed(I))
    world = WORLD.with_key(BODY, STATUS, revocation=KeyRevocation(RevocationReason.SUPERSEDED, ISSUED + 1))
    assert opened(previous=floor, world=world).known == floor.lists


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(WORLD.with_member(missing=True), id="territory-missing"),
        pytest.param(WORLD.with_entity(name=""), id="entry-malformed"),
    ],
)
def test_a_list_of_keys_that_is_missing_for_a_while_erases_no_memory(world: World) -> None:
    floor = remembered(signed(I))
    assert remembered(previous=floor, world=world) == floor


# --- bounds ---

SMALL = Limits(remembered_lists=2, remembered=4, entries=5)


def known(withdrawn: int = 0, *, at: int = 1) -> Known:
    """Make an entry with so many bytes of withdrawals."""
    return Known(at, bytes(32), bytes(8), Bits(b"\x01" * withdrawn))


def sizes(floor: StatusFloor) -> dict[str, int]:
    return {"".join(key): len(each.withdrawn.packed) for key, each in floor.lists.items()}


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        pytest.param({}, {"a1": 4, "b1": 4}, {"a1": 4, "b1": 4}, id="each-has-its-share"),
        pytest.param({}, {"a1": 0, "a2": 0, "a3": 0, "b1": 0}, {"a1": 0, "a2": 0, "b1": 0}, id="too-many-lists"),
        pytest.param({}, {"a1": 3, "a2": 2}, {"a1": 3, "a2": 0}, id="too-many-withdrawals"),
        pytest.param({"a8": 1, "a9": 1}, {"a1": 4}, {"a8": 1, "a9": 1}, id="new-lists-crowd-out-no-known-one"),
        pytest.param({"a8": 1, "a9": 3}, {"a8": 2}, {"a8": 1, "a9": 3}, id="growth-crowds-out-no-known-one"),
        pytest.param({"a8": 1, "a9": 2}, {"a8": 2}, {"a8": 2, "a9": 2}, id="growth-within-the-share"),
        pytest.param(
            {"a1": 0, "a2": 0, "b1": 0, "b2": 0, "c1": 0},
            {"c1": 1, "d1": 0},
            {"a1": 0, "a2": 0, "b1": 0, "b2": 0, "c1": 1},
            id="too-many-in-all",
        ),
    ],
)
def test_no_entity_crowds_out_what_is_known(before: dict[str, int], now: dict[str, int], kept: dict[str, int]) -> None:
    old, new = (
        {(name[0], name[1]): known(size, at=at) for name, size in each.items()} for at, each in ((1, before), (2, now))
    )
    floor = grown(old, new, limits=SMALL)
    assert sizes(floor) == kept
    assert all(floor.lists[key].issued_at == 2 for key in new if key in floor.lists)


def test_the_withdrawals_of_all_together_are_bounded_so_that_the_floor_can_be_read_again() -> None:
    limits = Limits(status_floor=600, remembered=200)
    floor = grown({}, {(entity, "x"): known(200) for entity in "abc"}, limits=limits)
    assert sizes(floor) == {"ax": 200, "bx": 0, "cx": 0}
    assert StatusFloor.from_bytes(floor.to_bytes(), limits=limits) == floor


def test_the_largest_list_is_remembered_whole() -> None:
    statuses = StatusList(2, b"\x55" * 4_000_000)
    floor = grown({}, {("a", "x"): Known(1, bytes(32), bytes(8), statuses.where(I))}, limits=Limits())
    assert sizes(floor) == {"ax": 2_000_000}
    assert StatusFloor.from_bytes(floor.to_bytes()) == floor


def test_a_snapshot_gives_a_floor_within_the_bounds_that_are_asked_for() -> None:
    assert opened(signed(I)).floor(at=NOW, limits=Limits(remembered_lists=0)) == EMPTY


# --- bytes ---

ROW: list[Any] = [BODY, STATUS_URI, ISSUED, bytes(32), KEY_ID, zlib.compress(b"\x01", 9)]


def written(*rows: Any, magic: Any = "certmark-status-floor", version: Any = 1) -> bytes:
    return cbor.encode([magic, version, list(rows)])


def test_a_floor_is_written_as_the_specification_says() -> None:
    floor = StatusFloor({(BODY, STATUS_URI): Known(ISSUED, bytes(32), KEY_ID, Bits(b"\x01"))})
    assert floor.to_bytes() == written(ROW)
    assert StatusFloor.from_bytes(written(ROW)) == floor
    assert StatusFloor.from_bytes(written()) == EMPTY


def test_equal_floors_give_equal_bytes() -> None:
    french, german = (FR_BODY, FR_STATUS_URI), (BODY, STATUS_URI)
    one, other = StatusFloor({french: known(), german: known(3)}), StatusFloor({german: known(3), french: known()})
    assert one.to_bytes() == other.to_bytes()


def changed(place: int, value: Any) -> bytes:
    return written([*ROW[:place], value, *ROW[place + 1 :]])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "not a status floor", id="nothing"),
        pytest.param(WORLD.trust().floor.to_bytes(), "not a status floor", id="a-trust-floor"),
        pytest.param(written(ROW)[:-1], "not a status floor", id="cut-off"),
        pytest.param(written(ROW) + b"\x00", "not a status floor", id="longer"),
        pytest.param(written(magic="certmark-trust-floor"), "expected what", id="magic"),
        pytest.param(written(version=2), "another version", id="version-2"),
        pytest.param(written(version="1"), "expected what", id="version-text"),
        pytest.param(written(version=True), "another version", id="version-true"),
        pytest.param(cbor.encode(["certmark-status-floor", 1, {}]), "expected what", id="lists-in-a-map"),
        pytest.param(cbor.encode(["certmark-status-floor", 1]), "expected what", id="no-lists"),
        pytest.param(written(ROW[:-1]), "not remembered as it must be", id="member-missing"),
        pytest.param(written([*ROW, 1]), "not remembered as it must be", id="member-more"),
        pytest.param(written({1: 2}), "not remembered as it must be", id="row-a-map"),
        pytest.param(changed(0, 7), "not remembered as it must be", id="entity-number"),
        pytest.param(changed(0, "DE-\u202e"), "not remembered as it must be", id="entity-with-bidirectional-mark"),
        pytest.param(changed(1, ""), "not remembered as it must be", id="uri-empty"),
        pytest.param(changed(2, -1), "not remembered as it must be", id="time-negative"),
        pytest.param(changed(2, True), "not remembered as it must be", id="time-true"),
        pytest.param(changed(2, "now"), "not remembered as it must be", id="time-text"),
        pytest.param(changed(3, bytes(31)), "not remembered as it must be", id="digest-short"),
        pytest.param(changed(4, b""), "not remembered as it must be", id="key-id-empty"),
        pytest.param(changed(4, bytes(33)), "not remembered as it must be", id="key-id-long"),
        pytest.param(changed(5, None), "not remembered as it must be", id="withdrawals-null"),
        pytest.param(changed(5, b"\x01"), "damaged|truncated", id="withdrawals-not-compressed"),
        pytest.param(changed(5, zlib.compress(b"\x01\x00")), "end in nothing", id="withdrawals-padded"),
        pytest.param(changed(5, zlib.compress(bytes(4_000_001))), "more than 4000000", id="withdrawals-a-bomb"),
        pytest.param(written(ROW, ROW), "not in its place", id="list-twice"),
        pytest.param(written([FR_BODY, *ROW[1:]], ROW), "not in its place", id="lists-out-of-order"),
    ],
)
def test_other_bytes_are_no_floor(data: bytes, says: str) -> None:
    with pytest.raises(StatusError, match=says) as caught:
        StatusFloor.from_bytes(data)
    assert str(caught.value).isprintable()


def test_bombs_are_bounded_all_together() -> None:
    bomb = zlib.compress(b"\x01" * 400, 9)
    rows = [[BODY, f"{STATUS_URI}/{number}", ISSUED, bytes(32), KEY_ID, bomb] for number in range(3)]
    data = written(*rows)
    assert len(StatusFloor.from_bytes(data, limits=Limits(status_floor=1200)).lists) == 3
    with pytest.raises(StatusError, match="inflates to more than 399 bytes"):
        StatusFloor.from_bytes(data, limits=Limits(status_floor=1199))


def test_a_floor_is_bounded_in_size() -> None:
    with pytest.raises(StatusError, match="more than 9"):
        StatusFloor.from_bytes(written(ROW), limits=Limits(status_floor=9))
