"""The bundle is a box of byte strings with a magic and a version, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from certmark import cbor
from certmark.errors import TrustError
from certmark.limits import Limits
from certmark.trust import TrustBundle
from tests.world import WORLD

MEMBERS: dict[int, Any] = {1: "certmark-trust-bundle", 2: 1, 3: [b"root"], 4: b"union", 5: {"DE": b"list"}}


def test_a_bundle_is_read_back_as_it_was_written() -> None:
    bundle = TrustBundle((b"root 1", b"root 2"), b"union", {"FR": b"f", "DE": b"d"})
    assert TrustBundle.from_bytes(bundle.to_bytes()) == bundle


def test_a_bundle_may_hold_64_roots() -> None:
    bundle = TrustBundle((b"root",) * 64, b"union")
    assert TrustBundle.from_bytes(bundle.to_bytes()) == bundle


def test_a_bundle_of_embedded_lists_has_no_lists_of_its_own() -> None:
    bundle = TrustBundle((b"root",), b"union")
    assert TrustBundle.from_bytes(bundle.to_bytes()).national == {}


def test_the_test_world_makes_a_bundle() -> None:
    assert TrustBundle.from_bytes(WORLD.bundle) == WORLD.trust_bundle


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({1: "certmark-trust"}, id="another-magic"),
        pytest.param({1: b"certmark-trust-bundle"}, id="magic-of-another-type"),
        pytest.param({1: "certmark-trust", 2: 2}, id="another-magic-of-a-later-version"),
        pytest.param({2: True}, id="version-true"),
        pytest.param({2: False}, id="version-false"),
        pytest.param({2: "1"}, id="version-text"),
        pytest.param({3: []}, id="no-root"),
        pytest.param({3: [b"r"] * 65}, id="too-many-roots"),
        pytest.param({3: ["root"]}, id="root-text"),
        pytest.param({3: b"root"}, id="root-without-array"),
        pytest.param({4: "union"}, id="union-text"),
        pytest.param({4: None}, id="union-null"),
        pytest.param({5: []}, id="lists-in-an-array"),
        pytest.param({5: {"DE": "list"}}, id="list-text"),
        pytest.param({5: {"de": b"list"}}, id="territory-in-lower-case"),
        pytest.param({5: {"DE\n": b"list"}}, id="territory-with-line-end"),
        pytest.param({5: {1: b"list"}}, id="territory-number"),
        pytest.param({6: b"more"}, id="unknown-key"),
        pytest.param({"1": b"more"}, id="unknown-text-key"),
    ],
)
def test_other_maps_are_no_bundles(changes: dict[Any, Any]) -> None:
    with pytest.raises(TrustError, match="not a trust bundle"):
        TrustBundle.from_bytes(cbor.encode({**MEMBERS, **changes}))


@pytest.mark.parametrize("key", MEMBERS)
def test_every_member_is_needed(key: int) -> None:
    with pytest.raises(TrustError, match="not a trust bundle"):
        TrustBundle.from_bytes(cbor.encode({k: v for k, v in MEMBERS.items() if k != key}))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="no-cbor"),
        pytest.param(cbor.encode([]), id="array"),
        pytest.param(cbor.encode(1), id="number"),
        pytest.param(cbor.encode(MEMBERS) + b"\x00", id="bytes-behind-the-end"),
        pytest.param(cbor.encode(MEMBERS)[:-1], id="cut-off"),
        pytest.param(b"\xbf" + cbor.encode(MEMBERS)[1:] + b"\xff", id="indefinite-length"),
        pytest.param(cbor.encode(MEMBERS).replace(b"\x02\x01", b"\x02\x18\x01"), id="number-in-a-longer-form"),
        pytest.param(cbor.encode(MEMBERS).replace(b"Droot", b"\x58\x04root"), id="length-in-a-longer-form"),
        pytest.param(cbor.encode(MEMBERS).replace(b"Droot", b"\x5b" + b"\xff" * 8), id="more-bytes-than-there-are"),
        pytest.param(cbor.encode(MEMBERS).replace(b"Droot", b"\x5cxxxx"), id="reserved-length"),
        pytest.param(cbor.encode(MEMBERS).replace(b"\x81D", b"\x9b" + b"\xff" * 8), id="more-roots-than-there-are"),
        pytest.param(
            cbor.encode({**MEMBERS, 5: {"AA": b"", "BB": b""}}).replace(b"BB", b"AA"), id="the-same-territory-twice"
        ),
        pytest.param(
            cbor.encode({**MEMBERS, 5: {"AA": b"", "BB": b""}}).replace(b"AA", b"CC"), id="territories-out-of-order"
        ),
        pytest.param(b"\xa6" + cbor.encode(MEMBERS)[1:] + b"\x80\x80", id="an-array-as-key-behind-the-others"),
        pytest.param(b"\xa1\x81\x01\x01", id="an-array-as-key"),
    ],
)
def test_other_bytes_are_no_bundles(data: bytes) -> None:
    with pytest.raises(TrustError, match="not a trust bundle"):
        TrustBundle.from_bytes(data)


@pytest.mark.parametrize("version", [0, 2, -1, 1 << 40])
def test_a_bundle_of_another_version_asks_for_an_update(version: int) -> None:
    with pytest.raises(TrustError, match=rf"version {version}: update certmark"):
        TrustBundle.from_bytes(cbor.encode({**MEMBERS, 2: version, 6: "whatever comes then"}))


@pytest.mark.parametrize("rest", [b"", b"\xff", b"\x81\x01" * 1000, b"\x9b" + b"\xff" * 8])
def test_of_a_later_version_nothing_else_is_read(rest: bytes) -> None:
    """Nobody signed the file: what this reader does not need, it does not decode."""
    head = b"\xbb" + b"\xff" * 8 + cbor.encode(1) + cbor.encode(MEMBERS[1]) + cbor.encode(2) + cbor.encode(2)
    with pytest.raises(TrustError, match="version 2: update certmark"):
        TrustBundle.from_bytes(head + rest)


def test_a_bundle_may_hold_a_list_of_every_territory_and_no_more() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    bundle = TrustBundle((b"root",), b"union", {a + b: b"list" for a in letters for b in letters})
    assert TrustBundle.from_bytes(bundle.to_bytes()) == bundle
    more = bundle.to_bytes().replace(b"\xb9\x02\xa4", b"\xb9\x02\xa5") + cbor.encode("AA") + cbor.encode(b"")
    with pytest.raises(TrustError, match="not a trust bundle"):
        TrustBundle.from_bytes(more)


@pytest.mark.parametrize(("size", "is_too_large"), [(0, False), (-1, True)])
def test_a_bundle_is_bounded_in_size(size: int, is_too_large: bool) -> None:
    data = cbor.encode(MEMBERS)
    limits = Limits(bundle=len(data) + size)
    if is_too_large:
        with pytest.raises(TrustError, match=f"{len(data)} bytes, more than {len(data) - 1}"):
            TrustBundle.from_bytes(data, limits=limits)
    else:
        assert TrustBundle.from_bytes(data, limits=limits).union == b"union"
