"""Policies: three that have a name, and others derived from them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.model import AssuranceLevel
from certmark.trust.entities import ServiceStatus
from certmark.verify import LENIENT_OFFLINE, POLICIES, STANDARD, STRICT, Policy, Sunset
from tests import keys
from tests.scenes import SUBSTANTIAL, Scene, history, lists
from tests.world import DAY, LINK_HOST, NOW, WORLD, instant, seconds, service_key


def test_the_policies_have_names() -> None:
    assert [policy.name for policy in POLICIES] == ["standard", "lenient_offline", "strict"]
    assert POLICIES == (STANDARD, LENIENT_OFFLINE, STRICT)


@pytest.mark.parametrize(
    ("policy", "values"),
    [
        (STANDARD, (30 * DAY, 300, False, True, False, False)),
        (LENIENT_OFFLINE, (30 * DAY, 300, True, True, False, False)),
        (STRICT, (0, 300, False, False, True, True)),
    ],
    ids=["standard", "lenient_offline", "strict"],
)
def test_what_the_policies_demand(policy: Policy, values: tuple[Any, ...]) -> None:
    assert values == (
        policy.grace,
        policy.skew,
        policy.accept_stale,
        policy.accept_suspended,
        policy.require_status,
        policy.require_issuer_granted_now,
    )
    assert (policy.minimum_level, policy.schemes, policy.link_hosts, policy.sunsets) == (None, None, None, ())
    assert policy.algorithms == {-9, -51, -19, -48, -49}


def test_a_policy_is_a_value() -> None:
    derived = replace(STRICT, name="shop", schemes=frozenset({"EUCC"}), sunsets=(Sunset(-9, NOW),))
    assert derived == replace(STRICT, name="shop", schemes=frozenset({"EUCC"}), sunsets=(Sunset(-9, NOW),))
    assert len({derived, STRICT, STANDARD}) == 3
    with pytest.raises(FrozenInstanceError):
        derived.name = "other"  # type: ignore[misc]


LOST = history((ServiceStatus.GRANTED, 0), (ServiceStatus.WITHDRAWN, seconds("2026-05-01")))


@pytest.mark.parametrize(
    ("policy", "knob", "answer"),
    [
        pytest.param(
            replace(STANDARD, require_issuer_granted_now=True), LOST, "POLICY_NOT_MET", id="standard-and-granted"
        ),
        pytest.param(replace(STRICT, require_issuer_granted_now=False), LOST, None, id="strict-but-not-granted"),
        pytest.param(
            replace(STRICT, grace=DAY), lists(next_update=seconds("2026-05-31 12:00:01")), None, id="strict-with-grace"
        ),
        pytest.param(replace(STRICT, accept_stale=True), lists(next_update=1), None, id="strict-but-offline"),
        pytest.param(
            replace(LENIENT_OFFLINE, minimum_level=AssuranceLevel.HIGH),
            SUBSTANTIAL,
            "POLICY_NOT_MET",
            id="lenient-but-high",
        ),
        pytest.param(
            replace(STANDARD, minimum_level=AssuranceLevel.SUBSTANTIAL),
            SUBSTANTIAL,
            None,
            id="standard-and-substantial",
        ),
        pytest.param(replace(STANDARD, minimum_level=AssuranceLevel.BASIC), SUBSTANTIAL, None, id="standard-and-basic"),
    ],
)
def test_demands_can_be_combined(policy: Policy, knob: Any, answer: str | None) -> None:
    assert knob(Scene()).report(policy).sub_indication == answer


@pytest.mark.parametrize(
    ("hosts", "token", "answer"),
    [
        pytest.param({LINK_HOST}, WORLD.text, None, id="host"),
        pytest.param({"x.example", LINK_HOST}, WORLD.text, None, id="one-of-two-hosts"),
        pytest.param({"body.example"}, WORLD.text, "POLICY_NOT_MET", id="parent-domain"),
        pytest.param(set(), WORLD.text, "POLICY_NOT_MET", id="no-host"),
        pytest.param({LINK_HOST}, WORLD.cose, "POLICY_NOT_MET", id="bytes"),
    ],
)
def test_a_policy_may_ask_for_the_host_of_the_link(hosts: set[str], token: str | bytes, answer: str | None) -> None:
    policy = replace(STANDARD, link_hosts=frozenset(hosts))
    assert WORLD.report(token, policy=policy).sub_indication == answer


def test_what_the_policy_demands_is_said() -> None:
    report = WORLD.report(policy=replace(STANDARD, name="shop", link_hosts=frozenset()))
    assert report.decisive is not None
    assert report.decisive.reason == "The policy does not accept the host of the link (there is no link)."
    assert report.decisive.source == "policy shop"
    assert report.policy == "shop"


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_sunset_ends_one_algorithm(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm, 61)
    world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer)
    assert world.report().passed
    for each in Algorithm:
        report = world.report(policy=replace(STANDARD, sunsets=(Sunset(each, instant("2026-01-01")),)))
        assert report.sub_indication == ("CRYPTO_CONSTRAINTS_FAILURE" if each is algorithm else None)
    ended = world.report(policy=replace(STANDARD, sunsets=(Sunset(algorithm, instant("2026-01-01")),)))
    assert ended.decisive is not None
    assert ended.decisive.reason.endswith("is not accepted since 2026-01-01.")
