"""SVG path data around the dark modules of a symbol.

Outlines are half as long as a rectangle for each run of modules, and leave no hairlines between rows in viewers
that smooth edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Point: TypeAlias = "tuple[int, int]"

_LETTERS = {(1, 0): ("h", 1), (-1, 0): ("h", -1), (0, 1): ("v", 1), (0, -1): ("v", -1)}


def outline(modules: Sequence[bytes], *, border: int) -> str:
    """Trace the dark areas as closed polygons of relative horizontal and vertical lines.

    Dark stands on the right-hand side of every line, so both fill rules of SVG give the same picture.

    Args:
        modules: one row per byte string, one module per byte: 1 dark, 0 light.
        border: quiet zone, in modules; one module is one unit.
    """
    ways = _edges(modules)
    path = []
    while ways:
        x, y = start = next(iter(ways))
        path.append(f"M{x + border} {y + border}")
        direction, length = ways[start][-1], 0
        while length == 0 or (x, y) != start:
            step = _take(ways, (x, y))
            if step != direction:
                path.append(_line(direction, length))
                direction, length = step, 0
            length += 1
            x, y = x + step[0], y + step[1]
        path.append("z")
    return "".join(path)


def _edges(modules: Sequence[bytes]) -> dict[Point, list[Point]]:
    """Give the steps along edges between dark and light that lead away from each corner."""
    width = len(modules[0])
    blank = bytes(width + 2)
    rows = [blank, *(b"\0" + row + b"\0" for row in modules), blank]
    ways: dict[Point, list[Point]] = {}
    for y in range(len(modules)):
        above, row, below = rows[y : y + 3]
        for x in range(width):
            if not row[x + 1]:
                continue
            if not above[x + 1]:
                ways.setdefault((x, y), []).append((1, 0))
            if not row[x + 2]:
                ways.setdefault((x + 1, y), []).append((0, 1))
            if not below[x + 1]:
                ways.setdefault((x + 1, y + 1), []).append((-1, 0))
            if not row[x]:
                ways.setdefault((x, y + 1), []).append((0, -1))
    return ways


def _take(ways: dict[Point, list[Point]], corner: Point) -> Point:
    steps = ways[corner]
    step = steps.pop()
    if not steps:
        del ways[corner]
    return step


def _line(direction: Point, length: int) -> str:
    letter, sign = _LETTERS[direction]
    return f"{letter}{sign * length}"
