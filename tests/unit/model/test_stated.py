"""The paths that rules may name are those of the model, less what a token does not carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.model import Coverage, CybersecurityCertificate, Holder, Subject
from certmark.model.stated import ALWAYS_STATED, STATABLE

if TYPE_CHECKING:
    from certmark.model.fields import FrozenModel

PARTS: dict[str, type[FrozenModel]] = {"subject": Subject, "coverage": Coverage, "holder": Holder}
NOT_IN_TOKENS = {"certification_body", "ncca"}


def test_every_field_of_a_certificate_has_its_path() -> None:
    whole = set(CybersecurityCertificate.model_fields) - set(PARTS) - NOT_IN_TOKENS
    inner = {f"{name}.{field}" for name, part in PARTS.items() for field in part.model_fields}
    assert whole | inner == ALWAYS_STATED | STATABLE


def test_no_path_is_both_optional_and_not() -> None:
    assert frozenset() == ALWAYS_STATED & STATABLE


def test_what_is_always_stated_is_stated_by_the_smallest_certificate() -> None:
    smallest = CybersecurityCertificate.model_validate(
        {
            "id": "A",
            "scheme": "EUCC",
            "assurance_level": "high",
            "subject": {"type": "ict_product", "name": "Chip"},
            "issued": "2026-03-02",
            "valid_until": "2031-03-02",
        }
    )
    assert {path for path in ALWAYS_STATED | STATABLE if smallest.states(path)} == ALWAYS_STATED
