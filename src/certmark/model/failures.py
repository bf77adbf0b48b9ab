"""pydantic's errors in certmark's words: the first wrong field, what is wrong with it and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certmark.errors import ModelError
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

# how pydantic writes a member of an enumeration: <AssuranceLevel.BASIC: 'basic'>
_MEMBER = re.compile(r"<[A-Za-z.]+: ('[a-z_]+')>")

_PROBLEMS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing: add it",
    "extra_forbidden": lambda _: "is not a field here: remove it or correct its name",
    "invalid_key": lambda _: "is not a field here: names must be text",
    "string_type": lambda _: "must be text",
    "string_unicode": lambda _: "must be valid Unicode: it holds half of a surrogate pair",
    "int_type": lambda _: "must be a whole number",
    "int_parsing_size": lambda _: "is too large",
    "bool_type": lambda _: "must be true or false",
    "model_type": lambda _: "must be an object",
    "enum": lambda context: f"must be one of {context['expected']}",
    "literal_error": lambda context: "must be " + _MEMBER.sub(r"\1", context["expected"]),
    "too_long": lambda context: f"has more than {context['max_length']} entries: shorten the list",
    "too_short": lambda _: "is empty: name at least one",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    "value_error": lambda context: str(context["error"]),
}


def model_error(error: ValidationError) -> ModelError:
    """Give the ModelError that stands for a failed validation: its first error in full, the others as a number."""
    first, *others = error.errors(include_url=False, include_input=False)
    field = path_of(first["loc"])
    more = f" (and {len(others)} more)" if others else ""
    return ModelError(f"{field or 'the document'} {_problem(first)}{more}", field=field)


def path_of(location: tuple[int | str, ...]) -> str:
    """Write where an error is as a dotted path: ``subject.gtins[0]``; names from outside are escaped."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            name = step if step.isidentifier() and step.isascii() and len(step) <= 60 else shown(step)
            path += f".{name}" if path else name
    return path


def _problem(details: ErrorDetails) -> str:
    explain = _PROBLEMS.get(details["type"])
    return explain(details.get("ctx", {})) if explain else shown(details["msg"])
