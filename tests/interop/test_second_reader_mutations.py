"""Two readers of damaged tokens: bits, characters and claims that changed, with and without a right signature."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from certmark.verify import Report
from examples import independent_verify as second
from tests.interop.asking import (
    BARE,
    CLAIMS,
    HEADER,
    IN_ORDER,
    MESSAGE,
    answer_of,
    assert_agreed,
    bare_of,
    deflated,
    sealed,
    second_answer,
)
from tests.world import WORLD

VALUES: Final[tuple[Any, ...]] = (
    *(0, 1, 2, 3, 7, -1, None, True, False, 1 << 32, 253_402_300_800, 2_932_896, 2_932_897, 4_006_381_333_932),
    *("", "a", " a", "a ", "e\u0301", "\u200b", "\u3000", "x\x00", "a" * 101, "é" * 201, "a" * 1201, "AVA_VAN.4"),
    *([], {}, [1], ["a"], ["a", "a"], {1: 1}, b"", bytes(32), "https://", "https://a b", "FR-3090", "EUCC"),
)


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every member and element."""
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def mutated_claims(claims: dict[Any, Any], chance: random.Random) -> dict[Any, Any]:
    """Change, remove or add one value somewhere."""
    changed = copy.deepcopy(claims)
    path = chance.choice(list(places(changed)))
    parent: Any = changed
    for key in path[:-1]:
        parent = parent[key]
    last = path[-1]
    match chance.choice(["replace", "replace", "remove", "extend"]):
        case "remove":
            del parent[last]
        case "extend" if isinstance(parent[last], dict):
            parent[last][chance.randrange(1, 32)] = chance.choice(VALUES)
        case "extend" if isinstance(parent[last], list):
            parent[last].append(chance.choice([*VALUES, *parent[last]]))
        case "extend" if isinstance(parent[last], int):
            parent[last] += chance.choice([-86_400, -3_600, -1, 1, 86_400])
        case _:
            parent[last] = chance.choice(VALUES)
    return changed


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """Flip a bit, lose a byte or gain one."""
    changed = bytearray(data)
    place = chance.randrange(len(changed))
    match chance.choice(["flip", "flip", "lose", "gain"]):
        case "lose":
            del changed[place]
        case "gain":
            changed.insert(place, chance.randrange(256))
        case _:
            changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


def mutated_text(text: str, chance: random.Random) -> str:
    """Change, lose or gain a character."""
    place = chance.randrange(len(text))
    char = chance.choice("0123456789AZaz#/ $%*+-.:?\n")
    match chance.choice(["change", "change", "lose", "gain"]):
        case "lose":
            char, rest = "", text[place + 1 :]
        case "gain":
            rest = text[place:]
        case _:
            rest = text[place + 1 :]
    return text[:place] + char + rest


def is_beyond_the_second_reader(report: Report) -> bool:
    """Tell whether only a rule of EUCC is broken, which the second reader does not know."""
    return report.sub_indication == "SCHEME_VIOLATION"


RICH: Final[Any] = copy.deepcopy(CLAIMS)
RICH[-65537].update({6: 1, 7: "The chip.", 10: ["PP-1"], 17: 22_000, 20: "https://a.example/b", 21: ["EUCC-1"]})
RICH[-65537].update({22: ["EUCC-2"], 23: ["EUCC-3"], 24: 4, 25: "A", 26: "B", 27: [{1: "M", 2: 20_600, 3: "2.1"}]})
RICH[-65537].update({28: True, 29: {1: "32026R0001", 2: ["a", "b"]}})
RICH[-65537][5].update({5: "The TOE", 7: "Brand", 10: ["cpe:2.3:o:a:b:2.1:*:*:*:*:*:*:*"], 11: ["pkg:generic/a@1"]})


def test_the_richest_token_passes() -> None:
    assert assert_agreed(sealed(HEADER, second.encode(RICH))) == IN_ORDER


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    "arriving",
    [
        lambda chance: mutated_bytes(WORLD.cose, chance),
        lambda chance: mutated_text(WORLD.text, chance),
        lambda chance: mutated_text(BARE, chance),
        lambda chance: bare_of(b"\x01" + mutated_bytes(deflated(WORLD.cose), chance)),
        lambda chance: sealed(HEADER, mutated_bytes(MESSAGE[2], chance)),
        lambda chance: sealed(HEADER, second.encode(mutated_claims(CLAIMS, chance))),
        lambda chance: sealed(HEADER, second.encode(mutated_claims(RICH, chance))),
    ],
    ids=["bytes", "link", "bare", "deflate", "signed-bytes", "signed-claims", "signed-rich-claims"],
)
def test_mutations(arriving: Callable[[random.Random], str | bytes], seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        token = arriving(chance)
        report = WORLD.report(token)
        if not is_beyond_the_second_reader(report):
            assert second_answer(token) == answer_of(report)
