"""Europe as data: complete in states, honest about what is not confirmed, and read by nobody who verifies."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files

import jsonschema
import pytest

from certmark.errors import PublishingError
from certmark.trust import wire
from certmark.trust.publish.europe import europe

DATA = json.loads((files("certmark.trust.publish") / "europe.json").read_text(encoding="utf-8"))
SOURCES = {"type": "array", "items": {"enum": list(DATA["sources"])}, "minItems": 1, "uniqueItems": True}
TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
SCHEMA = {
    "type": "object",
    "required": ["as_of", "notes", "sources", "states", "bodies"],
    "additionalProperties": False,
    "properties": {
        "as_of": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "notes": {"type": "object", "additionalProperties": {"type": "string"}},
        "sources": {"type": "object", "additionalProperties": {"type": "string", "minLength": 10}},
        "states": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "name", "membership", "eucc", "ncca"],
                "additionalProperties": False,
                "properties": {
                    "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
                    "name": TEXT,
                    "membership": {"enum": ["EU", "EEA"]},
                    "eucc": {"type": ["boolean", "null"]},
                    "ncca": {
                        "oneOf": [
                            {"type": "null"},
                            {
                                "type": "object",
                                "required": ["name", "sources"],
                                "additionalProperties": False,
                                "properties": {"name": TEXT, "sources": SOURCES},
                            },
                        ]
                    },
                },
            },
        },
        "bodies": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number", "name", "territory", "public", "sources"],
                "additionalProperties": False,
                "properties": {
                    "number": {"type": "string", "pattern": "^[0-9]{4}$"},
                    "name": {"oneOf": [{"type": "null"}, TEXT]},
                    "territory": {"type": ["string", "null"], "pattern": "^[A-Z]{2}$"},
                    "public": {"type": ["boolean", "null"]},
                    "sources": SOURCES,
                },
            },
        },
    },
}
MEMBER_STATES = [
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
]


def test_the_file_follows_its_schema() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(DATA)


def test_all_member_states_and_the_other_states_of_the_area() -> None:
    states = europe().states
    assert [state.code for state in states if state.membership == "EU"] == MEMBER_STATES
    assert [state.code for state in states if state.membership == "EEA"] == ["IS", "LI", "NO"]
    assert len({state.name for state in states}) == len(states)


def test_only_confirmed_authorities_have_a_name() -> None:
    confirmed = {state.code for state in europe().states if state.ncca}
    assert confirmed == {"BE", "DE", "FR", "NL"}
    assert all(bool(state.ncca) is bool(state.sources) for state in europe().states)


def test_whether_eucc_applies_is_said_where_it_is_known() -> None:
    assert {state.membership for state in europe().states if state.eucc} == {"EU"}
    assert {state.membership for state in europe().states if state.eucc is None} == {"EEA"}


def test_bodies_are_those_of_the_numbers() -> None:
    assert [body.number for body in europe().bodies] == ["3087", "3090", "3095", "3100", "3110", "3135"]
    assert [body.name for body in europe().bodies_of("NL")] == ["TrustCB B.V."]
    assert europe().bodies_of("PT") == ()
    for body in europe().bodies:
        assert (body.name is None) is (body.territory is None) is (body.public is None)


def test_every_name_fits_a_list_and_no_source_is_idle() -> None:
    named = [*(state.ncca for state in europe().states), *(body.name for body in europe().bodies)]
    for name in filter(None, named):
        wire.NAME.read(name, "name")
    used = {each for state in europe().states for each in state.sources}
    used |= {each for body in europe().bodies for each in body.sources}
    assert used < set(europe().sources)


@pytest.mark.parametrize("code", ["XX", "XA", "QM", "QZ", "AA", "ZZ"])
def test_codes_for_private_use_are_nobody_s(code: str) -> None:
    assert europe().state(code) is None


@pytest.mark.parametrize("code", ["EL", "UK", "EU", "QL", "de", "D", "", "XXX", "X1", "\x1b[2J", "\u202e"])
def test_other_codes_are_refused_with_the_list_of_those_known(code: str) -> None:
    with pytest.raises(PublishingError, match=r"known are AT, BE, .*, NO") as refused:
        europe().state(code)
    assert str(refused.value).isprintable()
    assert ("Greece is GR" in str(refused.value)) is (code == "EL")


def test_no_verifier_and_no_issuer_reads_it() -> None:
    program = "import certmark.verify, certmark.issue, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "certmark.trust.snapshot" in done.stdout
    assert "certmark.trust.publish" not in done.stdout
