"""The snapshot: a pinned root, lists that stand for themselves, and keys that count only where they are listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from threading import Barrier, Thread
from typing import Any

import pytest

from certmark import cbor
from certmark.cose import sign
from certmark.errors import AnchorError, ListSignatureError, TrustError
from certmark.limits import Limits
from certmark.trust import TrustBundle, TrustSnapshot
from certmark.trust.entities import (
    KeyRevocation,
    Ncca,
    RevocationReason,
    ServiceStatus,
    ServiceType,
    StatusEntry,
    TrustedEntity,
)
from certmark.trust.snapshot import Candidate
from tests import keys
from tests.samples import changed
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DE_KEYS,
    FR_BODY,
    FR_BODY_KEY,
    FR_BODY_STATUS_KEY,
    ISSUANCE,
    NCCA,
    NCCA_STATUS_KEY,
    ROOT_KEYS,
    STATUS,
    STRANGER_KEY,
    WORLD,
    Root,
    World,
    issuance,
    seconds,
    service_key,
)

KID = BODY_KEY.public_key.key_id
STATUS_KID = BODY_STATUS_KEY.public_key.key_id
FR_KID, FR_STATUS_KID = FR_BODY_KEY.public_key.key_id, FR_BODY_STATUS_KEY.public_key.key_id
NOON = seconds("2026-06-01 12:00:00")
NEIGHBOUR = TrustedEntity("FR-2", "Neighbour", (issuance(FR_BODY_KEY),))
"""Lists a key of ``FR_BODY`` as its own."""


def names(found: tuple[Candidate, ...]) -> list[tuple[str, str]]:
    return [(each.entity.entity_id, each.verification_key.key_id.hex()) for each in found]


def raw(world: World = WORLD, entity_id: str = BODY) -> dict[Any, Any]:
    """Give the decoded entry of an entity."""
    entries = cbor.decode(cbor.encode(list(world.member(entity_id[:2]).content.entities)))
    assert isinstance(entries, list)
    return next(entry for entry in entries if isinstance(entry, dict) and entry[1] == entity_id)


def with_raw(path: tuple[Any, ...], value: object, entity_id: str = BODY) -> World:
    """Put a value into the entry of an entity."""
    return WORLD.with_raw_entity(entity_id, changed(raw(entity_id=entity_id), path, value))


# --- the anchor ---


@pytest.mark.parametrize(
    "anchor",
    [
        pytest.param(WORLD.anchor, id="bytes"),
        pytest.param(WORLD.anchor.hex(), id="hexadecimal"),
        pytest.param(WORLD.anchor.hex().upper(), id="hexadecimal-upper-case"),
    ],
)
def test_the_pinned_root_opens_the_bundle(anchor: bytes | str) -> None:
    snapshot = TrustSnapshot.open(WORLD.bundle, anchor=anchor)
    assert snapshot.root.roles.label == "TEST"
    assert sorted(snapshot.national) == ["DE", "FR", "XX"]
    assert snapshot.problems == {}


def test_a_bundle_may_be_given_as_a_value() -> None:
    assert TrustSnapshot.open(WORLD.trust_bundle, anchor=WORLD.anchor).union.head.sequence_number == 9


@pytest.mark.parametrize(
    "anchor",
    [
        pytest.param(bytes(32), id="another-digest"),
        pytest.param(sha256(WORLD.bundle).digest(), id="digest-of-the-bundle"),
        pytest.param(sha256(WORLD.trust_bundle.union).digest(), id="digest-of-the-union-list"),
        pytest.param(ROOT_KEYS[0].public_key.thumbprint, id="thumbprint-of-a-root-key"),
    ],
)
def test_another_anchor_is_refused(anchor: bytes) -> None:
    with pytest.raises(AnchorError, match="no root in the bundle is the pinned one"):
        TrustSnapshot.open(WORLD.bundle, anchor=anchor)


@pytest.mark.parametrize(
    "anchor",
    [
        pytest.param(b"", id="nothing"),
        pytest.param("", id="empty-text"),
        pytest.param(WORLD.anchor[:-1], id="31-bytes"),
        pytest.param(WORLD.anchor.hex()[:-1], id="63-digits"),
        pytest.param("z" * 64, id="no-hexadecimal"),
        pytest.param("root.cose", id="name-of-a-file"),
    ],
)
def test_an_anchor_that_is_no_digest_says_what_one_is(anchor: bytes | str) -> None:
    with pytest.raises(AnchorError, match="SHA-256 of a root file"):
        TrustSnapshot.open(WORLD.bundle, anchor=anchor)


def test_no_root_is_believed_because_a_bundle_holds_it() -> None:
    forged = WORLD.with_root(keys=(STRANGER_KEY,), threshold=1)
    with pytest.raises(AnchorError):
        TrustSnapshot.open(forged.bundle, anchor=WORLD.anchor)


def test_a_root_that_no_signature_links_to_the_pinned_one_is_passed_over_or_refused() -> None:
    older = Root(label="OLDER").signed
    bundle = replace(WORLD.trust_bundle, roots=(older, WORLD.root.signed))
    assert TrustSnapshot.open(bundle, anchor=WORLD.anchor).root.roles.label == "TEST"
    with pytest.raises(AnchorError):
        TrustSnapshot.open(bundle, anchor=sha256(older).digest())


def test_a_pinned_root_must_still_be_signed() -> None:
    world = WORLD.with_root(signers=ROOT_KEYS[:1])
    with pytest.raises(ListSignatureError, match="the root is signed by 1"):
        world.trust()


# --- a bad list ---


def unsigned(signed: bytes) -> bytes:
    """Take the signatures out of a list."""
    message = sign.from_bytes(signed)
    return sign.to_bytes(message.headers.raw, message.payload, [])


UNSIGNED = unsigned(WORLD.member("FR").signed)
FORGED = WORLD.with_member("FR", signers=DE_KEYS).member("FR").signed


@pytest.mark.parametrize(
    ("world", "says"),
    [
        pytest.param(WORLD.with_member("FR", missing=True), "no national list of FR", id="missing"),
        pytest.param(WORLD.with_member("FR", supplied=b""), "not a national list", id="empty"),
        pytest.param(WORLD.with_member("FR", supplied=FORGED), "signed by 0", id="forged"),
        pytest.param(WORLD.with_member("FR", supplied=UNSIGNED), "1 to 32 signatures", id="unsigned"),
        pytest.param(WORLD.with_member("FR", supplied=WORLD.cose), "not a national list", id="a-certificate"),
        pytest.param(WORLD.with_member("FR", supplied=WORLD.member().signed), "signed by 0", id="another-list"),
        pytest.param(WORLD.with_member("FR", min_sequence=6), "asks for 6", id="older-than-asked-for"),
        pytest.param(WORLD.with_member("FR", list_territory="IT"), "for territory IT", id="of-another-territory"),
        pytest.param(
            WORLD.with_member("FR", entities=WORLD.member("FR").entities * 2), f"names {FR_BODY} twice", id="twice"
        ),
        pytest.param(
            WORLD.with_member("FR", entities=WORLD.member("DE").entities),
            f"another territory: {BODY}",
            id="entity-of-another-territory",
        ),
        pytest.param(
            WORLD.with_member("FR", ncca=Ncca(NCCA, "Authority of a neighbour")),
            f"authority of another territory: {NCCA}",
            id="authority-of-another-territory",
        ),
        pytest.param(
            WORLD.with_member("FR", entities=(*WORLD.member("FR").entities, NEIGHBOUR)),
            f"one key under {FR_BODY} and FR-2",
            id="one-key-under-two-entities",
        ),
        pytest.param(with_raw((1,), 3090, FR_BODY), "id of an entity", id="entity-id-number"),
        pytest.param(with_raw((1,), "FR-a\nb", FR_BODY), "id of an entity", id="entity-id-of-two-lines"),
        pytest.param(with_raw((1,), "FR-" + "x" * 41, FR_BODY), "id of an entity", id="entity-id-too-long"),
        pytest.param(with_raw((6, 0, 3, 0, 1), "key", FR_BODY), "malformed key", id="key-text"),
        pytest.param(with_raw((6, 0, 3, 0, 1, 2), "id", FR_BODY), "malformed key", id="key-id-text"),
        pytest.param(with_raw((6, 0, 3, 0, 5), "digest", FR_BODY), "malformed key", id="x5t-text"),
    ],
)
def test_a_bad_list_leaves_its_own_territory_unknown_and_no_other(world: World, says: str) -> None:
    snapshot = world.trust()
    assert sorted(snapshot.national) == ["DE", "XX"]
    assert says in snapshot.problems["FR"]
    assert snapshot.problems["FR"].isprintable()
    assert snapshot.candidates(FR_BODY_KEY.public_key.key_id, FR_BODY, ISSUANCE) == ()
    assert snapshot.entity(FR_BODY) is None
    assert names(snapshot.candidates(KID, BODY, ISSUANCE)) == [(BODY, KID.hex())]


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(replace(WORLD, members=()), id="no-pointers"),
        pytest.param(replace(WORLD, members=(WORLD.with_member(missing=True).member(),)), id="every-list-missing"),
        pytest.param(
            replace(WORLD, members=(WORLD.with_member("FR", supplied=UNSIGNED).member("FR"),)), id="every-list-unsigned"
        ),
    ],
)
def test_a_bundle_without_any_usable_list_is_an_error(world: World) -> None:
    with pytest.raises(TrustError, match="no usable national list"):
        world.trust()


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(WORLD.with_union(supplied=b""), id="empty"),
        pytest.param(WORLD.with_union(supplied=WORLD.member().signed), id="a-national-list"),
        pytest.param(WORLD.with_union(supplied=WORLD.root.signed), id="the-root"),
        pytest.param(WORLD.with_union(signers=DE_KEYS), id="signed-by-a-member"),
    ],
)
def test_a_bundle_without_usable_union_list_is_an_error(world: World) -> None:
    with pytest.raises(TrustError):
        world.trust()


def test_a_list_that_the_union_list_does_not_point_at_is_passed_over() -> None:
    extra = replace(WORLD.trust_bundle, national={**WORLD.trust_bundle.national, "IT": WORLD.member("FR").signed})
    snapshot = TrustSnapshot.open(extra, anchor=WORLD.anchor)
    assert sorted(snapshot.national) == ["DE", "FR", "XX"]


@pytest.mark.parametrize("data", [b"", b"\xa0", b"not a bundle"])
def test_other_files_are_no_bundles(data: bytes) -> None:
    with pytest.raises(TrustError, match="not a trust bundle"):
        TrustSnapshot.open(data, anchor=WORLD.anchor)


def test_lower_limits_are_obeyed() -> None:
    with pytest.raises(TrustError, match="more than 100"):
        TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor, limits=Limits(bundle=100))
    with pytest.raises(TrustError, match="the root has"):
        TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor, limits=Limits(trust_list=100))
    with pytest.raises(TrustError, match="no usable national list"):
        TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor, limits=Limits(depth=8))
    assert TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor, limits=Limits(depth=9)).problems == {}


def test_an_embedded_list_serves_as_one_of_its_own() -> None:
    world = WORLD.with_member(embedded=True)
    assert "DE" not in TrustBundle.from_bytes(world.bundle).national
    assert names(world.trust().candidates(KID, BODY, ISSUANCE)) == [(BODY, KID.hex())]


def test_an_embedded_entry_fits_the_limit_of_depth() -> None:
    revocation = KeyRevocation(RevocationReason.SUPERSEDED, seconds("2026-12-01"))
    world = WORLD.with_key(revocation=revocation).with_member(embedded=True)
    (candidate,) = world.trust().candidates(KID, BODY, ISSUANCE)
    assert candidate.key.revocation == revocation


# --- a list is read when it is asked for ---


def read(snapshot: TrustSnapshot) -> list[str]:
    return sorted(snapshot.national._read)  # noqa: SLF001 what was read shows nowhere else


@pytest.mark.parametrize(
    ("ask", "territories"),
    [
        pytest.param(lambda trust: trust.candidates(FR_KID, FR_BODY, ISSUANCE), ["DE", "FR"], id="key-of-an-issuer"),
        pytest.param(lambda trust: trust.entity(FR_BODY), ["DE", "FR"], id="entity"),
        pytest.param(lambda trust: trust.status_signers(FR_STATUS_KID), ["DE", "FR"], id="key-of-a-status-service"),
        pytest.param(lambda trust: trust.national.get("FR"), ["DE", "FR"], id="list"),
        pytest.param(lambda trust: "XX" in trust.national, ["DE", "XX"], id="whether-there-is-a-list"),
        pytest.param(lambda trust: len(trust.national), ["DE", "FR", "XX"], id="how-many-there-are"),
        pytest.param(lambda trust: trust.problems, ["DE", "FR", "XX"], id="problems"),
        pytest.param(lambda trust: trust.status_signers(bytes(32)), ["DE"], id="unknown-key"),
        pytest.param(lambda trust: trust.candidates(KID, "IT-1", ISSUANCE), ["DE"], id="unknown-territory"),
        pytest.param(lambda trust: trust.national.get("IT"), ["DE"], id="no-list"),
    ],
)
def test_a_list_is_read_when_it_is_asked_for(ask: Callable[[TrustSnapshot], object], territories: list[str]) -> None:
    snapshot = TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor)
    assert read(snapshot) == ["DE"]
    first = ask(snapshot)
    assert read(snapshot) == territories
    assert ask(snapshot) == first


def test_what_is_wrong_with_a_list_is_known_whoever_asks_first() -> None:
    world = WORLD.with_member("FR", entities=WORLD.member("FR").entities * 2)
    snapshot = TrustSnapshot.open(world.bundle, anchor=world.anchor)
    assert snapshot.status_signers(FR_STATUS_KID) == ()
    assert snapshot.entity(FR_BODY) is None
    assert "FR" not in snapshot.national
    assert len(snapshot.national) == 2
    assert list(snapshot.problems) == ["FR"]


def test_the_first_lists_may_be_unusable_as_long_as_one_is_not() -> None:
    world = WORLD.with_member("DE", list_territory="AT").with_member("FR", missing=True)
    assert list(world.trust().national) == ["XX"]
    with pytest.raises(TrustError, match="no usable national list"):
        world.with_member("XX", min_sequence=99).trust()


def test_what_nobody_signed_is_a_problem_at_once() -> None:
    snapshot = TrustSnapshot.open(WORLD.with_member("FR", supplied=FORGED).bundle, anchor=WORLD.anchor)
    assert list(snapshot.national._problems) == ["FR"]  # noqa: SLF001 to ask for problems would read every list


# --- candidates ---


@pytest.mark.parametrize(
    ("key_id", "entity_id", "service_type", "count"),
    [
        pytest.param(KID, BODY, ISSUANCE, 1, id="listed"),
        pytest.param(STATUS_KID, BODY, STATUS, 1, id="listed-for-status"),
        pytest.param(KID, BODY, STATUS, 0, id="issuing-key-asked-for-status"),
        pytest.param(STATUS_KID, BODY, ISSUANCE, 0, id="status-key-asked-for-issuing"),
        pytest.param(KID, NCCA, ISSUANCE, 0, id="another-entity-of-the-territory"),
        pytest.param(KID, FR_BODY, ISSUANCE, 0, id="entity-of-another-territory"),
        pytest.param(KID, "DE-9999", ISSUANCE, 0, id="unknown-entity"),
        pytest.param(KID, "IT-1", ISSUANCE, 0, id="unknown-territory"),
        pytest.param(bytes(8), BODY, ISSUANCE, 0, id="unknown-key-id"),
        pytest.param(b"", BODY, ISSUANCE, 0, id="no-key-id"),
        pytest.param(BODY_KEY.public_key.thumbprint, BODY, ISSUANCE, 0, id="whole-thumbprint"),
        pytest.param(KID[:-1], BODY, ISSUANCE, 0, id="seven-bytes"),
    ],
)
def test_a_key_counts_for_its_own_entity_and_service(
    key_id: bytes, entity_id: str, service_type: ServiceType, count: int
) -> None:
    assert len(WORLD.trust().candidates(key_id, entity_id, service_type)) == count


def test_a_candidate_brings_what_stands_behind_it() -> None:
    (candidate,) = WORLD.trust().candidates(KID, BODY, ISSUANCE)
    assert candidate.verification_key == BODY_KEY.public_key
    assert candidate.key == service_key(BODY_KEY)
    assert candidate.service == WORLD.service()
    assert candidate.entity == WORLD.entity()
    assert candidate.national_list.head.territory == "DE"


def test_two_keys_of_one_id_may_stand_under_two_entities_of_a_list() -> None:
    world = WORLD.with_key(x5t=bytes(32)).with_key(NCCA, STATUS, x5t=bytes(32))
    assert world.trust().problems == {}
    assert names(world.trust().candidates(bytes(32), BODY, ISSUANCE)) == [(BODY, KID.hex())]


def test_a_key_that_lists_of_two_territories_name_counts_for_the_one_that_is_named() -> None:
    world = WORLD.with_service(FR_BODY, keys=(service_key(BODY_KEY),))
    snapshot = world.trust()
    for entity_id in (BODY, FR_BODY):
        (candidate,) = snapshot.candidates(KID, entity_id, ISSUANCE)
        assert candidate.entity.entity_id == entity_id
        assert candidate.national_list.head.territory == entity_id[:2]


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(WORLD.with_service(BODY, STATUS, keys=(service_key(BODY_KEY),)), id="in-both-services"),
        pytest.param(
            WORLD.with_service(
                keys=(
                    service_key(BODY_KEY),
                    service_key(BODY_KEY, revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, 0)),
                )
            ),
            id="in-order-and-compromised",
        ),
    ],
)
def test_an_entity_that_lists_a_key_twice_is_malformed(world: World) -> None:
    with pytest.raises(TrustError, match="lists a key twice"):
        world.trust().candidates(KID, BODY, ISSUANCE)
    assert world.report().sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"


def test_a_key_with_a_seal_certificate_is_found_by_both_of_its_names() -> None:
    digest = sha256(keys.seal_certificate(BODY_KEY.private_key)).digest()
    snapshot = WORLD.with_key(x5t=digest).trust()
    assert snapshot.candidates(digest, BODY, ISSUANCE) == snapshot.candidates(KID, BODY, ISSUANCE)
    assert len(snapshot.candidates(digest, BODY, ISSUANCE)) == 1
    assert snapshot.candidates(digest, BODY, STATUS) == ()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param(2, STATUS_KID, id="under-the-key-id-of-another"),
        pytest.param(3, -7, id="with-ES256"),
        pytest.param(-1, 2, id="on-another-curve"),
        pytest.param(-2, bytes(32), id="off-its-curve"),
        pytest.param(-4, bytes(32), id="with-its-private-key"),
    ],
)
def test_a_key_that_is_listed_wrongly_is_no_candidate(member: int, value: object) -> None:
    snapshot = with_raw((6, 0, 3, 0, 1, member), value).trust()
    assert snapshot.candidates(KID, BODY, ISSUANCE) == ()
    assert snapshot.candidates(STATUS_KID, BODY, ISSUANCE) == ()
    assert len(snapshot.candidates(STATUS_KID, BODY, STATUS)) == 1


@pytest.mark.parametrize(("others", "is_found"), [(7, True), (8, False)])
def test_so_many_keys_are_tried_for_one_id_and_no_more(others: int, is_found: bool) -> None:
    digest = bytes(range(32))
    listed = [service_key(keys.signer(number=100 + each), x5t=digest) for each in range(others)]
    world = WORLD.with_service(BODY, keys=(*listed, service_key(BODY_KEY, x5t=digest)))
    found = world.trust().candidates(digest, BODY, ISSUANCE)
    assert len(found) == 8
    assert (BODY_KEY.public_key in [each.verification_key for each in found]) is is_found


def test_a_lower_limit_of_candidates_is_obeyed() -> None:
    digest = bytes(32)
    world = WORLD.with_service(BODY, keys=tuple(service_key(key, x5t=digest) for key in (STRANGER_KEY, BODY_KEY)))
    snapshot = TrustSnapshot.open(world.bundle, anchor=world.anchor, limits=Limits(candidates=1))
    (candidate,) = snapshot.candidates(digest, BODY, ISSUANCE)
    assert candidate.verification_key == STRANGER_KEY.public_key


def test_only_listed_keys_are_remembered() -> None:
    snapshot = TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor)
    for number in range(50):
        assert snapshot.candidates(number.to_bytes(8, "big"), BODY, ISSUANCE) == ()
    assert snapshot.candidates(KID, BODY, ISSUANCE) is snapshot.candidates(KID, BODY, ISSUANCE)
    assert len(snapshot._candidates) == 1  # noqa: SLF001 what it remembers shows nowhere else


def test_threads_that_ask_at_once_get_the_same_answer() -> None:
    snapshot = TrustSnapshot.open(WORLD.bundle, anchor=WORLD.anchor)
    start = Barrier(8)
    found: list[tuple[Candidate, ...]] = []

    def ask() -> None:
        start.wait()
        found.append(snapshot.candidates(KID, BODY, ISSUANCE))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [found[0]] * 8


# --- malformed entries ---

MALFORMED = [
    pytest.param((2,), "", id="without-a-name"),
    pytest.param((2,), "a\u202eb", id="name-with-bidirectional-mark"),
    pytest.param((3,), None, id="address-null"),
    pytest.param((5,), ["Host"], id="host-in-upper-case"),
    pytest.param((7,), 1, id="unknown-member"),
    pytest.param((6, 0, 1), 9, id="unknown-service-type"),
    pytest.param((6, 0, 2), [], id="no-history"),
    pytest.param((6, 0, 3, 0, 3), 0, id="key-ends-before-it-begins"),
    pytest.param((6, 0, 3, 0, 99), 0, id="key-with-unknown-member"),
    pytest.param((6, 0, 4, 0, 2), 9, id="scope-with-unknown-level"),
    pytest.param((6, 1, 5, 0, 1), "http://x", id="status-list-without-tls"),
]


@pytest.mark.parametrize(("path", "value"), MALFORMED)
def test_a_malformed_entry_is_found_when_it_is_asked_for(path: tuple[Any, ...], value: object) -> None:
    snapshot = with_raw(path, value).trust()
    with pytest.raises(TrustError, match=f"^the entry of {BODY} in the list of DE"):
        snapshot.candidates(KID, BODY, ISSUANCE)
    with pytest.raises(TrustError, match=f"^the entry of {BODY}"):
        snapshot.entity(BODY)
    assert len(snapshot.candidates(NCCA_STATUS_KEY.public_key.key_id, NCCA, STATUS)) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param((6,), {}, id="services-in-a-map"),
        pytest.param((6,), [[]], id="service-array"),
        pytest.param((6, 0, 3), {}, id="keys-in-a-map"),
        pytest.param((6, 0, 3), [[]], id="key-array"),
    ],
)
def test_an_entry_whose_keys_cannot_be_told_may_hide_any_key(path: tuple[Any, ...], value: object) -> None:
    snapshot = with_raw(path, value).trust()
    for key_id in (KID, bytes(8)):
        with pytest.raises(TrustError, match=f"^the entry of {BODY}"):
            snapshot.candidates(key_id, BODY, ISSUANCE)
    with pytest.raises(TrustError, match=f"^the entry of {BODY}"):
        snapshot.entity(BODY)


# --- entities ---


def test_an_entity_is_found_by_its_id() -> None:
    snapshot = WORLD.trust()
    assert snapshot.entity(BODY) == WORLD.entity()
    assert snapshot.entity(NCCA) == WORLD.entity(NCCA)
    assert snapshot.entity(BODY) is snapshot.entity(BODY)


@pytest.mark.parametrize("entity_id", ["DE-9999", "IT-1", "DE", "", "de-3087"])
def test_other_entities_are_not_known(entity_id: str) -> None:
    assert WORLD.trust().entity(entity_id) is None


# --- who signs status lists ---


def test_a_status_service_signs_status_lists() -> None:
    (signer,) = WORLD.trust().status_signers(STATUS_KID)
    assert (signer.entity_id, signer.verification_key) == (BODY, BODY_STATUS_KEY.public_key)
    assert signer.was_in_order(NOON)


@pytest.mark.parametrize(
    "key_id",
    [
        pytest.param(bytes(8), id="unknown-key"),
        pytest.param(KID, id="issuing-key"),
        pytest.param(STATUS_KID[:-1], id="seven-bytes-of-a-key-id"),
        pytest.param(b"", id="no-key-id"),
        pytest.param(BODY_STATUS_KEY.public_key.thumbprint, id="whole-thumbprint"),
    ],
)
def test_nobody_else_signs_status_lists(key_id: bytes) -> None:
    assert WORLD.trust().status_signers(key_id) == ()


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(WORLD.with_key(BODY, STATUS, sign_until=NOON), id="after-its-window"),
        pytest.param(WORLD.with_key(BODY, STATUS, sign_from=NOON + 1), id="before-its-window"),
        pytest.param(
            WORLD.with_key(BODY, STATUS, revocation=KeyRevocation(RevocationReason.SUPERSEDED, NOON)),
            id="retired",
        ),
        pytest.param(
            WORLD.with_key(BODY, STATUS, revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, NOON + 9)),
            id="compromised-later",
        ),
        pytest.param(
            WORLD.with_service(BODY, STATUS, history=(StatusEntry(ServiceStatus.GRANTED, NOON + 1),)),
            id="not-listed-yet",
        ),
        pytest.param(
            WORLD.with_service(BODY, STATUS, history=(StatusEntry(ServiceStatus.WITHDRAWN, NOON),)),
            id="withdrawn",
        ),
    ],
)
def test_a_status_list_is_signed_by_a_status_service_in_order_at_that_time(world: World) -> None:
    (signer,) = world.trust().status_signers(STATUS_KID)
    assert not signer.was_in_order(NOON)


def test_every_entity_that_lists_a_status_key_may_have_signed() -> None:
    snapshot = WORLD.with_service(FR_BODY, STATUS, keys=(service_key(BODY_STATUS_KEY),)).trust()
    assert [signer.entity_id for signer in snapshot.status_signers(STATUS_KID)] == [BODY, FR_BODY]


def test_a_malformed_entry_cannot_silence_the_status_service_of_another() -> None:
    world = with_raw((2,), "", NCCA)
    world = world.with_service(FR_BODY, STATUS, keys=(service_key(NCCA_STATUS_KEY),))
    (signer,) = world.trust().status_signers(NCCA_STATUS_KEY.public_key.key_id)
    assert (signer.entity_id, signer.verification_key) == (FR_BODY, NCCA_STATUS_KEY.public_key)


def test_a_malformed_entry_is_named_when_nobody_else_lists_the_key() -> None:
    with pytest.raises(TrustError, match=f"^the entry of {NCCA}"):
        with_raw((2,), "", NCCA).trust().status_signers(NCCA_STATUS_KEY.public_key.key_id)
