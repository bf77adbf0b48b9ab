"""What ``inspect`` shows a person: the warning first, then every field as the token states it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certmark.cli.screen import grid, section, styled, unverified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType


def view(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Give what to print, from top to bottom.

    Args:
        found: what ``inspect --json`` gives.
    """
    warning = unverified(str(found["warning"]).partition(": ")[2])
    yield warning
    if "problem" in found:
        yield section(styled(f"Not a certificate token: {found['problem']['reason']}"))
        return
    rows = grid()
    for name, value in _leaves(found, ""):
        rows.add_row(styled(name, "bold"), styled(value))
    yield section(rows)
    yield section(warning)  # the first one has left a small screen


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 anything that JSON holds
    """Give every value with its path; what is absent is left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"verified", "warning"}:
                yield from _leaves(inner, f"{path}.{name}" if path else name.removeprefix("untrusted_"))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    elif value is not None:
        yield path, str(value)
