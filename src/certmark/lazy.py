"""Public names of a package that are loaded on first use (PEP 562), some of them by an extra that may be missing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_GetAttr: TypeAlias = "Callable[[str], object]"
_Dir: TypeAlias = "Callable[[], list[str]]"


class Extra(NamedTuple):
    """An extra that a package needs.

    Attributes:
        name: the name to install (``pip install certmark[name]``).
        purpose: what needs it.
        modules: what it brings, by the names that are imported.
    """

    name: str
    purpose: str
    modules: frozenset[str]


def lazily(
    package: str, module_of: Mapping[str, str], shown: Iterable[str], *, extra: Extra | None = None
) -> tuple[_GetAttr, _Dir]:
    """Make ``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: its ``__name__``.
        module_of: modules below it, by the names that they give.
        shown: what ``dir`` lists.
        extra: what must be installed for that, or None.
    """

    def getattribute(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            return getattr(import_module(f"{package}.{module_of[name]}"), name)
        except ModuleNotFoundError as error:
            if extra is None or (error.name or "").partition(".")[0] not in extra.modules:
                raise
            from certmark.errors import MissingExtraError  # noqa: PLC0415 to import the package alone stays cheap

            raise MissingExtraError(extra.name, extra.purpose) from None

    return getattribute, lambda: list(shown)
