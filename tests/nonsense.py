"""Hostile input: decoded values of any shape, and right bytes with some of them cut out or put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from certmark.errors import CertmarkError

NUMBERS = st.integers(-(1 << 64), (1 << 64) - 1)

values = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8) | st.binary(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.integers(-70, 70) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
"""Whatever deterministic CBOR can hold."""


def damaged(data: bytes) -> st.SearchStrategy[bytes]:
    """Cut some bytes out of the data and put others in."""
    places = st.tuples(st.integers(0, len(data)), st.integers(0, 9), st.binary(max_size=9))
    return places.map(lambda place: data[: place[0]] + place[2] + data[place[0] + place[1] :])


def attempt(kind: type[CertmarkError], call: Callable[..., Any], *given: Any, **named: Any) -> tuple[Any, str | None]:
    """Call, and give the result and None, or None and what our error says; any other error is a failure."""
    try:
        return call(*given, **named), None
    except kind as error:
        return None, str(error)
