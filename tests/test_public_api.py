"""The public API as a text that a change must update on purpose.

After a deliberate change ``python -m tests.test_public_api`` writes ``tests/public_api.txt`` anew: read the difference.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, ForwardRef, Protocol

from certmark.verify import Report

SNAPSHOT = Path(__file__).with_name("public_api.txt")
DESCRIBED = (
    *("certmark.verify", "certmark.issue", "certmark.trust", "certmark.status", "certmark.fetch", "certmark.register"),
    *("certmark.hsm", "certmark.wording", "certmark.label", "certmark.scan", "certmark.bulk", "certmark.record"),
    "certmark",
)
NAMED = ("certmark.model",)
PLAIN = (bool, int, str, type(None))


def names_of(module: ModuleType) -> list[str]:
    """Public names: those of ``__all__``, else what the module itself defines."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return sorted(listed)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    )


def describe() -> Iterator[str]:
    """Give the lines of the snapshot."""
    known: dict[int, str] = {}
    for module_name in DESCRIBED:
        module = import_module(module_name)
        yield f"# {module_name}"
        for name in names_of(module):
            value = getattr(module, name)
            if id(value) in known:
                yield f"{name}: as in {known[id(value)]}"
            else:
                known[id(value)] = module_name
                yield from describe_value(name, value)
        yield ""
    for module_name in NAMED:
        yield f"# {module_name} (names)"
        yield from names_of(import_module(module_name))


def describe_value(name: str, value: Any) -> Iterator[str]:
    """Describe a class, a function or another value."""
    if inspect.isclass(value):
        yield from describe_class(name, value)
    elif isinstance(value, FunctionType):
        yield f"{name}{signature_of(value)}"
    else:
        yield f"{name}: {type(value).__name__}"


def describe_class(name: str, kind: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in kind.__bases__ if base is not object)
    yield f"{name}({bases})" if bases else name
    if issubclass(kind, Enum):
        yield from (f"    {member.name} = {member.value!r}" for member in kind)
        return
    if kind is Report:
        yield from (f"    {field}" for field in Report.FIELDS)
    elif {"__init__", "__new__"} & vars(kind).keys() and Protocol not in kind.__bases__:
        yield from (f"    {line}" for line in parameters_of(inspect.signature(kind)) if not line.startswith("_"))
    for member, value in sorted(vars(kind).items()):
        if member.startswith("_"):
            continue
        if isinstance(value, (classmethod, staticmethod)):
            yield f"    {type(value).__name__} {member}{signature_of(getattr(kind, member))}"
        elif isinstance(value, FunctionType):
            yield f"    {member}{signature_of(value)}"
        elif isinstance(value, property) and value.fget is not None:
            yield f"    {member} -> {written(inspect.signature(value.fget).return_annotation)}"


def signature_of(value: Any) -> str:
    """Write a signature in one line."""
    signature = inspect.signature(value)
    return f"({', '.join(parameters_of(signature))}) -> {written(signature.return_annotation)}"


def parameters_of(signature: inspect.Signature) -> Iterator[str]:
    """Write each parameter; defaults that are more than a literal are written as ``...``."""
    named_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not named_only:
            named_only = True
            yield "*"
        line = parameter.name
        if parameter.annotation is not parameter.empty:
            line += f": {written(parameter.annotation)}"
        if parameter.default is not parameter.empty:
            line += f" = {parameter.default!r}" if type(parameter.default) in PLAIN else " = ..."
        yield line


def written(annotation: object) -> str:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def snapshot() -> str:
    return "\n".join(describe()) + "\n"


def test_the_public_api_is_the_one_that_was_agreed() -> None:
    assert snapshot() == SNAPSHOT.read_text(encoding="utf-8")


def test_every_public_name_is_documented() -> None:
    for module_name in DESCRIBED:
        module = import_module(module_name)
        for name in names_of(module):
            value = getattr(module, name)
            if inspect.isclass(value) or isinstance(value, FunctionType):
                assert value.__doc__, f"{module_name}.{name}"


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
