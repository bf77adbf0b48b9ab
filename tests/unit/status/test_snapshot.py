"""The status snapshot: only listed status services speak, each under its own name, and the newest word counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status import StatusSnapshot
from certmark.status.bitarray import Status, StatusList
from certmark.status.snapshot import NO_STATUS
from certmark.status.token import StatusListToken, seal
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry
from certmark.verify import Verifier
from tests import keys
from tests.raw_cbor import array, mapping
from tests.third_party import ALG, ES256, ISSUED, KID, PAYLOAD, SAID, TYP, Map, pair, status_token
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DAY,
    FR_BODY,
    FR_BODY_STATUS_KEY,
    FR_STATUS_URI,
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
    service_key,
)

TOKEN, FR_TOKEN = WORLD.status_tokens


def signed(
    signer: KeySigner = BODY_STATUS_KEY, *, uri: str = STATUS_URI, status: Status = Status.VALID, at: int = 0
) -> bytes:
    """Sign a list, so many seconds after the usual time."""
    return Statuses(uri=uri, signer=signer, named=((INDEX, status),), issued_at=ISSUED + at).signed


def status_of(snapshot: StatusSnapshot, *, entity_id: str = BODY, uri: str = STATUS_URI) -> int | None:
    found = snapshot.find(entity_id, uri)
    return None if found is None else found.statuses.at(INDEX)


def test_a_listed_status_service_is_heard() -> None:
    snapshot = WORLD.status()
    assert snapshot.rejected == ()
    assert sorted(snapshot.lists) == [(BODY, STATUS_URI), (FR_BODY, FR_STATUS_URI)]
    found = snapshot.find(BODY, STATUS_URI)
    assert found is not None
    assert (found.uri, found.issued_at) == (STATUS_URI, ISSUED)


@pytest.mark.parametrize(
    ("entity_id", "uri"),
    [
        pytest.param(FR_BODY, STATUS_URI, id="another-entity"),
        pytest.param(BODY, FR_STATUS_URI, id="uri-of-another"),
        pytest.param(BODY, f"{STATUS_URI}/", id="uri-with-one-char-more"),
        pytest.param("", STATUS_URI, id="nobody"),
    ],
)
def test_a_list_is_found_by_who_signed_it_and_its_uri(entity_id: str, uri: str) -> None:
    assert WORLD.status().find(entity_id, uri) is None


def test_without_lists_nothing_is_known() -> None:
    assert NO_STATUS.find(BODY, STATUS_URI) is None
    assert StatusSnapshot.open((), WORLD.trust()) == NO_STATUS


SUPERSEDED = KeyRevocation(RevocationReason.SUPERSEDED, ISSUED)
COMPROMISED = KeyRevocation(RevocationReason.KEY_COMPROMISE, ISSUED + 1_000_000)


@pytest.mark.parametrize(
    ("world", "token", "says"),
    [
        pytest.param(WORLD, b"", "not a status list token", id="nothing"),
        pytest.param(WORLD, WORLD.cose, "not a status list token", id="a-certificate"),
        pytest.param(WORLD, WORLD.member().signed, "not a status list token", id="a-trusted-list"),
        pytest.param(WORLD, TOKEN[:-1], "not a status list token", id="cut-off"),
        pytest.param(WORLD, TOKEN[:-1] + bytes([TOKEN[-1] ^ 1]), "signature", id="signature-changed"),
        pytest.param(WORLD, signed(STRANGER_KEY), "no listed status service", id="unknown-signer"),
        pytest.param(WORLD, signed(BODY_KEY), "no listed status service", id="signed-by-an-issuing-key"),
        pytest.param(WORLD, status_token(protected=(ALG, TYP)), "names no key", id="without-key-id"),
        pytest.param(WORLD, status_token(signer=STRANGER_KEY), "signature", id="forged-under-a-listed-key-id"),
        pytest.param(WORLD, signed(at=-ISSUED), "not in order", id="signed-before-the-key"),
        pytest.param(WORLD.with_key(BODY, STATUS, sign_until=ISSUED), TOKEN, "not in order", id="key-at-its-end"),
        pytest.param(WORLD.with_key(BODY, STATUS, revocation=SUPERSEDED), TOKEN, "not in order", id="key-retired"),
        pytest.param(WORLD.with_key(BODY, STATUS, revocation=COMPROMISED), TOKEN, "not in order", id="compromised"),
        pytest.param(
            WORLD.with_service(BODY, STATUS, history=(StatusEntry(ServiceStatus.SUSPENDED, ISSUED),)),
            TOKEN,
            "not in order",
            id="service-suspended",
        ),
        pytest.param(WORLD.with_member(missing=True), TOKEN, "no listed status service", id="list-missing"),
        pytest.param(WORLD.with_entity(name=""), TOKEN, f"entry of {BODY}", id="entry-malformed"),
    ],
)
def test_a_token_that_does_not_count_is_named_and_takes_no_other_down(world: World, token: bytes, says: str) -> None:
    snapshot = StatusSnapshot.open((token, FR_TOKEN), world.trust())
    (rejected,) = snapshot.rejected
    assert rejected.position == 0
    assert says in rejected.reason
    assert rejected.reason.isprintable()
    assert sorted(snapshot.lists) == [(FR_BODY, FR_STATUS_URI)]


def test_every_rejected_token_is_named_by_its_place() -> None:
    snapshot = WORLD.status(b"", TOKEN, b"x", FR_TOKEN, WORLD.cose)
    assert [rejected.position for rejected in snapshot.rejected] == [0, 2, 4]
    assert len(snapshot.lists) == 2


def test_what_an_unknown_key_id_says_does_not_flood_the_reason() -> None:
    long_id = status_token(protected=(ALG, pair(4, bytes(4096)), TYP))
    (rejected,) = WORLD.status(long_id).rejected
    assert len(rejected.reason) < 300


def test_a_key_that_was_retired_later_still_vouches_for_its_list() -> None:
    world = WORLD.with_key(BODY, STATUS, revocation=SUPERSEDED._replace(effective=ISSUED + 1))
    assert world.status().rejected == ()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(status_token(protected=(ES256, KID, TYP)), id="ES256"),
        pytest.param(status_token(protected=(ALG, TYP), unprotected=(KID,)), id="kid-unprotected"),
    ],
)
def test_a_third_party_may_serve_the_list(token: bytes) -> None:
    snapshot = WORLD.status(token)
    assert snapshot.rejected == ()
    assert status_of(snapshot) == Status.SUSPENDED


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_status_service_may_use_every_algorithm(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm, 77)
    world = WORLD.with_service(BODY, STATUS, keys=(service_key(signer),))
    assert status_of(StatusSnapshot.open((signed(signer),), world.trust())) == Status.VALID


# --- nothing is decoded before it is known who signed it ---

UNREADABLE = {
    "no CBOR": b"\xff",
    "keys that are arrays": mapping((b"\x80", b"\x00")),
    "a list that cannot be inflated": mapping(*PAYLOAD[:-2], pair(65533, {"bits": 2, "lst": b"x"}), PAYLOAD[-1]),
    "no claims": mapping(),
}


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE)
def test_what_nobody_signed_is_not_read(payload: bytes) -> None:
    forged, right = status_token(payload=payload, signer=STRANGER_KEY), status_token(payload=payload)
    rejected = WORLD.status(forged, right).rejected
    assert "signature of the status list token is wrong" in rejected[0].reason
    assert "not a status list token" in rejected[1].reason or "cannot be read" in rejected[1].reason


def test_even_a_signer_cannot_make_a_large_token_slow_to_decode() -> None:
    many = (array(*((b"\x20", b"\x21")[each >> bit & 1] for bit in range(14))) for each in range(1 << 14))
    token = status_token(payload=tuple((key, b"\x00") for key in many))
    assert len(token) < DEFAULT_LIMITS.status_token
    assert "map keys" in WORLD.status(token).rejected[0].reason


def test_the_type_is_checked_before_the_signature() -> None:
    other = status_token(protected=(ALG, KID, pair(16, "application/cwt")), signer=STRANGER_KEY)
    assert "not a status list token: this is" in WORLD.status(other).rejected[0].reason


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("place", ["protected", "unprotected"])
def test_a_header_is_bounded_in_size(place: str, more: int) -> None:
    def header(size: int) -> Map:
        return (pair(99, bytes(size)),)

    spare = DEFAULT_LIMITS.header - len(
        mapping(ALG, KID, TYP, *header(300)) if place == "protected" else mapping(*header(300))
    )
    extra = header(300 + spare + more)
    token = status_token(protected=(ALG, KID, TYP, *extra)) if place == "protected" else status_token(unprotected=extra)
    rejected = WORLD.status(token).rejected
    assert bool(rejected) is bool(more)
    assert all(f"more than {DEFAULT_LIMITS.header}" in each.reason for each in rejected)


def test_one_key_is_tried_once_however_many_list_it() -> None:
    world = WORLD.with_service(FR_BODY, STATUS, keys=(service_key(BODY_STATUS_KEY),))
    snapshot = StatusSnapshot.open((status_token(signer=STRANGER_KEY), TOKEN), world.trust())
    assert "signature" in snapshot.rejected[0].reason
    assert sorted(snapshot.lists) == [(BODY, STATUS_URI), (FR_BODY, STATUS_URI)]


# --- which of several ---

OLD, NEW = signed(status=Status.SUSPENDED), signed(status=Status.INVALID, at=1)


@pytest.mark.parametrize("tokens", [(OLD, NEW), (NEW, OLD), (OLD, NEW, OLD), (NEW, NEW)])
def test_of_several_tokens_for_one_uri_the_newest_counts(tokens: tuple[bytes, ...]) -> None:
    assert status_of(WORLD.status(*tokens)) == Status.INVALID


V, I, S = Status.VALID, Status.INVALID, Status.SUSPENDED  # noqa: E741 as the draft abbreviates them


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        (V, V, V),
        (V, S, S),
        (V, I, I),
        (S, V, V),
        (S, S, S),
        (S, I, I),
        pytest.param(I, V, I, id="withdrawal-is-final"),
        pytest.param(I, S, I, id="withdrawal-is-final-though-suspended-later"),
        (I, I, I),
    ],
)
def test_a_newer_list_lifts_a_suspension_and_never_a_withdrawal(older: Status, newer: Status, expected: Status) -> None:
    tokens = (signed(status=older), signed(status=newer, at=1))
    for order in (tokens, tokens[::-1]):
        assert WORLD.status(*order).rejected == ()
        report = Verifier(WORLD.trust(), WORLD.status(*order)).report(WORLD.cose, at=WORLD.now)
        assert report.certificate_status == {V: "in_force", S: "suspended", I: "withdrawn"}[expected]


@pytest.mark.parametrize(("one", "other"), [(V, S), (V, I), (S, I)])
def test_of_two_tokens_of_one_instant_the_worse_is_believed_in_any_order(one: Status, other: Status) -> None:
    tokens = (signed(status=one), signed(status=other))
    for order in (tokens, tokens[::-1]):
        report = Verifier(WORLD.trust(), WORLD.status(*order)).report(WORLD.cose, at=WORLD.now)
        assert report.certificate_status == {S: "suspended", I: "withdrawn"}[other]


def test_of_two_tokens_of_one_instant_the_one_that_ends_first_is_shown() -> None:
    for expires, ttl in ((None, None), (ISSUED + 9 * DAY, None), (None, 5)):
        sooner = StatusListToken(STATUS_URI, ISSUED, ISSUED + 8 * DAY, 4, StatusList.of({}, size=8))
        later = sooner._replace(expires=expires, ttl=ttl)
        tokens = [seal(said, signer=BODY_STATUS_KEY) for said in (sooner, later)]
        for order in (tokens, tokens[::-1]):
            assert WORLD.status(*order).find(BODY, STATUS_URI) == sooner


def test_a_suspension_of_the_newest_instant_is_heard_from_a_list_that_ends_later() -> None:
    valid = SAID._replace(expires=ISSUED + DAY, statuses=StatusList.of({}, size=16))
    tokens = [seal(said, signer=BODY_STATUS_KEY) for said in (valid, SAID)]
    for order in (tokens, tokens[::-1]):
        assert WORLD.status(*order).number_elsewhere(BODY, STATUS_URI, INDEX) == S


def test_a_list_that_grew_is_no_contradiction() -> None:
    small = seal(SAID._replace(statuses=StatusList.of({}, size=4)), signer=BODY_STATUS_KEY)
    snapshot = WORLD.status(small, signed(status=V, at=1))
    assert snapshot.number_elsewhere(BODY, STATUS_URI, INDEX) is None
    assert snapshot.number_elsewhere(BODY, STATUS_URI, 1 << 40) is None
    assert snapshot.number_elsewhere(FR_BODY, STATUS_URI, INDEX) is None


def test_the_newest_counts_even_when_it_has_ended_sooner() -> None:
    said = StatusListToken(STATUS_URI, ISSUED + 1, ISSUED + 2, None, StatusList.of({INDEX: Status.INVALID}, size=8))
    assert status_of(WORLD.status(TOKEN, seal(said, signer=BODY_STATUS_KEY))) == Status.INVALID


def test_a_newer_token_that_does_not_count_changes_nothing() -> None:
    snapshot = WORLD.status(OLD, signed(STRANGER_KEY, status=Status.VALID, at=9))
    assert status_of(snapshot) == Status.SUSPENDED
    assert len(snapshot.rejected) == 1


def test_nobody_speaks_in_the_place_of_another() -> None:
    newer = signed(FR_BODY_STATUS_KEY, status=Status.VALID, at=1)
    snapshot = WORLD.status(OLD, newer)
    assert status_of(snapshot) == Status.SUSPENDED
    assert status_of(snapshot, entity_id=FR_BODY) == Status.VALID


def test_the_authority_is_heard_under_its_own_name() -> None:
    snapshot = WORLD.with_ncca_list(Status.INVALID).status()
    assert status_of(snapshot, entity_id=NCCA, uri=NCCA_STATUS_URI) == Status.INVALID
    assert status_of(snapshot) == Status.VALID


@pytest.mark.parametrize("order", [(BODY, FR_BODY), (FR_BODY, BODY)])
def test_nobody_takes_a_token_away_by_listing_its_key(order: tuple[str, str]) -> None:
    world = WORLD.with_service(FR_BODY, STATUS, keys=(service_key(BODY_STATUS_KEY),))
    members = tuple(world.member(entity_id[:2]) for entity_id in order)
    snapshot = StatusSnapshot.open((TOKEN,), replace(world, members=members).trust())
    assert status_of(snapshot) == Status.VALID
    assert status_of(snapshot, entity_id=FR_BODY) == Status.VALID


def test_nobody_silences_a_token_by_a_malformed_entry_with_its_key() -> None:
    world = WORLD.with_service(FR_BODY, STATUS, keys=(service_key(BODY_STATUS_KEY),)).with_entity(FR_BODY, name="")
    snapshot = StatusSnapshot.open((TOKEN,), world.trust())
    assert snapshot.rejected == ()
    assert status_of(snapshot) == Status.VALID


@pytest.mark.parametrize("limits", [Limits(status_token=10), Limits(header=10), Limits(status_list=10)], ids=repr)
def test_lower_limits_are_obeyed(limits: Limits) -> None:
    snapshot = StatusSnapshot.open((TOKEN,), WORLD.trust(), limits=limits)
    assert "more than 10" in snapshot.rejected[0].reason


def test_the_authority_may_use_the_key_of_nobody_else() -> None:
    world = WORLD.with_ncca_list()
    forged = Statuses(uri=NCCA_STATUS_URI, signer=BODY_STATUS_KEY).signed
    snapshot = world.status(forged)
    assert snapshot.find(NCCA, NCCA_STATUS_URI) is None
    assert snapshot.find(BODY, NCCA_STATUS_URI) is not None
    assert world.status(Statuses(uri=NCCA_STATUS_URI, signer=NCCA_STATUS_KEY).signed).find(NCCA, NCCA_STATUS_URI)
