"""Names of the model are loaded on first use, and pydantic with those that need it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import certmark.model
from certmark.text import shown


def test_every_public_name_can_be_imported() -> None:
    assert sorted(certmark.model.__all__) == dir(certmark.model)
    for name in certmark.model.__all__:
        assert getattr(certmark.model, name) is not None


def test_other_names_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Certificate'"):
        _ = certmark.model.Certificate


@pytest.mark.parametrize(
    "module",
    [
        "certmark.model",
        "certmark.model.vocabulary",
        "certmark.model.facts",
        "certmark.model.identifiers",
        "certmark.claims",
    ],
)
def test_reading_tokens_needs_no_pydantic(module: str) -> None:
    program = f"import sys, {module}; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a\x1b[31m", r"'a\x1b[31m'", id="control characters are escaped"),
        pytest.param("ü" * 60, "'" + r"\xfc" * 14 + r"\xf...", id="escapes count"),
        pytest.param("x" * 61, "'" + "x" * 59 + "...", id="long texts are cut"),
        pytest.param(True, "True", id="truth values"),
        pytest.param(-(2**64), "a value of type int", id="numbers beyond 64 bits"),
        pytest.param(10**5000, "a value of type int", id="numbers that Python refuses to write"),
        pytest.param(2**64 - 1, "18446744073709551615", id="numbers"),
        pytest.param([1], "a value of type list", id="anything else"),
    ],
)
def test_values_from_outside_are_shown_safely(value: object, text: str) -> None:
    assert shown(value) == text
