"""Errors: one root, one stable code each, and the tree in the docstring is the tree in the code."""

from __future__ import annotations

import inspect
import pickle
import re
from typing import Any

import pytest

from certmark import errors
from certmark.errors import (
    CapacityError,
    CertmarkError,
    MissingExtraError,
    ModelError,
    SchemeViolationError,
    VerificationError,
)
from certmark.status.bitarray import Status
from tests.world import WORLD

EXCEPTIONS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, BaseException)]
CLASSES: list[type[CertmarkError]] = [kind for kind in EXCEPTIONS if issubclass(kind, CertmarkError)]
LEAVES = [kind for kind in CLASSES if not kind.__subclasses__()]
CODES = frozenset(
    {
        "capacity",
        "cbor",
        "certmark",
        "claims",
        "cose",
        "cwt",
        "decode",
        "deflate",
        "issue",
        "key",
        "link",
        "missing_extra",
        "model",
        "scheme",
        "scheme_violation",
        "signer",
        "status",
        "status_publishing",
        "store",
        "text",
        "trust",
        "trust_anchor",
        "trust_append_only",
        "trust_equivocation",
        "trust_publishing",
        "trust_rollback",
        "trust_signature",
        "unsupported_format",
        "verification",
    }
)


def _name(kind: type) -> str:
    return kind.__name__


def _type_name(error: object) -> str:
    return type(error).__name__


def tree(docstring: str) -> dict[str, tuple[str | None, str]]:
    """Class names of a drawn tree, each with the name that it hangs on and the first word behind it."""
    branches: dict[str, tuple[str | None, str]] = {}
    path: list[str] = []
    for line in docstring.splitlines():
        found = re.fullmatch(r" {4}(?P<stem>[│├└─ ]*)(?P<name>\w+Error)(?: +(?P<word>\w+).*)?", line)
        if found:
            depth = len(found["stem"]) // 4
            branches[found["name"]] = (path[depth - 1] if depth else None, found["word"] or "")
            path[depth:] = [found["name"]]
    return branches


DRAWN = tree(errors.__doc__ or "")


def test_every_class_is_drawn_and_every_drawn_one_exists() -> None:
    assert sorted(DRAWN) == sorted(map(_name, CLASSES))


@pytest.mark.parametrize("kind", CLASSES, ids=_name)
def test_a_class_hangs_where_it_is_drawn(kind: type[CertmarkError]) -> None:
    parent, _ = DRAWN[kind.__name__]
    assert kind.__bases__ == ((Exception,) if parent is None else (getattr(errors, parent),))


@pytest.mark.parametrize("kind", LEAVES, ids=_name)
def test_the_code_of_a_leaf_is_drawn_behind_it(kind: type[CertmarkError]) -> None:
    assert DRAWN[kind.__name__][1] == kind.code


def test_there_is_one_root() -> None:
    assert EXCEPTIONS == CLASSES


@pytest.mark.parametrize("kind", CLASSES, ids=_name)
def test_every_class_states_its_own_code(kind: type[CertmarkError]) -> None:
    assert "code" in vars(kind)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)


def test_no_two_classes_share_a_code() -> None:
    assert len({kind.code for kind in CLASSES}) == len(CLASSES)


def test_codes_are_stable() -> None:
    # A code that disappears from this list breaks the programs that match on it.
    assert {kind.code for kind in CLASSES} == CODES


def test_a_model_error_names_the_field() -> None:
    assert ModelError("x", field="subject.gtins[0]").field == "subject.gtins[0]"
    assert ModelError("x").field == ""


def test_a_scheme_violation_lists_the_broken_rules() -> None:
    assert SchemeViolationError("x", violations=("a", "b")).violations == ("a", "b")
    assert SchemeViolationError("x").violations == ()


def test_a_capacity_error_says_by_how_much() -> None:
    assert CapacityError("x", over_by=12).over_by == 12


def test_a_verification_error_carries_the_report() -> None:
    class Report:
        summary = "the certificate is withdrawn"

    report: Any = Report()
    error = VerificationError(report)
    assert error.report is report
    assert str(error) == "the certificate is withdrawn"


def test_a_missing_extra_says_what_to_install() -> None:
    error = MissingExtraError("scan", "reading images")
    assert error.extra == "scan"
    assert str(error) == "reading images needs the 'scan' extra: pip install 'certmark[scan]'"


@pytest.mark.parametrize(
    "error",
    [
        ModelError("gtin is wrong", field="subject.gtins[0]"),
        CapacityError("too large", over_by=7),
        SchemeViolationError("broken", violations=("rule",)),
        MissingExtraError("scan", "reading pictures"),
        VerificationError(WORLD.with_status(Status.INVALID).report()),
    ],
    ids=_type_name,
)
def test_errors_travel_between_processes(error: CertmarkError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 what was just dumped
    assert (type(copy), str(copy), vars(copy).keys()) == (type(error), str(error), vars(error).keys())
