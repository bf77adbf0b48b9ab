"""The harness that reads printed labels tells good prints from bad ones, in the same way in every run."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks import labels, zbar
from benchmarks.camera import Condition, taken
from certmark.model import CybersecurityCertificate, load_document
from tests.conftest import ROOT
from tests.labels import codes_in
from tests.needs import without

CLEAN = Condition("clean")


@cache
def prints() -> dict[str, labels.Print]:
    certificate = load_document((ROOT / "examples" / "certificates" / "samsung-s3nsen6.json").read_bytes())
    assert isinstance(certificate, CybersecurityCertificate)
    return {each.form: each for each in labels.printed(certificate, size=30, dpi=300)}


@pytest.mark.parametrize("form", [labels.OURS, *labels.FORMS])
def test_a_clean_print_is_read(form: str) -> None:
    print_ = prints()[form]
    assert codes_in(taken(print_.picture, dpi=300, condition=CLEAN, seed="a")) == [print_.text]


@pytest.mark.parametrize(
    "condition",
    [
        Condition("blur", blur=0.5),
        Condition("too few pixels", sharpness=1),
        Condition("noise", noise=120),
        Condition("scratches", damage=0.3),
    ],
    ids=lambda condition: condition.name,
)
def test_a_ruined_print_is_not(condition: Condition) -> None:
    assert codes_in(taken(prints()[labels.OURS].picture, dpi=300, condition=condition, seed="a")) == []


@pytest.mark.parametrize("condition", labels.CONDITIONS, ids=lambda condition: condition.name)
def test_a_condition_gives_the_same_picture_in_every_run(condition: Condition) -> None:
    picture = prints()[labels.OURS].picture
    first, again = (taken(picture, dpi=300, condition=condition, seed="a").tobytes() for _ in range(2))
    assert first == again


def test_modules_of_a_label_are_larger_at_equal_size() -> None:
    ours, *others = prints().values()
    assert all(ours.module > other.module for other in others)


def test_shares_are_counted_by_reader_and_condition() -> None:
    ours = prints()[labels.OURS]
    reads = [
        labels.Read(ours, condition.name, reader, reader == "zxing-cpp" and condition.name.startswith("phone"))
        for condition in labels.CONDITIONS
        for reader in ("zxing-cpp", "ZBar")
    ]
    (row,) = labels.by_module(reads).rows
    assert row == ("0.34", ours.version, 1, round(100 * 3 / len(labels.CONDITIONS)), 0, 100, 100, 100)


def test_the_second_reader_reads() -> None:
    if not zbar.available():
        without("no ZBar: install libzbar0")
    ours = prints()[labels.OURS]
    picture = taken(ours.picture, dpi=300, condition=CLEAN, seed="a")
    assert zbar.read(picture) == [ours.text]
