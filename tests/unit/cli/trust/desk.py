"""A desk with everybody's keys, and the commands of ``certmark trust`` at it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from tests import keys
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DE_KEYS,
    ROOT_KEYS,
    STATUS_URI,
    STRANGER_KEY,
    UNION_KEYS,
    WORLD,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.cose.signer import KeySigner
    from tests.unit.cli.conftest import Command, Ended

NAMES: dict[str, KeySigner] = {
    **{f"root{number}": key for number, key in enumerate(ROOT_KEYS, 1)},
    **{f"union{number}": key for number, key in enumerate(UNION_KEYS, 1)},
    "ncca": DE_KEYS[0],
    "body": BODY_KEY,
    "status": BODY_STATUS_KEY,
    "next": keys.signer(number=34),
    "stranger": STRANGER_KEY,
    "later1": keys.signer(Algorithm.ML_DSA_65, 1),
    "later2": keys.signer(Algorithm.ML_DSA_65, 2),
}
STATUS_AT = ("--status-uri", "https://a.example/1")
START = "2026-03-01T08:00:00Z"


@cache
def key_files() -> dict[str, tuple[bytes, bytes]]:
    return {name: (key.to_pem(), cbor.encode(key.public_key.to_cose_key())) for name, key in NAMES.items()}


class Desk:
    """A folder with everybody's keys, and commands in it."""

    def __init__(self, certmark: Command, folder: Path) -> None:
        self.run, self.folder = certmark, folder
        for name, (private, public) in key_files().items():
            (folder / f"{name}.pem").write_bytes(private)
            (folder / f"{name}.pub.cbor").write_bytes(public)

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def pub(self, *names: str, option: str = "--key") -> list[object]:
        return [part for name in names for part in (option, self[f"{name}.pub.cbor"])]

    def trust(self, *arguments: object, code: int = 0) -> Ended:
        ended = self.run("trust", *arguments)
        assert ended.code == code, ended
        return ended

    def publish(
        self, name: str, holders: tuple[str, ...], *, version: int = 1, above: str | None, at: str = START
    ) -> Path:
        """Draft a version of NAME.json, let each holder sign a copy, and put the copies together."""
        before = ("--first",) if version == 1 else ("--previous", self[f"{name}-{version - 1}.cose"])
        draft = self[f"{name}-{version}.draft"]
        self.trust("draft", self[f"{name}.json"], *before, "--out", draft, "--at", at)
        copies = []
        for holder in holders:
            copies.append(self[f"{name}-{version}.{holder}"])
            self.trust("sign", draft, "--key", self[f"{holder}.pem"], "--out", copies[-1])
        signed = self[f"{name}-{version}.cose"]
        higher = () if above is None else ("--above", self[above])
        self.trust("merge", *copies, "--out", signed, *higher)
        return signed

    def bundle(self, *, root: int = 1, union: int = 1, national: int = 1) -> Ended:
        roots = [part for number in range(1, root + 1) for part in ("--root", self[f"root-{number}.cose"])]
        lists = ("--union", self[f"union-{union}.cose"], "--national", self[f"de-{national}.cose"])
        return self.trust("bundle", *roots, *lists, "--anchor", self["root-1.cose"], "--out", self["trust.bundle"])

    def verify(self, *, at: str, further: str = "status.cose") -> str:
        """Give the sub-indication of the certificate of the test world."""
        self["token.cose"].write_bytes(WORLD.cose)
        self["status.cose"].write_bytes(WORLD.status_tokens[0])
        ended = self.run(
            *("verify", self["token.cose"], "--trust", self["trust.bundle"], "--anchor", self["root-1.cose"]),
            *("--status", self["status.cose"], "--status", self[further], "--json", "--at", at),
        )
        return str(ended.report["sub_indication"] or ended.report["indication"])

    def content(self, name: str) -> Any:
        return json.loads(self[f"{name}.json"].read_text())


MADE: dict[str, dict[str, bytes]] = {}
"""Files that many tests begin with, made by the first of them."""


def begun(name: str, desk: Desk, make: Callable[[Desk], None]) -> Desk:
    """Make files with commands, or write those that were made before."""
    if name not in MADE:
        make(desk)
        MADE[name] = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
    for file, data in MADE[name].items():
        desk[file].write_bytes(data)
    return desk


def fill(desk: Desk) -> None:
    desk.trust(
        *("new-root", desk["root.json"], "--operator", "Keepers", "--id", "example-root", "--label", "TEST"),
        *desk.pub("root1", "root2", "root3", option="--root-key"),
        *desk.pub("union1", "union2", "union3", option="--union-key"),
    )
    desk.trust("new-union", desk["union.json"], "--operator", "Union", "--id", "example-union")
    desk.trust("point", desk["union.json"], "DE", "--operator", "Authority", *desk.pub("ncca"), "--min-sequence", 1)
    desk.trust(
        *("new", desk["de.json"], "--territory", "DE", "--operator", "Authority", "--id", "de-list"),
    )
    desk.trust(
        *("add-body", desk["de.json"], BODY, "--name", "Example Body", *desk.pub("body"), "--at", START),
        *("--status-key", desk["status.pub.cbor"], "--status-uri", STATUS_URI, "--link-host", "certs.body.example"),
    )
    desk.trust(
        *("add-scope", desk["de.json"], BODY, "--level", "high", "--max-ava-van", 5, "--domain", "smart-cards"),
        *("--accreditation", "ACC-1", "--accredited-until", "2030-01-01", "--authorisation", "AUT-1", "--at", START),
    )


def publish(desk: Desk) -> None:
    desk.publish("root", ("root1", "root3"), above=None)
    desk.publish("union", ("union2", "union3"), above="root-1.cose")
    desk.publish("de", ("ncca",), above="union-1.cose")
    desk.bundle()
