"""Project Wycheproof: every test of the two algorithms that certmark shares with it, one test case per key."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.cose.keys import VerificationKey

if TYPE_CHECKING:
    from pathlib import Path


class Suite(NamedTuple):
    """What a file holds: pinned, so that nothing is passed over in silence."""

    file: str
    algorithms: tuple[Algorithm, ...]
    groups: int
    results: Counter[str]


# Neither file has a result "acceptable", so nothing is left to our judgement.
SUITES = {
    "ecdsa": Suite(
        "ecdsa_secp256r1_sha256_p1363_test.json",
        (Algorithm.ESP256, Algorithm.ES256),
        112,
        Counter(valid=173, invalid=89),
    ),
    "ed25519": Suite("ed25519_test.json", (Algorithm.Ed25519,), 78, Counter(valid=88, invalid=63)),
}
GROUPS = [(name, number) for name, suite in SUITES.items() for number in range(suite.groups)]


@pytest.fixture(scope="module")
def contents(shared: Path) -> dict[str, Any]:
    return {
        name: json.loads((shared / "vectors/wycheproof" / suite.file).read_bytes()) for name, suite in SUITES.items()
    }


@pytest.mark.parametrize("name", SUITES)
def test_the_file_holds_the_tests_that_are_run_here(name: str, contents: dict[str, Any]) -> None:
    suite, content = SUITES[name], contents[name]
    results = Counter(test["result"] for group in content["testGroups"] for test in group["tests"])
    assert len(content["testGroups"]) == suite.groups
    assert results == suite.results
    assert results.total() == content["numberOfTests"]


def test_every_file_is_run(shared: Path) -> None:
    files = {path.name for path in (shared / "vectors/wycheproof").iterdir()}
    assert files == {suite.file for suite in SUITES.values()}


@pytest.mark.parametrize(("name", "number"), GROUPS, ids=[f"{name}-{number}" for name, number in GROUPS])
def test_valid_signatures_verify_and_invalid_ones_do_not(name: str, number: int, contents: dict[str, Any]) -> None:
    group = contents[name]["testGroups"][number]
    key = VerificationKey.from_pem(group["publicKeyPem"].encode())
    members: dict[object, object] = dict(key.to_cose_key().items())
    assert VerificationKey.from_cose_key(members) == key
    for algorithm in SUITES[name].algorithms:
        found = {
            test["tcId"]: key.verifies(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]), algorithm=algorithm)
            for test in group["tests"]
        }
        assert found == {test["tcId"]: test["result"] == "valid" for test in group["tests"]}
