"""Whatever a scheme file holds, reading it gives a scheme or a SchemeError."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from certmark.errors import SchemeError
from certmark.model.scheme import Scheme, eucc
from tests.facts import Facts

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)
EUCC: dict[str, Any] = {
    "id": "EUCC",
    "title": "A scheme to be damaged",
    "legal_basis": eucc().legal_basis,
    "subject_types": list(eucc().subject_types),
    "assurance_levels": list(eucc().assurance_levels),
    "document_types": list(eucc().document_types),
    "requires_status": True,
    "statuses": {
        name: {"valid": meaning.valid, "may_promote": meaning.may_promote == "yes", "basis": meaning.basis}
        for name, meaning in eucc().statuses._asdict().items()
    },
    "rules": [
        {
            "id": check.replace("_", "-"),
            "check": check,
            "parameters": parameters,
            "from": None,
            "content": None,
            "until": "2030-01-01" if parameters else None,
            "severity": "structural",
            "article": "Article 1",
            "text": "A rule.",
        }
        for check, parameters in (
            ("document_type", {}),
            ("assurance_level", {}),
            ("subject_type", {}),
            ("validity", {"years": 5, "longer_with_approval": True, "exempt_subject_types": []}),
            ("ava_van_for_level", {"levels": {"high": [3, 4, 5]}}),
            ("required_fields", {"fields": ["holder.name"]}),
        )
    ],
}


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the paths of all values inside a JSON value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for step, element in steps for inner in places(element, (*path, step)))]


def replaced(value: object, path: tuple[str | int, ...], new: object) -> object:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return value | {step: replaced(value[step], tuple(rest), new)}
    assert isinstance(value, list)
    return [replaced(each, tuple(rest), new) if index == step else each for index, each in enumerate(value)]


def test_the_undamaged_file_is_read() -> None:
    assert len(Scheme.from_json(json.dumps(EUCC)).rules) == 6


@given(st.binary() | st.text())
def test_any_input_gives_a_scheme_error(document: bytes | str) -> None:
    try:
        Scheme.from_json(document)
    except SchemeError as error:
        assert "\n" not in str(error)  # noqa: PT017 both ways out are right
    else:
        raise AssertionError("random input became a scheme")


@given(st.sampled_from(places(EUCC)), JSON_VALUES)
def test_any_damage_gives_a_scheme_that_judges_or_a_scheme_error(place: tuple[str | int, ...], value: object) -> None:
    try:
        scheme = Scheme.from_json(json.dumps(replaced(EUCC, place, value)))
    except SchemeError as error:
        assert "\n" not in str(error)  # noqa: PT017 both ways out are right
    else:
        assert isinstance(scheme.violations(Facts()), tuple)
