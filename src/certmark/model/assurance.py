"""What assurance packages say beyond their single fields (Regulation (EU) 2024/482, Annex VIII), without pydantic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

GLOBAL: Final = "global"
"""Name of the package that holds for the whole target of evaluation."""

MAX_AVA_VAN: Final = 5
MAX_EAL: Final = 7

_AVA_VAN: Final = {f"AVA_VAN.{level}": level for level in range(1, 10)}
_CONTRADICTING: Final = {
    stated: frozenset(component for component, level in _AVA_VAN.items() if level != stated)
    for stated in (None, *range(1, MAX_AVA_VAN + 1))
}
_AVA_VAN_OF_EAL: Final = {1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 5, 7: 5}


def ava_van_of_eal(eal: int) -> int:
    """Give the AVA_VAN level that an evaluation assurance level contains when nothing augments it.

    The model never fills this in by itself: what a certificate does not state stays unstated.

    Args:
        eal: evaluation assurance level, 1 to 7 (CC:2022 Part 5, "Evaluation assurance levels").
    """
    return _AVA_VAN_OF_EAL[eal]


def ava_van_in(components: Sequence[str]) -> int | None:
    """Give the level of the AVA_VAN component among well-formed components, or None when there is none."""
    return next((_AVA_VAN[component] for component in components if component in _AVA_VAN), None)


def ava_van_problem(ava_van: int | None, components: Sequence[str]) -> str | None:
    """Say how the AVA_VAN components of a package contradict its AVA_VAN level, or None.

    Args:
        ava_van: the level that the package states.
        components: its assurance components, each well formed.
    """
    contradicting = _CONTRADICTING.get(ava_van, _CONTRADICTING[None])
    if contradicting.isdisjoint(components):
        return None
    component = next(each for each in components if each in contradicting)
    if _AVA_VAN[component] > MAX_AVA_VAN:
        return f"cannot be told from {component}: AVA_VAN ends at {MAX_AVA_VAN}"
    return f"is {ava_van or 'missing'}, but the components hold {component}: make both say the same"


def packages_problem(names: Sequence[str]) -> str | None:
    """Say what is wrong with the names of a certificate's packages, or None."""
    if len(set(names)) != len(names):
        return "name one package twice: join the two, or name them after what they are about"
    if GLOBAL in names and names[0] != GLOBAL:
        return f"do not begin with the package named {GLOBAL!r}: move it to the front"
    return None
