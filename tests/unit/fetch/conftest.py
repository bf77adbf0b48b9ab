"""Worlds that follow each other, and stores that hold them."""

from __future__ import annotations

from pathlib import Path

import pytest

from certmark.fetch import Outcome, TrustStore, Unreachable
from tests.world import WORLD, World

ANCHOR = WORLD.anchor


def world(number: int, *, german: int | None = None) -> World:
    """Give the world whose union list and German list have a number."""
    return WORLD.with_union(sequence_number=number).with_member(sequence_number=german or number)


def bundle(number: int, *, german: int | None = None) -> bytes:
    return world(number, german=german).bundle


def held(store: TrustStore) -> int:
    """Give the number of the union list that a store holds."""
    return store.open().snapshot.union.head.sequence_number


def reason(outcome: Outcome) -> str:
    """Give the reason of an outcome that has one."""
    return getattr(outcome, "reason", "")


def files_in(store_folder: Path) -> dict[str, bytes]:
    """Give the content of every file of a store, but the lock."""
    found = {path.relative_to(store_folder).as_posix(): path for path in store_folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name != "lock"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> TrustStore:
    return TrustStore(folder, anchor=ANCHOR)


__all__ = ["ANCHOR", "Unreachable", "bundle", "files_in", "held", "reason", "world"]
