"""Changes of a list: each does one thing, and none removes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from certmark.errors import PublishingError
from certmark.trust.entities import (
    Accreditation,
    KeyRevocation,
    RevocationReason,
    ServiceStatus,
    StatusEntry,
    StatusListDeclaration,
    TrustedEntity,
)
from certmark.trust.lists import UnionMap
from certmark.trust.publish import changes
from tests import keys
from tests.world import (
    BODY,
    BODY_KEY,
    EUCC_HIGH,
    EUCC_SUBSTANTIAL,
    ISSUANCE,
    NCCA,
    STATUS,
    STATUS_URI,
    WORLD,
    issuance,
    seconds,
    service_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.trust.entities import Service, ServiceKey

LIST = WORLD.member().content
UNION = UnionMap(1, "EU", 0, tuple(member.pointer for member in WORLD.members))
NEW_KEY = keys.signer(number=34)
DAY = 86_400
KEY_ID = BODY_KEY.public_key.key_id
LATER = seconds("2026-06-01")
SUSPENDED = StatusEntry(ServiceStatus.SUSPENDED, LATER)
COMPROMISED = KeyRevocation(RevocationReason.KEY_COMPROMISE, LATER)
SUPERSEDED = KeyRevocation(RevocationReason.SUPERSEDED, LATER)
DECLARED = StatusListDeclaration(STATUS_URI, "https://ncca.example/1")


def changed(change: Callable[[Service], Service], **of: Any) -> Service:
    national = changes.change_service(LIST, BODY, **{"service_type": ISSUANCE, "change": change, **of})
    services = changes.entity_of(national, BODY).services
    return next(each for each in services if each.service_type is of.get("service_type", ISSUANCE))


def test_a_change_touches_its_own_service_and_no_other() -> None:
    national = changes.change_service(
        LIST, BODY, service_type=ISSUANCE, change=lambda each: changes.with_status(each, SUSPENDED)
    )
    assert national.entities[1] == LIST.entities[1]
    assert changes.entity_of(national, BODY).services[1] == WORLD.service(service_type=STATUS)
    assert changes.entity_of(national, BODY).services[0].history[-1] == SUSPENDED
    assert national._replace(entities=LIST.entities) == LIST


def test_of_several_services_of_a_type_the_last_one_is_changed() -> None:
    both = WORLD.with_entity(services=(issuance(BODY_KEY, EUCC_HIGH), issuance(NEW_KEY))).member().content
    national = changes.change_service(
        both, BODY, service_type=ISSUANCE, change=lambda each: changes.with_scope(each, EUCC_SUBSTANTIAL)
    )
    assert [each.scopes for each in changes.entity_of(national, BODY).services] == [(EUCC_HIGH,), (EUCC_SUBSTANTIAL,)]


def test_an_entity_is_added_once() -> None:
    newcomer = TrustedEntity("DE-1", "Newcomer", (issuance(NEW_KEY),))
    national = changes.add_entity(LIST, newcomer)
    assert changes.entity_of(national, "DE-1") == newcomer
    with pytest.raises(PublishingError, match="names DE-1 already"):
        changes.add_entity(national, newcomer)


def test_an_entity_gets_a_service_that_it_did_not_have() -> None:
    without = WORLD.with_entity(services=(issuance(BODY_KEY, EUCC_HIGH),)).member().content
    status = WORLD.service(service_type=STATUS)
    assert changes.entity_of(changes.add_service(without, BODY, status), BODY).services[1] == status
    with pytest.raises(PublishingError, match="has a service status_issuance already"):
        changes.add_service(LIST, BODY, status)
    with pytest.raises(PublishingError, match="does not name DE-1"):
        changes.add_service(LIST, "DE-1", status)


def counting_for(seconds_more: int) -> ServiceKey:
    """List a key whose signatures count for so long after the last one."""
    key = service_key(NEW_KEY)
    return key._replace(verify_until=key.sign_until + seconds_more)


def test_what_a_key_signs_must_count_for_five_years() -> None:
    key = counting_for(1827 * DAY)
    assert changed(lambda each: changes.with_key(each, key)).keys[-1] == key


def test_a_certificate_of_the_last_second_is_counted_in_whole_days() -> None:
    """Issued on the day on which its key ends, it is valid through the same day five years later."""
    last = seconds("2027-03-01") + DAY - 1
    key = service_key(NEW_KEY)._replace(sign_until=last, verify_until=seconds("2032-03-02") - 1)
    with pytest.raises(PublishingError, match="valid for up to five years"):
        changed(lambda each: changes.with_key(each, key))
    longer = key._replace(verify_until=seconds("2032-03-02"))
    assert changed(lambda each: changes.with_key(each, longer)).keys[-1] == longer


def test_the_history_stays_in_order() -> None:
    past = StatusEntry(ServiceStatus.SUSPENDED, seconds("2025-06-01"), recorded_at=LATER)
    service = changed(lambda each: changes.with_status(changes.with_status(each, SUSPENDED), past))
    assert service.history == (*WORLD.service().history, past, SUSPENDED)


def test_a_status_before_the_first_one_may_be_added() -> None:
    first = StatusEntry(ServiceStatus.GRANTED, 5, recorded_at=LATER)
    assert changed(lambda each: changes.with_status(each, first)).history == (first, *WORLD.service().history)


def test_keys_scopes_and_status_lists_are_added() -> None:
    key = service_key(NEW_KEY)
    assert changed(lambda each: changes.with_key(each, key)).keys == (*WORLD.service().keys, key)
    scope = EUCC_HIGH._replace(scheme="XX-HOME")
    assert changed(lambda each: changes.with_scope(each, scope)).scopes == (*WORLD.service().scopes, scope)
    another = StatusListDeclaration("https://status.body.example/eucc/2")
    service = changed(lambda each: changes.with_status_list(each, another), service_type=STATUS)
    assert [each.uri for each in service.status_lists] == [STATUS_URI, another.uri]


def test_a_key_ends_and_the_others_go_on() -> None:
    service = changed(
        lambda each: changes.with_key_ended(changes.with_key(each, service_key(NEW_KEY)), KEY_ID, COMPROMISED)
    )
    assert [key.revocation for key in service.keys] == [COMPROMISED, None]


def test_a_key_that_was_retired_may_turn_out_to_be_compromised() -> None:
    service = changed(
        lambda each: changes.with_key_ended(changes.with_key_ended(each, KEY_ID, SUPERSEDED), KEY_ID, COMPROMISED)
    )
    assert service.keys[0].revocation == COMPROMISED


def test_a_key_of_a_status_service_need_not_outlive_certificates() -> None:
    key = service_key(NEW_KEY)
    brief = key._replace(verify_until=key.sign_until)
    assert changed(lambda each: changes.with_key(each, brief), service_type=STATUS).keys[-1] == brief


def test_the_authority_may_add_its_list_to_one_that_is_declared() -> None:
    assert changed(lambda each: changes.with_status_list(each, DECLARED), service_type=STATUS).status_lists == (
        DECLARED,
    )


def test_a_scope_ends_and_may_end_earlier_still() -> None:
    once = changed(lambda each: changes.with_scope_ended(each, 2, 30_000))
    assert [scope.until_day for scope in once.scopes] == [None, 30_000]
    assert changes.with_scope_ended(once, 2, 29_999).scopes[1].until_day == 29_999


def test_what_the_union_list_says_of_a_territory_is_said_anew() -> None:
    pointer = UNION.pointers[1]._replace(min_sequence=7)
    assert changes.with_pointer(UNION, pointer).pointers == (UNION.pointers[0], pointer, UNION.pointers[2])
    another = pointer._replace(territory="IT")
    assert changes.with_pointer(UNION, another).pointers == (*UNION.pointers, another)


def test_a_list_is_closed() -> None:
    assert changes.closed(LIST) == LIST._replace(next_update=None)
    assert changes.closed(UNION).next_update is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda each: changes.with_status(each, StatusEntry(ServiceStatus.GRANTED, LATER)),
            "is granted then already",
            id="the-same-status",
        ),
        pytest.param(
            lambda each: changes.with_status(each, SUSPENDED._replace(starting_time=each.history[0].starting_time)),
            r"never rewritten \(history-rewritten\)",
            id="the-same-instant",
        ),
        pytest.param(lambda each: changes.with_key(each, each.keys[0]), "is listed already", id="the-same-key"),
        pytest.param(
            lambda each: changes.with_key(
                each._replace(keys=(each.keys[0]._replace(cose_key={2: "x"}),)),
                each.keys[0]._replace(cose_key={2: "x"}),
            ),
            "the key without id",
            id="a-key-without-id",
        ),
        pytest.param(
            lambda each: changes.with_key_ended(each, bytes(8), COMPROMISED),
            f"no key {bytes(8).hex()}: it has {KEY_ID.hex()}",
            id="another-key",
        ),
        pytest.param(
            lambda each: changes.with_scope(each, EUCC_HIGH._replace(until_day=EUCC_HIGH.from_day)),
            "would end before it begins",
            id="a-scope-of-no-day",
        ),
        pytest.param(
            lambda each: changes.with_scope(
                each, EUCC_HIGH._replace(accreditation=Accreditation("ACC-2", 0, EUCC_HIGH.from_day))
            ),
            "would end before it begins",
            id="a-scope-whose-accreditation-has-ended",
        ),
        pytest.param(
            lambda each: changes.with_scope(
                each, EUCC_HIGH._replace(authorisation=Accreditation("AUT-2", 0, EUCC_HIGH.from_day))
            ),
            "would end before it begins",
            id="a-scope-whose-authorisation-has-ended",
        ),
        pytest.param(
            lambda each: changes.with_scope(each, EUCC_SUBSTANTIAL), "this is scope 2 already", id="a-scope-twice"
        ),
        pytest.param(lambda each: changes.with_scope_ended(each, 0, 1), "no scope 0: it has 2", id="scope-0"),
        pytest.param(lambda each: changes.with_scope_ended(each, 3, 1), "no scope 3: it has 2", id="scope-3"),
        pytest.param(
            lambda each: changes.with_scope_ended(changes.with_scope_ended(each, 1, 9), 1, 9),
            r"ends then already.*\(scope-changed\)",
            id="ends-already",
        ),
        pytest.param(
            lambda each: changes.with_key_ended(changes.with_key_ended(each, KEY_ID, COMPROMISED), KEY_ID, SUPERSEDED),
            r"has ended \(key_compromise\).*\(revocation-changed\)",
            id="a-compromise-is-final",
        ),
        pytest.param(
            lambda each: changes.with_key_ended(changes.with_key_ended(each, KEY_ID, COMPROMISED), KEY_ID, COMPROMISED),
            r"\(revocation-changed\)",
            id="compromised-twice",
        ),
        pytest.param(
            lambda each: changes.with_key_ended(changes.with_key_ended(each, KEY_ID, SUPERSEDED), KEY_ID, SUPERSEDED),
            r"has ended \(superseded\).*\(revocation-changed\)",
            id="retired-twice",
        ),
        pytest.param(
            lambda each: changes.with_key(each, counting_for(1827 * DAY - 1)),
            "valid for up to five years",
            id="a-key-that-certificates-outlive",
        ),
        pytest.param(
            lambda each: changes.with_status_list(changes.with_status_list(each, DECLARED), DECLARED),
            "is declared already",
            id="a-status-list-twice",
        ),
        pytest.param(
            lambda each: changes.with_status_list(
                changes.with_status_list(each, DECLARED), DECLARED._replace(ncca_uri=None)
            ),
            "is declared already",
            id="without-the-authority-again",
        ),
        pytest.param(
            lambda each: changes.with_status_list(
                changes.with_status_list(each, DECLARED), DECLARED._replace(ncca_uri="https://ncca.example/2")
            ),
            r"\(status-list-removed\)",
            id="another-list-of-the-authority",
        ),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(change: Callable[[Service], Service], says: str) -> None:
    with pytest.raises(PublishingError, match=says):
        changed(change)


def test_only_what_is_listed_can_be_changed() -> None:
    def same(service: Service) -> Service:
        return service

    with pytest.raises(PublishingError, match=f"does not name DE-1: it names {BODY}, {NCCA}"):
        changes.change_service(LIST, "DE-1", service_type=ISSUANCE, change=same)
    with pytest.raises(PublishingError, match=f"{NCCA} has no service certificate_issuance"):
        changes.change_service(LIST, NCCA, service_type=ISSUANCE, change=same)
    with pytest.raises(PublishingError, match="it names nobody"):
        changes.entity_of(LIST._replace(entities=()), BODY)
