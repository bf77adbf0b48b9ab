"""What ``inspect`` shows a person: the warning first, then every field as the token states it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Group

from certmark.cli.screen import grid, section, styled, unverified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType


_STYLES: Final = {"met": "green", "not_met": "bold red", "not_checked": "yellow"}


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
    yield section(_requirements(found) if "requirements" in found else _fields(found))
    yield section(warning)  # the first one has left a small screen


def _fields(found: Mapping[str, Any]) -> RenderableType:
    rows = grid()
    for name, value in _leaves(found, ""):
        rows.add_row(styled(name, "bold"), styled(value))
    return rows


def _requirements(found: Mapping[str, Any]) -> RenderableType:
    rows = grid()
    for each in found["requirements"]:
        outcome = each["outcome"]
        said = styled(each["text"]).append_text(styled(f"  {each['found']}", "dim"))
        rows.add_row(
            styled(outcome.replace("_", " "), _STYLES[outcome]), styled(f"{each['clause']} {each['level']}"), said
        )
    failed = ", ".join(found["not_met"]) or "none"
    return Group(styled(found["profile"], "bold"), rows, styled(f"Not met: {failed}.", "bold"))


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
