"""The names that certmark.transport offers."""

from __future__ import annotations

import pytest

from certmark import transport


@pytest.mark.parametrize("name", transport.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(transport, name).__module__.startswith("certmark.transport.")


def test_the_list_of_names_is_complete() -> None:
    assert dir(transport) == sorted(transport.__all__)


def test_any_other_name_is_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'decode_everything'"):
        transport.decode_everything  # noqa: B018
