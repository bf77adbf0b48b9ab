"""The attack matrix: what is done to root, lists and status lists, and the answer that it gets.

The verifier has used ``WORLD`` before and keeps its floor. The answer is the code of the error when the bundle is
opened, or else that of the report on the certificate of ``DE``. The defects of other lists, of their clients and of the
covid certificates stand below, each under its name.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from certmark.cose import sign
from certmark.errors import TrustError
from certmark.limits import DEFAULT_LIMITS
from certmark.status import StatusSnapshot
from certmark.status.bitarray import Status
from certmark.trust import TrustBundle, TrustFloor, TrustSnapshot
from certmark.trust.documents import peek_list
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry
from certmark.verify import StatusFloor, Verifier
from tests import keys
from tests.scenes import with_header
from tests.vector_cases.statuses import token as status_token
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DE_KEYS,
    FR_BODY,
    NCCA,
    ROOT_KEYS,
    STATUS,
    STATUS_URI,
    STRANGER_KEY,
    UNION_KEYS,
    WORLD,
    Root,
    World,
    days,
    seconds,
    service_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FLOOR = WORLD.trust().floor
NEWER = WORLD.with_union(sequence_number=10)
NOON, IAT = seconds("2026-06-01 12:00:00"), seconds("2026-03-02 09:30:00")
OTHERS = tuple(keys.signer(number=number) for number in (4, 5, 6))


class Delivered(NamedTuple):
    """What reaches the verifier."""

    bundle: TrustBundle | bytes
    status: tuple[bytes, ...]
    token: bytes
    now: datetime
    anchor: bytes = WORLD.anchor
    previous: TrustFloor | TrustSnapshot = FLOOR
    known: StatusFloor | None = None

    @property
    def answer(self) -> str:
        """Open it, verify the token, and give the code of the error or of the report."""
        try:
            trust = TrustSnapshot.open(self.bundle, anchor=self.anchor, previous=self.previous)
        except TrustError as error:
            return error.code
        status = StatusSnapshot.open(self.status, trust, previous=self.known)
        report = Verifier(trust, status).report(self.token, at=self.now)
        return str(report.sub_indication or report.indication)


def of(world: World, **changes: Any) -> Delivered:
    """Deliver what a world publishes, with what an attacker changes on the way."""
    return Delivered(world.trust_bundle, world.status_tokens, world.cose, world.now)._replace(**changes)


def rooted(*roots: Root) -> Delivered:
    """Let roots follow the pinned one."""
    chain = (WORLD.root, *roots)
    return of(WORLD, bundle=replace(WORLD.trust_bundle, roots=tuple(root.signed for root in chain)))


def second_root(**changes: Any) -> Root:
    return replace(WORLD.root, **{"sequence_number": 2, **changes})


def revoked(reason: RevocationReason, effective: int) -> World:
    return NEWER.with_member(sequence_number=6).with_key(revocation=KeyRevocation(reason, effective))


def with_history(*entries: tuple[ServiceStatus, int]) -> World:
    history = tuple(StatusEntry(*entry) for entry in entries)
    return NEWER.with_member(sequence_number=6).with_service(history=history)


def with_scopes(**changes: Any) -> World:
    return NEWER.with_member(sequence_number=6).with_scopes(**changes)


COMPROMISED = WORLD.with_key(revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, NOON))
UNKNOWN = "NO_SIGNING_CERTIFICATE_FOUND"
GRANTED, SUSPENDED, WITHDRAWN = ServiceStatus.GRANTED, ServiceStatus.SUSPENDED, ServiceStatus.WITHDRAWN
HIGHER_ROOT = TrustFloor(FLOOR.root._replace(sequence_number=2), FLOOR.union, FLOOR.national)
TOP = (1 << 32) - 1
FORWARDED = TrustFloor(FLOOR.root, FLOOR.union._replace(sequence_number=TOP), FLOOR.national)
RECOVERED = WORLD.with_root(sequence_number=2, union_keys=OTHERS, signers=ROOT_KEYS).with_union(signers=OTHERS)
RECOVERY = replace(RECOVERED.trust_bundle, roots=(WORLD.root.signed, RECOVERED.root.signed))
BEGUN = seconds("2025-03-01")
ELSEWHERE = (replace(WORLD.status_lists[0], uri=STATUS_URI + "0").signed,)


def resigned(payload: Callable[[bytes], bytes]) -> Delivered:
    """Let the right signers of ``DE`` sign another encoding of what they said."""
    message, _, _ = peek_list(WORLD.member().signed)
    header, encoded = message.headers.raw, payload(message.payload)
    return of(NEWER.with_member(supplied=sign.sign(header, encoded, signers=DE_KEYS)))


def status_lists(status: Status, issued_at: int) -> tuple[bytes, ...]:
    return WORLD.with_status(status).with_statuses(issued_at=issued_at).status_tokens


def known(status: Status, issued_at: int) -> StatusFloor:
    """Remember a status list that was heard before."""
    return StatusSnapshot.open(status_lists(status, issued_at), WORLD.trust()).floor(at=WORLD.now)


TWO_KEYS = WORLD.with_service(
    keys=(service_key(keys.signer(number=34), x5t=bytes(32)), service_key(BODY_KEY, x5t=bytes(32)))
)

ATTACKS: dict[str, tuple[Delivered, str]] = {
    "nothing-is-wrong": (of(WORLD), "PASSED"),
    "a-newer-bundle": (of(NEWER.with_member(sequence_number=6)), "PASSED"),
    # rollback, forks, mix-and-match
    "rollback-root": (of(WORLD, previous=HIGHER_ROOT), "trust_rollback"),
    "rollback-union-list": (of(WORLD.with_union(sequence_number=8)), "trust_rollback"),
    "rollback-national-list": (of(NEWER.with_member(sequence_number=4)), UNKNOWN),
    "fork-of-the-root": (
        of(WORLD, previous=TrustFloor(FLOOR.root._replace(digest=bytes(32)), FLOOR.union, {})),
        "trust_equivocation",
    ),
    "fork-of-the-union-list": (of(WORLD.with_union(next_update=None)), "trust_equivocation"),
    "fork-of-a-national-list": (of(NEWER.with_member(next_update=None)), UNKNOWN),
    "old-list-with-a-new-union-list": (of(NEWER.with_member(min_sequence=6)), UNKNOWN),
    "one-state-missing": (of(NEWER.with_member(missing=True)), UNKNOWN),
    "another-state-missing": (of(NEWER.with_member("FR", missing=True)), "PASSED"),
    "no-state-at-all": (of(replace(NEWER, members=())), "trust"),
    # freeze
    "freeze-expired": (of(WORLD.at("2026-09-01")), "TRY_LATER"),
    "freeze-stale": (of(WORLD.with_statuses(ttl=None).at("2026-07-31")), "TRY_LATER"),
    "freeze-within-the-grace": (of(WORLD.with_statuses(ttl=None).at("2026-07-30")), "PASSED"),
    "freeze-of-the-status-list": (of(WORLD.with_statuses(issued_at=seconds("2026-04-01"))), "TRY_LATER"),
    "rollback-status-list": (of(WORLD, known=known(Status.VALID, NOON - 1)), "TRY_LATER"),
    "fork-of-the-status-list": (
        of(WORLD, status=status_lists(Status.SUSPENDED, NOON - 9), known=known(Status.VALID, NOON - 9)),
        "TRY_LATER",
    ),
    "status-un-revoked": (
        of(WORLD, status=status_lists(Status.VALID, NOON - 1), known=known(Status.INVALID, NOON - 2)),
        "CERTIFICATE_WITHDRAWN",
    ),
    # endless data, and encodings that two readers might read differently
    "endless-list": (of(NEWER.with_member(supplied=bytes(DEFAULT_LIMITS.trust_list + 1))), UNKNOWN),
    "endless-bundle": (of(WORLD, bundle=bytes(DEFAULT_LIMITS.bundle + 1)), "trust"),
    "status-list-bomb": (
        of(WORLD, status=(status_token({65533: {"bits": 2, "lst": zlib.compress(bytes(1 << 23), 9)}}),)),
        "TRY_LATER",
    ),
    "deep-list": (resigned(lambda _: b"\x81" * 100 + b"\x00"), UNKNOWN),
    "a-key-twice-in-the-map": (resigned(lambda said: bytes([said[0] + 1]) + said[1:] + b"\x02\x60"), UNKNOWN),
    "indefinite-length": (resigned(lambda said: b"\xbf" + said[1:] + b"\xff"), UNKNOWN),
    "longer-heads-than-needed": (resigned(lambda said: b"\xb8" + bytes([said[0] & 31]) + said[1:]), UNKNOWN),
    # signatures
    "k-1-signatures-on-the-union-list": (of(NEWER.with_union(signers=UNION_KEYS[:1])), "trust_signature"),
    "one-signer-twice": (of(NEWER.with_union(signers=UNION_KEYS[:1] * 2)), "trust_signature"),
    "one-key-under-two-names": (
        of(NEWER.with_member(threshold=2, keys=DE_KEYS[:1] * 2, signers=DE_KEYS[:1] * 2)),
        "trust",
    ),
    "signed-by-another-state": (of(NEWER.with_member(signers=NEWER.member("FR").keys)), UNKNOWN),
    "territory-escape": (of(NEWER.with_member(entities=NEWER.member("FR").entities)), UNKNOWN),
    # the chain of roots
    "root-skipped": (rooted(second_root(sequence_number=3)), "trust_anchor"),
    "root-of-the-same-version": (rooted(second_root(sequence_number=1)), "trust_anchor"),
    "root-by-the-old-keys-only": (rooted(second_root(keys=OTHERS, signers=ROOT_KEYS)), "trust_signature"),
    "root-by-the-new-keys-only": (rooted(second_root(keys=OTHERS, signers=OTHERS)), "trust_signature"),
    "root-by-both": (rooted(second_root(keys=OTHERS, signers=(*ROOT_KEYS, *OTHERS))), "PASSED"),
    "root-of-one's-own": (of(WORLD.with_root(keys=OTHERS)), "trust_anchor"),
    # fast forward
    "fast-forward": (of(NEWER, previous=FORWARDED), "trust_rollback"),
    "fast-forward-and-recovery": (of(RECOVERED, bundle=RECOVERY, previous=FORWARDED), "PASSED"),
    # one artefact for another
    "status-list-as-union-list": (of(NEWER.with_union(supplied=WORLD.status_tokens[0])), "trust"),
    "certificate-as-national-list": (of(NEWER.with_member(supplied=WORLD.cose)), UNKNOWN),
    "list-as-certificate": (of(WORLD, token=WORLD.member().signed), "FORMAT_FAILURE"),
    "another-algorithm-in-the-header": (of(WORLD, token=with_header(alg=-7)(WORLD.cose)), "CRYPTO_CONSTRAINTS_FAILURE"),
    "the-algorithm-of-another-key": (of(WORLD, token=with_header(alg=-19)(WORLD.cose)), "SIG_CRYPTO_FAILURE"),
    "two-keys-of-one-id": (of(NEWER.with_member(sequence_number=6, entities=TWO_KEYS.member().entities)), "PASSED"),
    "one-key-under-two-bodies": (
        of(NEWER.with_member(sequence_number=6).with_service(NCCA, STATUS, keys=(service_key(BODY_KEY),))),
        UNKNOWN,
    ),
    "status-key-signs-a-certificate": (of(WORLD.signed_by(BODY_STATUS_KEY)), "ISSUER_NOT_LISTED"),
    "issuing-key-signs-a-status-list": (of(WORLD.with_statuses(signer=BODY_KEY)), "TRY_LATER"),
    # history
    "not-listed-yet": (of(with_history((GRANTED, IAT + 1))), "ISSUER_NOT_AUTHORISED"),
    "listed-at-this-instant": (of(with_history((GRANTED, IAT))), "PASSED"),
    "issued-while-suspended": (
        of(with_history((GRANTED, BEGUN), (SUSPENDED, IAT), (GRANTED, IAT + 1))),
        "ISSUER_NOT_AUTHORISED",
    ),
    "issued-at-the-end-of-a-suspension": (
        of(with_history((GRANTED, BEGUN), (SUSPENDED, IAT - 1), (GRANTED, IAT))),
        "PASSED",
    ),
    "authorisation-withdrawn-later": (of(with_history((GRANTED, BEGUN), (WITHDRAWN, IAT + 1))), "PASSED"),
    "scope-exceeded": (of(with_scopes(max_ava_van=1)), "ISSUER_NOT_AUTHORISED"),
    "scope-of-a-lower-level": (of(with_scopes(level=2)), "ISSUER_NOT_AUTHORISED"),
    "scope-of-another-domain": (of(with_scopes(technical_domains=(2,))), "ISSUER_NOT_AUTHORISED"),
    "scope-of-another-scheme": (of(with_scopes(scheme="EUCS")), "ISSUER_NOT_AUTHORISED"),
    "scope-ended-before": (of(with_scopes(until_day=days("2026-03-02"))), "ISSUER_NOT_AUTHORISED"),
    "scope-ended-the-day-after": (of(with_scopes(until_day=days("2026-03-03"))), "PASSED"),
    # rewriting what was said
    "entity-deleted": (
        of(NEWER.with_member(sequence_number=6, entities=WORLD.member().entities[1:]), previous=WORLD.trust()),
        UNKNOWN,
    ),
    "history-rewritten": (of(with_history((GRANTED, BEGUN + 1)), previous=WORLD.trust()), UNKNOWN),
    "key-un-revoked": (
        of(NEWER.with_member(sequence_number=6), previous=COMPROMISED.trust()),
        UNKNOWN,
    ),
    "state-deleted": (of(replace(NEWER, members=WORLD.members[1:]), previous=WORLD.trust()), "trust_append_only"),
    "list-older-than-asked-for-before": (
        of(NEWER.with_member(sequence_number=6), previous=WORLD.with_member(min_sequence=4).trust()),
        "trust_append_only",
    ),
    # compromise
    "compromised-key-with-an-earlier-date": (of(revoked(RevocationReason.KEY_COMPROMISE, NOON)), "REVOKED"),
    "superseded-key-with-an-earlier-date": (of(revoked(RevocationReason.SUPERSEDED, NOON)), "PASSED"),
    "superseded-key-with-a-later-date": (of(revoked(RevocationReason.SUPERSEDED, IAT)), "ISSUER_NOT_AUTHORISED"),
    # status lists
    "status-index-out-of-range": (of(WORLD.with_statuses(size=4)), "TRY_LATER"),
    "status-list-of-another-uri": (of(WORLD, status=ELSEWHERE), "TRY_LATER"),
    "status-list-by-another-body": (
        of(WORLD, status=WORLD.with_statuses(signer=WORLD.status_lists[1].signer).status_tokens),
        "TRY_LATER",
    ),
    # what the application has stored
    "poisoned-bundle": (of(WORLD, bundle=replace(WORLD.trust_bundle, union=NEWER.trust_bundle.union[:-1])), "trust"),
    "poisoned-root": (of(WORLD.with_root(keys=OTHERS, signers=OTHERS)), "trust_anchor"),
    # the clock
    "clock-set-back": (of(WORLD.at("2026-05-01")), "CLOCK_ERROR"),
    "status-list-dated-ahead": (of(WORLD.with_statuses(issued_at=NOON + 301)), "CLOCK_ERROR"),
}


@pytest.mark.parametrize(("delivered", "answer"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_gets_its_answer(delivered: Delivered, answer: str) -> None:
    assert delivered.answer == answer


# --- defects of lists of trusted entities and their clients ---


def test_a_misnamed_member_is_refused_and_not_ignored() -> None:
    """A client read another name than that of the schema, passed over unknown ones, and lost all pointers."""
    entry: dict[int, Any] = {1: BODY, 2: "Example", 60: []}
    world = NEWER.with_member(sequence_number=6).with_raw_entity(BODY, entry)
    with pytest.raises(TrustError, match="lacks or does not know key 6, 60"):
        world.trust().entity(BODY)


def test_an_end_before_its_time_is_never_taken_for_fresh() -> None:
    """A client swapped the operands of its comparison, so that no list was ever too old."""
    past = WORLD.with_lists(next_update=seconds("2026-01-02"), expires=seconds("2026-01-03"))
    assert of(past, previous=past.trust().floor).answer == "TRY_LATER"


def test_a_list_is_bound_to_the_keys_of_its_pointer() -> None:
    """A client accepted any list that was signed by someone."""
    world = NEWER.with_member(signers=(STRANGER_KEY,))
    assert "signed by 0" in world.trust().problems["DE"]


def test_a_list_that_cannot_be_loaded_fails_closed() -> None:
    """A verifier accepted everything when its list could not be loaded, and its tests passed because of it."""
    for supplied in (b"", b"<html>", WORLD.member().signed[:-1]):
        assert of(NEWER.with_member(supplied=supplied)).answer == UNKNOWN


def test_zero_anchors_are_no_healthy_state() -> None:
    """A service reported that it was up while its store of anchors was empty."""
    with pytest.raises(TrustError, match="no usable national list"):
        replace(NEWER, members=()).trust()


def test_intervals_do_not_meet_in_an_instant() -> None:
    """A client counted the last instant of an interval in, so that two statuses held at once."""
    service = with_history((GRANTED, BEGUN), (SUSPENDED, IAT)).service()
    found = [service.status_at(instant) for instant in (IAT - 1, IAT)]
    assert [entry.status for entry in found if entry] == [GRANTED, SUSPENDED]


# --- what went wrong with covid certificates ---


def test_one_key_under_two_bodies_is_removed_for_one_and_stays_for_the_other() -> None:
    """Two states had keys of one id: removing the one left the other in its place, and hid the removal."""
    twice = NEWER.with_service(FR_BODY, keys=(service_key(BODY_KEY),))
    world = twice.with_member(sequence_number=6).with_key(
        revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, NOON)
    )
    world = world.with_member("FR", sequence_number=6)
    assert of(world).answer == "REVOKED"


def test_a_key_with_true_for_1_is_no_key_and_so_none_of_two_bodies() -> None:
    """They are equal in Python; the list fails for a key that two bodies share, and not for one that is no key."""
    entries: Any = WORLD.member().content.entities
    entry = next(each for each in entries if each[1] == BODY)
    issuing = entry[6][0]
    key = {**issuing[3][0], 1: {**issuing[3][0][1], -1: True}}
    other = {**entry, 1: "DE-9", 6: [{**issuing, 3: [key]}]}
    assert of(WORLD.with_member(sequence_number=6, entities=(*entries, other))).answer == "PASSED"


def test_one_certificate_is_withdrawn_without_its_key() -> None:
    """Single certificates could not be withdrawn, and keys that had signed millions could not be given up."""
    assert of(WORLD.with_status(Status.INVALID)).answer == "CERTIFICATE_WITHDRAWN"
    assert of(WORLD.with_statuses(named=((WORLD.index + 1, Status.INVALID),))).answer == "PASSED"


def test_of_two_status_lists_at_hand_the_older_revives_nothing() -> None:
    """What was invalid on one day was valid on the next."""
    older = WORLD.with_statuses(issued_at=NOON - 2).status_tokens
    newer = WORLD.with_status(Status.INVALID).with_statuses(issued_at=NOON - 1).status_tokens
    for tokens in ((*older, *newer), (*newer, *older)):
        assert of(WORLD, status=tokens).answer == "CERTIFICATE_WITHDRAWN"


def test_a_list_that_was_not_refreshed_in_time_does_not_stop_the_verifiers() -> None:
    """A list that was signed for 48 hours was not refreshed, and every verifier of a state stopped."""
    assert of(WORLD.with_statuses(ttl=None).at("2026-07-15")).answer == "PASSED"


def test_a_key_that_cannot_be_used_is_told_and_takes_no_other_along() -> None:
    """Keys that failed a check were dropped in silence."""
    world = NEWER.with_service(BODY, STATUS, keys=(service_key(BODY_STATUS_KEY, sign_until=0),))
    with pytest.raises(TrustError, match="must sign before it ends"):
        world.trust().entity(BODY)
    assert world.trust().problems == {}


def test_keys_for_tests_stand_under_a_root_that_says_so() -> None:
    """Codes under demonstration keys went round as real ones."""
    assert "The trust anchor is labelled TEST." in WORLD.report().notices
